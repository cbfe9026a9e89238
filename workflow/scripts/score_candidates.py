from switchrank.job import job

with job(snakemake.log[0], snakemake.threads):
    from switchrank.evaluation.scored_runs import score_runs
    from switchrank.training.precision import prepare

    files = snakemake.input
    score_runs(
        snakemake.params.settings,
        files,
        {side: files.get(f"mixed_{side}") for side in ("queries", "passages")},
        snakemake.output[0],
        prepare(0, snakemake.threads),
        f"score_candidates {snakemake.wildcards.system}",
    )
