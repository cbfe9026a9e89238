"""From the entries of an encoder's `pairs` and their files to its pairs."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from typing import Any

import polars as pl

from switchrank import tables
from switchrank.data.splits import in_split
from switchrank.encoder.pair_kinds import instance_pairs, parallel_pairs, query_passage_pairs, switched_pairs
from switchrank.encoder.pairs import Joined, Part, join_pairs
from switchrank.encoder.word_pairs import lone_word_pairs, phrase_pairs, word_pairs
from switchrank.lexicon.lookup import read_lexicon

_KEYS = {
    "titles": ("title_id", tables.TITLES),
    "queries": ("query_id", tables.QUERIES),
    "passages": ("doc_id", tables.PASSAGES),
}


def build_pairs(entries: Sequence[Mapping[str, Any]], files: Mapping[str, Any]) -> Joined:
    """The pairs of an encoder, and the hard negatives that a corpus gave.

    Args:
        entries: of `pairs`, with `joint` (whether it belongs to the joint loss), `benchmark`, and for texts of a
            benchmark `read`, the languages of its files.
        files: paths by name and number of the entry: `corpus_0` and `tokens_0` of a corpus; `splits_0`, `qrels_0`,
            `queries_0` … (a list in the order of `read`) and `lexicons_0` (in the order of `languages`) of a benchmark.

    Raises:
        SwitchRankError: a table is missing or not of its kind; no pair is left.
    """
    parts = [
        Part(origin, pairs, entry["joint"])
        for number, entry in enumerate(entries)
        for origin, pairs in _Entry(number, entry, files).pairs()
    ]
    return join_pairs(parts)


class _Entry:
    """One entry of `pairs` and its files."""

    def __init__(self, number: int, settings: Mapping[str, Any], files: Mapping[str, Any]) -> None:
        self.number, self.settings, self.files = number, settings, files
        self.benchmark: str = settings["benchmark"]

    def pairs(self) -> Iterator[tuple[str, pl.DataFrame]]:
        """Origin and pairs; several of each if the entry has several kinds of text."""
        settings, benchmark = self.settings, self.benchmark
        match settings["kind"]:
            case "switched":
                yield settings["corpus"], switched_pairs(*self._corpus(), benchmark, settings["versions"])
            case "instances":
                yield settings["corpus"], instance_pairs(*self._corpus(), benchmark, settings["negatives"])
            case "parallel":
                for kind in settings["texts"]:
                    texts = self._texts(kind)
                    yield f"{benchmark} {kind}", parallel_pairs(texts, _KEYS[kind][0], benchmark, self._relevant())
            case "query_passage":
                queries, passages = self._texts("queries"), self._texts("passages")
                yield benchmark, query_passage_pairs(queries, passages, self._qrels(), benchmark, settings["seed"])
            case "words" if settings["shown"] == "alone":
                yield settings["lexicon"], lone_word_pairs(self._english(), self._lexicons(), benchmark)
            case "words":
                yield settings["lexicon"], word_pairs(self._english(), self._lexicons(), benchmark, settings["seed"])
            case "phrases":
                sizes = settings["min_tokens"], settings["max_tokens"]
                yield settings["lexicon"], phrase_pairs(self._english(), self._lexicons(), benchmark, *sizes)

    def _file(self, name: str) -> Any:
        return self.files[f"{name}_{self.number}"]

    def _corpus(self) -> tuple[pl.DataFrame, pl.DataFrame]:
        return tables.read(self._file("corpus"), tables.CORPUS), tables.read(self._file("tokens"), tables.TOKENS)

    def _qrels(self) -> pl.DataFrame:
        return tables.read(self._file("qrels"), tables.QRELS)

    def _relevant(self) -> dict[str, str]:
        """A query's relevant passage, the first by doc_id."""
        relevant = self._qrels().filter(pl.col("relevance") > 0)
        return dict(relevant.group_by("query_id", maintain_order=True).agg(pl.col("doc_id").min()).iter_rows())

    def _texts(self, kind: str) -> dict[str, pl.DataFrame]:
        """Training texts of one kind by language."""
        key, contract = _KEYS[kind]
        paths = zip(self.settings["read"], self._file(kind), strict=True)
        found = {code: tables.read(path, contract) for code, path in paths}
        if key != "doc_id":
            return found
        documents = in_split(tables.read(self._file("splits"), tables.SPLITS), "train")
        return {code: table.join(documents, on=key, how="semi", maintain_order="left") for code, table in found.items()}

    def _english(self) -> Iterator[tuple[str, str, str, str]]:
        """(side, id, document, text) of each English training text."""
        relevant = self._relevant()
        for kind, side in (("queries", "query"), ("passages", "passage")):
            for name, _, text in self._texts(kind)["en"].iter_rows():
                yield side, name, relevant.get(name, name), text

    def _lexicons(self) -> dict[str, dict[str, str]]:
        paths = zip(self.settings["languages"], self._file("lexicons"), strict=True)
        return {code: read_lexicon(path) for code, path in paths}
