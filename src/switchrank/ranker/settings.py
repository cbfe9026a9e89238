"""Settings of the ranker stage: how a cross-encoder is trained and how it scores."""

from __future__ import annotations

from typing import Literal

from pydantic import Field, model_validator

from switchrank.settings import Settings

Precision = Literal["auto", "fp32", "bf16"]


class Training(Settings):
    """Pointwise cross-encoder training with binary cross-entropy on one logit (2305.05295)."""

    epochs: int = Field(1, ge=1, description="Passes over the instances.")
    batch_size: int = Field(32, ge=1, description="Instances a step.")
    learning_rate: float = Field(5e-5, gt=0, description="Peak learning rate.")
    warmup: float = Field(0.1, ge=0, lt=1, description="Share of steps with rising learning rate.")
    weight_decay: float = Field(0.01, ge=0, description="AdamW weight decay.")
    clip: float = Field(1.0, gt=0, description="Largest gradient norm.")
    pooling: Literal["cls", "mean"] = Field(
        "cls",
        description="What the head reads: the first token, or the mean of all (for encoders trained by mean pooling).",
    )
    dropout: float = Field(0.1, ge=0, lt=1, description="Dropout of hidden states and attention.")
    max_length: int = Field(
        128, ge=8, description="Tokens of query and passage together; the longer side is cut first."
    )
    freeze_embeddings: bool = Field(True, description="Leave the word embeddings as they are.")
    precision: Precision = Field("auto", description="auto: bf16 where the hardware multiplies it, else fp32.")


class Scoring(Settings):
    """How rankers score candidates."""

    backend: Literal["torch", "onnx", "openvino", "int8"] = Field(
        "torch",
        description="What computes the logits: PyTorch, or a runtime for CPUs that switchrank[runtime] installs: ONNX "
        "Runtime or OpenVINO in fp32, or int8, ONNX Runtime with 8-bit matrix products, which changes scores.",
    )
    batch_tokens: int = Field(8192, ge=64, description="Tokens a batch, padding included.")
    max_length: int = Field(
        128, ge=8, description="Tokens of query and passage together; the longer side is cut first."
    )
    precision: Precision = Field("auto", description="auto: bf16 where the hardware multiplies it, else fp32.")

    @model_validator(mode="after")
    def _precision_goes_with_backend(self) -> Scoring:
        if self.precision == "bf16" and self.backend in ("onnx", "int8"):
            raise ValueError(f"precision: bf16 goes with backend: torch or openvino; found backend: {self.backend}")
        return self
