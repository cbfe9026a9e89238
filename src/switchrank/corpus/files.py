"""Switching from file to file, one row group at a time: memory does not grow with the number of instances."""

from __future__ import annotations

from collections.abc import Sequence
from pathlib import Path

from switchrank import tables
from switchrank.corpus.recipes import switch_corpus
from switchrank.corpus.settings import Corpus
from switchrank.languages import Pair
from switchrank.progress import track


def shard_groups(tokens: str | Path, shard: int, shards: int) -> range:
    """The row groups of one shard: together the shards have each row group once, in order."""
    groups = tables.group_count(tokens, tables.TOKENS)
    return range(shard * groups // shards, (shard + 1) * groups // shards)


def switch_file(
    tokens: str | Path,
    vocabulary: str | Path,
    lexicons: Sequence[str | Path],
    output: str | Path,
    settings: Corpus,
    pair: Pair,
    groups: range,
    threads: int,
) -> None:
    """Write the corpus of some row groups of the tokens.

    Args:
        tokens: file of a TOKENS table.
        vocabulary: file of its VOCABULARY table.
        lexicons: LEXICON files named en-LANGUAGE.parquet.
        output: where the CORPUS table goes.
        settings: of the corpus.
        pair: languages that the corpus is for.
        groups: row groups of `tokens`.
        threads: row groups worked on at a time.

    Raises:
        SwitchRankError: as `switch_corpus`, or a file is unreadable.
    """
    pieces = switch_corpus(
        tables.row_groups(tokens, tables.TOKENS, groups),
        tables.read_arrow(vocabulary, tables.VOCABULARY),
        {Path(path).stem.removeprefix("en-"): tables.read(path, tables.LEXICON) for path in lexicons},
        settings,
        pair,
        threads,
    )
    with tables.stream(output, tables.CORPUS) as append:
        for piece in track(pieces, f"switch_corpus {pair}", len(groups), "row groups"):
            append(piece)


def join_shards(shards: Sequence[str | Path], output: str | Path) -> None:
    """One CORPUS table from those of the shards, in order: byte-identical to what one job would have written."""
    with tables.stream(output, tables.CORPUS) as append:
        for shard in shards:
            for piece in tables.row_groups(shard, tables.CORPUS):
                append(piece)
