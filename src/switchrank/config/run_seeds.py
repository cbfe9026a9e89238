"""Corpora whose draws follow the seed of the run: one entry for each seed."""

from __future__ import annotations

from switchrank.config.models import Config
from switchrank.errors import SwitchRankError


def with_run_seeds(config: Config) -> Config:
    """The configuration with each corpus of `seed: run` under its own name for the run's first seed, and as
    `{name}.seed{seed}` for each other one, so that corpora of a fixed seed stay one file for all seeds.

    Raises:
        SwitchRankError: such a name is taken.
    """
    corpora = dict(config.corpora)
    first, *others = config.run.seeds
    for name, corpus in config.corpora.items():
        if getattr(corpus, "seed", None) != "run":
            continue
        corpora[name] = corpus.model_copy(update={"seed": first})
        for seed in others:
            own = _named(name, seed)
            if own in corpora:
                raise SwitchRankError(
                    f"configuration:\n  corpora.{own}: this name is that of corpora.{name} with seed: run, for seed "
                    f"{seed}; choose another"
                )
            corpora[own] = corpus.model_copy(update={"seed": seed})
    return config.model_copy(update={"corpora": corpora})


def corpus_of_run(config: Config, corpus: str, seed: int) -> str:
    """The entry that a training with this seed uses: that of its seed, if the corpus follows the run."""
    own = _named(corpus, seed)
    return own if own in config.corpora else corpus


def _named(corpus: str, seed: int) -> str:
    return f"{corpus}.seed{seed}"
