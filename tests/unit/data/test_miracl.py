"""The reader of MIRACL: files in its format, whose ids repeat in other languages for other texts."""

from __future__ import annotations

import gzip
import json
from pathlib import Path
from typing import Any

import polars as pl
import pytest

from switchrank.data.reading import BenchmarkReader, joined, open_reader
from switchrank.errors import SwitchRankError
from tests.toy.data_stage import run_data_stage
from tests.unit.data.real import real

ARTICLES = {
    "en": [("29#0", "Kettle", "A kettle boils water."), ("29#1", "Kettle", "It switches off."), ("7#0", "", "A lamp.")],
    "ar": [("29#0", "غلاية", "الغلاية تغلي الماء."), ("30#12", "مصباح", "المصباح يضيء.")],
    "te": [("29#0", "కేటిల్", "నీటిని మరిగిస్తుంది.")],
    "zh": [("29#0", "水壶", "水壶烧水。"), ("4#3", "灯", "灯会发光。")],
}
QUERIES = {"en": ["0\tWhat boils water?", "20\tWhat is lit?"], "ar": ["0\tما الذي يغلي الماء؟"], "te": ["0\tనీరు?"]}
QRELS = {"en": "0\tQ0\t29#0\t1\n0\tQ0\t29#1\t0\n20 0 7#0 1\n", "ar": "0\tQ0\t29#0\t1\r\n", "te": "0\tQ0\t29#0\t1"}
DEV_COUNTS = {
    "ar": (2896, 29197),
    "bn": (411, 4206),
    "de": (305, 3144),
    "en": (799, 8350),
    "es": (648, 6443),
    "fa": (632, 6571),
    "fi": (1271, 12008),
    "fr": (343, 3429),
    "hi": (350, 3494),
    "id": (960, 9668),
    "ja": (860, 8354),
    "ko": (213, 3057),
    "ru": (1252, 13100),
    "sw": (482, 5092),
    "te": (828, 1606),
    "th": (733, 7573),
    "yo": (119, 1188),
    "zh": (393, 3928),
}


def shard(rows: list[tuple[str, str, str]]) -> bytes:
    lines = (json.dumps({"docid": n, "title": t, "text": x}, ensure_ascii=n < "3") + "\n" for n, t, x in rows)
    return gzip.compress("".join(lines).encode())


def reader(folder: Path) -> BenchmarkReader[Any]:
    """Four languages; the passages of each in two files."""
    for code, rows in ARTICLES.items():
        (folder / code).mkdir(exist_ok=True)
        (folder / code / "docs-0.jsonl.gz").write_bytes(shard(rows[:1]))
        (folder / code / "docs-1.jsonl.gz").write_bytes(shard(rows[1:] or [("1#0", "", "·")]))
        (folder / f"{code}.topics").write_text("\n".join(QUERIES.get(code, ["5\t？"])), encoding="utf-8")
        (folder / f"{code}.qrels").write_text(QRELS.get(code, "5\tQ0\t4#3\t1\n"), encoding="utf-8")
    paths = {"topics": {"test": f"{folder}/{{language}}.topics", "train": f"{folder}/{{language}}.topics"}}
    paths["qrels"] = {"test": f"{folder}/{{language}}.qrels"}
    return open_reader({"format": "miracl", "corpus": f"{folder}/{{language}}/docs-*.jsonl.gz", **paths})


def test_a_passage_is_its_title_and_text_of_all_files(tmp_path: Path) -> None:
    miracl = reader(tmp_path)
    assert joined(miracl.passages("en"), "doc_id", "text").rows() == [
        ("en:29#0", "Kettle A kettle boils water."),
        ("en:29#1", "Kettle It switches off."),
        ("en:7#0", "A lamp."),
    ]
    assert joined(miracl.passages("zh"), "doc_id", "text").rows() == [
        ("zh:29#0", "水壶 水壶烧水。"),
        ("zh:4#3", "灯 灯会发光。"),
    ]


def test_ids_of_different_languages_differ_and_articles_are_groups(tmp_path: Path) -> None:
    found = joined(reader(tmp_path).documents(["en", "ar"]), "doc_id", "group", "split")
    assert found.rows() == [
        ("en:29#0", "en:29", None),
        ("en:29#1", "en:29", None),
        ("en:7#0", "en:7", None),
        ("ar:29#0", "ar:29", None),
        ("ar:30#12", "ar:30", None),
    ]


def test_queries_and_judgements_have_the_ids_of_their_language(tmp_path: Path) -> None:
    miracl = reader(tmp_path)
    assert not miracl.source.parallel
    assert joined(miracl.queries("test", "ar"), "query_id", "text").rows() == [("ar:0", "ما الذي يغلي الماء؟")]
    assert joined(miracl.qrels("test", "en"), "query_id", "doc_id", "relevance").rows() == [
        ("en:0", "en:29#0", 1),
        ("en:0", "en:29#1", 0),
        ("en:20", "en:7#0", 1),
    ]
    assert joined(miracl.qrels("test", "te"), "query_id", "doc_id", "relevance").rows() == [("te:0", "te:29#0", 1)]


def test_of_train_only_the_english_queries_are_read(tmp_path: Path) -> None:
    miracl = reader(tmp_path)
    assert joined(miracl.queries("train", "en"), "query_id", "text")["query_id"].to_list() == ["en:0", "en:20"]
    assert not list(miracl.queries("train", "ar")) and not list(miracl.queries("dev", "en"))
    assert miracl.source.missing_qrels("test", "ar") is None
    assert "qrels: {train: …}" in miracl.source.missing_qrels("train", "en")


def test_files_are_those_that_are_opened(tmp_path: Path) -> None:
    source = reader(tmp_path).source
    assert source.files("passages", "ar") == [f"{tmp_path}/ar/docs-0.jsonl.gz", f"{tmp_path}/ar/docs-1.jsonl.gz"]
    assert source.files("queries", "ar") == [f"{tmp_path}/ar.topics", f"{tmp_path}/ar.qrels"]
    assert source.files("qrels", "te") == [f"{tmp_path}/te.qrels"] and source.files("titles", "te") == []
    assert source.files("passages", "yo") == [f"{tmp_path}/yo/docs-*.jsonl.gz"], "named as missing"


@pytest.mark.parametrize(
    ("line", "message"),
    [
        ('{"docid": "30", "text": "x"}', "line 2: 'docid' is '30'; expected article#number"),
        ('{"docid": "30#1", "title": "лампа"}', "line 2: no 'text'; found docid, title"),
        ('{"docid": "30#1", "title": "", "text": " "}', "line 2: 'text' is ' '; expected a text"),
        ('{"docid": "30#1", "text": "x"', "line 2: not valid JSON"),
        ('["30#1"]', "line 2: found a JSON list, expected an object"),
    ],
)
def test_a_passage_that_cannot_be_read_names_file_and_line(tmp_path: Path, line: str, message: str) -> None:
    miracl = reader(tmp_path)
    path = tmp_path / "ar" / "docs-1.jsonl.gz"
    path.write_bytes(gzip.compress(f'{{"docid": "5#0", "title": "", "text": "ضوء"}}\n{line}\n'.encode()))
    with pytest.raises(SwitchRankError) as caught:
        list(miracl.passages("ar"))
    assert str(caught.value).startswith(f"{path}, {message}")


def test_a_truncated_file_is_named(tmp_path: Path) -> None:
    miracl = reader(tmp_path)
    path = tmp_path / "ar" / "docs-1.jsonl.gz"
    path.write_bytes(path.read_bytes()[:-12])
    with pytest.raises(SwitchRankError, match=r"docs-1\.jsonl\.gz: the gz file is truncated or damaged"):
        list(miracl.passages("ar"))


def test_the_data_stage_judges_each_language_by_its_own_passages(tmp_path: Path) -> None:
    source = reader(tmp_path).source.model_dump() | {"topics": {"test": f"{tmp_path}/{{language}}.topics"}}
    run_data_stage({"source": source, "languages": ["en", "ar", "te"]}, tmp_path / "out", ["test"])
    found = {code: pl.read_parquet(tmp_path / f"out/qrels/test/{code}.parquet") for code in ("en", "ar", "xx")}
    assert found["ar"].rows() == [("ar:0", "ar:29#0", 1)]
    assert found["en"]["query_id"].to_list() == ["en:0", "en:0", "en:20"]
    assert sorted(found["xx"]["query_id"].unique(maintain_order=True)) == ["ar:0", "en:0", "en:20", "te:0"]


@pytest.mark.parametrize("code", DEV_COUNTS)
def test_the_real_queries_and_judgements(code: str) -> None:
    folder = real("miracl")
    paths = {name: {"test": f"{folder}/{name}.miracl-v1.0-{{language}}-dev.tsv"} for name in ("topics", "qrels")}
    miracl = open_reader({"format": "miracl", "corpus": "none", **paths})
    queries = joined(miracl.queries("test", code), "query_id", "text")
    qrels = joined(miracl.qrels("test", code), "query_id", "doc_id", "relevance")
    assert (queries.height, qrels.height) == DEV_COUNTS[code]
    assert set(qrels["query_id"]) == set(queries["query_id"])
    assert qrels.filter(pl.col("relevance") == 1)["query_id"].n_unique() > 0.9 * queries.height
