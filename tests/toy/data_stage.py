"""The data stage of a benchmark without Snakemake: the scripts of its rules one after another, in this process."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from pathlib import Path
from typing import Any

from switchrank.data.benchmarks import Benchmark
from tests.toy.script import Job, Named, run_script


def run_data_stage(entry: Mapping[str, Any], folder: Path, splits: Sequence[str]) -> None:
    """Write a benchmark's tables as the rules of the stage write them to results/data/{benchmark}.

    Args:
        entry: of `benchmarks:`.
        folder: where the tables go.
        splits: those that have judgements; instances are made of train, candidates of the others.
    """
    benchmark = Benchmark(**entry)
    whole = benchmark.model_dump(mode="json")
    source, languages, parallel = whole["source"], whole["languages"], benchmark.source.parallel
    judged_in = {"judged_in": languages[:1] if parallel else languages}

    def run(
        rule: str, params: dict[str, Any], output: dict[str, str], input: Mapping[str, Any], **wildcards: str
    ) -> None:
        given = {
            name: [str(folder / file) for file in files] if isinstance(files, list) else str(folder / files)
            for name, files in input.items()
        }
        made = Named(**{name: str(folder / file) for name, file in output.items()})
        job = Job(
            folder / "log", params=Named(**params), output=made, input=Named(**given), wildcards=Named(**wildcards)
        )
        run_script(rule, job)

    def texts(side: str, codes: list[str]) -> list[str]:
        return [f"{side}/{code}.parquet" for code in codes]

    divided, guarded = {"splits": "splits.parquet"}, {"left_out": "left_out.parquet"}
    run("split_documents", {"settings": whole}, divided, {})
    run("guard_training", {"settings": source, "languages": languages, "exclude": [], **judged_in}, guarded, divided)
    for code in languages:
        run("build_passages", {"settings": source}, {"out": f"passages/{code}.parquet"}, guarded, language=code)
        queries = {split: f"queries/{split}/{code}.parquet" for split in ("train", "dev", "test")}
        run("build_queries", {"settings": source, **judged_in}, queries, {**divided, **guarded}, language=code)
        run(
            "build_titles",
            {"settings": source},
            {"out": f"titles/{code}.parquet"},
            {**divided, **guarded},
            language=code,
        )
    for split in splits:
        asked = ["en"] if split == "train" and parallel else languages
        both = {"queries": texts(f"queries/{split}", asked), "passages": texts("passages", asked)}
        for scope in ["shared"] if parallel else [*languages, "xx"]:
            qrels = {"qrels": f"qrels/{split}/{scope}.parquet"}
            given, judged = {**divided, **both}, judged_in
            if scope in languages:
                given, judged = {**given, "passages": texts("passages", [scope])}, {"judged_in": [scope]}
            run("build_qrels", {"settings": source, **judged}, qrels, given, split=split)
        english = {**divided, **qrels, "queries": f"queries/{split}/en.parquet"}
        if split == "train":
            own = {} if parallel else {"qrels": "qrels/train/en.parquet"}
            instances, passages = {"out": "instances.parquet"}, {"passages": "passages/en.parquet"}
            run("build_instances", {"settings": whole}, instances, {**english, **guarded, **own, **passages})
            continue
        if not parallel:
            mixed = {"out": f"mixed/{split}/queries.parquet"}
            given = {**qrels, "queries": both["queries"]}
            run("mix_languages", {"settings": whole}, mixed, given, side="queries")
            continue
        candidates = {"candidates": f"candidates/{split}/shared.parquet"}
        run(
            "build_candidates",
            {"settings": {**whole, "parallel": parallel, "without_itself": benchmark.source.queries_are_passages}},
            candidates,
            {**english, **both, "queries": english["queries"]},
            split=split,
        )
        for side in ("queries", "passages"):
            mixed = {"out": f"mixed/{split}/{side}.parquet"}
            run("mix_languages", {"settings": whole}, mixed, {**qrels, **candidates}, side=side)
