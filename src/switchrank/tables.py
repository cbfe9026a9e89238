"""The tables between stages: their contracts in one place, and the only way to read and write them.

`write` checks columns, types, nulls, key uniqueness and sorts by key, writes to a temporary file and
renames it: a file that exists is complete. Equal data gives equal bytes: fixed writer options, and no
time, host or library metadata in the footer except the name and version of the Parquet writer, which the
format requires. `read` checks the schema.
"""

from __future__ import annotations

from collections import deque
from collections.abc import Callable, Iterable, Iterator, Sequence
from concurrent.futures import Future, ThreadPoolExecutor
from contextlib import ExitStack, contextmanager
from dataclasses import dataclass
from itertools import groupby
from operator import itemgetter
from pathlib import Path

import polars as pl
import pyarrow as pa
import pyarrow.compute as pc
import pyarrow.parquet as pq

from switchrank.errors import SwitchRankError
from switchrank.files import whole

_STRING, _FLOAT, _DOUBLE, _INT, _LONG, _SMALL, _TINY = (
    pa.string(),
    pa.float32(),
    pa.float64(),
    pa.int32(),
    pa.int64(),
    pa.int16(),
    pa.int8(),
)
ROW_GROUP = 131_072
"""Most rows of a row group."""
_READERS = 2
STREAMED_ROWS = 32_768
"""Rows of a row group of tables that are streamed: a stage holds one row group in memory at a time."""


@dataclass(frozen=True)
class Contract:
    """The contract of a table.

    Attributes:
        name: the contract's name, used in messages.
        key: columns that identify a row; rows are unique and sorted by them.
        columns: Arrow type by column name, in the order of the file. `pa.list_(pa.float32())` in a
            contract also admits a fixed-size list (word vectors, whose dimension is data).
        nullable: columns in which nulls are allowed.
        different: columns of mostly distinct values, which are stored plain: a Parquet dictionary of them would be
            built, overflow and be discarded.
    """

    name: str
    key: tuple[str, ...]
    columns: dict[str, pa.DataType]
    nullable: frozenset[str] = frozenset()
    different: frozenset[str] = frozenset()

    @property
    def schema(self) -> dict[str, pl.DataType]:
        """polars type by column, in the order of the file."""
        return dict(pl.DataFrame(pa.schema(list(self.columns.items())).empty_table()).schema)


def _contract(name: str, key: str, nullable: str = "", different: str = "", **columns: pa.DataType) -> Contract:
    return Contract(name, tuple(key.split()), columns, frozenset(nullable.split()), frozenset(different.split()))


# -- data ---------------------------------------------------------------------------------------
PASSAGES = _contract("passages", "doc_id", different="text", doc_id=_STRING, language=_STRING, text=_STRING)
QUERIES = _contract("queries", "query_id", different="text", query_id=_STRING, language=_STRING, text=_STRING)
TITLES = _contract("titles", "title_id", title_id=_STRING, group=_STRING, language=_STRING, text=_STRING)
SPLITS = _contract("splits", "doc_id", nullable="split", doc_id=_STRING, group=_STRING, split=_STRING)
LABELS = _contract("labels", "query_id kind", query_id=_STRING, kind=_STRING, label=_STRING)
LEFT_OUT = _contract("left_out", "kind id language", kind=_STRING, id=_STRING, language=_STRING, text=_STRING)
CONTAMINATION = _contract("contamination", "kind", kind=_STRING, trained=_LONG, judged=_LONG, equal=_LONG)
QRELS = _contract("qrels", "query_id doc_id", query_id=_STRING, doc_id=_STRING, relevance=_TINY)
CANDIDATES = _contract("candidates", "query_id rank", query_id=_STRING, doc_id=_STRING, rank=_INT, score=_FLOAT)
INSTANCES = _contract("instances", "instance_id", instance_id=_LONG, query_id=_STRING, doc_id=_STRING, label=_TINY)
EMBEDDED = _contract("embedded", "id", different="id vector", id=_STRING, vector=pa.list_(_FLOAT))
MIXED = _contract("mixed", "id", id=_STRING, language=_STRING)

# -- lexicon ------------------------------------------------------------------------------------
VECTORS = _contract("vectors", "rank", different="word vector", word=_STRING, rank=_INT, vector=pa.list_(_FLOAT))
TRAINED_VECTORS = _contract(
    "trained vectors",
    "language rank",
    different="word vector",
    language=_STRING,
    word=_STRING,
    rank=_INT,
    vector=pa.list_(_FLOAT),
)
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
    "instance_id",
    different="query passage",
    instance_id=_LONG,
    query_id=_STRING,
    doc_id=_STRING,
    label=_TINY,
    query=_STRING,
    query_start=pa.list_(_INT),
    query_end=pa.list_(_INT),
    query_word=pa.list_(_INT),
    query_case=pa.list_(_TINY),
    passage=_STRING,
    passage_start=pa.list_(_INT),
    passage_end=pa.list_(_INT),
    passage_word=pa.list_(_INT),
    passage_case=pa.list_(_TINY),
)
VOCABULARY = _contract("vocabulary", "word_id", word_id=_INT, word=_STRING, query_count=_LONG, passage_count=_LONG)
CORPUS = _contract(
    "corpus",
    "instance_id",
    different="query passage",
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
    query_unknown=_INT,
    query_switched=_INT,
    query_content=_INT,
    query_content_switched=_INT,
    passage_tokens=_INT,
    passage_known=_INT,
    passage_unknown=_INT,
    passage_switched=_INT,
    passage_content=_INT,
    passage_content_switched=_INT,
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
    content=_LONG,
    content_switched=_LONG,
    content_realised=_DOUBLE,
    nullable="content content_switched content_realised",
)
ENCODED = _contract(
    "encoded",
    "instance_id",
    instance_id=_LONG,
    query_id=_STRING,
    label=_TINY,
    query_ids=pa.list_(_INT),
    passage_ids=pa.list_(_INT),
)

# -- encoder ------------------------------------------------------------------------------------
PAIRS = _contract(
    "pairs",
    "pair_id",
    nullable="english",
    pair_id=_LONG,
    kind=_STRING,
    origin=_STRING,
    document=_STRING,
    anchor_side=_STRING,
    positive_side=_STRING,
    anchor_language=_STRING,
    positive_language=_STRING,
    anchor=_STRING,
    positive=_STRING,
    english=_STRING,
    joint=pa.bool_(),
)
NEGATIVES = _contract(
    "negatives",
    "pair_id position",
    nullable="similarity positive_similarity",
    pair_id=_LONG,
    position=_INT,
    text=_STRING,
    language=_STRING,
    document=_STRING,
    similarity=_FLOAT,
    positive_similarity=_FLOAT,
)
BATCHES = _contract("batches", "step position", step=_INT, position=_INT, pair_id=_LONG)
DIAGNOSTICS = _contract("diagnostics", "step measure", step=_INT, measure=_STRING, value=_DOUBLE)
TRAINING = _contract(
    "training",
    "step",
    step=_INT,
    loss=_DOUBLE,
    learning_rate=_DOUBLE,
    gradient_norm=_DOUBLE,
    padding=_DOUBLE,
    pairs_per_second=_DOUBLE,
    peak_memory=_DOUBLE,
)
DEV = _contract("dev", "step pair measure", step=_INT, pair=_STRING, measure=_STRING, value=_DOUBLE)

# -- evaluation ---------------------------------------------------------------------------------
RUN = _contract(
    "run",
    "pair query_id rank",
    different="doc_id",
    pair=_STRING,
    query_id=_STRING,
    doc_id=_STRING,
    rank=_INT,
    score=_FLOAT,
)
POOL = _contract(
    "pool",
    "query_language query_id passage_language doc_id",
    query_language=_STRING,
    query_id=_STRING,
    passage_language=_STRING,
    doc_id=_STRING,
    rank=_INT,
    pool_rank=_INT,
)
CLASSES = _contract("classes", "kind language", kind=_STRING, language=_STRING, accuracy=_DOUBLE, queries=_LONG)
MEASURES = _contract(
    "measures", "pair measure query_id", pair=_STRING, measure=_STRING, query_id=_STRING, value=_DOUBLE
)
SUMMARY = _contract(
    "summary",
    "system benchmark regime pair measure",
    system=_STRING,
    benchmark=_STRING,
    regime=_STRING,
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
    "system baseline benchmark regime pair measure",
    system=_STRING,
    baseline=_STRING,
    benchmark=_STRING,
    regime=_STRING,
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
    seeds=_INT,
    test=_STRING,
    over=_STRING,
    clusters=_STRING,
    units=_INT,
    effect=_DOUBLE,
    reason=_STRING,
    error=_DOUBLE,
    degrees=_DOUBLE,
    detectable=_DOUBLE,
    p_equivalent=_DOUBLE,
    by_seed=pa.list_(_DOUBLE),
    repeats=_STRING,
    nullable="statistic p_value p_adjusted family low high effect reason error degrees detectable p_equivalent repeats",
)
OVERLAP = _contract(
    "overlap",
    "system benchmark regime pair measure bin",
    system=_STRING,
    benchmark=_STRING,
    regime=_STRING,
    pair=_STRING,
    measure=_STRING,
    bin=_INT,
    low=_DOUBLE,
    high=_DOUBLE,
    mean=_DOUBLE,
    deviation=_DOUBLE,
    seeds=_INT,
    queries=_INT,
    nullable="deviation",
)
EXPECTED = _contract(
    "expected",
    "row",
    row=_INT,
    reference=_STRING,
    source=_STRING,
    published_benchmark=_STRING,
    encoder=_STRING,
    training=_STRING,
    published_system=_STRING,
    against=_STRING,
    regime=_STRING,
    pair=_STRING,
    measure=_STRING,
    published=_DOUBLE,
    tolerance=_DOUBLE,
    system=_STRING,
    benchmark=_STRING,
    ours=_DOUBLE,
    difference=_DOUBLE,
    verdict=_STRING,
    reason=_STRING,
    nullable="against system benchmark ours difference reason",
)
BACKENDS = _contract(
    "backends",
    "pair backend measure",
    pair=_STRING,
    backend=_STRING,
    measure=_STRING,
    mean=_DOUBLE,
    difference=_DOUBLE,
    largest=_DOUBLE,
    reordered=_DOUBLE,
    queries=_INT,
)

# -- report -------------------------------------------------------------------------------------
CELLS = _contract(
    "cells",
    "row column",
    row=_INT,
    column=_INT,
    system=_STRING,
    label=_STRING,
    regime=_STRING,
    pair=_STRING,
    measure=_STRING,
    value=_DOUBLE,
    deviation=_DOUBLE,
    best=pa.bool_(),
    difference=_DOUBLE,
    low=_DOUBLE,
    high=_DOUBLE,
    significant=pa.bool_(),
    p_adjusted=_DOUBLE,
    files=pa.list_(_STRING),
    seeds=pa.list_(_INT),
    command=_STRING,
    nullable="value deviation difference low high p_adjusted",
)
COST = _contract(
    "cost",
    "stage rule",
    stage=_STRING,
    rule=_STRING,
    jobs=_INT,
    recorded=_INT,
    wall=_DOUBLE,
    cpu=_DOUBLE,
    gpu=_DOUBLE,
    memory=_DOUBLE,
    nullable="wall cpu gpu memory",
)
MANIFEST = _contract(
    "manifest",
    "path",
    path=_STRING,
    rule=_STRING,
    sha256=_STRING,
    settings=_STRING,
    code=_STRING,
    libraries=_STRING,
)


def write(table: pl.DataFrame | pa.Table, path: str | Path, contract: Contract) -> None:
    """Check a table against its contract and write it, completely or not at all.

    Args:
        table: the rows, in any order; columns in any order.
        path: the file; missing folders are made.
        contract: of the table.

    Raises:
        SwitchRankError: a column is missing, extra, of another type or null, a key repeats, or the file
            cannot be written.
    """
    arrow = table.to_arrow() if isinstance(table, pl.DataFrame) else table
    _check_schema(arrow.schema, path, contract)
    _refuse_nulls(arrow, path, contract)
    arrow = _widened(arrow, contract)
    _refuse_repeats(arrow, path, contract)
    with whole(path) as partial:
        _write_row_groups(arrow, partial, contract)


@contextmanager
def stream(path: str | Path, contract: Contract) -> Iterator[Callable[[pa.Table], None]]:
    """Write a table that does not fit into memory, one row group at a time, completely or not at all.

    Yields:
        A function that appends an Arrow table as the next row group. Its rows must follow the previous ones in the
        order of the key.

    Raises:
        SwitchRankError: as `write`; or a key does not rise.
    """
    last: list[tuple[object, ...]] = []

    def append(rows: pa.Table) -> None:
        _check_schema(rows.schema, path, contract)
        _refuse_nulls(rows, path, contract)
        last[:] = _rising_keys(rows, path, contract, last)
        writer.write_table(_cast(rows, contract).combine_chunks(), row_group_size=max(rows.num_rows, 1))

    with whole(path) as partial, _writer(partial, _stored_schema(contract), contract) as writer:
        yield append


def _rising_keys(
    rows: pa.Table, path: str | Path, contract: Contract, last: Sequence[tuple[object, ...]]
) -> list[tuple[object, ...]]:
    """The last key of these rows; keys must rise strictly from `last` on, so that none repeats."""
    if not rows.num_rows:
        return list(last)
    keys = pl.DataFrame(rows.select(list(contract.key)))
    previous = pl.concat([pl.DataFrame([last[0]], schema=keys.schema, orient="row"), keys]) if last else keys
    if previous.is_duplicated().any() or not previous.equals(previous.sort(list(contract.key))):
        raise SwitchRankError(
            f"{path}: key {contract.key} of {contract.name} does not rise in the rows from {keys.row(0)} on; "
            "streamed rows must come in the order of the key, each once"
        )
    return [keys.row(-1)]


def row_groups(path: str | Path, contract: Contract, groups: range | None = None) -> Iterator[pa.Table]:
    """Read a table one row group at a time.

    Args:
        path: of the table.
        contract: what it must hold.
        groups: numbers of the row groups; all when absent.

    Raises:
        SwitchRankError: as `read`.
    """
    with _opened(path, contract) as file:
        for group in range(file.num_row_groups) if groups is None else groups:
            yield _cast(file.read_row_group(group), contract)


def column_groups(
    path: str | Path, contract: Contract, columns: Sequence[str], coded: Sequence[str] = ()
) -> Iterator[pa.Table]:
    """Read some columns of a table one row group at a time, the next ones while the caller works on the last.

    Args:
        path: of the table.
        contract: what the whole table must hold.
        columns: those that are read.
        coded: columns of strings that are returned as dictionary arrays: fast for few distinct values.

    Raises:
        SwitchRankError: as `read`.
    """
    with ExitStack() as stack:
        # a Parquet file object is used by one thread at a time, so each thread has its own
        files = [stack.enter_context(_opened(path, contract, coded)) for _ in range(_READERS)]
        readers = [stack.enter_context(ThreadPoolExecutor(1)) for _ in files]
        ahead: deque[Future[pa.Table]] = deque()
        for group in range(files[0].num_row_groups):
            read = files[group % _READERS].read_row_group
            ahead.append(readers[group % _READERS].submit(read, group, columns=list(columns), use_threads=False))
            if len(ahead) > _READERS:
                yield ahead.popleft().result()
        while ahead:
            yield ahead.popleft().result()


def by_value(pieces: Iterable[pa.Table], column: str) -> Iterator[tuple[str, Iterator[pa.Table]]]:
    """Divide row groups where a column changes its value.

    Args:
        pieces: row groups of a table that is sorted by the column first, such as RUN by `pair`.
        column: of strings, plain or dictionary-coded.

    Returns:
        Each value with its rows in pieces, which must be read before the next value is requested.
    """
    cut = (part for piece in pieces for part in _cut(piece, column))
    for value, parts in groupby(cut, key=itemgetter(0)):
        yield value, (rows for _, rows in parts)


def _cut(piece: pa.Table, column: str) -> Iterator[tuple[str, pa.Table]]:
    """Runs of equal values, each with its rows."""
    runs = pc.run_end_encode(piece.column(column).cast(pa.string()).combine_chunks())
    start = 0
    for value, end in zip(runs.values.to_pylist(), runs.run_ends.to_pylist(), strict=True):
        yield value, piece.slice(start, end - start)
        start = end


def values_of(path: str | Path, contract: Contract, column: str) -> Iterator[str]:
    """The values of one column of strings, in the order of the rows, with one row group in memory at a time.

    Raises:
        SwitchRankError: as `read`.
    """
    for group in column_groups(path, contract, [column]):
        yield from group.column(column).to_pylist()


def group_count(path: str | Path, contract: Contract) -> int:
    """Row groups of a table.

    Raises:
        SwitchRankError: as `read`.
    """
    with _opened(path, contract) as file:
        return int(file.num_row_groups)


@contextmanager
def _opened(path: str | Path, contract: Contract, coded: Sequence[str] = ()) -> Iterator[pq.ParquetFile]:
    if not Path(path).is_file():
        raise SwitchRankError(f"{path}: no such file; expected a Parquet table of {contract.name}")
    try:
        with pq.ParquetFile(path, pre_buffer=False, read_dictionary=list(coded)) as file:
            _check_schema(_decoded(file.schema_arrow, coded), path, contract)
            yield file
    except (pa.ArrowException, OSError) as error:
        raise _unreadable(path, contract, error) from error


def _decoded(schema: pa.Schema, coded: Sequence[str]) -> pa.Schema:
    """The schema of the file if these columns are not read as dictionaries."""
    types = {
        field.name: field.type.value_type if field.name in coded and pa.types.is_dictionary(field.type) else field.type
        for field in schema
    }
    return pa.schema(list(types.items())) if len(types) == len(schema) else schema


def _unreadable(path: str | Path, contract: Contract, error: Exception) -> SwitchRankError:
    reason = str(error).splitlines()[0]
    return SwitchRankError(
        f"{path}: unreadable or truncated ({reason}); expected a Parquet table of {contract.name}: "
        "delete the file and run again"
    )


def read(path: str | Path, contract: Contract) -> pl.DataFrame:
    """Read a table and check its schema.

    Raises:
        SwitchRankError: the file is missing, truncated, not Parquet, or of another contract.
    """
    return pl.DataFrame(read_arrow(path, contract))


def read_arrow(path: str | Path, contract: Contract) -> pa.Table:
    """As `read`, as an Arrow table (keeps fixed-size lists)."""
    with _opened(path, contract) as file:
        return _cast(file.read(), contract)


def _write_row_groups(arrow: pa.Table, path: Path, contract: Contract) -> None:
    """Gather by key (strings by code point), cast and write one row group at a time: the texts of millions of
    passages overflow the 32-bit offsets of one Arrow string array, those of a row group do not."""
    order = pc.sort_indices(arrow, sort_keys=[(name, "ascending") for name in contract.key])
    with _writer(path, _cast(arrow.slice(0, 0), contract).schema, contract) as writer:
        for start in range(0, max(arrow.num_rows, 1), ROW_GROUP):
            group = _cast(arrow.take(order.slice(start, ROW_GROUP)), contract)
            writer.write_table(group.combine_chunks(), row_group_size=ROW_GROUP)


def _writer(path: Path, schema: pa.Schema, contract: Contract) -> pq.ParquetWriter:
    """One set of options for all tables, so that equal data gives equal bytes."""
    return pq.ParquetWriter(
        path,
        schema,
        use_dictionary=[_leaf(name, kind) for name, kind in contract.columns.items() if name not in contract.different],
        compression={_leaf(name, kind): _codec(kind) for name, kind in contract.columns.items()},
        compression_level={_leaf(name, kind): 1 for name, kind in contract.columns.items() if _codec(kind) == "zstd"},
        version="2.6",
        data_page_version="1.0",
        write_statistics=True,
        store_schema=True,
    )


def _codec(found: pa.DataType) -> str:
    """The bits of vectors are almost random: compressing them takes time and saves little."""
    return "none" if is_list(found) and pa.types.is_floating(found.value_type) else "zstd"


def _leaf(name: str, found: pa.DataType) -> str:
    """The name of the column that Parquet stores the values in."""
    return f"{name}.list.element" if is_list(found) else name


def _stored_schema(contract: Contract) -> pa.Schema:
    return pa.schema(list(contract.columns.items()))


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
    """Equal except in the width of string and list offsets (polars uses the wide ones)."""
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
    """Whether an Arrow type is a list, with any width of offsets or fixed size."""
    return bool(pa.types.is_list(found) or pa.types.is_large_list(found) or pa.types.is_fixed_size_list(found))


def _refuse_repeats(arrow: pa.Table, path: str | Path, contract: Contract) -> None:
    keys = pl.DataFrame(arrow.select(list(contract.key)))
    repeated = keys.filter(keys.is_duplicated())
    if repeated.height:
        first = repeated.sort(list(contract.key)).row(0)
        raise SwitchRankError(f"{path}: key {contract.key} of {contract.name} repeats: {first}")
