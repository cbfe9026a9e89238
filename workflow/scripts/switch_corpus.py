from pathlib import Path

from pydantic import TypeAdapter

from switchrank import tables
from switchrank.corpus.files import shard_groups, switch_file
from switchrank.corpus.settings import Corpus, Translations
from switchrank.corpus.translations import translated_corpus
from switchrank.job import job
from switchrank.languages import parse_pair


def by_language(paths, contract):
    return {Path(path).stem: tables.read(path, contract) for path in paths}


with job(snakemake.log[0], snakemake.threads):
    given = snakemake.input
    settings = TypeAdapter(Corpus).validate_python(snakemake.params.settings)
    pair = parse_pair(snakemake.wildcards.pair)
    if isinstance(settings, Translations):
        queries = by_language(given.translated_queries, tables.QUERIES)
        passages = by_language(given.translated_passages, tables.PASSAGES)
        instances = tables.read(given.instances, tables.INSTANCES)
        corpus = translated_corpus(instances, (queries, passages), settings, pair)
        tables.write(corpus, snakemake.output[0], tables.CORPUS)
    else:
        switch_file(
            given.tokens,
            given.vocabulary,
            given.get("lexicons", []),
            snakemake.output[0],
            settings,
            pair,
            shard_groups(given.tokens, 0, 1),
            snakemake.threads,
        )
