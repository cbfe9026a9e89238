"""Which kernels `make kernels` tests under."""

from __future__ import annotations

import pytest

from tests.kernels import FILES, KINDS, ROOT, flags_of

INTEL = "processor\t: 0\nflags\t\t: fpu sse4_2 avx2 fma avx512f avx512cd avx512bw avx512dq avx512vl\n"
AMD = "processor\t: 0\nflags\t\t: fpu sse4_2 avx avx2 fma\nbugs\t: x\nflags\t: none\n"


@pytest.mark.parametrize(
    ("cpuinfo", "runs"),
    [(INTEL, ["sse4", "avx2", "avx512"]), (AMD, ["sse4", "avx2"]), ("Features : fp asimd\n", []), ("", [])],
)
def test_kinds_that_a_processor_lacks_are_left_out(cpuinfo: str, runs: list[str]) -> None:
    assert [kind.name for kind in KINDS if not kind.missing(flags_of(cpuinfo))] == runs


def test_what_is_missing_is_named() -> None:
    assert KINDS[-1].missing(flags_of(AMD)) == ["avx512bw", "avx512cd", "avx512dq", "avx512f", "avx512vl"]


def test_every_file_exists_and_the_target_is_part_of_ci() -> None:
    assert [file for file in FILES if not (ROOT / "tests/unit" / file).is_file()] == []
    assert "\nmake kernels\n" in (ROOT / ".ci/run").read_text(encoding="utf-8")
