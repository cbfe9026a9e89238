from itertools import groupby
from pathlib import Path

from switchrank import tables
from switchrank.job import job

with job(snakemake.log[0], snakemake.threads):
    from switchrank.evaluation.sides import Sides
    from switchrank.ranker.scoring import Scorer, score_candidates
    from switchrank.ranker.settings import Scoring
    from switchrank.training.precision import prepare

    settings, files = snakemake.params.settings, snakemake.input
    device = prepare(0, snakemake.threads)
    candidates = tables.read(files.candidates, tables.CANDIDATES)
    mixed = {side: files.get(f"mixed_{side}") for side in ("queries", "passages")}
    sides = Sides(settings["languages"], files, mixed)
    outputs = {Path(path).stem: path for path in snakemake.output}
    by_ranker = sorted(settings["rankers"].items(), key=lambda item: (item[1], item[0]))
    for folder, group in groupby(by_ranker, key=lambda item: item[1]):
        scorer = Scorer(folder, Scoring(**settings["scoring"]), device)
        for pair, _ in group:
            label = f"score_candidates {snakemake.wildcards.system} {pair}"
            run = score_candidates(scorer, candidates, *sides.of(pair), label)
            tables.write(run, outputs[pair], tables.RUN)
