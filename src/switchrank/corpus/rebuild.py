"""Texts with some spans replaced; all else stays byte for byte."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from switchrank.corpus.side import Side
from switchrank.words import carry_case


@dataclass(frozen=True)
class Replacement:
    """A span of an instance's text and what takes its place.

    Attributes:
        row: instance row.
        start: first character.
        end: character after the last.
        target: translation as the lexicon has it.
        language: of the translation.
    """

    row: int
    start: int
    end: int
    target: str
    language: str


@dataclass(frozen=True)
class Switched:
    """One side after switching.

    Attributes:
        texts: one an instance.
        known: int32 [instances], tokens that had a translation.
        switched: int32 [instances], tokens that were replaced.
    """

    texts: list[str]
    known: NDArray[np.int32]
    switched: NDArray[np.int32]


def rebuild(side: Side, replacements: Sequence[Replacement]) -> list[str]:
    """The text of each instance with its replacements, which do not overlap.

    Args:
        side: texts and instances.
        replacements: ascending by row and start.
    """
    texts = [side.texts[index] for index in side.text_of]
    at = 0
    while at < len(replacements):
        row, parts, done = replacements[at].row, [], 0
        text = texts[row]
        while at < len(replacements) and replacements[at].row == row:
            item = replacements[at]
            parts += [text[done : item.start], carry_case(text[item.start : item.end], item.target, item.language)]
            done = item.end
            at += 1
        texts[row] = "".join([*parts, text[done:]])
    return texts
