"""Quality figures by hand, and the words that get a vector."""

from __future__ import annotations

from collections.abc import Mapping
from pathlib import Path

import polars as pl
import pytest
from hypothesis import given
from hypothesis import strategies as st

from switchrank import tables
from switchrank.errors import SwitchRankError
from switchrank.lexicon.quality import score_lexicon
from switchrank.lexicon.vectors.vocabulary import frequent_words

COUNTS = {"the": 3, "light": 2, "door": 1, "bluetooth": 1, "on": 1}


def lexicon(*rows: tuple[str, str, int, float]) -> pl.DataFrame:
    schema = {"source": pl.String, "target": pl.String, "choice": pl.Int16, "margin": pl.Float32}
    return pl.DataFrame(rows, schema=schema, orient="row")


def translations(words: Mapping[str, list[str]]) -> pl.DataFrame:
    return lexicon(
        *(
            (source, target, choice, 0.0)
            for source, targets in words.items()
            for choice, target in enumerate(targets, 1)
        )
    )


def measures(found: pl.DataFrame, language: str = "de") -> dict[str, float]:
    return dict(found.filter(pl.col("target") == language).select("measure", "value").rows())


def test_figures_by_hand(tmp_path: Path) -> None:
    """8 tokens of 5 types."""
    german = lexicon(
        ("light", "Licht", 1, 0.5),
        ("light", "Lampe", 2, 0.1),
        ("bluetooth", "Bluetooth", 1, 0.0),
        ("living room", "x", 1, 0.25),
    )
    found = score_lexicon({"ja": lexicon(("door", "ドア", 1, 1.0)), "de": german}, COUNTS, {}, [1, 5])
    assert found.rows() == [
        ("en", "de", "entries", 3.0),
        ("en", "de", "type coverage", pytest.approx(2 / 5)),
        ("en", "de", "token coverage", pytest.approx(3 / 8)),
        ("en", "de", "identical share", pytest.approx(1 / 3)),
        ("en", "de", "mean margin", pytest.approx(0.25)),
        ("en", "ja", "entries", 1.0),
        ("en", "ja", "type coverage", pytest.approx(1 / 5)),
        ("en", "ja", "token coverage", pytest.approx(1 / 8)),
        ("en", "ja", "identical share", 0.0),
        ("en", "ja", "mean margin", 1.0),
    ]
    tables.write(found, tmp_path / "quality.parquet", tables.QUALITY)


def test_a_lexicon_without_a_word_of_the_text_covers_nothing() -> None:
    found = measures(score_lexicon({"ru": translations({"moon": ["луна"]})}, COUNTS, {}, [1]), "ru")
    assert found["token coverage"] == found["type coverage"] == 0.0
    assert measures(score_lexicon({"ru": translations({"light": ["свет"]})}, {}, {}, [1]), "ru")["token coverage"] == 0


GOLD = {
    "light": ["Licht", "Lampe"],
    "door": ["Tor", "tür"],
    "moon": ["Mond"],
    "sun": ["Stern"],
    "the": ["die"],
    "sea": ["Meer"],
}
KEPT = {"light": ["Schein", "hell", "LICHT"], "door": ["Tür"], "moon": ["Sonne"], "sun": ["Sonne"]}


def test_precision_by_hand(tmp_path: Path) -> None:
    """Gold words that the lexicon has: light (right as third, in another casing), door (right at once), moon and sun
    (never). Of sun it could give no gold translation, since no vector and no entry is a Stern; of moon it could.

    P@1 is 1 of light, door, moon, P@3 2; accuracy over all six gold words 1/6 and 2/6. The two lexicons beside it have
    light, moon and sun in common with it: right are 0, then 1 of 3. Of the text's gold words light, door, the, it has
    two of three."""
    all_gold = {"muse": {"de": translations(GOLD)}, "cldr": {"ru": translations({"door": ["дверь"]})}}
    beside = [{"de": translations({word: ["x"] for word in words})} for words in (("light", "moon", "sun"), GOLD)]
    elsewhere = {"ru": translations({"door": ["дверь"]})}
    vectors = {"de": ["Mond", "Licht", "Sonne"]}
    found = score_lexicon({"de": translations(KEPT)}, COUNTS, all_gold, [1, 2, 3, 10], vectors, [*beside, elsewhere])
    agreement = {name: value for name, value in measures(found).items() if "muse" in name or "cldr" in name}
    assert agreement == {
        "gold coverage muse": pytest.approx(2 / 3),
        "gold words muse": 3.0,
        **{f"P@{k} muse": pytest.approx(share) for k, share in ((1, 1 / 3), (2, 1 / 3), (3, 2 / 3), (10, 2 / 3))},
        "all gold words muse": 6.0,
        **{
            f"accuracy@{k} muse": pytest.approx(share) for k, share in ((1, 1 / 6), (2, 1 / 6), (3, 1 / 3), (10, 1 / 3))
        },
        "common gold words muse": 3.0,
        **{f"common accuracy@{k} muse": pytest.approx(share) for k, share in ((1, 0), (2, 0), (3, 1 / 3), (10, 1 / 3))},
    }
    tables.write(found, tmp_path / "quality.parquet", tables.QUALITY)


def test_without_vectors_what_a_lexicon_holds_is_all_that_it_could_give() -> None:
    """Of light (LICHT), door (Tür) a gold translation is among its own; of moon (Mond) and sun (Stern) none is."""
    found = measures(score_lexicon({"de": translations(KEPT)}, COUNTS, {"muse": {"de": translations(GOLD)}}, [1]))
    assert found["gold words muse"] == 2.0 and found["P@1 muse"] == 0.5
    assert not any(name.startswith("common") for name in found), "compared with nothing"


@pytest.mark.parametrize(
    ("language", "ours", "gold", "right"),
    [
        ("ru", "свет", "СВЕТ", True),
        ("ru", "май", "Маи\u0306", True),
        ("ar", "ضوء", "\u200fضوء", True),
        ("hi", "बत्ती", "बत्ती", True),
        ("ja", "ト\u3099ア", "ドア", True),
        ("zh", "照明", "照\u2060明", True),
        ("de", "Straße", "STRAẞE", True),
        ("de", "Gru\u0308ne", "grüne", True),
        ("de", "E-Mail", "e mail", True),
        ("tr", "IŞIK", "ışık", True),
        ("tr", "ısık", "ışık", False),
        ("fr", "aujourd’hui", "Aujourd'hui", True),
        ("de", "Straße", "Strase", False),
    ],
)
def test_translations_agree_in_their_normal_form(language: str, ours: str, gold: str, right: bool) -> None:
    judged = {"gold": {language: translations({"light": [gold]})}}
    found = measures(score_lexicon({language: translations({"light": ["x", ours]})}, COUNTS, judged, [1, 2]), language)
    assert (found["accuracy@1 gold"], found["accuracy@2 gold"]) == (0.0, float(right))
    assert found.get("P@2 gold") == (1.0 if right else None)


def test_copies_are_counted_in_their_normal_form() -> None:
    kept = translations({"wi fi": ["Wi-Fi"], "usb": ["USB"], "istanbul": ["İstanbul"], "door": ["kapı"]})
    assert measures(score_lexicon({"tr": kept}, COUNTS, {}, [1]), "tr")["identical share"] == 0.75


def test_gold_without_a_common_word_has_no_precision() -> None:
    gold = {"far": {"de": translations({"sea": ["Meer"]})}, "near": {"de": translations({"door": ["Tür"]})}}
    found = measures(score_lexicon({"de": translations({"light": ["Licht"]})}, COUNTS, gold, [1]))
    assert found["gold words far"] == 0.0 and "P@1 far" not in found and "gold coverage far" not in found
    assert found["gold words near"] == found["gold coverage near"] == 0.0 and "P@1 near" not in found
    assert found["accuracy@1 far"] == found["accuracy@1 near"] == 0.0


WORDS = st.dictionaries(
    st.sampled_from(["light", "door", "on", "moon"]),
    st.lists(st.sampled_from(["Licht", "свет", "光", "СВЕТ", "ضوء"]), min_size=1, max_size=4, unique=True),
    min_size=1,
)


@given(WORDS, WORDS, st.lists(st.sampled_from(["licht", "свет", "光"])))
def test_precision_equals_a_plain_loop_and_rises_with_k(
    kept: dict[str, list[str]], gold: dict[str, list[str]], vectors: list[str]
) -> None:
    """As MUSE's get_word_translation_accuracy over its load_dictionary: pairs of two words that both have a vector."""
    ks = [1, 2, 3, 4]
    given = {"g": {"de": translations(gold)}}
    found = measures(score_lexicon({"de": translations(kept)}, COUNTS, given, ks, {"de": vectors}))
    known = {word.lower() for words in (vectors, *kept.values()) for word in words}
    pairs = [(word, one.lower()) for word in gold if word in kept for one in gold[word] if one.lower() in known]
    for k in ks:
        matching: dict[str, bool] = {}
        for word, one in pairs:
            hit = one in [target.lower() for target in kept[word][:k]]
            matching[word] = matching.get(word, False) or hit
        assert found.get(f"P@{k} g") == (sum(matching.values()) / len(matching) if matching else None)
        assert found[f"accuracy@{k} g"] == sum(matching.values()) / len(gold)
    precisions = [found[f"P@{k} g"] for k in ks if pairs]
    assert precisions == sorted(precisions)


def test_frequent_words_by_count_then_code_point() -> None:
    texts = ["Свет, свет и СВЕТ!", "дверь и окно 42", "окно дверь"]
    assert frequent_words(texts, "ru", 2, 10) == ["свет", "дверь", "и", "окно"]
    assert frequent_words(texts, "ru", 1, 2) == ["свет", "дверь"]
    assert frequent_words(["台所の照明", "照明の色"], "ja", 2, 10) == ["の", "照明"]


def test_no_frequent_word_is_an_error() -> None:
    with pytest.raises(
        SwitchRankError, match="language 'hi': none of 2 different words occurs 3 times; lower min_count"
    ):
        frequent_words(["बत्ती रसोई", "बत्ती"], "hi", 3, 10)
