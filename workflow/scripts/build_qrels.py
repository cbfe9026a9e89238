"""Build the qrels of one split."""

from switchrank import tables
from switchrank.data.qrels import build_qrels
from switchrank.data.reading import judgements, open_reader
from switchrank.data.splits import in_split
from switchrank.job import job


def read_all(paths, contract):
    """One table per file; Snakemake passes a single file as a string."""
    return [tables.read(path, contract) for path in ([paths] if isinstance(paths, str) else paths)]


with job(snakemake.log[0], snakemake.threads):
    files, split = snakemake.input, snakemake.wildcards.split
    documents = in_split(tables.read(files.splits, tables.SPLITS), split)
    passages = [
        table.join(documents, on="doc_id", how="semi", maintain_order="left")
        for table in read_all(files.passages, tables.PASSAGES)
    ]
    with open_reader(snakemake.params.settings) as reader:
        judged, parallel = judgements(reader, split, snakemake.params.judged_in), reader.source.parallel
    qrels = build_qrels(judged, read_all(files.queries, tables.QUERIES), passages, split, parallel)
    tables.write(qrels, snakemake.output[0], tables.QRELS)
