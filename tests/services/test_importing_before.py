"""What is kept of articles before an import changes them."""

from __future__ import annotations

import json
from datetime import UTC, datetime

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext

from archive.models import (
    Article,
    ArticleBefore,
    ArticleReference,
    ImportRun,
    Origin,
    Proposal,
    TagEvidence,
)
from archive.models.article import CONTENT_FIELDS
from archive.services.importing_before import field_values, keep_before
from tests.factories import make_article, make_entity, make_source, make_tag

pytestmark = pytest.mark.django_db


def make_rich_article() -> Article:
    """An article with something in every table, imported by a run of its own."""
    article = make_article(
        published="2025-06-02T10:15:30.123456+03:00",
        source=make_source(),
        bylines=["Ada Quill"],
        embargo_until=datetime(2025, 6, 1, 8, 30, 0, 1, tzinfo=UTC),
        edited_fields=["summary"],
        record_hash="a" * 64,
        import_run=ImportRun.objects.create(),
        supplier_version="3",
    )
    ArticleReference.objects.create(article=article, label="R", url="https://r.example/", order=0)
    ArticleReference.objects.create(article=article, label="Q", order=1)
    tag = make_tag(article, make_entity(), state="rejected", count=3, first_position=7)
    TagEvidence.objects.create(tag=tag, origin=Origin.GAZETTEER, surface="Velmora", count=3)
    TagEvidence.objects.create(tag=tag, origin=Origin.IMPORT, run=article.import_run)
    Proposal.objects.create(article=article, field="summary", value="Theirs.", dismissed=True)
    return article


def test_every_field_comes_back_as_it_was() -> None:
    article = make_rich_article()
    keep_before(run=ImportRun.objects.create(), articles=[article])
    stored = Article.objects.get()
    values = field_values(ArticleBefore.objects.get().state)
    assert {name: getattr(stored, name) for name in values} == values
    assert {*CONTENT_FIELDS, "received_id", "import_run_id", "updated_at", "version"} <= set(values)


def test_rows_that_hang_on_an_article_are_kept() -> None:
    article = make_rich_article()
    keep_before(run=ImportRun.objects.create(), articles=[article])
    state = ArticleBefore.objects.get().state
    assert [row["label"] for row in state["references"]] == ["R", "Q"]
    [tag] = state["tags"]
    assert (tag["state"], tag["count"], tag["first_position"]) == ("rejected", 3, 7)
    evidence = [(row["origin"], row["surface"], row["run_id"]) for row in tag["evidence"]]
    assert evidence == [("gazetteer", "Velmora", None), ("import", "", article.import_run_id)]
    at = TagEvidence.objects.order_by("pk").values_list("at", flat=True)[0]
    assert datetime.fromisoformat(tag["evidence"][0]["at"]) == at
    assert [(row["value"], row["dismissed"]) for row in state["proposals"]] == [("Theirs.", True)]
    assert json.loads(json.dumps(state)) == state


def test_the_first_change_of_a_run_counts() -> None:
    article = make_article(headline="First")
    run, other = ImportRun.objects.create(), ImportRun.objects.create()
    keep_before(run=run, articles=[article])
    Article.objects.update(headline="Second")
    keep_before(run=run, articles=[article])
    keep_before(run=other, articles=[article])
    kept = {before.run: before.state for before in ArticleBefore.objects.all()}
    assert kept[run]["fields"]["headline"] == "First"
    assert kept[other]["fields"]["headline"] == "Second"


def test_what_the_run_created_has_no_before() -> None:
    run = ImportRun.objects.create()
    keep_before(run=run, articles=[make_article(import_run=run)])
    assert not ArticleBefore.objects.exists()


def test_the_database_is_kept_whatever_the_object_says_by_now() -> None:
    article = make_article(headline="Stored")
    article.headline = "Changed"
    keep_before(run=ImportRun.objects.create(), articles=[article])
    assert ArticleBefore.objects.get().state["fields"]["headline"] == "Stored"


def test_a_batch_takes_as_many_queries_as_one_article() -> None:
    run = ImportRun.objects.create()
    articles = [make_rich_article() for _ in range(30)]
    with CaptureQueriesContext(connection) as queries:
        keep_before(run=run, articles=articles)
    assert ArticleBefore.objects.count() == 30
    assert len(queries) <= 7
