# Functions of rules/lexicon.smk: which texts, vectors and lexicons.


def texts_for_words(wildcards):
    """Train texts of one language whose words get a vector."""
    data = f"results/data/{CONFIG.vectors[wildcards.vectors].benchmark}"
    return {
        "splits": f"{data}/splits.parquet",
        "texts": [
            f"{data}/titles/{wildcards.language}.parquet",
            f"{data}/queries/train/{wildcards.language}.parquet",
            f"{data}/passages/{wildcards.language}.parquet",
        ],
    }


def lexicons_into_all(wildcards):
    """English into every other language of the lexicon's benchmark."""
    return [
        f"results/lexicon/{wildcards.lexicon}/en-{language}.parquet"
        for language in CONFIG.benchmarks[benchmark_of_lexicon(wildcards.lexicon)].languages
        if language != "en"
    ]


def benchmark_of_lexicon(lexicon):
    settings = CONFIG.lexicons[lexicon]
    return settings.benchmark if settings.method == "titles" else CONFIG.vectors[settings.vectors].benchmark
