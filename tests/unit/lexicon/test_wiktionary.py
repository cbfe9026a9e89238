"""Wiktionary as Ding text and DSL, MUSE and titles with the target first; expected values by hand."""

from __future__ import annotations

import gzip
from pathlib import Path

import pytest
from pydantic import ValidationError

from switchrank.errors import SwitchRankError
from switchrank.lexicon.dictionaries.importing import import_lexicon
from switchrank.lexicon.dictionaries.wiktionary import ding_entries, dsl_entries
from switchrank.lexicon.settings import ImportedLexicon, TitleFiles
from switchrank.lexicon.titles.files import read_title_pairs
from switchrank.text_files import Entries
from tests.unit.data.real import real
from tests.unit.lexicon.test_dictionaries import dictzip, imported, skipped, words, written

DING = [
    # el, zh, ar, hi: gender, pronunciation with commas, usage, explanations
    ("lamp {n} (device) :: λάμπα {f}, λυχνία {f} [formal]", "lamp", ["λάμπα", "λυχνία"]),
    (
        "lamp {n} (device) :: 燈, 灯 /dēng/; [electric] 電燈, 电灯 /diàndēng, diǎn/",
        "lamp",
        ["燈", "灯", "電燈", "电灯"],
    ),
    ("lamp {n} (device) :: مصباح {m} /miṣbāḥ/, قنديل {m} /qindīl/ (oil lamp)", "lamp", ["مصباح", "قنديل"]),
    ("lamp {n} (device) :: बत्ती {f} /battī/ , (small) दीपक {m} /dīpak/", "lamp", ["बत्ती", "दीपक"]),
    # no part of speech's meaning, several words, slashes, a name
    ("brown bear {n} :: boz ayı, bozayı", "brown bear", ["boz ayı", "bozayı"]),
    ("upper case {n} (letters) :: büyük/ulu harf", "upper case", ["büyük harf", "ulu harf"]),
    ("Cologne {prop} (city) :: Köln {n}", "Cologne", ["Köln"]),
    ("well-known {adj} (famous) :: δείτε (κάτι), ξακουστός", "well-known", ["δείτε", "ξακουστός"]),
    ("plain :: απλός", "plain", ["απλός"]),
]
DING_SKIPPED = [
    ("an {article} (a) SEE: a ::", "a reference to another entry (SEE:)"),
    ("maddah {n} (diacritic) ::", "an empty side"),
    ("able {adj} :: ", "an empty side"),
    ("a {n} (letter) :: [no other name exists]", "no plain translation"),
    ("-able {suffix} (can) :: -бельный, годный", "not a headword"),
    ("lamp {n} = λάμπα", "no '::' after the headword"),
]


@pytest.mark.parametrize(("line", "headword", "translations"), DING)
def test_a_line_of_ding_text(line: str, headword: str, translations: list[str], tmp_path: Path) -> None:
    found = list(ding_entries(written(tmp_path / "d", f"# License :: CC BY-SA\n{line}\n"), Entries("d", "entries")))
    assert found == [(headword, translations)]


@pytest.mark.parametrize(("line", "reason"), DING_SKIPPED)
def test_a_line_of_ding_text_that_is_skipped(line: str, reason: str, tmp_path: Path) -> None:
    entries = Entries("d", "entries")
    assert not list(ding_entries(written(tmp_path / "d", f"# Ding\n{line}\n"), entries))
    [(found, out)] = entries.skipped.items()
    assert found.startswith(reason) and (out.count, out.first) == (1, "line 2")


@pytest.mark.parametrize("zipped", [False, True])
def test_ding_text_becomes_a_lexicon(zipped: bool, tmp_path: Path) -> None:
    lines = ["# English :: Greek", *[line for line, *_ in DING[:1]], "Lamp {n} (bulb) :: λάμπα {f}", DING_SKIPPED[0][0]]
    text = "\ufeff" + "\r\n".join([*lines, "caf\0e {n} :: καφέ"]) + "\r\n"
    path = written(tmp_path / "d", gzip.compress(text.encode()) if zipped else text)
    found, entries = imported(path, "ding", "el")
    assert words(found) == [("lamp", 1, "λάμπα"), ("lamp", 2, "λυχνία")]
    assert set(found["method"]) == {"import-ding"}
    assert skipped(entries) == {
        "a translation seen before": 1,
        "a reference to another entry (SEE:)": 1,
        "text that is not UTF-8": 1,
    }


DSL = """#NAME "Wiktionary English-Hindi"
#INDEX_LANGUAGE "English"

lamp
\t[b][c darkblue]~[/c][/b] [p]<n>[/p] [i](a device, CH\\[3\\])[/i]
\t[m1]बत्ती [p]<f>[/p] [c gray]/battī/[/c], \\[small\\] दीपक [p]<m>[/p][/m]

lamp
\t[b]~[/b] [p]<n>[/p]
\t[m1]灯 /dēng/[/m]
\t[m2]λάμπα [p]<f>[/p], مصباح[/m]

colour
color
\t[m1]रंग[/m]

-able
\t[m1]योग्य[/m]

void
\t[m1][/m]
"""


@pytest.mark.parametrize("encoding", ["utf-16-le", "utf-16-be", "utf-16", "utf-8", "utf-8-sig"])
@pytest.mark.parametrize("zipped", [False, True])
def test_dsl_in_every_encoding(encoding: str, zipped: bool, tmp_path: Path) -> None:
    raw = DSL.replace("\n", "\r\n").encode(encoding)
    entries = Entries("d", "entries")
    assert list(dsl_entries(written(tmp_path / "d", dictzip(raw) if zipped else raw), entries)) == [
        ("lamp", ["बत्ती", "दीपक"]),
        ("lamp", ["灯"]),
        ("lamp", ["λάμπα", "مصباح"]),
        ("colour", ["रंग"]),
        ("color", ["रंग"]),
    ]
    assert {reason.split(" (")[0]: out.first for reason, out in entries.skipped.items()} == {
        "not a headword": "line 18",
        "an empty side": "line 21",
    }


def test_bad_dsl_files_are_one_error(tmp_path: Path) -> None:
    raw = dictzip((DSL * 50).encode("utf-16-le"))
    for name, content, message in [
        ("cut", raw[: len(raw) // 2], "the gz file is truncated or damaged"),
        ("half", DSL.encode("utf-16-le")[:-1], "not UTF-16 at byte .*, or truncated"),
        ("latin", DSL.encode() + "é".encode("latin-1"), "line 22: not UTF-8 at byte"),
        ("empty", b"", "the file is empty"),
        ("text", b"lamp {n} :: x\n", "no translation is left; .* expected format dsl"),
    ]:
        with pytest.raises(SwitchRankError, match=rf"{name}.*{message}") as caught:
            imported(written(tmp_path / name, content), "dsl", "hi")
        assert "\n" not in str(caught.value)


def test_hunalign_has_the_target_first(tmp_path: Path) -> None:
    lines = [
        "het @ the",
        "de @ the",
        "Köln @ Cologne",
        "x",
        "a @ b @ c",
        "свет @ light",
        " @ door",
        "灯 @ ",
        "灯 @ lamp",
    ]
    found, entries = imported(written(tmp_path / "d", "\r\n".join(lines)), "hunalign", "nl")
    assert words(found) == [
        ("cologne", 1, "Köln"),
        ("lamp", 1, "灯"),
        ("light", 1, "свет"),
        ("the", 1, "het"),
        ("the", 2, "de"),
    ]
    assert skipped(entries) == {
        "one column": 1,
        "a wrong number of columns": 1,
        "an empty side": 1,
        "a source without a word": 1,
    }


def test_words_are_counted_by_first_occurrence(tmp_path: Path) -> None:
    text = "the die\nlight Licht\nthe der\ndoor Tür\nlight leicht\nlamp Lampe\n"
    path = written(tmp_path / "d", text)
    found, entries = imported(path, "muse", first_word=2, last_word=3)
    assert words(found) == [("door", 1, "Tür"), ("light", 1, "Licht"), ("light", 2, "leicht")]
    assert skipped(entries) == {"a source word before first_word or after last_word": 3}
    with pytest.raises(ValidationError, match=r"last_word is 1, must be first_word \(2\) or more"):
        ImportedLexicon(method="import", format="muse", path="x", languages=["en"], first_word=2, last_word=1)


@pytest.mark.parametrize(
    ("target", "title"), [("el", "Νορβηγία"), ("hi", "नॉर्वे"), ("ar", "النرويج"), ("zh", "挪威"), ("ru", "Норвегия")]
)
def test_wikidict_has_the_other_language_first(target: str, title: str, tmp_path: Path) -> None:
    path = written(tmp_path / "d", f"\ufeff{title}\tNorway\r\n{title}\r\n\tSweden\n{title}\t\n{title}\tNorway\tx\n")
    settings = TitleFiles(format="wikidict", path="x", languages=["en", target])
    found, entries = read_title_pairs([path], settings, "en", target)
    assert found.rows() == [("Norway", title)]
    assert skipped(entries) == {"one column": 1, "an empty side": 2, "a wrong number of columns": 1}


REAL = [
    ("muse", "muse/en-x/th2.txt", "en", "th", 24_658),
    ("muse", "muse/en-x/fr2.txt", "en", "fr", 113_286),
    ("hunalign", "muse/target-at-source/de-it.dict", "de", "it", 59_811),
    ("ding", "wiktionary/en-el-enwiktionary.txt", "en", "el", None),
]


@pytest.mark.parametrize(("format", "path", "source", "target", "lines"), REAL)
def test_every_line_of_the_published_files_is_accounted_for(
    format: str, path: str, source: str, target: str, lines: int | None
) -> None:
    file = real(path)
    settings = ImportedLexicon(method="import", format=format, path="x", languages=[source, target])  # type: ignore[arg-type]
    found, entries = import_lexicon(file, settings, source, target)
    if lines is not None:
        assert entries.kept + sum(skipped(entries).values()) == lines
        assert {"one column", "a wrong number of columns", "text that is not UTF-8"}.isdisjoint(entries.skipped)
    else:
        assert skipped(entries)["a reference to another entry (SEE:)"] == 6256
        assert words(found.filter(found["source"] == "door")) == [("door", 1, "πόρτα"), ("door", 2, "θύρα")]


def test_muse_test_words_of_the_published_file() -> None:
    """MUSE tests with the 1,500 source words from 5,001 on."""
    file = real("muse/en-x/de2.txt")
    settings = ImportedLexicon(
        method="import", format="muse", path="x", languages=["en", "de"], first_word=5001, last_word=6500
    )
    found, _ = import_lexicon(file, settings, "en", "de")
    assert (found["source"].n_unique(), found.height) == (1500, 3660)


def test_both_layouts_of_one_dictionary_agree() -> None:
    found = {}
    for format, name in (("ding", "en-id-enwiktionary.txt"), ("dsl", "en-id-enwiktionary.dsl.dz")):
        file = real("wiktionary", name)
        settings = ImportedLexicon(method="import", format=format, path="x", languages=["en", "id"])  # type: ignore[arg-type]
        found[format] = import_lexicon(file, settings, "en", "id")[0].drop("method").rows()
    assert found["ding"] == found["dsl"] and len(found["dsl"]) == 6490
