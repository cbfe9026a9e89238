# Functions of rules/ranker.smk: corpus, token ids and part of dev, and what an exported ranker depends on.


def dev_inputs(wildcards):
    """The inputs of dev evaluation: always the split dev, whatever the benchmark judges."""
    system = CONFIG.systems[wildcards.system]
    if system.training.dev is None:
        return {}
    benchmark = CONFIG.corpora[system.corpus].benchmark
    pairs = [parse_pair(pair) for pair in system.training.dev.pairs]
    settings = dev_settings(wildcards)
    inputs = {
        "candidates": sorted(set(settings["candidates"].values())),
        "qrels": files_of_judgements(settings["judged_by"]),
        "queries": sorted({path for pair in pairs for path in query_files(CONFIG, benchmark, "dev", pair.query)}),
        "passages": sorted({path for pair in pairs for path in passage_files(CONFIG, benchmark, pair.passage)}),
    }
    for side in ("queries", "passages"):
        if mixed := mixed_file(CONFIG, benchmark, "dev", side, pairs):
            inputs[f"mixed_{side}"] = mixed
    return inputs


def dev_settings(wildcards):
    """Candidates and judgements of each pair of the dev evaluation."""
    system = CONFIG.systems[wildcards.system]
    if system.training.dev is None:
        return {}
    benchmark = CONFIG.corpora[system.corpus].benchmark
    return pairs_on_split(CONFIG, benchmark, "dev", map(parse_pair, system.training.dev.pairs))


def plain_encoder(encoder):
    """The encoder with the tokenizer of an encoder: pre-alignment does not change it."""
    return getattr(CONFIG.encoders[encoder], "base", encoder)


def training_tokens(wildcards):
    """The token ids that a ranker is trained on, shared by all systems and seeds of a corpus and a tokenizer."""
    return tokens_of_corpus(wildcards, CONFIG.systems[wildcards.system].corpus)


def tokens_of_corpus(wildcards, name):
    """The token ids of a corpus for a ranker's pair, encoder and seed."""
    corpus = corpus_of_run(CONFIG, name, int(wildcards.seed))
    pair = corpus_pair(CONFIG, corpus, parse_pair(wildcards.pair))
    encoder = plain_encoder(CONFIG.systems[wildcards.system].encoder)
    return f"results/ranker/tokens/{encoder}/{corpus}/{pair}.parquet"


def loss_of_system(wildcards):
    """The module of the loss that a system's rankers are trained with."""
    return f"switchrank.ranker.losses.{CONFIG.systems[wildcards.system].training.loss}"


def other_tokens(wildcards):
    """The token ids of the English texts of a joint loss, and of the corpora of a curriculum."""
    training = CONFIG.systems[wildcards.system].training
    others = {"curriculum": training.curriculum, "english": [training.joint.english] if training.joint else []}
    return {what: [tokens_of_corpus(wildcards, name) for name in names] for what, names in others.items() if names}


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


def means_of_ranker(wildcards):
    """The means of the run, unless it measures nothing."""
    measured = any(has_qrels(CONFIG, name, CONFIG.benchmarks[name].judge) for name in CONFIG.run.benchmarks)
    return {"summary": "results/summary.parquet"} if measured else {}


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
