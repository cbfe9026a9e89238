"""CSLS lexicon induction compared with MUSE's and VecMap's routes, in speed and results.

    python benchmarks/csls.py --words 50000 --threads 2

Vectors: two languages of clustered vectors (so that there are hubs), one a noisy copy of the other in another order,
from a seed. Peers in the same process, one after the other, each on the same cores:
- MUSE (Conneau et al. 2018; facebookresearch/MUSE, src/dico_builder.py, src/utils.py): mean similarity of the 10
  nearest by faiss in both directions, then products of 128 sources at a time with all targets, corrected, their top 2.
- VecMap (Artetxe et al. 2018; artetxem/vecmap, eval_translation.py): products in batches of 500; the mean of the 10
  nearest of every target by ten rounds of argmax, then the argmax of 2 cos − mean. Its means are float64 there, which
  makes every batch of scores float64; here they are float32, which is faster.
Ours: `switchrank.lexicon.search.neighbours.csls`, which is certified to give what float64 would give.

Columns: wall-clock seconds and processor seconds of all threads (which say more if other programs use the machine),
medians; the ratio to ours; memory above that of the vectors (Linux); whether the answers are equal.
"""

from __future__ import annotations

import argparse
import os
import statistics
import time
from collections.abc import Callable
from pathlib import Path
from typing import Any

BATCH, MUSE_BATCH = 500, 128


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--words", type=int, default=50_000)
    parser.add_argument("--dimensions", type=int, default=300)
    parser.add_argument("--neighbours", type=int, default=10)
    parser.add_argument("--threads", type=int, default=2)
    parser.add_argument("--repeat", type=int, default=3)
    given = parser.parse_args()
    for name in ("OMP_NUM_THREADS", "OPENBLAS_NUM_THREADS", "MKL_NUM_THREADS"):
        os.environ[name] = str(given.threads)  # before numpy is imported
    import numpy as np

    from switchrank.lexicon.search.neighbours import csls

    source, target = languages(given.words, given.dimensions)
    for few in (source[:500], source[:11]):  # compiled code is cached, as after a first run
        csls(few, few, given.neighbours, 1, given.threads)
    ways: dict[str, Callable] = {
        "switchrank": lambda: csls(source, target, given.neighbours, 1, given.threads).index[:, 0],
        "VecMap": lambda: vecmap(source, target, given.neighbours),
        "MUSE": lambda: muse(source, target, given.neighbours, given.threads),
    }
    runs: dict[str, list[tuple[float, float, float]]] = {name: [] for name in ways}
    answers = {}
    for _ in range(given.repeat):
        for name, way in ways.items():
            answers[name], run = measured(way)
            runs[name].append(run)
    sample = np.random.default_rng(7).choice(given.words, min(1_000, given.words), replace=False)
    exact = dense(source, target, given.neighbours, sample)
    medians = {name: [statistics.median(values) for values in zip(*runs[name], strict=True)] for name in ways}
    ours = medians["switchrank"]
    print(
        "| route | seconds | × ours | processor seconds | × ours | memory, MiB | = float64 (sample) | = ours |\n"
        "|---|--:|--:|--:|--:|--:|--:|--:|"
    )
    for name, (clock, processor, memory) in medians.items():
        right = 100 * float((answers[name][sample] == exact).mean())
        same = 100 * float((answers[name] == answers["switchrank"]).mean())
        times = f"{clock:.1f} | {clock / ours[0]:.2f} | {processor:.1f} | {processor / ours[1]:.2f}"
        print(f"| {name} | {times} | {memory:.0f} | {right:.2f} % | {same:.3f} % |")


def measured(way: Callable):  # type: ignore[no-untyped-def]
    """What a route returns, and its seconds, processor seconds and peak memory in MiB above that before it."""
    before = memory_peak(forget=True)
    clock, processor = time.perf_counter(), time.process_time()
    answer = way()
    taken = time.perf_counter() - clock, time.process_time() - processor
    return answer, (*taken, memory_peak() - before)


def memory_peak(forget: bool = False) -> float:
    """The largest resident memory since the last reset, MiB; NaN on systems other than Linux."""
    try:
        if forget:
            Path("/proc/self/clear_refs").write_text("5")
        status = Path("/proc/self/status").read_text()
    except OSError:
        return float("nan")
    return next(int(line.split()[1]) for line in status.splitlines() if line.startswith("VmHWM")) / 1024


def languages(words: int, dimensions: int):  # type: ignore[no-untyped-def]
    """Unit vectors, float32 [words, dimensions], of two languages."""
    import numpy as np

    rng = np.random.default_rng(1)
    centres = rng.standard_normal((500, dimensions), dtype=np.float32)
    pull = rng.uniform(0.2, 1.2, (words, 1)).astype(np.float32)
    meaning = pull * centres[rng.integers(0, 500, words)] + rng.standard_normal((words, dimensions), dtype=np.float32)
    order = rng.permutation(words)
    both = []
    for rows in (meaning, meaning[order]):
        noisy = rows + 0.6 * rng.standard_normal(rows.shape, dtype=np.float32)
        both.append(noisy / np.linalg.norm(noisy, axis=1, keepdims=True))
    return both


def vecmap(source, target, neighbours: int):  # type: ignore[no-untyped-def]
    """CSLS as VecMap's eval_translation.py computes it."""
    import numpy as np

    def topk_mean(matrix: Any, count: int) -> Any:
        total = np.zeros(len(matrix), dtype=matrix.dtype)
        rows = np.arange(len(matrix))
        lowest = matrix.min()
        for _ in range(count):
            best = matrix.argmax(axis=1)
            total += matrix[rows, best]
            matrix[rows, best] = lowest
        return total / count

    backward = np.zeros(len(target), dtype=np.float32)
    for start in range(0, len(target), BATCH):
        backward[start : start + BATCH] = topk_mean(target[start : start + BATCH].dot(source.T), neighbours)
    found = np.zeros(len(source), dtype=np.int64)
    for start in range(0, len(source), BATCH):
        similarity = 2 * source[start : start + BATCH].dot(target.T) - backward
        found[start : start + BATCH] = similarity.argmax(axis=1)
    return found


def muse(source, target, neighbours: int, threads: int):  # type: ignore[no-untyped-def]
    """CSLS as MUSE's get_candidates computes it, with faiss and torch on a CPU."""
    import faiss
    import torch

    faiss.omp_set_num_threads(threads)
    torch.set_num_threads(threads)

    def mean(keys: Any, queries: Any) -> Any:
        index = faiss.IndexFlatIP(keys.shape[1])
        index.add(keys)
        return torch.from_numpy(index.search(queries, neighbours)[0].mean(1))

    source_mean, target_mean = mean(target, source), mean(source, target)
    left, right = torch.from_numpy(source), torch.from_numpy(target)
    best = torch.empty(len(source), dtype=torch.int64)
    for start in range(0, len(source), MUSE_BATCH):
        scores = right.mm(left[start : start + MUSE_BATCH].T).T
        scores.mul_(2)
        scores.sub_(source_mean[start : start + MUSE_BATCH][:, None])
        scores.sub_(target_mean[None, :])
        best[start : start + MUSE_BATCH] = scores.topk(2, dim=1, largest=True, sorted=True)[1][:, 0]
    return best.numpy()


def dense(source, target, neighbours: int, sample):  # type: ignore[no-untyped-def]
    """Best targets of some sources by the formula in float64."""
    import numpy as np

    penalty = np.empty(len(target))
    wide = source.astype(np.float64)
    for start in range(0, len(target), BATCH):
        cosine = target[start : start + BATCH].astype(np.float64) @ wide.T
        penalty[start : start + BATCH] = np.partition(cosine, -neighbours, axis=1)[:, -neighbours:].mean(axis=1)
    return (2 * source[sample].astype(np.float64) @ target.T.astype(np.float64) - penalty).argmax(axis=1)


if __name__ == "__main__":
    main()
