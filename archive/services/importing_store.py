"""Rows that hang on imported articles, and what a record may change of a stored one."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from typing import Any

from django.db.models import F
from django.utils import timezone

from archive.formats.base import ArticleRecord
from archive.models import (
    Article,
    ArticleReference,
    ImportFile,
    ImportRecord,
    ImportRun,
    Outcome,
    ReceivedDocument,
    Status,
)
from archive.services.bulk import insert_rows
from archive.services.importing_prepare import RECORD_FIELDS, Decided, Incoming, Whole
from archive.services.importing_reading import ReadFile

ROWS_AT_ONCE = 500
_DATE_FIELDS = frozenset(name for name in RECORD_FIELDS if name.startswith("published"))
_ARTICLE_FIELDS = {
    "version": {"supplier_version"},
    "url": {"canonical_url"},
    "published": _DATE_FIELDS,
}


def received_before(batch: Iterable[Incoming]) -> dict[str, int]:
    """The keys of bytes that had been received before, by SHA-256."""
    digests = {incoming.sha256 for incoming in batch if incoming.sha256}
    return dict(ReceivedDocument.objects.filter(sha256__in=digests).values_list("sha256", "pk"))


def store_bytes(
    batch: Sequence[Incoming], wholes: Mapping[int, Whole], *, known: Mapping[str, int]
) -> dict[str, int]:
    """Keep the bytes of a batch, each once; returns their keys by SHA-256, ``known`` included."""
    new = {
        incoming.sha256: (incoming.format, wholes[place].content)
        for place, incoming in enumerate(batch)
        if incoming.sha256 and incoming.sha256 not in known
    }
    if not new:
        return dict(known)
    insert_rows(
        ReceivedDocument,
        names=("sha256", "format", "content"),
        rows=[(digest, format, content) for digest, (format, content) in new.items()],
        constants={"received_at": timezone.now()},
    )
    return dict(known) | dict(
        ReceivedDocument.objects.filter(sha256__in=new).values_list("sha256", "pk")
    )


def store_articles(articles: Sequence[Article]) -> None:
    """Write new articles, which have their keys afterwards. Their sources have to be stored."""
    now = timezone.now()
    for article in articles:
        article.updated_at = now
    names = [field.name for field in Article._meta.concrete_fields if not field.primary_key]
    attributes = [Article._meta.get_field(name).attname for name in names]  # type: ignore[union-attr]
    insert_rows(
        Article,
        names=names,
        rows=[[getattr(article, name) for name in attributes] for article in articles],
        constants={},
    )
    keys = dict(
        Article.objects.filter(
            public_id__in=[article.public_id for article in articles]
        ).values_list("public_id", "pk")
    )
    for article in articles:
        article.pk = keys[article.public_id]
        article._state.adding = False


def store_references(articles: Iterable[tuple[Article, ArticleRecord]]) -> None:
    """Write what articles cite, in the order of their records."""
    insert_rows(
        ArticleReference,
        names=("article", "label", "url", "order"),
        rows=[
            (article.pk, reference.label, reference.url, order)
            for article, record in articles
            for order, reference in enumerate(record.references)
        ],
        constants={},
    )


def store_ledger(
    decided: Sequence[Decided],
    received: Mapping[str, int],
    *,
    unchanged_too: bool,
    run: ImportRun,
) -> None:
    """Write what became of each record, of those that changed nothing where that is wished."""
    insert_rows(
        ImportRecord,
        names=("path", "position", "line", "outcome", "reason", "article", "received"),
        rows=[
            (
                item.incoming.path,
                item.incoming.position,
                item.incoming.line,
                item.outcome.value,
                item.reason or item.incoming.reason,
                item.article,
                received.get(item.incoming.sha256),
            )
            for item in decided
            if unchanged_too or item.outcome != Outcome.UNCHANGED
        ],
        constants={"run": run.pk},
    )


def store_files(files: Iterable[ReadFile], known: dict[str, int], *, run: ImportRun) -> None:
    """Note how far files have been read; ``known`` has the keys of those noted, by path.

    One that is read afresh has a row of its own: the other says what was read of it before.
    """
    for file in files:
        said = {"state": file.state, "sha256": file.sha256}
        key = known.get(file.path)
        if key is None or file.afresh:
            row = ImportFile.objects.create(
                run=run,
                path=file.path,
                size=file.size,
                modified=file.modified,
                records=file.records,
                **said,
            )
            known[file.path] = row.pk
        else:
            ImportFile.objects.filter(pk=key).update(records=F("records") + file.records, **said)


def changes_of(
    article: Article, draft: Article, record: ArticleRecord
) -> tuple[dict[str, Any], dict[str, Any]]:
    """The fields that a later record changes of a stored article, and those that it may not.

    What an editor has changed stays, and what the supplier has there is the second, be it the same
    or not. Status, embargo and access change only where the record itself mentions them. A
    withdrawn article stays withdrawn, and a supplier that withdraws one is obeyed whatever an
    editor has said. A notice changes nothing but that, and a record of some fields nothing but
    these.
    """
    kept = set(article.edited_fields)
    if kept & _DATE_FIELDS:
        kept |= _DATE_FIELDS
    names = set() if record.notice else _fields_of(record)
    if record.status and _speaks_of(record, "status") and article.status != Status.WITHDRAWN:
        names.add("status")
    if record.embargo or "embargo" in record.only:
        names.add("embargo_until")
    if record.access:
        names.add("access")
    if record.status == Status.WITHDRAWN:
        kept.discard("status")
    values = {name: getattr(draft, name) for name in sorted(names)}
    return (
        {
            name: value
            for name, value in values.items()
            if name not in kept and value != getattr(article, name)
        },
        {name: value for name, value in values.items() if name in kept},
    )


def _fields_of(record: ArticleRecord) -> set[str]:
    """The fields of an article that a record sets, status, embargo and access aside."""
    if not record.only:
        return set(RECORD_FIELDS)
    named = set().union(*(_ARTICLE_FIELDS.get(name, {name}) for name in record.only))
    return named & set(RECORD_FIELDS)


def _speaks_of(record: ArticleRecord, name: str) -> bool:
    return not record.only or name in record.only
