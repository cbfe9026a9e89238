"""BM25 over English texts, exact and with ties in a stated order.

Lucene's variant as in Kamphuis et al. 2020 (ECIR), through `bm25s`:
score(q, d) = Σ_t∈q ln(1 + (N − n_t + ½) / (n_t + ½)) · f_td / (f_td + k1 · (1 − b + b · |d| / mean |d|)),
where a query term that occurs twice counts twice.
"""

from __future__ import annotations

import re
from collections.abc import Sequence

import numpy as np
from numpy.typing import NDArray

from switchrank.errors import SwitchRankError
from switchrank.normalising import fold

K1, B = 1.5, 0.75
_WORD = re.compile(r"\w+")


def words_of(text: str) -> list[str]:
    """Runs of letters, digits and `_` of a text's normal form (`fold`), English stop words left out; no stemming."""
    from bm25s.stopwords import STOPWORDS_EN  # here, as readers are known to whatever reads the configuration

    return [word for word in _WORD.findall(fold(text, "en")) if word not in STOPWORDS_EN]


class Index:
    """An index of passages.

    Args:
        texts: the passages; scores come in their order.

    Raises:
        SwitchRankError: no passage holds a word.
    """

    def __init__(self, texts: Sequence[str]) -> None:
        import bm25s

        first: dict[str, int] = {}
        # Numbered at once: the words of all passages as strings of their own would take ten times the memory.
        documents = [[first.setdefault(word, len(first)) for word in words_of(text)] for text in texts]
        # Our own sorted vocabulary: bm25s would number words in the order of a set.
        self._ids = {word: number for number, word in enumerate(sorted(first))}
        if not self._ids:
            raise SwitchRankError(f"BM25: none of {len(texts)} passages holds a word")
        self._model = bm25s.BM25(k1=K1, b=B, method="lucene", backend="numpy", dtype="float64")
        sorted_number = list(map(self._ids.__getitem__, first))
        numbered = [[sorted_number[number] for number in numbers] for numbers in documents]
        self._model.index((numbered, dict(self._ids)), create_empty_token=False, show_progress=False)

    def scores(self, query: str) -> NDArray[np.float32]:
        """Score of every passage; float32 of shape (passages,). Summed in float64, in query order."""
        known = [self._ids[word] for word in words_of(query) if word in self._ids]
        return np.asarray(self._model.get_scores_from_ids(known), dtype=np.float32)


def best(scores: NDArray[np.float32], tie: NDArray[np.integer], depth: int) -> NDArray[np.int64]:
    """Positions of the highest scores, best first; equal scores in ascending order of `tie`.

    Args:
        scores: shape (n,).
        tie: shape (n,), all distinct.
        depth: the largest number of positions.
    """
    kept = np.arange(len(scores))
    if 0 < depth < len(scores):
        threshold = np.partition(scores, len(scores) - depth)[len(scores) - depth]
        kept = np.flatnonzero(scores >= threshold)
    return kept[np.lexsort((tie[kept], -scores[kept]))][:depth]
