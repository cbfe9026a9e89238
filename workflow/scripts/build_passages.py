"""Build the passages of one language."""

from switchrank import tables
from switchrank.data.homeassistant import Wheel
from switchrank.data.settings import Filter
from switchrank.data.texts import build_passages, without
from switchrank.job import job

with job(snakemake.log[0], snakemake.threads), Wheel(snakemake.input.source) as wheel:
    settings = snakemake.params.settings
    passages = build_passages(
        wheel,
        snakemake.wildcards.language,
        Filter(**settings["train"]),
        Filter(**settings["judged"]),
    )
    left_out = tables.read(snakemake.input.left_out, tables.LEFT_OUT)
    tables.write(without(passages, left_out), snakemake.output[0], tables.PASSAGES)
