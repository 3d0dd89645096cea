"""Every committed change reaches the index, and what must be hidden is hidden before that."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from contextlib import ExitStack, contextmanager
from datetime import timedelta
from typing import Any, cast

import pytest
from django.db import transaction
from django.utils import timezone
from pytest_django import Settings

from archive.models import (
    AccessLevel,
    Article,
    EntityKind,
    EntityRedirect,
    OutboxRow,
    Status,
    TagState,
)
from archive.query.nodes import Word
from archive.search.document import Shelf
from archive.search.engine import IndexBatch, SearchEngine
from archive.search.request import SearchRequest
from archive.services import outbox, patience
from archive.services.documents import documents_of
from archive.services.engine import get_engine
from archive.services.indexing import index_status, rebuild_index, verify_index
from tests.conftest import forget_engine
from tests.factories import make_article, make_entity, make_source, make_tag

pytestmark = pytest.mark.django_db


def shelved(shelf: Shelf) -> set[str]:
    return set(get_engine().versions(shelf))


def drained(engine: SearchEngine | None = None) -> None:
    outbox.drain(engine=engine)
    report = verify_index(engine=engine)
    assert report.sound, report


def test_article_moves_between_shelves_as_its_status_changes() -> None:
    article = make_article(status=Status.DRAFT)
    for status, shelf in (
        (Status.DRAFT, Shelf.STAFF),
        (Status.PUBLISHED, Shelf.PUBLIC),
        (Status.WITHDRAWN, Shelf.STAFF),
    ):
        article.status = status
        article.save()
        drained()
        assert {name for name in Shelf if article.public_id in shelved(name)} == {shelf}
    article.delete()
    drained()
    assert not shelved(Shelf.PUBLIC) | shelved(Shelf.STAFF)


class FullDisk:
    """An engine that can commit nothing."""

    @contextmanager
    def batch(self) -> Iterator[IndexBatch]:
        with get_engine().batch() as batch:
            yield batch
            raise OSError("no space left on device")


def test_rows_vanish_only_after_the_engine_has_committed() -> None:
    make_article()
    with pytest.raises(OSError, match="no space"):
        outbox.drain(engine=cast("SearchEngine", FullDisk()))
    assert outbox.due_count() == 1
    drained()
    assert outbox.due_count() == 0


def test_long_articles_are_brought_in_by_portions(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(outbox, "PORTION", 100)
    held: list[int] = []

    def counted(articles: Sequence[Article], **options: Any) -> Any:
        held.append(len(articles))
        return documents_of(articles, **options)

    monkeypatch.setattr(outbox, "documents_of", counted)
    for length in (60, 60, 10, 10, 300, 10):
        make_article(body="x" * length)
    assert outbox.drain() == 6
    assert sum(held) == 6
    assert len(held) > 1
    assert verify_index().sound


def test_change_that_is_rolled_back_leaves_no_row() -> None:
    article = make_article()
    outbox.drain()

    @transaction.atomic
    def change_and_fail() -> None:
        article.headline = "Never said"
        article.save()
        raise RuntimeError

    with pytest.raises(RuntimeError):
        change_and_fail()
    assert not OutboxRow.objects.exists()


class ChangesMeanwhile:
    """An engine in whose batches an editor saves the article once more."""

    def __init__(self, article: Article) -> None:
        self.article = article

    @contextmanager
    def batch(self) -> Iterator[IndexBatch]:
        with get_engine().batch() as batch:
            yield batch
            self.article.headline = "Meanwhile"
            self.article.save()


def test_row_written_during_a_drain_is_not_lost() -> None:
    article = make_article(headline="Before")
    outbox.drain(limit=1, engine=cast("SearchEngine", ChangesMeanwhile(article)))
    assert outbox.due_count() == 1
    assert verify_index().stale == (article.public_id,)
    drained()


@pytest.mark.parametrize(
    "change", ["withdraw", "embargo", "hide source", "delete", "narrow access"]
)
def test_what_the_public_must_not_see_is_masked_until_the_index_follows(change: str) -> None:
    source = make_source()
    article = make_article(source=source)
    public_id = article.public_id
    outbox.drain()
    assert outbox.pending_removals() == frozenset()
    match change:
        case "withdraw":
            article.status = Status.WITHDRAWN
            article.save()
        case "embargo":
            article.embargo_until = timezone.now() + timedelta(hours=1)
            article.save()
        case "hide source":
            source.visible = False
            source.save()
        case "delete":
            article.delete()
        case "narrow access":
            article.access = AccessLevel.METADATA
            article.save()
    assert outbox.pending_removals() == {public_id}
    drained()
    assert outbox.pending_removals() == frozenset()


def test_new_draft_masks_nothing() -> None:
    make_article(status=Status.DRAFT)
    assert outbox.pending_removals() == frozenset()


def test_embargo_lifts_by_itself() -> None:
    moment = timezone.now() + timedelta(hours=1)
    article = make_article(embargo_until=moment)
    drained()
    assert shelved(Shelf.STAFF) == {article.public_id}
    assert OutboxRow.objects.get().due_at == moment
    OutboxRow.objects.update(due_at=timezone.now())
    type(article).objects.update(embargo_until=timezone.now())
    outbox.drain_quietly(limit=10)
    assert shelved(Shelf.PUBLIC) == {article.public_id}


@pytest.mark.parametrize(
    ("state", "counted"),
    [
        (TagState.SUGGESTED, False),
        (TagState.AUTOMATIC, True),
        (TagState.CONFIRMED, True),
        (TagState.REJECTED, False),
    ],
)
def test_facets_count_automatic_and_confirmed_tags(state: TagState, counted: bool) -> None:
    article, party = make_article(), make_entity()
    make_tag(article, party, state)
    drained()
    result = get_engine().search(SearchRequest(facets=("party",)))
    assert result.facets["party"].counts == (((str(party.pk), 1),) if counted else ())


def test_country_counts_its_towns_and_follows_them_to_another_parent() -> None:
    asia = make_entity(EntityKind.PLACE)
    country = make_entity(EntityKind.PLACE, parent=asia)
    town = make_entity(EntityKind.PLACE, parent=country)
    article = make_article()
    make_tag(article, town)
    make_tag(article, country)
    drained()

    def places() -> set[str]:
        result = get_engine().search(SearchRequest(facets=("place",)))
        assert all(number == 1 for _, number in result.facets["place"].counts)
        return {value for value, _ in result.facets["place"].counts}

    assert places() == {str(town.pk), str(country.pk), str(asia.pk)}
    country.parent = None
    country.save()
    drained()
    assert places() == {str(town.pk), str(country.pk)}


def test_earlier_slug_of_an_entity_still_leads_to_it() -> None:
    party = make_entity(slug="burma")
    party.slug = "myanmar"
    party.save()
    assert EntityRedirect.objects.get().slug == "burma"
    party.slug = "burma"
    party.save()
    assert {redirect.slug for redirect in EntityRedirect.objects.all()} == {"myanmar"}


def test_metadata_only_article_is_not_searchable_by_its_text() -> None:
    make_article(headline="Plain", body="a canary sings", access=AccessLevel.METADATA)
    outbox.drain()
    engine = get_engine()
    assert engine.search(SearchRequest(query=Word(text="plain"))).total == 1
    assert engine.search(SearchRequest(query=Word(text="canary"))).total == 0


def test_rebuild_takes_in_what_changes_meanwhile() -> None:
    articles = [make_article() for _ in range(3)]
    outbox.drain()

    changed: list[bool] = []

    def change_meanwhile(done: int, total: int) -> None:
        if changed:
            return
        assert (done, total) == (3, 3)
        changed.append(True)
        articles[0].headline = "Changed meanwhile"
        articles[0].save()
        articles[1].status = Status.WITHDRAWN
        articles[1].save()
        articles[2].delete()
        make_article()

    assert rebuild_index(progress=change_meanwhile) == 4
    report = verify_index()
    assert report.sound, report
    assert report.articles == 3
    assert index_status().due == 0


@pytest.mark.parametrize("engine", ["memory", "whoosh"])
def test_rebuild_waits_for_a_change_that_is_being_written(
    engine: str, archive_config: Settings, monkeypatch: pytest.MonkeyPatch
) -> None:
    archive_config.ARCHIVE = {**archive_config.ARCHIVE, "ENGINE": engine}
    forget_engine()
    make_article()
    outbox.drain()
    other = ExitStack()
    other.enter_context(get_engine().batch())
    waited: list[float] = []

    def until_written(seconds: float) -> None:
        waited.append(seconds)
        other.close()

    monkeypatch.setattr(patience, "LOCK_PATIENCE", 60.0)
    monkeypatch.setattr(patience, "sleep", until_written)
    assert rebuild_index() == 1
    assert len(waited) == 1
    assert verify_index().sound


def test_verify_tells_each_kind_of_difference() -> None:
    lost, old, moved = (make_article() for _ in range(3))
    outbox.drain()
    ghost = make_article()
    outbox.drain()
    type(ghost).objects.filter(pk=ghost.pk).delete()
    type(old).objects.filter(pk=old.pk).update(revision=9)
    type(moved).objects.filter(pk=moved.pk).update(status=Status.DRAFT)
    with get_engine().batch() as batch:
        batch.remove(lost.public_id)
    report = verify_index()
    assert not report.sound
    assert (report.missing, report.extra, report.stale, report.misplaced) == (
        (lost.public_id,),
        (ghost.public_id,),
        (old.public_id,),
        (moved.public_id,),
    )
    rebuild_index()
    assert verify_index().sound
