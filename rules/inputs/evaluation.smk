# Functions of rules/evaluation.smk: texts, rankers and runs.

from snakemake.iocontainers import Wildcards
from switchrank.config import languages_switched_into
from switchrank.evaluation.language_distance import CLOSE, DISTANT
from switchrank.evaluation.groups import SEEN, UNSEEN, pair_groups


def judged(wildcards):
    return CONFIG.benchmarks[wildcards.benchmark].judge


def untranslated(wildcards):
    """The texts of one side in one language."""
    side = f"queries/{wildcards.split}" if wildcards.side == "queries" else "passages"
    return f"results/data/{wildcards.benchmark}/{side}/{wildcards.language}.parquet"


def shown_languages(wildcards, position):
    """Languages in which a system sees one side of the benchmark, over all its pairs."""
    codes = {pair[position] for pair in pairs_of_system(CONFIG, wildcards.system, wildcards.benchmark)}
    if MIXED in codes:
        codes |= set(CONFIG.benchmarks[wildcards.benchmark].languages)
    return sorted(codes - {MIXED})


def shown_texts(wildcards, side, split):
    """Files with one side's texts, under Translate Test with their English translations."""
    system = CONFIG.systems[wildcards.system]
    data = f"results/data/{wildcards.benchmark}"
    plain = f"{data}/queries/{split}" if side == "queries" else f"{data}/passages"
    files = []
    for language in shown_languages(wildcards, 0 if side == "queries" else 1):
        if isinstance(system, TranslateTest) and language != "en":
            files.append(f"results/translated/{system.lexicon}/{wildcards.benchmark}/{split}/{side}/{language}.parquet")
        else:
            files.append(f"{plain}/{language}.parquet")
    return files


def scoring_inputs(wildcards):
    return inputs_of_split(wildcards, judged(wildcards))


def inputs_of_split(wildcards, split):
    """Candidates, texts and rankers of a split."""
    pairs = pairs_of_system(CONFIG, wildcards.system, wildcards.benchmark)
    candidates = pairs_on_split(wildcards.benchmark, split, pairs)["candidates"]
    rankers = sorted({str(ranker_pair(CONFIG, wildcards.system, pair)) for pair in pairs})
    trained = trained_system(CONFIG, wildcards.system)
    inputs = {
        "candidates": sorted(set(candidates.values())),
        "queries": shown_texts(wildcards, "queries", split),
        "passages": shown_texts(wildcards, "passages", split),
        "rankers": [
            file for pair in rankers for file in model(f"results/ranker/{trained}/{pair}/seed{wildcards.seed}")
        ],
    }
    return inputs | mixed_sides(wildcards, split)


def mixed_sides(wildcards, split):
    """The languages drawn for the sides that a system sees mixed."""
    pairs = pairs_of_system(CONFIG, wildcards.system, wildcards.benchmark)
    every = {side: mixed_file(CONFIG, wildcards.benchmark, split, side, pairs) for side in ("queries", "passages")}
    return {f"mixed_{side}": path for side, path in every.items() if path}


def scoring_settings(wildcards):
    """Which candidates and ranker serve which pair, in the order of the pairs, and how to score."""
    return settings_on_split(wildcards, judged(wildcards))


def settings_on_split(wildcards, split):
    pairs = sorted(pairs_of_system(CONFIG, wildcards.system, wildcards.benchmark))
    trained = trained_system(CONFIG, wildcards.system)
    return {
        "scoring": as_dict(CONFIG.scoring, "shards"),
        "candidates": pairs_on_split(wildcards.benchmark, split, pairs)["candidates"],
        "languages": {
            side: shown_languages(wildcards, position) for position, side in enumerate(("queries", "passages"))
        },
        "rankers": {
            str(pair): f"results/ranker/{trained}/{ranker_pair(CONFIG, wildcards.system, pair)}/seed{wildcards.seed}"
            for pair in pairs
        },
    }


def shards_of_run(wildcards):
    folder = f"results/run/{wildcards.system}/seed{wildcards.seed}/shards/{wildcards.benchmark}"
    return [f"{folder}/{shard}.parquet" for shard in range(CONFIG.scoring.shards)]


def retrieval_inputs(wildcards):
    """The encoder, the queries of the judged split in the languages of the pairs, and every passage of the pool."""
    qrels = sorted(set(filter(None, passages_settings(wildcards)["pairs"].values())))
    inputs = encoded_texts(wildcards) | mixed_sides(wildcards, judged(wildcards))
    return inputs | ({"qrels": qrels} if qrels else {})


def pool_inputs(wildcards):
    """The same with the judgements on the passages of all languages."""
    return encoded_texts(wildcards) | {"qrels": qrels_file(CONFIG, wildcards.benchmark, judged(wildcards), MIXED)}


def encoded_texts(wildcards):
    """The encoder, and the judged split's queries and passages in every language of the benchmark."""
    data, split = f"results/data/{wildcards.benchmark}", judged(wildcards)
    codes = CONFIG.benchmarks[wildcards.benchmark].languages
    return {
        "encoder": model(encoder_folder(CONFIG.systems[wildcards.system].encoder, wildcards.seed)),
        "splits": f"{data}/splits.parquet",
        "queries": [f"{data}/queries/{split}/{code}.parquet" for code in codes],
        "passages": [f"{data}/passages/{code}.parquet" for code in codes],
    }


def classified_inputs(wildcards):
    """The encoder, labels, English training queries, and the judged split's queries in every language."""
    data, benchmark = f"results/data/{wildcards.benchmark}", CONFIG.benchmarks[wildcards.benchmark]
    inputs = {
        "encoder": model(encoder_folder(CONFIG.systems[wildcards.system].encoder, wildcards.seed)),
        "labels": f"{data}/labels.parquet",
        "queries": [f"{data}/queries/{benchmark.judge}/{code}.parquet" for code in benchmark.languages],
    }
    if benchmark.source.queries_are_passages:  # also those that no judgement names
        return inputs | {"train": f"{data}/passages/en.parquet", "splits": f"{data}/splits.parquet"}
    return inputs | {"train": f"{data}/queries/train/en.parquet"}


def classified_settings(wildcards):
    settings = retrieval_settings(wildcards)
    chosen = {name: settings[name] for name in ("retrieval", "languages")}
    return chosen | as_dict(CONFIG.evaluation.classes)


def retrieval_settings(wildcards):
    """How the encoder of a system embeds texts, and which texts."""
    return {
        "retrieval": as_dict(CONFIG.systems[wildcards.system].retrieval),
        "languages": CONFIG.benchmarks[wildcards.benchmark].languages,
        "split": judged(wildcards),
        "parallel": is_parallel(CONFIG, wildcards.benchmark),
        "without_itself": CONFIG.benchmarks[wildcards.benchmark].source.queries_are_passages,
    }


def passages_settings(wildcards):
    """The same with the judgements of the pairs, which the pool does not depend on."""
    pairs = sorted(pairs_of_system(CONFIG, wildcards.system, wildcards.benchmark))
    split = judged(wildcards)
    qrels = {
        str(pair): qrels_of_queries(CONFIG, wildcards.benchmark, split, pair.passage).get("qrels") for pair in pairs
    }
    return retrieval_settings(wildcards) | {"pairs": qrels}


def ranks_of_pool(system, seed, benchmark):
    return f"results/pool/{system}/seed{seed}/{benchmark}.parquet"


DENSE = systems_of_kind(CONFIG, DenseSystem)
SCORED = [name for name in CONFIG.systems if name not in DENSE]


def compared_inputs(wildcards):
    """The data on which backends are compared: never the test split."""
    by_pair = pairs_on_split(wildcards.benchmark, "dev", pairs_of_system(CONFIG, wildcards.system, wildcards.benchmark))
    return inputs_of_split(wildcards, "dev") | {"qrels": files_of_judgements(by_pair["judged_by"])}


def comparison_settings(wildcards):
    backends = ["torch", "openvino", "int8"]
    pairs = pairs_of_system(CONFIG, wildcards.system, wildcards.benchmark)
    return (
        settings_on_split(wildcards, "dev")
        | pairs_on_split(wildcards.benchmark, "dev", pairs)
        | {"backends": backends, "measures": CONFIG.evaluation.measures}
    )


# Benchmarks of the run without judgements: their runs are made, and not measured.
JUDGED_BENCHMARKS = judged_benchmarks(CONFIG)
UNJUDGED_BENCHMARKS = [name for name in CONFIG.run.benchmarks if name not in JUDGED_BENCHMARKS]

UNJUDGED_RUNS = [
    f"results/run/{system}/seed{seed}/{benchmark}.parquet"
    for system in CONFIG.run.systems
    for seed in CONFIG.run.seeds
    for benchmark in UNJUDGED_BENCHMARKS
    if pairs_of_system(CONFIG, system, benchmark)
]

# Every measured run of the configuration, as (system, seed, benchmark, pair), in the order of the tables.
RUNS = [
    (system, seed, benchmark, str(pair))
    for system in CONFIG.run.systems
    for seed in CONFIG.run.seeds
    for benchmark in JUDGED_BENCHMARKS
    for pair in pairs_of_system(CONFIG, system, benchmark)
]

# Their files, one for all pairs, in the same order.
FILES_OF_RUNS = list(dict.fromkeys(run[:3] for run in RUNS))


def run_file(kind, system, seed, benchmark):
    """The runs (kind `run`) or measures (kind `measure`) of all pairs."""
    return f"results/{kind}/{system}/seed{seed}/{benchmark}.parquet"


def ids_of_benchmark(wildcards):
    """Files with every query and passage id of the judged split: those of one language if the benchmark is parallel."""
    benchmark = wildcards.benchmark
    code = CONFIG.benchmarks[benchmark].languages[0] if is_parallel(CONFIG, benchmark) else MIXED
    return {
        "queries": query_files(CONFIG, benchmark, judged(wildcards), code),
        "passages": passage_files(CONFIG, benchmark, code),
    }


def judgements_of_run(wildcards):
    """The judgements of each pair of a system."""
    pairs = pairs_of_system(CONFIG, wildcards.system, wildcards.benchmark)
    return pairs_on_split(wildcards.benchmark, judged(wildcards), sorted(pairs))["judged_by"]


def measuring_inputs(wildcards):
    """Judgements, and the ids that they may name."""
    return ids_of_benchmark(wildcards) | {"qrels": files_of_judgements(judgements_of_run(wildcards))}


def measuring_settings(wildcards):
    return {
        "measures": CONFIG.evaluation.measures,
        "judged_by": judgements_of_run(wildcards),
        "known": ids_of_benchmark(wildcards),
    }


# The measured runs, in the same order, and the judgements of each benchmark's pairs.
MEASURED = [run_file("measure", *run) for run in FILES_OF_RUNS]
JUDGEMENTS = {
    name: {
        str(pair): judged_by(CONFIG, name, CONFIG.benchmarks[name].judge, pair)
        for pair in map(parse_pair, CONFIG.run.pairs_on(name))
    }
    for name in JUDGED_BENCHMARKS
}


def reference_settings(wildcards):
    """The candidates and judgements of each pair of a benchmark."""
    name = wildcards.benchmark
    pairs = sorted(map(parse_pair, CONFIG.run.pairs_on(name)))
    return {"measures": CONFIG.evaluation.measures} | pairs_on_split(name, judged(wildcards), pairs)


def reference_inputs(wildcards):
    found = reference_settings(wildcards)
    return {
        "candidates": sorted(set(found["candidates"].values())),
        "qrels": files_of_judgements(found["judged_by"]),
    }


def files_of_all_judgements():
    """Those of all benchmarks, each once."""
    return [path for by_pair in JUDGEMENTS.values() for path in files_of_judgements(by_pair)]


def exported_judgements():
    """What is exported, by path: the judgements of a benchmark, or of each pair if pairs do not share them."""
    found = {}
    for name, by_pair in JUDGEMENTS.items():
        for pair, by in by_pair.items():
            scope = SHARED if is_parallel(CONFIG, name) else pair
            found[f"results/export/qrels/{name}/{scope}.trec"] = by
    return found


# The inputs of the groups of queries, judgements and groups of documents; only if tests use groups.
CLUSTERS = (
    {
        name: [*sorted({by["qrels"] for by in by_pair.values()}), f"results/data/{name}/splits.parquet"]
        for name, by_pair in JUDGEMENTS.items()
    }
    if CONFIG.evaluation.significance.clusters == "group"
    else {}
)

# Pairs of each group that has its own mean, by the name of the group.
GROUPS = pair_groups(
    [parse_pair(pair) for pair in CONFIG.run.pairs_on()],
    CONFIG.evaluation.groups,
    [codes for name in CONFIG.run.systems if (codes := languages_switched_into(CONFIG, name))],
)


def texts_of_runs():
    """For every system and benchmark the files with the texts that were shown, by side and language."""
    found = []
    for system, benchmark in dict.fromkeys((run[0], run[2]) for run in RUNS):
        pairs = pairs_of_system(CONFIG, system, benchmark)
        asked = Wildcards(fromdict={"system": system, "benchmark": benchmark})
        judged_pairs = {str(pair): JUDGEMENTS[benchmark][str(pair)] for pair in pairs}
        entry = {"system": system, "benchmark": benchmark, "pairs": judged_pairs}
        for side, position in (("queries", 0), ("passages", 1)):
            entry[side] = dict(zip(shown_languages(asked, position), shown_texts(asked, side, judged(asked))))
            entry[f"mixed_{side}"] = mixed_file(CONFIG, benchmark, judged(asked), side, pairs)
        found.append(entry)
    return found


TEXTS_OF_RUNS = texts_of_runs()


def files_of_runs():
    """All files of TEXTS_OF_RUNS, each once."""
    paths = {}
    for entry in TEXTS_OF_RUNS:
        for side in ("queries", "passages"):
            paths.update(dict.fromkeys([*entry[side].values(), entry[f"mixed_{side}"]]))
    return [path for path in paths if path is not None]


def overlap_settings():
    settings = as_dict(CONFIG.evaluation.overlap)
    return {**settings, "measure": settings["measure"] or CONFIG.evaluation.measures[0]}


def exported(wildcards):
    """Texts, drawn languages, splits and qrels of a benchmark in the languages of a pair."""
    pair = parse_pair(wildcards.pair)
    data, split = f"results/data/{wildcards.benchmark}", wildcards.split
    inputs = {"qrels": files_of_judgements({"": exported_qrels(wildcards)}), "splits": f"{data}/splits.parquet"}
    for side, code in (("queries", pair.query), ("passages", pair.passage)):
        languages = exported_languages(wildcards, code)
        folder = f"{data}/queries/{split}" if side == "queries" else f"{data}/passages"
        inputs[side] = [f"{folder}/{name}.parquet" for name in languages]
        mixed = mixed_file(CONFIG, wildcards.benchmark, split, side, [pair])
        inputs.update({f"mixed_{side}": mixed} if mixed else {})
    return inputs


def exported_qrels(wildcards):
    return judged_by(CONFIG, wildcards.benchmark, wildcards.split, parse_pair(wildcards.pair))


def exported_languages(wildcards, code):
    """The languages of one side."""
    return sorted(CONFIG.benchmarks[wildcards.benchmark].languages) if code == MIXED else [code]
