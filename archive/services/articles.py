"""One public article with all that is said about it."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import datetime

from archive.exceptions import SearchIndexError
from archive.models import Article, ArticleVersion, Status
from archive.services.found import FoundArticle, counted_tags, found_articles
from archive.services.public_index import PublicIndex

SIMILAR_SHOWN = 5

# What a reader is told was changed, and in which words.
_CHANGES = {
    "headline": "the headline",
    "summary": "the summary",
    "body": "the text",
    "bylines": "the byline",
    "published": "the date",
    "source_id": "the source",
}


@dataclass(frozen=True, slots=True, kw_only=True)
class Change:
    """A correction that was made while the article could be read: when, and of what."""

    at: datetime
    parts: tuple[str, ...]


def public_article(public_id: str) -> Article | None:
    """The article, if anyone may see it, with source, references and counted tags."""
    return (
        Article.objects.public()
        .filter(public_id=public_id)
        .select_related("source")
        .prefetch_related("references", counted_tags())
        .first()
    )


def withdrawal_reason(public_id: str) -> str | None:
    """Why an article was withdrawn, for the public; None where none was."""
    return (
        Article.objects.withdrawn()
        .filter(public_id=public_id)
        .values_list("withdrawal_reason", flat=True)
        .first()
    )


def similar_articles(article: Article) -> list[FoundArticle]:
    """The public articles most like it; none where the index cannot tell."""
    try:
        hits = PublicIndex().similar(article, limit=SIMILAR_SHOWN)
    except SearchIndexError:
        return []
    return found_articles(hits)


def public_changes(article: Article) -> list[Change]:
    """Corrections of what readers had seen, the earliest first.

    What was changed before the article came out, or behind an embargo, is nobody's business.
    """
    versions = list(ArticleVersion.objects.filter(article=article).order_by("number"))
    later: Iterable[dict[str, object]] = [
        *(version.content for version in versions[1:]),
        article.content(),
    ]
    changes = []
    # Without a version there is nothing that the present content was changed from.
    for version, after in zip(versions, later, strict=False):
        if not _was_public(version):
            continue
        parts = tuple(
            words
            for name, words in _CHANGES.items()
            if version.content.get(name) != after.get(name)
        )
        if parts:
            changes.append(Change(at=version.replaced_at, parts=parts))
    return changes


def _was_public(version: ArticleVersion) -> bool:
    embargo = version.content.get("embargo_until")
    ended = embargo is None or datetime.fromisoformat(embargo) <= version.replaced_at
    return version.content.get("status") == Status.PUBLISHED and ended
