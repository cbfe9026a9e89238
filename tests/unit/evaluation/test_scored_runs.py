"""Runs in blocks and shards: the same bytes, each text in the language that its pair shows."""

from __future__ import annotations

from pathlib import Path
from types import SimpleNamespace
from typing import Any

import numpy as np
import polars as pl
import pytest

from switchrank import tables
from switchrank.errors import SwitchRankError
from switchrank.evaluation import scored_runs
from switchrank.evaluation.candidate_blocks import CandidateBlocks, ids_of
from switchrank.evaluation.runs import join_runs
from switchrank.evaluation.shown_texts import ShownTexts, shown_texts
from switchrank.models.folder import read_hugging_face_tokenizer
from switchrank.ranker.batches import EncodedPairs, Layout, Texts

SIZES = [3, 1, 4, 1, 5]
"""Candidates of the queries q0 to q4."""
TEXTS = {
    "de": ["Licht in der Küche", "Tür zu", "Kamera an", "Garage auf", "Musik"],
    "ja": ["台所の照明", "ドアを閉めて", "カメラ", "ガレージ", "音楽"],
    "hi": ["रसोई की बत्ती", "दरवाज़ा बंद करो", "कैमरा", "गैरेज", "संगीत"],
}


@pytest.fixture
def data(tmp_path: Path) -> Path:
    """Candidates, texts in three languages, drawn languages."""
    rows = [(f"q{query}", f"d{rank}", rank + 1) for query, size in enumerate(SIZES) for rank in range(size)]
    frame = pl.DataFrame(rows, schema={"query_id": pl.String, "doc_id": pl.String, "rank": pl.Int32}, orient="row")
    frame = frame.with_columns(score=pl.lit(1.0, pl.Float32))
    with tables.stream(tmp_path / "candidates.parquet", tables.CANDIDATES) as append:
        for piece in frame.iter_slices(4):  # row groups that divide queries
            append(piece.to_arrow(compat_level=pl.CompatLevel.oldest()))
    for code, texts in TEXTS.items():
        for side, key, contract in (("q", "query_id", tables.QUERIES), ("d", "doc_id", tables.PASSAGES)):
            ids = [f"{side}{number}" for number in range(5)] + [f"{side}9"]  # the last one is not shown
            shown = [*(f"{text} {side}" for text in texts), "nie"]
            frame = pl.DataFrame({key: ids, "language": [code] * 6, "text": shown})
            tables.write(frame, tmp_path / f"{side}.{code}.parquet", contract)
    drawn = pl.DataFrame({"id": [f"d{n}" for n in range(5)], "language": ["ja", "de", "hi", "ja", "de"]})
    tables.write(drawn, tmp_path / "mixed.parquet", tables.MIXED)
    return tmp_path


def given(folder: Path, pairs: list[str]) -> dict[str, Any]:
    """The arguments of a job."""
    codes = sorted(TEXTS)
    return {
        "settings": {
            "languages": {"queries": codes, "passages": codes},
            "candidates": dict.fromkeys(pairs, str(folder / "candidates.parquet")),
            "rankers": dict.fromkeys(pairs, "ranker"),
            "scoring": {},
        },
        "texts": {
            "queries": [str(folder / f"q.{code}.parquet") for code in codes],
            "passages": [str(folder / f"d.{code}.parquet") for code in codes],
        },
        "mixed": {"passages": str(folder / "mixed.parquet")},
    }


@pytest.mark.parametrize(
    ("most", "edges"),
    [(1, [0, 3, 4, 8, 9, 14]), (4, [0, 4, 8, 9, 14]), (5, [0, 4, 9, 14]), (8, [0, 8, 14]), (99, [0, 14])],
)
def test_blocks_are_whole_queries(data: Path, most: int, edges: list[int]) -> None:
    blocks = CandidateBlocks(data / "candidates.parquet", most)
    assert blocks.edges == edges
    every = pl.concat(blocks.read(range(len(edges) - 1)))
    assert every.equals(tables.read(data / "candidates.parquet", tables.CANDIDATES).select("query_id", "doc_id"))
    assert [frame.height for frame in blocks.read(range(len(edges) - 1))] == np.diff(edges).tolist()
    for shards in (1, 2, 3, 7):
        shares = [blocks.share(shard, shards) for shard in range(shards)]
        assert [block for share in shares for block in share] == list(range(len(edges) - 1))
        assert sum(blocks.rows(share) for share in shares) == 14


def test_no_candidates(tmp_path: Path) -> None:
    schema = {"query_id": pl.String, "doc_id": pl.String, "rank": pl.Int32, "score": pl.Float32}
    tables.write(pl.DataFrame(schema=schema), tmp_path / "none.parquet", tables.CANDIDATES)
    blocks = CandidateBlocks(tmp_path / "none.parquet")
    assert list(blocks.read(blocks.share(0, 1))) == [] and blocks.rows(blocks.share(0, 1)) == 0
    assert [len(ids) for ids in ids_of([])] == [0, 0]


class OfBatches:
    """A ranker whose scores depend on everything that shares a batch, as sums of floats do."""

    def __init__(self, folder: str, settings: object, device: object) -> None:
        tokenizer = read_hugging_face_tokenizer(OfBatches.folder)
        self.texts = Texts(tokenizer)
        self.layout = Layout.of(tokenizer, self.texts.template, 64)

    folder: Path

    def logits(self, pairs: EncodedPairs, progress: Any) -> np.ndarray:
        ids = pairs.arrays(np.arange(len(pairs.lengths)))["input_ids"]
        progress.advance(len(ids))
        return (ids.sum(1) % 97 + ids.sum() % 13).astype(np.float32)


@pytest.mark.parametrize("most", [1, 5, 99])
def test_shards_joined_are_the_bytes_of_one_job(
    data: Path, encoder_folder: Path, monkeypatch: pytest.MonkeyPatch, most: int
) -> None:
    OfBatches.folder = encoder_folder
    monkeypatch.setattr(scored_runs, "Scorer", OfBatches)
    monkeypatch.setattr(scored_runs, "CandidateBlocks", lambda path: CandidateBlocks(path, most))
    job = given(data, ["de-hi", "de-ja", "hi-xx"])
    scored_runs.score_runs(**job, output=data / "one.parquet", device=None, label="test")
    whole = tables.read(data / "one.parquet", tables.RUN)
    assert whole.height == 3 * 14 and whole["pair"].unique(maintain_order=True).to_list() == ["de-hi", "de-ja", "hi-xx"]
    for shards in (1, 2, 3):
        paths = [data / f"{shard}of{shards}.parquet" for shard in range(shards)]
        for shard, path in enumerate(paths):
            scored_runs.score_runs(**job, output=path, device=None, label="test", shard=shard, shards=shards)
        join_runs(paths, data / "joined.parquet")
        assert (data / "joined.parquet").read_bytes() == (data / "one.parquet").read_bytes()


# -- texts ------------------------------------------------------------------------------------------
def encoded(data: Path, encoder_folder: Path, pair: str, rows: pl.DataFrame, **changed: Any) -> list[list[int]]:
    """Token ids of candidates in a pair."""
    tokenizer = read_hugging_face_tokenizer(encoder_folder)
    texts = Texts(tokenizer)
    layout = Layout.of(tokenizer, texts.template, 64)
    job = given(data, [pair])
    mixed = changed.get("mixed", job["mixed"])
    with shown_texts(job["settings"]["languages"], job["texts"], mixed, ids_of([rows])) as shown:
        pairs = shown.pairs(texts.tokens, layout, pair, rows, "run x")
    batch = pairs.arrays(np.arange(rows.height))
    return [ids[mask == 1].tolist() for ids, mask in zip(batch["input_ids"], batch["attention_mask"], strict=True)]


ROWS = pl.DataFrame({"query_id": ["q3", "q0", "q3", "q1"], "doc_id": ["d2", "d4", "d0", "d2"]})


@pytest.mark.parametrize(
    ("pair", "languages"),
    [("de-ja", [("de", "ja")] * 4), ("hi-xx", [("hi", "hi"), ("hi", "de"), ("hi", "ja"), ("hi", "hi")])],
)
def test_candidates_have_the_texts_of_their_pair(
    data: Path, encoder_folder: Path, pair: str, languages: list[tuple[str, str]]
) -> None:
    """d0 is drawn in Japanese, d2 in Hindi, d4 in German."""
    tokenizer = read_hugging_face_tokenizer(encoder_folder)
    expected = [
        tokenizer(f"{TEXTS[query][int(row[0][1])]} q", f"{TEXTS[passage][int(row[1][1])]} d")["input_ids"]
        for row, (query, passage) in zip(ROWS.rows(), languages, strict=True)
    ]
    assert encoded(data, encoder_folder, pair, ROWS) == expected


def test_without_draws_a_mixed_side_shows_each_passage_in_its_only_language(data: Path, encoder_folder: Path) -> None:
    for code in TEXTS:
        frame = tables.read(data / f"d.{code}.parquet", tables.PASSAGES)
        tables.write(frame.with_columns(pl.col("doc_id") + f"-{code}"), data / f"d.{code}.parquet", tables.PASSAGES)
    rows = pl.DataFrame({"query_id": ["q0", "q0", "q1"], "doc_id": ["d1-ja", "d1-de", "d1-hi"]})
    tokenizer = read_hugging_face_tokenizer(encoder_folder)
    texts = [(TEXTS["de"][q], TEXTS[code][1]) for q, code in ((0, "ja"), (0, "de"), (1, "hi"))]
    expected = [tokenizer(f"{query} q", f"{passage} d")["input_ids"] for query, passage in texts]
    assert encoded(data, encoder_folder, "de-xx", rows, mixed={}) == expected


@pytest.mark.parametrize("pair", ["de-ja", "de-xx"])
def test_a_passage_without_text_is_named(data: Path, encoder_folder: Path, pair: str) -> None:
    frame = tables.read(data / "d.ja.parquet", tables.PASSAGES)
    tables.write(frame.filter(pl.col("doc_id") != "d0"), data / "d.ja.parquet", tables.PASSAGES)
    with pytest.raises(SwitchRankError, match=r"^run x: candidate doc_id 'd0' has no text in the language shown$"):
        encoded(data, encoder_folder, pair, ROWS)


def test_each_text_is_tokenised_once(data: Path, encoder_folder: Path, tmp_path: Path) -> None:
    """For all blocks and pairs, and only if it is shown."""
    tokenizer = read_hugging_face_tokenizer(encoder_folder)
    known = Texts(tokenizer)
    seen: list[str] = []

    def encode(texts: Any) -> Any:
        seen.extend(texts.to_pylist())
        return known.tokens.encode(texts)

    tokens: Any = SimpleNamespace(encode=encode, fingerprint="f")
    job = given(data, [])
    (tmp_path / "ids").mkdir()
    shown = ShownTexts(job["settings"]["languages"], job["texts"], job["mixed"], ids_of([ROWS]), tmp_path / "ids")
    for pair in ("de-ja", "ja-ja", "de-de", "de-xx"):
        for block in (ROWS[:2], ROWS[2:]):
            shown.pairs(tokens, Layout.of(tokenizer, known.template, 64), pair, block, "test")
    shown.close()
    assert len(seen) == len(set(seen)) == 2 * 3 + 3 * 3  # q0, q1, q3 in two languages; d0, d2, d4 in three
