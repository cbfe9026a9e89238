# Runs and ranks of systems that retrieve by an encoder.


rule retrieve_passages:
    input:
        unpack(by_wildcards(evaluation.retrieval_inputs)),
    output:
        "results/run/{system}/seed{seed}/{benchmark}.parquet",
    log:
        "logs/retrieve_passages/{system}/seed{seed}/{benchmark}.log",
    benchmark:
        "logs/benchmarks/retrieve_passages/{system}/seed{seed}/{benchmark}.tsv"
    wildcard_constraints:
        system=names(evaluation.dense_systems(CONFIG)),
    conda:
        "../../envs/train.yaml"
    threads: 1
    resources:
        gpu=0,
        mem_mb=growing(6000),
        runtime=growing(60),
    params:
        settings=by_wildcards(evaluation.passages_settings),
        code=code("retrieve_passages"),
    message:
        "Retrieve passages of {wildcards.benchmark} with {wildcards.system}, seed {wildcards.seed}"
    script:
        "../../workflow/scripts/retrieve_passages.py"


rule rank_pool:
    input:
        unpack(by_wildcards(evaluation.pool_inputs)),
    output:
        "results/pool/{system}/seed{seed}/{benchmark}.parquet",
    log:
        "logs/rank_pool/{system}/seed{seed}/{benchmark}.log",
    benchmark:
        "logs/benchmarks/rank_pool/{system}/seed{seed}/{benchmark}.tsv"
    wildcard_constraints:
        system=names(evaluation.dense_systems(CONFIG)),
    conda:
        "../../envs/train.yaml"
    threads: 1
    resources:
        gpu=0,
        mem_mb=growing(6000),
        runtime=growing(60),
    params:
        settings=by_wildcards(evaluation.retrieval_settings),
        code=code("rank_pool"),
    message:
        "Rank the multilingual pool of {wildcards.benchmark} with {wildcards.system}, seed {wildcards.seed}"
    script:
        "../../workflow/scripts/rank_pool.py"


rule classify_queries:
    input:
        unpack(by_wildcards(evaluation.classified_inputs)),
    output:
        "results/classes/{system}/seed{seed}/{benchmark}.parquet",
    log:
        "logs/classify_queries/{system}/seed{seed}/{benchmark}.log",
    benchmark:
        "logs/benchmarks/classify_queries/{system}/seed{seed}/{benchmark}.tsv"
    wildcard_constraints:
        system=names(evaluation.dense_systems(CONFIG)),
    conda:
        "../../envs/train.yaml"
    threads: 1
    resources:
        gpu=0,
        mem_mb=growing(6000),
        runtime=growing(60),
    params:
        settings=by_wildcards(evaluation.classified_settings),
        code=code("classify_queries"),
    message:
        "Classify the queries of {wildcards.benchmark} with {wildcards.system}, seed {wildcards.seed}"
    script:
        "../../workflow/scripts/classify_queries.py"
