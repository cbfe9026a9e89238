"""Build the contrastive pairs of an encoder."""

import polars as pl

from switchrank import tables
from switchrank.data.splits import in_split
from switchrank.encoder.pair_kinds import parallel_pairs, query_passage_pairs, switched_pairs, word_pairs
from switchrank.encoder.pairs import join_pairs
from switchrank.job import job
from switchrank.lexicon.lookup import read_lexicon

KEYS = {
    "titles": ("title_id", tables.TITLES),
    "queries": ("query_id", tables.QUERIES),
    "passages": ("doc_id", tables.PASSAGES),
}
files = snakemake.input


def texts_of(number, kind, codes, documents):
    """Training texts of one kind by language."""
    key, contract = KEYS[kind]
    found = {code: tables.read(path, contract) for code, path in zip(codes, files[f"{kind}_{number}"], strict=True)}
    return {
        code: table.join(documents, on=key, how="semi", maintain_order="left") if key == "doc_id" else table
        for code, table in found.items()
    }


def train_documents(number):
    return in_split(tables.read(files[f"splits_{number}"], tables.SPLITS), "train")


def first_relevant(qrels):
    """A query's relevant passage, the first by doc_id."""
    relevant = qrels.filter(pl.col("relevance") > 0)
    return dict(relevant.group_by("query_id", maintain_order=True).agg(pl.col("doc_id").min()).iter_rows())


def english_texts(number, benchmark_texts, relevant):
    """(side, id, document, text) of each English training text."""
    for kind, side in (("queries", "query"), ("passages", "passage")):
        for name, _, text in benchmark_texts[kind]["en"].iter_rows():
            yield side, name, relevant.get(name, name), text


def pairs_of(number, settings):
    """Origins and pairs of one entry, several if the entry has several kinds of text."""
    if settings["kind"] == "switched":
        corpus = tables.read(files[f"corpus_{number}"], tables.CORPUS)
        tokens = tables.read(files[f"tokens_{number}"], tables.TOKENS)
        yield settings["corpus"], switched_pairs(corpus, tokens, settings["benchmark"], settings["versions"])
        return
    benchmark, documents = settings["benchmark"], train_documents(number)
    qrels = tables.read(files[f"qrels_{number}"], tables.QRELS)
    kinds = settings.get("texts", ["queries", "passages"])
    texts = {kind: texts_of(number, kind, settings["read"], documents) for kind in kinds}
    match settings["kind"]:
        case "parallel":
            for kind in kinds:
                yield (
                    f"{benchmark} {kind}",
                    parallel_pairs(texts[kind], KEYS[kind][0], benchmark, first_relevant(qrels)),
                )
        case "query_passage":
            yield (
                benchmark,
                query_passage_pairs(texts["queries"], texts["passages"], qrels, benchmark, settings["seed"]),
            )
        case "words":
            paths = zip(settings["languages"], files[f"lexicons_{number}"], strict=True)
            lexicons = {code: read_lexicon(path) for code, path in paths}
            english = english_texts(number, texts, first_relevant(qrels))
            yield settings["lexicon"], word_pairs(english, lexicons, benchmark, settings["seed"])


with job(snakemake.log[0], snakemake.threads):
    parts = [part for number, settings in enumerate(snakemake.params.settings) for part in pairs_of(number, settings)]
    tables.write(join_pairs(parts), snakemake.output[0], tables.PAIRS)
