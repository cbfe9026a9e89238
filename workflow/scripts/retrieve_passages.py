"""Retrieve passages with an encoder, for every pair of a system."""

from switchrank import tables
from switchrank.job import job
from switchrank.languages import parse_pair

with job(snakemake.log[0], snakemake.threads):
    from switchrank.evaluation.drawn_texts import shown
    from switchrank.evaluation.retrieval import Retriever, pool_of, read_encoder, retrieve_passages
    from switchrank.evaluation.runs import stream_runs
    from switchrank.evaluation.settings import Retrieval
    from switchrank.models.folder import folder_of
    from switchrank.training.precision import prepare

    settings, files = snakemake.params.settings, snakemake.input
    retrieval = Retrieval(**settings["retrieval"])
    texts = {
        side: {code: tables.read(path, contract) for code, path in zip(settings["languages"], files[side], strict=True)}
        for side, contract in (("queries", tables.QUERIES), ("passages", tables.PASSAGES))
    }
    pool = pool_of(texts["passages"], tables.read(files.splits, tables.SPLITS), settings["split"], settings["parallel"])
    qrels = {path: set(tables.read(path, tables.QRELS)["query_id"]) for path in files.qrels}
    mixed = {
        side: tables.read(path, tables.MIXED) if (path := files.get(f"mixed_{side}")) else None
        for side in ("queries", "passages")
    }
    device = prepare(0, snakemake.threads)
    retriever = Retriever(read_encoder(folder_of(files.encoder), retrieval, device), retrieval)
    with stream_runs(snakemake.output[0]) as append:
        for name, judged in settings["pairs"].items():
            pair = parse_pair(name)
            run = retrieve_passages(
                retriever,
                shown(texts["queries"], pair.query, mixed["queries"], "query_id"),
                shown(pool, pair.passage, mixed["passages"], "doc_id"),
                qrels[judged],
                f"retrieve_passages {snakemake.wildcards.system} {pair}",
                settings["without_itself"],
            )
            append(name, run)
