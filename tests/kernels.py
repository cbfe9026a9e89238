"""Run the tests that compare floats under the kernels of several processors, as far as this one has them.

numpy (OpenBLAS), torch (ATen, oneDNN) and numba choose code by the processor, and results differ in their last bits, in
signs of decompositions and in what they make of ties. No test may depend on which it gets. Each kind of kernels runs in
a process of its own, since the libraries choose when they are loaded.
"""

from __future__ import annotations

import os
import subprocess
import sys
from collections.abc import Iterable
from dataclasses import dataclass
from pathlib import Path

ROOT = Path(__file__).resolve().parents[1]
FILES = (
    "lexicon/test_mapping.py",
    "lexicon/test_retrieval.py",
    "lexicon/test_induction.py",
    "encoder/test_embedding.py",
    "encoder/test_infonce.py",
    "ranker/test_losses.py",
    "ranker/test_scoring.py",
    "evaluation/test_paired.py",
    "corpus/test_draws.py",
)


@dataclass(frozen=True)
class Kernels:
    """Attributes:
    name: of the kind.
    flags: what a processor must have, in the words of /proc/cpuinfo.
    variables: of the environment, which choose the kernels.
    """

    name: str
    flags: frozenset[str]
    variables: dict[str, str]

    def missing(self, flags: Iterable[str]) -> list[str]:
        """Flags that the processor lacks, sorted."""
        return sorted(self.flags - set(flags))


def _kernels(name: str, flags: str, openblas: str, aten: str, onednn: str, numba: str) -> Kernels:
    chosen = {"OPENBLAS_CORETYPE": openblas, "ATEN_CPU_CAPABILITY": aten, "ONEDNN_MAX_CPU_ISA": onednn}
    return Kernels(name, frozenset(flags.split()), chosen | {"NUMBA_CPU_NAME": numba})


KINDS = (
    _kernels("sse4", "sse4_2", "Nehalem", "default", "SSE41", "nehalem"),
    _kernels("avx2", "avx2 fma", "Haswell", "avx2", "AVX2", "haswell"),
    _kernels(
        "avx512", "avx512f avx512cd avx512bw avx512dq avx512vl", "SkylakeX", "avx512", "AVX512_CORE", "skylake-avx512"
    ),
)


def flags_of(cpuinfo: str) -> set[str]:
    """What a processor has, from the text of /proc/cpuinfo; nothing where that says no flags."""
    lines = [line for line in cpuinfo.splitlines() if line.startswith("flags")]
    return set(lines[0].partition(":")[2].split()) if lines else set()


def main() -> int:
    """Test under one kind after the other; 1 if any fails."""
    cpuinfo = Path("/proc/cpuinfo")
    flags = flags_of(cpuinfo.read_text(encoding="utf-8")) if cpuinfo.exists() else set()
    failed = []
    for kind in KINDS:
        missing = kind.missing(flags)
        if missing:
            print(f"kernels {kind.name}: skipped, this processor lacks {', '.join(missing)}", flush=True)
            continue
        print(f"kernels {kind.name}: {' '.join(f'{k}={v}' for k, v in kind.variables.items())}", flush=True)
        command = [sys.executable, "-m", "pytest", "--durations=0", "--durations-min=10"]
        command += [f"tests/unit/{file}" for file in FILES]
        if subprocess.run(command, cwd=ROOT, env=os.environ | kind.variables, check=False).returncode:
            failed.append(kind.name)
    if failed:
        print(f"kernels: tests fail under {', '.join(failed)}", flush=True)
    return int(bool(failed))


if __name__ == "__main__":
    sys.exit(main())
