"""Contrastive pairs worked by hand."""

from __future__ import annotations

from pathlib import Path

import polars as pl
import pytest

from switchrank import tables
from switchrank.encoder.pair_kinds import instance_pairs, parallel_pairs, query_passage_pairs, switched_pairs
from switchrank.encoder.pairs import Part, join_pairs
from switchrank.encoder.word_pairs import lone_word_pairs, phrase_pairs, word_pairs
from switchrank.errors import SwitchRankError

QUERIES = {"q1": "open door", "q2": "turn on light"}
PASSAGES = {"d1": "The door opens.", "d2": "The light goes on."}
TOKENS = pl.DataFrame(
    [(q, d, QUERIES[q], PASSAGES[d]) for q in QUERIES for d in PASSAGES],
    schema=["query_id", "doc_id", "query", "passage"],
    orient="row",
)


def corpus(*rows: tuple[str, str, int, str, str, int, int]) -> pl.DataFrame:
    """Rows of (query_id, doc_id, label, query, passage, query_switched, passage_switched)."""
    names = ["query_id", "doc_id", "label", "query", "passage", "query_switched", "passage_switched"]
    frame = pl.DataFrame(list(rows), schema=names, orient="row")
    frame = frame.with_row_index("instance_id").cast({"instance_id": pl.Int64})
    return frame.with_columns(query_language=pl.lit("xx"), passage_language=pl.lit("xx"))


ROWS = [
    ("q1", "d1", 1, "öffne дверь", "The Tür opens.", 2, 1),
    ("q1", "d2", 0, "open Tür", "The свет goes on.", 1, 1),
    ("q1", "d2", 0, "open Tür", "The light goes on.", 1, 0),  # the same query again, the passage as it was
    ("q2", "d1", 0, "turn on light", "The Tür opens.", 1, 1),  # "light" became "light": no change to learn from
]


def switched(versions: int, rows: list[tuple[str, str, int, str, str, int, int]] = ROWS) -> pl.DataFrame:
    return join_pairs([Part("mlcs", switched_pairs(corpus(*rows), TOKENS, "home", versions))]).pairs


def test_every_different_switched_version_once_with_its_document() -> None:
    found = switched(9).select("pair_id", "anchor_side", "document", "positive_language", "anchor", "positive").rows()
    assert found == [
        (0, "passage", "home/d1", "xx", "The door opens.", "The Tür opens."),
        (1, "query", "home/d1", "xx", "open door", "open Tür"),
        (2, "query", "home/d1", "xx", "open door", "öffne дверь"),
        (3, "passage", "home/d2", "xx", "The light goes on.", "The свет goes on."),
    ]


def test_each_pair_says_where_it_comes_from() -> None:
    pairs = switched(1)
    assert pairs.select("kind", "origin", "anchor_language").unique().rows() == [("switched", "mlcs", "en")]


def test_the_first_versions_by_instance_are_kept() -> None:
    assert sorted(switched(1)["positive"]) == sorted(["The Tür opens.", "The свет goes on.", "öffne дверь"])


def test_order_of_rows_and_entries_does_not_matter(tmp_path: Path) -> None:
    german = parallel_pairs(TEXTS, "doc_id", "home", {})
    for name, rows, forward in (("a", ROWS, True), ("b", ROWS[::-1], False)):
        tokens = TOKENS if forward else TOKENS[::-1]
        parts = [Part("mlcs", switched_pairs(corpus(*rows), tokens, "home", 9)), Part("home passages", german)]
        tables.write(join_pairs(parts if forward else parts[::-1]).pairs, tmp_path / name, tables.PAIRS)
    assert (tmp_path / "a").read_bytes() == (tmp_path / "b").read_bytes()


def test_nothing_switched_is_an_error() -> None:
    with pytest.raises(SwitchRankError, match="none of 0 pairs has two different texts; raise p"):
        switched(1, [("q1", "d1", 1, "open door", "The door opens.", 0, 0)])


def texts(key: str, **by_language: dict[str, str]) -> dict[str, pl.DataFrame]:
    return {
        code: pl.DataFrame({key: list(rows), "language": [code] * len(rows), "text": list(rows.values())})
        for code, rows in by_language.items()
    }


TEXTS = texts(
    "doc_id",
    en={"d1": "The door opens.", "d2": "The light goes on."},
    de={"d1": "Die Tür öffnet sich.", "d2": "Das Licht geht an."},
    ru={"d1": "Дверь открывается."},
    ja={"d2": "明かりがつきます。"},
    ar={"d1": "يفتح الباب."},
)
ASKED = texts(
    "query_id",
    en={"q1": "open door", "q2": "turn on light"},
    de={"q1": "Tür öffnen", "q2": "Licht an"},
    hi={"q1": "दरवाज़ा खोलो"},
)
QRELS = pl.DataFrame({"query_id": ["q1", "q2", "q2"], "doc_id": ["d1", "d2", "d1"], "relevance": [1, 1, 0]})


def test_parallel_texts_are_english_with_each_translation() -> None:
    pairs = parallel_pairs(TEXTS, "doc_id", "home", {})
    assert sorted(pairs.select("positive_language", "document", "positive").rows()) == [
        ("ar", "home/d1", "يفتح الباب."),
        ("de", "home/d1", "Die Tür öffnet sich."),
        ("de", "home/d2", "Das Licht geht an."),
        ("ja", "home/d2", "明かりがつきます。"),
        ("ru", "home/d1", "Дверь открывается."),
    ]
    assert set(pairs["anchor_side"]) == {"passage"}


def test_a_query_is_about_its_relevant_passage() -> None:
    pairs = parallel_pairs(ASKED, "query_id", "home", {"q1": "d1"})
    assert dict(pairs.select("positive", "document").rows()) == {
        "Tür öffnen": "home/d1",
        "Licht an": "home/q2",  # no qrels: the query stands for itself
        "दरवाज़ा खोलो": "home/d1",
    }


def test_parallel_texts_start_from_english() -> None:
    with pytest.raises(SwitchRankError, match=r"no English doc table among \['de'\]"):
        parallel_pairs({"de": TEXTS["de"]}, "doc_id", "home", {})


def test_each_query_meets_its_passage_in_its_language_and_in_one_other() -> None:
    pairs = query_passage_pairs(ASKED, TEXTS, QRELS, "home", 1)
    both = pairs.select("document", "anchor_language", "positive_language").rows()
    mono = sorted(row for row in both if row[1] == row[2])
    assert mono == [("home/d1", "de", "de"), ("home/d1", "en", "en"), ("home/d2", "de", "de"), ("home/d2", "en", "en")]
    cross = [row for row in both if row[1] != row[2]]
    # one for each query and language, the Hindi query too, whose language no passage has
    assert sorted(row[:2] for row in cross) == [
        ("home/d1", "de"),
        ("home/d1", "en"),
        ("home/d1", "hi"),
        ("home/d2", "de"),
        ("home/d2", "en"),
    ]
    shown = {(code, row[0]) for code, table in TEXTS.items() for row in table.select("doc_id").rows()}
    assert all((language, document.removeprefix("home/")) in shown for document, _, language in cross)


def test_the_drawn_language_follows_the_seed_and_all_are_drawn() -> None:
    drawn = {
        seed: dict(
            query_passage_pairs(ASKED, TEXTS, QRELS, "home", seed)
            .filter((pl.col("anchor_language") == "en") & (pl.col("positive_language") != "en"))
            .select("document", "positive_language")
            .rows()
        )
        for seed in range(60)
    }
    assert {row["home/d1"] for row in drawn.values()} == {"ar", "de", "ru"}
    assert {row["home/d2"] for row in drawn.values()} == {"de", "ja"}
    again = query_passage_pairs(ASKED, {code: TEXTS[code] for code in reversed(TEXTS)}, QRELS[::-1], "home", 7)
    assert sorted(again.rows()) == sorted(query_passage_pairs(ASKED, TEXTS, QRELS, "home", 7).rows())


def test_one_content_word_is_translated_in_its_context() -> None:
    english = [("query", "q1", "d1", "Open the DOOR"), ("passage", "d2", "d2", "the unknown")]
    lexicons = {"de": {"door": "Tür", "the": "die", "open": "öffnen"}, "ru": {"door": "дверь"}, "ja": {"light": "光"}}
    found = {seed: word_pairs(english, lexicons, "home", seed) for seed in range(30)}
    assert {row for pairs in found.values() for row in pairs.select("positive_language", "positive").rows()} == {
        ("de", "Öffnen the DOOR"),
        ("de", "Open the TÜR"),
        ("ru", "Open the ДВЕРЬ"),
    }
    assert all(sorted(pairs["positive_language"]) == ["de", "ru"] for pairs in found.values())
    assert set(found[0]["document"]) == {"home/d1"}


# -- instances: what a corpus shows, with its negatives -------------------------------------------------
SHOWN = [
    ("q1", "d1", 1, "open дверь", "The Tür opens.", 1, 1),
    ("q1", "d2", 0, "open 门", "The ضوء goes on.", 1, 1),
    ("q1", "d2", 0, "open door", "The बत्ती goes on.", 0, 1),  # the same passage again, in another form
    ("q1", "d3", 0, "open door", "明かり", 0, 1),
    ("q2", "d2", 1, "turn on light", "The 光 goes on.", 0, 1),  # no negative
]
ENGLISH = pl.DataFrame({"instance_id": range(5), "passage": ["The door opens.", *["The light goes on."] * 4]})


def instances(negatives: int) -> pl.DataFrame:
    return instance_pairs(corpus(*SHOWN), ENGLISH, "home", negatives)


def test_an_instance_is_a_query_and_its_passage_as_the_corpus_shows_them() -> None:
    columns = ["pair_id", "kind", "origin", "document", "anchor", "positive", "english", "positive_language"]
    assert join_pairs([Part("mlcs", instances(0))]).pairs.select(columns).rows() == [
        (0, "instances", "mlcs", "home/d1", "open дверь", "The Tür opens.", "The door opens.", "xx"),
        (1, "instances", "mlcs", "home/d2", "turn on light", "The 光 goes on.", "The light goes on.", "xx"),
    ]


@pytest.mark.parametrize("negatives", [0, 1, 2, 9])
def test_the_first_negatives_of_the_query_are_hard_negatives_each_passage_once(negatives: int, tmp_path: Path) -> None:
    found = join_pairs([Part("mlcs", instances(negatives))]).negatives
    every = [(0, 1, "The ضوء goes on.", "xx", "home/d2"), (0, 2, "明かり", "xx", "home/d3")]
    assert found.select("pair_id", "position", "text", "language", "document").rows() == every[:negatives]
    tables.write(found, tmp_path / "given.parquet", tables.NEGATIVES)
    assert tables.read(tmp_path / "given.parquet", tables.NEGATIVES).height == min(negatives, 2)


def test_pairs_of_the_joint_loss_come_last_and_both_losses_need_some() -> None:
    parts = [Part("mlcs", switched_pairs(corpus(*SHOWN), TOKENS, "home", 1), joint=True), Part("mlcs", instances(1))]
    found = join_pairs(parts)
    assert found.pairs.select("pair_id", "kind", "joint").rows() == [
        (0, "instances", False),
        (1, "instances", False),
        (2, "switched", True),
        (3, "switched", True),
        (4, "switched", True),
    ]
    assert found.negatives["pair_id"].to_list() == [0]
    with pytest.raises(SwitchRankError, match="pairs of the joint loss: none of 0 pairs has two different texts"):
        join_pairs([parts[0]._replace(pairs=parts[0].pairs.clear()), parts[1]])


def test_the_english_text_of_a_passage_in_another_language_is_known() -> None:
    pairs = query_passage_pairs(ASKED, TEXTS, QRELS, "home", 1)
    english = {"home/d1": "The door opens.", "home/d2": "The light goes on."}
    assert [english[name] for name in pairs["document"]] == pairs["english"].to_list()
    without = query_passage_pairs(ASKED, {code: TEXTS[code] for code in ("de", "ru")}, QRELS, "home", 1)
    assert join_pairs([Part("home", without)]).pairs["english"].null_count() == without.height


# -- levels: words and phrases alone ----------------------------------------------------------------------
SENTENCES = [
    ("query", "q1", "d1", "Open the garage DOOR"),
    ("passage", "d1", "d1", "The garage door; of the house."),
    ("passage", "d2", "d2", "Of the light"),
]


def test_each_content_word_once_with_its_translation_in_each_language() -> None:
    lexicons = {"ru": {"door": "дверь", "the": "этот"}, "hi": {"door": "दरवाज़ा", "light": "बत्ती"}, "zh": {"car": "车"}}
    found = lone_word_pairs(SENTENCES, lexicons, "home")
    assert found.select("document", "positive_language", "anchor", "positive").rows() == [
        ("home/word door", "hi", "door", "दरवाज़ा"),
        ("home/word light", "hi", "light", "बत्ती"),
        ("home/word door", "ru", "door", "дверь"),
    ]
    assert set(found["kind"]) == {"words"}


def test_phrases_of_the_texts_that_a_lexicon_has() -> None:
    lexicons = {
        "de": {"garage door": "Garagentor", "open the garage": "öffne die Garage", "of the": "von", "door": "Tür"},
        "ja": {"garage door": "ガレージのドア", "the garage door of": "x", "light of": "x"},
        "ar": {"the light": "الضوء"},
    }
    found = phrase_pairs(SENTENCES, lexicons, "home", 2, 3)
    assert found.select("document", "positive_language", "positive").rows() == [
        ("home/phrase the light", "ar", "الضوء"),
        ("home/phrase garage door", "de", "Garagentor"),
        ("home/phrase open the garage", "de", "öffne die Garage"),
        ("home/phrase garage door", "ja", "ガレージのドア"),
    ]
    assert set(phrase_pairs(SENTENCES, lexicons, "home", 1, 1)["positive"]) == {"Tür"}
    # translations of one phrase share a document, so they are never in one batch
    assert found.filter(pl.col("anchor") == "garage door")["document"].n_unique() == 1
