"""What the page shows of a run: which files, in which order."""

from __future__ import annotations

from typing import Any

import pytest

from switchrank.config import read_config, used_entries
from switchrank.config.models import Config
from switchrank.report.inputs import paths_in
from switchrank.report.page.inputs import page_inputs, page_settings, switched_corpora, used_lexicons
from tests.unit.report.test_settings import edited

HOME = "home"
TEST = f"results/data/{HOME}"


def config(**changes: Any) -> Config:
    return read_config(
        edited(
            **{
                "run__systems": ["zeroshot", "mlcs", "translated", "dense"],
                "run__seeds": [3, 1],
                "run__pairs": ["en-en", "de-ru", "xx-xx"],
                "lexicons__words2": {"method": "import", "format": "cldr", "languages": ["en", "ja"]},
                "lexicons__spare": {"method": "import", "format": "cldr", "languages": ["en", "ja"]},
                "systems__translated": {"system": "zeroshot", "lexicon": "names", "pairs": ["de-ru"]},
                "systems__dense": {"encoder": "aligned", "retrieval": {}, "pairs": ["en-en"]},
                "encoders__aligned": {
                    "method": "contrastive",
                    "base": "small",
                    "pairs": [{"kind": "words", "benchmark": "home", "lexicon": "words2", "languages": ["ja"]}],
                },
                **changes,
            }
        )
    )


def test_corpora_and_lexicons_of_the_run() -> None:
    """A lexicon may switch a ranker's texts, an encoder's, pair words, or translate; one that is only defined is not
    shown."""
    read = config()
    assert switched_corpora(read) == ["mlcs"]
    assert used_lexicons(read) == ["names", "words", "words2"]
    found = page_inputs(read)
    assert found["corpora"] == [
        {
            "corpus": "mlcs",
            "pair": "xx-xx",
            "path": "results/corpus/mlcs/xx-xx.parquet",
            "english": f"results/corpus/tokens/{HOME}/tokens.parquet",
        }
    ]
    assert found["corpus_summaries"] == {"mlcs": "results/corpus/mlcs/summary.parquet"}
    assert list(found["lexicon_quality"]) == ["names", "words", "words2"]


def test_lexicons_are_shown_in_the_directions_of_their_use() -> None:
    files = page_inputs(config())["lexicons"]
    assert files == [
        *(f"results/lexicon/words/en-{code}.parquet" for code in ("de", "ru", "ja")),
        "results/lexicon/words2/en-ja.parquet",
        *(f"results/lexicon/names/{code}-en.parquet" for code in ("de", "ru")),
    ]
    every = {"method": "import", "format": "cldr", "languages": ["en", "de", "ru", "ja"]}
    translated = {"system": "zeroshot", "lexicon": "names", "pairs": ["xx-xx"]}
    mixed = config(lexicons__names=every, systems__translated=translated)
    assert [path for path in page_inputs(mixed)["lexicons"] if "names" in path] == [
        f"results/lexicon/names/{code}-en.parquet" for code in ("de", "ja", "ru")
    ]


def test_queries_won_and_lost_read_the_systems_that_were_judged_on_the_pair() -> None:
    english, other, mixed = page_inputs(config())["contrasts"]
    assert (english["pair"], other["pair"], mixed["pair"]) == ("en-en", "de-ru", "xx-xx")
    assert list(english["runs"]) == ["zeroshot", "mlcs", "dense"]
    assert list(other["runs"]) == ["zeroshot", "mlcs", "translated"]
    assert list(mixed["runs"]) == ["zeroshot", "mlcs"]
    assert other["measures"]["mlcs"] == [f"results/measure/mlcs/seed{seed}/home.parquet" for seed in (3, 1)]
    assert other["runs"]["mlcs"] == "results/run/mlcs/seed3/home.parquet"
    assert other["queries"] == {"de": f"{TEST}/queries/test/de.parquet"}
    assert other["passages"] == {"ru": f"{TEST}/passages/ru.parquet"}
    assert other["mixed_queries"] is None
    assert mixed["queries"] == {code: f"{TEST}/queries/test/{code}.parquet" for code in ("de", "en", "ja", "ru")}
    assert mixed["mixed_passages"] == f"{TEST}/mixed/test/passages.parquet"


def test_what_is_judged_is_described_once_for_the_pairs_that_share_it() -> None:
    [one] = page_inputs(config())["judged"]
    assert (one["benchmark"], one["split"], one["pairs"], one["queries"]) == ("home", "test", [], [])
    only_dense = config(
        run__systems=["dense"],
        evaluation={"significance": {"baseline": "dense"}},
        tables={},
        figures={},
    )
    assert [one["candidates"] for one in page_inputs(only_dense)["judged"]] == [None]


def test_only_pairs_that_rankers_score_have_candidates() -> None:
    """Of those that an encoder finds for each pair, none is retrieved for the page alone."""
    home = {"candidates": {"from": "encoder", "encoder": "small"}}
    both = config(
        run__systems=["dense", "zeroshot"],
        run__pairs=["en-en", "de-ru", "ja-ru"],
        systems__zeroshot__pairs=["de-ru"],
        benchmarks__home__candidates=home["candidates"],
        tables={},
        figures={},
    )
    found = {tuple(one["pairs"]): one["candidates"] for one in page_inputs(both)["judged"]}
    assert found == {("en-en", "ja-ru"): None, ("de-ru",): f"{TEST}/candidates/test/de-ru.parquet"}


def test_the_page_depends_on_every_file_that_it_names() -> None:
    found = page_inputs(config())
    paths = paths_in(found)
    assert {*found["tables"], *found["figures"].values(), found["summary"], found["significance"]} <= set(paths)
    assert all(path.startswith("results/") for path in paths)
    assert {"results/measure/dense/seed1/home.parquet", f"{TEST}/passages/ja.parquet"} <= set(paths)
    assert found["tables"] == ["results/table/main.html", "results/table/p.html", "results/table/quality.html"]
    assert len(paths) == len(set(paths))


@pytest.mark.parametrize("number", [0, 1])
def test_no_more_pairs_are_read_than_are_shown(number: int) -> None:
    assert len(page_inputs(config(page={"pairs": number}))["contrasts"]) == number


def test_the_page_prints_the_whole_configuration() -> None:
    """The printed configuration makes the same page, so it has only keys that a configuration may have."""
    made = config()
    shown = page_settings(made)
    assert shown["configuration"] == used_entries(made)
    assert shown["run"] == shown["configuration"]["run"] | {"unjudged": []}
