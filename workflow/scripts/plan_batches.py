from switchrank import tables
from switchrank.encoder.batch_schedule import plan_batches
from switchrank.encoder.settings import Batches
from switchrank.job import job

with job(snakemake.log[0], snakemake.threads):
    pairs = tables.read(snakemake.input[0], tables.PAIRS)
    batches = plan_batches(pairs, Batches(**snakemake.params.settings), int(snakemake.wildcards.seed))
    tables.write(batches, snakemake.output[0], tables.BATCHES)
