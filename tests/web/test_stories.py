"""Stories on the pages, in the API and at the terminal; and that what is hidden tells nothing."""

from __future__ import annotations

import random
from typing import Any

import pytest
from django.core.management import call_command
from django.test import Client

from archive.models import Article
from archive.services import outbox
from archive.services.engine import get_engine
from archive.web.page_models import ArticlePageView, SearchPageView
from tests.factories import make_article, make_source
from tests.web.test_leaks import CANARY, STATES, hide

pytestmark = pytest.mark.django_db


def wire(seed: int = 1) -> str:
    rng = random.Random(seed)
    words = " ".join(f"w{number}" for number in rng.choices(range(5_000), k=120))
    return f"Delegations agreed on a truce. {words}"


def printed(outlet: str, body: str | None = None, **fields: Any) -> Article:
    return make_article(
        headline=f"Truce, says {outlet}",
        body=body or wire(),
        source=make_source(name=outlet, slug=outlet.lower()),
        **fields,
    )


def search_page(client: Client, address: str) -> SearchPageView:
    response = client.get(address)
    assert response.status_code == 200
    page = response.context["page"]
    assert isinstance(page, SearchPageView)
    return page


@pytest.fixture
def story() -> list[Article]:
    """A story of three outlets, and another article."""
    articles = [printed("Courier"), printed("Herald"), printed("Tribune")]
    articles.append(printed("Gazette", wire(2)))
    outbox.drain()
    return articles


def test_a_page_tells_a_story_once(client: Client, story: list[Article]) -> None:
    page = search_page(client, "/search/?q=truce")
    assert (page.total, page.first, page.last, page.folded) == (4, 1, 4, 2)
    shown = {result.id: result for result in page.results}
    beneath = [each.id for result in page.results for each in result.also]
    assert sorted([*shown, *beneath]) == sorted(article.public_id for article in story)
    (told,) = [result for result in page.results if result.also]
    assert (len(told.also), told.others) == (2, "2 more outlets")
    html = client.get("/search/?q=truce").content.decode()
    assert "<summary>Also from 2 more outlets</summary>" in html
    assert f'href="/articles/{told.id}/#story"' in html
    assert all(f'href="{article.get_absolute_url()}"' in html for article in story)
    counts = {choice.label: choice.count for facet in page.facets for choice in facet.choices}
    assert counts["Courier"] == counts["Herald"] == counts["Tribune"] == 1


def test_every_article_by_itself(client: Client, story: list[Article]) -> None:
    folded = search_page(client, "/search/?q=truce&page_size=4")
    assert folded.every_hit_url == "/search/?q=truce&group=no&page_size=4"
    page = search_page(client, folded.every_hit_url)
    assert (len(page.results), page.folded, page.every_hit_url) == (4, 0, "")
    assert page.grouped_url == "/search/?q=truce&page_size=4"
    assert not any(result.others for result in page.results)
    assert 'name="group" value="no"' in client.get(folded.every_hit_url).content.decode()


def test_each_hit_stands_on_one_page(client: Client, story: list[Article]) -> None:
    met = []
    for number in (1, 2):
        page = search_page(client, f"/search/?q=truce&page_size=2&page={number}")
        assert (page.first, page.last, page.total) == (2 * number - 1, 2 * number, 4)
        met += [each.id for result in page.results for each in (result, *result.also)]
    assert sorted(met) == sorted(article.public_id for article in story)


def test_a_filter_says_who_else_has_it(client: Client, story: list[Article]) -> None:
    (result,) = search_page(client, "/search/?source=herald").results
    assert (result.also, result.others) == ((), "2 more outlets")
    assert 'Also from <a href="' in client.get("/search/?source=herald").content.decode()


def test_a_wrong_word(client: Client) -> None:
    response = client.get("/search/?group=maybe")
    assert response.status_code == 400
    assert "says neither yes nor no" in response.content.decode()


def test_an_article_names_who_else_reported_it(client: Client, story: list[Article]) -> None:
    response = client.get(story[0].get_absolute_url())
    page = response.context["page"]
    assert isinstance(page, ArticlePageView)
    assert {(report.source, report.percent) for report in page.story} == {
        ("Herald", 100),
        ("Tribune", 100),
    }
    assert '<h2 id="story">Also reported by</h2>' in response.content.decode()
    assert not {report.url for report in page.story} & {other.url for other in page.similar}
    alone = client.get(story[3].get_absolute_url())
    assert "Also reported" not in alone.content.decode()


def test_the_language_of_a_report_is_marked(client: Client) -> None:
    body = " ".join(f"كلمة{number}" for number in range(60))
    first, second = printed("Bahr", body, language="ar"), printed("Nahr", body, language="ar")
    html = client.get(first.get_absolute_url()).content.decode()
    assert f'<a class="told" lang="ar" dir="rtl" href="{second.get_absolute_url()}">' in html


def test_the_api_says_the_same(client: Client, story: list[Article]) -> None:
    answer = client.get("/api/search/?q=truce").json()
    assert (answer["count"], answer["query"]["group"]) == (4, True)
    (told,) = [result for result in answer["results"] if result["also"]]
    assert (len(told["also"]), told["reports"]) == (2, 2)
    whole = client.get("/api/search/?q=truce&group=no").json()
    assert (len(whole["results"]), whole["query"]["group"]) == (4, False)
    reports = client.get(f"/api/articles/{story[0].public_id}/").json()["also_reported"]
    assert {(report["source"], report["likeness"]) for report in reports} == {
        ("herald", 1.0),
        ("tribune", 1.0),
    }


def test_the_terminal_says_the_same(
    story: list[Article], capsys: pytest.CaptureFixture[str]
) -> None:
    call_command("search_articles", "truce")
    said = capsys.readouterr().out
    assert "Also from 2 more outlets" in said
    assert all(article.public_id in said for article in story)
    call_command("search_articles", "truce", "--ungrouped")
    assert "Also from" not in capsys.readouterr().out


def public_answers(client: Client, articles: list[Article]) -> dict[str, tuple[int, bytes]]:
    addresses = [
        *("/", "/search/?q=truce", "/search/?q=truce&group=no", "/search/?q=truce&page_size=1"),
        *("/search/?source=courier", "/api/search/?q=truce", "/browse/2025/6/2/"),
        *(article.get_absolute_url() for article in articles),
        *(f"/api/articles/{article.public_id}/" for article in articles),
    ]
    answered = {address: client.get(address) for address in addresses}
    return {address: (got.status_code, got.content) for address, got in answered.items()}


@pytest.mark.parametrize("state", STATES)
@pytest.mark.parametrize("indexed", [True, False], ids=["index caught up", "index behind"])
def test_what_is_hidden_is_in_no_story(client: Client, state: str, indexed: bool) -> None:
    """It stands between two articles, and makes them no story either."""
    words = wire().split()
    visible = [printed("Courier", " ".join(words[:70])), printed("Herald", " ".join(words[50:]))]
    visible += [printed("Tribune", wire(3)), printed("Gazette", wire(3))]
    outbox.drain()
    before = public_answers(client, visible)
    hidden = printed(CANARY)
    outbox.drain()
    assert CANARY.encode() in client.get(visible[0].get_absolute_url()).content
    if indexed:
        hide(hidden, state)
        outbox.drain()
        after = public_answers(client, visible)
    else:
        with get_engine().batch():  # another process is writing
            hide(hidden, state)
            after = public_answers(client, visible)
    assert [address for address in before if after[address] != before[address]] == []
    assert not any(CANARY.encode() in body for _, body in after.values())


def test_an_article_of_which_no_text_may_be_read_is_in_no_story(client: Client) -> None:
    first, second = printed("Courier"), printed("Herald", access="metadata")
    for article in (first, second):
        assert "Also reported" not in client.get(article.get_absolute_url()).content.decode()
