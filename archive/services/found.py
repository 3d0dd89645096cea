"""The articles behind hits, with as much of their text as the public may see."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass

from django.db.models import Prefetch, QuerySet
from django.utils import timezone

from archive.models import COUNTED_STATES, AccessLevel, Article, Tag
from archive.search.result import Hit
from archive.services.marking import Marking

EXTRACT_LENGTH = 240
"""Characters of the text that access level snippet allows, always the same ones."""


# What a list shows of an article, and what tells whether it may be shown.
_LISTED = (
    "public_id",
    "headline",
    "summary",
    "body",
    "language",
    "published",
    "access",
    "status",
    "embargo_until",
    "source__name",
    "source__slug",
    "source__visible",
)
_TAG_ORDER = ("-count", "first_position", "pk")


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
    ``entities`` are the counted tags, those named most often first.
    """

    article: Article
    score: float
    headline_html: str
    snippet_html: str
    entities: tuple[TaggedEntity, ...] = ()


def found_articles(hits: Sequence[Hit], marking: Marking | None = None) -> list[FoundArticle]:
    """The public ones among ``hits``, in their order, in two queries."""
    now = timezone.now()
    # Asked for by id alone, and judged here: a database that knows no better would read all that
    # are published and look for these among them.
    asked = Article.objects.filter(public_id__in=[hit.id for hit in hits])
    articles = {article.public_id: article for article in _listed(asked) if article.is_public(now)}
    shown = [(articles[hit.id], hit.score) for hit in hits if hit.id in articles]
    return _found(shown, marking or Marking())


def list_articles(articles: QuerySet[Article]) -> list[FoundArticle]:
    """The rows of a queryset of public articles, ready to be listed, in two queries."""
    return _found([(article, 0.0) for article in _listed(articles)], Marking())


def counted_tags() -> Prefetch[str]:
    """Bring the counted tags along with articles, entities included."""
    return Prefetch(
        "tags",
        queryset=Tag.objects.filter(state__in=COUNTED_STATES)
        .select_related("entity")
        .order_by(*_TAG_ORDER),
        to_attr="shown_tags",
    )


def _listed(articles: QuerySet[Article]) -> QuerySet[Article]:
    return articles.select_related("source").only(*_LISTED)


def _found(scored: Sequence[tuple[Article, float]], marks: Marking) -> list[FoundArticle]:
    entities = _entities_of([article.pk for article, _ in scored])
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


def _entities_of(articles: Iterable[int]) -> Mapping[int, Sequence[TaggedEntity]]:
    """The entities of the counted tags, by article."""
    found: defaultdict[int, list[TaggedEntity]] = defaultdict(list)
    for article, kind, slug, name in (
        Tag.objects.filter(article__in=list(articles), state__in=COUNTED_STATES)
        .order_by(*_TAG_ORDER)
        .values_list("article_id", "entity__kind", "entity__slug", "entity__name")
    ):
        found[article].append(TaggedEntity(kind=kind, slug=slug, name=name))
    return found


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
            return marks.best(f"{article.summary}\n\n{article.body}", article.language)
        case AccessLevel.SNIPPET:
            return marks.whole(extract_of(article), article.language)
        case AccessLevel.METADATA:
            return ""
