"""A benchmark whose passages are not parallel: judgements by the passages' language, and ids of one language each."""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any

import polars as pl
import pytest

from switchrank import tables
from switchrank.data.mixing import mix_languages
from switchrank.data.qrels import build_qrels, of_queries
from switchrank.errors import SwitchRankError
from tests.toy import own_passages
from tests.toy.data_stage import run_data_stage


@pytest.fixture(scope="module")
def made(tmp_path_factory: pytest.TempPathFactory) -> Path:
    folder = tmp_path_factory.mktemp("own")
    with pytest.MonkeyPatch.context() as patch:
        patch.chdir(folder)
        own_passages.write(folder / "own")
        run_data_stage(own_passages.ENTRY, folder / "data", ["test"])
    return folder / "data"


def qrels(made: Path, scope: str) -> list[tuple[str, str]]:
    table = tables.read(made / f"qrels/test/{scope}.parquet", tables.QRELS)
    return table.select("query_id", "doc_id").rows()


def test_each_language_has_judgements_of_its_passages(made: Path) -> None:
    assert qrels(made, "en") == [("q1", "en-1"), ("q2", "en-2"), ("q3", "en-3"), ("q4", "en-4")]
    assert qrels(made, "ar") == [("q1", "ar-1"), ("q2", "ar-2"), ("q4", "ar-3")], "q3 has no Arabic passage"
    assert qrels(made, "zh") == [("q1", "zh-1"), ("q2", "zh-2"), ("q3", "zh-3"), ("q4", "zh-4")]


def test_the_judgements_of_all_languages_are_the_union(made: Path) -> None:
    each = [row for code in own_passages.LANGUAGES for row in qrels(made, code)]
    assert qrels(made, "xx") == sorted(each) and len(each) == 14


def test_a_pair_judges_the_queries_that_it_asks(made: Path) -> None:
    """q3 is not asked in Hindi, so hi-zh is judged on three queries, zh-zh on four."""
    chinese = tables.read(made / "qrels/test/zh.parquet", tables.QRELS)
    hindi = tables.read(made / "queries/test/hi.parquet", tables.QUERIES)
    assert of_queries(chinese, [hindi])["query_id"].to_list() == ["q1", "q2", "q4"]
    assert of_queries(chinese, []).equals(chinese)


def test_a_mixed_query_is_drawn_from_the_languages_that_ask_it(made: Path) -> None:
    drawn = dict(tables.read(made / "mixed/test/queries.parquet", tables.MIXED).iter_rows())
    assert sorted(drawn) == ["q1", "q2", "q3", "q4"]
    ids = [f"вопрос {number}" for number in range(300)]
    having = {"en": set(ids), "ar": set(ids[:100]), "hi": set(ids[:200]), "zh": set()}
    found = dict(mix_languages([*ids, "nowhere"], "queries", ["zh", "hi", "ar", "en"], 0, having).iter_rows())
    assert sorted(found) == sorted(ids)
    assert {found[name] for name in ids[200:]} == {"en"}
    assert {found[name] for name in ids[100:200]} == {"en", "hi"}
    assert {found[name] for name in ids[:100]} == {"en", "ar", "hi"}
    everywhere = {code: set(ids) for code in having}
    one, other = (mix_languages(ids, "queries", ["en", "ar", "hi", "zh"], 0, which) for which in (everywhere, None))
    assert one.equals(other), "a benchmark in which every language has every query is drawn as before"


def test_a_query_whose_passages_of_a_language_are_all_irrelevant_is_left_out() -> None:
    judged = pl.DataFrame({"query_id": ["q1", "q1", "q2"], "doc_id": ["a", "b", "a"], "relevance": [1, 0, 0]})
    queries = pl.DataFrame({"query_id": ["q1", "q2"], "language": ["ru", "ru"], "text": ["свет", "дверь"]})
    passages = pl.DataFrame({"doc_id": ["a", "b"], "language": ["ja", "ja"], "text": ["照明", "ドア"]})
    found = build_qrels(judged, [queries], [passages], "test", parallel=False)
    assert found.rows() == [("q1", "a", 1), ("q1", "b", 0)]
    with pytest.raises(SwitchRankError, match="no test query is left that has a relevant passage in ja"):
        build_qrels(judged.tail(1), [queries], [passages], "test", parallel=False)


def test_an_id_in_two_languages_is_refused(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    monkeypatch.chdir(tmp_path)
    own_passages.write(tmp_path / "own")
    with open(tmp_path / "own/hi/corpus.jsonl", "a", encoding="utf-8") as file:
        file.write(json.dumps({"_id": "ar-2", "text": "फिर से"}, ensure_ascii=False) + "\n")
    with pytest.raises(SystemExit):
        run_data_stage(own_passages.ENTRY, tmp_path / "data", ["test"])
    assert "passages: 'ar-2' is in 'ar' and in 'hi'" in capsys.readouterr().err


def test_train_judgements_of_english_passages_make_instances(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """A query that is not asked in English trains nothing."""
    monkeypatch.chdir(tmp_path)
    own_passages.write(tmp_path / "own", "train")
    lines = (tmp_path / "own/en/queries.jsonl").read_text(encoding="utf-8").splitlines()
    (tmp_path / "own/en/queries.jsonl").write_text("\n".join(lines[:3]) + "\n", encoding="utf-8")
    entry: dict[str, Any] = own_passages.ENTRY | {"negatives": {"per_positive": 2}}
    run_data_stage(entry, tmp_path / "data", ["train"])
    instances = tables.read(tmp_path / "data/instances.parquet", tables.INSTANCES)
    assert instances["query_id"].unique().sort().to_list() == ["q1", "q2", "q3"]
    assert set(instances["doc_id"]) <= {f"en-{number}" for number in range(1, 6)}
    assert instances["label"].sum() == 3 and instances.height == 9
