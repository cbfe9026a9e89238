"""Measure the candidates of a benchmark before any ranker orders them."""

from switchrank import tables
from switchrank.data.qrels import of_queries
from switchrank.evaluation.summary import summarise
from switchrank.job import job
from switchrank.measures.judgements import judgements_of
from switchrank.measures.reference_orders import measure_candidates

with job(snakemake.log[0], snakemake.threads):
    settings = snakemake.params.settings
    runs, measured = [], []
    for pair, path in settings["candidates"].items():
        by = settings["judged_by"][pair]
        asked = [tables.read(name, tables.QUERIES) for name in by["queries"]]
        judgements = judgements_of(of_queries(tables.read(by["qrels"], tables.QRELS), asked), by["qrels"])
        for order, values in measure_candidates(path, judgements, settings["measures"]):
            runs.append((order, 1, snakemake.wildcards.benchmark, pair))
            measured.append(values)
    tables.write(summarise(measured, runs, snakemake.params.groups), snakemake.output[0], tables.SUMMARY)
