"""Stored articles as records: what an import of them would have to say."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping, Sequence

from django.utils import timezone

from archive.formats.base import ArticleRecord, NamedEntity, Reference
from archive.models import AccessLevel, Article, EntityIdentifier, Source
from archive.services.found import counted_tags, extract_of, shown_title
from archive.text.normalize import slugify_name

AT_ONCE = 200
"""Articles in memory: as few as make the questions to the database cheap."""
_PARAMETERS = 500
_MOST_KEPT = 50_000

Exported = tuple[Article, ArticleRecord]


def exported(ids: Sequence[str], *, staff: bool) -> Iterator[list[Exported]]:
    """The articles with these public ids and their records, in order and in parts.

    Those that may not be seen (any more), which is for ``staff`` none, are left out.
    """
    identifiers = _Identifiers()
    for start in range(0, len(ids), AT_ONCE):
        part = ids[start : start + AT_ONCE]
        now = timezone.now()
        found = {
            article.public_id: article
            for article in Article.objects.filter(public_id__in=part)
            .select_related("source")
            .prefetch_related("references", counted_tags())
            # Judged here: asked for what is public, a database may look through all of that.
            if staff or article.is_public(now)
        }
        articles = [found[public_id] for public_id in part if public_id in found]
        identifiers.learn(_tagged(articles))
        yield [
            (article, record_of(article, identifiers.known, staff=staff)) for article in articles
        ]


def record_of(
    article: Article, identifiers: Mapping[int, Mapping[str, str]], *, staff: bool
) -> ArticleRecord:
    """What an article says; read it with source, references and ``found.counted_tags``.

    ``identifiers`` are those of its entities, by key. The public reads no more of the text than the
    access level allows, and nothing of statuses and embargoes that are over.
    """
    whole = staff or article.access == AccessLevel.FULL
    readable = staff or article.access != AccessLevel.METADATA
    moment = article.published_moment
    entities: dict[str, list[NamedEntity]] = {}
    for tag in article.shown_tags:  # type: ignore[attr-defined]  # found.counted_tags
        entity = tag.entity
        named = NamedEntity(name=entity.name, identifiers=identifiers.get(entity.pk, {}))
        entities.setdefault(entity.kind, []).append(named)
    return ArticleRecord(
        supplier_id=article.supplier_id,
        version=article.supplier_version,
        headline=article.headline if whole else shown_title(article),
        summary=article.summary if whole else extract_of(article),
        body=article.body if whole else "",
        language=article.language,
        published=moment.isoformat() if moment else article.published,
        source=source_name(article.source) if article.source else "",
        section=article.section,
        page=article.page,
        edition=article.edition,
        url=article.canonical_url,
        bylines=tuple(article.bylines),
        status=article.status if staff else "",
        embargo=article.embargo_until.isoformat() if staff and article.embargo_until else "",
        credit=article.credit,
        usage_terms=article.usage_terms,
        access=article.access if staff or article.access != AccessLevel.FULL else "",
        entities={kind: tuple(names) for kind, names in entities.items()},
        references=tuple(
            Reference(label=reference.label, url=reference.url)
            for reference in (article.references.all() if readable else ())
        ),
    )


def source_name(source: Source) -> str:
    """The name by which an empty archive would make the same source, else its slug."""
    return source.name if slugify_name(source.name) == source.slug else source.slug


def _tagged(articles: Iterable[Article]) -> set[int]:
    return {
        tag.entity_id
        for article in articles
        for tag in article.shown_tags  # type: ignore[attr-defined]  # found.counted_tags
    }


class _Identifiers:
    """What other registers call entities: the same ones are named again and again."""

    def __init__(self) -> None:
        self.known: dict[int, dict[str, str]] = {}

    def learn(self, entities: set[int]) -> None:
        """Read those of entities that are not known yet."""
        if len(self.known) > _MOST_KEPT:
            self.known.clear()
        unknown = sorted(entities - self.known.keys())
        for start in range(0, len(unknown), _PARAMETERS):
            part = unknown[start : start + _PARAMETERS]
            self.known.update((entity, {}) for entity in part)
            for entity, scheme, value in (
                EntityIdentifier.objects.filter(entity_id__in=part)
                .order_by("scheme", "value")
                .values_list("entity_id", "scheme", "value")
            ):
                self.known[entity].setdefault(scheme, value)
