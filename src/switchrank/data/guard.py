"""What must not be trained on: texts judged in dev or test, wherever else they occur."""

from __future__ import annotations

from collections.abc import Collection, Iterator
from dataclasses import dataclass
from typing import Any

import polars as pl
import regex

from switchrank.data.reading import BenchmarkReader, joined, judgements
from switchrank.data.texts import build_queries, build_titles
from switchrank.errors import SwitchRankError
from switchrank.languages import language as language_of
from switchrank.normalising import fold
from switchrank.tables import LEFT_OUT

_SCHEMA = dict.fromkeys(LEFT_OUT.columns, pl.String)
_Text = tuple[str, str, str, str]
"""Kind, id, language and text."""
_BETWEEN_WORDS = regex.compile(r"[^\p{L}\p{M}\p{N}]+")


@dataclass(frozen=True)
class Guarded:
    """What the guard leaves out.

    Attributes:
        left_out: LEFT_OUT table.
        titles, queries: how many titles and train queries were checked, in any language.
    """

    left_out: pl.DataFrame
    titles: int
    queries: int

    def __str__(self) -> str:
        kinds = self.left_out.group_by("kind", maintain_order=True).agg(pl.col("id").n_unique())
        found = dict(kinds.iter_rows())
        return (
            f"{found.get('title', 0):,} of {self.titles:,} titles, {found.get('query', 0):,} of {self.queries:,} train "
            f"queries and {found.get('passage', 0):,} train passages are left out: in some language, one of their "
            "texts or of their pair's texts equals a text of dev or test, or `exclude` names it"
        )


def guard_training(
    reader: BenchmarkReader[Any],
    languages: Collection[str],
    documents: pl.DataFrame,
    judged_in: Collection[str],
    exclude: Collection[str] = (),
) -> Guarded:
    """Titles, train queries and train passages one of whose texts is, in any language, a text of dev or test.

    Groups are divided, not texts, and different groups have equal texts. Texts are compared in the normal form
    (`normalising.fold`) without letter case and punctuation. What is found is left
    out in all its languages, since its other texts are translations of the judged one; and with a query go its relevant
    passages, with a passage the queries that it answers. A passage that belongs to every split stays.

    Args:
        reader: the source.
        languages: of the benchmark.
        documents: SPLITS table.
        judged_in: languages that the judgements are taken from.
        exclude: groups, doc_ids, query_ids and title_ids that are left out as well.

    Raises:
        SwitchRankError: the source lacks a language, or nothing of train has a name of `exclude`.
    """
    known: set[str] = set()
    trained: list[tuple[str, _Text]] = []
    for language in sorted(languages):
        passages = joined(reader.passages(language), "doc_id", "text").join(
            documents, on="doc_id", how="inner", maintain_order="left"
        )
        judged = passages.filter(pl.col("split").is_in(["dev", "test"]))["text"].to_list()
        for split in ("dev", "test"):
            judged += build_queries(reader, split, language, documents, judged_in)["text"].to_list()
        known.update(bare(text, language) for text in judged)
        texts = {
            "passage": passages.filter(pl.col("split") == "train").select("doc_id", "text"),
            "query": build_queries(reader, "train", language, documents, judged_in).select("query_id", "text"),
            "title": build_titles(reader, language, documents).select("title_id", "text"),
        }
        trained += [
            (bare(text, language), (kind, name, language, text))
            for kind, table in texts.items()
            for name, text in table.iter_rows()
        ]
    in_train = documents.filter(pl.col("split") == "train")
    named = _named(exclude, in_train, {row[1] for _, row in trained})
    found = [row for bare, row in trained if bare in known or row[:2] in named]
    table = pl.DataFrame(
        [*found, *_beside(reader, found, set(in_train["doc_id"]), judged_in)], schema=_SCHEMA, orient="row"
    )
    counts = (len({row[1] for _, row in trained if row[0] == kind}) for kind in ("title", "query"))
    return Guarded(table.unique(LEFT_OUT.key, keep="first", maintain_order=True).sort(LEFT_OUT.key), *counts)


def _named(exclude: Collection[str], in_train: pl.DataFrame, ids: Collection[str]) -> set[tuple[str, str]]:
    """Kind and id of everything that `exclude` names."""
    groups = in_train.filter(pl.col("group").is_in(list(exclude)))
    unknown = set(exclude) - set(ids) - set(groups["group"])
    if unknown:
        raise SwitchRankError(
            f"exclude: found {', '.join(map(repr, sorted(unknown)))}; expected groups, doc_ids, query_ids or title_ids "
            "of the training data"
        )
    kinds = ("title", "query", "passage")
    return {("passage", name) for name in groups["doc_id"]} | {(kind, name) for kind in kinds for name in exclude}


def _beside(
    reader: BenchmarkReader[Any], found: Collection[_Text], in_train: Collection[str], judged_in: Collection[str]
) -> Iterator[_Text]:
    """The other sides of train pairs of which one side was found, with the text that was found."""
    texts = {(kind, name): (language, text) for kind, name, language, text in found}
    relevant = judgements(reader, "train", judged_in).filter(
        (pl.col("relevance") > 0) & pl.col("doc_id").is_in(sorted(in_train))
    )
    for query, passage in relevant.select("query_id", "doc_id").iter_rows():
        for one, other in ((("query", query), ("passage", passage)), (("passage", passage), ("query", query))):
            if one in texts:
                yield *other, *texts[one]


def bare(text: str, language: str) -> str:
    """The form in which the texts of train, dev and test are compared. No dictionary divides them into words: that is
    slow, and equal texts are divided equally."""
    folded = fold(text, language).casefold()
    space = " " if language_of(language).spaced else ""
    return _BETWEEN_WORDS.sub(space, folded).strip() or folded
