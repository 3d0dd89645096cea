"""One batch of records: what becomes of each, and all that follows from it in one transaction."""

from __future__ import annotations

from collections import Counter
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import datetime
from typing import TYPE_CHECKING, Any

from django.db import IntegrityError, transaction
from django.db.models import F
from django.utils import timezone

from archive.formats.base import ArticleRecord
from archive.models import (
    Article,
    ArticleReference,
    ArticleVersion,
    ImportRun,
    Outcome,
    RunState,
    Status,
)
from archive.models.article import shows_less
from archive.services import outbox
from archive.services.importing_before import keep_before
from archive.services.importing_deciding import decide
from archive.services.importing_names import EntityBook, GivenName, SourceBook
from archive.services.importing_partial import (
    REFERENCES,
    StoredLists,
    changes_tags,
    leave_unchanged,
)
from archive.services.importing_prepare import Decided, Incoming, Whole, article_of
from archive.services.importing_reading import Batch
from archive.services.importing_store import (
    changes_of,
    received_before,
    store_articles,
    store_bytes,
    store_files,
    store_ledger,
    store_references,
)
from archive.services.importing_worker import BatchReader
from archive.services.proposing import store_proposals
from archive.services.stories import group_articles
from archive.services.tagging import (
    NamedEntity,
    Tagger,
    TagsByEntity,
    create_tags,
    replace_tags,
    tags_wanted,
)

if TYPE_CHECKING:
    from django.contrib.auth.models import User

ROWS_AT_ONCE = 500
ATTEMPTS = 3
_TEXTS = frozenset({"headline", "summary", "body", "language"})
WITHDRAWN_BY_SUPPLIER = "Its publisher has withdrawn it."


class _SomethingChanged(Exception):
    """Another import came between, so that more of the batch is wanted than was asked for."""


@dataclass(slots=True, kw_only=True)
class _Work:
    """A batch in the transaction that stores it."""

    run: ImportRun
    decided: Sequence[Decided]
    wholes: Mapping[int, Whole]
    received: Mapping[str, int]

    def of(self, outcome: Outcome) -> list[tuple[Decided, Whole]]:
        """The records with one outcome, as far as they are wholly there."""
        return [
            (item, self.wholes[place])
            for place, item in enumerate(self.decided)
            if item.outcome == outcome
        ]


class BatchWriter:
    """Stores batches one after another; names stay in memory between them.

    ``status`` is that of records that do not say, ``arguments`` what the ledger keeps of the call.
    A ``run`` is one that goes on. With ``unchanged_too`` the ledger names every record; without,
    an import that finds nothing new leaves no trace. Where ``only_of`` is the slug of a source,
    articles of other sources stay as they are.
    """

    def __init__(
        self,
        *,
        arguments: dict[str, Any],
        status: str,
        by: User | None,
        run: ImportRun | None = None,
        unchanged_too: bool = True,
        only_of: str = "",
    ) -> None:
        self.run = run
        self._arguments = arguments
        self._status = status
        self._by = by
        self._unchanged_too = unchanged_too
        self._only_of = only_of
        self._sources: SourceBook | None = None
        self._entities: EntityBook | None = None
        self._tagger: Tagger | None = None
        self._files = dict(run.files.values_list("path", "pk")) if run is not None else {}
        self._passed = 0

    def look(self, batch: Batch, reader: BatchReader) -> set[int]:
        """Have ready what will be needed of a batch, before its turn has come."""
        places = _wanted(
            decide(batch.incoming, only_of=self._only_of), received_before(batch.incoming)
        )
        reader.ask(batch.number, places)
        return places

    def write(self, batch: Batch, reader: BatchReader, *, places: set[int]) -> list[Decided]:
        """Store a batch in one transaction; ``places`` are what ``look`` found wanted of it."""
        wholes = reader.whole(batch.number, places)
        before, files = self.run, dict(self._files)
        for attempt in range(1, ATTEMPTS + 1):
            try:
                with transaction.atomic():
                    decided = self._store(batch, wholes)
                break
            except BaseException as error:
                # What the books learnt in the transaction is gone with it. Of an integrity error
                # the cause is most likely another writer, whose rows the next attempt sees.
                self.run, self._files = before, dict(files)
                self._sources, self._entities = None, None
                if attempt == ATTEMPTS or not isinstance(error, IntegrityError | _SomethingChanged):
                    raise
                wanted = _wanted(
                    decide(batch.incoming, only_of=self._only_of), received_before(batch.incoming)
                )
                wholes |= reader.whole(batch.number, wanted - set(wholes))
        reader.forget(batch.number)
        return decided

    def finish(self, state: RunState) -> None:
        """Close the ledger of the run, if there is one."""
        if self.run is not None:
            ImportRun.objects.filter(pk=self.run.pk).update(
                finished_at=timezone.now(), state=state, unchanged=F("unchanged") + self._passed
            )
            self.run.refresh_from_db()

    def _store(self, batch: Batch, wholes: Mapping[int, Whole]) -> list[Decided]:
        # Again, now that nobody else can write: another import may have met the same articles.
        decided = decide(batch.incoming, only_of=self._only_of)
        known = received_before(batch.incoming)
        if not _wanted(decided, known) <= wholes.keys():
            raise _SomethingChanged
        if not self._unchanged_too and not wholes:
            self._passed += len(decided)
            return decided
        if self.run is None:
            self.run = ImportRun.objects.create(arguments=self._arguments, by=self._by)
        received = store_bytes(batch.incoming, wholes, known=known)
        work = _Work(run=self.run, decided=decided, wholes=wholes, received=received)
        created, updated = work.of(Outcome.CREATED), work.of(Outcome.UPDATED)
        names = [name for _, whole in (*created, *updated) for name in whole.names]
        if names and self._entities is None:
            self._entities = EntityBook()
        if self._entities is not None:
            self._entities.add(names, run=self.run)
        if created:
            self._create(created, work)
        if updated:
            self._update(updated, work)
        store_ledger(decided, received, unchanged_too=self._unchanged_too, run=self.run)
        store_files(batch.files, self._files, run=self.run)
        counts = Counter(item.outcome.value for item in decided)
        ImportRun.objects.filter(pk=self.run.pk).update(
            **{outcome: F(outcome) + number for outcome, number in counts.items()}
        )
        return decided

    def _create(self, created: Sequence[tuple[Decided, Whole]], work: _Work) -> None:
        wanted: list[tuple[Article, TagsByEntity]] = []
        for item, whole in created:
            article = self._draft(item.incoming, whole, work, status=self._status)
            wanted.append((article, self._tags(whole)))
        articles = [article for article, _ in wanted]
        store_articles(articles)
        for (item, _), article in zip(created, articles, strict=True):
            item.article = article.pk
        keys = {article.public_id: article.pk for article in articles}
        for item in work.decided:  # those that come twice
            if item.outcome == Outcome.UNCHANGED:
                item.article = item.article or keys.get(item.incoming.public_id)
        store_references(
            [
                (article, whole.record)
                for (_, whole), article in zip(created, articles, strict=True)
                if whole.record is not None
            ]
        )
        create_tags(wanted=wanted, run=work.run)
        prints = {
            article.pk: whole.fingerprint
            for (_, whole), article in zip(created, articles, strict=True)
        }
        group_articles(articles, prints=prints)
        outbox.enqueue(articles, hides=False)

    def _update(self, updated: Sequence[tuple[Decided, Whole]], work: _Work) -> None:
        stored = Article.objects.select_related("source").in_bulk(
            [item.article for item, _ in updated if item.article is not None]
        )
        lists = StoredLists([item.article or 0 for item, _ in updated if item.incoming.unmet])
        updated = leave_unchanged(
            updated,
            stored,
            lists=lists,
            draft=lambda article, item, whole: self._draft(
                item.incoming, whole, work, status=article.status
            ),
            find=self._find,
        )
        keep_before(run=work.run, articles=[stored[item.article or 0] for item, _ in updated])
        wanted: list[tuple[Article, TagsByEntity]] = []
        versions: list[ArticleVersion] = []
        references: list[tuple[Article, ArticleRecord]] = []
        proposals: list[tuple[Article, dict[str, Any]]] = []
        articles: list[Article] = []
        closing: set[str] = set()
        for item, whole in updated:
            article, record = stored[item.article or 0], whole.record
            if record is None:
                continue
            access = article.access
            version, proposed = self._change(article, item.incoming, whole, work)
            articles.append(article)
            if version is not None:
                versions.append(version)
            if shows_less(access, article.access):
                closing.add(article.public_id)
            if record.notice:
                continue
            if record.only and REFERENCES not in record.only:
                pass
            elif REFERENCES not in article.edited_fields:
                references.append((article, record))
            else:
                proposed[REFERENCES] = [[each.label, each.url] for each in record.references]
            if proposed:
                proposals.append((article, proposed))
            if record.only:
                if changes_tags(record):
                    given = lists.given(article.pk, whole, self._find)
                    wanted.append((article, tags_wanted(given=given, named=self._named(article))))
            elif _TEXTS.isdisjoint(article.edited_fields):
                wanted.append((article, self._tags(whole)))
            else:  # its text is not that of the record
                named = self._named(article)
                wanted.append((article, self._tags(replace(whole, named=named))))
        ArticleVersion.objects.bulk_create(versions, batch_size=ROWS_AT_ONCE)
        # Without signals, which would tell the index of every single row.
        outdated = ArticleReference.objects.filter(article__in=[known for known, _ in references])
        outdated._raw_delete(using=outdated.db)
        store_references(references)
        store_proposals(run=work.run, proposals=proposals)
        replace_tags(wanted=wanted, run=work.run)
        group_articles(articles)
        outbox.enqueue([a for a in articles if a.public_id in closing], hides=True)
        outbox.enqueue([a for a in articles if a.public_id not in closing])

    def _change(
        self, article: Article, incoming: Incoming, whole: Whole, work: _Work
    ) -> tuple[ArticleVersion | None, dict[str, Any]]:
        """Change one stored article.

        Returns what it said before, if it said something else, and what the supplier says where
        an editor has the last word.
        """
        draft = self._draft(incoming, whole, work, status=article.status)
        before = article.content()
        changes, kept = changes_of(article, draft, whole.record or ArticleRecord())
        if "source_id" in changes:
            article.source = draft.source
        if changes.get("status") == Status.WITHDRAWN and not article.withdrawal_reason:
            changes["withdrawal_reason"] = WITHDRAWN_BY_SUPPLIER
        for name, value in changes.items():
            setattr(article, name, value)
        version = None
        if before != article.content():
            version = ArticleVersion(
                article=article, number=article.version, content=before, run=work.run
            )
            article.version += 1
        # What a record of some fields leaves alone is still as the last whole one says.
        if not (incoming.notice or incoming.unmet):
            changes |= {
                "received_id": work.received[incoming.sha256],
                "record_hash": incoming.record_hash,
            }
        Article.objects.filter(pk=article.pk).update(
            **changes,
            version=article.version,
            revision=F("revision") + 1,
            import_run=work.run,
            updated_at=timezone.now(),
        )
        return version, _proposed(kept, whole.record)

    def _draft(self, incoming: Incoming, whole: Whole, work: _Work, *, status: str) -> Article:
        article = article_of(incoming, whole, status=status)
        if whole.source and not incoming.unmet:  # one of some fields changes no source
            if self._sources is None:
                self._sources = SourceBook()
            article.source = self._sources.source(whole.source, run=work.run)
        article.import_run = work.run
        article.received_id = work.received[incoming.sha256]
        if article.status == Status.WITHDRAWN:
            article.withdrawal_reason = WITHDRAWN_BY_SUPPLIER
        return article

    def _named(self, article: Article) -> tuple[NamedEntity, ...]:
        if self._tagger is None:
            self._tagger = Tagger()
        return self._tagger.named(article)

    def _find(self, given: GivenName) -> int | None:
        return self._entities.find(given) if self._entities is not None else None

    def _tags(self, whole: Whole) -> TagsByEntity:
        found = [(self._find(name), name.name) for name in whole.names]
        given = [(entity, name) for entity, name in found if entity is not None]
        return tags_wanted(given=given, named=whole.named)


def _proposed(kept: Mapping[str, Any], record: ArticleRecord | None) -> dict[str, Any]:
    """What the supplier says where an editor has the last word, dates as they are written."""
    proposed = {
        name: value.isoformat() if isinstance(value, datetime) else value
        for name, value in kept.items()
        if not name.startswith("published")
    }
    if record is not None and len(proposed) < len(kept):
        proposed["published"] = record.published
    return proposed


def _wanted(decided: Sequence[Decided], received: Mapping[str, int]) -> set[int]:
    """The places of a batch of which all is wanted: what is new, and bytes not yet kept."""
    return {
        place
        for place, item in enumerate(decided)
        if item.outcome in (Outcome.CREATED, Outcome.UPDATED)
        or (item.incoming.sha256 and item.incoming.sha256 not in received)
    }
