# Passages, queries and titles by language, and the judgements on them.


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
        "../../envs/core.yaml"
    params:
        settings=by_wildcards(data.source_settings),
        code=reading("build_passages"),
    message:
        "Build the {wildcards.language} passages of {wildcards.benchmark}"
    script:
        "../../workflow/scripts/build_passages.py"


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
        "../../envs/core.yaml"
    params:
        settings=by_wildcards(data.source_settings),
        judged_in=by_wildcards(data.judged_in),
        code=reading("build_queries"),
    message:
        "Build the {wildcards.language} queries of {wildcards.benchmark}"
    script:
        "../../workflow/scripts/build_queries.py"


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
        "../../envs/core.yaml"
    params:
        settings=by_wildcards(data.source_settings),
        code=reading("build_titles"),
    message:
        "Build the {wildcards.language} titles of {wildcards.benchmark}"
    script:
        "../../workflow/scripts/build_titles.py"


rule build_qrels:
    input:
        splits="results/data/{benchmark}/splits.parquet",
        source=read_of("qrels"),
        queries=by_wildcards(data.judged_queries),
        passages=by_wildcards(data.judged_passages),
    output:
        "results/data/{benchmark}/qrels/{split}/{scope}.parquet",
    log:
        "logs/build_qrels/{benchmark}/{split}/{scope}.log",
    benchmark:
        "logs/benchmarks/build_qrels/{benchmark}/{split}/{scope}.tsv"
    conda:
        "../../envs/core.yaml"
    params:
        settings=by_wildcards(data.source_settings),
        judged_in=by_wildcards(data.judged_in),
        code=reading("build_qrels"),
    message:
        "Build the {wildcards.split} qrels of {wildcards.benchmark} ({wildcards.scope})"
    script:
        "../../workflow/scripts/build_qrels.py"


rule mix_languages:
    input:
        unpack(by_wildcards(data.mixed_texts)),
    output:
        "results/data/{benchmark}/mixed/{split}/{side}.parquet",
    log:
        "logs/mix_languages/{benchmark}/{split}/{side}.log",
    benchmark:
        "logs/benchmarks/mix_languages/{benchmark}/{split}/{side}.tsv"
    conda:
        "../../envs/core.yaml"
    params:
        settings=settings_of("benchmark", only=["languages", "mix_seed"]),
        code=code("mix_languages"),
    message:
        "Draw the language of each of the {wildcards.split} {wildcards.side} of {wildcards.benchmark} (MLIR)"
    script:
        "../../workflow/scripts/mix_languages.py"
