"""Fetch one pinned download and verify it."""

from pathlib import Path

from switchrank.data.fetch import fetch
from switchrank.job import job

with job(snakemake.log[0], snakemake.threads):
    fetch(snakemake.params.settings, Path(snakemake.output[0]))
