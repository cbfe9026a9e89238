"""Files that are generated from the code are those that the code gives."""

from __future__ import annotations

import json
import runpy
from pathlib import Path
from typing import Any

import pytest

from switchrank import tables
from switchrank.config import Config, schema, schema_text

ROOT = Path(__file__).resolve().parents[2]


@pytest.fixture(scope="module")
def generate() -> dict[str, Any]:
    """The functions of docs/generate.py."""
    return runpy.run_path(str(ROOT / "docs" / "generate.py"))


@pytest.mark.parametrize("name", ["config.schema.json", "docs/configuration.md", "docs/tables.md"])
def test_the_generated_file_is_current(generate: dict[str, Any], name: str) -> None:
    path = ROOT / name
    wanted = generate["documents"]()[path]
    assert path.is_file(), f"{name} is missing: run `python docs/generate.py`"
    assert path.read_text(encoding="utf-8") == wanted, f"{name} is out of date: run `python docs/generate.py`"


def test_the_schema_file_is_the_schema() -> None:
    assert json.loads(schema_text()) == schema()
    assert (ROOT / "config.schema.json").read_text(encoding="utf-8") == schema_text()


def test_every_key_of_the_configuration_is_described(generate: dict[str, Any]) -> None:
    page = generate["configuration"]()
    rows = [line for line in page.splitlines() if line.startswith("| `")]
    assert len(rows) > 80
    assert not [row for row in rows if row.endswith("|  |")], "a key without a description"
    for key in Config.model_fields:
        assert f"| `{key}` |" in page


def test_every_contract_is_listed(generate: dict[str, Any]) -> None:
    page = generate["table_contracts"]()
    contracts = [value for value in vars(tables).values() if isinstance(value, tables.Contract)]
    for contract in contracts:
        section = page.split(f"## {contract.name}\n", 1)[1].split("\n## ", 1)[0]
        assert [line.split("`")[1] for line in section.splitlines() if line.startswith("| `")] == list(contract.columns)
    assert "| `p_value` | double |  | allowed |" in page
    assert "| `vector` | list<float> |  |  |" in page


def test_checking_names_what_is_out_of_date_and_writes_nothing(
    generate: dict[str, Any], tmp_path: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    main = generate["main"]
    names = main.__globals__
    monkeypatch.setitem(names, "ROOT", tmp_path)
    (tmp_path / "docs").mkdir()
    assert main(["--check"]) == 1
    assert "docs/tables.md: out of date; run `python docs/generate.py`" in capsys.readouterr().out
    assert not list(tmp_path.rglob("*.md"))
    assert main([]) == 0
    assert main(["--check"]) == 0
    assert main(["--chekc"]) == 2
    assert (tmp_path / "config.schema.json").read_text(encoding="utf-8") == schema_text()
