"""Hard negatives: texts that the encoder places near the anchor although they are about another document."""

from __future__ import annotations

from collections.abc import Mapping
from pathlib import Path

import faiss
import numpy as np
import polars as pl
import torch

from switchrank.encoder.embedding import Embedder, load_encoder
from switchrank.encoder.settings import Contrastive
from switchrank.encoder.shared_documents import documents_of
from switchrank.errors import SwitchRankError
from switchrank.models.folder import read_tokenizer
from switchrank.normalising import caseless
from switchrank.tables import NEGATIVES


def mine_negatives(
    pairs: pl.DataFrame, encoder: str | Path, settings: Contrastive, device: torch.device, label: str
) -> pl.DataFrame:
    """The nearest texts of other documents, by exact inner product of unit vectors (faiss flat).

    The pool of a pair is every positive of its side (queries or passages), in its language if `same_language`. Of the
    `depth` nearest to the anchor, those about a document that the anchor is about too (in any pair), equal to one of
    the pair's texts except in letter case, or less than `margin` below the positive's cosine are left out (a false
    negative teaches the opposite; as the positive-aware mining of de Souza P. Moreira et al. 2024, arXiv 2407.15831,
    with an absolute margin), and the nearest `per_pair` stay.

    Args:
        pairs: PAIRS table; those of the joint loss get no hard negatives.
        encoder: folder of the encoder that mines: the base, before training.
        settings: of the encoder entry, `negatives` among them.
        device: where texts are embedded.
        label: names the job in progress lines.

    Returns:
        NEGATIVES table; position counts from 1, by falling similarity, ties by text; `document` is the first of those
        that the text is about. A pair with too few such texts has fewer than `per_pair`.

    Raises:
        SwitchRankError: no pair has a hard negative.
    """
    assert settings.negatives is not None
    model = load_encoder(encoder).to(device)
    embedder = Embedder(model, read_tokenizer(encoder), settings.pooling, settings.max_length, settings.precision)
    by_language = ["positive_side", "positive_language"] if settings.negatives.same_language else ["positive_side"]
    about, wanted = documents_of(pairs), pairs.filter(~pl.col("joint"))
    parts = [
        _mined(group, about, embedder, settings, label)
        for group in wanted.sort(*by_language, "pair_id").partition_by(by_language, maintain_order=True)
    ]
    found = pl.concat(parts).select(list(NEGATIVES.columns))
    if not found.height:
        raise SwitchRankError(
            f"{label}: none of {pairs.height} pairs has a hard negative within depth {settings.negatives.depth} and "
            f"margin {settings.negatives.margin:g}; raise depth or lower margin"
        )
    return found


def _mined(
    pairs: pl.DataFrame, about: Mapping[str, frozenset[str]], embedder: Embedder, settings: Contrastive, label: str
) -> pl.DataFrame:
    """Of pairs that share one pool; `about` has the documents of each text of all pairs."""
    given = settings.negatives
    assert given is not None
    before = settings.prefixes.model_dump()
    pool = (
        pairs.group_by("positive", "positive_language", maintain_order=True)
        .agg(pl.col("document").min())
        .sort("positive", "positive_language")
    )
    anchors = [before[side] + text for side, text in pairs.select("anchor_side", "anchor").iter_rows()]
    side = pairs["positive_side"][0]
    positives = [before[side] + text for text in pool["positive"]]
    asked, pooled = embedder.vectors(anchors, label), embedder.vectors(positives, label)
    place = {row: at for at, row in enumerate(pool.select("positive", "positive_language").iter_rows())}
    own = np.array([place[row] for row in pairs.select("positive", "positive_language").iter_rows()])
    own_similarity = (asked * pooled[own]).sum(axis=1)
    index = faiss.IndexFlatIP(pooled.shape[1])
    index.add(pooled)
    similarity, nearest = index.search(asked, min(given.depth, len(positives)))
    texts, languages, documents = (pool[name].to_list() for name in ("positive", "positive_language", "document"))
    rows = []
    for number, (pair, anchor, positive) in enumerate(pairs.select("pair_id", "anchor", "positive").iter_rows()):
        near = sorted(zip(-similarity[number], (texts[at] for at in nearest[number]), nearest[number], strict=True))
        kept = [
            (text, int(at), -float(lower))
            for lower, text, at in near
            if about[caseless(text)].isdisjoint(about[caseless(anchor)])
            and caseless(text) not in (caseless(anchor), caseless(positive))
            and -lower <= own_similarity[number] - given.margin
        ]
        rows += [
            (pair, position, text, languages[at], documents[at], found, float(own_similarity[number]))
            for position, (text, at, found) in enumerate(kept[: given.per_pair], start=1)
        ]
    schema = dict(
        zip(
            ("pair_id", "position", "text", "language", "document", "similarity", "positive_similarity"),
            (pl.Int64, pl.Int32, pl.String, pl.String, pl.String, pl.Float32, pl.Float32),
            strict=True,
        )
    )
    return pl.DataFrame(rows, schema=schema, orient="row")
