"""Paths of results, by the names in them. What jobs read of the configuration to find them is in no module that imports
this one, so it may be imported anywhere."""

from __future__ import annotations

from typing import Literal


def run_file(kind: Literal["run", "measure"], system: str, seed: int, benchmark: str) -> str:
    """The runs, or their measures, of all pairs."""
    return f"results/{kind}/{system}/seed{seed}/{benchmark}.parquet"


def corpus_summary(corpus: str) -> str:
    """Counts of a corpus."""
    return f"results/corpus/{corpus}/summary.parquet"


def lexicon_quality(lexicon: str) -> str:
    """Measures of a lexicon, of all its language pairs."""
    return f"results/lexicon/{lexicon}/quality.parquet"


def pool_ranks(system: str, seed: int, benchmark: str) -> str:
    """Ranks of relevant passages in the pool of all languages."""
    return f"results/pool/{system}/seed{seed}/{benchmark}.parquet"


def classes_file(system: str, seed: int, benchmark: str) -> str:
    """Accuracy of the classes that the nearest training queries give."""
    return f"results/classes/{system}/seed{seed}/{benchmark}.parquet"
