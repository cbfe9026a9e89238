# lexicon: word vectors, and bilingual lexicons from vectors, parallel titles, dictionaries or other lexicons.


include: "inputs/lexicon.smk"


rule embed_words:
    input:
        unpack(texts_of_language),
        encoder=lambda wildcards: model(encoder_folder(CONFIG.vectors[wildcards.vectors].encoder, 0)),
    output:
        "results/vectors/{vectors}/{language}.parquet",
    log:
        "logs/embed_words/{vectors}/{language}.log",
    benchmark:
        "logs/benchmarks/embed_words/{vectors}/{language}.tsv"
    wildcard_constraints:
        vectors=having(CONFIG.vectors, method="encoder"),
    conda:
        "../envs/train.yaml"
    threads: 1
    resources:
        gpu=0,
    params:
        settings=entry("vectors", "vectors"),
        code=code("embed_words"),
    message:
        "Embed the {wildcards.language} words of {wildcards.vectors}"
    script:
        "../workflow/scripts/embed_words.py"


rule load_vectors:
    input:
        lambda wildcards: CONFIG.vectors[wildcards.vectors].path.format(language=wildcards.language),
    output:
        "results/vectors/{vectors}/{language}.parquet",
    log:
        "logs/load_vectors/{vectors}/{language}.log",
    benchmark:
        "logs/benchmarks/load_vectors/{vectors}/{language}.tsv"
    wildcard_constraints:
        vectors=having(CONFIG.vectors, method="files"),
    conda:
        "../envs/core.yaml"
    threads: 1
    params:
        settings=entry("vectors", "vectors", "languages"),
        code=code("load_vectors"),
    message:
        "Read the {wildcards.language} vectors of {wildcards.vectors}"
    script:
        "../workflow/scripts/load_vectors.py"


rule train_vectors:
    input:
        unpack(texts_of_languages),
    output:
        "results/vectors/{vectors}/trained.parquet",
    log:
        "logs/train_vectors/{vectors}.log",
    benchmark:
        "logs/benchmarks/train_vectors/{vectors}.tsv"
    wildcard_constraints:
        vectors=having(CONFIG.vectors, method="trained"),
    conda:
        "../envs/core.yaml"
    threads: 1
    params:
        settings=entry("vectors", "vectors"),
        languages=languages_of_vectors,
        code=code("train_vectors"),
    message:
        "Train the vectors {wildcards.vectors}"
    script:
        "../workflow/scripts/train_vectors.py"


rule divide_vectors:
    input:
        "results/vectors/{vectors}/trained.parquet",
    output:
        "results/vectors/{vectors}/{language}.parquet",
    log:
        "logs/divide_vectors/{vectors}/{language}.log",
    benchmark:
        "logs/benchmarks/divide_vectors/{vectors}/{language}.tsv"
    wildcard_constraints:
        vectors=having(CONFIG.vectors, method="trained"),
    conda:
        "../envs/core.yaml"
    params:
        code=code("divide_vectors"),
    message:
        "Take the {wildcards.language} vectors out of {wildcards.vectors}"
    script:
        "../workflow/scripts/divide_vectors.py"


rule align_vectors:
    input:
        unpack(vectors_to_align),
    output:
        "results/vectors/{vectors}/{language}.parquet",
    log:
        "logs/align_vectors/{vectors}/{language}.log",
    benchmark:
        "logs/benchmarks/align_vectors/{vectors}/{language}.tsv"
    wildcard_constraints:
        vectors=having(CONFIG.vectors, method="aligned"),
    conda:
        "../envs/core.yaml"
    threads: 1
    params:
        settings=entry("vectors", "vectors"),
        code=code("align_vectors"),
    message:
        "Align the {wildcards.language} vectors of {wildcards.vectors}"
    script:
        "../workflow/scripts/align_vectors.py"


rule induce_lexicon:
    input:
        unpack(vectors_of_lexicon),
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
    resources:
        gpu=gpus_of_search,
    params:
        settings=entry("lexicons", "lexicon"),
        code=code("induce_lexicon"),
    message:
        "Induce {wildcards.lexicon} {wildcards.source_language} → {wildcards.target_language} from vectors"
    script:
        "../workflow/scripts/induce_lexicon.py"


rule build_title_lexicon:
    input:
        unpack(titles_of_lexicon),
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


rule import_lexicon:
    input:
        dictionary_of_lexicon,
    output:
        "results/lexicon/{lexicon}/{source_language}-{target_language}.parquet",
    log:
        "logs/import_lexicon/{lexicon}/{source_language}-{target_language}.log",
    benchmark:
        "logs/benchmarks/import_lexicon/{lexicon}/{source_language}-{target_language}.tsv"
    wildcard_constraints:
        lexicon=having(CONFIG.lexicons, method="import"),
    conda:
        "../envs/core.yaml"
    params:
        settings=entry("lexicons", "lexicon", "languages"),
        code=code("import_lexicon"),
    message:
        "Import {wildcards.lexicon} {wildcards.source_language} → {wildcards.target_language}"
    script:
        "../workflow/scripts/import_lexicon.py"


rule combine_lexicons:
    input:
        lambda wildcards: [
            f"results/lexicon/{name}/{wildcards.source_language}-{wildcards.target_language}.parquet"
            for name in CONFIG.lexicons[wildcards.lexicon].lexicons
        ],
    output:
        "results/lexicon/{lexicon}/{source_language}-{target_language}.parquet",
    log:
        "logs/combine_lexicons/{lexicon}/{source_language}-{target_language}.log",
    benchmark:
        "logs/benchmarks/combine_lexicons/{lexicon}/{source_language}-{target_language}.tsv"
    wildcard_constraints:
        lexicon=having(CONFIG.lexicons, method="combine"),
    conda:
        "../envs/core.yaml"
    params:
        settings=entry("lexicons", "lexicon"),
        code=code("combine_lexicons"),
    message:
        "Combine lexicons into {wildcards.lexicon} {wildcards.source_language} → {wildcards.target_language}"
    script:
        "../workflow/scripts/combine_lexicons.py"


rule score_lexicon:
    input:
        lexicons=lexicons_into_all,
        vocabulary=f"results/corpus/tokens/{quality_benchmark(CONFIG)}/vocabulary.parquet",
        gold=gold_lexicons,
        vectors=target_vectors,
        compared=compared_lexicons,
    output:
        "results/lexicon/{lexicon}/quality.parquet",
    log:
        "logs/score_lexicon/{lexicon}.log",
    benchmark:
        "logs/benchmarks/score_lexicon/{lexicon}.tsv"
    conda:
        "../envs/core.yaml"
    params:
        at=CONFIG.lexicon_quality.at,
        code=code("score_lexicon"),
    message:
        "Score the lexicon {wildcards.lexicon}"
    script:
        "../workflow/scripts/score_lexicon.py"
