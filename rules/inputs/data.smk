# Functions of rules/data.smk: files and parts of a benchmark.

from switchrank.data.reading import module_of


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
    inputs = {"qrels": qrels_file(CONFIG, benchmark, split, MIXED)}
    if wildcards.side == "passages":
        inputs["candidates"] = candidates_file(CONFIG, benchmark, split, parse_pair("xx-xx"))
    elif not is_parallel(CONFIG, benchmark):
        codes = CONFIG.benchmarks[benchmark].languages
        inputs["queries"] = [path for code in codes for path in query_files(CONFIG, benchmark, split, code)]
    return inputs


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
