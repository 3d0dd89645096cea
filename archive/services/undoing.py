"""Taking an import back: what it changed is restored, what it created is deleted.

What an editor or another import has touched since is left alone. Undoing goes in batches that are
each one transaction, so that one which was killed is simply called again. The ledger and the bytes
received stay.
"""

from __future__ import annotations

import socket
from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass, field
from typing import Any

from django.contrib.admin.models import LogEntry
from django.contrib.contenttypes.models import ContentType
from django.db import models, transaction
from django.db.models import Exists, OuterRef, Q, QuerySet, TextField
from django.db.models.functions import Cast, Coalesce, Length
from django.utils import timezone

from archive.exceptions import ArchiveError
from archive.models import (
    Article,
    ArticleBefore,
    Entity,
    EntityIdentifier,
    ImportRecord,
    ImportRun,
    OutboxRow,
    Outcome,
    RunState,
    Source,
    SourceKind,
)
from archive.models.article import shows_less
from archive.services import outbox
from archive.services.importing_processes import is_alive
from archive.services.stories import GROUPED_BY, group_articles
from archive.services.undoing_checks import Before, reasons_to_leave
from archive.services.undoing_rows import delete_quietly, relations_to, restore_articles

BATCH_ARTICLES = 500
BATCH_CHARACTERS = 8 * 1024 * 1024
_TAKEN_BACK = (RunState.UNDONE, RunState.PARTLY)
MOST_REMEMBERED = 1_000


class UndoRefused(ArchiveError):
    """A run that cannot be undone; the message says why and what to do."""


@dataclass(frozen=True, slots=True, kw_only=True)
class LeftAlone:
    """An article that stays as it is, and who has touched it since the import."""

    public_id: str
    headline: str
    why: str


@dataclass(slots=True, kw_only=True)
class UndoReport:
    """What became of the articles of a run; ``left`` names the first thousand of ``left_alone``.

    Of a dry run, ``entities`` and ``sources`` are how many there are at most to be deleted.
    """

    deleted: int = 0
    restored: int = 0
    entities: int = 0
    sources: int = 0
    left_alone: int = 0
    left: list[LeftAlone] = field(default_factory=list)

    def leave(self, article: Article, why: str) -> None:
        self.left_alone += 1
        if len(self.left) < MOST_REMEMBERED:
            self.left.append(
                LeftAlone(public_id=article.public_id, headline=article.headline, why=why)
            )


def undo_run(
    run: ImportRun,
    *,
    dry_run: bool = False,
    force: bool = False,
    progress: Callable[[int, int], None] | None = None,
) -> UndoReport:
    """Take back what a run did, and say what was left alone.

    ``progress`` is told the articles looked at and how many there are. The outbox says afterwards
    what the index has to follow. Raises UndoRefused for a run that is under way; ``force`` says
    that it is not, where its process cannot be asked.
    """
    if run.state == RunState.RUNNING and not (force or _has_died(run)):
        raise UndoRefused(
            f"Import {run.pk} is running, or was killed on another machine. Stop it first; if it "
            "was killed, add --force."
        )
    undoing = _Undoing(run=run, dry_run=dry_run, progress=progress)
    if not dry_run:
        # At once: nobody may go on with a run of which half is gone.
        ImportRun.objects.filter(pk=run.pk).update(
            state=RunState.UNDOING, finished_at=Coalesce("finished_at", timezone.now())
        )
    undoing.articles()
    undoing.names()
    if not dry_run:
        state = RunState.PARTLY if undoing.report.left_alone else RunState.UNDONE
        ImportRun.objects.filter(pk=run.pk).update(state=state)
        run.refresh_from_db()
    return undoing.report


def _has_died(run: ImportRun) -> bool:
    """Whether the process of a run was one of this machine and is gone."""
    host = run.arguments.get("process", {}).get("host")
    return host == socket.gethostname() and not is_alive(run)


@dataclass(slots=True, kw_only=True)
class _Undoing:
    """The work on one run."""

    run: ImportRun
    dry_run: bool
    progress: Callable[[int, int], None] | None
    report: UndoReport = field(default_factory=UndoReport)
    done: int = 0
    total: int = 0

    def articles(self) -> None:
        """Restore and delete articles, batch by batch."""
        created = ImportRecord.objects.filter(
            run=self.run, outcome=Outcome.CREATED, article__isnull=False
        )
        changed = ArticleBefore.objects.filter(run=self.run)
        self.total = created.count() + changed.count()
        last: int | None = 0
        while last is not None:
            last = self._in_one_go(self._delete_created, created, last)
        last = 0
        while last is not None:
            last = self._in_one_go(self._restore_changed, changed, last)
        last = 0
        while last is not None:
            last = self._in_one_go(self._name_unknown, Article.objects.all(), last)

    def _in_one_go(
        self, step: Callable[[QuerySet[Any], int], int | None], rows: QuerySet[Any], last: int
    ) -> int | None:
        with transaction.atomic():
            reached = step(rows, last)
        if self.progress is not None and reached is not None:
            self.progress(min(self.done, self.total), self.total)
        return reached

    def _delete_created(self, created: QuerySet[ImportRecord], last: int) -> int | None:
        rows = list(
            created.filter(pk__gt=last)
            .order_by("pk")
            .values_list("pk", "article_id")[:BATCH_ARTICLES]
        )
        if not rows:
            return None
        articles = _locked([article for _, article in rows])
        left = self._leave(articles, {})
        gone = [article for article in articles if article.pk not in left]
        if gone and not self.dry_run:
            delete_quietly(Article, [article.pk for article in gone])
            OutboxRow.objects.bulk_create(
                OutboxRow(public_id=article.public_id, hides=True) for article in gone
            )
            outbox.bump_epoch()
        self.report.deleted += len(gone)
        self.done += len(rows)
        return rows[-1][0]

    def _restore_changed(self, changed: QuerySet[ArticleBefore], last: int) -> int | None:
        keys = list(_bounded(changed.filter(pk__gt=last).order_by("pk")))
        if not keys:
            return None
        rows = {row.article_id: row for row in ArticleBefore.objects.filter(pk__in=keys)}
        articles = _locked(list(rows))
        before = {key: Before.of(row.pk, row.state) for key, row in rows.items()}
        left = self._leave(articles, before)
        back = [article for article in articles if article.pk not in left]
        if back and not self.dry_run:
            restore_articles({a.pk: rows[a.pk].state for a in back}, run=self.run)
            group_articles(
                Article.objects.filter(pk__in=[article.pk for article in back]).only(*GROUPED_BY)
            )
            used = ArticleBefore.objects.filter(pk__in=[rows[article.pk].pk for article in back])
            used._raw_delete(using=used.db)
            _tell_index({article.pk: article.access for article in back})
        self.report.restored += len(back)
        self.done += len(keys)
        return keys[-1]

    def _name_unknown(self, articles: QuerySet[Article], last: int) -> int | None:
        """Name articles that the run changed when nobody kept yet what they had been."""
        rows = ImportRecord.objects.filter(article=OuterRef("pk"), run=self.run)
        kept = ArticleBefore.objects.filter(article=OuterRef("pk"), run=self.run)
        found = list(
            articles.filter(
                ~Exists(rows.filter(outcome=Outcome.CREATED)),
                ~Exists(kept),
                import_run=self.run,
                pk__gt=last,
            )
            .only("public_id", "headline")
            .order_by("pk")[:BATCH_ARTICLES]
        )
        for article in found:
            self.report.leave(
                article, "What it was before was not kept. Its earlier versions tell."
            )
        return found[-1].pk if found else None

    def _leave(self, articles: Sequence[Article], before: dict[int, Before]) -> dict[int, str]:
        reasons = reasons_to_leave(articles, run=self.run, before=before)
        for article in articles:
            if article.pk in reasons:
                self.report.leave(article, reasons[article.pk])
        return reasons

    def names(self) -> None:
        """Delete entities and sources that the run made of bare names and nothing needs.

        So are those of runs undone before, which this one may have needed until now.
        """
        made = Q(import_run=self.run) | Q(import_run__state__in=_TAKEN_BACK)
        entities = Entity.objects.filter(
            made, description="", parent=None, latitude=None, in_texts=False
        )
        sources = Source.objects.filter(
            made,
            kind=SourceKind.OTHER,
            country="",
            language="",
            home_page="",
            identifiers={},
            usage_terms="",
            visible=True,
        )
        if self.dry_run:
            self.report.entities, self.report.sources = entities.count(), sources.count()
            return
        self.report.entities = _delete_unneeded(entities, but=EntityIdentifier)
        self.report.sources = _delete_unneeded(sources)


def _locked(keys: Sequence[int]) -> list[Article]:
    """Articles as far as they have to be known, which nobody else changes meanwhile."""
    return list(
        Article.objects.select_for_update(of=("self",))
        .filter(pk__in=keys)
        .only("public_id", "headline", "access", "edited_fields", "import_run_id")
        .order_by("pk")
    )


def _bounded(rows: QuerySet[ArticleBefore]) -> Iterator[int]:
    """The keys of the first rows: as many as go into memory together, and at least one."""
    size = 0
    sizes = rows.annotate(size=Length(Cast("state", TextField())))
    for place, (key, length) in enumerate(sizes.values_list("pk", "size")[:BATCH_ARTICLES]):
        size += length
        if place and size > BATCH_CHARACTERS:
            return
        yield key


def _tell_index(access: dict[int, str]) -> None:
    """Write outbox rows for restored articles, which had the access levels given."""
    articles = list(
        Article.objects.filter(pk__in=access)
        .select_related("source")
        .only("public_id", "status", "embargo_until", "access", "source__visible")
    )
    closing = [a for a in articles if shows_less(access[a.pk], a.access)]
    closed = {article.pk for article in closing}
    outbox.enqueue(closing, hides=True, noticed=False)
    outbox.enqueue([a for a in articles if a.pk not in closed], noticed=False)
    outbox.bump_epoch()


def _delete_unneeded(rows: QuerySet[Any], *, but: type[models.Model] | None = None) -> int:
    """Delete rows that nothing refers to, ``but`` one model, and that no editor has written to."""
    model: type[models.Model] = rows.model
    unused = rows.filter(
        *(
            ~Exists(
                relation.related_model._base_manager.filter(**{relation.field.name: OuterRef("pk")})
            )
            for relation in relations_to(model)
            if relation.related_model is not but
        )
    )
    deleted = last = 0
    while True:
        with transaction.atomic():
            batch = unused.filter(pk__gt=last).order_by("pk")
            keys = list(batch.values_list("pk", flat=True)[:BATCH_ARTICLES])
            if not keys:
                return deleted
            last = keys[-1]
            logged = LogEntry.objects.filter(
                content_type=ContentType.objects.get_for_model(model),
                object_id__in=list(map(str, keys)),
            )
            edited = set(logged.values_list("object_id", flat=True))
            gone = [key for key in keys if str(key) not in edited]
            delete_quietly(model, gone)
            if gone:
                outbox.bump_epoch()
            deleted += len(gone)
