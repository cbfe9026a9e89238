"""Build the training instances, with BM25 negatives or those that the source gives."""

import polars as pl

from switchrank import tables
from switchrank.data.given_instances import given_instances
from switchrank.data.instances import build_instances, filled
from switchrank.data.qrels import of_queries
from switchrank.data.reading import open_reader
from switchrank.data.settings import Negatives
from switchrank.data.splits import in_split
from switchrank.job import job


def texts_and_judgements(files, queries, splits):
    """What BM25 chooses negatives with."""
    qrels = of_queries(tables.read(files.qrels, tables.QRELS), [queries])
    return queries, tables.read(files.passages, tables.PASSAGES), qrels, splits


with job(snakemake.log[0], snakemake.threads):
    files, params, out = snakemake.input, snakemake.params.settings, snakemake.output[0]
    settings = Negatives(**params["negatives"])
    queries = tables.read(files.queries, tables.QUERIES)
    splits = tables.read(files.splits, tables.SPLITS)
    if settings.origin == "bm25":
        instances = build_instances(*texts_and_judgements(files, queries, splits), settings)
        tables.write(instances, out, tables.INSTANCES)
    else:
        ids = pl.concat(map(pl.from_arrow, tables.column_groups(files.passages, tables.PASSAGES, ["doc_id"])))
        trained = ids.join(in_split(splits, "train"), on="doc_id", how="semi", maintain_order="left")
        with open_reader(params["source"]) as reader, tables.stream(out, tables.INSTANCES) as append:
            pieces = given_instances(reader.instances(), queries, trained, tables.read(files.left_out, tables.LEFT_OUT))
            if settings.fill:
                pieces = [filled(pl.concat(pieces), *texts_and_judgements(files, queries, splits), settings)]
            for piece in pieces:
                for rows in piece.iter_slices(tables.ROW_GROUP):
                    append(rows.to_arrow())
