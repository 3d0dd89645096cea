"""Values shown of a facet, and the period of a day."""

from __future__ import annotations

from datetime import date

import pytest
from hypothesis import given
from hypothesis import strategies as st

from archive.search.counting import bar_of, top_counts
from archive.search.request import Zoom


@given(
    counts=st.dictionaries(st.sampled_from("abcdefg"), st.integers(0, 3)),
    chosen=st.frozensets(st.sampled_from("abcxyz"), max_size=4),
    limit=st.integers(0, 8),
)
def test_shows_the_chosen_and_the_most_frequent(
    counts: dict[str, int], chosen: frozenset[str], limit: int
) -> None:
    shown = top_counts(counts, chosen=chosen, limit=limit)
    values = [value for value, _ in shown.counts]
    positive = {value: count for value, count in counts.items() if count}
    assert shown.distinct == len(positive)
    assert chosen <= set(values) <= chosen | set(positive)
    assert len(values) == len(set(values)) <= max(limit, len(chosen))
    assert dict(shown.counts) == {value: counts.get(value, 0) for value in values}
    assert list(shown.counts) == sorted(shown.counts, key=lambda item: (-item[1], item[0]))
    left_out = [count for value, count in positive.items() if value not in values]
    others = [count for value, count in shown.counts if value not in chosen]
    if left_out and others:
        assert min(others) >= max(left_out)
    if left_out:
        assert len(values) >= limit


@pytest.mark.parametrize(
    ("zoom", "bar"), [(Zoom.YEAR, "0987"), (Zoom.MONTH, "0987-06"), (Zoom.DAY, "0987-06-02")]
)
def test_names_periods_as_iso_does(zoom: Zoom, bar: str) -> None:
    assert bar_of(date(987, 6, 2), zoom) == bar
