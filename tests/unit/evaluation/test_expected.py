"""Published values beside ours: the shipped table, verdicts by hand, and when nothing is compared."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import polars as pl
import pytest

from switchrank import tables
from switchrank.errors import SwitchRankError
from switchrank.evaluation.expected import check_expected, read_published

ROOT = Path(__file__).resolve().parents[3]
HEADER = (
    "reference,source,benchmark,encoder,training,system,against,regime,pair,pairs,measure,scale,published,tolerance"
)
VALUES = f"""{HEADER}
a paper,P,mMARCO,mMiniLM,as there,Zero-shot,,CLIR,en-ar,,RR@10,100,14.0,0.5
a note,S,mMARCO,mMiniLM,as there,ML-CS,Zero-shot,CLIR,mean,en-ar ar-en,RR@10,100,5.1,0.5
a note,S,mMARCO,mMiniLM,as there,ML-CS,Zero-shot,CLIR,mean,,RR@10,100,5.1,0.5
its code,C,mMARCO,mMiniLM,as there,ML-CS,,CLIR,en-ar,,rank distance,1,120,10
its code,C,mMARCO,XLM-R,as there,ML-CS,,CLIR,en-ar,,RR@10,100,20,0.5
a paper,P,mMARCO,mMiniLM,as there,ML-CS,,MoIR,mean,all: ar en,RR@10,100,30,0.5
"""
BOTH: dict[str, Any] = {
    "counterparts": [
        {
            "system": ours,
            "benchmark": "mmarco",
            "published_system": theirs,
            "published_benchmark": "mMARCO",
            "encoder": "mMiniLM",
        }
        for ours, theirs in (("zeroshot", "Zero-shot"), ("mlcs", "ML-CS"))
    ]
}


def summary(**changes: float) -> pl.DataFrame:
    means = {"zeroshot en-ar": 0.142, "zeroshot ar-en": 0.2, "zeroshot mean": 0.171}
    means |= {"mlcs en-ar": 0.18, "mlcs ar-en": 0.25, "mlcs mean": 0.215} | changes
    rows = [(*key.split(), mean) for key, mean in means.items()]
    return pl.DataFrame(
        [(system, "mmarco", "CLIR", pair, "RR@10", mean, None, 1, 3) for system, pair, mean in rows],
        schema={
            **dict.fromkeys(("system", "benchmark", "regime", "pair", "measure"), pl.String),
            "mean": pl.Float64,
            "deviation": pl.Float64,
            "seeds": pl.Int32,
            "queries": pl.Int32,
        },
        orient="row",
    )


def checked(tmp_path: Path, settings: dict[str, Any], ours: pl.DataFrame, text: str = VALUES) -> list[dict[str, Any]]:
    path = tmp_path / "values.csv"
    path.write_text(text, encoding="utf-8")
    found = check_expected(read_published(path), ours, settings, str(path))
    tables.write(found, tmp_path / "expected.parquet", tables.EXPECTED)
    return tables.read(tmp_path / "expected.parquet", tables.EXPECTED).rows(named=True)


def test_values_and_differences_are_compared(tmp_path: Path) -> None:
    value, gain, unknown, foreign, other_encoder, other_pairs = checked(tmp_path, BOTH, summary())
    assert (value["system"], value["benchmark"], value["verdict"]) == ("zeroshot", "mmarco", "ok")
    assert value["published"] == pytest.approx(0.14)
    assert value["difference"] == pytest.approx(0.002)
    assert gain["ours"] == pytest.approx(0.215 - 0.171)
    assert gain["difference"] == pytest.approx(0.044 - 0.051)
    assert gain["verdict"] == "close"
    assert unknown["reason"] == "the pairs of the published mean are not known"
    assert foreign["reason"] == "'rank distance' is not among our measures"
    assert other_encoder["reason"] == "no system of this run has the data, encoder and training of 'ML-CS'"
    assert other_pairs["reason"] == "the published mean is over 2 pairs, ours over 0, not the same ones"
    for row in (unknown, foreign, other_encoder, other_pairs):
        assert (row["verdict"], row["ours"], row["difference"]) == ("not comparable", None, None)


@pytest.mark.parametrize(
    ("ours", "verdict"),
    [(0.145, "ok"), (0.135, "ok"), (0.1499, "close"), (0.15, "close"), (0.1501, "off"), (0.0, "off")],
)
def test_verdicts_by_tolerance(tmp_path: Path, ours: float, verdict: str) -> None:
    found = checked(tmp_path, BOTH, summary(**{"zeroshot en-ar": ours}))[0]
    assert found["verdict"] == verdict


def test_a_pair_that_was_not_judged_is_not_compared(tmp_path: Path) -> None:
    found = checked(tmp_path, BOTH, summary().filter(pl.col("pair") != "en-ar"))
    assert found[0]["reason"] == "not judged on CLIR en-ar by RR@10 in this run"
    assert found[1]["reason"] == "the published mean is over 2 pairs, ours over 1, not the same ones"


def test_without_counterparts_every_row_is_visibly_not_comparable(tmp_path: Path) -> None:
    published = read_published(ROOT / "data" / "expected.csv")
    found = check_expected(published, summary(), {}, "data/expected.csv")
    tables.write(found, tmp_path / "expected.parquet", tables.EXPECTED)
    assert found.height == len(published) > 700
    assert found["verdict"].unique().to_list() == ["not comparable"]
    assert found["ours"].null_count() == found.height
    assert found["reason"].null_count() == 0


def test_the_shipped_values_hold_what_was_published() -> None:
    published = read_published(ROOT / "data" / "expected.csv")
    found = {
        (v.reference.split(";")[0], v.benchmark, v.encoder, v.system, v.regime, v.pair, v.measure): v for v in published
    }
    headline = found[
        "arXiv 2305.05295 abstract", "mMARCO dev.small", "mMiniLMv2-L6-H384", "code-switching", "CLIR", "mean", "RR@10"
    ]
    assert (headline.source, headline.against, len(headline.pairs)) == ("P", "Zero-shot", 9)
    assert headline.published == pytest.approx(0.051)
    hybrid = found["arXiv 2408.10536 table 6", "MLQA-R", "LaBSE", "Hybrid", "MLIR", "zh-xx", "AP"]
    assert hybrid.published == 0.5721
    cross = found["arXiv 2408.10536 table 1", "XQuAD-R", "XLM-R", "X-Y", "CLIR", "mean", "AP"]
    assert (cross.published, len(cross.pairs)) == (0.7, 110)
    assert len(found) == len(published), "no value stands twice"
    seconds = {v.source for v in published if "2305.05295" in v.reference and "abstract" not in v.reference}
    assert seconds == {"S"}


def test_an_unknown_counterpart_lists_the_allowed(tmp_path: Path) -> None:
    settings = {"counterparts": [{**BOTH["counterparts"][0], "encoder": "BERT"}]}
    with pytest.raises(
        SwitchRankError, match=r"found 'Zero-shot / mMARCO / BERT' .* allowed: ML-CS / mMARCO / XLM-R; "
    ):
        checked(tmp_path, settings, summary())


@pytest.mark.parametrize(
    ("old", "new", "words"),
    [
        ("a paper,P", "a paper,U", "line 2, column source: found 'U'; expected P, C or S"),
        ("CLIR,en-ar", "clir,en-ar", "line 2, column regime: found 'clir'; expected MoIR, CLIR or MLIR"),
        ("14.0", "about 14", "line 2, column published: found 'about 14'; expected a number with a decimal point"),
        ("100,14.0,0.5", "100,14.0,0", "line 2, column tolerance: found '0'; expected a number above 0"),
        ("100,14.0,0.5", "100,14.0", "line 2: not 14 cells, but 13; "),
        ("reference,", "paper,", r"missing columns \['reference'\], unexpected columns \['paper'\]"),
        ("CLIR,en-ar", "CLIR,en-en", "line 2, column regime: found 'CLIR' of en-en; expected MoIR"),
        ("14.0", "nan", "line 2, column published: found 'nan'; expected a number"),
        ("14.0", "14,0", "line 2: not 14 cells, but 15"),
        (
            "CLIR,mean,en-ar ar-en",
            "CLIR,mean,en-ar;ar-en",
            "line 3, column pairs: found 'en-ar;ar-en'; expected nothing, pairs",
        ),
    ],
)
def test_bad_tables_are_refused(tmp_path: Path, old: str, new: str, words: str) -> None:
    with pytest.raises(SwitchRankError, match=words):
        checked(tmp_path, BOTH, summary(), VALUES.replace(old, new, 1))
    with pytest.raises(SwitchRankError, match="no such file"):
        read_published(tmp_path / "none.csv")
