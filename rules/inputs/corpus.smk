# Functions of rules/corpus.smk: which tokens, lexicons and translations.


def corpus_inputs(wildcards):
    """Instances and tokens for every recipe; lexicons or translations as the recipe asks."""
    settings = CONFIG.corpora[wildcards.corpus]
    data = f"results/data/{settings.benchmark}"
    inputs = {
        "instances": f"{data}/instances.parquet",
        "queries": f"results/corpus/tokens/{settings.benchmark}/queries.parquet",
        "passages": f"results/corpus/tokens/{settings.benchmark}/passages.parquet",
    }
    pair = parse_pair(wildcards.pair)
    languages = corpus_languages(CONFIG, wildcards.corpus, pair)
    if languages:
        inputs["lexicons"] = [f"results/lexicon/{settings.lexicon}/en-{code}.parquet" for code in languages]
    if settings.recipe == "translations":
        needed = CONFIG.benchmarks[settings.benchmark].languages
        inputs["translated_queries"] = [
            f"{data}/queries/train/{code}.parquet" for code in (needed if pair.query == MIXED else [pair.query])
        ]
        inputs["translated_passages"] = [
            f"{data}/passages/{code}.parquet" for code in (needed if pair.passage == MIXED else [pair.passage])
        ]
    return inputs


def corpus_files(wildcards):
    """The corpus in every pair that a trained system of the run needs."""
    pairs = {
        str(ranker_pair(CONFIG, system, pair))
        for system in CONFIG.run.systems
        if CONFIG.systems[trained_system(CONFIG, system)].corpus == wildcards.corpus
        for pair in pairs_of_system(CONFIG, system)
    }
    return [f"results/corpus/{wildcards.corpus}/{pair}.parquet" for pair in sorted(pairs)]
