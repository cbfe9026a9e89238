"""Build the candidates of one split: by English BM25, those of the source, or all passages."""

from switchrank import tables
from switchrank.data.candidates import all_candidates, build_candidates, given_candidates, without_itself
from switchrank.data.qrels import ranked_queries
from switchrank.data.reading import open_reader
from switchrank.data.settings import Candidates
from switchrank.data.splits import pool_ids
from switchrank.job import job


def all_of(paths):
    """The files of an input; Snakemake passes a single one as a string."""
    return [paths] if isinstance(paths, str) else paths


with job(snakemake.log[0], snakemake.threads):
    files, params, split = snakemake.input, snakemake.params.settings, snakemake.wildcards.split
    settings = Candidates(**params["candidates"])
    splits = tables.read(files.splits, tables.SPLITS)
    queries = [tables.read(path, tables.QUERIES) for path in all_of(files.queries)]
    path = files.get("qrels")
    asked = ranked_queries(queries, tables.read(path, tables.QRELS) if path else None)
    depth = settings.depth + params["without_itself"]
    if settings.origin == "bm25":
        passages = [tables.read(path, tables.PASSAGES) for path in all_of(files.passages)]
        candidates = build_candidates(asked, passages, splits, split, depth)
    else:
        judged = set(asked["query_id"])
        ids = [tables.values_of(path, tables.PASSAGES, "doc_id") for path in all_of(files.passages)]
        pool = pool_ids(ids, splits, split, params["parallel"])
        if settings.origin == "all":
            candidates = all_candidates(judged, pool)
        else:
            with open_reader(params["source"]) as reader:
                given = (piece for code in params["given_in"] for piece in reader.candidates(split, code))
                candidates = given_candidates(given, judged, pool, depth)
        if params["without_itself"]:
            candidates = without_itself(candidates, len(pool) if settings.origin == "all" else settings.depth)
    tables.write(candidates, snakemake.output[0], tables.CANDIDATES)
