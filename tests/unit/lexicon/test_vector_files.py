"""Vectors from files: every value as Python reads it, every bad line counted, every bad file named."""

from __future__ import annotations

import gzip
import random
import struct
from pathlib import Path
from typing import Any

import numpy as np
import pyarrow as pa
import pyarrow.parquet as pq
import pytest
from gensim.models import KeyedVectors
from hypothesis import given
from hypothesis import settings as hypothesis_settings
from hypothesis import strategies as st
from numpy.typing import NDArray

from switchrank import tables
from switchrank.errors import SwitchRankError
from switchrank.lexicon.settings import FileVectors
from switchrank.lexicon.vectors import text as vector_text
from switchrank.lexicon.vectors.files import read_vectors
from switchrank.lexicon.vectors.text import Block, parse_block

WORDS = [
    "light",
    "licht",
    "свет",
    "ضوء",
    "बत्ती",
    "照明",
    "灯光",
    "φως",
    "naïve",
    "ho\u00a0chi\u00a0minh",
    "1984",
    "...",
]


def settings(**changed: Any) -> FileVectors:
    return FileVectors(**{"method": "files", "path": "x", "languages": ["de"], **changed})


def values_of(table: pa.Table) -> NDArray[np.float32]:
    column = table.column("vector").combine_chunks()
    return column.flatten().to_numpy().reshape(len(table), -1)


def written(path: Path, lines: list[str] | bytes) -> Path:
    path.write_bytes(lines if isinstance(lines, bytes) else "".join(f"{line}\n" for line in lines).encode())
    return path


def made_up(count: int, dimensions: int) -> tuple[list[str], NDArray[np.float64]]:
    """Words of several scripts, and values of five decimals."""
    words = [f"{WORDS[at % len(WORDS)]}{at or ''}" for at in range(count)]
    return words, np.random.default_rng(5).normal(size=(count, dimensions)).round(5)


def as_lines(words: list[str], values: NDArray[np.float64]) -> list[str]:
    return [" ".join([word, *map(str, row)]) for word, row in zip(words, values.tolist(), strict=True)]


@pytest.mark.parametrize("header", [True, False])
@pytest.mark.parametrize("zipped", [True, False])
@pytest.mark.parametrize("threads", [1, 3])
def test_a_text_file_is_read_as_it_is_written(
    header: bool, zipped: bool, threads: int, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """In blocks of 300 bytes, so that lines cross their borders."""
    monkeypatch.setattr(vector_text, "_BLOCK", 300)
    words, values = made_up(200, 7)
    lines = [*(["200 7"] if header else []), *as_lines(words, values)]
    path = written(tmp_path / "words.vec", lines)
    if zipped:
        path.write_bytes(gzip.compress(path.read_bytes()))
    table, reading = read_vectors(path, settings(), "de", threads)
    assert table.column("word").to_pylist() == words
    assert table.column("rank").to_pylist() == list(range(200))
    np.testing.assert_array_equal(values_of(table), values.astype(np.float32))
    assert table.schema.field("vector").type == pa.list_(pa.float32(), 7)
    assert str(reading) == f"{path}: 200 words of 7 values; nothing skipped"
    tables.write(table, tmp_path / "v.parquet", tables.VECTORS)
    assert tables.read_arrow(tmp_path / "v.parquet", tables.VECTORS).equals(
        table.cast(pa.schema([("word", pa.string()), ("rank", pa.int32()), ("vector", pa.list_(pa.float32(), 7))]))
    )


def test_gensim_reads_the_same(tmp_path: Path) -> None:
    words, values = made_up(50, 4)
    path = written(tmp_path / "words.vec", ["50 4", *as_lines(words, values)])
    theirs = KeyedVectors.load_word2vec_format(str(path))
    ours, _ = read_vectors(path, settings(), "de")
    assert ours.column("word").to_pylist() == theirs.index_to_key
    np.testing.assert_array_equal(values_of(ours), theirs.vectors)
    theirs.save_word2vec_format(str(tmp_path / "words.bin"), binary=True)
    binary, reading = read_vectors(tmp_path / "words.bin", settings(format="word2vec"), "de")
    assert binary.to_pylist() == ours.to_pylist() and reading.complete
    (tmp_path / "zipped.bin").write_bytes(gzip.compress((tmp_path / "words.bin").read_bytes()))
    assert read_vectors(tmp_path / "zipped.bin", settings(format="word2vec"), "de")[0].to_pylist() == ours.to_pylist()


NUMBERS = st.one_of(
    st.decimals(-1000, 1000, places=5).map(str),
    st.floats(width=32, allow_nan=False, allow_infinity=False).map(repr),
    st.floats(-1e30, 1e30).map(repr),
    st.floats(-1e30, 1e30).map(lambda value: f"{value:.25g}"),
    st.from_regex(r"[+-]?([0-9]{1,25}\.?[0-9]{0,25}|\.[0-9]{1,25})([eE][+-]?[0-9]{1,2})?", fullmatch=True),
    st.integers(-(2**60), 2**60).map(str),
)


@hypothesis_settings(deadline=None)
@given(st.lists(NUMBERS, min_size=1, max_size=5))
def test_every_number_is_the_float32_of_pythons_float(texts: list[str]) -> None:
    with np.errstate(over="ignore"):
        wanted = np.array([float(text) for text in [*texts, "1"]]).astype(np.float32)
    block = bytearray(" ".join(["header", "слово", *texts, "1\n"]).encode())
    rows = parse_block(Block(block, 7, len(block)), len(wanted))
    if np.isfinite(wanted).all():
        assert not rows.problems and rows.words == ["слово".encode()]
        assert rows.values.tobytes() == wanted.tobytes()
    else:
        assert rows.problems == {0: "a value that is NaN or infinite"}


@pytest.mark.parametrize(
    ("text", "plain"),
    [
        ("0.12345", True), ("-7", True), ("+.5", True), ("5.", True), ("-0.0", True), ("1.5e-05", True),
        ("9007199254740992", True), ("9007199254740993", False), ("0.1234567890123456789", False), ("1e-30", False),
        ("00000000000000000000.5", False), ("1e", False), ("1e+", False), ("--1", False), ("1.2.3", False),
        ("0x10", False), ("1_0", False), (".", False), ("", False), ("١٢", False), ("1e99999999999999999999", False),
    ],
)  # fmt: skip
def test_what_the_compiled_loop_leaves_to_python(text: str, plain: bool) -> None:
    block = f"word 1 {text}\n".encode()
    starts, ends, good = np.zeros(1, np.int64), np.zeros(1, np.int64), np.zeros(1, np.bool_)
    values = np.empty((1, 2), np.float32)
    vector_text._parse(np.frombuffer(block, np.uint8), vector_text._POWERS, values, starts, ends, good)
    assert good[0] == plain
    if plain:
        assert values.tobytes() == np.array([1.0, float(text)], np.float32).tobytes()
        assert (starts[0], ends[0]) == (0, 4)
    else:
        assert block[starts[0] : ends[0]] == block[:-1]


def test_bad_lines_are_skipped_and_counted_by_reason(tmp_path: Path) -> None:
    lines = [
        b"9 3",
        "свет 0.1 0.2 0.3".encode(),
        b"short 0.1 0.2",
        b"licht 1 2 3",
        b"9 3",
        b"long 0.1 0.2 0.3 0.4",
        b"hex 0.1 0x2 0.3",
        b"nan 0.1 nan 0.3",
        b"inf -inf 0.2 0.3",
        b"large 1e39 0.2 0.3",
        b"zero 0.0 -0.0 0e5",
        "свет 7 8 9".encode(),
        b"caf\xe9 1 2 3",
        b" 1 2 3",
        b"",
        "照明\t-1\t 2e0  3 \r".encode(),
        b"new york -1 2 3",
        "ضوء 1 1 1".encode(),
    ]
    table, reading = read_vectors(written(tmp_path / "bad.vec", b"\n".join(lines)), settings(), "de")
    assert table.column("word").to_pylist() == ["свет", "licht", "照明", "new york", "ضوء"]
    np.testing.assert_array_equal(
        values_of(table), np.array([[0.1, 0.2, 0.3], [1, 2, 3], [-1, 2, 3], [-1, 2, 3], [1, 1, 1]], np.float32)
    )
    assert {reason: (skipped.count, skipped.first) for reason, skipped in reading.skipped.items()} == {
        "a wrong number of values": (2, "line 3"),
        "a second header": (1, "line 5"),
        "a value that is not a number": (1, "line 7"),
        "a value that is NaN or infinite": (3, "line 8"),
        "a zero vector": (1, "line 11"),
        "a word seen before": (1, "line 12"),
        "a word that is not UTF-8": (1, "line 13"),
        "no word": (1, "line 14"),
        "blank": (1, "line 15"),
    }
    assert (reading.kept, reading.dimensions, reading.announced, reading.complete) == (5, 3, 9, True)
    assert "the header announces 9 words, there are 16; skipped 2 with a wrong number" in str(reading)
    assert "3 with a value that is NaN or infinite (first: line 8)" in str(reading)
    assert "\n" not in str(reading)


def test_lines_that_are_cut_in_blocks_keep_their_numbers(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(vector_text, "_BLOCK", 64)
    words, values = made_up(100, 3)
    lines = as_lines(words, values)
    lines[5] = lines[6] = "дверь 0 0 0"
    lines[40] = lines[80] = "кухня 1 2"
    _, reading = read_vectors(written(tmp_path / "w.vec", lines), settings(), "ru", 2)
    assert (reading.skipped["a wrong number of values"].count, reading.kept) == (2, 96)
    assert reading.skipped["a wrong number of values"].first == "line 41"


def test_the_first_words_are_kept_and_the_rest_is_not_read(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """Lines 2 and 3 repeat line 1, so the third word is that of line 5; line 7 is never looked at."""
    monkeypatch.setattr(vector_text, "_BLOCK", 16)
    lines = ["а 1 1", "а 2 2", "а 3 3", "б 4 4", "в 5 5", "г 6 6", "bad", "д 7 7"]
    table, reading = read_vectors(written(tmp_path / "w.vec", lines), settings(max_words=3), "ru")
    assert table.column("word").to_pylist() == ["а", "б", "в"]
    np.testing.assert_array_equal(values_of(table)[:, 0], [1, 4, 5])
    assert list(reading.skipped) == ["a word seen before"] and not reading.complete
    assert "3 words of 2 values (the number requested; the rest was not read)" in str(reading)


@pytest.mark.parametrize("lines", [["1984 1 2", "1985 3 4", "licht 5 6"], ["7", "at , 7 1 2", "licht 5 6", "тень 1 2"]])
def test_a_word_may_be_a_number_and_a_first_line_bad(lines: list[str], tmp_path: Path) -> None:
    table, reading = read_vectors(written(tmp_path / "w.vec", lines), settings(), "de")
    assert reading.dimensions == 2 and len(table) == 3
    assert "licht" in table.column("word").to_pylist()


def test_equal_bytes_whatever_the_blocks_and_threads(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    words, values = made_up(300, 5)
    lines = as_lines(words, values)
    random.Random(1).shuffle(lines)
    path = written(tmp_path / "w.vec", [*lines, *lines[:20], "bad"])
    made = []
    for block, threads in ((1 << 20, 1), (100, 1), (777, 4)):
        monkeypatch.setattr(vector_text, "_BLOCK", block)
        tables.write(read_vectors(path, settings(), "de", threads)[0], tmp_path / "v.parquet", tables.VECTORS)
        made.append((tmp_path / "v.parquet").read_bytes())
    assert made[0] == made[1] == made[2]


@pytest.mark.parametrize(
    ("content", "message"),
    [
        (b"", "the file is empty; expected the hi vectors"),
        (b"3 4\n", "the header announces 4 values and the first 0 lines have at most 0"),
        (b"2 4\n\xe0\xa4\xaa 1 2 3\nb 1 2 3\n", "the header announces 4 values and the first 2 lines have at m"),
        (b"2 99999999999\na 1 2 3\n", "the header announces 99,999,999,999 values and the first 1 lines have at m"),
        (b"2 2\na 1 2 3\nb 1 2 3\n", "no good line of 2 values: skipped 2 with a wrong number of values .first: li"),
        (b"a 0 0\nb 0 0\n", "no good line of 2 values: skipped 2 with a zero vector \\(first: line 1\\)"),
        (b"words\nand more\n", "no header says how many values and the first 2 lines have at most 0; a line of hi vec"),
        (b"2 0\na\nb\n", "the header announces 0 values and the first 2 lines have at most 0"),
        (b"", "the file is empty"),
        (gzip.compress(b""), "no header says how many values"),
        (gzip.compress(b"a 1 2\n" * 9000)[:-30], "the gz file is truncated or damaged .*; expected the hi vectors"),
        (gzip.compress(b"")[:9], "the gz file is truncated or damaged .*; expected the hi vectors"),
        (b"\x1f\x8b\x08\x00garbage that is no gzip at all", "the gz file is truncated or damaged"),
    ],
)  # fmt: skip
def test_a_file_without_vectors_is_an_error(content: bytes, message: str, tmp_path: Path) -> None:
    path = written(tmp_path / "hi.vec", content)
    with pytest.raises(SwitchRankError, match=f"hi.vec: {message}"):
        read_vectors(path, settings(), "hi")


def test_a_missing_file_and_one_without_line_ends_are_errors(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    with pytest.raises(SwitchRankError, match=r"none.vec: no such file; expected the zh vectors \(format: text\)"):
        read_vectors(tmp_path / "none.vec", settings(), "zh")
    monkeypatch.setattr(vector_text, "_BLOCK", 100)
    monkeypatch.setattr(vector_text, "_LONGEST_LINE", 1 << 20)
    with pytest.raises(SwitchRankError, match="a line of more than 1 MiB; is this a file of text vectors"):
        read_vectors(written(tmp_path / "b.vec", b"\x07" * (1 << 21)), settings(), "zh")


def binary(entries: list[tuple[bytes, list[float]]], header: bytes = b"") -> bytes:
    body = b"".join(word + b" " + struct.pack(f"<{len(row)}f", *row) + b"\n" for word, row in entries)
    return (header or b"%d %d\n" % (len(entries), len(entries[0][1]))) + body


def test_bad_binary_vectors_are_counted(tmp_path: Path) -> None:
    entries = [("灯".encode(), [1.0, 2.0]), (b"\xff", [1.0, 1.0]), (b"zero", [0.0, 0.0]), (b"nan", [1.0, float("nan")]),
               ("灯".encode(), [3.0, 3.0]), (b"", [1.0, 2.0]), ("दीप".encode(), [4.0, 5.0])]  # fmt: skip
    path = written(tmp_path / "w.bin", binary(entries))
    table, reading = read_vectors(path, settings(format="word2vec"), "zh")
    assert table.to_pylist() == [
        {"word": "灯", "rank": 0, "vector": [1.0, 2.0]}, {"word": "दीप", "rank": 1, "vector": [4.0, 5.0]},
    ]  # fmt: skip
    assert {reason: (skipped.count, skipped.first) for reason, skipped in reading.skipped.items()} == {
        "a word that is not UTF-8": (1, "vector 2"), "a zero vector": (1, "vector 3"),
        "a value that is NaN or infinite": (1, "vector 4"),
        "a word seen before": (1, "vector 5"), "no word": (1, "vector 6"),
    }  # fmt: skip
    first, reading = read_vectors(path, settings(format="word2vec", max_words=1), "zh")
    assert first.column("word").to_pylist() == ["灯"] and not reading.complete


@pytest.mark.parametrize(
    ("content", "message"),
    [
        (b"licht 1 2\n", "begins with b'licht 1 2.n'; a word2vec file begins with a line of two numbers above 0"),
        (b"0 3\n", "begins with b'0 3.n'"),
        (binary([(b"a", [1.0]), (b"b", [2.0])])[:-3], "ends within vector 2 of the 2 that its header announces"),
        (binary([(b"a", [1.0])], b"5 1\n"), "ends within vector 2 of the 5"),
    ],
)
def test_a_bad_binary_file_is_an_error(content: bytes, message: str, tmp_path: Path) -> None:
    with pytest.raises(SwitchRankError, match=rf"w\.bin: {message}"):
        read_vectors(written(tmp_path / "w.bin", content), settings(format="word2vec"), "de")


@pytest.mark.parametrize("kind", [pa.list_(pa.float32()), pa.large_list(pa.float64()), pa.list_(pa.float32(), 2)])
@pytest.mark.parametrize("ranked", [True, False])
def test_parquet_rows_come_by_rank(kind: pa.DataType, ranked: bool, tmp_path: Path) -> None:
    columns: dict[str, Any] = {
        "word": ["灯", "licht", "zero", "licht", "ضوء", None],
        "vector": pa.array([[1, 2], [3, 4], [0, 0], [5, 6], [7, 8], [9, 9]], kind),
    }
    if ranked:
        columns["rank"] = pa.array([5, 4, 3, 2, 1, 0], pa.int64())
    pq.write_table(pa.table(columns), tmp_path / "v.parquet")
    table, reading = read_vectors(tmp_path / "v.parquet", settings(format="parquet"), "de")
    wanted = [("ضوء", [7, 8]), ("licht", [5, 6]), ("灯", [1, 2])] if ranked else [
        ("灯", [1, 2]), ("licht", [3, 4]), ("ضوء", [7, 8])
    ]  # fmt: skip
    assert [(row["word"], row["vector"]) for row in table.to_pylist()] == wanted
    assert {reason: skipped.count for reason, skipped in reading.skipped.items()} == {
        "a null": 1, "a zero vector": 1, "a word seen before": 1,
    }  # fmt: skip


def test_bad_parquet_vectors_are_counted_and_bad_files_refused(tmp_path: Path) -> None:
    vectors = pa.array([[1.0, 2.0], [1.0], None, [1.0, None], [1e300, 1.0], [3.0, 4.0]], pa.list_(pa.float64()))
    pq.write_table(pa.table({"word": list("абвгде"), "vector": vectors}), tmp_path / "v.parquet")
    table, reading = read_vectors(tmp_path / "v.parquet", settings(format="parquet"), "ru")
    assert table.column("word").to_pylist() == ["а", "е"]
    assert {reason: (skipped.count, skipped.first) for reason, skipped in reading.skipped.items()} == {
        "a wrong number of values": (1, "row 2"), "a null": (1, "row 3"),
        "a value that is NaN or infinite": (2, "row 4"),
    }  # fmt: skip
    pq.write_table(pa.table({"word": ["а"], "vector": [1.0]}), tmp_path / "other.parquet")
    with pytest.raises(SwitchRankError, match=r"other\.parquet: columns word string, vector double; vectors have word"):
        read_vectors(tmp_path / "other.parquet", settings(format="parquet"), "ru")
    written(tmp_path / "no.parquet", b"PAR1 and nothing else")
    with pytest.raises(SwitchRankError, match=r"no\.parquet: not a complete Parquet file"):
        read_vectors(tmp_path / "no.parquet", settings(format="parquet"), "ru")
