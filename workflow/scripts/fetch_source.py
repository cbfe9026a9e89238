"""Fetch one pinned download and verify it."""

from pathlib import Path

from switchrank.data.fetch import fetch
from switchrank.job import job

with job(snakemake.log[0], snakemake.threads):
    target = Path(snakemake.output[0])
    fetch(snakemake.params.settings, target, target.parent / ".kept")
