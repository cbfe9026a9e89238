"""Values that YAML or pydantic would let pass, and that would fail, or do something else, hours later."""

from __future__ import annotations

from typing import Any

import pytest
import yaml

from switchrank.config import read_config
from switchrank.settings import Settings, fillable, placeholders
from tests.unit.test_config import WORDS, edited, mistakes


def every_model(base: type[Settings] = Settings) -> list[type[Settings]]:
    return [model for found in base.__subclasses__() for model in (found, *every_model(found))]


def test_no_model_of_settings_takes_infinity() -> None:
    models = every_model()
    assert len(models) > 40
    assert all(model.model_config.get("allow_inf_nan") is False for model in models)


@pytest.mark.parametrize("value", [".inf", "-.inf", ".nan", "'inf'", "'nan'", "1.0e+400"])
@pytest.mark.parametrize(
    ("key", "place"),
    [
        ("systems__mlcs__training__learning_rate", "systems.mlcs.training.learning_rate"),
        ("corpora__mlcs__p", "corpora.mlcs.p"),
        ("corpora__mlcs__p", "corpora.mlcs.p.query"),
        ("corpora__mlcs__weights", "corpora.mlcs.weights.de"),
        ("lexicons__near__temperature", "lexicons.near.temperature"),
        ("lexicons__near__min_score", "lexicons.near.min_score"),
        ("encoders__aligned__temperature", "encoders.aligned.temperature"),
        ("evaluation__significance__level", "evaluation.significance.level"),
        ("evaluation__overlap__edges", "evaluation.overlap.edges.0"),
        ("benchmarks__home__shares__train", "benchmarks.home.shares.train"),
        ("run__seeds", "run.seeds.0"),
    ],
)
def test_numbers_are_finite(key: str, place: str, value: str) -> None:
    number: Any = yaml.safe_load(value)
    wrapped = {"query": {"query": number, "passage": 1}, "de": {"de": number, "ru": 1}, "0": [number, 1]}
    (line,) = mistakes(edited(**{key: wrapped.get(place.rsplit(".")[-1], number)}))
    assert line.startswith(f"{place}: found {number!r}; Input should be "), line


def test_a_label_may_be_a_number_that_is_finite() -> None:
    table = {"kind": "ablation", "caption": "c", "benchmark": "home"}
    assert read_config(edited(tables__p=table | {"rows": [{"system": "mlcs", "label": 0.25}]}))
    (line,) = mistakes(edited(tables__p=table | {"rows": [{"system": "mlcs", "label": float("inf")}]}))
    assert line == "tables.p.rows.0.label: found inf; Input should be a finite number or a text"


@pytest.mark.parametrize(
    ("key", "value", "place"),
    [
        ("systems__mlcs__training__epochs", True, "systems.mlcs.training.epochs"),
        ("corpora__mlcs__p", False, "corpora.mlcs.p"),
        ("corpora__mlcs__p", {"query": True, "passage": 0.5}, "corpora.mlcs.p.query"),
        ("run__seeds", [1, True], "run.seeds.1"),
        (
            "encoders__aligned__pairs",
            [{"kind": "switched", "corpus": "mlcs", "versions": True}],
            "encoders.aligned.pairs.0.versions",
        ),
    ],
)
def test_a_truth_value_is_no_number(key: str, value: Any, place: str) -> None:
    (line,) = mistakes(edited(**{key: value}))
    assert line.startswith(f"{place}: found ") and line.endswith("; a number is needed")


def test_norwegian_is_no_truth_value() -> None:
    (line,) = mistakes(edited(**yaml.safe_load("corpora__mlcs__languages: [de, no]")))
    assert line == "corpora.mlcs.languages.1: found False, as YAML reads yes, no, on and off; put the text in quotes"
    (line,) = mistakes(edited(**yaml.safe_load("benchmarks__home__languages: [en, de, ru, ja, 'no']")))
    assert line.startswith("benchmarks.home.languages: unknown language 'no': allowed are ar,")


@pytest.mark.parametrize(("written", "shown"), [("2026-11-27", "2026-11-27"), ("12", "12"), ("0.5", "0.5")])
def test_a_text_that_yaml_takes_for_something_else(written: str, shown: str) -> None:
    (line,) = mistakes(edited(sources=yaml.safe_load(written)))
    assert line == f"sources: found {shown}; put a text that YAML reads as a number or a date in quotes"


def test_a_learning_rate_without_a_point_is_text_for_yaml_and_a_number_for_us() -> None:
    rate = yaml.safe_load("2e-5")
    assert rate == "2e-5"
    config = read_config(edited(systems__mlcs__training__learning_rate=rate))
    assert config.systems["mlcs"].training.learning_rate == 2e-5  # type: ignore[union-attr]


# -- placeholders -------------------------------------------------------------------------------
PATHS = {
    "vectors.files.path": ("{language}", {"method": "files", "languages": ["en", "de"]}),
    "lexicons.mine.path": ("{source}, {target}", {"method": "import", "format": "muse", "languages": ["en", "de"]}),
    "lexicons.mine.files.path": ("{source}, {target}, {first}, {second}", {"format": "tsv", "languages": ["en", "de"]}),
    "lexicons.mine.files.pages": (
        "{source}, {target}, {first}, {second}",
        {"format": "langlinks", "path": "{source}.sql.gz", "languages": ["en", "de"]},
    ),
}


def with_path(key: str, path: str) -> dict[str, Any]:
    section, name, *files, last = key.split(".")
    entry = PATHS[key][1] | {last: path}
    return edited(**{f"{section}__{name}": {"method": "titles", "files": entry} if files else entry})


@pytest.mark.parametrize("key", PATHS)
@pytest.mark.parametrize(
    "placeholder",
    [
        "{src}",
        "{0}",
        "{}",
        "{source!r}",
        "{target:>8}",
        "{source.__class__}",
        "{target[0]}",
        "{ source }",
        "{Source}",
        "{язык}",
    ],
)
def test_an_unknown_placeholder_is_named_with_those_that_the_key_takes(key: str, placeholder: str) -> None:
    path = f"словари/{placeholder}.txt"
    (line,) = mistakes(with_path(key, path))
    assert line == f"{key}: found {path!r}; unknown placeholder {placeholder}; allowed: {PATHS[key][0]}"


@pytest.mark.parametrize("key", PATHS)
@pytest.mark.parametrize("path", ["dict/{source.txt", "dict/}.txt", "{", "dict/{source}}.txt"])
def test_a_single_brace(key: str, path: str) -> None:
    (line,) = mistakes(with_path(key, path))
    assert line.startswith(f"{key}: found {path!r}; ")
    assert line.endswith(f"; allowed: {PATHS[key][0]}; a brace of the path itself is written twice")


def test_files_of_one_language_each_take_that_language() -> None:
    files = {"format": "clirmatrix", "path": "{source}.tsv", "languages": ["en", "de"]}
    (line,) = mistakes(edited(lexicons__mine={"method": "titles", "files": files}))
    assert line == "lexicons.mine.files.path: found '{source}.tsv'; unknown placeholder {source}; allowed: {language}"


@pytest.mark.parametrize("key", ["sources", "evaluation__expected__values"])
def test_a_path_of_one_file_has_no_placeholder(key: str) -> None:
    (line,) = mistakes(edited(**{key: "data/{name}.csv"}))
    assert line.endswith("found 'data/{name}.csv'; unknown placeholder {name}; allowed: none")


def test_placeholders_of_a_path() -> None:
    assert placeholders("a/{source}-{target}.txt") == ["source", "target"]
    assert placeholders("a/{{source}}.txt") == []
    assert fillable("a/{{x}}/{language}.vec", ["language"]) == "a/{{x}}/{language}.vec"


@pytest.mark.parametrize(
    ("key", "entry", "line"),
    [
        (
            "lexicons__mine",
            {"method": "import", "format": "tsv", "path": "en-de.tsv", "languages": ["en", "de", "ru"]},
            "lexicons.mine.path: found 'en-de.tsv', one file for en, de, ru; its place takes {source} and {target}",
        ),
        (
            "vectors__files",
            {"method": "files", "path": "wiki.vec", "languages": ["en", "de"]},
            "vectors.files.path: found 'wiki.vec', one file for en, de; its place takes {language}",
        ),
        (
            "lexicons__mine",
            {"method": "titles", "files": {"format": "clirmatrix", "path": "a.tsv", "languages": ["en", "ja"]}},
            "lexicons.mine.files.path: found 'a.tsv', one file for en, ja; its place takes {language}",
        ),
    ],
)
def test_one_file_for_several_languages(key: str, entry: dict[str, Any], line: str) -> None:
    assert mistakes(edited(**{key: entry})) == [line]


def test_one_file_of_one_pair_needs_no_placeholder() -> None:
    entry = {"method": "import", "format": "tsv", "path": "en-de.tsv", "languages": ["en", "de"]}
    assert read_config(edited(lexicons__mine=entry))


# -- what would fail later ----------------------------------------------------------------------
@pytest.mark.parametrize(
    ("changes", "line"),
    [
        (
            {"encoders__aligned__pairs": [{"kind": "parallel", "benchmark": "home", "languages": ["en"]}]},
            "encoders.aligned.pairs.0.languages: found 'en'; allowed: de, ru, ja",
        ),
        (
            {"encoders__aligned__pairs": [WORDS | {"languages": ["fr"]}]},
            "encoders.aligned.pairs.0.languages: found 'fr'; allowed: de, ru, ja",
        ),
        (
            {"corpora__wikics__languages": ["en"]},
            "corpora.wikics.languages: found 'en' alone, into which nothing is switched; name another language too",
        ),
        ({"corpora__mlcs__sides": ["query", "query"]}, "corpora.mlcs.sides: found 'query' twice; each may occur once"),
        ({"run__benchmarks": ["home", "home"]}, "run.benchmarks: found 'home' twice; each may occur once"),
        ({"lexicon_quality__at": [5, 5]}, "lexicon_quality.at: found 5 twice; each may occur once"),
        (
            {"evaluation__significance__others": {"mlcs": ["mlcs"]}},
            "evaluation.significance.others.mlcs: found 'mlcs', which cannot be compared with itself",
        ),
        (
            {"evaluation__significance__over": "seeds"},
            "evaluation.significance.over: found 'seeds', but run.seeds has one; two or more are needed",
        ),
        (
            {"evaluation__significance__over": "both"},
            "evaluation.significance.over: found 'both', but run.seeds has one; two or more are needed",
        ),
        ({"run__seeds": [2**32]}, "run.seeds.0: found 4294967296; Input should be less than 4294967296"),
        ({"sources": ""}, "sources: found ''; String should have at least 1 character"),
        (
            {"evaluation__expected__values": ""},
            "evaluation.expected.values: found ''; String should have at least 1 character",
        ),
        (
            {
                "lexicons__mine": {"method": "import", "format": "muse", "path": "a.txt", "languages": ["de", "ru"]},
                "corpora__blcs__lexicon": "mine",
            },
            "corpora.blcs.lexicon: found 'mine', which has no 'en', the language of training",
        ),
        (
            {"lexicons__mine": {"method": "import", "format": "cldr", "languages": ["en", "DE"]}},
            None,
        ),
    ],
)
def test_a_value_that_would_fail_later(changes: dict[str, Any], line: str | None) -> None:
    (found,) = mistakes(edited(**changes))
    if line is None:
        assert found.startswith("lexicons.mine.languages: unknown language 'DE': allowed are ar, bn,")
    else:
        assert found == line


def test_no_message_names_a_refused_value_as_allowed() -> None:
    found = mistakes(edited(benchmarks__home__languages=["en", "de", "ru", "ja", "zh-Hant", "sr-Latn"]))
    assert [line.split(":")[0] for line in found] == ["benchmarks.home.languages"] * 2
    found = mistakes(edited(run__pairs=["en-de", "en-de"], systems__mlcs__pairs=["xx-xx"]))
    assert found == ["run.pairs: found 'en-de' twice; each may occur once"]
