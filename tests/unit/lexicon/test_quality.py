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
from switchrank.lexicon.vocabulary import frequent_words

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


def test_precision_by_hand(tmp_path: Path) -> None:
    """Gold words that the lexicon has: light (right as third, in another casing), door (right at once), moon (never):
    P@1 1/3, P@3 2/3. Of the text's gold words light, door, the, it has two of three."""
    kept = {"light": ["Schein", "hell", "LICHT"], "door": ["Tür"], "moon": ["Sonne"], "sun": ["Sonne"]}
    gold = {"light": ["Licht", "Lampe"], "door": ["Tor", "tür"], "moon": ["Mond"], "the": ["die"], "sea": ["Meer"]}
    all_gold = {"muse": {"de": translations(gold)}, "cldr": {"ru": translations({"door": ["дверь"]})}}
    found = score_lexicon({"de": translations(kept)}, COUNTS, all_gold, [1, 2, 3, 10])
    agreement = {name: value for name, value in measures(found).items() if "muse" in name or "cldr" in name}
    assert agreement == {
        "gold words muse": 3.0,
        "gold coverage muse": pytest.approx(2 / 3),
        "P@1 muse": pytest.approx(1 / 3),
        "P@2 muse": pytest.approx(1 / 3),
        "P@3 muse": pytest.approx(2 / 3),
        "P@10 muse": pytest.approx(2 / 3),
    }
    tables.write(found, tmp_path / "quality.parquet", tables.QUALITY)


@pytest.mark.parametrize("word", ["свет", "ضوء", "बत्ती", "照明", "Straße"])
def test_precision_in_every_script(word: str) -> None:
    lexicons = {"xx": translations({"light": ["other", word]})}
    found = score_lexicon(lexicons, COUNTS, {"gold": {"xx": translations({"light": [word.upper().lower()]})}}, [1, 2])
    hit = word.upper().lower() == word.lower()
    assert measures(found, "xx")["P@1 gold"] == 0.0 and measures(found, "xx")["P@2 gold"] == float(hit)


def test_gold_without_a_common_word_has_no_precision() -> None:
    gold = {"far": {"de": translations({"sea": ["Meer"]})}, "near": {"de": translations({"door": ["Tür"]})}}
    found = measures(score_lexicon({"de": translations({"light": ["Licht"]})}, COUNTS, gold, [1]))
    assert found["gold words far"] == 0.0 and "P@1 far" not in found and "gold coverage far" not in found
    assert found["gold words near"] == found["gold coverage near"] == 0.0 and "P@1 near" not in found


WORDS = st.dictionaries(
    st.sampled_from(["light", "door", "on", "moon"]),
    st.lists(st.sampled_from(["Licht", "свет", "光", "СВЕТ", "ضوء"]), min_size=1, max_size=4, unique=True),
    min_size=1,
)


@given(WORDS, WORDS)
def test_precision_equals_a_plain_loop_and_rises_with_k(kept: dict[str, list[str]], gold: dict[str, list[str]]) -> None:
    ks = [1, 2, 3, 4]
    found = measures(score_lexicon({"de": translations(kept)}, COUNTS, {"g": {"de": translations(gold)}}, ks))
    common = kept.keys() & gold.keys()
    for k in ks:
        right = [
            any(target.lower() in [gold_one.lower() for gold_one in gold[word]] for target in kept[word][:k])
            for word in common
        ]
        assert found.get(f"P@{k} g") == (sum(right) / len(right) if right else None)
    precisions = [found[f"P@{k} g"] for k in ks if common]
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
