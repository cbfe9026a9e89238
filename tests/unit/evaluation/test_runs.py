"""Runs and measures of all pairs in one file."""

from __future__ import annotations

from pathlib import Path

import polars as pl
import pytest

from switchrank import tables
from switchrank.errors import SwitchRankError
from switchrank.evaluation.query_values import read_measures
from switchrank.evaluation.runs import stream_runs

RUN = pl.DataFrame(
    {
        "query_id": ["q", "q", "запрос", "検索"],
        "doc_id": ["वस्तु", "d1", "وثيقة", "文書"],
        "rank": pl.Series([1, 2, 1, 1], dtype=pl.Int32),
        "score": pl.Series([0.5, -0.25, 3.0, 0.0], dtype=pl.Float32),
    }
)


def by_pair(path: Path) -> dict[str, list[tuple[object, ...]]]:
    pieces = tables.row_groups(path, tables.RUN)
    return {
        pair: pl.concat(map(pl.DataFrame, rows)).drop("pair").rows() for pair, rows in tables.by_value(pieces, "pair")
    }


def test_runs_of_all_pairs_come_back_pair_by_pair(tmp_path: Path) -> None:
    other = RUN.head(1)
    with stream_runs(tmp_path / "run.parquet") as append:
        append("ar-ru", RUN)
        append("xx-en", other)
    assert by_pair(tmp_path / "run.parquet") == {"ar-ru": RUN.rows(), "xx-en": other.rows()}
    table = pl.concat(
        rows.select(pl.lit(pair).alias("pair"), pl.all()) for pair, rows in (("xx-en", other), ("ar-ru", RUN))
    )
    tables.write(table, tmp_path / "whole.parquet", tables.RUN)
    assert by_pair(tmp_path / "whole.parquet") == {"ar-ru": RUN.rows(), "xx-en": other.rows()}


def test_a_row_group_holds_rows_of_one_pair_and_not_too_many(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(tables, "ROW_GROUP", 3)
    with stream_runs(tmp_path / "run.parquet") as append:
        append("ar-ru", RUN)
        append("xx-en", RUN)
    groups = [
        (set(group["pair"].to_pylist()), len(group))
        for group in tables.row_groups(tmp_path / "run.parquet", tables.RUN)
    ]
    assert groups == [({"ar-ru"}, 3), ({"ar-ru"}, 1), ({"xx-en"}, 3), ({"xx-en"}, 1)]


def test_pairs_out_of_order_leave_no_file(tmp_path: Path) -> None:
    with pytest.raises(SwitchRankError, match="does not rise"), stream_runs(tmp_path / "run.parquet") as append:
        append("xx-en", RUN)
        append("ar-ru", RUN)
    assert not list(tmp_path.iterdir())


def test_measures_are_read_run_by_run(tmp_path: Path) -> None:
    paths = []
    for seed in (1, 2):
        rows = [(pair, "RR", "запрос", seed / place) for place, pair in enumerate(("ar-ru", "en-en"), start=1)]
        table = pl.DataFrame(rows, ["pair", "measure", "query_id", "value"], orient="row")
        paths.append(tmp_path / f"{seed}.parquet")
        tables.write(table, paths[-1], tables.MEASURES)
    runs = [("mlcs", seed, "home", pair) for seed in (1, 2) for pair in ("en-en", "ar-ru")]
    assert [table["value"].to_list() for table in read_measures(paths, runs)] == [[1 / 2], [1], [1], [2]]
    with pytest.raises(SwitchRankError, match=r"1.parquet: has no rows of de-ru, on which the system is judged"):
        list(read_measures(paths[:1], [("mlcs", 1, "home", "de-ru")]))
