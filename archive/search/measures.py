"""How good a ranking is, by judgements: what retrieval research measures, as trec_eval counts it.

A judgement is a *grade*: 0 or less says that a document is not relevant, more says how relevant it
is. What nobody judged counts as not relevant. With r(i) = 1 where the document in place i, from 1,
is relevant, and R the number of relevant documents, found or not:

*map*         Σ r(i) · (relevant in the first i / i) / R, over the whole ranking
*ndcg_10*     Σ grade(i) / log2(i + 1) over the first 10, divided by the same sum for the best
              possible ranking; the gain is the grade itself, not 2 to its power
*p_10*        relevant in the first 10 / 10
*recall_100*  relevant in the first 100 / R

Järvelin and Kekäläinen, "Cumulated gain-based evaluation of IR techniques", 2002; Smucker, Allan
and Carterette, "A comparison of statistical significance tests for information retrieval
evaluation", 2007, for the test.
"""

from __future__ import annotations

import math
from collections.abc import Mapping, Sequence
from dataclasses import astuple, dataclass, fields

import numpy as np

Grades = Mapping[str, int]

FLIPS = 10_000
"""So many ways of flipping signs are tried at most in :func:`sign_flip_p`."""
_SEED = 2007
_PIECES = 100
_ALIKE = 1e-12  # sums of the same numbers in another order


@dataclass(frozen=True, slots=True, kw_only=True)
class Measures:
    """The measures of one ranking, or their means over queries or collections; each 0 to 1."""

    map: float
    ndcg_10: float
    p_10: float
    recall_100: float


MEASURES: tuple[str, ...] = tuple(field.name for field in fields(Measures))


def measure(ranking: Sequence[str], grades: Grades) -> Measures:
    """Measure one ranking, best first, of documents named as in ``grades``, each at most once.

    Raises ValueError where ``grades`` holds nothing relevant: there is nothing to measure then.
    """
    relevant = {name for name, grade in grades.items() if grade > 0}
    if not relevant:
        raise ValueError("No document is relevant.")
    found = [name in relevant for name in ranking]
    return Measures(
        map=_average_precision(found) / len(relevant),
        ndcg_10=_ndcg(ranking, grades, 10),
        p_10=sum(found[:10]) / 10,
        recall_100=sum(found[:100]) / len(relevant),
    )


def mean(several: Sequence[Measures]) -> Measures:
    """The mean of each measure. Raises ValueError for none."""
    if not several:
        raise ValueError("There is nothing to take the mean of.")
    columns = zip(*map(astuple, several), strict=True)
    return Measures(
        **{
            name: math.fsum(column) / len(several)
            for name, column in zip(MEASURES, columns, strict=True)
        }
    )


def sign_flip_p(differences: Sequence[float]) -> float:
    """How likely a mean difference as large as this one is by chance alone, 0 to 1.

    ``differences`` are those of two rankings, one for each query. If neither were better, each
    might as well have the other sign: the answer is the share of sign changes after which the mean
    is as far from 0 as it was. All of them are tried where they are few, else ``FLIPS`` taken at
    random, always the same. 1 where nothing differs.
    """
    differing = np.array([difference for difference in differences if difference])
    count = len(differing)
    if not count:
        return 1.0
    exact = 2**count <= FLIPS
    if exact:
        bits = np.arange(2**count)[:, None] >> np.arange(count) & 1
    else:
        bits = np.random.default_rng(_SEED).integers(0, 2, (FLIPS, count), np.int8)
    least = abs(differing.sum()) - _ALIKE
    # Some at a time: as floating point numbers, all of them need much memory.
    as_far = sum(
        int(np.count_nonzero(np.abs((1 - 2 * some) @ differing) >= least))
        for some in np.array_split(bits, _PIECES)
    )
    # What was seen is itself one of the ways that signs may fall.
    return as_far / 2**count if exact else (as_far + 1) / (FLIPS + 1)


def _average_precision(found: Sequence[bool]) -> float:
    """The sum of the precisions at each relevant document."""
    total, met = 0.0, 0
    for place, is_relevant in enumerate(found, start=1):
        if is_relevant:
            met += 1
            total += met / place
    return total


def _ndcg(ranking: Sequence[str], grades: Grades, depth: int) -> float:
    best = sorted(grades.values(), reverse=True)
    return _gain([grades.get(name, 0) for name in ranking[:depth]]) / _gain(best[:depth])


def _gain(grades: Sequence[int]) -> float:
    return sum(max(grade, 0) / math.log2(place + 1) for place, grade in enumerate(grades, start=1))
