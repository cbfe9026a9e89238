"""Tables that somebody edits, with what spreadsheets make of them: read, or one message for a mistake."""

from __future__ import annotations

import subprocess
import sys
from collections.abc import Callable, Mapping
from pathlib import Path
from typing import Any

import pytest

from switchrank.csv_tables import ANY_TEXT, NUMBER, SOME_TEXT, TRUTH_VALUE, Shape, read_csv
from switchrank.data.sources import read_sources
from switchrank.errors import SwitchRankError
from switchrank.evaluation.expected import read_published
from switchrank.languages import known_languages, read_languages
from tests.toy.workspace import ROOT

SHAPES = {"code": Shape("[a-z]{2}", "two letters"), "name": SOME_TEXT, "cased": TRUTH_VALUE, "note": ANY_TEXT}
ROWS = """code,name,cased,note
de,Deutsch,true,
ru,Русский,true,
ar,العربية,false,من اليمين
hi,हिन्दी,false,
ja,日本語,false,
"""


def read(folder: Path, data: str | bytes, shapes: Mapping[str, Shape] = SHAPES) -> list[tuple[int, dict[str, str]]]:
    path = folder / "table.csv"
    path.write_bytes(data if isinstance(data, bytes) else data.encode())
    return read_csv(path, shapes, key=["code"])


@pytest.mark.parametrize(
    "data",
    [
        ROWS,
        ROWS.encode("utf-8-sig"),
        ROWS.replace("\n", "\r\n"),
        ROWS.replace("\n", "\r"),
        ROWS.rstrip("\n"),
        ROWS.replace("\n", "\n\n"),
        "\r\n".join('"' + line.replace(",", '","') + '"' for line in ROWS.splitlines()).encode("utf-8-sig"),
    ],
    ids=["plain", "byte order mark", "CRLF", "CR", "no last line end", "empty lines", "a spreadsheet's quotes"],
)
def test_what_editors_and_spreadsheets_write_is_the_same_table(tmp_path: Path, data: str | bytes) -> None:
    rows = [row for _, row in read(tmp_path, data)]
    assert [row["name"] for row in rows] == ["Deutsch", "Русский", "العربية", "हिन्दी", "日本語"]
    assert rows[2] == {"code": "ar", "name": "العربية", "cased": "false", "note": "من اليمين"}


def test_columns_come_in_any_order_and_rows_know_their_line(tmp_path: Path) -> None:
    found = read(tmp_path, 'note,code,cased,name\n"one\ntwo",de,true,Deutsch\n"a, b",ja,false,日本語\n')
    assert [line for line, _ in found] == [3, 4]
    assert [row["note"] for _, row in found] == ["one\ntwo", "a, b"]


def test_a_line_separator_within_a_text_ends_no_row(tmp_path: Path) -> None:
    assert read(tmp_path, "code,name,cased,note\nde,Deutsch,true,a\u2028b\x85c\n")[0][1]["note"] == "a\u2028b\x85c"


@pytest.mark.parametrize(
    ("old", "new", "message"),
    [
        ("de,Deutsch,true", "de,Deutsch,TRUE", "line 2, column cased: found 'TRUE'; expected true or false"),
        ("ja,日本語,false", "ja,日本語,WAHR", "line 6, column cased: found 'WAHR'; expected true or false"),
        ("ja,日本語,false", "ja,日本語,", "line 6, column cased: found ''; expected true or false"),
        ("ja,日本語", "JA,日本語", "line 6, column code: found 'JA'; expected two letters"),
        ("ja,日本語", " ja,日本語", "line 6, column code: found ' ja'; expected two letters"),
        ("ja,日本語", "ja,", "line 6, column name: found ''; expected a text without blanks around it"),
        ("ja,日本語", "ja, 日本語", "line 6, column name: found ' 日本語'; expected a text without blanks around it"),
        ("ja,日本語", "de,日本語", "line 6, column code: found 'de' twice, first in line 2; each may occur once"),
        ("ja,日本語,false,", "ja,日本語,false", "line 6: not 4 cells, but 3; a text that holds a comma needs quotes"),
        ("ja,日本語,false,", "ja,日本語,false,,", "line 6: not 4 cells, but 5; a text that holds a comma"),
        (
            "code,name,cased,note",
            "code,name,note",
            ": missing columns ['cased'], unexpected columns []; expected code, ",
        ),
        ("note\n", "note,family\n", ": missing columns [], unexpected columns ['family']; expected code, name"),
        ("note\n", "name\n", ": missing columns ['note'], unexpected columns [], columns twice ['name']; expected"),
        ("name", "Name", ": missing columns ['name'], unexpected columns ['Name']; expected"),
        ("de,Deutsch", 'de,"Deut"sch', "line 2: ',' expected after '\"'; a quote within quotes is doubled"),
        ("ja,日本語", 'ja,"日本語', "line 6: unexpected end of data; a quote within quotes is doubled"),
    ],
)
def test_a_mistake_is_named_with_line_column_value_and_what_is_allowed(
    tmp_path: Path, old: str, new: str, message: str
) -> None:
    assert old in ROWS
    with pytest.raises(SwitchRankError) as caught:
        read(tmp_path, ROWS.replace(old, new))
    assert f"{tmp_path / 'table.csv'}{', ' * message.startswith('line')}{message}" in str(caught.value)


@pytest.mark.parametrize(
    ("data", "message"),
    [
        (ROWS.replace(",", ";"), "its columns are separated by semicolons; expected commas"),
        (ROWS.replace(",", "\t"), "its columns are separated by tabs; expected commas"),
        (ROWS.encode("utf-16"), "the text is UTF-16; expected UTF-8"),
        ("code,name,cased,note\nfr,Français,true,\n".encode("latin-1"), "not UTF-8 at byte 28; save the table as CSV"),
        ("", "missing columns ['code', 'name', 'cased', 'note'], unexpected columns []; expected code, name"),
    ],
    ids=["semicolons", "tabs", "UTF-16", "Latin-1", "empty"],
)
def test_another_delimiter_or_encoding_is_named(tmp_path: Path, data: str | bytes, message: str) -> None:
    with pytest.raises(SwitchRankError) as caught:
        read(tmp_path, data)
    assert f"{tmp_path / 'table.csv'}: {message}" in str(caught.value)


def test_a_missing_file_names_the_columns(tmp_path: Path) -> None:
    with pytest.raises(SwitchRankError, match=r"none\.csv: no such file; expected a table with the columns code, name"):
        read_csv(tmp_path / "none.csv", SHAPES, key=["code"])
    with pytest.raises(SwitchRankError, match="Is a directory; expected a table"):
        read_csv(tmp_path, SHAPES, key=["code"])


@pytest.mark.parametrize("text", ["1", "-0.5", ".71", "100.25"])
def test_numbers(tmp_path: Path, text: str) -> None:
    assert read(tmp_path, f"code,n\nde,{text}\n", {"code": SOME_TEXT, "n": NUMBER})[0][1]["n"] == text


@pytest.mark.parametrize("text", ["nan", "inf", "1e3", "25,9", "1 000", "१", "", "1.", "+1"])
def test_no_numbers(tmp_path: Path, text: str) -> None:
    with pytest.raises(SwitchRankError, match=r"line 2, column n: found .* expected a number with a decimal point"):
        read(tmp_path, f'code,n\nde,"{text}"\n', {"code": SOME_TEXT, "n": NUMBER})


# -- every table of the repository --------------------------------------------------------------
TABLES: dict[str, Callable[[Path], Any]] = {
    "src/switchrank/languages.csv": read_languages,
    "data/sources.csv": read_sources,
    "data/expected.csv": read_published,
}


def test_every_table_of_the_repository_has_its_reader() -> None:
    listed = subprocess.run(["git", "ls-files", "*.csv"], cwd=ROOT, capture_output=True, text=True)
    found = listed.stdout.split() if listed.returncode == 0 else TABLES
    assert sorted(found) == sorted(TABLES)


@pytest.mark.parametrize("name", TABLES)
def test_a_table_survives_a_spreadsheet(tmp_path: Path, name: str) -> None:
    expected = TABLES[name](ROOT / name)
    path = tmp_path / "saved.csv"
    text = (ROOT / name).read_text(encoding="utf-8")
    path.write_text(text.replace("\n", "\r\n"), encoding="utf-8-sig", newline="")
    assert TABLES[name](path) == expected


@pytest.mark.parametrize("name", TABLES)
def test_a_table_with_semicolons_or_without_a_column_is_refused(tmp_path: Path, name: str) -> None:
    path = tmp_path / "saved.csv"
    header, *rows = (ROOT / name).read_text(encoding="utf-8").splitlines()
    columns = header.split(",")
    path.write_text(";".join(columns) + "\n", encoding="utf-8")
    with pytest.raises(SwitchRankError, match=r"saved\.csv: its columns are separated by semicolons"):
        TABLES[name](path)
    path.write_text("\n".join([",".join(columns[:-1]), *rows]), encoding="utf-8")
    with pytest.raises(SwitchRankError, match=rf"saved\.csv: missing columns \['{columns[-1]}'\]"):
        TABLES[name](path)
    path.write_text("\n".join([header, rows[0], rows[0]]), encoding="utf-8")
    with pytest.raises(SwitchRankError, match=r"saved\.csv, line 3, .* twice, first in line 2; each may occur once"):
        TABLES[name](path)


@pytest.mark.parametrize(
    ("old", "new", "message"),
    [
        ("de,German,Latin,ltr,true", "de,German,Latin,ltr,TRUE", "column cased: found 'TRUE'; expected true or false"),
        ("ar,Arabic,Arabic,rtl", "ar,Arabic,Arabic,RTL", "column direction: found 'RTL'; expected ltr or rtl"),
        ("de,German", "deu,German", "column language: found 'deu'; expected two small letters, an ISO 639-1 code"),
        (
            "de,German",
            "xx,German",
            "column language: found 'xx'; expected two small letters, an ISO 639-1 code, but not xx",
        ),
        ("Indo-European,Germanic", ",Germanic", "column family: found ''; expected a text without blanks around it"),
        (
            "Indo-European,Germanic",
            "Indo-European,",
            "column genus: found ''; expected a text without blanks around it",
        ),
    ],
)
def test_a_row_of_the_languages_is_checked(tmp_path: Path, old: str, new: str, message: str) -> None:
    text = (ROOT / "src/switchrank/languages.csv").read_text(encoding="utf-8")
    assert old in text
    path = tmp_path / "languages.csv"
    path.write_text(text.replace(old, new), encoding="utf-8")
    with pytest.raises(SwitchRankError) as caught:
        read_languages(path)
    assert message in str(caught.value)


def test_a_new_language_needs_one_row(tmp_path: Path) -> None:
    path = tmp_path / "languages.csv"
    text = (ROOT / "src/switchrank/languages.csv").read_text(encoding="utf-8")
    path.write_text(text + "ta,Tamil,Tamil,ltr,false,true,Dravidian,Southern\n", encoding="utf-8")
    assert read_languages(path)["ta"]["family"] == "Dravidian"
    assert "ta" not in known_languages()


def test_the_module_imports_nothing_heavy() -> None:
    heavy = "{'polars', 'numpy', 'pyarrow', 'torch', 'pydantic'}"
    program = f"import sys, switchrank.csv_tables; print(sorted({heavy} & {{*sys.modules}}))"
    found = subprocess.run([sys.executable, "-c", program], capture_output=True, text=True, check=True)
    assert found.stdout.strip() == "[]"
