"""The articles behind hits, with as much of their text as the public may see."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterator, Mapping, Sequence, Sized
from dataclasses import dataclass
from functools import lru_cache
from typing import TypeVar

from django.db import connection
from django.db.models import Prefetch, QuerySet
from django.utils import timezone

from archive.models import COUNTED_STATES, AccessLevel, Article, Source, Tag
from archive.search.result import Hit
from archive.services.marking import Marking

Key = TypeVar("Key", int, str)

EXTRACT_LENGTH = 240
"""Characters of the text that access level snippet allows, always the same ones."""


# What a list shows of an article, and what tells whether it may be shown.
_LISTED = (
    *("public_id", "headline", "summary", "body", "language", "published", "access", "status"),
    *("embargo_until", "source__name", "source__slug", "source__visible"),
)
_TAG_ORDER = ("-count", "first_position", "pk")

# Every page of results asks these two, so they are written as they are sent: to build them each
# time would take several times as long as to answer them. Articles are asked for by id alone, and
# judged here: a database that knows no better would read all that are published and look for these
# among them.
_HITS = """
SELECT {}, {} FROM archive_article article
LEFT JOIN archive_source source ON source.id = article.source_id
WHERE article.public_id IN ({{}})
"""
_ENTITIES = """
SELECT tag.article_id, entity.kind, entity.slug, entity.name
FROM archive_tag tag JOIN archive_entity entity ON entity.id = tag.entity_id
WHERE tag.article_id IN ({}) AND tag.state IN ({})
ORDER BY tag.count DESC, tag.first_position, tag.id
"""
_ARTICLE_COLUMNS, _SOURCE_COLUMNS = (
    # In the order in which Django fills a model.
    [field.attname for field in model._meta.concrete_fields if prefix + field.name in known]
    for model, prefix, known in (
        (Article, "", {"id", "source", *_LISTED}),
        (Source, "source__", {"source__id", *_LISTED}),
    )
)
_FOUND = _HITS.format(
    ", ".join(f"article.{name}" for name in _ARTICLE_COLUMNS),
    ", ".join(f"source.{name}" for name in _SOURCE_COLUMNS),
)
_EMBARGO = Article._meta.get_field("embargo_until").get_col("article")
_EMBARGO_PLACE = _ARTICLE_COLUMNS.index("embargo_until")
_SOURCE_PLACE = len(_ARTICLE_COLUMNS) + _SOURCE_COLUMNS.index("id")
_MOST_ASKED = 500
"""Ids in one statement; databases bound their number."""


@dataclass(frozen=True, slots=True, kw_only=True)
class TaggedEntity:
    """What a list says of an entity."""

    kind: str
    slug: str
    name: str


@dataclass(frozen=True, slots=True, kw_only=True)
class FoundArticle:
    """A hit with its article. Headline and snippet are HTML, escaped, with ``<mark>`` in them.

    The article was read with what lists show of it; any other field costs a query.
    ``entities`` are the counted tags, those named most often first. ``also`` are further hits that
    tell the same story; ``reports`` is how many articles do, and ``outlets`` how many other outlets
    have them.
    """

    article: Article
    score: float
    headline_html: str
    snippet_html: str
    entities: tuple[TaggedEntity, ...] = ()
    also: tuple[FoundArticle, ...] = ()
    reports: int = 0
    outlets: int = 0


def found_articles(hits: Sequence[Hit], marking: Marking | None = None) -> list[FoundArticle]:
    """The public ones among ``hits``, in their order, in two queries."""
    now = timezone.now()
    articles = {
        article.public_id: article
        for part in _parts([hit.id for hit in hits])
        for article in _articles(part)
        if article.is_public(now)
    }
    shown = [(articles[hit.id], hit.score) for hit in hits if hit.id in articles]
    return _found(shown, marking or Marking())


def list_articles(articles: QuerySet[Article]) -> list[FoundArticle]:
    """The rows of a queryset of public articles, ready to be listed, in two queries."""
    rows = articles.select_related("source").only(*_LISTED)
    return _found([(article, 0.0) for article in rows], Marking())


def counted_tags() -> Prefetch[str]:
    """Bring the counted tags along with articles, entities included."""
    return Prefetch(
        "tags",
        queryset=Tag.objects.filter(state__in=COUNTED_STATES)
        .select_related("entity")
        .order_by(*_TAG_ORDER),
        to_attr="shown_tags",
    )


def _articles(ids: Sequence[str]) -> Iterator[Article]:
    """The articles with these public ids, whatever their status, as lists show them."""
    sources: dict[int, Source] = {}
    converters = connection.ops.get_db_converters(_EMBARGO)
    with connection.cursor() as cursor:
        cursor.execute(_FOUND.format(_places(ids)), ids)
        rows = cursor.fetchall()
    for row in rows:
        values = list(row[: len(_ARTICLE_COLUMNS)])
        for convert in converters:
            values[_EMBARGO_PLACE] = convert(values[_EMBARGO_PLACE], _EMBARGO, connection)
        article = Article.from_db(connection.alias, _ARTICLE_COLUMNS, values)
        source = row[_SOURCE_PLACE]
        if source is not None and source not in sources:
            sources[source] = Source.from_db(
                connection.alias, _SOURCE_COLUMNS, row[len(_ARTICLE_COLUMNS) :]
            )
        article.source = sources[source] if source is not None else None
        yield article


def _found(scored: Sequence[tuple[Article, float]], marks: Marking) -> list[FoundArticle]:
    entities = _entities_of([article.pk for article, _ in scored])
    marks.look_through(
        [
            (_searched_text(article), article.language)
            for article, _ in scored
            if article.access == AccessLevel.FULL
        ]
    )
    return [
        FoundArticle(
            article=article,
            score=score,
            headline_html=marks.headline(shown_title(article), article.language),
            snippet_html=_snippet(article, marks),
            entities=tuple(entities.get(article.pk, ())),
        )
        for article, score in scored
    ]


def _entities_of(articles: Sequence[int]) -> Mapping[int, Sequence[TaggedEntity]]:
    """The entities of the counted tags, by article."""
    found: defaultdict[int, list[TaggedEntity]] = defaultdict(list)
    with connection.cursor() as cursor:
        for part in _parts(articles):
            cursor.execute(
                _ENTITIES.format(_places(part), _places(COUNTED_STATES)), (*part, *COUNTED_STATES)
            )
            for article, *described in cursor.fetchall():
                found[article].append(_entity(*described))
    return found


@lru_cache(maxsize=10_000)
def _entity(kind: str, slug: str, name: str) -> TaggedEntity:
    """The same entities are named again and again."""
    return TaggedEntity(kind=kind, slug=slug, name=name)


def _parts(keys: Sequence[Key]) -> Iterator[Sequence[Key]]:
    return (keys[start : start + _MOST_ASKED] for start in range(0, len(keys), _MOST_ASKED))


def _places(values: Sized) -> str:
    """Room for so many values in a statement."""
    return ",".join(["%s"] * len(values))


def shown_title(article: Article) -> str:
    """The headline; without one the beginning of the text, where the public may read that."""
    if article.headline or article.access != AccessLevel.METADATA:
        return article.title
    return "Without a headline"


def extract_of(article: Article) -> str:
    """What may be shown of the text where the whole may not: always the same words."""
    if article.access == AccessLevel.METADATA:
        return ""
    text = " ".join((article.summary or article.body).split())
    if article.summary or len(text) <= EXTRACT_LENGTH:
        return text
    cut = text[:EXTRACT_LENGTH]
    return f"{cut[: cut.rfind(' ')] if ' ' in cut else cut}…"


def _snippet(article: Article, marks: Marking) -> str:
    match AccessLevel(article.access):
        case AccessLevel.FULL:
            return marks.best(_searched_text(article), article.language)
        case AccessLevel.SNIPPET:
            return marks.whole(extract_of(article), article.language)
        case AccessLevel.METADATA:
            return ""


def _searched_text(article: Article) -> str:
    return f"{article.summary}\n\n{article.body}"
