# What runs are worth: measures, means, significance, overlap, published values.


rule measure_run:
    input:
        unpack(by_wildcards(evaluation.measuring_inputs)),
        runs="results/run/{system}/seed{seed}/{benchmark}.parquet",
    output:
        "results/measure/{system}/seed{seed}/{benchmark}.parquet",
    log:
        "logs/measure_run/{system}/seed{seed}/{benchmark}.log",
    benchmark:
        "logs/benchmarks/measure_run/{system}/seed{seed}/{benchmark}.tsv"
    conda:
        "../../envs/core.yaml"
    params:
        settings=by_wildcards(evaluation.measuring_settings),
        code=code("measure_run"),
    message:
        "Measure the runs of {wildcards.system}, seed {wildcards.seed}, on {wildcards.benchmark}"
    script:
        "../../workflow/scripts/measure_run.py"


rule summarise_measures:
    input:
        measures=runs.measure_files(CONFIG),
    output:
        "results/summary.parquet",
    log:
        "logs/summarise_measures.log",
    benchmark:
        "logs/benchmarks/summarise_measures.tsv"
    conda:
        "../../envs/core.yaml"
    params:
        runs=runs.measured_runs(CONFIG),
        groups=runs.groups(CONFIG, CONFIG.evaluation.groups),
        code=code("summarise_measures"),
    message:
        "Average the measures over queries, seeds and pairs"
    script:
        "../../workflow/scripts/summarise_measures.py"


rule measure_references:
    input:
        unpack(by_wildcards(evaluation.reference_inputs)),
    output:
        "results/reference/{benchmark}.parquet",
    log:
        "logs/measure_references/{benchmark}.log",
    benchmark:
        "logs/benchmarks/measure_references/{benchmark}.tsv"
    conda:
        "../../envs/core.yaml"
    params:
        settings=by_wildcards(evaluation.reference_settings),
        groups=runs.groups(CONFIG, CONFIG.evaluation.groups),
        code=code("measure_references"),
    message:
        "Measure the candidates of {wildcards.benchmark} in their own order, in random order and at their best"
    script:
        "../../workflow/scripts/measure_references.py"


rule test_significance:
    input:
        measures=runs.measure_files(CONFIG),
        clusters=runs.cluster_files(CONFIG),
    output:
        "results/significance.parquet",
    log:
        "logs/test_significance.log",
    benchmark:
        "logs/benchmarks/test_significance.tsv"
    conda:
        "../../envs/core.yaml"
    params:
        runs=runs.measured_runs(CONFIG),
        groups=runs.groups(CONFIG, CONFIG.evaluation.groups),
        clusters=runs.clusters(CONFIG),
        settings=as_dict(CONFIG.evaluation.significance),
        code=code("test_significance"),
    message:
        "Test every system against the baseline"
    script:
        "../../workflow/scripts/test_significance.py"


rule measure_overlap:
    input:
        measures=runs.measure_files(CONFIG),
        qrels=runs.files_of_all_judgements(CONFIG),
        texts=runs.files_of_texts(CONFIG),
    output:
        "results/overlap.parquet",
    log:
        "logs/measure_overlap.log",
    benchmark:
        "logs/benchmarks/measure_overlap.tsv"
    conda:
        "../../envs/core.yaml"
    params:
        runs=runs.measured_runs(CONFIG),
        texts=runs.texts_of_runs(CONFIG),
        settings=runs.overlap_settings(CONFIG),
        code=code("measure_overlap"),
    message:
        "Measure the runs by the words that queries share with relevant passages"
    script:
        "../../workflow/scripts/measure_overlap.py"


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
        "../../envs/core.yaml"
    params:
        settings=as_dict(CONFIG.evaluation.expected),
        code=code("check_expected"),
    message:
        "Compare the means with published values"
    script:
        "../../workflow/scripts/check_expected.py"
