# Functions of rules/data/: what a job fetches or reads of a source, and the code that reads it.


def fetched_source(wildcards):
    """The fields that a download depends on: a corrected note or licence fetches nothing again."""
    row = SOURCES[wildcards.source]
    return {key: row[key] for key in ("locator", "filename", "sha256", "bytes", "platform")}


def read_of(*parts):
    """Files that a benchmark's reader opens for these parts, in the language of the job or else in all languages."""
    languages = by_wildcards(data.read_languages)
    return lambda wildcards: data.source_files(CONFIG, wildcards.benchmark, parts, languages(wildcards))


def reading(rule):
    """The fingerprint of a job that opens a benchmark's reader, with the code of the one format that it reads."""
    return code(rule, by_wildcards(data.module_of_source))
