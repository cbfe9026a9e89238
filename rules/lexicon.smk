# lexicon: word vectors, and bilingual lexicons induced from vectors or from parallel titles.


include: "inputs/lexicon.smk"


rule load_vectors:
    input:
        unpack(texts_for_words),
        encoder=lambda wildcards: model(encoder_folder(CONFIG.vectors[wildcards.vectors].encoder, 0)),
    output:
        "results/vectors/{vectors}/{language}.parquet",
    log:
        "logs/load_vectors/{vectors}/{language}.log",
    benchmark:
        "logs/benchmarks/load_vectors/{vectors}/{language}.tsv"
    conda:
        "../envs/train.yaml"
    threads: 1
    params:
        settings=entry("vectors", "vectors"),
        code=code("load_vectors"),
    message:
        "Embed the {wildcards.language} words of {wildcards.vectors}"
    script:
        "../workflow/scripts/load_vectors.py"


rule induce_lexicon:
    input:
        source=lambda wildcards: "results/vectors/{}/{}.parquet".format(
            CONFIG.lexicons[wildcards.lexicon].vectors, wildcards.source_language
        ),
        target=lambda wildcards: "results/vectors/{}/{}.parquet".format(
            CONFIG.lexicons[wildcards.lexicon].vectors, wildcards.target_language
        ),
    output:
        "results/lexicon/{lexicon}/{source_language}-{target_language}.parquet",
    log:
        "logs/induce_lexicon/{lexicon}/{source_language}-{target_language}.log",
    benchmark:
        "logs/benchmarks/induce_lexicon/{lexicon}/{source_language}-{target_language}.tsv"
    wildcard_constraints:
        lexicon=having(CONFIG.lexicons, method="vectors"),
    conda:
        "../envs/core.yaml"
    threads: 1
    params:
        settings=entry("lexicons", "lexicon"),
        code=code("induce_lexicon"),
    message:
        "Induce {wildcards.lexicon} {wildcards.source_language} → {wildcards.target_language} from vectors"
    script:
        "../workflow/scripts/induce_lexicon.py"


rule build_title_lexicon:
    input:
        source=lambda wildcards: "results/data/{}/titles/{}.parquet".format(
            CONFIG.lexicons[wildcards.lexicon].benchmark, wildcards.source_language
        ),
        target=lambda wildcards: "results/data/{}/titles/{}.parquet".format(
            CONFIG.lexicons[wildcards.lexicon].benchmark, wildcards.target_language
        ),
    output:
        "results/lexicon/{lexicon}/{source_language}-{target_language}.parquet",
    log:
        "logs/build_title_lexicon/{lexicon}/{source_language}-{target_language}.log",
    benchmark:
        "logs/benchmarks/build_title_lexicon/{lexicon}/{source_language}-{target_language}.tsv"
    wildcard_constraints:
        lexicon=having(CONFIG.lexicons, method="titles"),
    conda:
        "../envs/core.yaml"
    params:
        settings=entry("lexicons", "lexicon"),
        code=code("build_title_lexicon"),
    message:
        "Build {wildcards.lexicon} {wildcards.source_language} → {wildcards.target_language} from titles"
    script:
        "../workflow/scripts/build_title_lexicon.py"


rule score_lexicon:
    input:
        lexicons=lexicons_into_all,
        queries=lambda wildcards: f"results/corpus/tokens/{benchmark_of_lexicon(wildcards.lexicon)}/queries.parquet",
        passages=lambda wildcards: f"results/corpus/tokens/{benchmark_of_lexicon(wildcards.lexicon)}/passages.parquet",
    output:
        "results/lexicon/{lexicon}/quality.parquet",
    log:
        "logs/score_lexicon/{lexicon}.log",
    benchmark:
        "logs/benchmarks/score_lexicon/{lexicon}.tsv"
    conda:
        "../envs/core.yaml"
    params:
        code=code("score_lexicon"),
    message:
        "Score the lexicon {wildcards.lexicon}"
    script:
        "../workflow/scripts/score_lexicon.py"
