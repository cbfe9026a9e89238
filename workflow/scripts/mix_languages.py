"""Draw the language of each query or passage of a mixed side."""

from switchrank import tables
from switchrank.data.mixing import mix_languages
from switchrank.job import job

with job(snakemake.log[0], snakemake.threads):
    settings, files, side = snakemake.params.settings, snakemake.input, snakemake.wildcards.side
    qrels, having = tables.read(files.qrels, tables.QRELS), None
    if side == "passages":
        ids = [*qrels["doc_id"], *tables.read(files.candidates, tables.CANDIDATES)["doc_id"]]
    else:
        ids = [*qrels["query_id"]]
        if files.get("queries"):  # not every query is asked in every language
            by_language = zip(settings["languages"], files.queries, strict=True)
            having = {code: set(tables.read(path, tables.QUERIES)["query_id"]) for code, path in by_language}
    mixed = mix_languages(ids, side, settings["languages"], settings["mix_seed"], having)
    tables.write(mixed, snakemake.output[0], tables.MIXED)
