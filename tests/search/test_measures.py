from __future__ import annotations

import math
from dataclasses import astuple

import pytest

from archive.search.measures import FLIPS, Measures, mean, measure, sign_flip_p

SECOND = 1 / math.log2(3)
THIRD = 1 / math.log2(4)
ELEVEN = [f"other {number}" for number in range(11)]


@pytest.mark.parametrize(
    ("ranking", "grades", "map_", "ndcg_10", "p_10", "recall_100"),
    [
        (["a"], {"a": 1}, 1, 1, 0.1, 1),
        ([], {"a": 1}, 0, 0, 0, 0),
        (["x", "a"], {"a": 1}, 1 / 2, SECOND, 0.1, 1),
        # What was never found counts, and so does what the collection does not hold.
        (["a", "x", "b"], {"a": 1, "b": 1, "c": 1}, (1 + 2 / 3) / 3, None, 0.2, 2 / 3),
        # Grades matter to the gain alone, and count as they are.
        (["a", "b"], {"a": 1, "b": 3}, 1, (1 + 3 * SECOND) / (3 + SECOND), 0.2, 1),
        (
            ["c", "b", "a"],
            {"a": 4, "b": 2, "c": 1},
            1,
            (1 + 2 * SECOND + 4 * THIRD) / (4 + 2 * SECOND + THIRD),
            0.3,
            1,
        ),
        # Judged to be irrelevant, even by less than nothing, is as good as not judged.
        (["x", "y", "a"], {"a": 1, "x": 0, "y": -1}, 1 / 3, THIRD, 0.1, 1),
        # Beyond the tenth place only the average and the recall go on counting.
        ([*ELEVEN, "a"], {"a": 2}, 1 / 12, 0, 0, 1),
        ([*[f"x{number}" for number in range(100)], "a"], {"a": 1}, 1 / 101, 0, 0, 0),
    ],
)
def test_one_ranking(
    ranking: list[str],
    grades: dict[str, int],
    map_: float,
    ndcg_10: float | None,
    p_10: float,
    recall_100: float,
) -> None:
    measured = measure(ranking, grades)
    assert measured.map == pytest.approx(map_)
    if ndcg_10 is not None:
        assert measured.ndcg_10 == pytest.approx(ndcg_10)
    assert (measured.p_10, measured.recall_100) == pytest.approx((p_10, recall_100))


def test_more_than_ten_relevant_documents() -> None:
    grades = {str(number): 1 for number in range(20)}
    measured = measure([str(number) for number in range(10)], grades)
    assert (measured.ndcg_10, measured.p_10, measured.recall_100) == (1, 1, 0.5)


def test_nothing_relevant_cannot_be_measured() -> None:
    with pytest.raises(ValueError, match="relevant"):
        measure(["a"], {"a": 0})


def test_mean() -> None:
    one = Measures(map=0.2, ndcg_10=0.4, p_10=0.1, recall_100=1.0)
    other = Measures(map=0.4, ndcg_10=0.6, p_10=0.3, recall_100=0.0)
    means = astuple(mean([one, other]))
    assert means == pytest.approx((0.3, 0.5, 0.2, 0.5))
    with pytest.raises(ValueError, match="mean"):
        mean([])


@pytest.mark.parametrize(
    ("differences", "p"),
    [
        ([], 1),
        ([0, 0, 0], 1),
        ([0.1], 1),  # one query says nothing
        ([0.1, 0.1, 0.1], 2 / 8),
        ([0.1, 0.1, 0.1, 0, 0], 2 / 8),
        ([-0.1, -0.1, -0.1], 2 / 8),
        ([0.3, -0.1], 1),
        ([0.1, -0.1], 1),
        ([0.1] * 10, 2 / 1024),
    ],
)
def test_few_differences_are_tried_in_every_way(differences: list[float], p: float) -> None:
    assert sign_flip_p(differences) == pytest.approx(p)


def test_many_differences_are_tried_at_random_and_always_alike() -> None:
    clear = [0.1] * 40
    unclear = [0.1, -0.1] * 20
    assert sign_flip_p(clear) == pytest.approx(1 / (FLIPS + 1))
    assert sign_flip_p(unclear) == 1
    slight = [0.1] * 26 + [-0.1] * 14  # the binomial test gives 0.081
    assert sign_flip_p(slight) == pytest.approx(0.081, abs=0.015)
    assert sign_flip_p(slight) == sign_flip_p(slight)
