"""Margins of translations by hand, and copies in pairs of languages."""

from __future__ import annotations

import polars as pl
import pytest

from switchrank.lexicon.choices import copies, drops_copies, numbered


def test_margins_by_hand() -> None:
    """light .75, .5, .125: margins .25, .375, .125; door −.25, −.5: .25, 0; lamp alone: its own score."""
    rows = pl.DataFrame(
        {"source": ["light"] * 3 + ["door"] * 2 + ["lamp"], "score": [0.75, 0.5, 0.125, -0.25, -0.5, 0.625]}
    )
    found = numbered(rows, "source", 3)
    assert found["choice"].to_list() == [1, 2, 3, 1, 2, 1]
    assert found["margin"].to_list() == [0.25, 0.375, 0.125, 0.25, 0.0, 0.625]
    best = numbered(rows, "source", 1)
    assert best["margin"].to_list() == [0.25, 0.25, 0.625], "the next one counts though it is not kept"
    assert best.schema["margin"] == pl.Float32 and best.schema["choice"] == pl.Int16


@pytest.mark.parametrize(
    ("languages", "source", "target", "copy"),
    [
        (("en", "de"), "wi fi", "Wi-Fi", True),
        (("en", "ru"), "usb", "USB", True),
        (("en", "ru"), "light", "свет", False),
        (("en", "ja"), "ac dc", "AC/DC", True),
        (("zh", "ja"), "照明", "照明", True),
        (("en", "tr"), "wifi", "WIFI", True),
        (("en", "ar"), "light", "ضوء", False),
        (("hi", "en"), "बत्ती", "lamp", False),
    ],
)
def test_copies(languages: tuple[str, str], source: str, target: str, copy: bool) -> None:
    rows = pl.DataFrame({"source": [source, "zzz"], "target": [target, target]})
    assert copies(rows, *languages).to_list() == [copy, False]


def test_copies_stay_in_lexicons_into_english() -> None:
    assert drops_copies(True, "de") and not drops_copies(True, "en") and not drops_copies(False, "de")
