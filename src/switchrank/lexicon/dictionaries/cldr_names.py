"""Names of the Unicode CLDR in two languages, as stored by babel: languages, territories, dates, currencies, units."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

import regex

from switchrank.errors import SwitchRankError
from switchrank.text_files import Entries

NO_NAME = "a name in one language only"
NO_PLAIN_NAME = "a name with brackets, a comma or a slash"
_PLAIN = regex.compile(r"[^()\[\]（）,،、，/]*\p{L}[^()\[\]（）,،、，/]*")


def cldr_pairs(source: str, target: str, entries: Entries) -> Iterator[tuple[str, str]]:
    """Names of the same thing, by kind and key.

    Args:
        source: ISO 639-1 code.
        target: ISO 639-1 code.
        entries: where skipped names are counted: those that one language lacks, and those with an explanation
            (`Norwegian (Bokmål)`).

    Raises:
        SwitchRankError: babel's CLDR does not have a language.
    """
    names, others = _names(source), _names(target)
    for key in sorted(names.keys() | others.keys()):
        if key not in names or key not in others:
            entries.skip(NO_NAME, "/".join(key))
        elif not (_PLAIN.fullmatch(names[key]) and _PLAIN.fullmatch(others[key])):
            entries.skip(NO_PLAIN_NAME, "/".join(key))
        else:
            yield names[key], others[key]


def _names(language: str) -> dict[tuple[str, str], str]:
    """Names by kind and key.

    The data are read as babel stores them. Its `Locale` looks inherited values up in tables that all locales share and
    writes what it finds back there: a locale's names of months would depend on the locales read before.
    """
    from babel import localedata

    if not localedata.exists(language):
        raise SwitchRankError(f"CLDR: no names in {language!r}; expected a language that babel has data for")
    data = localedata.load(language)
    units = data["unit_display_names"]
    found = {
        "currency": data["currency_names"],
        "day": _wide(data["days"]),
        "language": data["languages"],
        "month": _wide(data["months"]),
        "territory": data["territories"],
        "unit": {key: _own(names).get("long", _own(names).get("short")) for key, names in units.items()},
        "unit, one": {key: _one(patterns) for key, patterns in data["unit_patterns"].items()},
    }
    return {
        (kind, str(key)): " ".join(name.split())
        for kind, names in found.items()
        for key, name in names.items()
        if isinstance(name, str) and name.strip()
    }


def _wide(forms: dict[str, Any]) -> dict[Any, Any]:
    """Full stand-alone names (Russian `март`), if the language distinguishes them from those in a date."""
    return {**_own(forms["format"]["wide"]), **_own(forms["stand-alone"].get("wide"))}


def _one(patterns: dict[str, Any]) -> str | None:
    """`{0} meter` without the number. Repeated forms are left out: the singular if it equals `other`,
    long ones if they equal the short ones."""
    forms = [_own(patterns.get(width)).get(number) for width in ("long", "short") for number in ("one", "other")]
    pattern = next((form for form in forms if isinstance(form, str)), None)
    return pattern and pattern.replace("{0}", "")


def _own(values: object) -> dict[Any, Any]:
    """A table's own values; an inherited table has none, one that overrides some is a tuple with them last."""
    if isinstance(values, tuple):
        values = values[-1]
    return values if isinstance(values, dict) else {}
