"""Where a run ranks the judged passages, which is all that a measure needs.

Only judged passages affect a measure, so a run of millions of rows is read once, one row group at a time, and for every
judged passage only its rank is found: how many passages of its query score higher, and, among equal scores,
how many doc_ids are before its own. Sorted rows are not sorted again. Runs of a benchmark mostly have the same
passages for a query (one candidate list), so each such set is checked for repeats only once.
"""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass

import numpy as np
import pyarrow as pa
from numpy.typing import NDArray

from switchrank.compiled import compiled
from switchrank.errors import SwitchRankError
from switchrank.measures.id_bytes import hash_ids, order_of, utf8, words_for
from switchrank.measures.judgements import Judgements

_GOOD, _NOT_A_NUMBER, _REPEATED = 0, 1, 2


@dataclass(frozen=True)
class Located:
    """Ranks of the judged passages in one run.

    Attributes:
        later: int64[judged], rank from 1 when of equal scores the later doc_id comes first; 0 when not retrieved.
        earlier: int64[judged], the same when the earlier doc_id comes first.
        retrieved: int64[queries], passages that the run has for each judged query.
    """

    later: NDArray[np.int64]
    earlier: NDArray[np.int64]
    retrieved: NDArray[np.int64]


def locate(pieces: Iterable[pa.Table], judgements: Judgements, name: str) -> Located:
    """Find the judged passages in a run.

    Args:
        pieces: the run's rows, one after the other, with query_id (plain or dictionary-coded), doc_id and score
            (float32); all rows of a query are adjacent, in any order.
        judgements: the passages to find.
        name: of the run in messages, such as its path.

    Raises:
        SwitchRankError: a score is not a number, a passage occurs twice for a query, or a query's rows are not
            adjacent.
    """
    judged, queries = len(judgements.query), judgements.query_ids.len()
    located = Located(*(np.zeros(size, dtype=np.int64) for size in (judged, judged, queries)))
    rest: pa.Table | None = None
    for piece in map(_joined, pieces):
        bounds = _bounds(piece)
        if len(bounds) == 1:
            continue
        # the last query of a piece may continue in the next
        if rest is not None and _query(rest, 0) == _query(piece, 0):
            rest = _joined(pa.concat_tables([rest, piece.slice(0, bounds[1])]))
            bounds = bounds[1:]
        if rest is not None and len(bounds) > 1:
            _locate_rows(rest, _bounds(rest), judgements, located, name)
        if len(bounds) > 1:
            _locate_rows(piece, bounds[:-1], judgements, located, name)
            rest = piece.slice(bounds[-2])
    if rest is not None:
        _locate_rows(rest, _bounds(rest), judgements, located, name)
    return located


def _joined(rows: pa.Table) -> pa.Table:
    return rows.unify_dictionaries().combine_chunks()


def _column(rows: pa.Table, name: str) -> pa.Array:
    chunks = rows.column(name).chunks
    return chunks[0] if chunks else pa.array([], rows.column(name).type)


def _query(rows: pa.Table, row: int) -> str:
    return str(_column(rows, "query_id")[row].as_py())


def _codes(rows: pa.Table) -> pa.DictionaryArray:
    column = _column(rows, "query_id")
    return column if pa.types.is_dictionary(column.type) else column.dictionary_encode()


def _bounds(rows: pa.Table) -> NDArray[np.int64]:
    """int64[queries + 1], rows at which another query begins, and the number of rows; [0] when there are none."""
    if not rows.num_rows:
        return np.zeros(1, dtype=np.int64)
    codes = _codes(rows).indices.to_numpy(zero_copy_only=False)
    return np.concatenate([[0], np.flatnonzero(codes[1:] != codes[:-1]) + 1, [rows.num_rows]]).astype(np.int64)


def _locate_rows(
    rows: pa.Table, bounds: NDArray[np.int64], judgements: Judgements, located: Located, name: str
) -> None:
    if len(bounds) < 2:
        return
    names = _codes(rows).take(pa.array(bounds[:-1])).to_pylist()
    numbers = np.array([judgements.number.get(query, -1) for query in names], dtype=np.int64)
    _refuse_apart(names, numbers, located, name)
    score = _column(rows, "score").to_numpy(zero_copy_only=False)
    offsets, text = utf8(_column(rows, "doc_id"))
    verdict, row = _locate(
        bounds, numbers, score, offsets, text,
        judgements.first, judgements.offsets, judgements.text, judgements.codes,
        judgements.known_count, judgements.known_mark,
        located.later, located.earlier, located.retrieved,
    )  # fmt: skip
    if verdict != _GOOD:
        passage = _column(rows, "doc_id")[row].as_py()
        query = names[int(np.searchsorted(bounds, row, side="right")) - 1]
        raise SwitchRankError(f"{name}: {_mistake(verdict, query, passage)}")


def _mistake(verdict: int, query: str, passage: str) -> str:
    if verdict == _NOT_A_NUMBER:
        return f"score of query {query!r}, passage {passage!r} is not a number; any other float is allowed"
    return f"passage {passage!r} occurs more than once for query {query!r}; once is allowed"


def _refuse_apart(names: list[str], numbers: NDArray[np.int64], located: Located, name: str) -> None:
    known = numbers[numbers >= 0]
    again = set(known[located.retrieved[known] > 0].tolist())
    if len(set(known.tolist())) < len(known):
        again |= {number for number in known.tolist() if (known == number).sum() > 1}
    if again:
        query = next(query for query, number in zip(names, numbers, strict=True) if int(number) in again)
        raise SwitchRankError(f"{name}: rows of query {query!r} are not adjacent; runs are sorted by query")


@compiled
def _locate(  # type: ignore[no-untyped-def]
    bounds, numbers, score, offsets, text,
    first, judged_offsets, judged_text, judged_codes, known_count, known_mark,
    later, earlier, retrieved,
):  # fmt: skip
    """Fill later, earlier, retrieved and the known sets; returns a verdict and its row."""
    longest, most_bytes = 0, 0
    for group in range(len(numbers)):
        longest = max(longest, bounds[group + 1] - bounds[group])
        most_bytes = max(most_bytes, offsets[bounds[group + 1]] - offsets[bounds[group]])
    size = 16
    while size < 2 * longest:
        size *= 2
    # an open hash table of the passages of one query, for queries whose passages were not seen before
    stamps, rows = np.zeros(size, dtype=np.int32), np.zeros(size, dtype=np.int32)
    codes, words = np.empty(longest, dtype=np.uint64), np.empty(words_for(most_bytes), dtype=np.uint64)
    rising = np.empty(longest, dtype=score.dtype)
    for group in range(len(numbers)):
        begin, end = bounds[group], bounds[group + 1]
        hash_ids(offsets[begin : end + 1], text, words, codes[: end - begin])
        mark = np.uint64(0)
        for row in range(begin, end):
            if score[row] != score[row]:
                return _NOT_A_NUMBER, row
            mark += codes[row - begin]
        query = numbers[group]
        if query < 0 or known_count[query] != end - begin or known_mark[query] != mark:
            again = _repeated(codes[: end - begin], begin, offsets, text, stamps, rows, group + 1)
            if again >= 0:
                return _REPEATED, again
        if query < 0:
            continue
        known_count[query], known_mark[query] = end - begin, mark
        retrieved[query] = end - begin
        values = rising[: end - begin]
        ordered = False
        for judged in range(first[query], first[query + 1]):
            start, stop = judged_offsets[judged], judged_offsets[judged + 1]
            found = -1
            for row in range(begin, end):
                if (
                    codes[row - begin] == judged_codes[judged]
                    and order_of(judged_text, start, stop, text, offsets[row], offsets[row + 1]) == 0
                ):
                    found = row
                    break
            if found < 0:
                continue
            if not ordered:
                _rise(score[begin:end], values)
                ordered = True
            below = np.searchsorted(values, score[found])
            equal = np.searchsorted(values, score[found], side="right") - below
            rank = len(values) - below - equal + 1
            later[judged], earlier[judged] = rank, rank
            if equal > 1:
                for row in range(begin, end):
                    if score[row] == score[found]:
                        sign = order_of(text, offsets[row], offsets[row + 1], judged_text, start, stop)
                        later[judged] += sign > 0
                        earlier[judged] += sign < 0
    return _GOOD, np.int64(-1)


@compiled
def _repeated(codes, begin, offsets, text, stamps, rows, stamp):  # type: ignore[no-untyped-def]
    """The first row whose passage occurred before, or −1; a slot holds a row if it has the current stamp."""
    mask = np.int64(15)
    while mask + 1 < 2 * len(codes):
        mask = 2 * mask + 1
    for place in range(len(codes)):
        row = begin + place
        slot = np.int64(codes[place] & np.uint64(mask))
        while stamps[slot] == stamp:
            other = begin + rows[slot]
            if (
                codes[place] == codes[other - begin]
                and order_of(text, offsets[row], offsets[row + 1], text, offsets[other], offsets[other + 1]) == 0
            ):
                return row
            slot = (slot + 1) & mask
        stamps[slot], rows[slot] = stamp, place
    return np.int64(-1)


@compiled
def _rise(score, values):  # type: ignore[no-untyped-def]
    """Write the scores in rising order; runs are mostly sorted, highest first."""
    falls = True
    for place in range(len(score)):
        values[len(score) - 1 - place] = score[place]
        falls = falls and (place == 0 or score[place] <= score[place - 1])
    if not falls:
        values.sort()
