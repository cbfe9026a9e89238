"""Export a benchmark in the languages of a pair as a BEIR folder."""

import polars as pl

from switchrank import tables
from switchrank.data.qrels import of_queries
from switchrank.evaluation.exports import shown_pieces, write_beir_qrels, write_beir_texts
from switchrank.job import job
from switchrank.languages import parse_pair

SIDES = (("queries", "query_id", tables.QUERIES), ("passages", "doc_id", tables.PASSAGES))


def pieces(path, contract):
    return (pl.DataFrame(group) for group in tables.row_groups(path, contract))


with job(snakemake.log[0], snakemake.threads):
    given, made = snakemake.input, snakemake.output
    pair, shown = parse_pair(snakemake.wildcards.pair), {}
    for (side, key, contract), wanted, languages in zip(SIDES, pair, snakemake.params.languages, strict=True):
        by_language = {code: pieces(path, contract) for code, path in zip(languages, given[side], strict=True)}
        path = given.get(f"mixed_{side}")
        mixed = tables.read(path, tables.MIXED) if path else None
        shown[side] = shown_pieces(by_language, wanted, mixed, key)
    asked = (piece.with_columns(split=pl.lit(snakemake.wildcards.split)) for piece in shown["queries"])
    write_beir_texts(asked, "query_id", made.queries, ["split"])
    documents = tables.read(given.splits, tables.SPLITS)
    divided = (piece.join(documents, on="doc_id", how="left", maintain_order="left") for piece in shown["passages"])
    write_beir_texts(divided, "doc_id", made.corpus, ["group", "split"])
    by = snakemake.params.judged_by
    asked_in = [tables.read(path, tables.QUERIES) for path in by["queries"]]
    write_beir_qrels(of_queries(tables.read(by["qrels"], tables.QRELS), asked_in), made.qrels)
