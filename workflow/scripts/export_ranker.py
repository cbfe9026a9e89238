from switchrank import tables
from switchrank.job import job

with job(snakemake.log[0], snakemake.threads):
    from switchrank.models.folder import folder_of
    from switchrank.ranker.export import export_ranker

    export_ranker(
        folder_of(snakemake.input.ranker),
        folder_of(snakemake.output),
        tables.read(snakemake.input.summary, tables.SUMMARY),
        snakemake.params.settings,
    )
