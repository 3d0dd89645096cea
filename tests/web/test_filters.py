"""Parameters of searches and lists, from the address to what is asked."""

from __future__ import annotations

from typing import Any

import pytest
from django.http import QueryDict

from archive.search.request import Sort
from archive.services.questions import SearchQuestion
from archive.web.filters import SearchFilterSet, problems_of


def read(address: str) -> tuple[SearchQuestion, dict[str, str]]:
    filters = SearchFilterSet(QueryDict(address))
    question = filters.question()
    return question, {problem.parameter: problem.message for problem in problems_of(filters.errors)}


@pytest.mark.parametrize(
    ("address", "expected"),
    [
        ("", {}),
        ("q=", {}),
        ("q=+peace+talks+", {"text": "peace talks"}),
        ("party=russia", {"chosen": {"party": ("russia",)}}),
        ("party=russia&party=ukraine", {"chosen": {"party": ("russia", "ukraine")}}),
        ("party=russia&party=russia&party=", {"chosen": {"party": ("russia",)}}),
        (
            "place=istanbul&topic=truce&person=a&organisation=b&source=c&section=d&language=e",
            {
                "chosen": {
                    "place": ("istanbul",),
                    "person": ("a",),
                    "organisation": ("b",),
                    "topic": ("truce",),
                    "source": ("c",),
                    "section": ("d",),
                    "language": ("e",),
                }
            },
        ),
        ("date=2025&date=none", {"dates": ("2025", "none")}),
        ("date=2025-06&date=2025-06-02", {"dates": ("2025-06", "2025-06-02")}),
        ("date_from=2024&date_to=2025-06", {"date_from": "2024", "date_to": "2025-06"}),
        ("sort=newest", {"sort": Sort.NEWEST}),
        ("sort=date", {"sort": Sort.NEWEST}),
        ("sort=oldest", {"sort": Sort.OLDEST}),
        ("sort=relevance", {"sort": Sort.RELEVANCE}),
        ("sort=balanced", {"sort": Sort.BALANCED}),
        ("page=3&page_size=50", {"page": 3, "page_size": 50}),
        ("page=100&page_size=100", {"page": 100, "page_size": 100}),
        ("unknown=1&utm_source=letter&Party=x", {}),
    ],
)
def test_addresses_that_are_read(address: str, expected: dict[str, Any]) -> None:
    question, problems = read(address)
    assert problems == {}
    assert question == SearchQuestion(**expected)


@pytest.mark.parametrize(
    ("address", "parameter", "says"),
    [
        ("page=0", "page", "1"),
        ("page=-1", "page", "1"),
        ("page=x", "page", "whole number"),
        ("page=501", "page", "Paging ends after 10\u202f000 results. Narrow"),
        ("page=101&page_size=100", "page", "Paging ends"),
        ("page=999999999", "page", "Paging ends"),
        ("page=" + "9" * 5000, "page", ""),
        ("page_size=101", "page_size", "at most 100 results, not 101"),
        ("page_size=0", "page_size", "1"),
        ("sort=size", "sort", "relevance, balanced, newest or oldest"),
        ("date=2025-13", "date", "Write"),
        ("date=2025-02-30", "date", "30"),
        ("date=soon", "date", "Write a year"),
        ("date=2025&date=x", "date", "Write a year"),
        ("date_from=none", "date_from", "Write a year"),
        ("date_to=yesterday", "date_to", "Write a year"),
        ("date_from=2025&date_to=2024", "date_to", "ends (2024) before it begins (2025)"),
        ("party=" + "x" * 201, "party", "at most 200 characters"),
        ("&".join(f"party=p{number}" for number in range(51)), "party", "At most 50 values"),
        ("party=%00", "party", "Null"),
        ("q=%00", "q", "Null"),
    ],
)
def test_addresses_that_are_refused(address: str, parameter: str, says: str) -> None:
    question, problems = read(address)
    assert set(problems) == {parameter}
    assert says in problems[parameter]
    assert question.page == 1 or parameter not in ("page", "page_size")


def test_what_is_wrong_leaves_the_rest_in_force() -> None:
    question, problems = read("q=peace&party=russia&date=soon&page=7&page_size=1000")
    assert set(problems) == {"date", "page_size"}
    assert question == SearchQuestion(text="peace", chosen={"party": ("russia",)}, page=7)


def test_nothing_is_looked_up_to_read_an_address() -> None:
    """There is no database in this test."""
    read("&".join(f"{name}=x" for name in ("party", "place", "source", "language")))
