# encoder: the multilingual encoder, read in or pre-aligned by contrastive training.


include: "inputs/encoder.smk"


rule import_encoder:
    input:
        unpack(encoder_source),
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
        settings=entry("encoders", "encoder"),
        code=code("import_encoder"),
    message:
        "Read the encoder {wildcards.encoder}"
    script:
        "../workflow/scripts/import_encoder.py"


rule build_pairs:
    input:
        corpus=switched_texts,
        tokens=lambda wildcards: "results/corpus/tokens/{}/tokens.parquet".format(
            CONFIG.corpora[CONFIG.encoders[wildcards.encoder].corpus].benchmark
        ),
    output:
        "results/pairs/{encoder}/pairs.parquet",
    log:
        "logs/build_pairs/{encoder}.log",
    benchmark:
        "logs/benchmarks/build_pairs/{encoder}.tsv"
    wildcard_constraints:
        encoder=names(encoders_of_kind(CONFIG, "contrastive")),
    conda:
        "../envs/core.yaml"
    params:
        settings=lambda wildcards: {"versions": CONFIG.encoders[wildcards.encoder].versions},
        code=code("build_pairs"),
    message:
        "Build the contrastive pairs of {wildcards.encoder}"
    script:
        "../workflow/scripts/build_pairs.py"


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
        settings=lambda wildcards: {
            "batch_size": CONFIG.encoders[wildcards.encoder].batch_size,
            "epochs": CONFIG.encoders[wildcards.encoder].epochs,
        },
        code=code("plan_batches"),
    message:
        "Plan the batches of {wildcards.encoder}, seed {wildcards.seed}"
    script:
        "../workflow/scripts/plan_batches.py"


rule prealign_encoder:
    input:
        pairs="results/pairs/{encoder}/pairs.parquet",
        batches="results/pairs/{encoder}/seed{seed}/batches.parquet",
        encoder=lambda wildcards: model(encoder_folder(CONFIG.encoders[wildcards.encoder].base, wildcards.seed)),
    output:
        [f"results/encoder/{{encoder}}/seed{{seed}}/{file}" for file in MODEL_FILES],
        training="results/encoder/{encoder}/seed{seed}/training.parquet",
    log:
        "logs/prealign_encoder/{encoder}/seed{seed}.log",
    benchmark:
        "logs/benchmarks/prealign_encoder/{encoder}/seed{seed}.tsv"
    wildcard_constraints:
        encoder=names(encoders_of_kind(CONFIG, "contrastive")),
    # the longest jobs first, or the run ends with one of them and an idle core
    priority: 1
    conda:
        "../envs/train.yaml"
    threads: 1
    resources:
        mem_mb=6000,
        runtime=120,
        # steps between two checkpoints, which lie in results/checkpoint/ until the job has succeeded
        checkpoint_steps=500,
    params:
        settings=entry("encoders", "encoder"),
        code=code("prealign_encoder"),
    message:
        "Pre-align {wildcards.encoder}, seed {wildcards.seed}"
    script:
        "../workflow/scripts/prealign_encoder.py"
