"""Passages, queries and titles of one language, from a benchmark's source."""

from __future__ import annotations

import re
from collections.abc import Iterable

import polars as pl

from switchrank.data.filters import collection, eligible, has_placeholder, is_translation, translated
from switchrank.data.homeassistant import Wheel
from switchrank.data.settings import Filter
from switchrank.errors import SwitchRankError

LONGEST_TITLE = 80
"""Characters of the longest string that counts as a title."""
_ADDRESS = re.compile(r"https?://|www\.", re.IGNORECASE)
_REFERENCE = "[%key"


def list_documents(wheel: Wheel, train: Filter, judged: Filter) -> pl.DataFrame:
    """Every document of the collection: `doc_id`, `group` (its component), sorted by `doc_id`.

    Raises:
        SwitchRankError: no English pair passes either filter.
    """
    pairs = wheel.pairs("en")
    ids = sorted(collection(pairs, train, judged))
    if not ids:
        raise SwitchRankError(f"{wheel.path}: none of {len(pairs)} English pairs passes the filters train and judged")
    return pl.DataFrame({"doc_id": ids, "group": [pairs[key].component for key in ids]})


def build_passages(wheel: Wheel, language: str, train: Filter, judged: Filter) -> pl.DataFrame:
    """Passages of a language: the descriptions of all documents translated in it.

    Returns:
        `doc_id`, `language`, `text`, sorted by `doc_id`.

    Raises:
        SwitchRankError: the wheel has no such language, or none of its documents is translated.
    """
    texts = translated(wheel, language)
    ids = sorted(collection(wheel.pairs("en"), train, judged) & texts.keys())
    if not ids:
        raise SwitchRankError(
            f"{wheel.path}: no document is translated in {language!r}; available: {', '.join(wheel.languages())}"
        )
    return _table("doc_id", language, ids, (texts[key].description for key in ids))


def build_queries(wheel: Wheel, language: str, ids: Iterable[str], rule: Filter) -> pl.DataFrame:
    """Queries of a split in a language: the titles of its eligible and translated pairs.

    Args:
        wheel: the source.
        language: the code.
        ids: documents of the split.
        rule: the split's filter.

    Returns:
        `query_id`, `language`, `text`, sorted by `query_id`, which is the relevant `doc_id`.
    """
    texts = translated(wheel, language)
    kept = sorted(eligible(wheel.pairs("en"), rule) & set(ids) & texts.keys())
    return _table("query_id", language, kept, (texts[key].title for key in kept))


def build_titles(wheel: Wheel, language: str, groups: Iterable[str]) -> pl.DataFrame:
    """Titles of a language: all short strings of some components that are no part of a pair.

    The same `title_id` in two languages is a translation. A string with a placeholder, a reference or
    an address, or of more than `LONGEST_TITLE` characters, is left out; so is one that repeats the English.

    Args:
        wheel: the source.
        language: the code.
        groups: components to take: none of dev or test.

    Returns:
        `title_id`, `language`, `text`, sorted by `title_id`.
    """
    wanted = set(groups)
    english = {
        key: text for key, (component, text) in wheel.others("en").items() if component in wanted and _is_title(text)
    }
    if language == "en":
        found = english
    else:
        found = {
            key: text
            for key, (_, text) in wheel.others(language).items()
            if key in english and _is_title(text) and is_translation(text, english[key])
        }
    return _table("title_id", language, sorted(found), (found[key] for key in sorted(found)))


def without(texts: pl.DataFrame, left_out: pl.DataFrame) -> pl.DataFrame:
    """The rows of a PASSAGES, QUERIES or TITLES table whose id is not in a LEFT_OUT table."""
    return texts.filter(~pl.col(texts.columns[0]).is_in(left_out["id"].to_list()))


def _is_title(text: str) -> bool:
    return (
        0 < len(text) <= LONGEST_TITLE
        and not has_placeholder(text)
        and _REFERENCE not in text
        and not _ADDRESS.search(text)
    )


def _table(key: str, language: str, ids: list[str], texts: Iterable[str]) -> pl.DataFrame:
    columns = {key: ids, "language": [language] * len(ids), "text": list(texts)}
    return pl.DataFrame(columns, schema=dict.fromkeys(columns, pl.String))
