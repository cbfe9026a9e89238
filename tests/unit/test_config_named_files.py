"""Files that the configuration names: which key each comes from, and what is said of one that is missing."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import pytest

from switchrank.config import read_config
from switchrank.config.named_files import keys_of_files, missing_files
from switchrank.encoder.settings import Pretrained
from tests.unit.test_config import edited

LANGUAGES = ["en", "de", "ja"]
TITLES: dict[str, Any] = {"method": "titles"}
CONFIG = read_config(
    edited(
        vectors__files={"method": "files", "path": "vectors/{language}.vec", "languages": LANGUAGES},
        lexicons__mine={
            "method": "import",
            "format": "muse",
            "path": "./d/{source}-{target}.txt",
            "languages": LANGUAGES,
        },
        lexicons__names={"method": "import", "format": "cldr", "languages": LANGUAGES},
        lexicons__xml=TITLES
        | {"files": {"format": "wikititles", "path": "t/{first}{second}.xml", "languages": LANGUAGES}},
        lexicons__ids=TITLES | {"files": {"format": "clirmatrix", "path": "t/{language}.tsv", "languages": LANGUAGES}},
        lexicons__dumps=TITLES
        | {
            "files": {
                "format": "langlinks",
                "path": "{source}.sql",
                "pages": "{source}-page.sql",
                "languages": LANGUAGES,
            }
        },
        encoders__folder={"method": "pretrained", "path": "./models/own"},
    )
)


def test_every_file_has_the_key_of_its_path() -> None:
    keys = dict(keys_of_files(CONFIG))
    expected = {
        "data/expected.csv": "evaluation.expected.values",
        "resources/wheel": "encoders.small.source",
        "./models/own": "encoders.folder.path",
        **{f"vectors/{code}.vec": "vectors.files.path" for code in LANGUAGES},
        "./d/en-ja.txt": "lexicons.mine.path",
        "./d/ja-en.txt": "lexicons.mine.path",
        "t/deen.xml": "lexicons.xml.files.path",
        "t/deja.xml": "lexicons.xml.files.path",
        "t/ja.tsv": "lexicons.ids.files.path",
        "de.sql": "lexicons.dumps.files.path",
        "de-page.sql": "lexicons.dumps.files.pages",
    }
    assert {file: keys[file] for file in expected} == expected
    assert not any("names" in key for key in keys.values())


@pytest.mark.parametrize(
    ("file", "line"),
    [
        ("d/de-ja.txt", "lexicons.mine.path: d/de-ja.txt: no such file"),
        ("vectors/ja.vec", "vectors.files.path: vectors/ja.vec: no such file"),
        ("de-page.sql", "lexicons.dumps.files.pages: de-page.sql: no such file"),
        ("./models/own", "encoders.folder.path: ./models/own: no such file"),
        ("workflow/report/style.mplstyle", "workflow/report/style.mplstyle: no such file"),
        (
            "resources/wheel",
            "encoders.small.source: resources/wheel: no such file, and data/sources.csv has no row 'wheel' that would "
            "fetch it",
        ),
    ],
)
def test_a_file_that_is_missing(tmp_path: Path, monkeypatch: pytest.MonkeyPatch, file: str, line: str) -> None:
    monkeypatch.chdir(tmp_path)
    assert list(missing_files(CONFIG, [file])) == [line]
    Path(file).parent.mkdir(parents=True, exist_ok=True)
    Path(file).symlink_to("nowhere")
    assert list(missing_files(CONFIG, [file])) == [line], "a link to nothing is no file"
    Path(file).unlink()
    Path(file).write_text("слово\n", encoding="utf-8")
    assert list(missing_files(CONFIG, [file])) == []


def test_a_folder_of_an_encoder_is_an_input(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.chdir(tmp_path)
    folder = tmp_path / "مودل"
    (folder / "inner").mkdir(parents=True)
    for name in ("model.safetensors", "config.json"):
        (folder / name).touch()
    assert Pretrained(method="pretrained", path="مودل").files() == ["مودل/config.json", "مودل/model.safetensors"]
    for hub in ("bert-base-multilingual-cased", "nreimers/mMiniLMv2-L6-H384-distilled-from-XLMR-Large"):
        assert Pretrained(method="pretrained", path=hub).files() == []
    for missing in ("./own", "/models/own", "models/own/last", "модель"):
        assert Pretrained(method="pretrained", path=missing).files() == [missing]
