"""What must not be trained on: texts that dev or test judge, wherever else they turn up."""

from __future__ import annotations

from collections.abc import Collection, Iterator
from dataclasses import dataclass

import polars as pl
import regex

from switchrank.data.filters import eligible, translated
from switchrank.data.homeassistant import Wheel
from switchrank.data.settings import Filter
from switchrank.data.texts import build_titles
from switchrank.languages import language as language_of
from switchrank.normalising import fold
from switchrank.tables import LEFT_OUT

_SCHEMA = dict.fromkeys(LEFT_OUT.columns, pl.String)
_Text = tuple[str, str, str, str]
"""Kind, id, language and text."""
_BETWEEN_WORDS = regex.compile(r"[^\p{L}\p{M}\p{N}]+")


@dataclass(frozen=True)
class Guarded:
    """What was found.

    Attributes:
        left_out: LEFT_OUT table.
        titles, pairs: how many titles and pairs of train were looked at, in any language.
    """

    left_out: pl.DataFrame
    titles: int
    pairs: int

    def __str__(self) -> str:
        kinds = self.left_out.group_by("kind", maintain_order=True).agg(pl.col("id").n_unique())
        found = dict(kinds.iter_rows())
        pairs = self.left_out.filter(pl.col("kind") != "title")["id"].n_unique()
        return (
            f"{found.get('title', 0):,} of {self.titles:,} titles and {pairs:,} of {self.pairs:,} train pairs are left "
            "out: a text of theirs is, in some language, a text of dev or test"
        )


def guard_training(wheel: Wheel, languages: Collection[str], splits: pl.DataFrame, judged: Filter) -> Guarded:
    """Titles and train pairs one of whose texts is, in any language, a query or a passage of dev or test.

    Components are divided, not texts, and different components have equal texts. Texts are compared in the one normal
    form (`normalising.fold`), without what stands between words: letter case and punctuation apart. A title or a pair
    is found as a whole, in all its languages: its other texts are translations of the judged one.

    Args:
        wheel: the source.
        languages: of the benchmark, English among them.
        splits: SPLITS table.
        judged: filter of the pairs whose titles dev and test ask.

    Raises:
        SwitchRankError: the wheel lacks a language.
    """
    in_train = pl.col("split") == "train"
    own, reserved = splits.filter(in_train)["doc_id"].to_list(), splits.filter(~in_train)["doc_id"].to_list()
    asked = eligible(wheel.pairs("en"), judged).intersection(reserved)
    groups = set(wheel.trees("en")).difference(splits.filter(~in_train)["group"])
    known: set[str] = set()
    trained: list[tuple[str, _Text]] = []
    for language in sorted(languages):
        pairs = translated(wheel, language)
        shown = [pairs[name].title for name in asked & pairs.keys()]
        shown += [pairs[name].description for name in reserved if name in pairs]
        known.update(_bare(text, language) for text in shown)
        texts = _trained(wheel, language, groups, [name for name in own if name in pairs])
        trained += [(_bare(row[3], language), row) for row in texts]
        if language != "en":
            wheel.forget(language)
    found = [row for bare, row in trained if bare in known]
    table = pl.DataFrame(found, schema=_SCHEMA, orient="row").sort(LEFT_OUT.key)
    return Guarded(table, *(len({row[1] for _, row in trained if row[0] == kind}) for kind in ("title", "query")))


def _trained(wheel: Wheel, language: str, groups: Collection[str], ids: Collection[str]) -> Iterator[_Text]:
    """Texts of a language that something may be trained on."""
    pairs = wheel.pairs(language)
    for name in ids:
        yield "query", name, language, pairs[name].title
        yield "passage", name, language, pairs[name].description
    for name, _, text in build_titles(wheel, language, groups).iter_rows():
        yield "title", name, language, text


def _bare(text: str, language: str) -> str:
    """The form in which texts are compared. Nothing is cut into words by a dictionary: that takes long, and equal texts
    are cut alike."""
    folded = fold(text, language).casefold()
    space = " " if language_of(language).spaced else ""
    return _BETWEEN_WORDS.sub(space, folded).strip() or folded
