"""What was changed in an article, in plain words, read from its earlier versions."""

from __future__ import annotations

import json
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from django.core.serializers.json import DjangoJSONEncoder

from archive.models import AccessLevel, Article, ArticleVersion, Source, Status
from archive.text.compare import Change, Piece, compare_texts
from archive.text.dates import english

# Texts, of which a word here and there may change; other values change as a whole.
_TEXTS = frozenset({"headline", "summary", "body", "usage_terms", "bylines", "references"})
# What follows from another field, or says the same as it.
_IMPLIED = ("published_offset",)
_LABELS = {
    "source_id": "source",
    "canonical_url": "address",
    "published": "published on",
    "published_at": "exact time",
    "access": "what the public may read",
    "withdrawal_reason": "reason of the withdrawal",
}


@dataclass(frozen=True, slots=True, kw_only=True)
class FieldChange:
    """One field that changed: its name in words, and how its text became what it is."""

    label: str
    pieces: tuple[Piece, ...]


@dataclass(frozen=True, slots=True, kw_only=True)
class VersionChange:
    """How one version became the next. ``by`` and ``run`` are empty and None where not known."""

    number: int
    at: datetime
    by: str
    run: int | None
    reason: str
    fields: tuple[FieldChange, ...]


def version_changes(*, article: Article, limit: int = 50) -> tuple[VersionChange, ...]:
    """The latest ``limit`` changes of an article, the newest first, in two queries."""
    versions = list(article.versions.select_related("by")[:limit])
    later = json.loads(json.dumps(article.content(), cls=DjangoJSONEncoder))
    sources = _source_names([later, *(version.content for version in versions)])
    changes = []
    for version in versions:
        changes.append(_change(version, later, sources))
        later = version.content
    return tuple(changes)


def field_change(name: str, before: Any, after: Any) -> FieldChange:
    """How one field would become what it is not, whether from an article or as JSON.

    Names of sources are looked up in the database.
    """
    was, will_be = json.loads(json.dumps([before, after], cls=DjangoJSONEncoder))
    sources = _source_names([{name: was}, {name: will_be}])
    return FieldChange(
        label=_LABELS.get(name, name.replace("_", " ")),
        pieces=_pieces(name, was, will_be, sources),
    )


def _change(
    version: ArticleVersion, later: Mapping[str, Any], sources: Mapping[int, str]
) -> VersionChange:
    return VersionChange(
        number=version.number,
        at=version.replaced_at,
        by=version.by.get_username() if version.by is not None else "",
        run=version.run_id,
        reason=version.reason,
        fields=tuple(
            FieldChange(
                label=_LABELS.get(name, name.replace("_", " ")),
                pieces=_pieces(name, version.content.get(name), later.get(name), sources),
            )
            for name in later
            if name not in _IMPLIED and version.content.get(name) != later.get(name)
        ),
    )


def _pieces(name: str, before: Any, after: Any, sources: Mapping[int, str]) -> tuple[Piece, ...]:
    if name in _TEXTS:
        return compare_texts(_text(before), _text(after))
    return (
        Piece(change=Change.REMOVED, text=_in_words(name, before, sources)),
        Piece(change=Change.KEPT, text=" "),
        Piece(change=Change.ADDED, text=_in_words(name, after, sources)),
    )


def _text(value: Any) -> str:
    return "\n".join(value) if isinstance(value, list) else str(value or "")


def _source_names(contents: list[Mapping[str, Any]]) -> dict[int, str]:
    ids = {int(source) for content in contents if (source := content.get("source_id"))}
    return dict(Source.objects.filter(pk__in=ids).values_list("pk", "name"))


def _in_words(name: str, value: Any, sources: Mapping[int, str]) -> str:
    if value is None or value == "":
        return "undated" if name == "published" else "(empty)"
    if name == "source_id":
        return sources.get(value, "(a source that was deleted)")
    if name == "published":
        return english(value)
    if name == "status":
        return str(Status(value).label)
    if name == "access":
        return str(AccessLevel(value).label)
    if name in ("published_at", "embargo_until"):
        return f"{datetime.fromisoformat(value):%Y-%m-%d %H:%M %Z}"
    return str(value)
