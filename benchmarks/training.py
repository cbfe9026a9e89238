"""Cross-encoder training compared with sentence-transformers' CrossEncoderTrainer and transformers' Trainer.

    python benchmarks/training.py --steps 100 --repeat 3

A BERT of 6 layers, 384 wide, with random weights; batch 64, at most 256 tokens; a query of about 6 and a passage of
about 56 made words (log-normal, as in MS MARCO), half of the passages with the query's words in them. All start from
the same weights, take the same number of updates with the same AdamW, schedule, clipping, frozen word embeddings and
no dropout, each in its own process, one after the other, the three in turn. Medians over the repeats.

Peers:
- CrossEncoderTrainer, which tokenises in each step and pads random batches (needs accelerate and datasets);
- Trainer with ids that were tokenised before, batches grouped by length and dynamic padding (needs accelerate).

Seconds are those of the updates, without reading the model and, except for the first peer, without tokenising. The loss
on 1,024 held-out pairs after the last update shows whether all learned the same. bf16 if the processor has it.
"""

from __future__ import annotations

import argparse
import subprocess
import sys
import tempfile
from pathlib import Path
from typing import Any

import numpy as np
import polars as pl
import torch
from made_text import encoder, tokenizer, word, zipf

WORDS, HELD_OUT = 30_000, 1024
BATCH, LENGTH, RATE, WARMUP = 64, 256, 1e-4, 0.1
RUNS = ("switchrank", "CrossEncoderTrainer", "Trainer, grouped by length")


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--steps", type=int, default=100)
    parser.add_argument("--repeat", type=int, default=3)
    parser.add_argument("--threads", type=int, default=2)
    parser.add_argument("--batch", type=int, default=BATCH)
    parser.add_argument("--layers", type=int, default=6)
    parser.add_argument("--width", type=int, default=384)
    parser.add_argument("--precision", choices=["auto", "fp32", "bf16"], default="auto")
    parser.add_argument("--folder", type=Path, help="folder in which the files are kept; temporary when absent")
    parser.add_argument("--only", choices=RUNS, help=argparse.SUPPRESS)
    given = parser.parse_args()
    torch.set_num_threads(given.threads)
    if given.only:
        return print(*dict(zip(RUNS, (ours, cross_encoder_trainer, trainer), strict=True))[given.only](given))
    with tempfile.TemporaryDirectory() as temporary:
        given.folder = given.folder or Path(temporary)
        make_files(given)
        runs: dict[str, list[list[float]]] = {name: [] for name in RUNS}
        for _ in range(given.repeat):
            for name in RUNS:
                if found := alone(name, given):
                    runs[name].append(found)
        show(given, runs)
    return None


def alone(name: str, given: argparse.Namespace) -> list[float]:
    """Seconds, dev loss, padding and peak memory in its own process; nothing if a package is missing."""
    keys = ("steps", "threads", "batch", "layers", "width", "precision", "folder")
    options = [f"--{key}={getattr(given, key)}" for key in keys]
    done = subprocess.run([sys.executable, __file__, "--only", name, *options], text=True, capture_output=True)
    if done.returncode:
        print(f"{name}: not measured: {done.stderr.strip().splitlines()[-1]}", file=sys.stderr)
        return []
    return [float(value) for value in done.stdout.splitlines()[-1].split()]


def show(given: argparse.Namespace, runs: dict[str, list[list[float]]]) -> None:
    """The table of docs/performance.md."""
    from switchrank.training.precision import multiplies_bf16

    half = given.precision == "bf16" or (given.precision == "auto" and multiplies_bf16(torch.device("cpu")))
    print(f"{given.steps} updates of {given.batch} pairs, {given.threads} threads, {'bf16' if half else 'fp32'}\n")
    print("| what | pairs/s | times slower | dev loss | padding | peak memory |\n|---|--:|--:|--:|--:|--:|")
    pairs = given.steps * given.batch
    mean = {name: np.median(np.array(values), axis=0) for name, values in runs.items() if values}
    for name, (seconds, loss, padding, memory) in mean.items():
        slower = seconds / mean["switchrank"][0]
        share = "" if np.isnan(padding) else f"{100 * padding:.1f} %"
        print(f"| {name} | {pairs / seconds:,.1f} | {slower:.2f} | {loss:.4f} | {share} | {memory:,.0f} MiB |")


# -- what all train on ---------------------------------------------------------------------------------
def make_files(given: argparse.Namespace) -> None:
    """Texts, an encoder with a tokenizer, and the ranker that the peers start from (ours makes it from its seed)."""
    from switchrank.models.folder import save_model
    from switchrank.ranker.model import new_ranker

    rng = np.random.default_rng(1)
    words = np.array([word(number) for number in range(WORDS)], dtype=object)
    count = given.steps * given.batch + HELD_OUT
    chances = zipf(WORDS)
    labels = rng.integers(0, 2, count)
    texts: dict[str, list[str]] = {"query": [], "passage": []}
    for label in labels:
        query = rng.choice(words, _length(rng, 6), p=chances)
        passage = rng.choice(words, _length(rng, 56), p=chances)
        if label:
            passage = rng.permutation(np.concatenate([query, passage[len(query) :]]))
        texts["query"].append(" ".join(query))
        texts["passage"].append(" ".join(passage))
    frame = pl.DataFrame({**texts, "label": labels}).with_row_index("instance_id")
    frame = frame.with_columns(pl.col("instance_id").cast(pl.String).alias("query_id"), pl.col("label").cast(pl.Int8))
    frame.write_parquet(given.folder / "texts.parquet")
    made = tokenizer(texts["passage"][:4000], LENGTH)
    save_model(encoder(len(made), given.layers, given.width), made, given.folder / "encoder")
    torch.manual_seed(1)
    ranker = new_ranker(given.folder / "encoder", 0.0, "cls", _share(_read(given)[0]))
    ranker.config.num_labels = 1
    save_model(ranker, made, given.folder / "ranker")


def _length(rng: np.random.Generator, median: int) -> int:
    return int(np.clip(rng.lognormal(np.log(median), 0.4), 2, 3 * median))


def _read(given: argparse.Namespace) -> tuple[pl.DataFrame, pl.DataFrame]:
    """Training and held-out pairs."""
    texts = pl.read_parquet(given.folder / "texts.parquet")
    return texts.head(-HELD_OUT), texts.tail(HELD_OUT)


def _share(texts: pl.DataFrame) -> float:
    return float((texts["label"] == 1).mean())  # type: ignore[arg-type]


# -- the three --------------------------------------------------------------------------------------
def ours(given: argparse.Namespace) -> tuple[float, float, float, float]:
    """Seconds of the updates, dev loss, padding, peak memory."""
    from switchrank.models.folder import read_hugging_face_tokenizer
    from switchrank.ranker.batches import encode_pairs
    from switchrank.ranker.settings import Training
    from switchrank.ranker.training import train_ranker

    texts, _ = _read(given)
    tokenizer = read_hugging_face_tokenizer(given.folder / "encoder")
    settings = Training(
        batch_size=given.batch,
        learning_rate=RATE,
        warmup=WARMUP,
        dropout=0.0,
        max_length=LENGTH,
        precision=given.precision,
    )
    pairs = encode_pairs(tokenizer, texts["query"].to_list(), texts["passage"].to_list(), LENGTH)
    trained = train_ranker(texts, pairs, given.folder / "encoder", settings, 1, given.threads, "training")
    sizes = [given.batch] * (given.steps - 1) + [texts.height - given.batch * (given.steps - 1)]
    seconds = sum(size / speed for size, speed in zip(sizes, trained.training["pairs_per_second"], strict=True))
    padding = float(trained.training["padding"].mean())  # type: ignore[arg-type]
    return seconds, _dev_loss(given, trained.model), padding, _peak()


def cross_encoder_trainer(given: argparse.Namespace) -> tuple[float, float, float, float]:
    """The same of sentence-transformers; it does not count padding."""
    from datasets import Dataset
    from sentence_transformers import CrossEncoder
    from sentence_transformers.cross_encoder import CrossEncoderTrainer, CrossEncoderTrainingArguments
    from sentence_transformers.cross_encoder.losses import BinaryCrossEntropyLoss

    texts, _ = _read(given)
    model = CrossEncoder(str(given.folder / "ranker"), max_length=LENGTH, device="cpu")
    model.model.get_input_embeddings().weight.requires_grad_(False)
    columns = texts.select("query", "passage", label=pl.col("label").cast(pl.Float64))
    data = Dataset.from_dict(columns.to_dict(as_series=False))
    run = CrossEncoderTrainer(
        model=model,
        args=CrossEncoderTrainingArguments(**_arguments(given)),
        train_dataset=data,
        loss=BinaryCrossEntropyLoss(model),
    )
    seconds = _timed(run)
    return seconds, _dev_loss(given, model.model), float("nan"), _peak()


def trainer(given: argparse.Namespace) -> tuple[float, float, float, float]:
    """The same of transformers' Trainer on ids, in batches of similar length."""
    from transformers import AutoModelForSequenceClassification, DataCollatorWithPadding, Trainer, TrainingArguments

    texts, _ = _read(given)
    tokenizer = _loaded(given)
    encoded = tokenizer(
        texts["query"].to_list(), texts["passage"].to_list(), truncation="longest_first", max_length=LENGTH
    )
    rows = [
        {
            **{name: encoded[name][at] for name in encoded},
            "labels": float(label),
            "length": len(encoded["input_ids"][at]),
        }
        for at, label in enumerate(texts["label"])
    ]
    model = AutoModelForSequenceClassification.from_pretrained(given.folder / "ranker")
    model.get_input_embeddings().weight.requires_grad_(False)
    collate, sizes = DataCollatorWithPadding(tokenizer), []

    def collated(features: list[dict[str, Any]]) -> Any:
        batch = collate([{k: v for k, v in row.items() if k != "length"} for row in features])
        sizes.append((int(batch["attention_mask"].sum()), batch["attention_mask"].numel()))
        return batch

    def loss(outputs: Any, labels: torch.Tensor, num_items_in_batch: Any = None) -> torch.Tensor:
        return torch.nn.functional.binary_cross_entropy_with_logits(outputs.logits.squeeze(-1).float(), labels)

    grouped = {"train_sampling_strategy": "group_by_length", "length_column_name": "length"}
    run = Trainer(
        model=model,
        args=TrainingArguments(**_arguments(given), **grouped, remove_unused_columns=False),
        train_dataset=rows,
        data_collator=collated,
        compute_loss_func=loss,
    )
    seconds = _timed(run)
    used, computed = np.sum(sizes, axis=0)
    return seconds, _dev_loss(given, model), 1 - used / computed, _peak()


def _arguments(given: argparse.Namespace) -> dict[str, Any]:
    """What both peers share with our settings."""
    from switchrank.training.precision import multiplies_bf16

    half = given.precision == "bf16" or (given.precision == "auto" and multiplies_bf16(torch.device("cpu")))
    return {
        "output_dir": str(given.folder / "peer"),
        "per_device_train_batch_size": given.batch,
        "max_steps": given.steps,
        "learning_rate": RATE,
        "warmup_steps": max(1, int(np.ceil(WARMUP * given.steps))),
        "weight_decay": 0.01,
        "max_grad_norm": 1.0,
        "optim": "adamw_torch_fused",
        "lr_scheduler_type": "linear",
        "bf16": half,
        "use_cpu": True,
        "save_strategy": "no",
        "logging_steps": 50,
        "report_to": [],
        "disable_tqdm": True,
        "dataloader_pin_memory": False,
        "seed": 1,
    }


def _timed(run: Any) -> float:
    """Seconds by the trainer's own clock, which starts after its set-up, as ours does."""
    return float(run.train().metrics["train_runtime"])


def _loaded(given: argparse.Namespace) -> Any:
    from transformers import AutoTokenizer

    return AutoTokenizer.from_pretrained(given.folder / "ranker")


def _dev_loss(given: argparse.Namespace, model: Any) -> float:
    """Binary cross-entropy on the held-out pairs, float32."""
    tokenizer, (_, texts) = _loaded(given), _read(given)
    logits = []
    model.eval()
    with torch.inference_mode():
        for part in texts.iter_slices(64):
            options = {"truncation": "longest_first", "max_length": LENGTH, "padding": True, "return_tensors": "pt"}
            shown = tokenizer(part["query"].to_list(), part["passage"].to_list(), **options)
            logits.append(model(**shown).logits.squeeze(-1).float())
    labels = torch.tensor(texts["label"].to_numpy(), dtype=torch.float32)
    return float(torch.nn.functional.binary_cross_entropy_with_logits(torch.cat(logits), labels))


def _peak() -> float:
    from switchrank.training.peak_memory import peak_memory

    return peak_memory()


if __name__ == "__main__":
    main()
