"""Every reader of text: byte order marks are dropped, UTF-16 and UTF-32 are named, zero bytes are counted out."""

from __future__ import annotations

import gzip
import json
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pyarrow as pa
import pyarrow.parquet as pq
import pytest

from switchrank.errors import SwitchRankError
from switchrank.lexicon.dictionaries.importing import import_lexicon
from switchrank.lexicon.settings import FileVectors, ImportedLexicon, TitleFiles
from switchrank.lexicon.titles.files import read_title_pairs
from switchrank.lexicon.vectors.files import read_vectors
from tests.unit.lexicon.test_dictionaries import dictionary, folder

Read = Callable[[Path], list[tuple[str, str]]]


def imported(format: str) -> Read:
    settings = ImportedLexicon(method="import", format=format, path="x", languages=["en", "ru"])  # type: ignore[arg-type]

    def read(path: Path) -> list[tuple[str, str]]:
        return import_lexicon(path, settings, "en", "ru")[0].select("source", "target").rows()

    return read


def titles(format: str, beside: bytes | None = None) -> Read:
    more: dict[str, Any] = {"pages": "y"} if format == "langlinks" else {}
    settings = TitleFiles(format=format, path="x", languages=["en", "ru"], **more)  # type: ignore[arg-type]

    def read(path: Path) -> list[tuple[str, str]]:
        paths = [path]
        if beside is not None:
            other = path.with_name("beside")
            other.write_bytes(beside)
            paths.append(other)
        return read_title_pairs(paths, settings, "en", "ru")[0].rows()

    return read


def vectors(path: Path) -> list[tuple[str, str]]:
    table, _ = read_vectors(path, FileVectors(method="files", path="x", languages=["ru"]), "ru")
    return [(word, "") for word in table.column("word").to_pylist()]


LINKS = "INSERT INTO `langlinks` VALUES (1,'ru','Дверь'),(2,'ru','Свет');\n"
PAGES = b"INSERT INTO `page` VALUES (1,0,'Door'),(2,0,'Light');\n"
READERS: dict[str, tuple[Read, str, list[tuple[str, str]]]] = {
    "muse": (imported("muse"), "door дверь\nlight свет\n", [("door", "дверь"), ("light", "свет")]),
    "tsv": (imported("tsv"), "door\tдверь\r\nlight\tсвет\r\n", [("door", "дверь"), ("light", "свет")]),
    "hunalign": (imported("hunalign"), "дверь @ door\nсвет @ light\n", [("door", "дверь"), ("light", "свет")]),
    "ding": (imported("ding"), "door {n} :: дверь {f}\nlight :: свет\n", [("door", "дверь"), ("light", "свет")]),
    "wikidict": (titles("wikidict"), "Дверь\tDoor\nСвет\tLight\n", [("Door", "Дверь"), ("Light", "Свет")]),
    "titles tsv": (titles("tsv"), "Door\tДверь\nLight\tСвет\n", [("Door", "Дверь"), ("Light", "Свет")]),
    "clirmatrix": (titles("clirmatrix", "1\tДверь\n".encode()), "1\tDoor\n", [("Door", "Дверь")]),
    "clirmatrix json": (
        titles("clirmatrix", "1\tДверь\n".encode()), '{"src_id": "1", "src_query": "Door"}\n', [("Door", "Дверь")],
    ),
    "langlinks": (titles("langlinks", PAGES), LINKS, [("Door", "Дверь"), ("Light", "Свет")]),
    "vectors": (vectors, "свет 1 2 3\nдверь 4 5 6\nокно 7 8 9\n", [("свет", ""), ("дверь", ""), ("окно", "")]),
    "vectors, header": (vectors, "2 3\nсвет 1 2 3\nдверь 4 5 6\n", [("свет", ""), ("дверь", "")]),
}  # fmt: skip


@pytest.mark.parametrize("name", READERS)
@pytest.mark.parametrize("zipped", [True, False])
def test_a_byte_order_mark_is_dropped(name: str, zipped: bool, tmp_path: Path) -> None:
    read, text, expected = READERS[name]
    for mark in ("", "\ufeff"):
        raw = (mark + text).encode()
        path = tmp_path / "file"
        path.write_bytes(gzip.compress(raw) if zipped else raw)
        assert read(path) == expected


@pytest.mark.parametrize("name", READERS)
@pytest.mark.parametrize("codec", ["utf-16", "utf-16-le", "utf-16-be", "utf-32"])
@pytest.mark.parametrize("zipped", [True, False])
def test_other_encodings_are_named(name: str, codec: str, zipped: bool, tmp_path: Path) -> None:
    read, text, _ = READERS[name]
    path = tmp_path / "file"
    path.write_bytes(gzip.compress(text.encode(codec)) if zipped else text.encode(codec))
    with pytest.raises(SwitchRankError, match=rf"file: the text is {codec[:6].upper()}; expected UTF-8") as caught:
        read(path)
    assert "\n" not in str(caught.value)


@pytest.mark.parametrize("name", ["muse", "tsv", "titles tsv", "vectors"])
def test_a_line_with_a_zero_byte_is_counted_out(name: str, tmp_path: Path) -> None:
    read, text, expected = READERS[name]
    first, *others = text.encode().splitlines(keepends=True)
    path = tmp_path / "file"
    path.write_bytes(b"\0" + first + b"".join(others))
    assert read(path) == expected[1:]


def test_half_of_a_surrogate_pair_is_counted_out(tmp_path: Path) -> None:
    """Whole pairs are characters, a half is none: neither in a title nor in an id."""
    rows = [("1", "new gate \ud83d"), ("2", "smile \ud83d\ude00"), ("3\ude00", "door"), ("4", "zero\0"), ("5", "light")]
    path, other = tmp_path / "en.json", tmp_path / "de.tsv"
    path.write_text("".join(json.dumps({"src_id": key, "src_query": title}) + "\n" for key, title in rows))
    other.write_text("1\tTor\n2\tLächeln\n3\tTür\n4\tNull\n5\tLicht\n")
    settings = TitleFiles(format="clirmatrix", path="x", languages=["en", "de"])
    found, entries = read_title_pairs([path, other], settings, "en", "de")
    assert found.rows() == [("smile 😀", "Lächeln"), ("light", "Licht")]
    assert entries.skipped["text that is not UTF-8"].count == 3
    assert entries.skipped["text that is not UTF-8"].first == "en.json line 1"


@pytest.mark.parametrize("part", [".index", ".dict"])
def test_freedict_in_another_encoding_is_named(part: str, tmp_path: Path) -> None:
    files = dictionary(["door /dɔː/\nдверь"])
    text = next(name for name in files if ".dict" in name)
    files = {
        "d.index": files[next(name for name in files if name.endswith(".index"))],
        "d.dict": gzip.decompress(files[text]),
    }
    files[f"d{part}"] = files[f"d{part}"].decode().encode("utf-16")
    with pytest.raises(SwitchRankError, match=r"(index|text): the text is UTF-16; expected UTF-8"):
        imported("freedict")(folder(tmp_path / "made", files))


def test_a_binary_file_with_a_mark(tmp_path: Path) -> None:
    values = b"\0\0\x80?" * 2
    settings = FileVectors(method="files", path="x", languages=["ru"], format="word2vec")
    path = tmp_path / "words.bin"
    path.write_bytes(b"\xef\xbb\xbf1 2\n" + "свет ".encode() + values)
    table, _ = read_vectors(path, settings, "ru")
    assert table.column("word").to_pylist() == ["свет"]
    path.write_bytes("1 2\nсвет 1 2\n".encode("utf-16"))
    with pytest.raises(SwitchRankError, match=r"words\.bin: the text is UTF-16; expected UTF-8"):
        read_vectors(path, settings, "ru")


def test_a_word_of_parquet_that_is_not_utf8_is_counted_out(tmp_path: Path) -> None:
    raw = pa.array([b"caf\xe9", "свет".encode(), b"a\0b"], pa.binary()).view(pa.string())
    pq.write_table(pa.table({"word": raw, "vector": [[1.0, 2.0], [3.0, 4.0], [5.0, 6.0]]}), tmp_path / "w.parquet")
    settings = FileVectors(method="files", path="x", languages=["ru"], format="parquet")
    table, reading = read_vectors(tmp_path / "w.parquet", settings, "ru")
    assert table.column("word").to_pylist() == ["свет"]
    assert reading.skipped["a word that is not UTF-8"].count == 2
