# corpus: training text, original or code-switched, with the switching counted.


rule tokenize_instances:
    input:
        instances="results/data/{benchmark}/instances.parquet",
        queries="results/data/{benchmark}/queries/train/en.parquet",
        passages="results/data/{benchmark}/passages/en.parquet",
    output:
        tokens="results/corpus/tokens/{benchmark}/tokens.parquet",
        vocabulary="results/corpus/tokens/{benchmark}/vocabulary.parquet",
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
        unpack(by_wildcards(corpus.corpus_inputs)),
    output:
        "results/corpus/{corpus}/{pair}.parquet",
    log:
        "logs/switch_corpus/{corpus}/{pair}.log",
    benchmark:
        "logs/benchmarks/switch_corpus/{corpus}/{pair}.tsv"
    wildcard_constraints:
        corpus=names(corpus.whole(CONFIG)),
    conda:
        "../envs/core.yaml"
    threads: 1
    params:
        settings=settings_of("corpus", without=["shards"]),
        code=code("switch_corpus"),
    message:
        "Make the corpus {wildcards.corpus} {wildcards.pair}"
    script:
        "../workflow/scripts/switch_corpus.py"


rule switch_shard:
    input:
        unpack(by_wildcards(corpus.corpus_inputs)),
    output:
        temp("results/corpus/{corpus}/shards/{pair}/{shard}.parquet"),
    log:
        "logs/switch_shard/{corpus}/{pair}/{shard}.log",
    benchmark:
        "logs/benchmarks/switch_shard/{corpus}/{pair}/{shard}.tsv"
    wildcard_constraints:
        corpus=names(corpus.sharded(CONFIG)),
        shard="[0-9]+",
    conda:
        "../envs/core.yaml"
    threads: 1
    params:
        settings=settings_of("corpus"),
        code=code("switch_shard"),
    message:
        "Make shard {wildcards.shard} of the corpus {wildcards.corpus} {wildcards.pair}"
    script:
        "../workflow/scripts/switch_shard.py"


rule join_shards:
    input:
        by_wildcards(corpus.shards_of_corpus),
    output:
        "results/corpus/{corpus}/{pair}.parquet",
    log:
        "logs/join_shards/{corpus}/{pair}.log",
    benchmark:
        "logs/benchmarks/join_shards/{corpus}/{pair}.tsv"
    wildcard_constraints:
        corpus=names(corpus.sharded(CONFIG)),
    conda:
        "../envs/core.yaml"
    params:
        # the inputs of the shards: when settings change, the shards no longer exist but this corpus does
        settings=settings_of("corpus"),
        shards=code("switch_shard"),
        code=code("join_shards"),
    message:
        "Join the shards of the corpus {wildcards.corpus} {wildcards.pair}"
    script:
        "../workflow/scripts/join_shards.py"


rule summarise_corpus:
    input:
        by_wildcards(corpus.corpus_files),
    output:
        "results/corpus/{corpus}/summary.parquet",
    log:
        "logs/summarise_corpus/{corpus}.log",
    benchmark:
        "logs/benchmarks/summarise_corpus/{corpus}.tsv"
    conda:
        "../envs/core.yaml"
    params:
        requested=by_wildcards(corpus.requested_probability),
        content=by_wildcards(corpus.counts_content),
        code=code("summarise_corpus"),
    message:
        "Count the switched tokens of {wildcards.corpus}"
    script:
        "../workflow/scripts/summarise_corpus.py"
