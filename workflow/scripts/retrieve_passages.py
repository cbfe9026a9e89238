"""Retrieve passages with an encoder, for every pair of a system."""

from switchrank import tables
from switchrank.job import job
from switchrank.languages import parse_pair

with job(snakemake.log[0], snakemake.threads):
    from switchrank.encoder.embedding import read_encoder
    from switchrank.evaluation.drawn_texts import shown
    from switchrank.evaluation.retrieval import Retriever, pool_of, retrieve_passages
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
    judged = {path: set(tables.read(path, tables.QRELS)["query_id"]) for path in files.get("qrels", [])}
    mixed = {
        side: tables.read(path, tables.MIXED) if (path := files.get(f"mixed_{side}")) else None
        for side in ("queries", "passages")
    }
    device = prepare(0, snakemake.threads)
    retriever = Retriever(read_encoder(folder_of(files.encoder), retrieval, device), retrieval)
    with stream_runs(snakemake.output[0]) as append:
        for name, qrels in settings["pairs"].items():
            pair = parse_pair(name)
            queries = shown(texts["queries"], pair.query, mixed["queries"], "query_id")
            run = retrieve_passages(
                retriever,
                queries,
                shown(pool, pair.passage, mixed["passages"], "doc_id"),
                judged[qrels] if qrels else set(queries["query_id"]),  # without judgements all queries are ranked
                f"retrieve_passages {snakemake.wildcards.system} {pair}",
                settings["without_itself"],
            )
            append(name, run)
