"""Whether a benchmark that is trained on holds texts or articles that another benchmark of the run judges.

Within one benchmark `switchrank.data.guard` leaves such texts out; between two the run stops, so that which systems are
trained again does not depend on what they are judged on.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from pathlib import Path

import polars as pl

from switchrank.errors import SwitchRankError
from switchrank.tables import CONTAMINATION

SHORTEST = 10
"""Letters and digits of the shortest text that is compared: equal numbers and labels (`( 1 )`) teach nothing."""
_BRACKETS = r"-[lr][rsc]b-"
"""Brackets in tokenised text, as the Penn Treebank writes them: `-lrb-` is `(`."""
_NO_LETTERS = r"[^\p{L}\p{M}\p{N}]+"
_PLURAL = {"passage": "passages", "query": "queries", "title": "titles", "article": "articles"}
_SHOWN = 3
_LONGEST = 60


@dataclass(frozen=True)
class Side:
    """One of two benchmarks.

    Attributes:
        name: of its entry.
        texts: `kind` (passage, query or title), `id`, `text`, in English: of the training data or the judged split.
        articles: titles of the articles of that split; empty if the benchmark does not know them.
    """

    name: str
    texts: pl.DataFrame
    articles: pl.Series


def find_equal(trained: Side, judged: Side) -> pl.DataFrame:
    """The texts and articles that are trained on and judged.

    Texts are compared by their letters and digits in Unicode's form NFKC and lower case: so they are found when they
    were lower-cased, divided into tokens or got other quotes. Only English is compared: training texts are English or
    made from English.

    Returns:
        `kind` (passage, query, title or article), `id`, `text`, in the order of the training texts. An article's id is
        its title.
    """
    known = judged.texts.select(_letters("text")).filter(_long).unique(maintain_order=True)
    found = (
        trained.texts.with_columns(_letters("text"))
        .filter(_long)
        .join(known, on="letters", how="semi", maintain_order="left")
    )
    titles, theirs = (side.articles.unique(maintain_order=True).to_frame("id") for side in (trained, judged))
    articles = titles.with_columns(_letters("id")).join(
        theirs.select(_letters("id")), on="letters", how="semi", maintain_order="left"
    )
    return pl.concat(
        [found.select("kind", "id", "text"), articles.select(pl.lit("article").alias("kind"), "id", text="id")]
    )


def summarise(trained: Side, judged: Side, found: pl.DataFrame) -> pl.DataFrame:
    """CONTAMINATION table: by kind, how many texts were compared with how many, and how many are equal."""
    counts = dict(trained.texts.group_by("kind", maintain_order=True).len().iter_rows())
    counts["article"] = trained.articles.n_unique()
    compared = dict.fromkeys(counts, judged.texts.height) | {"article": judged.articles.n_unique()}
    equal = dict(found.group_by("kind", maintain_order=True).len().iter_rows())
    rows = [(kind, counts[kind], compared[kind], equal.get(kind, 0)) for kind in sorted(counts)]
    return pl.DataFrame(rows, schema=dict.fromkeys(CONTAMINATION.columns, pl.Int64) | {"kind": pl.String}, orient="row")


def refuse(trained: str, judged: str, split: str, found: pl.DataFrame, everything: str | Path) -> None:
    """Stop if anything was found.

    Args:
        trained, judged: names of the benchmarks.
        split: that is judged.
        found: see `find_equal`.
        everything: the file that lists all of it.

    Raises:
        SwitchRankError: something was found; the message counts it by kind, shows some and says what to do.
    """
    if not found.height:
        return
    counts = found.group_by("kind", maintain_order=True).len().iter_rows()
    numbers = " and ".join(f"{number:,} {_PLURAL[kind] if number > 1 else kind}" for kind, number in counts)
    raise SwitchRankError(
        f"benchmarks.{trained}: its training data have {numbers} of the {split} split of {judged!r}, on which the run "
        f"judges, such as {'; '.join(_shown(found))}; train on another collection, or name these articles or ids under "
        f"benchmarks.{trained}.exclude (all are listed in {everything})"
    )


def _shown(found: pl.DataFrame) -> Iterator[str]:
    """The first texts of each kind."""
    for part in found.partition_by("kind", maintain_order=True):
        for kind, name, text in part.head(_SHOWN if part.height == found.height else 1).iter_rows():
            shown = text if len(text) <= _LONGEST else f"{text[:_LONGEST]}…"
            yield f"{kind} {name!r}" if kind == "article" else f"{kind} {name!r} ({shown!r})"


def listed(found: pl.DataFrame) -> str:
    """Everything that was found, one line each: kind, id and text between tabs."""
    rows = ((kind, name, " ".join(text.split())) for kind, name, text in found.iter_rows())
    return "".join("\t".join(row) + "\n" for row in rows)


def _letters(column: str) -> pl.Expr:
    lower = pl.col(column).str.normalize("NFKC").str.to_lowercase()
    return lower.str.replace_all(_BRACKETS, "").str.replace_all(_NO_LETTERS, "").alias("letters")


_long = pl.col("letters").str.len_chars() >= SHORTEST


def trained_documents(documents: pl.DataFrame, relevant: pl.DataFrame) -> pl.DataFrame:
    """The documents of the split train, and of those of every split the ones that a train query asks for: the rest of
    such a collection is only searched.

    Args:
        documents: SPLITS table.
        relevant: rows of the QRELS table of train.
    """
    asked = pl.col("doc_id").is_in(relevant["doc_id"].to_list())
    return documents.filter((pl.col("split") == "train") | (pl.col("split").is_null() & asked))


def side_of(name: str, tables: Mapping[str, pl.DataFrame], documents: pl.DataFrame, articles: bool) -> Side:
    """The English texts of one benchmark.

    Args:
        name: of its entry.
        tables: kind → PASSAGES, QUERIES or TITLES table; of the passages only those of the documents count.
        documents: SPLITS table, only the rows that count; those without a passage do not.
        articles: whether its groups are articles, named by their titles.
    """
    parts = []
    for kind, table in tables.items():
        kept = table
        if kind == "passage":
            kept = table.join(documents, on="doc_id", how="semi", maintain_order="left")
        parts.append(kept.select(pl.lit(kind).alias("kind"), pl.col(table.columns[0]).alias("id"), "text"))
    kept = documents.join(tables["passage"], on="doc_id", how="semi", maintain_order="left")  # some may be left out
    return Side(name, pl.concat(parts), kept["group"] if articles else kept["group"].clear())
