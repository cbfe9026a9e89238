from switchrank import tables
from switchrank.encoder.batch_schedule import plan_batches
from switchrank.encoder.settings import Batches
from switchrank.job import job

with job(snakemake.log[0], snakemake.threads):
    pairs = tables.read(snakemake.input[0], tables.PAIRS)
    settings, joint = Batches(**snakemake.params.settings), snakemake.params.joint
    batches = plan_batches(pairs, settings, int(snakemake.wildcards.seed), joint)
    tables.write(batches, snakemake.output[0], tables.BATCHES)
