"""What suppliers say where an editor has said something else: it waits beside the editor's value.

A value is proposed once. It is not proposed where an editor has seen it already: one that was
dismissed, or that an editor replaced.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Collection, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import TYPE_CHECKING, Any

from django.db import transaction
from django.db.models.fields.json import KeyTransform

from archive.exceptions import DateError
from archive.models import (
    Article,
    ArticleReference,
    ArticleVersion,
    ImportRun,
    Proposal,
    Source,
    Status,
)
from archive.services.curating import replace_references
from archive.services.versions import FieldChange, field_change
from archive.text.dates import read_date

if TYPE_CHECKING:
    from django.contrib.auth.models import User

ROWS_AT_ONCE = 500
REFERENCES = "references"
ACCEPTED = "The supplier's value was accepted."
_DATE = ("published", "published_at", "published_offset")

# An article, and the supplier's values of fields that an editor has changed.
Proposed = tuple[Article, dict[str, Any]]


@dataclass(frozen=True, slots=True, kw_only=True)
class ProposedChange:
    """A proposal in words: what would go and what would come, and which run brought it."""

    key: int
    change: FieldChange
    run: int | None
    at: datetime


def store_proposals(*, run: ImportRun, proposals: Sequence[Proposed]) -> None:
    """Write what a supplier says of edited fields, in the running transaction.

    Values are JSON: ``published`` as EDTF or ISO 8601, ``embargo_until`` as ISO 8601, ``source_id``
    a key, ``references`` a list of labels and addresses. A proposal that has become what the
    article says is deleted. The number of queries does not grow with the articles, up to 500.
    """
    for start in range(0, len(proposals), ROWS_AT_ONCE):
        _store(run, [(a, v) for a, v in proposals[start : start + ROWS_AT_ONCE] if v])


def _store(run: ImportRun, proposals: Sequence[Proposed]) -> None:
    articles = [article for article, _ in proposals]
    known: dict[tuple[int, str], Proposal] = {
        (proposal.article_id, proposal.field): proposal
        for proposal in Proposal.objects.filter(article__in=articles)
    }
    cited = _cited([article for article, values in proposals if REFERENCES in values])
    differing: list[tuple[Article, str, Any]] = []
    outdated: list[int] = []
    for article, values in proposals:
        for field, value in values.items():
            own = cited[article.pk] if field == REFERENCES else _own(article, field)
            if _comparable(field, value) != own:
                differing.append((article, field, value))
            elif (agreed := known.get((article.pk, field))) is not None:
                outdated.append(agreed.pk)
    replaced = _replaced_by_editors(differing)
    wanted = []
    for article, field, value in differing:
        earlier = known.get((article.pk, field))
        if (article.pk, field) in replaced:
            if earlier is not None and not earlier.dismissed:
                outdated.append(earlier.pk)
        elif earlier is None or _comparable(field, earlier.value) != _comparable(field, value):
            wanted.append(Proposal(article=article, field=field, value=value, run=run))
    Proposal.objects.filter(pk__in=outdated).delete()
    Proposal.objects.bulk_create(
        wanted,
        update_conflicts=True,
        unique_fields=["article", "field"],
        update_fields=["value", "run", "at", "dismissed"],
    )


def proposed_changes(*, article: Article) -> tuple[ProposedChange, ...]:
    """What waits for a decision about an article, by field."""
    waiting = list(article.proposals.filter(dismissed=False).order_by("field"))
    cited = _cited([article]) if any(row.field == REFERENCES for row in waiting) else {}
    return tuple(
        ProposedChange(
            key=row.pk,
            change=_in_words(article, row, cited),
            run=row.run_id,
            at=row.at,
        )
        for row in waiting
    )


def _in_words(article: Article, proposal: Proposal, cited: Mapping[int, Any]) -> FieldChange:
    field = proposal.field
    if field == REFERENCES:
        return field_change(field, _lines(cited[article.pk]), _lines(proposal.value or ()))
    own = getattr(article, field, None)
    if field == "published" and article.published_moment is not None:
        own = article.published_moment.isoformat()
    return field_change(field, own, proposal.value)


@transaction.atomic
def accept_proposals(*, proposals: Collection[int], by: User | None) -> list[int]:
    """Give articles the values that suppliers propose; returns the keys of those that were taken.

    The fields stay edited, so that no import changes them unasked. What would leave an article
    without headline and text, or names a source that is gone, is left waiting.
    """
    chosen: dict[int, list[Proposal]] = defaultdict(list)
    for proposal in Proposal.objects.filter(pk__in=proposals, dismissed=False).order_by("pk"):
        chosen[proposal.article_id].append(proposal)
    articles = Article.objects.select_for_update(of=("self",)).in_bulk(list(chosen))
    taken: list[int] = []
    for key, rows in chosen.items():
        taken += _accept(articles[key], rows, by)
    Proposal.objects.filter(pk__in=taken).delete()
    return taken


@transaction.atomic
def dismiss_proposals(*, proposals: Collection[int]) -> list[int]:
    """Keep the editors' values; the same proposals do not come back. Returns their keys."""
    waiting = Proposal.objects.filter(pk__in=proposals, dismissed=False)
    keys = list(waiting.values_list("pk", flat=True))
    waiting.update(dismissed=True)
    return keys


def _accept(article: Article, rows: Sequence[Proposal], by: User | None) -> list[int]:
    taken = []
    changed = False
    for row in rows:
        if row.field == REFERENCES:
            replace_references(article=article, references=_pairs(row.value or ()))
        elif _apply(article, row.field, row.value):
            changed = True
        else:
            continue
        taken.append(row.pk)
    if changed:
        article.changed_by, article.change_reason = by, ACCEPTED
        article.save()
    return taken


def _apply(article: Article, field: str, value: Any) -> bool:
    """Set one field of an article that is saved later; returns whether that could be done."""
    if field == "published":
        try:
            article.set_published(value or "")
        except DateError:
            return False
    elif field == "source_id":
        source = Source.objects.filter(pk=value).first() if value else None
        if value and source is None:
            return False
        article.source = source
    elif field in ("headline", "body"):
        if not value and not (article.body if field == "headline" else article.headline):
            return False
        setattr(article, field, value)
    else:
        setattr(article, field, Article._meta.get_field(field).to_python(value))  # type: ignore[union-attr]  # a field of the article's own
        if field == "status" and article.status != Status.WITHDRAWN:
            article.withdrawal_reason = ""
    return True


def _cited(articles: Collection[Article]) -> Mapping[int, Any]:
    cited: dict[int, list[tuple[str, str]]] = {article.pk: [] for article in articles}
    rows = ArticleReference.objects.filter(article__in=articles).order_by("order")
    for article, label, url in rows.values_list("article_id", "label", "url"):
        cited[article].append((label, url))
    return cited


def _replaced_by_editors(differing: Sequence[tuple[Article, str, Any]]) -> set[tuple[int, str]]:
    """The articles and fields whose proposed value an editor has seen and replaced."""
    proposed: dict[int, dict[str, Any]] = defaultdict(dict)
    own: dict[int, Article] = {}
    for article, field, value in differing:
        if field != REFERENCES:
            own[article.pk] = article
            proposed[article.pk][field] = _comparable(field, value)
    names = sorted(
        {name for values in proposed.values() for field in values for name in _of(field)}
    )
    rows = (
        ArticleVersion.objects.filter(article__in=list(own))
        .order_by("article", "-number")
        # Not whole contents: there may be many versions of a long text.
        .annotate(**{f"said_{name}": KeyTransform(name, "content") for name in names})
        .values("article_id", "by_id", *(f"said_{name}" for name in names))
    )
    found = set()
    later: dict[str, Any] = {}
    at = None
    for row in rows.iterator(chunk_size=100):
        key = row["article_id"]
        if key != at:
            at, later = key, {field: _own(own[key], field) for field in proposed[key]}
        for field, value in proposed[key].items():
            said = _said(field, {name: row[f"said_{name}"] for name in _of(field)})
            if row["by_id"] is not None and said == value != later[field]:
                found.add((key, field))
            later[field] = said
    return found


def _of(field: str) -> tuple[str, ...]:
    return _DATE if field == "published" else (field,)


def _own(article: Article, field: str) -> Any:
    return _said(field, {name: getattr(article, name, None) for name in _of(field)})


def _said(field: str, values: Mapping[str, Any]) -> Any:
    """What an article or a version of it says, to be compared with a proposed value."""
    if field != "published":
        return _comparable(field, values[field])
    at = _moment(values["published_at"])
    return values["published"] or "", at, values["published_offset"] if at else None


def _comparable(field: str, value: Any) -> Any:
    if field == "published":
        try:
            span = read_date(value) if value else None
        except DateError:
            return value, None, None
        if span is None:
            return "", None, None
        offset = span.at.utcoffset() if span.at else None
        return (
            span.edtf,
            _moment(span.at),
            int(offset.total_seconds() // 60) if offset is not None else None,
        )
    if field == REFERENCES:
        return [tuple(reference) for reference in value or ()]
    if field == "embargo_until":
        return _moment(value)
    return list(value) if isinstance(value, tuple) else value if value is not None else ""


def _moment(value: Any) -> datetime | None:
    """A time to the millisecond, which is what versions keep."""
    if not value:
        return None
    at = datetime.fromisoformat(value) if isinstance(value, str) else value
    return at.replace(microsecond=at.microsecond // 1000 * 1000)


def _pairs(references: Sequence[Sequence[str]]) -> list[tuple[str, str]]:
    return [(label, url) for label, url in references]


def _lines(references: Sequence[Sequence[str]]) -> list[str]:
    return [" ".join(filter(None, reference)) for reference in references]
