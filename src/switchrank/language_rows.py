"""What a job reads of `languages.csv`: the rows of its languages, in the columns that its code names.

A new row, or a corrected one of another language, then re-runs nothing.
"""

from __future__ import annotations

import hashlib
import re
from collections.abc import Iterable, Sequence

from switchrank.languages import language_table

_CODES = re.compile(r"[a-z]{2,3}(-[a-z]{2,3})?")


def codes_in(texts: Iterable[str]) -> set[str]:
    """Language codes in wildcards and paths: `de`, `en-de`, and every part of `passages/en/en-ja.parquet`.

    A folder may look like a code without being one; it then names no row, or one that is not needed.
    """
    parts = (part.split(".")[0] for text in texts for part in str(text).split("/"))
    return {code for part in parts if _CODES.fullmatch(part) for code in part.split("-")}


def rows_digest(codes: Iterable[str], columns: Sequence[str]) -> str:
    """16 hexadecimal digits for the rows of these languages in these columns; codes without a row do not count."""
    known = language_table()
    rows = {code: [known[code][column] for column in columns] for code in sorted(set(codes)) if code in known}
    return hashlib.sha256(repr((columns, rows)).encode()).hexdigest()[:16]
