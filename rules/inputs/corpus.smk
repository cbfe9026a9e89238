# Functions of rules/corpus.smk: tokens, lexicons and translations, and corpora that are made in shards.

from switchrank.corpus.settings import requested

SHARDED = [name for name, corpus in CONFIG.corpora.items() if getattr(corpus, "shards", 1) > 1]
WHOLE = [name for name in CONFIG.corpora if name not in SHARDED]


def corpus_inputs(wildcards):
    """Tokens (instances for the recipe translations), and the lexicons or translations that the recipe needs."""
    settings = CONFIG.corpora[wildcards.corpus]
    data = f"results/data/{settings.benchmark}"
    pair = parse_pair(wildcards.pair)
    if settings.recipe == "translations":
        needed = CONFIG.benchmarks[settings.benchmark].languages
        queries, passages = (needed if code == MIXED else [code] for code in pair)
        return {
            "instances": f"{data}/instances.parquet",
            "translated_queries": [f"{data}/queries/train/{code}.parquet" for code in queries],
            "translated_passages": [f"{data}/passages/{code}.parquet" for code in passages],
        }
    inputs = tokens_of(settings.benchmark)
    languages = corpus_languages(CONFIG, wildcards.corpus, pair)
    if languages:
        inputs["lexicons"] = [f"results/lexicon/{settings.lexicon}/en-{code}.parquet" for code in languages]
    return inputs


def tokens_of(benchmark):
    """The training texts as tokens, and their vocabulary."""
    folder = f"results/corpus/tokens/{benchmark}"
    return {"tokens": f"{folder}/tokens.parquet", "vocabulary": f"{folder}/vocabulary.parquet"}


def corpus_settings(wildcards):
    """The settings of a corpus without the number of shards, which changes no byte."""
    return as_dict(CONFIG.corpora[wildcards.corpus], "shards")


def shards_of_corpus(wildcards):
    shards = CONFIG.corpora[wildcards.corpus].shards
    return [f"results/corpus/{wildcards.corpus}/shards/{wildcards.pair}/{shard}.parquet" for shard in range(shards)]


def requested_probability(wildcards):
    """The requested shares by pair and side."""
    settings = CONFIG.corpora[wildcards.corpus]
    return {pair: requested(settings, parse_pair(pair)) for pair in pairs_of_corpus(wildcards.corpus)}


def counts_content(wildcards):
    return getattr(CONFIG.corpora[wildcards.corpus], "stop_words", "switch") != "switch"


def pairs_of_corpus(corpus):
    """The pairs that trained systems of the run need."""
    pairs = {
        str(ranker_pair(CONFIG, system, pair))
        for system in CONFIG.run.systems
        if corpus_of_system(CONFIG, system) == corpus
        for pair in pairs_of_system(CONFIG, system)
    }
    return sorted(pairs)


def corpus_files(wildcards):
    return [f"results/corpus/{wildcards.corpus}/{pair}.parquet" for pair in pairs_of_corpus(wildcards.corpus)]
