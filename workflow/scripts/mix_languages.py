"""Draw the language of each query or passage of a mixed side."""

from switchrank import tables
from switchrank.data.mixing import mix_languages
from switchrank.data.splits import pool_ids
from switchrank.job import job

with job(snakemake.log[0], snakemake.threads):
    settings, files, side = snakemake.params.settings, snakemake.input, snakemake.wildcards.side
    path, having = files.get("qrels"), None
    qrels = tables.read(path, tables.QRELS) if path else None  # without judgements all queries are ranked
    if files.get("pool"):
        every = [tables.values_of(path, tables.PASSAGES, "doc_id") for path in files.pool]
        ids = pool_ids(every, tables.read(files.splits, tables.SPLITS), snakemake.wildcards.split, parallel=True)
    elif side == "passages":
        judged = [] if qrels is None else [*qrels["doc_id"]]
        ids = [*judged, *tables.read(files.candidates, tables.CANDIDATES)["doc_id"]]
    else:
        if files.get("queries"):  # not every query is asked in every language
            by_language = zip(settings["languages"], files.queries, strict=True)
            having = {code: set(tables.read(path, tables.QUERIES)["query_id"]) for code, path in by_language}
        ids = set().union(*having.values()) if qrels is None else [*qrels["query_id"]]
    mixed = mix_languages(ids, side, settings["languages"], settings["mix_seed"], having)
    tables.write(mixed, snakemake.output[0], tables.MIXED)
