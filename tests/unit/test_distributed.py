"""Two processes on the CPU (gloo), and one that must not notice that there could be more."""

from __future__ import annotations

import json
import os
import signal
import subprocess
import sys
import threading
import time
from pathlib import Path

import pytest
import torch

from switchrank.errors import SwitchRankError
from switchrank.training import distributed
from switchrank.training.launch import launch, process_count
from tests.toy import processes as toy
from tests.toy.workspace import ROOT


def test_alone_nothing_changes() -> None:
    vectors = torch.ones(2, 3, requires_grad=True)
    assert (distributed.world(), distributed.rank()) == (1, 0)
    assert distributed.gather(vectors) is vectors
    assert distributed.total(vectors) is vectors
    assert distributed.average(vectors) is vectors
    assert [distributed.anywhere(flag) for flag in (True, False)] == [True, False]
    parameter = torch.nn.Parameter(torch.zeros(1))
    distributed.average_gradients([parameter])
    assert parameter.grad is None
    distributed.barrier()


def test_two_processes_by_hand(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    launch(toy.collectives, 2, tmp_path)
    seen = [json.loads((tmp_path / f"{number}.json").read_text(encoding="utf-8")) for number in range(2)]
    for process in seen:
        assert process["world"] == 2
        # rows of different number come together in the order of the processes
        assert process["every"] == [[0, 1], [10, 11], [12, 13]]
        # means of (1, 2) and (2, 4); of nothing and (4, 6); and what nobody has stays nothing
        assert process["averaged"] == [[1.5, 3], [2, 3], None]
        assert process["total"] == [2, 1]
        assert process["anywhere"] == [True, False]
        assert process["parts"] == [[], [[1]]]
    # row i of all is weighed 1 · (i + 1) in process 0 and 2 · (i + 1) in process 1: 3, 6, 9 together
    assert seen[0]["gradient"] == [[3, 3]]
    assert seen[1]["gradient"] == [[6, 6], [9, 9]]
    # the first process speaks for all
    assert capsys.readouterr().err == "process 0 is done\n"


def test_bad_input_in_one_process_ends_all_with_its_message() -> None:
    with pytest.raises(SwitchRankError, match=r"^row 7: bad input$"):
        launch(toy.fail_in_one, 2)


def test_a_killed_process_ends_all() -> None:
    with pytest.raises(SwitchRankError, match=r"^process 0 of 2 ended with code -9"):
        launch(toy.die_in_one, 2)


def test_sigterm_is_handed_on(tmp_path: Path) -> None:
    def end() -> None:
        while len(list(tmp_path.iterdir())) < 2:
            time.sleep(0.05)
        os.kill(os.getpid(), signal.SIGTERM)

    before = signal.getsignal(signal.SIGTERM)
    threading.Thread(target=end, daemon=True).start()
    with pytest.raises(SwitchRankError, match=r"^ended by SIGTERM$"):
        launch(toy.wait_for_the_end, 2, tmp_path)
    assert signal.getsignal(signal.SIGTERM) is before


def test_processes_of_a_killed_parent_end(tmp_path: Path) -> None:
    code = (
        "import sys, pathlib; from switchrank.training.launch import launch; from tests.toy import processes as toy; "
    )
    code += "launch(toy.wait_for_the_end, 2, pathlib.Path(sys.argv[1]))"
    path = os.pathsep.join((str(ROOT), str(ROOT / "src")))
    parent = subprocess.Popen([sys.executable, "-c", code, str(tmp_path)], env=os.environ | {"PYTHONPATH": path})
    while len([path for path in tmp_path.iterdir() if path.read_text(encoding="utf-8")]) < 2:
        assert parent.poll() is None
        time.sleep(0.05)
    children = [int(path.read_text(encoding="utf-8")) for path in tmp_path.iterdir()]
    parent.kill()
    parent.wait()
    ended = time.monotonic() + 30
    while any(_runs(number) for number in children):
        assert time.monotonic() < ended, "left behind"
        time.sleep(0.05)


def _runs(number: int) -> bool:
    """Whether a process is there and no zombie that nobody has waited for."""
    try:
        return "\nState:\tZ" not in Path(f"/proc/{number}/status").read_text(encoding="utf-8")
    except FileNotFoundError:
        return False


def test_one_process_is_this_one() -> None:
    called = []
    launch(called.append, 1, 5)
    assert called == [5]


@pytest.mark.parametrize(("asked", "gpus", "expected"), [(1, 4, 1), (3, 0, 3), (0, 4, 4), (0, 0, 1)])
def test_processes(monkeypatch: pytest.MonkeyPatch, asked: int, gpus: int, expected: int) -> None:
    monkeypatch.setattr(torch.cuda, "device_count", lambda: gpus)
    assert process_count(asked) == expected
