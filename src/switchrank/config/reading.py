"""From what YAML gave to a checked configuration."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from pydantic import ValidationError

from switchrank.config.checks import broken_references, circles, impossible
from switchrank.config.messages import readable
from switchrank.config.models import Config
from switchrank.errors import SwitchRankError


def read_config(raw: Mapping[str, Any]) -> Config:
    """Validate a configuration.

    Args:
        raw: what YAML gave, merged.

    Raises:
        SwitchRankError: one line for each mistake: the key, the value found, what is allowed.
    """
    try:
        config = Config.model_validate(dict(raw))
    except ValidationError as error:
        raise SwitchRankError("configuration:\n" + "\n".join(f"  {line}" for line in readable(error))) from None
    mistakes = list(broken_references(config)) or list(circles(config)) or list(impossible(config))
    if mistakes:
        raise SwitchRankError("configuration:\n" + "\n".join(f"  {line}" for line in mistakes))
    return config
