"""Small training data in English with lexicons into languages of six scripts."""

from __future__ import annotations

import polars as pl

from switchrank.corpus.tokens import tokenize

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


def tokens(texts: dict[str, str]) -> pl.DataFrame:
    """TOKENS table of English texts."""
    return tokenize(
        pl.DataFrame({"id": list(texts), "language": ["en"] * len(texts), "text": list(texts.values())}), "id"
    )


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


def both_sides() -> tuple[pl.DataFrame, pl.DataFrame]:
    """TOKENS tables of queries and passages."""
    return tokens(QUERIES), tokens(PASSAGES)
