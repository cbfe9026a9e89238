"""Retrieve the candidates of one pair by an encoder's vectors."""

from switchrank import tables
from switchrank.data.candidates import without_itself
from switchrank.data.dense_candidates import dense_candidates, shown_blocks
from switchrank.data.qrels import ranked_queries
from switchrank.data.splits import pool_ids
from switchrank.job import job
from switchrank.languages import parse_pair

with job(snakemake.log[0], snakemake.threads):
    import faiss

    faiss.omp_set_num_threads(snakemake.threads)
    files, settings, wanted = snakemake.input, snakemake.params.settings, snakemake.wildcards
    asked = [tables.read(path, tables.QUERIES) for path in settings["queries"]]
    path = files.get("qrels")
    judged = set(ranked_queries(asked, tables.read(path, tables.QRELS) if path else None)["query_id"])
    pool = pool_ids(
        [tables.values_of(path, tables.PASSAGES, "doc_id") for path in files.passages],
        tables.read(files.splits, tables.SPLITS),
        wanted.split,
        settings["parallel"],
    )
    sides = []
    for side, code, keep in zip(("queries", "passages"), parse_pair(wanted.scope), (judged, pool), strict=True):
        path = files.get(f"mixed_{side}")
        mixed = tables.read(path, tables.MIXED) if path else None
        sides.append(shown_blocks(settings["embedded"][side], code, mixed, keep))
    depth, alone = settings["depth"], settings["without_itself"]
    candidates = dense_candidates(*sides, depth + alone, f"candidates of {wanted.benchmark} {wanted.scope}")
    if alone:
        candidates = without_itself(candidates, depth)
    tables.write(candidates, snakemake.output[0], tables.CANDIDATES)
