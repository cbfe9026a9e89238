"""Many dry runs at the price of a few: a start of Snakemake takes longer than a plan, so one process starts, and each
dry run is a fork of it.

    python -m tests.toy.dry_runs < asked.json > answered.json
"""

from __future__ import annotations

import json
import os
import subprocess
import sys
import tempfile
from collections.abc import Sequence
from pathlib import Path

from tests.toy.workspace import ROOT, Finished

SIDE_BY_SIDE = 2


def dry_runs(calls: Sequence[tuple[Path, Sequence[str]]]) -> list[Finished]:
    """Dry runs of Snakemake.

    Args:
        calls: of each the folder, a clone in which nothing has run, and the arguments, without `--dry-run`.

    Returns:
        Exit code and output of each.
    """
    finished = subprocess.run(
        [sys.executable, "-m", "tests.toy.dry_runs"],
        cwd=ROOT,
        input=json.dumps([(str(folder), *arguments) for folder, arguments in calls]),
        text=True,
        stdout=subprocess.PIPE,
        check=True,
    )
    return [Finished(*answer) for answer in json.loads(finished.stdout)]


def _main() -> None:
    calls = json.load(sys.stdin)
    source = ROOT / "src"
    sys.path[0] = str(source)
    import snakemake.cli  # noqa: F401  before the forks, as what follows

    from switchrank.provenance import fingerprint

    for script in (ROOT / "workflow" / "scripts").glob("*.py"):
        fingerprint(script, source)  # what it has parsed it knows in the forks too, as long as the bytes are the same
    with tempfile.TemporaryDirectory() as outputs:
        waiting, running, codes = list(range(len(calls))), {}, [1] * len(calls)
        while waiting or running:
            while waiting and len(running) < SIDE_BY_SIDE:
                number = waiting.pop(0)
                running[_forked(*calls[number], output=Path(outputs, str(number)))] = number
            child, status = os.wait()
            codes[running.pop(child)] = os.waitstatus_to_exitcode(status)
        answers = [(code, Path(outputs, str(at)).read_text(encoding="utf-8")) for at, code in enumerate(codes)]
    json.dump(answers, sys.stdout)


def _forked(folder: str, *arguments: str, output: Path) -> int:
    """Process id of a child that plans."""
    if child := os.fork():
        return child
    code: object = 1
    try:
        with open(output, "w", encoding="utf-8") as file:
            os.dup2(file.fileno(), 1)
            os.dup2(file.fileno(), 2)
        os.chdir(folder)
        sys.argv = ["snakemake", "--nocolor", "--dry-run", "--nolock", *arguments]
        sys.modules["snakemake.cli"].main(sys.argv[1:])
        code = 0
    except SystemExit as stopped:
        code = stopped.code or 0
    finally:
        sys.stdout.flush()
        sys.stderr.flush()
        os._exit(code if isinstance(code, int) else 1)


if __name__ == "__main__":
    _main()
