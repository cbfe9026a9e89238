"""Whether the workflow can run in a folder; checked before any job."""

from __future__ import annotations

import os
from pathlib import Path

from switchrank.errors import SwitchRankError

_FORBIDDEN = {"{": "'{'", "}": "'}'", ":": "':'", "\n": "a line break"}
_WRITTEN = (".snakemake", "results", "resources", "logs")


def refuse_path(checkout: str | Path, folder: str | Path) -> None:
    """Check the characters of the paths that Snakemake and the shell see.

    Args:
        checkout: the folder of the Snakefile.
        folder: the working directory.

    Raises:
        SwitchRankError: Snakemake would read a brace in the path of a script as a wildcard, Python a colon in
            PYTHONPATH as the end of a path, or the locale cannot encode the path.
    """
    for letter, name in _FORBIDDEN.items():
        if letter in str(checkout):
            raise SwitchRankError(
                f"the path of the repository, {checkout}, holds {name}, which Snakemake or Python would "
                "misread; move or rename the folder (spaces, quotes and letters of any script are fine)"
            )
    for path in (checkout, folder):
        if any("\ud800" <= letter <= "\udfff" for letter in str(path)):
            raise SwitchRankError(
                f"the path {str(path)!a} has characters that this locale cannot encode: set PYTHONUTF8=1 and run again"
            )


def refuse_read_only(folder: str | Path, dry: bool = False) -> None:
    """Check that a run can write.

    Args:
        folder: the working directory.
        dry: nothing will run; Snakemake makes its own folder even then.

    Raises:
        SwitchRankError: the folder, or one of those that a run fills, is not writable.
    """
    for path in (Path(folder), *(Path(folder) / name for name in _WRITTEN[: 1 if dry else None])):
        if path.exists() and not (path.is_dir() and os.access(path, os.W_OK | os.X_OK)):
            raise SwitchRankError(
                f"{path.absolute()}: a run writes here, but it is read-only or not a folder; nothing was run"
            )
