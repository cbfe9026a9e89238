"""A ranker as an ONNX graph: token ids in, one logit per pair out."""

from __future__ import annotations

import warnings
from importlib import import_module
from pathlib import Path
from typing import Any

import torch
from transformers import PreTrainedModel

from switchrank.errors import SwitchRankError
from switchrank.models.folder import first_line, quietly

OPSET = 18
_EXAMPLE = (2, 9)
"""Pairs and tokens of the example that the graph is traced with; both are dynamic in the graph."""


class Logits(torch.nn.Module):
    """A ranker that takes its inputs by position and returns only logits, [pairs].

    Args:
        model: the ranker.
        names: of its inputs, in order.
    """

    def __init__(self, model: PreTrainedModel, names: tuple[str, ...]) -> None:
        super().__init__()
        self.model, self.names = model, names

    def forward(self, *inputs: torch.Tensor) -> torch.Tensor:
        """Logits, float32 [pairs]."""
        logits: torch.Tensor = self.model(**dict(zip(self.names, inputs, strict=True))).logits
        return logits.squeeze(-1)


def optional(module: str, setting: str) -> Any:
    """A module of a package that only some settings need.

    Raises:
        SwitchRankError: the package is not installed.
    """
    try:
        return import_module(module)
    except ImportError as error:
        package = module.split(".")[0]
        raise SwitchRankError(
            f"{setting} needs the package {package}, which is not installed or cannot be imported ({error}); "
            "install switchrank[runtime], or leave the setting at torch"
        ) from None


def example_of(names: tuple[str, ...]) -> tuple[torch.Tensor, ...]:
    """Inputs to trace a graph with: the second pair is padded, so that the graph keeps its mask."""
    pairs, tokens = _EXAMPLE
    mask = torch.ones(_EXAMPLE, dtype=torch.long)
    mask[1, -2:] = 0
    given = {
        "input_ids": torch.arange(pairs * tokens).reshape(_EXAMPLE) % 5 + 4,
        "attention_mask": mask,
        "token_type_ids": torch.zeros(_EXAMPLE, dtype=torch.long),
    }
    return tuple(given[name] for name in names)


def write_onnx(model: PreTrainedModel, names: tuple[str, ...], path: str | Path, setting: str) -> None:
    """Write a ranker as one ONNX file in float32, with its last layer for the first token alone.

    Numbers of pairs and of tokens are dynamic. The file contains no paths of this machine.

    Args:
        model: on the CPU, in evaluation mode.
        names: of its inputs, in order.
        path: of the ONNX file.
        setting: that needs it, for the message.

    Raises:
        SwitchRankError: a package is missing, or the model is of a kind that cannot be exported.
    """
    onnx = optional("onnx", setting)
    axes: dict[str, dict[int, str]] = {name: {0: "pairs", 1: "tokens"} for name in names} | {"logits": {0: "pairs"}}
    try:
        with quietly(), warnings.catch_warnings(), torch.no_grad():
            warnings.simplefilter("ignore")
            torch.onnx.export(
                Logits(model, names).eval(),
                example_of(names),
                str(path),
                input_names=list(names),
                output_names=["logits"],
                opset_version=OPSET,
                dynamic_axes=axes,
                dynamo=False,  # twenty times as fast as the other exporter, at every start of a scoring job
            )
    except Exception as error:  # the exporter's errors have many classes
        raise SwitchRankError(
            f"{path}: {type(model).__name__} cannot be exported to ONNX: {first_line(error)}"
        ) from None
    graph = onnx.load(str(path))
    _forget_origin(graph)
    onnx.save(graph, str(path))


def _forget_origin(graph: Any) -> None:
    """Remove the exporter's notes on the code of each node, which contain paths of this machine."""
    for part in (graph, graph.graph, *graph.graph.node):
        part.ClearField("doc_string")
        part.ClearField("metadata_props")
