"""Retrieve the candidates of one split by English BM25."""

from switchrank import tables
from switchrank.data.candidates import build_candidates
from switchrank.data.settings import Candidates
from switchrank.job import job

with job(snakemake.log[0], snakemake.threads):
    candidates = build_candidates(
        tables.read(snakemake.input.queries, tables.QUERIES),
        [tables.read(path, tables.PASSAGES) for path in snakemake.input.passages],
        tables.read(snakemake.input.qrels, tables.QRELS),
        tables.read(snakemake.input.splits, tables.SPLITS),
        snakemake.wildcards.split,
        Candidates(**snakemake.params.settings["candidates"]),
    )
    tables.write(candidates, snakemake.output[0], tables.CANDIDATES)
