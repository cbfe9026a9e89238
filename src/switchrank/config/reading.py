"""From what YAML gave to a checked configuration."""

from __future__ import annotations

from collections.abc import Mapping
from functools import partial
from typing import Any

from pydantic import ValidationError

from switchrank.config.checks import circles, impossible, repeated, unknown_languages
from switchrank.config.messages import readable, truth_values
from switchrank.config.models import Config
from switchrank.config.references import broken_references
from switchrank.config.report_checks import unknown_measures
from switchrank.config.run_seeds import with_run_seeds
from switchrank.errors import SwitchRankError

_DROPPED = ("tables", "figures")
"""Sections of entries that nothing else needs."""


def read_config(raw: Mapping[str, Any]) -> Config:
    """Validate a configuration.

    Args:
        raw: what YAML gave, merged. A table or figure that is null is left out: so a file that is laid over
            config.yaml can leave out one whose systems it does not run.

    Raises:
        SwitchRankError: one line for each mistake: the key, the value found, what is allowed.
    """
    try:
        config = Config.model_validate({key: _kept(value) if key in _DROPPED else value for key, value in raw.items()})
    except ValidationError as error:
        raise SwitchRankError("configuration:\n" + "\n".join(f"  {line}" for line in readable(error))) from None
    for check in (
        partial(truth_values, raw),
        unknown_languages,
        unknown_measures,
        repeated,
        broken_references,
        circles,
        impossible,
    ):
        mistakes = list(check(config))  # so that no check names as allowed what an earlier one refuses
        if mistakes:
            raise SwitchRankError("configuration:\n" + "\n".join(f"  {line}" for line in mistakes))
    return with_run_seeds(config)


def _kept(entries: Any) -> Any:
    """Entries that are not null."""
    if not isinstance(entries, Mapping):
        return entries
    return {name: entry for name, entry in entries.items() if entry is not None}
