"""Records that speak of some fields alone: what they would change of stored articles."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Callable, Collection, Mapping, Sequence

from archive.formats.base import ArticleRecord
from archive.models import (
    Article,
    ArticleReference,
    EntityKind,
    ImportRecord,
    Origin,
    Outcome,
    TagEvidence,
)
from archive.services.importing_names import GivenName
from archive.services.importing_prepare import Decided, Whole
from archive.services.importing_store import changes_of

REFERENCES = "references"
_KINDS = frozenset(EntityKind.values)
_NAMED_IN = frozenset({"summary", "language"})

Find = Callable[[GivenName], int | None]
Update = tuple[Decided, Whole]


class StoredLists:
    """What stored articles cite, and the entities that suppliers gave them. Costs two queries."""

    def __init__(self, articles: Collection[int]) -> None:
        self._cited: dict[int, list[tuple[str, str]]] = defaultdict(list)
        self._given: dict[int, dict[str, dict[int, str]]] = defaultdict(lambda: defaultdict(dict))
        references = ArticleReference.objects.filter(article__in=articles).order_by("order")
        for article, label, url in references.values_list("article_id", "label", "url"):
            self._cited[article].append((label, url))
        evidence = TagEvidence.objects.filter(tag__article__in=articles, origin=Origin.IMPORT)
        for article, kind, entity, surface in evidence.order_by("pk").values_list(
            "tag__article_id", "tag__entity__kind", "tag__entity_id", "surface"
        ):
            self._given[article][kind][entity] = surface

    def changes(
        self, article: int, whole: Whole, find: Find
    ) -> dict[str, tuple[list[str], list[str]]]:
        """The lists that a record changes, by kind of entity, each with the old and the new one."""
        record = whole.record or ArticleRecord()
        found = {}
        for kind in sorted(record.only & _KINDS):
            old = self._given[article][kind]
            names = [given for given in whole.names if given.kind == kind]
            if set(old) != {find(given) for given in names}:
                found[kind] = (list(old.values()), [given.name for given in names])
        if REFERENCES in record.only:
            cited = [(each.label, each.url) for each in record.references]
            if cited != self._cited[article]:
                found[REFERENCES] = (_in_words(self._cited[article]), _in_words(cited))
        return found

    def given(self, article: int, whole: Whole, find: Find) -> list[tuple[int, str]]:
        """All that an article is given from now on: a record's own kinds, and as before others."""
        record = whole.record or ArticleRecord()
        kept = [
            (entity, surface)
            for kind, entities in self._given[article].items()
            if kind not in record.only
            for entity, surface in entities.items()
        ]
        found = ((find(given), given.name) for given in whole.names)
        return kept + [(entity, name) for entity, name in found if entity is not None]


def changes_tags(record: ArticleRecord) -> bool:
    """Whether tags may be others after a record of some fields."""
    return not record.only.isdisjoint(_KINDS | _NAMED_IN)


def leave_unchanged(
    updated: Sequence[Update],
    stored: Mapping[int, Article],
    *,
    lists: StoredLists,
    draft: Callable[[Article, Decided, Whole], Article],
    find: Find,
) -> list[Update]:
    """Return the records that change something; the others of some fields become unchanged.

    What an editor has the last word on is no change where the same bytes were taken in before.
    """
    found: list[Update] = []
    proposed: list[Update] = []
    for item, whole in updated:
        record, article = whole.record, stored[item.article or 0]
        if record is None or not record.only:
            found.append((item, whole))
            continue
        changes, kept = changes_of(article, draft(article, item, whole), record)
        differing = lists.changes(article.pk, whole, find)
        edited = REFERENCES in differing and REFERENCES in article.edited_fields
        if changes or differing.keys() - ({REFERENCES} if edited else set()):
            found.append((item, whole))
        elif edited or any(value != getattr(article, name) for name, value in kept.items()):
            proposed.append((item, whole))
        else:
            item.outcome = Outcome.UNCHANGED
    known = _taken_before(proposed)
    for item, whole in proposed:
        if (item.article, item.incoming.sha256) in known:
            item.outcome = Outcome.UNCHANGED
            item.reason = "An editor has the last word on it."
        else:
            found.append((item, whole))
    return found


def _taken_before(updates: Sequence[Update]) -> set[tuple[int | None, str | None]]:
    if not updates:
        return set()
    rows = ImportRecord.objects.filter(
        article__in=[item.article for item, _ in updates], outcome=Outcome.UPDATED
    )
    return set(rows.values_list("article_id", "received__sha256"))


def _in_words(references: Sequence[tuple[str, str]]) -> list[str]:
    return [" ".join(filter(None, reference)) for reference in references]
