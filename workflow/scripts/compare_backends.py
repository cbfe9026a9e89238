import sys
from itertools import groupby

import polars as pl

from switchrank import tables
from switchrank.data.qrels import of_queries
from switchrank.job import job

with job(snakemake.log[0], snakemake.threads):
    from switchrank.evaluation.backend_comparison import compare_runs, in_words
    from switchrank.evaluation.scored_runs import pair_scores
    from switchrank.ranker.scoring import Scorer
    from switchrank.ranker.settings import Scoring
    from switchrank.training.precision import prepare

    settings, files = snakemake.params.settings, snakemake.input
    device = prepare(0, snakemake.threads)
    mixed = {side: files.get(f"mixed_{side}") for side in ("queries", "passages")}
    compared = []
    by_ranker = sorted(settings["rankers"].items(), key=lambda item: (item[1], item[0]))
    with pair_scores(settings, files, mixed) as scores:
        for folder, group in groupby(by_ranker, key=lambda item: item[1]):
            scorers = {
                backend: Scorer(
                    folder, Scoring(**settings["scoring"] | {"backend": backend, "precision": "fp32"}), device
                )
                for backend in settings["backends"]
            }
            for pair, _ in group:
                label, by = f"{snakemake.wildcards.system} {pair}", settings["judged_by"][pair]
                asked = [tables.read(path, tables.QUERIES) for path in by["queries"]]
                qrels = of_queries(tables.read(by["qrels"], tables.QRELS), asked)
                runs = {
                    backend: pl.concat(
                        scores.of(scorer, pair, settings["candidates"][pair], f"compare_backends {backend} {label}")
                    )
                    for backend, scorer in scorers.items()
                }
                compared.append(compare_runs(runs, qrels, settings["measures"], pair))
    table = pl.concat(compared)
    tables.write(table, snakemake.output[0], tables.BACKENDS)
    sys.stderr.write("".join(f"{line}\n" for line in in_words(table)))
