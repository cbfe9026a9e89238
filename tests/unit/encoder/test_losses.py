"""The registry of losses: CLEAR by hand, examples of the docstrings, options, and a loss that a test adds."""

from __future__ import annotations

import doctest
import math
import shutil
import subprocess
import sys
from importlib import import_module
from pathlib import Path

import polars as pl
import pytest
import torch

from switchrank.encoder.loss import Vectors, mistakes_in_options, open_loss
from switchrank.encoder.pair_texts import PairTexts
from switchrank.encoder.settings import Contrastive, Prefixes
from switchrank.errors import SwitchRankError
from switchrank.models.folder import read_tokenizer
from switchrank.provenance import fingerprint
from switchrank.ranker.settings import Training
from switchrank.settings import module_names
from tests.toy.alignment import toy_pairs
from tests.toy.workspace import ROOT

FOLDERS = ("switchrank.encoder.losses", "switchrank.ranker.losses")
EVERY = [f"{folder}.{name}" for folder in FOLDERS for name in module_names(folder)]
PARTS = ["Description", "Args", "Returns", "References", "Requirements", "Inputs", "Recommendations", "Relations"]


@pytest.mark.parametrize("module", EVERY)
def test_a_docstring_has_its_ten_parts_and_an_example_that_holds(module: str) -> None:
    """A summary, eight named parts, and an example."""
    loss = import_module(module).Loss
    lines = [line.strip() for line in loss.__doc__.splitlines()]
    assert [lines.index(f"{part}:") for part in [*PARTS, "Example"]] == sorted(
        lines.index(f"{part}:") for part in [*PARTS, "Example"]
    )
    assert lines[0].endswith(".")
    found = doctest.testmod(import_module(module))
    assert (found.attempted > 1, found.failed) == (True, 0)


# -- clear: queries at 0° and 90°, passages at 0° and 60°, their English texts at 30° and 90° -------------
QUERIES, PASSAGES = torch.tensor([[2.0, 0.0], [0.0, 1.0]]), torch.tensor([[1.0, 0.0], [0.5, math.sqrt(3) / 2]])
ENGLISH = torch.tensor([[math.sqrt(3) / 2, 0.5], [0.0, 3.0]])


def clear(batch: Vectors, alpha: float, beta: float, temperature: float = 0.5) -> float:
    return open_loss("clear", temperature, {"alpha": alpha, "beta": beta})(batch).item()


def test_each_part_of_clear_in_numbers() -> None:
    """τ = .5. Forwards: cosines 1, .5 and 0, .866. Backwards: .866, .5 and 0, 1."""
    batch = Vectors(QUERIES, PASSAGES, english=ENGLISH)
    # log(1 + e^(1 − 2)) = .313262; log(1 + e^(−1.732051)) = .162902
    assert clear(batch, 0, 0) == pytest.approx((0.313262 + 0.162902) / 2, abs=1e-6)
    # log(1 + e^(1 − 1.732051)) = .392664; log(1 + e^(−2)) = .126928
    assert clear(batch, 1, 0) == pytest.approx((0.392664 + 0.126928) / 2, abs=1e-6)
    # rows of r: 1/(1 + e^−.732051) = .675255, and 1/(1 + e^−2) = .880797; of f: .731059 and .849675
    divergence = (
        0.675255 * math.log(0.675255 / 0.731059)
        + 0.324745 * math.log(0.324745 / 0.268941)
        + 0.880797 * math.log(0.880797 / 0.849675)
        + 0.119203 * math.log(0.119203 / 0.150325)
    ) / 2
    assert clear(batch, 0, 1) == pytest.approx(divergence, abs=1e-6)


def test_clear_is_the_weighted_sum_of_its_parts() -> None:
    batch = Vectors(QUERIES, PASSAGES, english=ENGLISH)
    parts = clear(batch, 0, 0), clear(batch, 1, 0), clear(batch, 0, 1)
    expected = 0.4 * parts[0] + 0.4 * parts[1] + 0.2 * parts[2]
    assert open_loss("clear", 0.5)(batch).item() == pytest.approx(expected, abs=1e-6)  # the defaults


def test_the_divergence_is_that_of_the_library() -> None:
    """`kl_div` with the forward log-softmax as its input and the reverse softmax as its target."""
    generator = torch.Generator().manual_seed(5)
    queries, passages = (torch.randn(6, 8, generator=generator) for _ in range(2))
    scores = torch.nn.functional.cosine_similarity(queries[:, None], passages[None], dim=-1) / 0.05
    expected = torch.nn.functional.kl_div(scores.log_softmax(1), scores.T.softmax(1), reduction="batchmean")
    assert clear(Vectors(queries, passages), 0, 1, 0.05) == pytest.approx(expected.item(), rel=1e-5)


def test_without_reverse_and_divergence_clear_is_infonce_and_half_reverse_is_symmetric() -> None:
    hard = torch.tensor([[1.0, 1.0]])
    mask = torch.tensor([[False, True, False], [False, False, True]])
    batch = Vectors(QUERIES, PASSAGES, hard, mask)
    assert clear(batch, 0, 0) == open_loss("infonce", 0.5)(batch).item()
    assert clear(batch, 0.5, 0) == pytest.approx(open_loss("symmetric", 0.5)(batch).item())


def test_what_is_masked_is_in_no_part_of_clear_and_gives_a_finite_gradient() -> None:
    mask = torch.tensor([[False, True], [False, False]])
    queries = QUERIES.clone().requires_grad_()
    loss = open_loss("clear", 0.005, {"alpha": 0.4, "beta": 0.2})(
        Vectors(queries, PASSAGES, mask=mask, english=ENGLISH)
    )
    loss.backward()
    assert torch.isfinite(loss)
    assert torch.isfinite(queries.grad).all()
    # each distribution has one place left in a row or column, so both are certain and do not diverge
    assert clear(Vectors(QUERIES, PASSAGES, mask=mask, english=ENGLISH), 0, 1) == 0.0


# -- English texts ---------------------------------------------------------------------------------------
def texts_of(pairs: pl.DataFrame, encoder: Path) -> PairTexts:
    return PairTexts(pairs, None, read_tokenizer(encoder), Prefixes(query="q: ", passage="p: "), english=True)


def test_the_english_text_of_each_positive_has_the_prefix_of_its_side(encoder_folder: Path) -> None:
    pairs = toy_pairs()
    texts, tokenizer = texts_of(pairs, encoder_folder), read_tokenizer(encoder_folder)
    chosen = [pairs["pair_id"][0], pairs["pair_id"][-1]]
    members = texts.members(chosen)
    shown = [tokenizer.encode(f"p: {text}").ids for text in pairs[[0, -1]]["english"]]
    assert [texts.ids[number] for number in members.english] == shown
    assert members.texts == [*members.anchors, *members.positives, *members.english]


def test_an_english_positive_is_encoded_once(encoder_folder: Path) -> None:
    pairs = toy_pairs().with_columns(positive="anchor", anchor="positive")  # from other languages to English
    assert texts_of(pairs, encoder_folder).members(pairs["pair_id"].to_list()[:1]).english == []


def test_a_pair_without_english_text_is_named(encoder_folder: Path) -> None:
    pairs = toy_pairs().with_columns(english=pl.when(pl.col("pair_id") != 4).then("anchor"), kind=pl.lit("parallel"))
    with pytest.raises(SwitchRankError, match=r"pair 4 of kind parallel has no English text of '.+'; the loss needs"):
        texts_of(pairs, encoder_folder)


# -- the registry ------------------------------------------------------------------------------------------
def test_a_loss_that_does_not_exist_is_refused_with_those_that_do() -> None:
    values = {"method": "contrastive", "base": "b", "pairs": [{"kind": "switched", "corpus": "c"}]}
    with pytest.raises(ValueError, match="Input should be 'clear', 'infonce' or 'symmetric'"):
        Contrastive.model_validate(values | {"loss": "hinge"})
    with pytest.raises(ValueError, match="Input should be 'lce', 'pointwise' or 'ranknet'"):
        Training.model_validate({"loss": "hinge"})


@pytest.mark.parametrize(
    ("loss", "options", "said"),
    [
        ("clear", {"alpha": 0.3}, []),
        ("clear", {"gamma": 1.0}, ["gamma: clear has no such option; allowed: alpha, beta"]),
        ("clear", {"alpha": -1.0}, ["alpha: found -1.0; Input should be greater than or equal to 0"]),
        (
            "clear",
            {"alpha": 0.7, "beta": 0.6},
            ["options: found {'alpha': 0.7, 'beta': 0.6}; Value error, alpha + beta is 1.3; at most 1"],
        ),
        ("infonce", {"alpha": 0.3}, ["alpha: infonce has no such option; allowed: (none)"]),
    ],
)
def test_options_are_checked(loss: str, options: dict[str, float], said: list[str]) -> None:
    assert mistakes_in_options(loss, options) == said


NEW = {
    "encoder": """
import torch
from switchrank.encoder.loss import ContrastiveLoss, NoOptions, Vectors, cosines

class Loss(ContrastiveLoss[NoOptions]):
    def __call__(self, batch: Vectors) -> torch.Tensor:
        return 1 - cosines(batch.anchors, batch.positives).diagonal().mean()
""",
    "ranker": """
from switchrank.ranker.loss import RankingLoss

class Loss(RankingLoss):
    whole_queries = False

    def __call__(self, logits, labels, queries):
        return (logits.sigmoid() - labels).square().mean()

    def terms(self, labels, queries):
        return len(labels)
""",
}
TRAIN = """
import sys
from pathlib import Path
import polars as pl
from tests.toy import alignment
from tests.toy.training import toy_training
encoder, folder = Path(sys.argv[1]), Path(sys.argv[2])
texts = ["打开厨房的灯。", "Открой дверь", "अगली बत्ती", "شغّل الضوء"] * 4
rows = pl.DataFrame({"instance_id": range(16), "query_id": ["q"] * 16, "query": texts, "passage": texts[::-1]})
rows = rows.with_columns(label=pl.col("instance_id").mod(2).cast(pl.Int8))
trained = toy_training(rows, encoder, loss="made_up", max_steps=2)
print(trained.training.height)
alignment.align_into(encoder, folder, loss="made_up", batches={"size": 3, "steps": 2})
print(pl.read_parquet(folder / "training.parquet")["loss"][0] <= 2)
"""


def test_a_new_loss_is_one_module(tmp_path: Path, encoder_folder: Path) -> None:
    """In a copy of the package: it is accepted by the settings, trains, and re-runs no job with another loss."""
    source = tmp_path / "src"
    shutil.copytree(ROOT / "src/switchrank", source / "switchrank", ignore=shutil.ignore_patterns("__pycache__"))
    scripts = [ROOT / f"workflow/scripts/{name}.py" for name in ("prealign_encoder", "train_ranker")]

    def fingerprints(**also: str) -> list[str]:
        return [
            fingerprint(script, source, also=[f"switchrank.{stage}.losses.{name}"])
            for script, (stage, name) in zip(scripts, also.items(), strict=True)
        ]

    before = fingerprints(encoder="infonce", ranker="lce")
    for stage, text in NEW.items():
        (source / f"switchrank/{stage}/losses/made_up.py").write_text(text, encoding="utf-8")
    assert fingerprints(encoder="infonce", ranker="lce") == before
    assert fingerprints(encoder="made_up", ranker="made_up") != before
    paths = [encoder_folder, tmp_path / "out"]
    done = subprocess.run(
        [sys.executable, "-c", TRAIN, *map(str, paths)],
        cwd=ROOT,
        env={"PYTHONPATH": f"{source}:{ROOT}", "PATH": "/usr/bin:/bin", "HOME": str(tmp_path)},
        capture_output=True,
        text=True,
    )
    assert done.stdout.splitlines() == ["2", "True"], done.stderr
