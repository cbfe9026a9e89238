"""Take one language out of vectors that were trained together."""

from switchrank import tables
from switchrank.job import job
from switchrank.lexicon.vectors.by_language import of_language

with job(snakemake.log[0], snakemake.threads):
    trained = tables.read_arrow(snakemake.input[0], tables.TRAINED_VECTORS)
    tables.write(of_language(trained, snakemake.wildcards.language), snakemake.output[0], tables.VECTORS)
