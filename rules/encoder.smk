# encoder: the multilingual encoder, read in or pre-aligned by contrastive training.


rule import_encoder:
    input:
        unpack(by_wildcards(encoder.source_of_encoder)),
    output:
        [f"results/encoder/{{encoder}}/{file}" for file in MODEL_FILES],
    log:
        "logs/import_encoder/{encoder}.log",
    benchmark:
        "logs/benchmarks/import_encoder/{encoder}.tsv"
    wildcard_constraints:
        encoder=names(encoders_of_kind(CONFIG, "plain")),
    conda:
        "../envs/train.yaml"
    threads: 1
    params:
        settings=settings_of("encoder"),
        code=code("import_encoder"),
    message:
        "Read the encoder {wildcards.encoder}"
    script:
        "../workflow/scripts/import_encoder.py"


rule build_pairs:
    input:
        unpack(by_wildcards(encoder.texts_of_pairs)),
    output:
        pairs="results/pairs/{encoder}/pairs.parquet",
        negatives="results/pairs/{encoder}/given.parquet",
    log:
        "logs/build_pairs/{encoder}.log",
    benchmark:
        "logs/benchmarks/build_pairs/{encoder}.tsv"
    wildcard_constraints:
        encoder=names(encoders_of_kind(CONFIG, "contrastive")),
    conda:
        "../envs/core.yaml"
    params:
        settings=by_wildcards(encoder.settings_of_pairs),
        code=code("build_pairs"),
    message:
        "Build the contrastive pairs of {wildcards.encoder}"
    script:
        "../workflow/scripts/build_pairs.py"


rule mine_negatives:
    input:
        pairs="results/pairs/{encoder}/pairs.parquet",
        encoder=by_wildcards(encoder.model_of_base),
    output:
        "results/pairs/{encoder}/negatives.parquet",
    log:
        "logs/mine_negatives/{encoder}.log",
    benchmark:
        "logs/benchmarks/mine_negatives/{encoder}.tsv"
    wildcard_constraints:
        encoder=names(encoders_of_kind(CONFIG, "contrastive")),
    conda:
        "../envs/train.yaml"
    threads: 1
    resources:
        gpu=0,
        mem_mb=growing(6000),
        runtime=growing(60),
    params:
        settings=settings_of("encoder", without=["batches", "diagnostics"]),
        code=code("mine_negatives"),
    message:
        "Mine hard negatives for {wildcards.encoder}"
    script:
        "../workflow/scripts/mine_negatives.py"


rule plan_batches:
    input:
        "results/pairs/{encoder}/pairs.parquet",
    output:
        "results/pairs/{encoder}/seed{seed}/batches.parquet",
    log:
        "logs/plan_batches/{encoder}/seed{seed}.log",
    benchmark:
        "logs/benchmarks/plan_batches/{encoder}/seed{seed}.tsv"
    wildcard_constraints:
        encoder=names(encoders_of_kind(CONFIG, "contrastive")),
    conda:
        "../envs/core.yaml"
    params:
        settings=by_wildcards(encoder.settings_of_batches),
        joint=by_wildcards(encoder.joint_size),
        code=code("plan_batches"),
    message:
        "Plan the batches of {wildcards.encoder}, seed {wildcards.seed}"
    script:
        "../workflow/scripts/plan_batches.py"


rule prealign_encoder:
    input:
        unpack(by_wildcards(encoder.contrastive_inputs)),
    output:
        model=[f"results/encoder/{{encoder}}/seed{{seed}}/{file}" for file in MODEL_FILES],
        training="results/encoder/{encoder}/seed{seed}/training.parquet",
        diagnostics="results/encoder/{encoder}/seed{seed}/diagnostics.parquet",
    log:
        "logs/prealign_encoder/{encoder}/seed{seed}.log",
    benchmark:
        "logs/benchmarks/prealign_encoder/{encoder}/seed{seed}.tsv"
    wildcard_constraints:
        encoder=names(encoders_of_kind(CONFIG, "contrastive")),
    # the longest jobs first, otherwise the run ends with one of them and an idle core
    priority: 1
    conda:
        "../envs/train.yaml"
    threads: 1
    resources:
        gpu=0,
        mem_mb=growing(6000),
        runtime=growing(120),
        # processes that train together; 0 for one per visible GPU
        processes=1,
        # steps between two checkpoints, which are in results/checkpoint/ until the job has succeeded
        checkpoint_steps=500,
    params:
        settings=settings_of("encoder"),
        languages=by_wildcards(encoder.diagnosed_languages),
        code=code("prealign_encoder", by_wildcards(encoder.module_of_encoder_loss)),
    message:
        "Pre-align {wildcards.encoder}, seed {wildcards.seed}"
    script:
        "../workflow/scripts/prealign_encoder.py"
