# targets: one per stage (`snakemake lexicon`), and the results in the manifest.


include: "inputs/targets.smk"
include: "inputs/proof.smk"


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
        runs.exported_benchmarks(CONFIG),


rule tables:
    input:
        made_by_run(*FOLDERS["tables"]),


rule figures:
    input:
        made_by_run(*FOLDERS["figures"]),


rule report:
    input:
        made_by_run(*FOLDERS["report"]),


# On request only, as they need the packages of switchrank[runtime].
rule rankers:
    input:
        ranker.exported_rankers(CONFIG),


rule backends:
    input:
        runs.backend_files(CONFIG),


# These two run no job of their own: see check_results.
rule verify_results:
    input:
        [],


rule repair_results:
    input:
        "results/report.html",
        "results/manifest.parquet",


before_planning(refuse_other_jobs, refuse_missing_files, check_results, ask_for_missing)
