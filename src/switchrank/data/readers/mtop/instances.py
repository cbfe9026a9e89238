"""English training instances of MTOP: utterances of one frame, and of other frames that BM25 finds."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping

import numpy as np
from numpy.typing import NDArray

from switchrank.data.bm25 import Index
from switchrank.data.instances import draw_negatives
from switchrank.data.readers.mtop.settings import FrameInstances
from switchrank.data.utterances import Utterance, by_frame
from switchrank.normalising import caseless
from switchrank.progress import track
from switchrank.randomness import key_of, shuffled


def positive_pairs(utterances: Mapping[str, Utterance], settings: FrameInstances) -> dict[str, list[str]]:
    """For each utterance some others of its frame with another text (letter case ignored); none for one without such.

    Args:
        utterances: English train utterances by id.
        settings: number and seed.
    """
    frames = by_frame({name: utterance.frame for name, utterance in utterances.items()})
    found = {}
    for name in sorted(utterances):
        own = caseless(utterances[name].text)
        others = sorted(other for other in frames[utterances[name].frame] if caseless(utterances[other].text) != own)
        order = shuffled(len(others), key_of(settings.seed, "positives", name))
        found[name] = [others[int(number)] for number in order[: settings.positives]]
    return {name: others for name, others in found.items() if others}


def frame_instances(utterances: Mapping[str, Utterance], settings: FrameInstances) -> Iterator[tuple[str, str, int]]:
    """Query, passage and label (1 = same frame) of the positives, and of negatives of other frames.

    A negative never repeats the query's text (letter case ignored).

    Args:
        utterances: English train utterances by id.
        settings: numbers, depth and seed.

    Raises:
        SwitchRankError: a query has fewer possible negatives than `per_positive` asks for.
    """
    pairs = positive_pairs(utterances, settings)
    if not pairs:
        return
    names = sorted(utterances)
    index = Index([utterances[name].text for name in names])
    keys = np.array([key_of(name) for name in names], dtype=np.uint64)
    frames = _numbered(utterances[name].frame for name in names)
    texts = _numbered(caseless(utterances[name].text) for name in names)
    number = {name: place for place, name in enumerate(names)}
    for name, positives in track(pairs.items(), "frame_instances", len(pairs), "utterances"):
        place = number[name]
        barred = np.flatnonzero((frames == frames[place]) | (texts == texts[place]))
        wanted = settings.model_copy(update={"per_positive": settings.per_positive * len(positives)})
        negatives = draw_negatives(index.scores(utterances[name].text), keys, barred, name, wanted)
        yield from ((name, other, 1) for other in positives)
        yield from ((name, names[int(other)], 0) for other in negatives)


def _numbered(values: Iterable[str]) -> NDArray[np.int64]:
    """Numbers of values, equal for equal ones."""
    numbers: dict[str, int] = {}
    return np.array([numbers.setdefault(value, len(numbers)) for value in values], dtype=np.int64)
