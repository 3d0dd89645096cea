"""Telling the index what has changed: rows written with the change, drained afterwards."""

from __future__ import annotations

import logging
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass
from datetime import datetime

from django.db import connection, transaction
from django.db.models import F, Q
from django.utils import timezone

from archive.conf import archive_settings
from archive.exceptions import IndexLocked
from archive.models import Article, OutboxRow, PublicEpoch
from archive.search.document import Shelf
from archive.search.engine import SearchEngine
from archive.services.bulk import insert_rows
from archive.services.documents import documents_of
from archive.services.engine import get_engine

DRAIN_BATCH = 2_000
WRITE_BATCH = 500
PORTION = 16 * 1024 * 1024  # characters of text that are held at a time
FETCHED = 4  # rows: each may be as large as a record may be

logger = logging.getLogger(__name__)


def bump_epoch() -> None:
    """Note, in the running transaction, that the public may see something else now."""
    if not PublicEpoch.objects.filter(pk=1).update(value=F("value") + 1):
        PublicEpoch.objects.bulk_create([PublicEpoch(pk=1, value=1)], ignore_conflicts=True)


# Every page asks these, so they are written as they are sent: to build them each time would take
# several times as long as to answer them.
_STATE = """
SELECT (SELECT value FROM archive_publicepoch WHERE id = 1),
       (SELECT MAX(embargo_until) FROM archive_article WHERE embargo_until <= %s),
       EXISTS (SELECT 1 FROM archive_outboxrow WHERE due_at <= %s)
"""
_REMOVALS = "SELECT public_id FROM archive_outboxrow WHERE hides"


@dataclass(frozen=True, slots=True, kw_only=True)
class PublicState:
    """What decides, beside the index, what the public may see at one moment.

    ``epoch`` is how often that has changed. ``lifted`` names the moment at which the public last
    came to see an article by the mere passing of time, empty without one: no transaction announces
    it. ``due`` says that the index has yet to hear of something.
    """

    epoch: int
    lifted: str
    due: bool


def public_state() -> PublicState:
    """The state of this moment."""
    now = connection.ops.adapt_datetimefield_value(timezone.now())
    with connection.cursor() as cursor:
        cursor.execute(_STATE, [now, now])
        epoch, lifted, due = cursor.fetchone()
    return PublicState(epoch=epoch or 0, lifted=str(lifted or ""), due=bool(due))


def enqueue(
    articles: Iterable[Article], *, hides: bool | None = None, noticed: bool = True
) -> None:
    """Write outbox rows for articles that changed, in the running transaction.

    Select ``source`` with them. ``hides`` is by default whether an article is not public, and must
    be given where an article was just created or shows less than it did. An embargo gets a second
    row, due when it ends. With ``noticed`` False the public could see none of them before the
    change nor can after it, so that what it holds of other pages stays good.
    """
    now = timezone.now()
    rows: list[tuple[str, bool]] = []
    later: list[tuple[str, datetime]] = []
    for article in articles:
        hidden = not article.is_public(now) if hides is None else hides
        rows.append((article.public_id, hidden))
        if article.embargo_until is not None and article.embargo_until > now:
            later.append((article.public_id, article.embargo_until))
    if rows:
        insert_rows(OutboxRow, names=("public_id", "hides"), rows=rows, constants={"due_at": now})
        if later:
            names = ("public_id", "due_at")
            insert_rows(OutboxRow, names=names, rows=later, constants={"hides": False})
        if noticed:
            bump_epoch()


def enqueue_where(condition: Q, *, visibility_changes: bool = True) -> int:
    """Enqueue every article that ``condition`` picks, in batches; returns how many.

    For what touches many articles without saving them: a source hidden, an entity merged or moved
    under another parent. Their revision grows, so that ``verify`` sees whether the index followed.
    With ``visibility_changes`` False the change leaves alone who may see the articles, and the
    public notices nothing of what becomes of hidden ones.
    """
    total = 0
    last = 0
    while True:
        batch = list(
            Article.objects.filter(condition, pk__gt=last)
            .select_related("source")
            # What is_public() asks for: whole articles would be read, and sorted, for nothing.
            .only("public_id", "status", "embargo_until", "source__visible")
            .order_by("pk")
            .distinct()[:WRITE_BATCH]
        )
        if not batch:
            return total
        last = batch[-1].pk
        total += len(batch)
        keys = [article.pk for article in batch]
        Article.objects.filter(pk__in=keys).update(revision=F("revision") + 1)
        # Asked after the rows were written to: until this transaction ends nobody changes them.
        noticed = visibility_changes or Article.objects.public().filter(pk__in=keys).exists()
        enqueue(batch, noticed=noticed)


def pending_removals() -> frozenset[str]:
    """Public ids that the index may still show and the public may not see."""
    with connection.cursor() as cursor:
        cursor.execute(_REMOVALS)
        return frozenset(public_id for (public_id,) in cursor.fetchall())


def due_count() -> int:
    """Rows that could be drained now."""
    return OutboxRow.objects.filter(due_at__lte=timezone.now()).count()


def drain(*, limit: int | None = None, engine: SearchEngine | None = None) -> int:
    """Bring the index up to date with due rows; returns the articles written or removed.

    Raises IndexLocked where another process is writing: it, or the next call, finds the rows.
    """
    done = 0
    while limit is None or done < limit:
        size = DRAIN_BATCH if limit is None else min(DRAIN_BATCH, limit - done)
        written = _drain_batch(engine or get_engine(), size)
        if not written:
            break
        done += written
    return done


def drain_quietly(*, limit: int) -> int:
    """Drain a bounded batch if rows are due and nobody else is writing; returns its articles."""
    try:
        return drain(limit=limit)
    except IndexLocked:
        return 0


def drain_after_commit() -> None:
    """Show an editor's change at once when the running transaction commits.

    If the engine fails the change is still safe: its rows wait.
    """
    transaction.on_commit(_drain_for_request)


def _drain_for_request() -> None:
    try:
        drain_quietly(limit=archive_settings().DRAIN_ON_REQUEST)
    except Exception:
        logger.exception("The index could not follow a change; it stays in the outbox.")


def _drain_batch(engine: SearchEngine, size: int) -> int:
    drained = write_due(engine, size)
    if drained is None:
        return 0
    settle(drained)
    return drained.articles


@dataclass(frozen=True, slots=True, kw_only=True)
class Drained:
    """Rows that the index knows of, by their keys, and that can be deleted.

    ``articles`` counts what was written; ``unmasks`` says whether the public sees one again that
    was masked until now.
    """

    rows: tuple[int, ...]
    articles: int
    unmasks: bool


def write_due(engine: SearchEngine, size: int, *, after: int = 0) -> Drained | None:
    """Bring the index up to date with at most ``size`` due rows, of keys greater than ``after``.

    Returns what to ``settle``, or None where nothing is due. Raises IndexLocked.
    """
    if not OutboxRow.objects.filter(pk__gt=after, due_at__lte=timezone.now()).exists():
        return None
    with engine.batch() as batch:
        # Read under the writer lock: another writer may just have drained these rows.
        now = timezone.now()
        rows = list(
            OutboxRow.objects.filter(pk__gt=after, due_at__lte=now)
            .order_by("pk")
            .values_list("pk", "public_id", "hides")[:size]
        )
        ids = {public_id for _, public_id, _ in rows}
        masked = {public_id for _, public_id, hides in rows if hides}
        unmasks = False
        for portion in _articles(sorted(ids)):
            for shelf, document in documents_of(portion, now=now):
                batch.put(shelf, document)
                ids.discard(document.id)
                unmasks |= shelf is Shelf.PUBLIC and document.id in masked
        for vanished in ids:
            batch.remove(vanished)
    if not rows:
        return None
    return Drained(
        rows=tuple(pk for pk, _, _ in rows),
        articles=len({public_id for _, public_id, _ in rows}),
        unmasks=unmasks,
    )


def settle(drained: Drained) -> None:
    """Delete rows that the index knows of.

    Only those read before: what changed meanwhile has newer rows. That the index shows something
    else now, its generation says; but what it shows was masked until here.
    """
    with transaction.atomic():
        _delete_rows(drained.rows)
        if drained.unmasks:
            bump_epoch()


def _articles(ids: Sequence[str]) -> Iterator[list[Article]]:
    """Yield articles in portions that memory can hold, most often all at once."""
    portion: list[Article] = []
    size = 0
    for start in range(0, len(ids), WRITE_BATCH):
        some = Article.objects.filter(public_id__in=ids[start : start + WRITE_BATCH])
        for article in some.select_related("source").iterator(chunk_size=FETCHED):
            portion.append(article)
            size += len(article.body)
            if size >= PORTION:
                yield portion
                portion, size = [], 0
    if portion:
        yield portion


def _delete_rows(keys: Sequence[int]) -> None:
    for start in range(0, len(keys), WRITE_BATCH):
        OutboxRow.objects.filter(pk__in=keys[start : start + WRITE_BATCH]).delete()
