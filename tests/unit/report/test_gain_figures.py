"""Heatmap and distance: every gain stands where its pair and its value say, and is told in words."""

from __future__ import annotations

from typing import Any

import numpy as np
import polars as pl
import pytest

from switchrank.report.figures.kinds.heatmap import letters_on
from tests.unit.report.drawn import boxes, cells, figure, marks, texts, words

HEATMAP: dict[str, Any] = {"kind": "heatmap", "table": "main", "systems": None, "means": True}
DISTANCE: dict[str, Any] = {"kind": "distance", "table": "main", "systems": None}
COLUMNS = [
    ("CLIR", "en-ja"),
    ("CLIR", "en-de"),
    ("CLIR", "ru-ja"),
    ("CLIR", "en-ru"),
    ("CLIR", "mean"),
    ("MLIR", "en-xx"),
]
GAINS = {
    "zeroshot": [None] * 6,
    "mlcs": [0.08, -0.08, 0.0, 0.02, 0.005, 0.04],
    "a-system-with-a-long-name": [None, 0.01, 0.03, -0.02, None, 0.02],
}


def gains(systems: tuple[str, ...] = tuple(GAINS)) -> pl.DataFrame:
    """Three systems on six columns; a gain of 8 points is significant, and intervals reach a point to each side."""
    rows = []
    for row, name in enumerate(systems):
        for column, (regime, pair) in enumerate(COLUMNS):
            gain = GAINS[name][column]
            ends = {} if gain is None else {"difference": gain, "low": gain - 0.01, "high": gain + 0.01}
            place = {"row": row, "column": column, "system": name, "label": name, "regime": regime, "pair": pair}
            rows.append(place | ends | {"significant": gain is not None and abs(gain) > 0.05})
    return cells(rows)


def test_a_heatmap_has_a_cell_a_system_and_pair_with_its_number() -> None:
    svg = figure(gains(), HEATMAP)[0]
    found = boxes(svg, "cell-")
    assert set(found) == {f"cell-{row}-{column}" for row in (0, 1) for column in range(6)}
    shown = texts(svg)
    for text in ("+8.0†", "−8.0†", "0.0", "+0.5", "–", "CLIR", "MLIR", "mean", "en-xx", "mlcs"):
        assert text in shown, text
    assert "zeroshot" not in shown, "the baseline gains nothing over itself"
    (left, top, width, _), _ = found["cell-0-0"]
    assert found["cell-0-3"][0][0] == pytest.approx(left + 3 * width, abs=0.01)
    assert found["cell-0-4"][0][0] == pytest.approx(left + 4.2 * width, abs=0.01), "a gap before the mean"
    assert found["cell-0-5"][0][0] == pytest.approx(left + 5.6 * width, abs=0.01), "a wider one before a regime"
    assert found["cell-1-0"][0][1] > top, "the table's second system stands below"


def test_colours_of_gain_and_loss_lie_on_both_sides_of_white() -> None:
    fills = {name: fill for name, (_, fill) in boxes(figure(gains(), HEATMAP)[0], "cell-").items()}
    assert fills["cell-0-0"] == "#2d004b" and fills["cell-0-1"] == "#7f3b08", "the ends of ColorBrewer's PuOr"
    assert fills["cell-0-2"] == "#f7f7f7", "its middle is no gain"
    assert fills["cell-1-0"] == "#e6e6e6", "not judged"


def test_letters_stand_out_on_their_cell() -> None:
    assert letters_on((0.176, 0.0, 0.294)) == letters_on((0.498, 0.231, 0.031)) == "white"
    assert letters_on((0.97, 0.97, 0.97)) == letters_on((1.0, 0.7, 0.4)) == "black"
    # grey of 0.47: luminance ((0.47 + 0.055) / 1.055) ** 2.4 = 0.187, above 0.179; of 0.45: 0.171
    assert (letters_on((0.47, 0.47, 0.47)), letters_on((0.45, 0.45, 0.45))) == ("black", "white")


def test_a_heatmap_tells_its_values_and_takes_systems_and_means_as_asked() -> None:
    told = words(figure(gains(), HEATMAP)[0])
    assert told.startswith("Difference to zeroshot, RR@10 points; † marks significant ones.")
    assert "mlcs: CLIR en-ja +8.0†, CLIR en-de −8.0†, CLIR ru-ja 0.0, CLIR en-ru +2.0, CLIR mean +0.5" in told
    few = figure(gains(), HEATMAP | {"systems": ["a-system-with-a-long-name"], "means": False})[0]
    assert set(boxes(few, "cell-")) == {f"cell-0-{column}" for column in (0, 1, 2, 3, 5)}
    assert "mean" not in texts(few) and "mlcs" not in texts(few)


def test_pairs_stand_from_near_to_far_and_marks_at_their_gains() -> None:
    svg = figure(gains(), DISTANCE)[0]
    mlcs, other = marks(svg)
    # en-de is at distance 0, en-ru at 2, en-ja and ru-ja at 3: a gap of 0.6 wherever it grows; no mean, no mixed side
    pairs = [text for text in texts(svg) if text in {pair for _, pair in COLUMNS}]
    assert pairs == ["en-de", "en-ru", "en-ja", "ru-ja"]
    slope, offset = np.polyfit([0, 1.6, 3.2, 4.2], [x for x, _ in mlcs], 1)
    np.testing.assert_allclose([x for x, _ in mlcs], slope * np.array([0, 1.6, 3.2, 4.2]) + offset, atol=1e-3)
    # two systems share 0.7 of a pair's room
    np.testing.assert_allclose([other[n][0] - mlcs[m][0] for n, m in ((0, 0), (1, 1), (2, 3))], 0.35 * slope, atol=1e-3)
    heights, values = [y for _, y in mlcs + other], [-8, 2, 8, 0, 1, -2, 3]
    slope, offset = np.polyfit(values, heights, 1)
    assert slope < 0
    np.testing.assert_allclose(heights, slope * np.array(values) + offset, atol=1e-3)


def test_groups_of_pairs_stand_in_their_settings_panel() -> None:
    named = pl.when(pl.col("regime") == "CLIR").then(pl.lit("CLIR seen")).otherwise("regime")
    grouped = gains().with_columns(regime=named)
    assert figure(grouped, DISTANCE) == figure(gains(), DISTANCE)


def test_distances_and_intervals_are_told() -> None:
    svg = figure(gains(), DISTANCE)[0]
    assert [text for text in texts(svg) if text in {"0", "2", "3"}][:3] == ["0", "2", "3"]
    assert (
        "CLIR en-de, distance 0: mlcs −8.0 [−9.0, −7.0]; a-system-with-a-long-name +1.0 [0.0, +2.0]. "
        "CLIR en-ru, distance 2: mlcs +2.0 [+1.0, +3.0];"
    ) in words(svg)
    assert "CLIR en-ja, distance 3: mlcs +8.0 [+7.0, +9.0]. CLIR ru-ja" in words(svg), "one system was not judged"


@pytest.mark.parametrize(("settings", "text"), [(HEATMAP, "no system besides"), (DISTANCE, "no pair of two languages")])
def test_a_run_of_the_baseline_alone_gets_a_sentence(settings: dict[str, Any], text: str) -> None:
    assert text in words(figure(gains(("zeroshot",)), settings)[0])


@pytest.mark.parametrize("settings", [HEATMAP, DISTANCE])
def test_equal_cells_in_any_order_give_equal_bytes(settings: dict[str, Any]) -> None:
    assert figure(gains(), settings) == figure(gains().reverse(), settings)
