"""The reader of XQuAD-R, MLQA-R and other JSON in SQuAD's layout: sentences of each language, questions of all."""

from __future__ import annotations

import gzip
import json
from collections.abc import Sequence
from pathlib import Path
from typing import Any

import polars as pl
import pytest

from switchrank.data.reading import joined, open_reader
from switchrank.data.settings import Shares
from switchrank.data.splits import split_documents
from switchrank.errors import SwitchRankError
from tests.unit.data.real import real

SENTENCES = {
    "en": ["The old mill stands by the river.", "It was built in 1820."],
    "de": ["Die alte Mühle steht am Fluss.", "Sie wurde 1820 gebaut, das Rad folgte später."],
    "ru": ["Старая мельница стоит у реки.", "Её построили в 1820 году."],
    "el": ["Ο παλιός μύλος βρίσκεται δίπλα στο ποτάμι.", "Χτίστηκε το 1820."],
    "ar": ["تقع الطاحونة القديمة على ضفة النهر.", "بنيت عام 1820."],
    "hi": ["पुरानी चक्की नदी के किनारे है।", "इसे 1820 में बनाया गया था।"],
    "zh": ["老磨坊在河边。", "它建于1820年。"],
}
WHERE = {
    "en": ("Where is the mill?", "by the river"),
    "de": ("Wo steht die Mühle?", "am Fluss"),
    "ru": ("Где стоит мельница?", "у реки"),
    "el": ("Πού βρίσκεται ο μύλος;", "δίπλα στο ποτάμι"),
    "ar": ("أين تقع الطاحونة؟", "على ضفة النهر"),
    "hi": ("चक्की कहाँ है?", "नदी के किनारे"),
    "zh": ("磨坊在哪里？", "河边"),
}
WHEN = {
    "en": "When was it built?",
    "de": "Wann wurde sie gebaut?",
    "ru": "Когда её построили?",
    "el": "Πότε χτίστηκε;",
    "ar": "متى بنيت؟",
    "hi": "इसे कब बनाया गया था?",
    "zh": "它建于何时？",
}
LANGUAGES = list(SENTENCES)


def paragraph(language: str, prefix: str = "q") -> dict[str, Any]:
    """The mill in one language; in Chinese there is no space between sentences."""
    context = ("" if language == "zh" else " ").join(SENTENCES[language])
    breaks = [[context.index(text), context.index(text) + len(text)] for text in SENTENCES[language]]
    question, answer = WHERE[language]
    return {
        "context": context,
        "sentence_breaks": breaks,
        "qas": [
            {"id": f"{prefix}1", "question": question, "answers": [_answer(context, answer)]},
            {"id": f"{prefix}2", "question": WHEN[language], "answers": [_answer(context, "1820")]},
        ],
    }


def _answer(context: str, text: str) -> dict[str, Any]:
    return {"text": text, "answer_start": context.index(text)}


def article(title: str, *paragraphs: dict[str, Any]) -> dict[str, Any]:
    return {"title": title, "paragraphs": list(paragraphs)}


def write(folder: Path, language: str, *articles: dict[str, Any]) -> None:
    text = json.dumps({"version": "1.1", "data": list(articles)}, ensure_ascii=False)
    (folder / f"{language}.json").write_text(text, encoding="utf-8")


def source(folder: Path, **more: Any) -> dict[str, Any]:
    return {"format": "xquad-r", "path": f"{folder}/{{language}}.json", **more}


def table(folder: Path, what: str, *asked: Any, **more: Any) -> pl.DataFrame:
    columns = {
        "documents": ("doc_id", "group", "split"),
        "passages": ("doc_id", "text"),
        "queries": ("query_id", "text"),
        "qrels": ("query_id", "doc_id", "relevance"),
    }[what]
    with open_reader(source(folder, **more)) as reader:
        return joined(getattr(reader, what)(*asked), *columns)


@pytest.fixture
def mill(tmp_path: Path) -> Path:
    for language in LANGUAGES:
        write(tmp_path, language, article("Old mill", paragraph(language), paragraph(language, "r")))
    return tmp_path


@pytest.mark.parametrize("language", LANGUAGES)
def test_sentences_are_passages_and_the_one_with_the_answer_is_relevant(mill: Path, language: str) -> None:
    names = [f"{language}/Old_mill/{place}" for place in ("1/1", "1/2", "2/1", "2/2")]
    assert table(mill, "passages", language).rows() == list(zip(names, SENTENCES[language] * 2, strict=True))
    questions = [WHERE[language][0], WHEN[language]]
    ids = ["q1", "q2", "r1", "r2"]
    assert table(mill, "queries", "test", language).rows() == list(zip(ids, questions * 2, strict=True))
    assert table(mill, "qrels", "test", language).rows() == [(q, d, 1) for q, d in zip(ids, names, strict=True)]
    for split in ("train", "dev"):
        assert table(mill, "queries", split, language).height == table(mill, "qrels", split, language).height == 0


def test_offsets_are_characters_and_an_answer_counts_where_it_starts(tmp_path: Path) -> None:
    context = "Ja 𝄞 ü. Nein."  # the clef is one character, four bytes and two units of UTF-16
    over = [{"text": "ü. Nein", "answer_start": 5}]
    qas = [{"id": "1", "question": "Was?", "answers": over}, {"id": "2", "question": "Wie?", "answers": []}]
    breaks = [[0, 7], [8, 13]]
    write(tmp_path, "de", article("A", {"context": context, "sentence_breaks": breaks, "qas": qas}))
    assert table(tmp_path, "passages", "de")["text"].to_list() == ["Ja 𝄞 ü.", "Nein."]
    assert table(tmp_path, "qrels", "test", "de").rows() == [("1", "de/A/1/1", 1)]


def test_each_answer_of_a_question_makes_its_sentence_relevant_once(tmp_path: Path) -> None:
    context = "One. Two. One."
    answers = [{"text": "One", "answer_start": start} for start in (0, 10, 0)]
    qas = [{"id": "1", "question": "Which?", "answers": answers}]
    breaks = [[0, 4], [5, 9], [10, 14]]
    write(tmp_path, "en", article("A", {"context": context, "sentence_breaks": breaks, "qas": qas}))
    assert table(tmp_path, "qrels", "test", "en")["doc_id"].to_list() == ["en/A/1/1", "en/A/1/3"]


def test_paragraphs_need_no_sentences(tmp_path: Path) -> None:
    plain = paragraph("ru")
    del plain["sentence_breaks"]
    write(tmp_path, "ru", article("Мельница", plain))
    assert table(tmp_path, "passages", "ru", passages="paragraphs").rows() == [("ru/Мельница/1", plain["context"])]
    assert table(tmp_path, "qrels", "test", "ru", passages="paragraphs")["doc_id"].to_list() == ["ru/Мельница/1"] * 2
    with pytest.raises(SwitchRankError, match=r"ru\.json, data\[0\]\.paragraphs\[0\]: .* set passages: paragraphs"):
        table(tmp_path, "passages", "ru")


def test_a_question_without_an_answer_is_left_out_and_counted(
    tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    here = paragraph("en")
    here["qas"][1] |= {"answers": [], "is_impossible": True}  # as in SQuAD 2.0
    write(tmp_path, "en", article("A", here))
    with open_reader(source(tmp_path)) as reader:
        for _ in range(2):
            assert joined(reader.queries("test", "en"), "query_id", "text")["query_id"].to_list() == ["q1"]
    assert capsys.readouterr().err == "questions without an answer: 1 left out\n"


def test_an_article_is_one_group_in_all_languages_even_if_its_title_is_translated(tmp_path: Path) -> None:
    write(tmp_path, "en", article("Mill", paragraph("en")), article("Wheel", paragraph("en", "w")))
    write(tmp_path, "de", article("Rad", paragraph("de", "w")), article("Mühle", paragraph("de")))
    write(tmp_path, "ar", article("طاحونة", paragraph("ar")), article("خبز", paragraph("ar", "bread")))
    write(tmp_path, "zh", article("面包", paragraph("zh", "bread")))
    for languages in (["de", "zh", "en", "ar"], ["ar", "en", "zh", "de"]):
        documents = table(tmp_path, "documents", languages)
        groups = {doc_id.rsplit("/", 2)[0]: group for doc_id, group, _ in documents.iter_rows()}
        assert groups == {
            "en/Mill": "Mill",
            "de/Mühle": "Mill",
            "ar/طاحونة": "Mill",
            "en/Wheel": "Wheel",
            "de/Rad": "Wheel",
            "ar/خبز": "خبز",
            "zh/面包": "خبز",
        }


def test_articles_that_share_questions_only_through_another_language_are_one_group(tmp_path: Path) -> None:
    write(tmp_path, "en", article("A", paragraph("en")), article("B", paragraph("en", "w")))
    write(tmp_path, "de", article("C", paragraph("de"), paragraph("de", "w")))
    assert set(table(tmp_path, "documents", ["de", "en"])["group"]) == {"A"}


def test_shares_divide_articles_not_languages(tmp_path: Path) -> None:
    for language in ("en", "de", "hi"):
        write(tmp_path, language, *(article(f"T{n}", paragraph(language, f"{n}.")) for n in range(40)))
    with open_reader(source(tmp_path, split=None)) as reader:
        documents = joined(reader.documents(["en", "de", "hi"]), "doc_id", "group", "split")
    divided = split_documents(documents, Shares(train=0, dev=0.3, test=0.7, seed=3))
    by_group = divided.group_by("group", maintain_order=True).agg(pl.col("split").unique(), pl.len())
    assert by_group["split"].list.len().to_list() == [1] * 40 and set(by_group["len"]) == {6}
    assert set(divided["split"]) == {"dev", "test"}
    assert table(tmp_path, "queries", "dev", "hi", split=None).height == 80


@pytest.mark.parametrize("title", ["Super Bowl", " Super\tBowl ", "Super_Bowl"])
def test_ids_hold_no_white_space(tmp_path: Path, title: str) -> None:
    write(tmp_path, "en", article(title, paragraph("en")))
    assert table(tmp_path, "documents", ["en"]).rows()[0] == ("en/Super_Bowl/1/1", "Super_Bowl", "test")


def test_two_articles_of_one_title_have_different_passages(tmp_path: Path) -> None:
    write(tmp_path, "en", article("A", paragraph("en")), article("A", paragraph("en", "r")))
    names = ["en/A/1/1", "en/A/1/2", "en/A/2/1", "en/A/2/2"]
    assert table(tmp_path, "passages", "en")["doc_id"].to_list() == names


def test_a_byte_order_mark_and_gzip_are_read(tmp_path: Path, mill: Path) -> None:
    plain = (mill / "el.json").read_bytes()
    before = table(mill, "passages", "el")
    for raw in (b"\xef\xbb\xbf" + plain, gzip.compress(plain), json.dumps(json.loads(plain), indent=1).encode()):
        (mill / "el.json").write_bytes(raw.replace(b"\n", b"\r\n") if raw[:1] == b"{" else raw)
        assert table(mill, "passages", "el").equals(before)


def _changed(**changes: Any) -> dict[str, Any]:
    return paragraph("de") | changes


def _first_question(**changes: Any) -> dict[str, Any]:
    here = paragraph("de")
    here["qas"][0] |= changes
    return here


PLACE = r"de\.json, data\[0\]\.paragraphs\[0\]"
BAD: Sequence[tuple[dict[str, Any], str]] = [
    (
        _changed(sentence_breaks=[[0, 20], [31, 76]]),
        PLACE + r"\.qas\[0\]\.answers\[0\]: 'answer_start' is 21, which is in",
    ),
    (
        _changed(sentence_breaks=[[31, 76], [0, 30]]),
        PLACE + r"\.sentence_breaks\[1\]: found \[0, 30\]; expected a start",
    ),
    (_changed(sentence_breaks=[[0, 30], [31, 77]]), PLACE + r"\.sentence_breaks\[1\]: found \[31, 77\]; .* up to 76"),
    (
        _changed(sentence_breaks=[[0, 30], [30, 31]]),
        PLACE + r"\.sentence_breaks\[1\]: found \[30, 31\]; .* with a text",
    ),
    (_changed(sentence_breaks=[[0]]), PLACE + r"\.sentence_breaks\[0\]: found \[0\]; expected \[start, end\]"),
    (_changed(sentence_breaks=[["0", 3]]), PLACE + r"\.sentence_breaks\[0\]\[0\]: found '0', expected a whole number"),
    (_changed(sentence_breaks={"0": 3}), PLACE + r"\.sentence_breaks: found .* expected a list"),
    (_changed(context="  "), PLACE + r": 'context' is '  '; expected a text"),
    (_changed(context="Die \0 Mühle"), PLACE + r": 'context' holds a NUL character"),
    (_changed(qas=None), PLACE + r"\.qas: found None, expected a list"),
    (_first_question(id="q2"), r"qas\[1\]: the id 'q2' is also at .*qas\[0\]; each question has its own"),
    (_first_question(question=""), r"qas\[0\]: 'question' is ''; expected a text that is not empty"),
    (_first_question(question="\ud800?"), r"qas\[0\]: 'question' holds half of a surrogate pair"),
    (_first_question(answers=[{"text": "am Fluss"}]), r"answers\[0\]: no 'answer_start'; found text"),
    (
        _first_question(answers=[{"text": "am Fluss", "answer_start": 20}]),
        r"answers\[0\]: 'answer_start' is 20, where the context has ' am Flus', not 'am Fluss'",
    ),
    (_first_question(answers=[{"text": "am Fluss", "answer_start": -1}]), r"answers\[0\]: 'answer_start' is -1"),
    (
        _first_question(answers=[{"text": "am Fluss", "answer_start": True}]),
        r"answer_start: found True, expected a whole",
    ),
]


@pytest.mark.parametrize(("bad", "message"), BAD)
def test_what_is_wrong_is_named_with_its_place(tmp_path: Path, bad: dict[str, Any], message: str) -> None:
    text = json.dumps({"data": [article("A", bad)]})
    (tmp_path / "de.json").write_text(text, encoding="utf-8")
    with pytest.raises(SwitchRankError, match=message):
        table(tmp_path, "qrels", "test", "de")


@pytest.mark.parametrize(
    ("raw", "message"),
    [
        (None, r"de\.json: no such file"),
        (b"", r"de\.json: the file is empty"),
        (b'{"data": [{"title": "A", "para', r"de\.json: not valid JSON \(Unterminated string .*is the file complete\?"),
        (b"[]", r"de\.json: found \[\], expected an object"),
        (b'{"version": 1}', r"de\.json: no 'data'; found version"),
        (b'{"data": [{"paragraphs": []}]}', r"de\.json, data\[0\]: no 'title'; found paragraphs"),
        (b'{"data": [{"title": "M\xfchle"}]}', r"de\.json, line 1: not UTF-8"),
        (b'{"data": [{"title": "A\0"}]}', r"de\.json: not valid JSON \(Invalid control character"),
        ('{"data": []}'.encode("utf-16"), r"de\.json: the text is UTF-16"),
        (gzip.compress(b'{"data": []}')[:-6], r"de\.json: the gz file is truncated or damaged"),
    ],
)
def test_a_damaged_file_is_one_message(tmp_path: Path, raw: bytes | None, message: str) -> None:
    if raw is not None:
        (tmp_path / "de.json").write_bytes(raw)
    with pytest.raises(SwitchRankError, match=message):
        table(tmp_path, "passages", "de")


PUBLISHED = {
    "ar": 1222,
    "de": 1276,
    "el": 1234,
    "en": 1180,
    "es": 1215,
    "hi": 1244,
    "ru": 1219,
    "th": 852,
    "tr": 1167,
    "vi": 1209,
    "zh": 1196,
}
"""Sentences by language, as published with LAReQA; each language has 1,190 questions in 48 articles."""


def test_the_real_files_have_the_published_counts() -> None:
    folder = real("xquad-r")
    groups = table(folder, "documents", list(PUBLISHED))
    assert groups["group"].n_unique() == 48 and groups.height == sum(PUBLISHED.values())
    for language, sentences in PUBLISHED.items():
        assert table(folder, "passages", language).height == sentences
        assert table(folder, "queries", "test", language).height == 1190
        qrels = table(folder, "qrels", "test", language)
        assert qrels.height == qrels["query_id"].n_unique() == 1190
