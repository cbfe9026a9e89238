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
            for language in ([judged_in(wildcards)] if part == "qrels" else asked)
            for path in source_of(wildcards).files(part, language)
        ]
        return list(dict.fromkeys(found))

    return files


def judged_in(wildcards):
    """The language from whose files judgements are read: they are the same in all."""
    return CONFIG.benchmarks[wildcards.benchmark].languages[0]


def source_settings(wildcards):
    return as_dict(source_of(wildcards))


def languages_of(wildcards):
    return CONFIG.benchmarks[wildcards.benchmark].languages


def reading(rule):
    """The fingerprint of a job that opens a benchmark's reader, with the code of the one format that it reads."""
    return code(rule, lambda wildcards: module_of(source_of(wildcards).format))


def judging_languages(wildcards):
    """Languages whose texts a split must have: all; for training English is enough."""
    return ["en"] if wildcards.split == "train" else languages_of(wildcards)


def texts_of_split(side):
    """The texts of one side in the languages that a split must have."""
    folder = "queries/{split}" if side == "queries" else "passages"
    return lambda wildcards: [
        f"results/data/{wildcards.benchmark}/{folder.format(**wildcards)}/{language}.parquet"
        for language in judging_languages(wildcards)
    ]


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
