"""Diagnostics of an encoder's space on dev while it is trained: alignment, uniformity, retrieval across languages."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

import numpy as np
import polars as pl
import torch
from numpy.typing import NDArray
from tokenizers import Tokenizer
from transformers import PreTrainedModel

from switchrank.encoder.embedding import Embedder
from switchrank.encoder.settings import Contrastive
from switchrank.errors import SwitchRankError
from switchrank.tables import DIAGNOSTICS
from switchrank.training import distributed

Vectors = NDArray[np.float32]


@dataclass(frozen=True)
class DevTexts:
    """Dev queries and passages of a benchmark, English among them.

    Attributes:
        queries: QUERIES table by language.
        passages: PASSAGES table by language, dev passages only.
        qrels: QRELS table.
    """

    queries: Mapping[str, pl.DataFrame]
    passages: Mapping[str, pl.DataFrame]
    qrels: pl.DataFrame


class Diagnosis:
    """Measure every so many steps.

    Args:
        model: the encoder in training.
        tokenizer: one for this alone, since truncation is set on it.
        settings: of the encoder entry.
        dev: what is measured; nothing when None.
        steps: of the training; the end is always measured.
    """

    def __init__(
        self, model: PreTrainedModel, tokenizer: Tokenizer, settings: Contrastive, dev: DevTexts | None, steps: int
    ) -> None:
        self.dev, self.settings, self.steps = dev, settings, steps
        self.embedder = Embedder(model, tokenizer, settings.pooling, settings.max_length, settings.precision)
        given = settings.diagnostics
        per_epoch = -(-steps // settings.batches.epochs)
        self.every = given.every if given and given.every else max(per_epoch, 1)
        self.rows: list[tuple[int, str, float]] = []

    def start(self) -> None:
        """Measure the encoder before training, unless that was done before a checkpoint."""
        if not self.rows:
            self.observe(0)

    def observe(self, step: int) -> bool:
        """Measure if the step is due; never ends the training. One of several processes does it for all."""
        due = self.dev is not None and (step % self.every == 0 or step == self.steps)
        if due and distributed.rank() == 0:
            assert self.dev is not None
            found = diagnose(self.embedder, self.settings, self.dev)
            self.rows += [(step, name, value) for name, value in found.items()]
        return False

    def state(self) -> tuple[dict[str, torch.Tensor], dict[str, Any]]:
        """The measurements so far, for a checkpoint."""
        return {}, {"rows": self.rows}

    def restore(self, tensors: dict[str, torch.Tensor], values: dict[str, Any]) -> None:
        """Continue from a checkpoint."""
        self.rows = [(int(step), str(name), float(value)) for step, name, value in values["rows"]]

    def table(self) -> pl.DataFrame:
        """DIAGNOSTICS table."""
        schema = {"step": pl.Int32, "measure": pl.String, "value": pl.Float64}
        return pl.DataFrame(self.rows, schema=schema, orient="row").select(list(DIAGNOSTICS.columns))


def diagnose(embedder: Embedder, settings: Contrastive, dev: DevTexts) -> dict[str, float]:
    """Measures by name: `alignment`, `uniformity`, and `accuracy` with one for each language, `accuracy de`.

    alignment: mean ‖f(x) − f(y)‖² of English dev queries and their translations (Wang & Isola 2020, arXiv 2005.10242,
    eq. 4, α = 2; smaller is nearer). uniformity: log mean exp(−2 ‖f(x) − f(y)‖²) over all pairs of different queries of
    a language, averaged over languages (eq. 5, t = 2; smaller is more evenly spread). accuracy: share of dev queries in
    a language whose nearest English dev passage by cosine is relevant; ties count as a miss.

    Raises:
        SwitchRankError: no English dev texts, or no language has a dev query with a passage.
    """
    if "en" not in dev.queries or "en" not in dev.passages:
        raise SwitchRankError("diagnostics: no English dev queries or passages; a benchmark with English is needed")
    vectors = {
        code: _embedded(embedder, table, "query_id", settings.prefixes.query) for code, table in dev.queries.items()
    }
    others = sorted(set(vectors) - {"en"})
    apart = [_distances(vectors["en"], vectors[code]) for code in others]
    passages = _embedded(embedder, dev.passages["en"], "doc_id", settings.prefixes.passage)
    relevant = _relevant(dev.qrels)
    accuracy = {code: hits.mean() for code in others if len(hits := _hits(vectors[code], passages, relevant))}
    if not accuracy:
        raise SwitchRankError("diagnostics: no dev query in another language has a relevant English dev passage")
    found = {
        "alignment": float(np.concatenate(apart).mean()),
        "uniformity": float(np.mean([_uniformity(unit) for _, unit in vectors.values() if len(unit) > 1])),
        "accuracy": float(np.mean(list(accuracy.values()))),
    }
    return found | {f"accuracy {code}": float(value) for code, value in accuracy.items()}


_Embedded = tuple[list[str], Vectors]
"""Ids, and one unit vector for each."""


def _embedded(embedder: Embedder, table: pl.DataFrame, key: str, prefix: str) -> _Embedded:
    ordered = table.sort(key)
    return ordered[key].to_list(), embedder.vectors([prefix + text for text in ordered["text"]])


def _distances(one: _Embedded, other: _Embedded) -> NDArray[np.float64]:
    """‖f(x) − f(y)‖² of texts with the same id; float64 [texts in both]."""
    place = {name: at for at, name in enumerate(one[0])}
    both = [(place[name], at) for at, name in enumerate(other[0]) if name in place]
    left, right = (np.array(part, dtype=np.int64) for part in (zip(*both, strict=True) if both else ([], [])))
    squares: NDArray[np.float64] = ((one[1][left].astype(np.float64) - other[1][right]) ** 2).sum(axis=1)
    return squares


def _uniformity(unit: Vectors) -> float:
    """Uniformity over all pairs of different rows; unit is float32 [texts, d]."""
    cosine = unit.astype(np.float64) @ unit.T.astype(np.float64)
    above = cosine[np.triu_indices(len(unit), 1)]
    return float(np.log(np.exp(-4 * (1 - above)).mean()))  # ‖x − y‖² is 2 − 2 cos


def _relevant(qrels: pl.DataFrame) -> dict[str, set[str]]:
    found: dict[str, set[str]] = {}
    for query, document in qrels.filter(pl.col("relevance") > 0).select("query_id", "doc_id").iter_rows():
        found.setdefault(query, set()).add(document)
    return found


def _hits(queries: _Embedded, passages: _Embedded, relevant: Mapping[str, set[str]]) -> NDArray[np.bool_]:
    """Whether a relevant passage is nearest without a tie, for queries that have one among the passages; bool
    [queries]."""
    place = {name: at for at, name in enumerate(passages[0])}
    hits = []
    for name, cosine in zip(queries[0], queries[1] @ passages[1].T, strict=True):
        right = [place[document] for document in relevant.get(name, ()) if document in place]
        if right:
            wrong = np.delete(cosine, right)
            hits.append(not len(wrong) or float(cosine[right].max()) > float(wrong.max()))
    return np.array(hits, dtype=np.bool_)
