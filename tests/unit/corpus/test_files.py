"""From file to file: shards, row groups."""

from __future__ import annotations

from pathlib import Path

import pytest

from switchrank import tables
from switchrank.corpus.files import join_shards, shard_groups, switch_file
from switchrank.corpus.settings import Multilingual, Titles
from switchrank.languages import parse_pair
from tests.unit.corpus.samples import SCRIPTS, TITLES, WORDS, every_pair, lexicon, tokenized

MULTILINGUAL = Multilingual(recipe="multilingual", benchmark="b", lexicon="l", languages=SCRIPTS, p=0.6)
WIKI = Titles(recipe="titles", benchmark="b", lexicon="l", languages=["en", *SCRIPTS])


@pytest.fixture
def inputs(tmp_path: Path) -> dict[str, object]:
    """Tokens in seven row groups, their vocabulary and the lexicons, as files."""
    tokens, vocabulary = tokenized(every_pair())
    with tables.stream(tmp_path / "tokens.parquet", tables.TOKENS) as append:
        for first in range(0, 25, 4):
            append(tokens.slice(first, 4))
    tables.write(vocabulary, tmp_path / "vocabulary.parquet", tables.VOCABULARY)
    for name, entries in (("words", WORDS), ("titles", TITLES)):
        for code in SCRIPTS:
            tables.write(lexicon(entries[code]), tmp_path / name / f"en-{code}.parquet", tables.LEXICON)
    return {"tokens": tmp_path / "tokens.parquet", "vocabulary": tmp_path / "vocabulary.parquet"}


def lexicon_files(folder: Path) -> list[Path]:
    return [folder / f"en-{code}.parquet" for code in SCRIPTS]


@pytest.mark.parametrize("shards", [1, 2, 3, 7, 9])
@pytest.mark.parametrize(("settings", "name"), [(MULTILINGUAL, "words"), (WIKI, "titles")])
def test_shards_joined_are_the_bytes_of_one_job(
    tmp_path: Path, inputs: dict[str, Path], settings: Multilingual, name: str, shards: int
) -> None:
    given = {**inputs, "lexicons": lexicon_files(tmp_path / name), "settings": settings, "pair": parse_pair("xx-xx")}
    whole, parts = tmp_path / "whole.parquet", [tmp_path / f"{shard}.parquet" for shard in range(shards)]
    switch_file(**given, output=whole, groups=shard_groups(inputs["tokens"], 0, 1), threads=2)
    for shard, path in enumerate(parts):
        switch_file(**given, output=path, groups=shard_groups(inputs["tokens"], shard, shards), threads=1)
    join_shards(parts, tmp_path / "joined.parquet")
    assert (tmp_path / "joined.parquet").read_bytes() == whole.read_bytes()
    assert tables.read(whole, tables.CORPUS).height == 25
    assert tables.group_count(whole, tables.CORPUS) == 7


@pytest.mark.parametrize("shards", [1, 2, 3, 7, 9, 100])
def test_every_row_group_is_in_one_shard(inputs: dict[str, Path], shards: int) -> None:
    groups = [group for shard in range(shards) for group in shard_groups(inputs["tokens"], shard, shards)]
    assert groups == list(range(7))
