"""Find the titles and train pairs that say what dev or test judge."""

import sys

from switchrank import tables
from switchrank.data.guard import guard_training
from switchrank.data.homeassistant import Wheel
from switchrank.data.settings import Filter
from switchrank.job import job

with job(snakemake.log[0], snakemake.threads), Wheel(snakemake.input.source) as wheel:
    settings = snakemake.params.settings
    found = guard_training(
        wheel,
        settings["languages"],
        tables.read(snakemake.input.splits, tables.SPLITS),
        Filter(**settings["judged"]),
    )
    sys.stderr.write(f"guard_training: {found}\n")
    tables.write(found.left_out, snakemake.output[0], tables.LEFT_OUT)
