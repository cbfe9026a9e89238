# Pinned downloads, the division of their documents, and what training leaves out.


rule fetch_source:
    output:
        "resources/{source}",
    log:
        "logs/fetch_source/{source}.log",
    benchmark:
        "logs/benchmarks/fetch_source/{source}.tsv"
    priority: 2
    conda:
        "../../envs/core.yaml"
    params:
        settings=fetched_source,
        code=code("fetch_source"),
    message:
        "Fetch and verify {wildcards.source}"
    script:
        "../../workflow/scripts/fetch_source.py"


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
        "../../envs/core.yaml"
    params:
        settings=settings_of("benchmark", only=["source", "languages", "shares"]),
        code=reading("split_documents"),
    message:
        "Divide the documents of {wildcards.benchmark} into train, dev and test"
    script:
        "../../workflow/scripts/split_documents.py"


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
        "../../envs/core.yaml"
    params:
        settings=by_wildcards(data.source_settings),
        languages=by_wildcards(data.languages_of),
        judged_in=by_wildcards(data.judged_in),
        exclude=by_wildcards(data.excluded),
        code=reading("guard_training"),
    message:
        "Find titles and train pairs of {wildcards.benchmark} that repeat a text judged in dev or test"
    script:
        "../../workflow/scripts/guard_training.py"


rule check_contamination:
    input:
        unpack(by_wildcards(data.compared_texts)),
    output:
        "results/data/{benchmark}/contamination/{judged}.parquet",
    log:
        "logs/check_contamination/{benchmark}/{judged}.log",
    benchmark:
        "logs/benchmarks/check_contamination/{benchmark}/{judged}.tsv"
    # training does not wait for it, so it goes first among the jobs that are ready, like those that it waits for
    priority: 2
    conda:
        "../../envs/core.yaml"
    params:
        settings=by_wildcards(data.compared_settings),
        code=code("check_contamination"),
    message:
        "Look for texts judged in {wildcards.judged} among the training texts of {wildcards.benchmark}"
    script:
        "../../workflow/scripts/check_contamination.py"


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
        "../../envs/core.yaml"
    params:
        settings=by_wildcards(data.source_settings),
        code=reading("build_labels"),
    message:
        "Build the labels of the queries of {wildcards.benchmark}"
    script:
        "../../workflow/scripts/build_labels.py"
