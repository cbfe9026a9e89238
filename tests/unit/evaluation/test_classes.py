"""Classes of queries by nearest neighbours: by hand, and the script against brute force."""

from __future__ import annotations

from pathlib import Path

import numpy as np
import polars as pl
import pytest

from switchrank import tables
from switchrank.encoder.embedding import embed
from switchrank.errors import SwitchRankError
from switchrank.evaluation.classes import classify_queries
from switchrank.evaluation.settings import Retrieval
from tests.toy.script import Job, Named, run_script


def queries(language: str, texts: list[str], prefix: str = "") -> pl.DataFrame:
    ids = [f"{prefix}{language}:{n}" for n in range(len(texts))]
    return pl.DataFrame({"query_id": ids, "language": language, "text": texts})


def labels(kind: str, **label: str) -> pl.DataFrame:
    rows = [(name.replace("_", ":", 1).replace("train:", "train-"), kind, text) for name, text in label.items()]
    return pl.DataFrame(rows, schema=tables.LABELS.schema, orient="row")


def unit(*degrees: float) -> np.ndarray:
    angles = np.radians(degrees)
    return np.stack([np.cos(angles), np.sin(angles)], axis=1).astype(np.float32)


TRAIN = queries("en", ["lamp on", "lamp off", "song", "tune", "noise"])
ASKED = {"hi": queries("hi", ["बत्ती", "गाना", "शोर"]), "ja": queries("ja", ["曲"])}
VECTORS = {"train": unit(0, 10, 40, 52, 80), "hi": unit(7, 28, 75), "ja": unit(44)}
INTENTS = labels(
    "intent",
    en_0="light",
    en_1="light",
    en_2="music",
    en_3="music",
    hi_0="light",
    hi_1="light",
    hi_2="music",
    ja_0="music",
)
DOMAINS = labels("domain", en_4="sound", en_0="home", hi_2="sound")


@pytest.mark.parametrize(
    ("neighbours", "hindi"),
    [
        (1, 2 / 3),  # 7° → 10° light; 28° → 40° music, wrong; 75° → 52° music, as the noise at 80° has no intent
        (2, 2 / 3),  # 28° → 40° and 10°: a tie, which the nearer one wins
        (3, 2 / 3),  # 28° → 40°, 10° and 52°: music
        (4, 2 / 3),  # all four: a tie, the nearest wins
    ],
)
def test_the_nearest_labelled_training_queries_vote(neighbours: int, hindi: float) -> None:
    found = classify_queries(TRAIN, ASKED, pl.concat([INTENTS, DOMAINS]), VECTORS, neighbours)
    assert found.rows() == [
        ("domain", "hi", 1.0, 1),  # 75° → 80° sound rather than 0° home; a tie of two votes goes to the nearer
        ("intent", "hi", pytest.approx(hindi), 3),
        ("intent", "ja", 1.0, 1),
    ]


def test_more_neighbours_outvote_the_nearest() -> None:
    """28° has 40° (music), 10° and 0° (light, light) near it, once 52° is of no intent."""
    fewer = INTENTS.filter(pl.col("query_id") != "en:3")
    only = {"hi": ASKED["hi"][1:2]}
    one = {**VECTORS, "hi": VECTORS["hi"][1:2]}
    assert [classify_queries(TRAIN, only, fewer, one, k)["accuracy"][0] for k in (1, 3)] == [0.0, 1.0]


def test_equal_texts_go_by_their_id_and_rows_may_have_any_order() -> None:
    same = {**VECTORS, "train": unit(20, 20, 20, 20, 20), "hi": unit(20, 20, 20)}
    turned = {**same, "train": same["train"][::-1]}
    first = classify_queries(TRAIN, ASKED, INTENTS, same, 1)
    assert first["accuracy"][0] == pytest.approx(2 / 3)  # all get that of en:0, light
    assert classify_queries(TRAIN.reverse(), ASKED, INTENTS[::-1], turned, 1).equals(first)


def test_without_labels_on_both_sides_is_an_error() -> None:
    for lacking in (INTENTS.filter(pl.col("query_id").str.starts_with("en")), DOMAINS[1:], DOMAINS[:0]):
        with pytest.raises(SwitchRankError, match="of 5 training queries and 4 judged ones, none have labels of one"):
            classify_queries(TRAIN, ASKED, lacking.filter(pl.col("query_id") != "hi:2"), VECTORS, 1)


@pytest.mark.parametrize("passages", [False, True])
def test_the_script_classifies_by_the_encoder(
    tmp_path: Path, encoder_folder: Path, texts: dict[str, list[str]], passages: bool
) -> None:
    """Each sentence has a class of its own; the training queries are English, as queries or as train passages."""
    train = queries("en", [*texts["en"], "A text of dev."], "train-")
    key = "doc_id" if passages else "query_id"
    contract = tables.PASSAGES if passages else tables.QUERIES
    tables.write((train if passages else train[:3]).rename({"query_id": key}), tmp_path / "train.parquet", contract)
    divided = [(f"train-en:{n}", f"g{n}", "train" if n < 3 else "dev") for n in range(4)]
    splits = pl.DataFrame(divided, schema=dict.fromkeys(tables.SPLITS.columns, pl.String), orient="row")
    tables.write(splits, tmp_path / "splits.parquet", tables.SPLITS)
    own = [(f"{code}:{n}", "intent", f"i{n}") for code in ("train-en", "ar", "ja") for n in range(3)]
    found = pl.DataFrame(own, schema=tables.LABELS.schema, orient="row").sort("query_id")
    tables.write(found, tmp_path / "labels.parquet", tables.LABELS)
    for code in ("ar", "ja"):
        tables.write(queries(code, texts[code]), tmp_path / f"{code}.parquet", tables.QUERIES)
    retrieval = Retrieval(query_prefix="query: ")
    job = Job(
        tmp_path / "log",
        input=Named(
            encoder=[str(path) for path in sorted(encoder_folder.iterdir())],
            labels=str(tmp_path / "labels.parquet"),
            queries=[str(tmp_path / f"{code}.parquet") for code in ("ar", "ja")],
            train=str(tmp_path / "train.parquet"),
            **({"splits": str(tmp_path / "splits.parquet")} if passages else {}),
        ),
        output=Named(out=str(tmp_path / "classes.parquet")),
        params=Named(settings={"retrieval": retrieval.model_dump(), "languages": ["ar", "ja"], "neighbours": 1}),
        wildcards=Named(system="dense"),
    )
    run_script("classify_queries", job)
    known = embed(encoder_folder, [f"query: {text}" for text in texts["en"]], "t").astype(np.float64)
    expected = []
    for code in ("ar", "ja"):
        asked = embed(encoder_folder, [f"query: {text}" for text in texts[code]], "t").astype(np.float64)
        expected.append(("intent", code, float(np.mean((asked @ known.T).argmax(axis=1) == np.arange(3))), 3))
    assert tables.read(tmp_path / "classes.parquet", tables.CLASSES).rows() == expected
