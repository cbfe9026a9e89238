"""The reader of mMARCO: files in its format, with what real files have been seen to contain."""

from __future__ import annotations

import gzip
from pathlib import Path
from typing import Any

import polars as pl
import pytest

from switchrank.data import separated
from switchrank.data.reading import BenchmarkReader, joined, open_reader
from switchrank.errors import SwitchRankError
from tests.toy.data_stage import run_data_stage
from tests.unit.data.real import real

PASSAGES = {
    "english": [
        "The kettle switches off.",
        "A dimmed lamp.",
        'It\x92s "smart".',
        "An empty bath\u00e2\u20ac\u2122s tap",
    ],
    "russian": ["Чайник выключается.", "Приглушённая лампа.", "Он умный.", "Кран пустой ванны"],
    "arabic": ["الغلاية تنطفئ.", "مصباح خافت.", "إنه ذكي.", "صنبور الحمام الفارغ"],
    "hindi": ["केतली बंद हो जाती है।", "मंद लैंप।", "यह स्मार्ट है।", "खाली स्नान का नल"],
    "chinese": ["水壶会关闭。", "调暗的灯。", "它很聪明。", "空浴缸的水龙头"],
}
QUERIES = {"english": "kettle off", "russian": "чайник", "arabic": "غلاية", "hindi": "केतली", "chinese": "水壶"}
CODES = {"en": "english", "ru": "russian", "ar": "arabic", "hi": "hindi", "zh": "chinese"}


def folder_of(path: Path) -> Path:
    """mMARCO in five languages: passages 7 to 10, test query 2, train query 5."""
    for name, texts in PASSAGES.items():
        write(path / f"collections/{name}_collection.tsv", "".join(f"{7 + n}\t{t}\n" for n, t in enumerate(texts)))
        write(path / f"queries/train/{name}_queries.train.tsv", f"5\t{QUERIES[name]} 5\n")
        write(path / f"queries/dev/{name}_queries.dev.small.tsv", f"2\t {QUERIES[name]}\r\n")
    write(path / "qrels.dev.small.tsv", "2\t0\t7\t1\n2\t0\t8\t0\n")
    return path


def write(path: Path, text: str | bytes) -> Path:
    path.parent.mkdir(parents=True, exist_ok=True)
    path.write_bytes(text if isinstance(text, bytes) else text.encode())
    return path


def reader(folder: Path, **settings: Any) -> BenchmarkReader[Any]:
    return open_reader({"format": "mmarco", "folder": str(folder), **settings})


@pytest.mark.parametrize("code", CODES)
def test_every_language_is_read_from_its_own_files(tmp_path: Path, code: str) -> None:
    mmarco = reader(folder_of(tmp_path))
    passages = joined(mmarco.passages(code), "doc_id", "text")
    assert passages.rows() == [(str(7 + n), text) for n, text in enumerate(PASSAGES[CODES[code]])]
    assert joined(mmarco.queries("test", code), "query_id", "text").rows() == [("2", f" {QUERIES[CODES[code]]}")]
    assert joined(mmarco.queries("train", code), "query_id", "text").rows() == [("5", f"{QUERIES[CODES[code]]} 5")]
    assert not list(mmarco.queries("dev", code)), "no file is named for dev"


def test_documents_belong_to_every_split(tmp_path: Path) -> None:
    found = joined(reader(folder_of(tmp_path)).documents(["ru", "en"]), "doc_id", "group", "split")
    assert found.rows() == [(name, name, None) for name in ("7", "8", "9", "10")]


def test_text_in_a_wrong_encoding_is_kept_and_counted(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    list(reader(folder_of(tmp_path)).passages("en"))
    log = capsys.readouterr().err
    assert "english_collection.tsv: 4 passages; nothing skipped" in log
    assert "english_collection.tsv: 1 passages hold text that was once read in a wrong encoding; kept" in log


@pytest.mark.parametrize("block", [1 << 24, 8])
def test_pieces_do_not_change_what_is_read(tmp_path: Path, monkeypatch: pytest.MonkeyPatch, block: int) -> None:
    """Also with a mark, ends of lines of both kinds, a blank line, gzip, and no end of the last line."""
    monkeypatch.setattr(separated, "_BYTES", block)
    raw = '\ufeff1\tпервый\r\n\n2\t第二 行\r\n3\tthird "line"'.encode()
    for content in (raw, gzip.compress(raw)):
        path = write(tmp_path / "x.tsv", content)
        found = pl.concat(separated.cells_of(path, ("id", "text"), "passages"))
        assert found.rows() == [("1", "первый"), ("2", "第二 行"), ("3", 'third "line"')]


@pytest.mark.parametrize("block", [1 << 24, 8])
@pytest.mark.parametrize(
    ("wrong", "reason"),
    [
        (b"8\t\xe9t\xe9", "text that is not UTF-8"),
        (b"8\ta\0b", "text that is not UTF-8"),
        (b"8\t", "an empty cell"),
        (b"8\t \xe3\x80\x80", "an empty cell"),
        (b"\ttext", "an empty cell"),
    ],
)
def test_a_text_that_cannot_be_used_is_skipped_and_counted(
    tmp_path: Path,
    monkeypatch: pytest.MonkeyPatch,
    capsys: pytest.CaptureFixture[str],
    wrong: bytes,
    reason: str,
    block: int,
) -> None:
    monkeypatch.setattr(separated, "_BYTES", block)
    path = write(tmp_path / "x.tsv", "7\tлампа\n".encode() + wrong + b"\n" + "9\t灯\n".encode())
    found = pl.concat(separated.cells_of(path, ("id", "text"), "passages"))
    assert found.rows() == [("7", "лампа"), ("9", "灯")]
    assert f"x.tsv: 2 passages; skipped 1 with {reason} (first: line 2)" in capsys.readouterr().err


@pytest.mark.parametrize("block", [1 << 24, 8])
@pytest.mark.parametrize(("wrong", "count"), [("8", 1), ("8\tمصباح\tخافت", 3)])
def test_another_number_of_cells_names_the_line(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, wrong: str, count: int, block: int
) -> None:
    monkeypatch.setattr(separated, "_BYTES", block)
    path = write(tmp_path / "x.tsv", f"7\tлампа\n\n{wrong}\n9\t灯\n")
    with pytest.raises(SwitchRankError) as caught:
        list(separated.cells_of(path, ("id", "text"), "passages"))
    assert str(caught.value) == (
        f"{path}, line 3: {count} cells; expected lines of 2 cells (id, text), separated by tabs: {wrong!r}"
    )


def test_a_truncated_archive_is_named(tmp_path: Path) -> None:
    raw = "".join(f"{n}\tпассаж {n * n * 7919 % 104729}\n" for n in range(2000)).encode()
    path = write(tmp_path / "x.tsv.gz", gzip.compress(raw)[:-3000])
    with pytest.raises(SwitchRankError, match=r"x\.tsv\.gz: the gz file is truncated or damaged"):
        list(separated.cells_of(path, ("id", "text"), "passages"))


@pytest.mark.parametrize("text", ["2\t0\t7\t1\n2\t0\t8\t0\n", "2 Q0 7 1\r\n2 Q0 8 0\r\n", "2 0\t7 1\n2\tQ0 8\t0"])
def test_judgements_are_separated_by_tabs_or_spaces(tmp_path: Path, text: str) -> None:
    mmarco = reader(folder_of(tmp_path))
    write(tmp_path / "qrels.dev.small.tsv", text)
    found = joined(mmarco.qrels("test", "ru"), "query_id", "doc_id", "relevance")
    assert found.rows() == [("2", "7", 1), ("2", "8", 0)] and found.schema["relevance"] == pl.Int8
    assert not list(mmarco.qrels("train", "en"))


@pytest.mark.parametrize("value", ["x", "1.0", "300"])
def test_a_relevance_that_is_not_a_whole_number_names_its_line(tmp_path: Path, value: str) -> None:
    mmarco = reader(folder_of(tmp_path))
    write(tmp_path / "qrels.dev.small.tsv", f"2\t0\t7\t1\n\n2\t0\t8\t{value}\n")
    with pytest.raises(SwitchRankError, match=rf"small\.tsv, line 3: 'relevance' is '{value}'; expected a whole"):
        list(mmarco.qrels("test", "en"))


TRIPLES = "5\t7\t8\n6\t9\t10\n5\t7\t10\n1\t8\t7\n6\t9\t8\n6\t9\t7\n"


@pytest.mark.parametrize("block", [1 << 24, 8])
def test_one_pair_of_each_triple_as_the_paper_draws_them(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, block: int
) -> None:
    monkeypatch.setattr(separated, "_BYTES", block)
    path = write(tmp_path / "triples.tsv.gz", gzip.compress(TRIPLES.encode()))
    drawn = [("5", "7", 1), ("6", "10", 0), ("5", "10", 0), ("1", "7", 0), ("6", "8", 0), ("6", "9", 1)]
    for limit, expected in ((None, drawn), (4, drawn[:4]), (100, drawn)):
        mmarco = reader(tmp_path, triples={"path": str(path), "negatives": 4, "limit": limit})
        found = pl.concat(mmarco.instances())
        assert found.rows() == expected and found.schema["label"] == pl.Int8


def test_both_pairs_of_each_triple(tmp_path: Path) -> None:
    path = write(tmp_path / "triples.tsv", TRIPLES)
    found = pl.concat(reader(tmp_path, triples={"path": str(path)}).instances())
    assert found.rows()[:4] == [("5", "7", 1), ("5", "8", 0), ("6", "9", 1), ("6", "10", 0)]
    assert found.height == 12 and found.schema["label"] == pl.Int8


def test_triples_of_texts_are_refused(tmp_path: Path) -> None:
    path = write(tmp_path / "triples.train.small.tsv", "is the kettle off\tThe kettle is off.\tA lamp.\n")
    with pytest.raises(SwitchRankError, match=r"line 1: 10 cells; expected lines of 3 cells \(query_id, relevant, oth"):
        list(reader(tmp_path, triples={"path": str(path)}).instances())


@pytest.mark.parametrize(
    ("text", "scores"),
    [
        ("2\t8\t1\n2\t7\t2\n", [-1.0, -2.0]),
        ("2 Q0 8 1 12.5 bm25\n2 Q0 7 2 3.25 bm25\n", [12.5, 3.25]),
        ("2\t8\tkettle off\tA dimmed lamp.\n2\t7\tkettle off\tThe kettle\u2028off.\n", [0.0, 0.0]),
    ],
    ids=["run", "trec", "top1000"],
)
def test_candidates_of_three_kinds(tmp_path: Path, text: str, scores: list[float]) -> None:
    path = write(tmp_path / "given", text)
    mmarco = reader(tmp_path, candidates={"test": str(path)})
    found = pl.concat(mmarco.candidates("test", "en"))
    assert found.rows() == [("2", "8", scores[0]), ("2", "7", scores[1])]
    assert found.schema == {"query_id": pl.String, "doc_id": pl.String, "score": pl.Float32}
    assert not list(mmarco.candidates("dev", "en"))


@pytest.mark.parametrize(
    ("text", "message"),
    [
        ("2\t8\n", "2 cells in the first line; expected candidates"),
        ("2 8 first\n", "given, line 1: 'rank' is 'first'; expected a number"),
        ("2 Q0 8 1 nan bm25\n", "given, line 1: 'score' is 'nan'; expected a number"),
    ],
)
def test_candidates_that_cannot_be_read(tmp_path: Path, text: str, message: str) -> None:
    path = write(tmp_path / "given", text)
    with pytest.raises(SwitchRankError, match=message):
        list(reader(tmp_path, candidates={"test": str(path)}).candidates("test", "en"))


def test_files_are_those_that_are_opened(tmp_path: Path) -> None:
    settings = {"candidates": {"test": "resources/top1000"}, "triples": {"path": "t.tsv"}}
    source = reader(tmp_path, **settings).source
    assert source.files("passages", "vi") == [f"{tmp_path}/collections/vietnamese_collection.tsv"]
    assert [Path(path).name for path in source.files("queries", "pt")] == [
        "portuguese_queries.train.tsv",
        "portuguese_queries.dev.small.tsv",
    ]
    assert source.files("qrels", "en") == [f"{tmp_path}/qrels.dev.small.tsv"]
    assert source.files("candidates", "en") == ["resources/top1000"] and source.files("instances", "en") == ["t.tsv"]
    assert source.files("titles", "en") == [] and source.parallel and source.has_candidates and source.has_instances
    bare = reader(tmp_path).source
    assert not bare.has_candidates and not bare.has_instances and bare.files("candidates", "en") == []
    assert bare.missing_qrels("test", "en") is None and "qrels: {train: …}" in bare.missing_qrels("train", "en")


def entry(folder: Path, **settings: Any) -> dict[str, Any]:
    return {"source": {"format": "mmarco", "folder": str(folder), **settings}, "languages": list(CODES)}


def test_the_data_stage_runs_to_the_candidates(tmp_path: Path) -> None:
    """Judgements of ids that do not exist are left out."""
    folder = folder_of(tmp_path / "in")
    write(folder / "qrels.dev.small.tsv", "2\t0\t7\t1\n2\t0\t8\t0\n2\t0\t999\t1\n3\t0\t7\t1\n")
    run_data_stage(entry(folder), tmp_path / "out", ["test"])
    qrels = pl.read_parquet(tmp_path / "out/qrels/test/shared.parquet")
    assert qrels.rows() == [("2", "7", 1), ("2", "8", 0)]
    hindi = pl.read_parquet(tmp_path / "out/passages/hi.parquet")
    assert dict(hindi.select("doc_id", "text").rows())["8"] == "मंद लैंप।"


def test_a_repeated_id_is_refused(tmp_path: Path) -> None:
    folder = folder_of(tmp_path / "in")
    write(folder / "collections/russian_collection.tsv", "7\tлампа\n8\tчайник\n7\tлампа\n")
    with pytest.raises(SystemExit):
        run_data_stage(entry(folder), tmp_path / "out", ["test"])
    assert "'7'" in (tmp_path / "out/log").read_text(encoding="utf-8")


def test_the_real_judgements_and_queries_of_ms_marco(capsys: pytest.CaptureFixture[str]) -> None:
    folder = real("msmarco")
    mmarco = reader(
        folder,
        collection="{folder}/collection-slice/collection.tsv",
        queries={"test": "{folder}/topics.msmarco-passage.dev-subset.txt"},
        qrels={"test": "{folder}/qrels.msmarco-passage.dev-subset.txt", "dev": "{folder}/qrels.dl19-passage.txt"},
    )
    queries = joined(mmarco.queries("test", "en"), "query_id", "text")
    qrels = joined(mmarco.qrels("test", "en"), "query_id", "doc_id", "relevance")
    assert (queries.height, queries["query_id"].n_unique(), qrels.height) == (6980, 6980, 7437)
    assert set(qrels["query_id"]) == set(queries["query_id"])
    assert joined(mmarco.qrels("dev", "en"), "query_id", "doc_id", "relevance").height == 9260
    capsys.readouterr()
    assert joined(mmarco.passages("en"), "doc_id", "text")["doc_id"].to_list() == [str(n) for n in range(101)]
    assert "30 passages hold text that was once read in a wrong encoding" in capsys.readouterr().err
