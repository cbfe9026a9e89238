"""The reader of FEVEROUS: pages and claims in the published formats, and the scorer's rules."""

from __future__ import annotations

import json
import sqlite3
import unicodedata
from pathlib import Path
from typing import Any

import polars as pl
import pytest

from switchrank.data.readers.feverous.claims import Claim, claims_of
from switchrank.data.readers.feverous.elements import CONTEXT, Element, element_of
from switchrank.data.readers.feverous.pages import plain
from switchrank.data.readers.feverous.scoring import counted, evidence_scores
from switchrank.data.reading import BenchmarkReader, joined, open_reader
from switchrank.errors import SwitchRankError
from tests.toy.data_stage import run_data_stage
from tests.unit.data.real import real


def cell(name: str, value: str, header: bool = False, rows: int = 1, columns: int = 1) -> dict[str, Any]:
    return {"id": name, "value": value, "is_header": header, "row_span": str(rows), "column_span": str(columns)}


def nfd(text: str) -> str:
    return unicodedata.normalize("NFD", text)


KETTLES: dict[str, Any] = {
    "title": nfd("Café kettle"),
    "order": ["sentence_0", "table_0", "section_0", "sentence_1", "section_1", "list_0", "section_2", "table_1"],
    "sentence_0": "A café kettle boils [[Water|water]] for [[Tea]] 茶.",
    "table_0": {
        "type": "infobox",
        "table": [
            [cell("header_cell_0_0_0", "Café kettle", True, columns=2)],
            [cell("header_cell_0_1_0", "Power", True), cell("cell_0_1_1", "2,200 [[Watt|W]]")],
            [cell("header_cell_0_2_0", "Made in", True), cell("cell_0_2_1", "")],
        ],
    },
    "section_0": {"value": "Use", "level": 2},
    "sentence_1": "It switches off by itself.",
    "section_1": {"value": "In Russia", "level": 3},
    "list_0": {
        "type": "unordered_list",
        "list": [
            {"id": "item_0_0", "value": "Чайник in [[Moscow]]", "level": 0, "type": "unordered_list"},
            {"id": "item_0_1", "value": "غلاية", "level": 1},
        ],
    },
    "section_2": {"value": "Sales", "level": 2},
    "table_1": {
        "type": "table",
        "caption": "Sales by year",
        "table": [
            [cell("header_cell_1_0_0", "Year", True, rows=2), cell("header_cell_1_0_1", "Sold", True, columns=2)],
            [cell("header_cell_1_1_0", "Home", True), cell("header_cell_1_1_1", "Abroad", True)],
            [cell("header_cell_1_2_0", "2019", True), cell("cell_1_2_1", "11"), cell("cell_1_2_2", "12")],
            [cell("cell_1_3_0", "2020"), cell("cell_1_3_1", "21"), cell("cell_1_3_2", "22")],
        ],
    },
}
ELEMENTS = {
    "sentence_0": "Café kettle | A café kettle boils water for Tea 茶.",
    "header_cell_0_0_0": "Café kettle | Café kettle",
    "header_cell_0_1_0": "Café kettle | Power",
    "cell_0_1_1": "Café kettle | Power | Café kettle | 2,200 W",
    "header_cell_0_2_0": "Café kettle | Made in",
    "sentence_1": "Café kettle | Use | It switches off by itself.",
    "item_0_0": "Café kettle | Use | In Russia | Чайник in Moscow",
    "item_0_1": "Café kettle | Use | In Russia | غلاية",
    "table_caption_1": "Café kettle | Sales | Sales by year",
    "header_cell_1_0_0": "Café kettle | Sales | Year",
    "header_cell_1_0_1": "Café kettle | Sales | Sold",
    "header_cell_1_1_0": "Café kettle | Sales | Home",
    "header_cell_1_1_1": "Café kettle | Sales | Abroad",
    "header_cell_1_2_0": "Café kettle | Sales | 2019",
    "cell_1_2_1": "Café kettle | Sales | 2019 | Sold | Home | 11",
    "cell_1_2_2": "Café kettle | Sales | 2019 | Sold | Abroad | 12",
    "cell_1_3_0": "Café kettle | Sales | Year | 2019 | 2020",
    "cell_1_3_1": "Café kettle | Sales | Sold | Home | 21",
    "cell_1_3_2": "Café kettle | Sales | Sold | Abroad | 22",
}
"""Written out by hand from the tables; `cell_0_2_1` is empty."""
LAMPS = {"title": "Lamp", "order": ["sentence_0"], "sentence_0": "A lamp gives light."}
HEADER = {"evidence": [{"content": [], "context": {}}], "id": "", "claim": "", "label": "", "annotator_operations": []}
CLAIMS = [
    {
        "id": 24435,
        "claim": "A kettle has 2,200 watts and switches off.",
        "label": "SUPPORTS",
        "evidence": [
            {
                "content": ["Café kettle_cell_0_1_1", "Café kettle_sentence_1"],
                "context": {"Café kettle_cell_0_1_1": ["Café kettle_title", "Café kettle_header_cell_0_1_0"]},
            },
            {"content": [nfd("Café kettle_sentence_1"), "Lamp_sentence_0"], "context": {}},
        ],
        "annotator_operations": [{"operation": "start", "value": "start", "time": "0"}],
    },
    {"id": 7, "claim": "A lamp gives no light.", "label": "REFUTES", "evidence": [{"content": ["Lamp_sentence_0"]}]},
]


def write(folder: Path, claims: list[dict[str, Any]], pages: list[tuple[str, str]]) -> Path:
    with sqlite3.connect(folder / "wiki.db") as database:
        database.execute("CREATE TABLE wiki (id PRIMARY KEY, data json)")
        database.executemany("INSERT INTO wiki VALUES (?, ?)", pages)
    database.close()
    (folder / "dev.jsonl").write_text("".join(json.dumps(claim) + "\n" for claim in claims), encoding="utf-8")
    return folder


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    pages = [(page["title"], json.dumps(page)) for page in (KETTLES, LAMPS, LAMPS | {"title": "Unnamed"})]
    return write(tmp_path, [HEADER, *CLAIMS], pages)


def source(folder: Path, **settings: Any) -> dict[str, Any]:
    claims = {"test": str(folder / "dev.jsonl")}
    return {"format": "feverous", "database": str(folder / "wiki.db"), "claims": claims, **settings}


def reader(folder: Path, **settings: Any) -> BenchmarkReader[Any]:
    return open_reader(source(folder, **settings))


def test_pages_are_their_title_and_what_is_before_the_first_section(folder: Path) -> None:
    found = joined(reader(folder).passages("en"), "doc_id", "text")
    assert found.rows() == [
        (
            "Café kettle",
            "Café kettle | A café kettle boils water for Tea 茶. | Café kettle | Power | 2,200 W | Made in",
        ),
        ("Lamp", "Lamp | A lamp gives light."),
        ("Unnamed", "Unnamed | A lamp gives light."),
    ]
    assert not list(reader(folder).passages("de"))


def test_elements_have_their_context_before_them(folder: Path, capsys: pytest.CaptureFixture[str]) -> None:
    found = joined(reader(folder, level="element").passages("en"), "doc_id", "text")
    expected = {f"Café kettle_{name}": text for name, text in ELEMENTS.items()}
    expected |= {f"{page}_sentence_0": f"{page} | A lamp gives light." for page in ("Lamp", "Unnamed")}
    assert dict(found.rows()) == expected and found.height == len(expected)
    assert "wiki.db: 21 passages; nothing skipped" in capsys.readouterr().err


def test_a_page_is_the_group_of_its_elements(folder: Path) -> None:
    found = joined(reader(folder, level="element", pages="evidence").documents(["en"]), "doc_id", "group", "split")
    assert found["group"].to_list() == ["Café kettle"] * 19 + ["Lamp"] and found["split"].null_count() == 20


def test_claims_are_queries_and_evidence_is_relevant(folder: Path) -> None:
    assert joined(reader(folder).queries("test", "en"), "query_id", "text").rows() == [
        ("24435", "A kettle has 2,200 watts and switches off."),
        ("7", "A lamp gives no light."),
    ]
    pages = joined(reader(folder).qrels("test", "en"), "query_id", "doc_id", "relevance")
    assert pages.rows() == [("24435", "Café kettle", 1), ("24435", "Lamp", 1), ("7", "Lamp", 1)]
    elements = joined(reader(folder, level="element").qrels("test", "en"), "query_id", "doc_id", "relevance")
    names = ["Café kettle_cell_0_1_1", "Café kettle_sentence_1", "Lamp_sentence_0"]
    assert elements.rows() == [*(("24435", name, 1) for name in names), ("7", "Lamp_sentence_0", 1)]
    assert not list(reader(folder).queries("train", "en")) and not list(reader(folder).queries("test", "de"))


def test_only_the_pages_of_evidence_if_asked(folder: Path, capsys: pytest.CaptureFixture[str]) -> None:
    evidence = [{"content": ["Ștefan_sentence_0"], "context": {}}]
    with open(folder / "dev.jsonl", "a", encoding="utf-8") as file:
        file.write(json.dumps({"id": 8, "claim": "x", "label": "REFUTES", "evidence": evidence}) + "\n")
    found = joined(reader(folder, pages="evidence").passages("en"), "doc_id", "text")
    assert found["doc_id"].to_list() == ["Café kettle", "Lamp"]
    said = capsys.readouterr().err
    assert "2 passages; skipped 1 with a title that the database lacks (first: 'Ștefan')" in said


@pytest.mark.parametrize("level", ["page", "element"])
def test_the_data_stage_runs_to_the_candidates(folder: Path, tmp_path: Path, level: str) -> None:
    run_data_stage({"source": source(folder, level=level), "languages": ["en"]}, tmp_path / "out", ["test"])
    qrels = pl.read_parquet(tmp_path / "out/qrels/test/shared.parquet")
    candidates = pl.read_parquet(tmp_path / "out/candidates/test/shared.parquet")
    assert qrels.height == (3 if level == "page" else 4)
    best = candidates.filter(pl.col("rank") == 1)
    assert dict(best.select("query_id", "doc_id").rows())["7"].startswith("Lamp")


def test_an_element_of_another_form_is_skipped_and_counted(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    broken = {
        "title": "Broken",
        "order": ["table_0", "sentence_9", "list_0", "sentence_0"],
        "table_0": {"type": "table", "table": [[{"id": "cell_0_0_0"}]]},
        "list_0": "none",
        "sentence_0": "Еще цело.",
    }
    write(tmp_path, CLAIMS, [("Broken", json.dumps(broken))])
    found = joined(reader(tmp_path, level="element").passages("en"), "doc_id", "text")
    assert found.rows() == [("Broken_sentence_0", "Broken | Еще цело.")]
    said = capsys.readouterr().err
    assert "1 passages; skipped 3 with another form than expected" in said and "page 'Broken', order[0]" in said


def test_pages_that_cannot_be_read_are_named(tmp_path: Path) -> None:
    write(tmp_path, CLAIMS, [("Lamp", "{")])
    with pytest.raises(SwitchRankError, match=r"wiki\.db, page 'Lamp': not valid JSON"):
        list(reader(tmp_path).passages("en"))
    (tmp_path / "wiki.db").write_bytes(b"not a database" * 100)
    with pytest.raises(SwitchRankError, match=r"wiki\.db: file is not a database; expected a SQLite database"):
        list(reader(tmp_path).passages("en"))
    sqlite3.connect(tmp_path / "empty.db").close()
    with pytest.raises(SwitchRankError, match=r"empty\.db: no such table: wiki; expected"):
        list(reader(tmp_path, database=str(tmp_path / "empty.db")).passages("en"))
    with pytest.raises(SwitchRankError, match="no such file; expected a SQLite database"):
        list(reader(tmp_path, database=str(tmp_path / "absent.db")).passages("en"))
    assert not (tmp_path / "absent.db").exists()


@pytest.mark.parametrize(
    ("name", "expected"),
    [
        ("Algebraic logic_header_cell_0_0_0", ("Algebraic logic", "header_cell", "_0_0_0")),
        ("Mukaradeeb_cell_10_3_1", ("Mukaradeeb", "cell", "_10_3_1")),
        ("2018 Mexican general election_item_11_11", ("2018 Mexican general election", "item", "_11_11")),
        ("水壶_table_caption_2", ("水壶", "table_caption", "_2")),
        (nfd("Siguranța_section_4"), ("Siguranța", "section", "_4")),
        ("चायदानी_title", ("चायदानी", "title", "")),
    ],
)
def test_names_of_elements(name: str, expected: tuple[str, str, str]) -> None:
    found = element_of(name, "x")
    assert (found.page, found.kind, found.position) == expected
    assert found.name == unicodedata.normalize("NFC", name)


@pytest.mark.parametrize(
    "name", ["Lamp", "Lamp_cell_0_1", "Lamp_title_0", "_sentence_0", "Lamp_sentence_x", "Lamp_b_1"]
)
def test_evidence_of_another_form_names_file_and_line(tmp_path: Path, name: str) -> None:
    rows = [HEADER, {"id": 1, "claim": "ا", "evidence": [{"content": [name], "context": {}}]}]
    write(tmp_path, rows, [])
    with pytest.raises(SwitchRankError, match=rf"dev\.jsonl, line 2: the evidence names '{name}'; expected a page"):
        list(reader(tmp_path).qrels("test", "en"))


@pytest.mark.parametrize(
    ("row", "message"),
    [
        ({"id": 1, "evidence": []}, "line 1: no 'claim'; found id, evidence"),
        ({"id": 1, "claim": "x", "evidence": {}}, "line 1, evidence: found {}, expected a list"),
        ({"id": 1, "claim": "x", "evidence": [{"context": {}}]}, r"line 1, evidence\[0\]: no 'content'"),
        ({"id": None, "claim": "x", "evidence": []}, "line 1: 'id' is None; expected a text"),
    ],
)
def test_claims_of_another_form_name_file_and_line(tmp_path: Path, row: dict[str, Any], message: str) -> None:
    write(tmp_path, [row], [])
    with pytest.raises(SwitchRankError, match=message):
        list(claims_of(tmp_path / "dev.jsonl"))


def test_an_empty_claim_after_the_first_line_is_an_error(tmp_path: Path) -> None:
    write(tmp_path, [CLAIMS[1], HEADER], [])
    with pytest.raises(SwitchRankError, match="line 2: 'id' is ''; expected a text that is not empty"):
        list(claims_of(tmp_path / "dev.jsonl"))


def test_the_text_of_links_stays() -> None:
    assert plain(" the [[New_York_City|city]]\n and [[Tea]], [[a|]] [x] ") == "the city and Tea, [x]"


def sentence(number: int) -> Element:
    return Element("P", "sentence", f"_{number}")


def table_cell(number: int) -> Element:
    return Element("P", "cell", f"_0_{number}_0")


def test_five_sentences_and_twenty_five_cells_count() -> None:
    item, caption = Element("P", "item", "_0_0"), Element("P", "table_caption", "_0")
    found = [sentence(0), *map(table_cell, range(23)), item, caption, table_cell(99), *map(sentence, range(1, 9))]
    assert counted(found) == [*found[:26], *map(sentence, range(1, 5))]


def test_scores_worked_out_by_hand() -> None:
    """First: 2 of 4 are relevant, the second set is complete. Second: its set lacks a cell, 1 of 1. Third: nothing was
    found. Fourth: the sixth sentence, which would complete the set, does not count; 0 of 5."""
    both, alone = (sentence(1), sentence(2)), (table_cell(1),)
    judged = [
        (Claim("1", "a", (both, alone)), [sentence(1), table_cell(1), sentence(7), table_cell(8)]),
        (Claim("2", "b", ((sentence(3), table_cell(3)),)), [sentence(3)]),
        (Claim("3", "c", (both,)), []),
        (Claim("4", "d", ((sentence(6),),)), [sentence(n) for n in (0, 1, 2, 3, 4, 6)]),
    ]
    scores = evidence_scores(judged)
    precision, recall = (0.5 + 1 + 1 + 0) / 4, (1 + 0 + 0 + 0) / 4
    assert (scores.precision, scores.recall) == (precision, recall)
    assert scores.f1 == pytest.approx(2 * precision * recall / (precision + recall)) == pytest.approx(0.357142857)
    assert evidence_scores(judged[3:]).f1 == 0.0
    assert evidence_scores([(Claim("5", "e", ()), [])]).recall == 1.0


def test_ten_real_claims(tmp_path: Path) -> None:
    path = real("feverous", "train10", "tentrain.jsonl")
    found = list(claims_of(path))
    assert [len(group) for claim in found for group in claim.sets] == [5, 5, 4, 3, 3, 3, 1, 6, 4, 3, 6]
    assert [claim.claim_id for claim in found][:3] == ["24435", "14802", "28540"] and len(found) == 10
    perfect = evidence_scores((claim, claim.sets[0]) for claim in found)
    assert perfect.precision == perfect.recall == 1.0
    evidence = {"test": str(path)}
    judged = joined(reader(tmp_path, claims=evidence).qrels("test", "en"), "query_id", "doc_id", "relevance")
    assert judged.filter(pl.col("query_id") == "70296")["doc_id"].to_list() == ["Herbivore men", "Aging of Japan"]


def test_all_real_dev_claims_as_far_as_their_evidence_goes(tmp_path: Path) -> None:
    """The flat file has evidence and its context in one list; as one set it has the published form."""
    rows = [
        json.loads(line) for line in real("feverous", "dev-flat", "feverous_dev_claims.jsonl").open(encoding="utf-8")
    ]
    claims = [
        {"id": row["n"], "claim": row["claim"], "label": row["label"], "evidence": [{"content": row["evidence"]}]}
        for row in rows
    ]
    write(tmp_path, claims, [])
    found = list(claims_of(tmp_path / "dev.jsonl"))
    kinds = pl.Series([element.kind for claim in found for group in claim.sets for element in group]).value_counts()
    assert dict(kinds.rows()) == {
        "cell": 19268,
        "sentence": 10215,
        "header_cell": 4542,
        "title": 2375,
        "section": 2186,
        "table_caption": 368,
        "item": 172,
    }
    assert len(found) == 7890 and all(claim.sets for claim in found)
    pages = {title for claim in found for title in claim.pages}
    written = {name.split("_")[0] for row in rows for name in row["evidence"]}
    assert len(pages) == len(written) == 4271 and pages == {unicodedata.normalize("NFC", title) for title in written}
    assert any(title != unicodedata.normalize("NFD", title) for title in pages)
    judged = joined(reader(tmp_path).qrels("test", "en"), "query_id", "doc_id", "relevance")
    assert judged["query_id"].n_unique() == 7890 and set(judged["doc_id"]) == pages
    elements = joined(reader(tmp_path, level="element").qrels("test", "en"), "query_id", "doc_id", "relevance")
    context = {c.claim_id for c in found if all(e.kind in CONTEXT for group in c.sets for e in group)}
    assert elements["query_id"].n_unique() == 7890 - len(context)
