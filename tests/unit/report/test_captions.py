"""Captions of Snakemake's own report, for every kind of table and figure."""

from __future__ import annotations

from types import SimpleNamespace
from typing import Any

import pytest
from jinja2 import Environment, StrictUndefined
from pydantic import TypeAdapter

from switchrank.report.entries import Figure, Table
from tests.toy.workspace import ROOT

JUDGED = {"caption": "Wörter & 窓", "benchmark": "home"}
TABLES: dict[str, tuple[dict[str, Any], str]] = {
    "systems": (JUDGED, "difference to zeroshot"),
    "ablation": (JUDGED | {"rows": [{"system": "mlcs", "label": "0.5"}]}, "difference to zeroshot with its interval"),
    "lexicons": ({"caption": "Wörter & 窓", "lexicons": ["words"], "measures": ["entries"]}, "Rows are lexicons"),
    "pool": (JUDGED | {"systems": ["dense"]}, "pool of all languages"),
    "classes": (JUDGED | {"systems": ["dense"]}, "the accuracy of the intent"),
    "cost": ({"caption": "Wörter & 窓", "rows": "rule"}, "Rows are rules; columns the time"),
}
FIGURES: dict[str, tuple[dict[str, Any], str]] = {
    "ablation": ({"table": "switching"}, "switching"),
    "lexicons": ({"table": "words"}, "words"),
    "diagnostics": ({"encoders": ["aligned", "other"]}, "the diagnostics of aligned, other"),
    "heatmap": ({"table": "main"}, "the cells of the table main"),
    "distance": ({"table": "main"}, "the cells of the table main"),
    "time": ({"table": "cost"}, "the cells of the table cost"),
    "overlap": ({"benchmark": "home"}, "by shared words on home"),
    "training": ({"systems": ["mlcs"], "encoders": ["aligned"]}, "the training of mlcs, aligned"),
}


def caption(file: str, entry: Any, **significance: str) -> str:
    """As Snakemake renders it, from a job's params and wildcards."""
    plan: Any = SimpleNamespace(significance=lambda table: {"baseline": "zeroshot"} | significance)
    job = SimpleNamespace(
        params=SimpleNamespace(settings=entry.model_dump(mode="json"), described=entry.described(plan)),
        wildcards=SimpleNamespace(table="one", figure="one"),
    )
    text = (ROOT / "workflow" / "report" / file).read_text(encoding="utf-8")
    return Environment(undefined=StrictUndefined).from_string(text).render(snakemake=job)


@pytest.mark.parametrize("kind", TABLES)
def test_caption_of_a_table(kind: str) -> None:
    settings, words = TABLES[kind]
    found = caption("table.rst", TypeAdapter(Table).validate_python({"kind": kind, **settings}))
    assert "Wörter & 窓" in found
    assert words in found
    assert "groups of queries" not in found


@pytest.mark.parametrize("kind", ["systems", "ablation"])
def test_captions_say_that_groups_were_taken_as_independent(kind: str) -> None:
    entry = TypeAdapter(Table).validate_python({"kind": kind, **TABLES[kind][0]})
    words = "groups of queries taken as independent."
    assert words in caption("table.rst", entry, over="queries", clusters="group")
    assert words not in caption("table.rst", entry, over="seeds", clusters="group")


@pytest.mark.parametrize("kind", FIGURES)
def test_caption_of_a_figure(kind: str) -> None:
    settings, words = FIGURES[kind]
    entry = TypeAdapter(Figure).validate_python({"kind": kind, "caption": "Gewinn über 窓", **settings})
    found = caption("figure.rst", entry)
    assert "Gewinn über 窓" in found
    assert words in found


def test_every_kind_has_a_caption() -> None:
    for union, known in ((Table, TABLES), (Figure, FIGURES)):
        assert set(TypeAdapter(union).json_schema()["discriminator"]["mapping"]) == set(known)
