# Runs of trained systems: candidates scored by rankers, under Translate Test over translated texts.


rule translate_benchmark:
    input:
        texts=by_wildcards(evaluation.text_to_translate),
        splits="results/data/{benchmark}/splits.parquet",
        lexicon="results/lexicon/{lexicon}/{language}-en.parquet",
    output:
        "results/translated/{lexicon}/{benchmark}/{split}/{side}/{language}.parquet",
    log:
        "logs/translate_benchmark/{lexicon}/{benchmark}/{split}/{side}/{language}.log",
    benchmark:
        "logs/benchmarks/translate_benchmark/{lexicon}/{benchmark}/{split}/{side}/{language}.tsv"
    conda:
        "../../envs/core.yaml"
    params:
        code=code("translate_benchmark"),
    message:
        "Translate the {wildcards.language} {wildcards.split} {wildcards.side} of {wildcards.benchmark} into English"
    script:
        "../../workflow/scripts/translate_benchmark.py"


rule score_candidates:
    input:
        unpack(by_wildcards(evaluation.scoring_inputs)),
    output:
        "results/run/{system}/seed{seed}/{benchmark}.parquet",
    log:
        "logs/score_candidates/{system}/seed{seed}/{benchmark}.log",
    benchmark:
        "logs/benchmarks/score_candidates/{system}/seed{seed}/{benchmark}.tsv"
    wildcard_constraints:
        system=names(evaluation.scored_systems(CONFIG, shards=False)),
    conda:
        "../../envs/train.yaml" if CONFIG.scoring.backend == "torch" else "../../envs/runtime.yaml"
    threads: 1
    resources:
        gpu=0,
        mem_mb=growing(6000),
        runtime=growing(240),
    params:
        settings=by_wildcards(evaluation.scoring_settings),
        code=code("score_candidates"),
    message:
        "Score the candidates of {wildcards.benchmark} with {wildcards.system}, seed {wildcards.seed}"
    script:
        "../../workflow/scripts/score_candidates.py"


rule score_shard:
    input:
        unpack(by_wildcards(evaluation.scoring_inputs)),
    output:
        temp("results/run/{system}/seed{seed}/shards/{benchmark}/{shard}.parquet"),
    log:
        "logs/score_shard/{system}/seed{seed}/{benchmark}/{shard}.log",
    benchmark:
        "logs/benchmarks/score_shard/{system}/seed{seed}/{benchmark}/{shard}.tsv"
    wildcard_constraints:
        system=names(evaluation.scored_systems(CONFIG, shards=True)),
        shard="[0-9]+",
    conda:
        "../../envs/train.yaml" if CONFIG.scoring.backend == "torch" else "../../envs/runtime.yaml"
    threads: 1
    resources:
        gpu=0,
        mem_mb=growing(6000),
        runtime=growing(240),
    params:
        settings=by_wildcards(evaluation.scoring_settings),
        shards=CONFIG.scoring.shards,
        code=code("score_shard"),
    message:
        "Score shard {wildcards.shard} of {wildcards.benchmark} with {wildcards.system}, seed {wildcards.seed}"
    script:
        "../../workflow/scripts/score_shard.py"


rule join_runs:
    input:
        by_wildcards(evaluation.shards_of_run),
    output:
        "results/run/{system}/seed{seed}/{benchmark}.parquet",
    log:
        "logs/join_runs/{system}/seed{seed}/{benchmark}.log",
    benchmark:
        "logs/benchmarks/join_runs/{system}/seed{seed}/{benchmark}.tsv"
    wildcard_constraints:
        system=names(evaluation.scored_systems(CONFIG, shards=True)),
    conda:
        "../../envs/core.yaml"
    params:
        # the inputs of the shards: when settings change, the shards no longer exist but this file does
        settings=by_wildcards(evaluation.scoring_settings),
        shards=code("score_shard"),
        code=code("join_runs"),
    message:
        "Join the shards of {wildcards.benchmark} scored with {wildcards.system}, seed {wildcards.seed}"
    script:
        "../../workflow/scripts/join_runs.py"


rule compare_backends:
    input:
        unpack(by_wildcards(evaluation.compared_inputs)),
    output:
        "results/backends/{system}/seed{seed}/{benchmark}.parquet",
    log:
        "logs/compare_backends/{system}/seed{seed}/{benchmark}.log",
    benchmark:
        "logs/benchmarks/compare_backends/{system}/seed{seed}/{benchmark}.tsv"
    wildcard_constraints:
        system=names(ranker.trained_systems(CONFIG)),
    conda:
        "../../envs/runtime.yaml"
    threads: 1
    resources:
        gpu=0,
        mem_mb=growing(6000),
        runtime=growing(240),
    params:
        settings=by_wildcards(evaluation.comparison_settings),
        code=code("compare_backends"),
    message:
        "Compare the backends on dev candidates of {wildcards.benchmark} with {wildcards.system}, seed {wildcards.seed}"
    script:
        "../../workflow/scripts/compare_backends.py"
