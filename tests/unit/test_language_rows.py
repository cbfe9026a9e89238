"""Of the table of languages counts what a job can read."""

from __future__ import annotations

import pytest

from switchrank.language_rows import codes_in, rows_digest
from switchrank.provenance import language_columns
from tests.toy.workspace import ROOT


@pytest.mark.parametrize(
    ("texts", "codes"),
    [
        (["de"], {"de"}),
        (["xx-ja"], {"xx", "ja"}),
        (["results/data/toy/passages/hi.parquet"], {"toy", "hi"}),
        (["results/lexicon/titles/en-ru.parquet"], {"en", "ru"}),
        (["results/run/mlcs/seed1/toy/en-ar.parquet", "q"], {"toy", "run", "en", "ar"}),
        (["results/translated/zh/x/queries.parquet"], {"zh"}),
        (["Licht", "resources/homeassistant", "1"], set()),
    ],
)
def test_codes_in_wildcards_and_paths(texts: list[str], codes: set[str]) -> None:
    assert codes_in(texts) == codes


def test_rows_of_known_languages_count_in_the_columns_that_are_read() -> None:
    digest = rows_digest({"de", "ja"}, ["cased", "spaced"])
    assert len(digest) == 16
    assert digest == rows_digest(["ja", "de", "run", "toy"], ["cased", "spaced"])
    assert digest != rows_digest({"de", "ru"}, ["cased", "spaced"]), "ru has spaces"
    assert rows_digest({"de", "ru"}, ["cased"]) != rows_digest({"de", "ja"}, ["cased"])
    assert digest != rows_digest({"de"}, ["cased", "spaced"])
    assert digest != rows_digest({"de", "ja"}, ["cased"])


@pytest.mark.parametrize(
    ("script", "read", "unread"),
    [
        ("switch_corpus", {"cased", "spaced"}, {"family", "genus"}),
        ("build_title_lexicon", {"spaced"}, {"family", "genus"}),
        ("split_documents", set(), {"language", "cased"}),
        ("train_ranker", set(), {"language", "cased"}),
        ("score_candidates", set(), {"language", "cased"}),
        ("summarise_measures", set(), {"language", "cased"}),
    ],
)
def test_columns_that_a_script_can_read(script: str, read: set[str], unread: set[str]) -> None:
    columns = set(language_columns(ROOT / f"workflow/scripts/{script}.py", ROOT / "src"))
    assert read <= columns and not unread & columns


def test_of_the_kinds_of_figures_only_distances_read_the_table_of_languages() -> None:
    script = ROOT / "workflow/scripts/plot_figure.py"
    kinds = "switchrank.report.figures.kinds."
    assert {"family", "genus", "script"} <= set(language_columns(script, ROOT / "src", (f"{kinds}distance",)))
    assert not language_columns(script, ROOT / "src", (f"{kinds}time",))
