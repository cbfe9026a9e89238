"""Recipes: which sides change, into what, and what is refused."""

from __future__ import annotations

import itertools
import re
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import polars as pl
import pyarrow as pa
import pytest
from pydantic import TypeAdapter
from scipy import stats

from switchrank import tables
from switchrank.corpus.recipes import switch_corpus
from switchrank.corpus.settings import Bilingual, Corpus, Multilingual, Original, Titles, Translations, requested
from switchrank.corpus.summary import summarise_corpus
from switchrank.corpus.translations import translated_corpus
from switchrank.errors import SwitchRankError
from switchrank.languages import parse_pair
from tests.unit.corpus.samples import (
    PASSAGES,
    QUERIES,
    SCRIPTS,
    TITLES,
    WORDS,
    corpus,
    every_pair,
    instances,
    lexicons,
    tokenized,
)

COMMON: dict[str, Any] = {"benchmark": "home", "lexicon": "words"}


def bilingual(pair: str, **changed: Any) -> pl.DataFrame:
    entries = {code: WORDS[code] for code in parse_pair(pair) if code != "en"}
    return corpus(Bilingual(recipe="bilingual", **(COMMON | {"p": 1.0} | changed)), entries, pair)


def multilingual(entries: dict[str, dict[str, str]] = WORDS, **changed: Any) -> pl.DataFrame:
    return corpus(Multilingual(recipe="multilingual", **(COMMON | {"languages": SCRIPTS} | changed)), entries)


def titles(entries: dict[str, dict[str, str]] = TITLES, **changed: Any) -> pl.DataFrame:
    return corpus(Titles(recipe="titles", **(COMMON | {"languages": ["en", *SCRIPTS]} | changed)), entries)


def shown(made: pl.DataFrame, query: str, passage: str) -> tuple[str, str]:
    return made.filter(pl.col("query_id") == query, pl.col("doc_id") == passage).select("query", "passage").row(0)


def test_the_original_recipe_keeps_every_byte(tmp_path: Path) -> None:
    made = corpus(Original(recipe="original", benchmark="home"), {}, "en-en")
    tables.write(made, tmp_path / "corpus.parquet", tables.CORPUS)
    for row in tables.read(tmp_path / "corpus.parquet", tables.CORPUS).iter_rows(named=True):
        assert (row["query"], row["passage"]) == (QUERIES[row["query_id"]], PASSAGES[row["doc_id"]])
        assert (row["query_language"], row["passage_language"]) == ("en", "en")
        assert row["query_switched"] == row["passage_switched"] == row["query_known"] == row["passage_known"] == 0
    assert made.filter(pl.col("query_id") == "q1")["query_tokens"].to_list() == [5] * 5


def test_each_side_of_a_bilingual_corpus_has_its_language(tmp_path: Path) -> None:
    made = bilingual("de-ja")
    assert shown(made, "q1", "d1") == (
        "Turn AN the Küche licht",
        "The 照明 in the 台所 isn't オン; switch it オン (again).",
    )
    assert set(made["query_language"]) == {"de"} and set(made["passage_language"]) == {"ja"}
    tables.write(made, tmp_path / "de-ja.parquet", tables.CORPUS)


@pytest.mark.parametrize(
    ("pair", "query", "passage"),
    [
        ("en-ru", QUERIES["q4"], "Вода-pressure and вода температура: 24 °C"),
        ("ru-en", "ВОДА PRESSURE", PASSAGES["d4"]),
        ("hi-hi", "पानी PRESSURE", "पानी-pressure and पानी temperature: 24 °C"),
        ("en-en", QUERIES["q4"], PASSAGES["d4"]),
    ],
)
def test_english_sides_stay(pair: str, query: str, passage: str) -> None:
    made = bilingual(pair)
    assert shown(made, "q4", "d4") == (query, passage)
    for side, language in zip(("query", "passage"), parse_pair(pair), strict=True):
        assert set(made[f"{side}_language"]) == {language}
        assert (made[f"{side}_known"].sum() > 0) == (language != "en")


def test_sides_that_are_not_named_stay() -> None:
    made = bilingual("de-ru", sides=["passage"])
    assert shown(made, "q4", "d4") == (QUERIES["q4"], "Вода-pressure and вода температура: 24 °C")
    assert set(made["query_language"]) == {"en"}
    mixed = multilingual(sides=["query"], p=1.0)
    assert set(mixed["passage_language"]) == {"en"} and set(mixed["query_language"]) == {"xx"}
    assert mixed["passage_switched"].sum() == 0 < mixed["query_switched"].sum()


def test_a_multilingual_text_mixes_languages(tmp_path: Path) -> None:
    made = multilingual(p=1.0)
    seen = {code for code in SCRIPTS for text in made["passage"] if WORDS[code]["light"] in text}
    assert len(seen) >= 4
    assert set(made["query_language"]) == {"xx"}
    assert set(multilingual(languages=["ar"])["query_language"]) == {"ar"}
    tables.write(made, tmp_path / "xx-xx.parquet", tables.CORPUS)


def test_titles_are_in_one_language_a_side(tmp_path: Path) -> None:
    made = titles()
    for side in ("query", "passage"):
        for row in made.iter_rows(named=True):
            others = [code for code in SCRIPTS if code != row[f"{side}_language"]]
            own = set(TITLES.get(row[f"{side}_language"], {}).values())
            foreign = {title for code in others for title in TITLES[code].values()} - own
            text = row[side].replace("свет 照明", "")  # d5 holds foreign words of its own
            assert not [t for t in foreign if len(t) > 2 and t in text and not any(t in title for title in own)]
    assert set(made["query_language"]) > {"en"}
    assert any(q != p for q, p in made.select("query_language", "passage_language").rows()), "sides draw apart"
    tables.write(made, tmp_path / "xx-xx.parquet", tables.CORPUS)


def test_labels_and_ids_are_those_of_the_instances() -> None:
    expected = every_pair().rows()
    for made in (bilingual("de-ru"), multilingual(), titles()):
        assert made.select("instance_id", "query_id", "doc_id", "label").rows() == expected


# -- lexicons that give nothing -----------------------------------------------------------------
def test_an_empty_lexicon_is_refused() -> None:
    with pytest.raises(SwitchRankError, match="lexicon words en-ja is empty; it needs at least one entry"):
        multilingual(WORDS | {"ja": {}})
    with pytest.raises(SwitchRankError, match="lexicon words en-hi is empty"):
        titles(TITLES | {"hi": {}})


@pytest.mark.parametrize("make", [multilingual, titles])
def test_a_lexicon_without_a_word_of_the_corpus_is_refused(make: Any) -> None:
    useless = {"ru": {"zebra": "зебра", "kitchen zebra": "кухонная зебра"}}
    message = r"lexicon words en-ru: none of its 2 entries is in the query side of home; at least one must be"
    with pytest.raises(SwitchRankError, match=message):
        make(useless, languages=["ru"])


def test_a_lexicon_is_judged_on_the_side_that_it_switches() -> None:
    """`handle` is in the passages only: fine for de-ru's passages, useless for its queries."""
    handle = {"handle": "ручка"}
    settings = Bilingual(recipe="bilingual", **COMMON, p=1.0)
    entries = {"de": WORDS["de"], "ru": handle}
    assert "ручка" in shown(corpus(settings, entries, "de-ru"), "q1", "d2")[1]
    with pytest.raises(SwitchRankError, match="none of its 1 entries is in the query side"):
        corpus(settings, entries, "ru-de")
    only = Multilingual(recipe="multilingual", **COMMON, languages=["ru"], sides=["passage"])
    assert corpus(only, {"ru": handle}, "en-xx")["passage_known"].sum() == 5


# -- summary ------------------------------------------------------------------------------------
def test_the_summary_counts_by_hand(tmp_path: Path) -> None:
    """q4 (2 tokens) with d4 (7 tokens) and d3 in Russian: water, temperature and art are known."""
    rows = instances([(1, "q4", "d4", 1), (2, "q4", "d3", 0)])
    settings = Bilingual(recipe="bilingual", **COMMON, p=1.0)
    made = corpus(settings, {"ru": WORDS["ru"]}, "ru-ru", rows).to_arrow()
    p = {pair: {"query": 1.0, "passage": 0.5} for pair in ("ru-ru", "en-en")}
    summary = summarise_corpus({"ru-ru": [made.slice(0, 1), made.slice(1)]}, p, content=True)
    # and, the, of and a are stop words: one in d4, four in d3 (and none switched)
    assert summary.rows() == [
        ("ru-ru", "query", 4, 2, 2, 1.0, 0.5, 4, 2, 0.5),
        ("ru-ru", "passage", 17, 6, 11, 0.5, pytest.approx(6 / 17), 13, 6, pytest.approx(6 / 13)),
    ]
    both = summarise_corpus({"ru-ru": [made], "en-en": [made]}, p, content=False)
    assert both["content_realised"].to_list() == [None] * 4
    tables.write(both, tmp_path / "summary.parquet", tables.CORPUS_SUMMARY)
    assert both["pair"].to_list() == ["en-en", "en-en", "ru-ru", "ru-ru"]


def test_known_tokens_that_are_not_switched_are_not_unknown() -> None:
    counts = {"tokens": [10, 5], "unknown": [4, 3], "switched": [3, 1], "content": [6, 4], "content_switched": [2, 1]}
    columns = {f"{side}_{what}": values for side in ("query", "passage") for what, values in counts.items()}
    p = {"xx-xx": {"query": 0.5, "passage": 0.5}}
    summary = summarise_corpus({"xx-xx": [pa.table(columns)]}, p, content=True)
    expected = (15, 4, 7, 0.5, pytest.approx(4 / 15), 10, 3, 0.3)
    assert summary.rows() == [("xx-xx", side, *expected) for side in ("query", "passage")]


def test_a_corpus_without_tokens_has_the_rate_zero() -> None:
    made = corpus(Original(recipe="original", benchmark="home"), {}, "en-en", instances([(1, "q5", "d1", 1)]))
    p = {"en-en": {"query": 0.0, "passage": 0.0}}
    summary = summarise_corpus({"en-en": [made.to_arrow()]}, p, content=False)
    assert summary.row(0) == ("en-en", "query", 0, 0, 0, 0.0, 0.0, None, None, None)


@pytest.mark.parametrize(
    ("entry", "pair", "expected"),
    [
        ({"recipe": "bilingual", "p": 0.5}, "de-ru", (0.5, 0.5)),
        ({"recipe": "bilingual", "p": 0.5, "share": 0.25}, "de-ru", (0.125, 0.125)),
        ({"recipe": "bilingual", "p": {"query": 0.25, "passage": 1.0}}, "de-ru", (0.25, 1.0)),
        ({"recipe": "bilingual", "p": 0.5}, "en-ru", (0.0, 0.5)),
        ({"recipe": "bilingual", "p": 0.5, "sides": ["query"]}, "de-ru", (0.5, 0.0)),
        ({"recipe": "multilingual", "p": 0.5, "sides": ["passage"], "languages": ["de"]}, "xx-xx", (0.0, 0.5)),
        ({"recipe": "multilingual", "p": 0.5, "languages": ["en"]}, "xx-xx", (0.0, 0.0)),
        ({"recipe": "titles", "languages": ["en", "de"], "share": 0.5}, "xx-xx", (0.5, 0.5)),
        ({"recipe": "original"}, "en-en", (0.0, 0.0)),
        ({"recipe": "translations"}, "en-ru", (0.0, 1.0)),
    ],
)
def test_what_was_requested_is_that_of_the_pair_and_side(
    entry: dict[str, Any], pair: str, expected: tuple[float, float]
) -> None:
    switched = {} if entry["recipe"] in ("original", "translations") else {"lexicon": "words"}
    chosen: Corpus = TypeAdapter(Corpus).validate_python({"benchmark": "home", **switched, **entry})
    assert tuple(requested(chosen, parse_pair(pair)).values()) == expected


def test_unknown_tokens_are_those_that_would_have_been_switched() -> None:
    """q1 (5 tokens) with d1 (11) in German, known: on, kitchen, light; light, kitchen, on. `the`, `in`, `isn't`, `it`
    and `again` are stop words, `the` in either text, and `on` too."""
    rows = instances([(1, "q1", "d1", 1)])

    def unknown(pair: str = "de-de", **changed: Any) -> tuple[int, int]:
        made = corpus(Bilingual(**{"recipe": "bilingual", **COMMON, "p": 0.5, **changed}), WORDS, pair, rows)
        return made["query_unknown"][0], made["passage_unknown"][0]

    assert unknown() == (2, 7), "whether switched or not"
    assert unknown(pair="en-de") == (0, 7) and unknown(sides=["query"]) == (2, 0)
    assert unknown(share=0.0) == (0, 0), "an instance that takes no part"
    assert unknown(stop_words="keep") == (1, 1), "turn; switch"


@pytest.mark.parametrize("draw", ["token", "instance"])
def test_what_is_drawn_as_english_is_not_without_translation(draw: str) -> None:
    made = multilingual(languages=["de", "en"], draw=draw, weights={"de": 1.0, "en": 1e-12})
    english = multilingual(languages=["de", "en"], draw=draw, weights={"de": 1e-12, "en": 1.0})
    assert made["passage_unknown"].to_list() == (made["passage_tokens"] - made["passage_known"]).to_list()
    assert made["passage_unknown"].sum() > 0 == english["passage_unknown"].sum()
    assert titles(languages=["de", "en"], weights={"de": 1e-12, "en": 1.0})["passage_unknown"].sum() == 0
    spans = titles(languages=["de", "en"], weights={"de": 1.0, "en": 1e-12})
    assert spans["passage_unknown"].to_list() == (spans["passage_tokens"] - spans["passage_known"]).to_list()


# -- streams ------------------------------------------------------------------------------------
@pytest.mark.parametrize("threads", [1, 2, 5])
def test_pieces_and_threads_change_nothing(threads: int) -> None:
    tokens, vocabulary = tokenized(every_pair())
    settings = Multilingual(recipe="multilingual", **COMMON, languages=SCRIPTS)
    whole = corpus(settings, WORDS)
    pieces = [tokens.slice(0, 3), tokens.slice(3, 0), tokens.slice(3, 11), tokens.slice(14)]
    made = list(switch_corpus(iter(pieces), vocabulary, lexicons(WORDS), settings, parse_pair("xx-xx"), threads))
    assert [piece.num_rows for piece in made] == [3, 0, 11, 11]
    assert pl.DataFrame(pa.concat_tables(made)).equals(whole)


def test_no_more_pieces_are_read_than_are_worked_on() -> None:
    tokens, vocabulary = tokenized(every_pair())
    taken: list[int] = []

    def pieces() -> Iterator[pa.Table]:
        for row in range(25):
            taken.append(row)
            yield tokens.slice(row, 1)

    settings = Multilingual(recipe="multilingual", **COMMON, languages=SCRIPTS)
    made = switch_corpus(pieces(), vocabulary, lexicons(WORDS), settings, parse_pair("xx-xx"), 3)
    for done, _ in enumerate(made, start=1):
        assert len(taken) <= done + 3
    assert taken == list(range(25))


# -- translations -------------------------------------------------------------------------------
def texts(column: str, language: str, **texts: str) -> pl.DataFrame:
    rows = [(name, language, text) for name, text in texts.items()]
    return pl.DataFrame(rows, schema=dict.fromkeys((column, "language", "text"), pl.String), orient="row")


HUMAN = (
    {
        "en": texts("query_id", "en", q1="Kitchen light", q2="Front door", q3="Water"),
        "de": texts("query_id", "de", q1="Küchenlicht", q2="Haustür", q3="Wasser"),
        "ja": texts("query_id", "ja", q1="台所の照明", q3="水"),
    },
    {
        "en": texts("doc_id", "en", d1="A light.", d2="A door.", d3="Some water."),
        "de": texts("doc_id", "de", d1="Ein Licht.", d2="Eine Tür."),
        "ja": texts("doc_id", "ja", d1="照明です。", d2="ドアです。", d3="水です。"),
    },
)
ROWS = instances(
    [
        (1, "q1", "d1", 1),
        (2, "q1", "d2", 0),
        (3, "q2", "d2", 1),
        (4, "q2", "d1", 0),
        (5, "q3", "d3", 1),
        (6, "q3", "d1", 0),
    ]
)
HUMAN_SETTINGS = Translations(recipe="translations", benchmark="home")


def translated(pair: str, rows: pl.DataFrame = ROWS, seed: int = 1) -> pl.DataFrame:
    return translated_corpus(rows, HUMAN, HUMAN_SETTINGS.model_copy(update={"seed": seed}), parse_pair(pair)).sort(
        "instance_id"
    )


def test_human_translations_take_the_place_of_the_texts(tmp_path: Path) -> None:
    made = translated("de-ja")
    assert made["instance_id"].to_list() == [1, 2, 3, 4, 5, 6]
    assert shown(made, "q2", "d1") == ("Haustür", "照明です。")
    first = made.row(0, named=True)
    assert (first["query_tokens"], first["passage_tokens"]) == (1, 2)
    assert (first["query_switched"], first["passage_switched"], first["passage_known"]) == (1, 2, 2)
    assert (first["passage_content"], first["passage_content_switched"]) == (2, 2)
    tables.write(made, tmp_path / "de-ja.parquet", tables.CORPUS)


def test_english_translations_count_no_switched_token() -> None:
    made = translated("en-en")
    assert made.height == 6 and made["query_switched"].sum() == made["passage_known"].sum() == 0
    assert made["query_tokens"].to_list() == [2, 2, 2, 2, 1, 1]


def test_what_is_not_translated_is_left_out_and_so_is_a_query_without_its_positive() -> None:
    """No Japanese q2. No German d3, the positive of q3: its negative d1 goes too."""
    assert translated("ja-en")["instance_id"].to_list() == [1, 2, 5, 6]
    assert translated("en-de")["instance_id"].to_list() == [1, 2, 3, 4]
    assert translated("ja-de")["instance_id"].to_list() == [1, 2]


def test_a_mixed_side_draws_among_the_languages_of_each_text() -> None:
    rows = instances([(number, "q1", "d3" if number % 2 else "d1", 1) for number in range(3_000)])
    made = translated("en-xx", rows)
    by_text = dict.fromkeys(["d1", "d3"], "")
    counts = {
        doc: [
            made.filter(pl.col("doc_id") == doc, pl.col("passage_language") == code).height
            for code in ("en", "de", "ja")
        ]
        for doc in by_text
    }
    assert stats.chisquare(counts["d1"]).pvalue > 1e-4
    assert counts["d3"][1] == 0 and stats.chisquare([counts["d3"][0], counts["d3"][2]]).pvalue > 1e-4
    for doc, language, text in made.select("doc_id", "passage_language", "passage").unique().rows():
        assert HUMAN[1][language].filter(pl.col("doc_id") == doc)["text"].item() == text
    assert set(made["query_language"]) == {"en"}


def test_drawn_languages_depend_on_the_instance_and_the_seed_alone() -> None:
    rows = instances([(number, "q1", "d1", 1) for number in range(60)])
    whole = translated("xx-xx", rows)
    part = translated("xx-xx", rows.reverse()[10:25])
    expected = whole.filter(pl.col("instance_id").is_in(part["instance_id"].implode()))
    assert part.rows() == expected.rows()
    assert whole.select("query_language").rows() != whole.select("passage_language").rows()
    assert translated("xx-xx", rows, seed=2)["query_language"].to_list() != whole["query_language"].to_list()


def test_no_translation_at_all_is_an_error() -> None:
    with pytest.raises(
        SwitchRankError, match="translations ja-ja: no training instance of home is translated into both"
    ):
        translated("ja-ja", instances([(3, "q2", "d2", 1)]))


def test_bilingual_and_multilingual_corpora_switch_the_same_tokens() -> None:
    """At equal text: the draws are the same, so where every language has a word, only the language differs."""
    codes = ["de", "ru", "hi"]
    words = set.intersection(*(set(WORDS[code]) for code in codes))
    common = {code: {word: f"<{word}>" for word in sorted(words)} for code in codes}
    two = Bilingual(recipe="bilingual", **(COMMON | {"p": 0.5}))
    one, several = corpus(two, common, "de-ru"), multilingual(common, languages=codes, p=0.5)
    texts = [made.select(pl.col("query", "passage").str.to_lowercase()) for made in (one, several)]  # Hindi has no case
    assert texts[0].equals(texts[1])
    assert 0 < one["passage_switched"].sum() < one["passage_known"].sum()


def test_what_is_switched_at_p_is_switched_at_every_larger_p() -> None:
    """So the corpora of a curriculum with rising p only add switched tokens."""
    marked = {code: {word: f"<{word}>" for word in WORDS[code]} for code in SCRIPTS}
    shown = [multilingual(marked, p=p) for p in (0.0, 0.25, 0.5, 1.0)]
    for less, more in itertools.pairwise(shown):
        for before, after in zip(less["passage"], more["passage"], strict=True):
            assert set(re.findall("<.*?>", before)) <= set(re.findall("<.*?>", after))
        assert less["passage_switched"].sum() < more["passage_switched"].sum()
