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
from switchrank.encoder.pair_texts import PairTexts
from switchrank.encoder.settings import Contrastive, Prefixes
from switchrank.errors import SwitchRankError
from switchrank.models.folder import read_tokenizer


@pytest.fixture(scope="module")
def pairs(texts: dict[str, list[str]]) -> pl.DataFrame:
    """English sentences with translations; each sentence is a document."""
    rows = [
        ("parallel", "o", f"d{number}", "query", "passage", "en", language, english, texts[language][number])
        for number, english in enumerate(texts["en"])
        for language in texts
        if language != "en"
    ]
    names = [name for name in tables.PAIRS.columns if name not in ("pair_id", "english", "joint")]
    frame = pl.DataFrame(rows, schema=names, orient="row")
    return (
        frame.with_columns(english=pl.lit(None, pl.String), joint=pl.lit(False))
        .with_row_index("pair_id")
        .cast({"pair_id": pl.Int64})
        .select(list(tables.PAIRS.columns))
    )


PLAIN = {"english": pl.lit(None, pl.String), "joint": pl.lit(False)}


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


def test_the_question_counts_in_pairs_of_other_languages(pairs: pl.DataFrame, encoder_folder: Path) -> None:
    """d1 is asked as d0 is in a pair with an Arabic passage only: its German passage answers d0's question all the
    same."""
    question = pairs.filter(pl.col("document") == "d0")["anchor"][0]
    arabic = (pl.col("document") == "d1") & (pl.col("positive_language") == "ar")
    asked = pairs.with_columns(anchor=pl.when(arabic).then(pl.lit(question.swapcase())).otherwise("anchor"))
    found = mined(asked, encoder_folder).join(asked, on="pair_id")
    of_first = found.filter(pl.col("document_right") == "d0")
    assert set(of_first["document"]) == {"d2"}


def test_a_text_in_other_letters_is_no_negative(pairs: pl.DataFrame, encoder_folder: Path) -> None:
    shouted = pairs.filter(pl.col("document") == "d0").with_columns(
        pl.col("positive").str.to_uppercase(), document=pl.lit("d9"), anchor=pl.lit("Something else")
    )
    every = pl.concat([pairs, shouted]).with_columns(pair_id=pl.int_range(pl.len(), dtype=pl.Int64))
    found = mined(every, encoder_folder, same_language=False).join(every, on="pair_id")
    of_first = found.filter(pl.col("document_right") == "d0")
    assert of_first.height
    # in Arabic, Japanese, … nothing changes: the text then belongs to both documents
    assert not {text.casefold() for text in of_first["text"]} & {
        text.casefold() for text in pairs.filter(pl.col("document") == "d0")["positive"]
    }


def test_a_mined_text_of_several_documents_is_a_negative_of_none_of_them(encoder_folder: Path) -> None:
    """As a negative of d3 it is stored with d1, its first document; a pair of d2 in the batch must not see it."""
    rows = [
        ("d1", "Turn off the fan", "Ventilator aus"),
        ("d2", "Stop the fan", "VENTILATOR AUS"),
        ("d2", "It stops the fan.", "Hält den Ventilator an."),
        ("d3", "Open the door", "Tür öffnen"),
    ]
    names = [name for name in tables.PAIRS.columns if name not in ("pair_id", "english", "joint")]
    pairs = (
        pl.DataFrame(
            [("parallel", "o", document, "query", "passage", "en", "de", *texts) for document, *texts in rows],
            schema=names,
            orient="row",
        )
        .with_row_index("pair_id")
        .with_columns(**PLAIN)
    )
    negatives = pl.DataFrame(
        [(3, 1, "Ventilator aus", "de", "d1", 0.5, 0.6)], schema=list(tables.NEGATIVES.columns), orient="row"
    )
    texts = PairTexts(pairs, negatives, read_tokenizer(encoder_folder), Prefixes())
    members = texts.members([2, 3])
    assert members.mask is not None
    # columns: the two positives, then the negative
    assert members.mask.tolist() == [[False, False, True], [False, False, False]]


def test_the_nearest_stay(pairs: pl.DataFrame, encoder_folder: Path) -> None:
    every = mined(pairs, encoder_folder, same_language=False)
    one = mined(pairs, encoder_folder, same_language=False, per_pair=1)
    assert one.sort("pair_id").rows() == every.filter(pl.col("position") == 1).sort("pair_id").rows()


def test_a_margin_that_nothing_meets(pairs: pl.DataFrame, encoder_folder: Path) -> None:
    with pytest.raises(SwitchRankError, match=r"none of \d+ pairs has a hard negative within depth 50 and margin 5"):
        mined(pairs, encoder_folder, margin=5.0)
