"""Dev evaluation during training: the best weights win, patience ends it, and its values are the measure's."""

from __future__ import annotations

from pathlib import Path

import polars as pl
import pytest
import torch

from switchrank import tables
from switchrank.errors import SwitchRankError
from switchrank.models.folder import read_hugging_face_tokenizer, save_model
from switchrank.ranker.dev import Dev, DevWatch, encode_dev
from switchrank.ranker.scoring import Scorer
from switchrank.ranker.settings import DevEvaluation, Scoring
from tests.toy.training import toy_dev, toy_training

PAIRS = ["de-ru", "ja-ar"]


class Table(torch.nn.Module):
    """Stands for a ranker whose dev values are given."""

    def __init__(self) -> None:
        super().__init__()
        self.weight = torch.nn.Parameter(torch.zeros(1))


def watched(values: list[float], **settings: object) -> tuple[Table, DevWatch, list[int]]:
    """Steps that were taken until the values were used up or patience was."""
    model = Table()
    watch = DevWatch(
        Dev([]),
        DevEvaluation.model_validate({"pairs": ["en-de", "en-en"], "every": 10, **settings}),
        model,  # type: ignore[arg-type]
        "fp32",
        10 * len(values),
        "test",
    )
    given = iter(values)

    def evaluate() -> dict[str, float]:
        value = next(given)
        return {"en-de": value - 0.1, "en-en": value + 0.1}

    watch._evaluate = evaluate  # type: ignore[method-assign]
    steps = []
    for step in range(1, 10 * len(values) + 1):
        steps.append(step)
        with torch.no_grad():
            model.weight.fill_(step)
        if watch.observe(step):
            break
    return model, watch, steps


def test_the_best_weights_are_taken() -> None:
    model, watch, steps = watched([0.2, 0.5, 0.4, 0.5, 0.3])
    assert len(steps) == 50
    watch.take_best()
    assert model.weight.item() == 20  # the first of equals
    table = watch.table()
    assert table["step"].unique(maintain_order=True).to_list() == [10, 20, 30, 40, 50]
    assert table.filter(pl.col("step") == 20).rows() == [(20, "en-de", "RR@10", 0.4), (20, "en-en", "RR@10", 0.6)]


@pytest.mark.parametrize(("patience", "last"), [(1, 30), (2, 40), (3, 70), (None, 70)])
def test_patience_counts_evaluations_since_the_best(patience: int | None, last: int) -> None:
    _, watch, steps = watched([0.1, 0.5, 0.4, 0.3, 0.6, 0.6, 0.2], patience=patience)
    assert steps[-1] == last
    assert watch.best_step == (20 if last < 50 else 50)


def test_a_restored_watch_goes_on_as_the_first() -> None:
    _, watch, _ = watched([0.1, 0.5, 0.4])
    tensors, values = watch.state()
    _, other, _ = watched([0.9])
    other.restore({name: value.clone() for name, value in tensors.items()}, values)
    assert other.table().equals(watch.table())
    other.take_best()
    assert other.model.weight.item() == 20


def test_values_are_those_of_scoring_and_the_last_step_is_evaluated(
    tmp_path: Path, corpus: pl.DataFrame, encoder_folder: Path
) -> None:
    dev = toy_dev(corpus, encoder_folder, PAIRS)
    trained = toy_training(corpus, encoder_folder, candidates=dev, max_steps=11)
    assert trained.dev.is_empty()  # not asked for
    settings = {"dev": {"measure": "nDCG@10", "every": 8, "pairs": PAIRS}, "max_steps": 11, "learning_rate": 1e-3}
    trained = toy_training(corpus, encoder_folder, candidates=dev, **settings)
    tables.write(trained.dev, tmp_path / "dev.parquet", tables.DEV)
    assert trained.dev["step"].to_list() == [8, 8, 11, 11]
    save_model(trained.model, read_hugging_face_tokenizer(encoder_folder), tmp_path / "best")
    best = trained.dev.group_by("step").agg(pl.col("value").mean()).sort("value", -pl.col("step"))["step"][-1]
    scorer = Scorer(tmp_path / "best", Scoring(precision="fp32"), torch.device("cpu"))
    texts = {code: corpus.filter(query_id=f"light-{code}")["query"][0] for code in ("de", "ja")}
    for name, query, passages in (("de-ru", texts["de"], (6, 9)), ("ja-ar", texts["ja"], (9, 12))):
        scores = scorer.scores([query] * 3, corpus["passage"].to_list()[slice(*passages)], "test")
        rank = 1 + int((scores > scores[0]).sum())
        found = trained.dev.filter(pl.col("step") == best, pl.col("pair") == name)["value"].item()
        assert found == pytest.approx(1 / torch.log2(torch.tensor(rank + 1.0)).item())


def test_watching_changes_no_weight_but_the_choice(corpus: pl.DataFrame, encoder_folder: Path) -> None:
    """Dropout must draw the same whether dev is looked at or not, and training mode must come back."""
    plain = toy_training(corpus, encoder_folder, dropout=0.3)
    dev = toy_dev(corpus, encoder_folder, PAIRS)
    seen = toy_training(corpus, encoder_folder, candidates=dev, dropout=0.3, dev={"every": 3, "pairs": PAIRS})
    assert seen.training["loss"].equals(plain.training["loss"])
    assert not seen.model.training


def test_a_candidate_without_text_in_the_language_is_named(corpus: pl.DataFrame, encoder_folder: Path) -> None:
    tokenizer = read_hugging_face_tokenizer(encoder_folder)
    candidates = pl.DataFrame({"query_id": ["q", "q"], "doc_id": ["d", "свет"]})
    queries = {"de": pl.DataFrame({"query_id": ["q"], "text": ["Licht"]})}
    passages = {"ru": pl.DataFrame({"doc_id": ["d"], "text": ["свет"]})}
    mixed = {"queries": None, "passages": None}
    with pytest.raises(SwitchRankError, match=r"^dev de-ru: candidate doc_id 'свет' has no text in that language$"):
        encode_dev(tokenizer, ["de-ru"], 16, {"de-ru": candidates}, {}, queries, passages, mixed)
