"""No text that dev or test judge is trained on, in whatever case, punctuation or language it comes."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import polars as pl
import pytest
from hypothesis import given
from hypothesis import strategies as st

from switchrank import tables
from switchrank.data.guard import guard_training
from switchrank.data.readers.homeassistant.wheel import Wheel
from switchrank.errors import SwitchRankError
from switchrank.lexicon.settings import TitleLexicon
from switchrank.lexicon.titles.induction import parallel_titles, title_lexicon
from tests.toy.script import Job, Named, run_script
from tests.unit.data.conftest import JUDGED, TRAIN, WriteWheel, reader_of, write_into

LANGUAGES = ["en", "de", "ru", "ja", "hi"]
SPLITS = pl.DataFrame(
    [(f"{split}/{name}", split, split) for split in ("dev", "test") for name in "a"]
    + [(f"train/{name}", "train", "train") for name in ("english", "german", "hindi", "passage", "free", "other")],
    schema=["doc_id", "group", "split"],
    orient="row",
)


def pair(name: str, description: str) -> dict[str, str]:
    return {"name": name, "description": description}


JUDGED_PAIRS = {
    "en": pair("Fan mode", "Sets the mode of the fan in a room."),
    "de": pair("Lüftermodus der Straße", "Setzt den Modus des Lüfters im Raum."),
    "ru": pair("Режим вентилятора", "Задаёт режим вентилятора в комнате."),
    "ja": pair("ファンのモード", "部屋のファンのモードを設定します。"),
    "hi": pair("पंखे का मोड", "कमरे के पंखे का मोड चुनता है।"),
}
DEV_PAIRS = {
    "en": pair("Flow rate", "How much water passes in a minute."),
    "de": pair("Durchflussrate", "Wie viel Wasser in der Minute fließt."),
    "ru": pair("Расход воды", "Сколько воды проходит за минуту."),
    "ja": pair("流量", "一分間に流れる水の量です。"),
    "hi": pair("प्रवाह दर", "एक मिनट में कितना पानी बहता है।"),
}
# of each train pair the judged text, in other case and punctuation
TRAINED = {
    "english": {"en": pair("FAN MODE", "About the fan mode.")},
    "german": {"de": pair("„Lüftermodus der STRASSE“", "Ein anderer Text über den Lüfter.")},
    "hindi": {"hi": pair("पंखे का मोड!", "पंखे के बारे में कुछ और लिखा है।")},
    "passage": {"ru": pair("Сколько воды", "сколько воды проходит за минуту")},
    "free": {},
    "other": {},
}
TITLES = {
    "english": {"en": "flow rate."},
    "german": {"de": "durchflussrate"},
    "russian": {"ru": "РЕЖИМ ВЕНТИЛЯТОРА:"},
    "japanese": {"ja": "ファン・のモード"},
    "hindi": {"hi": "« प्रवाह-दर »"},
    "across": {"de": "fan mode"},  # the English query, as somebody left it in German
    "free": {},
}
OWN = {
    "en": ("Open the door {}", "Opens the door number {} of the house."),
    "de": ("Öffne die Tür {}", "Öffnet die Tür Nummer {} des Hauses."),
    "ru": ("Открой дверь {}", "Открывает дверь номер {} этого дома."),
    "ja": ("ドア{}を開ける", "家の{}番のドアを開けます。"),
    "hi": ("दरवाज़ा {} खोलो", "घर का दरवाज़ा नंबर {} खोलता है।"),
}


def wheel_of(write: WriteWheel) -> Wheel:
    trees: dict[str, Any] = {}
    for code in LANGUAGES:
        name, description = OWN[code]
        trees[f"test/{code}"] = {"a": JUDGED_PAIRS[code]}
        trees[f"dev/{code}"] = {"a": DEV_PAIRS[code]}
        trees[f"train/{code}"] = {
            key: of.get(code, pair(name.format(key), description.format(key))) for key, of in TRAINED.items()
        }
        trees[f"nowhere/{code}"] = {
            "titles": {key: of.get(code, f"{name.format(number)} †") for number, (key, of) in enumerate(TITLES.items())}
        }
    return write(trees)


def test_what_is_left_out_and_why(write_wheel: WriteWheel) -> None:
    found = guard_training(reader_of(wheel_of(write_wheel).path), LANGUAGES, SPLITS, ["en"])
    assert set(found.left_out.rows()) == {
        *((kind, "train/english", "en", "FAN MODE") for kind in ("query", "passage")),
        *((kind, "train/german", "de", "„Lüftermodus der STRASSE“") for kind in ("query", "passage")),
        *((kind, "train/hindi", "hi", "पंखे का मोड!") for kind in ("query", "passage")),
        *((kind, "train/passage", "ru", "сколько воды проходит за минуту") for kind in ("query", "passage")),
        ("title", "nowhere/titles/english", "en", "flow rate."),
        ("title", "nowhere/titles/german", "de", "durchflussrate"),
        ("title", "nowhere/titles/russian", "ru", "РЕЖИМ ВЕНТИЛЯТОРА:"),
        ("title", "nowhere/titles/japanese", "ja", "ファン・のモード"),
        ("title", "nowhere/titles/hindi", "hi", "« प्रवाह-दर »"),
        ("title", "nowhere/titles/across", "de", "fan mode"),
    }
    assert str(found).startswith("6 of 7 titles, 4 of 6 train queries and 4 train passages are left out")


def test_what_is_excluded_by_group_or_id_is_left_out_with_its_other_side(write_wheel: WriteWheel) -> None:
    reader = reader_of(wheel_of(write_wheel).path)
    splits = SPLITS.with_columns(
        group=pl.when(pl.col("doc_id") == "train/other").then(pl.lit("shed")).otherwise("group")
    )
    before = guard_training(reader, LANGUAGES, SPLITS, ["en"]).left_out
    for names in (["shed"], ["train/other"]):
        more = guard_training(reader, LANGUAGES, splits, ["en"], names).left_out.join(
            before, on=["kind", "id"], how="anti"
        )
        assert more.select("kind", "id").unique(maintain_order=True).rows() == [
            ("passage", "train/other"),
            ("query", "train/other"),
        ]
        assert set(more.filter(pl.col("kind") == "passage")["language"]) == set(LANGUAGES)
    title = guard_training(reader, LANGUAGES, SPLITS, ["en"], ["nowhere/titles/free"]).left_out
    assert title.join(before, on=["kind", "id"], how="anti")["id"].unique().to_list() == ["nowhere/titles/free"]


@pytest.mark.parametrize("name", ["Doctor_Who", "test", "test/a"])
def test_only_training_data_can_be_excluded(write_wheel: WriteWheel, name: str) -> None:
    with pytest.raises(SwitchRankError, match=f"exclude: found '{name}'; expected groups, doc_ids, query_ids"):
        guard_training(reader_of(wheel_of(write_wheel).path), LANGUAGES, SPLITS, ["en"], ["train/free", name])


def test_a_title_of_few_words_is_no_query_of_dev_or_test(write_wheel: WriteWheel) -> None:
    """One word is too short to be judged, so it may be trained on; the passage is in the pool all the same."""
    short = {"a": pair("Name", "Sets the name of the whole house.")}
    trees = {"test/en": short, "test/de": {"a": pair("Name des Hauses", "Setzt den Namen des ganzen Hauses.")}}
    trees |= {"train/en": {"t": "Name"}, "train/de": {"t": "Name des Hauses"}}
    splits = SPLITS.filter(pl.col("doc_id") == "test/a")
    assert not guard_training(reader_of(write_wheel(trees).path), ["en", "de"], splits, ["en"]).left_out.height


def test_a_language_that_the_wheel_lacks(write_wheel: WriteWheel) -> None:
    with pytest.raises(SwitchRankError, match="no translations in 'fr'; available: de, en, hi, ja, ru"):
        guard_training(reader_of(wheel_of(write_wheel).path), ["en", "fr"], SPLITS, ["en"])


@given(st.permutations(LANGUAGES), st.permutations(range(SPLITS.height)))
def test_the_order_of_languages_and_rows_does_not_matter(
    guarded: tuple[Wheel, pl.DataFrame], languages: list[str], rows: list[int]
) -> None:
    wheel, expected = guarded
    assert guard_training(reader_of(wheel.path), languages, SPLITS[rows], ["en"]).left_out.equals(expected)


@pytest.fixture(scope="module")
def guarded(tmp_path_factory: pytest.TempPathFactory) -> tuple[Wheel, pl.DataFrame]:
    wheel = wheel_of(lambda trees: write_into(tmp_path_factory.mktemp("wheel") / "wheel", trees))
    return wheel, guard_training(reader_of(wheel.path), LANGUAGES, SPLITS, ["en"]).left_out


class Data:
    """The data stage's scripts over the wheel, one after another, as the rules chain them."""

    def __init__(self, folder: Path, wheel: Path) -> None:
        self.folder = folder
        (folder / "resources").mkdir()
        wheel.rename(folder / "resources" / "wheel")
        self.source = {
            "format": "homeassistant",
            "download": "wheel",
            "train": TRAIN.model_dump(),
            "judged": JUDGED.model_dump(),
        }
        tables.write(SPLITS, folder / "splits.parquet", tables.SPLITS)
        self.run("guard_training", "left_out.parquet")
        for code in LANGUAGES:
            self.run("build_passages", f"passages/{code}.parquet", code)
            self.run("build_titles", f"titles/{code}.parquet", code)
            self.run("build_queries", {s: f"queries/{s}/{code}.parquet" for s in ("train", "dev", "test")}, code)

    def path(self, name: str) -> str:
        return str(self.folder / name)

    def run(self, rule: str, output: str | dict[str, str], language: str = "", **inputs: str) -> None:
        class Outputs(Named):
            def items(self) -> Any:
                return self.__dict__.items()

        negatives = {"per_positive": 1, "depth": 5, "seed": 1}
        settings = {"negatives": negatives} if rule == "build_instances" else self.source
        named = output if isinstance(output, dict) else {"table": output}
        given = {name: self.path(path) for name, path in inputs.items()}
        own = {"splits": self.path("splits.parquet"), "left_out": self.path("left_out.parquet")}
        job = Job(
            self.folder / "log",
            input=Named(**(own | given)),
            output=Outputs(**{name: self.path(path) for name, path in named.items()}),
            params=Named(settings=settings, languages=LANGUAGES, judged_in=["en"], exclude=[]),
            wildcards=Named(language=language, split="train"),
        )
        run_script(rule, job)

    def texts(self, name: str) -> pl.DataFrame:
        return pl.read_parquet(self.path(name))


@pytest.fixture
def data(tmp_path: Path, write_wheel: WriteWheel, monkeypatch: pytest.MonkeyPatch) -> Data:
    monkeypatch.chdir(tmp_path)
    return Data(tmp_path, wheel_of(write_wheel).path)


def test_no_judged_text_reaches_titles_queries_passages_instances_or_lexicons(data: Data) -> None:
    kept = {f"train/{name}" for name in ("free", "other")}
    for code in LANGUAGES:
        assert set(data.texts(f"queries/train/{code}.parquet")["query_id"]) == kept
        assert set(data.texts(f"passages/{code}.parquet")["doc_id"]) == kept | {"test/a", "dev/a"}
        assert data.texts(f"titles/{code}.parquet")["title_id"].to_list() == ["nowhere/titles/free"]
        # what is judged stays
        for split, pairs in (("test", JUDGED_PAIRS), ("dev", DEV_PAIRS)):
            assert data.texts(f"queries/{split}/{code}.parquet")["text"].to_list() == [pairs[code]["name"]]
    english = {"queries": "queries/train/en.parquet", "passages": "passages/en.parquet"}
    data.run("build_qrels", "qrels.parquet", **english)
    data.run("build_instances", "instances.parquet", qrels="qrels.parquet", **english)
    instances = data.texts("instances.parquet")
    assert set(instances["query_id"]) == set(instances["doc_id"]) == kept
    settings = TitleLexicon(method="titles", benchmark="b", unit="phrase", max_tokens=5)
    for code in ("de", "ru", "ja", "hi"):
        both = (tables.read(data.path(f"titles/{name}.parquet"), tables.TITLES) for name in ("en", code))
        lexicon = title_lexicon(parallel_titles(*both, code), "en", code, settings)
        assert lexicon["source"].to_list() == ["open the door 6"]
