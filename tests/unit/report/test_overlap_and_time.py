"""Shared words and costs: places, numbers of queries and lengths of bars by hand."""

from __future__ import annotations

from functools import partial
from typing import Any

import numpy as np
import polars as pl
import pytest

from switchrank.report.figures.files import make_figure
from switchrank.report.figures.kind import draw
from switchrank.report.figures.kinds.time import amount
from tests.unit.report.drawn import STYLE, boxes, cells, figure, marks, texts, words

OVERLAP: dict[str, Any] = {
    "kind": "overlap",
    "systems": ["mlcs", "zeroshot"],
    "benchmark": "home",
    "percent": True,
}
MEANS = {("mlcs", "CLIR"): {0: 0.5, 2: 0.75}, ("zeroshot", "CLIR"): {0: 0.25, 1: 0.5, 2: 1.0}}


def overlap() -> pl.DataFrame:
    """Two systems, one of which shows other texts and so has other queries in a bin; a pair, and another benchmark."""
    edges = [0.0, 0.5, 1.0]
    rows = [
        {"system": system, "benchmark": benchmark, "regime": regime, "pair": pair, "measure": "RR@10", "bin": number}
        | {"low": edges[max(number - 1, 0)], "high": edges[number], "mean": mean}
        | {"deviation": 0.05 if system == "zeroshot" else None, "seeds": 1}
        | {"queries": 1000 + number + (system == "mlcs") * 9 * number}
        for (system, regime), bins in MEANS.items()
        for number, mean in bins.items()
        for benchmark, pair in (("home", "all"), ("home", "en-de"), ("other", "all"))
    ]
    return pl.DataFrame(rows, schema_overrides={"deviation": pl.Float64})


def shared(rows: pl.DataFrame, **changes: Any) -> str:
    return make_figure(partial(draw, rows, OVERLAP | changes, {}, {}), "caption", STYLE)[0]


def test_a_line_a_system_over_the_bins() -> None:
    svg = shared(overlap())
    mlcs, zeroshot = marks(svg)
    heights, values = [y for _, y in mlcs + zeroshot], [50, 75, 25, 50, 100]
    slope, offset = np.polyfit(values, heights, 1)
    assert slope < 0
    np.testing.assert_allclose(heights, slope * np.array(values) + offset, atol=1e-3)
    assert mlcs[1][0] - mlcs[0][0] == pytest.approx(zeroshot[2][0] - zeroshot[0][0], abs=1e-3), "an empty bin has room"


def test_every_bin_shows_its_number_of_queries() -> None:
    svg = shared(overlap())
    shown = texts(svg)
    for text in ("0", "≤50", "≤100", "1,000", "1,001", "1,002–", "1,020", "CLIR", "RR@10 × 100"):
        assert text in shown, text
    told = words(svg)
    assert "CLIR, no shared word: mlcs 50.0 (1,000 queries); zeroshot 25.0 (1,000 queries)." in told
    assert "CLIR, above 0 up to 50 %: zeroshot 50.0 (1,001 queries)." in told
    assert "CLIR, above 50 up to 100 %: mlcs 75.0 (1,020 queries); zeroshot 100.0 (1,002 queries)." in told


def test_only_deviations_of_seeds_have_bars() -> None:
    svg = shared(overlap())
    assert "intervals-1" in svg and "intervals-0" not in svg


def test_systems_are_chosen_and_none_is_a_sentence() -> None:
    assert "mlcs" not in texts(shared(overlap(), systems=["zeroshot"]))
    assert "No system was judged" in words(shared(overlap(), benchmark="third"))
    assert shared(overlap()) == shared(overlap().reverse())


def cost() -> pl.DataFrame:
    values = {"data": (30.0, 60.0), "ranker": (7200.0, None), "report": (0.0, 1.0)}
    return cells(
        [
            {"row": row, "column": column, "system": stage, "label": stage, "measure": measure, "value": value}
            for row, (stage, pair) in enumerate(values.items())
            for column, (measure, value) in enumerate(zip(("wall", "cpu"), pair, strict=True))
        ]
    )


def test_bars_are_as_long_as_their_times_and_say_them() -> None:
    svg = figure(cost(), {"kind": "time", "measures": ["wall", "cpu"]})[0]
    found = boxes(svg, "wall-") | boxes(svg, "cpu-")
    widths = {name: place[2] for name, (place, _) in found.items()}
    assert widths["wall-1"] / widths["wall-0"] == pytest.approx(240, rel=0.01)
    assert widths["wall-2"] == widths["cpu-1"] == 0
    assert found["wall-0"][0][1] < found["wall-1"][0][1] < found["wall-2"][0][1], "from top to bottom"
    shown = texts(svg)
    for text in ("30.0 s", "2 h 00 min", "0.0 s", "1 min 00 s", "–", "wall time, h", "CPU time, min", "ranker"):
        assert text in shown, text
    assert words(svg) == (
        "wall time: data 30.0 s; ranker 2 h 00 min; report 0.0 s. CPU time: data 1 min 00 s; ranker –; report 1.0 s."
    )
    assert "CPU time, min" not in texts(figure(cost(), {"kind": "time", "measures": ["wall"]})[0])


@pytest.mark.parametrize(
    ("value", "measure", "text"),
    [
        (59.94, "wall", "59.9 s"),
        (59.96, "wall", "1 min 00 s"),
        (189, "cpu", "3 min 09 s"),
        (3599.6, "wall", "1 h 00 min"),
        (3720, "wall", "1 h 02 min"),
        (None, "wall", "–"),
        (512, "memory", "512 B"),
        (1.5 * 2**30, "memory", "1.5 GiB"),
        (300 * 2**20, "memory", "300.0 MiB"),
    ],
)
def test_amounts_as_people_say_them(value: float | None, measure: str, text: str) -> None:
    assert amount(value, measure) == text
