"""The reader of MTOP: the official zip, files in three layouts, two kinds of relevance, bad input."""

from __future__ import annotations

import json
import zipfile
from pathlib import Path
from typing import Any

import polars as pl
import pytest
from pydantic import ValidationError

from switchrank.data.guard import guard_training
from switchrank.data.readers.mtop import Source
from switchrank.data.reading import BenchmarkReader, joined, open_reader
from switchrank.errors import SwitchRankError
from tests.unit.data.real import real

LANGUAGES = ["de", "en", "es", "fr", "hi", "th"]
TEXTS = {
    "a1": {
        "de": "Weck mich um sieben",
        "en": "wake me at seven",
        "es": "Despiértame a las siete",
        "fr": "Réveille-moi à sept heures",
        "hi": "मुझे सात बजे जगाओ",
        "th": "ปลุก ฉัน ตอน เจ็ด โมง",
    },
    "a2": {
        "de": "Wecker für morgen Mittag",
        "en": "alarm for noon tomorrow",
        "es": "alarma para mañana al mediodía",
        "fr": "réveil pour demain midi",
        "hi": "कल दोपहर का अलार्म",
        "th": "ตั้ง ปลุก พรุ่งนี้ เที่ยง",
    },
    "w1": {
        "de": "Regnet es in Köln?",
        "en": "is it raining in Cologne?",
        "es": "¿Llueve en Colonia?",
        "fr": "Pleut-il à Cologne ?",
        "hi": "क्या कोलोन में बारिश हो रही है?",
        "th": "ฝน ตก ที่ โคโลญ ไหม",
    },
}
FORMS = {
    "a1": {
        "de": "[IN:CREATE_ALARM [SL:DATE_TIME um sieben ] ]",
        "en": "[IN:CREATE_ALARM [SL:DATE_TIME at seven ] ]",
        "es": "[IN:CREATE_ALARM [SL:DATE_TIME a las siete ] ]",
        "fr": "[IN:CREATE_ALARM [SL:DATE_TIME à sept heures ] ]",
        "hi": "[IN:CREATE_ALARM [SL:DATE_TIME सात बजे ] ]",
        "th": "[IN:CREATE_ALARM [SL:DATE_TIME ตอน เจ็ด โมง ] ]",
    },
    "a2": dict.fromkeys(LANGUAGES, "[IN:CREATE_ALARM [SL:DATE_TIME noon tomorrow ] ]"),
    "w1": dict.fromkeys(LANGUAGES, "[IN:GET_WEATHER [SL:LOCATION Cologne ] ]"),
}
TRAIN = [
    ("set an alarm for six", "[IN:CREATE_ALARM [SL:DATE_TIME for six ] ]"),
    ("Wake me, at SEVEN!", "[IN:CREATE_ALARM [SL:DATE_TIME at SEVEN ] ]"),  # a1 of test, but for case and punctuation
    ("weather for six in Rome", "[IN:GET_WEATHER [SL:LOCATION in Rome ] ]"),
    ("Set an alarm for six", "[IN:CREATE_ALARM [SL:DATE_TIME for six ] ]"),  # the first one's text, but for case
    ("set an alarm for nine", "[IN:CREATE_ALARM [SL:DATE_TIME for nine ] ]"),
    ("stop the music", "[IN:STOP_MUSIC ]"),
]


def _record(name: str, languages: list[str] = LANGUAGES) -> dict[str, Any]:
    return {
        "id": name,
        "mr": {"slot_intent": {code: FORMS[name][code] for code in languages}},
        "question": {code: TEXTS[name][code] for code in languages},
    }


def _line(name: str, language: str) -> str:
    text = TEXTS[name][language]
    form = FORMS[name][language]
    tokens = json.dumps({"tokens": text.split()}, ensure_ascii=False)
    return "\t".join([name, form.split()[0][1:], "0:4:SL:DATE_TIME", text, "alarm", f"{language}_XX", form, tokens])


def _write(path: Path, text: str, encoding: str = "utf-8") -> str:
    path.write_text(text, encoding=encoding, newline="")
    return str(path)


def _files(folder: Path, **given: str) -> dict[str, Any]:
    """Parallel JSON of test (a1, a2, w1) and dev (none), and English JSON lines of train."""
    rows = [json.dumps({"question": text, "logical_form": form}) for text, form in TRAIN]
    files = {
        "train": _write(folder / "train.json", "\n".join(rows)),
        "test": _write(folder / "test.json", json.dumps([_record(n) for n in TEXTS], ensure_ascii=False)),
    }
    return {"format": "mtop", "relevance": "frame"} | files | given


def _zip(path: Path, members: dict[str, str | bytes]) -> str:
    with zipfile.ZipFile(path, "w", zipfile.ZIP_DEFLATED) as archive:
        for name, text in members.items():
            archive.writestr(name, text)
    return str(path)


def _official(folder: Path) -> dict[str, Any]:
    """The same test in the official layout, a dev of a language without French, and train in English and German."""
    members: dict[str, str | bytes] = {"mtop/LICENSE.txt": "CC BY-SA 4.0", "mtop/en/": ""}
    for code in LANGUAGES:
        members[f"mtop/{code}/test.txt"] = "".join(_line(name, code) + "\n" for name in TEXTS)
    members["mtop/de/train.txt"] = _line("a2", "de").replace("a2", "t1").replace("Mittag", "Abend")
    members["mtop/en/train.txt"] = _line("a2", "en").replace("a2", "t1").replace("noon", "evening")
    return {"format": "mtop", "archive": _zip(folder / "mtop.zip", members)}


def _texts(reader: BenchmarkReader[Any], language: str) -> dict[str, str]:
    return dict(joined(reader.passages(language), "doc_id", "text").iter_rows())


def _qrels(reader: BenchmarkReader[Any], language: str, asked: str, split: Any = "test") -> list[tuple[str, str, int]]:
    """Judgements on the passages of a language, of the queries of another."""
    rows = joined(reader.qrels(split, language), "query_id", "doc_id", "relevance").iter_rows()
    return sorted(row for row in rows if row[0].startswith(f"{asked}:"))


@pytest.mark.parametrize("layout", [_files, _official])
def test_reads_utterances_in_every_layout_as_queries_and_passages(tmp_path: Path, layout: Any) -> None:
    with open_reader(layout(tmp_path)) as reader:
        for code in LANGUAGES:
            test = {f"{code}:{name}": texts[code] for name, texts in TEXTS.items()}
            assert dict(joined(reader.queries("test", code), "query_id", "text").iter_rows()) == test
            assert {name: text for name, text in _texts(reader, code).items() if name[3:] in TEXTS} == test
        documents = joined(reader.documents(LANGUAGES), "doc_id", "group", "split")
    test_documents = documents.filter(pl.col("split") == "test").sort("doc_id")
    assert test_documents["doc_id"].to_list() == [f"{code}:{name}" for code in LANGUAGES for name in TEXTS]
    assert test_documents["group"].to_list() == [*TEXTS] * len(LANGUAGES)
    assert documents["doc_id"].is_unique().all()


def test_the_official_zip_has_train_utterances_in_every_language(tmp_path: Path) -> None:
    with open_reader(_official(tmp_path)) as reader:
        assert joined(reader.queries("train", "de"), "query_id", "text").rows() == [
            ("de:t1", "Wecker für morgen Abend")
        ]
        assert joined(reader.queries("train", "en"), "query_id", "text").rows() == [
            ("en:t1", "alarm for evening tomorrow")
        ]
        assert not joined(reader.queries("train", "th"), "query_id", "text").height


def test_one_file_per_language_has_marks_and_line_ends_of_windows(tmp_path: Path) -> None:
    for code in LANGUAGES:
        text = "\r\n".join(_line(name, code) for name in TEXTS) + "\r\n\r\n"
        _write(tmp_path / f"{code}.txt", text, "utf-8-sig")
    with open_reader({"format": "mtop", "test": str(tmp_path / "{language}.txt")}) as reader:
        for code in LANGUAGES:
            assert _texts(reader, code) == {f"{code}:{name}": texts[code] for name, texts in TEXTS.items()}
        assert _qrels(reader, "hi", "th") == [
            ("th:a1", "hi:a1", 2),
            ("th:a1", "hi:a2", 1),
            ("th:a2", "hi:a1", 1),
            ("th:a2", "hi:a2", 2),
            ("th:w1", "hi:w1", 2),
        ]


@pytest.mark.parametrize("layout", [_files, _official])
def test_relevance_is_the_frame_and_never_the_query_itself(tmp_path: Path, layout: Any) -> None:
    with open_reader(layout(tmp_path)) as reader:
        assert _qrels(reader, "fr", "hi") == [
            ("hi:a1", "fr:a1", 2),
            ("hi:a1", "fr:a2", 1),
            ("hi:a2", "fr:a1", 1),
            ("hi:a2", "fr:a2", 2),
            ("hi:w1", "fr:w1", 2),
        ]
        # w1 is the only one of its frame, so no other German utterance is relevant to it
        assert _qrels(reader, "de", "de") == [("de:a1", "de:a2", 1), ("de:a2", "de:a1", 1)]
        asked = {row[0] for piece in reader.qrels("test", "de") for row in piece.iter_rows()}
        assert asked == {f"{code}:{name}" for code in LANGUAGES for name in TEXTS} - {"de:w1"}


@pytest.mark.parametrize("layout", [_files, _official])
def test_relevance_is_the_translation(tmp_path: Path, layout: Any) -> None:
    with open_reader(layout(tmp_path) | {"relevance": "translation"}) as reader:
        assert _qrels(reader, "th", "en") == [(f"en:{name}", f"th:{name}", 2) for name in TEXTS]
        assert not _qrels(reader, "th", "th")


def test_an_utterance_has_the_frame_of_its_english_text(tmp_path: Path) -> None:
    """Five Spanish test utterances of the published files have another frame than in English."""
    other = _record("w1")
    other["mr"]["slot_intent"]["es"] = "[IN:CREATE_ALARM [SL:DATE_TIME hoy ] ]"
    rows = json.dumps([_record("a1"), other, {**_record("a2"), "question": {"es": "alarma"}}])
    with open_reader(_files(tmp_path, test=_write(tmp_path / "other.json", rows))) as reader:
        assert _qrels(reader, "es", "fr") == [("fr:a1", "es:a1", 2), ("fr:a1", "es:a2", 1), ("fr:w1", "es:w1", 2)]
        assert _qrels(reader, "fr", "es") == [("es:a1", "fr:a1", 2), ("es:a2", "fr:a1", 1), ("es:w1", "fr:w1", 2)]


def test_train_texts_that_are_judged_are_left_out_and_counted(
    tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    with open_reader(_files(tmp_path)) as reader:
        documents = joined(reader.documents(LANGUAGES), "doc_id", "group", "split")
        assert "mtop: 1 of 6 train utterances are left out" in capsys.readouterr().err
        assert "en:train-2" not in _texts(reader, "en")
        assert documents.filter(pl.col("split") == "train")["doc_id"].to_list() == [
            "en:train-1",
            "en:train-3",
            "en:train-4",
            "en:train-5",
            "en:train-6",
        ]
        # the guard finds nothing more, so no frame loses utterances that no one judges
        assert guard_training(reader, LANGUAGES, documents, ["en"]).left_out.height == 0


def test_positives_are_other_texts_of_the_frame(tmp_path: Path) -> None:
    """By hand: utterances 1, 4 and 5 have one frame, and 1 and 4 one text, so 5 is the only positive of both."""
    with open_reader(_files(tmp_path) | {"instances": {"positives": 2, "per_positive": 1}}) as reader:
        rows = pl.concat(reader.instances()).rows()
        assert _qrels(reader, "en", "en", "train") == sorted(
            (query, passage, 1) for query, passage, label in rows if label
        )
    assert {(query, passage) for query, passage, label in rows if label} == {
        ("en:train-1", "en:train-5"),
        ("en:train-4", "en:train-5"),
        ("en:train-5", "en:train-1"),
        ("en:train-5", "en:train-4"),
    }


def test_negatives_are_the_best_of_bm25_among_other_frames(tmp_path: Path) -> None:
    """Utterance 3 is the only one of another frame that shares a word (six) with 1 and 4."""
    with open_reader(_files(tmp_path) | {"instances": {"per_positive": 1, "depth": 1}}) as reader:
        rows = pl.concat(reader.instances()).rows()
    negatives = {query: passage for query, passage, label in rows if not label}
    assert (negatives["en:train-1"], negatives["en:train-4"]) == ("en:train-3", "en:train-3")
    assert negatives["en:train-5"] in ("en:train-3", "en:train-6")


def test_too_few_negatives_are_an_error(tmp_path: Path) -> None:
    with (
        open_reader(_files(tmp_path) | {"instances": {"per_positive": 3}}) as reader,
        pytest.raises(SwitchRankError, match=r"query 'train-1' has 2 possible negatives, .* is 3"),
    ):
        list(reader.instances())


GOOD = _line("a1", "en")
BAD_LINES = {
    "seven columns": (GOOD.rpartition("\t")[0], r"line 2: 7 columns; expected 8 between tabs \(id, .*'a1\\tIN:CREATE"),
    "the same id": (GOOD, "line 2: id 'a1' occurs a second time in 'en'"),
    "no text": (GOOD.replace("a1", "a9").replace("wake me at seven\t", " \t", 1), "line 2: 'utterance' is ' '"),
    "no id": (GOOD.removeprefix("a1"), "line 2: 'id' is ''"),
    "open bracket": (GOOD.replace("a1", "a9").replace("at seven ] ]", "at seven ]"), "line 2: the decoupled form is"),
    "two intents": (GOOD.replace("a1", "a9").replace("] ]", "] ] [IN:X ]"), "line 2: the decoupled form is"),
    "a slot first": (GOOD.replace("a1", "a9").replace("[IN:CREATE_ALARM", "[SL:X"), "line 2: the decoupled form is"),
    "a NUL byte": (GOOD.replace("seven", "se\0ven"), "line 2: holds a NUL byte"),
}


@pytest.mark.parametrize("name", BAD_LINES)
@pytest.mark.parametrize("zipped", [False, True])
def test_a_bad_line_is_one_error_with_its_place(tmp_path: Path, name: str, zipped: bool) -> None:
    line, message = BAD_LINES[name]
    text = f"{GOOD}\n{line}\n"
    if zipped:
        source = {"archive": _zip(tmp_path / "mtop.zip", {"mtop/en/test.txt": text})}
    else:
        source = {"test": _write(tmp_path / "test.txt", text)}
    with open_reader({"format": "mtop"} | source) as reader, pytest.raises(SwitchRankError, match=message) as caught:
        _texts(reader, "en")
    assert str(tmp_path) in str(caught.value)


BAD_FILES: dict[str, tuple[bytes, str]] = {
    "mixed encodings": (f"{GOOD}\n".encode() + "Réveille".encode("latin-1"), "line 2: not UTF-8 at byte 1 of the line"),
    "UTF-16": (GOOD.encode("utf-16"), "the text is UTF-16"),
    "empty": (b"", "the file is empty"),
    "truncated array": (
        json.dumps([_record("a1"), _record("a2")]).encode()[:-40],
        r"not valid JSON \(.*line 1.*\); is the file complete",
    ),
    "no texts": (
        b'[{"id": "a1", "question": "wake me"}]',
        "record 1: expected 'id', 'question' with a text per language",
    ),
    "a form missing": (
        json.dumps([_record("a1") | {"mr": {"slot_intent": {"en": "[IN:X ]"}}}]).encode(),
        "record 1: expected 'id'",
    ),
    "the same record": (json.dumps([_record("a1", ["hi"])] * 2).encode(), "record 2, language 'hi': id 'a1' occurs"),
    "a record's empty text": (
        json.dumps([_record("a1") | {"question": {"th": ""}}]).encode(),
        "record 1, language 'th': 'question' is ''",
    ),
    "a number": (b"[3]", "record 1: expected 'id'"),
    "a line cut off": (b'{"question": "stop", "logical_form": "[IN:X ]"}\n{"question": "st', "line 2: not valid JSON"),
    "no form": (b'{"question": "stop"}', "line 1: no 'logical_form'; found question"),
}


@pytest.mark.parametrize("name", BAD_FILES)
def test_a_bad_file_is_one_error_with_its_place(tmp_path: Path, name: str) -> None:
    content, message = BAD_FILES[name]
    (tmp_path / "test.json").write_bytes(content)
    source = {"format": "mtop", "test": str(tmp_path / "test.json")}
    with open_reader(source) as reader, pytest.raises(SwitchRankError, match=message) as caught:
        for code in LANGUAGES:
            _texts(reader, code)
    assert str(tmp_path / "test.json") in str(caught.value)


def test_an_id_in_two_splits_is_an_error(tmp_path: Path) -> None:
    files = _files(tmp_path, dev=_write(tmp_path / "dev.json", json.dumps([_record("w1")])))
    with open_reader(files) as reader, pytest.raises(SwitchRankError, match="id 'w1' is in dev and in test"):
        list(reader.documents(LANGUAGES))


def test_a_damaged_or_foreign_zip_is_one_error(tmp_path: Path) -> None:
    path = tmp_path / "mtop.zip"
    source = {"format": "mtop", "archive": str(path)}
    with pytest.raises(SwitchRankError, match=r"no such file; expected the official mtop\.zip"):
        open_reader(source)
    _zip(path, {"mtop/en/notes.txt": "x"})
    with pytest.raises(SwitchRankError, match=r"no member mtop/LANGUAGE/train\.txt"):
        open_reader(source)
    for escape in ("../mtop/en/test.txt", "/mtop/en/test.txt", "mtop/../../en/test.txt"):
        _zip(path, {"mtop/en/test.txt": GOOD, escape: GOOD})
        with pytest.raises(SwitchRankError, match="leaves the archive's folder"):
            open_reader(source)
    _zip(path, {"mtop/en/test.txt": "".join(f"{GOOD.replace('a1', f'a{n}')}\n" for n in range(99))})
    whole = path.read_bytes()
    path.write_bytes(whole[: len(whole) // 2])
    with pytest.raises(SwitchRankError, match="not a zip archive, or truncated"):
        open_reader(source)
    damaged = bytearray(whole)
    damaged[80] ^= 0xFF
    path.write_bytes(damaged)
    with open_reader(source) as reader, pytest.raises(SwitchRankError, match=r"member mtop/en/test.txt: damaged"):
        _texts(reader, "en")


@pytest.mark.parametrize(
    "given",
    [{}, {"archive": "mtop.zip", "test": "test.json"}, {"test": "{split}.json"}, {"test": "a", "relevance": "intent"}],
)
def test_settings_that_exclude_each_other_are_refused(given: dict[str, str]) -> None:
    with pytest.raises(ValidationError):
        Source(format="mtop", **given)


def test_a_source_says_what_it_opens_and_lacks() -> None:
    source = Source(format="mtop", train="train.json", test="{language}.txt")
    assert source.files("queries", "th") == ["train.json", *[f"{code}.txt" for code in LANGUAGES]]
    assert source.files("titles", "th") == []
    assert Source(format="mtop", archive="mtop.zip").files("instances", "en") == ["mtop.zip"]
    assert source.missing_qrels("dev", "en") == "a file under `dev`"
    assert source.missing_qrels("test", "en") is None
    assert not source.parallel and source.queries_are_passages and source.has_instances
    assert source.judges_monolingual_pairs
    assert not Source(format="mtop", test="a", relevance="translation").judges_monolingual_pairs


def _labels(reader: BenchmarkReader[Any], kind: str) -> dict[str, str]:
    rows = joined(reader.labels(), "query_id", "kind", "label").iter_rows()
    return {name: label for name, found, label in rows if found == kind}


def test_labels_are_intents_and_domains(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    """Domains come by id or else by intent: the two weather utterances of another domain are outvoted by three."""
    others = [_line("w1", "en").replace("w1", f"w{n}").replace("\talarm\t", "\tweather\t") for n in (1, 2, 3)]
    others += [_line("w1", "en").replace("w1", f"w{n}").replace("\talarm\t", "\tevent\t") for n in (4, 5)]
    domains = _write(tmp_path / "domains.txt", "\n".join([*others, _line("a1", "en")]))
    other = [{**_record("w1"), "id": "w4"}, _record("w1"), _record("a2")]
    other[1]["mr"]["slot_intent"]["hi"] = "[IN:GET_ALARM ]"
    test = _write(tmp_path / "other.json", json.dumps(other, ensure_ascii=False))
    files = _files(tmp_path, test=test)
    with open_reader(files | {"domains": [domains]}) as reader:
        intents, found = _labels(reader, "intent"), _labels(reader, "domain")
    assert intents["hi:w1"] == intents["th:w1"] == intents["en:w4"] == "IN:GET_WEATHER"
    assert (intents["fr:a2"], intents["en:train-6"]) == ("IN:CREATE_ALARM", "IN:STOP_MUSIC")
    assert (found["hi:w1"], found["hi:w4"]) == ("weather", "event")  # by id
    assert (found["de:a2"], found["en:train-3"]) == ("alarm", "weather")  # by intent
    assert "en:train-6" not in found
    said = "mtop: IN:GET_WEATHER is in event (2), weather (3); other utterances get weather"
    assert said in capsys.readouterr().err
    with open_reader(files) as reader:
        assert not _labels(reader, "domain")
    with open_reader(_official(tmp_path)) as reader:
        assert set(_labels(reader, "domain").values()) == {"alarm"}
    assert Source(**files, domains=[domains]).files("labels", "en")[-1] == domains
    assert Source(**files).has_labels and not Source(format="mtop", test="a").has_labels


def test_the_published_files_have_their_published_counts(capsys: pytest.CaptureFixture[str]) -> None:
    train, parallel, original = real("mtop-train-en"), real("mtop-parallel"), real("mtop-original-en")
    source = {"format": "mtop", "train": f"{train}/train.json"}
    with open_reader(source | {"dev": f"{parallel}/dev.json", "test": f"{parallel}/test.json"}) as reader:
        assert {len(joined(reader.queries("dev", code), "query_id", "text")) for code in LANGUAGES} == {859}
        assert {len(joined(reader.queries("test", code), "query_id", "text")) for code in LANGUAGES} == {1237}
        ids = set(joined(reader.queries("test", "en"), "query_id", "text")["query_id"])
        frames = _qrels(reader, "en", "en")
        assert len(_qrels(reader, "th", "hi")) == 24_277
    with open_reader(source | {"dev": f"{original}/eval.txt", "test": f"{original}/test.txt"}) as reader:
        assert len(joined(reader.queries("dev", "en"), "query_id", "text")) == 2235
        assert len(joined(reader.queries("test", "en"), "query_id", "text")) == 4386
        # every parallel utterance is one of MTOP's own, with the same frame
        assert [row for row in _qrels(reader, "en", "en") if row[0] in ids and row[1] in ids] == frames
        list(reader.documents(["en"]))
    domains = [f"{original}/eval.txt", f"{original}/test.txt"]
    with open_reader(source | {"test": f"{parallel}/test.json", "domains": domains}) as reader:
        found = _labels(reader, "domain")
        assert sum(name.startswith("th:") for name in found) == 1237 and len(set(found.values())) == 11
        # 21 train utterances have an intent that neither file has
        train = [name for name in _labels(reader, "intent") if ":train-" in name]
        assert sum(name not in found for name in train) == 21
    assert "146 of 15,667 train utterances are left out" in capsys.readouterr().err
