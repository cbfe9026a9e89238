"""Contrastive steps at an effective batch of 256 pairs, compared with sentence-transformers' cached loss.

    python benchmarks/contrastive.py

A BERT of 6 layers, 384 wide, with random weights; queries of about 6 words and passages of about 56 (lognormal
lengths, as in MS MARCO), words by Zipf's law. Both sides train the same weights (word embeddings frozen, no dropout)
with AdamW on the same batches in the same precision, and keep the activations of only a few texts (gradient cache):
- switchrank: `encoder.batch_loss.batch_loss` with `chunk`.
- sentence-transformers: CachedMultipleNegativesRankingLoss, scale 20 (temperature .05), each column padded as it does.

Each runs in its own process, in turns. The loss of every step must be equal.
"""

from __future__ import annotations

import argparse
import json
import subprocess
import sys
import tempfile
import time
from pathlib import Path

import numpy as np
import torch
from made_text import word, zipf

WORDS = 20_000
TEMPERATURE = 0.05


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--batch", type=int, default=256)
    parser.add_argument("--steps", type=int, default=4, help="timed steps, after one untimed step")
    parser.add_argument("--repeat", type=int, default=3)
    parser.add_argument("--threads", type=int, default=2)
    parser.add_argument("--max-length", type=int, default=256)
    parser.add_argument("--layers", type=int, default=6)
    parser.add_argument("--chunk", type=int, default=32, help="texts held at a time")
    parser.add_argument("--folder", type=Path, help=argparse.SUPPRESS)
    parser.add_argument("--only", choices=["ours", "peer"], help=argparse.SUPPRESS)
    given = parser.parse_args()
    if given.only:
        return print(json.dumps({"ours": ours, "peer": peer}[given.only](given)))
    with tempfile.TemporaryDirectory() as folder:
        given.folder = Path(folder)
        make_encoder(given.folder, given.layers, given.max_length)
        runs: dict[str, list[dict]] = {"ours": [], "peer": []}
        for _ in range(given.repeat):
            for name in runs:
                runs[name].append(alone(name, given))
    show(given, runs)
    return None


def alone(name: str, given: argparse.Namespace) -> dict:
    options = [
        f"--{key.replace('_', '-')}={getattr(given, key)}"
        for key in ("batch", "steps", "threads", "max_length", "chunk", "folder")
    ]
    command = [sys.executable, __file__, "--only", name, *options]
    return json.loads(subprocess.run(command, check=True, text=True, stdout=subprocess.PIPE).stdout)


def show(given: argparse.Namespace, runs: dict[str, list[dict]]) -> None:
    seconds = {name: float(np.median([run["seconds"] for run in found])) for name, found in runs.items()}
    losses = {name: found[0]["losses"] for name, found in runs.items()}
    gap = max(abs(a - b) for a, b in zip(*losses.values(), strict=True))
    print("| route | pairs/s | times slower | peak memory | loss of the last step |\n|---|--:|--:|--:|--:|")
    names = {"ours": "switchrank", "peer": "CachedMultipleNegativesRankingLoss"}
    for name, label in names.items():
        rate = given.batch * given.steps / seconds[name]
        peak = float(np.median([run["peak"] for run in runs[name]]))
        slower = seconds[name] / seconds["ours"]
        print(f"| {label} | {rate:.1f} | {slower:.2f} | {peak:,.0f} MiB | {losses[name][-1]:.4f} |")
    print(f"\nlargest difference of a step's loss: {gap:.1e}")


def make_encoder(folder: Path, layers: int, max_length: int) -> None:
    """A model folder with a word-level tokenizer and random weights."""
    from tokenizers import Tokenizer, models, pre_tokenizers, processors
    from transformers import BertConfig, BertModel, PreTrainedTokenizerFast

    pieces = ["<s>", "<pad>", "</s>", "<unk>", *sorted({word(number) for number in range(WORDS)})]
    vocabulary = {piece: number for number, piece in enumerate(pieces)}
    tokenizer = Tokenizer(models.WordLevel(vocabulary, unk_token="<unk>"))
    tokenizer.pre_tokenizer = pre_tokenizers.WhitespaceSplit()
    tokenizer.post_processor = processors.TemplateProcessing(
        single="<s> $A </s>", pair="<s> $A </s> </s> $B </s>", special_tokens=[("<s>", 0), ("</s>", 2)]
    )
    fast = PreTrainedTokenizerFast(
        tokenizer_object=tokenizer,
        bos_token="<s>",
        pad_token="<pad>",
        eos_token="</s>",
        cls_token="<s>",
        sep_token="</s>",
        unk_token="<unk>",
        model_max_length=max_length,
        model_input_names=["input_ids", "attention_mask"],
    )
    config = BertConfig(
        vocab_size=len(pieces),
        hidden_size=384,
        num_hidden_layers=layers,
        num_attention_heads=12,
        intermediate_size=1536,
        max_position_embeddings=max_length + 2,
        pad_token_id=1,
        hidden_dropout_prob=0.0,
        attention_probs_dropout_prob=0.0,
    )
    torch.manual_seed(1)
    model = BertModel(config, add_pooling_layer=False)
    model.save_pretrained(folder)
    fast.save_pretrained(folder)


def batches(given: argparse.Namespace) -> list[tuple[list[str], list[str]]]:
    """Queries and passages of every step."""
    generator = np.random.default_rng(7)
    words = np.array([word(number) for number in range(WORDS)], dtype=object)
    probabilities = zipf(WORDS)

    def texts(count: int, mean: float, spread: float) -> list[str]:
        lengths = np.maximum(1, generator.lognormal(np.log(mean), spread, count).astype(int))
        return [" ".join(generator.choice(words, length, p=probabilities)) for length in lengths]

    return [(texts(given.batch, 6, 0.4), texts(given.batch, 52, 0.4)) for _ in range(given.steps + 1)]


def measured(given: argparse.Namespace, model: torch.nn.Module, loss_of) -> dict:
    """Steps with AdamW; the first is not timed."""
    trained = [parameter for parameter in model.parameters() if parameter.requires_grad]
    optimiser = torch.optim.AdamW(trained, lr=2e-5, weight_decay=0.01, fused=True)
    losses, started = [], 0.0
    for number, batch in enumerate(batches(given)):
        if number == 1:
            started = time.perf_counter()
        optimiser.zero_grad(set_to_none=True)
        loss = loss_of(*batch)
        loss.backward()
        optimiser.step()
        losses.append(float(loss.detach()))
    return {"seconds": time.perf_counter() - started, "losses": losses, "peak": peak_memory()}


def peak_memory() -> float:
    """MiB."""
    import resource

    return resource.getrusage(resource.RUSAGE_SELF).ru_maxrss / 1024


def ours(given: argparse.Namespace) -> dict:
    from switchrank.encoder.batch_loss import Members, batch_loss
    from switchrank.encoder.embedding import load_encoder
    from switchrank.encoder.loss import open_loss
    from switchrank.encoder.settings import Contrastive
    from switchrank.models.folder import read_tokenizer
    from switchrank.training.optimiser import freeze_word_embeddings
    from switchrank.training.precision import prepare

    device = prepare(1, given.threads)
    model = load_encoder(given.folder).to(device).train()
    freeze_word_embeddings(model)
    tokenizer = read_tokenizer(given.folder)
    tokenizer.enable_truncation(given.max_length)
    settings = Contrastive.model_validate(
        {
            "method": "contrastive",
            "base": "b",
            "pairs": [{"kind": "switched", "corpus": "c"}],
            "chunk": given.chunk,
            "loss": "infonce",
            "temperature": TEMPERATURE,
        }
    )

    infonce = open_loss(settings.loss, settings.temperature)

    def loss_of(queries: list[str], passages: list[str]) -> torch.Tensor:
        ids = [encoding.ids for encoding in tokenizer.encode_batch([*queries, *passages])]
        first, second = list(range(len(queries))), list(range(len(queries), len(ids)))
        return batch_loss(model, ids, Members(first, second, [], None), infonce, settings, device)[0]

    return measured(given, model, loss_of)


def peer(given: argparse.Namespace) -> dict:
    from sentence_transformers import SentenceTransformer, losses, models

    torch.set_num_threads(given.threads)
    transformer = models.Transformer(str(given.folder), max_seq_length=given.max_length)
    pooling = models.Pooling(transformer.get_embedding_dimension())
    model = SentenceTransformer(modules=[transformer, pooling], device="cpu").train()
    model[0].auto_model.get_input_embeddings().weight.requires_grad_(False)
    loss = losses.CachedMultipleNegativesRankingLoss(model, scale=1 / TEMPERATURE, mini_batch_size=given.chunk)

    def loss_of(queries: list[str], passages: list[str]) -> torch.Tensor:
        return loss([model.preprocess(queries), model.preprocess(passages)], torch.zeros(0))

    return measured(given, model, loss_of)


if __name__ == "__main__":
    main()
