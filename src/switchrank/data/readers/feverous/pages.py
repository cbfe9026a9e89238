"""Pages of FEVEROUS's Wikipedia: a SQLite table `wiki(id, data)`, and their elements as texts.

`data` is a JSON object: `title`, `order` (names of the page's elements), `sentence_N` (text), `section_N` (`value`,
`level`), `list_N` (`list` of `id` and `value`), `table_N` (`table`: rows of cells with `id`, `value`, `is_header`,
`row_span` and `column_span`; perhaps `caption`).
"""

from __future__ import annotations

import json
import re
import sqlite3
import unicodedata
from collections.abc import Iterable, Iterator
from contextlib import closing
from pathlib import Path

from switchrank.data.json_nodes import Node
from switchrank.data.readers.feverous.elements import title_of
from switchrank.data.readers.feverous.tables import cells_of
from switchrank.errors import SwitchRankError
from switchrank.text_files import Entries

BETWEEN = " | "
NO_PAGE = "a title that the database lacks"
_OTHER_FORM = "another form than expected"
_LINK = re.compile(r"\[\[(?:[^\[\]|]*\|)?([^\[\]]*)\]\]")


def pages_of(path: str | Path, titles: Iterable[str] | None, entries: Entries) -> Iterator[tuple[str, Node]]:
    """Title (NFC) and content of pages. The database is only read and may lie on a read-only disk.

    Args:
        path: of the database.
        titles: of the pages; all when absent, in the order of the database.
        entries: where pages that the database lacks are counted.

    Raises:
        SwitchRankError: no such file, not such a database, or a page is not JSON.
    """
    if not Path(path).is_file():
        raise SwitchRankError(f"{path}: no such file; expected a SQLite database with a table wiki(id, data)")
    address = f"{Path(path).absolute().as_uri()}?mode=ro&immutable=1"
    try:
        with closing(sqlite3.connect(address, uri=True)) as database:
            if titles is None:
                rows: Iterable[tuple[str, str]] = database.execute("SELECT id, data FROM wiki")
            else:
                rows = _named(database, titles, entries)
            for title, data in rows:
                yield title_of(title), _content(f"{path}, page {title!r}", data)
    except sqlite3.Error as error:
        raise SwitchRankError(
            f"{path}: {error}; expected a SQLite database with a table wiki(id, data); is it complete?"
        ) from error


def _named(database: sqlite3.Connection, titles: Iterable[str], entries: Entries) -> Iterator[tuple[str, str]]:
    for title in titles:
        forms = dict.fromkeys([unicodedata.normalize("NFD", title), title])
        found = (database.execute("SELECT id, data FROM wiki WHERE id = ?", (form,)).fetchone() for form in forms)
        row = next((row for row in found if row), None)
        if row:
            yield row
        else:
            entries.skip(NO_PAGE, repr(title))


def _content(place: str, data: str | bytes) -> Node:
    try:
        return Node(place, json.loads(data))
    except ValueError as error:
        raise SwitchRankError(f"{place}: not valid JSON ({error}); is the database complete?") from None


def elements_of(title: str, page: Node, entries: Entries) -> Iterator[tuple[str, str]]:
    """Name and text of each element that can be evidence: sentences, list items, captions and cells.

    A text begins with its context: title, sections and, for a cell, its header cells.

    Args:
        title: of the page.
        page: its content.
        entries: where elements of another form are counted.
    """
    for context, part in _parts(title, page, entries):
        for name, headers, text in part:
            yield f"{title}_{name}", BETWEEN.join([*context, *headers, text])


def opening_of(title: str, page: Node, entries: Entries) -> str:
    """The title and all elements before the first section, as one text.

    Args:
        title: of the page.
        page: its content.
        entries: where elements of another form are counted.
    """
    texts = [title]
    for context, part in _parts(title, page, entries):
        if len(context) > 1:
            break
        texts += [text for _, _, text in part]
    return BETWEEN.join(texts)


def _parts(title: str, page: Node, entries: Entries) -> Iterator[tuple[list[str], list[tuple[str, list[str], str]]]]:
    """Title and sections around each part of the page that is not a section; and its elements that are not empty."""
    sections: list[tuple[int, str]] = []
    for name in page.at("order").items():
        try:
            kind, node = name.words().rpartition("_")[0], page.at(name.words())
            if kind == "section":
                level = int(str(node.at("level").value))
                sections = [known for known in sections if known[0] < level]
                sections.append((level, plain(node.at("value").words())))
                continue
            part = [element for element in _texts(kind, name.words(), node) if element[2]]
        except (SwitchRankError, ValueError):
            entries.skip(_OTHER_FORM, name.place)
            continue
        yield [title, *(text for _, text in sections)], part


def _texts(kind: str, name: str, node: Node) -> Iterator[tuple[str, list[str], str]]:
    """Name, header cells and text of the elements of one part of a page."""
    if kind == "sentence":
        yield name, [], plain(node.words())
    elif kind == "list":
        for item in node.at("list").items():
            yield item.text("id"), [], plain(item.at("value").words())
    elif kind == "table":
        if "caption" in node.value:
            yield f"table_caption{name.removeprefix('table')}", [], plain(node.at("caption").words())
        for cell in cells_of(node.at("table")):
            yield cell.name, [plain(header) for header in cell.headers], plain(cell.text)


def plain(text: str) -> str:
    """Text without the marks of links, `[[Page|shown]]`, in one line."""
    return " ".join(_LINK.sub(r"\1", text).split())
