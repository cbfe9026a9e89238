"""Every method of vectors, lexicons and corpora through Snakemake, on words in four scripts."""

from __future__ import annotations

import shutil
from pathlib import Path

import polars as pl
import pytest

from switchrank import tables
from tests.toy import dictionaries
from tests.toy.workspace import ROOT, clone

pytestmark = pytest.mark.workflow

OTHERS = ("ru", "ja", "ar")
LEXICONS = "csls nearest softmax numerals unaligned joint monolingual wikititles langlinks clirmatrix tsv muse table "
LEXICONS += "freedict cldr union intersection priority"
PAIRS = {"by-score": "xx-xx", "by-margin": "ru-ar", "kept": "xx-xx", "whole": "xx-xx", "sharded": "xx-xx"}


@pytest.fixture(scope="module")
def made(toy_sources: Path, tmp_path_factory: pytest.TempPathFactory) -> Path:
    """Results of every lexicon, judged, and of every corpus of tests/toy/lexicons.yaml."""
    workspace = clone(tmp_path_factory.mktemp("lexicons") / "clone", toy_sources)
    dictionaries.make_files(workspace.folder / "toy")
    shutil.copy(ROOT / "tests" / "toy" / "lexicons.yaml", workspace.folder / "lexicons.yaml")
    targets = [f"results/lexicon/{name}/quality.parquet" for name in LEXICONS.split()]
    targets += [f"results/corpus/{name}/{pair}.parquet" for name, pair in PAIRS.items()]
    finished = workspace.snakemake(*targets, "--configfile", "lexicons.yaml", "--keep-going")
    assert finished.code == 0, finished.output
    return workspace.folder


def lexicon(made: Path, name: str, language: str) -> pl.DataFrame:
    return tables.read(made / f"results/lexicon/{name}/en-{language}.parquet", tables.LEXICON)


def precision(made: Path, name: str) -> dict[str, float]:
    """P@1 against the toy dictionary, by language."""
    quality = tables.read(made / f"results/lexicon/{name}/quality.parquet", tables.QUALITY)
    return dict(quality.filter(pl.col("measure") == "P@1 muse").select("target", "value").iter_rows())


@pytest.mark.parametrize("name", ["csls", "nearest", "softmax", "numerals"])
def test_planted_rotations_are_undone(made: Path, name: str) -> None:
    """By a lexicon, by identical strings and by numerals, whatever the file format and the retrieval."""
    assert precision(made, name) == dict.fromkeys(OTHERS, 1.0)


def test_without_alignment_the_planted_dictionary_is_lost(made: Path) -> None:
    assert max(precision(made, "unaligned").values()) < 0.5


@pytest.mark.parametrize("name", ["wikititles", "langlinks", "clirmatrix", "table", "freedict", "priority", "union"])
def test_files_give_back_what_was_written(made: Path, name: str) -> None:
    assert precision(made, name) == dict.fromkeys(OTHERS, 1.0)


def test_words_are_aligned_within_titles_of_a_file(made: Path) -> None:
    for language in ("ru", "ar"):
        found = dict(lexicon(made, "tsv", language).select("source", "target").iter_rows())
        assert (
            found["camera"] == dict(zip(dictionaries.words("en"), dictionaries.words(language), strict=True))["camera"]
        )


def test_titles_of_several_words_are_kept_whole(made: Path) -> None:
    for name in ("wikititles", "langlinks", "clirmatrix"):
        found = dict(lexicon(made, name, "ja").select("source", "target").iter_rows())
        assert found["in the kitchen"] == "台所で", name


def test_trained_vectors_give_a_lexicon_of_words_that_the_texts_have(made: Path) -> None:
    for name in ("joint", "monolingual"):
        for language in OTHERS:
            assert lexicon(made, name, language).height > 10


def test_names_of_the_cldr(made: Path) -> None:
    assert dict(lexicon(made, "cldr", "ru").select("source", "target").iter_rows())["germany"] == "Германия"


def test_combined_lexicons_say_where_an_entry_is_from(made: Path) -> None:
    assert set(lexicon(made, "intersection", "ar")["method"]) == {"import-muse+import-tsv"}
    union = lexicon(made, "union", "ru")
    assert any(method.count("+") == 2 for method in union["method"])


def test_shards_give_the_bytes_of_one_job(made: Path) -> None:
    corpora = [(made / f"results/corpus/{name}/xx-xx.parquet").read_bytes() for name in ("whole", "sharded")]
    assert corpora[0] == corpora[1]
    assert not (made / "results/corpus/sharded/shards").exists() or not list(
        (made / "results/corpus/sharded/shards").rglob("*.parquet")
    ), "shards are temporary"


def test_corpora_with_every_setting_are_switched(made: Path) -> None:
    for name, pair in PAIRS.items():
        corpus = tables.read(made / f"results/corpus/{name}/{pair}.parquet", tables.CORPUS)
        assert corpus["passage_switched"].sum() > 0, name
    kept = tables.read(made / "results/corpus/kept/xx-xx.parquet", tables.CORPUS)
    assert set(kept["query_language"]) == {"en", "ja", "ru"}
