"""What a supplier says where an editor has said something else."""

from __future__ import annotations

from datetime import UTC, datetime
from typing import Any

import pytest
from django.contrib.auth.models import User
from django.db import connection
from django.test.utils import CaptureQueriesContext

from archive.models import Article, ImportRun, OutboxRow, Proposal, Source, Status
from archive.services.curating import replace_references, withdraw_articles
from archive.services.proposing import (
    accept_proposals,
    dismiss_proposals,
    proposed_changes,
    store_proposals,
)
from archive.text.compare import Change
from tests.factories import make_article, make_source
from tests.services.reports import Import

pytestmark = pytest.mark.django_db


@pytest.fixture
def anna(db: None) -> User:
    return User.objects.create_user("anna")


@pytest.fixture
def article(anna: User) -> Article:
    """An article whose headline an editor has changed from “Supplied” to “Edited”."""
    made = make_article(headline="Supplied")
    made.headline = "Edited"
    made.edited_fields = ["headline"]
    made.changed_by = anna
    made.save()
    return made


def propose(article: Article, **values: Any) -> ImportRun:
    run = ImportRun.objects.create()
    store_proposals(run=run, proposals=[(article, values)])
    return run


def waiting() -> dict[str, Any]:
    return dict(Proposal.objects.filter(dismissed=False).values_list("field", "value"))


def test_another_value_waits_beside_the_editors(article: Article) -> None:
    run = propose(article, headline="Corrected", summary="")
    proposal = Proposal.objects.get()
    assert (proposal.field, proposal.value, proposal.run) == ("headline", "Corrected", run)
    article.refresh_from_db()
    assert article.headline == "Edited"


def test_what_the_editor_replaced_is_no_news(article: Article) -> None:
    propose(article, headline="Supplied")
    assert waiting() == {}


def test_what_an_editor_never_saw_is_proposed(article: Article, anna: User) -> None:
    """An earlier value that another import replaced, not the editor."""
    other = make_article(headline="Very first")
    other.headline, other.changed_by_run = "Supplied", ImportRun.objects.create()
    other.save()
    other.headline, other.changed_by = "Edited", anna
    other.save()
    propose(other, headline="Very first")
    assert waiting() == {"headline": "Very first"}
    propose(other, headline="Supplied")
    assert waiting() == {}


def test_a_change_of_another_field_replaced_nothing(article: Article, anna: User) -> None:
    other = make_article(headline="Supplied", section="Local")
    other.section, other.changed_by = "World", anna
    other.save()
    other.headline, other.changed_by = "By an import", None
    other.save()
    propose(other, headline="Supplied")
    assert waiting() == {"headline": "Supplied"}


def test_a_later_value_takes_the_place_of_an_earlier_one(article: Article) -> None:
    propose(article, headline="Corrected")
    run = propose(article, headline="Corrected again")
    assert waiting() == {"headline": "Corrected again"}
    assert Proposal.objects.get().run == run


def test_agreement_takes_a_proposal_away(article: Article) -> None:
    propose(article, headline="Corrected")
    propose(article, headline="Edited")
    assert not Proposal.objects.exists()


def test_a_dismissed_value_stays_away_until_it_is_another(article: Article) -> None:
    propose(article, headline="Corrected")
    key = Proposal.objects.get().pk
    assert dismiss_proposals(proposals=[key]) == [key]
    assert dismiss_proposals(proposals=[key]) == []
    propose(article, headline="Corrected")
    assert waiting() == {}
    propose(article, headline="Supplied")
    propose(article, headline="Corrected")
    assert waiting() == {}
    propose(article, headline="Corrected again")
    assert waiting() == {"headline": "Corrected again"}


@pytest.mark.parametrize(
    ("field", "same", "other"),
    [
        ("published", "2025-06-02T10:15:30.123456+03:00", "2025-06-02T10:16:00+03:00"),
        ("published", "2025-06-02T10:15:30.123456+03:00", "2025-06"),
        ("published", "2025-06-02T10:15:30.123456+03:00", ""),
        ("embargo_until", "2999-01-01T00:00:00+00:00", "2999-01-01T01:00:00+00:00"),
        ("embargo_until", "2999-01-01T00:00:00+00:00", None),
        ("bylines", ["Ada Quill"], []),
        ("references", [["R", "https://r.example/"], ["Q", ""]], [["Q", ""]]),
        ("access", "snippet", "full"),
        ("status", "published", "withdrawn"),
        ("canonical_url", "", "https://a.example/1"),
    ],
)
def test_each_kind_of_field_is_compared_and_accepted(
    anna: User, field: str, same: Any, other: Any
) -> None:
    article = make_article(
        published="2025-06-02T10:15:30.123456+03:00",
        embargo_until=datetime(2999, 1, 1, tzinfo=UTC),
        bylines=["Ada Quill"],
        access="snippet",
    )
    replace_references(article=article, references=[("R", "https://r.example/"), ("Q", "")])
    article = Article.objects.get()
    propose(article, **{field: same})
    assert waiting() == {}
    propose(article, **{field: other})
    assert waiting() == {field: other}
    [change] = proposed_changes(article=article)
    assert {Change.REMOVED, Change.ADDED} & {piece.change for piece in change.change.pieces}
    assert accept_proposals(proposals=[change.key], by=anna) == [change.key]
    propose(Article.objects.get(), **{field: other})
    assert waiting() == {}


def test_an_accepted_value_is_the_editors_change(article: Article, anna: User) -> None:
    propose(article, headline="Corrected")
    OutboxRow.objects.all().delete()
    accept_proposals(proposals=Proposal.objects.values_list("pk", flat=True), by=anna)
    article.refresh_from_db()
    assert (article.headline, article.edited_fields) == ("Corrected", ["headline"])
    version = article.versions.latest("number")
    assert (version.content["headline"], version.by) == ("Edited", anna)
    assert version.reason
    assert OutboxRow.objects.filter(public_id=article.public_id).exists()
    assert not Proposal.objects.exists()


def test_a_source_is_named_and_one_that_is_gone_is_left_waiting(anna: User) -> None:
    courier, gazette = make_source(name="Courier"), make_source(name="Gazette")
    article = make_article(source=courier)
    propose(article, source_id=gazette.pk)
    [change] = proposed_changes(article=article)
    assert [piece.text for piece in change.change.pieces] == ["Courier", " ", "Gazette"]
    Source.objects.filter(pk=gazette.pk).delete()
    assert accept_proposals(proposals=[change.key], by=anna) == []
    assert waiting() == {"source_id": gazette.pk}


def test_an_article_keeps_a_headline_or_a_text(anna: User) -> None:
    article = make_article(headline="", body="Edited.")
    propose(article, body="")
    assert accept_proposals(proposals=Proposal.objects.values_list("pk", flat=True), by=anna) == []
    assert waiting() == {"body": ""}


def test_the_reason_of_a_withdrawal_goes_with_it(anna: User) -> None:
    article = make_article()
    withdraw_articles(articles=[article.pk], reason="An error.", by=anna)
    article.refresh_from_db()
    Proposal.objects.create(article=article, field="status", value="published")
    accept_proposals(proposals=Proposal.objects.values_list("pk", flat=True), by=anna)
    article.refresh_from_db()
    assert (article.status, article.withdrawal_reason) == (Status.PUBLISHED, "")


def test_a_batch_takes_as_many_queries_as_one_article(anna: User) -> None:
    articles = [make_article(headline=f"Supplied {number}") for number in range(30)]
    for made in articles:
        made.headline, made.changed_by = "Edited", anna
        made.save()
    run = ImportRun.objects.create()
    with CaptureQueriesContext(connection) as queries:
        store_proposals(
            run=run,
            proposals=[(a, {"headline": "Corrected", "references": [["R", ""]]}) for a in articles],
        )
    assert Proposal.objects.count() == 60
    assert len(queries) <= 8


class TestImport:
    """What an import proposes."""

    def test_a_correction_of_an_edited_field(self, take_in: Import, anna: User) -> None:
        first = {"id": "1", "headline": "Supplied", "body": "First.", "source": "S"}
        take_in(first)
        article = Article.objects.get()
        article.headline, article.changed_by = "Edited", anna
        article.edited_fields = ["headline", "published", "references"]
        article.save()
        take_in({**first, "body": "Second."})
        assert waiting() == {}
        second = {**first, "headline": "Corrected", "body": "Second.", "published": "2025-06-02"}
        report = take_in({**second, "references": ["R"]})
        assert waiting() == {
            "headline": "Corrected",
            "published": "2025-06-02",
            "references": [["R", ""]],
        }
        assert {proposal.run for proposal in Proposal.objects.all()} == {report.run}
        article.refresh_from_db()
        assert (article.headline, article.body) == ("Edited", "Second.")
        accept_proposals(proposals=Proposal.objects.values_list("pk", flat=True), by=anna)
        take_in({**second, "references": ["R"], "section": "World"})
        assert waiting() == {}
        article.refresh_from_db()
        assert (article.headline, article.published) == ("Corrected", "2025-06-02")
