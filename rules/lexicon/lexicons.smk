# Bilingual lexicons from vectors, parallel titles, dictionaries or other lexicons, and their quality.


rule induce_lexicon:
    input:
        unpack(by_wildcards(lexicon.vectors_of_lexicon)),
    output:
        "results/lexicon/{lexicon}/{source_language}-{target_language}.parquet",
    log:
        "logs/induce_lexicon/{lexicon}/{source_language}-{target_language}.log",
    benchmark:
        "logs/benchmarks/induce_lexicon/{lexicon}/{source_language}-{target_language}.tsv"
    wildcard_constraints:
        lexicon=having(CONFIG.lexicons, method="vectors"),
    conda:
        "../../envs/core.yaml"
    threads: 1
    resources:
        gpu=by_wildcards(lexicon.gpus_of_search),
    params:
        settings=settings_of("lexicon"),
        code=code("induce_lexicon"),
    message:
        "Induce {wildcards.lexicon} {wildcards.source_language} → {wildcards.target_language} from vectors"
    script:
        "../../workflow/scripts/induce_lexicon.py"


rule build_title_lexicon:
    input:
        unpack(by_wildcards(lexicon.titles_of_lexicon)),
    output:
        "results/lexicon/{lexicon}/{source_language}-{target_language}.parquet",
    log:
        "logs/build_title_lexicon/{lexicon}/{source_language}-{target_language}.log",
    benchmark:
        "logs/benchmarks/build_title_lexicon/{lexicon}/{source_language}-{target_language}.tsv"
    wildcard_constraints:
        lexicon=having(CONFIG.lexicons, method="titles"),
    conda:
        "../../envs/core.yaml"
    params:
        settings=settings_of("lexicon"),
        code=code("build_title_lexicon"),
    message:
        "Build {wildcards.lexicon} {wildcards.source_language} → {wildcards.target_language} from titles"
    script:
        "../../workflow/scripts/build_title_lexicon.py"


rule import_lexicon:
    input:
        by_wildcards(lexicon.dictionary_of_lexicon),
    output:
        "results/lexicon/{lexicon}/{source_language}-{target_language}.parquet",
    log:
        "logs/import_lexicon/{lexicon}/{source_language}-{target_language}.log",
    benchmark:
        "logs/benchmarks/import_lexicon/{lexicon}/{source_language}-{target_language}.tsv"
    wildcard_constraints:
        lexicon=having(CONFIG.lexicons, method="import"),
    conda:
        "../../envs/core.yaml"
    params:
        settings=settings_of("lexicon", without=["languages"]),
        code=code("import_lexicon"),
    message:
        "Import {wildcards.lexicon} {wildcards.source_language} → {wildcards.target_language}"
    script:
        "../../workflow/scripts/import_lexicon.py"


rule combine_lexicons:
    input:
        by_wildcards(lexicon.combined_lexicons),
    output:
        "results/lexicon/{lexicon}/{source_language}-{target_language}.parquet",
    log:
        "logs/combine_lexicons/{lexicon}/{source_language}-{target_language}.log",
    benchmark:
        "logs/benchmarks/combine_lexicons/{lexicon}/{source_language}-{target_language}.tsv"
    wildcard_constraints:
        lexicon=having(CONFIG.lexicons, method="combine"),
    conda:
        "../../envs/core.yaml"
    params:
        settings=settings_of("lexicon"),
        code=code("combine_lexicons"),
    message:
        "Combine lexicons into {wildcards.lexicon} {wildcards.source_language} → {wildcards.target_language}"
    script:
        "../../workflow/scripts/combine_lexicons.py"


rule score_lexicon:
    input:
        lexicons=by_wildcards(lexicon.out_of_english),
        vocabulary=lexicon.quality_vocabulary(CONFIG),
        gold=by_wildcards(lexicon.gold_lexicons),
        vectors=by_wildcards(lexicon.target_vectors),
        compared=by_wildcards(lexicon.compared_lexicons),
    output:
        "results/lexicon/{lexicon}/quality.parquet",
    log:
        "logs/score_lexicon/{lexicon}.log",
    benchmark:
        "logs/benchmarks/score_lexicon/{lexicon}.tsv"
    conda:
        "../../envs/core.yaml"
    params:
        at=CONFIG.lexicon_quality.at,
        code=code("score_lexicon"),
    message:
        "Score the lexicon {wildcards.lexicon}"
    script:
        "../../workflow/scripts/score_lexicon.py"
