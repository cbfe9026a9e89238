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


rule score_candidates:
    input:
        unpack(scoring_inputs),
    output:
        "results/run/{system}/seed{seed}/{benchmark}.parquet",
    log:
        "logs/score_candidates/{system}/seed{seed}/{benchmark}.log",
    benchmark:
        "logs/benchmarks/score_candidates/{system}/seed{seed}/{benchmark}.tsv"
    wildcard_constraints:
        system=names([] if CONFIG.scoring.shards > 1 else SCORED),
    conda:
        "../envs/train.yaml" if CONFIG.scoring.backend == "torch" else "../envs/runtime.yaml"
    threads: 1
    resources:
        gpu=0,
        mem_mb=6000,
        runtime=240,
    params:
        settings=scoring_settings,
        code=code("score_candidates"),
    message:
        "Score the candidates of {wildcards.benchmark} with {wildcards.system}, seed {wildcards.seed}"
    script:
        "../workflow/scripts/score_candidates.py"


rule score_shard:
    input:
        unpack(scoring_inputs),
    output:
        temp("results/run/{system}/seed{seed}/shards/{benchmark}/{shard}.parquet"),
    log:
        "logs/score_shard/{system}/seed{seed}/{benchmark}/{shard}.log",
    benchmark:
        "logs/benchmarks/score_shard/{system}/seed{seed}/{benchmark}/{shard}.tsv"
    wildcard_constraints:
        system=names(SCORED if CONFIG.scoring.shards > 1 else []),
        shard="[0-9]+",
    conda:
        "../envs/train.yaml" if CONFIG.scoring.backend == "torch" else "../envs/runtime.yaml"
    threads: 1
    resources:
        gpu=0,
        mem_mb=6000,
        runtime=240,
    params:
        settings=scoring_settings,
        shards=CONFIG.scoring.shards,
        code=code("score_shard"),
    message:
        "Score shard {wildcards.shard} of {wildcards.benchmark} with {wildcards.system}, seed {wildcards.seed}"
    script:
        "../workflow/scripts/score_shard.py"


rule join_runs:
    input:
        shards_of_run,
    output:
        "results/run/{system}/seed{seed}/{benchmark}.parquet",
    log:
        "logs/join_runs/{system}/seed{seed}/{benchmark}.log",
    benchmark:
        "logs/benchmarks/join_runs/{system}/seed{seed}/{benchmark}.tsv"
    wildcard_constraints:
        system=names(SCORED if CONFIG.scoring.shards > 1 else []),
    conda:
        "../envs/core.yaml"
    params:
        # the inputs of the shards: when settings change, the shards no longer exist but this file does
        settings=scoring_settings,
        shards=code("score_shard"),
        code=code("join_runs"),
    message:
        "Join the shards of {wildcards.benchmark} scored with {wildcards.system}, seed {wildcards.seed}"
    script:
        "../workflow/scripts/join_runs.py"


rule retrieve_passages:
    input:
        unpack(retrieval_inputs),
    output:
        "results/run/{system}/seed{seed}/{benchmark}.parquet",
    log:
        "logs/retrieve_passages/{system}/seed{seed}/{benchmark}.log",
    benchmark:
        "logs/benchmarks/retrieve_passages/{system}/seed{seed}/{benchmark}.tsv"
    wildcard_constraints:
        system=names(DENSE),
    conda:
        "../envs/train.yaml"
    threads: 1
    resources:
        gpu=0,
        mem_mb=6000,
        runtime=60,
    params:
        settings=passages_settings,
        code=code("retrieve_passages"),
    message:
        "Retrieve passages of {wildcards.benchmark} with {wildcards.system}, seed {wildcards.seed}"
    script:
        "../workflow/scripts/retrieve_passages.py"


rule measure_run:
    input:
        unpack(measuring_inputs),
        runs="results/run/{system}/seed{seed}/{benchmark}.parquet",
    output:
        "results/measure/{system}/seed{seed}/{benchmark}.parquet",
    log:
        "logs/measure_run/{system}/seed{seed}/{benchmark}.log",
    benchmark:
        "logs/benchmarks/measure_run/{system}/seed{seed}/{benchmark}.tsv"
    conda:
        "../envs/core.yaml"
    params:
        settings=measuring_settings,
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
        gpu=0,
        mem_mb=6000,
        runtime=60,
    params:
        settings=retrieval_settings,
        code=code("rank_pool"),
    message:
        "Rank the multilingual pool of {wildcards.benchmark} with {wildcards.system}, seed {wildcards.seed}"
    script:
        "../workflow/scripts/rank_pool.py"


rule classify_queries:
    input:
        unpack(classified_inputs),
    output:
        "results/classes/{system}/seed{seed}/{benchmark}.parquet",
    log:
        "logs/classify_queries/{system}/seed{seed}/{benchmark}.log",
    benchmark:
        "logs/benchmarks/classify_queries/{system}/seed{seed}/{benchmark}.tsv"
    wildcard_constraints:
        system=names(DENSE),
    conda:
        "../envs/train.yaml"
    threads: 1
    resources:
        gpu=0,
        mem_mb=6000,
        runtime=60,
    params:
        settings=classified_settings,
        code=code("classify_queries"),
    message:
        "Classify the queries of {wildcards.benchmark} with {wildcards.system}, seed {wildcards.seed}"
    script:
        "../workflow/scripts/classify_queries.py"


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
        gpu=0,
        mem_mb=6000,
        runtime=240,
    params:
        settings=comparison_settings,
        code=code("compare_backends"),
    message:
        "Compare the backends on dev candidates of {wildcards.benchmark} with {wildcards.system}, seed {wildcards.seed}"
    script:
        "../workflow/scripts/compare_backends.py"


rule summarise_measures:
    input:
        measures=MEASURED,
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
        groups=GROUPS,
        code=code("summarise_measures"),
    message:
        "Average the measures over queries, seeds and pairs"
    script:
        "../workflow/scripts/summarise_measures.py"


rule measure_references:
    input:
        unpack(reference_inputs),
    output:
        "results/reference/{benchmark}.parquet",
    log:
        "logs/measure_references/{benchmark}.log",
    benchmark:
        "logs/benchmarks/measure_references/{benchmark}.tsv"
    conda:
        "../envs/core.yaml"
    params:
        settings=reference_settings,
        groups=GROUPS,
        code=code("measure_references"),
    message:
        "Measure the candidates of {wildcards.benchmark} in their own order, in random order and at their best"
    script:
        "../workflow/scripts/measure_references.py"


rule test_significance:
    input:
        measures=MEASURED,
        clusters=[file for files in CLUSTERS.values() for file in files],
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
        groups=GROUPS,
        clusters=CLUSTERS,
        settings=as_dict(CONFIG.evaluation.significance),
        code=code("test_significance"),
    message:
        "Test every system against the baseline"
    script:
        "../workflow/scripts/test_significance.py"


rule measure_overlap:
    input:
        measures=MEASURED,
        qrels=files_of_all_judgements(),
        texts=files_of_runs(),
    output:
        "results/overlap.parquet",
    log:
        "logs/measure_overlap.log",
    benchmark:
        "logs/benchmarks/measure_overlap.tsv"
    conda:
        "../envs/core.yaml"
    params:
        runs=RUNS,
        texts=TEXTS_OF_RUNS,
        settings=overlap_settings(),
        code=code("measure_overlap"),
    message:
        "Measure the runs by the words that queries share with relevant passages"
    script:
        "../workflow/scripts/measure_overlap.py"


rule check_expected:
    input:
        summary="results/summary.parquet",
        published=given(CONFIG.evaluation.expected.values),
    output:
        "results/expected.parquet",
    log:
        "logs/check_expected.log",
    benchmark:
        "logs/benchmarks/check_expected.tsv"
    conda:
        "../envs/core.yaml"
    params:
        settings=as_dict(CONFIG.evaluation.expected),
        code=code("check_expected"),
    message:
        "Compare the means with published values"
    script:
        "../workflow/scripts/check_expected.py"


rule export_runs:
    input:
        runs=[run_file("run", *run) for run in FILES_OF_RUNS],
        qrels=files_of_all_judgements(),
    output:
        runs=[f"results/export/runs/{s}/seed{n}/{b}/{p}.trec" for s, n, b, p in RUNS],
        qrels=list(exported_judgements()),
    log:
        "logs/export_runs.log",
    benchmark:
        "logs/benchmarks/export_runs.tsv"
    conda:
        "../envs/core.yaml"
    params:
        runs=RUNS,
        judged_by=list(exported_judgements().values()),
        code=code("export_runs"),
    message:
        "Export the runs and judgements as TREC files"
    script:
        "../workflow/scripts/export_runs.py"


rule export_benchmark:
    input:
        unpack(exported),
    output:
        corpus="results/export/beir/{benchmark}/{pair}/{split}/corpus.jsonl",
        queries="results/export/beir/{benchmark}/{pair}/{split}/queries.jsonl",
        qrels="results/export/beir/{benchmark}/{pair}/{split}/qrels/{split}.tsv",
    log:
        "logs/export_benchmark/{benchmark}/{pair}/{split}.log",
    benchmark:
        "logs/benchmarks/export_benchmark/{benchmark}/{pair}/{split}.tsv"
    conda:
        "../envs/core.yaml"
    params:
        languages=lambda wildcards: [exported_languages(wildcards, code) for code in parse_pair(wildcards.pair)],
        judged_by=exported_qrels,
        code=code("export_benchmark"),
    message:
        "Export {wildcards.benchmark} {wildcards.pair}, {wildcards.split}, as a BEIR folder"
    script:
        "../workflow/scripts/export_benchmark.py"
