"""The archive by date."""

from __future__ import annotations

import pytest
from django.test import Client

from archive.models import Article, Status
from archive.web.page_models import BrowsePageView
from tests.factories import make_article

pytestmark = pytest.mark.django_db


@pytest.fixture
def articles() -> dict[str, Article]:
    dates = ("2025-06-02", "2025-06-30", "2025-06", "2025-07-01", "2025", "2024/2025", "2023", "")
    made = {published: make_article(published=published) for published in dates}
    make_article(published="2025-06-02", status=Status.DRAFT)
    return made


def page_of(client: Client, address: str) -> BrowsePageView:
    page = client.get(address).context["page"]
    assert isinstance(page, BrowsePageView)
    return page


def listed(page: BrowsePageView, articles: dict[str, Article]) -> list[str]:
    dates = {article.public_id: published for published, article in articles.items()}
    return [dates[result.id] for result in page.results]


@pytest.mark.parametrize(
    ("address", "expected"),
    [
        ("/browse/", []),
        ("/browse/2025/", ["2025", "2024/2025"]),
        ("/browse/2024/", ["2024/2025"]),
        ("/browse/2025/6/", ["2025-06-30", "2025-06-02", "2025-06"]),
        ("/browse/2025/6/2/", ["2025-06-02"]),
        ("/browse/2025/6/3/", []),
        ("/browse/undated/", [""]),
        ("/browse/1900/", []),
    ],
)
def test_every_article_stands_where_its_date_is_known(
    client: Client, articles: dict[str, Article], address: str, expected: list[str]
) -> None:
    assert listed(page_of(client, address), articles) == expected


@pytest.mark.parametrize(
    ("address", "bars", "unplaced"),
    [
        ("/browse/", {"2023": 1, "2024": 0, "2025": 5}, 1),
        ("/browse/2025/", {"2025-06": 3, "2025-07": 1}, 2),
        ("/browse/2025/6/", {"2025-06-02": 1, "2025-06-30": 1}, 3),
    ],
)
def test_bars_lead_one_level_down_and_count_what_is_there(
    client: Client,
    articles: dict[str, Article],
    address: str,
    bars: dict[str, int],
    unplaced: int,
) -> None:
    histogram = page_of(client, address).histogram
    assert histogram is not None
    shown = {bar.value: bar.count for bar in histogram.bars}
    assert {value: shown[value] for value in bars} == bars
    assert sum(shown.values()) == sum(bars.values())
    assert histogram.unplaced == unplaced
    for bar in histogram.bars:
        assert client.get(bar.toggle_url).status_code == 200
    assert histogram.undated is not None
    assert histogram.undated.toggle_url == "/browse/undated/"


def test_neighbours_and_the_way_back(client: Client, articles: dict[str, Article]) -> None:
    page = page_of(client, "/browse/2025/3/1/")
    assert page.title == "1 March 2025"
    assert page.previous is not None
    assert page.next is not None
    assert (page.previous.url, page.next.url) == ("/browse/2025/2/28/", "/browse/2025/3/2/")
    assert [crumb.label for crumb in page.crumbs] == [
        "All years",
        "2025",
        "March 2025",
        "1 March 2025",
    ]
    assert page.search_url == "/search/?date=2025-03-01"
    assert page_of(client, "/browse/1/1/1/").previous is None
    assert page_of(client, "/browse/9999/12/").next is None


def test_long_lists_are_turned(client: Client) -> None:
    for _ in range(5):
        make_article(published="")
    first = page_of(client, "/browse/undated/?page_size=3")
    assert first.pages is not None
    second = page_of(client, first.pages.next_url)
    assert second.pages is not None
    assert (len(first.results), len(second.results), second.pages.next_url) == (3, 2, "")


def test_an_address_cannot_change_what_a_page_is_about(
    client: Client, articles: dict[str, Article]
) -> None:
    page = page_of(client, "/browse/2025/6/2/?period=2023&undated=true")
    assert listed(page, articles) == ["2025-06-02"]
