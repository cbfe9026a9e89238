"""Runs through a real SLURM: results, and what each job asks for and gets."""

from __future__ import annotations

import re

from tests.slurm.cluster import Job, checksums, jobs, submit
from tests.toy.workspace import ROOT, Workspace

ON_GPU = set(re.findall(r"^  (\w+): \{gpu: 1\}$", (ROOT / "profiles/slurm/config.yaml").read_text(), re.MULTILINE))


def given(job: Job) -> tuple[str, int]:
    return job.facts["Partition"], job.gpus


def test_two_jobs_each_on_the_partition_of_what_they_ask(small: Workspace) -> None:
    """A job goes to the partition that has what it asks for, with no word about partitions."""
    finished = submit(small, "results/data/toy/splits.parquet", "--set-resources", "split_documents:gpu=2")
    assert finished.code == 0, finished.output
    assert [(job.rule, job.state, *given(job)) for job in jobs(small)] == [
        ("fetch_source", "COMPLETED", "cpu", 0),
        ("split_documents", "COMPLETED", "gpu", 2),
    ]


def test_results_are_those_of_a_local_run_byte_for_byte(local: Workspace, submitted: Workspace) -> None:
    """The corpus was made in two shards, so this compares shards with one job as well."""
    expected = checksums(local)
    assert len(expected) > 50
    found = checksums(submitted)
    differing = {path for path in expected.keys() | found.keys() if expected.get(path) != found.get(path)}
    # these two say how the corpus was made, with `shards`
    assert differing == {"results/manifest.parquet", "results/report.html"}
    assert submitted.planned() == set()


def test_every_job_went_through_the_queue_once(submitted: Workspace) -> None:
    found = jobs(submitted)
    assert len(found) == 40 and {job.state for job in found} == {"COMPLETED"}
    assert {job.facts["NodeList"] for job in found} == {"node1", "node2"}
    assert {job.rule for job in found if job.gpus} == {job.rule for job in found} & ON_GPU
    assert {job.rule for job in found if job.gpus} == {"train_ranker", "prealign_encoder", "score_candidates"}
    assert all(given(job) == ("gpu", 1) for job in found if job.rule in ON_GPU)
    assert all(given(job) == ("cpu", 0) for job in found if job.rule not in ON_GPU)
    assert {job.memory for job in found} == {"4000M", "6000M"}


def test_shards_run_at_the_same_time(submitted: Workspace) -> None:
    first, second = jobs(submitted, "switch_shard")
    assert first.facts["StartTime"] <= second.facts["EndTime"] and second.facts["StartTime"] <= first.facts["EndTime"]
