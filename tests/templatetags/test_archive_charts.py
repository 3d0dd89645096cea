"""Where bars and words of a histogram stand."""

from __future__ import annotations

from itertools import pairwise

import pytest
from hypothesis import given
from hypothesis import strategies as st

from archive.templatetags.archive_charts import (
    BASELINE,
    LEAST_HEIGHT,
    PLOT_HEIGHT,
    TOP,
    drawn,
    scale_top,
    ticks,
)
from archive.web.page_models import Bar, Choice, HistogramView

DESK = 1000  # pixels that the bars have on a desk
PHONE = 190  # and on the narrowest phone


def histogram(values: list[str], counts: list[int], *, zoom: str = "year") -> HistogramView:
    return HistogramView(
        zoom=zoom,
        title="Articles",
        bars=tuple(
            Bar(
                value=value,
                label=value,
                short_label=value.split("-")[-1],
                count=count,
                selected=False,
                toggle_url="",
            )
            for value, count in zip(values, counts, strict=True)
        ),
    )


def undated(count: int) -> Choice:
    return Choice(value="none", label="undated", count=count, selected=False, toggle_url="")


@pytest.mark.parametrize(
    ("largest", "top"),
    [(0, 1), (1, 1), (2, 2), (3, 4), (9, 10), (11, 12), (13, 16), (47, 50), (11_964, 12_000)],
)
def test_scale_ends_at_a_round_number(largest: int, top: int) -> None:
    assert scale_top(largest) == top


@given(st.integers(0, 10**7))
def test_scale_holds_the_largest_and_wastes_little(largest: int) -> None:
    top = scale_top(largest)
    assert largest <= top <= max(2 * largest, 1)
    assert ticks(top)[-1] == top
    assert all(isinstance(tick, int) for tick in ticks(top))


@given(st.lists(st.integers(0, 100_000), min_size=1, max_size=300))
def test_bars_stand_on_the_axis_within_the_plot(counts: list[int]) -> None:
    chart = drawn(histogram([str(1700 + place) for place in range(len(counts))], counts))
    for count, column in zip(counts, chart.columns, strict=True):
        assert column.y + column.height == pytest.approx(BASELINE)
        assert column.y >= TOP - 0.1
        assert (column.height >= LEAST_HEIGHT) is (count > 0)
    ends = [(float(c.slot_x[:-1]), float(c.slot_width[:-1])) for c in chart.columns]
    assert ends[0][0] == 0
    assert sum(ends[-1]) == pytest.approx(100, abs=0.01)


def test_height_is_in_proportion() -> None:
    low, high = drawn(histogram(["2024", "2025"], [5, 10])).columns
    assert high.height == PLOT_HEIGHT
    assert low.height == PLOT_HEIGHT / 2


@pytest.mark.parametrize(
    ("values", "zoom"),
    [
        *(
            ([str(year) for year in range(first, 2026)], "year")
            for first in (2025, 2023, 2015, 1994, 1960, 1850, 1500)
        ),
        ([f"2025-{month:02}" for month in range(1, 13)], "month"),
        *(([f"2025-05-{day:02}" for day in range(1, last + 1)], "day") for last in (28, 30, 31)),
    ],
)
def test_words_of_the_axis_do_not_touch(values: list[str], zoom: str) -> None:
    columns = drawn(histogram(values, [1] * len(values), zoom=zoom)).columns
    width = {"year": 30, "month": 26, "day": 16}[zoom]  # pixels that a word takes
    for screen, hidden in ((DESK, ""), (PHONE, "minor")):
        named = [
            float(column.middle[:-1]) * screen / 100
            for column in columns
            if column.label and not (hidden and column.label_class == hidden)
        ]
        assert named
        assert all(later - earlier > width for earlier, later in pairwise(named))


def test_a_few_bars_do_not_become_walls() -> None:
    (column,) = drawn(histogram(["2025"], [3])).columns
    assert float(column.width[:-1]) < 5


@pytest.mark.parametrize(("count", "cut"), [(10, False), (20, False), (21, True), (4000, True)])
def test_undated_keep_to_the_scale_of_the_bars(count: int, cut: bool) -> None:
    view = histogram(["2025"], [10])
    chart = drawn(
        HistogramView(zoom="year", title="", bars=view.bars, undated=undated(count)),
    )
    assert chart.undated is not None
    assert chart.undated.cut is cut
    assert chart.undated.y >= TOP


def test_only_undated_have_a_scale_of_their_own() -> None:
    chart = drawn(HistogramView(zoom="year", title="", undated=undated(7)))
    assert chart.columns == ()
    assert chart.undated is not None
    assert not chart.undated.cut
