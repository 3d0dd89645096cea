"""A question and its parameters."""

from __future__ import annotations

from datetime import date

import pytest

from archive.exceptions import ArchiveError
from archive.search.request import Days, Sort, Zoom
from archive.services.questions import (
    SearchQuestion,
    check_date,
    check_page_size,
    check_range,
    check_reach,
)


@pytest.mark.parametrize(
    ("dates", "zoom", "within"),
    [
        ((), Zoom.YEAR, ""),
        (("none",), Zoom.YEAR, ""),
        (("2025",), Zoom.MONTH, "2025"),
        (("2025", "none"), Zoom.MONTH, "2025"),
        (("2024", "2025"), Zoom.YEAR, ""),
        (("2025-06",), Zoom.DAY, "2025-06"),
        (("2025-06", "2025-07"), Zoom.MONTH, "2025"),
        (("2025-06", "2025-06-02"), Zoom.DAY, "2025-06"),
        (("2025-06-02",), Zoom.DAY, "2025-06"),
        (("2025-06-02", "2025-06-30"), Zoom.DAY, "2025-06"),
        (("2025-06-02", "2025-07-01"), Zoom.MONTH, "2025"),
        (("2025-06-02", "2024"), Zoom.YEAR, ""),
    ],
)
def test_chosen_periods_set_the_zoom(dates: tuple[str, ...], zoom: Zoom, within: str) -> None:
    request, period = SearchQuestion(dates=dates).zoom()
    assert (request.zoom, period) == (zoom, within)
    assert (request.within is None) == (within == "")


def test_the_days_of_a_month_end_with_it() -> None:
    request, _ = SearchQuestion(dates=("2024-02",)).zoom()
    assert request.within == Days(lower=date(2024, 2, 1), upper=date(2024, 2, 29))


@pytest.mark.parametrize(
    ("chosen", "period", "after"),
    [
        ((), "2025", ("2025",)),
        (("2025",), "2025", ()),
        (("2025",), "2025-06", ("2025-06",)),
        (("2025-06",), "2025-06-02", ("2025-06-02",)),
        (("2025-06-02",), "2025-06-03", ("2025-06-02", "2025-06-03")),
        (("2025-06-02", "2024"), "2025", ("2024", "2025")),
        (("2025",), "none", ("2025", "none")),
        (("2025", "none"), "none", ("2025",)),
    ],
)
def test_a_narrower_period_replaces_the_wider(
    chosen: tuple[str, ...], period: str, after: tuple[str, ...]
) -> None:
    assert SearchQuestion(dates=chosen).with_date_toggled(period).dates == after


def test_every_change_begins_at_the_first_page_again() -> None:
    question = SearchQuestion(text="peace", chosen={"party": ("a",)}, dates=("2025",), page=4)
    changed = (
        question.toggled("party", "b"),
        question.without_facet("party"),
        question.with_date_toggled("2024"),
        question.with_dates(),
        question.without_range("date_from"),
        question.sorted_by(Sort.OLDEST),
        question.asking("truce"),
        question.cleared(),
    )
    assert {other.page for other in changed} == {1}


def test_parameters_say_the_question_in_a_fixed_order() -> None:
    question = SearchQuestion(
        text="peace talks",
        chosen={"place": ("istanbul",), "party": ("russia", "ukraine")},
        dates=("2025-06", "none"),
        date_from="2024",
        date_to="2025-06-02",
        sort=Sort.NEWEST,
        page=2,
        page_size=10,
    )
    assert question.parameters() == [
        ("q", "peace talks"),
        ("party", "russia"),
        ("party", "ukraine"),
        ("place", "istanbul"),
        ("date", "2025-06"),
        ("date", "none"),
        ("date_from", "2024"),
        ("date_to", "2025-06-02"),
        ("sort", "newest"),
        ("page", "2"),
        ("page_size", "10"),
    ]
    assert SearchQuestion().parameters() == []


def test_a_value_is_chosen_and_let_go() -> None:
    question = SearchQuestion().toggled("party", "russia").toggled("party", "ukraine")
    assert question.chosen["party"] == ("russia", "ukraine")
    assert question.toggled("party", "russia").chosen["party"] == ("ukraine",)


@pytest.mark.parametrize(
    ("text", "value"), [("2025", "2025"), (" 2025-06 ", "2025-06"), ("None", "none")]
)
def test_dates_that_are_taken(text: str, value: str) -> None:
    assert check_date(text) == value


@pytest.mark.parametrize("text", ["", "2025-13", "2025-02-30", "June", "2025-06..", "0000", "²⁰²⁵"])
def test_dates_that_are_refused(text: str) -> None:
    with pytest.raises(ArchiveError, match=r"[Ww]rite"):
        check_date(text)


def test_a_range_ends_after_it_begins() -> None:
    check_range("2025-06", "2025")
    check_range("", "2025")
    with pytest.raises(ArchiveError, match="ends"):
        check_range("2025", "2024-12-31")


def test_pages_are_bounded() -> None:
    check_page_size(100)
    check_reach(page=500, page_size=20)
    with pytest.raises(ArchiveError, match="at most 100"):
        check_page_size(101)
    with pytest.raises(ArchiveError, match="10\u202f000"):
        check_reach(page=501, page_size=None)


def test_to_take_the_words_literally_is_part_of_every_link() -> None:
    question = SearchQuestion(text="truce", page=3).read_literally(True)
    assert question.parameters() == [("q", "truce"), ("expand", "no")]
    for other in (question.cleared(), question.asking("peace"), question.toggled("party", "x")):
        assert ("expand", "no") in other.parameters()
    assert question.read_literally(False).parameters() == [("q", "truce")]
