"""The reader of xSID: utterances numbered by their English text, judgements by frame or translation, bad input."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import pytest
from pydantic import ValidationError

from switchrank.data.readers.xsid import Source
from switchrank.data.reading import BenchmarkReader, joined, open_reader
from switchrank.errors import SwitchRankError
from tests.unit.data.real import real

PUBLISHED = ["ar", "da", "de", "en", "id", "it", "ja", "kk", "lt", "nl", "sr", "tr", "zh"]
# English text, intent, slots; the third and the fourth have one frame, and the first one's text is there twice
ENGLISH = [
    ("is it snowing?", "weather/find", ["B-attribute"]),
    ("wake me at seven", "alarm/set", ["O", "O", "B-time", "I-time"]),
    ("play a song", "music/play", ["O", "O", "B-kind"]),
    ("play some jazz", "music/play", ["O", "O", "B-kind"]),
    ("is it snowing?", "weather/find", ["B-attribute"]),
]
OTHERS = {
    "ar": ["هل تثلج؟", "أيقظني في السابعة", "شغل أغنية", "شغل بعض الجاز", "هل يتساقط الثلج؟"],
    "kk": ["қар жауып тұр ма?", "мені жетіде оят", "ән қос", "джаз қос", "қар жауа ма?"],
    "ja": ["雪が降っていますか?", "七時に起こして", "歌をかけて"],  # the first three only
    "da": ["sner det?", "væk mig klokken syv", "spil en sang", "spil noget jazz", "sner det nu?"],
}


def _utterance(text: str, intent: str, slots: list[str], comments: str = "") -> str:
    words = "".join(f"{n}\tword{n}\t{intent}\t{slot}\n" for n, slot in enumerate(slots, start=1))
    return f"{comments}# text = {text}\n# intent = {intent}\n{words}"


def _translated(language: str, places: list[int]) -> str:
    """The utterances of a language in an order, each with its English text and an id that is always the same."""
    return "\n".join(
        _utterance(OTHERS[language][n], *ENGLISH[n][1:], f"# id: 7\n# text-en = {ENGLISH[n][0]}\n# text-de: egal\n")
        for n in places
    )


def _files(folder: Path, **test: str) -> dict[str, Any]:
    """The files of five languages; Danish has another order."""
    files = {f"{code}.test": _translated(code, list(range(len(texts)))) for code, texts in OTHERS.items()}
    files["da.test"] = _translated("da", [3, 0, 2, 4, 1])
    files["en.test"] = "\n".join(_utterance(*row) for row in ENGLISH)
    for code in ("en", *OTHERS):
        text, english = ("stop", "") if code == "en" else (f"stop {code}", "# text-en = stop\n")
        files[f"{code}.dev"] = _utterance(text, "alarm/cancel", ["O"], english)
    files |= {f"{code}.test": text for code, text in test.items()}
    for name, text in files.items():
        (folder / name).write_text(text, encoding="utf-8", newline="")
    return {"format": "xsid", "path": f"{folder}/{{language}}.{{split}}", "languages": ["en", *OTHERS]}


def _texts(reader: BenchmarkReader[Any], language: str, split: Any = "test") -> dict[str, str]:
    return dict(joined(reader.queries(split, language), "query_id", "text").iter_rows())


def _qrels(reader: BenchmarkReader[Any], language: str, asked: str) -> list[tuple[str, str, int]]:
    rows = joined(reader.qrels("test", language), "query_id", "doc_id", "relevance").iter_rows()
    return sorted(row for row in rows if row[0].startswith(f"{asked}:"))


def test_utterances_have_the_number_of_their_english_text(tmp_path: Path) -> None:
    with open_reader(_files(tmp_path)) as reader:
        assert _texts(reader, "en") == {f"en:test-{n}": row[0] for n, row in enumerate(ENGLISH, start=1)}
        for code in OTHERS:
            assert _texts(reader, code) == {f"{code}:test-{n}": t for n, t in enumerate(OTHERS[code], start=1)}
            assert _texts(reader, code, "dev") == {f"{code}:dev-1": f"stop {code}"}
            assert not _texts(reader, code, "train")
        assert not list(reader.instances())
        documents = joined(reader.documents(["en", "ja"]), "doc_id", "group", "split")
    assert documents.filter(documents["split"] == "test")["group"].to_list() == [
        *(f"test-{n}" for n in range(1, 6)),
        *(f"test-{n}" for n in range(1, 4)),
    ]


def test_relevance_is_the_english_frame(tmp_path: Path) -> None:
    """By hand: 1 and 5 share a frame, 3 and 4 share one, 2 is alone; Japanese has no 4 and 5."""
    with open_reader(_files(tmp_path)) as reader:
        assert _qrels(reader, "ja", "kk") == [
            ("kk:test-1", "ja:test-1", 2),
            ("kk:test-2", "ja:test-2", 2),
            ("kk:test-3", "ja:test-3", 2),
            ("kk:test-4", "ja:test-3", 1),
            ("kk:test-5", "ja:test-1", 1),
        ]
        assert _qrels(reader, "ar", "ar") == [
            ("ar:test-1", "ar:test-5", 1),
            ("ar:test-3", "ar:test-4", 1),
            ("ar:test-4", "ar:test-3", 1),
            ("ar:test-5", "ar:test-1", 1),
        ]
    # another intent in a translation changes nothing
    other = _translated("kk", [0, 1, 2, 3, 4]).replace("music/play", "music/stop", 1)
    with open_reader(_files(tmp_path, kk=other)) as reader:
        assert ("kk:test-3", "ar:test-4", 1) in _qrels(reader, "ar", "kk")


def test_relevance_is_the_translation(tmp_path: Path) -> None:
    with open_reader(_files(tmp_path) | {"relevance": "translation"}) as reader:
        assert _qrels(reader, "ja", "da") == [(f"da:test-{n}", f"ja:test-{n}", 2) for n in (1, 2, 3)]
        assert not _qrels(reader, "da", "da")


GOOD = "# text-en = play a song\n# text = ән қос\n# intent = music/play\n1\tән\tmusic/play\tB-kind\n"
BAD = {
    "three columns": (GOOD + "2\tқос\tO\n", r"line 5: 3 columns; expected 4 .*'2\\tқос\\tO'"),
    "no intent": (
        GOOD.replace("# intent", "# goal"),
        r"line 1: the utterance has no line '# intent = …'; found text-en",
    ),
    "no text": (GOOD.replace("ән қос", " "), "line 1: 'text' is ''"),
    "no English text": (GOOD.replace("text-en", "text-de"), "line 1: the utterance has no line '# text-en = …'"),
    "another English text": (GOOD.replace("a song", "the song"), "line 1: 'text-en' is 'play the song', which the"),
    "more often": (
        f"\n{GOOD}\n\n{GOOD}",
        "line 8: 'text-en' is 'play a song', which the English file has not, or less",
    ),
    "a NUL byte": (GOOD.replace("қос", "қ\0с"), "line 2: holds a NUL byte"),
}


@pytest.mark.parametrize("name", BAD)
def test_bad_input_is_one_error_with_its_place(tmp_path: Path, name: str) -> None:
    text, message = BAD[name]
    with open_reader(_files(tmp_path, kk=text)) as reader, pytest.raises(SwitchRankError, match=message) as caught:
        _texts(reader, "kk")
    assert f"{tmp_path}/kk.test" in str(caught.value)


def test_line_ends_of_windows_marks_and_missing_files(tmp_path: Path) -> None:
    files = _files(tmp_path, kk="\ufeff" + f"{GOOD}\n\n".replace("\n", "\r\n"))
    with open_reader(files) as reader:
        assert _texts(reader, "kk") == {"kk:test-3": "ән қос"}
        (tmp_path / "ar.test").unlink()
        with pytest.raises(SwitchRankError, match=r"ar\.test: no such file"):
            _texts(reader, "ar")


@pytest.mark.parametrize("given", [{"path": "{part}.conll"}, {"languages": ["de", "ja"]}, {"relevance": "intent"}])
def test_settings_are_checked(given: dict[str, Any]) -> None:
    good = {"format": "xsid", "path": "{language}.{split}.conll", "languages": ["en", "de"]}
    source = Source(**good)
    assert source.files("qrels", "de") == ["en.dev.conll", "de.dev.conll", "en.test.conll", "de.test.conll"]
    assert source.files("instances", "en") == []
    assert source.missing_qrels("train", "en") and source.missing_qrels("test", "en") is None
    assert not source.parallel and source.queries_are_passages and source.judges_monolingual_pairs
    with pytest.raises(ValidationError):
        Source(**good | given)


def test_the_published_files_have_their_published_counts(tmp_path: Path) -> None:
    folder = real("xsid")
    for code in PUBLISHED:
        for split, name in (("dev", "valid"), ("test", "test")):
            (tmp_path / f"{code}.{split}").symlink_to(folder.absolute() / f"{code}.{name}.conll")
    source = {"format": "xsid", "path": f"{tmp_path}/{{language}}.{{split}}", "languages": PUBLISHED}
    with open_reader(source) as reader:
        for code in PUBLISHED:
            share = 2 if code == "ja" else 1
            assert len(_texts(reader, code, "dev")) == 300 // share
            # every language has its utterances in the order of the English ones
            assert [*_texts(reader, code)] == [f"{code}:test-{n}" for n in range(1, 500 // share + 1)]
        assert len(_qrels(reader, "lt", "sr")) == 6568
        assert len(_qrels(reader, "lt", "lt")) == 6068
        assert {row[0] for row in _qrels(reader, "ja", "ja")} < set(_texts(reader, "ja"))
