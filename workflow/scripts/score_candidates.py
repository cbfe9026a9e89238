from functools import lru_cache
from itertools import groupby
from operator import itemgetter

from switchrank import tables
from switchrank.job import job

with job(snakemake.log[0], snakemake.threads):
    from switchrank.evaluation.runs import stream_runs
    from switchrank.evaluation.shown_texts import Sides
    from switchrank.ranker.scoring import Scorer, score_candidates
    from switchrank.ranker.settings import Scoring
    from switchrank.training.precision import prepare

    settings, files = snakemake.params.settings, snakemake.input
    device = prepare(0, snakemake.threads)
    mixed = {side: files.get(f"mixed_{side}") for side in ("queries", "passages")}
    sides = Sides(settings["languages"], files, mixed)

    @lru_cache(maxsize=1)
    def candidates(path):
        """Those of the last pair are kept, as pairs may share them."""
        return tables.read(path, tables.CANDIDATES)

    with stream_runs(snakemake.output[0]) as append:
        for folder, group in groupby(settings["rankers"].items(), key=itemgetter(1)):
            scorer = Scorer(folder, Scoring(**settings["scoring"]), device)
            for pair, _ in group:
                label = f"score_candidates {snakemake.wildcards.system} {pair}"
                append(pair, score_candidates(scorer, candidates(settings["candidates"][pair]), *sides.of(pair), label))
