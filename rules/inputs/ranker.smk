# Functions of rules/ranker.smk: corpus, token ids and part of dev, and what an exported ranker depends on.


def dev_inputs(wildcards):
    """The inputs of dev evaluation: always the split dev, whatever the benchmark judges."""
    system = CONFIG.systems[wildcards.system]
    if system.training.dev is None:
        return {}
    benchmark = CONFIG.corpora[system.corpus].benchmark
    data = f"results/data/{benchmark}"
    inputs = {
        "candidates": f"{data}/candidates/dev.parquet",
        "qrels": f"{data}/qrels/dev.parquet",
    }
    folders = {"queries": f"{data}/queries/dev", "passages": f"{data}/passages"}
    for position, side in enumerate(folders):
        codes = {parse_pair(pair)[position] for pair in system.training.dev.pairs}
        if MIXED in codes:
            codes |= set(CONFIG.benchmarks[benchmark].languages)
            inputs[f"mixed_{side}"] = f"{data}/mixed/dev/{side}.parquet"
        inputs[side] = [f"{folders[side]}/{code}.parquet" for code in sorted(codes - {MIXED})]
    return inputs


def plain_encoder(encoder):
    """The encoder with the tokenizer of an encoder: pre-alignment does not change it."""
    return getattr(CONFIG.encoders[encoder], "base", encoder)


def training_tokens(wildcards):
    """The token ids that a ranker is trained on, shared by all systems and seeds of a corpus and a tokenizer."""
    system = CONFIG.systems[wildcards.system]
    return f"results/ranker/tokens/{plain_encoder(system.encoder)}/{system.corpus}/{wildcards.pair}.parquet"


def tokenizer_files(wildcards):
    return [
        f"results/encoder/{wildcards.tokenizer}/tokenizer.json",
        f"results/encoder/{wildcards.tokenizer}/tokenizer_config.json",
    ]


def entries_of_ranker(system):
    """The configuration that a system's rankers depend on, without what only other systems need."""
    run = CONFIG.run.model_copy(update={"systems": [system]})
    quality = CONFIG.lexicon_quality.model_copy(update={"gold": []})
    entries = used_entries(CONFIG.model_copy(update={"run": run, "lexicon_quality": quality}))
    kept = {section: entries[section] for section in ("systems", "encoders", "corpora", "lexicons", "vectors")}
    named = set(strings(kept))
    return {"benchmarks": {name: value for name, value in entries["benchmarks"].items() if name in named}} | kept


def strings(node):
    """Every text in nested values."""
    if isinstance(node, str):
        return [node]
    inner = node.values() if isinstance(node, dict) else node if isinstance(node, list) else []
    return [text for child in inner for text in strings(child)]


def export_settings(wildcards):
    """The parts of the model card on how a ranker was made."""
    system, pair = CONFIG.systems[wildcards.system], parse_pair(wildcards.pair)
    entries = entries_of_ranker(wildcards.system)
    named = set(strings(entries))
    languages = {"en", *corpus_languages(CONFIG, system.corpus, pair), *pair} - {MIXED}
    return {
        "system": wildcards.system,
        "pair": wildcards.pair,
        "seed": int(wildcards.seed),
        "seeds": CONFIG.run.seeds,
        "judged": [
            str(judged)
            for judged in pairs_of_system(CONFIG, wildcards.system)
            if ranker_pair(CONFIG, wildcards.system, judged) == pair
        ],
        "languages": sorted(languages),
        "entries": entries,
        "sources": {name: row for name, row in SOURCES.items() if name in named},
    }


# Systems that train rankers, and every ranker that the run trains, as (system, pair, seed).
TRAINED = systems_of_kind(CONFIG, TrainedSystem)
RANKERS = sorted(
    {
        (system, str(ranker_pair(CONFIG, system, pair)), seed)
        for system in CONFIG.run.systems
        if system in TRAINED
        for pair in pairs_of_system(CONFIG, system)
        for seed in CONFIG.run.seeds
    }
)
