"""The formula, in numbers worked out by hand."""

from __future__ import annotations

import math

import pytest

from archive.query.nodes import Field
from archive.search.scoring import idf, term_score, weights_of

LENGTHS = {"headline": 4, "summary": 0, "body": 100}
AVERAGES = {"headline": 8.0, "summary": 0.0, "body": 100.0}


def test_rare_words_weigh_more() -> None:
    assert idf(3, 1) == pytest.approx(math.log(8 / 3))
    assert idf(3, 3) == pytest.approx(math.log(8 / 7))
    assert idf(10, 1) > idf(10, 2) > idf(10, 10) > 0


@pytest.mark.parametrize(
    ("occurrences", "expected"),
    [
        ({}, 0.0),
        ({"body": 1}, 2.0 * 1 * 2.2 / (1 + 1.2)),
        ({"body": 3}, 2.0 * 3 * 2.2 / (3 + 1.2)),
        ({"headline": 1}, 2.0 * 3 * 2.2 / (1 + 1.2 * (0.25 + 0.75 / 2))),
        ({"headline": 1, "body": 1}, 2.0 * (6.6 / 1.75 + 1)),
        ({"summary": 1}, 0.0),
    ],
)
def test_scores_a_leaf(occurrences: dict[str, int], expected: float) -> None:
    assert term_score(2.0, occurrences, LENGTHS, AVERAGES) == pytest.approx(expected)


def test_bylines_are_searched_when_asked_for() -> None:
    assert set(weights_of(Field.ANY)) == {"headline", "summary", "body"}
    assert set(weights_of(Field.HEADLINE)) == {"headline"}
    assert set(weights_of(Field.BYLINE)) == {"byline"}
