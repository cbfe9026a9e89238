"""Downloads over HTTP, from a server in the test that fails in every way that a real one does."""

from __future__ import annotations

import hashlib
import threading
from collections.abc import Iterator
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from pathlib import Path
from typing import Any

import pytest

from switchrank.data.download import Pinned, download
from switchrank.data.fetch import fetch
from switchrank.errors import SwitchRankError

DATA = "query\tпассаж\t通行\tممر\tगद्यांश\n".encode() * 4000
HALF = len(DATA) // 2


class Server(ThreadingHTTPServer):
    """Answers with a list of behaviours, one after the other; then whole files.

    Attributes:
        plan: what comes next: a status (with what Retry-After says), `short`, `slow`, `wrong`, `long`, `whole`.
        asked: the Range of each request.
        ranges: whether parts are given.
        measured: whether answers name their length.
    """

    daemon_threads = True

    def __init__(self) -> None:
        super().__init__(("127.0.0.1", 0), _Handler)
        self.plan: list[Any] = []
        self.asked: list[str | None] = []
        self.ranges = self.measured = True
        self.released = threading.Event()

    @property
    def url(self) -> str:
        return f"http://127.0.0.1:{self.server_port}/words.bin"


class _Handler(BaseHTTPRequestHandler):
    server: Server

    def log_message(self, *_: object) -> None:
        """Nothing."""

    def do_GET(self) -> None:
        server = self.server
        wanted = self.headers["Range"]
        server.asked.append(wanted)
        now = server.plan.pop(0) if server.plan else "whole"
        if isinstance(now, tuple):
            self.send_response(now[0])
            if now[1] is not None:
                self.send_header("Retry-After", now[1])
            self.send_header("Content-Length", "0")
            self.end_headers()
            return
        content = {"wrong": DATA.replace(b"query", b"QUERY"), "long": DATA + b"!"}.get(now, DATA)
        start = int(wanted.removeprefix("bytes=").removesuffix("-")) if wanted and server.ranges else 0
        self.send_response(206 if start else 200)
        if start:
            self.send_header("Content-Range", f"bytes {start}-{len(content) - 1}/{len(content)}")
        if server.measured:
            self.send_header("Content-Length", str(len(content) - start))
        self.end_headers()
        self.wfile.write(content[start:HALF] if now in ("short", "slow") and start < HALF else content[start:])
        self.wfile.flush()
        if now == "slow":
            server.released.wait(30)  # until the test is over
        self.close_connection = True


@pytest.fixture
def server(monkeypatch: pytest.MonkeyPatch) -> Iterator[Server]:
    monkeypatch.delenv("SWITCHRANK_SOURCES", raising=False)
    monkeypatch.setenv("no_proxy", "127.0.0.1")
    with Server() as running:
        thread = threading.Thread(target=running.serve_forever, kwargs={"poll_interval": 0.01})
        thread.start()
        yield running
        running.released.set()
        running.shutdown()
        thread.join()


def pinned(server: Server) -> Pinned:
    return Pinned(server.url, "words.bin", len(DATA), hashlib.sha256(DATA).hexdigest())


def had(server: Server, path: Path, timeout: float = 30.0) -> list[float]:
    """Download it; the pauses."""
    pauses: list[float] = []
    download(pinned(server), path, timeout, pauses.append)
    assert path.read_bytes() == DATA
    return pauses


def test_a_file_comes_whole(server: Server, tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    assert had(server, tmp_path / "part") == [] and server.asked == [None]
    last = capsys.readouterr().err.splitlines()[-1]
    assert last.startswith(f"fetch words.bin: {len(DATA):,}/{len(DATA):,} bytes (100 %)") and last.endswith("s left")


@pytest.mark.parametrize("measured", [True, False])
@pytest.mark.parametrize("ranges", [True, False])
def test_a_connection_that_ends_early_is_continued(
    server: Server, tmp_path: Path, ranges: bool, measured: bool
) -> None:
    server.plan, server.ranges, server.measured = ["short"], ranges, measured
    assert had(server, tmp_path / "part") == [1.0]
    assert server.asked == [None, f"bytes={HALF}-"]


def test_a_server_that_stops_sending_is_asked_again(server: Server, tmp_path: Path) -> None:
    server.plan = ["slow"]
    assert had(server, tmp_path / "part", timeout=0.5)[0] == 1.0
    assert server.asked[:2] == [None, f"bytes={HALF}-"], "a busy machine may need more than two"


@pytest.mark.parametrize("status", [429, 500, 502, 503, 504])
def test_errors_that_may_pass_are_tried_again_with_longer_pauses(server: Server, tmp_path: Path, status: int) -> None:
    server.plan = [(status, None)] * 4
    assert had(server, tmp_path / "part") == [1.0, 2.0, 4.0, 8.0]


def test_the_fifth_failure_is_the_last(server: Server, tmp_path: Path) -> None:
    server.plan = [(500, None)] * 5
    with pytest.raises(SwitchRankError, match=rf"cannot download {server.url}: HTTP Error 500"):
        had(server, tmp_path / "part")
    assert len(server.asked) == 5 and not (tmp_path / "part").exists()


def test_bytes_that_arrive_give_all_tries_back(server: Server, tmp_path: Path) -> None:
    server.plan = [(500, None)] * 4 + ["short"] + [(500, None)] * 3
    assert had(server, tmp_path / "part") == [1.0, 2.0, 4.0, 8.0, 1.0, 2.0, 4.0, 8.0]


def test_a_server_that_never_sends_more_ends(server: Server, tmp_path: Path) -> None:
    """Without parts each try starts at the beginning, so it would not end if any byte counted as progress."""
    server.plan, server.ranges = ["short"] * 20, False
    with pytest.raises(SwitchRankError, match=rf"ended after {HALF:,} of {len(DATA):,} bytes"):
        had(server, tmp_path / "part")
    assert len(server.asked) == 5


@pytest.mark.parametrize(
    ("said", "waited"), [("7", 7.0), ("0", 0.0), ("Wed, 21 Oct 2015 07:28:00 GMT", 0.0), ("soon", 1.0)]
)
def test_a_server_says_how_long_to_wait(server: Server, tmp_path: Path, said: str, waited: float) -> None:
    server.plan = [(429, said)]
    assert had(server, tmp_path / "part") == [waited]


def test_a_server_that_asks_for_hours_is_left(server: Server, tmp_path: Path) -> None:
    server.plan = [(503, "7200")]
    with pytest.raises(SwitchRankError, match=r"HTTP Error 503.* \(it asks to wait 7200 s\)"):
        had(server, tmp_path / "part")


@pytest.mark.parametrize("status", [401, 403, 404, 410])
def test_errors_that_stay_are_not_tried_again(server: Server, tmp_path: Path, status: int) -> None:
    server.plan = [(status, None)]
    with pytest.raises(SwitchRankError, match=rf"cannot download {server.url}: HTTP Error {status}"):
        had(server, tmp_path / "part")
    assert len(server.asked) == 1


@pytest.mark.parametrize("measured", [True, False])
def test_a_longer_file_is_refused(server: Server, tmp_path: Path, measured: bool) -> None:
    server.plan, server.measured = ["long"], measured
    found = f"{len(DATA) + 1} bytes" if measured else "more than the expected"
    with pytest.raises(SwitchRankError, match=f"words.bin: found {found}"):
        had(server, tmp_path / "part")
    assert not (tmp_path / "part").exists()


def test_other_content_is_refused_and_removed(server: Server, tmp_path: Path) -> None:
    server.plan = ["wrong"]
    with pytest.raises(SwitchRankError, match=rf"words.bin: found sha256 \w+, expected {pinned(server).sha256}"):
        had(server, tmp_path / "part")
    assert not (tmp_path / "part").exists() and len(server.asked) == 1


@pytest.mark.parametrize("size", [10, HALF, len(DATA), len(DATA) + 5])
def test_what_an_earlier_run_left_is_used_only_if_it_fits(server: Server, tmp_path: Path, size: int) -> None:
    part = tmp_path / "part"
    if size <= len(DATA):  # an end that is missing
        part.write_bytes(DATA[:size])
        had(server, part)
        assert server.asked == ([f"bytes={size}-"] if size < len(DATA) else [])
    server.asked.clear()
    part.write_bytes(bytes(size))
    had(server, part)
    assert server.asked[-1] is None, "after a wrong checksum it comes from the beginning"


def test_a_part_that_the_server_does_not_have_starts_again(server: Server, tmp_path: Path) -> None:
    (tmp_path / "part").write_bytes(DATA[:10])
    server.plan = [(416, None)]
    assert had(server, tmp_path / "part") == [1.0]
    assert server.asked == ["bytes=10-", None]


def test_a_failed_fetch_is_continued_by_the_next(
    server: Server, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    row = {"locator": server.url, "filename": "x/words.bin", "platform": "any", "bytes": str(len(DATA))}
    row["sha256"] = pinned(server).sha256
    target, kept = tmp_path / "resources/words", tmp_path / "resources/.kept"
    server.plan = ["short", (404, None)]
    monkeypatch.setattr("switchrank.data.download._WAITS", (0.0,))
    with pytest.raises(SwitchRankError, match=f"404.*; {HALF:,} bytes are kept; without a network, put the file"):
        fetch(row, target, kept)
    assert [path.name for path in tmp_path.rglob("*") if path.is_file()] == [f"{row['sha256']}.partial"]
    fetch(row, target, kept)
    assert target.read_bytes() == DATA and server.asked == [None, f"bytes={HALF}-", f"bytes={HALF}-"]
    assert sorted(path.name for path in kept.iterdir()) == [row["sha256"]]
