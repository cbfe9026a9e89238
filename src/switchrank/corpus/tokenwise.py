"""BL-CS and ML-CS: single tokens replaced by their translation (2305.05295, section 3)."""

from __future__ import annotations

from collections.abc import Mapping, Sequence

import numpy as np
from numpy.typing import NDArray

from switchrank.corpus.rebuild import Replacement, Switched, rebuild
from switchrank.corpus.side import Side, occurrences
from switchrank.randomness import choice, key_of, uniform

SWITCH, LANGUAGE, SHARE = 0, 1, 2
"""Streams of draws: whether a token is switched, into which language, whether its instance takes part."""


def switch_tokens(
    side: Side, lexicons: Mapping[str, Mapping[str, str]], languages: Sequence[str], p: float, share: float, key: int
) -> Switched:
    """Switch each known token with probability p into a language drawn for it.

    A token is switched when its draw is below p, so a token switched at p is switched at every larger p;
    draws depend on (key, instance, side, token) alone.

    Args:
        side: texts and instances.
        lexicons: translation by lower-case word, by language.
        languages: drawn from, uniformly; one language for BL-CS.
        p: probability that a token is switched, if its word has a translation.
        share: share of instances that take part.
        key: of all draws, from the seed and the benchmark.

    Returns:
        The texts and the counts of tokens with a translation and of switched tokens.
    """
    tokens = occurrences(side)
    instance, number = side.instances[tokens.row], side.number
    drawn = choice(len(languages), key, instance, number, tokens.position, LANGUAGE)
    known = _known(side, lexicons, languages)[drawn, side.words[tokens.token]]
    takes_part = uniform(key, side.instances, number, 0, SHARE) < share
    chosen = uniform(key, instance, number, tokens.position, SWITCH) < p
    switched = np.flatnonzero(known & chosen & takes_part[tokens.row])
    replacements = [
        Replacement(
            row=int(tokens.row[at]),
            start=int(side.starts[tokens.token[at]]),
            end=int(side.ends[tokens.token[at]]),
            target=lexicons[languages[drawn[at]]][side.vocabulary[side.words[tokens.token[at]]]],
            language=languages[drawn[at]],
        )
        for at in switched
    ]
    rows = len(side.instances)
    return Switched(
        texts=rebuild(side, replacements),
        known=np.bincount(tokens.row[known], minlength=rows).astype(np.int32),
        switched=np.bincount(tokens.row[switched], minlength=rows).astype(np.int32),
    )


def _known(side: Side, lexicons: Mapping[str, Mapping[str, str]], languages: Sequence[str]) -> NDArray[np.bool_]:
    """bool [languages, vocabulary]: whether a word has a translation."""
    return np.array([[word in lexicons[language] for word in side.vocabulary] for language in languages], dtype=bool)


def corpus_key(seed: int, benchmark: str) -> int:
    """The key of a corpus's draws. The corpus's own name is left out on purpose: two corpora that differ
    in p only, or in the lexicon only, then make the same draws and compare."""
    return key_of(seed, "corpus", benchmark)
