"""Reader of FEVEROUS: English claims, and the Wikipedia pages whose sentences, lists and tables decide them.

Aly et al. 2021 (NeurIPS Datasets and Benchmarks, arXiv 2106.05707). A claim is a query; a passage is a page or an
element of one.
"""

from __future__ import annotations

import sys
from collections.abc import Iterator, Sequence
from typing import Literal

import polars as pl
from pydantic import Field

from switchrank.data.json_nodes import Node
from switchrank.data.readers.feverous.claims import Claim, claims_of
from switchrank.data.readers.feverous.elements import CONTEXT
from switchrank.data.readers.feverous.pages import elements_of, opening_of, pages_of
from switchrank.data.reading import BenchmarkReader, Part, SourceSettings, Split
from switchrank.data.table_rows import in_pieces
from switchrank.text_files import Entries


class Feverous(SourceSettings):
    """FEVEROUS's claims and its database of pages."""

    format: Literal["feverous"]
    database: str = Field(description="The SQLite database of pages, feverous_wikiv1.db.")
    claims: dict[Split, str] = Field(
        description="JSON lines of each split. FEVEROUS's dev is the split `test` here, as its own test has no public "
        "evidence."
    )
    level: Literal["page", "element"] = Field(
        "page",
        description="page: a passage is a title and what is before the first section. element: a sentence, list item, "
        "caption or cell, with title, sections and header cells before it.",
    )
    pages: Literal["all", "evidence"] = Field(
        "all", description="evidence: only pages that hold evidence of a claim, so an easier task."
    )

    def missing_qrels(self, split: Split, language: str) -> str | None:
        return None if split in self.claims else f"a file under `claims: {{{split}: …}}`"

    def files(self, part: Part, language: str) -> list[str]:
        claims = list(dict.fromkeys(self.claims.values()))
        if part == "passages":
            return [self.database, *(claims if self.pages == "evidence" else [])]
        return claims if part in ("queries", "qrels") else []


Source = Feverous


class Reader(BenchmarkReader[Source]):
    """See `switchrank.data.reading.BenchmarkReader`. There are only English texts; a passage's group is its page."""

    def documents(self, languages: Sequence[str]) -> Iterator[pl.DataFrame]:
        rows = ((doc_id, page, None) for page, doc_id, _ in self._passages("en"))
        yield from in_pieces(rows, dict.fromkeys(("doc_id", "group", "split"), pl.String))

    def passages(self, language: str) -> Iterator[pl.DataFrame]:
        rows = ((doc_id, text) for _, doc_id, text in self._passages(language))
        yield from in_pieces(rows, dict.fromkeys(("doc_id", "text"), pl.String))

    def queries(self, split: Split, language: str) -> Iterator[pl.DataFrame]:
        rows = ((claim.claim_id, claim.text) for claim in self._claims(split, language))
        yield from in_pieces(rows, dict.fromkeys(("query_id", "text"), pl.String))

    def qrels(self, split: Split, language: str) -> Iterator[pl.DataFrame]:
        rows = (
            (claim.claim_id, doc_id, 1) for claim in self._claims(split, language) for doc_id in self._relevant(claim)
        )
        yield from in_pieces(rows, {"query_id": pl.String, "doc_id": pl.String, "relevance": pl.Int8})

    def _claims(self, split: Split, language: str) -> Iterator[Claim]:
        path = self.source.claims.get(split)
        return claims_of(path) if path and language == "en" else iter(())

    def _relevant(self, claim: Claim) -> list[str]:
        if self.source.level == "page":
            return claim.pages
        elements = (element for group in claim.sets for element in group if element.kind not in CONTEXT)
        return list(dict.fromkeys(element.name for element in elements))

    def _passages(self, language: str) -> Iterator[tuple[str, str, str]]:
        """Page, doc_id and text."""
        if language != "en":
            return
        titles = None
        if self.source.pages == "evidence":
            claims = (claim for path in dict.fromkeys(self.source.claims.values()) for claim in claims_of(path))
            titles = dict.fromkeys(title for claim in claims for title in claim.pages)
        entries = Entries(self.source.database, "passages")
        for title, page in pages_of(self.source.database, titles, entries):
            for doc_id, text in self._texts(title, page, entries):
                entries.kept += 1
                yield title, doc_id, text
        sys.stderr.write(f"{entries}\n")

    def _texts(self, title: str, page: Node, entries: Entries) -> Iterator[tuple[str, str]]:
        if self.source.level == "element":
            return elements_of(title, page, entries)
        return iter([(title, opening_of(title, page, entries))])
