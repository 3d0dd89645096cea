"""Rows that hang on imported articles, and what a record may change of a stored one."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from typing import Any

from archive.models import (
    Article,
    ArticleReference,
    ImportRecord,
    ImportRun,
    Outcome,
    ReceivedDocument,
    Status,
)
from archive.services.importing_prepare import RECORD_FIELDS, Decided, Incoming

ROWS_AT_ONCE = 500
_DATE_FIELDS = frozenset(name for name in RECORD_FIELDS if name.startswith("published"))


def store_bytes(batch: Sequence[Incoming]) -> tuple[dict[str, int], frozenset[str]]:
    """Keep the bytes of a batch, each once.

    Returns their keys by SHA-256, and the SHA-256 of those that had been received before.
    """
    contents = {incoming.sha256: incoming for incoming in batch if incoming.sha256}
    known = dict(ReceivedDocument.objects.filter(sha256__in=contents).values_list("sha256", "pk"))
    new = ReceivedDocument.objects.bulk_create(
        (
            ReceivedDocument(sha256=digest, content=incoming.content, format=incoming.format)
            for digest, incoming in contents.items()
            if digest not in known
        ),
        batch_size=ROWS_AT_ONCE,
    )
    return known | {document.sha256: document.pk for document in new}, frozenset(known)


def store_references(articles: Iterable[tuple[Article, Incoming]]) -> None:
    """Write what articles cite, in the order of their records."""
    ArticleReference.objects.bulk_create(
        (
            ArticleReference(
                article_id=article.pk, label=reference.label, url=reference.url, order=order
            )
            for article, incoming in articles
            if incoming.record is not None
            for order, reference in enumerate(incoming.record.references)
        ),
        batch_size=ROWS_AT_ONCE,
    )


def store_ledger(
    decided: Sequence[Decided],
    received: Mapping[str, int],
    *,
    already: frozenset[str],
    run: ImportRun,
) -> None:
    """Write what became of each record; ``already`` are SHA-256 that had been received before.

    A record that changes nothing and is no news is only counted.
    """
    met = set(already)
    rows = []
    for item in decided:
        incoming = item.incoming
        if item.outcome != Outcome.UNCHANGED or incoming.sha256 not in met:
            rows.append(
                ImportRecord(
                    run=run,
                    path=incoming.path,
                    position=incoming.position,
                    outcome=item.outcome,
                    reason=incoming.reason,
                    article_id=item.article,
                    received_id=received.get(incoming.sha256),
                )
            )
        met.add(incoming.sha256)
    ImportRecord.objects.bulk_create(rows, batch_size=ROWS_AT_ONCE)


def changes_of(article: Article, draft: Article, incoming: Incoming) -> dict[str, Any]:
    """The fields of a stored article that a later record changes, with their new values.

    What an editor has changed stays. A withdrawn article stays withdrawn, and status, embargo and
    access change only where the record itself mentions them.
    """
    edited = set(article.edited_fields)
    if edited & _DATE_FIELDS:
        edited |= _DATE_FIELDS
    names = set(RECORD_FIELDS)
    if incoming.record is not None:
        if incoming.record.status and article.status != Status.WITHDRAWN:
            names.add("status")
        if incoming.record.embargo:
            names.add("embargo_until")
        if incoming.record.access:
            names.add("access")
    return {
        name: value
        for name in sorted(names - edited)
        if (value := getattr(draft, name)) != getattr(article, name)
    }
