"""Draw the language of each query or passage of a mixed side."""

from switchrank import tables
from switchrank.data.mixing import mix_languages
from switchrank.job import job

with job(snakemake.log[0], snakemake.threads):
    settings, side = snakemake.params.settings, snakemake.wildcards.side
    qrels = tables.read(snakemake.input.qrels, tables.QRELS)
    candidates = tables.read(snakemake.input.candidates, tables.CANDIDATES)
    ids = [*qrels["query_id"]] if side == "queries" else [*qrels["doc_id"], *candidates["doc_id"]]
    tables.write(
        mix_languages(ids, side, settings["languages"], settings["mix_seed"]), snakemake.output[0], tables.MIXED
    )
