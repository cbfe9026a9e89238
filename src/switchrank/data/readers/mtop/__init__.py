"""Reader of MTOP (Li et al. 2021, EACL), utterances with intent and slots, as a cross-lingual retrieval benchmark.

An utterance is a query and a passage at once. Its query_id and its doc_id are its language and MTOP's id, such as
`th:3139393736393839`; the same id in another language is its translation. What a query is to find is a setting: its
translation, or every utterance with the same frame; never itself.
"""

from __future__ import annotations

import sys
from collections.abc import Iterator, Sequence
from itertools import product

import polars as pl

from switchrank.data.guard import bare
from switchrank.data.readers.mtop.files import Utterances
from switchrank.data.readers.mtop.frames import Utterance, by_frame
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
        splits: dict[str, str] = {}
        for split, language in product(SPLITS, languages):
            for name, _ in self._shown(split, language):
                if splits.setdefault(name, split) != split:
                    raise SwitchRankError(
                        f"mtop: id {name!r} is in {splits[name]} and in {split}; an utterance is in one split"
                    )
        rows = (
            (_id(language, name), name, split)
            for split, language in product(SPLITS, languages)
            for name, _ in self._shown(split, language)
        )
        yield from in_pieces(rows, dict.fromkeys(("doc_id", "group", "split"), pl.String))

    def passages(self, language: str) -> Iterator[pl.DataFrame]:
        for split in SPLITS:
            yield from self._texts(split, language, "doc_id")

    def queries(self, split: Split, language: str) -> Iterator[pl.DataFrame]:
        yield from self._texts(split, language, "query_id")

    def _texts(self, split: Split, language: str, key: str) -> Iterator[pl.DataFrame]:
        rows = ((_id(language, name), utterance.text) for name, utterance in self._shown(split, language))
        yield from in_pieces(rows, dict.fromkeys((key, "text"), pl.String))

    def qrels(self, split: Split, language: str) -> Iterator[pl.DataFrame]:
        if split != "train":
            rows = self._judgements(split, language)
        else:
            rows = self._train_pairs() if language == "en" else iter(())
        yield from in_pieces(rows, {"query_id": pl.String, "doc_id": pl.String, "relevance": pl.Int8})

    def _train_pairs(self) -> Iterator[tuple[str, str, int]]:
        pairs = positive_pairs(dict(self._shown("train", "en")), self.source.instances)
        for query, others in pairs.items():
            yield from ((_id("en", query), _id("en", other), _SAME_FRAME) for other in others)

    def _judgements(self, split: Split, language: str) -> Iterator[tuple[str, str, int]]:
        """Every query of every language with its relevant passages in one language."""
        # an id has one frame: the English one, if the utterance is in English
        frames = {name: utterance.frame for code in (language, "en") for name, utterance in self._shown(split, code)}
        relevant = by_frame({name: frames[name] for name, _ in self._shown(split, language)})
        for code in self._files.languages(split):
            for query, utterance in self._shown(split, code):
                for other in relevant.get(frames.get(query, utterance.frame), []):
                    same = query == other
                    if not (same and code == language) and (same or self.source.relevance == "frame"):
                        yield _id(code, query), _id(language, other), _SAME_UTTERANCE if same else _SAME_FRAME

    def instances(self) -> Iterator[pl.DataFrame]:
        found = frame_instances(dict(self._shown("train", "en")), self.source.instances)
        rows = ((_id("en", query), _id("en", other), label) for query, other, label in found)
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


def _id(language: str, name: str) -> str:
    """The id of an utterance in a language, as query and as passage."""
    return f"{language}:{name}"
