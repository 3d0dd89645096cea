"""The articles behind hits, with as much of their text as the public may see."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

from django.db.models import Prefetch, QuerySet

from archive.models import COUNTED_STATES, AccessLevel, Article, Entity, Tag
from archive.search.result import Hit
from archive.services.marking import Marking

EXTRACT_LENGTH = 240
"""Characters of the text that access level snippet allows, always the same ones."""


@dataclass(frozen=True, slots=True, kw_only=True)
class FoundArticle:
    """A hit with its article. Headline and snippet are HTML, escaped, with ``<mark>`` in them.

    ``entities`` are the counted tags, those named most often first.
    """

    article: Article
    score: float
    headline_html: str
    snippet_html: str
    entities: tuple[Entity, ...] = ()


def found_articles(hits: Sequence[Hit], marking: Marking | None = None) -> list[FoundArticle]:
    """The public ones among ``hits``, in their order, in two queries."""
    marks = marking or Marking()
    articles = {
        article.public_id: article
        for article in Article.objects.public()
        .filter(public_id__in=[hit.id for hit in hits])
        .select_related("source")
        .prefetch_related(counted_tags())
    }
    return [
        found_article(articles[hit.id], marks, score=hit.score)
        for hit in hits
        if hit.id in articles
    ]


def list_articles(articles: QuerySet[Article]) -> list[FoundArticle]:
    """The rows of a queryset of public articles, ready to be listed, in two queries."""
    marks = Marking()
    return [
        found_article(article, marks)
        for article in articles.select_related("source").prefetch_related(counted_tags())
    ]


def counted_tags() -> Prefetch[str]:
    """Bring the counted tags along with articles, entities included."""
    return Prefetch(
        "tags",
        queryset=Tag.objects.filter(state__in=COUNTED_STATES)
        .select_related("entity")
        .order_by("-count", "first_position", "pk"),
        to_attr="shown_tags",
    )


def found_article(article: Article, marks: Marking, *, score: float = 0.0) -> FoundArticle:
    """An article that was read with :func:`counted_tags`, ready to be listed."""
    return FoundArticle(
        article=article,
        score=score,
        headline_html=marks.headline(shown_title(article), article.language),
        snippet_html=_snippet(article, marks),
        entities=tuple(tag.entity for tag in article.shown_tags),  # type: ignore[attr-defined]  # to_attr
    )


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
