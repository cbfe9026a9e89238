"""What every training loop here shares: precision, optimiser, schedule, steps, log, checkpoints."""

from switchrank.training.checkpoint import Checkpoints
from switchrank.training.loop import Observer, Terminated, Trainer
from switchrank.training.optimiser import freeze_layers, freeze_word_embeddings, make_optimiser
from switchrank.training.precision import autocast, multiplies_bf16, prepare
from switchrank.training.schedule import Schedule, rate_at

__all__ = [
    "Checkpoints",
    "Observer",
    "Schedule",
    "Terminated",
    "Trainer",
    "autocast",
    "freeze_layers",
    "freeze_word_embeddings",
    "make_optimiser",
    "multiplies_bf16",
    "prepare",
    "rate_at",
]
