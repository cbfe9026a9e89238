"""Build the qrels of one split."""

from switchrank import tables
from switchrank.data.qrels import build_qrels
from switchrank.job import job


def read_all(paths, contract):
    """One table a file; Snakemake hands over a single file as a string."""
    return [tables.read(path, contract) for path in ([paths] if isinstance(paths, str) else paths)]


with job(snakemake.log[0], snakemake.threads):
    qrels = build_qrels(
        read_all(snakemake.input.queries, tables.QUERIES),
        read_all(snakemake.input.passages, tables.PASSAGES),
        tables.read(snakemake.input.splits, tables.SPLITS),
        snakemake.wildcards.split,
    )
    tables.write(qrels, snakemake.output[0], tables.QRELS)
