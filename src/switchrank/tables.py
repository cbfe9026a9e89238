"""The tables between stages: their contracts in one place, and the only way to read and write them.

`write` checks columns, types, nulls, key uniqueness and sorts by key, writes to a temporary file and
renames it: a file that exists is whole. Equal data gives equal bytes: fixed writer options, and no
time, host or library metadata in the footer but the name and version of the Parquet writer, which the
format asks for. `read` checks the schema.
"""

from __future__ import annotations

from dataclasses import dataclass
from pathlib import Path

import polars as pl
import pyarrow as pa
import pyarrow.compute as pc
import pyarrow.parquet as pq

from switchrank.errors import SwitchRankError

_STRING, _FLOAT, _DOUBLE, _INT, _LONG, _SMALL, _TINY = (
    pa.string(),
    pa.float32(),
    pa.float64(),
    pa.int32(),
    pa.int64(),
    pa.int16(),
    pa.int8(),
)
_ROW_GROUP = 131_072


@dataclass(frozen=True)
class Contract:
    """What a table holds.

    Attributes:
        name: the contract's name, used in messages.
        key: columns that identify a row; rows are unique and sorted by them.
        columns: Arrow type by column name, in the order of the file. `pa.list_(pa.float32())` in a
            contract also admits a fixed-size list (word vectors, whose dimension is data).
        nullable: columns in which nulls are allowed.
    """

    name: str
    key: tuple[str, ...]
    columns: dict[str, pa.DataType]
    nullable: frozenset[str] = frozenset()


def _contract(name: str, key: str, nullable: str = "", **columns: pa.DataType) -> Contract:
    return Contract(name, tuple(key.split()), columns, frozenset(nullable.split()))


# -- data ---------------------------------------------------------------------------------------
PASSAGES = _contract("passages", "doc_id", doc_id=_STRING, language=_STRING, text=_STRING)
QUERIES = _contract("queries", "query_id", query_id=_STRING, language=_STRING, text=_STRING)
TITLES = _contract("titles", "title_id", title_id=_STRING, language=_STRING, text=_STRING)
SPLITS = _contract("splits", "doc_id", doc_id=_STRING, group=_STRING, split=_STRING)
QRELS = _contract("qrels", "query_id doc_id", query_id=_STRING, doc_id=_STRING, relevance=_TINY)
CANDIDATES = _contract("candidates", "query_id rank", query_id=_STRING, doc_id=_STRING, rank=_INT, score=_FLOAT)
INSTANCES = _contract("instances", "instance_id", instance_id=_LONG, query_id=_STRING, doc_id=_STRING, label=_TINY)
MIXED = _contract("mixed", "id", id=_STRING, language=_STRING)

# -- lexicon ------------------------------------------------------------------------------------
VECTORS = _contract("vectors", "rank", word=_STRING, rank=_INT, vector=pa.list_(_FLOAT))
LEXICON = _contract(
    "lexicon",
    "source choice",
    source=_STRING,
    target=_STRING,
    choice=_SMALL,
    score=_FLOAT,
    margin=_FLOAT,
    method=_STRING,
    source_rank=_INT,
    target_rank=_INT,
)
QUALITY = _contract("quality", "source target measure", source=_STRING, target=_STRING, measure=_STRING, value=_DOUBLE)

# -- corpus -------------------------------------------------------------------------------------
TOKENS = _contract(
    "tokens",
    "id",
    id=_STRING,
    text=_STRING,
    start=pa.list_(_INT),
    end=pa.list_(_INT),
    word=pa.list_(_STRING),
)
CORPUS = _contract(
    "corpus",
    "instance_id",
    instance_id=_LONG,
    query_id=_STRING,
    doc_id=_STRING,
    label=_TINY,
    query=_STRING,
    passage=_STRING,
    query_language=_STRING,
    passage_language=_STRING,
    query_tokens=_INT,
    query_known=_INT,
    query_switched=_INT,
    passage_tokens=_INT,
    passage_known=_INT,
    passage_switched=_INT,
)
CORPUS_SUMMARY = _contract(
    "corpus summary",
    "pair side",
    pair=_STRING,
    side=_STRING,
    tokens=_LONG,
    switched=_LONG,
    unknown=_LONG,
    requested=_DOUBLE,
    realised=_DOUBLE,
)

# -- encoder ------------------------------------------------------------------------------------
PAIRS = _contract(
    "pairs",
    "pair_id",
    pair_id=_LONG,
    text_id=_STRING,
    kind=_STRING,
    language=_STRING,
    anchor=_STRING,
    positive=_STRING,
)
BATCHES = _contract("batches", "step position", step=_INT, position=_INT, pair_id=_LONG)
TRAINING = _contract(
    "training",
    "step",
    step=_INT,
    loss=_DOUBLE,
    learning_rate=_DOUBLE,
    gradient_norm=_DOUBLE,
    padding=_DOUBLE,
    pairs_per_second=_DOUBLE,
)

# -- evaluation ---------------------------------------------------------------------------------
RUN = _contract("run", "query_id rank", query_id=_STRING, doc_id=_STRING, rank=_INT, score=_FLOAT)
MEASURES = _contract("measures", "measure query_id", measure=_STRING, query_id=_STRING, value=_DOUBLE)
SUMMARY = _contract(
    "summary",
    "system benchmark setting pair measure",
    system=_STRING,
    benchmark=_STRING,
    setting=_STRING,
    pair=_STRING,
    measure=_STRING,
    mean=_DOUBLE,
    deviation=_DOUBLE,
    seeds=_INT,
    queries=_INT,
    nullable="deviation",
)
SIGNIFICANCE = _contract(
    "significance",
    "system baseline benchmark setting pair measure",
    system=_STRING,
    baseline=_STRING,
    benchmark=_STRING,
    setting=_STRING,
    pair=_STRING,
    measure=_STRING,
    difference=_DOUBLE,
    low=_DOUBLE,
    high=_DOUBLE,
    statistic=_DOUBLE,
    p_value=_DOUBLE,
    p_adjusted=_DOUBLE,
    correction=_STRING,
    family=_STRING,
    queries=_INT,
    nullable="statistic p_value p_adjusted low high",
)

# -- report -------------------------------------------------------------------------------------
CELLS = _contract(
    "cells",
    "row column",
    row=_INT,
    column=_INT,
    system=_STRING,
    setting=_STRING,
    pair=_STRING,
    measure=_STRING,
    value=_DOUBLE,
    best=pa.bool_(),
    significant=pa.bool_(),
    p_adjusted=_DOUBLE,
    nullable="value p_adjusted",
)
MANIFEST = _contract("manifest", "path", path=_STRING, rule=_STRING, sha256=_STRING, settings=_STRING, code=_STRING)


def write(table: pl.DataFrame | pa.Table, path: str | Path, contract: Contract) -> None:
    """Check a table against its contract and write it, whole or not at all.

    Args:
        table: the rows, in any order; columns in any order.
        path: where to; missing folders are made.
        contract: what the table must hold.

    Raises:
        SwitchRankError: a column is missing, extra, of another type or null, or a key repeats.
    """
    arrow = table.to_arrow() if isinstance(table, pl.DataFrame) else table
    _check_schema(arrow.schema, path, contract)
    _refuse_nulls(arrow, path, contract)
    arrow = _widened(arrow, contract)
    _refuse_repeats(arrow, path, contract)
    target = Path(path)
    target.parent.mkdir(parents=True, exist_ok=True)
    partial = target.with_name(f".{target.name}.partial")
    try:
        _write_row_groups(arrow, partial, contract)
        partial.replace(target)
    finally:
        partial.unlink(missing_ok=True)


def read(path: str | Path, contract: Contract) -> pl.DataFrame:
    """Read a table and check its schema.

    Raises:
        SwitchRankError: the file is missing, truncated, no Parquet, or of another contract.
    """
    return pl.DataFrame(read_arrow(path, contract))


def read_arrow(path: str | Path, contract: Contract) -> pa.Table:
    """As `read`, as an Arrow table (keeps fixed-size lists as they are)."""
    if not Path(path).is_file():
        raise SwitchRankError(f"{path}: no such file; expected a Parquet table of {contract.name}")
    try:
        arrow = pq.ParquetFile(path).read()
    except (pa.ArrowException, OSError) as error:
        reason = str(error).splitlines()[0]
        raise SwitchRankError(
            f"{path}: unreadable or truncated ({reason}); expected a Parquet table of {contract.name}: "
            "delete the file and run again"
        ) from error
    _check_schema(arrow.schema, path, contract)
    return _cast(arrow, contract)


def _write_row_groups(arrow: pa.Table, path: Path, contract: Contract) -> None:
    """Gather by key (strings by code point), cast and write a row group at a time: the texts of millions of
    passages overflow the 32-bit offsets of one Arrow string array, those of a row group do not."""
    order = pc.sort_indices(arrow, sort_keys=[(name, "ascending") for name in contract.key])
    schema = _cast(arrow.slice(0, 0), contract).schema
    with pq.ParquetWriter(
        path,
        schema,
        compression="zstd",
        compression_level=3,
        version="2.6",
        data_page_version="1.0",
        write_statistics=True,
        store_schema=True,
    ) as writer:
        for start in range(0, max(arrow.num_rows, 1), _ROW_GROUP):
            group = _cast(arrow.take(order.slice(start, _ROW_GROUP)), contract)
            writer.write_table(group.combine_chunks(), row_group_size=_ROW_GROUP)


def _widened(arrow: pa.Table, contract: Contract) -> pa.Table:
    """The contract's columns with 64-bit offsets, for sorting and gathering."""
    wide = pa.schema([(name, _wide(arrow.schema.field(name).type)) for name in contract.columns])
    return arrow.select(list(contract.columns)).cast(wide)


def _wide(found: pa.DataType) -> pa.DataType:
    if pa.types.is_string(found) or pa.types.is_large_string(found) or found == pa.string_view():
        return pa.large_string()
    if pa.types.is_list(found) or pa.types.is_large_list(found):
        return pa.large_list(_wide(found.value_type))
    return found


def _check_schema(schema: pa.Schema, path: str | Path, contract: Contract) -> None:
    found, wanted = set(schema.names), set(contract.columns)
    if found != wanted or len(schema.names) != len(found):
        missing, extra = sorted(wanted - found), sorted(found - wanted)
        raise SwitchRankError(
            f"{path}: not a table of {contract.name}: missing columns {missing}, unexpected columns {extra}; "
            f"expected {list(contract.columns)}"
        )
    for name, expected in contract.columns.items():
        if not _same_type(schema.field(name).type, expected):
            raise SwitchRankError(
                f"{path}: column {name!r} of {contract.name} is {schema.field(name).type}, expected {expected}"
            )


def _cast(arrow: pa.Table, contract: Contract) -> pa.Table:
    """Columns in the contract's order and types, without metadata; a fixed-size list stays one."""
    types = {
        name: pa.list_(wanted.value_type, found.list_size) if pa.types.is_fixed_size_list(found) else wanted
        for name, wanted in contract.columns.items()
        for found in [arrow.schema.field(name).type]
    }
    return arrow.select(list(types)).cast(pa.schema(list(types.items())))


def _same_type(found: pa.DataType, wanted: pa.DataType) -> bool:
    """Equal but for the width of string and list offsets (polars hands over the wide ones)."""
    if pa.types.is_string(wanted):
        return bool(pa.types.is_string(found) or pa.types.is_large_string(found) or found == pa.string_view())
    if pa.types.is_list(wanted):
        return is_list(found) and _same_type(found.value_type, wanted.value_type)
    return bool(found == wanted)


def _refuse_nulls(arrow: pa.Table, path: str | Path, contract: Contract) -> None:
    for name in contract.columns:
        if name not in contract.nullable and arrow.column(name).null_count:
            row = arrow.column(name).is_null().to_pylist().index(True)
            raise SwitchRankError(
                f"{path}: column {name!r} of {contract.name} is null in row {row}; nulls are not allowed there"
            )
        if is_list(contract.columns[name]) and pc.list_flatten(arrow.column(name)).null_count:
            row = next(at for at, values in enumerate(arrow.column(name).to_pylist()) if values and None in values)
            raise SwitchRankError(
                f"{path}: column {name!r} of {contract.name} has a null in the list of row {row}; "
                "nulls are not allowed there"
            )


def is_list(found: pa.DataType) -> bool:
    """Whether an Arrow type is a list, of whatever width of offsets or fixed size."""
    return bool(pa.types.is_list(found) or pa.types.is_large_list(found) or pa.types.is_fixed_size_list(found))


def _refuse_repeats(arrow: pa.Table, path: str | Path, contract: Contract) -> None:
    keys = pl.DataFrame(arrow.select(list(contract.key)))
    repeated = keys.filter(keys.is_duplicated())
    if repeated.height:
        first = repeated.sort(list(contract.key)).row(0)
        raise SwitchRankError(f"{path}: key {contract.key} of {contract.name} repeats: {first}")
