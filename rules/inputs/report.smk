# Functions of rules/report.smk: which samples, and what was judged.


# Lexicons and corpora that the run really uses, for the samples in the report.
USED_CORPORA = sorted({CONFIG.systems[trained_system(CONFIG, system)].corpus for system in CONFIG.run.systems})
USED_LEXICONS = sorted(
    {CONFIG.corpora[name].lexicon for name in USED_CORPORA if hasattr(CONFIG.corpora[name], "lexicon")}
)
SWITCHED_CORPORA = [name for name in USED_CORPORA if hasattr(CONFIG.corpora[name], "lexicon")]


def sample_corpora():
    """One file of each switched corpus: the first pair in which it was made."""
    files = []
    for system in CONFIG.run.systems:
        corpus = CONFIG.systems[trained_system(CONFIG, system)].corpus
        pair = ranker_pair(CONFIG, system, pairs_of_system(CONFIG, system)[-1])
        path = f"results/corpus/{corpus}/{pair}.parquet"
        if corpus in SWITCHED_CORPORA and path not in files:
            files.append(path)
    return files


# Benchmarks of the run with the split that is scored.
JUDGED = [(name, CONFIG.benchmarks[name].judge) for name in CONFIG.run.benchmarks]


def judged_files(kind):
    """One file of each benchmark's judged split."""
    return [f"results/data/{name}/{kind}/{split}.parquet" for name, split in JUDGED]
