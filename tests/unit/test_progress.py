"""Progress lines: few, with a last one."""

from __future__ import annotations

import pytest

from switchrank import progress
from switchrank.progress import Progress, track


class Clock:
    """Stands for `time` in the module: its time passes when a test says so."""

    def __init__(self) -> None:
        self.now = 100.0

    def monotonic(self) -> float:
        return self.now


@pytest.fixture
def clock(monkeypatch: pytest.MonkeyPatch) -> Clock:
    clock = Clock()
    monkeypatch.setattr(progress, "time", clock)
    return clock


def test_a_line_at_most_every_so_often_and_one_at_the_end(clock: Clock, capsys: pytest.CaptureFixture[str]) -> None:
    counter = Progress("train_ranker mlcs", 100, "steps", every=10)
    seen = []
    for _ in range(100):
        clock.now += 0.4
        counter.advance()
        if line := capsys.readouterr().err:
            seen.append((round(clock.now - 100, 1), line))
    assert [at for at, _ in seen] == [10.0, 20.0, 30.0, 40.0]
    assert seen[0][1] == "train_ranker mlcs: 25/100 steps (25 %), 2.5 steps/s, 30 s left\n"
    assert seen[-1][1] == "train_ranker mlcs: 100/100 steps (100 %), 2.5 steps/s, 0 s left\n"


def test_a_short_job_prints_only_its_end(clock: Clock, capsys: pytest.CaptureFixture[str]) -> None:
    counter = Progress("embed", 4, "texts")
    for _ in range(4):
        clock.now += 0.5
        counter.advance()
    assert capsys.readouterr().err == "embed: 4/4 texts (100 %), 2.0 texts/s, 0 s left\n"


def test_the_end_is_printed_once(clock: Clock, capsys: pytest.CaptureFixture[str]) -> None:
    counter = Progress("fetch", 10, "bytes")
    for _ in range(5):
        clock.now += 1
        counter.advance(4)
    lines = capsys.readouterr().err.splitlines()
    assert len(lines) == 1 and lines[0].startswith("fetch: 12/10 bytes")
    assert "0 s left" in lines[0]


def test_the_end_follows_a_line_that_was_just_printed(clock: Clock, capsys: pytest.CaptureFixture[str]) -> None:
    counter = Progress("score", 2_000, "pairs", every=10)
    clock.now += 10
    counter.advance(1_999, note="loss 0.25")
    clock.now += 1
    counter.advance()
    lines = capsys.readouterr().err.splitlines()
    assert lines[0] == "score: 1,999/2,000 pairs (100 %), 199.9 pairs/s, 0 s left, loss 0.25"
    assert lines[1].startswith("score: 2,000/2,000 pairs (100 %), 181.8 pairs/s")


def test_nothing_done_and_nothing_to_do(clock: Clock, capsys: pytest.CaptureFixture[str]) -> None:
    counter = Progress("idle", 5, "steps", every=10)
    clock.now += 10
    counter.advance(0)
    assert capsys.readouterr().err == "idle: 0/5 steps (0 %), 0.0 steps/s, inf s left\n"
    assert list(track([], "none", 0, "items")) == []
    assert capsys.readouterr().err == ""


def test_track_hands_the_items_through(clock: Clock, capsys: pytest.CaptureFixture[str]) -> None:
    assert list(track(iter("свет"), "letters", 4, "letters")) == ["с", "в", "е", "т"]
    assert capsys.readouterr().err.startswith("letters: 4/4 letters (100 %)")


def test_what_an_earlier_try_did_counts_but_not_in_the_rate(clock: Clock, capsys: pytest.CaptureFixture[str]) -> None:
    counter = Progress("train_ranker mlcs", 100, "steps", every=10, done=60)
    for _ in range(20):
        clock.now += 1
        counter.advance()
    # 20 steps in 20 seconds, and 20 left
    last = capsys.readouterr().err.splitlines()[-1]
    assert last == "train_ranker mlcs: 80/100 steps (80 %), 1.0 steps/s, 20 s left"


def test_a_remark_names_the_job(capsys: pytest.CaptureFixture[str]) -> None:
    Progress("train_ranker mlcs", 1, "steps").say("continues after step 3")
    assert capsys.readouterr().err == "train_ranker mlcs: continues after step 3\n"
