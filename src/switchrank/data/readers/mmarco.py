"""Reader of mMARCO, and of MS MARCO in the same layout: passages and queries in 14 languages under shared ids.

Bonifacio et al. 2021 (arXiv 2108.13897), data `unicamp-dl/mmarco`: one collection per language (`id TAB text`), queries
per split and language (`id TAB text`), judgements (`query 0 passage relevance`, tabs or spaces), triples of ids
(`query relevant other`). The candidates are a run (`query passage rank`, or TREC's six columns) or MS MARCO's
`top1000.dev` (`query passage query-text passage-text`).
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from pathlib import Path
from typing import Literal

import polars as pl
from pydantic import Field, field_validator

from switchrank.data.reading import BenchmarkReader, Part, SourceSettings, Split
from switchrank.data.separated import cell_count, cells_of, numbers_in
from switchrank.errors import SwitchRankError
from switchrank.settings import Settings, fillable

_NAMES = {
    "ar": "arabic",
    "de": "german",
    "en": "english",
    "es": "spanish",
    "fr": "french",
    "hi": "hindi",
    "id": "indonesian",
    "it": "italian",
    "ja": "japanese",
    "nl": "dutch",
    "pt": "portuguese",
    "ru": "russian",
    "vi": "vietnamese",
    "zh": "chinese",
}
_PLACES = ("folder", "name", "language")
_PATH = "{folder}, {name} (arabic) and {language} (ar) are filled in."
_CANDIDATES = {
    3: ("query_id", "doc_id", "rank"),
    4: ("query_id", "doc_id", "query", "passage"),
    6: ("query_id", "iteration", "doc_id", "rank", "score", "run"),
}


class Triples(Settings):
    """Training triples of ids: query, relevant passage, other passage."""

    path: str = Field(description="The file, .gz or not, such as qidpidtriples.train.full.2.tsv.gz.")
    negatives: int | None = Field(
        None,
        ge=1,
        description="Take one pair of each triple: of the first triple the relevant passage, of this many that follow "
        "the other one, and so on, as the paper's code does (4). When absent, both pairs of each triple.",
    )
    limit: int | None = Field(None, ge=1, description="Most pairs that are taken, from the beginning; all when absent.")


class Mmarco(SourceSettings):
    """mMARCO's folder: collections, queries, judgements, candidates and triples."""

    format: Literal["mmarco"]
    folder: str = Field(description="The folder, such as data/google of the published data.")
    collection: str = Field(
        "{folder}/collections/{name}_collection.tsv", description=f"Passages of a language. {_PATH}"
    )
    queries: dict[Split, str] = Field(
        {
            "train": "{folder}/queries/train/{name}_queries.train.tsv",
            "test": "{folder}/queries/dev/{name}_queries.dev.small.tsv",
        },
        description=f"Queries of each split; a split that is not named has none. {_PATH}",
    )
    qrels: dict[Split, str] = Field(
        {"test": "{folder}/qrels.dev.small.tsv"}, description=f"Judgements of each split. {_PATH}"
    )
    candidates: dict[Split, str] = Field(
        {}, description=f"Given candidates of each split: a run, or top1000.dev.tsv. {_PATH}"
    )
    triples: Triples | None = Field(None, description="Given training pairs; from judgements and BM25 when absent.")

    @field_validator("collection")
    @classmethod
    def _path(cls, value: str) -> str:
        return fillable(value, _PLACES)

    @field_validator("queries", "qrels", "candidates")
    @classmethod
    def _paths(cls, value: dict[Split, str]) -> dict[Split, str]:
        return {split: fillable(path, _PLACES) for split, path in value.items()}

    @property
    def has_candidates(self) -> bool:
        return bool(self.candidates)

    @property
    def has_instances(self) -> bool:
        return self.triples is not None

    @property
    def negatives_are_given(self) -> bool:
        return self.triples is not None

    def missing_qrels(self, split: Split, language: str) -> str | None:
        return None if split in self.qrels else f"a file of them under `qrels: {{{split}: …}}`"

    def files(self, part: Part, language: str) -> list[str]:
        if part == "passages":
            return [self.filled(self.collection, language)]
        if part == "instances":
            return [self.triples.path] if self.triples else []
        named: dict[Part, Mapping[Split, str]] = {
            "queries": self.queries,
            "qrels": self.qrels,
            "candidates": self.candidates,
        }
        return list(dict.fromkeys(self.filled(path, language) for path in named.get(part, {}).values()))

    def filled(self, path: str, language: str) -> str:
        """A path with its placeholders filled in."""
        return path.format(folder=self.folder, name=_NAMES.get(language, language), language=language)


Source = Mmarco


class Reader(BenchmarkReader[Source]):
    """See `switchrank.data.reading.BenchmarkReader`. Every passage may be used in every split."""

    def documents(self, languages: Sequence[str]) -> Iterator[pl.DataFrame]:
        # A passage that the first language lacks could not be judged, so its file says which documents there are.
        for piece in self.passages(languages[0]):
            yield piece.select("doc_id", group="doc_id", split=pl.lit(None, pl.String))

    def passages(self, language: str) -> Iterator[pl.DataFrame]:
        return cells_of(self.source.filled(self.source.collection, language), ("doc_id", "text"), "passages")

    def queries(self, split: Split, language: str) -> Iterator[pl.DataFrame]:
        path = self.source.queries.get(split)
        return cells_of(self.source.filled(path, language), ("query_id", "text"), "queries") if path else iter(())

    def qrels(self, split: Split, language: str) -> Iterator[pl.DataFrame]:
        if path := self.source.qrels.get(split):
            file = self.source.filled(path, language)
            names = ("query_id", "iteration", "doc_id", "relevance")
            for piece in cells_of(file, names, "judgements", spaces=True):
                yield piece.select("query_id", "doc_id", numbers_in(piece, "relevance", pl.Int8, file))

    def candidates(self, split: Split, language: str) -> Iterator[pl.DataFrame]:
        if path := self.source.candidates.get(split):
            yield from _candidates(self.source.filled(path, language))

    def instances(self) -> Iterator[pl.DataFrame]:
        given = self.source.triples
        if given is None:
            return
        start = taken = 0
        for piece in cells_of(given.path, ("query_id", "relevant", "other"), "triples", spaces=True):
            pairs = _pairs(piece, given.negatives, start)
            start += piece.height
            if given.limit is not None:
                pairs = pairs.head(given.limit - taken)
            taken += pairs.height
            yield pairs
            if taken == given.limit:
                return


def _pairs(triples: pl.DataFrame, negatives: int | None, start: int) -> pl.DataFrame:
    """Pairs of some triples.

    Args:
        triples: `query_id`, `relevant` and `other`.
        negatives: see `Triples`.
        start: triples before these.
    """
    if negatives is None:
        pairs = triples.select("query_id", doc_id=pl.concat_list("relevant", "other"), label=pl.lit([1, 0]))
        return pairs.explode("doc_id", "label").with_columns(pl.col("label").cast(pl.Int8))
    first = (pl.int_range(pl.len()) + start) % (negatives + 1) == 0
    doc_id = pl.when(first).then("relevant").otherwise("other")
    return triples.select("query_id", doc_id=doc_id, label=first.cast(pl.Int8))


def _candidates(path: str | Path) -> Iterator[pl.DataFrame]:
    expected = "candidates: query, passage and rank; or TREC's six columns; or query, passage and both texts"
    count = cell_count(path, expected)
    if count not in _CANDIDATES:
        raise SwitchRankError(f"{path}: {count} cells in the first line; expected {expected}")
    for piece in cells_of(path, _CANDIDATES[count], "candidates", spaces=count != 4):
        match count:
            case 3:  # the rank alone gives the order
                score = -numbers_in(piece, "rank", pl.Float32, path)
            case 6:
                score = numbers_in(piece, "score", pl.Float32, path)
            case _:  # top1000.dev has neither rank nor score
                score = pl.Series([0.0], dtype=pl.Float32).new_from_index(0, piece.height)
        yield piece.select("query_id", "doc_id", score.alias("score"))
