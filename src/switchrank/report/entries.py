"""The entries of `tables:` and `figures:`, of whatever kind."""

from __future__ import annotations

from collections.abc import Mapping
from functools import reduce
from operator import or_
from typing import Annotated, Any

from pydantic import BeforeValidator, Field

from switchrank.report.figures.kind import figure_classes
from switchrank.report.tables.kind import table_classes


def _kind_by_default(value: Any) -> Any:
    """The entry of a table without `kind` gets the kind that has a default."""
    if not isinstance(value, Mapping) or "kind" in value:
        return value
    kinds = (entry.model_fields["kind"] for entry in table_classes())
    return {**value, "kind": next(kind.default for kind in kinds if not kind.is_required())}


Table: Any = Annotated[
    Annotated[reduce(or_, table_classes()), Field(discriminator="kind")], BeforeValidator(_kind_by_default)
]
"""The union of the entries of all kinds of tables."""
Figure: Any = Annotated[reduce(or_, figure_classes()), Field(discriminator="kind")]
"""The union of the entries of all kinds of figures."""
