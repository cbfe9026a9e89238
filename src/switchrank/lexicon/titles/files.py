"""Parallel titles from files, whatever their format."""

from __future__ import annotations

import json
from collections.abc import Iterator, Sequence
from pathlib import Path

import polars as pl

from switchrank.errors import SwitchRankError
from switchrank.lexicon.settings import TitleFiles
from switchrank.lexicon.titles.wikipedia_dumps import dump_pairs
from switchrank.lexicon.titles.wikititles import wikititles_pairs
from switchrank.text_files import EMPTY, NO_UTF8, ONE_COLUMN, OTHER_COLUMNS, Entries, text_lines
from switchrank.utf8 import is_text

NO_JSON = "no JSON with src_id and src_query"
SAME_ID = "an id seen before"
ONE_LANGUAGE = "an id that the other language lacks"
_FILES = {"wikititles": 1, "tsv": 1, "wikidict": 1, "langlinks": 2, "clirmatrix": 2}


def read_title_pairs(
    paths: Sequence[str | Path], settings: TitleFiles, source_language: str, target_language: str
) -> tuple[pl.DataFrame, Entries]:
    """Titles that mean the same in two languages; lines that are not pairs are skipped and counted.

    Args:
        paths: for `wikititles`, `tsv` and `wikidict` the file of the pair; for `langlinks` the langlinks and the page
            dump of one of the two Wikipedias; for `clirmatrix` the source and the target language's file. Gzip or not.
        settings: format.
        source_language: ISO 639-1 code.
        target_language: ISO 639-1 code.

    Returns:
        Table of `source` and `target`, strings, in the order of the file; and what was read.

    Raises:
        SwitchRankError: a file is missing, empty, truncated, of another format or language pair, or no pair is
            left.
    """
    if len(paths) != _FILES[settings.format]:
        raise SwitchRankError(f"titles: format {settings.format} takes {_FILES[settings.format]} files, got {paths}")
    entries = Entries(" and ".join(map(str, paths)), f"{source_language}-{target_language} titles")
    sources, targets = [], []
    for source, target in _pairs(paths, settings, source_language, target_language, entries):
        sources.append(source)
        targets.append(target)
    entries.kept = len(sources)
    if not sources:
        raise SwitchRankError(
            f"{entries.name}: no {source_language}-{target_language} pair of titles is left; "
            f"{entries.reasons() or 'there is none at all'}; expected format {settings.format}"
        )
    return pl.DataFrame(
        {"source": sources, "target": targets}, schema=dict.fromkeys(("source", "target"), pl.String)
    ), entries


def _pairs(
    paths: Sequence[str | Path], settings: TitleFiles, source: str, target: str, entries: Entries
) -> Iterator[tuple[str, str]]:
    if settings.format == "wikititles":
        return wikititles_pairs(paths[0], source, target, entries)
    if settings.format == "langlinks":
        return dump_pairs(paths[0], paths[1], source, target, entries)
    if settings.format == "clirmatrix":
        return _joined(paths, source, target, entries)
    if settings.format == "wikidict":  # the other language comes first
        return ((first, second) for second, first in _columns(paths[0], target, source, entries))
    return _columns(paths[0], source, target, entries)


def _columns(path: str | Path, source: str, target: str, entries: Entries) -> Iterator[tuple[str, str]]:
    content = f"a {source} and a {target} title per line, separated by a tab"
    for line, where in text_lines(path, content, entries):
        cells = [cell.strip() for cell in line.split("\t")]
        if len(cells) != 2:
            entries.skip(ONE_COLUMN if len(cells) == 1 else OTHER_COLUMNS, where)
        elif not all(cells):
            entries.skip(EMPTY, where)
        else:
            yield cells[0], cells[1]


def _joined(paths: Sequence[str | Path], source: str, target: str, entries: Entries) -> Iterator[tuple[str, str]]:
    """Titles by id, in the order of the source file (CLIRMatrix: Sun and Duh 2020)."""
    titles = _by_id(paths[0], source, entries)
    others = _by_id(paths[1], target, entries)
    for key, title in titles.items():
        if key in others:
            yield title, others[key]
        else:
            entries.skip(ONE_LANGUAGE, f"{Path(paths[0]).name} id {key}")
    for key in others:
        if key not in titles:
            entries.skip(ONE_LANGUAGE, f"{Path(paths[1]).name} id {key}")


def _by_id(path: str | Path, language: str, entries: Entries) -> dict[str, str]:
    titles: dict[str, str] = {}
    for line, place in text_lines(path, f"an id and a {language} title per line, or JSON lines", entries):
        where = f"{Path(path).name} {place}"
        read = _json_line(line) if line.lstrip().startswith("{") else _id_line(line)
        if isinstance(read, str):
            entries.skip(read, where)
        elif not read[1]:
            entries.skip(EMPTY, where)
        elif read[0] in titles:
            entries.skip(SAME_ID, where)
        else:
            titles[read[0]] = read[1]
    return titles


def _id_line(line: str) -> tuple[str, str] | str:
    """Id and title, or the reason why there are none."""
    cells = line.split("\t")
    if len(cells) != 2:
        return ONE_COLUMN if len(cells) == 1 else OTHER_COLUMNS
    return cells[0].strip(), cells[1].strip()


def _json_line(line: str) -> tuple[str, str] | str:
    """As `_id_line`, for CLIRMatrix's own lines: `{"src_id": …, "src_query": …, "tgt_results": …}`."""
    try:
        row = json.loads(line)
    except json.JSONDecodeError:
        return NO_JSON
    key, title = row.get("src_id"), row.get("src_query")
    if not isinstance(key, str | int) or not isinstance(title, str):
        return NO_JSON
    return (str(key), title.strip()) if is_text(f"{key}{title}") else NO_UTF8
