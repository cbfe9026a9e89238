# Functions of rules/lexicon.smk: texts, vectors, files and lexicons.


def texts_of_language(wildcards):
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


def languages_of_vectors(wildcards):
    """Languages whose vectors are trained together."""
    return CONFIG.benchmarks[CONFIG.vectors[wildcards.vectors].benchmark].languages


def texts_of_languages(wildcards):
    """Train texts of every language, which share their ids, and, if whole groups are merged, the groups of queries."""
    settings, languages = CONFIG.vectors[wildcards.vectors], languages_of_vectors(wildcards)
    data = f"results/data/{settings.benchmark}"
    judged = languages if settings.merge == "group" else []
    qrels = dict.fromkeys(qrels_file(CONFIG, settings.benchmark, "train", language) for language in judged)
    return {
        "qrels": list(qrels),
        "splits": f"{data}/splits.parquet",
        "titles": [f"{data}/titles/{language}.parquet" for language in languages],
        "queries": [f"{data}/queries/train/{language}.parquet" for language in languages],
        "passages": [f"{data}/passages/{language}.parquet" for language in languages],
    }


def vectors_to_align(wildcards):
    """A language's vectors, those of the pivot, and the seed lexicon out of the pivot's language."""
    settings = CONFIG.vectors[wildcards.vectors]
    folder = f"results/vectors/{settings.vectors}"
    inputs = {
        "vectors": f"{folder}/{wildcards.language}.parquet",
        "pivot": f"{folder}/{settings.pivot}.parquet",
    }
    if settings.seed.lexicon and wildcards.language != settings.pivot:
        inputs["seed"] = f"results/lexicon/{settings.seed.lexicon}/{settings.pivot}-{wildcards.language}.parquet"
    return inputs


def vectors_of_lexicon(wildcards):
    """Vectors of both languages, and the English words of the corpus if only they are translated."""
    settings = CONFIG.lexicons[wildcards.lexicon]
    folder = f"results/vectors/{settings.vectors}"
    inputs = {
        "source": f"{folder}/{wildcards.source_language}.parquet",
        "target": f"{folder}/{wildcards.target_language}.parquet",
    }
    if settings.corpus_words and wildcards.source_language == "en":
        inputs["vocabulary"] = f"results/corpus/tokens/{settings.corpus_words}/vocabulary.parquet"
    return inputs


def titles_of_lexicon(wildcards):
    """Titles of a benchmark, or the files of the pair."""
    settings = CONFIG.lexicons[wildcards.lexicon]
    source, target = wildcards.source_language, wildcards.target_language
    if settings.files is None:
        data = f"results/data/{settings.benchmark}/titles"
        return {"source": f"{data}/{source}.parquet", "target": f"{data}/{target}.parquet"}
    return {"files": settings.files.files(source, target)}


def dictionary_of_lexicon(wildcards):
    """The file of the pair; names of the CLDR come with a package."""
    lexicon = CONFIG.lexicons[wildcards.lexicon]
    return [] if lexicon.path is None else lexicon.file(wildcards.source_language, wildcards.target_language)


def out_of_english(lexicon):
    """English into every other language of a lexicon."""
    return [
        f"results/lexicon/{lexicon}/en-{language}.parquet"
        for language in lexicon_languages(CONFIG, lexicon)
        if language != "en"
    ]


def lexicons_into_all(wildcards):
    return out_of_english(wildcards.lexicon)


def in_its_languages(lexicon, names):
    """These lexicons out of English, without the lexicon itself, into the languages that it has too."""
    languages = lexicon_languages(CONFIG, lexicon)
    paths = [path for name in names if name != lexicon for path in out_of_english(name)]
    return [path for path in paths if Path(path).stem.removeprefix("en-") in languages]


def gold_lexicons(wildcards):
    return in_its_languages(wildcards.lexicon, CONFIG.lexicon_quality.gold)


def compared_lexicons(wildcards):
    """The lexicons in a table with it, if it is judged by P@k."""
    gold = CONFIG.lexicon_quality.gold
    tables = [table.lexicons for table in CONFIG.tables.values() if table.kind == "lexicons"]
    beside = {name for names in tables if wildcards.lexicon in names for name in names}
    return in_its_languages(wildcards.lexicon, sorted(beside)) if gold else []


def target_vectors(wildcards):
    """Vectors whose words a lexicon, or one that it combines, could give as translations."""
    if not CONFIG.lexicon_quality.gold:
        return []
    names = lexicon_parts(CONFIG, wildcards.lexicon)
    spaces = [CONFIG.lexicons[name].vectors for name in names if CONFIG.lexicons[name].method == "vectors"]
    languages = [code for code in lexicon_languages(CONFIG, wildcards.lexicon) if code != "en"]
    return [f"results/vectors/{space}/{code}.parquet" for space in dict.fromkeys(spaces) for code in languages]


def gpus_of_search(wildcards):
    """One if the entry uses faiss-gpu."""
    return 1 if getattr(CONFIG.lexicons[wildcards.lexicon], "device", "cpu") == "gpu" else 0
