"""Tables: what is refused, what is kept, and equal data as equal bytes."""

from __future__ import annotations

import hashlib
import platform
from pathlib import Path

import polars as pl
import pyarrow as pa
import pyarrow.parquet as pq
import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from switchrank import tables
from switchrank.errors import SwitchRankError

PASSAGES = pl.DataFrame(
    {
        "doc_id": ["b", "a", "ж", "あ", "अ"],
        "language": ["de", "en", "ru", "ja", "hi"],
        "text": ["Straße", "a light", "свет на кухне", "台所の照明", "रसोई की बत्ती"],
    }
)
SUMMARY = {
    "system": "mlcs",
    "benchmark": "b",
    "regime": "CLIR",
    "pair": "en-de",
    "measure": "RR@10",
    "mean": 0.5,
    "deviation": None,
    "seeds": 1,
    "queries": 3,
}
SUMMARY_TYPES = {"seeds": pl.Int32, "queries": pl.Int32, "deviation": pl.Float64}


def vectors(count: int = 3, dimensions: int = 2) -> pa.Table:
    flat = pa.array([float(value) for value in range(count * dimensions)], pa.float32())
    return pa.table(
        {
            "word": [f"слово{at}" for at in range(count)],
            "rank": pa.array(range(count), pa.int32()),
            "vector": pa.FixedSizeListArray.from_arrays(flat, dimensions),
        }
    )


def refusal(table: pl.DataFrame | pa.Table, path: Path, contract: tables.Contract) -> str:
    with pytest.raises(SwitchRankError) as caught:
        tables.write(table, path, contract)
    assert not list(path.parent.iterdir()), "a refused table leaves nothing behind"
    message = str(caught.value)
    assert str(path) in message
    assert contract.name in message
    assert len(message.splitlines()) == 1
    return message


def test_what_is_written_is_read(tmp_path: Path) -> None:
    path = tmp_path / "deep" / "folder" / "passages.parquet"
    tables.write(PASSAGES, path, tables.PASSAGES)
    found = tables.read(path, tables.PASSAGES)
    assert found.rows() == sorted(PASSAGES.rows())
    assert [file.name for file in path.parent.iterdir()] == ["passages.parquet"]


def test_rows_are_sorted_by_every_column_of_the_key(tmp_path: Path) -> None:
    rows = pl.DataFrame(
        {"query_id": ["ぎ", "я", "q"] * 2, "doc_id": ["x", "y", "ع", "a", "z", "b"], "relevance": [1, 0, 1, 1, 1, 0]},
        schema_overrides={"relevance": pl.Int8},
    )
    tables.write(rows, tmp_path / "qrels.parquet", tables.QRELS)
    found = tables.read(tmp_path / "qrels.parquet", tables.QRELS)
    assert found.select("query_id", "doc_id").rows() == sorted(rows.select("query_id", "doc_id").rows())
    numbers = vectors(30).take(pa.array([*range(29, -1, -1)]))
    tables.write(numbers, tmp_path / "vectors.parquet", tables.VECTORS)
    assert pq.ParquetFile(tmp_path / "vectors.parquet").metadata.num_row_groups == 1
    assert tables.read(tmp_path / "vectors.parquet", tables.VECTORS)["rank"].to_list() == list(range(30))


def test_columns_come_in_the_order_of_the_contract(tmp_path: Path) -> None:
    tables.write(PASSAGES.select("text", "language", "doc_id"), tmp_path / "t.parquet", tables.PASSAGES)
    assert tables.read(tmp_path / "t.parquet", tables.PASSAGES).columns == ["doc_id", "language", "text"]


@settings(max_examples=25, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(
    rows=st.dictionaries(st.text(min_size=1, max_size=4), st.text(max_size=6), min_size=1, max_size=12),
    random=st.randoms(use_true_random=False),
)
def test_bytes_do_not_depend_on_the_order_of_rows(tmp_path: Path, rows: dict[str, str], random) -> None:  # type: ignore[no-untyped-def]
    digests = set()
    for _ in range(3):
        items = list(rows.items())
        random.shuffle(items)
        frame = pl.DataFrame(
            {"doc_id": [key for key, _ in items], "language": ["xx"] * len(items), "text": [text for _, text in items]}
        )
        tables.write(frame, tmp_path / "t.parquet", tables.PASSAGES)
        digests.add(hashlib.sha256((tmp_path / "t.parquet").read_bytes()).hexdigest())
    assert len(digests) == 1
    assert dict(tables.read(tmp_path / "t.parquet", tables.PASSAGES).select("doc_id", "text").rows()) == rows


def test_bytes_do_not_depend_on_where_the_columns_come_from(tmp_path: Path) -> None:
    whole = PASSAGES.to_arrow()
    columns = whole.to_pydict()
    narrow = pa.table({name: pa.array(values, pa.string()) for name, values in columns.items()})
    chunked = pa.concat_tables([whole.slice(3), whole.slice(0, 2), whole.slice(2, 1)])
    annotated = narrow.replace_schema_metadata({"pandas": "{}", "host": platform.node() or "x"})
    for number, table in enumerate((PASSAGES, whole, narrow, chunked, annotated, PASSAGES)):
        tables.write(table, tmp_path / f"{number}.parquet", tables.PASSAGES)
    assert len({path.read_bytes() for path in tmp_path.iterdir()}) == 1


def test_vectors_from_polars_and_arrow_are_the_same_bytes(tmp_path: Path) -> None:
    tables.write(vectors(), tmp_path / "arrow.parquet", tables.VECTORS)
    tables.write(pl.DataFrame(vectors()), tmp_path / "polars.parquet", tables.VECTORS)
    assert (tmp_path / "arrow.parquet").read_bytes() == (tmp_path / "polars.parquet").read_bytes()


def test_row_groups_are_cut_at_the_same_rows_whatever_the_chunks(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(tables, "ROW_GROUP", 4)
    whole = vectors(10)
    tables.write(whole, tmp_path / "whole.parquet", tables.VECTORS)
    tables.write(pa.concat_tables([whole.slice(7), whole.slice(0, 7)]), tmp_path / "parts.parquet", tables.VECTORS)
    assert (tmp_path / "whole.parquet").read_bytes() == (tmp_path / "parts.parquet").read_bytes()
    footer = pq.ParquetFile(tmp_path / "whole.parquet").metadata
    assert [footer.row_group(at).num_rows for at in range(footer.num_row_groups)] == [4, 4, 2]
    assert (
        tables.read_arrow(tmp_path / "whole.parquet", tables.VECTORS).column("word").to_pylist()
        == whole["word"].to_pylist()
    )


def test_the_footer_names_the_schema_and_nothing_else(tmp_path: Path) -> None:
    tables.write(PASSAGES, tmp_path / "t.parquet", tables.PASSAGES)
    file = pq.ParquetFile(tmp_path / "t.parquet")
    assert set(file.metadata.metadata) == {b"ARROW:schema"}
    assert file.schema_arrow.metadata is None
    assert file.metadata.created_by == f"parquet-cpp-arrow version {pa.__version__}"


def test_fixed_size_vectors_stay_so(tmp_path: Path) -> None:
    tables.write(vectors(3, 5), tmp_path / "v.parquet", tables.VECTORS)
    found = tables.read_arrow(tmp_path / "v.parquet", tables.VECTORS)
    assert found.schema.field("vector").type == pa.list_(pa.float32(), 5)
    assert found.column("vector").to_pylist() == vectors(3, 5).column("vector").to_pylist()
    assert tables.read(tmp_path / "v.parquet", tables.VECTORS)["vector"].dtype == pl.Array(pl.Float32, 5)


_LISTS = {"start": [[], [0, 6]], "end": [[], [4, 8]], "word": [[], [1, 0]], "case": [[], [0, 9]]}
TOKENS = pl.DataFrame(
    {"instance_id": [3, 5], "query_id": ["q", "r"], "doc_id": ["d", "e"], "label": [0, 1]}
    | {side: ["", "свет  on"] for side in ("query", "passage")}
    | {f"{side}_{what}": lists for side in ("query", "passage") for what, lists in _LISTS.items()},
    schema_overrides={"label": pl.Int8}
    | {f"{side}_{what}": pl.List(pl.Int32) for side in ("query", "passage") for what in ("start", "end", "word")}
    | {f"{side}_case": pl.List(pl.Int8) for side in ("query", "passage")},
).select(list(tables.TOKENS.columns))


def test_lists_of_any_length_survive(tmp_path: Path) -> None:
    tables.write(TOKENS, tmp_path / "t.parquet", tables.TOKENS)
    assert tables.read(tmp_path / "t.parquet", tables.TOKENS).rows() == TOKENS.rows()


def test_an_empty_table_keeps_its_schema(tmp_path: Path) -> None:
    tables.write(PASSAGES.clear(), tmp_path / "t.parquet", tables.PASSAGES)
    found = tables.read(tmp_path / "t.parquet", tables.PASSAGES)
    assert found.shape == (0, 3)


def test_nulls_only_where_the_contract_allows_them(tmp_path: Path) -> None:
    allowed = pl.DataFrame([SUMMARY], schema_overrides=SUMMARY_TYPES)
    tables.write(allowed, tmp_path / "summary.parquet", tables.SUMMARY)
    assert tables.read(tmp_path / "summary.parquet", tables.SUMMARY)["deviation"].to_list() == [None]
    refused = pl.DataFrame([SUMMARY | {"mean": None}], schema_overrides=SUMMARY_TYPES | {"mean": pl.Float64})
    (tmp_path / "new").mkdir()
    message = refusal(refused, tmp_path / "new" / "s.parquet", tables.SUMMARY)
    assert "'mean'" in message and "row 0" in message and "nulls are not allowed" in message


def test_a_null_is_named_with_its_row(tmp_path: Path) -> None:
    broken = PASSAGES.with_columns(text=pl.when(pl.col("doc_id") == "ж").then(None).otherwise(pl.col("text")))
    message = refusal(broken, tmp_path / "t.parquet", tables.PASSAGES)
    assert "'text'" in message and "row 2" in message


def test_a_null_within_a_list_is_named_with_its_row(tmp_path: Path) -> None:
    broken = TOKENS.with_columns(query_end=pl.Series([[], [4, None]], dtype=pl.List(pl.Int32)))
    message = refusal(broken, tmp_path / "t.parquet", tables.TOKENS)
    assert "'query_end'" in message and "row 1" in message


def test_a_wrong_type_is_named_with_the_right_one(tmp_path: Path) -> None:
    message = refusal(PASSAGES.with_columns(text=pl.lit(1)), tmp_path / "t.parquet", tables.PASSAGES)
    assert "'text'" in message and "int32" in message and "expected string" in message


def test_a_wider_number_is_not_quietly_narrowed(tmp_path: Path) -> None:
    qrels = pl.DataFrame({"query_id": ["q"], "doc_id": ["d"], "relevance": [300]})
    message = refusal(qrels, tmp_path / "t.parquet", tables.QRELS)
    assert "'relevance'" in message and "int64" in message and "expected int8" in message


def test_missing_and_unexpected_columns_are_named(tmp_path: Path) -> None:
    message = refusal(PASSAGES.rename({"text": "txet"}), tmp_path / "t.parquet", tables.PASSAGES)
    assert "missing columns ['text']" in message
    assert "unexpected columns ['txet']" in message
    assert "['doc_id', 'language', 'text']" in message


def test_a_column_given_twice_is_refused(tmp_path: Path) -> None:
    columns = PASSAGES.to_arrow().columns
    doubled = pa.Table.from_arrays([*columns, columns[2]], names=["doc_id", "language", "text", "text"])
    refusal(doubled, tmp_path / "t.parquet", tables.PASSAGES)


def test_a_repeated_key_is_named(tmp_path: Path) -> None:
    doubled = pl.concat([PASSAGES, PASSAGES.filter(pl.col("doc_id") == "あ")])
    message = refusal(doubled, tmp_path / "t.parquet", tables.PASSAGES)
    assert "('doc_id',)" in message and "repeats: ('あ',)" in message


def test_a_key_may_repeat_in_part(tmp_path: Path) -> None:
    qrels = pl.DataFrame(
        {"query_id": ["q", "q", "r"], "doc_id": ["c", "d", "d"], "relevance": [1, 1, 1]},
        schema_overrides={"relevance": pl.Int8},
    )
    tables.write(qrels, tmp_path / "t.parquet", tables.QRELS)
    assert tables.read(tmp_path / "t.parquet", tables.QRELS).height == 3


def test_reading_a_missing_file_says_what_was_expected(tmp_path: Path) -> None:
    with pytest.raises(SwitchRankError, match=r"none\.parquet: no such file; expected a Parquet table of passages"):
        tables.read(tmp_path / "none.parquet", tables.PASSAGES)


@pytest.mark.parametrize("keep", [0, 3, 200, -1])
def test_a_truncated_file_is_no_table(tmp_path: Path, keep: int) -> None:
    path = tmp_path / "t.parquet"
    tables.write(PASSAGES, path, tables.PASSAGES)
    path.write_bytes(path.read_bytes()[:keep])
    with pytest.raises(SwitchRankError) as caught:
        tables.read(path, tables.PASSAGES)
    assert str(path) in str(caught.value) and "unreadable or truncated" in str(caught.value)
    assert len(str(caught.value).splitlines()) == 1


def test_a_file_with_broken_pages_is_no_table(tmp_path: Path) -> None:
    path = tmp_path / "t.parquet"
    tables.write(PASSAGES, path, tables.PASSAGES)
    content = bytearray(path.read_bytes())
    content[4:60] = b"\xff" * 56
    path.write_bytes(content)
    with pytest.raises(SwitchRankError, match="unreadable or truncated"):
        tables.read(path, tables.PASSAGES)


def test_a_table_of_another_contract_is_refused_when_read(tmp_path: Path) -> None:
    tables.write(PASSAGES, tmp_path / "t.parquet", tables.PASSAGES)
    with pytest.raises(SwitchRankError, match=r"t\.parquet: not a table of queries: missing columns \['query_id'\]"):
        tables.read(tmp_path / "t.parquet", tables.QUERIES)
    pq.write_table(pa.table({"doc_id": [1], "language": ["en"], "text": ["a"]}), tmp_path / "u.parquet")
    with pytest.raises(SwitchRankError, match=r"u\.parquet: column 'doc_id' of passages is int64, expected string"):
        tables.read(tmp_path / "u.parquet", tables.PASSAGES)


def test_a_failed_write_leaves_the_old_file_whole(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    path = tmp_path / "t.parquet"
    tables.write(PASSAGES, path, tables.PASSAGES)
    before = path.read_bytes()

    class FullDisk(pq.ParquetWriter):
        def write_table(self, *arguments: object, **options: object) -> None:
            raise OSError("No space left on device")

    monkeypatch.setattr(tables.pq, "ParquetWriter", FullDisk)
    with pytest.raises(OSError, match="No space left"):
        tables.write(PASSAGES.head(2), path, tables.PASSAGES)
    assert path.read_bytes() == before
    assert [file.name for file in tmp_path.iterdir()] == ["t.parquet"]


def test_a_refused_table_leaves_the_old_file_whole(tmp_path: Path) -> None:
    path = tmp_path / "t.parquet"
    tables.write(PASSAGES, path, tables.PASSAGES)
    before = path.read_bytes()
    with pytest.raises(SwitchRankError):
        tables.write(pl.concat([PASSAGES, PASSAGES]), path, tables.PASSAGES)
    assert path.read_bytes() == before


def test_every_contract_names_its_own_columns() -> None:
    contracts = [value for value in vars(tables).values() if isinstance(value, tables.Contract)]
    assert len({contract.name for contract in contracts}) == len(contracts) >= 20
    for contract in contracts:
        assert set(contract.key) <= set(contract.columns), contract.name
        assert contract.nullable <= set(contract.columns) - set(contract.key), contract.name


# -- streams ------------------------------------------------------------------------------------
def test_streamed_rows_are_row_groups_and_read_back(tmp_path: Path) -> None:
    with tables.stream(tmp_path / "t.parquet", tables.TOKENS) as append:
        append(TOKENS[:1].to_arrow())
        append(TOKENS[1:].to_arrow())
    assert tables.group_count(tmp_path / "t.parquet", tables.TOKENS) == 2
    groups = list(tables.row_groups(tmp_path / "t.parquet", tables.TOKENS))
    assert [group.column("instance_id").to_pylist() for group in groups] == [[3], [5]]
    second = list(tables.row_groups(tmp_path / "t.parquet", tables.TOKENS, range(1, 2)))
    assert pl.DataFrame(second[0]).equals(TOKENS[1:])
    assert tables.read(tmp_path / "t.parquet", tables.TOKENS).rows() == TOKENS.rows()


@pytest.mark.parametrize("second", [0, 3, 2])
def test_streamed_keys_must_rise(tmp_path: Path, second: int) -> None:
    """A key below, equal to the last one, or out of order within the second piece."""
    wrong = TOKENS.with_columns(instance_id=pl.Series([second, 3 if second < 3 else 9]))
    with (
        pytest.raises(SwitchRankError, match=r"key \('instance_id',\) of tokens does not rise in the rows from"),
        tables.stream(tmp_path / "t.parquet", tables.TOKENS) as append,
    ):
        append(TOKENS[:1].to_arrow())
        append(wrong.to_arrow())
    assert not list(tmp_path.iterdir()), "nothing half-written is left"


def test_a_stream_that_breaks_leaves_what_was_there(tmp_path: Path) -> None:
    (tmp_path / "t.parquet").write_bytes(b"old")
    with pytest.raises(RuntimeError), tables.stream(tmp_path / "t.parquet", tables.TOKENS) as append:
        append(TOKENS.to_arrow())
        raise RuntimeError
    assert [(path.name, path.read_bytes()) for path in tmp_path.iterdir()] == [("t.parquet", b"old")]


def test_streams_of_the_wrong_table_are_refused(tmp_path: Path) -> None:
    wrong = PASSAGES.to_arrow()
    refused = pytest.raises(SwitchRankError, match="not a table of tokens")
    with refused, tables.stream(tmp_path / "t.parquet", tables.TOKENS) as append:
        append(wrong)
    with pytest.raises(SwitchRankError, match="no such file; expected a Parquet table of tokens"):
        list(tables.row_groups(tmp_path / "t.parquet", tables.TOKENS))


def test_polars_types_of_a_contract() -> None:
    found = tables.Contract("any", ("id",), {"id": pa.int64(), "text": pa.string(), "ids": pa.list_(pa.int32())}).schema
    assert list(found.items()) == [("id", pl.Int64), ("text", pl.String), ("ids", pl.List(pl.Int32))]
    empty = pl.DataFrame(schema=tables.QRELS.schema)
    assert empty.schema == {"query_id": pl.String, "doc_id": pl.String, "relevance": pl.Int8}
