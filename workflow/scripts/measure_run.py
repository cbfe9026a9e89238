"""Measure the runs of one system and seed on one benchmark."""

from functools import cache
from itertools import chain

from switchrank import tables
from switchrank.data.qrels import of_queries
from switchrank.job import job
from switchrank.measures.computing import measure_file
from switchrank.measures.judgements import judgements_of, refuse_unknown


def ids(paths, contract, key):
    return chain.from_iterable(tables.values_of(path, contract, key) for path in paths)


with job(snakemake.log[0], snakemake.threads):
    files, settings = snakemake.input, snakemake.params.settings

    @cache
    def judgements(path, *queries):
        qrels = of_queries(tables.read(path, tables.QRELS), [tables.read(name, tables.QUERIES) for name in queries])
        refuse_unknown(
            qrels,
            ids(settings["known"]["queries"], tables.QUERIES, "query_id"),
            ids(settings["known"]["passages"], tables.PASSAGES, "doc_id"),
            path,
        )
        return judgements_of(qrels, path)

    def of_pair(pair):
        by = settings["judged_by"][pair]
        return judgements(by["qrels"], *by["queries"])

    measured = measure_file(files.runs, of_pair, settings["measures"])
    tables.write(measured, snakemake.output[0], tables.MEASURES)
