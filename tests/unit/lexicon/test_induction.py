"""Lexicons from vectors: a planted dictionary comes back, filters do what their settings say."""

from __future__ import annotations

from collections.abc import Collection
from pathlib import Path
from typing import Any

import numpy as np
import polars as pl
import pyarrow as pa
import pytest
from numpy.typing import NDArray

from switchrank import tables
from switchrank.errors import SwitchRankError
from switchrank.lexicon.induction import induce_lexicon
from switchrank.lexicon.lookup import read_lexicon
from switchrank.lexicon.settings import VectorLexicon
from tests.toy.rotations import rotation

ENGLISH = ["light", "kitchen", "door", "window", "water", "temperature", "battery", "network"]
OTHERS = {
    "de": ["licht", "küche", "tür", "fenster", "wasser", "temperatur", "batterie", "netzwerk"],
    "ru": ["свет", "кухня", "дверь", "окно", "вода", "температура", "батарея", "сеть"],
    "ar": ["ضوء", "مطبخ", "باب", "نافذة", "ماء", "حرارة", "بطارية", "شبكة"],
    "hi": ["बत्ती", "रसोई", "दरवाज़ा", "खिड़की", "पानी", "तापमान", "बैटरी", "नेटवर्क"],
    "ja": ["照明", "台所", "ドア", "窓", "水", "温度", "電池", "ネットワーク"],
    "zh": ["灯", "厨房", "门", "窗户", "水", "温度", "电池", "网络"],
}


def vectors(words: list[str], rows: NDArray, fixed: bool = True) -> pa.Table:
    flat, dimensions = pa.array(rows.astype(np.float32).reshape(-1)), rows.shape[1]
    column = pa.FixedSizeListArray.from_arrays(flat, dimensions)
    column = column if fixed else column.cast(pa.list_(pa.float32()))
    return pa.table({"word": words, "rank": pa.array(range(len(words)), pa.int32()), "vector": column})


def settings(**changed: Any) -> VectorLexicon:
    return VectorLexicon(method="vectors", vectors="words", **changed)


def induced(
    source: pa.Table,
    target: pa.Table,
    chosen: VectorLexicon,
    label: str,
    wanted: Collection[str] | None = None,
    threads: int = 1,
    languages: tuple[str, str] = ("en", "de"),
) -> pl.DataFrame:
    return induce_lexicon(source, target, chosen, label, languages, wanted, threads)


def on_circle(*degrees: float) -> NDArray[np.float64]:
    radians = np.radians(degrees)
    return np.stack([np.cos(radians), np.sin(radians)], axis=1)


@pytest.mark.parametrize("language", sorted(OTHERS))
@pytest.mark.parametrize("fixed", [True, False])
def test_a_planted_dictionary_is_recovered(language: str, fixed: bool, tmp_path: Path) -> None:
    """Target vectors are the source's, scaled (lengths must not count), jittered and shuffled."""
    random = np.random.default_rng(3)
    meaning = random.normal(size=(8, 16))
    order = random.permutation(8)
    shown = meaning[order] * random.uniform(0.1, 9, size=(8, 1)) + random.normal(size=(8, 16)) * 0.01
    lexicon = induced(
        vectors(ENGLISH, meaning, fixed),
        vectors([OTHERS[language][at] for at in order], shown, fixed),
        settings(neighbours=2),
        f"lexicon near en-{language}",
    )
    tables.write(lexicon, tmp_path / "en.parquet", tables.LEXICON)
    assert read_lexicon(tmp_path / "en.parquet") == dict(zip(ENGLISH, OTHERS[language], strict=True))
    assert lexicon["source_rank"].to_list() == list(range(8))
    assert lexicon["target_rank"].to_list() == [order.tolist().index(at) for at in range(8)]
    assert (lexicon["margin"] > 0.1).all() and set(lexicon["method"]) == {"vectors"}


def test_a_rotated_space_is_found_only_after_turning_it_back() -> None:
    random = np.random.default_rng(1)
    meaning = random.normal(size=(60, 12))
    turn = rotation(12, random)
    source, target = [f"w{at}" for at in range(60)], [f"с{at}" for at in range(60)]

    def precision(rows: NDArray) -> float:
        found = induced(vectors(source, meaning), vectors(target, rows), settings(), "planted")
        return sum(s[1:] == t[1:] for s, t in found.select("source", "target").iter_rows()) / 60

    assert precision(meaning @ turn) < 0.2
    assert precision(meaning @ turn @ turn.T) == 1.0


def test_choices_are_numbered_best_first_with_their_margins() -> None:
    source, target = on_circle(0, 90), on_circle(5, 30, 80, 170)
    found = induced(
        vectors(["east", "north"], source),
        vectors(["восток", "вв", "север", "запад"], target),
        settings(choices=2),
        "l",
    ).sort("source", "choice")
    assert found.select("source", "choice", "target").rows() == [
        ("east", 1, "восток"), ("east", 2, "вв"), ("north", 1, "север"), ("north", 2, "запад"),
    ]  # fmt: skip
    cosine = source @ target.T
    scores = 2 * cosine - cosine.mean(axis=1)[:, None] - cosine.mean(axis=0)[None, :]
    east = np.sort(scores[0])[::-1]
    np.testing.assert_allclose(found["score"].head(2), east[:2], atol=1e-5)
    np.testing.assert_allclose(found["margin"].head(2), [east[0] - east[1], east[1] - east[2]], atol=1e-5)


def test_a_word_is_never_translated_by_itself() -> None:
    """`wlan` stands in both vocabularies, more frequent in the target: it stays a target, but not its own."""
    source = vectors(["light", "hub", "wlan"], on_circle(0, 50, 90))
    target = vectors(["wlan", "licht", "knoten"], on_circle(90, 2, 60))
    kept = induced(source, target, settings(neighbours=1, drop_copies=False), "l")
    assert dict(kept.select("source", "target").rows())["wlan"] == "wlan"
    dropped = induced(source, target, settings(neighbours=1), "l")
    found = dict(dropped.select("source", "target").rows())
    assert found["wlan"] == "knoten" and found["light"] == "licht"
    assert set(dropped["choice"]) == {1}


def test_cased_vectors_are_one_entry_a_word_in_the_form_that_is_most_frequent() -> None:
    """`Lamp` is more frequent than `lamp`; `%`, `</s>` and `-ness` are no words; `don’t` and `don't` are one."""
    source = vectors(
        ["Lamp", "%", "lamp", "don’t", "</s>", "Ku\u0308che", "don't", "-ness"],
        on_circle(0, 9, 90, 180, 13, 270, 90, 45),
    )
    target = vectors(["Lampe", "Tür", "nicht", "Kitchen"], on_circle(1, 91, 181, 271))
    found = induced(source, target, settings(neighbours=1), "l")
    assert found.select("source", "target", "source_rank").rows() == [
        ("lamp", "Lampe", 0),
        ("don't", "nicht", 3),
        ("küche", "Kitchen", 5),
    ]
    some = induced(source, target, settings(neighbours=1), "l", {"don't", "lamp"})
    assert some["source"].to_list() == ["lamp", "don't"]
    mutual = induced(source, target, settings(neighbours=1, mutual=True), "l")
    assert dict(mutual.select("source", "target").rows())["lamp"] == "Lampe"


@pytest.mark.parametrize(
    ("languages", "source", "copy", "other"),
    [
        (("en", "de"), "Berlin", "berlin", "stadt"),
        (("en", "de"), "wi-fi", "Wi‑Fi", "WLAN"),
        (("en", "tr"), "Istanbul", "İstanbul", "şehir"),
        (("en", "fr"), "cafe\u0301", "Café", "bar"),
        (("de", "ru"), "usb", "USB", "порт"),
    ],
)
def test_copies_are_told_by_their_key(languages: tuple[str, str], source: str, copy: str, other: str) -> None:
    target = vectors([copy, other], on_circle(0, 40))
    found = induced(vectors([source], on_circle(0)), target, settings(neighbours=1), "l", languages=languages)
    assert found["target"].to_list() == [other]


def test_into_english_a_word_that_english_has_stays_and_a_foreign_one_does_not() -> None:
    """German → English for Translate Test. English has `system` and `Status`, though German has them more often; `und`
    is a German word in English texts: first in one language, fifteenth in the other."""
    source = vectors(["und", "System", "status", "licht"], on_circle(200, 0, 60, 120))
    words = ["light", "and", "systems", "stats", "system", "Status", *(f"w{at}" for at in range(8)), "und"]
    target = vectors(words, on_circle(121, 215, 8, 68, 0, 60, *range(300, 340, 5), 200))
    found = induced(source, target, settings(neighbours=1), "l", languages=("de", "en"))
    assert dict(found.select("source", "target").rows()) == {
        "und": "and", "system": "system", "status": "Status", "licht": "light",
    }  # fmt: skip
    out = induced(target, source, settings(neighbours=1), "l", languages=("en", "de"))
    assert dict(out.select("source", "target").rows())["system"] != "System", "out of English it switches nothing"


def test_a_foreign_word_is_no_target() -> None:
    """English `device` in German texts, rarer there than in English, is nobody's translation."""
    source = vectors(["device", "machine", "gadget"], on_circle(0, 8, 16))
    target = vectors(["das", "device", "gerät"], on_circle(150, 4, 25))
    found = induced(source, target, settings(neighbours=1), "l")
    assert set(found["target"]) == {"gerät"}
    assert set(found["target_rank"]) == {2}, "ranks are those of the whole vocabulary"
    with_copies = induced(source, target, settings(neighbours=1, drop_copies=False), "l")
    assert set(with_copies["target"]) > {"device"}


def test_every_target_word_takes_part_however_short_the_source_is() -> None:
    """The last of four target words is the nearest, though there are two source words only."""
    source, target = on_circle(0, 90), on_circle(60, 120, 200, 3)
    found = induced(
        vectors(["east", "north"], source), vectors(["а", "б", "в", "г"], target), settings(neighbours=1), "l"
    )
    assert dict(found.select("source", "target_rank").iter_rows())["east"] == 3


def test_nothing_but_copies_is_an_error() -> None:
    only = vectors(["wlan"], on_circle(0))
    with pytest.raises(SwitchRankError, match=r"near en-de: no translation is left of 1 source and 1 target words"):
        induced(only, only, settings(), "near en-de")
    assert induced(only, only, settings(drop_copies=False), "l")["target"].to_list() == ["wlan"]


def test_no_vectors_is_an_error() -> None:
    with pytest.raises(SwitchRankError, match="near en-de: a table of vectors has no word"):
        induced(vectors(["wlan"], on_circle(0)), vectors([], np.zeros((0, 2))), settings(), "near en-de")


def test_mutual_keeps_what_is_best_both_ways() -> None:
    """Both `small` and `little` have клейн nearest; its own nearest is `little`."""
    source = vectors(["small", "little", "water"], on_circle(0, 20, 120))
    target = vectors(["маленький", "вода"], on_circle(22, 118))
    one_way = induced(source, target, settings(neighbours=1), "l")
    assert dict(one_way.select("source", "target").rows())["small"] == "маленький"
    mutual = induced(source, target, settings(neighbours=1, mutual=True), "l")
    assert mutual.sort("source").select("source", "target").rows() == [("little", "маленький"), ("water", "вода")]


def test_mutual_leaves_no_second_choices() -> None:
    """`small` is the nearest of both Russian words, but has one nearest itself."""
    source = vectors(["small", "water"], on_circle(0, 120))
    target = vectors(["маленький", "вода", "мал"], on_circle(2, 118, 10))
    both = induced(source, target, settings(neighbours=1, choices=2), "l")
    assert ("small", 2, "мал") in both.select("source", "choice", "target").rows()
    found = induced(source, target, settings(neighbours=1, choices=2, mutual=True), "l")
    rows = found.sort("source").select("source", "choice", "target").rows()
    assert rows == [("small", 1, "маленький"), ("water", 1, "вода")]


def test_the_lowest_score_is_kept_out() -> None:
    """With k = 1 a pair of mutual neighbours scores 0; `far` at 30° scores cos 29° − cos 1° = −.125."""
    source, target = vectors(["near", "far"], on_circle(0, 30)), vectors(["рядом", "далеко"], on_circle(1, 250))
    every = induced(source, target, settings(neighbours=1), "l")
    assert every.sort("source")["score"].to_list() == pytest.approx([-0.1252, 0.0], abs=1e-4)
    assert induced(source, target, settings(neighbours=1, min_score=-0.1), "l")["source"].to_list() == ["near"]
    with pytest.raises(
        SwitchRankError, match=r"near en-ru: no translation is left .* found min_score 2\.5, mutual False"
    ):
        induced(source, target, settings(min_score=2.5), "lexicon near en-ru")


def test_only_the_corpus_s_words_are_translated_yet_all_count_as_neighbours() -> None:
    """Scores are those of the whole vocabulary: `kitchen`, which is not translated, still makes кухня a hub."""
    random = np.random.default_rng(2)
    source, target = vectors(ENGLISH, random.normal(size=(8, 5))), vectors(OTHERS["ru"], random.normal(size=(8, 5)))
    for retrieval in ("csls", "nearest", "inverted_softmax"):
        chosen = settings(choices=3, neighbours=3, retrieval=retrieval)
        every = induced(source, target, chosen, "l")
        some = induced(source, target, chosen, "l", {"door", "network", "absent"}, threads=2)
        assert some.equals(every.filter(pl.col("source").is_in(["door", "network"])))
        assert some.height == 6


def test_a_corpus_without_one_of_the_words_is_an_error() -> None:
    source, target = vectors(["light", "door"], on_circle(0, 90)), vectors(["灯", "门"], on_circle(1, 91))
    with pytest.raises(
        SwitchRankError,
        match=r"near en-zh: none of the corpus's 1 words is among the 2 source words \(the first: 'light', 'door'\)",
    ):
        induced(source, target, settings(), "near en-zh", ["Licht"])


def test_each_retrieval_stores_its_own_score() -> None:
    """`east` at 0°, `north` at 90°; восток at 0°, юг at 60°. By hand for `east` → восток: cosine 1; CSLS with k = 1
    2 − 1 − 1 = 0; with β = ln 3 a share of 3 / (3 + 1)."""
    source, target = vectors(["east", "north"], on_circle(0, 90)), vectors(["восток", "юг"], on_circle(0, 60))
    first = {}
    for retrieval in ("csls", "nearest", "inverted_softmax"):
        chosen = settings(neighbours=1, retrieval=retrieval, temperature=float(np.log(3)))
        found = induced(source, target, chosen, "l").sort("source")
        assert found["target"].to_list() == ["восток", "юг"]
        first[retrieval] = found.row(0, named=True)
    assert first["nearest"]["score"] == pytest.approx(1.0) and first["nearest"]["margin"] == pytest.approx(0.5)
    assert first["csls"]["score"] == pytest.approx(0.0, abs=1e-6)
    assert first["csls"]["margin"] == pytest.approx(1.0 + np.cos(np.pi / 6) - 2 * 0.5)
    assert first["inverted_softmax"]["score"] == pytest.approx(0.75)
    share = 3**0.5 / (3**0.5 + 3 ** np.cos(np.pi / 6))
    assert first["inverted_softmax"]["margin"] == pytest.approx(0.75 - share, abs=1e-6)


def test_mutual_looks_back_by_the_same_retrieval() -> None:
    """小さい at 22° is nearest to `little` at 20°; by the inverted softmax both `small` and `little` give it nearly all
    of their weight, `small` more, since it is farther from 無線."""
    source = vectors(["small", "little", "wlan"], on_circle(0, 20, 120))
    target = vectors(["wlan", "小さい", "無線"], on_circle(120, 22, 140))
    kept = {}
    for retrieval in ("csls", "nearest", "inverted_softmax"):
        chosen = settings(neighbours=1, retrieval=retrieval, temperature=10.0, mutual=True)
        kept[retrieval] = dict(induced(source, target, chosen, "l").select("source", "target").rows())
    assert kept["csls"] == kept["nearest"] == {"little": "小さい", "wlan": "無線"}
    assert kept["inverted_softmax"] == {"small": "小さい", "wlan": "無線"}


def test_a_long_vector_is_a_direction_like_others() -> None:
    """Its length squared is beyond float32."""
    rows = on_circle(0, 90)
    rows[1] *= 1e25
    found = induced(
        vectors(["light", "door"], rows), vectors(["ضوء", "باب"], on_circle(1, 91)), settings(neighbours=1), "l"
    )
    assert dict(found.select("source", "target").rows()) == {"light": "ضوء", "door": "باب"}


def test_a_gpu_that_is_not_there_stops_every_retrieval() -> None:
    source, target = vectors(["light"], on_circle(0)), vectors(["प्रकाश"], on_circle(1))
    for retrieval in ("csls", "nearest", "inverted_softmax"):
        with pytest.raises(SwitchRankError, match="device: gpu is set"):
            induced(source, target, settings(retrieval=retrieval, device="gpu"), "l")


def test_spaces_of_other_dimensions_are_refused() -> None:
    random = np.random.default_rng(0)
    with pytest.raises(SwitchRankError, match="near en-ja: source vectors have 4 dimensions, target vectors 3"):
        induced(
            vectors(["a", "b", "c"], random.normal(size=(3, 4))),
            vectors(["あ", "い", "う", "え"], random.normal(size=(4, 3))),
            settings(),
            "near en-ja",
        )


@pytest.mark.parametrize(("broken", "shown"), [(0.0, "0.0"), (float("nan"), "nan"), (float("inf"), "inf")])
def test_a_vector_without_direction_is_named(broken: float, shown: str) -> None:
    rows = on_circle(0, 90)
    rows[1] = broken
    with pytest.raises(SwitchRankError, match=f"near en-hi: the vector of 'बत्ती' has length {shown}"):
        induced(vectors(["light", "door"], on_circle(0, 90)), vectors(["द", "बत्ती"], rows), settings(), "near en-hi")


def test_a_lookup_takes_the_first_choice(tmp_path: Path) -> None:
    rows = pl.DataFrame(
        {
            "source": ["light", "light", "door"],
            "target": ["lampe", "licht", "tür"],
            "choice": [2, 1, 1],
            "score": [0.1, 0.9, 1.0],
            "margin": [0.1, 0.8, 1.0],
            "method": ["m"] * 3,
            "source_rank": [0, 0, 1],
            "target_rank": [0, 1, 2],
        },
        schema={
            name: pl.DataFrame(pa.table({"c": pa.array([], kind)})).schema["c"]
            for name, kind in tables.LEXICON.columns.items()
        },
    )
    tables.write(rows, tmp_path / "l.parquet", tables.LEXICON)
    assert read_lexicon(tmp_path / "l.parquet") == {"light": "licht", "door": "tür"}
    with pytest.raises(SwitchRankError, match="no such file"):
        read_lexicon(tmp_path / "missing.parquet")
