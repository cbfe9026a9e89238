from collections import defaultdict
from pathlib import Path

from switchrank import tables
from switchrank.job import job
from switchrank.lexicon.quality import score_lexicon
from switchrank.words import has_letter


def by_language(paths):
    """Tables by the name of their folder and target language."""
    found = defaultdict(dict)
    for path in map(Path, paths):
        found[path.parent.name][path.stem.removeprefix("en-")] = tables.read(path, tables.LEXICON)
    return found


with job(snakemake.log[0], snakemake.threads):
    lexicons = {
        Path(path).stem.removeprefix("en-"): tables.read(path, tables.LEXICON) for path in snakemake.input.lexicons
    }
    vectors = defaultdict(list)
    for path in map(Path, snakemake.input.vectors):
        vectors[path.stem] += tables.values_of(path, tables.VECTORS, "word")
    words = tables.read(snakemake.input.vocabulary, tables.VOCABULARY)
    totals = zip(words["word"].to_list(), (words["query_count"] + words["passage_count"]).to_list(), strict=True)
    counts = {word: total for word, total in totals if total and has_letter(word)}
    quality = score_lexicon(
        lexicons,
        counts,
        by_language(snakemake.input.gold),
        snakemake.params.at,
        vectors,
        list(by_language(snakemake.input.compared).values()),
    )
    tables.write(quality, snakemake.output[0], tables.QUALITY)
