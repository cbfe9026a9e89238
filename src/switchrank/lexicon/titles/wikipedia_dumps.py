"""Parallel titles from Wikipedia's SQL dumps: `langlinks` has a page's titles in other languages, `page` its own."""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Iterator, Sequence
from pathlib import Path
from typing import BinaryIO, NamedTuple

from switchrank.errors import SwitchRankError
from switchrank.text_files import EMPTY, NO_UTF8, Entries, opened

OTHER_NAMESPACE = "a page outside the articles"
REDIRECT = "a redirect"
SECTION = "a link into a section"

_CREATE = re.compile(rb"CREATE TABLE (?:IF NOT EXISTS )?`(\w+)`")
_COLUMN = re.compile(rb"\s*`(\w+)`")
_INSERT = re.compile(rb"INSERT INTO `(\w+)`\s*(?:\(([^)]*)\)\s*)?VALUES\s*")
_VALUE = rb"(?:'(?:[^'\\]++|\\.|'')*+'|[^',()]++)"
_ROW = re.compile(rb"\(" + _VALUE + rb"(?:," + _VALUE + rb")*+\)", re.DOTALL)
_ESCAPED = re.compile(rb"\\(.)|''", re.DOTALL)
_ESCAPES = {b"0": b"\0", b"b": b"\b", b"n": b"\n", b"r": b"\r", b"t": b"\t", b"Z": b"\x1a"}
_DEFAULT = {
    "langlinks": ("ll_from", "ll_lang", "ll_title"),
    "page": ("page_id", "page_namespace", "page_title"),
}
"""First columns of the tables, for dumps without a CREATE TABLE statement."""
_REDIRECT_COLUMN = "page_is_redirect"


class _Links(NamedTuple):
    """Titles in the other language by page, and whether the dump is of the source language's Wikipedia."""

    titles: dict[bytes, str]
    out_of_source: bool


def dump_pairs(
    langlinks: str | Path, pages: str | Path, source: str, target: str, entries: Entries
) -> Iterator[tuple[str, str]]:
    """Titles of articles and of the pages in the other language that they link to, in the order of the page dump.

    Both dumps are of one Wikipedia, in either language: the links decide which. Memory holds the links into the other
    language; pages are streamed.

    Args:
        langlinks: SQL dump of the table langlinks, gzip or not.
        pages: SQL dump of the table page of the same Wikipedia.
        source: Wikipedia's code of the source language.
        target: code of the target language.
        entries: where skipped links are counted: of pages that are not articles, of redirects, into sections of a page.

    Raises:
        SwitchRankError: a file is missing, empty, truncated, or a dump of another table; no link leads to either
            language, or links lead to both.
    """
    links = _links(langlinks, source, target, entries)
    rows = _rows(pages, "page", (*_DEFAULT["page"], _REDIRECT_COLUMN), f"the page dump of {langlinks}")
    for number, (page, namespace, title, redirect) in enumerate(rows, start=1):
        linked = links.titles.get(page)
        if linked is None:
            continue
        where = f"{Path(pages).name} row {number:,}"
        own = _text(title)
        if namespace != b"0":
            entries.skip(OTHER_NAMESPACE, where)
        elif redirect not in (b"0", b""):
            entries.skip(REDIRECT, where)
        elif own is None:
            entries.skip(NO_UTF8, where)
        else:
            yield (own, linked) if links.out_of_source else (linked, own)


def _links(path: str | Path, source: str, target: str, entries: Entries) -> _Links:
    titles: dict[bytes, dict[bytes, str]] = {_quoted(source): {}, _quoted(target): {}}
    others: Counter[bytes] = Counter()
    rows = _rows(path, "langlinks", _DEFAULT["langlinks"], f"a langlinks dump of {source} or {target}")
    for number, (page, language, raw_title) in enumerate(rows, start=1):
        if language not in titles:
            others[language] += 1
            continue
        title, where = _text(raw_title), f"{Path(path).name} row {number:,}"
        if title is None:
            entries.skip(NO_UTF8, where)
        elif not title:
            entries.skip(EMPTY, where)
        elif "#" in title:
            entries.skip(SECTION, where)
        else:
            titles[language][page] = title
    into_source, into_target = titles[_quoted(source)], titles[_quoted(target)]
    if bool(into_source) == bool(into_target):
        raise _other_links(path, {source: len(into_source), target: len(into_target)}, others)
    return _Links(into_target or into_source, bool(into_target))


def _quoted(language: str) -> bytes:
    """A language's code in a dump."""
    return f"'{language}'".encode()


def _other_links(path: str | Path, found: dict[str, int], others: Counter[bytes]) -> SwitchRankError:
    source, target = found
    if found[source]:
        return SwitchRankError(
            f"{path}: links lead both to {source} ({found[source]:,}) and to {target} ({found[target]:,}): "
            f"a dump of a third language; expected the langlinks of the {source} or the {target} Wikipedia"
        )
    most = ", ".join(f"{_bare(code).decode(errors='replace')} ({count:,})" for code, count in others.most_common(5))
    return SwitchRankError(f"{path}: no link leads to {source} or {target}; found links to {most or 'none'}")


def _rows(path: str | Path, table: str, wanted: Sequence[str], content: str) -> Iterator[tuple[bytes, ...]]:
    """Raw values of some columns of every row; an empty one where the table lacks the column (of pages, only the
    redirect flag may be lacking)."""
    with opened(path, content) as file:
        yield from _inserted(file, path, table, wanted, content)


def _inserted(
    file: BinaryIO, path: str | Path, table: str, wanted: Sequence[str], content: str
) -> Iterator[tuple[bytes, ...]]:
    columns: list[str] = []
    declared: str | None = None
    extract: _Extract | None = None
    inside = False
    tables: set[str] = set()
    for line in file:
        if created := _CREATE.match(line):
            declared = created[1].decode()
            columns = [] if declared == table else columns
        elif declared is not None and (column := _COLUMN.match(line)):
            columns += [column[1].decode()] if declared == table else []
        elif line.startswith(b")"):
            declared = None
        start = 0
        if opening := _INSERT.match(line):
            tables.add(opening[1].decode())
            inside, start = opening[1].decode() == table, opening.end()
            named = [name.decode() for name in re.findall(rb"`(\w+)`", opening[2] or b"")]
            extract = None
            columns = named or columns
        if not inside or not line[start:].startswith(b"("):
            continue
        if extract is None:
            extract = _Extract(line[start:], columns or list(_DEFAULT[table]), wanted, path, table)
        yield from extract.rows(line, start)
        inside = not line.rstrip().endswith(b";")
    if table not in tables:
        shown = f"rows of {', '.join(sorted(tables))}" if tables else "no INSERT statement"
        raise SwitchRankError(f"{path}: found {shown}; expected an SQL dump of the table {table}: {content}")
    if inside:
        raise SwitchRankError(f"{path}: the last statement has no end; the dump is truncated: get it again")


class _Extract:
    """Cuts the wanted columns out of rows by one regular expression, made for the table's columns."""

    def __init__(
        self, first: bytes, columns: Sequence[str], wanted: Sequence[str], path: str | Path, table: str
    ) -> None:
        self.path, self.table = path, table
        row = _ROW.match(first)
        width = len(re.findall(_VALUE, row[0][1:-1], re.DOTALL)) if row else 0
        missing = [name for name in wanted if name not in columns and name != _REDIRECT_COLUMN]
        places = {name: columns.index(name) for name in wanted if name in columns}
        if missing or max(places.values(), default=0) >= width:
            raise SwitchRankError(
                f"{path}: rows of {table} have {width} values, columns {list(columns)}; expected {list(wanted)} in them"
            )
        order = sorted(places, key=lambda name: places[name])
        # the last group is empty: it represents a missing column
        self.groups = [order.index(name) + 1 if name in places else len(order) + 1 for name in wanted]
        taken = set(places.values())
        values = [b"(" + _VALUE + b")" if at in taken else _VALUE for at in range(width)]
        self.pattern = re.compile(rb"\(" + b",".join(values) + rb"\)\s*[,;]?\s*()", re.DOTALL)

    def rows(self, line: bytes, start: int) -> Iterator[tuple[bytes, ...]]:
        """Rows of a line from `start` on; the rest must consist of rows."""
        for match in self.pattern.finditer(line, start):
            if match.start() != start:
                break
            start = match.end()
            yield match.group(*self.groups)
        if start != len(line):
            shown = line[start : start + 60].decode(errors="replace")
            raise SwitchRankError(f"{self.path}: not a row of {self.table}, or a truncated one: {shown!r}")


def _bare(value: bytes) -> bytes:
    """A quoted value without quotes and MySQL's escapes."""
    inner = value[1:-1] if value[:1] == b"'" else value
    if b"\\" not in inner and b"'" not in inner:
        return inner
    return _ESCAPED.sub(lambda found: _ESCAPES.get(found[1], found[1]) if found[1] else b"'", inner)


def _text(value: bytes) -> str | None:
    """A title as displayed; None if it is not UTF-8."""
    try:
        return _bare(value).decode().replace("_", " ").strip()
    except UnicodeDecodeError:
        return None
