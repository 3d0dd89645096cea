"""Rebuilding the index beside the live one, and comparing it with the database."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from contextlib import ExitStack
from dataclasses import dataclass

from django.utils import timezone

from archive.exceptions import SearchIndexError
from archive.models import Article, OutboxRow
from archive.search.document import Shelf
from archive.search.engine import SearchEngine
from archive.search.result import IndexStatus
from archive.services import outbox
from archive.services.documents import documents_of
from archive.services.engine import get_engine
from archive.services.patience import patiently

READ_BATCH = 500
Progress = Callable[[int, int], None]


@dataclass(frozen=True, slots=True, kw_only=True)
class IndexReport:
    """How the index compares with the database; ids of articles, sorted, and damage in words."""

    articles: int
    missing: tuple[str, ...] = ()
    extra: tuple[str, ...] = ()
    stale: tuple[str, ...] = ()
    misplaced: tuple[str, ...] = ()
    damage: tuple[str, ...] = ()
    waiting: int = 0

    @property
    def sound(self) -> bool:
        """Whether the index holds exactly what it should, rows that wait in the outbox aside."""
        return not (self.missing or self.extra or self.stale or self.misplaced or self.damage)


@dataclass(frozen=True, slots=True, kw_only=True)
class SearchIndexStatus:
    """What the engine says, and how many rows wait for it."""

    index: IndexStatus
    articles: int
    due: int
    later: int


def rebuild_index(*, progress: Progress | None = None, engine: SearchEngine | None = None) -> int:
    """Build both shelves anew and swap them in, with the site up; returns the articles written.

    While the new index is written the live one goes on. Under the writer lock, just before the
    swap, ids and versions are compared with the database and what changed meanwhile is written.
    Waits for the writer lock as ``patiently`` does, and raises IndexLocked like it.
    """
    chosen = engine or get_engine()
    total = Article.objects.count()
    new = chosen.start_rebuild()
    done = 0
    try:
        for articles in _all_articles():
            for shelf, document in documents_of(articles):
                new.put(shelf, document)
            done += len(articles)
            if progress is not None:
                progress(done, total)
        with ExitStack() as stack:
            batch = patiently(lambda: stack.enter_context(new.finish()))
            # Rows up to here describe changes that the comparison below sees as well.
            drained = list(
                OutboxRow.objects.filter(due_at__lte=timezone.now()).values_list("pk", flat=True)
            )
            held = {shelf: new.versions(shelf) for shelf in Shelf}
            changed, vanished = _differences(held)
            for start in range(0, len(changed), READ_BATCH):
                articles = list(
                    Article.objects.filter(
                        public_id__in=changed[start : start + READ_BATCH]
                    ).select_related("source")
                )
                for shelf, document in documents_of(articles):
                    batch.put(shelf, document)
            for public_id in vanished:
                batch.remove(public_id)
    except BaseException:
        new.abandon()
        raise
    for start in range(0, len(drained), READ_BATCH):
        OutboxRow.objects.filter(pk__in=drained[start : start + READ_BATCH]).delete()
    outbox.bump_epoch()
    return done


def verify_index(*, engine: SearchEngine | None = None) -> IndexReport:
    """Compare ids, versions and shelves with the database, and read the whole index once."""
    chosen = engine or get_engine()
    waiting = OutboxRow.objects.count()
    articles = Article.objects.count()
    try:
        damage = chosen.verify()
        held = {shelf: chosen.versions(shelf) for shelf in Shelf}
    except SearchIndexError as error:
        return IndexReport(articles=articles, damage=(str(error),), waiting=waiting)
    on_both = set(held[Shelf.PUBLIC]) & set(held[Shelf.STAFF])
    missing, stale, misplaced = [], [], sorted(on_both)
    wanted: set[str] = set()
    for public_id, revision, shelf in _expected():
        wanted.add(public_id)
        other = Shelf.STAFF if shelf is Shelf.PUBLIC else Shelf.PUBLIC
        if public_id in held[shelf]:
            if held[shelf][public_id] != revision:
                stale.append(public_id)
        elif public_id in held[other]:
            misplaced.append(public_id)
        else:
            missing.append(public_id)
    extra = sorted((set(held[Shelf.PUBLIC]) | set(held[Shelf.STAFF])) - wanted)
    return IndexReport(
        articles=articles,
        missing=tuple(missing),
        extra=tuple(extra),
        stale=tuple(stale),
        misplaced=tuple(misplaced),
        damage=damage,
        waiting=waiting,
    )


def index_status(*, engine: SearchEngine | None = None) -> SearchIndexStatus:
    """What the index holds and what waits for it."""
    now = timezone.now()
    return SearchIndexStatus(
        index=(engine or get_engine()).status(),
        articles=Article.objects.count(),
        due=OutboxRow.objects.filter(due_at__lte=now).count(),
        later=OutboxRow.objects.filter(due_at__gt=now).count(),
    )


def _all_articles() -> Iterator[list[Article]]:
    last = 0
    while batch := list(
        Article.objects.filter(pk__gt=last).select_related("source").order_by("pk")[:READ_BATCH]
    ):
        last = batch[-1].pk
        yield batch


def _expected() -> Iterator[tuple[str, int, Shelf]]:
    """Each article's public id, revision and shelf, as the database would have them now."""
    public = set(Article.objects.public().values_list("pk", flat=True))
    for pk, public_id, revision in (
        Article.objects.order_by("public_id")
        .values_list("pk", "public_id", "revision")
        .iterator(chunk_size=10_000)
    ):
        yield public_id, revision, Shelf.PUBLIC if pk in public else Shelf.STAFF


def _differences(held: dict[Shelf, dict[str, int]]) -> tuple[list[str], set[str]]:
    changed = []
    vanished = set(held[Shelf.PUBLIC]) | set(held[Shelf.STAFF])
    for public_id, revision, shelf in _expected():
        vanished.discard(public_id)
        if held[shelf].get(public_id) != revision:
            changed.append(public_id)
    return changed, vanished
