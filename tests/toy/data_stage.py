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
    whole = Benchmark(**entry).model_dump(mode="json")
    source, languages = whole["source"], whole["languages"]
    judged_in = {"judged_in": languages[0]}

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
    run("guard_training", {"settings": source, "languages": languages, **judged_in}, guarded, divided)
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
        asked = ["en"] if split == "train" else languages
        both = {"queries": texts(f"queries/{split}", asked), "passages": texts("passages", asked)}
        qrels = {"qrels": f"qrels/{split}.parquet"}
        run("build_qrels", {"settings": source, **judged_in}, qrels, {**divided, **both}, split=split)
        english = {**divided, **qrels, "queries": f"queries/{split}/en.parquet"}
        if split == "train":
            instances, passages = {"out": "instances.parquet"}, {"passages": "passages/en.parquet"}
            run("build_instances", {"settings": whole}, instances, {**english, **passages})
            continue
        candidates = {"candidates": f"candidates/{split}.parquet"}
        run(
            "build_candidates",
            {"settings": whole},
            candidates,
            {**english, **both, "queries": english["queries"]},
            split=split,
        )
        for side in ("queries", "passages"):
            mixed = {"out": f"mixed/{split}/{side}.parquet"}
            run("mix_languages", {"settings": whole}, mixed, {**qrels, **candidates}, side=side)
