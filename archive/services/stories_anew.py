"""Fingerprints of stored articles that have none, or none of what they say now."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass

from django.db import transaction
from django.db.models import Exists, OuterRef, QuerySet

from archive.models import Article, Fingerprint
from archive.services import outbox
from archive.services.stories import ROWS_AT_ONCE, note_shared, replace_rows, row_of, stored_rows

_TEXTS_AT_ONCE = 50  # in memory: a single one may have many megabytes


@dataclass(slots=True, kw_only=True)
class GroupingReport:
    """How many articles were looked at and how many fingerprints were written."""

    articles: int = 0
    written: int = 0


def group_stored(
    *, every: bool = False, progress: Callable[[int, int], None] | None = None
) -> GroupingReport:
    """Bring fingerprints in line with the articles, in batches that are each one transaction.

    ``every`` looks at all articles, as after a release that takes fingerprints otherwise; else only
    those without one of their present version. ``progress`` is told how many are done, of how many.
    """
    wanted: QuerySet[Article] = Article.objects.all()
    if not every:
        current = Fingerprint.objects.filter(article=OuterRef("pk"), version=OuterRef("version"))
        wanted = wanted.filter(~Exists(current))
    report = GroupingReport()
    total = wanted.count() if progress else 0
    last = 0
    while keys := list(
        wanted.filter(pk__gt=last).order_by("pk").values_list("pk", flat=True)[:ROWS_AT_ONCE]
    ):
        last = keys[-1]
        with transaction.atomic():
            report.written += _bring_in_line(keys)
        report.articles += len(keys)
        if progress is not None:
            progress(report.articles, total)
    return report


def _bring_in_line(keys: Sequence[int]) -> int:
    # Nobody changes them until the transaction ends.
    articles = Article.objects.select_for_update(of=("self",)).filter(pk__in=keys).order_by("pk")
    known = stored_rows(keys)
    read = articles.values_list(
        "pk", "version", "published_lower", "headline", "summary", "body"
    ).iterator(chunk_size=_TEXTS_AT_ONCE)
    differing = [row for row in (row_of(*values) for values in read) if row != known.get(row[0])]
    if differing:
        replace_rows(differing)
    gone = {row[0] for row in differing}
    note_shared([row for row in known.values() if row[0] not in gone])
    if differing:
        outbox.bump_epoch()
    return len(differing)
