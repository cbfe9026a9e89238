"""Settings of the corpus stage: which training text is shown to the ranker."""

from __future__ import annotations

from typing import Annotated, Literal

from pydantic import Field

from switchrank.settings import Name, Probability, Settings


class Original(Settings):
    """English training text as it is (zero-shot)."""

    recipe: Literal["original"]
    benchmark: Name = Field(description="Benchmark whose training instances are used.")


class Translations(Settings):
    """Human translations of the training text, instances without one left out (fine-tuning). For a mixed
    side the language is drawn per instance."""

    recipe: Literal["translations"]
    benchmark: Name = Field(description="Benchmark whose training instances are used.")
    seed: int = Field(1, ge=0, description="Key of the languages drawn for mixed sides.")


class _Switched(Settings):
    benchmark: Name = Field(description="Benchmark whose training instances are switched.")
    lexicon: Name = Field(description="Lexicon that translates.")
    sides: list[Literal["query", "passage"]] = Field(
        ["query", "passage"], min_length=1, description="Sides that are switched."
    )
    share: Probability = Field(1.0, description="Share of instances, drawn for each side, that are switched at all.")
    seed: int = Field(1, ge=0, description="Key of all draws.")


class Bilingual(_Switched):
    """BL-CS (2305.05295): query tokens into the query's language, passage tokens into the passage's."""

    recipe: Literal["bilingual"]
    p: Probability = Field(0.5, description="Probability that a token is switched.")


class Multilingual(_Switched):
    """ML-CS (2305.05295): a language drawn for every token."""

    recipe: Literal["multilingual"]
    languages: list[str] = Field(min_length=1, description="Languages drawn from, uniformly.")
    p: Probability = Field(0.5, description="Probability that a token is switched.")


class Titles(_Switched):
    """Wiki-CS (2305.05295): spans that are titles, longest first; a language drawn for each side of an instance."""

    recipe: Literal["titles"]
    languages: list[str] = Field(min_length=1, description="Languages drawn from; English leaves the text as it is.")
    p: Probability = Field(1.0, description="Probability that a matched title is switched.")
    max_tokens: int = Field(3, ge=1, description="Longest span looked up.")


Corpus = Annotated[Original | Translations | Bilingual | Multilingual | Titles, Field(discriminator="recipe")]
SWITCHED = (Bilingual, Multilingual, Titles)
