# Runs, judgements and benchmarks in the formats of other tools.


rule export_runs:
    input:
        runs=runs.run_files(CONFIG),
        qrels=runs.files_of_all_judgements(CONFIG),
    output:
        runs=runs.exported_runs(CONFIG),
        qrels=list(runs.exported_judgements(CONFIG)),
    log:
        "logs/export_runs.log",
    benchmark:
        "logs/benchmarks/export_runs.tsv"
    conda:
        "../../envs/core.yaml"
    params:
        runs=runs.measured_runs(CONFIG),
        judged_by=list(runs.exported_judgements(CONFIG).values()),
        code=code("export_runs"),
    message:
        "Export the runs and judgements as TREC files"
    script:
        "../../workflow/scripts/export_runs.py"


rule export_benchmark:
    input:
        unpack(by_wildcards(runs.exported_inputs)),
    output:
        corpus="results/export/beir/{benchmark}/{pair}/{split}/corpus.jsonl",
        queries="results/export/beir/{benchmark}/{pair}/{split}/queries.jsonl",
        qrels="results/export/beir/{benchmark}/{pair}/{split}/qrels/{split}.tsv",
    log:
        "logs/export_benchmark/{benchmark}/{pair}/{split}.log",
    benchmark:
        "logs/benchmarks/export_benchmark/{benchmark}/{pair}/{split}.tsv"
    conda:
        "../../envs/core.yaml"
    params:
        languages=by_wildcards(runs.exported_languages),
        judged_by=by_wildcards(runs.exported_qrels),
        code=code("export_benchmark"),
    message:
        "Export {wildcards.benchmark} {wildcards.pair}, {wildcards.split}, as a BEIR folder"
    script:
        "../../workflow/scripts/export_benchmark.py"
