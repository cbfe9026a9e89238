# data: pinned downloads become passages, queries, qrels, candidates, training instances and titles.


include: "inputs/data.smk"


rule fetch_source:
    output:
        "resources/{source}",
    log:
        "logs/fetch_source/{source}.log",
    benchmark:
        "logs/benchmarks/fetch_source/{source}.tsv"
    priority: 2
    conda:
        "../envs/core.yaml"
    params:
        settings=fetched_source,
        code=code("fetch_source"),
    message:
        "Fetch and verify {wildcards.source}"
    script:
        "../workflow/scripts/fetch_source.py"


rule split_documents:
    input:
        source=read_of("passages"),
    output:
        "results/data/{benchmark}/splits.parquet",
    log:
        "logs/split_documents/{benchmark}.log",
    benchmark:
        "logs/benchmarks/split_documents/{benchmark}.tsv"
    priority: 2
    conda:
        "../envs/core.yaml"
    params:
        settings=benchmark_part("source", "languages", "shares"),
        code=reading("split_documents"),
    message:
        "Divide the documents of {wildcards.benchmark} into train, dev and test"
    script:
        "../workflow/scripts/split_documents.py"


rule guard_training:
    input:
        source=read_of("passages", "queries", "qrels", "titles"),
        splits="results/data/{benchmark}/splits.parquet",
    output:
        "results/data/{benchmark}/left_out.parquet",
    log:
        "logs/guard_training/{benchmark}.log",
    benchmark:
        "logs/benchmarks/guard_training/{benchmark}.tsv"
    priority: 2
    conda:
        "../envs/core.yaml"
    params:
        settings=source_settings,
        languages=languages_of,
        judged_in=judged_in,
        exclude=excluded,
        code=reading("guard_training"),
    message:
        "Find titles and train pairs of {wildcards.benchmark} that repeat a text judged in dev or test"
    script:
        "../workflow/scripts/guard_training.py"


rule check_contamination:
    input:
        unpack(compared_texts),
    output:
        "results/data/{benchmark}/contamination/{judged}.parquet",
    log:
        "logs/check_contamination/{benchmark}/{judged}.log",
    benchmark:
        "logs/benchmarks/check_contamination/{benchmark}/{judged}.tsv"
    # training does not wait for it, so it goes first among the jobs that are ready, like those that it waits for
    priority: 2
    conda:
        "../envs/core.yaml"
    params:
        settings=compared_settings,
        code=code("check_contamination"),
    message:
        "Look for texts judged in {wildcards.judged} among the training texts of {wildcards.benchmark}"
    script:
        "../workflow/scripts/check_contamination.py"


rule build_passages:
    input:
        source=read_of("passages"),
        left_out="results/data/{benchmark}/left_out.parquet",
    output:
        "results/data/{benchmark}/passages/{language}.parquet",
    log:
        "logs/build_passages/{benchmark}/{language}.log",
    benchmark:
        "logs/benchmarks/build_passages/{benchmark}/{language}.tsv"
    priority: 2
    conda:
        "../envs/core.yaml"
    params:
        settings=source_settings,
        code=reading("build_passages"),
    message:
        "Build the {wildcards.language} passages of {wildcards.benchmark}"
    script:
        "../workflow/scripts/build_passages.py"


rule build_queries:
    input:
        source=read_of("queries", "qrels"),
        splits="results/data/{benchmark}/splits.parquet",
        left_out="results/data/{benchmark}/left_out.parquet",
    output:
        # the three splits in one job: reading the source takes longer than dividing it
        train="results/data/{benchmark}/queries/train/{language}.parquet",
        dev="results/data/{benchmark}/queries/dev/{language}.parquet",
        test="results/data/{benchmark}/queries/test/{language}.parquet",
    log:
        "logs/build_queries/{benchmark}/{language}.log",
    benchmark:
        "logs/benchmarks/build_queries/{benchmark}/{language}.tsv"
    priority: 2
    conda:
        "../envs/core.yaml"
    params:
        settings=source_settings,
        judged_in=judged_in,
        code=reading("build_queries"),
    message:
        "Build the {wildcards.language} queries of {wildcards.benchmark}"
    script:
        "../workflow/scripts/build_queries.py"


rule build_labels:
    input:
        source=read_of("labels"),
    output:
        "results/data/{benchmark}/labels.parquet",
    log:
        "logs/build_labels/{benchmark}.log",
    benchmark:
        "logs/benchmarks/build_labels/{benchmark}.tsv"
    conda:
        "../envs/core.yaml"
    params:
        settings=source_settings,
        code=reading("build_labels"),
    message:
        "Build the labels of the queries of {wildcards.benchmark}"
    script:
        "../workflow/scripts/build_labels.py"


rule build_titles:
    input:
        source=read_of("titles"),
        splits="results/data/{benchmark}/splits.parquet",
        left_out="results/data/{benchmark}/left_out.parquet",
    output:
        "results/data/{benchmark}/titles/{language}.parquet",
    log:
        "logs/build_titles/{benchmark}/{language}.log",
    benchmark:
        "logs/benchmarks/build_titles/{benchmark}/{language}.tsv"
    conda:
        "../envs/core.yaml"
    params:
        settings=source_settings,
        code=reading("build_titles"),
    message:
        "Build the {wildcards.language} titles of {wildcards.benchmark}"
    script:
        "../workflow/scripts/build_titles.py"


rule build_qrels:
    input:
        splits="results/data/{benchmark}/splits.parquet",
        source=read_of("qrels"),
        queries=judged_queries,
        passages=judged_passages,
    output:
        "results/data/{benchmark}/qrels/{split}/{scope}.parquet",
    log:
        "logs/build_qrels/{benchmark}/{split}/{scope}.log",
    benchmark:
        "logs/benchmarks/build_qrels/{benchmark}/{split}/{scope}.tsv"
    conda:
        "../envs/core.yaml"
    params:
        settings=source_settings,
        judged_in=judged_in,
        code=reading("build_qrels"),
    message:
        "Build the {wildcards.split} qrels of {wildcards.benchmark} ({wildcards.scope})"
    script:
        "../workflow/scripts/build_qrels.py"


rule build_candidates:
    input:
        unpack(candidates_inputs),
        splits="results/data/{benchmark}/splits.parquet",
    output:
        "results/data/{benchmark}/candidates/{split}/{scope}.parquet",
    log:
        "logs/build_candidates/{benchmark}/{split}/{scope}.log",
    benchmark:
        "logs/benchmarks/build_candidates/{benchmark}/{split}/{scope}.tsv"
    wildcard_constraints:
        benchmark=names(set(CONFIG.benchmarks) - set(BY_ENCODER)),
    conda:
        "../envs/core.yaml"
    params:
        settings=candidates_settings,
        code=reading_given("build_candidates"),
    message:
        "Build the candidates ({wildcards.scope}) for the {wildcards.split} queries of {wildcards.benchmark}"
    script:
        "../workflow/scripts/build_candidates.py"


rule embed_texts:
    input:
        unpack(embedding_inputs),
        splits="results/data/{benchmark}/splits.parquet",
    output:
        "results/data/{benchmark}/embedded/{split}/{side}/{language}.parquet",
    log:
        "logs/embed_texts/{benchmark}/{split}/{side}/{language}.log",
    benchmark:
        "logs/benchmarks/embed_texts/{benchmark}/{split}/{side}/{language}.tsv"
    wildcard_constraints:
        benchmark=names(BY_ENCODER),
    conda:
        "../envs/train.yaml"
    threads: 1
    resources:
        gpu=0,
        mem_mb=6000,
        runtime=720,
    params:
        settings=embedding_settings,
        code=code("embed_texts"),
    message:
        "Embed the {wildcards.language} {wildcards.split} {wildcards.side} of {wildcards.benchmark}"
    script:
        "../workflow/scripts/embed_texts.py"


rule retrieve_candidates:
    input:
        unpack(dense_inputs),
        splits="results/data/{benchmark}/splits.parquet",
    output:
        "results/data/{benchmark}/candidates/{split}/{scope}.parquet",
    log:
        "logs/retrieve_candidates/{benchmark}/{split}/{scope}.log",
    benchmark:
        "logs/benchmarks/retrieve_candidates/{benchmark}/{split}/{scope}.tsv"
    wildcard_constraints:
        benchmark=names(BY_ENCODER),
        scope="[a-z]{2}-[a-z]{2}",
    conda:
        "../envs/core.yaml"
    threads: 1
    params:
        settings=dense_settings,
        code=code("retrieve_candidates"),
    message:
        "Retrieve {wildcards.scope} candidates for the {wildcards.split} queries of {wildcards.benchmark}"
    script:
        "../workflow/scripts/retrieve_candidates.py"


rule build_instances:
    input:
        splits="results/data/{benchmark}/splits.parquet",
        queries="results/data/{benchmark}/queries/train/en.parquet",
        qrels=lambda wildcards: qrels_file(CONFIG, wildcards.benchmark, "train", "en"),
        passages="results/data/{benchmark}/passages/en.parquet",
    output:
        "results/data/{benchmark}/instances.parquet",
    log:
        "logs/build_instances/{benchmark}.log",
    benchmark:
        "logs/benchmarks/build_instances/{benchmark}.tsv"
    conda:
        "../envs/core.yaml"
    params:
        settings=benchmark_part("negatives"),
        code=code("build_instances"),
    message:
        "Build the training instances of {wildcards.benchmark} with BM25 negatives"
    script:
        "../workflow/scripts/build_instances.py"


rule mix_languages:
    input:
        unpack(mixed_texts),
    output:
        "results/data/{benchmark}/mixed/{split}/{side}.parquet",
    log:
        "logs/mix_languages/{benchmark}/{split}/{side}.log",
    benchmark:
        "logs/benchmarks/mix_languages/{benchmark}/{split}/{side}.tsv"
    conda:
        "../envs/core.yaml"
    params:
        settings=benchmark_part("languages", "mix_seed"),
        code=code("mix_languages"),
    message:
        "Draw the language of each of the {wildcards.split} {wildcards.side} of {wildcards.benchmark} (MLIR)"
    script:
        "../workflow/scripts/mix_languages.py"
