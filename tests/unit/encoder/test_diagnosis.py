"""Alignment, uniformity and accuracy by hand."""

from __future__ import annotations

import math

import numpy as np
import polars as pl
import pytest

from switchrank.encoder.diagnosis import DevTexts, diagnose
from switchrank.encoder.settings import Contrastive
from switchrank.errors import SwitchRankError

SETTINGS = Contrastive.model_validate(
    {"method": "contrastive", "base": "b", "pairs": [{"kind": "switched", "corpus": "c"}]}
)
ANGLES = {"open": 0, "light": 90, "öffnen": 0, "Licht": 60, "открыть": 90, "the door": 10, "the lamp": 80}


class Compass:
    """Texts as unit vectors at known angles."""

    def vectors(self, texts: list[str]) -> np.ndarray:
        radians = [math.radians(ANGLES[text]) for text in texts]
        return np.array([[math.cos(angle), math.sin(angle)] for angle in radians], dtype=np.float32)


def table(key: str, language: str, **texts: str) -> pl.DataFrame:
    return pl.DataFrame({key: list(texts), "language": [language] * len(texts), "text": list(texts.values())})


QUERIES = {
    "en": table("query_id", "en", q1="open", q2="light"),
    "de": table("query_id", "de", q1="öffnen", q2="Licht"),
    "ru": table("query_id", "ru", q1="открыть"),
}
PASSAGES = {"en": table("doc_id", "en", d1="the door", d2="the lamp")}
QRELS = pl.DataFrame({"query_id": ["q1", "q2"], "doc_id": ["d1", "d2"], "relevance": [1, 1]})


def test_by_hand() -> None:
    found = diagnose(Compass(), SETTINGS, DevTexts(QUERIES, PASSAGES, QRELS))
    # squared distances 2 − 2 cos: q1 de 0°, q2 de 30°, q1 ru 90°
    assert found["alignment"] == pytest.approx((0 + (2 - math.sqrt(3)) + 2) / 3, abs=1e-6)
    # one pair a language: 90° apart, log e^(−2·2); 60°, log e^(−2·1); Russian has one query
    assert found["uniformity"] == pytest.approx((-4 - 2) / 2, abs=1e-6)
    assert (found["accuracy de"], found["accuracy ru"]) == (1.0, 0.0)
    assert found["accuracy"] == 0.5


def test_equal_cosines_are_a_miss() -> None:
    same = {"en": table("doc_id", "en", d1="the door", d2="the door")}
    assert diagnose(Compass(), SETTINGS, DevTexts(QUERIES, same, QRELS))["accuracy"] == 0.0


def test_without_english_or_without_relevant_passages() -> None:
    german = {"de": QUERIES["de"]}
    with pytest.raises(SwitchRankError, match="no English dev queries or passages"):
        diagnose(Compass(), SETTINGS, DevTexts(german, PASSAGES, QRELS))
    with pytest.raises(SwitchRankError, match="no dev query in another language has a relevant English dev passage"):
        diagnose(Compass(), SETTINGS, DevTexts(QUERIES, PASSAGES, QRELS.with_columns(relevance=pl.lit(0))))
