"""Reader of MTOP (Li et al. 2021, EACL), utterances with intent and slots; see `switchrank.data.utterances`."""

from __future__ import annotations

from collections.abc import Iterator

import polars as pl

from switchrank.data.readers.mtop.domains import Domains
from switchrank.data.readers.mtop.files import Utterances
from switchrank.data.readers.mtop.instances import frame_instances, positive_pairs
from switchrank.data.readers.mtop.settings import Source
from switchrank.data.table_rows import in_pieces
from switchrank.data.utterances import SAME_FRAME, Utterance, UtteranceReader, utterance_id

__all__ = ["Reader", "Source"]


class Reader(UtteranceReader[Source]):
    """See `switchrank.data.utterances.UtteranceReader`."""

    def __init__(self, source: Source) -> None:
        self._opened = Utterances(source)
        super().__init__(source, self._opened)
        self._domains: Domains | None = None

    def __exit__(self, *error: object) -> None:
        self._opened.close()

    def train_pairs(self) -> Iterator[tuple[str, str, int]]:
        pairs = positive_pairs(dict(self.shown("train", "en")), self.source.instances)
        for query, others in pairs.items():
            yield from ((utterance_id("en", query), utterance_id("en", other), SAME_FRAME) for other in others)

    def domain(self, name: str, utterance: Utterance) -> str | None:
        if self._domains is None:
            self._domains = Domains(self.source.domains)
        return utterance.domain or self._domains.of(name, utterance.intent)

    def instances(self) -> Iterator[pl.DataFrame]:
        found = frame_instances(dict(self.shown("train", "en")), self.source.instances)
        rows = ((utterance_id("en", query), utterance_id("en", other), label) for query, other, label in found)
        yield from in_pieces(rows, {"query_id": pl.String, "doc_id": pl.String, "label": pl.Int8})
