"""What a configuration file says twice or otherwise than it seems is found before YAML has read it."""

from __future__ import annotations

from pathlib import Path

import pytest

from switchrank.config.yaml_text import check_text
from switchrank.errors import SwitchRankError
from tests.toy.workspace import ROOT


def mistakes(folder: Path, text: str | bytes, name: str = "config.yaml") -> list[str]:
    """What is said about a file with this text, without its folder."""
    path = folder / name
    path.write_bytes(text if isinstance(text, bytes) else text.encode())
    with pytest.raises(SwitchRankError) as caught:
        check_text(path)
    message = str(caught.value).replace(f"{folder}/", "")
    assert "Traceback" not in message
    return [line.strip() for line in message.removeprefix("configuration:\n").splitlines()]


@pytest.mark.parametrize("path", [ROOT / "config.yaml", *sorted((ROOT / "config").glob("*.yaml"))])
def test_every_committed_configuration_is_fine(path: Path) -> None:
    check_text(path)


@pytest.mark.parametrize(
    ("text", "line", "key", "before"),
    [
        ("corpora:\n  mlcs:\n    p: 0.5\n    seed: 1\n    p: 0.9\n", 5, "corpora.mlcs.p", 3),
        ("systems: {a: 1}\nrun: {seeds: [1]}\nsystems: {b: 2}\n", 3, "systems", 1),
        ("lexicons: {словарь: 1, 詞典: 2, словарь: 3}", 1, "lexicons.словарь", 1),
        (
            "corpora: {معجم: {p: 0.5}}\nencoders:\n- pairs: [{kind: words, kind: switched}]",
            3,
            "encoders.0.pairs.0.kind",
            3,
        ),
        ('a: {"शब्द": 1,\n  शब्द: 2}', 2, "a.शब्द", 1),
        ("a: {0.5: x, 0.5: y}", 1, "a.0.5", 1),
        ('{"run": {"seeds": [1],\n\t"seeds": [2]}}', 2, "run.seeds", 1),
        ("\ufeffrun:\n  seeds: [1]\n  seeds: [2]\n", 3, "run.seeds", 2),
        ("a: &x {p: 1, p: 2}\nb: *x\n", 1, "a.p", 1),
    ],
)
def test_a_key_that_stands_twice(tmp_path: Path, text: str, line: int, key: str, before: int) -> None:
    expected = f"config.yaml, line {line}: {key}: stands in line {before} too; each key may occur once"
    assert mistakes(tmp_path, text) == [expected]


def test_every_repeated_key_is_named_with_the_first_place(tmp_path: Path) -> None:
    found = mistakes(tmp_path, "p: 1\np: 2\nq: {r: 1, r: 2}\np: 3\n")
    assert [line.split(";")[0] for line in found] == [
        "config.yaml, line 2: p: stands in line 1 too",
        "config.yaml, line 3: q.r: stands in line 3 too",
        "config.yaml, line 4: p: stands in line 1 too",
    ]


def test_the_same_key_in_two_places_or_with_another_type_is_another_key(tmp_path: Path) -> None:
    path = tmp_path / "config.yaml"
    path.write_text("a: {p: 1}\nb: {p: 1}\nc: {1: x, '1': y}\nd: &d {e: 1}\nf: *d\ng: *d\n", encoding="utf-8")
    check_text(path)


@pytest.mark.parametrize(
    ("written", "read"), [("010", 8), ("01", 1), ("-017", -15), ("1:30", 90), ("0_7", 7), ("1:30.5", 90.5)]
)
def test_a_number_that_yaml_reads_otherwise(tmp_path: Path, written: str, read: float) -> None:
    (line,) = mistakes(tmp_path, f"run:\n  seeds: [2, {written}]\n")
    assert line.startswith(f"config.yaml, line 2: run.seeds.1: found {written}, which YAML reads as {read}; write a ")


@pytest.mark.parametrize(
    "written", ["0", "10", "1_000", "0.5", "0x10", "1e-4", "1.5e-4", "'010'", "'1:30'", "-3", "en-de"]
)
def test_other_numbers_and_texts_are_as_they_seem(tmp_path: Path, written: str) -> None:
    path = tmp_path / "config.yaml"
    path.write_text(f"value: {written}\n", encoding="utf-8")
    check_text(path)


@pytest.mark.parametrize(
    ("text", "place"),
    [
        ("run:\n  seeds: [1\n  x: 2\n", "config.yaml, line 3, column 4: while parsing a flow sequence, expected ','"),
        ("run:\n\tseeds: [1]\n", "config.yaml, line 2, column 1: while scanning for the next token, found character"),
        ("a: 1\n b: 2\n", "config.yaml, line 2, column 3: mapping values are not allowed here"),
        ("a: *nobody\n", "config.yaml, line 1, column 4: found undefined alias 'nobody'"),
        ("a: 'ungeschlossen\n", "config.yaml, line 2, column 1: while scanning a quoted scalar, found unexpected"),
        ("a: 1\n---\nb: 2\n", "config.yaml, line 2, column 1: expected a single document in the stream, but found"),
        ("- en\n- de\n", "config.yaml, line 1: expected keys with values"),
        ("a: \x07\n", "config.yaml: unacceptable character #x0007"),
        ("конфигурация: 1".encode("utf-16"), "config.yaml: not UTF-8 at byte 0"),
        ("größe: 1".encode("latin-1"), "config.yaml: not UTF-8 at byte 2"),
    ],
)
def test_what_is_no_yaml_is_named_with_its_place(tmp_path: Path, text: str | bytes, place: str) -> None:
    (line,) = mistakes(tmp_path, text)
    assert line.startswith(place) and "expected" in line, line


def test_an_empty_file_and_a_file_that_is_not_there(tmp_path: Path) -> None:
    empty = tmp_path / "empty.yaml"
    empty.write_text("# nothing yet\n", encoding="utf-8")
    check_text(empty)
    with pytest.raises(SwitchRankError, match=r"none\.yaml: No such file or directory; expected a configuration"):
        check_text(tmp_path / "none.yaml")


def test_an_alias_of_itself_ends(tmp_path: Path) -> None:
    path = tmp_path / "config.yaml"
    path.write_text("a: &a [*a]\n", encoding="utf-8")
    check_text(path)
