"""The model card of an exported ranker: its data, settings and measures."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from typing import Any

import polars as pl
import yaml

_COLUMNS = ("benchmark", "regime", "pair", "measure", "mean × 100", "deviation × 100", "seeds", "queries")


def model_card(
    made: Mapping[str, Any], summary: pl.DataFrame | None, parameters: int, inputs: Sequence[str], max_length: int
) -> str:
    """A model card in Markdown with Hugging Face's header. It holds no time and no name of a machine.

    Args:
        made: `system`, `pair` and `seed` of the ranker; `judged`, the pairs that it serves; `languages`, codes of its
            training texts; `seeds` of the run; `entries`, the configuration that it depends on, by section; `sources`,
            rows of the table of downloads by name.
        summary: SUMMARY table; None if the run measures nothing.
        parameters: weights of the model.
        inputs: names of the ONNX graph's inputs.
        max_length: tokens of query and passage together.

    Returns:
        The text of README.md.
    """
    name = f"{made['system']} {made['pair']}, seed {made['seed']}"
    header = {
        "language": list(made["languages"]),
        "library_name": "sentence-transformers",
        "pipeline_tag": "text-ranking",
        "tags": ["cross-encoder", "reranker", "cross-lingual-information-retrieval"],
        "license": "other",
        "license_name": "see-sources",
    }
    parts = [
        f"---\n{_yaml(header)}---",
        f"# {name}",
        "A cross-encoder that scores a passage for a query in the same or in another language: one logit, the higher "
        f"the more relevant. Languages of its training texts: {', '.join(made['languages'])}. {parameters:,} weights; "
        f"query and passage together have up to {max_length} tokens, the longer one is cut first.",
        "## Use",
        "    from sentence_transformers import CrossEncoder\n"
        '    model = CrossEncoder("path/to/this/folder")\n'
        '    model.predict([("Licht einschalten", "Turns on the light.")])',
        "Scores are raw logits, not probabilities. `model.onnx` computes the same in float32 from "
        f"{', '.join(f'`{item}`' for item in inputs)} (int64, pairs × tokens, padded on the right) to `logits` "
        "(pairs).",
        "## Measures",
        _measures(made, summary),
        "## Made from",
        _sources(made["sources"]),
        "The entries of the configuration that it depends on:",
        f"```yaml\n{_yaml(made['entries'])}```",
        f"Trained with seed {made['seed']} of {', '.join(map(str, made['seeds']))}. "
        "Made by SwitchRank with this configuration by",
        "    snakemake --cores all rankers",
    ]
    return "\n\n".join(parts) + "\n"


def _measures(made: Mapping[str, Any], summary: pl.DataFrame | None) -> str:
    """Means over queries and seeds of the pairs that this ranker serves."""
    if summary is None:
        return "It was not judged: the run that it comes from has no judgements."
    rows = summary.filter((pl.col("system") == made["system"]) & pl.col("pair").is_in(list(made["judged"])))
    if not rows.height:
        return "It was not judged in the run that it comes from."
    rows = rows.sort("benchmark", "regime", "pair", "measure")
    lines = (
        (
            row["benchmark"],
            row["regime"],
            row["pair"],
            row["measure"],
            f"{100 * row['mean']:.1f}",
            "" if row["deviation"] is None else f"{100 * row['deviation']:.1f}",
            row["seeds"],
            row["queries"],
        )
        for row in rows.iter_rows(named=True)
    )
    seeds = ", ".join(map(str, made["seeds"]))
    return f"{_table(_COLUMNS, lines)}\n\nMeans over queries and over the rankers of seeds {seeds}."


def _sources(sources: Mapping[str, Mapping[str, str]]) -> str:
    """The downloads with their licences, which users of the weights must respect."""
    if not sources:
        return "No download of the table of sources; see the files that the configuration names, and their licences."
    lines = ((name, row["locator"], row["licence"], row["note"]) for name, row in sources.items())
    return (
        f"{_table(('source', 'package or address', 'licence', 'what'), lines)}\n\n"
        "Licences of files that the configuration names by path are not known here."
    )


def _table(columns: Sequence[str], rows: Iterable[Sequence[object]]) -> str:
    cells = [columns, ["---"] * len(columns), *rows]
    return "\n".join("| " + " | ".join(str(cell).replace("|", "\\|") for cell in row) + " |" for row in cells)


def _yaml(value: object) -> str:
    return yaml.safe_dump(value, allow_unicode=True, sort_keys=False, width=110)
