# targets: one collector a stage (`snakemake lexicon`), and what the manifest remembers.


include: "inputs/targets.smk"


rule data:
    input:
        made_by_run(*FOLDERS["data"]),


rule lexicon:
    input:
        made_by_run(*FOLDERS["lexicon"]),


rule corpus:
    input:
        made_by_run(*FOLDERS["corpus"]),


rule encoder:
    input:
        made_by_run(*FOLDERS["encoder"]),


rule ranker:
    input:
        made_by_run(*FOLDERS["ranker"]),


rule evaluation:
    input:
        made_by_run(*FOLDERS["evaluation"]),
        overlap="results/overlap.parquet",
        expected="results/expected.parquet",


rule export:
    input:
        rules.export_runs.output,
        [
            f"results/export/beir/{benchmark}/{pair}/{CONFIG.benchmarks[benchmark].judge}/corpus.jsonl"
            for benchmark in CONFIG.run.benchmarks
            for pair in CONFIG.run.pairs
        ],


rule tables:
    input:
        made_by_run(*FOLDERS["tables"]),


rule figures:
    input:
        made_by_run(*FOLDERS["figures"]),


rule report:
    input:
        made_by_run(*FOLDERS["report"]),


refuse_unproven_results()
