"""Several lexicons as one, worked out by hand."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import polars as pl
import pytest
from hypothesis import given
from hypothesis import settings as hypothesis_settings
from hypothesis import strategies as st

from switchrank import tables
from switchrank.errors import SwitchRankError
from switchrank.lexicon.combination import combine
from switchrank.lexicon.settings import CombinedLexicon

SCHEMA = {
    "source": pl.String,
    "target": pl.String,
    "choice": pl.Int16,
    "score": pl.Float32,
    "margin": pl.Float32,
    "method": pl.String,
    "source_rank": pl.Int32,
    "target_rank": pl.Int32,
}


def lexicon(method: str, words: dict[str, list[str]]) -> pl.DataFrame:
    """Translations by source; scores 1 / choice plus a tenth of the method's length, to tell lexicons apart."""
    rows = [
        (source, target, choice, 1 / choice + len(method) / 10, 0.5, method, rank, 10 * rank + choice)
        for rank, (source, targets) in enumerate(words.items())
        for choice, target in enumerate(targets, start=1)
    ]
    return pl.DataFrame(rows, schema=SCHEMA, orient="row")


MUSE = lexicon("import-muse", {"light": ["Licht", "leicht"], "door": ["Tür"]})
TITLES = lexicon("titles", {"light": ["Lampe", "licht"], "window": ["Fenster"], "living room": ["Wohnzimmer"]})
VECTORS = lexicon("vectors", {"window": ["fenster", "Scheibe"], "light": ["hell", "Licht"], "door": ["Tor", "Tür"]})
ALL = [("muse", MUSE), ("titles", TITLES), ("vectors", VECTORS)]


def combined(how: str, choices: int = 9, lexicons: list[tuple[str, pl.DataFrame]] = ALL) -> pl.DataFrame:
    settings = CombinedLexicon(
        method="combine",
        lexicons=[name for name, _ in lexicons],
        how=how,  # type: ignore[arg-type]
        choices=choices,
    )
    return combine(lexicons, settings, "de", "lexicon all en-de")


def entries(found: pl.DataFrame) -> dict[str, list[tuple[str, str]]]:
    """Target and method of every choice by source; choices must be numbered from 1."""
    assert found.sort("source", "choice").equals(found)
    result: dict[str, list[tuple[str, str]]] = {}
    for source, target, choice, method in found.select("source", "target", "choice", "method").rows():
        result.setdefault(source, []).append((target, method))
        assert choice == len(result[source])
    return result


def test_union_orders_by_the_best_choice_then_by_lexicon() -> None:
    found = combined("union")
    assert entries(found) == {
        "door": [("Tür", "import-muse+vectors"), ("Tor", "vectors")],
        "light": [
            ("Licht", "import-muse+titles+vectors"),
            ("Lampe", "titles"),
            ("hell", "vectors"),
            ("leicht", "import-muse"),
        ],
        "living room": [("Wohnzimmer", "titles")],
        "window": [("Fenster", "titles+vectors"), ("Scheibe", "vectors")],
    }
    scores = found.filter(pl.col("source") == "light")["score"].to_list()
    assert scores == pytest.approx([1 + 1.1, 1 + 0.6, 1 + 0.7, 0.5 + 1.1]), "of the first lexicon that has the entry"


def test_union_prefers_the_lexicon_that_gives_the_best_choice() -> None:
    first = lexicon("a", {"light": ["Licht", "Schein"]})
    found = combined("union", lexicons=[("a", first), ("b", lexicon("b", {"light": ["Lampe", "Schein"]}))])
    assert [target for target, _ in entries(found)["light"]] == ["Licht", "Lampe", "Schein"]
    found = combined("union", lexicons=[("a", first), ("b", lexicon("b", {"light": ["Schein", "Lampe"]}))])
    assert [target for target, _ in entries(found)["light"]] == ["Licht", "Schein", "Lampe"]


def test_intersection_keeps_what_all_have_in_the_order_of_the_first() -> None:
    assert entries(combined("intersection")) == {"light": [("Licht", "import-muse+titles+vectors")]}
    two = combined("intersection", lexicons=[("vectors", VECTORS), ("muse", MUSE)])
    assert entries(two) == {
        "light": [("Licht", "vectors+import-muse")],
        "door": [("Tür", "vectors+import-muse")],
    }


def test_priority_takes_a_source_from_the_first_lexicon_that_has_it() -> None:
    assert entries(combined("priority")) == {
        "door": [("Tür", "import-muse+vectors")],
        "light": [("Licht", "import-muse+titles+vectors"), ("leicht", "import-muse")],
        "living room": [("Wohnzimmer", "titles")],
        "window": [("Fenster", "titles+vectors")],
    }


@pytest.mark.parametrize("how", ["union", "priority"])
def test_fewer_choices_are_the_first_ones(how: str) -> None:
    everything = combined(how)
    for choices in (1, 2):
        kept = combined(how, choices)
        expected = everything.filter(pl.col("choice") <= choices)
        columns = ["source", "target", "choice", "score", "method"]
        assert kept.select(columns).equals(expected.select(columns))


def test_ranks_number_what_is_kept() -> None:
    """Sources by the best rank any lexicon gives them: light 0 (muse), window 0 (vectors), door 1, living room 2."""
    found = combined("union")
    ranks = dict(found.select("source", "source_rank").unique().rows())
    assert ranks == {"light": 0, "window": 1, "door": 2, "living room": 3}
    assert sorted(set(found["target_rank"])) == list(range(found["target"].n_unique()))


def test_provenance_of_combined_lexicons_names_each_method_once() -> None:
    inner = combined("union", lexicons=ALL[:2])
    found = entries(combined("union", lexicons=[("inner", inner), *ALL]))
    assert found["light"][0] == ("Licht", "import-muse+titles+vectors")


def test_many_scripts_make_a_valid_table(tmp_path: Path) -> None:
    first = lexicon("import-tsv", {"light": ["Свет", "ضوء", "光"], "door": ["दरवाज़ा"]})
    second = lexicon("titles-phrase", {"light": ["свет", "照明"], "door": ["ДВЕРЬ", "दरवाज़ा"]})
    found = combined("union", lexicons=[("a", first), ("b", second)])
    assert [target for target, _ in entries(found)["light"]] == ["Свет", "ضوء", "照明", "光"]
    assert entries(found)["door"][0] == ("दरवाज़ा", "import-tsv+titles-phrase")
    tables.write(found, tmp_path / "l.parquet", tables.LEXICON)
    assert tables.read(tmp_path / "l.parquet", tables.LEXICON).equals(found)


def test_forms_of_one_translation_are_one() -> None:
    first = lexicon("a", {"cafe": ["Café", "E-Mail", "%"]})
    second = lexicon("b", {"cafe": ["cafe\u0301", "e mail", "e‑mail", "§"]})
    found = combined("union", lexicons=[("a", first), ("b", second)])
    assert entries(found) == {"cafe": [("Café", "a+b"), ("E-Mail", "a+b"), ("%", "a"), ("§", "b")]}


def test_nothing_left_is_an_error_with_sizes() -> None:
    other = lexicon("import-muse", {"light": ["Schimmer"]})
    with pytest.raises(SwitchRankError) as caught:
        combined("intersection", lexicons=[("titles", TITLES), ("other", other)])
    assert str(caught.value) == (
        "lexicon all en-de: no translation is left by intersection; of entries titles has 4, other has 1"
    )


TARGETS = st.lists(st.sampled_from(["Licht", "licht", "свет", "光", "ضوء", "बत्ती"]), min_size=1, unique=True)
LEXICONS = st.lists(st.dictionaries(st.sampled_from("abcd"), TARGETS, min_size=1), min_size=2, max_size=4)


@hypothesis_settings(max_examples=30)
@given(LEXICONS)
def test_union_intersection_and_priority_as_sets(lexicons: list[dict[str, list[str]]]) -> None:
    named = [(str(at), lexicon(f"m{at}", words)) for at, words in enumerate(lexicons)]
    pairs = [
        {(source, target.lower()) for source, targets in words.items() for target in targets} for words in lexicons
    ]

    def result(how: str) -> set[tuple[str, str]]:
        found = combined(how, 100, named)
        assert not found.select("source", "choice").is_duplicated().any()
        return set(found.select("source", pl.col("target").str.to_lowercase()).rows())

    def first(source: str) -> Any:
        return next(words[source] for words in lexicons if source in words)

    assert result("union") == set().union(*pairs)
    sources = {source for words in lexicons for source in words}
    assert result("priority") == {(source, target.lower()) for source in sources for target in first(source)}
    if set.intersection(*pairs):
        assert result("intersection") == set.intersection(*pairs)
