"""Reader of MTOP (Li et al. 2021, EACL), utterances with intent and slots, as a cross-lingual retrieval benchmark.

An utterance is a query and a passage at once: its id is query_id and doc_id, and means the same utterance in all
languages. What a query is to find is a setting: its translation, or every utterance with the same frame.
"""

from __future__ import annotations

import sys
from collections.abc import Iterator, Sequence

import polars as pl

from switchrank.data.guard import bare
from switchrank.data.readers.mtop.files import Utterances
from switchrank.data.readers.mtop.frames import Utterance, frame_pairs
from switchrank.data.readers.mtop.instances import frame_instances, positive_pairs
from switchrank.data.readers.mtop.settings import Source
from switchrank.data.reading import SPLITS, BenchmarkReader, Split
from switchrank.data.rows import in_pieces
from switchrank.errors import SwitchRankError

__all__ = ["Reader", "Source"]

_SAME_UTTERANCE, _SAME_FRAME = 2, 1


class Reader(BenchmarkReader[Source]):
    """See `switchrank.data.reading.BenchmarkReader`.

    Train utterances one of whose texts equals a dev or test text (`guard.bare`) are left out in all languages, and
    counted in the log of `split_documents`.
    """

    def __init__(self, source: Source) -> None:
        super().__init__(source)
        self._files = Utterances(source)
        self._repeated: frozenset[str] | None = None

    def __exit__(self, *error: object) -> None:
        self._files.close()

    def documents(self, languages: Sequence[str]) -> Iterator[pl.DataFrame]:
        train, left_out = {name for name, _ in self._bare("train")}, self._left_out()
        sys.stderr.write(
            f"mtop: {len(left_out):,} of {len(train):,} train utterances are left out, as a dev or test text is equal\n"
        )
        found: dict[str, str] = {}
        for split in SPLITS:
            for language in languages:
                for name, _ in self._shown(split, language):
                    if found.setdefault(name, split) != split:
                        raise SwitchRankError(
                            f"mtop: id {name!r} is in {found[name]} and in {split}; an utterance is in one split"
                        )
        rows = ((name, name, split) for name, split in found.items())
        yield from in_pieces(rows, dict.fromkeys(("doc_id", "group", "split"), pl.String))

    def passages(self, language: str) -> Iterator[pl.DataFrame]:
        rows = ((name, utterance.text) for split in SPLITS for name, utterance in self._shown(split, language))
        yield from in_pieces(rows, dict.fromkeys(("doc_id", "text"), pl.String))

    def queries(self, split: Split, language: str) -> Iterator[pl.DataFrame]:
        rows = ((name, utterance.text) for name, utterance in self._shown(split, language))
        yield from in_pieces(rows, dict.fromkeys(("query_id", "text"), pl.String))

    def qrels(self, split: Split, language: str) -> Iterator[pl.DataFrame]:
        schema = {"query_id": pl.String, "doc_id": pl.String, "relevance": pl.Int8}
        english = dict(self._shown(split, "en"))
        rows: Iterator[tuple[str, str, int]]
        if split == "train":
            pairs = positive_pairs(english, self.source.instances)
            rows = ((query, other, _SAME_FRAME) for query, others in pairs.items() for other in others)
        elif self.source.relevance == "translation":
            rows = ((name, name, 1) for name in english)
        else:
            rows = (
                (query, other, _SAME_UTTERANCE if query == other else _SAME_FRAME)
                for query, other in frame_pairs(english)
            )
        yield from in_pieces(rows, schema)

    def instances(self) -> Iterator[pl.DataFrame]:
        rows = frame_instances(dict(self._shown("train", "en")), self.source.instances)
        yield from in_pieces(rows, {"query_id": pl.String, "doc_id": pl.String, "label": pl.Int8})

    def _shown(self, split: Split, language: str) -> Iterator[tuple[str, Utterance]]:
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
