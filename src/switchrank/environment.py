"""Environment variables for libraries: our folders instead of the home directory, and no unneeded output."""

from __future__ import annotations

import os
from pathlib import Path

_CHOICES = {
    "TOKENIZERS_PARALLELISM": "false",
    "HF_HUB_DISABLE_TELEMETRY": "1",
    "HF_HUB_DISABLE_PROGRESS_BARS": "1",
    "TRANSFORMERS_VERBOSITY": "error",
    # a wheel is kept and verified in resources/; pip's copy in the home directory would be a second one
    "PIP_NO_CACHE_DIR": "1",
    # jobs read and write UTF-8 whatever the locale is
    "PYTHONUTF8": "1",
}


def of_libraries(folder: str | Path = ".") -> dict[str, str]:
    """Variables that are not set yet, for a job that runs in `folder`.

    Caches go to `.snakemake/libraries`; models of the Hugging Face hub, which are downloads, to `resources/huggingface`
    unless the user has a folder of them already. Variables that the user set are kept.
    """
    place = Path(folder).absolute()
    caches = place / ".snakemake" / "libraries"
    wanted = _CHOICES | {
        "MPLCONFIGDIR": str(caches / "matplotlib"),
        "CUDA_CACHE_PATH": str(caches / "cuda"),
        "TRITON_HOME": str(caches),
        "XDG_CACHE_HOME": str(caches),  # fontconfig, torch
    }
    if "PYTHAINLP_DATA_DIR" not in os.environ:
        wanted["PYTHAINLP_DATA"] = str(caches / "pythainlp")
    if not _home_has(".cache/huggingface"):
        wanted["HF_HOME"] = str(place / "resources" / "huggingface")
    return {name: value for name, value in wanted.items() if name not in os.environ}


def _home_has(folder: str) -> bool:
    try:
        return (Path.home() / folder).is_dir()
    except (OSError, RuntimeError):  # no home directory, or one without permission
        return False
