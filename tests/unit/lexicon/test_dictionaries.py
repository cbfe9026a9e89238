"""Dictionaries of others: translations, numbering and ranks by hand; every bad line counted, every bad file named."""

from __future__ import annotations

import gzip
import io
import lzma
import struct
import subprocess
import sys
import tarfile
import zlib
from pathlib import Path
from typing import Any

import polars as pl
import pytest
from hypothesis import given
from hypothesis import strategies as st

from switchrank import tables
from switchrank.errors import SwitchRankError
from switchrank.lexicon.dictionaries.dictd_files import number_of
from switchrank.lexicon.dictionaries.freedict import alternatives, freedict_entries
from switchrank.lexicon.dictionaries.importing import import_lexicon
from switchrank.lexicon.settings import ImportedLexicon
from switchrank.text_files import Entries

DIGITS = "ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789+/"


def imported(
    path: Path | None, format: str, target: str = "de", source: str = "en", **changed: Any
) -> tuple[pl.DataFrame, Entries]:
    where = {} if path is None else {"path": str(path)}
    settings = ImportedLexicon(method="import", format=format, languages=[source, target], **where, **changed)  # type: ignore[arg-type]
    return import_lexicon(path, settings, source, target)


def written(path: Path, text: str | bytes) -> Path:
    path.write_bytes(text.encode() if isinstance(text, str) else text)
    return path


def words(found: pl.DataFrame) -> list[tuple[str, int, str]]:
    return found.select("source", "choice", "target").rows()


def skipped(entries: Entries) -> dict[str, int]:
    return {reason: out.count for reason, out in entries.skipped.items()}


# -- MUSE ---------------------------------------------------------------------------------------
@pytest.mark.parametrize("zipped", [False, True])
def test_muse_by_hand(zipped: bool, tmp_path: Path) -> None:
    text = "light Licht\nthe die\nlight\tleicht\nDoor  Tür\nlight Licht\nthe der\nthe das\ne-mail E-Mail\n"
    path = written(tmp_path / "en-de.txt", gzip.compress(text.encode()) if zipped else text)
    found, entries = imported(path, "muse")
    columns = ["source", "choice", "target", "score", "margin", "source_rank", "target_rank"]
    third, half = 1 / 3, 1 / 2
    expected = [
        ("door", 1, "Tür", 1.0, 1.0, 2, 3),
        ("e mail", 1, "E-Mail", 1.0, 1.0, 3, 6),
        ("light", 1, "Licht", 1.0, half, 0, 0),
        ("light", 2, "leicht", half, half, 0, 2),
        ("the", 1, "die", 1.0, half, 1, 1),
        ("the", 2, "der", half, half - third, 1, 4),
        ("the", 3, "das", third, third, 1, 5),
    ]
    rows = found.select(columns).rows()
    assert [row[:3] + row[5:] for row in rows] == [row[:3] + row[5:] for row in expected]
    assert [row[3:5] for row in rows] == [pytest.approx(row[3:5]) for row in expected]
    assert set(found["method"]) == {"import-muse"}
    assert str(entries) == f"{path}: 7 en-de translations; skipped 1 with a translation seen before (first: line 5)"
    tables.write(found, tmp_path / "l.parquet", tables.LEXICON)
    assert tables.read(tmp_path / "l.parquet", tables.LEXICON).equals(found)


def test_fewer_choices_keep_ranks_and_margins(tmp_path: Path) -> None:
    path = written(tmp_path / "d.txt", "the die\nthe der\nlight licht\n")
    all_of_them, one = imported(path, "muse")[0], imported(path, "muse", choices=1)[0]
    assert one.equals(all_of_them.filter(pl.col("choice") == 1)) and one.height == 2


@pytest.mark.parametrize(
    ("target", "word"), [("ru", "свет"), ("ar", "ضوء"), ("hi", "बत्ती"), ("ja", "照明"), ("zh", "灯"), ("th", "แสง")]
)
def test_muse_in_every_script_and_direction(target: str, word: str, tmp_path: Path) -> None:
    assert words(imported(written(tmp_path / "a", f"light {word}\n"), "muse", target)[0]) == [("light", 1, word)]
    assert words(imported(written(tmp_path / "b", f"{word} light\n"), "muse", "en", target)[0]) == [(word, 1, "light")]


def test_bad_lines_are_counted(tmp_path: Path) -> None:
    lines = [b"light licht", b"door", b"", b"big red rot", b"caf\xe9 Caf", b"... Punkte", b"on on"]
    found, entries = imported(written(tmp_path / "d.txt", b"\r\n".join(lines)), "muse", drop_copies=True)
    assert words(found) == [("light", 1, "licht")]
    assert skipped(entries) == {
        "one column": 1,
        "a wrong number of columns": 1,
        "text that is not UTF-8": 1,
        "a source without a word": 1,
        "a copy of its source": 1,
    }


@pytest.mark.parametrize("format", ["muse", "tsv"])
def test_one_column_is_an_error(format: str, tmp_path: Path) -> None:
    path = written(tmp_path / "d.txt", "light\ndoor\n")
    with pytest.raises(
        SwitchRankError, match=rf"d\.txt: no translation is left; skipped 2 with one column \(first: line 1\).*{format}"
    ):
        imported(path, format)


@pytest.mark.parametrize("format", ["muse", "hunalign", "tsv", "freedict", "ding", "dsl"])
def test_missing_empty_and_truncated_files_are_named(format: str, tmp_path: Path) -> None:
    with pytest.raises(SwitchRankError, match=r"absent: no such file; expected "):
        imported(tmp_path / "absent", format)
    with pytest.raises(SwitchRankError, match=r"empty: the file is empty; expected "):
        imported(written(tmp_path / "empty", ""), format)
    with pytest.raises(SwitchRankError, match=r"cut\.gz: .*truncated") as caught:
        imported(written(tmp_path / "cut.gz", gzip.compress(b"light licht\n" * 1000)[:-12]), format)
    assert "\n" not in str(caught.value)


# -- TSV ----------------------------------------------------------------------------------------
def test_tsv_with_scores_orders_by_them(tmp_path: Path) -> None:
    text = "\ufeffLiving  Room\tWohnzimmer\t0.25\nlight\tLampe\t0.5\nlight\tLicht\t0.75\nliving room\tStube \t0.25\n"
    found, _ = imported(written(tmp_path / "d.tsv", text), "tsv")
    assert found.select("source", "choice", "target", "score", "margin", "source_rank", "target_rank").rows() == [
        ("light", 1, "Licht", 0.75, 0.25, 1, 2),
        ("light", 2, "Lampe", 0.5, 0.5, 1, 1),
        ("living room", 1, "Wohnzimmer", 0.25, 0.0, 0, 0),
        ("living room", 2, "Stube", 0.25, 0.25, 0, 3),
    ]
    assert set(found["method"]) == {"import-tsv"}


def test_tsv_without_scores_and_with_bad_lines(tmp_path: Path) -> None:
    found, entries = imported(written(tmp_path / "a", "light\tСвет дня\ndoor\t\nx\ty\t1\nz\n"), "tsv", "ru")
    assert words(found) == [("light", 1, "Свет дня")] and found["score"].item() == 1.0
    assert skipped(entries) == {"an empty side": 1, "a wrong number of columns": 1, "one column": 1}
    found, entries = imported(written(tmp_path / "b", "a\tb\tnan\nlight\tсвет\t1e-1\nc\td\thigh\ne\tf\n"), "tsv", "ru")
    assert words(found) == [("light", 1, "свет")]
    assert skipped(entries) == {"a score that is not a number": 2, "a wrong number of columns": 1}


# -- FreeDict -----------------------------------------------------------------------------------
def base64(number: int) -> str:
    digits = DIGITS[number % 64]
    while number := number // 64:
        digits = DIGITS[number % 64] + digits
    return digits


@given(st.integers(0, 2**40))
def test_numbers_of_an_index(number: int) -> None:
    assert number_of(base64(number)) == number


def test_numbers_by_hand() -> None:
    assert [number_of(text) for text in ("A", "/", "BA", "Ex")] == [0, 63, 64, 4 * 64 + 49]


ABOUT = "00-database-short\n     English-Made-up FreeDict Dictionary\n"


def dictzip(text: bytes) -> bytes:
    """A gzip stream with dictzip's table of chunks in an extra field."""
    extra = b"RA" + struct.pack("<HHHH", 8, 1, 58315, 1) + struct.pack("<H", 1)
    header = b"\x1f\x8b\x08\x04\0\0\0\0\x02\x03" + struct.pack("<H", len(extra)) + extra
    packed = zlib.compressobj(9, zlib.DEFLATED, -15)
    body = packed.compress(text) + packed.flush()
    return header + body + struct.pack("<II", zlib.crc32(text), len(text))


def dictionary(entries: list[str], more_index: str = "") -> dict[str, bytes]:
    """Files of a dictd dictionary; the index is by headword, as dictd wants it."""
    text, lines = b"", []
    for entry in [ABOUT, *entries]:
        data = f"{entry}\n".encode()
        headword = "00databaseshort" if entry == ABOUT else entry.split(" /")[0].split("\n")[0].lower()
        lines.append(f"{headword}\t{base64(len(text))}\t{base64(len(data))}\n")
        text += data
    index = "".join(sorted(lines)) + more_index
    return {"freedict-eng-xxx.index": index.encode(), "freedict-eng-xxx.dict.dz": dictzip(text)}


def folder(path: Path, files: dict[str, bytes]) -> Path:
    path.mkdir()
    for name, data in files.items():
        (path / name).write_bytes(data)
    return path


def tar(files: dict[str, bytes], mode: str) -> bytes:
    stream = io.BytesIO()
    with tarfile.open(fileobj=stream, mode=mode) as archive:  # type: ignore[call-overload]
        for name, data in {
            "doc/copyright": b"GPL",
            **{f"./usr/share/dictd/{name}": files[name] for name in files},
        }.items():
            member = tarfile.TarInfo(name)
            member.size = len(data)
            archive.addfile(member, io.BytesIO(data))
    return stream.getvalue()


def package(files: dict[str, bytes], mode: str = "w:xz") -> bytes:
    """A Debian package; members of odd length are padded."""
    members = {
        "debian-binary": b"2.0\n",
        "control.tar.xz": lzma.compress(b"odd")[:-1],
        f"data.tar.{mode[2:]}": tar(files, mode),
    }
    result = b"!<arch>\n"
    for name, data in members.items():
        header = f"{name:<16}{0:<12}{0:<6}{0:<6}{'100644':<8}{len(data):<10}`\n".encode()
        result += header + data + b"\n" * (len(data) % 2)
    return result


MADE_UP = [
    "lantern /læntən/ <n>\n1. Laterne, Leuchte\n2. Lampion",
    "glow /gləʊ/ <n> <v>\nSchein; Glut (poet.), leuchten",
    "switch on sth. /swɪtʃ ɒn/\netw. einschalten <v, trans>, etw. anmachen <v> [ugs.]",
]


def container(kind: str, path: Path, files: dict[str, bytes]) -> Path:
    if kind == "folder":
        return folder(path, files)
    return written(path, package(files, kind[3:]) if kind.startswith("deb") else tar(files, kind))


@pytest.mark.parametrize("kind", ["folder", "w:", "w:gz", "w:xz", "debw:xz", "debw:gz"])
def test_freedict_in_a_folder_a_tar_or_a_package(kind: str, tmp_path: Path) -> None:
    path = container(kind, tmp_path / "freedict-en-de", dictionary(MADE_UP))
    found, entries = imported(path, "freedict")
    assert words(found) == [
        ("glow", 1, "Schein"),
        ("glow", 2, "Glut"),
        ("glow", 3, "leuchten"),
        ("lantern", 1, "Laterne"),
        ("lantern", 2, "Leuchte"),
        ("lantern", 3, "Lampion"),
        ("switch on", 1, "einschalten"),
        ("switch on", 2, "anmachen"),
    ]
    ranks = dict(found.select("source", "source_rank").rows())
    assert ranks == {"lantern": 0, "glow": 1, "switch on": 2}, "in the order of the text, not of the index"
    assert entries.kept == 8 and not entries.skipped and set(found["method"]) == {"import-freedict"}


def test_a_dictionary_that_is_not_zipped(tmp_path: Path) -> None:
    files = dictionary(MADE_UP)
    files["d.dict"] = gzip.decompress(files.pop("freedict-eng-xxx.dict.dz"))
    assert imported(folder(tmp_path / "d", files), "freedict")[0].height == 8


@pytest.mark.parametrize(
    ("entry", "expected"),
    [
        # the plain kind
        ("valve /vælv/\n1. soupape, clapet\n2. valve", {"valve": ["soupape", "clapet", "valve"]}),
        ("beacon /biːkən/\nмаяк, сигнальный огонь", {"beacon": ["маяк", "сигнальный огонь"]}),
        ("'t /t/\nça", {"'t": ["ça"]}),
        (
            "radiance /r/ <s> <adj>\n1. brilho (luz, cor), fulgor\n2. esplendor",
            {"radiance": ["brilho", "fulgor", "esplendor"]},
        ),
        # with explanations on the lines between
        (
            "gauge //ɡeɪdʒ// //ɡeɪd͡ʒ// <n>\n1. 計器, ゲージ\na measure, or standard\n2. 軌間\ndistance",
            {"gauge": ["計器", "ゲージ", "軌間"]},
        ),
        ("kettle //ˈkɛtl̩// <n>\nやかん 2.\nvessel for boiling\n 3.\nkettledrum", {"kettle": ["やかん"]}),
        ("bye //baɪ// <int>\n（では）また, さようなら （敬語）", {"bye": ["また", "さようなら"]}),
        ("via //ˈvaɪə//\n1. …で, 経由\nby way of", {"via": ["経由"]}),
        # with tags, notes, examples and references
        (
            "rope /rəʊp/\n [Br.] Seil <neut> [naut.]  [techn.] , Tau <neut>, Strick <masc> [Ös.] [ugs.]\n"
            '         Note: aus Hanf, dick\n      "jump rope"  - seilspringen\n'
            "   Synonyms: {cord}, {line}\n\n see: {ropes}, {a}",
            {"rope": ["Seil", "Tau", "Strick"]},
        ),
        (
            "major /m/ (Maj. /mədʒ/)\n [Am.] Hauptmann <masc> [Dt.] Hptm.,  /haʊ/ , Major <masc>Maj.,  /ma/",
            {"major": ["Hauptmann", "Major"]},
        ),
        (
            "melt /m/ (melted /mɛltɪd/ <>, molten /m/ <>) <v>\nschmelzen, zergehen <v, intr>",
            {"melt": ["schmelzen", "zergehen"]},
        ),
        (
            "help sb. /h/\njdm. helfen, jdm./etw. (aus der Not) beistehen, zu jdm. stehen",
            {"help": ["helfen", "beistehen"]},
        ),
        ("take sb. in /t/\njdn. aufnehmen", {}),
        ("Hello! /h/\nHallo!, Servus! [Ös.]", {"Hello!": ["Hallo", "Servus"]}),
        ('The Flute /f/\n"Die Flöte" [mus.]', {"The Flute": ["Die Flöte"]}),
        ("teacher /t/\nLehrer(in) <masc>, [selten] Pauker", {"teacher": ["Lehrer", "Pauker"]}),
        # alternatives
        ("put/throw off /p/\nabschütteln", {"put off": ["abschütteln"], "throw off": ["abschütteln"]}),
        ("void /v/\nhinfällig/gegenstandslos", {"void": ["hinfällig", "gegenstandslos"]}),
        ("and/or /a/\nund/oder, sowie", {"and": ["sowie"], "or": ["sowie"]}),
        ("sill /s/\nBank / kleine Schwelle, Sims", {"sill": ["Sims"]}),
        # what is none
        ("-ness /n/ <suffix>\n-heit, Zustand", {}),
        ("re /r/\nwieder-, zurück…, neu", {"re": ["neu"]}),
        ("word /w/\nWort (offen, Rede", {"word": []}),
        (
            "tool /t/\nein kleines Programm das in einem Browser kleine Aufgaben erledigt, Werkzeug",
            {"tool": ["Werkzeug"]},
        ),
        ("entry /e/\n\n   Synonym: {item}", {}),
        ("entry /e/", {}),
    ],
)
def test_translations_of_one_entry(entry: str, expected: dict[str, list[str]], tmp_path: Path) -> None:
    entries = Entries("d", "entries")
    found = list(freedict_entries(folder(tmp_path / "d", dictionary([entry])), entries))
    expected = {word: parts for word, parts in expected.items() if parts}
    assert {headword.word: headword.translations for headword in found} == expected
    assert sum(skipped(entries).values()) == (0 if expected else 1)


def test_headwords_cut_short_are_left_out(tmp_path: Path) -> None:
    made_up = [
        "lamp /læmp/\nlámpara",
        "lamp /læmpʃeɪd/\npantalla",
        "lamp /lamp/\nfarol",
        "ray /rei/\nrayo",
        "rays /reiz/\nrayos",
    ]
    found, entries = imported(folder(tmp_path / "d", dictionary(made_up)), "freedict", "es")
    assert words(found) == [("lamp", 1, "lámpara"), ("lamp", 2, "farol"), ("ray", 1, "rayo"), ("rays", 1, "rayos")]
    assert skipped(entries) == {"a truncated headword, whose pronunciation is longer": 1}


def test_bad_index_lines_are_counted(tmp_path: Path) -> None:
    more = "x\tA\ny\t!\tB\nfar\t////\tB\n"
    found, entries = imported(folder(tmp_path / "d", dictionary(MADE_UP, more)), "freedict")
    assert found.height == 8
    assert skipped(entries) == {"no headword, place and length": 2, "a place outside the dictionary": 1}


def test_an_entry_that_two_headwords_lead_to_is_read_once(tmp_path: Path) -> None:
    files = dictionary(MADE_UP)
    files["freedict-eng-xxx.index"] += b"".join(
        b"other" + line[line.index(b"\t") :] + b"\n" for line in files["freedict-eng-xxx.index"].splitlines()[1:]
    )
    assert not imported(folder(tmp_path / "d", files), "freedict")[1].skipped


@pytest.mark.parametrize("names", [["a.index"], ["a.dict.dz"], ["a.index", "b.index", "a.dict"], []])
def test_a_dictionary_needs_one_index_and_one_text(names: list[str], tmp_path: Path) -> None:
    with pytest.raises(SwitchRankError, match=r"expected one \.index and one \.dict\.dz or \.dict"):
        imported(folder(tmp_path / "d", dict.fromkeys(names, b"x")), "freedict")


@pytest.mark.parametrize("kind", ["w:", "w:xz", "w:gz", "debw:xz"])
@pytest.mark.parametrize("share", [0.3, 0.6, 0.8])
def test_a_truncated_archive_is_an_error(kind: str, share: float, tmp_path: Path) -> None:
    made_up = [f"word{at} /{at}/\nWort{at * 7919 % 1000}" for at in range(3000)]
    whole = container(kind, tmp_path / "whole", dictionary(made_up)).read_bytes()
    path = written(tmp_path / "cut", whole[: int(len(whole) * share)])
    with pytest.raises(SwitchRankError, match=r"cut: .*(truncated|found index)") as caught:
        imported(path, "freedict")
    assert "\n" not in str(caught.value)


def test_a_truncated_text_is_an_error(tmp_path: Path) -> None:
    files = dictionary(MADE_UP)
    files["freedict-eng-xxx.dict.dz"] = files["freedict-eng-xxx.dict.dz"][:-10]
    with pytest.raises(SwitchRankError, match=r"xxx\.dict\.dz: truncated or damaged"):
        imported(folder(tmp_path / "d", files), "freedict")
    with pytest.raises(SwitchRankError, match="expected a FreeDict dictionary"):
        imported(written(tmp_path / "text", "light licht\n"), "freedict")


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("put off", ["put off"]),
        ("a/b c/d", ["a c", "a d", "b c", "b d"]),
        ("a/b/c", ["a", "b", "c"]),
        ("a / b", []),
        ("/ a", []),
        ("a/", []),
        ("a/b c/d e/f", []),
    ],
)
def test_alternatives(text: str, expected: list[str]) -> None:
    assert alternatives(text) == expected


# -- CLDR ---------------------------------------------------------------------------------------
CLDR = {
    "de": {
        "march": "März",
        "monday": "Montag",
        "german": "Deutsch",
        "japan": "Japan",
        "meter": "Meter",
        "euro": "Euro",
    },
    "ru": {"march": "март", "monday": "понедельник", "german": "немецкий", "japan": "Япония", "meter": "метр"},
    "ar": {"march": "مارس", "monday": "الاثنين", "japan": "اليابان", "german": "الألمانية", "meter": "متر"},
    "hi": {"march": "मार्च", "monday": "सोमवार", "japan": "जापान", "meter": "मीटर"},
    "ja": {"march": "3月", "monday": "月曜日", "japan": "日本", "german": "ドイツ語", "meter": "メートル"},
    "zh": {"march": "三月", "monday": "星期一", "japan": "日本", "german": "德语", "kilometers": "公里"},
}


@pytest.mark.parametrize("language", sorted(CLDR))
def test_names_of_the_cldr(language: str, tmp_path: Path) -> None:
    found, entries = imported(None, "cldr", language)
    firsts = dict(found.filter(pl.col("choice") == 1).select("source", "target").rows())
    assert CLDR[language].items() <= firsts.items()
    assert found.height == entries.kept > 1000
    assert not found.filter(pl.col("target").str.contains(r"[()（）]")).height
    assert set(found["method"]) == {"import-cldr"}
    tables.write(found, tmp_path / "l.parquet", tables.LEXICON)


def test_names_into_english_and_copies() -> None:
    found = imported(None, "cldr", "en", "ru", choices=1)[0]
    assert dict(found.select("source", "target").rows())["понедельник"] == "Monday"
    kept, left = (imported(None, "cldr", "de", drop_copies=drop)[0] for drop in (False, True))
    assert "japan" in set(kept["source"]) and "japan" not in set(left["source"])


def test_names_do_not_depend_on_the_languages_read_before() -> None:
    program = (
        "import sys; from switchrank.lexicon.dictionaries.cldr_names import cldr_pairs as pairs\n"
        "from switchrank.text_files import Entries as entries\n"
        "print(*[list(pairs('en', code, entries('', ''))) for code in sys.argv[1:]][-1:])"
    )
    orders = (["ar"], ["ja", "zh", "ar"], ["en", "ru", "hi", "ar"])
    outputs = {
        subprocess.run([sys.executable, "-c", program, *order], capture_output=True, check=True).stdout
        for order in orders
    }
    assert len(outputs) == 1 and "مارس" in outputs.pop().decode()


def test_a_language_without_names_is_an_error() -> None:
    with pytest.raises(SwitchRankError, match="CLDR: no names in 'xq'"):
        imported(None, "cldr", "xq")
