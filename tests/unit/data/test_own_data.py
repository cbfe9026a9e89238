"""The readers of a user's own data: BEIR folders and tables, in every way to write them."""

from __future__ import annotations

import csv
import gzip
import json
from pathlib import Path
from typing import Any

import polars as pl
import pytest

from switchrank.data.reading import formats, open_reader
from switchrank.errors import SwitchRankError

PASSAGES = {
    "en": {"d1": "The kettle switches off by itself.", "d2": 'A "smart" lamp, dimmed.'},
    "ru": {"d1": "Чайник выключается сам.", "d2": "Умная лампа, приглушённая."},
    "ar": {"d1": "الغلاية تنطفئ تلقائيًا.", "d2": "مصباح ذكي خافت."},
    "hi": {"d1": "केतली अपने आप बंद हो जाती है।", "d2": "मंद स्मार्ट लैंप।"},
    "zh": {"d1": "水壶会自动关闭。", "d2": "调暗的智能灯。"},
}
QUERIES = {
    "en": {"q1": "kettle off", "q2": "smart lamp"},
    "ru": {"q1": "выключить чайник", "q2": "умная лампа"},
    "ar": {"q1": "إطفاء الغلاية", "q2": "مصباح ذكي"},
    "hi": {"q1": "केतली बंद", "q2": "स्मार्ट लैंप"},
    "zh": {"q1": "关水壶", "q2": "智能灯"},
}
QRELS = [("q1", "d1", 2), ("q2", "d2", 1)]
LANGUAGES = list(PASSAGES)


def _write_rows(path: Path, rows: list[dict[str, Any]]) -> None:
    path.parent.mkdir(parents=True, exist_ok=True)
    if path.suffix == ".parquet":
        pl.DataFrame(rows).write_parquet(path)
    elif path.name.endswith(".jsonl"):
        path.write_text("".join(json.dumps(row, ensure_ascii=False) + "\n" for row in rows), encoding="utf-8")
    elif path.name.endswith(".jsonl.gz"):
        path.write_bytes(gzip.compress("".join(json.dumps(row) + "\n" for row in rows).encode()))
    else:
        with open(path, "w", encoding="utf-8-sig", newline="") as file:
            if path.suffix == ".csv":
                writer = csv.DictWriter(file, list(rows[0]))
                writer.writeheader()
                writer.writerows(rows)
            else:  # no quotes in tab-separated text, and the ends of lines that Windows writes
                file.write(
                    "\r\n".join("\t".join(map(str, row)) for row in [list(rows[0]), *(r.values() for r in rows)])
                )


def _beir_folders(folder: Path) -> dict[str, Any]:
    for code in LANGUAGES:
        here = folder / code
        _write_rows(here / "corpus.jsonl", [{"_id": k, "title": "", "text": v} for k, v in PASSAGES[code].items()])
        _write_rows(here / "queries.jsonl", [{"_id": k, "text": v} for k, v in QUERIES[code].items()])
        _write_rows(
            here / "qrels" / "test.tsv", [{"query-id": q, "corpus-id": d, "score": str(r)} for q, d, r in QRELS]
        )
    return {"format": "beir", "path": f"{folder}/{{language}}"}


def _beir_with_languages(folder: Path) -> dict[str, Any]:
    for name, texts in (("corpus.jsonl", PASSAGES), ("queries.jsonl", QUERIES)):
        rows = [{"_id": k, "language": code, "text": v} for code in LANGUAGES for k, v in texts[code].items()]
        _write_rows(folder / name, rows)
    _write_rows(folder / "qrels" / "test.tsv", [{"query-id": q, "corpus-id": d, "score": str(r)} for q, d, r in QRELS])
    return {"format": "beir", "path": str(folder)}


def _tables(folder: Path, ending: str, by_language: bool) -> dict[str, Any]:
    source: dict[str, Any] = {"format": "tables"}
    for side, texts in (("passages", PASSAGES), ("queries", QUERIES)):
        rows = {code: [{"nr": k, "lang": code, "body": v} for k, v in texts[code].items()] for code in LANGUAGES}
        entry = {"id": "nr", "text": "body"}
        if by_language:
            for code in LANGUAGES:
                _write_rows(folder / f"{side}.{code}{ending}", rows[code])
            source[side] = {"path": f"{folder}/{side}.{{language}}{ending}", **entry}
        else:
            _write_rows(folder / f"{side}{ending}", [row for code in LANGUAGES for row in rows[code]])
            source[side] = {"path": f"{folder}/{side}{ending}", "language": "lang", **entry}
    _write_rows(folder / f"qrels{ending}", [{"q": q, "d": d, "grade": str(r)} for q, d, r in QRELS])
    return source | {"qrels": {"path": f"{folder}/qrels{ending}", "query": "q", "passage": "d", "relevance": "grade"}}


WAYS = {
    "beir, a folder for each language": _beir_folders,
    "beir, a field for the language": _beir_with_languages,
    **{
        f"tables {ending}, {'a file for each language' if split else 'a column for the language'}": (
            lambda folder, ending=ending, split=split: _tables(folder, ending, split)
        )
        for ending in (".tsv", ".csv", ".jsonl", ".jsonl.gz", ".parquet")
        for split in (True, False)
    },
}


@pytest.mark.parametrize("way", WAYS)
def test_every_way_to_write_the_same_data_reads_the_same(way: str, tmp_path: Path) -> None:
    with open_reader(WAYS[way](tmp_path)) as reader:
        documents = pl.concat(reader.documents(LANGUAGES))
        assert documents.rows() == [("d1", "d1", None), ("d2", "d2", None)]
        for code in LANGUAGES:
            assert dict(pl.concat(reader.passages(code)).rows()) == PASSAGES[code]
            assert dict(pl.concat(reader.queries("test", code)).rows()) == QUERIES[code]
            assert pl.concat(reader.qrels("test", code)).rows() == QRELS


def test_a_beir_query_is_in_the_splits_that_judge_it(tmp_path: Path) -> None:
    source = _beir_folders(tmp_path)
    _write_rows(tmp_path / "en/qrels/train.tsv", [{"query-id": "q2", "corpus-id": "d1", "score": "1"}])
    with open_reader(source) as reader:
        assert pl.concat(reader.queries("train", "en"))["query_id"].to_list() == ["q2"]
        assert not list(reader.queries("dev", "en"))


def test_queries_that_nobody_judged_are_for_testing(tmp_path: Path) -> None:
    source = _beir_folders(tmp_path)
    (tmp_path / "en/qrels/test.tsv").unlink()
    with open_reader(source) as reader:
        assert dict(pl.concat(reader.queries("test", "en")).rows()) == QUERIES["en"]
        assert not list(reader.queries("train", "en"))


def test_a_beir_line_may_name_its_split_and_its_group(tmp_path: Path) -> None:
    """What a line says goes before what is judged; null is every split."""
    passages = [("d1", "Рецепты", "train"), ("d2", "Рецепты", None), ("d3", None, "test")]
    rows: list[dict[str, Any]] = [{"_id": k, "text": "борщ", "group": g, "split": s} for k, g, s in passages]
    _write_rows(tmp_path / "corpus.jsonl", rows)
    asked = [{"_id": "q1", "text": "суп", "split": "dev"}, {"_id": "q2", "text": "щи", "split": None}]
    _write_rows(tmp_path / "queries.jsonl", asked)
    _write_rows(tmp_path / "qrels/test.tsv", [{"query-id": q, "corpus-id": "d3", "score": "1"} for q in ("q1", "q2")])
    with open_reader({"format": "beir", "path": str(tmp_path)}) as reader:
        assert pl.concat(reader.documents(["en"])).rows() == [
            ("d1", "Рецепты", "train"),
            ("d2", "Рецепты", None),
            ("d3", "d3", "test"),
        ]
        assert pl.concat(reader.queries("dev", "en"))["query_id"].to_list() == ["q1"]
        assert pl.concat(reader.queries("test", "en"))["query_id"].to_list() == ["q2"]
        rows[2]["split"] = "тест"
        _write_rows(tmp_path / "corpus.jsonl", rows)
        with pytest.raises(SwitchRankError, match=r"line 3: 'split' is 'тест'; allowed: train, dev, test$"):
            list(reader.documents(["en"]))


def test_a_beir_passage_starts_with_its_title(tmp_path: Path) -> None:
    _write_rows(tmp_path / "corpus.jsonl", [{"_id": "d1", "title": "Wasserkocher", "text": "Er schaltet ab."}])
    with open_reader({"format": "beir", "path": str(tmp_path)}) as reader:
        assert pl.concat(reader.passages("en")).rows() == [("d1", "Wasserkocher Er schaltet ab.")]


@pytest.mark.parametrize(
    ("ending", "content", "message"),
    [
        (".tsv", "id\ttext\nq1\tключ\textra\n", "line 2: 3 cells, the header has 2: 'q1\\tключ\\textra'"),
        (".tsv", "id\tid\nq1\tключ\n", "line 1: the header names 'id' twice"),
        (".tsv", "id\tbody\nq1\tключ\n", "line 2: no 'text'; found id, body"),
        (".tsv", "id\ttext\nq1\t \n", "line 2: 'text' is ' '; expected a text that is not empty"),
        (".csv", 'id,text\nq1,"open\n', "line 2: unexpected end of data"),
        (".jsonl", '{"id": "q1", "text": "ok"}\n{"id": "q2", "te', "line 2: not valid JSON"),
        (".jsonl", '["q1", "text"]\n', "line 1: found a JSON list, expected an object"),
        (".jsonl", '{"id": "q1", "text": "\\ud83d"}\n', "line 1: 'text' holds half of a surrogate pair"),
        (".jsonl", '{"id": true, "text": "灯"}\n', "line 1: 'id' is True; expected a text"),
        (".tsv", b"id\ttext\nq1\tcaf\xe9\n", "line 2: not UTF-8 at byte 6 of the line"),
        (".tsv", b"id\ttext\nq1\tla\0mp\n", "line 2: holds a NUL byte"),
        (".parquet", b"PAR1 and no more", "unreadable or truncated"),
        (".xlsx", "id", "ends in '.xlsx'; allowed: .jsonl, .tsv, .csv, .parquet"),
    ],
)
def test_a_bad_row_is_named(ending: str, content: str | bytes, message: str, tmp_path: Path) -> None:
    path = tmp_path / f"queries{ending}"
    path.write_bytes(content if isinstance(content, bytes) else content.encode())
    source = {"format": "tables", "passages": {"path": str(path)}, "queries": {"path": str(path)}}
    with open_reader(source) as reader, pytest.raises(SwitchRankError) as caught:
        list(reader.queries("test", "en"))
    assert str(caught.value).startswith(str(path)) and message in str(caught.value)


def test_a_relevance_is_a_whole_number(tmp_path: Path) -> None:
    source = _tables(tmp_path, ".tsv", True)
    (tmp_path / "qrels.tsv").write_text("q\td\tgrade\nq1\td1\thigh\n", encoding="utf-8")
    with (
        open_reader(source) as reader,
        pytest.raises(SwitchRankError, match=r"line 2: 'grade' is 'high'; expected a whole"),
    ):
        list(reader.qrels("test", "en"))


def test_a_split_is_one_of_three(tmp_path: Path) -> None:
    source = _tables(tmp_path, ".tsv", True)
    source["queries"]["split"] = "lang"
    with (
        open_reader(source) as reader,
        pytest.raises(SwitchRankError, match="'lang' is 'ru'; allowed: train, dev, test"),
    ):
        list(reader.queries("test", "ru"))


def test_every_format_is_found_by_its_name() -> None:
    assert {"homeassistant", "beir", "tables"} <= set(formats())
