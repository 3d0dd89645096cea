"""One batch of records: what becomes of each, and all that follows from it in one transaction."""

from __future__ import annotations

from collections import Counter, defaultdict
from collections.abc import Mapping, Sequence
from typing import TYPE_CHECKING, Any

from django.db import IntegrityError, transaction
from django.db.models import F
from django.utils import timezone

from archive.models import (
    Article,
    ArticleReference,
    ArticleVersion,
    ImportRecord,
    ImportRun,
    Outcome,
    ReceivedDocument,
)
from archive.models.article import shows_less
from archive.models.import_run import RunState
from archive.services import outbox
from archive.services.importing_names import EntityBook, SourceBook
from archive.services.importing_prepare import Decided, Incoming, article_of
from archive.services.importing_store import (
    changes_of,
    store_bytes,
    store_ledger,
    store_references,
)
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

Draft = tuple[Article, tuple[NamedEntity, ...]]


def decide(batch: Sequence[Incoming]) -> list[Decided]:
    """Compare a batch with what is stored; an article that comes twice counts once."""
    stored = {
        public_id: (pk, digest)
        for public_id, pk, digest in Article.objects.filter(
            public_id__in={incoming.public_id for incoming in batch if incoming.record}
        ).values_list("public_id", "pk", "record_hash")
    }
    met: set[str] = set()
    decided = []
    for incoming in batch:
        pk, digest = stored.get(incoming.public_id, (None, ""))
        if incoming.record is None:
            outcome = Outcome.REJECTED
        elif incoming.public_id in met or digest == incoming.record_hash:
            outcome = Outcome.UNCHANGED
        else:
            outcome = Outcome.CREATED if pk is None else Outcome.UPDATED
            met.add(incoming.public_id)
        decided.append(Decided(incoming=incoming, outcome=outcome, article=pk))
    _leave_superseded([item for item in decided if item.outcome == Outcome.UPDATED])
    return decided


def _leave_superseded(changed: Sequence[Decided]) -> None:
    """Leave alone what a later record of the same file has replaced in the same run.

    Otherwise a file that says two things of one article would change it to and fro each time.
    """
    history: dict[int | None, list[tuple[int, str, int, str]]] = defaultdict(list)
    if changed:
        for article, run, path, position, digest in (
            ImportRecord.objects.filter(
                article__in=[item.article for item in changed],
                outcome__in=(Outcome.CREATED, Outcome.UPDATED),
            )
            .order_by("pk")
            .values_list("article_id", "run_id", "path", "position", "received__sha256")
        ):
            history[article].append((run, path, position, digest or ""))
    for item in changed:
        rows, incoming = history[item.article], item.incoming
        if not rows or rows[-1][1] != incoming.path or rows[-1][2] <= incoming.position:
            continue
        if (rows[-1][0], incoming.path, incoming.position, incoming.sha256) in rows:
            item.outcome = Outcome.UNCHANGED


class BatchWriter:
    """Stores batches one after another; names and vocabulary stay in memory between them.

    ``status`` is that of records that do not say, ``arguments`` what the ledger keeps of the call.
    """

    def __init__(self, *, arguments: dict[str, Any], status: str, by: User | None) -> None:
        self.run: ImportRun | None = None
        self._arguments = arguments
        self._status = status
        self._by = by
        self._sources: SourceBook | None = None
        self._entities: EntityBook | None = None
        self._tagger: Tagger | None = None
        self._passed = 0

    @property
    def sources(self) -> SourceBook:
        """The sources that there are."""
        if self._sources is None:
            self._sources = SourceBook()
        return self._sources

    def write(self, batch: Sequence[Incoming]) -> list[Decided]:
        """Store a batch in one transaction; one that brings nothing new writes nothing."""
        decided = decide(batch)
        if _nothing_new(decided):
            self._passed += len(decided)
            return decided
        # The slow part, before the database is locked for other writers.
        drafts = {
            item.incoming.public_id: self._draft(item.incoming)
            for item in decided
            if item.outcome == Outcome.CREATED
        }
        before = self.run
        for attempt in range(1, ATTEMPTS + 1):
            try:
                with transaction.atomic():
                    return self._store(batch, drafts)
            except BaseException as error:
                # What the books learnt in the transaction is gone with it. Of an integrity error
                # the cause is most likely another writer, whose rows the next attempt sees.
                self.run, self._sources, self._entities = before, None, None
                if attempt == ATTEMPTS or not isinstance(error, IntegrityError):
                    raise
                for article, _ in drafts.values():
                    article.pk, article._state.adding = None, True
        raise AssertionError

    def finish(self, state: RunState) -> None:
        """Close the ledger of the run, if there is one."""
        if self.run is not None:
            ImportRun.objects.filter(pk=self.run.pk).update(
                finished_at=timezone.now(), state=state, unchanged=F("unchanged") + self._passed
            )
            self.run.refresh_from_db()

    def _draft(self, incoming: Incoming) -> Draft:
        article = article_of(incoming, status=self._status)
        return article, self._named(article)

    def _named(self, article: Article) -> tuple[NamedEntity, ...]:
        if self._tagger is None:
            self._tagger = Tagger()
        return self._tagger.named(article)

    def _store(self, batch: Sequence[Incoming], drafts: Mapping[str, Draft]) -> list[Decided]:
        # Again, now that nobody else can write: another import may have met the same articles.
        decided = decide(batch)
        if self.run is None:
            self.run = ImportRun.objects.create(arguments=self._arguments, by=self._by)
        if self._entities is None:
            self._entities = EntityBook()
        created = [item for item in decided if item.outcome == Outcome.CREATED]
        updated = [item for item in decided if item.outcome == Outcome.UPDATED]
        received, already = store_bytes(batch)
        self._entities.add(name for item in (*created, *updated) for name in item.incoming.names)
        if created:
            self._create(created, drafts, received, self.run)
        if updated:
            self._update(updated, received, self.run)
        store_ledger(decided, received, already=already, run=self.run)
        counts = Counter(item.outcome.value for item in decided)
        ImportRun.objects.filter(pk=self.run.pk).update(
            **{outcome: F(outcome) + number for outcome, number in counts.items()}
        )
        return decided

    def _create(
        self,
        created: Sequence[Decided],
        drafts: Mapping[str, Draft],
        received: Mapping[str, int],
        run: ImportRun,
    ) -> None:
        wanted: list[tuple[Article, TagsByEntity]] = []
        for item in created:
            incoming = item.incoming
            article, named = drafts.get(incoming.public_id) or self._draft(incoming)
            self._complete(article, incoming, received, run)
            given = self._given(incoming)
            wanted.append((article, tags_wanted(given=given, named=named)))
        articles = [article for article, _ in wanted]
        Article.objects.bulk_create(articles, batch_size=ROWS_AT_ONCE)
        for item, article in zip(created, articles, strict=True):
            item.article = article.pk
        store_references(
            [(article, item.incoming) for item, article in zip(created, articles, strict=True)]
        )
        create_tags(wanted=wanted, run=run)
        outbox.enqueue(articles, hides=False)

    def _update(
        self, updated: Sequence[Decided], received: Mapping[str, int], run: ImportRun
    ) -> None:
        stored = Article.objects.select_related("source").in_bulk(
            [item.article for item in updated if item.article is not None]
        )
        wanted: list[tuple[Article, TagsByEntity]] = []
        versions: list[ArticleVersion] = []
        references: list[tuple[Article, Incoming]] = []
        closing: set[str] = set()
        for item in updated:
            incoming, article = item.incoming, stored[item.article or 0]
            access = article.access
            version = self._change(article, incoming, received, run)
            if version is not None:
                versions.append(version)
            if shows_less(access, article.access):
                closing.add(article.public_id)
            if "references" not in article.edited_fields:
                references.append((article, incoming))
            given = self._given(incoming)
            wanted.append((article, tags_wanted(given=given, named=self._named(article))))
        ArticleVersion.objects.bulk_create(versions, batch_size=ROWS_AT_ONCE)
        # Without signals, which would tell the index of every single row.
        outdated = ArticleReference.objects.filter(article__in=[known for known, _ in references])
        outdated._raw_delete(using=outdated.db)
        store_references(references)
        replace_tags(wanted=wanted, run=run)
        articles = [article for article, _ in wanted]
        outbox.enqueue([a for a in articles if a.public_id in closing], hides=True)
        outbox.enqueue([a for a in articles if a.public_id not in closing])

    def _change(
        self, article: Article, incoming: Incoming, received: Mapping[str, int], run: ImportRun
    ) -> ArticleVersion | None:
        """Change one stored article; returns what it said before, if it said something else."""
        draft = article_of(incoming, status=article.status)
        self._complete(draft, incoming, received, run)
        before = article.content()
        changes = changes_of(article, draft, incoming)
        if "source_id" in changes:
            article.source = draft.source
        for name, value in changes.items():
            setattr(article, name, value)
        version = None
        if before != article.content():
            version = ArticleVersion(
                article=article, number=article.version, content=before, run=run
            )
            article.version += 1
        Article.objects.filter(pk=article.pk).update(
            **changes,
            version=article.version,
            revision=F("revision") + 1,
            import_run=run,
            received_id=received[incoming.sha256],
            record_hash=incoming.record_hash,
            updated_at=timezone.now(),
        )
        return version

    def _complete(
        self, article: Article, incoming: Incoming, received: Mapping[str, int], run: ImportRun
    ) -> None:
        article.source = self.sources.source(incoming.source) if incoming.source else None
        article.import_run = run
        article.received_id = received[incoming.sha256]

    def _given(self, incoming: Incoming) -> list[tuple[int, str]]:
        if self._entities is None:
            return []
        found = [(self._entities.find(name), name.name) for name in incoming.names]
        return [(entity, name) for entity, name in found if entity is not None]


def _nothing_new(decided: Sequence[Decided]) -> bool:
    digests = {item.incoming.sha256 for item in decided}
    return all(
        item.outcome == Outcome.UNCHANGED for item in decided
    ) and ReceivedDocument.objects.filter(sha256__in=digests).count() == len(digests)
