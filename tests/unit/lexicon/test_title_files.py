"""Titles from files: every format's pairs, every bad line counted, every bad file named."""

from __future__ import annotations

import gzip
import json
from pathlib import Path
from typing import Any
from xml.sax.saxutils import escape

import polars as pl
import pytest
from hypothesis import given
from hypothesis import strategies as st

from switchrank.errors import SwitchRankError
from switchrank.lexicon.settings import TitleFiles
from switchrank.lexicon.titles.files import read_title_pairs
from switchrank.text_files import Entries

TITLES = [
    ("Light", "Licht", "Свет", "ضوء", "प्रकाश", "光"),
    ("Rock 'n' Roll", "Rock ’n’ Roll", "Рок-н-ролл", "روك أند رول", "रॉक एंड रोल", "ロックンロール"),
    ("AT&T <Inc>", "AT&T", "АТ&Т", "إيه تي آند تي", "एटी एंड टी", "エイ・ティ・アンド・ティ"),
    ("C:\\Back", "Rück\\strich", "Обратная\\черта", "مائلة\\خلفية", "बैक\\स्लैश", "バック\\スラッシュ"),
]
LANGUAGES = ["en", "de", "ru", "ar", "hi", "ja"]


def parallel(language: str) -> list[tuple[str, str]]:
    at = LANGUAGES.index(language)
    return [(titles[0], titles[at]) for titles in TITLES]


def read(paths: Path | list[Path], format: str, source: str = "en", target: str = "de") -> tuple[pl.DataFrame, Entries]:
    more: dict[str, Any] = {"pages": "y"} if format == "langlinks" else {}
    settings = TitleFiles(format=format, path="x", languages=[source, target], **more)  # type: ignore[arg-type]
    return read_title_pairs(paths if isinstance(paths, list) else [paths], settings, source, target)


def written(path: Path, text: str | bytes, zipped: bool = False) -> Path:
    data = text.encode() if isinstance(text, str) else text
    path.write_bytes(gzip.compress(data) if zipped else data)
    return path


# -- WikiTitles ---------------------------------------------------------------------------------
def wikititles(language: str, pairs: list[tuple[str, str]]) -> str:
    rows = [
        f'<translation id="{number}">\n<entry lang="{language}">{escape(other)}</entry>\n'
        f'<redirects lang="{language}"><redirect>Nebenform</redirect></redirects>\n'
        f'<entry lang="en">{escape(title)}</entry>\n<categories lang="en"><category>A</category></categories>'
        "\n</translation>\n"
        for number, (title, other) in enumerate(pairs, start=1)
    ]
    root = "wikipediaTitles"
    return f'<?xml version="1.0" encoding="UTF-8"?>\n<{root}>\n{"".join(rows)}</{root}>\n'


@pytest.mark.parametrize("language", LANGUAGES[1:])
@pytest.mark.parametrize("zipped", [False, True])
def test_wikititles_in_both_directions(language: str, zipped: bool, tmp_path: Path) -> None:
    path = written(tmp_path / "titles.xml.gz", wikititles(language, parallel(language)), zipped)
    found, entries = read(path, "wikititles", "en", language)
    assert found.rows() == parallel(language)
    assert entries.kept == 4 and not entries.skipped
    back, _ = read(path, "wikititles", language, "en")
    assert back.rows() == [(other, title) for title, other in parallel(language)]


def test_wikititles_without_one_side_are_counted(tmp_path: Path) -> None:
    text = wikititles("de", [("Light", "Licht"), ("Door", "  "), ("Window", "Fenster")])
    text = text.replace('<entry lang="en">Window</entry>', "")
    found, entries = read(written(tmp_path / "t.xml", text), "wikititles")
    assert found.rows() == [("Light", "Licht")]
    assert str(entries) == (
        f"{tmp_path}/t.xml: 1 en-de titles; skipped 1 with an empty side (first: pair 2), "
        "1 with no entry in one of the languages (first: pair 3)"
    )


def test_wikititles_of_another_pair_are_an_error(tmp_path: Path) -> None:
    path = written(tmp_path / "t.xml", wikititles("ru", parallel("ru")))
    with pytest.raises(SwitchRankError, match=r"t\.xml: .*found entries in en \(4\), ru \(4\), expected en and de"):
        read(path, "wikititles")


@pytest.mark.parametrize("zipped", [False, True])
def test_a_truncated_file_is_an_error(zipped: bool, tmp_path: Path) -> None:
    whole = written(tmp_path / "w", wikititles("de", parallel("de") * 50), zipped).read_bytes()
    path = written(tmp_path / "t.xml.gz", whole[: len(whole) // 2])
    with pytest.raises(SwitchRankError, match=r"t\.xml\.gz: .*truncated") as caught:
        read(path, "wikititles")
    assert "\n" not in str(caught.value)


# -- Wikipedia dumps ----------------------------------------------------------------------------
CREATE_PAGE = """-- MariaDB dump
DROP TABLE IF EXISTS `page`;
CREATE TABLE `page` (
  `page_id` int(8) unsigned NOT NULL AUTO_INCREMENT,
  `page_namespace` int(11) NOT NULL DEFAULT 0,
  `page_title` varbinary(255) NOT NULL DEFAULT '',
  `page_restrictions` tinyblob DEFAULT NULL,
  `page_is_redirect` tinyint(1) unsigned NOT NULL DEFAULT 0,
  `page_random` double unsigned NOT NULL DEFAULT 0,
  PRIMARY KEY (`page_id`),
  KEY `page_random` (`page_random`)
) ENGINE=InnoDB DEFAULT CHARSET=binary;
"""
CREATE_LINKS = """CREATE TABLE `langlinks` (
  `ll_from` int(8) unsigned NOT NULL DEFAULT 0,
  `ll_lang` varbinary(35) NOT NULL DEFAULT '',
  `ll_title` varbinary(255) NOT NULL DEFAULT '',
  UNIQUE KEY `ll_from` (`ll_from`,`ll_lang`)
) ENGINE=InnoDB DEFAULT CHARSET=binary;
"""
_ESCAPES = {"\0": "\\0", "\n": "\\n", "\r": "\\r", "\\": "\\\\", "'": "\\'", '"': '\\"', "\x1a": "\\Z"}


def quoted(text: str) -> str:
    return "'" + "".join(_ESCAPES.get(char, char) for char in text) + "'"


def page_row(number: int, title: str, namespace: int = 0, redirect: int = 0) -> str:
    return f"({number},{namespace},{quoted(title.replace(' ', '_'))},NULL,{redirect},0.3791)"


def link_row(number: int, language: str, title: str) -> str:
    return f"({number},{quoted(language)},{quoted(title)})"


def insert(table: str, rows: list[str], between: str = ",") -> str:
    return f"INSERT INTO `{table}` VALUES {between.join(rows)};\n"


def dumps(folder: Path, links: list[str], pages: list[str], zipped: bool = False, between: str = ",") -> list[Path]:
    half = len(pages) // 2
    page_rows = [insert("page", part, between) for part in (pages[:half], pages[half:]) if part]
    return [
        written(folder / "langlinks.sql", CREATE_LINKS + insert("langlinks", links, between), zipped),
        written(folder / "page.sql", CREATE_PAGE + "".join(page_rows) + "-- Dump completed\n", zipped),
    ]


@pytest.mark.parametrize("language", LANGUAGES[1:])
@pytest.mark.parametrize(("zipped", "between"), [(False, ","), (True, ","), (True, ",\n")])
def test_dumps_with_escapes_in_both_directions(language: str, zipped: bool, between: str, tmp_path: Path) -> None:
    pairs = parallel(language)
    links = [link_row(number, code, other) for number, (_, other) in enumerate(pairs, 1) for code in (language, "xx")]
    pages = [page_row(number, title) for number, (title, _) in enumerate(pairs, 1)] + [page_row(9, "Unlinked")]
    paths = dumps(tmp_path, links[::-1], pages, zipped, between)
    assert read(paths, "langlinks", "en", language)[0].rows() == pairs
    back = [(other, title) for title, other in pairs]
    assert read(paths, "langlinks", language, "en")[0].rows() == back, "the dump of the target's Wikipedia serves too"


def test_only_articles_and_whole_pages(tmp_path: Path) -> None:
    links = [link_row(number, "de", f"Titel {number}") for number in range(1, 6)]
    links += [link_row(6, "de", "Seite#Abschnitt"), link_row(7, "de", "")]
    pages = [
        page_row(1, "Good one"),
        page_row(2, "Talk", namespace=1),
        page_row(3, "Other name", redirect=1),
        page_row(4, "Latin").replace("Latin", "Lat\udcff"),
        *(page_row(number, f"Title {number}") for number in (6, 7, 8)),
    ]
    paths = dumps(tmp_path, links, [])
    text = CREATE_PAGE + insert("page", pages)
    paths[1].write_bytes(text.encode("utf-8", "surrogateescape"))
    found, entries = read(paths, "langlinks")
    assert found.rows() == [("Good one", "Titel 1")]
    assert {reason: out.count for reason, out in entries.skipped.items()} == {
        "a link into a section": 1,
        "an empty side": 1,
        "a page outside the articles": 1,
        "a redirect": 1,
        "text that is not UTF-8": 1,
    }


def test_columns_are_found_by_name_or_by_their_usual_places(tmp_path: Path) -> None:
    links = written(tmp_path / "l.sql", "INSERT INTO `langlinks` VALUES (7,'de','L''Aquila');\n")
    usual = written(tmp_path / "p.sql", "INSERT INTO `page` VALUES (7,0,'L\\'Aquila','',1);\n")
    assert read([links, usual], "langlinks")[0].rows() == [("L'Aquila", "L'Aquila")]
    named = (
        "INSERT INTO `page` (`page_title`, `page_is_redirect`, `page_namespace`, `page_id`) VALUES ('A_(b)',0,0,7);\n"
    )
    assert read([links, written(tmp_path / "n.sql", named)], "langlinks")[0].rows() == [("A (b)", "L'Aquila")]


def test_dumps_of_something_else_are_errors(tmp_path: Path) -> None:
    good = dumps(tmp_path, [link_row(1, "de", "Licht")], [page_row(1, "Light")])
    with pytest.raises(SwitchRankError, match=r"found rows of langlinks; expected an SQL dump of the table page"):
        read([good[0], good[0]], "langlinks")
    with pytest.raises(SwitchRankError, match=r"langlinks\.sql: no link leads to en or ru; found links to de \(1\)"):
        read(good, "langlinks", "en", "ru")
    third = dumps(tmp_path, [link_row(1, "de", "Licht"), link_row(1, "en", "Light")], [page_row(1, "Свет")])
    with pytest.raises(
        SwitchRankError, match=r"links lead both to en \(1\) and to de \(1\): a dump of a third language"
    ):
        read(third, "langlinks")
    text = written(tmp_path / "text.sql", "Licht\tLight\n")
    with pytest.raises(SwitchRankError, match=r"text\.sql: found no INSERT statement"):
        read([text, text], "langlinks")
    short = written(tmp_path / "short.sql", "INSERT INTO `page` VALUES (1,0);\n")
    good = dumps(tmp_path, [link_row(1, "de", "Licht")], [page_row(1, "Light")])
    with pytest.raises(SwitchRankError, match=r"short\.sql: rows of page have 2 values"):
        read([good[0], short], "langlinks")


@pytest.mark.parametrize("end", ["(2,0,'Do", ",", "(2,0,'Door','',0,.1", ""])
def test_a_dump_that_breaks_off_is_an_error(end: str, tmp_path: Path) -> None:
    paths = dumps(tmp_path, [link_row(1, "de", "Licht")], [page_row(1, "Light")])
    written(paths[1], CREATE_PAGE + insert("page", [page_row(1, "Light")]).replace(";\n", f",{end}"))
    with pytest.raises(SwitchRankError, match=r"page\.sql: .*truncated"):
        read(paths, "langlinks")


@given(st.lists(st.text(alphabet=st.characters(exclude_characters="#_", exclude_categories=["Cs"])), min_size=1))
def test_every_title_comes_back(tmp_path_factory: pytest.TempPathFactory, titles: list[str]) -> None:
    links = [link_row(number, "de", title) for number, title in enumerate(titles)]
    pages = [page_row(number, f"T{number}") for number in range(len(titles))]
    paths = dumps(tmp_path_factory.mktemp("dumps"), links, pages)
    expected = [(f"T{number}", title.strip()) for number, title in enumerate(titles) if title.strip()]
    if expected:
        assert read(paths, "langlinks")[0].rows() == expected


# -- tables -------------------------------------------------------------------------------------
@pytest.mark.parametrize("language", LANGUAGES[1:])
def test_tsv(language: str, tmp_path: Path) -> None:
    text = "\ufeff" + "".join(f"{title}\t{other} \r\n" for title, other in parallel(language))
    assert read(written(tmp_path / "t.tsv", text), "tsv", "en", language)[0].rows() == parallel(language)


def test_bad_lines_of_a_tsv_are_counted(tmp_path: Path) -> None:
    lines = [
        b"Light\tLicht",
        b"Door",
        b"",
        b"A\tB\tC",
        b"Window\t ",
        b"Caf\xe9\tCaf",
        b"Door\t\xd0\xa2\xd1\x8e\xd1\x80",
    ]
    found, entries = read(written(tmp_path / "t.tsv", b"\n".join(lines)), "tsv")
    assert found.rows() == [("Light", "Licht"), ("Door", "Тюр")]
    assert {reason: (out.count, out.first) for reason, out in entries.skipped.items()} == {
        "one column": (1, "line 2"),
        "a wrong number of columns": (1, "line 4"),
        "an empty side": (1, "line 5"),
        "text that is not UTF-8": (1, "line 6"),
    }


def test_a_tsv_of_one_column_is_an_error(tmp_path: Path) -> None:
    path = written(tmp_path / "t.tsv", "Light\nDoor\n")
    with pytest.raises(
        SwitchRankError, match=r"no en-de pair of titles is left; skipped 2 with one column \(first: line 1\)"
    ):
        read(path, "tsv")


@pytest.mark.parametrize("format", ["wikititles", "tsv", "wikidict", "langlinks", "clirmatrix"])
def test_empty_missing_and_damaged_files_are_named(format: str, tmp_path: Path) -> None:
    count = 1 if format in ("wikititles", "tsv", "wikidict") else 2
    with pytest.raises(SwitchRankError, match=r"empty: the file is empty; expected "):
        read([written(tmp_path / "empty", "")] * count, format)
    with pytest.raises(SwitchRankError, match=r"absent: no such file; expected "):
        read([tmp_path / "absent"] * count, format)
    damaged = written(tmp_path / "damaged.gz", gzip.compress(bytes(range(256)) * 40)[:-9])
    with pytest.raises(SwitchRankError, match=r"damaged\.gz: the gz file is truncated or damaged|not XML"):
        read([damaged] * count, format)


# -- CLIRMatrix ---------------------------------------------------------------------------------
@pytest.mark.parametrize("language", LANGUAGES[1:])
@pytest.mark.parametrize("kind", ["tsv", "jsonl"])
def test_clirmatrix_joins_by_id(language: str, kind: str, tmp_path: Path) -> None:
    def line(key: int, title: str) -> str:
        if kind == "tsv":
            return f"{key}\t{title}"
        return json.dumps({"src_id": str(key), "src_query": title, "tgt_results": [["7", 6]]}, ensure_ascii=False)

    pairs = parallel(language)
    source = "\n".join([line(99, "Only here"), *(line(at, title) for at, (title, _) in enumerate(pairs))])
    target = "\n".join(line(at, other) for at, (_, other) in reversed(list(enumerate(pairs))))
    paths = [written(tmp_path / "a", source), written(tmp_path / "b", target, zipped=True)]
    found, entries = read(paths, "clirmatrix", "en", language)
    assert found.rows() == pairs
    assert entries.reasons() == "skipped 1 with an id that the other language lacks (first: a id 99)"


def test_bad_lines_of_clirmatrix_are_counted(tmp_path: Path) -> None:
    source = written(tmp_path / "a", '1\tLight\n1\tLamp\n2\nx\ty\tz\n{"src_id": 3}\n{broken\n4\t\n')
    target = written(tmp_path / "b", '{"src_id": 1, "src_query": "光"}\n')
    found, entries = read([source, target], "clirmatrix", "en", "ja")
    assert found.rows() == [("Light", "光")]
    assert {reason: out.count for reason, out in entries.skipped.items()} == {
        "an id seen before": 1,
        "one column": 1,
        "a wrong number of columns": 1,
        "no JSON with src_id and src_query": 2,
        "an empty side": 1,
    }
    with pytest.raises(
        SwitchRankError, match=r"no en-ja pair of titles is left; skipped .* id that the other language"
    ):
        read([written(tmp_path / "c", "8\tLight\n"), target], "clirmatrix", "en", "ja")


def test_a_wrong_number_of_files_is_an_error(tmp_path: Path) -> None:
    with pytest.raises(SwitchRankError, match="format langlinks takes 2 files"):
        read([tmp_path / "one"], "langlinks")
