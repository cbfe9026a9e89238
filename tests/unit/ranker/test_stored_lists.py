"""Lists in files: appended in pieces, read in any order."""

from __future__ import annotations

from pathlib import Path

import numpy as np
import pytest

from switchrank.errors import SwitchRankError
from switchrank.ranker.flat_lists import ragged
from switchrank.ranker.stored_lists import StoredLists

LISTS = [[7, 8, 9], [], [2**31 - 1], [5, 5], [], [0]]


def test_lists_of_several_pieces_are_read_in_any_order(tmp_path: Path) -> None:
    stored = StoredLists(tmp_path, "lists")
    assert len(stored) == 0
    for piece in (LISTS[:2], [], LISTS[2:]):
        stored.append(ragged(piece))
    assert len(stored) == 6
    rows = [3, 0, 5, 1, 3, 2]
    assert stored.take(np.asarray(rows)).tolist() == [LISTS[row] for row in rows]
    assert len(stored.take(np.zeros(0, dtype=np.int64))) == 0
    assert StoredLists(tmp_path, "lists").take(np.asarray([2])).tolist() == [[2**31 - 1]]


@pytest.mark.skipif(not Path("/dev/full").exists(), reason="needs a device that is always full")
def test_a_full_disk_is_one_sentence(tmp_path: Path) -> None:
    stored = StoredLists(tmp_path, "lists")
    (tmp_path / "lists.ids").unlink()
    (tmp_path / "lists.ids").symlink_to("/dev/full")
    with pytest.raises(SwitchRankError, match=r"lists: cannot be written: No space left on device"):
        stored.append(ragged(LISTS))
