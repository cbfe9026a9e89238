"""Numbers as printed."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from switchrank.report.numbers import number, p_text, signed


@pytest.mark.parametrize(
    ("value", "text"), [(0.00001, "< 0.0001"), (0.0031, "= 0.0031"), (0.049, "= 0.049"), (0.6, "= 0.60")]
)
def test_p_values_in_words(value: float, text: str) -> None:
    assert p_text(value) == text


@pytest.mark.parametrize(
    ("points", "digits", "text"),
    [
        (2.71, 1, "+2.7"),
        (-0.4, 1, "−0.4"),
        (-0.04, 1, "0.0"),
        (0.04, 1, "0.0"),
        (0.0, 1, "0.0"),
        (-0.04, 2, "−0.04"),
        (0.004, 2, "0.00"),
        (-2.6, 0, "−3"),
        (0.4, 0, "0"),
    ],
)
def test_points_have_a_sign_unless_they_round_to_zero(points: float, digits: int, text: str) -> None:
    assert signed(points, digits) == text


@given(st.floats(-1000, 1000), st.integers(0, 6))
def test_a_signed_number_reads_back_as_the_rounded_one(points: float, digits: int) -> None:
    text = signed(points, digits)
    read = float(text.replace("−", "-"))
    assert read == float(f"{points:.{digits}f}")
    assert (text[0] in "+−") == (read != 0), "a sign where there is one to have"


@pytest.mark.parametrize(
    ("value", "text"),
    [(2311.0, "2,311"), (2.0, "2"), (0.5, "0.500"), (1.0, "1.000"), (-2.75, "-2.750")],
)
def test_counts_and_other_values(value: float, text: str) -> None:
    assert number(value) == text


def test_decimals_of_other_values() -> None:
    assert number(2.125, 2) == "2.12"
