"""What was changed in an article, in words."""

from __future__ import annotations

from datetime import UTC, datetime

import pytest
from django.contrib.auth.models import User

from archive.models import Article, ImportRun
from archive.services.versions import version_changes
from archive.text.compare import Change
from tests.factories import make_article, make_source

pytestmark = pytest.mark.django_db


def said(article: Article, place: int = 0) -> dict[str, tuple[str, str]]:
    """What was removed and added, by field, in one change."""
    return {
        field.label: (
            "".join(piece.text for piece in field.pieces if piece.change is Change.REMOVED),
            "".join(piece.text for piece in field.pieces if piece.change is Change.ADDED),
        )
        for field in version_changes(article=article)[place].fields
    }


def test_nothing_changed_yet() -> None:
    assert version_changes(article=make_article()) == ()


def test_every_kind_of_field_is_said_in_words() -> None:
    source = make_source(name="Courier")
    article = make_article(published="2025-06", headline="Old words", access="full")
    article.headline = "New words"
    article.source = source
    article.set_published("")
    article.status = "withdrawn"
    article.withdrawal_reason = "An error."
    article.access = "metadata"
    article.bylines = ["Jane Doe", "Jo"]
    article.embargo_until = datetime(2030, 1, 2, 3, 4, tzinfo=UTC)
    article.save()
    assert said(article) == {
        "headline": ("Old", "New"),
        "source": ("(empty)", "Courier"),
        "published on": ("June 2025", "undated"),
        "status": ("published", "withdrawn"),
        "reason of the withdrawal": ("(empty)", "An error."),
        "what the public may read": ("full text", "no text: headline, source, date and the like"),
        "bylines": ("", "Jane Doe\nJo"),
        "embargo until": ("(empty)", "2030-01-02 03:04 UTC"),
    }


def test_changes_are_told_newest_first_with_who_made_them() -> None:
    anna = User.objects.create_user("anna")
    run = ImportRun.objects.create()
    article = make_article(headline="one")
    article.headline, article.changed_by = "two", anna
    article.save()
    article = Article.objects.get()
    article.headline, article.changed_by_run = "three", run
    article.save()
    changes = version_changes(article=article)
    assert [(c.number, c.by, c.run) for c in changes] == [(2, "", run.pk), (1, "anna", None)]
    assert said(article, 0)["headline"] == ("two", "three")
    assert said(article, 1)["headline"] == ("one", "two")
