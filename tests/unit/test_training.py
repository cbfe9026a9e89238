"""The training loop's parts, by hand."""

from __future__ import annotations

import math
import os
import shutil
import signal
from collections.abc import Iterator
from itertools import pairwise
from pathlib import Path
from typing import Any

import pytest
import torch
from hypothesis import given
from hypothesis import strategies as st
from pydantic import ValidationError
from transformers import AutoConfig, AutoModel, BertConfig, BertModel, T5EncoderModel
from transformers import Trainer as HuggingFaceTrainer

from switchrank import tables
from switchrank.errors import SwitchRankError
from switchrank.ranker.settings import Training
from switchrank.training.checkpoint import Checkpoints
from switchrank.training.learning_rate import Schedule, rate_at
from switchrank.training.loop import Terminated, Trainer
from switchrank.training.optimiser import freeze_layers, freeze_word_embeddings, make_optimiser
from switchrank.training.precision import autocast, multiplies_bf16, prepare

CPU = torch.device("cpu")


@pytest.fixture(autouse=True)
def torch_as_it_was() -> Iterator[None]:
    threads = torch.get_num_threads()
    yield
    torch.set_num_threads(threads)
    torch.use_deterministic_algorithms(False)


class Line(torch.nn.Module):
    """One weight."""

    def __init__(self, value: float) -> None:
        super().__init__()
        self.weight = torch.nn.Parameter(torch.tensor(value))


def trainer(model: torch.nn.Module, steps: int, **values: float) -> Trainer:
    settings = Training.model_validate({"learning_rate": 0.1, "warmup": 0.5, "weight_decay": 0.0, **values})
    return Trainer(model, settings, steps, "test")


# -- schedule -------------------------------------------------------------------------------------
def test_a_schedule_longer_than_the_training_ends_above_zero() -> None:
    """The settings of 2305.05295's code: 200,000 of 312,500 steps, so 36.6 % of the peak at the end."""
    paper = Training(learning_rate=2e-5, warmup_steps=5000, max_steps=200_000, schedule_steps=312_500)
    schedule = Schedule.of(paper, 200_000, "test")
    assert schedule.rate(2500) == pytest.approx(1e-5) and schedule.rate(5000) == 2e-5
    assert schedule.rate(200_000) == pytest.approx(2e-5 * 112_501 / 307_501)
    short = Training(schedule_steps=9)
    with pytest.raises(SwitchRankError, match=r"^test: schedule_steps is 9, but the training has 10 steps"):
        Schedule.of(short, 10, "test")
    assert Schedule.of(short, 9, "test").rate(9) > 0
    with pytest.raises(ValidationError, match="9 is below max_steps, which is 10"):
        Training(schedule_steps=9, max_steps=10)


def test_epsilon_damps_small_gradients() -> None:
    """One step of Adam with gradient g moves a weight by lr · |g| / (|g| + ε): half of lr for ε = |g|."""
    model = Line(1.0)
    step = trainer(model, 1, learning_rate=0.1, warmup=0.0, epsilon=1e-3)
    step.step(model.weight * 1e-3, [0], 0.0)
    assert model.weight.item() == pytest.approx(1.0 - 0.05)


def test_rates_by_hand() -> None:
    # 10 steps, a fifth of them rising: halves up to the peak, then ninths down
    expected = [3.0, 6.0, *(6.0 * ninths / 9 for ninths in (8, 7, 6, 5, 4, 3, 2, 1))]
    assert [rate_at(step, 10, 0.2, 6.0) for step in range(1, 11)] == pytest.approx(expected)
    assert rate_at(11, 10, 0.2, 6.0) == 0.0


def test_without_warm_up_the_first_step_has_the_peak() -> None:
    assert [rate_at(step, 4, 0.0, 1.0) for step in range(1, 5)] == [1.0, 0.75, 0.5, 0.25]


def test_a_share_that_is_whole_in_decimals_is_not_rounded_up() -> None:
    assert 0.07 * 100 > 7  # in floats
    assert rate_at(7, 100, 0.07, 1.0) == 1.0
    assert rate_at(6, 100, 0.07, 1.0) == pytest.approx(6 / 7)


def test_one_step_is_at_the_peak() -> None:
    assert rate_at(1, 1, 0.1, 2e-5) == 2e-5


@given(st.integers(1, 500), st.floats(0, 0.99))
def test_rates_rise_to_the_peak_and_fall_towards_zero(steps: int, warmup: float) -> None:
    rates = [rate_at(step, steps, warmup, 1.0) for step in range(1, steps + 1)]
    top = rates.index(max(rates))
    assert max(rates) == 1.0
    assert min(rates) > 0
    assert all(before < after for before, after in pairwise(rates[: top + 1]))
    assert all(before > after for before, after in pairwise(rates[top:]))
    assert top + 1 == max(1, math.ceil(warmup * steps - 1e-9))


# -- steps ----------------------------------------------------------------------------------------
def test_steps_by_hand(tmp_path: Path) -> None:
    """Adam's first step is the learning rate against the gradient's sign, whatever the gradient's size
    (Kingma & Ba 2015, section 2.1)."""
    model = Line(1.0)
    loop = trainer(model, 4)
    weights = []
    for _ in range(4):
        loop.step(3 * model.weight, [7, 8], 0.25)
        weights.append(model.weight.item())
    # rates of 4 steps, half of them rising: .05 .1 .066… .033…; the gradient is always 3 → 1 by clipping
    expected = [0.95, 0.85, 0.85 - 0.2 / 3, 0.85 - 0.1]
    assert weights == pytest.approx(expected, abs=1e-6)
    log = loop.log()
    assert log["step"].to_list() == [1, 2, 3, 4]
    assert log["loss"].to_list() == pytest.approx([3 * weight for weight in [1.0, *expected[:3]]], abs=1e-5)
    assert log["learning_rate"].to_list() == pytest.approx([0.05, 0.1, 0.2 / 3, 0.1 / 3])
    assert log["gradient_norm"].to_list() == pytest.approx([3.0] * 4)
    assert log["padding"].to_list() == [0.25] * 4
    tables.write(log, tmp_path / "training.parquet", tables.TRAINING)


def test_gradients_do_not_add_up_over_steps() -> None:
    model = Line(0.0)
    loop = trainer(model, 2)
    for factor in (5.0, 2.0):
        loop.step(factor * model.weight, [1], 0.0)
    assert loop.log()["gradient_norm"].to_list() == [5.0, 2.0]


@pytest.mark.parametrize("value", [math.nan, math.inf, -math.inf])
def test_a_loss_that_is_no_number_names_step_and_rows(value: float) -> None:
    model = Line(1.0)
    loop = trainer(model, 3)
    loop.step(model.weight, [4, 5], 0.0)
    with pytest.raises(SwitchRankError, match=rf"^test: loss is {value} in step 2, rows \[17, 3\]; lower the learning"):
        loop.step(model.weight * value, [17, 3], 0.0)


def test_an_infinite_gradient_stops_before_it_spoils_the_weights() -> None:
    """√w at 0 is 0, its slope infinite; divided by its norm it would leave NaN in the saved model."""
    model = Line(0.0)
    loop = trainer(model, 1)
    with pytest.raises(SwitchRankError, match=r"the gradient norm is inf in step 1, rows \[9\]"):
        loop.step(model.weight.sqrt(), [9], 0.0)
    assert model.weight.item() == 0.0


# -- optimiser ------------------------------------------------------------------------------------
def small_bert() -> BertModel:
    return BertModel(
        BertConfig(vocab_size=9, hidden_size=8, num_hidden_layers=1, num_attention_heads=2, intermediate_size=8)
    )


SMALL = {"vocab_size": 40, "hidden_size": 8, "num_hidden_layers": 2, "num_attention_heads": 2, "intermediate_size": 8}
FAMILIES: dict[str, dict[str, Any]] = {
    "bert": SMALL,
    "xlm-roberta": SMALL,
    "roberta": SMALL,
    "electra": SMALL | {"embedding_size": 8},
    "deberta-v2": SMALL | {"relative_attention": True, "pos_att_type": ["c2p", "p2c"], "position_buckets": 4},
    "distilbert": {"vocab_size": 40, "dim": 8, "n_layers": 2, "n_heads": 2, "hidden_dim": 8},
    "modernbert": SMALL
    | {"pad_token_id": 0, "bos_token_id": 1, "eos_token_id": 2, "cls_token_id": 1, "sep_token_id": 2},
    "gpt2": {"vocab_size": 40, "n_embd": 8, "n_layer": 2, "n_head": 2},
    "gpt_neox": SMALL,
    "llama": SMALL,
    "qwen3": SMALL | {"head_dim": 4, "num_key_value_heads": 2},
    "t5": {"vocab_size": 40, "d_model": 8, "d_kv": 4, "d_ff": 8, "num_layers": 2, "num_heads": 2},
}


def decaying(model: torch.nn.Module) -> tuple[set[str], set[str]]:
    """Names of the parameters that decay, and of those that do not."""
    decayed, plain = make_optimiser(model, 1e-3, 0.3).param_groups
    assert (decayed["weight_decay"], plain["weight_decay"]) == (0.3, 0.0)
    names = {id(parameter): name for name, parameter in model.named_parameters()}
    one, other = ({names[id(parameter)] for parameter in group["params"]} for group in (decayed, plain))
    assert not one & other
    assert len(decayed["params"]) + len(plain["params"]) == len(names)
    return one, other


@pytest.mark.parametrize("family", FAMILIES)
def test_biases_and_norms_of_every_family_do_not_decay(family: str) -> None:
    """As the trainer of `transformers` has it, which goes by types of layers and their names."""
    config = AutoConfig.for_model(family, **FAMILIES[family])
    model = T5EncoderModel(config) if family == "t5" else AutoModel.from_config(config)
    decayed, plain = decaying(model)
    parameters = set(dict(model.named_parameters()))  # one that is used twice has one name
    assert decayed == set(HuggingFaceTrainer.get_decay_parameter_names(None, model)) & parameters
    assert {name for name in plain if "norm" in name.lower() or ".ln_" in name}, "norms of this family"


def test_norms_by_any_name_do_not_decay() -> None:
    layers = {
        "scale": torch.nn.LayerNorm(4),
        "batches": torch.nn.BatchNorm1d(4),
        "root": torch.nn.RMSNorm(4),
        "groups": torch.nn.GroupNorm(2, 4),
        "map": torch.nn.Linear(4, 4),
        "words": torch.nn.Embedding(5, 4),
    }
    decayed, _ = decaying(torch.nn.ModuleDict(layers))
    assert decayed == {"map.weight", "words.weight"}


def test_frozen_word_embeddings_are_not_optimised() -> None:
    model = small_bert()
    freeze_word_embeddings(model)
    optimised = {
        id(parameter) for group in make_optimiser(model, 1e-3, 0.1).param_groups for parameter in group["params"]
    }
    left = [name for name, parameter in model.named_parameters() if id(parameter) not in optimised]
    assert left == ["embeddings.word_embeddings.weight"]


# -- device and precision -------------------------------------------------------------------------
def test_prepare_seeds_and_fixes_the_threads() -> None:
    draws = []
    for seed in (5, 5, 6):
        device = prepare(seed, 1)
        draws.append(torch.rand(3).tolist())
    assert draws[0] == draws[1] != draws[2]
    assert torch.get_num_threads() == 1
    assert torch.are_deterministic_algorithms_enabled()
    assert device.type == ("cuda" if torch.cuda.is_available() else "cpu")


def product() -> torch.dtype:
    return (torch.ones(2, 2) @ torch.ones(2, 2)).dtype


@pytest.mark.parametrize(
    ("capabilities", "multiplies"),
    [
        ({"amx_bf16": True}, True),
        ({"avx512_bf16": True, "amx_bf16": False}, True),
        ({"avx2": True}, False),
        ({}, False),
    ],
)
def test_precision_follows_the_hardware_only_if_asked(
    monkeypatch: pytest.MonkeyPatch, capabilities: dict[str, bool], multiplies: bool
) -> None:
    monkeypatch.setattr(torch.cpu, "get_capabilities", lambda: capabilities)
    assert multiplies_bf16(CPU) is multiplies
    found = {}
    for precision in ("fp32", "bf16", "auto"):
        with autocast(precision, CPU):
            found[precision] = product()
    automatic = torch.bfloat16 if multiplies else torch.float32
    assert found == {"fp32": torch.float32, "bf16": torch.bfloat16, "auto": automatic}


def test_a_gpu_that_only_emulates_bf16_does_not_count(monkeypatch: pytest.MonkeyPatch) -> None:
    asked = []
    monkeypatch.setattr(torch.cuda, "is_bf16_supported", lambda including_emulation: asked.append(including_emulation))
    assert multiplies_bf16(torch.device("cuda")) is False
    assert asked == [False]


# -- schedules -------------------------------------------------------------------------------------
def settings(**values: object) -> Training:
    return Training.model_validate({"learning_rate": 6.0, **values})


def test_warm_up_in_steps_replaces_the_share() -> None:
    schedule = Schedule.of(settings(warmup=0.9, warmup_steps=2), 5, "test")
    assert [schedule.rate(step) for step in range(1, 6)] == pytest.approx([3, 6, 4.5, 3, 1.5])
    assert Schedule.of(settings(warmup_steps=0), 3, "test").rate(1) == 6.0


def test_cosine_by_hand() -> None:
    schedule = Schedule.of(settings(warmup_steps=1, schedule="cosine"), 4, "test")
    # quarters of half a turn: cos 0, 45°, 90°, 135°
    half = math.sqrt(0.5)
    assert [schedule.rate(step) for step in range(1, 5)] == pytest.approx([6, 3 * (1 + half), 3, 3 * (1 - half)])


def test_constant_stays_at_the_peak() -> None:
    schedule = Schedule.of(settings(warmup_steps=2, schedule="constant"), 4, "test")
    assert [schedule.rate(step) for step in range(1, 5)] == [3, 6, 6, 6]


@pytest.mark.parametrize("rising", [5, 6])
def test_a_warm_up_must_be_shorter_than_the_training(rising: int) -> None:
    with pytest.raises(SwitchRankError, match=rf"^test: warmup_steps is {rising}, but the training has 5 steps"):
        Schedule.of(settings(warmup_steps=rising), 5, "test")
    with pytest.raises(ValidationError, match=f"5 is not above warmup_steps, which is {rising}"):
        settings(warmup_steps=rising, max_steps=5)


# -- parts, interruption ---------------------------------------------------------------------------
def test_parts_of_a_step_add_up() -> None:
    whole, parts = Line(1.0), Line(1.0)
    one, two = trainer(whole, 1), trainer(parts, 1)
    one.step(0.5 * whole.weight + 0.25 * whole.weight, [1, 2], 0.0)
    two.backward(0.5 * parts.weight)
    two.backward(0.25 * parts.weight)
    two.update([1, 2], 0.0)
    assert torch.equal(whole.weight, parts.weight)
    kept = ["loss", "gradient_norm", "learning_rate"]
    assert one.log().select(kept).equals(two.log().select(kept))


def test_gradients_of_ones_own_take_the_loss_with_the_update() -> None:
    model = Line(1.0)
    loop = trainer(model, 1)
    (2 * model.weight).backward()
    loop.update([1], 0.0, torch.tensor(7.0))
    assert loop.log().select("loss", "gradient_norm").row(0) == (7.0, 2.0)


def test_peak_memory_is_in_the_log() -> None:
    model = Line(1.0)
    loop = trainer(model, 2)
    loop.step(model.weight, [1], 0.0)
    kept = torch.ones(32 << 20, dtype=torch.float32)  # 128 MiB
    loop.step(model.weight, [1], 0.0)
    before, after = loop.log()["peak_memory"].to_list()
    assert 30 < before <= after
    assert after >= 128 and kept.numel()


def test_sigterm_ends_after_the_step_and_the_next_try_goes_on(tmp_path: Path) -> None:
    def run(stop_in: int | None) -> Trainer:
        model = Line(1.0)
        given = Training.model_validate({"learning_rate": 0.1, "weight_decay": 0.0})
        loop = Trainer(model, given, 6, "test", Checkpoints(tmp_path / "c", 0))
        for number in loop.remaining([10, 11, 12, 13, 14, 15, 16, 17]):
            if number == stop_in:
                os.kill(os.getpid(), signal.SIGTERM)
            loop.step(model.weight * number, [number], 0.0)
        return loop

    before = signal.getsignal(signal.SIGTERM)
    with pytest.raises(Terminated, match=rf"^test: ended by SIGTERM after step 3 of 6, which is saved in {tmp_path}/c"):
        run(12)
    assert signal.getsignal(signal.SIGTERM) is before
    resumed = run(None)
    shutil.rmtree(tmp_path / "c")
    whole = run(None)
    assert (
        resumed.log()
        .drop("pairs_per_second", "peak_memory")
        .equals(whole.log().drop("pairs_per_second", "peak_memory"))
    )
    assert whole.log().height == 6
    assert torch.equal(resumed.model.weight, whole.model.weight)  # type: ignore[arg-type]
    assert not (tmp_path / "c").exists()


def test_an_observer_ends_the_training() -> None:
    class Third:
        def observe(self, step: int) -> bool:
            return step == 3

        def state(self) -> tuple[dict[str, torch.Tensor], dict[str, object]]:
            return {}, {}

        def restore(self, tensors: object, values: object) -> None:
            raise AssertionError

    model = Line(1.0)
    loop = Trainer(model, Training(), 9, "test", observer=Third())
    for _ in loop.remaining(range(9)):
        loop.step(model.weight, [1], 0.0)
    assert loop.log()["step"].to_list() == [1, 2, 3]


def test_layers_of_another_family_cannot_be_frozen() -> None:
    with pytest.raises(SwitchRankError, match="folder: freeze_layers: 1 needs an encoder of BERT's family, found Line"):
        freeze_layers(Line(1.0), 1, "folder")
    freeze_layers(Line(1.0), 0, "folder")
