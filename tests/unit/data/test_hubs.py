"""The readers of ir_datasets and of the Hugging Face hub, on modules with the interface of these packages. Nothing is
loaded from a network."""

from __future__ import annotations

import sys
from collections.abc import Iterator
from pathlib import Path
from types import SimpleNamespace
from typing import Any, NamedTuple

import polars as pl
import pytest
from pydantic import ValidationError

from switchrank.data.reading import PARTS, SPLITS, open_reader
from switchrank.errors import SwitchRankError
from tests.toy.data_stage import run_data_stage

PASSAGES = {
    "en": {"d1": "The kettle switches off by itself.", "d2": "A dimmed lamp."},
    "ar": {"d1": "الغلاية تنطفئ تلقائيًا.", "d2": "مصباح ذكي خافت."},
    "ru": {"d1": "Чайник выключается сам.", "d2": "Приглушённая лампа."},
    "hi": {"d1": "केतली अपने आप बंद हो जाती है।", "d2": "मंद स्मार्ट लैंप।"},
    "zh": {"d1": "水壶会自动关闭。", "d2": "调暗的智能灯。"},
}
QUERIES = {
    "en": {"7": "kettle off", "8": "lamp"},
    "ar": {"7": "إطفاء الغلاية", "8": "مصباح"},
    "ru": {"7": "выключить чайник", "8": "лампа"},
    "hi": {"7": "केतली बंद", "8": "लैंप"},
    "zh": {"7": "关水壶", "8": "智能灯"},
}
QRELS = [("7", "d1", 2), ("8", "d2", 1)]
CODES = tuple(PASSAGES)
COMMIT, OTHER = "0123456789abcdef" * 2 + "01234567", "f" * 40


class Doc(NamedTuple):
    doc_id: str
    text: str


class TitledDoc(NamedTuple):
    doc_id: str
    title: str
    body: str

    def default_text(self) -> str:
        return f"{self.title} {self.body}"


class Query(NamedTuple):
    query_id: str
    text: str


class Qrel(NamedTuple):
    query_id: str
    doc_id: str
    relevance: int
    iteration: str = "0"


class Scored(NamedTuple):
    query_id: str
    doc_id: str
    score: float


class Pair(NamedTuple):
    query_id: str
    doc_id_a: str
    doc_id_b: str


class IrDataset:
    """What `ir_datasets.load` gives: `has_…` and `…_iter` of each kind."""

    def __init__(self, **kinds: list[Any]) -> None:
        for kind in ("docs", "queries", "qrels", "scoreddocs", "docpairs"):
            setattr(self, f"has_{kind}", lambda kind=kind: kind in kinds)
            setattr(self, f"{kind}_iter", lambda kind=kind: iter(kinds[kind]))


def _ir_datasets() -> dict[str, IrDataset]:
    found = {}
    for code in CODES:
        docs = [Doc(*row) for row in PASSAGES[code].items()]
        queries = [Query(*row) for row in QUERIES[code].items()]
        scored = [Scored("7", "d2", 1.5), Scored("7", "d1", 0.25)]
        base = "english" if code == "en" else f"m/{code}"
        found[base] = IrDataset(docs=docs)
        found[f"{base}/dev"] = IrDataset(queries=queries, qrels=[Qrel(*row) for row in QRELS], scoreddocs=scored)
        found[f"{base}/eval"] = IrDataset(queries=queries)
    found["english/train"] = IrDataset(docpairs=[Pair("7", "d1", "d2"), Pair("8", "d2", "d1")])
    return found


@pytest.fixture
def ids(monkeypatch: pytest.MonkeyPatch) -> dict[str, IrDataset]:
    """The ids of a module in the place of ir_datasets, which can be changed."""
    found = _ir_datasets()
    monkeypatch.setitem(sys.modules, "ir_datasets", SimpleNamespace(load=lambda name: found[name]))
    return found


IR = {
    "format": "ir-datasets",
    "documents": "m/{language}",
    "test": "m/{language}/dev",
    "others": {"en": {"documents": "english", "test": "english/dev"}},
}


@pytest.fixture
def hub(monkeypatch: pytest.MonkeyPatch) -> dict[Any, Any]:
    """The tables of a module in the place of datasets, by name, configuration and split, and its `calls`."""
    tables: dict[Any, Any] = {"calls": []}
    for code in CODES:
        titled = [{"_id": k, "title": "T" if k == "d1" else "", "text": v} for k, v in PASSAGES[code].items()]
        tables["m/r", f"{code}-corpus", "corpus"] = titled
        tables["m/r", f"{code}-queries", "queries"] = [{"_id": int(k), "text": v} for k, v in QUERIES[code].items()]
        qrels = [{"query-id": q, "corpus-id": d, "score": float(r)} for q, d, r in QRELS]
        tables["m/r", f"{code}-qrels", "dev"], tables["m/r", f"{code}-qrels", "test"] = qrels[:1], qrels[1:]

    def load_dataset(name: str, config: str | None = None, **asked: Any) -> Iterator[dict[str, Any]]:
        assert asked.keys() == {"split", "revision", "streaming"}, "no code of the hub is ever allowed to run"
        tables["calls"].append((name, config, *asked.values()))
        if (name, config, asked["split"]) not in tables:
            raise ValueError(f"BuilderConfig {config!r}\nnot found.")
        return iter(tables[name, config, asked["split"]])

    monkeypatch.setitem(sys.modules, "datasets", SimpleNamespace(load_dataset=load_dataset))
    return tables


def _table(part: str, **settings: Any) -> dict[str, Any]:
    return {"dataset": "m/r", "revision": COMMIT, "config": f"{{language}}-{part}", **settings}


HF = {
    "format": "hugging-face",
    "passages": _table("corpus", split="corpus"),
    "queries": _table("queries", split="queries"),
    "qrels": _table("qrels", splits={"dev": "dev", "test": "test"}),
}


def rows(pieces: Iterator[pl.DataFrame]) -> list[tuple[Any, ...]]:
    return [row for piece in pieces for row in piece.rows()]


def refused(source: dict[str, Any], read: str, *arguments: Any) -> str:
    with pytest.raises(SwitchRankError) as error:
        rows(getattr(open_reader(source), read)(*arguments))
    assert "\n" not in str(error.value)
    return str(error.value)


def test_ids_of_ir_datasets_are_read_in_every_language(ids: dict[str, IrDataset]) -> None:
    reader = open_reader(IR)
    assert rows(reader.documents(CODES)) == [("d1", "d1", None), ("d2", "d2", None)]
    for code in CODES:
        assert rows(reader.passages(code)) == list(PASSAGES[code].items())
        assert rows(reader.queries("test", code)) == list(QUERIES[code].items())
        assert rows(reader.qrels("test", code)) == QRELS
        assert not rows(reader.queries("dev", code)) and not rows(reader.qrels("dev", code))
    assert reader.source.missing_qrels("dev", "ar") == "an id under `dev`"
    assert reader.source.missing_qrels("test", "ar") is None


def test_the_default_text_of_a_record_is_its_text(ids: dict[str, IrDataset]) -> None:
    ids["m/hi"] = IrDataset(docs=[TitledDoc("d1", "केतली", "अपने आप बंद")])
    assert rows(open_reader(IR).passages("hi")) == [("d1", "केतली अपने आप बंद")]


def test_candidates_and_instances_of_ir_datasets_are_given_on_request(ids: dict[str, IrDataset]) -> None:
    plain = open_reader(IR).source
    assert not (plain.has_candidates or plain.has_instances or plain.negatives_are_given)
    reader = open_reader(IR | {"candidates": True, "instances": "english/train"})
    assert reader.source.has_candidates and reader.source.has_instances and reader.source.negatives_are_given
    assert rows(reader.candidates("test", "zh")) == [("7", "d2", 1.5), ("7", "d1", 0.25)]
    assert rows(reader.instances()) == [("7", "d1", 1), ("7", "d2", 0), ("8", "d2", 1), ("8", "d1", 0)]
    ids["m/zh/dev"] = IrDataset(scoreddocs=[Scored("7", "d2", float("nan"))])
    assert "'m/zh/dev', scoreddocs, record 1: 'score' is nan" in refused(IR, "candidates", "test", "zh")
    assert "'m/zh/eval': this dataset has no scoreddocs" in refused(
        IR | {"test": "m/{language}/eval"}, "candidates", "test", "zh"
    )


def test_a_dataset_without_qrels_has_to_be_named(ids: dict[str, IrDataset]) -> None:
    source = IR | {"test": "m/{language}/eval"}
    assert refused(source, "qrels", "test", "ru") == (
        "ir_datasets, 'm/ru/eval': this dataset has no qrels; take an id that has, or name the split in `unjudged`"
    )
    reader = open_reader(source | {"unjudged": ["test"]})
    assert rows(reader.queries("test", "ru")) == list(QUERIES["ru"].items())
    assert not rows(reader.qrels("test", "ru"))
    assert reader.source.missing_qrels("test", "ru") == "an id with qrels under `test`, which `unjudged` must not name"


def test_an_unknown_id_and_a_record_of_another_form_are_named(ids: dict[str, IrDataset]) -> None:
    assert refused(IR, "passages", "fr") == "ir_datasets, 'm/fr', docs: KeyError: 'm/fr'"
    ids["m/ar"] = IrDataset(docs=[Doc("d1", PASSAGES["ar"]["d1"]), Query("d2", PASSAGES["ar"]["d2"])])
    assert refused(IR, "passages", "ar") == "ir_datasets, 'm/ar', docs, record 2: no 'doc_id'; found query_id, text"
    ids["m/ar"] = IrDataset(docs=[Doc("d1", " ")])
    assert "docs, record 1: 'text' is ' '" in refused(IR, "passages", "ar")


@pytest.mark.parametrize("format", ["ir-datasets", "hugging-face"])
def test_ids_that_repeat_get_their_language(ids: Any, hub: Any, format: str) -> None:
    source = next(source for source in (IR, HF) if source["format"] == format)
    reader = open_reader(source | {"same_passages": False})
    assert not reader.source.parallel
    assert [row[0] for row in rows(reader.documents(["ar", "zh"]))] == ["ar:d1", "ar:d2", "zh:d1", "zh:d2"]
    assert rows(reader.passages("zh"))[1] == ("zh:d2", PASSAGES["zh"]["d2"])
    assert rows(reader.qrels("test", "zh"))[-1] == ("8", "zh:d2", 1)
    own = open_reader(source | {"same_passages": False, "same_queries": False})
    assert rows(own.queries("test", "zh"))[-1] == ("zh:8", "智能灯")
    assert rows(own.qrels("test", "zh"))[-1] == ("zh:8", "zh:d2", 1)
    with pytest.raises(ValidationError, match="same_queries: found false with same_passages: true"):
        open_reader(source | {"same_queries": False})


@pytest.mark.parametrize("source", [IR, HF], ids=lambda source: source["format"])
def test_a_hub_names_no_files(source: dict[str, Any]) -> None:
    opened = open_reader(source).source
    assert [opened.files(part, "ar") for part in PARTS] == [[]] * len(PARTS)


@pytest.mark.parametrize(("source", "package"), [(IR, "ir_datasets"), (HF, "datasets")])
def test_a_missing_package_names_its_extra(
    source: dict[str, Any], package: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setitem(sys.modules, package, None)
    message = refused(source, "passages", "ar")
    assert message.startswith(f"format: {source['format']} needs the package {package}, which is not installed")
    assert message.endswith(f"install it: pip install -e '.[{package}]'")


def test_tables_of_the_hub_are_read_in_every_language(hub: dict[Any, Any]) -> None:
    reader = open_reader(HF)
    assert rows(reader.documents(CODES)) == [("d1", "d1", None), ("d2", "d2", None)]
    for code in CODES:
        assert rows(reader.passages(code)) == [("d1", f"T {PASSAGES[code]['d1']}"), ("d2", PASSAGES[code]["d2"])]
        assert rows(reader.queries("dev", code)) == [("7", QUERIES[code]["7"])]
        assert rows(reader.queries("test", code)) == [("8", QUERIES[code]["8"])]
        assert rows(reader.qrels("dev", code)) == QRELS[:1] and rows(reader.qrels("test", code)) == QRELS[1:]
        assert not rows(reader.queries("train", code)) and not rows(reader.qrels("train", code))
    assert hub["calls"][0] == ("m/r", "en-corpus", "corpus", COMMIT, True)
    rows(open_reader(HF | {"streaming": False}).passages("ru"))
    assert hub["calls"][-1] == ("m/r", "ru-corpus", "corpus", COMMIT, False)


def test_a_dataset_of_the_hub_without_judgements_is_for_testing(hub: dict[Any, Any]) -> None:
    reader = open_reader({key: value for key, value in HF.items() if key != "qrels"})
    assert rows(reader.queries("test", "hi")) == list(QUERIES["hi"].items())
    assert not rows(reader.queries("train", "hi"))
    assert [reader.source.missing_qrels(split, "hi") for split in SPLITS] == ["a table of them under `qrels`"] * 3
    assert "qrels: splits: {train: …}" in open_reader(HF).source.missing_qrels("train", "hi")


def test_one_table_of_several_languages_is_divided_by_its_column(hub: dict[Any, Any]) -> None:
    hub["m/all", None, "all"] = [
        {"id": k, "lang": code, "body": v} for code in CODES for k, v in PASSAGES[code].items()
    ]
    table = {"dataset": "m/all", "revision": COMMIT, "split": "all", "id": "id", "text": "body", "language": "lang"}
    reader = open_reader(HF | {"passages": table})
    assert {code: rows(reader.passages(code)) for code in CODES} == {
        code: list(PASSAGES[code].items()) for code in CODES
    }


def test_each_dataset_of_the_hub_has_its_commit(hub: dict[Any, Any]) -> None:
    for code in ("ar", "ru"):
        hub[f"m/{code}", None, "corpus"] = [{"_id": "d1", "text": PASSAGES[code]["d1"]}]
    table = {"dataset": "m/{language}", "revision": {"ar": COMMIT, "ru": OTHER}, "split": "corpus"}
    reader = open_reader(HF | {"passages": table})
    assert rows(reader.passages("ru")) == [("d1", PASSAGES["ru"]["d1"])]
    assert hub["calls"][-1] == ("m/ru", None, "corpus", OTHER, True)
    assert refused(HF | {"passages": table}, "passages", "zh") == (
        "dataset 'm/{language}' of the hub: `revision` has no commit for 'zh'; found ar, ru"
    )
    with pytest.raises(ValidationError, match="found one commit for several datasets"):
        open_reader(HF | {"passages": table | {"revision": COMMIT}})


@pytest.mark.parametrize("revision", ["main", "v1.0", COMMIT[:7]])
def test_only_a_whole_commit_is_a_revision(revision: str) -> None:
    with pytest.raises(ValidationError, match="revision"):
        open_reader(HF | {"passages": _table("corpus", split="corpus", revision=revision)})
    without = {key: value for key, value in HF["passages"].items() if key != "revision"}  # type: ignore[attr-defined]
    with pytest.raises(ValidationError, match=r"revision\n +Field required"):
        open_reader(HF | {"passages": without})


def test_a_wrong_column_and_an_unknown_configuration_are_named(hub: dict[Any, Any]) -> None:
    place = "dataset 'm/r' of the hub, configuration 'zh-corpus', split 'corpus'"
    wrong = HF | {"passages": _table("corpus", split="corpus", text="body")}
    assert refused(wrong, "passages", "zh") == f"{place}, row 1: no 'body'; found _id, title, text"
    wrong = HF | {"qrels": _table("qrels", relevance="label")}
    assert "row 1: no 'label'; found query-id, corpus-id, score" in refused(wrong, "qrels", "test", "zh")
    assert refused(HF, "passages", "fr") == (
        f"{place.replace('zh', 'fr')}: ValueError: BuilderConfig 'fr-corpus' not found."
    )
    hub["m/r", "zh-qrels", "test"] = [{"query-id": "7", "corpus-id": "d1", "score": 0.5}]
    assert "row 1: 'score' is 0.5; expected a whole number" in refused(HF, "qrels", "test", "zh")


@pytest.mark.parametrize("source", [IR, HF], ids=lambda source: source["format"])
def test_the_scripts_of_the_data_stage_read_a_hub(
    source: dict[str, Any], ids: dict[str, IrDataset], hub: dict[Any, Any], tmp_path: Path
) -> None:
    own = {"same_passages": False, "same_queries": False}
    run_data_stage({"source": source | own, "languages": ["en", "ar", "zh"]}, tmp_path, ["test"])
    texts = dict(pl.read_parquet(tmp_path / "passages/ar.parquet").select("doc_id", "text").iter_rows())
    assert texts.keys() == {"ar:d1", "ar:d2"} and texts["ar:d2"] == PASSAGES["ar"]["d2"]
    assert pl.read_parquet(tmp_path / "qrels/test/zh.parquet").rows()[-1] == ("zh:8", "zh:d2", 1)
