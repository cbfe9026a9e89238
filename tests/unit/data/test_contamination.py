"""What one benchmark judges is not trained on in another: equal texts, however tokenised, and articles."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import polars as pl
import pytest
import yaml

from switchrank import tables
from switchrank.config import Config, benchmarks_compared
from switchrank.data.contamination import Side, find_equal, refuse, summarise
from switchrank.errors import SwitchRankError
from tests.toy.script import Job, Named, run_script
from tests.toy.workspace import ROOT


def side(texts: dict[str, str], articles: list[str] | None = None, kind: str = "passage") -> Side:
    rows = [(kind, name, text) for name, text in texts.items()]
    schema = dict.fromkeys(("kind", "id", "text"), pl.String)
    return Side("x", pl.DataFrame(rows, schema=schema, orient="row"), pl.Series("group", articles or [], pl.String))


def found(trained: str, judged: str) -> bool:
    return find_equal(side({"a": trained}), side({"b": judged}, kind="query")).height == 1


@pytest.mark.parametrize(
    ("trained", "judged"),
    [
        ("the `` mill '' ( 1820 ) grinds rye . ", "The “mill” (1820) grinds rye."),
        ("the mill -lrb- 1820 -rrb- ca n't -lsb- grind -rsb-", "The mill (1820) can’t [grind]"),
        ("ten ½ ﬁne ２ mills", "TEN 1⁄2 FINE 2 MILLS"),
        ("le moulin e\u0301le\u0301gant", "Le moulin élégant"),
        ("старая мельница , у реки .", "Старая мельница у реки"),
        ("الطاحونة القديمة ، النهر", "الطاحونة القديمة النهر"),
        ("पुरानी चक्की नदी के किनारे है ।", "पुरानी चक्की नदी के किनारे है"),
        ("老 磨坊 在 河边 ， 它 建于 1820 年", "老磨坊在河边，它建于1820年"),
    ],
)
def test_case_tokens_quotes_and_composition_hide_nothing(trained: str, judged: str) -> None:
    assert found(trained, judged) and found(judged, trained)


@pytest.mark.parametrize(
    ("trained", "judged"),
    [
        ("The mill grinds rye.", "The mill grinds rice."),
        ("The mill was built in 1820", "The mill was built in 1821"),
        ("पुरानी चक्की नदी के किनारे", "पुराना चक्का नदी के किनारे"),  # other vowel signs
        ("resume your work", "résumé your work"),
    ],
)
def test_other_words_are_other_texts(trained: str, judged: str) -> None:
    assert not found(trained, judged)


def test_nine_letters_are_a_label_and_ten_are_a_text() -> None:
    assert not found("( 12345 ) 6789", "123456789")
    assert found("( 12345 ) 67890", "1234567890")


def test_articles_are_found_by_their_titles_even_if_no_text_is_equal() -> None:
    trained = side({"a": "Something about them."}, ["Doctor_Who", "Doctor_Who", "Mill"])
    judged = side({"b": "Another text on it."}, ["doctor who", "Force", "mills"])
    assert find_equal(trained, judged).rows() == [("article", "Doctor_Who", "Doctor_Who")]
    counts = summarise(trained, judged, find_equal(trained, judged))
    assert counts.rows() == [("article", 2, 3, 1), ("passage", 1, 1, 0)]


def test_short_titles_of_articles_count() -> None:
    assert find_equal(side({}, ["Rhine"]), side({}, ["Rhine"])).rows() == [("article", "Rhine", "Rhine")]


def test_the_message_counts_shows_and_says_what_to_do() -> None:
    many = {f"s{n}": f"The sentence number {n} of the article, {'and more of it ' * 5}" for n in range(1200)}
    everything = find_equal(side(many, ["Doctor_Who"]), side(many, ["Doctor_Who"]))
    with pytest.raises(SwitchRankError) as caught:
        refuse("squad", "xquad", "test", everything, "all.tsv")
    message = str(caught.value)
    assert message.startswith(
        "benchmarks.squad: its training data have 1,200 passages and 1 article of the test split of 'xquad', on which "
        "the run judges, such as passage 's0' ('The sentence number 0 of the article, and more of it and mor…'); "
        "article 'Doctor_Who'; "
    )
    assert "benchmarks.squad.exclude (all are listed in all.tsv)" in message and "\n" not in message
    refuse("squad", "xquad", "test", everything.clear(), "all.tsv")


class Check:
    """The script over tables of two benchmarks."""

    def __init__(self, folder: Path) -> None:
        self.folder = folder
        self.output = folder / "out.parquet"

    def write(self, name: str, rows: list[tuple[Any, ...]], contract: tables.Contract) -> str:
        path = self.folder / f"{name}.parquet"
        types = {name: pl.Int8 if name == "relevance" else pl.String for name in contract.columns}
        tables.write(pl.DataFrame(rows, schema=types, orient="row"), path, contract)
        return str(path)

    def run(
        self,
        splits: str | None = "test",
        title: str = "Another title of it",
        trained: str | None = "train",
        other: str = "Rye is not wheat.",
    ) -> None:
        """Train on two passages, of which one answers, and judge one; titles are trained on."""
        files = {
            "trained_splits": self.write(
                "ts", [("gone", "Wheel", "train"), ("t1", "Mill", trained), ("t2", "Rye", trained)], tables.SPLITS
            ),
            "trained_qrels": self.write("tr", [("q1", "t1", 1), ("q1", "t2", 0)], tables.QRELS),
            "trained_queries": self.write("tq", [("q1", "en", "Where is the mill?")], tables.QUERIES),
            "trained_passages": self.write(
                "tp", [("t1", "en", "the mill is by the river ."), ("t2", "en", other)], tables.PASSAGES
            ),
            "trained_titles": self.write("tt", [("n1", "Mill", "en", title)], tables.TITLES),
            "judged_splits": self.write("js", [("j1", "Wheel", splits), ("j2", "Mill", "train")], tables.SPLITS),
            "judged_queries": self.write("jq", [("q1", "en", "When was it built?")], tables.QUERIES),
            "judged_passages": self.write(
                "jp", [("j1", "en", "The mill is by the river."), ("j2", "en", "Where is the mill?")], tables.PASSAGES
            ),
        }
        job = Job(
            self.folder / "log",
            input=Named(**files),
            output=Named(table=str(self.output)),
            params=Named(settings={"split": "test", "trained_articles": True, "judged_articles": True}),
            wildcards=Named(benchmark="squad", judged="xquad"),
        )
        run_script("check_contamination", job)


def test_a_judged_passage_stops_the_run_and_is_listed(tmp_path: Path) -> None:
    """`gone` is left out and has no passage, so its article does not count; passages of train are not judged."""
    with pytest.raises(SystemExit):
        Check(tmp_path).run()
    log = (tmp_path / "log").read_text(encoding="utf-8")
    assert "have 1 passage of the test split" in log and f"(all are listed in {tmp_path / 'log.tsv'})" in log
    assert (tmp_path / "log.tsv").read_text(encoding="utf-8") == "passage\tt1\tthe mill is by the river .\n"
    assert not (tmp_path / "out.parquet").exists()


def test_a_passage_of_every_split_is_not_judged_text(tmp_path: Path) -> None:
    check = Check(tmp_path)
    check.run(splits=None)
    counts = tables.read(check.output, tables.CONTAMINATION).rows()
    assert counts == [("article", 2, 0, 0), ("passage", 2, 1, 0), ("query", 1, 1, 0), ("title", 1, 1, 0)]


@pytest.mark.parametrize("trained", ["train", None])
def test_a_passage_of_every_split_is_trained_on_if_it_answers(tmp_path: Path, trained: str | None) -> None:
    with pytest.raises(SystemExit):
        Check(tmp_path).run(trained=trained)
    assert "have 1 passage of the test split" in (tmp_path / "log").read_text(encoding="utf-8")


def test_a_passage_of_every_split_that_answers_nothing_is_not_trained_on(tmp_path: Path) -> None:
    check = Check(tmp_path)
    with pytest.raises(SystemExit):
        check.run(other="The mill is by the river!")
    assert "have 2 passages of" in (tmp_path / "log").read_text(encoding="utf-8")
    with pytest.raises(SystemExit):
        check.run(trained=None, other="The mill is by the river!")
    assert "have 1 passage of" in (tmp_path / "log").read_text(encoding="utf-8")


def test_titles_that_are_trained_on_are_compared(tmp_path: Path) -> None:
    with pytest.raises(SystemExit):
        Check(tmp_path).run(splits=None, title="When was it BUILT")
    assert (tmp_path / "log.tsv").read_text(encoding="utf-8") == "title\tn1\tWhen was it BUILT\n"


def test_what_is_trained_on_is_compared_with_everything_else_that_is_judged() -> None:
    raw = yaml.safe_load((ROOT / "config.yaml").read_text(encoding="utf-8"))

    def compared() -> list[tuple[str, str]]:
        return benchmarks_compared(Config.model_validate(raw))

    other = {"source": {"format": "squad-sentences", "sentences": "a", "questions": "b"}, "languages": ["en"]}
    raw["benchmarks"] |= {"squad": other, "unused": other}
    assert compared() == []
    raw["run"]["benchmarks"] = ["homeassistant", "squad"]
    assert compared() == [("homeassistant", "squad")]
    raw["corpora"]["mlcs"]["benchmark"] = "squad"  # a ranker's corpus, and the switched pairs of an encoder
    raw["run"] |= {"systems": ["zeroshot-aligned"], "benchmarks": ["homeassistant"]}
    assert compared() == [("squad", "homeassistant")]
    raw["encoders"]["e5-aligned"]["pairs"] = [{"kind": "query_passage", "benchmark": "unused"}]
    assert compared() == [("unused", "homeassistant")]
