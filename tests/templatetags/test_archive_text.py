"""Numbers, shapes and addresses as the pages print them."""

from __future__ import annotations

import pytest

from archive.services.answers import FacetChoice
from archive.templatetags.archive_text import articles, carried, site_of, thin, web_address
from archive.web.page_models import FacetView, HiddenField, SearchPageView


@pytest.mark.parametrize(
    ("number", "printed"),
    [(0, "0"), (999, "999"), (1000, "1\u202f000"), (30214, "30\u202f214"), (None, "")],
)
def test_thousands_stand_apart(number: int | None, printed: str) -> None:
    assert thin(number) == printed


@pytest.mark.parametrize(
    ("number", "printed"),
    [(0, "0 articles"), (1, "1 article"), (1214, "1\u202f214 articles")],
)
def test_counts_are_words(number: int, printed: str) -> None:
    assert articles(number) == printed


@pytest.mark.parametrize(
    ("address", "followed"),
    [
        ("https://example.org/a", True),
        ("HTTP://example.org", True),
        ("javascript:alert(1)", False),
        ("  javascript:alert(1)", False),
        ("java\nscript:alert(1)", False),
        ("data:text/html,x", False),
        ("//example.org", False),
        ("http://[broken", False),
        ("", False),
    ],
)
def test_only_the_web_is_linked(address: str, followed: bool) -> None:
    assert web_address(address) == (address if followed else "")


def test_site_is_named_without_www() -> None:
    assert site_of("https://www.example.org/a?b") == "example.org"


def test_form_carries_what_no_input_shows() -> None:
    choice = FacetChoice(value="ukraine", label="Ukraine", count=1, selected=True)
    fields = tuple(
        HiddenField(name=name, value="x") for name in ("party", "date", "date_from", "sort")
    )
    page = SearchPageView(
        query="",
        total=1,
        facets=(FacetView(name="party", label="Party", choices=(choice,)),),
        hidden=fields,
    )
    assert [field.name for field in carried(page)] == ["date", "sort"]


def test_form_without_rail_carries_everything() -> None:
    fields = (HiddenField(name="party", value="x"), HiddenField(name="date_from", value="2025"))
    assert tuple(carried(SearchPageView(query="", total=None, hidden=fields))) == fields
