"""Queries won and lost: which are chosen, with passages, judgements and texts read from files."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import polars as pl
import pytest

from switchrank import tables
from switchrank.errors import SwitchRankError
from switchrank.report.page.lexicon_entries import read_entries
from switchrank.report.page.pinned import describe_origins
from switchrank.report.page.won_and_lost import compared_system, extremes, mean_values, read_contrast, shown_pairs

SETTINGS: dict[str, Any] = {
    "run": {"systems": ["zeroshot", "mlcs", "blcs", "aligned"]},
    "systems": {
        "zeroshot": {"encoder": "e5", "corpus": "english"},
        "mlcs": {"encoder": "e5", "corpus": "mixed"},
        "blcs": {"encoder": "e5", "corpus": "mixed"},
        "aligned": {"encoder": "e5-aligned", "corpus": "mixed"},
    },
    "corpora": {"english": {"recipe": "original"}, "mixed": {"recipe": "multilingual"}},
    "evaluation": {"measures": ["RR@10", "R@10"], "significance": {"baseline": "zeroshot"}},
    "page": {"queries": 1, "passages": 1},
}
QUERIES = {"q1": ("ar", "شغّل الضوء"), "q2": ("hi", "दरवाज़ा खोलो"), "q3": ("ru", "включи свет")}
PASSAGES = {"d1": "台所の照明をつける", "d2": "ガレージのドアを開ける", "d3": "カメラを再起動する"}


def values(**found: float) -> pl.DataFrame:
    return pl.DataFrame({"query_id": list(found), "value": list(found.values())})


@pytest.fixture
def place(tmp_path: Path) -> dict[str, Any]:
    """q1 is gained, q2 lost, q3 equal; queries are drawn from three languages, passages are Japanese."""

    def kept(name: str, table: pl.DataFrame, contract: tables.Contract) -> str:
        tables.write(table, tmp_path / name, contract)
        return str(tmp_path / name)

    def measures(name: str, **found: float) -> str:
        """The wanted pair beside another one, in which all is turned round."""
        other = {query: 1.0 - value for query, value in found.items()}
        table = pl.concat(
            values(**by_query).with_columns(measure=pl.lit(m), pair=pl.lit(pair))
            for pair, by_query in (("xx-ar", other), ("xx-ja", found))
            for m in ("R@10", "RR@10")
        )
        return kept(name, table, tables.MEASURES)

    def run(name: str, **order: str) -> str:
        rows = [
            (pair, q, f"d{digit}", n, -float(n))
            for pair, turn in (("xx-ar", -1), ("xx-ja", 1))
            for q, docs in order.items()
            for n, digit in enumerate(docs[::turn], 1)
        ]
        types = {"pair": pl.String, "query_id": pl.String, "doc_id": pl.String, "rank": pl.Int32, "score": pl.Float32}
        return kept(name, pl.DataFrame(rows, types, orient="row"), tables.RUN)

    qrels = pl.DataFrame({"query_id": ["q1", "q2", "q2", "q3"], "doc_id": ["d1", "d2", "d3", "d1"]})
    qrels = qrels.with_columns(relevance=pl.Series([1, 1, 0, 1], dtype=pl.Int8))
    mixed = pl.DataFrame({"id": list(QUERIES), "language": [code for code, _ in QUERIES.values()]})
    every = {
        code: pl.DataFrame({"query_id": [q], "language": [code], "text": [text]}) for q, (code, text) in QUERIES.items()
    }
    passages = pl.DataFrame({"doc_id": list(PASSAGES), "text": list(PASSAGES.values())}).with_columns(
        language=pl.lit("ja")
    )
    return {
        "benchmark": "home",
        "pair": "xx-ja",
        "seed": 1,
        "measures": {
            "zeroshot": [measures("z1", q1=0.25, q2=1.0, q3=1.0), measures("z2", q1=0.75, q2=1.0, q3=1.0)],
            "mlcs": [measures("m1", q1=1.0, q2=0.0, q3=1.0), measures("m2", q1=1.0, q2=0.5, q3=1.0)],
        },
        "runs": {"zeroshot": run("rz", q1="321", q2="21", q3="1"), "mlcs": run("rm", q1="123", q2="31", q3="1")},
        "qrels": kept("qrels", qrels, tables.QRELS),
        "queries": {code: kept(f"queries-{code}", table, tables.QUERIES) for code, table in every.items()},
        "passages": {"ja": kept("passages", passages, tables.PASSAGES)},
        "mixed_queries": kept("mixed", mixed, tables.MIXED),
        "mixed_passages": None,
    }


def test_contrast_read_from_files(place: dict[str, Any]) -> None:
    found = read_contrast(place, "mlcs", SETTINGS)
    (gain,), (loss,) = found.gains, found.losses
    assert (found.baseline, found.system, found.measure) == ("zeroshot", "mlcs", "RR@10")
    assert (gain.text.lang, gain.text.text) == QUERIES["q1"]
    assert (gain.baseline.value, gain.other.value) == (0.5, 1.0)
    assert [(p.rank, p.text.text, p.relevant) for p in gain.baseline.passages] == [
        (1, PASSAGES["d3"], False),
        (3, PASSAGES["d1"], True),
    ], "the first relevant one stands after the first ones"
    assert [(p.rank, p.relevant, p.text.lang) for p in gain.other.passages] == [(1, True, "ja")]
    assert (loss.text.lang, loss.text.text) == QUERIES["q2"]
    assert (loss.other.value, loss.baseline.found, loss.other.found) == (0.25, True, False)
    assert [p.relevant for p in loss.other.passages] == [False], "a judged passage of relevance 0 is not relevant"


def test_passages_of_all_languages_are_shown_in_their_own(place: dict[str, Any], tmp_path: Path) -> None:
    """Without drawn languages an id is in one language."""
    japanese = tables.read(place["passages"]["ja"], tables.PASSAGES)
    arabic = japanese.filter(pl.col("doc_id") == "d3").with_columns(language=pl.lit("ar"), text=pl.lit("باب"))
    files = {"ja": japanese.filter(pl.col("doc_id") != "d3"), "ar": arabic}
    here, paths = pl.col("pair") == "xx-ja", {}
    for code, table in files.items():
        paths[code] = str(tmp_path / f"{code}.parquet")
        tables.write(table, paths[code], tables.PASSAGES)
    runs = {}
    for name, path in place["runs"].items():
        runs[name] = str(tmp_path / f"{name}.parquet")
        run = tables.read(path, tables.RUN).filter(here)
        tables.write(run.with_columns(pair=pl.lit("xx-xx")), runs[name], tables.RUN)
    values = {}
    for name, seeds in place["measures"].items():
        values[name] = [str(tmp_path / f"{name}-{at}.parquet") for at in range(len(seeds))]
        for path, copy in zip(seeds, values[name], strict=True):
            measured = tables.read(path, tables.MEASURES).filter(here)
            tables.write(measured.with_columns(pair=pl.lit("xx-xx")), copy, tables.MEASURES)
    found = read_contrast(
        place | {"pair": "xx-xx", "passages": paths, "runs": runs, "measures": values}, "mlcs", SETTINGS
    )
    shown = [(passage.text.text, passage.text.lang) for passage in found.gains[0].baseline.passages]
    assert shown == [("باب", "ar"), (PASSAGES["d1"], "ja")]


def test_a_missing_text_is_an_error(place: dict[str, Any]) -> None:
    place["queries"]["ar"] = place["queries"]["hi"]
    with pytest.raises(SwitchRankError, match="no text of query_id 'q1'"):
        read_contrast(place, "mlcs", SETTINGS)


def test_seeds_must_have_the_same_queries(place: dict[str, Any], tmp_path: Path) -> None:
    other = values(q1=1.0, q9=1.0).with_columns(measure=pl.lit("RR@10"), pair=pl.lit("xx-ja"))
    tables.write(other, tmp_path / "other", tables.MEASURES)
    with pytest.raises(SwitchRankError, match="other queries"):
        mean_values([*place["measures"]["mlcs"], str(tmp_path / "other")], "xx-ja", "RR@10")


def test_extremes_by_hand() -> None:
    baseline, system = values(a=0.5, b=0.5, c=0.5, d=1.0, e=0.0), values(a=1.0, b=1.0, c=0.5, d=0.0, e=0.25)
    assert extremes(baseline, system, 2) == (["a", "b"], ["d"])
    assert extremes(baseline, system, 9) == (["a", "b", "e"], ["d"])


def test_pairs_of_every_setting() -> None:
    pairs = ["en-en", "de-de", "en-de", "en-ru", "ru-ja", "en-xx", "xx-xx"]
    assert shown_pairs(pairs, 3) == ["en-en", "en-de", "en-xx"]
    assert shown_pairs(pairs, 6) == ["en-en", "de-de", "en-de", "en-ru", "en-xx", "xx-xx"]
    assert shown_pairs(pairs, 0) == []


def test_the_best_switched_system_is_compared() -> None:
    rows = [("zeroshot", 0.5), ("blcs", 0.6), ("mlcs", 0.6), ("aligned", 0.9)]
    summary = pl.DataFrame(rows, ["system", "mean"], orient="row").with_columns(
        benchmark=pl.lit("home"), pair=pl.lit("ar-hi"), measure=pl.lit("RR@10")
    )
    assert compared_system(summary, SETTINGS, "home", "ar-hi") == "mlcs"
    assert compared_system(summary.filter(pl.col("system") != "mlcs"), SETTINGS, "home", "ar-hi") == "blcs"
    few = summary.filter(pl.col("system").is_in(["zeroshot", "aligned"]))
    assert compared_system(few, SETTINGS, "home", "ar-hi") == "aligned"
    assert compared_system(few, SETTINGS, "home", "en-en") is None
    assert compared_system(few.filter(pl.col("system") == "zeroshot"), SETTINGS, "home", "ar-hi") is None


def test_entries_from_frequent_to_rare(tmp_path: Path) -> None:
    words = [("light", "ضوء", 1), ("door", "باب", 2), ("camera", "كاميرا", 3), ("kitchen", "مطبخ", 4)]
    rows = [(s, t, 1, 0.5, 0.0, "titles", rank, rank) for s, t, rank in words]
    rows += [("door", "بوابة", 2, 0.25, 0.0, "titles", 2, 9)]
    table = pl.DataFrame(rows, list(tables.LEXICON.columns), orient="row").cast(
        {
            "choice": pl.Int16,
            "score": pl.Float32,
            "margin": pl.Float32,
            "source_rank": pl.Int32,
            "target_rank": pl.Int32,
        }
    )
    path = tmp_path / "words" / "en-ar.parquet"
    tables.write(table, path, tables.LEXICON)
    found = read_entries(path, 2)
    assert (found.lexicon, found.pair) == ("words", "en-ar")
    assert [(e.source.text, e.target.text, e.target.lang, e.others) for e in found.entries] == [
        ("light", "ضوء", "ar", 0),
        ("camera", "كاميرا", "ar", 0),
    ]
    assert [e.others for e in read_entries(path, 9).entries] == [0, 1, 0, 0]


def test_origins_name_what_the_run_uses() -> None:
    project = '[project]\nversion = "1.2"\nrequires-python = ">=3.11"\ndependencies = ["polars==2.1.0", "loose>=1"]\n'
    row = {"locator": "x", "sha256": "0" * 64, "licence": "MIT", "note": "n"}
    sources = {name: {"source": name, **row} for name in ("home", "other", "dict-en-hi", "dict-en")}
    used = {"benchmarks": {"b": {"source": "home"}}, "lexicons": [{"path": "resources/dict-{source}-{target}"}]}
    found = describe_origins(project, "# why\nnumpy==2.4.6\n", used, sources)
    assert (found.version, found.pins) == ("1.2", [("numpy", "2.4.6"), ("polars", "2.1.0")])
    assert [download["source"] for download in found.downloads] == ["dict-en-hi", "home"]
    assert "note" not in found.downloads[0]
