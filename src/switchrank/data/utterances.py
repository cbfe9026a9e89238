"""Utterances to an assistant, with intent and slots, as a cross-lingual retrieval benchmark.

An utterance is a query and a passage at once. Its query_id and its doc_id are its language and its number or id, such
as `th:3139393736393839`; the same one in another language is its translation. What a query is to find is a setting:
its translation, or every utterance with the same frame; never itself.
"""

from __future__ import annotations

import sys
from collections.abc import Iterator, Mapping, Sequence
from itertools import product
from typing import Literal, NamedTuple, Protocol, TypeVar

import polars as pl
from pydantic import Field

from switchrank.data.guard import bare
from switchrank.data.reading import SPLITS, BenchmarkReader, SourceSettings, Split
from switchrank.data.table_rows import in_pieces
from switchrank.errors import SwitchRankError

_SAME_UTTERANCE, SAME_FRAME = 2, 1


class UtteranceSettings(SourceSettings):
    """Settings that all formats of utterances have; each language has utterances of its own."""

    format: str
    relevance: Literal["translation", "frame"] = Field(
        "frame",
        description="translation: the same utterance in the passages' language, which must be another one. frame: that "
        "one (2), and all others with the same intents and slots (1).",
    )

    @property
    def parallel(self) -> bool:
        return False

    @property
    def queries_are_passages(self) -> bool:
        return True

    @property
    def judges_monolingual_pairs(self) -> bool:
        return self.relevance == "frame"


S = TypeVar("S", bound=UtteranceSettings)


class Utterance(NamedTuple):
    """A text and what it means.

    Attributes:
        text: as in the file.
        frame: its intents and slots without the words.
        domain: such as `alarm`; None where the layout has none.
    """

    text: str
    frame: str
    domain: str | None

    @property
    def intent(self) -> str:
        """The outermost intent, such as `IN:CREATE_ALARM`."""
        return self.frame.split()[0].removeprefix("[")


class UtteranceFiles(Protocol):
    """The files of a source; each is read once."""

    def of(self, split: Split, language: str) -> Mapping[str, Utterance]:
        """Utterances of a split in a language by id, in the order of the file; none if the source lacks them."""

    def languages(self, split: Split) -> list[str]:
        """Languages of a split, sorted."""


class UtteranceReader(BenchmarkReader[S]):
    """See `switchrank.data.reading.BenchmarkReader`.

    Train utterances one of whose texts equals a dev or test text (`guard.bare`) are left out in all languages, and
    counted in the log of `split_documents`.

    Args:
        source: the settings.
        files: its utterances.
    """

    def __init__(self, source: S, files: UtteranceFiles) -> None:
        super().__init__(source)
        self._files = files
        self._repeated: frozenset[str] | None = None

    def documents(self, languages: Sequence[str]) -> Iterator[pl.DataFrame]:
        form, train = self.source.format, {name for name, _ in self._bare("train")}
        if train:
            sys.stderr.write(
                f"{form}: {len(self._left_out()):,} of {len(train):,} train utterances are left out, as a dev or test "
                "text is equal\n"
            )
        splits: dict[str, str] = {}
        for split, language in product(SPLITS, languages):
            for name, _ in self.shown(split, language):
                if splits.setdefault(name, split) != split:
                    raise SwitchRankError(
                        f"{form}: id {name!r} is in {splits[name]} and in {split}; an utterance is in one split"
                    )
        rows = (
            (utterance_id(language, name), name, split)
            for split, language in product(SPLITS, languages)
            for name, _ in self.shown(split, language)
        )
        yield from in_pieces(rows, dict.fromkeys(("doc_id", "group", "split"), pl.String))

    def passages(self, language: str) -> Iterator[pl.DataFrame]:
        for split in SPLITS:
            yield from self._texts(split, language, "doc_id")

    def queries(self, split: Split, language: str) -> Iterator[pl.DataFrame]:
        yield from self._texts(split, language, "query_id")

    def _texts(self, split: Split, language: str, key: str) -> Iterator[pl.DataFrame]:
        rows = ((utterance_id(language, name), utterance.text) for name, utterance in self.shown(split, language))
        yield from in_pieces(rows, dict.fromkeys((key, "text"), pl.String))

    def qrels(self, split: Split, language: str) -> Iterator[pl.DataFrame]:
        if split != "train":
            rows = self._judgements(split, language)
        else:
            rows = self.train_pairs() if language == "en" else iter(())
        yield from in_pieces(rows, {"query_id": pl.String, "doc_id": pl.String, "relevance": pl.Int8})

    def train_pairs(self) -> Iterator[tuple[str, str, int]]:
        """Query, passage and relevance of the English train utterances; nothing if there are none to train with."""
        return iter(())

    def _judgements(self, split: Split, language: str) -> Iterator[tuple[str, str, int]]:
        """Every query of every language with its relevant passages in one language."""
        # an id has one frame: the English one, if the utterance is in English
        frames = {name: utterance.frame for code in (language, "en") for name, utterance in self.shown(split, code)}
        relevant = by_frame({name: frames[name] for name, _ in self.shown(split, language)})
        for code in self._files.languages(split):
            for query, utterance in self.shown(split, code):
                for other in relevant.get(frames.get(query, utterance.frame), []):
                    same = query == other
                    if not (same and code == language) and (same or self.source.relevance == "frame"):
                        yield (
                            utterance_id(code, query),
                            utterance_id(language, other),
                            _SAME_UTTERANCE if same else SAME_FRAME,
                        )

    def labels(self) -> Iterator[pl.DataFrame]:
        yield from in_pieces(self._labels(), dict.fromkeys(("query_id", "kind", "label"), pl.String))

    def _labels(self) -> Iterator[tuple[str, str, str]]:
        for split in SPLITS:
            english = dict(self.shown(split, "en"))  # an id has one intent: the English one, if it is in English
            for language in self._files.languages(split):
                for name, utterance in self.shown(split, language):
                    meant = english.get(name, utterance)
                    yield utterance_id(language, name), "intent", meant.intent
                    if domain := self.domain(name, meant):
                        yield utterance_id(language, name), "domain", domain

    def domain(self, name: str, utterance: Utterance) -> str | None:
        """The domain of an utterance; None if it is unknown."""
        return utterance.domain

    def shown(self, split: Split, language: str) -> Iterator[tuple[str, Utterance]]:
        """Id and content of the utterances of a split that are not left out."""
        left_out = self._left_out() if split == "train" else ()
        for name, utterance in self._files.of(split, language).items():
            if name not in left_out:
                yield name, utterance

    def _left_out(self) -> frozenset[str]:
        """Train ids one of whose texts is a text of dev or test, in any language of the files."""
        if self._repeated is None:
            judged = {text for split in ("dev", "test") for _, text in self._bare(split)}
            self._repeated = frozenset(name for name, text in self._bare("train") if text in judged)
        return self._repeated

    def _bare(self, split: Split) -> Iterator[tuple[str, str]]:
        for language in self._files.languages(split):
            for name, utterance in self._files.of(split, language).items():
                yield name, bare(utterance.text, language)


def utterance_id(language: str, name: str) -> str:
    """The id of an utterance in a language, as query and as passage."""
    return f"{language}:{name}"


def by_frame(frames: Mapping[str, str]) -> dict[str, list[str]]:
    """Ids of each frame, in their order.

    Args:
        frames: by id.
    """
    found: dict[str, list[str]] = {}
    for name, frame in frames.items():
        found.setdefault(frame, []).append(name)
    return found
