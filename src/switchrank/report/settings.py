"""Settings of the report stage besides tables and figures: see `switchrank.report.entries`."""

from __future__ import annotations

from pydantic import Field

from switchrank.settings import Settings


class Page(Settings):
    """How many texts the page results/report.html shows."""

    pairs: int = Field(9, ge=0, description="Language pairs for which queries are shown, from every regime.")
    queries: int = Field(2, ge=1, description="Queries with the largest gain, and as many with the largest loss.")
    passages: int = Field(3, ge=1, description="First passages of each system shown for such a query.")
    entries: int = Field(5, ge=1, description="Entries shown of each lexicon and language.")
