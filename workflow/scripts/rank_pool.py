"""Rank the relevant passages of a multilingual pool."""

from switchrank import tables
from switchrank.job import job

with job(snakemake.log[0], snakemake.threads):
    from switchrank.encoder.embedding import read_encoder
    from switchrank.evaluation.pool import rank_pool
    from switchrank.evaluation.retrieval import Retriever, pool_of
    from switchrank.evaluation.settings import Retrieval
    from switchrank.models.folder import folder_of
    from switchrank.training.precision import prepare

    settings, files = snakemake.params.settings, snakemake.input
    retrieval, codes = Retrieval(**settings["retrieval"]), settings["languages"]
    queries = {code: tables.read(path, tables.QUERIES) for code, path in zip(codes, files.queries, strict=True)}
    passages = {code: tables.read(path, tables.PASSAGES) for code, path in zip(codes, files.passages, strict=True)}
    encoder = read_encoder(folder_of(files.encoder), retrieval, prepare(0, snakemake.threads))
    ranks = rank_pool(
        Retriever(encoder, retrieval),
        queries,
        pool_of(passages, tables.read(files.splits, tables.SPLITS), settings["split"], settings["parallel"]),
        tables.read(files.qrels, tables.QRELS),
        f"rank_pool {snakemake.wildcards.system}",
        settings["without_itself"],
    )
    tables.write(ranks, snakemake.output[0], tables.POOL)
