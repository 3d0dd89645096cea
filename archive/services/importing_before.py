"""What articles are before an import changes them: what undoing it brings back.

The state of an article is plain JSON: ``fields`` by name, ``references`` in order, ``tags`` each
with its ``evidence``, and ``proposals``. Keys of rows are not kept but those that others refer to.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Mapping, Sequence
from datetime import date, datetime
from typing import Any

from django.db.models import QuerySet

from archive.models import (
    Article,
    ArticleBefore,
    ArticleReference,
    ImportRun,
    Proposal,
    Tag,
    TagEvidence,
)

ROWS_AT_ONCE = 500
REFERENCE_FIELDS = ("order", "label", "url")
TAG_FIELDS = ("entity_id", "state", "origin", "count", "first_position")
EVIDENCE_FIELDS = ("origin", "surface", "count", "first_position", "by_id", "run_id", "at")
PROPOSAL_FIELDS = ("field", "value", "run_id", "at", "dismissed")

# All but what no import changes, and the revision: it grows when a change is taken back, too.
FIELDS = {
    field.attname: field
    for field in Article._meta.concrete_fields
    if field.attname not in {"id", "public_id", "revision", "created_at"}
}

Row = dict[str, Any]


def keep_before(*, run: ImportRun, articles: Sequence[Article]) -> None:
    """Keep what stored articles are now, in the running transaction, before ``run`` changes them.

    Only the first change of a run counts, and articles that it created are left out: they have no
    state to go back to. Whatever else the given objects hold, the database is what is kept.
    """
    for start in range(0, len(articles), ROWS_AT_ONCE):
        keys = [article.pk for article in articles[start : start + ROWS_AT_ONCE]]
        states = _states(Article.objects.filter(pk__in=keys).exclude(import_run=run))
        ArticleBefore.objects.bulk_create(
            (ArticleBefore(run=run, article_id=key, state=state) for key, state in states.items()),
            ignore_conflicts=True,
        )


def field_values(state: Mapping[str, Any]) -> Row:
    """The fields of an article in a kept state, as Python values."""
    return {
        name: FIELDS[name].to_python(value)
        for name, value in state["fields"].items()
        if name in FIELDS  # a later release may have done away with one
    }


def _states(articles: QuerySet[Article]) -> dict[int, Row]:
    """The states of up to 500 articles by their keys, in five queries."""
    states: dict[int, Row] = {}
    for row in articles.values("pk", *FIELDS):
        key = row.pop("pk")
        states[key] = {"fields": _plain(row), "references": [], "tags": [], "proposals": []}
    for name, rows in (
        ("references", ArticleReference.objects.values("article_id", *REFERENCE_FIELDS)),
        ("proposals", Proposal.objects.values("article_id", *PROPOSAL_FIELDS)),
    ):
        for row in rows.filter(article__in=states).order_by("pk"):
            states[row.pop("article_id")][name].append(_plain(row))
    evidence = _evidence(states)
    for row in (
        Tag.objects.filter(article__in=states)
        .order_by("pk")
        .values("pk", "article_id", *TAG_FIELDS)
    ):
        reasons = evidence[row.pop("pk")]
        states[row.pop("article_id")]["tags"].append({**_plain(row), "evidence": reasons})
    return states


def _evidence(articles: Mapping[int, Any]) -> Mapping[int, list[Row]]:
    found: dict[int, list[Row]] = defaultdict(list)
    rows = TagEvidence.objects.filter(tag__article__in=articles).order_by("pk")
    for row in rows.values("tag_id", *EVIDENCE_FIELDS):
        found[row.pop("tag_id")].append(_plain(row))
    return found


def _plain(row: Mapping[str, Any]) -> Row:
    """Values of the database as JSON knows them; times to the microsecond."""
    return {
        name: value.isoformat() if isinstance(value, (date, datetime)) else value
        for name, value in row.items()
    }
