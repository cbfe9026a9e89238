# corpus: training text, original or code-switched, with the switching counted.


include: "inputs/corpus.smk"


rule tokenize_instances:
    input:
        instances="results/data/{benchmark}/instances.parquet",
        queries="results/data/{benchmark}/queries/train/en.parquet",
        passages="results/data/{benchmark}/passages/en.parquet",
    output:
        queries="results/corpus/tokens/{benchmark}/queries.parquet",
        passages="results/corpus/tokens/{benchmark}/passages.parquet",
    log:
        "logs/tokenize_instances/{benchmark}.log",
    benchmark:
        "logs/benchmarks/tokenize_instances/{benchmark}.tsv"
    conda:
        "../envs/core.yaml"
    params:
        code=code("tokenize_instances"),
    message:
        "Tokenise the training texts of {wildcards.benchmark} once"
    script:
        "../workflow/scripts/tokenize_instances.py"


rule switch_corpus:
    input:
        unpack(corpus_inputs),
    output:
        "results/corpus/{corpus}/{pair}.parquet",
    log:
        "logs/switch_corpus/{corpus}/{pair}.log",
    benchmark:
        "logs/benchmarks/switch_corpus/{corpus}/{pair}.tsv"
    conda:
        "../envs/core.yaml"
    params:
        settings=entry("corpora", "corpus"),
        code=code("switch_corpus"),
    message:
        "Make the corpus {wildcards.corpus} {wildcards.pair}"
    script:
        "../workflow/scripts/switch_corpus.py"


rule summarise_corpus:
    input:
        corpus_files,
    output:
        "results/corpus/{corpus}/summary.parquet",
    log:
        "logs/summarise_corpus/{corpus}.log",
    benchmark:
        "logs/benchmarks/summarise_corpus/{corpus}.tsv"
    conda:
        "../envs/core.yaml"
    params:
        settings=lambda wildcards: {"requested": getattr(CONFIG.corpora[wildcards.corpus], "p", 0.0)},
        code=code("summarise_corpus"),
    message:
        "Count the switched tokens of {wildcards.corpus}"
    script:
        "../workflow/scripts/summarise_corpus.py"
