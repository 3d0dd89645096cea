"""What suppliers propose where an editor has the last word, on the page of the article."""

from __future__ import annotations

from typing import Any

import pytest
from django.contrib.auth.models import Permission, User
from django.db import connection
from django.test import Client
from django.test.utils import CaptureQueriesContext
from django.urls import reverse

from archive.models import Article, ImportRun, Proposal
from archive.services.curating import replace_references
from archive.services.proposing import store_proposals
from tests.admin.test_article_form import change, errors_in, form_of, save
from tests.factories import make_article

LIST = reverse("admin:archive_article_changelist")


@pytest.fixture
def article(db: None) -> Article:
    return make_article(headline="Edited <b>words</b>", edited_fields=["headline"])


def propose(article: Article, **values: Any) -> ImportRun:
    run = ImportRun.objects.create()
    store_proposals(run=run, proposals=[(article, values)])
    return run


def page_of(client: Client, article: Article) -> str:
    return client.get(change(article)).content.decode()


def test_both_values_are_shown(desk: Client, article: Article) -> None:
    assert "Proposed by the supplier" not in page_of(desk, article)
    run = propose(article, headline="Edited <i>words</i>", access="snippet")
    page = page_of(desk, article)
    assert "Proposed by the supplier" in page
    assert "<del>&lt;b&gt;words&lt;/b&gt;</del>" in page
    assert "<ins>&lt;i&gt;words&lt;/i&gt;</ins>" in page
    assert f"import {run.pk}" in page


@pytest.mark.parametrize("decision", ["accept", "dismiss", ""])
def test_what_is_decided_is_done(
    desk: Client, editor: User, article: Article, decision: str
) -> None:
    propose(article, headline="Theirs")
    save(desk, article, **{"proposals-0-decision": decision})
    article.refresh_from_db()
    assert article.headline == ("Theirs" if decision == "accept" else "Edited <b>words</b>")
    assert article.edited_fields == ["headline"]
    waiting = Proposal.objects.filter(dismissed=False).exists()
    assert waiting == (decision == "")
    if decision == "accept":
        assert article.versions.get().by == editor
    elif decision == "dismiss":
        assert Proposal.objects.get().dismissed
        assert "Proposed by the supplier" not in page_of(desk, article)


def test_what_else_the_form_says_is_saved_too(desk: Client, article: Article) -> None:
    replace_references(article=article, references=[("Ours", "")])
    article.refresh_from_db()
    propose(article, headline="Theirs", references=[["Theirs", "https://t.example/"]])
    changed = {"section": "World", "proposals-0-decision": "accept"}
    save(desk, article, **changed, **{"proposals-1-decision": "accept"})
    assert (article.headline, article.section) == ("Theirs", "World")
    assert [reference.label for reference in article.references.all()] == ["Theirs"]


def test_a_value_that_came_meanwhile_is_not_taken_unseen(desk: Client, article: Article) -> None:
    propose(article, headline="Theirs")
    data = form_of(desk, change(article))
    propose(article, headline="Theirs, again")
    response = desk.post(change(article), {**data, "proposals-0-decision": "accept"})
    assert "decision" in errors_in(response)
    article.refresh_from_db()
    assert article.headline == "Edited <b>words</b>"


def test_what_came_while_the_form_was_open_does_no_harm(desk: Client, article: Article) -> None:
    data = form_of(desk, change(article))
    propose(article, headline="Theirs")
    assert desk.post(change(article), {**data, "section": "World"}).status_code == 302
    article.refresh_from_db()
    assert article.section == "World"


@pytest.mark.parametrize("dismissed", [True, False])
def test_what_was_decided_meanwhile_does_no_harm(
    desk: Client, article: Article, dismissed: bool
) -> None:
    propose(article, access="snippet", headline="Theirs", section="World")
    data = form_of(desk, change(article))
    gone = Proposal.objects.filter(field="access")
    gone.update(dismissed=True) if dismissed else gone.delete()
    both = {"proposals-0-decision": "accept", "proposals-1-decision": "accept"}
    response = desk.post(change(article), {**data, **both})
    assert "“later”" in errors_in(response)["decision"][0]
    assert "This waits no longer" in response.content.decode()
    response = desk.post(change(article), {**data, **both, "proposals-0-decision": ""})
    assert response.status_code == 302
    article.refresh_from_db()
    assert (article.access, article.headline) == ("full", "Theirs")


def test_a_proposal_about_another_article_is_not_decided(desk: Client, article: Article) -> None:
    other = make_article(headline="Other", edited_fields=["headline"])
    propose(article, headline="Theirs", section="World")
    propose(other, headline="Not asked for")
    data = form_of(desk, change(article))
    data["proposals-0-id"] = str(Proposal.objects.get(article=other).pk)
    response = desk.post(change(article), {**data, "proposals-0-decision": "accept"})
    assert "decision" in errors_in(response)
    other.refresh_from_db()
    assert other.headline == "Other"
    assert "Not asked for" not in response.content.decode()


def test_what_cannot_be_taken_is_said(desk: Client, article: Article) -> None:
    Article.objects.update(body="")
    article.refresh_from_db()
    propose(article, headline="")
    data = {**form_of(desk, change(article)), "proposals-0-decision": "accept"}
    response = desk.post(change(article), data, follow=True)
    assert "1 proposal cannot be taken" in response.content.decode()
    assert Proposal.objects.filter(dismissed=False).exists()


def with_permissions(*names: str) -> Client:
    user = User.objects.create_user("ben", is_staff=True)
    user.user_permissions.set(Permission.objects.filter(codename__in=names))
    client = Client()
    client.force_login(user, backend="django.contrib.auth.backends.ModelBackend")
    return client


def test_who_may_change_articles_may_decide(article: Article) -> None:
    propose(article, headline="Theirs")
    client = with_permissions("view_article", "change_article")
    save(client, article, **{"proposals-0-decision": "accept"})
    assert article.headline == "Theirs"


def test_who_may_only_look_cannot_decide(article: Article) -> None:
    propose(article, headline="Theirs")
    client = with_permissions("view_article")
    page = page_of(client, article)
    assert "Proposed by the supplier" in page
    assert "proposals-0-decision" not in page
    data = {
        "proposals-TOTAL_FORMS": "1",
        "proposals-INITIAL_FORMS": "1",
        "proposals-0-id": str(Proposal.objects.get().pk),
        "proposals-0-article": str(article.pk),
        "proposals-0-decision": "accept",
    }
    assert client.post(change(article), data).status_code == 403
    article.refresh_from_db()
    assert article.headline == "Edited <b>words</b>"


def test_no_form_is_taken_without_its_token(editor: User, article: Article) -> None:
    propose(article, headline="Theirs")
    client = Client(enforce_csrf_checks=True)
    client.force_login(editor, backend="django.contrib.auth.backends.ModelBackend")
    data = {**form_of(client, change(article)), "proposals-0-decision": "accept"}
    assert client.post(change(article), data).status_code == 403


class TestFilter:
    def test_only_articles_with_proposals_that_wait(self, desk: Client, article: Article) -> None:
        dismissed = make_article(headline="Dismissed")
        make_article(headline="Other")
        propose(article, headline="Theirs", section="World")
        Proposal.objects.create(article=dismissed, field="section", value="W", dismissed=True)
        page = desk.get(LIST, {"proposed": "yes"})
        assert list(page.context["cl"].result_list) == [article]
        assert len(desk.get(LIST).context["cl"].result_list) == 3

    def test_it_goes_by_the_proposals(self, desk: Client, article: Article) -> None:
        """The articles are found by their keys, and not all of them looked at."""
        propose(article, headline="Theirs")
        with CaptureQueriesContext(connection) as queries:
            desk.get(LIST, {"proposed": "yes"})
        asked = [query["sql"] for query in queries if "archive_proposal" in query["sql"]]
        assert asked
        for sql in asked:
            with connection.cursor() as cursor:
                cursor.execute(f"EXPLAIN QUERY PLAN {sql}")
                plan = " | ".join(row[3] for row in cursor.fetchall())
            assert "SCAN archive_article" not in plan, plan
