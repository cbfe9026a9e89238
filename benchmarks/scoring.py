"""Scoring candidates with a cross-encoder: every backend compared with `sentence_transformers.CrossEncoder.predict`.

    python benchmarks/scoring.py --queries 50 --candidates 1000

A model of 6 layers of 384 with random weights and a Unigram tokenizer trained on made texts; a query of about 6 and
a passage of about 56 words (log-normal, as in MS MARCO), at most 256 tokens, float32. Each query has its own
candidates, drawn from one collection. Every measurement runs in its own process, one after the other; seconds are
medians over `--repeat`, from texts to scores, after a first small call. Peers: CrossEncoder.predict query by query, and
on all pairs at once.

With `--ranker FOLDER --data FOLDER` it also prints how the backends differ on a trained model, on the dev candidates
of a finished run:

    python benchmarks/scoring.py --ranker results/ranker/mlcs/xx-xx/seed1 --data results/data/homeassistant \\
        --pairs en-en en-de
"""

from __future__ import annotations

import argparse
import subprocess
import sys
import tempfile
import time
from pathlib import Path

import numpy as np
import polars as pl
from made_text import word, zipf

VOCABULARY, PIECES = 30_000, 16_000
OURS = ("torch", "openvino", "int8")
PEERS = ("CrossEncoder, query by query", "CrossEncoder, all pairs at once")


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--queries", type=int, default=50)
    parser.add_argument("--candidates", type=int, default=1000)
    parser.add_argument("--layers", type=int, default=6)
    parser.add_argument("--threads", type=int, default=2)
    parser.add_argument("--repeat", type=int, default=3)
    parser.add_argument("--batch-tokens", type=int, default=4096)
    parser.add_argument("--backends", nargs="*", default=list(OURS), choices=OURS)
    parser.add_argument("--folder", type=Path, help="folder in which model and texts are kept; temporary when absent")
    parser.add_argument("--ranker", type=Path, help="folder of a trained ranker")
    parser.add_argument("--data", type=Path, help="results/data/BENCHMARK of a finished run")
    parser.add_argument("--pairs", nargs="*", default=["en-en"], help="languages of queries and passages")
    parser.add_argument("--only", help=argparse.SUPPRESS)
    given = parser.parse_args()
    if given.only:
        return print(one(given.only, given))
    with tempfile.TemporaryDirectory() as temporary:
        given.folder = given.folder or Path(temporary)
        make_files(given)
        names = [*given.backends, *PEERS]
        seconds: dict[str, list[float]] = {name: [] for name in names}
        for _ in range(given.repeat):
            for name in names:
                seconds[name].append(float(alone(name, given)))
        show(given, {name: float(np.median(values)) for name, values in seconds.items()})
    if given.ranker:
        on_a_trained_model(given)
    return None


def alone(name: str, given: argparse.Namespace) -> str:
    """Seconds of a measurement in its own process."""
    keys = ("threads", "batch_tokens", "folder", "candidates")
    options = [f"--{key.replace('_', '-')}={getattr(given, key)}" for key in keys]
    command = [sys.executable, __file__, f"--only={name}", *options]
    return subprocess.run(command, check=True, text=True, stdout=subprocess.PIPE).stdout.split()[-1]


def make_files(given: argparse.Namespace) -> None:
    """The model and the pairs; the same for every call."""
    import torch
    from transformers import BertConfig, BertForSequenceClassification

    from switchrank.models.folder import save_model

    rng = np.random.default_rng(1)
    words = np.array(sorted({word(number) for number in range(2 * VOCABULARY)})[:VOCABULARY], dtype=object)
    rng.shuffle(words)
    passages = made_texts(words, max(2 * given.candidates, 2000), 56, 0.45, rng)
    queries = made_texts(words, given.queries, 6, 0.35, rng)
    chosen = np.concatenate([rng.permutation(len(passages))[: given.candidates] for _ in queries])
    pairs = pl.DataFrame(
        {
            "query": np.repeat(np.array(queries, dtype=object), given.candidates).tolist(),
            "passage": [passages[row] for row in chosen],
        }
    )
    given.folder.mkdir(parents=True, exist_ok=True)
    pairs.write_parquet(given.folder / "pairs.parquet")
    tokenizer = made_tokenizer(passages[:2000])
    torch.manual_seed(1)
    shape = {
        "hidden_size": 384,
        "num_hidden_layers": given.layers,
        "num_attention_heads": 12,
        "intermediate_size": 1536,
    }
    config = BertConfig(vocab_size=len(tokenizer), num_labels=1, initializer_range=0.05, pad_token_id=1, **shape)
    config.sentence_transformers = {"activation_fn": "torch.nn.modules.linear.Identity"}
    save_model(BertForSequenceClassification(config), tokenizer, given.folder / "model")


def made_texts(words: np.ndarray, count: int, mean: int, spread: float, rng: np.random.Generator) -> list[str]:
    """Texts of words by Zipf's law; their numbers of words are log-normal with this mean."""
    lengths = np.maximum(1, rng.lognormal(np.log(mean) - spread**2 / 2, spread, count)).astype(int)
    drawn = words[rng.choice(len(words), size=int(lengths.sum()), p=zipf(len(words)))]
    return [" ".join(part).capitalize() + "." for part in np.split(drawn, np.cumsum(lengths)[:-1])]


def made_tokenizer(texts: list[str]):  # type: ignore[no-untyped-def]
    """A Unigram tokenizer that normalises and divides as XLM-R's does."""
    from tokenizers import Regex, Tokenizer, normalizers, pre_tokenizers, processors, trainers
    from tokenizers.models import Unigram
    from transformers import PreTrainedTokenizerFast

    tokenizer = Tokenizer(Unigram())
    tokenizer.normalizer = normalizers.Sequence(
        [normalizers.NFKC(), normalizers.Replace(Regex(r"\s+"), " "), normalizers.Strip()]
    )
    tokenizer.pre_tokenizer = pre_tokenizers.Metaspace()
    specials = ["<s>", "<pad>", "</s>", "<unk>"]
    trainer = trainers.UnigramTrainer(
        vocab_size=PIECES, special_tokens=specials, unk_token="<unk>", show_progress=False
    )
    tokenizer.train_from_iterator(texts, trainer)
    tokenizer.post_processor = processors.TemplateProcessing(
        single="<s> $A </s>", pair="<s> $A </s> </s> $B </s>", special_tokens=[("<s>", 0), ("</s>", 2)]
    )
    names = {"bos_token": "<s>", "pad_token": "<pad>", "eos_token": "</s>", "unk_token": "<unk>"}
    return PreTrainedTokenizerFast(
        tokenizer_object=tokenizer, model_input_names=["input_ids", "attention_mask"], model_max_length=256, **names
    )


def one(name: str, given: argparse.Namespace) -> float:
    """Seconds of one way; its scores go into the folder."""
    import torch

    torch.set_num_threads(given.threads)
    pairs = pl.read_parquet(given.folder / "pairs.parquet")
    queries, passages = pairs["query"].to_list(), pairs["passage"].to_list()
    score = ours(name, given) if name in OURS else peer(name, given)
    score(queries[:64], passages[:64])
    start = time.perf_counter()
    scores = score(queries, passages)
    seconds = time.perf_counter() - start
    np.save(given.folder / f"{name}.npy", scores)
    return seconds


def ours(name: str, given: argparse.Namespace):  # type: ignore[no-untyped-def]
    import torch

    from switchrank.ranker.scoring import Scorer
    from switchrank.ranker.settings import Scoring

    settings = Scoring(backend=name, batch_tokens=given.batch_tokens, max_length=256, precision="fp32")

    def score(queries: list[str], passages: list[str]) -> np.ndarray:
        # a new scorer for each call: an earlier one would have cached the texts
        scorer.texts = type(scorer.texts)(scorer.texts.tokenizer)
        return scorer.scores(queries, passages, name)

    scorer = Scorer(given.folder / "model", settings, torch.device("cpu"))
    return score


def peer(name: str, given: argparse.Namespace):  # type: ignore[no-untyped-def]
    from sentence_transformers import CrossEncoder

    model = CrossEncoder(str(given.folder / "model"), device="cpu", max_length=256)

    def score(queries: list[str], passages: list[str]) -> np.ndarray:
        pairs = list(zip(queries, passages, strict=True))
        if name.endswith("at once"):
            return model.predict(pairs, show_progress_bar=False)
        step = given.candidates
        return np.concatenate(
            [model.predict(pairs[at : at + step], show_progress_bar=False) for at in range(0, len(pairs), step)]
        )

    return score


def show(given: argparse.Namespace, seconds: dict[str, float]) -> None:
    """The table of docs/performance.md."""
    count = given.queries * given.candidates
    scores = {name: np.load(given.folder / f"{name}.npy").reshape(given.queries, -1) for name in seconds}
    reference = scores[PEERS[1]]
    orders = {name: np.argsort(-values, axis=1, kind="stable") for name, values in scores.items()}
    columns = ("way", "seconds", "pairs/s", "times CrossEncoder by query", "… at once", "queries in the same order")
    print(f"| {' | '.join(columns)} | largest difference |")
    print("|---|--:|--:|--:|--:|--:|--:|")
    for name, taken in seconds.items():
        same = (orders[name] == orders[PEERS[1]]).all(axis=1).sum()
        apart = np.abs(scores[name] - reference).max()
        ratios = " | ".join(f"{seconds[peer] / taken:.2f}" for peer in PEERS)
        print(f"| {name} | {taken:.1f} | {count / taken:,.0f} | {ratios} | {same} of {given.queries} | {apart:.1e} |")
    print(f"\nspread of a query's scores: {reference.std(axis=1).mean():.3f}")


def on_a_trained_model(given: argparse.Namespace) -> None:
    """How the backends differ on dev."""
    import torch

    from switchrank import tables
    from switchrank.evaluation.backend_comparison import compare_runs, in_words
    from switchrank.evaluation.scored_runs import pair_scores
    from switchrank.ranker.scoring import Scorer
    from switchrank.ranker.settings import Scoring

    torch.set_num_threads(given.threads)
    codes = {
        side: sorted({pair.split("-")[at] for pair in given.pairs}) for at, side in enumerate(("queries", "passages"))
    }
    folders = {"queries": given.data / "queries" / "dev", "passages": given.data / "passages"}
    files = {side: [folders[side] / f"{code}.parquet" for code in codes[side]] for side in codes}
    shared = str(given.data / "candidates" / "dev" / "shared.parquet")
    qrels = tables.read(given.data / "qrels" / "dev" / "shared.parquet", tables.QRELS)
    scorers = {
        name: Scorer(given.ranker, Scoring(backend=name, max_length=96, precision="fp32"), torch.device("cpu"))
        for name in dict.fromkeys(("torch", *given.backends))
    }
    settings = {"languages": codes, "candidates": dict.fromkeys(given.pairs, shared)}
    with pair_scores(settings, files, {}) as scores:
        for pair in given.pairs:
            runs = {name: pl.concat(scores.of(scorer, pair, shared, name)) for name, scorer in scorers.items()}
            print(*in_words(compare_runs(runs, qrels, ["RR@10"], pair)), sep="\n")


if __name__ == "__main__":
    main()
