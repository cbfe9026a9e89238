"""Settings of the ranker stage: how a cross-encoder is trained and how it scores."""

from __future__ import annotations

from typing import Annotated, Literal

from pydantic import Field, ValidationInfo, field_validator, model_validator

from switchrank.settings import PRECISION, ModuleOf, Name, Precision, Settings


class DevEvaluation(Settings):
    """The dev candidates are scored while a ranker trains; the weights of the best evaluation become the ranker."""

    measure: str = Field("RR@10", description="ir_measures string; its mean over `pairs` decides.")
    every: int = Field(500, ge=1, description="Steps between two evaluations; the last step is evaluated too.")
    pairs: list[str] = Field(min_length=1, description="QUERY-PASSAGE languages in which dev is shown.")
    patience: int | None = Field(
        None,
        ge=1,
        description="Training ends after this many evaluations without a better one; never if absent.",
    )


class Joint(Settings):
    """A second term of the loss: InfoNCE of English texts and their switched forms, each encoded alone (ContrastiveMix,
    NAACL 2024, short paper 17)."""

    english: Name = Field(description="Corpus of recipe original and of the same benchmark: the English texts.")
    weight: float = Field(0.1, gt=0, description="λ: the loss is the ranking loss plus λ times this term.")
    temperature: float = Field(0.05, gt=0, description="Divides the cosines.")
    sides: list[Literal["query", "passage"]] = Field(
        ["query", "passage"], min_length=1, description="Whose texts are aligned."
    )


class Training(Settings):
    """Cross-encoder training on one logit; by default pointwise with binary cross-entropy (2305.05295)."""

    loss: Annotated[str, ModuleOf("switchrank.ranker.losses")] = Field(
        "pointwise",
        description="pointwise: binary cross-entropy of each instance. Of a query's positives against its negatives: "
        "ranknet (pairs, Burges et al. 2005), lce (softmax, Gao et al. 2021).",
    )
    epochs: int = Field(1, ge=1, description="Passes over the instances.")
    batch_size: int = Field(
        32,
        ge=1,
        description="Instances per update, for any number of parts and processes. ranknet and lce keep a query "
        "together, so their batches may hold fewer, or one larger query.",
    )
    accumulate: int = Field(
        1,
        ge=1,
        description="Parts of a batch that are computed one after the other: the memory of one part, the update of the "
        "whole batch.",
    )
    learning_rate: float = Field(5e-5, gt=0, description="Peak learning rate.")
    warmup: float = Field(0.1, ge=0, lt=1, description="Share of steps with rising learning rate.")
    warmup_steps: int | None = Field(
        None, ge=0, description="Steps with rising learning rate, instead of `warmup`; must be below the steps."
    )
    schedule: Literal["linear", "cosine", "constant"] = Field(
        "linear", description="How the learning rate falls after its rise: to zero after the last step, or not at all."
    )
    max_steps: int | None = Field(
        None, ge=1, description="Steps of the training, in as many passes as they take, instead of `epochs`."
    )
    schedule_steps: int | None = Field(
        None,
        ge=1,
        description="Steps over which the rate would fall to zero, at least those of the training, which then ends "
        "before; the training's own when absent.",
    )
    weight_decay: float = Field(0.01, ge=0, description="AdamW weight decay.")
    epsilon: float = Field(1e-8, gt=0, description="AdamW's ε.")
    clip: float = Field(1.0, gt=0, description="Largest gradient norm.")
    pooling: Literal["cls", "mean"] = Field(
        "cls",
        description="What the head reads: the first token, or the mean of all (for encoders trained by mean pooling).",
    )
    dropout: float = Field(0.1, ge=0, lt=1, description="Dropout of hidden states and attention.")
    max_length: int = Field(
        128, ge=8, description="Tokens of query and passage together; the longer side is truncated first."
    )
    freeze_embeddings: bool = Field(True, description="Do not train the word embeddings.")
    freeze_layers: int = Field(
        0,
        ge=0,
        description="Number of lowest layers that are not trained; if above 0, neither are any embeddings.",
    )
    precision: Literal["auto", "fp32", "bf16", "fp16"] = Field(
        "fp32", description=f"{PRECISION} fp16 needs a CUDA device."
    )
    compile: bool = Field(False, description="torch.compile the model: minutes at the start, faster steps on a GPU.")
    joint: Joint | None = Field(None, description="A second term of the loss; none if absent.")
    curriculum: list[Name] = Field(
        [],
        description="Corpora of the same instances that are shown before the system's own, each for an equal share of "
        "the steps: such as the same one with smaller p, whose switched tokens are among those of the next.",
    )
    dev: DevEvaluation | None = Field(None, description="Evaluation on dev during training; none if absent.")

    @field_validator("schedule_steps")
    @classmethod
    def _not_shorter_than_training(cls, value: int | None, info: ValidationInfo) -> int | None:
        steps = info.data.get("max_steps")
        if value is not None and steps is not None and value < steps:
            raise ValueError(f"{value} is below max_steps, which is {steps}")
        return value

    @field_validator("max_steps")
    @classmethod
    def _longer_than_warmup(cls, value: int | None, info: ValidationInfo) -> int | None:
        rising = info.data.get("warmup_steps")
        if value is not None and rising is not None and rising >= value:
            raise ValueError(f"{value} is not above warmup_steps, which is {rising}")
        return value


class Scoring(Settings):
    """How rankers score candidates."""

    backend: Literal["torch", "openvino", "int8"] = Field(
        "torch",
        description="What computes the logits: PyTorch, or a runtime for CPUs that switchrank[runtime] installs: "
        "OpenVINO, or int8, ONNX Runtime with 8-bit matrix products, which changes scores.",
    )
    batch_tokens: int = Field(8192, ge=64, description="Tokens per batch, padding included.")
    max_length: int = Field(
        128, ge=8, description="Tokens of query and passage together; the longer side is truncated first."
    )
    precision: Precision = Field("fp32", description=PRECISION)
    shards: int = Field(
        1,
        ge=1,
        le=10_000,
        description="Jobs that score the candidates of a system, seed and benchmark; bytes do not depend on it.",
    )

    @model_validator(mode="after")
    def _precision_goes_with_backend(self) -> Scoring:
        if self.precision == "bf16" and self.backend == "int8":
            raise ValueError(f"precision: bf16 goes with backend: torch or openvino; found backend: {self.backend}")
        return self
