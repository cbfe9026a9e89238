"""The same neighbours by faiss: on a GPU, or as an independent check on a CPU. float32 throughout, without a proof."""

from __future__ import annotations

from typing import Literal

import faiss
import numpy as np
from numpy.typing import NDArray

from switchrank.errors import SwitchRankError
from switchrank.lexicon.search.neighbours import Neighbours

Device = Literal["cpu", "gpu"]


def csls(
    source: NDArray[np.float32], target: NDArray[np.float32], neighbours: int, count: int, device: Device
) -> Neighbours:
    """CSLS as `retrieval.csls`, by three searches: for r of each side, and of [2x, 1] against [y, −r(y)]."""
    source_mean = _search(source, target, neighbours, device).score.mean(axis=1, dtype=np.float64)
    target_mean = _search(target, source, neighbours, device).score.mean(axis=1, dtype=np.float64)
    found = shifted(source, target, 2.0, target_mean, count, device)
    return Neighbours(found.index, (found.score - source_mean[:, None]).astype(np.float32))


def shifted(
    source: NDArray[np.float32],
    target: NDArray[np.float32],
    scale: float,
    penalty: NDArray[np.float64],
    count: int,
    device: Device,
) -> Neighbours:
    """The targets of the largest scale · cos − penalty, as one inner product of vectors with one more dimension."""
    ones = np.ones((len(source), 1))
    longer = np.hstack([target, -penalty[:, None]]).astype(np.float32)
    return _search(np.hstack([scale * source, ones]).astype(np.float32), longer, count, device)


def _search(queries: NDArray[np.float32], keys: NDArray[np.float32], count: int, device: Device) -> Neighbours:
    index: faiss.Index = faiss.IndexFlatIP(keys.shape[1])
    if device == "gpu":
        index = _on_gpu(index)
    index.add(np.ascontiguousarray(keys))
    score, found = index.search(np.ascontiguousarray(queries), min(count, len(keys)))
    return Neighbours(found.astype(np.int64), score)


def _on_gpu(index: faiss.Index) -> faiss.Index:
    if not hasattr(faiss, "StandardGpuResources") or faiss.get_num_gpus() == 0:
        built = "is built for CPUs only" if not hasattr(faiss, "StandardGpuResources") else "finds no GPU"
        raise SwitchRankError(
            f"device: gpu is set, but the installed faiss {built}; use device: cpu, or faiss-gpu on a machine "
            "with a GPU (envs/train-gpu.yaml)"
        )
    return faiss.index_cpu_to_gpu(faiss.StandardGpuResources(), 0, index)
