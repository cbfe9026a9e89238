"""Lexicons from existing dictionaries: MUSE, tables, FreeDict, Wiktionary, names of the CLDR."""

from __future__ import annotations

import math
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import NamedTuple

import polars as pl

from switchrank.errors import SwitchRankError
from switchrank.lexicon.choices import drops_copies, numbered
from switchrank.lexicon.dictionaries.cldr_names import cldr_pairs
from switchrank.lexicon.dictionaries.freedict import Headword, freedict_entries
from switchrank.lexicon.dictionaries.wiktionary import ding_entries, dsl_entries
from switchrank.lexicon.settings import ImportedLexicon
from switchrank.tables import LEXICON
from switchrank.text_files import EMPTY, ONE_COLUMN, OTHER_COLUMNS, Entries, text_lines
from switchrank.words import entry_key, is_copy, words

NO_SCORE = "a score that is not a number"
NO_WORD = "a source without a word"
NO_ENTRY = "an affix or a symbol for a source"
COPY = "a copy of its source"
AGAIN = "a translation seen before"
OTHER_RANK = "a source word before first_word or after last_word"

_AT = " @ "
HEADWORDS: dict[str, Callable[[str | Path, Entries], Iterator[Headword]]] = {
    "freedict": freedict_entries,
    "ding": ding_entries,
    "dsl": dsl_entries,
}
"""Readers of dictionaries with several translations per entry, by format."""


class Translation(NamedTuple):
    """One line of a dictionary.

    Attributes:
        source: as in the dictionary.
        target: as in the dictionary.
        score: None if the dictionary has none.
        where: its place, for messages.
    """

    source: str
    target: str
    score: float | None
    where: str


def import_lexicon(
    path: str | Path | None, settings: ImportedLexicon, source_language: str, target_language: str
) -> tuple[pl.DataFrame, Entries]:
    """Read a dictionary; lines that are not translations are skipped and counted.

    Args:
        path: of the file (FreeDict: of the folder, archive or package); None for the CLDR.
        settings: format, choices, drop_copies.
        source_language: ISO 639-1 code.
        target_language: ISO 639-1 code.

    Returns:
        LEXICON table: sources are keys (`words.key`), which is how text is matched. The score is the
        dictionary's, or 1 / the translation's position among those of its source. Ranks are by first occurrence. And
        what was read.

    Raises:
        SwitchRankError: the file is missing, empty, damaged or of another format, or no translation is left.
    """
    label = f"{source_language}-{target_language}"
    entries = Entries(f"CLDR {label}" if path is None else str(path), f"{label} translations")
    found = _translations(path, settings, source_language, target_language, entries)
    kept = _kept(found, settings, source_language, target_language, entries)
    entries.kept = len(kept)
    if not kept:
        raise SwitchRankError(
            f"{entries.name}: no translation is left; {entries.reasons() or 'there is none at all'}; "
            f"expected format {settings.format}"
        )
    return _table(kept, settings.choices, f"import-{settings.format}"), entries


def _translations(
    path: str | Path | None, settings: ImportedLexicon, source: str, target: str, entries: Entries
) -> Iterator[Translation]:
    if path is None:
        for name, other in cldr_pairs(source, target, entries):
            yield Translation(name, other, None, name)
    elif settings.format in HEADWORDS:
        for headword in HEADWORDS[settings.format](path, entries):
            for translation in headword.translations:
                yield Translation(headword.word, translation, None, headword.word)
    elif settings.format == "muse":
        yield from _muse(path, f"a {source} and a {target} word per line", entries)
    elif settings.format == "hunalign":
        yield from _hunalign(path, f"a {target} and a {source} word per line, separated by {_AT!r}", entries)
    else:
        yield from _tsv(
            path, f"a {source} and a {target} entry per line, and optionally a score, separated by tabs", entries
        )


def _muse(path: str | Path, content: str, entries: Entries) -> Iterator[Translation]:
    """Lines of https://github.com/facebookresearch/MUSE: two words, separated by white space."""
    for line, where in text_lines(path, content, entries):
        cells = line.split()
        if len(cells) == 2:
            yield Translation(cells[0], cells[1], None, where)
        else:
            entries.skip(ONE_COLUMN if len(cells) == 1 else OTHER_COLUMNS, where)


def _hunalign(path: str | Path, content: str, entries: Entries) -> Iterator[Translation]:
    """Lines of https://github.com/danielvarga/hunalign: the target, ` @ ` and the source."""
    for line, where in text_lines(path, content, entries):
        cells = f" {line} ".split(_AT)
        if len(cells) == 2:
            yield Translation(cells[1], cells[0], None, where)
        else:
            entries.skip(ONE_COLUMN if len(cells) == 1 else OTHER_COLUMNS, where)


def _tsv(path: str | Path, content: str, entries: Entries) -> Iterator[Translation]:
    """Lines of two columns, or all of three: the first valid line decides."""
    width = 0
    for line, where in text_lines(path, content, entries):
        cells = [cell.strip() for cell in line.split("\t")]
        if len(cells) not in (2, 3) or width not in (0, len(cells)):
            entries.skip(ONE_COLUMN if len(cells) == 1 else OTHER_COLUMNS, where)
            continue
        score = _number(cells[2]) if len(cells) == 3 else None
        if len(cells) == 3 and score is None:
            entries.skip(NO_SCORE, where)
            continue
        width = len(cells)
        yield Translation(cells[0], cells[1], score, where)


def _number(text: str) -> float | None:
    try:
        number = float(text)
    except ValueError:
        return None
    return number if math.isfinite(number) else None


def _kept(
    found: Iterator[Translation], settings: ImportedLexicon, language: str, target_language: str, entries: Entries
) -> dict[tuple[str, str], float | None]:
    """Scores by source and target, each pair where it first occurs."""
    kept: dict[tuple[str, str], float | None] = {}
    no_copies = drops_copies(settings.drop_copies, target_language)
    numbers: dict[str, int] = {}
    for line in found:
        number = numbers.setdefault(line.source, len(numbers) + 1)
        source, target = entry_key(line.source, language), " ".join(line.target.split())
        if number < settings.first_word or (settings.last_word is not None and number > settings.last_word):
            entries.skip(OTHER_RANK, line.where)
        elif not source:
            entries.skip(NO_ENTRY if words(line.source, language) else NO_WORD, line.where)
        elif not target:
            entries.skip(EMPTY, line.where)
        elif no_copies and is_copy(source, target, language, target_language):
            entries.skip(COPY, line.where)
        elif (source, target) in kept:
            entries.skip(AGAIN, line.where)
        else:
            kept[source, target] = line.score
    return kept


def _table(kept: dict[tuple[str, str], float | None], choices: int, method: str) -> pl.DataFrame:
    """Number the translations of each source, best first, ties in the order of the file."""
    columns = {
        "source": [source for source, _ in kept],
        "target": [target for _, target in kept],
        "given": list(kept.values()),
    }
    rows = pl.DataFrame(columns, schema={"source": pl.String, "target": pl.String, "given": pl.Float64})
    place = pl.int_range(1, pl.len() + 1).over("source")
    scored = rows.with_columns(score=pl.col("given").fill_null(1 / place).cast(pl.Float32))
    ordered = scored.with_row_index("line").sort("score", "line", descending=[True, False])
    return (
        numbered(ordered, "source", choices)
        .with_columns(method=pl.lit(method))
        .join(_ranks(rows, "source"), on="source", maintain_order="left")
        .join(_ranks(rows, "target"), on="target", maintain_order="left")
        .select(list(LEXICON.columns))
        .sort("source", "choice")
    )


def _ranks(rows: pl.DataFrame, side: str) -> pl.DataFrame:
    """Numbers of the entries of one side, from 0, in order of occurrence."""
    different = rows.select(side).unique(maintain_order=True)
    return different.with_columns(pl.int_range(pl.len(), dtype=pl.Int32).alias(f"{side}_rank"))
