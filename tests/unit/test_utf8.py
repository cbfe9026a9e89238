"""Encodings of files from outside: what is UTF-8, what is not, and how that is said."""

from __future__ import annotations

from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from switchrank.data.sources import read_sources
from switchrank.errors import SwitchRankError
from switchrank.evaluation.expected import read_published
from switchrank.utf8 import decoded, is_text, other_encoding

TEXTS = {
    "de": "door\tTür\nlight\tLicht\n",
    "ru": "door\tдверь\nlight\tсвет\n",
    "ar": "door\tباب\n",
    "hi": "door\tदरवाज़ा\n",
    "pa": "door\tਅਆਊ\n",
    "ja": "照明\tドア\n",
    "crlf": "door\tTür\r\nlamp\tLampe\r\n",
    "one line": "door Tür",
    "beyond the BMP": "😀 smile\n" * 3,
}
WIDE = ["utf-16-le", "utf-16-be", "utf-32-le", "utf-32-be"]


@pytest.mark.parametrize("text", TEXTS.values(), ids=list(TEXTS))
@pytest.mark.parametrize("codec", WIDE)
@pytest.mark.parametrize("marked", [True, False])
def test_wide_encodings_are_told_by_mark_or_zero_bytes(text: str, codec: str, marked: bool) -> None:
    raw = (("\ufeff" if marked else "") + text).encode(codec)
    assert other_encoding(raw) == codec[:6].upper()
    assert other_encoding((raw + raw)[:-1]) == codec[:6].upper(), "cut within a character"


@given(st.text(min_size=0, max_size=40))
def test_utf8_is_never_taken_for_another(text: str) -> None:
    assert other_encoding(text.replace("\0", "").encode()) is None
    assert other_encoding(b"\xef\xbb\xbf" + text.replace("\0", "").encode()) is None


@pytest.mark.parametrize("text", ["door\0\tTür\nlight\tLicht\n", "a\0b", "\0", "light свет\nd\0oor дверь\n"])
def test_a_lone_zero_byte_is_no_other_encoding(text: str) -> None:
    assert other_encoding(text.encode()) is None


def test_bytes_of_a_whole_text() -> None:
    assert decoded("\ufeffдверь\r\n".encode(), "t.txt") == "дверь\r\n"
    with pytest.raises(SwitchRankError, match=r"t\.txt: the text is UTF-16; expected UTF-8"):
        decoded("дверь".encode("utf-16"), "t.txt")
    with pytest.raises(SwitchRankError, match=r"t\.txt, line 2: not UTF-8 at byte 7; expected UTF-8"):
        decoded("light\nTür".encode("latin-1"), "t.txt")


@pytest.mark.parametrize("reader", [read_sources, read_published])
@pytest.mark.parametrize("codec", ["utf-16", "utf-32"])
def test_tables_of_the_project_name_the_encoding(reader, codec: str, tmp_path: Path) -> None:  # type: ignore[no-untyped-def]
    path = tmp_path / "t.csv"
    path.write_bytes("source,locator\n".encode(codec))
    with pytest.raises(SwitchRankError, match=rf"t\.csv: the text is {codec.upper()}; expected UTF-8"):
        reader(path)


def test_a_mark_before_a_table_is_dropped(tmp_path: Path) -> None:
    path = tmp_path / "sources.csv"
    row = f"words,https://example.org/w,w.txt,{'0' * 64},9,CC0-1.0,any,"
    path.write_bytes(f"\ufeffsource,locator,filename,sha256,bytes,licence,platform,note\r\n{row}\r\n".encode())
    assert list(read_sources(path)) == ["words"]


@pytest.mark.parametrize(("text", "good"), [("свет 😀", True), ("", True), ("gate \ud83d", False), ("a\0", False)])
def test_halves_and_zero_bytes_are_no_text(text: str, good: bool) -> None:
    assert is_text(text) is good
