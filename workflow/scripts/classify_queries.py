"""Classify the judged queries of a benchmark by their nearest English training queries."""

from switchrank import tables
from switchrank.data.splits import in_split
from switchrank.job import job

with job(snakemake.log[0], snakemake.threads):
    from switchrank.encoder.embedding import read_encoder
    from switchrank.evaluation.classes import classify_queries
    from switchrank.evaluation.retrieval import Retriever
    from switchrank.evaluation.settings import Retrieval
    from switchrank.models.folder import folder_of
    from switchrank.training.precision import prepare

    settings, files = snakemake.params.settings, snakemake.input
    retrieval = Retrieval(**settings["retrieval"])
    if splits := files.get("splits"):
        documents = in_split(tables.read(splits, tables.SPLITS), "train")
        passages = tables.read(files.train, tables.PASSAGES).join(
            documents, on="doc_id", how="semi", maintain_order="left"
        )
        train = passages.rename({"doc_id": "query_id"})
    else:
        train = tables.read(files.train, tables.QUERIES)
    queries = {
        code: tables.read(path, tables.QUERIES) for code, path in zip(settings["languages"], files.queries, strict=True)
    }
    encoder = read_encoder(folder_of(files.encoder), retrieval, prepare(0, snakemake.threads))
    retriever = Retriever(encoder, retrieval)
    vectors = {
        name: retriever.queries(table["text"].to_list(), f"classify_queries {snakemake.wildcards.system} {name}")
        for name, table in {"train": train, **queries}.items()
        if table.height
    }
    labels = tables.read(files.labels, tables.LABELS)
    asked = {code: table for code, table in queries.items() if table.height}
    found = classify_queries(train, asked, labels, vectors, settings["neighbours"])
    tables.write(found, snakemake.output[0], tables.CLASSES)
