# ranker: cross-encoders fine-tuned on a corpus.


include: "inputs/ranker.smk"


rule train_ranker:
    input:
        unpack(by_wildcards(ranker.dev_inputs)),
        unpack(by_wildcards(ranker.other_tokens)),
        tokens=by_wildcards(ranker.training_tokens),
        encoder=by_wildcards(ranker.model_of_system),
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
        settings=by_wildcards(ranker.training_settings),
        dev=by_wildcards(ranker.dev_settings),
        code=code("train_ranker", by_wildcards(ranker.module_of_ranker_loss)),
    message:
        "Train {wildcards.system} for {wildcards.pair}, seed {wildcards.seed}"
    script:
        "../workflow/scripts/train_ranker.py"


rule tokenize_corpus:
    input:
        corpus="results/corpus/{corpus}/{pair}.parquet",
        tokenizer=by_wildcards(ranker.tokenizer_files),
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
        unpack(by_wildcards(ranker.means_of_run)),
        ranker=by_wildcards(ranker.model_of_ranker),
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
        settings=card_settings,
        code=code("export_ranker"),
    message:
        "Export {wildcards.system} {wildcards.pair}, seed {wildcards.seed}"
    script:
        "../workflow/scripts/export_ranker.py"
