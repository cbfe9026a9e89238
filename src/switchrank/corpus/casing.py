"""Casing of tokens as flags, so that spans of tokens have the casing that their text would have."""

from __future__ import annotations

from switchrank.compiled import compiled
from switchrank.normalising import plain
from switchrank.words import Case

FIRST, UPPER, UNCASED, LONG = 1, 2, 4, 8
"""Begins with a capital; `str.isupper`; has no letter with case; has more than one character."""
_PLAIN, _CAPITALISED, _UPPER = int(Case.PLAIN), int(Case.CAPITALISED), int(Case.UPPER)


def flags(token: str) -> int:
    """The flags of a token as written in a text."""
    token = plain(token)
    cased = any(character.isupper() or character.islower() or character.istitle() for character in token)
    first = token[:1].isupper()
    return FIRST * first + UPPER * token.isupper() + UNCASED * (not cased) + LONG * (len(token) > 1)


@compiled(inline="always")
def token_case(token):  # type: ignore[no-untyped-def]
    """The `words.Case` of one token from its flags: that of `words.case_of`."""
    if token & (UPPER | LONG) == (UPPER | LONG):
        return _UPPER
    return _CAPITALISED if token & FIRST else _PLAIN


@compiled
def span_case(tokens):  # type: ignore[no-untyped-def]
    """The `words.Case` of a span from the flags of its tokens: that of `words.case_of` of its text."""
    if len(tokens) == 1:
        return token_case(tokens[0])
    upper, any_upper = True, False
    for token in tokens:
        any_upper = any_upper or (token & UPPER) != 0
        upper = upper and (token & (UPPER | UNCASED)) != 0
    if upper and any_upper:
        return _UPPER
    return _CAPITALISED if tokens[0] & FIRST else _PLAIN
