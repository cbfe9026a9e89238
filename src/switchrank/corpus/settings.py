"""Settings of the corpus stage: which training text is shown to the ranker."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Annotated, Any, Literal

from pydantic import Discriminator, Field, Tag, model_validator

from switchrank.settings import Name, Probability, Settings

DrawSeed = Annotated[int, Field(ge=0)] | Literal["run"]
FOLLOWS = "run: that of the run, so each seed is trained on draws of its own."
Weights = dict[str, Annotated[float, Field(gt=0)]]


class Original(Settings):
    """Unchanged English training text (zero-shot)."""

    recipe: Literal["original"]
    benchmark: Name = Field(description="Benchmark whose training instances are used.")


class Translations(Settings):
    """Human translations of the training text, instances without one left out (fine-tuning). For a mixed
    side the language is drawn per instance."""

    recipe: Literal["translations"]
    benchmark: Name = Field(description="Benchmark whose training instances are used.")
    seed: DrawSeed = Field(1, description=f"Key of the languages drawn for mixed sides. {FOLLOWS}")


class SideProbabilities(Settings):
    """A probability for each side."""

    query: Probability = Field(description="Probability for the query side.")
    passage: Probability = Field(description="Probability for the passage side.")


def _kind_of_probability(value: Any) -> str:
    return "each_side" if isinstance(value, Mapping | SideProbabilities) else "both_sides"


Probabilities = Annotated[
    Annotated[Probability, Tag("both_sides")] | Annotated[SideProbabilities, Tag("each_side")],
    Discriminator(_kind_of_probability),
]
"""One probability for both sides, or one for each."""


class _Switched(Settings):
    benchmark: Name = Field(description="Benchmark whose training instances are switched.")
    lexicon: Name = Field(description="Lexicon that translates.")
    sides: list[Literal["query", "passage"]] = Field(
        ["query", "passage"], min_length=1, description="Sides that are switched."
    )
    share: Probability = Field(1.0, description="Share of instances, drawn per side, in which tokens are switched.")
    stop_words: Literal["switch", "keep", "count"] = Field(
        "count",
        description="count: switched like other words, and content words are also counted separately (the paper); "
        "keep: never switched; switch: no list is used.",
    )
    choice: Literal["best", "score", "margin"] = Field(
        "best",
        description="Which of several translations is used: the best; one drawn in proportion to its score; one drawn "
        "evenly from those within `margin` of the best.",
    )
    margin: float = Field(0.05, ge=0, description="Distance to the best score (choice: margin).")
    seed: DrawSeed = Field(1, description=f"Key of all draws. {FOLLOWS}")
    shards: int = Field(
        1,
        ge=1,
        le=10_000,
        description="Number of jobs that make a corpus; its bytes do not depend on it.",
    )

    def probability(self, side: Literal["query", "passage"]) -> float:
        """p of a side."""
        p: float | SideProbabilities = self.p  # type: ignore[attr-defined]
        return getattr(p, side) if isinstance(p, SideProbabilities) else p

    @model_validator(mode="after")
    def _margin_goes_with_its_choice(self) -> _Switched:
        if self.choice != "margin" and "margin" in self.model_fields_set and self.margin != 0.05:
            raise ValueError(f"margin goes with choice: margin only; found choice: {self.choice}")
        return self


def _checked_weights(weights: Weights | None, languages: list[str]) -> None:
    if weights is not None and set(weights) != set(languages):
        raise ValueError(f"weights: found {sorted(weights)}; give one for each of languages, {sorted(languages)}")


class Bilingual(_Switched):
    """BL-CS (2305.05295): query tokens into the query's language, passage tokens into the passage's."""

    recipe: Literal["bilingual"]
    p: Probabilities = Field(0.5, description="Probability that a token is switched.")


class Multilingual(_Switched):
    """ML-CS (2305.05295): a language drawn for every token."""

    recipe: Literal["multilingual"]
    languages: list[str] = Field(min_length=1, description="Languages drawn from.")
    weights: Weights | None = Field(None, description="How often each language is drawn; evenly when absent.")
    draw: Literal["token", "instance"] = Field("token", description="What a language is drawn for.")
    p: Probabilities = Field(0.5, description="Probability that a token is switched.")

    @model_validator(mode="after")
    def _weights_fit(self) -> Multilingual:
        _checked_weights(self.weights, self.languages)
        return self


class Titles(_Switched):
    """Wiki-CS (2305.05295): spans that are titles, longest first; a language drawn for each side of an instance."""

    recipe: Literal["titles"]
    languages: list[str] = Field(min_length=1, description="Languages drawn from; English leaves the text unchanged.")
    weights: Weights | None = Field(None, description="How often each language is drawn; evenly when absent.")
    p: Probabilities = Field(1.0, description="Probability that a matched title is switched.")
    max_tokens: int = Field(3, ge=1, le=16, description="Longest span looked up.")

    @model_validator(mode="after")
    def _weights_fit(self) -> Titles:
        _checked_weights(self.weights, self.languages)
        return self


Corpus = Annotated[Original | Translations | Bilingual | Multilingual | Titles, Field(discriminator="recipe")]
Switched = Bilingual | Multilingual | Titles
SWITCHED = (Bilingual, Multilingual, Titles)


def side_languages(settings: Corpus, pair: Sequence[str], number: int) -> list[str]:
    """Languages that a side is switched into; English alone if it is not switched.

    Args:
        settings: of the corpus.
        pair: languages of the queries and of the passages.
        number: 0 for the query, 1 for the passage.
    """
    if not isinstance(settings, SWITCHED) or ("query", "passage")[number] not in settings.sides:
        return ["en"]
    return settings.languages if isinstance(settings, Multilingual | Titles) else [pair[number]]


def requested(settings: Corpus, pair: Sequence[str]) -> dict[str, float]:
    """The probability, by side, that a token with a translation is switched: p · share, 0 for a side that stays
    English, 1 for one that is translated by people."""
    if isinstance(settings, Translations):
        return {side: float(code != "en") for side, code in zip(("query", "passage"), pair, strict=True)}
    found = dict.fromkeys(("query", "passage"), 0.0)
    if isinstance(settings, SWITCHED):
        for number, side in enumerate(("query", "passage")):
            if side_languages(settings, pair, number) != ["en"]:
                found[side] = settings.probability(side) * settings.share  # type: ignore[arg-type]
    return found
