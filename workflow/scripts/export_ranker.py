from switchrank import tables
from switchrank.job import job

with job(snakemake.log[0], snakemake.threads):
    from switchrank.models.folder import folder_of
    from switchrank.ranker.export import export_ranker

    summary = snakemake.input.get("summary")
    export_ranker(
        folder_of(snakemake.input.ranker),
        folder_of(snakemake.output),
        tables.read(summary, tables.SUMMARY) if summary else None,
        snakemake.params.settings,
    )
