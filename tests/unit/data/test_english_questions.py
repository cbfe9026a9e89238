"""Readers of English question collections for training: squad-sentences, QED, CLAPNQ, SelQA."""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any

import polars as pl
import pytest
from pydantic import ValidationError

from switchrank.data.benchmarks import Benchmark
from switchrank.data.reading import joined, open_reader
from switchrank.errors import SwitchRankError
from tests.unit.data.real import real

SENTENCES = [
    "the mill -lrb- 1820 -rrb- grinds `` rye '' . ",
    "the mill -lrb- 1820 -rrb- grinds `` rye '' . ",
    "zoë left .",
]
QUESTIONS = ["what does it grind ?", "when was it built ?", "who left ?"]
QED = {
    "example_id": -3290814144789249484,
    "title_text": "Old mill",
    "question_text": "when did it stop",
    "paragraph_text": "It grinds rye . Zoë built it . It stopped in 1970 . ",
    "sentence_starts": [0, 16, 31],
    "original_nq_answers": [
        [{"start": 45, "end": 49, "string": "1970"}],
        [{"start": 20, "end": 25, "string": "built"}],
    ],
    "annotation": {"explanation_type": "none"},
}
SELECTED = {"explanation_type": "single_sentence", "selected_sentence": {"start": 31, "end": 51, "string": "It …"}}
CLAPNQ = {
    "id": "64",
    "input": "when did it stop",
    "passages": [
        {"title": "Old mill", "text": "…", "sentences": ["It grinds rye . ", "Zoë built it .", "It stopped ."]}
    ],
    "output": [
        {"answer": "a", "selected_sentences": ["It stopped ."], "meta": {}},
        {"answer": "b", "selected_sentences": ["Zoë built it . ", "It stopped ."], "meta": {}},
    ],
}
SELQA = {
    "section": "History",
    "question": "Who built the mill?",
    "article": "Old mill",
    "is_paraphrase": False,
    "topic": "ARTS",
    "answers": [1],
    "candidates": ["It grinds rye.", "Zoë built it.", "", "It stopped.", "Zoë built it."],
    "q_types": ["who"],
}


def lines(path: Path, *rows: Any) -> str:
    """Write JSON lines, or texts as they are."""
    texts = (row if isinstance(row, str) else json.dumps(row, ensure_ascii=False) for row in rows)
    path.write_text("".join(f"{text}\n" for text in texts), encoding="utf-8")
    return str(path)


def tables(source: dict[str, Any]) -> dict[str, list[Any]]:
    """All tables of a source as rows."""
    with open_reader(source) as reader:
        found = {
            "documents": joined(reader.documents(["en"]), "doc_id", "group", "split"),
            "passages": joined(reader.passages("en"), "doc_id", "text"),
            "queries": joined(reader.queries("train", "en"), "query_id", "text"),
            "qrels": joined(reader.qrels("train", "en"), "query_id", "doc_id", "relevance"),
        }
        assert all(not list(reader.queries(split, "en")) for split in ("dev", "test"))
        pieces = list(reader.instances()) if reader.source.has_instances else []
        found["instances"] = pl.concat(pieces) if pieces else pl.DataFrame()
    return {name: table.rows() for name, table in found.items()}


def squad(folder: Path, sentences: list[str], questions: list[str], end: str = "\n") -> dict[str, Any]:
    source: dict[str, Any] = {"format": "squad-sentences"}
    for name, texts in (("sentences", sentences), ("questions", questions)):
        (folder / name).write_bytes("".join(text + end for text in texts).encode())
        source[name] = str(folder / name)
    return source


@pytest.mark.parametrize("end", ["\n", "\r\n"])
def test_lines_of_two_files_belong_together_and_a_repeated_sentence_is_one_passage(tmp_path: Path, end: str) -> None:
    found = tables(squad(tmp_path, SENTENCES, QUESTIONS, end))
    assert found["passages"] == [("s1", SENTENCES[0].strip()), ("s3", "zoë left .")]
    assert found["documents"] == [("s1", "s1", "train"), ("s3", "s3", "train")]
    assert found["queries"] == [("q1", QUESTIONS[0]), ("q2", QUESTIONS[1]), ("q3", QUESTIONS[2])]
    assert found["qrels"] == [("q1", "s1", 1), ("q2", "s1", 1), ("q3", "s3", 1)]
    assert found["instances"] == []


@pytest.mark.parametrize(
    ("sentences", "questions", "message"),
    [
        (["a", "b", "c"], ["d", "e"], r"sentences, line 3: 'c' has no partner: \S+questions has no such line"),
        (["a", "b"], ["d", "e", "f"], r"questions, line 3: 'f' has no partner: \S+sentences has no such line"),
        (["a", " ", "c"], ["d", "e", "f"], r"questions, line 2: 'e' has no partner: \S+sentences .* or a blank one"),
        (["a", "b", "c"], ["d", "", "f"], r"sentences, line 2: 'b' has no partner: \S+questions"),
        (["a", "b\0"], ["d", "e"], r"sentences, line 2: holds a NUL byte"),
        ([], ["d"], r"sentences: the file is empty"),
    ],
)
def test_lines_without_a_partner(tmp_path: Path, sentences: list[str], questions: list[str], message: str) -> None:
    with pytest.raises(SwitchRankError, match=message):
        tables(squad(tmp_path, sentences, questions))


def test_a_line_that_is_blank_in_both_files_is_none(tmp_path: Path) -> None:
    found = tables(squad(tmp_path, ["\ufeffa", "", "c"], ["d", " ", "f"]))
    assert found["qrels"] == [("q1", "s1", 1), ("q3", "s3", 1)] and found["passages"][0] == ("s1", "a")


def test_other_languages_have_nothing(tmp_path: Path) -> None:
    with open_reader(squad(tmp_path, SENTENCES, QUESTIONS)) as reader:
        assert reader.source.files("passages", "de") == [] and not list(reader.passages("de"))
        assert reader.source.files("passages", "en") == [str(tmp_path / "sentences"), str(tmp_path / "questions")]
        assert reader.source.files("titles", "en") == []


def test_qed_sentences_that_hold_an_answer_are_relevant(tmp_path: Path) -> None:
    found = tables({"format": "qed", "path": lines(tmp_path / "qed", QED)})
    texts = ["It grinds rye .", "Zoë built it .", "It stopped in 1970 ."]
    assert found["passages"] == [(f"Old_mill/{n}", text) for n, text in enumerate(texts, start=1)]
    query = "-3290814144789249484"
    assert found["queries"] == [(query, "when did it stop")]
    assert found["qrels"] == [(query, "Old_mill/3", 1), (query, "Old_mill/2", 1)]
    assert found["instances"] == [*found["qrels"], (query, "Old_mill/1", 0)]
    assert {group for _, group, _ in found["documents"]} == {"Old_mill"}


def test_qed_the_selected_sentence_is_relevant_alone(tmp_path: Path) -> None:
    found = tables({"format": "qed", "path": lines(tmp_path / "qed", QED | {"annotation": SELECTED})})
    assert [row[1:] for row in found["instances"]] == [("Old_mill/3", 1), ("Old_mill/1", 0), ("Old_mill/2", 0)]


def test_a_paragraph_of_two_questions_is_there_once(tmp_path: Path) -> None:
    second = QED | {"example_id": 2, "question_text": "who built it"}
    found = tables({"format": "qed", "path": lines(tmp_path / "qed", QED, second)})
    assert len(found["passages"]) == len(found["documents"]) == 3 and len(found["qrels"]) == 4


def test_clapnq_selected_sentences_are_relevant_and_the_others_negatives(tmp_path: Path) -> None:
    unanswered = CLAPNQ | {"id": "65", "output": [{"answer": "", "selected_sentences": [], "meta": {}}]}
    found = tables({"format": "clapnq", "annotated": [lines(tmp_path / "a", CLAPNQ, unanswered)]})
    assert found["passages"] == [
        ("Old_mill/1", "It grinds rye ."),
        ("Old_mill/2", "Zoë built it ."),
        ("Old_mill/3", "It stopped ."),
    ]
    assert found["qrels"] == [("64", "Old_mill/3", 1), ("64", "Old_mill/2", 1)]
    assert found["instances"] == [*found["qrels"], ("64", "Old_mill/1", 0)]


def test_clapnq_answers_may_be_quoted_and_span_lines(tmp_path: Path) -> None:
    path = tmp_path / "a.tsv"
    header, second = "id\tquestion\tdoc-id-list\tanswers", "2\twhy\td\tNo."
    first = '1\twho "left"\td_1-2\t"Zoë ""left"".\n\nLater.\tYes."'
    path.write_bytes("".join(f"{row}\r\n" for row in (header, first, second)).encode())
    found = tables({"format": "clapnq", "answers": [str(path)]})
    assert found["queries"] == [("1", 'who "left"'), ("2", "why")]
    assert found["passages"] == [("1", 'Zoë "left".\nLater.\tYes.'), ("2", "No.")]
    assert found["qrels"] == [("1", "1", 1), ("2", "2", 1)] and found["instances"] == []


def test_clapnq_names_a_file() -> None:
    with pytest.raises(ValidationError, match="names no file: expected `annotated` or `answers`"):
        Benchmark(source={"format": "clapnq"}, languages=["en"])


def test_selqa_marks_sentences_and_leaves_empty_ones_out(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    more = SELQA | {"section": "Abstract", "answers": [0], "candidates": ["It stopped.", "A mill."]}
    paths = [lines(tmp_path / "dev", [SELQA]), lines(tmp_path / "test", [more])]
    found = tables({"format": "selqa", "paths": paths})
    assert found["passages"] == [
        ("Old_mill/1", "It grinds rye."),
        ("Old_mill/2", "Zoë built it."),
        ("Old_mill/3", "It stopped."),
        ("Old_mill/4", "A mill."),
    ]
    assert found["qrels"] == [("q1", "Old_mill/2", 1), ("q2", "Old_mill/3", 1)]
    assert found["instances"] == [
        ("q1", "Old_mill/2", 1),
        ("q1", "Old_mill/1", 0),
        ("q1", "Old_mill/3", 0),
        ("q2", "Old_mill/3", 1),
        ("q2", "Old_mill/4", 0),
    ]
    assert capsys.readouterr().err == "empty candidates: 1 left out\n"


BAD: list[tuple[str, Any, str]] = [
    ("qed", QED | {"sentence_starts": [0, 31, 16]}, r"line 1, sentence_starts: found \[0, 31, 16\]; expected rising"),
    ("qed", QED | {"sentence_starts": [5, 16]}, r"expected rising numbers from 0 to 51"),
    (
        "qed",
        QED | {"original_nq_answers": [[{"start": 52}]]},
        r"line 1, original_nq_answers\[0\]\[0\]\.start: found 52, outside the paragraph's 52 characters",
    ),
    ("qed", QED | {"original_nq_answers": [{"start": 52}]}, r"original_nq_answers\[0\]: found .* expected a list"),
    ("qed", QED | {"paragraph_text": ""}, r"line 1: 'paragraph_text' is ''; expected a text that is not empty"),
    ("qed", '{"example_id": 1', r"qed, line 1: not valid JSON"),
    ("clapnq", CLAPNQ | {"passages": [{"title": "A"}]}, r"line 1, passages\[0\]: no 'sentences'; found title"),
    (
        "clapnq",
        CLAPNQ | {"output": [{"selected_sentences": ["It burnt ."]}]},
        r"line 1, output\[0\]\.selected_sentences\[0\]: 'It burnt \.' is none of the passage's sentences",
    ),
    ("clapnq", CLAPNQ | {"input": None}, r"line 1: 'input' is None; expected a text"),
    (
        "selqa",
        [SELQA | {"answers": [5]}],
        r"selqa, \[0\]\.answers\[0\]: found 5; expected the number of a candidate .* 4",
    ),
    (
        "selqa",
        [SELQA | {"answers": [2]}],
        r"\[0\]\.answers\[0\]: found 2; expected the number of a candidate with a text",
    ),
    ("selqa", [SELQA | {"answers": ["1"]}], r"\[0\]\.answers\[0\]: found '1', expected a whole number"),
    ("selqa", [SELQA | {"candidates": ["a\0", "b"]}], r"\[0\]\.candidates\[0\]: 'the value' holds a NUL character"),
    ("selqa", [SELQA | {"candidates": [None, "b"]}], r"\[0\]\.candidates\[0\]: found None, expected a text"),
    ("selqa", SELQA, r"selqa: found .* expected a list"),
    ("selqa", '[{"article": "A"', r"selqa: not valid JSON .* is the file complete\?"),
]


@pytest.mark.parametrize(("format", "row", "message"), BAD)
def test_what_is_wrong_is_named_with_its_place(tmp_path: Path, format: str, row: Any, message: str) -> None:
    path = lines(tmp_path / format, row)
    files: dict[str, Any] = {"qed": {"path": path}, "clapnq": {"annotated": [path]}, "selqa": {"paths": [path]}}
    with pytest.raises(SwitchRankError, match=message):
        tables({"format": format, **files[format]})


def test_repeated_ids_are_named_with_both_places(tmp_path: Path) -> None:
    with pytest.raises(SwitchRankError, match=r"qed, line 2: the id '-329\d+' is also at \S+qed, line 1; each"):
        tables({"format": "qed", "path": lines(tmp_path / "qed", QED, QED)})


COUNTS: dict[str, tuple[dict[str, Any], tuple[int, int, int]]] = {
    "squad": (
        {
            "format": "squad-sentences",
            "sentences": "squad-sentences/src-test.txt",
            "questions": "squad-sentences/tgt-test.txt",
        },
        (6652, 11877, 11877),
    ),
    "qed": ({"format": "qed", "path": "qed/qed-dev.jsonlines"}, (5590, 1355, 1406)),
    "clapnq": ({"format": "clapnq", "answers": ["clapnq/question_train_answerable.tsv"]}, (1954, 1954, 1954)),
    "selqa": (
        {"format": "selqa", "paths": ["selqa/selqa-ass-dev.json", "selqa/selqa-ass-test.json"]},
        (17841, 2375, 2691),
    ),
}
"""Passages, questions and judgements."""


@pytest.mark.parametrize("name", COUNTS)
def test_counts_of_the_real_files(name: str) -> None:
    source, counts = COUNTS[name]

    def here(value: Any) -> Any:
        return [here(one) for one in value] if isinstance(value, list) else str(real(*value.split("/")))

    found = tables({key: value if key == "format" else here(value) for key, value in source.items()})
    assert (len(found["passages"]), len(found["queries"]), len(found["qrels"])) == counts
