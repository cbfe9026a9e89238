"""Quality figures by hand, and the words that get a vector."""

from __future__ import annotations

from pathlib import Path

import polars as pl
import pytest

from switchrank import tables
from switchrank.corpus.tokens import tokenize
from switchrank.errors import SwitchRankError
from switchrank.lexicon.quality import score_lexicon
from switchrank.lexicon.vocabulary import frequent_words


def lexicon(*rows: tuple[str, str, int, float]) -> pl.DataFrame:
    schema = {"source": pl.String, "target": pl.String, "choice": pl.Int16, "margin": pl.Float32}
    return pl.DataFrame(rows, schema=schema, orient="row")


def tokens(*texts: str) -> pl.DataFrame:
    frame = pl.DataFrame({"id": [f"q{at}" for at in range(len(texts))], "language": "en", "text": list(texts)})
    return tokenize(frame, "id")


def test_figures_by_hand(tmp_path: Path) -> None:
    """Words with letters: the ×3, light ×2, door, bluetooth, on: 8 tokens of 5 types; 24 is a number."""
    queries, passages = tokens("The light", "bluetooth 24"), tokens("The LIGHT on the door")
    german = lexicon(
        ("light", "Licht", 1, 0.5),
        ("light", "Lampe", 2, 0.1),
        ("bluetooth", "Bluetooth", 1, 0.0),
        ("living room", "x", 1, 0.25),
    )
    found = score_lexicon({"ja": lexicon(("door", "ドア", 1, 1.0)), "de": german}, [queries, passages])
    assert found.rows() == [
        ("en", "de", "entries", 3.0),
        ("en", "de", "type coverage", pytest.approx(2 / 5)),
        ("en", "de", "token coverage", pytest.approx(3 / 8)),
        ("en", "de", "identical share", pytest.approx(1 / 3)),
        ("en", "de", "mean margin", pytest.approx(0.25)),
        ("en", "ja", "entries", 1.0),
        ("en", "ja", "type coverage", pytest.approx(1 / 5)),
        ("en", "ja", "token coverage", pytest.approx(1 / 8)),
        ("en", "ja", "identical share", 0.0),
        ("en", "ja", "mean margin", 1.0),
    ]
    tables.write(found, tmp_path / "quality.parquet", tables.QUALITY)


def test_a_text_without_words_covers_nothing() -> None:
    found = score_lexicon({"ru": lexicon(("light", "свет", 1, 1.0))}, [tokens("42", "")])
    assert dict(found.select("measure", "value").rows())["token coverage"] == 0.0


def test_frequent_words_by_count_then_code_point() -> None:
    texts = ["Свет, свет и СВЕТ!", "дверь и окно 42", "окно дверь"]
    assert frequent_words(texts, "ru", 2, 10) == ["свет", "дверь", "и", "окно"]
    assert frequent_words(texts, "ru", 1, 2) == ["свет", "дверь"]
    assert frequent_words(["台所の照明", "照明の色"], "ja", 2, 10) == ["の", "照明"]


def test_no_frequent_word_is_an_error() -> None:
    with pytest.raises(
        SwitchRankError, match="language 'hi': none of 2 different words occurs 3 times; lower min_count"
    ):
        frequent_words(["बत्ती रसोई", "बत्ती"], "hi", 3, 10)
