# Functions of all rules: names for wildcards, settings and fingerprints. Nothing here runs a stage.

from inspect import signature

# The section of the configuration in which the value of a wildcard is a name.
SECTIONS = {
    "benchmark": "benchmarks",
    "vectors": "vectors",
    "lexicon": "lexicons",
    "corpus": "corpora",
    "encoder": "encoders",
    "system": "systems",
    "table": "tables",
    "figure": "figures",
}
# Those whose entries are of several kinds, each with its own settings.
WITH_KINDS = ("vectors", "lexicon", "corpus", "encoder")


def names(entries):
    """A regular expression of exactly these names; without names it matches nothing."""
    return "|".join(re.escape(name) for name in entries) or "(?!)"


def having(entries, **wanted):
    """Names of the entries that have these values, as a regular expression."""
    return names(
        name
        for name, entry in entries.items()
        if all(getattr(entry, key, None) == value for key, value in wanted.items())
    )


def by_wildcards(function):
    """An input or params function: what a function of the package says of the job that its parameters name."""
    wanted = list(signature(function).parameters)[1:]  # the first is the configuration

    def of_job(wildcards):
        return function(CONFIG, **{name: getattr(wildcards, name) for name in wanted if hasattr(wildcards, name)})

    return of_job


def settings_of(wildcard, only=None, without=()):
    """A params function: the entry that a wildcard names, with its defaults. Keys that are left out re-run nothing."""

    def of_job(wildcards):
        entry = as_dict(getattr(CONFIG, SECTIONS[wildcard])[getattr(wildcards, wildcard)], *without)
        return entry if only is None else {key: entry[key] for key in only}

    return of_job


def code(rule, module=lambda wildcards: None):
    """The fingerprint of a rule's script and of all first-party code that it reaches. It leaves out the settings of
    kinds of entry that a job doesn't have; from the table of languages it takes the rows that a job can read: those of
    languages named by its wildcards and inputs, and of English. `module` says which one more the job loads."""
    script = CHECKOUT / f"workflow/scripts/{rule}.py"
    known = {}

    @cache
    def columns_of(also):
        return language_columns(script, SOURCE, also)

    def of_job(wildcards):  # without `input`: Snakemake does not compare params computed from it
        also = tuple(filter(None, [module(wildcards)]))
        columns = columns_of(also)
        read = [*wildcards, *rule_of_script(rule).expand_input(wildcards)[0]] if columns else []
        key = other_kinds(wildcards), frozenset({"en", *codes_in(read)}), also
        if key not in known:
            without, codes, _ = key
            plain = fingerprint(script, SOURCE, rows=False, without=without, also=also)
            known[key] = f"{plain}-{rows_digest(codes, columns)}" if columns else plain
        return known[key]

    return of_job


def other_kinds(wildcards):
    """Names of the settings of all other kinds of entry than the job's."""
    given = {SECTIONS[name]: getattr(wildcards, name) for name in WITH_KINDS if hasattr(wildcards, name)}
    return kinds_besides({section: getattr(CONFIG, section)[name] for section, name in given.items()})


def print_main_table():
    """The first table of the configuration and the path of the page, each if this call has made it."""
    finished = [] if workflow.touch else workflow.dag.finished_jobs
    made = {str(path) for job in finished for path in job.output}
    for table in measured_entries(CONFIG, "tables")[:1]:
        if (path := f"results/table/{table}.md") in made:
            terminal.show(Path(path).read_text(encoding="utf-8"))
    if (page := "results/report.html") in made:
        terminal.show(f"report: {page}")


def growing(first):
    """Megabytes or minutes of a job: as much again at each further attempt, since a cluster ends a job that exceeds them."""
    return lambda wildcards, attempt: first * attempt
