"""Mined hard negatives."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import numpy as np
import polars as pl
import pytest
import torch

from switchrank import tables
from switchrank.encoder.embedding import embed
from switchrank.encoder.mining import mine_negatives
from switchrank.encoder.settings import Contrastive
from switchrank.errors import SwitchRankError


@pytest.fixture(scope="module")
def pairs(texts: dict[str, list[str]]) -> pl.DataFrame:
    """English sentences with translations; each sentence is a document."""
    rows = [
        ("parallel", "o", f"d{number}", "query", "passage", "en", language, english, texts[language][number])
        for number, english in enumerate(texts["en"])
        for language in texts
        if language != "en"
    ]
    names = [name for name in tables.PAIRS.columns if name != "pair_id"]
    frame = pl.DataFrame(rows, schema=names, orient="row")
    return frame.with_row_index("pair_id").cast({"pair_id": pl.Int64}).select(list(tables.PAIRS.columns))


def mined(pairs: pl.DataFrame, folder: Path, **given: Any) -> pl.DataFrame:
    settings = Contrastive.model_validate(
        {
            "method": "contrastive",
            "base": "b",
            "pairs": [{"kind": "switched", "corpus": "c"}],
            "negatives": {"depth": 50, "per_pair": 20, "margin": 0.0} | given,
            "prefixes": {"query": "query: ", "passage": "passage: "},
        }
    )
    return mine_negatives(pairs, folder, settings, torch.device("cpu"), "test")


def cosines(pairs: pl.DataFrame, folder: Path) -> dict[tuple[str, str], float]:
    """Of every anchor and positive, by brute force in float64."""
    anchors, positives = (pairs[name].unique().to_list() for name in ("anchor", "positive"))
    left = embed(folder, ["query: " + text for text in anchors], "t").astype(np.float64)
    right = embed(folder, ["passage: " + text for text in positives], "t").astype(np.float64)
    values = left @ right.T
    return {(a, p): values[i, j] for i, a in enumerate(anchors) for j, p in enumerate(positives)}


@pytest.mark.parametrize("margin", [0.0, 0.05])
@pytest.mark.parametrize("same_language", [True, False])
def test_equal_to_brute_force(
    tmp_path: Path, pairs: pl.DataFrame, encoder_folder: Path, same_language: bool, margin: float
) -> None:
    found = mined(pairs, encoder_folder, same_language=same_language, margin=margin)
    tables.write(found, tmp_path / "negatives.parquet", tables.NEGATIVES)
    cosine = cosines(pairs, encoder_folder)
    pool = pairs.select("positive", "positive_language", "document").rows()
    expected = {
        (pair, text)
        for pair, anchor, positive, language, document in pairs.select(
            "pair_id", "anchor", "positive", "positive_language", "document"
        ).rows()
        for text, other_language, about in pool
        if about != document
        and (not same_language or other_language == language)
        and cosine[anchor, text] <= cosine[anchor, positive] - margin
    }
    assert expected
    assert set(found.select("pair_id", "text").rows()) == expected
    for _, of_pair in found.sort("pair_id", "position").group_by("pair_id", maintain_order=True):
        assert of_pair["position"].to_list() == list(range(1, of_pair.height + 1))
        assert of_pair["similarity"].is_sorted(descending=True)


def test_other_answers_to_the_same_question_are_no_negatives(pairs: pl.DataFrame, encoder_folder: Path) -> None:
    """Documents d0 and d1 answer one question, which d1 asks in capitals."""
    question = pairs.filter(pl.col("document") == "d0")["anchor"][0]
    asked = pairs.with_columns(
        anchor=pl.when(pl.col("document") == "d1").then(pl.lit(question.upper())).otherwise("anchor")
    )
    about = ["document", "document_right"]
    found, own = (mined(given, encoder_folder).join(given, on="pair_id").select(about) for given in (asked, pairs))
    answers = {("d0", "d1"), ("d1", "d0")}
    assert answers <= set(own.rows()), "questions of their own"
    assert not answers & set(found.rows())
    assert {("d0", "d2"), ("d1", "d2")} & set(found.rows())


def test_the_nearest_stay(pairs: pl.DataFrame, encoder_folder: Path) -> None:
    every = mined(pairs, encoder_folder, same_language=False)
    one = mined(pairs, encoder_folder, same_language=False, per_pair=1)
    assert one.sort("pair_id").rows() == every.filter(pl.col("position") == 1).sort("pair_id").rows()


def test_a_margin_that_nothing_meets(pairs: pl.DataFrame, encoder_folder: Path) -> None:
    with pytest.raises(SwitchRankError, match=r"none of \d+ pairs has a hard negative within depth 50 and margin 5"):
        mined(pairs, encoder_folder, margin=5.0)
