from itertools import groupby
from pathlib import Path

from switchrank import tables
from switchrank.job import job
from switchrank.languages import parse_pair

with job(snakemake.log[0], snakemake.threads):
    from switchrank.evaluation.mixing import shown
    from switchrank.ranker.scoring import Scorer, score_candidates
    from switchrank.ranker.settings import Scoring
    from switchrank.training import prepare

    settings, files = snakemake.params.settings, snakemake.input
    device = prepare(0, snakemake.threads)
    candidates = tables.read(files.candidates, tables.CANDIDATES)
    queries, passages = (
        {code: tables.read(path, contract) for code, path in zip(settings["languages"][side], files[side], strict=True)}
        for side, contract in (("queries", tables.QUERIES), ("passages", tables.PASSAGES))
    )
    mixed = {
        side: tables.read(path, tables.MIXED) if (path := files.get(f"mixed_{side}")) else None
        for side in ("queries", "passages")
    }
    outputs = {Path(path).stem: path for path in snakemake.output}
    by_ranker = sorted(settings["rankers"].items(), key=lambda item: (item[1], item[0]))
    for folder, group in groupby(by_ranker, key=lambda item: item[1]):
        scorer = Scorer(folder, Scoring(**settings["scoring"]), device)
        for name, _ in group:
            pair = parse_pair(name)
            run = score_candidates(
                scorer,
                candidates,
                shown(queries, pair.query, mixed["queries"], "query_id"),
                shown(passages, pair.passage, mixed["passages"], "doc_id"),
                f"score_candidates {snakemake.wildcards.system} {name}",
            )
            tables.write(run, outputs[name], tables.RUN)
