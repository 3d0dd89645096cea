"""An import that writes nothing and tells what it would do."""

from __future__ import annotations

from dataclasses import replace
from typing import Any

from archive.models import Article, ImportRun, Outcome, RunState, Status
from archive.services.importing_deciding import Stored, decide
from archive.services.importing_names import EntityBook, GivenName
from archive.services.importing_partial import StoredLists
from archive.services.importing_prepare import (
    Decided,
    FirstRecord,
    Incoming,
    Whole,
    article_of,
)
from archive.services.importing_reading import Batch
from archive.services.importing_store import changes_of
from archive.services.importing_worker import BatchReader

_DERIVED = frozenset({"published_lower", "published_upper", "published_at", "published_offset"})
# Of a source that is not there yet, nothing is known but its name.
_NOT_COMPARED = frozenset({"source_id", "supplier_version"})


class DryWriter:
    """Decides about batches and stores nothing; remembers the ids that would be stored by now.

    ``status`` is that of records that do not say. The first ``shown`` records are in ``first``.
    """

    def __init__(self, *, status: str, shown: int = 0) -> None:
        self.first: list[FirstRecord] = []
        self._shown = shown
        self.run: ImportRun | None = None
        self._status = status
        self._stored: dict[str, Stored] = {}
        self._entities: EntityBook | None = None

    def look(self, batch: Batch, reader: BatchReader) -> set[int]:
        """Whole records are wanted of what would be updated, to tell what changes."""
        decided = decide(batch.incoming)
        places = {place for place, item in enumerate(decided) if item.outcome == Outcome.UPDATED}
        reader.ask(batch.number, places)
        return places

    def write(self, batch: Batch, reader: BatchReader, *, places: set[int]) -> list[Decided]:
        """Decide about a batch."""
        decided = decide(batch.incoming, assumed=self._stored)
        wholes = reader.whole(batch.number, places)
        self._show(batch, reader)
        keys = [decided[place].article or 0 for place in places]
        stored = Article.objects.select_related("source").in_bulk(keys)
        some = any(decided[place].incoming.unmet for place in places)
        lists = StoredLists(keys if some else ())
        for place, item in enumerate(decided):
            incoming = item.incoming
            if item.outcome not in (Outcome.CREATED, Outcome.UPDATED):
                continue
            self._assume(item, stored.get(item.article or 0))
            if place in wholes and item.article in stored:
                whole, article = wholes[place], stored[item.article]
                item.changes = _changes(article, incoming, whole)
                if incoming.unmet:
                    item.changes |= lists.changes(article.pk, whole, self._find)
                    if not item.changes:
                        item.outcome = Outcome.UNCHANGED
        reader.forget(batch.number)
        return decided

    def _find(self, given: GivenName) -> int | None:
        if self._entities is None:
            self._entities = EntityBook()
        return self._entities.find(given)

    def _show(self, batch: Batch, reader: BatchReader) -> None:
        read = [place for place, incoming in enumerate(batch.incoming) if not incoming.rejected]
        wanted = read[: self._shown - len(self.first)]
        for place, whole in sorted(reader.whole(batch.number, wanted).items() if wanted else ()):
            if whole.record is not None:
                incoming = batch.incoming[place]
                self.first.append(
                    FirstRecord(path=incoming.path, position=incoming.position, record=whole.record)
                )

    def _assume(self, item: Decided, article: Article | None) -> None:
        """Remember an article as it would be stored by now; ``article`` is what is stored of it."""
        incoming = item.incoming
        before = self._stored.get(incoming.public_id)
        if before is None and article is not None:
            before = Stored(
                pk=article.pk,
                record_hash=article.record_hash,
                version=article.supplier_version,
                status=article.status,
            )
        after = Stored(
            pk=item.article,
            record_hash=incoming.record_hash,
            version=incoming.version,
            status=before.status if before else "",
        )
        if incoming.unmet:
            after = before or after
        elif incoming.notice:
            after = replace(before or after, status=Status.WITHDRAWN.value)
        self._stored[incoming.public_id] = after

    def finish(self, state: RunState) -> None:
        """There is no ledger to close."""


def _changes(
    article: Article, incoming: Incoming, whole: Whole
) -> dict[str, tuple[object, object]]:
    if whole.record is None:
        return {}
    draft = article_of(incoming, whole, status=article.status)
    changes, _ = changes_of(article, draft, whole.record)
    left_out = _DERIVED if whole.record.only else _DERIVED | _NOT_COMPARED
    found: dict[str, tuple[Any, Any]] = {
        name: (getattr(article, name), value)
        for name, value in changes.items()
        if name not in left_out
    }
    if whole.record.only:
        return found
    source = article.source.name if article.source else ""
    if whole.source not in (source, article.source.slug if article.source else ""):
        found["source"] = (source, whole.source)
    return found
