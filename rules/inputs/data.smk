# Functions of rules/data.smk: which files and which part of a benchmark.


def fetched_source(wildcards):
    """What a download depends on: a corrected note or licence fetches nothing again."""
    row = SOURCES[wildcards.source]
    return {key: row[key] for key in ("locator", "filename", "sha256", "bytes", "platform")}


def benchmark_source(wildcards):
    return f"resources/{CONFIG.benchmarks[wildcards.benchmark].source}"


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
