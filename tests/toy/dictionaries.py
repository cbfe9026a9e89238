"""Vectors, parallel titles and dictionaries of the toy words, as files in the formats that people publish."""

from __future__ import annotations

import gzip
import json
from pathlib import Path

import numpy as np
import pyarrow as pa
import pyarrow.parquet as pq

from tests.toy.homeassistant import ADJECTIVES, LANGUAGES, NOUNS, PLACES, VERBS
from tests.toy.rotations import rotation

DIMENSIONS = 16
_NAMES = [
    "usb",
    "wifi",
    "zigbee",
    "mqtt",
    "hdmi",
    "dns",
    "ssh",
    "led",
    "gps",
    "nfc",
    "tcp",
    "ram",
    "cpu",
    "gpu",
    "ssd",
    "lan",
]
_NUMBERS = [str(number) for number in range(10, 30)]
_BASE64 = "ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789+/"


def words(language: str) -> list[str]:
    """Nouns, verbs and adjectives: the same meanings in the same order in every language."""
    return [word.lower() for group in (NOUNS, VERBS, ADJECTIVES) for word in group[language].split(" ")]


def names() -> list[str]:
    """What is written alike everywhere."""
    return [*_NAMES, *_NUMBERS]


def make_files(folder: Path) -> None:
    """All files that tests/toy/lexicons.yaml names."""
    for name in ("vectors", "titles", "dictionaries"):
        (folder / name).mkdir(parents=True)
    for number, language in enumerate(LANGUAGES):
        _write_vectors(folder / "vectors", language, turned(number))
        _write_titles(folder / "titles", language)
    _write_pages(folder / "titles")
    for language in LANGUAGES[1:]:
        _write_wikititles(folder / "titles", language)
        _write_dictionaries(folder / "dictionaries", language)


def turned(number: int) -> np.ndarray:
    """float32 [words + names, DIMENSIONS]: one meaning a row, in a space of the language's own."""
    meanings = np.random.default_rng(1).standard_normal((len(words("en")) + len(names()), DIMENSIONS))
    own = np.random.default_rng(100 + number)
    turn = rotation(DIMENSIONS, own)
    noisy = meanings + 0.02 * own.standard_normal(meanings.shape)
    return (noisy @ turn).astype(np.float32)


def _write_vectors(folder: Path, language: str, vectors: np.ndarray) -> None:
    entries = [*words(language), *names()]
    lines = [f"{len(entries)} {DIMENSIONS}".encode()]
    lines += [
        f"{word} {' '.join(f'{x:.6f}' for x in row)}".encode() for word, row in zip(entries, vectors, strict=True)
    ]
    lines.insert(5, b"short 0.1 0.2")
    lines.insert(9, b"\xff\xfe " + lines[1].split(b" ", 1)[1])
    (folder / f"{language}.vec.gz").write_bytes(gzip.compress(b"\n".join(lines) + b"\n", mtime=0))
    binary = [f"{len(entries)} {DIMENSIONS}\n".encode()]
    binary += [word.encode() + b" " + row.tobytes() + b"\n" for word, row in zip(entries, vectors, strict=True)]
    (folder / f"{language}.bin").write_bytes(b"".join(binary))
    column = pa.FixedSizeListArray.from_arrays(pa.array(vectors.reshape(-1)), DIMENSIONS)
    pq.write_table(pa.table({"word": entries, "vector": column}), folder / f"{language}.parquet")


def titles(language: str) -> list[str]:
    """Titles with the same meanings in every language."""
    return [text[:1].upper() + text[1:] for text in [*words(language), *PLACES[language]]]


def _write_titles(folder: Path, language: str) -> None:
    rows = [f"{number}\t{title}" for number, title in enumerate(titles(language))]
    if language == "ru":  # CLIRMatrix's own lines
        rows = [
            json.dumps({"src_id": str(number), "src_query": title, "tgt_results": []}, ensure_ascii=False)
            for number, title in enumerate(titles(language))
        ]
    (folder / f"{language}.tsv").write_text("\n".join(rows) + "\n", encoding="utf-8")
    pairs = [f"{one}\t{other}" for one, other in zip(titles("en"), titles(language), strict=True)]
    (folder / f"en-{language}.tsv").write_text("\n".join(pairs) + "\n", encoding="utf-8")


def _write_wikititles(folder: Path, language: str) -> None:
    first, second = sorted(("en", language))
    entries = "".join(
        f'<translation><entry lang="en">{one} (home)</entry>'
        f'<entry lang="{language}">{other} (x)</entry></translation>\n'
        for one, other in zip(titles("en"), titles(language), strict=True)
    )
    text = f'<?xml version="1.0" encoding="UTF-8"?>\n<wikititles>\n{entries}</wikititles>\n'
    (folder / f"{first}{second}.xml.gz").write_bytes(gzip.compress(text.encode(), mtime=0))


def _write_pages(folder: Path) -> None:
    def quoted(text: str) -> str:
        return "'" + text.replace("\\", "\\\\").replace("'", "\\'") + "'"

    pages = ",".join(f"({100 + at},0,{quoted(title.replace(' ', '_'))},0)" for at, title in enumerate(titles("en")))
    links = ",".join(
        f"({100 + at},'{language}',{quoted(title)})"
        for language in LANGUAGES[1:]
        for at, title in enumerate(titles(language))
    )
    made = {
        "page": f"CREATE TABLE `page` (\n  `page_id` int,\n  `page_namespace` int,\n  `page_title` varbinary(255),\n"
        f"  `page_is_redirect` tinyint\n);\nINSERT INTO `page` VALUES {pages};\n",
        "langlinks": "CREATE TABLE `langlinks` (\n  `ll_from` int,\n  `ll_lang` varbinary(35),\n"
        f"  `ll_title` varbinary(255)\n);\nINSERT INTO `langlinks` VALUES {links};\n",
    }
    for name, text in made.items():
        (folder / f"en-{name}.sql.gz").write_bytes(gzip.compress(text.encode(), mtime=0))


def _write_dictionaries(folder: Path, language: str) -> None:
    pairs = list(zip(words("en"), words(language), strict=True))
    muse = "".join(f"{one} {other}\n" for one, other in pairs) + "alone\n"
    (folder / f"en-{language}.txt").write_text(muse, encoding="utf-8")
    table = "".join(f"{one}\t{other}\t0.9\n{one}\tx{other}\t0.2\n" for one, other in pairs)
    (folder / f"en-{language}.tsv").write_text(table, encoding="utf-8")
    _write_dictd(folder / f"freedict-en-{language}", pairs)


def _write_dictd(folder: Path, pairs: list[tuple[str, str]]) -> None:
    folder.mkdir()
    text, index = b"", []
    for one, other in sorted(pairs):
        entry = f"{one} /{one}/ <n>\n{other}\n".encode()
        index.append(f"{one}\t{_base64(len(text))}\t{_base64(len(entry))}")
        text += entry
    (folder / "toy.dict.dz").write_bytes(gzip.compress(text, mtime=0))
    (folder / "toy.index").write_text("\n".join(index) + "\n", encoding="utf-8")


def _base64(number: int) -> str:
    digits = _BASE64[number % 64]
    while number >= 64:
        number //= 64
        digits = _BASE64[number % 64] + digits
    return digits
