# Functions of rules/targets.smk: which results are proven, and how. They change nothing.

import json
from base64 import urlsafe_b64encode

from switchrank.libraries import libraries_by_rule
from switchrank.manifest import DAMAGED, differences, findings
from switchrank.tables import MANIFEST, read

MANIFEST_FILE = "results/manifest.parquet"
NOT_LISTED = ("training.parquet", "manifest.parquet")  # it holds times, or is the proof itself


def snakemake_record(path, kind="metadata"):
    """Snakemake's record of a file: how it was made, or, as `incomplete`, that it is being made; None without one."""
    name = urlsafe_b64encode(path.encode()).decode()
    parts = [name[start : start + 254] for start in range(0, len(name), 254)]
    file = Path(".snakemake", kind, *(f"@{part}" for part in parts[:-1]), parts[-1])
    try:
        return json.loads(file.read_text(encoding="utf-8"))
    except (OSError, ValueError):
        return None


def is_known_to_snakemake(path, producer, wildcards):
    """Whether Snakemake itself knows how this file was made, or makes it again anyway: it is as its job left it, its
    job has other params now, or is not done."""
    if snakemake_record(path, "incomplete") is not None:
        return True
    record = snakemake_record(path)
    if not record or not record.get("endtime"):
        return False
    if abs(record["endtime"] - Path(path).stat().st_mtime) < 0.001:
        return True
    now = {repr(value) for value in params_of(producer, wildcards).values()}
    return now != set(record.get("params") or [])


def doubtful_records(made):
    """Records of those existing results that only a manifest can prove."""
    doubtful = []
    for path in lasting_results(made):
        listed_file = Path(path).name not in NOT_LISTED and Path(path).is_file()
        if listed_file and not is_known_to_snakemake(path, *made[path]):
            producer, wildcards = made[path]
            doubtful.append(as_record(path, Path(producer.script).stem, params_of(producer, wildcards)))
    return doubtful


def manifest():
    """The manifest in results/, or None."""
    return read(MANIFEST_FILE, MANIFEST) if Path(MANIFEST_FILE).is_file() else None


def refuse_unproven_results():
    """Copied or edited results have no record of Snakemake and would count as up to date, however they were made.
    Accept them only if the manifest says that they were made with these settings and this code."""
    try:
        made = upstream(asked_files())
        doubtful = doubtful_records(made)
        lines = differences(manifest(), doubtful) if doubtful else {}
    except WorkflowError:
        return  # Snakemake reports a target that nothing makes
    except SwitchRankError as error:
        stop(error)
    if lines:
        stop(
            SwitchRankError(
                f"results/ holds files that do not fit this configuration and code:\n{listed(lines, 10)}\n"
                "`make repair` makes them again; or delete them, or all of results/ but its README"
            )
        )
    if not workflow.touch:
        refuse_disorder(made, {path for path, *_ in doubtful if snakemake_record(path) is None})


def refuse_disorder(made, copied):
    """Snakemake uses only time stamps where it has no checksums, and those of copies are in any order."""
    later = {}
    for path in sorted(copied):
        producer, wildcards = made[path]
        record = producer.expand_benchmark(wildcards)
        files = [file for file in [*producer.expand_output(wildcards)[0], record] if file and Path(file).exists()]
        oldest = min(Path(file).stat().st_mtime for file in files)
        # downloads count too: fetched after the copy they are newer, and their checksum proves that they are the same
        inputs = [str(file) for file in producer.expand_input(wildcards)[0]]
        newer = [file for file in inputs if file in copied or file.startswith("resources/")]
        newer = [file for file in newer if Path(file).exists() and Path(file).stat().st_mtime > oldest]
        if newer:
            later[path] = f"older than {newer[0]}, which it depends on"
    if later:
        stop(
            SwitchRankError(
                f"results/ was copied here and fits, but its time stamps do not:\n{listed(later, 3)}\n"
                "Snakemake would make these files again: `make adopt` accepts all that are proven"
            )
        )


def listed(lines, most):
    """One line for each file, and how many more there are."""
    shown = [f"  {path}: {reason}" for path, reason in sorted(lines.items())]
    return "\n".join(shown[:most] + [f"  … and {len(shown) - most} more"] * (len(shown) > most))


def verify_results():
    """One line for each result that is not proven and a summary; exit code 0 if all are."""
    records = manifest_records()
    libraries = libraries_by_rule((rule for _, rule, *_ in records), CHECKOUT)
    try:
        found = findings(manifest(), records, libraries)
    except SwitchRankError as error:
        stop(error)
    for path, reason in found.items():
        print(f"{path}: {reason}")
    print(f"{len(records) - len(found)} of {len(records)} results are proven by {MANIFEST_FILE}")
    sys.exit(1 if found else 0)


def force_unproven():
    """Make all files again that would be refused, and those that were damaged without a new time stamp."""
    try:
        table = manifest()
    except SwitchRankError:
        table = None  # the manifest is damaged
    bad = differences(table, doubtful_records(upstream(FINAL)))
    if table is None:
        bad[MANIFEST_FILE] = "no proof"
    else:
        written = Path(MANIFEST_FILE).stat().st_mtime
        records = [record for record in manifest_records() if Path(record[0]).is_file()]
        old = [record for record in records if Path(record[0]).stat().st_mtime <= written]
        bad |= {path: reason for path, reason in differences(table, old).items() if reason in DAMAGED}
    workflow.dag_settings.forcerun = frozenset(workflow.dag_settings.forcerun) | bad.keys()


def check_results():
    """What is done with results before Snakemake plans: they are verified, repaired, or refused if not proven."""
    if "verify_results" in workflow.dag_settings.targets:
        verify_results()
    elif "repair_results" in workflow.dag_settings.targets:
        force_unproven()
    else:
        refuse_unproven_results()
