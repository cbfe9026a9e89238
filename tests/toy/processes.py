"""What two processes do in the tests of `switchrank.training.distributed`; imports little, since each starts anew."""

from __future__ import annotations

import json
import os
import signal
import sys
import time
from pathlib import Path

import torch

from switchrank.errors import SwitchRankError
from switchrank.training import distributed


def collectives(folder: Path) -> None:
    """What each process sees of the others, saved by all."""
    own = distributed.rank()
    vectors = torch.arange(2.0 * (own + 1)).reshape(-1, 2).add(10 * own).requires_grad_()  # 1 row, then 2
    every = distributed.gather(vectors)
    # each process weighs the rows in its own way: row i of all counts (process + 1) · (i + 1)
    ((own + 1) * torch.arange(1.0, len(every) + 1)[:, None] * every).sum().backward()
    parameters = [torch.nn.Parameter(torch.zeros(2)) for _ in range(3)]
    parameters[0].grad = torch.tensor([1.0, 2.0]) * (own + 1)
    if own == 1:
        parameters[1].grad = torch.tensor([4.0, 6.0])
    distributed.average_gradients(parameters)
    seen = {
        "every": every.tolist(),
        "gradient": vectors.grad.tolist(),
        "averaged": [None if p.grad is None else p.grad.tolist() for p in parameters],
        "total": distributed.total(torch.tensor([1.0, own])).tolist(),
        "anywhere": [distributed.anywhere(own == 1), distributed.anywhere(False)],
        "parts": [part.tolist() for part in distributed.gather_all(torch.full((own, 1), own, dtype=torch.uint8))],
        "world": distributed.world(),
    }
    (folder / f"{own}.json").write_text(json.dumps(seen), encoding="utf-8")
    print(f"process {own} is done", file=sys.stderr)


def fail_in_one() -> None:
    """Process 1 finds bad input; process 0 waits for it."""
    if distributed.rank() == 1:
        raise SwitchRankError("row 7: bad input")
    distributed.barrier()


def wait_for_the_end(folder: Path) -> None:
    """Until SIGTERM comes, a minute at most."""
    ended: list[int] = []
    signal.signal(signal.SIGTERM, lambda number, frame: ended.append(number))
    (folder / f"ready{distributed.rank()}").write_text(str(os.getpid()), encoding="utf-8")
    for _ in range(600):
        if ended:
            raise SwitchRankError("ended by SIGTERM")
        time.sleep(0.1)


def die_in_one() -> None:
    """Process 0 dies without a word, as one that the system kills for its memory; process 1 waits for it."""
    if distributed.rank() == 0:
        signal.raise_signal(signal.SIGKILL)
    distributed.barrier()
