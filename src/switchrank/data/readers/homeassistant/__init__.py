"""Reader of the `homeassistant` wheel; a key path is query_id, doc_id and title_id; a group is a component."""

from __future__ import annotations

from collections.abc import Iterator, Sequence

import polars as pl

from switchrank.data.readers.homeassistant.filters import eligible
from switchrank.data.readers.homeassistant.settings import Filter, Source
from switchrank.data.readers.homeassistant.texts import list_documents, passages, queries, titles
from switchrank.data.readers.homeassistant.wheel import Wheel
from switchrank.data.reading import BenchmarkReader, Split

__all__ = ["Reader", "Source"]


class Reader(BenchmarkReader[Source]):
    """See `switchrank.data.reading.BenchmarkReader`.

    Args:
        source: where the wheel is, and the filters.

    Raises:
        SwitchRankError: as `Wheel`.
    """

    def __init__(self, source: Source) -> None:
        super().__init__(source)
        self.wheel = Wheel(source.files("passages", "en")[0])

    def __exit__(self, *error: object) -> None:
        self.wheel.__exit__(*error)

    def documents(self, languages: Sequence[str]) -> Iterator[pl.DataFrame]:
        yield list_documents(self.wheel, self.source.train, self.source.judged)

    def passages(self, language: str) -> Iterator[pl.DataFrame]:
        yield passages(self.wheel, language, self.source.train, self.source.judged)

    def queries(self, split: Split, language: str) -> Iterator[pl.DataFrame]:
        yield queries(self.wheel, language, self._filter(split))

    def qrels(self, split: Split, language: str) -> Iterator[pl.DataFrame]:
        ids = sorted(eligible(self.wheel.pairs("en"), self._filter(split)))
        yield pl.DataFrame(
            {"query_id": ids, "doc_id": ids}, schema={"query_id": pl.String, "doc_id": pl.String}
        ).select("query_id", "doc_id", relevance=pl.lit(1, pl.Int8))

    def titles(self, language: str) -> Iterator[pl.DataFrame]:
        yield titles(self.wheel, language)

    def _filter(self, split: Split) -> Filter:
        return self.source.train if split == "train" else self.source.judged
