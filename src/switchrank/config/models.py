"""The models of `config.yaml`: its root, and the entries that join several stages."""

from __future__ import annotations

import json
from collections.abc import Mapping
from typing import Annotated, Any, get_args

from pydantic import Discriminator, Field, Tag, TypeAdapter, field_validator

from switchrank.corpus.settings import Corpus
from switchrank.data.benchmarks import Benchmark
from switchrank.encoder.settings import Encoder
from switchrank.evaluation.settings import Evaluation, Retrieval
from switchrank.lexicon.settings import Lexicon, LexiconQuality, Vectors
from switchrank.ranker.settings import Scoring, Training
from switchrank.report.entries import Figure, Table
from switchrank.report.settings import Page
from switchrank.settings import Name, RandomSeed, Settings, fillable

Pairs = Annotated[list[str], Field(min_length=1)] | None


class TrainedSystem(Settings):
    """A row of the table: an encoder fine-tuned on a corpus."""

    encoder: Name = Field(description="Encoder to start from.")
    corpus: Name = Field(description="Corpus to train on.")
    training: Training = Field(default_factory=Training, description="How.")
    pairs: Pairs = Field(None, description="Judged on only these pairs of the run; all when absent.")


class TranslateTest(Settings):
    """Test-time word-by-word translation of queries and passages into English, for another system's ranker."""

    system: Name = Field(description="Trained system whose rankers score the translated texts.")
    lexicon: Name = Field(description="Lexicon that translates into English.")
    pairs: Pairs = Field(None, description="Judged on only these pairs of the run; all when absent.")


class DenseSystem(Settings):
    """An encoder by itself as a dense retriever of all passages of the judged split."""

    encoder: Name = Field(description="Encoder whose vectors are compared by cosine.")
    retrieval: Retrieval = Field(description="How.")
    pairs: Pairs = Field(None, description="Judged on only these pairs of the run; all when absent.")


KINDS_OF_SYSTEM = {"trained": TrainedSystem, "translate_test": TranslateTest, "dense": DenseSystem}


def _kind_of_system(value: Any) -> str:
    if not isinstance(value, Mapping):
        return next((kind for kind, model in KINDS_OF_SYSTEM.items() if isinstance(value, model)), "trained")
    return "translate_test" if "system" in value else "dense" if "retrieval" in value else "trained"


System = Annotated[
    Annotated[TrainedSystem, Tag("trained")]
    | Annotated[TranslateTest, Tag("translate_test")]
    | Annotated[DenseSystem, Tag("dense")],
    Discriminator(_kind_of_system),
]


RunPairs = Annotated[list[str], Field(min_length=1)]


class Run(Settings):
    """What to compute from the entries."""

    systems: list[Name] = Field(min_length=1, description="Rows of the table.")
    seeds: list[RandomSeed] = Field(min_length=1, description="One training per seed.")
    benchmarks: list[Name] = Field(min_length=1, description="Benchmarks judged on.")
    pairs: RunPairs | dict[Name, RunPairs] = Field(
        description="QUERY-PASSAGE languages; xx is the MLIR mix. A list for all benchmarks, or one for each, by name."
    )

    def pairs_on(self, benchmark: str | None = None) -> list[str]:
        """Pairs that are judged on a benchmark; on any of them if none is named, each once."""
        if not isinstance(self.pairs, dict):
            return self.pairs
        named = [benchmark] if benchmark else self.benchmarks
        return list(dict.fromkeys(pair for name in named for pair in self.pairs.get(name, [])))


class Config(Settings):
    """The root of `config.yaml`."""

    sources: str = Field("data/sources.csv", min_length=1, description="Table of pinned downloads.")
    run: Run = Field(description="What to compute from the entries below.")
    benchmarks: dict[Name, Benchmark] = Field(description="Passages, queries and qrels in several languages.")
    vectors: dict[Name, Vectors] = Field({}, description="Word vectors of several languages in one space.")
    lexicons: dict[Name, Lexicon] = Field({}, description="Bilingual lexicons, one entry for all language pairs.")
    lexicon_quality: LexiconQuality = Field(default_factory=LexiconQuality, description="How lexicons are judged.")
    corpora: dict[Name, Corpus] = Field(description="Training texts, original or switched.")
    encoders: dict[Name, Encoder] = Field(description="Multilingual encoders, plain or pre-aligned.")
    systems: dict[Name, System] = Field(description="What is compared: the rows of the table.")
    scoring: Scoring = Field(default_factory=Scoring, description="How rankers score.")
    evaluation: Evaluation = Field(default_factory=Evaluation, description="Measures and the significance test.")
    tables: dict[Name, Table] = Field({}, description="Tables that are rendered and reported.")
    figures: dict[Name, Figure] = Field({}, description="Figures that are drawn from tables and reported.")
    page: Page = Field(default_factory=Page, description="How many texts results/report.html shows.")

    @field_validator("sources")
    @classmethod
    def _fillable(cls, value: str) -> str:
        return fillable(value, [])


def kinds_besides(entries: Mapping[str, Settings]) -> frozenset[str]:
    """Names of the settings classes of all other kinds of entry.

    Args:
        entries: an entry by its section: vectors, lexicons, corpora or encoders.
    """
    kinds = {"vectors": Vectors, "lexicons": Lexicon, "corpora": Corpus, "encoders": Encoder}
    every = {section: get_args(get_args(kinds[section])[0]) for section in entries}
    return frozenset(
        kind.__name__ for section, entry in entries.items() for kind in every[section] if not isinstance(entry, kind)
    )


def schema() -> dict[str, Any]:
    """The JSON schema of `config.yaml`, for editors."""
    return TypeAdapter(Config).json_schema()


def schema_text() -> str:
    """`schema()` as the text of `config.schema.json`."""
    return json.dumps(schema(), indent=2, sort_keys=True) + "\n"
