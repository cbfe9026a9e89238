"""Parallel titles as linguatools published them: XML with one `translation` per pair and one `<entry lang="…">` per
language."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterator
from pathlib import Path
from xml.etree import ElementTree

from switchrank.errors import SwitchRankError
from switchrank.text_files import EMPTY, Entries, opened

NO_ENTRY = "no entry in one of the languages"


def wikititles_pairs(path: str | Path, source: str, target: str, entries: Entries) -> Iterator[tuple[str, str]]:
    """Titles of both languages, in the order of the file; memory holds one element at a time.

    Args:
        path: of the XML file, gzip or not.
        source: ISO 639-1 code.
        target: ISO 639-1 code.
        entries: where skipped elements are counted.

    Raises:
        SwitchRankError: the file is missing, empty, truncated, not XML, or of another language pair.
    """
    found: Counter[str] = Counter()
    complete = 0
    with opened(path, f"a WikiTitles XML file of {source} and {target}", text=False) as file:
        try:
            for number, titles in enumerate(_elements(ElementTree.iterparse(file, ("start", "end"))), start=1):
                found.update(titles.keys())
                if source not in titles or target not in titles:
                    entries.skip(NO_ENTRY, f"pair {number:,}")
                    continue
                complete += 1
                if not titles[source] or not titles[target]:
                    entries.skip(EMPTY, f"pair {number:,}")
                    continue
                yield titles[source], titles[target]
        except ElementTree.ParseError as error:
            raise SwitchRankError(f"{path}: truncated or not XML ({error}); expected a WikiTitles XML file") from error
    if not complete:
        shown = ", ".join(f"{language} ({count:,})" for language, count in sorted(found.items())) or "none"
        raise SwitchRankError(
            f"{path}: no pair of titles has both languages; found entries in {shown}, expected {source} and {target}"
        )


def _elements(events: Iterator[tuple[str, ElementTree.Element]]) -> Iterator[dict[str, str]]:
    """Titles by language of every child of the root."""
    _, root = next(events)
    depth = 0
    for event, element in events:
        if event == "start":
            depth += 1
            continue
        depth -= 1
        if depth == 0:
            yield {entry.get("lang", ""): " ".join((entry.text or "").split()) for entry in element.findall("entry")}
            root.clear()
