"""Downloads: verified, whole or absent, from a folder, through pip or apt, or from a URL."""

from __future__ import annotations

import hashlib
import shutil
import sys
import zipfile
from pathlib import Path

import pytest

from switchrank.data.fetch import fetch
from switchrank.errors import SwitchRankError
from switchrank.provenance import fingerprint
from tests.toy.workspace import ROOT

DATA = "title,Überschrift,заголовок,見出し,عنوان".encode()


@pytest.fixture(autouse=True)
def _no_local_folder(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.delenv("SWITCHRANK_SOURCES", raising=False)


def row(data: bytes = DATA, **changes: str) -> dict[str, str]:
    """A row that pins `data`."""
    pinned = {"sha256": hashlib.sha256(data).hexdigest(), "bytes": str(len(data))}
    return {"locator": "pypi:words==1.0", "filename": "words.bin", "platform": "any"} | pinned | changes


def folder_with(folder: Path, data: bytes, monkeypatch: pytest.MonkeyPatch) -> Path:
    folder.mkdir()
    (folder / "words.bin").write_bytes(data)
    monkeypatch.setenv("SWITCHRANK_SOURCES", str(folder))
    return folder


def everything_in(folder: Path) -> list[str]:
    return sorted(path.name for path in folder.rglob("*"))


def test_a_local_folder_takes_the_place_of_the_network(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    folder_with(tmp_path / "local", DATA, monkeypatch)
    fetch(row(locator="https://nowhere.invalid/words.bin"), tmp_path / "resources" / "words")
    assert (tmp_path / "resources" / "words").read_bytes() == DATA
    assert everything_in(tmp_path / "resources") == ["words"]


def test_a_wrong_checksum_leaves_nothing_behind(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    other = DATA.replace(b"title", b"TITLE")
    folder_with(tmp_path / "local", other, monkeypatch)
    found, expected = hashlib.sha256(other).hexdigest(), hashlib.sha256(DATA).hexdigest()
    with pytest.raises(SwitchRankError, match=f"words.bin: found sha256 {found}, expected {expected}"):
        fetch(row(), tmp_path / "resources" / "words")
    assert everything_in(tmp_path / "resources") == []


def test_a_short_file_leaves_nothing_behind(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    folder_with(tmp_path / "local", DATA[:-3], monkeypatch)
    with pytest.raises(SwitchRankError, match=f"found {len(DATA) - 3} bytes, expected {len(DATA)}"):
        fetch(row(), tmp_path / "resources" / "words")
    assert everything_in(tmp_path / "resources") == []


def test_a_failed_fetch_keeps_the_file_that_was_there(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    folder_with(tmp_path / "local", DATA[:-3], monkeypatch)
    target = tmp_path / "words"
    target.write_bytes(b"an older release")
    with pytest.raises(SwitchRankError):
        fetch(row(), target)
    assert target.read_bytes() == b"an older release"


def test_a_file_in_a_folder_of_the_local_folder(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    folder = folder_with(tmp_path / "local", b"another file of this name", monkeypatch)
    (folder / "squad").mkdir()
    (folder / "squad" / "words.bin").write_bytes(DATA)
    (folder / "squad" / "words.bin").chmod(0o444)
    fetch(row(filename="squad/words.bin"), tmp_path / "resources" / "words", tmp_path / "resources" / ".kept")
    assert (tmp_path / "resources" / "words").read_bytes() == DATA
    (tmp_path / "resources" / "words").unlink()
    (folder / "squad" / "words.bin").unlink()
    fetch(row(filename="squad/words.bin"), tmp_path / "resources" / "words", tmp_path / "resources" / ".kept")
    assert (tmp_path / "resources" / "words").read_bytes() == DATA


def test_a_file_that_the_folder_lacks_is_downloaded(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    folder_with(tmp_path / "local", b"the folder has other files", monkeypatch)
    origin = tmp_path / "origin.bin"
    origin.write_bytes(DATA)
    fetch(row(filename="squad/origin.bin", locator=origin.as_uri()), tmp_path / "words")
    assert (tmp_path / "words").read_bytes() == DATA


def test_a_file_that_is_nowhere_is_named_with_the_folder(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    folder = folder_with(tmp_path / "local", DATA, monkeypatch)
    locator = (tmp_path / "absent.bin").as_uri()
    with pytest.raises(SwitchRankError) as caught:
        fetch(row(filename="squad/other.bin", locator=locator), tmp_path / "words")
    assert str(folder / "squad" / "other.bin") in str(caught.value) and locator in str(caught.value)
    assert "SWITCHRANK_SOURCES names a folder that has no such file" in str(caught.value)


def test_a_verified_file_is_not_fetched_again(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("SWITCHRANK_SOURCES", str(tmp_path / "absent"))
    target = tmp_path / "words"
    target.write_bytes(DATA)
    before = target.stat()
    fetch(row(), target)
    assert (target.stat().st_ino, target.stat().st_mtime_ns) == (before.st_ino, before.st_mtime_ns)


def test_a_file_url_is_streamed(tmp_path: Path) -> None:
    origin = tmp_path / "origin.bin"
    origin.write_bytes(DATA)
    fetch(row(locator=origin.as_uri()), tmp_path / "words")
    assert (tmp_path / "words").read_bytes() == DATA


def test_an_unreachable_url_names_the_way_out(tmp_path: Path) -> None:
    missing = (tmp_path / "missing.bin").as_uri()
    with pytest.raises(SwitchRankError) as caught:
        fetch(row(locator=missing), tmp_path / "resources" / "words")
    assert missing in str(caught.value) and "SWITCHRANK_SOURCES" in str(caught.value)
    assert everything_in(tmp_path / "resources") == []


def tiny_wheel(folder: Path, tag: str) -> Path:
    """A valid wheel that asks for a Python that does not exist."""
    folder.mkdir(exist_ok=True)
    path = folder / f"words-1.0-{tag}.whl"
    with zipfile.ZipFile(path, "w") as archive:
        metadata = "Metadata-Version: 2.1\nName: words\nVersion: 1.0\nRequires-Python: >=3.99\n"
        archive.writestr("words/data.txt", DATA)
        archive.writestr("words-1.0.dist-info/METADATA", metadata)
        archive.writestr("words-1.0.dist-info/WHEEL", f"Wheel-Version: 1.0\nRoot-Is-Purelib: true\nTag: {tag}\n")
        archive.writestr("words-1.0.dist-info/RECORD", "")
    return path


@pytest.mark.parametrize(
    ("tag", "platform"), [("py3-none-any", "any"), ("py3-none-manylinux2014_aarch64", "manylinux2014_aarch64")]
)
def test_pip_brings_a_wheel_of_any_platform(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, tag: str, platform: str
) -> None:
    wheel = tiny_wheel(tmp_path / "index", tag)
    monkeypatch.setenv("PIP_NO_INDEX", "1")
    monkeypatch.setenv("PIP_FIND_LINKS", str(wheel.parent))
    fetch(row(wheel.read_bytes(), filename=wheel.name, platform=platform), tmp_path / "resources" / "words")
    assert (tmp_path / "resources" / "words").read_bytes() == wheel.read_bytes()
    assert everything_in(tmp_path / "resources") == ["words"]


def test_pips_reason_and_the_way_out_are_told(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("PIP_NO_INDEX", "1")
    monkeypatch.delenv("PIP_FIND_LINKS", raising=False)
    with pytest.raises(SwitchRankError) as caught:
        fetch(row(), tmp_path / "resources" / "words")
    message = str(caught.value)
    assert "cannot download words==1.0: ERROR: No matching distribution found" in message
    assert "SWITCHRANK_SOURCES" in message and "\n" not in message
    assert everything_in(tmp_path / "resources") == []


def apt_get(folder: Path, monkeypatch: pytest.MonkeyPatch, body: str) -> Path:
    """A program of that name on the path, and nothing else."""
    folder.mkdir()
    program = folder / "apt-get"
    program.write_text(f"#!{sys.executable}\nimport os, sys\nfrom pathlib import Path\n{body}\n", encoding="utf-8")
    program.chmod(0o755)
    monkeypatch.setenv("PATH", str(folder))
    return folder


PACKAGE = {"locator": "apt:dict-words=2022.04.21-1", "filename": "dict-words_2022.04.21-1_all.deb"}


@pytest.mark.parametrize("relative", [False, True])
def test_apt_brings_a_package_to_the_folder_that_it_runs_in(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, relative: bool
) -> None:
    body = f"""
assert sys.argv[1:] == ["download", "--quiet", "dict-words=2022.04.21-1"], sys.argv
Path({PACKAGE["filename"]!r}).write_bytes({DATA!r})
print("W: Download is performed unsandboxed as root", file=sys.stderr)"""
    apt_get(tmp_path / "bin", monkeypatch, body)
    monkeypatch.chdir(tmp_path)
    target = Path("resources/words") if relative else tmp_path / "resources" / "words"
    fetch(row(**PACKAGE), target)
    assert target.read_bytes() == DATA and everything_in(tmp_path / "resources") == ["words"]
    assert everything_in(tmp_path) == ["apt-get", "bin", "resources", "words"]


def test_apts_reason_and_the_way_out_are_told(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    body = """
assert os.environ["LC_ALL"] == "C"
sys.exit("E: Version '2022.04.21-1' for 'dict-words' was not found\\nW: something else")"""
    apt_get(tmp_path / "bin", monkeypatch, body)
    with pytest.raises(SwitchRankError) as caught:
        fetch(row(**PACKAGE), tmp_path / "resources" / "words")
    message = str(caught.value)
    assert message.startswith("cannot download dict-words=2022.04.21-1: E: Version '2022.04.21-1' for 'dict-words' was")
    assert "SWITCHRANK_SOURCES" in message and "\n" not in message
    assert everything_in(tmp_path / "resources") == []


def test_another_package_than_the_pinned_one_is_an_error(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    apt_get(tmp_path / "bin", monkeypatch, "Path('dict-words_9_all.deb').write_bytes(b'x')")
    with pytest.raises(SwitchRankError, match=r"gave \['dict-words_9_all\.deb'\]; expected dict-words_2022\.04\.21-1"):
        fetch(row(**PACKAGE), tmp_path / "resources" / "words")


def test_a_system_without_apt_is_told_the_way_out(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("PATH", str(tmp_path))
    with pytest.raises(SwitchRankError, match=r"has no apt-get; get dict-words_\S+ from .* set SWITCHRANK_SOURCES"):
        fetch(row(**PACKAGE), tmp_path / "resources" / "words")
    folder_with(tmp_path / "local", DATA, monkeypatch)
    fetch(row(locator=PACKAGE["locator"]), tmp_path / "resources" / "words")
    assert (tmp_path / "resources" / "words").read_bytes() == DATA


def test_a_file_that_snakemake_deleted_is_not_downloaded_again(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    local = folder_with(tmp_path / "local", DATA, monkeypatch)
    target, kept = tmp_path / "resources/words", tmp_path / "resources/.kept"
    fetch(row(), target, kept)
    target.unlink()
    (local / "words.bin").unlink()
    fetch(row(), target, kept)
    assert target.read_bytes() == DATA
    assert (kept / row()["sha256"]).samefile(target), "a second name takes no space"


def test_a_kept_file_that_was_damaged_is_fetched_anew(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    folder_with(tmp_path / "local", DATA, monkeypatch)
    target, kept = tmp_path / "resources/words", tmp_path / "resources/.kept"
    fetch(row(), target, kept)
    with open(target, "ab") as file:
        file.write(b"!")
    fetch(row(), target, kept)
    assert target.read_bytes() == DATA == (kept / row()["sha256"]).read_bytes()


def test_a_file_system_without_second_names_is_no_obstacle(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    def unsupported(*_: object) -> None:
        raise OSError(95, "Operation not supported")

    folder_with(tmp_path / "local", DATA, monkeypatch)
    monkeypatch.setattr(Path, "hardlink_to", unsupported)
    fetch(row(), tmp_path / "resources/words", tmp_path / "resources/.kept")
    assert (tmp_path / "resources/words").read_bytes() == DATA


def test_an_edit_of_the_fetching_code_re_runs_nothing(tmp_path: Path) -> None:
    """The pinned checksum proves the content, whatever brought it."""
    source = tmp_path / "src"
    shutil.copytree(ROOT / "src/switchrank", source / "switchrank", ignore=shutil.ignore_patterns("__pycache__"))
    scripts = sorted((ROOT / "workflow/scripts").glob("*.py"))
    before = [fingerprint(script, source) for script in scripts]
    file = source / "switchrank/data/fetch.py"
    file.write_text(file.read_text(encoding="utf-8").replace("_TIMEOUT = 60.0", "_TIMEOUT = 30.0"), encoding="utf-8")
    assert [fingerprint(script, source) for script in scripts] == before
