"""Paths and needs of the jobs of `rules/encoder.smk`."""

from __future__ import annotations

from typing import Any

from switchrank.config.derived import encoders_of_kind
from switchrank.config.models import Config

MODEL_FILES = ("model.safetensors", "config.json", "tokenizer.json", "tokenizer_config.json")


def model(folder: str) -> list[str]:
    """The files of a model folder."""
    return [f"{folder}/{file}" for file in MODEL_FILES]


def encoder_folder(config: Config, encoder: str, seed: object = None) -> str:
    """The folder of an encoder; a plain one has no seed."""
    plain = encoder in encoders_of_kind(config, "plain")
    return f"results/encoder/{encoder}" if plain else f"results/encoder/{encoder}/seed{seed}"


def model_of_vectors(config: Config, vectors: str) -> list[str]:
    """The encoder whose embeddings of words are vectors; a contrastive one of seed 0."""
    entry: Any = config.vectors[vectors]
    return model(encoder_folder(config, entry.encoder, 0))


def model_of_base(config: Config, encoder: str, seed: object = None) -> list[str]:
    """The plain encoder that a contrastive one starts from."""
    entry: Any = config.encoders[encoder]
    return model(encoder_folder(config, entry.base, seed))
