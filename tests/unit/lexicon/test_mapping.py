"""Maps between spaces: equal to dense references, stopped in time, and a planted dictionary comes back."""

from __future__ import annotations

from typing import Any

import numpy as np
import polars as pl
import pyarrow as pa
import pytest
from hypothesis import given
from hypothesis import settings as hypothesis_settings
from hypothesis import strategies as st
from numpy.typing import NDArray
from scipy.linalg import orthogonal_procrustes

from switchrank import tables
from switchrank.errors import SwitchRankError
from switchrank.lexicon import mapping as module
from switchrank.lexicon.mapping import Round, normalise, procrustes, refine, turn
from switchrank.lexicon.settings import AlignedVectors, Refinement
from switchrank.lexicon.vector_alignment import align_vectors, normalise_table, seed_pairs

GREEK = "αβγδεζηθικλμνξοπρστυφχψω"


def settings(**changed: Any) -> AlignedVectors:
    return AlignedVectors(**{"method": "aligned", "vectors": "words", **changed})


def vectors(words: list[str], rows: NDArray, fixed: bool = True) -> pa.Table:
    column = pa.FixedSizeListArray.from_arrays(pa.array(rows.astype(np.float32).reshape(-1)), rows.shape[1])
    column = column if fixed else column.cast(pa.list_(pa.float32()))
    return pa.table({"word": words, "rank": pa.array(range(len(words)), pa.int32()), "vector": column})


def rows_of(table: pa.Table) -> NDArray[np.float64]:
    return table["vector"].combine_chunks().flatten().to_numpy().reshape(len(table), -1).astype(np.float64)


def rotation(dimensions: int, seed: int) -> NDArray[np.float64]:
    return np.linalg.qr(np.random.default_rng(seed).normal(size=(dimensions, dimensions)))[0]


def planted(count: int, dimensions: int, noise: float) -> tuple[NDArray, NDArray, NDArray]:
    """Vectors of a pivot language, of another, turned, jittered and in another order, and that order."""
    random = np.random.default_rng(4)
    meaning = random.normal(size=(count, dimensions))
    order = random.permutation(count)
    turned = meaning[order] @ rotation(dimensions, 5) + noise * random.normal(size=(count, dimensions))
    return meaning, turned, order


def dense_csls(source: NDArray, target: NDArray, neighbours: int) -> NDArray[np.float64]:
    cosine = source @ target.T
    there = np.sort(cosine, axis=1)[:, -neighbours:].mean(axis=1)
    back = np.sort(cosine, axis=0)[-neighbours:].mean(axis=0)
    return 2 * cosine - there[:, None] - back[None, :]


def unit(rows: NDArray) -> NDArray[np.float64]:
    return rows.astype(np.float64) / np.linalg.norm(rows.astype(np.float64), axis=1, keepdims=True)


@hypothesis_settings(deadline=None)
@given(st.integers(0, 2**32), st.integers(2, 12), st.integers(0, 30))
def test_procrustes_is_scipys(seed: int, dimensions: int, more: int) -> None:
    random = np.random.default_rng(seed)
    source, target = random.normal(size=(2, dimensions + more, dimensions))
    found = procrustes(source, target)
    wanted, _ = orthogonal_procrustes(source, target)
    np.testing.assert_allclose(found, wanted, atol=1e-8)
    np.testing.assert_allclose(found @ found.T, np.eye(dimensions), atol=1e-12)


def test_procrustes_gives_a_planted_rotation_back() -> None:
    source, turned = np.random.default_rng(1).normal(size=(40, 9)).astype(np.float32), rotation(9, 2)
    np.testing.assert_allclose(procrustes(source, source @ turned), turned, atol=1e-7)
    quarter = np.array([[0.0, 1.0], [-1.0, 0.0]])
    np.testing.assert_allclose(procrustes(np.eye(2), np.eye(2) @ quarter), quarter, atol=1e-12)


def test_normalising_by_hand() -> None:
    rows = np.array([[3, 4], [0, 2], [0, 0]], dtype=np.float32)
    np.testing.assert_allclose(normalise(rows, ["unit"]), [[0.6, 0.8], [0, 1], [0, 0]], rtol=1e-6)
    np.testing.assert_allclose(normalise(rows, ["centre"]), [[2, 2], [-1, 0], [-1, -2]], rtol=1e-6)
    np.testing.assert_allclose(
        normalise(rows[:2], ["unit", "centre", "unit"]), np.array([[3, -1], [-3, 1]]) / np.sqrt(10), rtol=1e-5
    )
    assert normalise(rows, []).tolist() == rows.tolist()
    assert rows.tolist() == [[3, 4], [0, 2], [0, 0]], "the caller's vectors stay"


@hypothesis_settings(deadline=None)
@given(st.permutations(["unit", "centre", "unit", "centre"]), st.integers(0, 1000))
def test_normalising_equals_float64(steps: list[Any], seed: int) -> None:
    rows = np.random.default_rng(seed).normal(1.0, 3.0, size=(50, 8)).astype(np.float32)
    wanted = rows.astype(np.float64)
    for step in steps:
        wanted = unit(wanted) if step == "unit" else wanted - wanted.mean(axis=0)
    np.testing.assert_allclose(normalise(rows, steps), wanted, atol=2e-6)


def test_turning_in_blocks_equals_one_product() -> None:
    rows = np.random.default_rng(0).normal(size=(8_200, 3)).astype(np.float32)
    np.testing.assert_array_equal(turn(rows, rotation(3, 1)), (rows.astype(np.float64) @ rotation(3, 1)).astype("f4"))


def test_refinement_equals_a_dense_float64_reference() -> None:
    """Three rounds by dense matrices, from a poor start; scores to float32's precision and the same pairs."""
    pivot, source, order = planted(80, 10, 0.4)
    pivot, source = unit(pivot).astype(np.float32), unit(source).astype(np.float32)
    back = np.argsort(order)
    start = procrustes(source[back[:7]], pivot[:7])
    mapping, wanted, maps = start, [], []
    for number in range(4):
        scores = dense_csls(unit(source @ mapping), pivot.astype(np.float64), 5)
        there, here = scores.argmax(axis=1), scores.argmax(axis=0)
        mutual = [row for row in range(80) if here[there[row]] == row]
        wanted.append((number, len(mutual), scores[mutual, there[mutual]].mean()))
        maps.append(mapping)
        mapping, _ = orthogonal_procrustes(source[mutual].astype(np.float64), pivot[there[mutual]].astype(np.float64))
    found, history = refine(source, pivot, start, Refinement(iterations=3, min_gain=0, neighbours=5))
    assert [step[:2] for step in history] == [step[:2] for step in wanted]
    np.testing.assert_allclose([step.score for step in history], [step[2] for step in wanted], atol=1e-5)
    best = int(np.argmax([step[2] for step in wanted]))
    assert best == 3 and history[3].pairs > history[0].pairs
    np.testing.assert_allclose(found, maps[best], atol=1e-5)


@pytest.mark.parametrize("pairs", ["numerals", "identical", "lexicon"])
def test_a_planted_dictionary_comes_back_from_few_seeds(pairs: str) -> None:
    """Fifteen seeds say little about 30 dimensions: without refinement most words are wrong, with it none is."""
    count, seeds = 400, 15
    pivot, turned, order = planted(count, 30, 0.1)
    lexicon = None
    english = [f"w{at}" for at in range(count)]
    greek = [GREEK[at % 24] + GREEK[at // 24 % 24] + GREEK[at % 7] + str(at) for at in range(count)]
    if pairs == "lexicon":
        lexicon = lexicon_of(list(zip(english[:seeds], greek[:seeds], strict=True)))
    for at in range(seeds):
        english[at] = greek[at] = {"numerals": str(at), "identical": f"wlan{at}"}.get(pairs, english[at])
    if pairs == "lexicon":
        assert lexicon is not None
        greek[:seeds] = lexicon["target"].to_list()
    table, pivot_table = vectors([greek[at] for at in order], turned), vectors(english, pivot)

    def precision(iterations: int) -> float:
        chosen = settings(
            seed={"pairs": pairs, "lexicon": "seed" if pairs == "lexicon" else None},
            refinement={"iterations": iterations, "neighbours": 5},
        )
        aligned, _ = align_vectors(table, pivot_table, chosen, lexicon, "planted el")
        normalised = rows_of(normalise_table(pivot_table, chosen, "planted en"))
        scores = dense_csls(unit(rows_of(aligned)), unit(normalised), 5)
        return float((scores.argmax(axis=1) == order).mean())

    assert precision(0) < 0.75
    assert precision(30) == 1.0


def scripted(monkeypatch: pytest.MonkeyPatch, rounds: list[tuple[int, float]]) -> list[NDArray]:
    """Let each round find as many pairs of the score as given; the maps of the rounds, as they are tried."""
    given_rounds, tried = iter(rounds), []

    def mutual_pairs(source: NDArray, pivot: NDArray, neighbours: int) -> tuple[NDArray[np.int64], float]:
        count, score = next(given_rounds)
        tried.append(source)
        return np.arange(count)[:, None].repeat(2, axis=1), score

    monkeypatch.setattr(module, "_mutual_pairs", mutual_pairs)
    return tried


@pytest.mark.parametrize(
    ("rounds", "iterations", "made", "best"),
    [
        ([(9, 0.1), (9, 0.2), (9, 0.2005), (9, 0.9)], 5, 3, 2),
        ([(9, 0.1), (9, 0.2), (9, 0.15), (9, 0.9)], 5, 3, 1),
        ([(9, 0.5), (9, 0.4)], 5, 2, 0),
        ([(9, 0.1), (9, 0.2), (9, 0.3), (9, 0.4)], 2, 3, 2),
        ([(9, 0.1), (1, 0.7), (9, 0.9)], 5, 2, 1),
        ([(0, float("nan")), (9, 0.9)], 5, 1, 0),
        ([(9, 0.2), (0, float("nan"))], 5, 2, 0),
    ],
)
def test_refinement_stops_and_keeps_the_best(
    rounds: list[tuple[int, float]], iterations: int, made: int, best: int, monkeypatch: pytest.MonkeyPatch
) -> None:
    """A gain of .0005 is below .001; fewer than two pairs make no map."""
    random = np.random.default_rng(3)
    source, pivot = (random.normal(size=(9 + at, 3)).astype(np.float32) for at in range(2))
    tried = scripted(monkeypatch, rounds)
    found, history = refine(source, pivot, rotation(3, 7), Refinement(iterations=iterations, min_gain=1e-3))
    np.testing.assert_array_equal([step.score for step in history], [score for _, score in rounds[:made]])
    assert [step.number for step in history] == list(range(made)) and len(tried) == made
    np.testing.assert_array_equal(turn(source, found), tried[best])


def test_no_iterations_leave_the_first_map_alone() -> None:
    rows = np.eye(3, dtype=np.float32)
    start = rotation(3, 1)
    found, history = refine(rows, rows, start, Refinement(iterations=0))
    assert found is start and history == []


def test_rare_words_take_no_part_in_refinement() -> None:
    """The 20 frequent words say one rotation, the 60 rare ones another."""
    random = np.random.default_rng(8)
    pivot = unit(random.normal(size=(80, 6))).astype(np.float32)
    source = np.concatenate([pivot[:20] @ rotation(6, 1).T, pivot[20:] @ rotation(6, 2).T]).astype(np.float32)
    found, history = refine(source, pivot, rotation(6, 1), Refinement(max_words=20, neighbours=3))
    assert history[0].pairs == 20
    np.testing.assert_allclose(found, rotation(6, 1), atol=1e-5)


def test_a_round_prints_as_one_line() -> None:
    assert str(Round(2, 1234, 0.123456)) == "round 2: 1,234 mutual pairs, mean CSLS 0.12346"


GERMAN = ["licht", "wlan", "42", "Berlin", "７", "3.5", "küche", "свет", "...", "2024", "ok", "lampe"]
ENGLISH = ["the", "ok", "2024", "wlan", "light", "kitchen", "3.5", "berlin", "42", "...", "свет", "７", "١٢"]


def lexicon_of(pairs: list[tuple[str, str]]) -> pl.DataFrame:
    rows = len(pairs)
    return pl.DataFrame({
        "source": [source for source, _ in pairs],
        "target": [target for _, target in pairs],
        "choice": pl.Series([1] * rows, dtype=pl.Int16),
        "score": pl.Series([1.0] * rows, dtype=pl.Float32),
        "margin": pl.Series([0.0] * rows, dtype=pl.Float32),
        "method": ["test"] * rows,
        "source_rank": pl.Series(range(rows), dtype=pl.Int32),
        "target_rank": pl.Series(range(rows), dtype=pl.Int32),
    })  # fmt: skip


def test_identical_strings_have_a_letter() -> None:
    found = seed_pairs(GERMAN, ENGLISH, settings(), None, "de")
    assert [(GERMAN[here], ENGLISH[there]) for here, there in found] == [
        ("ok", "ok"),
        ("wlan", "wlan"),
        ("свет", "свет"),
    ]


def test_numerals_are_strings_of_digits_of_any_script() -> None:
    found = seed_pairs([*GERMAN, "١٢"], ENGLISH, settings(seed={"pairs": "numerals"}), None, "de")
    assert [ENGLISH[there] for _, there in found] == ["2024", "42", "７", "١٢"]
    assert all([*GERMAN, "١٢"][here] == ENGLISH[there] for here, there in found)


@pytest.mark.parametrize(
    ("words", "entries", "wanted"),
    [
        (
            ["küche", "licht", "Lampe"],
            [("light", "Licht"), ("LIGHT", "licht"), ("kitchen", "Küche"), ("lamp", "Lampe"), ("the", "Lampe")],
            [("the", "Lampe"), ("light", "licht"), ("kitchen", "küche")],
        ),
        (
            ["кухня", "свет"],
            [("kitchen", "Кухня"), ("light", "свет"), ("door", "дверь")],
            [("light", "свет"), ("kitchen", "кухня")],
        ),
        (["灯", "厨房"], [("light", "灯"), ("kitchen", "厨房")], [("light", "灯"), ("kitchen", "厨房")]),
        (["مطبخ", "ضوء"], [("kitchen", "مطبخ"), ("light", "ضوء")], [("light", "ضوء"), ("kitchen", "مطبخ")]),
        (["रसोई", "बत्ती"], [("kitchen", "रसोई"), ("light", "बत्ती"), ("light", "रसोई")],
         [("light", "रसोई"), ("light", "बत्ती"), ("kitchen", "रसोई")]),
    ],
)  # fmt: skip
def test_entries_of_a_lexicon_are_sought_as_they_are_and_in_lower_case(
    words: list[str], entries: list[tuple[str, str]], wanted: list[tuple[str, str]]
) -> None:
    chosen = settings(seed={"pairs": "lexicon", "lexicon": "seed"})
    found = seed_pairs(words, ENGLISH, chosen, lexicon_of(entries), "x")
    assert [(ENGLISH[there], words[here]) for here, there in found] == wanted


@pytest.mark.parametrize("pairs", ["identical", "numerals", "lexicon"])
def test_too_few_seed_pairs_are_an_error(pairs: str) -> None:
    chosen = settings(seed={"pairs": pairs, "lexicon": "seed" if pairs == "lexicon" else None})
    lexicon = lexicon_of([("light", "licht"), ("door", "tor")])
    told = {"lexicon": "2 entries of the lexicon"}.get(pairs, "3 words and 4 pivot words")
    with pytest.raises(
        SwitchRankError, match=rf"vectors v de: 1 seed pairs \(seed pairs: {pairs}\) among {told}; at le"
    ):
        seed_pairs(["licht", "wlan", "5"], ["light", "wlan", "5", "the"], chosen, lexicon, "vectors v de")
    with pytest.raises(SwitchRankError, match="vectors v de: 0 seed pairs"):
        seed_pairs(["а"], ["b"], chosen, lexicon, "vectors v de")


def test_a_seed_lexicon_that_is_not_given_is_an_error() -> None:
    chosen = settings(seed={"pairs": "lexicon", "lexicon": "titles"})
    with pytest.raises(SwitchRankError, match="de: seed pairs of the lexicon 'titles', which is not given"):
        seed_pairs(GERMAN, ENGLISH, chosen, None, "de")


def test_spaces_of_other_dimensions_are_refused() -> None:
    random = np.random.default_rng(1)
    with pytest.raises(SwitchRankError, match="v de: vectors have 3 dimensions, those of the pivot language 'en' 4"):
        align_vectors(
            vectors(["ok", "wlan"], random.normal(size=(2, 3))),
            vectors(["ok", "wlan"], random.normal(size=(2, 4))),
            settings(), None, "v de",
        )  # fmt: skip


@pytest.mark.parametrize(("broken", "shown"), [(0.0, "0.0"), (float("nan"), "nan"), (float("inf"), "inf")])
def test_a_vector_without_direction_is_named(broken: float, shown: str) -> None:
    rows = np.random.default_rng(1).normal(size=(3, 2))
    rows[1] = broken
    table = vectors(["свет", "кухня", "wlan"], rows)
    with pytest.raises(SwitchRankError, match=f"v ru: the vector of 'кухня' has length {shown}; a direction is needed"):
        normalise_table(table, settings(), "v ru")
    good = vectors(["ok", "wlan"], np.eye(2))
    with pytest.raises(SwitchRankError, match=f"v de, pivot en: the vector of 'кухня' has length {shown}"):
        align_vectors(good, table, settings(), None, "v de")


def test_a_vector_that_centring_wipes_out_is_named() -> None:
    table = vectors(["灯", "厨房", "门"], np.array([[0.0, 1.0], [1.0, 0.0], [0.5, 0.5]]))
    with pytest.raises(SwitchRankError, match=r"v zh, after centre: the vector of '门' has length 0\.0"):
        normalise_table(table, settings(normalise=["centre"]), "v zh")


def test_tables_without_words_or_of_mixed_lengths_are_refused() -> None:
    with pytest.raises(SwitchRankError, match="v hi: a table of vectors has no word"):
        normalise_table(vectors([], np.zeros((0, 2))), settings(), "v hi")
    mixed = pa.table({"word": ["a", "b"], "rank": pa.array([0, 1], pa.int32()),
                      "vector": pa.array([[1.0, 2.0], [1.0]], pa.list_(pa.float32()))})  # fmt: skip
    with pytest.raises(SwitchRankError, match=r"v hi: vectors have \[1, 2\] dimensions"):
        normalise_table(mixed, settings(), "v hi")


@pytest.mark.parametrize("fixed", [True, False])
def test_the_pivot_is_normalised_and_not_turned(fixed: bool, tmp_path: Any) -> None:
    rows = np.random.default_rng(6).normal(2.0, size=(5, 3))
    found = normalise_table(vectors(["a", "б", "ج", "द", "灯"], rows, fixed), settings(), "v en")
    wanted = unit(rows) - unit(rows).mean(axis=0)
    np.testing.assert_allclose(rows_of(found), unit(wanted), atol=1e-6)
    tables.write(found, tmp_path / "v.parquet", tables.VECTORS)
    assert found["word"].to_pylist() == ["a", "б", "ج", "द", "灯"]
