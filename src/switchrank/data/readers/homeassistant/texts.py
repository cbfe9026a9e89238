"""Passages, queries and titles of one language, from the wheel."""

from __future__ import annotations

import re
from collections.abc import Iterable

import polars as pl

from switchrank.data.readers.homeassistant.filters import (
    collection,
    eligible,
    has_placeholder,
    is_translation,
    translated,
)
from switchrank.data.readers.homeassistant.settings import Filter
from switchrank.data.readers.homeassistant.wheel import Wheel
from switchrank.errors import SwitchRankError

LONGEST_TITLE = 80
"""Characters of the longest string that counts as a title."""
_ADDRESS = re.compile(r"https?://|www\.", re.IGNORECASE)
_REFERENCE = "[%key"


def list_documents(wheel: Wheel, train: Filter, judged: Filter) -> pl.DataFrame:
    """Every document of the collection: `doc_id`, `group` (its component) and `split` (null), sorted by `doc_id`.

    Raises:
        SwitchRankError: no English pair passes either filter.
    """
    pairs = wheel.pairs("en")
    ids = sorted(collection(pairs, train, judged))
    if not ids:
        raise SwitchRankError(f"{wheel.path}: none of {len(pairs)} English pairs passes the filters train and judged")
    return _table(doc_id=ids, group=[pairs[key].component for key in ids], split=[None] * len(ids))


def passages(wheel: Wheel, language: str, train: Filter, judged: Filter) -> pl.DataFrame:
    """`doc_id` and `text` of a language: the descriptions of all documents translated in it, sorted by `doc_id`.

    Raises:
        SwitchRankError: the wheel has no such language, or none of its documents is translated.
    """
    texts = translated(wheel, language)
    ids = sorted(collection(wheel.pairs("en"), train, judged) & texts.keys())
    if not ids:
        raise SwitchRankError(
            f"{wheel.path}: no document is translated in {language!r}; available: {', '.join(wheel.languages())}"
        )
    return _table(doc_id=ids, text=(texts[key].description for key in ids))


def queries(wheel: Wheel, language: str, rule: Filter) -> pl.DataFrame:
    """`query_id` and `text` in a language: the titles of the pairs that pass a filter and are translated, sorted."""
    texts = translated(wheel, language)
    kept = sorted(eligible(wheel.pairs("en"), rule) & texts.keys())
    return _table(query_id=kept, text=(texts[key].title for key in kept))


def titles(wheel: Wheel, language: str) -> pl.DataFrame:
    """`title_id`, `group` and `text` of a language: all short strings outside pairs, sorted by `title_id`.

    The same `title_id` in two languages is a translation. A string with a placeholder, a reference or an address, or of
    more than `LONGEST_TITLE` characters, is left out; so is one that repeats the English.
    """
    english = {key: found for key, found in wheel.others("en").items() if _is_title(found[1])}
    if language == "en":
        kept = english
    else:
        kept = {
            key: found
            for key, found in wheel.others(language).items()
            if key in english and _is_title(found[1]) and is_translation(found[1], english[key][1])
        }
    ids = sorted(kept)
    return _table(title_id=ids, group=(kept[key][0] for key in ids), text=(kept[key][1] for key in ids))


def _is_title(text: str) -> bool:
    return (
        0 < len(text) <= LONGEST_TITLE
        and not has_placeholder(text)
        and _REFERENCE not in text
        and not _ADDRESS.search(text)
    )


def _table(**columns: Iterable[str | None]) -> pl.DataFrame:
    return pl.DataFrame(
        {name: list(values) for name, values in columns.items()}, schema=dict.fromkeys(columns, pl.String)
    )
