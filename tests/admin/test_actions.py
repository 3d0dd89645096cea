"""What is done to many articles or tags at once, and what the index makes of it."""

from __future__ import annotations

from datetime import timedelta
from typing import Any

import pytest
from django.contrib.admin.models import LogEntry
from django.contrib.auth.models import User
from django.contrib.messages import get_messages
from django.db import connection
from django.test import Client
from django.test.utils import CaptureQueriesContext
from django.urls import reverse
from django.utils import timezone
from pytest_django import DjangoAssertNumQueries, DjangoCaptureOnCommitCallbacks

from archive.admin import article_actions
from archive.admin import tag as tag_admin
from archive.models import Article, ArticleVersion, OutboxRow, Tag, TagEvidence, TagState
from archive.search.document import Shelf
from archive.services import outbox
from archive.services.indexing import verify_index
from tests.admin.conftest import on_shelf
from tests.factories import make_article, make_entity, make_source, make_tag

ARTICLES = reverse("admin:archive_article_changelist")
TAGS = reverse("admin:archive_tag_changelist")
WITHDRAW = reverse("admin:archive_article_withdraw")


def run(
    client: Client, action: str, *rows: Article | Tag, address: str = ARTICLES, **data: str
) -> Any:
    """Choose rows in a list and start an action."""
    chosen = [str(row.pk) for row in rows]
    form = {"action": action, "_selected_action": chosen, "index": "0", **data}
    return client.post(address, form)


def said(client: Client, address: str = ARTICLES) -> str:
    """What the next page says."""
    request = client.get(address).wsgi_request
    return " ".join(str(message) for message in get_messages(request))


def test_publishing(
    desk: Client, editor: User, django_capture_on_commit_callbacks: DjangoCaptureOnCommitCallbacks
) -> None:
    drafts = [make_article(status="draft") for _ in range(3)]
    already = make_article()
    outbox.drain()
    assert on_shelf(Shelf.PUBLIC) == {already.public_id}

    with django_capture_on_commit_callbacks(execute=True):
        assert run(desk, "publish", *drafts, already).status_code == 302

    assert on_shelf(Shelf.PUBLIC) == {article.public_id for article in [*drafts, already]}
    assert not OutboxRow.objects.exists()
    assert verify_index().sound
    assert said(desk) == "3 articles published."
    assert {version.by for version in ArticleVersion.objects.all()} == {editor}
    assert {entry.object_id for entry in LogEntry.objects.all()} == {str(d.pk) for d in drafts}


def test_what_stays_hidden_is_said(desk: Client) -> None:
    run(
        desk,
        "publish",
        make_article(status="draft", embargo_until=timezone.now() + timedelta(days=1)),
        make_article(status="draft", source=make_source(visible=False)),
        make_article(status="draft"),
    )
    assert said(desk).startswith("3 articles published. 2 articles of them cannot be seen yet")


def test_taking_back(
    desk: Client, django_capture_on_commit_callbacks: DjangoCaptureOnCommitCallbacks
) -> None:
    article = make_article()
    outbox.drain()
    with django_capture_on_commit_callbacks(execute=True):
        run(desk, "to_draft", article)
    assert on_shelf(Shelf.STAFF) == {article.public_id}
    assert on_shelf(Shelf.PUBLIC) == set()


def test_withdrawing_asks_why_first(
    desk: Client, django_capture_on_commit_callbacks: DjangoCaptureOnCommitCallbacks
) -> None:
    article, draft = make_article(), make_article(status="draft")
    outbox.drain()
    address = f"{ARTICLES}?status__exact=published"
    asked = run(desk, "withdraw", article, address=address)
    page = asked.content.decode()
    assert "Withdraw 1 article" in page  # the filter leaves the draft out
    keys = asked.context["form"]["keys"].value()
    assert keys == str(article.pk)
    assert Article.objects.get(pk=article.pk).status == "published"

    empty = desk.post(WITHDRAW, {"keys": keys, "reason": " \u200b ", "next": address})
    assert "This field is required" in empty.content.decode() or "Say why" in empty.content.decode()
    assert Article.objects.get(pk=article.pk).status == "published"

    with django_capture_on_commit_callbacks(execute=True):
        done = desk.post(
            WITHDRAW,
            {"keys": f"{keys},{draft.pk}", "reason": " It was  wrong. ", "next": address},
        )
    assert (done.status_code, done.headers["Location"]) == (302, address)
    article.refresh_from_db()
    assert (article.status, article.withdrawal_reason) == ("withdrawn", "It was wrong.")
    assert on_shelf(Shelf.PUBLIC) == set()
    assert "1 article withdrawn. 1 article left alone" in said(desk)


@pytest.mark.parametrize("elsewhere", ["https://evil.example/", "//evil.example", "javascript:x"])
def test_withdrawing_leads_nowhere_else(desk: Client, elsewhere: str) -> None:
    article = make_article()
    data = {"keys": str(article.pk), "reason": "x", "next": elsewhere}
    assert desk.post(WITHDRAW, data).headers["Location"] == ARTICLES
    assert desk.get(WITHDRAW).headers["Location"] == ARTICLES


@pytest.mark.parametrize("keys", ["", "x", "1;2", "1," * 100, "9" * 30])
def test_withdrawing_takes_keys_only(desk: Client, keys: str) -> None:
    make_article()
    assert desk.post(WITHDRAW, {"keys": keys, "reason": "x"}).status_code == 200


def test_all_pages_can_be_chosen(desk: Client) -> None:
    articles = [make_article(status="draft") for _ in range(60)]
    run(desk, "publish", articles[0], select_across="1")
    assert Article.objects.filter(status="published").count() == 60


def test_too_many_are_refused(desk: Client, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(article_actions, "MOST_AT_ONCE", 2)
    monkeypatch.setattr(tag_admin, "MOST_AT_ONCE", 2)
    articles = [make_article(status="draft") for _ in range(3)]
    tags = [make_tag(article, make_entity(), TagState.SUGGESTED) for article in articles]
    for action in ("publish", "withdraw", "to_draft", "confirm_tags"):
        assert run(desk, action, *articles).status_code == 302
        assert said(desk).startswith("At most 5\u202f000 can be changed at once.")
    run(desk, "reject", *tags, address=TAGS)
    assert set(Tag.objects.values_list("state", flat=True)) == {"suggested"}
    assert set(Article.objects.values_list("status", flat=True)) == {"draft"}


def test_confirming_all_suggested_tags_of_articles(
    desk: Client, django_capture_on_commit_callbacks: DjangoCaptureOnCommitCallbacks
) -> None:
    article = make_article()
    tags = [make_tag(article, make_entity(), TagState.SUGGESTED) for _ in range(2)]
    outbox.drain()
    with django_capture_on_commit_callbacks(execute=True):
        run(desk, "confirm_tags", article)
    assert said(desk) == "2 tags confirmed."
    assert set(Tag.objects.values_list("state", flat=True)) == {"confirmed"}
    assert TagEvidence.objects.filter(origin="editor").count() == len(tags)
    assert verify_index().sound


def test_the_cost_of_an_action_does_not_grow_with_what_was_chosen(desk: Client) -> None:
    def questions(number: int) -> int:
        article = make_article()
        for _ in range(number):
            make_tag(article, make_entity(), TagState.SUGGESTED)
        with CaptureQueriesContext(connection) as asked:
            run(desk, "confirm_tags", article)
        return len(asked)

    questions(1)  # fills what Django keeps for good, such as content types
    assert questions(2) == questions(12)


def test_the_review_list_shows_what_waits_with_its_passage(
    desk: Client, django_assert_num_queries: DjangoAssertNumQueries
) -> None:
    article = make_article(
        headline="Talks",
        body="Long before. " * 20 + "Then Moscow & others said <b>little</b>. " + "After. " * 20,
    )
    waiting = make_tag(article, make_entity("place", name="Moscow"), TagState.SUGGESTED, count=2)
    TagEvidence.objects.create(tag=waiting, origin="gazetteer", surface="Moscow", first_position=3)
    make_tag(article, make_entity(name="Done"), TagState.CONFIRMED)
    page = desk.get(TAGS).content.decode()
    assert "Then <mark>Moscow</mark> &amp; others said &lt;b&gt;little&lt;/b&gt;." in page
    assert "…Long before" in page or "…before" in page
    assert "Done" not in page
    for _ in range(20):
        other = make_tag(make_article(), make_entity(), TagState.SUGGESTED)
        TagEvidence.objects.create(tag=other, origin="gazetteer", surface="Text")
    with django_assert_num_queries(6):  # session, user, count, keys, rows, evidence
        desk.get(TAGS)


@pytest.mark.parametrize(
    ("parameters", "names"),
    [
        ({}, {"s"}),
        ({"state": "confirmed"}, {"c"}),
        ({"state": "any"}, {"s", "c", "r", "a"}),
        ({"state": "any", "kind": "place"}, {"r"}),
        ({"state": "any", "q": "S"}, {"s"}),
        ({"state": "nonsense"}, set()),
    ],
)
def test_the_review_list_is_narrowed(
    desk: Client, parameters: dict[str, str], names: set[str]
) -> None:
    article = make_article()
    for name, state, kind in (
        ("s", "suggested", "party"),
        ("c", "confirmed", "party"),
        ("a", "automatic", "person"),
        ("r", "rejected", "place"),
    ):
        make_tag(article, make_entity(kind, name=name), state)
    rows = desk.get(TAGS, parameters).context["cl"].result_list
    assert {tag.entity.name for tag in rows} == names


@pytest.mark.parametrize(("action", "after"), [("confirm", "confirmed"), ("reject", "rejected")])
def test_tags_are_judged_in_the_list(
    desk: Client,
    editor: User,
    action: str,
    after: str,
    django_capture_on_commit_callbacks: DjangoCaptureOnCommitCallbacks,
) -> None:
    article = make_article()
    tags = [make_tag(article, make_entity(), TagState.SUGGESTED) for _ in range(3)]
    outbox.drain()
    with django_capture_on_commit_callbacks(execute=True):
        run(desk, action, *tags[:2], address=TAGS)
    with django_capture_on_commit_callbacks(execute=True):
        done = desk.post(f"{TAGS}?p=1", {"_decide": f"{action}:{tags[2].pk}"})
    assert done.headers["Location"] == f"{TAGS}?p=1"
    assert set(Tag.objects.values_list("state", flat=True)) == {after}
    assert {row.by for row in TagEvidence.objects.all()} == {editor}
    assert f"2 tags {after}. 1 tag {after}." in said(desk, TAGS)
    assert not OutboxRow.objects.exists()
    assert verify_index().sound


@pytest.mark.parametrize(
    "decide", ["", "confirm", "confirm:", "confirm:x", "delete:1", "confirm:9"]
)
def test_odd_decisions_change_nothing(desk: Client, decide: str) -> None:
    tag = make_tag(make_article(), make_entity(), TagState.SUGGESTED)
    desk.post(TAGS, {"_decide": decide.replace("9", str(tag.pk + 1))})
    tag.refresh_from_db()
    assert tag.state == "suggested"


def test_a_tags_own_page_judges_it(desk: Client, editor: User) -> None:
    tag = make_tag(make_article(), make_entity(), TagState.AUTOMATIC, origin="import")
    address = reverse("admin:archive_tag_change", args=[tag.pk])
    empty = {"evidence-TOTAL_FORMS": "0", "evidence-INITIAL_FORMS": "0"}
    assert desk.post(address, {"state": "automatic", **empty}).status_code == 302
    assert not TagEvidence.objects.exists()
    assert desk.post(address, {"state": "suggested", **empty}).status_code == 200
    assert desk.post(address, {"state": "rejected", **empty}).status_code == 302
    tag.refresh_from_db()
    assert (tag.state, tag.origin) == ("rejected", "editor")
    assert TagEvidence.objects.get().by == editor
