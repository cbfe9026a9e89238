"""Jobs that a killed Snakemake left in the SLURM queue; squeue is a script that prints what it is given."""

from __future__ import annotations

from pathlib import Path

import pytest

from switchrank.errors import SwitchRankError
from switchrank.queued import queued_jobs, refuse_queued_jobs

HERE, OTHER = "данные مثال", "elsewhere"


@pytest.fixture
def answers(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """The file that holds what squeue prints; in a folder of which the test makes the working directories."""
    answer = tmp_path / "answer"
    script = tmp_path / "bin" / "squeue"
    script.parent.mkdir()
    script.write_text(f'#!/bin/sh\ncase "$*" in *--me*) ;; *) exit 2 ;; esac\ncat "{answer}"\n', encoding="utf-8")
    script.chmod(0o755)
    monkeypatch.setenv("PATH", f"{script.parent}:/usr/bin:/bin")
    monkeypatch.delenv("SLURM_JOB_ID", raising=False)
    answer.write_text(
        f"101|rule_build_table_wildcards_main|{tmp_path / OTHER}\n"
        f"12|rule_train_ranker_wildcards_mlcs_en-de_1|{tmp_path / HERE}\n"
        f"9||{tmp_path / HERE}\n",
        encoding="utf-8",
    )
    (tmp_path / HERE).mkdir()
    return answer


def test_the_jobs_of_a_folder_are_named_with_the_command_that_ends_them(answers: Path) -> None:
    message = (
        r"^jobs of this folder are still in the SLURM queue: 9, 12 \(rule_train_ranker_wildcards_mlcs_en-de_1\)\. "
        r"Another run is under way, or one was killed\. Wait for them, or cancel them: scancel 9 12$"
    )
    with pytest.raises(SwitchRankError, match=message):
        refuse_queued_jobs(answers.parent / HERE)
    refuse_queued_jobs(answers.parent / "third")


def test_a_folder_reached_through_a_link_is_the_same(answers: Path) -> None:
    link = answers.parent / "link"
    link.symlink_to(answers.parent / HERE)
    assert list(queued_jobs(link)) == ["9", "12"]


def test_the_job_in_which_snakemake_itself_runs_is_not_counted(answers: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("SLURM_JOB_ID", "101")
    refuse_queued_jobs(answers.parent / OTHER)
    monkeypatch.setenv("SLURM_JOB_ID", "9")
    with pytest.raises(SwitchRankError, match=r"queue: 12 \(rule_train"):
        refuse_queued_jobs(answers.parent / HERE)


def test_without_slurm_or_without_an_answer_no_job_is_found(answers: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    squeue = answers.parent / "bin" / "squeue"
    squeue.write_text("#!/bin/sh\necho 'slurm_load_jobs error' >&2\nexit 1\n", encoding="utf-8")
    assert queued_jobs(answers.parent / HERE) == {}
    squeue.unlink()
    monkeypatch.setenv("PATH", str(squeue.parent))
    assert queued_jobs(answers.parent / HERE) == {}
