# Functions of rules/data.smk: files and parts of a benchmark.

from switchrank.data.reading import module_of
from switchrank.settings import Embedding


def fetched_source(wildcards):
    """The fields that a download depends on: a corrected note or licence fetches nothing again."""
    row = SOURCES[wildcards.source]
    return {key: row[key] for key in ("locator", "filename", "sha256", "bytes", "platform")}


def source_of(wildcards):
    return CONFIG.benchmarks[wildcards.benchmark].source


def read_of(*parts):
    """Files that a benchmark's reader opens for these parts, in the language of the job or else in all languages."""

    def files(wildcards):
        languages = CONFIG.benchmarks[wildcards.benchmark].languages
        asked = [wildcards.language] if hasattr(wildcards, "language") else languages
        found = [
            path
            for part in parts
            for language in (judged_in(wildcards) if part == "qrels" else asked)
            for path in source_of(wildcards).files(part, language)
        ]
        return list(dict.fromkeys(found))

    return files


def judged_in(wildcards):
    """The languages from whose files judgements are read."""
    return judged_languages(CONFIG, wildcards.benchmark, getattr(wildcards, "scope", MIXED))


def source_settings(wildcards):
    return as_dict(source_of(wildcards))


def languages_of(wildcards):
    return CONFIG.benchmarks[wildcards.benchmark].languages


def excluded(wildcards):
    return CONFIG.benchmarks[wildcards.benchmark].exclude


def reading(rule):
    """The fingerprint of a job that opens a benchmark's reader, with the code of the one format that it reads."""
    return code(rule, lambda wildcards: module_of(source_of(wildcards).format))


def common_languages(wildcards):
    """Languages whose texts a parallel benchmark must have in a split: all; for training English is enough."""
    return ["en"] if wildcards.split == "train" else languages_of(wildcards)


def judged_queries(wildcards):
    """The queries that may be judged: those of all languages, unless the benchmark is parallel."""
    parallel = is_parallel(CONFIG, wildcards.benchmark)
    codes = common_languages(wildcards) if parallel else languages_of(wildcards)
    return [path for code in codes for path in query_files(CONFIG, wildcards.benchmark, wildcards.split, code)]


def judged_passages(wildcards):
    """The passages that may be judged: those of the language of the judgements, unless the benchmark is parallel."""
    parallel = is_parallel(CONFIG, wildcards.benchmark)
    codes = common_languages(wildcards) if parallel else judged_in(wildcards)
    return [path for code in codes for path in passage_files(CONFIG, wildcards.benchmark, code)]


def mixed_texts(wildcards):
    """What says which texts of a side there are, and, unless the benchmark is parallel, in which languages."""
    benchmark, split = wildcards.benchmark, wildcards.split
    inputs = qrels_of_queries(CONFIG, benchmark, split, MIXED)
    if wildcards.side == "passages" and benchmark in BY_ENCODER:  # whose candidates depend on the drawn languages
        inputs |= {
            "pool": passage_files(CONFIG, benchmark, MIXED),
            "splits": f"results/data/{benchmark}/splits.parquet",
        }
    elif wildcards.side == "passages":
        inputs["candidates"] = candidates_file(CONFIG, benchmark, split, parse_pair("xx-xx"))
    elif not inputs or not is_parallel(CONFIG, benchmark):
        codes = CONFIG.benchmarks[benchmark].languages
        inputs["queries"] = [path for code in codes for path in query_files(CONFIG, benchmark, split, code)]
    return inputs


# Benchmarks whose candidates an encoder finds.
BY_ENCODER = [name for name, entry in CONFIG.benchmarks.items() if entry.candidates.origin == "encoder"]


def shown_passages(wildcards, pair):
    """Files of the passages that decide which may be candidates: of a parallel benchmark those of all languages."""
    every = is_parallel(CONFIG, wildcards.benchmark)
    return passage_files(CONFIG, wildcards.benchmark, MIXED if every else pair.passage)


def candidates_inputs(wildcards):
    """Judgements, the queries and passages that they may name, and what the source gives."""
    benchmark, split = wildcards.benchmark, wildcards.split
    pair = parse_pair("en-en" if wildcards.scope == SHARED else wildcards.scope)
    given = given_languages(wildcards, pair)
    return qrels_of_queries(CONFIG, benchmark, split, pair.passage) | {
        "queries": query_files(CONFIG, benchmark, split, pair.query),
        "passages": shown_passages(wildcards, pair),
        "source": [path for code in given for path in source_of(wildcards).files("candidates", code)],
    }


def given_languages(wildcards, pair):
    """Languages of the passages whose candidates the source gives, as it gives judgements."""
    given = CONFIG.benchmarks[wildcards.benchmark].candidates.origin == "given"
    return judged_languages(CONFIG, wildcards.benchmark, pair.passage) if given else []


def candidates_settings(wildcards):
    """The entry of the candidates, and of the source if it gives them."""
    pair = parse_pair("en-en" if wildcards.scope == SHARED else wildcards.scope)
    settings = benchmark_part("candidates")(wildcards) | {
        "parallel": is_parallel(CONFIG, wildcards.benchmark),
        "without_itself": source_of(wildcards).queries_are_passages,
    }
    if given := given_languages(wildcards, pair):
        settings |= {"source": source_settings(wildcards), "given_in": given}
    return settings


def reading_given(script):
    """The fingerprint of a job that opens a benchmark's reader only for candidates that it gives."""

    def module(wildcards):
        given = CONFIG.benchmarks[wildcards.benchmark].candidates.origin == "given"
        return module_of(source_of(wildcards).format) if given else None

    return code(script, module)


def embedding_inputs(wildcards):
    """The texts of a side, and the encoder; a contrastive one of the first seed."""
    of_side = query_files if wildcards.side == "queries" else passage_files
    place = [wildcards.split] if wildcards.side == "queries" else []
    encoder = CONFIG.benchmarks[wildcards.benchmark].candidates.encoder
    return {
        "texts": of_side(CONFIG, wildcards.benchmark, *place, wildcards.language)[0],
        "encoder": model(encoder_folder(encoder, CONFIG.run.seeds[0])),
    }


def embedding_settings(wildcards):
    return as_dict(CONFIG.benchmarks[wildcards.benchmark].candidates.embedding or Embedding())


def embedded_files(wildcards):
    """Vectors by side and language of a pair."""
    languages = sorted(CONFIG.benchmarks[wildcards.benchmark].languages)
    folder = f"results/data/{wildcards.benchmark}/embedded/{wildcards.split}"
    return {
        side: {name: f"{folder}/{side}/{name}.parquet" for name in (languages if code == MIXED else [code])}
        for side, code in zip(("queries", "passages"), parse_pair(wildcards.scope))
    }


def dense_inputs(wildcards):
    """Vectors, judgements, the texts that they may name, and drawn languages."""
    benchmark, split, pair = wildcards.benchmark, wildcards.split, parse_pair(wildcards.scope)
    every = embedded_files(wildcards)
    inputs = {
        "embedded": [path for files in every.values() for path in files.values()],
        "queries": dense_settings(wildcards)["queries"],
        "passages": shown_passages(wildcards, pair),
    }
    inputs |= qrels_of_queries(CONFIG, benchmark, split, pair.passage)
    for side in every:
        if mixed := mixed_file(CONFIG, benchmark, split, side, [pair]):
            inputs[f"mixed_{side}"] = mixed
    return inputs


def dense_settings(wildcards):
    """The depth, files of vectors, and of the queries to which the judgements are limited."""
    pair = parse_pair(wildcards.scope)
    return {
        "depth": CONFIG.benchmarks[wildcards.benchmark].candidates.depth,
        "parallel": is_parallel(CONFIG, wildcards.benchmark),
        "without_itself": source_of(wildcards).queries_are_passages,
        "embedded": embedded_files(wildcards),
        "queries": query_files(CONFIG, wildcards.benchmark, wildcards.split, pair.query),
    }


def benchmark_part(*keys):
    """Only these keys of a benchmark's entry, so that the others re-run nothing."""

    def settings(wildcards):
        whole = as_dict(CONFIG.benchmarks[wildcards.benchmark])
        return {key: whole[key] for key in keys}

    return settings


def every_language(pattern):
    """One file for each language of the benchmark."""
    return lambda wildcards: [
        pattern.format(language=language, **wildcards) for language in CONFIG.benchmarks[wildcards.benchmark].languages
    ]


def compared_texts(wildcards):
    """The English training texts of one benchmark and the judged ones of another."""
    other = CONFIG.benchmarks[wildcards.judged]
    sides = {"trained": (wildcards.benchmark, "train"), "judged": (wildcards.judged, other.judge)}
    files = {}
    for side, (name, split) in sides.items():
        folder = f"results/data/{name}"
        files[f"{side}_splits"] = f"{folder}/splits.parquet"
        files[f"{side}_queries"] = f"{folder}/queries/{split}/en.parquet"
        files[f"{side}_passages"] = f"{folder}/passages/en.parquet"
    files["trained_qrels"] = qrels_file(CONFIG, wildcards.benchmark, "train", "en")
    if source_of(wildcards).has_titles:
        files["trained_titles"] = f"results/data/{wildcards.benchmark}/titles/en.parquet"
    return files


def compared_settings(wildcards):
    judged = CONFIG.benchmarks[wildcards.judged]
    return {
        "split": judged.judge,
        "trained_articles": source_of(wildcards).names_articles,
        "judged_articles": judged.source.names_articles,
    }


# No table is made before each benchmark that is trained on has been compared with each other one that is judged.
COMPARED = [f"results/data/{trained}/contamination/{judged}.parquet" for trained, judged in benchmarks_compared(CONFIG)]
