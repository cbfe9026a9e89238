"""Files that are whole or not there."""

from __future__ import annotations

from pathlib import Path


def write_text(text: str, path: str | Path) -> None:
    """Write UTF-8 with newlines as they are, as `write_bytes`."""
    write_bytes(text.encode("utf-8"), path)


def write_bytes(content: bytes, path: str | Path) -> None:
    """Write to a temporary name that is then renamed; folders are made."""
    target = Path(path)
    target.parent.mkdir(parents=True, exist_ok=True)
    partial = target.with_name(f".{target.name}.partial")
    try:
        partial.write_bytes(content)
        partial.replace(target)
    finally:
        partial.unlink(missing_ok=True)
