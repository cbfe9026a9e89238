"""Every recipe with every setting against the plain reference, on texts in many scripts."""

from __future__ import annotations

from typing import Any

import polars as pl
from hypothesis import given, settings
from hypothesis import strategies as st

from switchrank.corpus.settings import Bilingual, Multilingual, SideProbabilities, Switched, Titles
from switchrank.languages import parse_pair
from tests.unit.corpus.reference import Shown, entries, show
from tests.unit.corpus.samples import QUERIES, SCRIPTS, corpus, instances, lexicon

SIDES = ("query", "passage")
SEVERAL = {
    code: lexicon(
        {
            "light": [(f"{code}-licht", 0.6), (f"{code}-свет", 0.58), (f"{code}-灯", -0.2)],
            "the": [(f"{code}-das", 0.4)],
            "kitchen light": [(f"{code}-küchenlicht", 0.5), (f"{code}-रसोई", 0.5)],
            "is the": [(f"{code}-istdas", 0.3)],
            "kitchen": [(f"{code}-küche", 0.0), (f"{code}-مطبخ", -1.0)],
            "24 hours": [(f"{code}-tag", 0.9)],
            "door": [(f"{code}-tür", 0.7), (f"{code}-ドア", 0.69)],
        }
    )
    for code in SCRIPTS
}
ENGLISH = [
    "light",
    "LIGHT",
    "Light",
    "kitchen",
    "Kitchen",
    "KITCHEN",
    "the",
    "The",
    "is",
    "door",
    "24",
    "hours",
    "HOURS",
]
WORDS = st.sampled_from([*ENGLISH, "A", "свет", "照明", "ضوء", "बत्ती", "ﬁre", "İ"])
TEXT = st.lists(st.tuples(WORDS, st.sampled_from([" ", "  ", ", ", "-", "\n", "’", " – "])), max_size=12).map(
    lambda parts: "".join(word + between for word, between in parts)
)
COMMON: dict[str, Any] = {
    "p": st.one_of(st.floats(0, 1), st.builds(SideProbabilities, query=st.floats(0, 1), passage=st.floats(0, 1))),
    "share": st.floats(0, 1),
    "stop_words": st.sampled_from(["switch", "keep", "count"]),
    "choice": st.sampled_from(["best", "score", "margin"]),
    "seed": st.integers(0, 5),
}
LANGUAGES = st.lists(st.sampled_from(SCRIPTS), min_size=1, unique=True)
WITH_ENGLISH = st.lists(st.sampled_from(["en", *SCRIPTS]), min_size=1, unique=True)


def weights(codes: list[str], weighted: bool) -> dict[str, float] | None:
    return {code: 1.0 + at for at, code in enumerate(codes)} if weighted else None


@st.composite
def recipes(draw: st.DrawFn) -> tuple[Switched, str]:
    given = {name: draw(strategy) for name, strategy in COMMON.items()} | {"benchmark": "b", "lexicon": "l"}
    kind = draw(st.sampled_from(["bilingual", "multilingual", "titles"]))
    if kind == "bilingual":
        return Bilingual(recipe="bilingual", **given), draw(st.sampled_from(["de-ja", "ru-ar", "hi-zh"]))
    codes = draw(LANGUAGES if kind == "multilingual" else WITH_ENGLISH)
    given |= {"languages": codes, "weights": weights(codes, draw(st.booleans()))}
    if kind == "multilingual":
        return Multilingual(recipe="multilingual", draw=draw(st.sampled_from(["token", "instance"])), **given), "xx-xx"
    return Titles(recipe="titles", max_tokens=draw(st.integers(1, 3)), **given), "xx-xx"


@settings(max_examples=150, deadline=None)
@given(
    recipes(), st.lists(TEXT, min_size=1, max_size=4), st.lists(st.integers(-(2**40), 2**40), min_size=4, unique=True)
)
def test_the_compiled_code_does_what_the_reference_does(
    recipe: tuple[Switched, str], passages: list[str], ids: list[int]
) -> None:
    wanted, pair = recipe
    given = {f"d{at}": text for at, text in enumerate(passages)} | {"useful": "Light in the kitchen"}
    queries = QUERIES | {"useful": "is the kitchen light on"}
    rows = instances([(ids[at % len(ids)] * 10 + at, "q1", f"d{at}", 1) for at in range(len(passages))])
    rows = pl.concat([rows, instances([(7, "useful", "useful", 0)])])
    made = corpus(wanted, SEVERAL, pair, rows, queries, given).sort("instance_id")
    lexicons = {code: entries(table) for code, table in SEVERAL.items()}
    for row in made.iter_rows(named=True):
        originals = (queries[row["query_id"]], given[row["doc_id"]])
        for number, side in enumerate(SIDES):
            languages = [parse_pair(pair)[number]] if isinstance(wanted, Bilingual) else wanted.languages
            if languages == ["en"]:
                expected = Shown(originals[number], "en")
            else:
                expected = show(originals[number], row["instance_id"], number, languages, lexicons, wanted)
            found = Shown(row[side], *(row[f"{side}_{what}"] for what in ("language", *COUNTED)))
            assert found == expected


COUNTED = ("known", "unknown", "switched", "content", "content_switched")
