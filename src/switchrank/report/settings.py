"""Settings of the report stage: tables made of the summaries."""

from __future__ import annotations

from pydantic import Field

from switchrank.settings import Name, Settings


class Table(Settings):
    """A systems × pairs table, with the means of MoIR, CLIR and MLIR."""

    caption: str = Field(description="Printed above the table.")
    benchmark: Name = Field(description="Benchmark whose runs are shown.")
    measure: str = Field("RR@10", description="One of evaluation.measures.")
    digits: int = Field(1, ge=0, le=6, description="Decimals of a cell.")
    percent: bool = Field(True, description="Show values times 100, as the papers do.")
