# Candidates of the first stage, and training instances with negatives.


rule build_candidates:
    input:
        unpack(by_wildcards(candidates.candidates_inputs)),
        splits="results/data/{benchmark}/splits.parquet",
    output:
        "results/data/{benchmark}/candidates/{split}/{scope}.parquet",
    log:
        "logs/build_candidates/{benchmark}/{split}/{scope}.log",
    benchmark:
        "logs/benchmarks/build_candidates/{benchmark}/{split}/{scope}.tsv"
    wildcard_constraints:
        benchmark=names(candidates.by_encoder(CONFIG, False)),
    conda:
        "../../envs/core.yaml"
    params:
        settings=by_wildcards(candidates.candidates_settings),
        code=code("build_candidates", by_wildcards(candidates.module_of_given)),
    message:
        "Build the candidates ({wildcards.scope}) for the {wildcards.split} queries of {wildcards.benchmark}"
    script:
        "../../workflow/scripts/build_candidates.py"


rule embed_texts:
    input:
        unpack(by_wildcards(candidates.embedding_inputs)),
        splits="results/data/{benchmark}/splits.parquet",
    output:
        "results/data/{benchmark}/embedded/{split}/{side}/{language}.parquet",
    log:
        "logs/embed_texts/{benchmark}/{split}/{side}/{language}.log",
    benchmark:
        "logs/benchmarks/embed_texts/{benchmark}/{split}/{side}/{language}.tsv"
    wildcard_constraints:
        benchmark=names(candidates.by_encoder(CONFIG, True)),
    conda:
        "../../envs/train.yaml"
    threads: 1
    resources:
        gpu=0,
        mem_mb=growing(6000),
        runtime=growing(720),
    params:
        settings=by_wildcards(candidates.embedding_settings),
        code=code("embed_texts"),
    message:
        "Embed the {wildcards.language} {wildcards.split} {wildcards.side} of {wildcards.benchmark}"
    script:
        "../../workflow/scripts/embed_texts.py"


rule retrieve_candidates:
    input:
        unpack(by_wildcards(candidates.dense_inputs)),
        splits="results/data/{benchmark}/splits.parquet",
    output:
        "results/data/{benchmark}/candidates/{split}/{scope}.parquet",
    log:
        "logs/retrieve_candidates/{benchmark}/{split}/{scope}.log",
    benchmark:
        "logs/benchmarks/retrieve_candidates/{benchmark}/{split}/{scope}.tsv"
    wildcard_constraints:
        benchmark=names(candidates.by_encoder(CONFIG, True)),
        scope="[a-z]{2}-[a-z]{2}",
    conda:
        "../../envs/core.yaml"
    threads: 1
    params:
        settings=by_wildcards(candidates.dense_settings),
        code=code("retrieve_candidates"),
    message:
        "Retrieve {wildcards.scope} candidates for the {wildcards.split} queries of {wildcards.benchmark}"
    script:
        "../../workflow/scripts/retrieve_candidates.py"


rule build_instances:
    input:
        unpack(by_wildcards(instances.instances_inputs)),
        splits="results/data/{benchmark}/splits.parquet",
        queries="results/data/{benchmark}/queries/train/en.parquet",
        passages="results/data/{benchmark}/passages/en.parquet",
    output:
        "results/data/{benchmark}/instances.parquet",
    log:
        "logs/build_instances/{benchmark}.log",
    benchmark:
        "logs/benchmarks/build_instances/{benchmark}.tsv"
    conda:
        "../../envs/core.yaml"
    params:
        settings=by_wildcards(instances.instances_settings),
        code=code("build_instances", by_wildcards(instances.module_of_instances)),
    message:
        "Build the training instances of {wildcards.benchmark}"
    script:
        "../../workflow/scripts/build_instances.py"
