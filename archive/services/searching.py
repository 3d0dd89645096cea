"""A search, from what was typed and chosen to an answer with labels.

The public search asks the public shelf alone and leaves out what may no longer be shown; the staff
search asks both shelves.
"""

from __future__ import annotations

import logging
from collections.abc import Collection
from dataclasses import dataclass, replace
from functools import partial

from archive.exceptions import SearchIndexError
from archive.facets.registry import FACETS
from archive.models import Article
from archive.query.nodes import Node
from archive.search.document import Shelf
from archive.search.request import SearchRequest, Sort
from archive.search.result import FacetCounts, Hit, SearchResult
from archive.services import fallback
from archive.services.answers import (
    FacetAnswer,
    FacetChoice,
    HistogramAnswer,
    SearchAnswer,
    Suggestion,
)
from archive.services.asking import Asked, ask, expanded, resolved
from archive.services.engine import get_engine
from archive.services.expanding import Expander
from archive.services.found import FoundArticle, found_articles
from archive.services.labels import Labels
from archive.services.marking import Marking
from archive.services.names import NO_VALUE, Names, resolve_names, tagged_names
from archive.services.outbox import public_state
from archive.services.public_index import PublicIndex
from archive.services.questions import UNDATED, SearchQuestion
from archive.services.reading import read_query
from archive.services.stories import folded
from archive.services.suggesting import FEW_HITS, suggestions
from archive.services.timeline import timeline
from archive.text.numbers import spaced

logger = logging.getLogger(__name__)


@dataclass(frozen=True, slots=True, kw_only=True)
class StaffAnswer:
    """Ids of articles in order, wherever they stand, and how many there are in all."""

    ids: tuple[str, ...]
    total: int


def search(question: SearchQuestion, *, facets: Collection[str] = tuple(FACETS)) -> SearchAnswer:
    """Answer a reader's question, counting ``facets``.

    A query that cannot be read is answered as far as it can be, with the problem beside it. Without
    a working index, a question without words is answered from the database, without counts; one
    with words raises SearchIndexError, unless there is nothing to find anyway.
    """
    index = PublicIndex()
    labels = Labels(index.state.epoch)
    asked = ask(question, index, labels, facets=facets)
    reading, names, request = asked.reading, asked.names, asked.request
    try:
        expander = asked.expander(index)
        widened = expanded(expander, reading.node)
        result = index.search(replace(request, query=widened.node))
    except SearchIndexError:
        if not Article.objects.public().exists():
            return SearchAnswer(question=question, total=0, problem=reading.problem)
        if question.text.strip():
            raise
        logger.exception("The search index is out of order; the database answered instead.")
        return _from_database(asked)
    marking = Marking(widened.node)
    return SearchAnswer(
        question=asked.question,
        total=result.total,
        found=_told(question, found_articles(result.hits, marking)),
        facets=_facets(result, question, names, facets, labels),
        histogram=_histogram(result, question),
        read_as=asked.read_as(index),
        expansions=widened.expansions,
        notes=asked.notes,
        problem=reading.problem,
        suggestions=_suggestions(index, request, expander, result.total),
        labels=asked.labels,
    )


def staff_search(
    text: str,
    *,
    sort: Sort = Sort.RELEVANCE,
    offset: int = 0,
    limit: int = 100,
) -> StaffAnswer:
    """Search both shelves, whatever the articles' status, for whoever curates them.

    Knows every name and the field ``batch:``. Nothing is widened: the list has no place to say so,
    and what is done to all that was found must hit what was typed. Raises QueryError and
    SearchIndexError.
    """
    reading = read_query(text, staff=True)
    if reading.problem is not None:
        raise reading.problem
    reading = resolved(
        reading, resolve_names(tagged_names(reading.node), labels=Labels(public_state().epoch))
    )
    result = get_engine().search(
        SearchRequest(
            query=reading.node,
            sort=sort,
            offset=offset,
            limit=limit,
            shelves=(Shelf.PUBLIC, Shelf.STAFF),
        )
    )
    return StaffAnswer(ids=tuple(hit.id for hit in result.hits), total=result.total)


def _facets(
    result: SearchResult,
    question: SearchQuestion,
    names: Names,
    facets: Collection[str],
    labels: Labels,
) -> tuple[FacetAnswer, ...]:
    return tuple(
        _facet(name, result.facets[name], question.chosen.get(name, ()), names, labels)
        for name in FACETS
        if name in facets
    )


def _facet(
    name: str, counts: FacetCounts, given: tuple[str, ...], names: Names, labels: Labels
) -> FacetAnswer:
    chosen = set(names.engine_values(name, given)) if given else set()
    described = labels.of(name, [value for value, _ in counts.counts if value != NO_VALUE])
    known = [
        FacetChoice(value=shown.slug, label=shown.label, count=count, selected=value in chosen)
        for value, count in counts.counts
        if (shown := described.get(value)) is not None
    ]
    unknown = [
        FacetChoice(value=typed, label=typed, count=0, selected=True)
        for typed in given
        if (name, typed) not in names.values
    ]
    return FacetAnswer(
        name=name,
        label=FACETS[name].label,
        choices=(*known, *unknown),
        distinct=counts.distinct,
    )


def _histogram(result: SearchResult, question: SearchQuestion) -> HistogramAnswer | None:
    if result.histogram is None:
        return None
    request, within = question.zoom()
    return timeline(
        result.histogram,
        request,
        within=within,
        chosen=question.dates,
        undated_chosen=UNDATED in question.dates,
    )


def _told(question: SearchQuestion, found: list[FoundArticle]) -> tuple[FoundArticle, ...]:
    return tuple(found if question.ungrouped else folded(found))


def _suggestions(
    index: PublicIndex, request: SearchRequest, expander: Expander | None, total: int
) -> tuple[Suggestion, ...]:
    if request.query is None or total > FEW_HITS:
        return ()
    return suggestions(index, request, total=total, widen=partial(_widened, expander))


def _widened(expander: Expander | None, node: Node) -> Node:
    return expanded(expander, node).node or node


def _from_database(asked: Asked) -> SearchAnswer:
    articles, total = fallback.filtered(asked.request)
    hits = [Hit(id=article, score=0.0) for article in articles]
    notes = asked.notes
    if total == fallback.COUNTED:
        notes += (f"Without the index only the first {spaced(total)} articles are counted.",)
    return SearchAnswer(
        question=asked.question,
        total=total,
        found=_told(asked.question, found_articles(hits)),
        notes=notes,
        labels=asked.labels,
        from_database=True,
    )
