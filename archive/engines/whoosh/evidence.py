"""What the index knows of one article, for an explanation of its score."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import date

import numpy as np

from archive.engines.whoosh.evaluate import Evaluation
from archive.engines.whoosh.second_look import Finder
from archive.engines.whoosh.segment import POSITION_BITS
from archive.query.terms import TextLeaf
from archive.search.explanation import Evidence, LeafEvidence
from archive.search.scoring import ALL_FIELDS
from archive.search.second_look import is_one_word

_POSITION = (1 << POSITION_BITS) - 1


def evidence_of(evaluation: Evaluation, id_: str, leaves: Sequence[TextLeaf]) -> Evidence | None:
    """All about one article; None where it is not among those that may be seen."""
    view = evaluation.view
    numbers = view.searcher.numbers_of([id_])
    numbers = numbers.compress(view.live.take(numbers))
    if not len(numbers):
        return None
    number = int(numbers[0])
    lower = int(view.columns.lower[number])
    return Evidence(
        documents=view.count,
        lengths={field: int(view.lengths(field)[number]) for field in ALL_FIELDS},
        averages=view.averages,
        leaves={leaf: _leaf(evaluation, leaf, number) for leaf in leaves},
        lower=date.fromordinal(lower) if lower else None,
    )


def _leaf(evaluation: Evaluation, leaf: TextLeaf, number: int) -> LeafEvidence:
    view, counts = evaluation.view, evaluation.counts(leaf, number)
    positions: dict[str, tuple[int, ...]] = {}
    if is_one_word(leaf):
        docs = np.array([number])
        positions = {
            field: tuple((places & _POSITION).tolist())
            for field, places in Finder(view, docs).places(leaf).items()
        }
    return LeafEvidence(
        frequency=evaluation.leaf(leaf).leaf.count, occurrences=counts, positions=positions
    )
