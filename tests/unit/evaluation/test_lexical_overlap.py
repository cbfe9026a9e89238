"""A measure by shared words, by hand on text in several scripts."""

from __future__ import annotations

import math

import polars as pl
import pytest

from switchrank import tables
from switchrank.errors import SwitchRankError
from switchrank.evaluation.lexical_overlap import measure_overlap, overlaps, shown_words, words_of

QUERIES = {
    "en": ["The light in the kitchen", "Garage door"],
    "ru": ["Свет на кухне", "Дверь гаража"],
    "ar": ["ضوء المطبخ", "باب المرآب"],
    "hi": ["रसोई की बत्ती", "गैराज का दरवाज़ा"],
    "ja": ["台所の照明", "車庫の扉"],
}
PASSAGES = {
    "en": ["Turn on the kitchen light!", "Open it every morning"],
    "ru": ["Включи свет на кухне.", "Гараж открыт"],
    "ar": ["شغّل الضوء في المطبخ.", "افتح باب المرآب"],
    "hi": ["रसोई में बत्ती जलाओ।", "रोज़ सुबह खोलो"],
    "ja": ["台所の照明をつけてください。", "毎朝開ける"],
}
QRELS = pl.DataFrame(
    {"query_id": ["q1", "q2"], "doc_id": ["d1", "d2"], "relevance": [1, 1]}, schema_overrides={"relevance": pl.Int8}
)


def cut(texts: dict[str, list[str]], key: str) -> dict[str, dict[str, list[str]]]:
    """Words by language; the table comes in two pieces, with one text that nobody asked for."""
    found = {}
    for language, lines in texts.items():
        ids = [f"{key[0]}{number}" for number in range(1, len(lines) + 2)]
        table = pl.DataFrame({key: ids, "language": language, "text": [*lines, "another"]})
        found[language] = words_of((table.slice(at, 1) for at in range(3)), key, ids[:2])
    return found


QUERY_WORDS, PASSAGE_WORDS = cut(QUERIES, "query_id"), cut(PASSAGES, "doc_id")


def test_only_wanted_texts_are_cut() -> None:
    assert QUERY_WORDS["ru"] == {"q1": ["свет", "на", "кухне"], "q2": ["дверь", "гаража"]}
    assert PASSAGE_WORDS["ja"].keys() == {"d1", "d2"}


@pytest.mark.parametrize(
    ("query", "passage", "expected"),
    [
        ("en", "en", [4 / 5, 0]),  # the light · the kitchen, without in
        ("ru", "ru", [1, 0]),
        ("ar", "ar", [1 / 2, 1]),  # المطبخ, but الضوء has an article
        ("hi", "hi", [2 / 3, 0]),
        ("ja", "ja", [1, 0]),
        ("en", "ru", [0, 0]),
    ],
)
def test_shares_by_hand(query: str, passage: str, expected: list[float]) -> None:
    found = overlaps(QUERY_WORDS[query], PASSAGE_WORDS[passage], QRELS, "pair")
    assert [found["q1"], found["q2"]] == pytest.approx(expected)


def test_the_relevant_passage_with_most_counts_and_others_do_not() -> None:
    qrels = pl.DataFrame({"query_id": ["q1"] * 3, "doc_id": ["d0", "d1", "d2"], "relevance": [1, 1, 0]})
    queries = {"q1": ["свет", "на", "на"]}
    passages = {"d0": ["свет"], "d1": ["на", "кухне"], "d2": ["свет", "на"]}
    assert overlaps(queries, passages, qrels, "pair") == pytest.approx({"q1": 2 / 3})


def test_queries_without_words_are_left_out_and_missing_texts_refused() -> None:
    assert overlaps({"q1": [], "q2": ["a"]}, {"d1": ["a"], "d2": ["a"]}, QRELS, "pair") == {"q2": 1}
    with pytest.raises(SwitchRankError, match="b en-de: passage 'd2' of the qrels has no text"):
        overlaps({"q1": ["a"], "q2": ["a"]}, {"d1": ["a"]}, QRELS, "b en-de")


def test_a_mixed_side_shows_the_drawn_language() -> None:
    mixed = pl.DataFrame({"id": ["d1", "d2"], "language": ["ru", "ar"]})
    found = shown_words(PASSAGE_WORDS, "xx", mixed)
    assert found == {"d1": PASSAGE_WORDS["ru"]["d1"], "d2": PASSAGE_WORDS["ar"]["d2"]}
    assert shown_words(PASSAGE_WORDS, "hi", mixed) is PASSAGE_WORDS["hi"]
    own = {"en": {"e1": ["door"]}, "hi": {"h1": ["दरवाज़ा"]}}
    assert shown_words(own, "xx", None) == {"e1": ["door"], "h1": ["दरवाज़ा"]}


def measured(values: dict[str, float], name: str = "RR@10") -> pl.DataFrame:
    return pl.DataFrame({"measure": name, "query_id": list(values), "value": list(values.values())})


SHARES = {"q1": 0.0, "q2": 0.25, "q3": 0.26, "q4": 0.5, "q5": 1.0}
SETTINGS = {"measure": "RR@10", "edges": [0.25, 0.5, 1.0]}


def test_bins_by_hand(tmp_path) -> None:  # type: ignore[no-untyped-def]
    runs = [("mlcs", seed, "b", "en-ru") for seed in (1, 2)]
    one = {"q1": 0.1, "q2": 0.2, "q3": 0.4, "q4": 0.6, "q5": 1.0, "q6": 0.9}
    two = {query: value / 2 for query, value in one.items()}
    measures = [pl.concat([measured(v), measured(v, "AP")]).sort("measure", "query_id") for v in (one, two)]
    found = measure_overlap(measures, runs, {("mlcs", "b", "en-ru"): SHARES}, SETTINGS)
    tables.write(found, tmp_path / "overlap.parquet", tables.OVERLAP)
    rows = tables.read(tmp_path / "overlap.parquet", tables.OVERLAP).filter(pl.col("pair") == "en-ru").rows(named=True)
    assert [(row["bin"], row["low"], row["high"], row["queries"]) for row in rows] == [
        (0, 0, 0, 1),
        (1, 0, 0.25, 1),
        (2, 0.25, 0.5, 2),
        (3, 0.5, 1, 1),
    ]
    assert [row["mean"] for row in rows] == pytest.approx([0.075, 0.15, 0.375, 0.75])
    assert rows[2]["deviation"] == pytest.approx(0.25 / math.sqrt(2))
    assert {(row["measure"], row["regime"], row["seeds"]) for row in rows} == {("RR@10", "CLIR", 2)}


def test_all_pairs_of_a_setting_together_and_empty_bins_left_out() -> None:
    runs = [("s", 1, "b", "en-ru"), ("s", 1, "b", "ru-en"), ("few", 1, "b", "en-ru")]
    measures = [measured({"q1": 0.0, "q5": 1.0}), measured({"q1": 0.5, "q5": 0.5}), measured({"q1": 0.3, "q5": 0.3})]
    shares = {("s", "b", "en-ru"): SHARES, ("s", "b", "ru-en"): {"q1": 1.0, "q5": 1.0}, ("few", "b", "en-ru"): SHARES}
    found = measure_overlap(measures, runs, shares, SETTINGS)
    pooled = found.filter(pl.col("pair") == "all")
    assert pooled["system"].unique().to_list() == ["s"], "few was not judged on every pair"
    assert pooled.select("bin", "queries").rows() == [(0, 1), (3, 3)]
    assert pooled["mean"].to_list() == pytest.approx([0.0, 2 / 3])
    assert found["deviation"].null_count() == found.height
