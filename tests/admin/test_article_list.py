"""The list of articles: quick however long it is, searched through the engine, narrowed."""

from __future__ import annotations

from datetime import timedelta
from typing import Any

import pytest
from django.contrib.messages import get_messages
from django.db import connection
from django.test import Client
from django.test.utils import CaptureQueriesContext
from django.urls import reverse
from django.utils import timezone
from pytest_django import DjangoAssertNumQueries

from archive.admin import paging
from archive.admin.article import ArticleAdmin
from archive.models import Article, ImportRun, Source, TagState
from archive.services import outbox
from tests.factories import make_article, make_entity, make_source, make_tag

LIST = reverse("admin:archive_article_changelist")


def shown(client: Client, **parameters: str) -> list[str]:
    """The headlines on the first page of the list."""
    response = client.get(LIST, parameters)
    assert response.status_code == 200
    return [article.headline or article.opening for article in response.context["cl"].result_list]


def messages_of(client: Client, **parameters: str) -> list[str]:
    return [str(message) for message in get_messages(client.get(LIST, parameters).wsgi_request)]


def many(number: int, **fields: Any) -> None:
    if "source" not in fields:
        fields["source"], _ = Source.objects.get_or_create(name="Courier", slug="courier")
    Article.objects.bulk_create(
        Article(headline=f"Headline {place}", **fields) for place in range(number)
    )


def test_latest_come_first_and_headless_show_their_text(desk: Client) -> None:
    for headline in ("one", "two", ""):
        make_article(headline=headline, body="How it begins.")
    assert shown(desk) == ["How it begins.", "two", "one"]


@pytest.mark.parametrize("number", [3, 2_000])
def test_a_page_takes_the_same_few_queries(
    desk: Client, number: int, django_assert_num_queries: DjangoAssertNumQueries
) -> None:
    many(number, status="published")
    desk.get(LIST)
    with django_assert_num_queries(5):  # session, user, bounded count, keys, rows
        desk.get(LIST)


@pytest.mark.skipif(connection.vendor != "sqlite", reason="counts the steps of SQLite's machine")
def test_a_page_costs_the_same_in_a_long_list(
    desk: Client, monkeypatch: pytest.MonkeyPatch
) -> None:
    """What a filter picks stays as it is; ten times as many others must not be looked at."""
    monkeypatch.setattr(paging, "BOUND", 100)
    monkeypatch.setattr(ArticleAdmin, "list_per_page", 20)
    run = ImportRun.objects.create(pk=1)
    herald = make_source(name="Herald", slug="herald")
    rare = {"status": "draft", "access": "metadata", "import_run": run, "source": herald}
    dated = {"published": "2025", "published_lower": "2025-01-01", "published_upper": "2025-12-31"}
    many(30, **rare)
    many(300, status="published", **dated)
    lists = [{"p": "2"}, {"o": "2"}, {"o": "-2"}, {"status__exact": "draft"}]
    lists += [{"access__exact": "metadata"}, {"dated": "no"}, {"written": "import"}]
    lists += [{"from": "Herald"}, {"run": "1"}, {}]
    short = [steps(desk, parameters) for parameters in lists]
    many(3_000, status="published", **dated)
    for parameters, before in zip(lists, short, strict=True):
        assert steps(desk, parameters) < 1.5 * before + 100, parameters


def steps(client: Client, parameters: dict[str, str]) -> int:
    """How many hundreds of steps the database takes for a page."""
    taken = 0

    def count() -> int:
        nonlocal taken
        taken += 1
        return 0

    connection.ensure_connection()
    connection.connection.set_progress_handler(count, 100)
    try:
        assert client.get(LIST, parameters).status_code == 200
    finally:
        connection.connection.set_progress_handler(None, 0)
    return taken


def test_a_long_list_says_that_it_is_longer(desk: Client, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(paging, "BOUND", 60)
    many(60)
    page = desk.get(LIST)
    assert "60 articles</span>" in page.content.decode()
    assert "more than" not in page.content.decode()
    assert "Select all 60 articles" in page.content.decode()
    many(1)
    page = desk.get(LIST)
    assert "more than 60 articles" in page.content.decode()
    assert page.context["cl"].paginator.num_pages == 2
    assert "Select all 60 articles" not in page.content.decode()
    assert len(shown(desk, p="2")) == 10


@pytest.mark.parametrize("name", ["article", "tag", "entity", "importrecord", "receiveddocument"])
def test_no_list_counts_everything(desk: Client, name: str) -> None:
    with CaptureQueriesContext(connection) as captured:
        desk.get(reverse(f"admin:archive_{name}_changelist"))
    counts = [query["sql"] for query in captured if "COUNT(" in query["sql"]]
    assert counts
    assert all("LIMIT" in count for count in counts)


def test_rows_hold_no_bodies(desk: Client) -> None:
    make_article()
    (row,) = desk.get(LIST).context["cl"].result_list
    assert "body" in row.get_deferred_fields()


@pytest.mark.parametrize(
    ("parameters", "expected"),
    [
        ({"status__exact": "draft"}, {"draft"}),
        ({"dated": "no"}, {"undated"}),
        ({"dated": "yes"}, {"draft", "plain", "imported"}),
        ({"access__exact": "snippet"}, {"undated"}),
        ({"written": "import"}, {"imported"}),
        ({"written": "here"}, {"draft", "plain", "undated"}),
        ({"from": "cour"}, {"plain"}),
        ({"from": "other-slug"}, {"draft"}),
        ({"from": "nobody"}, set()),
        ({"run": "7"}, {"imported"}),
        ({"run": "8"}, set()),
        ({"run": "seven"}, set()),
        ({"run": "9" * 30}, set()),
        ({"from": "Courier", "status__exact": "draft"}, set()),
        ({"dated": "sometimes"}, {"draft", "plain", "undated", "imported"}),
    ],
)
def test_filters(desk: Client, parameters: dict[str, str], expected: set[str]) -> None:
    make_article(headline="draft", status="draft", source=make_source(slug="other-slug"))
    make_article(headline="plain", source=make_source(name="Courier"))
    make_article(headline="undated", published="", access="snippet")
    make_article(headline="imported", import_run=ImportRun.objects.create(pk=7))
    assert set(shown(desk, **parameters)) == expected


def test_a_typed_filter_keeps_the_others(desk: Client) -> None:
    page = desk.get(LIST, {"status__exact": "draft", "from": "Cou"}).content.decode()
    assert '<input type="hidden" name="status__exact" value="draft">' in page
    assert 'name="from" value="Cou"' in page
    assert 'href="?status__exact=draft">Any source' in page


def test_search_goes_over_both_shelves_in_order_of_relevance(desk: Client) -> None:
    make_article(headline="weak", body="An exchange of prisoners among many other words here.")
    make_article(headline="prisoner exchange", body="", status="draft")
    make_article(headline="gone", body="prisoners prisoners", status="withdrawn")
    make_article(headline="else", body="Nothing of the kind.")
    outbox.drain()
    assert shown(desk, q="prisoner exchange") == ["prisoner exchange", "weak"]
    assert set(shown(desk, q="prisoner")) == {"prisoner exchange", "weak", "gone"}
    assert shown(desk, q="prisoner", status__exact="withdrawn") == ["gone"]
    # Asked for by a click on a column, another order wins over relevance.
    assert shown(desk, q="prisoner", o="-5") == [
        "gone",
        "prisoner exchange",
        "weak",
    ]
    assert messages_of(desk, q="prisoner") == []


def test_search_knows_fields_of_the_query_language(desk: Client) -> None:
    run = ImportRun.objects.create()
    tagged = make_article(headline="tagged", import_run=run)
    make_article(headline="untagged")
    make_tag(tagged, make_entity(name="Ukraine", slug="ukraine"), TagState.AUTOMATIC)
    outbox.drain()
    for query in ("party:ukraine", f"id:{tagged.public_id}", f"batch:{run.pk}"):
        assert shown(desk, q=query) == ["tagged"], query


def test_a_query_that_cannot_be_read_is_explained(desk: Client) -> None:
    make_article()
    outbox.drain()
    assert shown(desk, q='"unclosed') == []
    (message,) = messages_of(desk, q='"unclosed')
    assert message.startswith("The query cannot be read.")


def test_without_an_index_headlines_are_searched(desk: Client) -> None:
    # Nothing was drained, so there is no index.
    make_article(headline="Prisoners exchanged")
    make_article(headline="Nothing")
    make_article(headline="A prisoner")
    assert shown(desk, q="Prison") == ["Prisoners exchanged"]
    (message,) = messages_of(desk, q="Prison")
    assert message.startswith("The search cannot answer:")


def test_more_hits_than_are_listed(desk: Client, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("archive.admin.article.MOST_FOUND", 2)
    for _ in range(3):
        make_article(headline="prisoners")
    outbox.drain()
    assert len(shown(desk, q="prisoners")) == 2
    (message,) = messages_of(desk, q="prisoners")
    assert message.startswith("3 articles match; the best 2 are listed.")


@pytest.mark.parametrize("query", ["\0", "\ud800", "a" * 5_000, "((((", "*", "x~9", "%s", "id:"])
def test_odd_queries_do_no_harm(desk: Client, query: str) -> None:
    make_article()
    outbox.drain()
    assert desk.get(LIST, {"q": query.encode("utf-8", "replace").decode()}).status_code == 200


def test_why_a_published_article_is_not_seen(desk: Client) -> None:
    make_article(embargo_until=timezone.now() + timedelta(hours=1))
    make_article(source=make_source(visible=False))
    page = desk.get(LIST).content.decode()
    assert "published, embargo" in page
    assert "published, source hidden" in page


def test_sorting_by_date_puts_the_undated_together(desk: Client) -> None:
    for headline, day in (("b", "2024"), ("u", ""), ("c", "2025-01"), ("a", "1990")):
        make_article(headline=headline, published=day)
    place = ["action_checkbox", *ArticleAdmin.list_display].index("published_day")
    assert shown(desk, o=str(place)) == ["u", "a", "b", "c"]
    assert shown(desk, o=f"-{place}") == ["c", "b", "a", "u"]


def test_headlines_are_escaped(desk: Client) -> None:
    make_article(headline='<script>alert(1)</script>"')
    page = desk.get(LIST).content.decode()
    assert "<script>alert" not in page
    assert "&lt;script&gt;alert" in page
