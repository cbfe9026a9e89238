# Functions of rules/report.smk: samples, what was judged, and the files behind a table's cells.

from switchrank.report.costs import Job
from switchrank.report.figures.kind import module_of_figure
from switchrank.report.inputs import Plan, leaves
from switchrank.report.page.won_and_lost import shown_pairs
from switchrank.report.tables.kind import module_of_table

# Corpora and lexicons that the run uses: to train rankers and encoders on, and to translate with.
USED_SYSTEMS = [CONFIG.systems[trained_system(CONFIG, system)] for system in CONFIG.run.systems]
USED_CORPORA = sorted({corpus_of_system(CONFIG, system) for system in CONFIG.run.systems} - {None})
SWITCHED_CORPORA = [name for name in USED_CORPORA if hasattr(CONFIG.corpora[name], "lexicon")]
USED_CONTRASTIVE = [
    CONFIG.encoders[system.encoder] for system in USED_SYSTEMS if hasattr(CONFIG.encoders[system.encoder], "pairs")
]
ENCODER_CORPORA = [corpus for encoder in USED_CONTRASTIVE for corpus in corpora_of_pairs(encoder)]
ENCODER_LEXICONS = [
    pairs.lexicon for encoder in USED_CONTRASTIVE for pairs in encoder.pairs if hasattr(pairs, "lexicon")
]
TRANSLATING = [CONFIG.systems[name].lexicon for name in CONFIG.run.systems if hasattr(CONFIG.systems[name], "lexicon")]
USED_LEXICONS = sorted(
    {CONFIG.corpora[name].lexicon for name in SWITCHED_CORPORA + ENCODER_CORPORA}
    | set(TRANSLATING)
    | set(ENCODER_LEXICONS)
)


PLAN = Plan(CONFIG, lambda: jobs_of_run())


def of_table(method):
    """A params function: what a method of the entry of the job's table says."""
    return lambda wildcards: getattr(CONFIG.tables[wildcards.table], method)(PLAN)


def of_figure(method):
    """The same of the job's figure."""
    return lambda wildcards: getattr(CONFIG.figures[wildcards.figure], method)(PLAN)


def files_of(inputs):
    """An input function: the paths in what a params function says, each once."""
    return lambda wildcards: list(dict.fromkeys(leaves(inputs(wildcards))))


def tests_of_table(wildcards):
    return PLAN.significance(CONFIG.tables[wildcards.table])


def tests_of_figure(wildcards):
    return PLAN.significance(CONFIG.figures[wildcards.figure].drawn_table(CONFIG))


def drawn_table(wildcards):
    """The part that matters of the entry of the table that a figure is drawn from; nothing for other figures."""
    table = CONFIG.figures[wildcards.figure].drawn_table(CONFIG)
    return as_dict(table, "caption") if table else {}


def code_of_table(rule):
    """The fingerprint of a job that makes a table, with the code of its kind only."""
    return code(rule, lambda wildcards: module_of_table(CONFIG.tables[wildcards.table].kind))


def code_of_figure(rule):
    """The fingerprint of a job that draws a figure, with the code of its kind only."""
    return code(rule, lambda wildcards: module_of_figure(CONFIG.figures[wildcards.figure].kind))


def command_of_table(wildcards):
    """The command that makes a table again, with the given configuration files."""
    here = Path.cwd()
    given = [os.path.relpath(path, here) for path in workflow.overwrite_configfiles]
    option = f" --configfile {' '.join(given)}" if given else ""
    return f"snakemake --cores all{option} -- results/table/{wildcards.table}.md"


def jobs_of_run():
    """Every job that the summaries depend on, with its stage, which is its rule file, and the GPUs it requests."""
    jobs = {}
    for producer, wildcards in upstream(COSTED).values():
        record = str(producer.expand_benchmark(wildcards))
        stage = Path(str(producer.snakefile)).stem
        jobs[record] = Job(stage, Path(producer.script).stem, record, gpus_of_job(producer, wildcards))
    return sorted(jobs.values())


def gpus_of_job(producer, wildcards):
    """GPUs that a job requests on its first attempt, by its rule, the profile or --set-resources."""
    if "gpu" not in producer.resources:
        return 0
    asked = producer.expand_resources(wildcards, producer.expand_input(wildcards)[0], attempt=1)["gpu"]
    return asked if isinstance(asked, int) else 0


def gpus_of_rules(wildcards):
    """GPUs of the rules whose jobs request any, as `train_ranker=1 score_candidates=1`."""
    found = {job.rule: job.gpus for job in jobs_of_run() if job.gpus}
    return " ".join(f"{rule}={gpus}" for rule, gpus in found.items())


# Records of cost cover the jobs behind the numbers, without building tables and figures.
COSTED = ["results/summary.parquet", "results/significance.parquet"]


def sample_corpora():
    """One file of each switched corpus: the first pair in which it was made."""
    files = []
    for system in CONFIG.run.systems:
        corpus = corpus_of_system(CONFIG, system)
        if corpus in SWITCHED_CORPORA:
            pair = ranker_pair(CONFIG, system, pairs_of_system(CONFIG, system)[-1])
            path = f"results/corpus/{corpus}/{pair}.parquet"
            files += [path] if path not in files else []
    return files


def described():
    """For each benchmark of the run its judged split, and files of candidates and judgements with the pairs that they
    serve; no candidates if all systems retrieve from all passages."""
    found, scored = [], set(CONFIG.run.systems) - set(DENSE)
    for benchmark in CONFIG.run.benchmarks:
        split, served = CONFIG.benchmarks[benchmark].judge, {}
        for pair, by in JUDGEMENTS[benchmark].items():
            candidates = candidates_file(CONFIG, benchmark, split, parse_pair(pair)) if scored else None
            served.setdefault((candidates, by["qrels"], *by["queries"]), []).append(pair)
        for (candidates, qrels, *queries), pairs in served.items():
            shown = [] if is_parallel(CONFIG, benchmark) else pairs  # all share them
            place = {"benchmark": benchmark, "split": split, "pairs": shown}
            found.append(place | {"candidates": candidates, "qrels": qrels, "queries": queries})
    return found


DESCRIBED = described()


def files_of_described(kind):
    """Files of candidates, or of judgements with the queries that limit them, each once."""
    every = [
        [place["candidates"]] if kind == "candidates" else [place["qrels"], *place["queries"]] for place in DESCRIBED
    ]
    return list(dict.fromkeys(path for paths in every for path in paths if path))


def sample_lexicons():
    """Lexicons of USED_LEXICONS in the directions that the run uses: out of English to switch, into it to translate."""
    switching = [name for name in USED_LEXICONS if name not in TRANSLATING]
    switching += [CONFIG.corpora[name].lexicon for name in SWITCHED_CORPORA + ENCODER_CORPORA] + ENCODER_LEXICONS
    files = [path for name in sorted(set(switching)) for path in out_of_english(name)]
    for name in CONFIG.run.systems:
        if hasattr(CONFIG.systems[name], "lexicon"):
            for benchmark in CONFIG.run.benchmarks:
                asked = Wildcards(fromdict={"system": name, "benchmark": benchmark})
                codes = {code for side in (0, 1) for code in shown_languages(asked, side)} - {"en"}
                files += [f"results/lexicon/{CONFIG.systems[name].lexicon}/{code}-en.parquet" for code in sorted(codes)]
    return list(dict.fromkeys(files))


def contrasted():
    """The inputs of queries won and lost: for each benchmark and shown pair the files of all systems judged there,
    since their means later decide which one is shown."""
    found, seed = [], CONFIG.run.seeds[0]
    for benchmark in CONFIG.run.benchmarks:
        for pair in shown_pairs(CONFIG.run.pairs, CONFIG.page.pairs):
            systems = list(dict.fromkeys(run[0] for run in RUNS if run[2:] == (benchmark, pair)))
            data, split = f"results/data/{benchmark}", CONFIG.benchmarks[benchmark].judge
            place = {"benchmark": benchmark, "pair": pair, "seed": seed, "qrels": JUDGEMENTS[benchmark][pair]["qrels"]}
            place["measures"] = {
                system: [run_file("measure", system, number, benchmark) for number in CONFIG.run.seeds]
                for system in systems
            }
            place["runs"] = {system: run_file("run", system, seed, benchmark) for system in systems}
            for side, code in zip(("queries", "passages"), parse_pair(pair)):
                codes = sorted(CONFIG.benchmarks[benchmark].languages) if code == MIXED else [code]
                folder = f"{data}/queries/{split}" if side == "queries" else f"{data}/passages"
                place[side] = {name: f"{folder}/{name}.parquet" for name in codes}
                place[f"mixed_{side}"] = mixed_file(CONFIG, benchmark, split, side, [parse_pair(pair)])
            found.append(place)
    return found


CONTRASTED = contrasted()


def files_of_contrasts():
    """All files of CONTRASTED, each once."""
    paths = {}
    for place in CONTRASTED:
        every = [path for files in place["measures"].values() for path in files]
        every += [path for key in ("runs", "queries", "passages") for path in place[key].values()]
        paths.update(dict.fromkeys([*every, place["qrels"], place["mixed_queries"], place["mixed_passages"]]))
    return [path for path in paths if path is not None]
