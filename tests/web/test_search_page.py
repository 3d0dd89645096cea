"""The search page, from its address to what it says."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any
from urllib.parse import parse_qs, urlsplit

import pytest
from django.test import Client
from pytest_django import DjangoAssertNumQueries

from archive.exceptions import IndexDamaged, IndexMissing
from archive.models import EntityAlias, EntityKind
from archive.services import outbox
from archive.services.engine import get_engine
from archive.web.page_models import SearchPageView
from tests.factories import make_article, make_entity, make_source, make_tag

pytestmark = pytest.mark.django_db


def page_of(client: Client, address: str) -> SearchPageView:
    response = client.get(address)
    page = response.context["page"]
    assert isinstance(page, SearchPageView)
    return page


def test_results_say_where_when_and_what(client: Client) -> None:
    source = make_source(name="Evening Post", slug="evening-post")
    article = make_article(
        headline="Truce & peace", source=source, published="2025-06", language="ar"
    )
    entity = make_entity(EntityKind.PLACE, name="Port", slug="port")
    make_tag(article, entity)
    (result,) = page_of(client, "/search/").results
    assert result.headline_html == "Truce &amp; peace"
    assert (result.published, result.published_iso) == ("June 2025", "2025-06")
    assert (result.source, result.source_url) == ("Evening Post", "/sources/evening-post/")
    assert (result.language, result.direction) == ("ar", "rtl")
    assert [(tag.kind, tag.label, tag.url) for tag in result.tags] == [
        ("place", "Port", "/entities/place/port/")
    ]


@pytest.mark.parametrize(
    ("published", "english", "iso"),
    [
        ("", "undated", ""),
        ("2025-06-02", "2 June 2025", "2025-06-02"),
        ("1998~", "about 1998", ""),
        ("2004-22", "summer 2004", ""),
    ],
)
def test_dates_are_no_more_precise_than_known(
    client: Client, published: str, english: str, iso: str
) -> None:
    make_article(published=published)
    (result,) = page_of(client, "/search/").results
    assert (result.published, result.published_iso) == (english, iso)


def test_chips_take_back_one_choice_each(client: Client) -> None:
    article = make_article(headline="Truce", published="2025-06-02")
    make_tag(article, make_entity(EntityKind.PARTY, name="Åland", slug="aland"))
    address = "/search/?q=truce&party=aland&date=2025-06&date=none&date_from=2024&page_size=5"
    page = page_of(client, address)
    assert [(chip.facet, chip.label) for chip in page.chips] == [
        ("party", "Åland"),
        ("date", "June 2025"),
        ("date", "undated"),
        ("date_from", "from 2024"),
    ]
    asked = parse_qs(urlsplit(address).query)
    for chip, gone in zip(page.chips, ["party", "2025-06", "none", "date_from"], strict=True):
        kept = parse_qs(urlsplit(chip.remove_url).query)
        if gone in asked:
            assert kept == {name: values for name, values in asked.items() if name != gone}
        else:
            assert kept["date"] == [value for value in asked["date"] if value != gone]
    assert parse_qs(urlsplit(page.clear_all_url).query) == {"q": ["truce"], "page_size": ["5"]}


def test_choices_are_ticked_and_cleared(client: Client) -> None:
    for name in ("aland", "borduria"):
        make_tag(make_article(), make_entity(EntityKind.PARTY, name=name, slug=name))
    page = page_of(client, "/search/?party=aland&page=1")
    party = next(facet for facet in page.facets if facet.name == "party")
    ticked = {choice.value: choice.selected for choice in party.choices}
    assert ticked == {"aland": True, "borduria": False}
    assert (party.clear_url, party.hidden_count) == ("/search/", 0)


def test_a_histogram_leads_in_and_out_again(client: Client) -> None:
    for published in ("2023", "2025-06-02", "2025-06-03", "2025-07", ""):
        make_article(published=published)
    years = page_of(client, "/search/").histogram
    assert years is not None
    assert [bar.toggle_url for bar in years.bars] == [
        f"/search/?date={year}" for year in (2023, 2024, 2025)
    ]
    assert years.undated is not None
    assert (years.undated.count, years.undated.toggle_url) == (1, "/search/?date=none")
    assert years.sentence == ("4 articles from 2023 to 2025, the most in 2025 (3); 1 undated.")
    days = page_of(client, "/search/?date=2025-06").histogram
    assert days is not None
    assert days.zoom == "day"
    assert [(crumb.label, crumb.url, crumb.current) for crumb in days.crumbs] == [
        ("All years", "/search/", False),
        ("2025", "/search/?date=2025", False),
        ("June 2025", "/search/?date=2025-06", True),
    ]
    assert days.bars[1].toggle_url == "/search/?date=2025-06-02"


@pytest.mark.parametrize(
    ("address", "values", "selected"),
    [
        ("/search/", ["newest", "oldest"], "newest"),
        ("/search/?sort=oldest", ["newest", "oldest"], "oldest"),
        ("/search/?q=text", ["relevance", "balanced", "newest", "oldest"], "relevance"),
        ("/search/?q=text&sort=date", ["relevance", "balanced", "newest", "oldest"], "newest"),
        (
            "/search/?q=text&sort=balanced",
            ["relevance", "balanced", "newest", "oldest"],
            "balanced",
        ),
    ],
)
def test_orders_that_make_sense(
    client: Client, address: str, values: list[str], selected: str
) -> None:
    make_article()
    sorts = page_of(client, address).sorts
    assert [sort.value for sort in sorts] == values
    assert [sort.value for sort in sorts if sort.selected] == [selected]


def test_pages_of_results(client: Client) -> None:
    for number in range(12):
        make_article(published=f"2025-06-{number + 1:02}")
    page = page_of(client, "/search/?page_size=5&page=2")
    assert (page.first, page.last, page.total) == (6, 10, 12)
    assert page.pages is not None
    assert page.pages.previous_url == "/search/?page_size=5"
    assert page.pages.next_url == "/search/?page=3&page_size=5"
    assert [link.label for link in page.pages.numbered] == ["1", "2", "3"]
    beyond = page_of(client, "/search/?page_size=5&page=9")
    assert (beyond.results, beyond.first) == ((), 0)
    assert beyond.pages is not None
    assert beyond.pages.previous_url == "/search/?page=3&page_size=5"


def test_forms_carry_what_they_do_not_ask(client: Client) -> None:
    make_article()
    page = page_of(client, "/search/?q=text&party=a&date_from=2024&sort=oldest&page=2&x=1")
    assert [(field.name, field.value) for field in page.hidden] == [
        ("party", "a"),
        ("date_from", "2024"),
        ("sort", "oldest"),
    ]
    assert ("q", "text") in [(field.name, field.value) for field in page.date_hidden]
    assert "date_from" not in [field.name for field in page.date_hidden]


def test_a_query_that_cannot_be_read_is_shown_where_it_goes_wrong(client: Client) -> None:
    make_article(headline="Truce holds")
    response = client.get("/search/", {"q": 'truce ("x'})
    assert response.status_code == 400
    page = response.context["page"]
    assert page.query == 'truce ("x'
    problem = page.problem
    assert problem is not None
    assert problem.message
    assert problem.before + problem.at + problem.after == 'truce ("x'
    assert len(problem.before) == problem.position


def test_a_parameter_that_cannot_be_read_is_said_and_the_rest_answered(client: Client) -> None:
    make_article(headline="Truce holds")
    response = client.get("/search/?q=truce&page=999999999")
    assert response.status_code == 400
    page = response.context["page"]
    assert [problem.parameter for problem in page.field_problems] == ["page"]
    assert page.total == 1


def test_result_pages_are_not_for_search_engines(client: Client) -> None:
    make_article()
    assert client.get("/search/")["X-Robots-Tag"] == "noindex"


def test_an_empty_archive_says_so(client: Client) -> None:
    for address in ("/search/", "/search/?q=truce", "/"):
        response = client.get(address)
        assert response.status_code == 200
        assert response.context["page"].empty_archive


def break_engine(monkeypatch: pytest.MonkeyPatch, error: Exception) -> None:
    def fail(*_: Any, **__: Any) -> None:
        raise error

    for name in ("search", "similar", "spellings", "generation"):
        monkeypatch.setattr(get_engine(), name, fail)


@pytest.mark.parametrize(
    ("error", "says"), [(IndexDamaged("x"), "out of order"), (IndexMissing("x"), "rebuild")]
)
def test_without_an_index_words_wait_and_the_rest_goes_on(
    client: Client, monkeypatch: pytest.MonkeyPatch, error: Exception, says: str
) -> None:
    source = make_source()
    article = make_article(source=source)
    party = make_entity()
    make_tag(article, party)
    break_engine(monkeypatch, error)
    words = client.get("/search/?q=truce")
    assert words.status_code == 503
    assert int(words["Retry-After"]) > 0
    assert says in words.context["page"].unavailable
    assert words.context["page"].query == "truce"
    assert client.get("/api/search/?q=truce").status_code == 503
    for address in (
        "/",
        "/search/",
        f"/search/?party={party.slug}",
        article.get_absolute_url(),
        party.get_absolute_url(),
        source.get_absolute_url(),
        "/entities/party/",
        "/sources/",
        "/browse/",
        "/browse/2025/",
        "/browse/2025/6/2/",
        "/api/search/",
        "/api/entities/",
        f"/api/articles/{article.public_id}/",
    ):
        assert client.get(address).status_code == 200, address


@pytest.fixture
def filled() -> Callable[[int], None]:
    def fill(articles: int) -> None:
        for _ in range(articles):
            article = make_article(headline="Truce holds", source=make_source())
            for kind in EntityKind:
                make_tag(article, make_entity(kind))
        outbox.drain()

    return fill


@pytest.mark.parametrize(
    ("address", "changed"),
    [("/search/?q=truce", 14), ("/search/", 12), ("/api/search/?q=truce", 14)],
)
def test_the_number_of_queries_does_not_grow(
    client: Client,
    filled: Callable[[int], None],
    django_assert_num_queries: DjangoAssertNumQueries,
    address: str,
    changed: int,
) -> None:
    """One for the ETag, two for masks and the labels' age, two for hits, one for their stories.

    And once after a change, one for each facet that the database names; with words, one for all
    synonyms and one for whom the words may name.
    """
    for articles in (1, 12):
        filled(articles)
        with django_assert_num_queries(changed):
            client.get(address)
        with django_assert_num_queries(6):
            client.get(address)


def test_a_name_is_known_as_soon_as_something_has_it(client: Client) -> None:
    article = make_article()
    assert page_of(client, "/search/?party=aland").total == 0
    entity = make_entity(EntityKind.PARTY, name="Åland", slug="aland")
    assert page_of(client, "/search/?party=Isles").total == 0
    make_tag(article, entity)
    EntityAlias.objects.create(entity=entity, name="Isles")
    for name in ("aland", "Isles"):
        page = page_of(client, f"/search/?party={name}")
        assert (page.total, [chip.label for chip in page.chips]) == (1, ["Åland"])
