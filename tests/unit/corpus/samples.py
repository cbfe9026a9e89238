"""Small training data in English with lexicons into languages of six scripts."""

from __future__ import annotations

from collections.abc import Mapping, Sequence

import polars as pl
import pyarrow as pa

from switchrank import tables
from switchrank.corpus.recipes import switch_corpus
from switchrank.corpus.settings import Corpus
from switchrank.corpus.tokens import tokenize_instances
from switchrank.languages import parse_pair

QUERIES = {
    "q1": "Turn ON the Kitchen light",
    "q2": "Is the front door open?",
    "q3": "Water temperature – art of the party",
    "q4": "WATER PRESSURE",
    "q5": "   ",
}
PASSAGES = {
    "d1": "The light in the kitchen isn't on; switch it ON (again).",
    "d2": "A door opens with the door handle…  two  spaces\tand a tab.",
    "d3": "Art: the art of a party. Kunst, partial, smart, ART!",
    "d4": "Water-pressure and water temperature: 24 °C",
    "d5": "свет 照明 light.door_light",
}
WORDS = {
    "de": {
        "light": "licht",
        "kitchen": "küche",
        "door": "tür",
        "water": "wasser",
        "art": "kunst",
        "on": "an",
        "street": "straße",
    },
    "ru": {
        "light": "свет",
        "kitchen": "кухня",
        "door": "дверь",
        "water": "вода",
        "art": "искусство",
        "temperature": "температура",
    },
    "ar": {"light": "ضوء", "kitchen": "مطبخ", "door": "باب", "water": "ماء", "party": "حفلة"},
    "hi": {"light": "बत्ती", "kitchen": "रसोई", "door": "दरवाज़ा", "water": "पानी", "the": "यह"},
    "ja": {"light": "照明", "kitchen": "台所", "door": "ドア", "water": "水", "on": "オン"},
    "zh": {"light": "灯", "kitchen": "厨房", "door": "门", "water": "水", "temperature": "温度"},
}
TITLES = {
    "de": {"light": "Licht", "kitchen light": "Küchenlicht", "water temperature": "Wassertemperatur", "door": "Tür"},
    "ru": {"light": "Свет", "the kitchen": "кухня", "front door": "входная дверь", "water pressure": "давление воды"},
    "ja": {"kitchen light": "台所の照明", "door handle": "ドアハンドル", "water": "水"},
    "ar": {"front door": "الباب الأمامي", "water": "ماء", "light": "ضوء"},
    "hi": {"light": "बत्ती", "water temperature": "पानी का तापमान", "a door": "दरवाज़ा"},
    "zh": {"kitchen": "厨房", "door": "门", "water": "水"},
}
SCRIPTS = sorted(WORDS)


def lexicon(entries: Mapping[str, str | Sequence[tuple[str, float]]]) -> pl.DataFrame:
    """LEXICON table of translations by source entry; several of one entry with their scores."""
    rows = []
    for rank, (source, targets) in enumerate(entries.items()):
        given = [(targets, 1.0)] if isinstance(targets, str) else targets
        rows += [(source, t, choice, score, 0.0, "hand", rank, rank) for choice, (t, score) in enumerate(given, 1)]
    schema: dict[str, type[pl.DataType]] = dict.fromkeys(tables.LEXICON.columns, pl.String)
    schema |= {"choice": pl.Int16, "score": pl.Float32, "margin": pl.Float32}
    schema |= {"source_rank": pl.Int32, "target_rank": pl.Int32}
    return pl.DataFrame(rows, schema=schema, orient="row")


def lexicons(entries: Mapping[str, Mapping[str, str]]) -> dict[str, pl.DataFrame]:
    """LEXICON table by language."""
    return {language: lexicon(words) for language, words in entries.items()}


def texts(column: str, given: Mapping[str, str]) -> pl.DataFrame:
    """QUERIES or PASSAGES table of English texts."""
    return pl.DataFrame({column: list(given), "language": ["en"] * len(given), "text": list(given.values())})


def instances(pairs: list[tuple[int, str, str, int]]) -> pl.DataFrame:
    """INSTANCES table of (id, query, passage, label)."""
    schema = {"instance_id": pl.Int64, "query_id": pl.String, "doc_id": pl.String, "label": pl.Int8}
    return pl.DataFrame(pairs, schema=schema, orient="row")


def every_pair() -> pl.DataFrame:
    """Each query with each passage, 25 instances with gaps between their ids."""
    rows = [
        (100 + 7 * at, q, d, int(q[1] == d[1])) for at, (q, d) in enumerate((q, d) for q in QUERIES for d in PASSAGES)
    ]
    return instances(rows)


def tokenized(
    rows: pl.DataFrame, queries: Mapping[str, str] = QUERIES, passages: Mapping[str, str] = PASSAGES
) -> tuple[pa.Table, pa.Table]:
    """TOKENS and VOCABULARY tables."""
    vocabulary, pieces = tokenize_instances(rows, texts("query_id", queries), texts("doc_id", passages))
    return pa.concat_tables(pieces), vocabulary


def corpus(
    settings: Corpus,
    entries: Mapping[str, Mapping[str, str]] | Mapping[str, pl.DataFrame],
    pair: str = "xx-xx",
    rows: pl.DataFrame | None = None,
    queries: Mapping[str, str] = QUERIES,
    passages: Mapping[str, str] = PASSAGES,
) -> pl.DataFrame:
    """The corpus of these settings in one piece."""
    tokens, vocabulary = tokenized(every_pair() if rows is None else rows, queries, passages)
    given = {code: found if isinstance(found, pl.DataFrame) else lexicon(found) for code, found in entries.items()}
    made = switch_corpus([tokens], vocabulary, given, settings, parse_pair(pair))
    return pl.DataFrame(pa.concat_tables(made))
