"""Curves over steps: means and ranges of the seeds by hand, and what is drawn."""

from __future__ import annotations

from functools import partial
from pathlib import Path

import polars as pl
import pytest

from switchrank.errors import SwitchRankError
from switchrank.report.figures.curves import curves_of_diagnostics, curves_of_training, draw_curves
from switchrank.report.figures.files import make_figure

STYLE = Path(__file__).resolve().parents[3] / "workflow" / "report" / "style.mplstyle"


def diagnostics(*rows: tuple[int, str, float]) -> pl.DataFrame:
    schema = {"step": pl.Int32, "measure": pl.String, "value": pl.Float64}
    return pl.DataFrame(list(rows), schema=schema, orient="row")


TWO = {
    "hybrid": [
        diagnostics((0, "alignment", 0.8), (0, "accuracy", 0.2), (5, "alignment", 0.4), (5, "accuracy", 0.6)),
        diagnostics((0, "alignment", 0.8), (0, "accuracy", 0.2), (5, "alignment", 0.2), (5, "accuracy", 0.7)),
    ]
}


def test_mean_and_range_of_the_seeds() -> None:
    curves = curves_of_diagnostics(TWO, ["alignment"])
    assert curves.rows() == [
        ("alignment", "hybrid", 0, 0.8, 0.8, 0.8),
        ("alignment", "hybrid", 5, pytest.approx(0.3), 0.2, 0.4),
    ]


def test_a_measure_that_was_not_taken() -> None:
    with pytest.raises(SwitchRankError, match="encoder 'hybrid': no measure 'accuracy de', which a figure shows"):
        curves_of_diagnostics(TWO, ["accuracy de"])
    with pytest.raises(SwitchRankError, match=r"\(none: set encoders"):
        curves_of_diagnostics({"plain": [diagnostics()]}, ["alignment"])


def test_losses_are_averaged_over_windows() -> None:
    def training(steps: int) -> pl.DataFrame:
        return pl.DataFrame({"step": range(1, steps + 1), "loss": [float(step % 2) for step in range(steps)]})

    every = curves_of_training({"mlcs": [training(4)]})
    assert every.select("step", "value").rows() == [(1, 0.0), (2, 1.0), (3, 0.0), (4, 1.0)]
    pairs = curves_of_training({"mlcs": [training(80)]})  # 40 windows of two steps
    assert pairs["step"].to_list() == list(range(2, 81, 2))
    assert set(pairs["value"]) == {0.5}


def test_a_panel_a_measure_told_in_words() -> None:
    settings = {"measures": ["accuracy", "alignment"], "caption": "Räume"}
    curves = curves_of_diagnostics(TWO, settings["measures"])
    svg, pdf = make_figure(partial(draw_curves, curves, settings), settings["caption"], STYLE)
    assert svg.index(">accuracy<") < svg.index(">alignment<")
    assert (
        "accuracy of hybrid: 0.200 at first, 0.650 at the end. alignment of hybrid: 0.800 at first, 0.300 at the end."
        in svg
    )
    assert pdf.startswith(b"%PDF")
    assert make_figure(partial(draw_curves, curves, settings), settings["caption"], STYLE) == (svg, pdf)
