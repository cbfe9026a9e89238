"""Trained vectors: repeatable, and in a joint space words that mean the same lie together."""

from __future__ import annotations

import os
import subprocess
import sys
from pathlib import Path
from typing import Any

import numpy as np
import polars as pl
import pyarrow as pa
import pytest
from numpy.typing import NDArray
from pydantic import ValidationError

from switchrank import tables
from switchrank.errors import SwitchRankError
from switchrank.lexicon.settings import TrainedVectors
from switchrank.lexicon.vectors import skip_gram as training_vectors
from switchrank.lexicon.vectors.by_language import joined, of_language
from switchrank.lexicon.vectors.skip_gram import topics, topics_of_groups, train_vectors
from tests.toy.script import Job, Named, run_script

TEXTS = ("titles", "queries", "passages")
CONCEPTS = {
    "en": ["light", "kitchen", "door", "water", "battery", "window"],
    "de": ["Licht", "Küche", "Tür", "Wasser", "Batterie", "Fenster"],
    "ru": ["Свет", "Кухня", "Дверь", "Вода", "Батарея", "Окно"],
    "ar": ["ضوء", "مطبخ", "باب", "ماء", "بطارية", "نافذة"],
    "hi": ["बत्ती", "रसोई", "दरवाज़ा", "पानी", "बैटरी", "खिड़की"],
    "ja": ["照明", "台所", "扉", "水", "電池", "窓"],
}


def settings(**changed: Any) -> TrainedVectors:
    given = {"method": "trained", "benchmark": "toy", "dimensions": 12, "window": 6, "epochs": 20, "negatives": 5}
    return TrainedVectors(**{**given, **changed})


def parallel(languages: list[str], count: int = 300) -> dict[str, pl.DataFrame]:
    """Texts of three concepts out of six, the same three for one id in every language."""
    random = np.random.default_rng(2)
    chosen = [random.choice(6, 3, replace=False) for _ in range(count)]
    return {
        language: pl.DataFrame(
            {
                "id": [f"t{at:03}" for at in range(count)],
                "text": [", ".join(CONCEPTS[language][concept] for concept in row) + " 42" for row in chosen],
            }
        )
        for language in languages
    }


def directions(table: pa.Table) -> NDArray[np.float64]:
    vectors = table.column("vector").combine_chunks().flatten().to_numpy().reshape(len(table), -1).astype(np.float64)
    return vectors / np.linalg.norm(vectors, axis=1, keepdims=True)


def test_words_of_a_joint_space_lie_by_their_translations(tmp_path: Path) -> None:
    languages = ["de", "ru", "ar", "hi", "en"]
    trained = train_vectors(parallel(languages, 600), settings(epochs=100))
    assert list(trained) == sorted(languages)
    english = dict(zip(trained["en"]["word"].to_pylist(), directions(trained["en"]), strict=True))
    for language in languages:
        tables.write(trained[language], tmp_path / "v.parquet", tables.VECTORS)
        table = tables.read_arrow(tmp_path / "v.parquet", tables.VECTORS)
        words = table.column("word").to_pylist()
        assert sorted(words) == sorted(word.lower() for word in CONCEPTS[language]), "no number, lower case, no tag"
        for word, row in zip(words, directions(table), strict=True):
            nearest = max(english, key=lambda other: float(english[other] @ row))
            lowered = [other.lower() for other in CONCEPTS[language]]
            assert nearest == CONCEPTS["en"][lowered.index(word)], (language, word)


def test_unspaced_scripts_are_segmented() -> None:
    texts = {"ja": pl.DataFrame({"id": ["a", "b"], "text": ["台所の照明", "照明と台所"]})}
    trained = train_vectors(texts, settings(space="monolingual"))
    assert {"台所", "照明"} <= set(trained["ja"]["word"].to_pylist())


def test_a_space_a_language_knows_nothing_of_the_others() -> None:
    texts = parallel(["de", "ru"])
    both = train_vectors(texts, settings(space="monolingual"))
    alone = train_vectors({"ru": texts["ru"]}, settings(space="monolingual"))
    assert both["ru"].equals(alone["ru"])
    assert not train_vectors(texts, settings())["ru"].equals(alone["ru"])


def test_ranks_follow_frequency_then_code_point() -> None:
    text = "свет вода свет дом дом окно вода свет редко"
    trained = train_vectors({"ru": pl.DataFrame({"id": ["1"], "text": [text]})}, settings(space="monolingual"))
    assert trained["ru"]["word"].to_pylist() == ["свет", "вода", "дом"]
    assert trained["ru"]["rank"].to_pylist() == [0, 1, 2]
    few = train_vectors({"ru": pl.DataFrame({"id": ["1"], "text": [text]})}, settings(max_words=2, min_count=1))
    assert few["ru"]["word"].to_pylist() == ["свет", "вода"]


@pytest.mark.parametrize("space", ["joint", "monolingual"])
def test_the_order_of_texts_and_languages_changes_nothing(space: str) -> None:
    texts = parallel(["de", "ar"], 60)
    turned = {language: texts[language].reverse() for language in reversed(texts)}
    first, second = train_vectors(texts, settings(space=space)), train_vectors(turned, settings(space=space))
    assert all(first[language].equals(second[language]) for language in texts)
    other = train_vectors(texts, settings(space=space, seed=2))
    assert not any(first[language].equals(other[language]) for language in texts)


def test_the_hash_seed_of_the_interpreter_changes_nothing() -> None:
    program = (
        "import sys, polars as pl\n"
        "from switchrank.lexicon.settings import TrainedVectors\n"
        "from switchrank.lexicon.vectors.skip_gram import train_vectors\n"
        "s = TrainedVectors(method='trained', benchmark='b', dimensions=4, min_count=1)\n"
        "t = {'en': pl.DataFrame({'id': ['a', 'b'], 'text': ['light door water', 'door window light']}),\n"
        "     'ru': pl.DataFrame({'id': ['a', 'b'], 'text': ['свет дверь вода', 'дверь окно свет']})}\n"
        "print({k: v.to_pylist() for k, v in train_vectors(t, s).items()})\n"
    )
    seen = set()
    for seed in ("1", "2"):
        environment = {**os.environ, "PYTHONHASHSEED": seed, "PYTHONPATH": "src", "PYTHONIOENCODING": "utf-8"}
        run = subprocess.run([sys.executable, "-c", program], env=environment, capture_output=True, check=True)
        seen.add(run.stdout)
    assert len(seen) == 1 and b"vector" in seen.pop()


def test_a_merged_document_holds_all_its_words_tagged_and_shuffled() -> None:
    documents = {"en": {"a": ["light"] * 9, "b": ["door"]}, "de": {"a": ["licht"] * 9}}
    first, second = training_vectors._merged(documents, 1)
    assert sorted(first) == ["de\x1flicht"] * 9 + ["en\x1flight"] * 9 and first != sorted(first)
    assert second == ["en\x1fdoor"]
    assert training_vectors._merged({"en": documents["en"]}, 1)[0] == ["en\x1flight"] * 9
    assert training_vectors._merged(documents, 2)[0] != first
    assert training_vectors._merged(documents, 1)[0] == first


def test_a_word_in_two_languages_has_two_vectors() -> None:
    texts = {
        "en": pl.DataFrame({"id": ["a", "b"], "text": ["gift gift box", "gift box"]}),
        "de": pl.DataFrame({"id": ["a", "c"], "text": ["gift gift", "flasche gift flasche"]}),
    }
    trained = train_vectors(texts, settings())
    vectors = {
        language: table["vector"].to_pylist()[table["word"].to_pylist().index("gift")]
        for language, table in trained.items()
    }
    assert vectors["en"] != vectors["de"]


def test_long_texts_are_not_cut_off(monkeypatch: pytest.MonkeyPatch) -> None:
    """gensim drops what follows the 10,000th word of a text; `spät` stands only there."""
    text = " ".join(["licht"] * 10_000 + ["spät", "haus"] * 30)
    table = train_vectors({"de": pl.DataFrame({"id": ["a"], "text": [text]})}, settings(space="monolingual", epochs=30))
    late = dict(zip(table["de"]["word"].to_pylist(), table["de"]["vector"].to_pylist(), strict=True))["spät"]
    assert np.linalg.norm(late) > 1 / 12, "gensim's first values are below 1 / (2 dimensions)"


def test_topics_keep_kinds_apart() -> None:
    titles = pl.DataFrame({"title_id": ["x"], "language": ["de"], "text": ["Licht"]})
    queries = pl.DataFrame({"query_id": ["x"], "language": ["de"], "text": ["Wo ist Licht?"]})
    passages = pl.DataFrame({"doc_id": ["x"], "language": ["de"], "text": ["Das Licht ist hier."]})
    found = topics(titles, queries, passages)
    assert found.columns == ["id", "text"] and found["id"].n_unique() == 3
    assert found["text"].to_list() == ["Licht", "Wo ist Licht?", "Das Licht ist hier."]


def test_topics_of_groups_join_whatever_has_one_topic() -> None:
    """By hand: q1 asks for b of Wasser and a of Licht, the first by name; q2 has no relevant passage in any split."""
    titles = pl.DataFrame({"title_id": ["x"], "group": ["Licht"], "language": ["ru"], "text": ["Свет"]})
    queries = pl.DataFrame({"query_id": ["q1", "q2"], "language": ["ru"] * 2, "text": ["Где свет?", "Где вода?"]})
    passages = pl.DataFrame({"doc_id": ["a", "b"], "language": ["ru"] * 2, "text": ["Свет здесь.", "Вода там."]})
    documents = pl.DataFrame({"doc_id": ["b", "a"], "group": ["Wasser", "Licht"], "split": ["train", None]})
    qrels = pl.DataFrame({"query_id": ["q1", "q1", "q2"], "doc_id": ["b", "a", "b"], "relevance": [1, 1, 0]})
    assert topics_of_groups(titles, queries, passages, documents, qrels).rows() == [
        ("group\x1fLicht", "Свет"),
        ("group\x1fLicht", "Где свет?"),
        ("query_id\x1fq2", "Где вода?"),
        ("group\x1fLicht", "Свет здесь."),
        ("group\x1fWasser", "Вода там."),
    ]


def test_a_space_per_language_merges_nothing() -> None:
    with pytest.raises(ValidationError, match="merge: group goes with space: joint"):
        settings(space="monolingual", merge="group")


def test_too_little_text_is_an_error() -> None:
    texts = {
        "en": pl.DataFrame({"id": ["a"], "text": ["light light"]}),
        "zh": pl.DataFrame({"id": ["a"], "text": ["灯 7 7"]}),
    }
    with pytest.raises(SwitchRankError, match="none of 1 different words of language 'zh' occurs 2 times; lower min_c"):
        train_vectors(texts, settings())


def test_vectors_of_languages_that_lie_in_one_table_come_back(tmp_path: Path) -> None:
    """Byte for byte as if each had been written alone."""
    vector = pa.array([[0.25, -1.0], [0.5, 2.0]], pa.list_(pa.float32(), 2))
    both = {
        language: pa.table({"word": found, "rank": pa.array([0, 1], pa.int32()), "vector": vector})
        for language, found in {"ja": ["照明", "開ける"], "ar": ["ضوء", "باب"]}.items()
    }
    tables.write(joined(both), tmp_path / "trained.parquet", tables.TRAINED_VECTORS)
    trained = tables.read_arrow(tmp_path / "trained.parquet", tables.TRAINED_VECTORS)
    for language, table in both.items():
        tables.write(table, tmp_path / "alone.parquet", tables.VECTORS)
        tables.write(of_language(trained, language), tmp_path / "divided.parquet", tables.VECTORS)
        assert (tmp_path / "divided.parquet").read_bytes() == (tmp_path / "alone.parquet").read_bytes()


@pytest.mark.parametrize("merge", ["id", "group"])
def test_the_script_merges_texts_of_a_group_without_translations(tmp_path: Path, merge: str) -> None:
    """German and Russian passages share no id, only a group; what the script gives is what the same texts under the
    names that are written out here give."""
    topic = {"de": ["Licht Lampe", "Wasser Hahn"], "ru": ["свет лампа", "вода кран"]}
    made = {"splits": [(f"{code}{n}", f"g{n}", "train") for code in topic for n in range(60)]}
    for code, texts in topic.items():
        made[f"titles-{code}"] = []
        made[f"queries-{code}"] = []
        made[f"passages-{code}"] = [(f"{code}{n}", code, texts[n % 2]) for n in range(60)]
    contracts = {"splits": tables.SPLITS, "titles": tables.TITLES, "queries": tables.QUERIES}
    for name, rows in made.items():
        contract = contracts.get(name.partition("-")[0], tables.PASSAGES)
        table = pl.DataFrame(rows, schema=dict.fromkeys(contract.columns, pl.String), orient="row")
        tables.write(table, tmp_path / f"{name}.parquet", contract)
    none = pl.DataFrame(schema={"query_id": pl.String, "doc_id": pl.String, "relevance": pl.Int8})
    tables.write(none, tmp_path / "qrels.parquet", tables.QRELS)
    job = Job(
        tmp_path / "log",
        input=Named(
            splits=str(tmp_path / "splits.parquet"),
            qrels=[str(tmp_path / "qrels.parquet")] if merge == "group" else [],
            **{side: [str(tmp_path / f"{side}-{code}.parquet") for code in topic] for side in TEXTS},
        ),
        output=Named(out=str(tmp_path / "vectors.parquet")),
        params=Named(settings=settings(merge=merge).model_dump(), languages=[*topic]),
    )
    run_script("train_vectors", job)
    key = "group" if merge == "group" else "doc_id"
    by_hand = {
        code: pl.DataFrame(
            {"id": [f"{key}\x1f{'g' if merge == 'group' else code}{n}" for n in range(60)], "text": texts}
        )
        for code, texts in ((code, [texts[n % 2] for n in range(60)]) for code, texts in topic.items())
    }
    found = tables.read_arrow(tmp_path / "vectors.parquet", tables.TRAINED_VECTORS)
    assert found.equals(joined(train_vectors(by_hand, settings(merge=merge))).select(found.column_names))
