"""Mine hard negatives with the base encoder."""

from switchrank import tables
from switchrank.job import job

with job(snakemake.log[0], snakemake.threads):
    from switchrank.encoder.mining import mine_negatives
    from switchrank.encoder.settings import Contrastive
    from switchrank.models.folder import folder_of
    from switchrank.training.precision import prepare

    negatives = mine_negatives(
        tables.read(snakemake.input.pairs, tables.PAIRS),
        folder_of(snakemake.input.encoder),
        Contrastive(**snakemake.params.settings),
        prepare(0, snakemake.threads),
        f"mine_negatives {snakemake.wildcards.encoder}",
    )
    tables.write(negatives, snakemake.output[0], tables.NEGATIVES)
