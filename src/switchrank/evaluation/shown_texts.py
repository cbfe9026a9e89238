"""The texts of a benchmark as a system sees them, as token ids: each is tokenised once for all pairs of a job."""

from __future__ import annotations

import tempfile
from collections.abc import Iterator, Mapping, Sequence
from contextlib import contextmanager
from pathlib import Path

import numpy as np
import polars as pl
import pyarrow as pa
from numpy.typing import NDArray

from switchrank import tables
from switchrank.errors import SwitchRankError
from switchrank.languages import MIXED, parse_pair
from switchrank.ranker.batches import EncodedPairs, Layout, put_together
from switchrank.ranker.flat_lists import Ragged, bounds, ragged
from switchrank.ranker.stored_lists import StoredLists
from switchrank.ranker.token_ids import TokenIds

_SIDES = {"queries": (tables.QUERIES, "query_id"), "passages": (tables.PASSAGES, "doc_id")}
_NOT_DRAWN = -1


class ShownTexts:
    """Queries and passages by language. The token ids of a language are in files, made when they are first needed; in
    memory are the ids that are shown, and one byte for each of them in each language.

    Args:
        languages: codes of each side, `queries` and `passages`.
        files: their tables, in the same order.
        mixed: MIXED tables by side, where a language is drawn for each text that a pair shows mixed.
        ids: of the queries and of the passages that are shown, sorted, each once.
        folder: of the files.
    """

    def __init__(
        self,
        languages: Mapping[str, Sequence[str]],
        files: Mapping[str, Sequence[str | Path]],
        mixed: Mapping[str, str | Path | None],
        ids: tuple[pl.Series, pl.Series],
        folder: Path,
    ) -> None:
        self.languages, self.mixed, self.folder = languages, mixed, folder
        self.files = {side: dict(zip(languages[side], files[side], strict=True)) for side in _SIDES}
        self.ids = dict(zip(_SIDES, ids, strict=True))
        self._stored: dict[str, tuple[StoredLists, NDArray[np.bool_]]] = {}
        self._drawn: dict[str, NDArray[np.int16]] = {}

    def pairs(self, tokens: TokenIds, layout: Layout, pair: str, candidates: pl.DataFrame, label: str) -> EncodedPairs:
        """Candidates in the languages of a pair.

        Args:
            tokens: the ranker's tokenizer.
            layout: of its inputs.
            pair: languages of queries and passages.
            candidates: query_id, doc_id.
            label: names the job in messages.

        Raises:
            SwitchRankError: a query or passage has no text in the language shown; a table is missing or of another
                contract; the disk is full.
        """
        sides = [
            self._side(tokens, side, code, candidates[key], label)
            for (side, (_, key)), code in zip(_SIDES.items(), parse_pair(pair), strict=True)
        ]
        return put_together(layout, *sides)

    def close(self) -> None:
        """Close the files."""
        for stored, _ in self._stored.values():
            stored.close()

    def _side(
        self, tokens: TokenIds, side: str, wanted: str, ids: pl.Series, label: str
    ) -> tuple[Ragged, NDArray[np.int64]]:
        """The distinct texts of one side, and which of them each candidate has."""
        distinct, rows = np.unique(self.ids[side].search_sorted(ids).to_numpy(), return_inverse=True)
        places = distinct.astype(np.int64)
        if wanted != MIXED:
            return self._take(tokens, side, wanted, places, label), rows
        drawn = self._languages_of(tokens, side)[places]
        self._refuse_missing(side, places[drawn == _NOT_DRAWN], label)
        found, order = ragged([]), np.argsort(drawn, kind="stable")
        for number, code in enumerate(self.languages[side]):
            if len(own := places[drawn == number]):
                found = found.joined(self._take(tokens, side, code, own, label))
        return found, np.argsort(order, kind="stable")[rows]

    def _take(self, tokens: TokenIds, side: str, code: str, places: NDArray[np.int64], label: str) -> Ragged:
        stored, present = self._of_language(tokens, side, code)
        self._refuse_missing(side, places[~present[places]], label)
        return stored.take(places)

    def _refuse_missing(self, side: str, places: NDArray[np.int64], label: str) -> None:
        if len(places):
            key, name = _SIDES[side][1], self.ids[side][int(places[0])]
            raise SwitchRankError(f"{label}: candidate {key} {name!r} has no text in the language shown")

    def _languages_of(self, tokens: TokenIds, side: str) -> NDArray[np.int16]:
        """The number of the language in which a mixed side shows each id: the one that was drawn; without draws, the
        only one that has the id."""
        if side not in self._drawn:
            found = np.full(len(self.ids[side]), _NOT_DRAWN, dtype=np.int16)
            codes = list(self.languages[side])
            path = self.mixed.get(side)
            for group in tables.row_groups(path, tables.MIXED) if path else ():
                shown, places = _places(group.column("id"), self.ids[side])
                drawn = pl.Series(group.column("language"), dtype=pl.String).filter(shown)
                found[places] = drawn.replace_strict(codes, range(len(codes)), default=_NOT_DRAWN).to_numpy()
            for number, code in enumerate(codes if path is None else ()):
                found[self._of_language(tokens, side, code)[1]] = number
            self._drawn[side] = found
        return self._drawn[side]

    def _of_language(self, tokens: TokenIds, side: str, code: str) -> tuple[StoredLists, NDArray[np.bool_]]:
        """The texts of a side in one language, one list for each shown id, and which ids have one."""
        name = f"{tokens.fingerprint}-{side}-{code}"
        if name not in self._stored:
            contract, key = _SIDES[side]
            ids, stored = self.ids[side], StoredLists(self.folder, name)
            present, end = np.zeros(len(ids), dtype=np.bool_), 0
            for group in tables.row_groups(self.files[side][code], contract):
                shown, places = _places(group.column(key), ids)
                if len(places):  # ids without a text get an empty list
                    texts = tokens.encode(group.column("text").combine_chunks().filter(pa.array(shown)))
                    sizes = np.zeros(int(places[-1]) + 1 - end, dtype=np.int64)
                    sizes[places - end] = texts.lengths
                    stored.append(Ragged(texts.values, bounds(sizes)))
                    present[places], end = True, int(places[-1]) + 1
            self._stored[name] = stored, present
        return self._stored[name]


def _places(column: pa.ChunkedArray, ids: pl.Series) -> tuple[NDArray[np.bool_], NDArray[np.int64]]:
    """Which rows of a sorted column are among sorted ids, and where these are."""
    found = pl.Series(column, dtype=pl.String)
    places = ids.search_sorted(found).to_numpy().astype(np.int64)
    shown = np.zeros(len(found), dtype=np.bool_)
    if len(ids):
        near = np.minimum(places, len(ids) - 1)
        shown = (ids.gather(near) == found).to_numpy()
    return shown, places[shown]


@contextmanager
def shown_texts(
    languages: Mapping[str, Sequence[str]],
    files: Mapping[str, Sequence[str | Path]],
    mixed: Mapping[str, str | Path | None],
    ids: tuple[pl.Series, pl.Series],
) -> Iterator[ShownTexts]:
    """`ShownTexts` within a block, its files in the folder of temporary files (TMPDIR)."""
    with tempfile.TemporaryDirectory(prefix="switchrank-") as folder:
        texts = ShownTexts(languages, files, mixed, ids, Path(folder))
        try:
            yield texts
        finally:
            texts.close()
