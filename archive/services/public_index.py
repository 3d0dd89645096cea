"""The public shelf as it may be shown at this moment."""

from __future__ import annotations

import logging
from collections.abc import Collection, Iterator, Mapping
from contextlib import contextmanager
from contextvars import ContextVar
from dataclasses import replace
from functools import lru_cache
from time import monotonic

from django.db import DatabaseError
from django.db.models import Exists, OuterRef

from archive.conf import archive_settings
from archive.exceptions import SearchIndexError
from archive.facets.entity import EntityFacet
from archive.facets.registry import FACETS
from archive.facets.source import SourceFacet
from archive.models import AccessLevel, Article, Entity, EntityKind, Source
from archive.search.document import IndexDocument, Shelf
from archive.search.engine import SearchEngine
from archive.search.explanation import Explanation
from archive.search.request import SearchRequest
from archive.search.result import Hit, SearchResult
from archive.services import outbox
from archive.services.engine import get_engine
from archive.services.entities import has_public_tag, places_above_public_articles

logger = logging.getLogger(__name__)

# More values than any facet has: the list of a kind's entities asks for all of them.
_EVERY_VALUE = 1_000_000


class _Pace:
    """Keeps visitors from doing an import's work.

    Where one batch leaves more to do, many articles have changed at once, and whoever changed them
    tells the index. Until then requests spend a small share of their time on it: enough for an
    embargo that lifts, whose row is older than theirs and comes first.
    """

    def __init__(self) -> None:
        self._rests_until = 0.0

    @property
    def rests(self) -> bool:
        """Whether this process has done its share for now."""
        return monotonic() < self._rests_until

    def worked(self, seconds: float) -> None:
        """Rest for a while after so much work."""
        self._rests_until = monotonic() + seconds * _REST


_REST = 20
"""Times as long as a request's batch took, until the next where more is due."""
_pace = _Pace()


def caught_up() -> outbox.PublicState:
    """What the public may see now, after a few due changes were brought into the index.

    Such a change is an embargo that has just lifted. A failing engine stops nobody here: what is
    asked of it next says so better. Nor does a database that others write to for long, since
    reading goes on beside them.
    """
    state = outbox.public_state()
    if not state.due or _pace.rests:
        return state
    start = monotonic()
    try:
        written = outbox.drain_quietly(limit=archive_settings().DRAIN_ON_REQUEST)
    except (SearchIndexError, DatabaseError):
        logger.exception("The search index could not follow the latest changes.")
        return outbox.public_state()
    state = outbox.public_state()
    if written and state.due:
        _pace.worked(monotonic() - start)
    return state


_failing: ContextVar[list[SearchIndexError] | None] = ContextVar("failing", default=None)


@contextmanager
def noting_failures() -> Iterator[list[SearchIndexError]]:
    """What the engine could not answer within, though something else was answered in its place."""
    failures: list[SearchIndexError] = []
    before = _failing.set(failures)
    try:
        yield failures
    finally:
        _failing.reset(before)


@contextmanager
def _noted() -> Iterator[None]:
    try:
        yield
    except SearchIndexError as error:
        failures = _failing.get()
        if failures is not None:
            failures.append(error)
        raise


class PublicIndex:
    """The engine behind masks: one object per answer, so that all its parts agree.

    Every question leaves out the articles whose removal is pending. Methods raise SearchIndexError
    where the engine cannot answer, unless they say otherwise.
    """

    def __init__(self) -> None:
        self.state = caught_up()
        self.engine: SearchEngine = get_engine()
        self.excluded = outbox.pending_removals()

    @_noted()
    def search(self, request: SearchRequest) -> SearchResult:
        """Answer a request, masked."""
        return self.engine.search(replace(request, excluded=self.excluded))

    @_noted()
    def explain(self, request: SearchRequest, article: str) -> Explanation | None:
        """Why an article is found, or None where no such article is searched, masked."""
        return self.engine.explain(replace(request, excluded=self.excluded), article)

    def count(self, request: SearchRequest) -> int:
        """How many articles a request finds."""
        return self.search(replace(request, limit=0, offset=0, facets=(), histogram=None)).total

    @_noted()
    def all_counts(self, facet: str) -> Mapping[str, int]:
        """How many public articles each value of a facet has, of every value that has any."""
        generation = self.engine.generation((Shelf.PUBLIC,))
        return _all_counts(self.engine, facet, generation, self.excluded)

    def languages(self) -> list[str]:
        """The primary languages of the articles that may be shown.

        The engine's own answer knows no masks, and a language can give an article away.
        """
        return sorted(self.all_counts("language"))

    def shown(self, facet: str, values: Collection[str]) -> frozenset[str]:
        """Those of ``values`` that some public article has. Answers without an index as well."""
        try:
            counts = self.all_counts(facet) if values else {}
        except SearchIndexError:
            return _shown_by_database(facet, values)
        return frozenset(value for value in values if counts.get(value))

    @_noted()
    def similar(self, article: Article, *, limit: int) -> tuple[Hit, ...]:
        """The public articles most like ``article``, judged by what the public may read of it."""
        readable = article.access != AccessLevel.METADATA
        return self.engine.similar(
            IndexDocument(
                id=article.public_id,
                version=article.revision,
                language=article.language,
                headline=article.headline,
                summary=article.summary if readable else "",
                body=article.body if readable else "",
            ),
            limit=limit,
            excluded=self.excluded,
        )

    @_noted()
    def spellings(self, word: str, *, limit: int) -> tuple[str, ...]:
        """Word forms near ``word`` that stand in articles which may be shown."""
        return self.engine.spellings(word, limit=limit, excluded=self.excluded)


@lru_cache(maxsize=len(FACETS))
def _all_counts(
    engine: SearchEngine,
    facet: str,
    generation: str,  # noqa: ARG001 - part of the key
    excluded: frozenset[str],
) -> Mapping[str, int]:
    """Kept until the next commit: lists are turned page by page, and names asked for again."""
    result = engine.search(
        SearchRequest(facets=(facet,), facet_limit=_EVERY_VALUE, limit=0, excluded=excluded)
    )
    return dict(result.facets[facet].counts)


def _shown_by_database(facet: str, values: Collection[str]) -> frozenset[str]:
    """The same, told by the tags themselves: of a place, by its own and those below it."""
    if not isinstance(FACETS[facet], EntityFacet | SourceFacet):
        return frozenset(values)
    ids = [int(value) for value in values if value.isdecimal()]
    public = Article.objects.public()
    if isinstance(FACETS[facet], SourceFacet):
        keys = Source.objects.filter(Exists(public.filter(source=OuterRef("pk"))), pk__in=ids)
        return frozenset(str(pk) for pk in keys.values_list("pk", flat=True))
    entities = set(Entity.objects.filter(has_public_tag(), pk__in=ids).values_list("pk", flat=True))
    if facet == EntityKind.PLACE:
        entities |= places_above_public_articles().intersection(ids)
    return frozenset(map(str, entities))
