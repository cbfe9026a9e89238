"""Settings of the format `homeassistant`."""

from __future__ import annotations

from typing import Literal

from pydantic import Field

from switchrank.data.reading import Part, SourceSettings
from switchrank.settings import Name, Settings


class Filter(Settings):
    """Which English query–passage pairs are used. Pairs with a `{placeholder}` never are."""

    min_query_words: int = Field(2, ge=1, description="Fewest words of the query.")
    min_passage_words: int = Field(6, ge=1, description="Fewest words of the passage.")
    max_query_repeats: int = Field(1, ge=1, description="How many eligible pairs may share the query's text.")


class HomeAssistant(SourceSettings):
    """Titles and descriptions of the `homeassistant` package: a title is a query, its description the
    relevant passage; human translations give the other languages."""

    format: Literal["homeassistant"]
    download: Name = Field(description="Row of the sources table that holds the wheel.")
    train: Filter = Field(
        default_factory=lambda: Filter(min_query_words=1, min_passage_words=4, max_query_repeats=3),
        description="Filter of the training pairs.",
    )
    judged: Filter = Field(default_factory=Filter, description="Filter of the dev and test pairs.")

    @property
    def published(self) -> bool:
        return False

    @property
    def has_titles(self) -> bool:
        return True

    def files(self, part: Part, language: str) -> list[str]:
        return [f"resources/{self.download}"]


Source = HomeAssistant
