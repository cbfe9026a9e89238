"""TREC files are read back by ir_measures, BEIR folders as its loader reads them."""

from __future__ import annotations

import csv
import json
from pathlib import Path

import ir_measures
import polars as pl
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from switchrank.errors import SwitchRankError
from switchrank.evaluation.exports import (
    shown_pieces,
    write_beir_qrels,
    write_beir_texts,
    write_trec_qrels,
    write_trec_run,
)
from switchrank.measures.computing import measure
from switchrank.measures.order import ranked

RUN = {"query_id": pl.String, "doc_id": pl.String, "score": pl.Float32}
IDS = st.text(st.characters(blacklist_categories=("Cs", "Cc", "Zs", "Zl", "Zp"), blacklist_characters='"'), min_size=1)


def run_table(rows: list[tuple[str, str, float]]) -> pl.DataFrame:
    return ranked(pl.DataFrame(rows, schema=RUN, orient="row"))


@settings(deadline=None)
@given(st.dictionaries(st.tuples(IDS, IDS), st.floats(-1e9, 1e9, width=32), min_size=1, max_size=12))
def test_a_run_comes_back_and_measures_the_same(
    tmp_path_factory: pytest.TempPathFactory, scored: dict[tuple[str, str], float]
) -> None:
    folder = tmp_path_factory.mktemp("trec")
    run = run_table([(*key, score) for key, score in scored.items()])
    qrels = run.select("query_id", "doc_id", relevance=(pl.col("rank") % 2).cast(pl.Int8))
    write_trec_run([run.slice(0, 3), run.slice(3)], folder / "run.trec", "mlcs-seed1")
    write_trec_qrels(qrels, folder / "qrels.trec")
    read = list(ir_measures.read_trec_run(str(folder / "run.trec")))
    judged = list(ir_measures.read_trec_qrels(str(folder / "qrels.trec")))
    assert pl.DataFrame(read, schema=RUN, orient="row").equals(run.drop("rank"))
    assert [(row.query_id, row.doc_id, row.relevance) for row in judged] == qrels.rows()
    ours = {(name, query): value for name, query, value in measure(run, qrels, ["RR@10", "AP"]).iter_rows()}
    theirs = ir_measures.iter_calc([ir_measures.RR @ 10, ir_measures.AP], judged, read)
    assert ours == pytest.approx({(str(m.measure), m.query_id): m.value for m in theirs}, abs=1e-9)


def test_the_fields_of_a_run_by_hand(tmp_path: Path) -> None:
    write_trec_run([run_table([("запрос", "文書", 0.1), ("запрос", "وثيقة", 2.0)])], tmp_path / "a.trec", "tag")
    assert (tmp_path / "a.trec").read_text(encoding="utf-8") == (
        "запрос Q0 وثيقة 1 2.0 tag\nзапрос Q0 文書 2 0.1 tag\n"
    )


@pytest.mark.parametrize("bad", ["a b", "a\tb", "a\u3000b", "a\nb", "a\x85b", "a\x1cb", "", 'a"b', "\xa0"])
def test_ids_that_would_break_a_field_are_refused(tmp_path: Path, bad: str) -> None:
    run = run_table([("q", "good", 1.0), ("q", bad, 2.0)])
    with pytest.raises(
        SwitchRankError, match=r"doc_id .* cannot be exported: it is empty or has white space"
    ) as raised:
        write_trec_run([run], tmp_path / "run.trec", "tag")
    assert repr(bad) in str(raised.value)
    assert not list(tmp_path.iterdir()), "nothing half written stays"
    qrels = pl.DataFrame({"query_id": [bad], "doc_id": ["d"], "relevance": [1]})
    for write in (write_trec_qrels, write_beir_qrels):
        with pytest.raises(SwitchRankError, match="query_id"):
            write(qrels, tmp_path / "qrels")
    with pytest.raises(SwitchRankError, match="query_id"):
        write_beir_texts([pl.DataFrame({"query_id": [bad], "text": ["t"]})], "query_id", tmp_path / "q.jsonl")
    with pytest.raises(SwitchRankError, match="tag"):
        write_trec_run([], tmp_path / "run.trec", bad)


def read_beir(folder: Path) -> tuple[dict[str, dict[str, str]], dict[str, str], dict[str, dict[str, int]]]:
    """As BEIR's GenericDataLoader reads a folder."""
    corpus, queries, qrels = {}, {}, {}
    for line in (folder / "corpus.jsonl").read_text(encoding="utf-8").splitlines():
        row = json.loads(line)
        corpus[row["_id"]] = {"text": row["text"], "title": row["title"]}
    for line in (folder / "queries.jsonl").read_text(encoding="utf-8").splitlines():
        row = json.loads(line)
        queries[row["_id"]] = row["text"]
    with open(folder / "qrels/test.tsv", encoding="utf-8") as file:
        reader = csv.reader(file, delimiter="\t", quoting=csv.QUOTE_MINIMAL)
        next(reader)
        for query, doc, score in reader:
            qrels.setdefault(query, {})[doc] = int(score)
    return corpus, queries, qrels


def test_a_beir_folder_is_read_back(tmp_path: Path) -> None:
    passages = pl.DataFrame({"doc_id": ["d1", "d2"], "language": "ar", "text": ['شغّل "الضوء"', "a\tb\n文"]})
    queries = pl.DataFrame({"query_id": ["запрос"], "language": "hi", "text": ["रसोई की बत्ती"]})
    qrels = pl.DataFrame({"query_id": ["запрос", "запрос"], "doc_id": ["d1", "d2"], "relevance": [2, 0]})
    write_beir_texts([passages.head(1), passages.tail(1)], "doc_id", tmp_path / "corpus.jsonl")
    write_beir_texts([queries], "query_id", tmp_path / "queries.jsonl")
    write_beir_qrels(qrels, tmp_path / "qrels/test.tsv")
    corpus, asked, judged = read_beir(tmp_path)
    assert corpus == {
        "d1": {"text": 'شغّل "الضوء"', "title": ""},
        "d2": {"text": "a\tb\n文", "title": ""},
    }
    assert asked == {"запрос": "रसोई की बत्ती"}
    assert judged == {"запрос": {"d1": 2, "d2": 0}}


TEXTS = {
    "ru": pl.DataFrame({"doc_id": ["d1", "d2", "d3"], "language": "ru", "text": ["свет", "дверь", "вода"]}),
    "ja": pl.DataFrame({"doc_id": ["d1", "d3"], "language": "ja", "text": ["照明", "水"]}),
}


def pieces() -> dict[str, list[pl.DataFrame]]:
    return {code: [table.head(1), table.slice(1)] for code, table in TEXTS.items()}


def test_a_mixed_side_is_shown_in_the_drawn_languages() -> None:
    mixed = pl.DataFrame({"id": ["d1", "d2", "d3"], "language": ["ja", "ru", "ja"]})
    assert pl.concat(shown_pieces(pieces(), "xx", mixed, "doc_id")).rows() == [
        ("d1", "照明"),
        ("d3", "水"),
        ("d2", "дверь"),
    ]
    assert pl.concat(shown_pieces(pieces(), "ru", None, "doc_id")).height == 3
    every = pl.concat(shown_pieces(pieces(), "xx", None, "doc_id"))["text"].to_list()
    assert every == ["照明", "水", "свет", "дверь", "вода"], "without a draw, the texts of all languages"
    with pytest.raises(SwitchRankError, match="doc_id 'd2' has no text in 'ja', the language drawn for it"):
        list(shown_pieces(pieces(), "xx", mixed.with_columns(language=pl.lit("ja")), "doc_id"))
