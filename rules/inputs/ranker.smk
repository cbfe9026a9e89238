# Functions of rules/ranker.smk: which corpus.


def training_corpus(wildcards):
    return f"results/corpus/{CONFIG.systems[wildcards.system].corpus}/{wildcards.pair}.parquet"
