"""Lists of token ids in files, of which those that are needed are read."""

from __future__ import annotations

import os
from collections.abc import Iterable
from pathlib import Path
from typing import BinaryIO

import numpy as np
from numpy.typing import NDArray

from switchrank.files import written
from switchrank.ranker.flat_lists import Ragged, bounds

_ID, _OFFSET = np.dtype(np.int32), np.dtype(np.int64)


class StoredLists:
    """Lists that are appended in order and read in any order; nothing of them stays in memory. A copy in another
    process opens the files itself.

    The files are read, not mapped: a mapped page counts as memory of the process for as long as it stays.

    Args:
        folder: of the two files, 4 bytes per number and 8 per list; they are made if they do not exist.
        name: of the files.
    """

    def __init__(self, folder: Path, name: str) -> None:
        self.folder, self.name = folder, name
        self._paths = [folder / f"{name}.{part}" for part in ("ids", "offsets")]
        if not self._paths[1].exists():
            self._write(Ragged(np.zeros(0, _ID), np.zeros(1, _OFFSET)), first=0)
        self._files: list[BinaryIO] = [path.open("rb", buffering=0) for path in self._paths]

    def __reduce__(self) -> tuple[type[StoredLists], tuple[Path, str]]:
        return StoredLists, (self.folder, self.name)

    def __len__(self) -> int:
        return self._paths[1].stat().st_size // _OFFSET.itemsize - 1

    def append(self, lists: Ragged) -> None:
        """Add lists after the others.

        Raises:
            SwitchRankError: the disk is full.
        """
        end = self._paths[0].stat().st_size // _ID.itemsize
        self._write(Ragged(lists.values, lists.offsets + end), first=1)

    def take(self, rows: NDArray[np.int64]) -> Ragged:
        """The lists of these rows, in this order; a repeated row repeats its list."""
        ids, offsets = self._files
        size = _OFFSET.itemsize
        edges = np.frombuffer(_parts(offsets, ((size * row, 2 * size) for row in rows.tolist())), _OFFSET)
        starts, lengths = edges[::2], edges[1::2] - edges[::2]
        places = zip((_ID.itemsize * starts).tolist(), (_ID.itemsize * lengths).tolist(), strict=True)
        return Ragged(np.frombuffer(_parts(ids, places), _ID), bounds(lengths))

    def close(self) -> None:
        """Close the files."""
        for file in self._files:
            file.close()

    def _write(self, lists: Ragged, first: int) -> None:
        with written(self.folder / self.name):
            for path, array in zip(self._paths, (lists.values, lists.offsets[first:]), strict=True):
                with path.open("ab") as file:
                    file.write(np.ascontiguousarray(array).data)  # tofile does not notice a full disk


def _parts(file: BinaryIO, places: Iterable[tuple[int, int]]) -> bytes:
    """Parts of a file, (start, bytes) each, one after the other."""
    number = file.fileno()
    return b"".join(os.pread(number, size, start) for start, size in places)
