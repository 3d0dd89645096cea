"""What editors decide reaches tags, versions and the index, in one transaction."""

from __future__ import annotations

from collections.abc import Callable

import pytest
from django.contrib.auth.models import User
from django.db.models.signals import post_save
from pytest_django import DjangoCaptureOnCommitCallbacks

from archive.models import (
    Article,
    ArticleVersion,
    EntityKind,
    Origin,
    OutboxRow,
    Status,
    Tag,
    TagEvidence,
    TagState,
)
from archive.search.document import Shelf
from archive.search.request import SearchRequest
from archive.services import curating, outbox
from archive.services.engine import get_engine
from archive.services.indexing import verify_index
from archive.signals import article_saved
from tests.factories import make_article, make_entity, make_tag

pytestmark = pytest.mark.django_db


@pytest.fixture
def anna() -> User:
    return User.objects.create_user("anna")


def public() -> set[str]:
    return set(get_engine().versions(Shelf.PUBLIC))


def settle() -> None:
    """Let the index catch up, as it does after a commit, and check that it is sound."""
    outbox.drain()
    report = verify_index()
    assert report.sound, report
    assert report.waiting == 0


Decide = Callable[[list[int], User], list[int]]


def publish(keys: list[int], by: User) -> list[int]:
    return curating.publish_articles(articles=keys, by=by)


def withdraw(keys: list[int], by: User) -> list[int]:
    return curating.withdraw_articles(articles=keys, reason="An error.", by=by)


def to_draft(keys: list[int], by: User) -> list[int]:
    return curating.return_to_draft(articles=keys, by=by)


@pytest.mark.parametrize(
    ("decide", "before", "after"),
    [
        (publish, "draft", "published"),
        (publish, "withdrawn", "published"),
        (withdraw, "published", "withdrawn"),
        (to_draft, "published", "draft"),
        (to_draft, "withdrawn", "draft"),
    ],
)
def test_status_is_set_with_a_version_and_an_editors_name(
    decide: Decide, before: str, after: str, anna: User
) -> None:
    article = make_article(status=before, withdrawal_reason="Old." if before == "withdrawn" else "")
    settle()
    assert (article.public_id in public()) == (before == "published")

    assert decide([article.pk], anna) == [article.pk]

    assert OutboxRow.objects.filter(public_id=article.public_id).exists()
    assert outbox.pending_removals() == (
        frozenset() if after == "published" else {article.public_id}
    )
    settle()
    assert (article.public_id in public()) == (after == "published")
    article.refresh_from_db()
    assert article.status == after
    assert article.withdrawal_reason == ("An error." if after == "withdrawn" else "")
    assert "status" in article.edited_fields
    assert article.version == 2
    version = ArticleVersion.objects.get(article=article)
    assert (version.number, version.by, version.content["status"]) == (1, anna, before)


@pytest.mark.parametrize(
    ("decide", "status"),
    [(publish, "published"), (withdraw, "draft"), (withdraw, "withdrawn"), (to_draft, "draft")],
)
def test_what_is_already_so_is_left_alone(decide: Decide, status: str, anna: User) -> None:
    article = make_article(status=status)
    settle()
    assert decide([article.pk], anna) == []
    article.refresh_from_db()
    assert (article.version, article.edited_fields) == (1, [])
    assert not OutboxRow.objects.exists()
    assert not ArticleVersion.objects.exists()


def test_thousands_are_changed_in_batches(anna: User, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(curating, "WRITE_BATCH", 3)
    articles = [make_article(status="draft") for _ in range(8)]
    assert sorted(publish([article.pk for article in articles], anna)) == sorted(
        article.pk for article in articles
    )
    settle()
    assert public() == {article.public_id for article in articles}


def test_nothing_is_changed_when_a_part_fails(anna: User, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(curating, "WRITE_BATCH", 1)
    articles = [make_article(status="draft") for _ in range(2)]
    settle()
    asked: list[object] = []

    def failing(condition: object) -> int:
        asked.append(condition)
        if len(asked) == 2:
            raise RuntimeError("the disk is full")
        return 1

    monkeypatch.setattr(outbox, "enqueue_where", failing)
    with pytest.raises(RuntimeError):
        publish([article.pk for article in articles], anna)
    assert set(Article.objects.values_list("status", flat=True)) == {Status.DRAFT}
    assert not ArticleVersion.objects.exists()


def test_the_index_follows_at_the_commit(
    anna: User, django_capture_on_commit_callbacks: DjangoCaptureOnCommitCallbacks
) -> None:
    article = make_article(status="draft")
    settle()
    with django_capture_on_commit_callbacks(execute=True):
        publish([article.pk], anna)
        assert article.public_id not in public()
    assert article.public_id in public()
    assert not OutboxRow.objects.exists()


@pytest.mark.parametrize("before", ["suggested", "automatic", "rejected", "confirmed"])
@pytest.mark.parametrize("after", ["confirmed", "rejected"])
def test_tags_are_judged_with_evidence(before: str, after: str, anna: User) -> None:
    article, entity = make_article(), make_entity()
    tag = make_tag(article, entity, before, origin="gazetteer")
    TagEvidence.objects.create(tag=tag, origin="gazetteer", surface="Name")
    settle()
    judge = curating.confirm_tags if after == "confirmed" else curating.reject_tags

    changed = judge(tags=[tag.pk], by=anna)

    assert changed == ([] if before == after else [tag.pk])
    assert OutboxRow.objects.exists() == (before != after)
    settle()
    tag.refresh_from_db()
    assert tag.state == after
    if before != after:
        assert tag.origin == Origin.EDITOR
        assert TagEvidence.objects.get(tag=tag, origin="editor").by == anna
    assert TagEvidence.objects.filter(tag=tag, origin="gazetteer").exists()
    assert counted(entity.pk) == (1 if after == "confirmed" else 0)


def test_a_changed_mind_leaves_one_row_of_evidence(anna: User) -> None:
    tag = make_tag(make_article(), make_entity(), TagState.SUGGESTED)
    bert = User.objects.create_user("bert")
    curating.confirm_tags(tags=[tag.pk], by=anna)
    curating.reject_tags(tags=[tag.pk], by=bert)
    assert [row.by for row in tag.evidence.all()] == [bert]


def test_all_suggested_tags_of_articles_are_confirmed(anna: User) -> None:
    chosen, other = make_article(), make_article()
    waiting = make_tag(chosen, make_entity(), TagState.SUGGESTED)
    rejected = make_tag(chosen, make_entity(), TagState.REJECTED)
    elsewhere = make_tag(other, make_entity(), TagState.SUGGESTED)
    assert curating.confirm_suggested_tags(articles=[chosen.pk], by=anna) == [waiting.pk]
    states = dict(Tag.objects.values_list("pk", "state"))
    assert states == {waiting.pk: "confirmed", rejected.pk: "rejected", elsewhere.pk: "suggested"}


def test_tags_are_added_by_hand(anna: User) -> None:
    article = make_article()
    new, known = make_entity(EntityKind.PLACE), make_entity()
    make_tag(article, known, TagState.REJECTED)
    curating.add_tags(article=article, entities=[new.pk, known.pk, new.pk], by=anna)
    settle()
    assert set(article.tags.values_list("entity", "origin", "state")) == {
        (new.pk, "editor", "confirmed"),
        (known.pk, "editor", "confirmed"),
    }
    assert counted(new.pk, "place") == counted(known.pk) == 1


def test_references_are_replaced_and_kept_from_imports() -> None:
    article = make_article()
    first = [("A paper", "https://example.org/a"), ("B paper", "")]
    assert curating.replace_references(article=article, references=first)
    assert not curating.replace_references(article=article, references=first)
    before = outbox.public_state().epoch
    assert curating.replace_references(article=article, references=first[::-1])
    assert outbox.public_state().epoch > before
    assert list(article.references.values_list("label", "url", "order")) == [
        ("B paper", "", 0),
        ("A paper", "https://example.org/a", 1),
    ]
    article.refresh_from_db()
    assert article.edited_fields == ["references"]


def test_no_signal_is_needed(anna: User) -> None:
    """The rows are written by the service, not by receivers that a bulk change never calls."""
    article = make_article(status="draft")
    settle()
    post_save.disconnect(dispatch_uid="article_savedArticle", sender=Article)
    try:
        publish([article.pk], anna)
    finally:
        post_save.connect(article_saved, sender=Article, dispatch_uid="article_savedArticle")
    settle()
    assert article.public_id in public()


def counted(entity: int, facet: str = "party") -> int:
    """How many public articles the index counts for an entity."""
    result = get_engine().search(SearchRequest(facets=(facet,), limit=0))
    return dict(result.facets[facet].counts).get(str(entity), 0)
