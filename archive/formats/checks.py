"""What suppliers write in fields, checked alike in every format of XML."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import replace

from archive.exceptions import DateError, RecordError
from archive.formats.base import ArticleRecord, NamedEntity
from archive.formats.limits import MAX_HEADLINE, MAX_LIST_ITEMS, MAX_NAME
from archive.formats.values import bounded
from archive.text.dates import read_date

_LIMITS = {
    "supplier_id": 500,
    "headline": MAX_HEADLINE,
    "source": MAX_NAME,
    "section": 200,
    "page": 50,
    "edition": 100,
    "credit": 500,
}


def checked(record: ArticleRecord, named: Mapping[str, str]) -> ArticleRecord:
    """Return a record whose fields are within their bounds, each name and byline once.

    ``named`` says how the supplier's format calls a field. A summary without a text is the text; a
    record that withdraws an article needs none, and goes by its identifier. Raises RecordError for
    a field that is too long, and for a record without any words.
    """
    for field, limit in _LIMITS.items():
        bounded(getattr(record, field), limit, named.get(field, field))
    if not (record.headline or record.body) and record.summary:
        record = replace(record, body=record.summary, summary="")
    if not (record.headline or record.body):
        if record.status != "withdrawn":
            raise RecordError(
                f"There is neither a headline ({named['headline']}) nor a text. "
                "An article needs one of them."
            )
        if not record.supplier_id:
            raise RecordError(
                f"This withdraws an article and does not say which. Add {named['supplier_id']}."
            )
        record = replace(record, headline=record.supplier_id, notice=True)
    bylines = tuple(dict.fromkeys(filter(None, record.bylines)))
    for byline in bylines:
        bounded(byline, MAX_NAME, "a byline")
    entities = {kind: _each_once(names) for kind, names in record.entities.items() if names}
    count = max(len(bylines), len(record.references), *map(len, entities.values()))
    if count > MAX_LIST_ITEMS:
        raise RecordError(
            f"There are more than {MAX_LIST_ITEMS:,} names or links of one kind. Leave some out."
        )
    return replace(record, bylines=bylines, entities=entities)


def _each_once(names: Iterable[NamedEntity]) -> tuple[NamedEntity, ...]:
    found: dict[tuple[str, tuple[tuple[str, str], ...]], NamedEntity] = {}
    for entity in names:
        bounded(entity.name, MAX_NAME, "a name")
        for scheme, value in entity.identifiers.items():
            bounded(scheme, 50, "the scheme of an identifier")
            bounded(value, MAX_NAME, "an identifier")
        found.setdefault((entity.name, tuple(entity.identifiers.items())), entity)
    return tuple(found.values())


def first_date(written: Iterable[str]) -> str:
    """The first of several dates that can be read; empty where none is given.

    Raises RecordError where some are given and none can be read.
    """
    problem: DateError | None = None
    for given in filter(None, written):
        try:
            read_date(given)
        except DateError as error:
            problem = problem or error
        else:
            return given
    if problem is None:
        return ""
    raise RecordError(
        f"The date cannot be read: {problem} Leave it out where the date is not known."
    )
