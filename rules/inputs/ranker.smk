# Functions of rules/ranker.smk: which corpus, which part of dev.


def training_corpus(wildcards):
    return f"results/corpus/{CONFIG.systems[wildcards.system].corpus}/{wildcards.pair}.parquet"


def dev_inputs(wildcards):
    """What a training with dev evaluation reads: always the split dev, whatever the benchmark judges."""
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
