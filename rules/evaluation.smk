# evaluation: runs, measures and significance.


include: "inputs/evaluation.smk"


rule translate_benchmark:
    input:
        texts=untranslated,
        splits="results/data/{benchmark}/splits.parquet",
        lexicon="results/lexicon/{lexicon}/{language}-en.parquet",
    output:
        "results/translated/{lexicon}/{benchmark}/{split}/{side}/{language}.parquet",
    log:
        "logs/translate_benchmark/{lexicon}/{benchmark}/{split}/{side}/{language}.log",
    benchmark:
        "logs/benchmarks/translate_benchmark/{lexicon}/{benchmark}/{split}/{side}/{language}.tsv"
    conda:
        "../envs/core.yaml"
    params:
        code=code("translate_benchmark"),
    message:
        "Translate the {wildcards.language} {wildcards.split} {wildcards.side} of {wildcards.benchmark} into English"
    script:
        "../workflow/scripts/translate_benchmark.py"


for number, (pairs, systems) in enumerate(serving(), start=1):

    rule:
        name:
            f"score_candidates_{number}"
        input:
            unpack(scoring_inputs),
        output:
            expand(
                "results/run/{{system}}/seed{{seed}}/{{benchmark}}/{pair}.parquet",
                pair=pairs,
            ),
        log:
            "logs/score_candidates/{system}/seed{seed}/{benchmark}.log",
        benchmark:
            "logs/benchmarks/score_candidates/{system}/seed{seed}/{benchmark}.tsv"
        wildcard_constraints:
            system=names(set(systems) - set(DENSE)),
        conda:
            "../envs/train.yaml" if CONFIG.scoring.backend == "torch" else "../envs/runtime.yaml"
        threads: 1
        resources:
            mem_mb=6000,
            runtime=240,
        params:
            settings=scoring_settings,
            code=code("score_candidates"),
        message:
            "Score the candidates of {wildcards.benchmark} with {wildcards.system}, seed {wildcards.seed}"
        script:
            "../workflow/scripts/score_candidates.py"

    rule:
        name:
            f"retrieve_passages_{number}"
        input:
            unpack(retrieval_inputs),
        output:
            expand(
                "results/run/{{system}}/seed{{seed}}/{{benchmark}}/{pair}.parquet",
                pair=pairs,
            ),
        log:
            "logs/retrieve_passages/{system}/seed{seed}/{benchmark}.log",
        benchmark:
            "logs/benchmarks/retrieve_passages/{system}/seed{seed}/{benchmark}.tsv"
        wildcard_constraints:
            system=names(set(systems) & set(DENSE)),
        conda:
            "../envs/train.yaml"
        threads: 1
        resources:
            mem_mb=6000,
            runtime=60,
        params:
            settings=retrieval_settings,
            code=code("retrieve_passages"),
        message:
            "Retrieve passages of {wildcards.benchmark} with {wildcards.system}, seed {wildcards.seed}"
        script:
            "../workflow/scripts/retrieve_passages.py"

    rule:
        name:
            f"measure_run_{number}"
        input:
            runs=expand(
                "results/run/{{system}}/seed{{seed}}/{{benchmark}}/{pair}.parquet",
                pair=pairs,
            ),
            qrels=lambda wildcards: f"results/data/{wildcards.benchmark}/qrels/{judged(wildcards)}.parquet",
        output:
            expand(
                "results/measure/{{system}}/seed{{seed}}/{{benchmark}}/{pair}.parquet",
                pair=pairs,
            ),
        log:
            "logs/measure_run/{system}/seed{seed}/{benchmark}.log",
        benchmark:
            "logs/benchmarks/measure_run/{system}/seed{seed}/{benchmark}.tsv"
        wildcard_constraints:
            system=names(systems),
        conda:
            "../envs/core.yaml"
        params:
            settings=lambda wildcards: {"measures": CONFIG.evaluation.measures},
            code=code("measure_run"),
        message:
            "Measure the runs of {wildcards.system}, seed {wildcards.seed}, on {wildcards.benchmark}"
        script:
            "../workflow/scripts/measure_run.py"


rule rank_pool:
    input:
        unpack(pool_inputs),
    output:
        "results/pool/{system}/seed{seed}/{benchmark}.parquet",
    log:
        "logs/rank_pool/{system}/seed{seed}/{benchmark}.log",
    benchmark:
        "logs/benchmarks/rank_pool/{system}/seed{seed}/{benchmark}.tsv"
    wildcard_constraints:
        system=names(DENSE),
    conda:
        "../envs/train.yaml"
    threads: 1
    resources:
        mem_mb=6000,
        runtime=60,
    params:
        settings=retrieval_settings,
        code=code("rank_pool"),
    message:
        "Rank the multilingual pool of {wildcards.benchmark} with {wildcards.system}, seed {wildcards.seed}"
    script:
        "../workflow/scripts/rank_pool.py"


rule compare_backends:
    input:
        unpack(compared_inputs),
    output:
        "results/backends/{system}/seed{seed}/{benchmark}.parquet",
    log:
        "logs/compare_backends/{system}/seed{seed}/{benchmark}.log",
    benchmark:
        "logs/benchmarks/compare_backends/{system}/seed{seed}/{benchmark}.tsv"
    wildcard_constraints:
        system=names(TRAINED),
    conda:
        "../envs/runtime.yaml"
    threads: 1
    resources:
        mem_mb=6000,
        runtime=240,
    params:
        settings=comparison_settings,
        code=code("compare_backends"),
    message:
        "Compare the backends on the dev candidates of {wildcards.benchmark} with {wildcards.system}, seed {wildcards.seed}"
    script:
        "../workflow/scripts/compare_backends.py"


rule summarise_measures:
    input:
        measures=[f"results/measure/{s}/seed{n}/{b}/{p}.parquet" for s, n, b, p in RUNS],
    output:
        "results/summary.parquet",
    log:
        "logs/summarise_measures.log",
    benchmark:
        "logs/benchmarks/summarise_measures.tsv"
    conda:
        "../envs/core.yaml"
    params:
        runs=RUNS,
        code=code("summarise_measures"),
    message:
        "Average the measures over queries, seeds and pairs"
    script:
        "../workflow/scripts/summarise_measures.py"


rule test_significance:
    input:
        measures=[f"results/measure/{s}/seed{n}/{b}/{p}.parquet" for s, n, b, p in RUNS],
    output:
        "results/significance.parquet",
    log:
        "logs/test_significance.log",
    benchmark:
        "logs/benchmarks/test_significance.tsv"
    conda:
        "../envs/core.yaml"
    params:
        runs=RUNS,
        settings=as_dict(CONFIG.evaluation.significance),
        code=code("test_significance"),
    message:
        "Test every system against the baseline"
    script:
        "../workflow/scripts/test_significance.py"
