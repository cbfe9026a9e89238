# Word vectors of several languages in one space.


rule embed_words:
    input:
        unpack(by_wildcards(lexicon.texts_of_language)),
        encoder=by_wildcards(encoder.model_of_vectors),
    output:
        "results/vectors/{vectors}/{language}.parquet",
    log:
        "logs/embed_words/{vectors}/{language}.log",
    benchmark:
        "logs/benchmarks/embed_words/{vectors}/{language}.tsv"
    wildcard_constraints:
        vectors=having(CONFIG.vectors, method="encoder"),
    conda:
        "../../envs/train.yaml"
    threads: 1
    resources:
        gpu=0,
    params:
        settings=settings_of("vectors"),
        code=code("embed_words"),
    message:
        "Embed the {wildcards.language} words of {wildcards.vectors}"
    script:
        "../../workflow/scripts/embed_words.py"


rule load_vectors:
    input:
        by_wildcards(lexicon.given_vectors),
    output:
        "results/vectors/{vectors}/{language}.parquet",
    log:
        "logs/load_vectors/{vectors}/{language}.log",
    benchmark:
        "logs/benchmarks/load_vectors/{vectors}/{language}.tsv"
    wildcard_constraints:
        vectors=having(CONFIG.vectors, method="files"),
    conda:
        "../../envs/core.yaml"
    threads: 1
    params:
        settings=settings_of("vectors", without=["languages"]),
        code=code("load_vectors"),
    message:
        "Read the {wildcards.language} vectors of {wildcards.vectors}"
    script:
        "../../workflow/scripts/load_vectors.py"


rule train_vectors:
    input:
        unpack(by_wildcards(lexicon.texts_of_languages)),
    output:
        "results/vectors/{vectors}/trained.parquet",
    log:
        "logs/train_vectors/{vectors}.log",
    benchmark:
        "logs/benchmarks/train_vectors/{vectors}.tsv"
    wildcard_constraints:
        vectors=having(CONFIG.vectors, method="trained"),
    conda:
        "../../envs/core.yaml"
    threads: 1
    params:
        settings=settings_of("vectors"),
        languages=by_wildcards(lexicon.languages_of_vectors),
        code=code("train_vectors"),
    message:
        "Train the vectors {wildcards.vectors}"
    script:
        "../../workflow/scripts/train_vectors.py"


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
        "../../envs/core.yaml"
    params:
        code=code("divide_vectors"),
    message:
        "Take the {wildcards.language} vectors out of {wildcards.vectors}"
    script:
        "../../workflow/scripts/divide_vectors.py"


rule align_vectors:
    input:
        unpack(by_wildcards(lexicon.vectors_to_align)),
    output:
        "results/vectors/{vectors}/{language}.parquet",
    log:
        "logs/align_vectors/{vectors}/{language}.log",
    benchmark:
        "logs/benchmarks/align_vectors/{vectors}/{language}.tsv"
    wildcard_constraints:
        vectors=having(CONFIG.vectors, method="aligned"),
    conda:
        "../../envs/core.yaml"
    threads: 1
    params:
        settings=settings_of("vectors"),
        code=code("align_vectors"),
    message:
        "Align the {wildcards.language} vectors of {wildcards.vectors}"
    script:
        "../../workflow/scripts/align_vectors.py"
