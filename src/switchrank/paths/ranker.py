"""Paths and needs of the jobs of `rules/ranker.smk`."""

from __future__ import annotations


def ranker_folder(system: str, pair: object, seed: object) -> str:
    """The folder of a ranker, which serves the pairs that its corpus is made for."""
    return f"results/ranker/{system}/{pair}/seed{seed}"
