# ranker: cross-encoders fine-tuned on a corpus.


include: "inputs/ranker.smk"


rule train_ranker:
    input:
        unpack(dev_inputs),
        unpack(other_tokens),
        tokens=training_tokens,
        encoder=lambda wildcards: encoder.model(
            encoder.encoder_folder(CONFIG, CONFIG.systems[wildcards.system].encoder, wildcards.seed)
        ),
    output:
        model=[f"results/ranker/{{system}}/{{pair}}/seed{{seed}}/{file}" for file in MODEL_FILES],
        training="results/ranker/{system}/{pair}/seed{seed}/training.parquet",
        dev="results/ranker/{system}/{pair}/seed{seed}/dev.parquet",
    log:
        "logs/train_ranker/{system}/{pair}/seed{seed}.log",
    benchmark:
        "logs/benchmarks/train_ranker/{system}/{pair}/seed{seed}.tsv"
    # the longest jobs first, otherwise the run ends with one of them and an idle core
    priority: 1
    conda:
        "../envs/train.yaml"
    threads: 1
    resources:
        gpu=0,
        mem_mb=growing(6000),
        runtime=growing(720),
        # processes that train together; 0 for one per visible GPU
        processes=1,
        # steps between two checkpoints, which are in results/checkpoint/ until the job has succeeded
        checkpoint_steps=500,
    params:
        settings=lambda wildcards: as_dict(CONFIG.systems[wildcards.system].training),
        dev=dev_settings,
        code=code("train_ranker", loss_of_system),
    message:
        "Train {wildcards.system} for {wildcards.pair}, seed {wildcards.seed}"
    script:
        "../workflow/scripts/train_ranker.py"


rule tokenize_corpus:
    input:
        corpus="results/corpus/{corpus}/{pair}.parquet",
        tokenizer=tokenizer_files,
    output:
        "results/ranker/tokens/{tokenizer}/{corpus}/{pair}.parquet",
    log:
        "logs/tokenize_corpus/{tokenizer}/{corpus}/{pair}.log",
    benchmark:
        "logs/benchmarks/tokenize_corpus/{tokenizer}/{corpus}/{pair}.tsv"
    wildcard_constraints:
        tokenizer=names(encoders_of_kind(CONFIG, "plain")),
    conda:
        "../envs/train.yaml"
    threads: 1
    params:
        code=code("tokenize_corpus"),
    message:
        "Tokenise the corpus {wildcards.corpus} {wildcards.pair} with the tokenizer of {wildcards.tokenizer}"
    script:
        "../workflow/scripts/tokenize_corpus.py"


rule export_ranker:
    input:
        unpack(means_of_ranker),
        ranker=lambda wildcards: encoder.model(
            f"results/ranker/{wildcards.system}/{wildcards.pair}/seed{wildcards.seed}"
        ),
    output:
        [
            f"results/export/{{system}}/{{pair}}/seed{{seed}}/{file}"
            for file in (*MODEL_FILES, "model.onnx", "README.md")
        ],
    log:
        "logs/export_ranker/{system}/{pair}/seed{seed}.log",
    benchmark:
        "logs/benchmarks/export_ranker/{system}/{pair}/seed{seed}.tsv"
    conda:
        "../envs/runtime.yaml"
    threads: 1
    resources:
        mem_mb=growing(6000),
    params:
        settings=export_settings,
        code=code("export_ranker"),
    message:
        "Export {wildcards.system} {wildcards.pair}, seed {wildcards.seed}"
    script:
        "../workflow/scripts/export_ranker.py"
