"""Casing of spans from the flags of their tokens."""

from __future__ import annotations

import numpy as np
import pytest
from hypothesis import example, given, settings
from hypothesis import strategies as st

from switchrank.corpus.casing import flags, span_case, token_case
from switchrank.words import Case, case_of

LETTERS = "aAßİıжЖعबतで水ǅªⅣⅳ9_"


def shown(*tokens: str) -> Case:
    return Case(int(span_case(np.array([flags(token) for token in tokens], dtype=np.int8))))


@pytest.mark.parametrize(
    ("tokens", "case"),
    [
        (["LIGHT"], Case.UPPER),
        (["Light"], Case.CAPITALISED),
        (["light"], Case.PLAIN),
        (["A"], Case.CAPITALISED),
        (["A", "B"], Case.UPPER),
        (["LED", "24"], Case.UPPER),
        (["24", "HOURS"], Case.UPPER),
        (["24", "Hours"], Case.PLAIN),
        (["LIGHT", "switch"], Case.CAPITALISED),
        (["4K", "light"], Case.PLAIN),
        (["4K"], Case.UPPER),
        (["24", "照明"], Case.PLAIN),
        (["СВЕТ", "照明"], Case.UPPER),
        (["Свет", "照明"], Case.CAPITALISED),
    ],
)
def test_a_span_has_the_case_that_one_would_say(tokens: list[str], case: Case) -> None:
    assert shown(*tokens) == case == case_of(" ".join(tokens))


@settings(max_examples=300, deadline=None)
@given(st.lists(st.text(LETTERS, min_size=1, max_size=4), min_size=1, max_size=3))
@example(["ǅ"])
@example(["ª", "A"])
def test_spans_have_the_case_of_their_text(tokens: list[str]) -> None:
    assert shown(*tokens) == case_of(" ".join(tokens))
    assert Case(int(token_case(np.int8(flags(tokens[0]))))) == case_of(tokens[0])
