"""Scores are those of `sentence_transformers.CrossEncoder`, whatever the batches; ranks follow trec_eval."""

from __future__ import annotations

import itertools
from pathlib import Path

import numpy as np
import polars as pl
import pytest
import torch
from sentence_transformers import CrossEncoder

from switchrank import tables
from switchrank.encoder.embedding import load_encoder
from switchrank.errors import SwitchRankError
from switchrank.evaluation.runs import stream_runs
from switchrank.evaluation.scored_runs import pair_scores
from switchrank.measures.order import ranked
from switchrank.models.folder import read_hugging_face_tokenizer, save_model
from switchrank.ranker.batches import encode_pairs
from switchrank.ranker.model import load_ranker, new_ranker
from switchrank.ranker.scoring import Scorer
from switchrank.ranker.settings import Scoring

CPU = torch.device("cpu")


def scorer(folder: Path, **values: object) -> Scorer:
    return Scorer(folder, Scoring.model_validate({"precision": "fp32", **values}), CPU)


@pytest.fixture(scope="module")
def pairs(every_text: list[str]) -> list[tuple[str, str]]:
    """Pairs over all scripts, of very different lengths, one with outer white space."""
    mixed = list(itertools.islice(itertools.product(every_text, every_text[::-1]), 0, None, 13))
    return [*mixed, ("  Licht an ", " свет\n"), ("照明", " ".join(every_text[:9])), ("x", "")]


@pytest.fixture(scope="module")
def cross_encoder(ranker_folder: Path) -> CrossEncoder:
    return CrossEncoder(str(ranker_folder), device="cpu")


# -- as sentence_transformers -----------------------------------------------------------------------
def test_scores_are_those_of_a_cross_encoder(
    cross_encoder: CrossEncoder, ranker_folder: Path, pairs: list[tuple[str, str]]
) -> None:
    """Nothing is passed to it: the folder itself says that scores are raw logits."""
    found = scorer(ranker_folder).scores(*map(list, zip(*pairs, strict=True)), "test")
    assert found.dtype == np.float32
    np.testing.assert_allclose(found, cross_encoder.predict(pairs, batch_size=7), atol=1e-5)
    assert isinstance(cross_encoder.activation_fn, torch.nn.Identity)
    assert found.min() < 0 and found.max() > 1  # no sigmoid


def test_long_pairs_are_cut_as_a_cross_encoder_cuts_them(ranker_folder: Path, pairs: list[tuple[str, str]]) -> None:
    short = CrossEncoder(str(ranker_folder), device="cpu", max_length=12)
    found = scorer(ranker_folder, max_length=12).scores(*map(list, zip(*pairs, strict=True)), "test")
    np.testing.assert_allclose(found, short.predict(pairs), atol=1e-5)
    uncut = scorer(ranker_folder).scores(*map(list, zip(*pairs, strict=True)), "test")
    assert np.abs(found - uncut).max() > 0.01


@pytest.mark.parametrize("max_length", [12, 128])
def test_pairs_are_tokenised_as_by_a_cross_encoder(
    ranker_folder: Path, pairs: list[tuple[str, str]], max_length: int
) -> None:
    reference = CrossEncoder(str(ranker_folder), device="cpu", max_length=max_length)
    encoded = encode_pairs(read_hugging_face_tokenizer(ranker_folder), *map(list, zip(*pairs, strict=True)), max_length)
    expected, found = reference.preprocess(pairs), encoded.batch(np.arange(len(pairs)), CPU)
    for name in ("input_ids", "attention_mask"):
        assert torch.equal(found[name], expected[name])
    assert encoded.lengths.tolist() == expected["attention_mask"].sum(1).tolist()
    assert encoded.lengths.max() <= max_length


def test_a_batch_by_hand(encoder_folder: Path) -> None:
    tokenizer = read_hugging_face_tokenizer(encoder_folder)
    licht, kueche = tokenizer.convert_tokens_to_ids(["▁Licht", "▁Küche"])
    encoded = encode_pairs(tokenizer, ["Licht", "Licht Küche", "Küche"], ["Küche", "Licht", "Küche"], 128)
    # <s> 0, <pad> 1, </s> 2
    batch = encoded.batch(np.asarray([1, 0]), CPU)
    assert batch["input_ids"].tolist() == [[0, licht, kueche, 2, 2, licht, 2], [0, licht, 2, 2, kueche, 2, 1]]
    assert batch["attention_mask"].tolist() == [[1] * 7, [1] * 6 + [0]]
    assert encoded.padding(np.asarray([1, 0])) == pytest.approx(1 / 14)
    assert encoded.padding(np.asarray([0, 2])) == 0.0


def test_the_longer_side_is_cut_first(encoder_folder: Path) -> None:
    tokenizer = read_hugging_face_tokenizer(encoder_folder)
    licht, kueche = tokenizer.convert_tokens_to_ids(["▁Licht", "▁Küche"])
    # 4 special tokens; 9 places leave 5: the query keeps its 2, the passage 3 of 8
    encoded = encode_pairs(tokenizer, ["Licht Licht"], ["Küche " * 8], 9)
    assert encoded.batch(np.asarray([0]), CPU)["input_ids"].tolist() == [
        [0, licht, licht, 2, 2, kueche, kueche, kueche, 2]
    ]


# -- batches ----------------------------------------------------------------------------------------
def test_scores_do_not_depend_on_batches_or_order(ranker_folder: Path, pairs: list[tuple[str, str]]) -> None:
    queries, passages = map(list, zip(*pairs, strict=True))
    together = scorer(ranker_folder).scores(queries, passages, "test")
    apart = scorer(ranker_folder, batch_tokens=64).scores(queries, passages, "test")
    backwards = scorer(ranker_folder, batch_tokens=300).scores(queries[::-1], passages[::-1], "test")[::-1]
    np.testing.assert_allclose(apart, together, atol=1e-5)
    np.testing.assert_allclose(backwards, together, atol=1e-5)


def test_bf16_scores_are_near_and_kept_in_single_precision(ranker_folder: Path, pairs: list[tuple[str, str]]) -> None:
    queries, passages = map(list, zip(*pairs, strict=True))
    exact = scorer(ranker_folder).scores(queries, passages, "test")
    rough = scorer(ranker_folder, precision="bf16").scores(queries, passages, "test")
    assert rough.dtype == np.float32
    assert 0 < np.abs(rough - exact).max() < 0.1 * np.abs(exact).max()


# -- runs -------------------------------------------------------------------------------------------
def table(key: str, texts: dict[str, str]) -> pl.DataFrame:
    return pl.DataFrame({key: list(texts), "language": ["de"] * len(texts), "text": list(texts.values())})


@pytest.fixture
def shown(texts: dict[str, list[str]]) -> tuple[pl.DataFrame, pl.DataFrame, pl.DataFrame]:
    """Candidates, queries and passages: two queries about light, three passages each, the first one relevant."""
    queries = table("query_id", {"q1": texts["en"][0], "q2": texts["ja"][0]})
    names = ["light", "door", "camera"]
    passages = table(
        "doc_id", {f"{name}-{code}": texts[code][number] for code in ("ru", "ar") for number, name in enumerate(names)}
    )
    rows = [("q1", f"{name}-ru", rank) for rank, name in enumerate(reversed(names), 1)]
    rows += [("q2", f"{name}-ar", rank) for rank, name in enumerate(reversed(names), 1)]
    candidates = pl.DataFrame(rows, schema={"query_id": pl.String, "doc_id": pl.String, "rank": pl.Int32}, orient="row")
    return candidates.with_columns(score=pl.lit(1.0, pl.Float32)), queries, passages


def score(
    loaded: Scorer,
    candidates: pl.DataFrame,
    queries: pl.DataFrame,
    passages: pl.DataFrame,
    folder: Path,
    label: str = "test",
) -> pl.DataFrame:
    """The run of candidates, from tables in files, as a job scores them."""
    named = {"candidates": (candidates, tables.CANDIDATES), "queries": (queries, tables.QUERIES)}
    named["passages"] = (passages, tables.PASSAGES)
    for name, (frame, contract) in named.items():
        tables.write(frame, folder / f"{name}.parquet", contract)
    path, files = str(folder / "candidates.parquet"), {n: [str(folder / f"{n}.parquet")] for n in list(named)[1:]}
    settings = {"languages": dict.fromkeys(files, ("de",)), "candidates": {"de-de": path}}
    with pair_scores(settings, files, {}) as scores:
        return pl.concat(scores.of(loaded, "de-de", path, label))


def test_positives_come_first(
    tmp_path: Path, ranker_folder: Path, shown: tuple[pl.DataFrame, pl.DataFrame, pl.DataFrame]
) -> None:
    run = score(scorer(ranker_folder), *shown, tmp_path)
    with stream_runs(tmp_path / "run.parquet") as append:
        append("de-de", run)
    assert run.filter(pl.col("rank") == 1).select("query_id", "doc_id").rows() == [
        ("q1", "light-ru"),
        ("q2", "light-ar"),
    ]
    assert run["rank"].to_list() == [1, 2, 3, 1, 2, 3]
    assert run.filter(pl.col("query_id") == "q1")["score"].is_sorted(descending=True)


def test_each_candidate_gets_the_score_of_its_own_texts(
    tmp_path: Path,
    ranker_folder: Path,
    shown: tuple[pl.DataFrame, pl.DataFrame, pl.DataFrame],
    cross_encoder: CrossEncoder,
) -> None:
    _, queries, passages = shown
    run = score(scorer(ranker_folder, batch_tokens=64), *shown, tmp_path)
    query, passage = (
        dict(frame.select(key, "text").rows()) for frame, key in ((queries, "query_id"), (passages, "doc_id"))
    )
    expected = cross_encoder.predict([(query[q], passage[d]) for q, d in run.select("query_id", "doc_id").rows()])
    np.testing.assert_allclose(run["score"].to_numpy(), expected, atol=1e-5)


def test_a_candidate_without_text(
    tmp_path: Path, ranker_folder: Path, shown: tuple[pl.DataFrame, pl.DataFrame, pl.DataFrame]
) -> None:
    candidates, queries, passages = shown
    loaded = scorer(ranker_folder)
    with pytest.raises(SwitchRankError, match=r"^run x: candidate doc_id 'door-ar' has no text in the language shown"):
        score(loaded, candidates, queries, passages.filter(pl.col("doc_id") != "door-ar"), tmp_path, "run x")
    with pytest.raises(SwitchRankError, match=r"^run x: candidate query_id 'q2' has no text in the language shown"):
        score(loaded, candidates, queries.head(1), passages, tmp_path, "run x")


def test_a_score_that_is_no_number_is_named(
    tmp_path: Path, ranker_folder: Path, shown: tuple[pl.DataFrame, pl.DataFrame, pl.DataFrame]
) -> None:
    model, tokenizer = load_ranker(ranker_folder, CPU), read_hugging_face_tokenizer(ranker_folder)
    with torch.no_grad():  # only the Arabic passage about the door has this piece
        model.get_input_embeddings().weight[tokenizer.convert_tokens_to_ids("▁المرآب")] = float("nan")
    save_model(model, tokenizer, tmp_path)
    with pytest.raises(SwitchRankError, match="score of query 'q2', passage 'door-ar' is not a finite number"):
        score(scorer(tmp_path), *shown, tmp_path / "data")


def test_ties_go_to_the_later_doc_id_as_in_trec_eval() -> None:
    rows = [("q2", "a", 1.0), ("q1", "a", 0.5), ("q1", "c", 0.5), ("q1", "b", 0.5), ("q1", "z", -3.0), ("q1", "d", 9.0)]
    scored = pl.DataFrame(rows, schema={"query_id": pl.String, "doc_id": pl.String, "score": pl.Float32}, orient="row")
    expected = [("q1", "d", 1), ("q1", "c", 2), ("q1", "b", 3), ("q1", "a", 4), ("q1", "z", 5), ("q2", "a", 1)]
    for order in (rows, rows[::-1]):
        frame = pl.DataFrame(order, schema=scored.schema, orient="row")
        assert ranked(frame).select("query_id", "doc_id", "rank").rows() == expected
    assert ranked(scored).schema["rank"] == pl.Int32


# -- what is no ranker --------------------------------------------------------------------------------
def test_folders_without_a_ranker(tmp_path: Path, encoder_folder: Path) -> None:
    with pytest.raises(SwitchRankError, match="absent: no such folder; expected the folder of a ranker"):
        load_ranker(tmp_path / "absent", CPU)
    with pytest.raises(
        SwitchRankError, match=r"weights are missing, such as bert\.pooler.*expected the folder of a ranker"
    ):
        load_ranker(encoder_folder, CPU)


def test_a_classifier_of_three_classes(tmp_path: Path, encoder_folder: Path) -> None:
    from transformers import AutoModelForSequenceClassification

    model = AutoModelForSequenceClassification.from_pretrained(encoder_folder, num_labels=3)
    save_model(model, read_hugging_face_tokenizer(encoder_folder), tmp_path)
    with pytest.raises(SwitchRankError, match="the model has 3 labels; a ranker has 1"):
        load_ranker(tmp_path, CPU)


def test_a_new_head_comes_from_the_seed(encoder_folder: Path) -> None:
    heads = []
    for seed in (1, 1, 2):
        torch.manual_seed(seed)
        heads.append(new_ranker(encoder_folder, 0.1, "cls", 0.5).classifier.weight.detach())
    assert torch.equal(heads[0], heads[1])
    assert not torch.equal(heads[0], heads[2])
    assert heads[0].shape == (1, 32)
    encoder = load_encoder(encoder_folder).state_dict()
    model = new_ranker(encoder_folder, 0.1, "cls", 0.5).bert.state_dict()
    assert all(torch.equal(model[name], weight) for name, weight in encoder.items())
