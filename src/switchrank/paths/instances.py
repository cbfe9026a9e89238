"""Needs of the training instances: negatives that BM25 chooses, or those that a source gives."""

from __future__ import annotations

from typing import Any

from switchrank.config.derived import as_dict
from switchrank.config.models import Config
from switchrank.paths.data import module_of_source, source_settings, train_qrels


def _given(config: Config, benchmark: str) -> bool:
    return config.benchmarks[benchmark].negatives.origin == "given"


def instances_inputs(config: Config, benchmark: str) -> dict[str, Any]:
    """The judgements where BM25 chooses negatives; the source and what the guard leaves out where it gives some."""
    entry = config.benchmarks[benchmark]
    inputs: dict[str, Any] = {}
    if _given(config, benchmark):
        inputs["source"] = entry.source.files("instances", "en")
        inputs["left_out"] = f"results/data/{benchmark}/left_out.parquet"
    if not inputs or entry.negatives.fill:
        inputs["qrels"] = train_qrels(config, benchmark)
    return inputs


def instances_settings(config: Config, benchmark: str) -> dict[str, Any]:
    """The entry of the negatives, and of the source if it gives some."""
    source = {"source": source_settings(config, benchmark)} if _given(config, benchmark) else {}
    return {"negatives": as_dict(config.benchmarks[benchmark])["negatives"], **source}


def module_of_instances(config: Config, benchmark: str) -> str | None:
    """The module of the reader that a job opens, which it does only for negatives that the source gives."""
    return module_of_source(config, benchmark) if _given(config, benchmark) else None
