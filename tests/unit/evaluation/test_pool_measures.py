"""Measures of a multilingual pool by hand and against ir_measures."""

from __future__ import annotations

import ir_measures
import numpy as np
import polars as pl
import pytest
from ir_measures import AP, R

from switchrank.evaluation.pool_measures import pool_measures

NAMES = ["query_language", "query_id", "passage_language", "doc_id", "rank", "pool_rank"]


def pool(*rows: tuple[str, str, str, str, int, int]) -> pl.DataFrame:
    return pl.DataFrame(list(rows), schema=NAMES, orient="row")


def test_by_hand() -> None:
    found = pool_measures(
        pool(
            ("en", "q1", "en", "d1", 1, 1),
            ("en", "q1", "ja", "d1", 2, 5),
            ("en", "q2", "en", "d2", 4, 10),
            ("en", "q2", "ja", "d2", 1, 2),
            ("ja", "q1", "en", "d1", 10, 30),
            ("ja", "q1", "ja", "d1", 1, 1),
        )
    )
    # mono: en-en (1 + 1/4)/2, ja-ja 1; cross: en-ja (1/2 + 1)/2, ja-en 1/10; macro over pairs
    assert found["mono AP"] == pytest.approx((0.625 + 1) / 2)
    assert found["cross AP"] == pytest.approx((0.75 + 0.1) / 2)
    assert (found["mono R@1"], found["cross R@1"], found["cross R@10"]) == (0.75, 0.25, 1.0)
    # multi: en q1 ranks 1, 5: (1 + 2/5)/2; en q2 ranks 2, 10: (1/2 + 2/10)/2; ja q1 ranks 1, 30: (1 + 2/30)/2
    assert found["multi AP"] == pytest.approx(((0.7 + 0.35) / 2 + (1 + 2 / 30) / 2) / 2)
    assert found["multi R@10"] == pytest.approx((1.0 + 0.5) / 2)
    # en: 4 and 8; ja: 29
    assert found["rank distance"] == pytest.approx((6 + 29) / 2)


def test_the_relevant_passages_of_a_query_lie_apart_if_passages_are_not_parallel() -> None:
    """Each language has a passage of its own: q1's lie at 2 and 9, q2's at 1, 4 and 6."""
    ranks = pool(
        ("en", "q1", "en", "en-1", 1, 2),
        ("en", "q1", "ja", "ja-7", 1, 9),
        ("en", "q2", "ar", "ar-3", 1, 4),
        ("en", "q2", "en", "en-2", 1, 1),
        ("en", "q2", "ja", "ja-2", 1, 6),
    )
    assert pool_measures(ranks, parallel=False)["rank distance"] == pytest.approx((7 + 5) / 2)
    assert pool_measures(ranks)["rank distance"] == 0, "no passage has a translation"


def test_one_language_has_no_cross_part() -> None:
    found = pool_measures(pool(("en", "q1", "en", "d1", 1, 1)))
    assert "cross AP" not in found
    assert found["rank distance"] == 0


def test_equal_to_ir_measures_on_a_random_pool() -> None:
    generator = np.random.default_rng(5)
    codes, queries, documents = ["ar", "de", "hi", "zh"], [f"q{n}" for n in range(6)], [f"d{n:02}" for n in range(30)]
    relevant = {query: set(generator.choice(documents, 3, replace=False)) for query in queries}
    rows, per_scope = [], {"mono": [], "cross": [], "multi": []}
    for code in codes:
        order = {query: generator.permutation([(o, d) for o in codes for d in documents]) for query in queries}
        for other in [*codes, None]:
            run, qrels = [], []
            for query in queries:
                ranking = [(o, d) for o, d in order[query] if other in (o, None)]
                run += [ir_measures.ScoredDoc(query, f"{d}{o}", float(-place)) for place, (o, d) in enumerate(ranking)]
                qrels += [ir_measures.Qrel(query, f"{d}{o}", 1) for o, d in ranking if d in relevant[query]]
            scope = "multi" if other is None else "mono" if other == code else "cross"
            per_scope[scope].append(ir_measures.calc_aggregate([AP, R @ 1, R @ 10], qrels, run))
        for query in queries:
            ranking = [tuple(row) for row in order[query]]
            for o, d in ranking:
                if d in relevant[query]:
                    inside = [row for row in ranking if row[0] == o]
                    rows.append((code, query, o, d, 1 + inside.index((o, d)), 1 + ranking.index((o, d))))
    found = pool_measures(pool(*rows))
    for scope, values in per_scope.items():
        for measure in (AP, R @ 1, R @ 10):
            expected = np.mean([value[measure] for value in values])
            assert found[f"{scope} {measure}"] == pytest.approx(expected, abs=1e-12), (scope, measure)
