from pathlib import Path

from pydantic import TypeAdapter

from switchrank import tables
from switchrank.corpus.recipes import make_corpus, translated_corpus
from switchrank.corpus.settings import Corpus, Translations
from switchrank.job import job
from switchrank.languages import parse_pair
from switchrank.lexicon.lookup import read_lexicon


def by_language(paths, contract):
    return {Path(path).stem: tables.read(path, contract) for path in paths}


with job(snakemake.log[0], snakemake.threads):
    settings = TypeAdapter(Corpus).validate_python(snakemake.params.settings)
    pair = parse_pair(snakemake.wildcards.pair)
    instances = tables.read(snakemake.input.instances, tables.INSTANCES)
    if isinstance(settings, Translations):
        queries = by_language(snakemake.input.translated_queries, tables.QUERIES)
        passages = by_language(snakemake.input.translated_passages, tables.PASSAGES)
        corpus = translated_corpus(instances, (queries, passages), settings, pair)
    else:
        tokens = tuple(tables.read(snakemake.input[side], tables.TOKENS) for side in ("queries", "passages"))
        lexicons = {
            Path(path).stem.removeprefix("en-"): read_lexicon(path) for path in snakemake.input.get("lexicons", [])
        }
        corpus = make_corpus(instances, tokens, lexicons, settings, pair)
    tables.write(corpus, snakemake.output[0], tables.CORPUS)
