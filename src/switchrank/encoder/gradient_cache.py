"""Batches of any size in the memory of a few texts: vectors first, gradients chunk by chunk."""

from __future__ import annotations

from collections.abc import Callable, Sequence

import torch

Encode = Callable[[Sequence[int]], torch.Tensor]
"""Vectors, float32 [texts, d], of texts given by their numbers; with a graph if gradients are on."""


def cached_loss(
    chunks: Sequence[Sequence[int]], encode: Encode, loss_of: Callable[[torch.Tensor], torch.Tensor]
) -> torch.Tensor:
    """The loss of a batch whose activations are never held all at once (Gao et al. 2021, arXiv 2101.06983, section 3).

    The vectors are computed without a graph; the loss's gradient by each vector follows from them alone. When the
    returned loss is propagated back, every chunk is computed again, with the same dropout draws, and its vectors'
    gradients are passed on through it. The gradients are those of the uncached loss up to rounding.

    Args:
        chunks: numbers of the texts that are computed together; all texts of the batch, each once.
        encode: computes a chunk.
        loss_of: scalar loss of the vectors, float32 [texts, d], in the order of the chunks.

    Returns:
        Scalar float32; its `backward` adds to the gradients of the encoder's weights.
    """
    states, parts = [], []
    with torch.no_grad():
        for chunk in chunks:
            states.append(_draws())
            parts.append(encode(chunk))
    vectors = torch.cat(parts).requires_grad_()
    with torch.enable_grad():
        value = loss_of(vectors)
        (gradients,) = torch.autograd.grad(value, vectors)
    loss = value.detach().requires_grad_()
    if not torch.isfinite(value):
        return loss  # the caller refuses it and names the step

    def propagate(scale: torch.Tensor) -> None:
        after = _draws()
        start = 0
        for chunk, state in zip(chunks, states, strict=True):
            _set_draws(state)
            with torch.enable_grad():
                again = encode(chunk)
            again.backward(gradients[start : start + len(chunk)] * scale)  # type: ignore[no-untyped-call]
            start += len(chunk)
        _set_draws(after)

    loss.register_hook(propagate)  # type: ignore[no-untyped-call]
    return loss


def _draws() -> list[torch.Tensor]:
    """The states of torch's random streams."""
    device = [torch.cuda.get_rng_state()] if torch.cuda.is_available() else []
    return [torch.get_rng_state(), *device]


def _set_draws(states: list[torch.Tensor]) -> None:
    torch.set_rng_state(states[0])
    if len(states) > 1:
        torch.cuda.set_rng_state(states[1])
