"""The search page out of an answer."""

from __future__ import annotations

from typing import TypedDict

from django.urls import reverse

from archive.conf import archive_settings
from archive.exceptions import QueryError
from archive.facets.registry import FACETS
from archive.search.request import Sort
from archive.services.answers import Expansion, SearchAnswer
from archive.services.presenting import api_search_path
from archive.services.questions import UNDATED, SearchQuestion
from archive.text.dates import english
from archive.web.addresses import explain_urls, search_url
from archive.web.charts import facet_view, search_histogram
from archive.web.lists import numbered_pages, result_view, result_views
from archive.web.page_models import (
    Chip,
    ExpansionView,
    FieldProblem,
    HiddenField,
    PageLinks,
    QueryProblem,
    ResultView,
    SearchPageView,
    SortChoice,
    SuggestionView,
)

OUT_OF_ORDER = (
    "The search index is out of order, so words cannot be looked up and nothing is counted. "
    "Filters and browsing by date still work."
)
NOT_BUILT = (
    "The search index has not been built yet. Whoever runs this archive can build it with "
    "manage.py search_index rebuild."
)
RETRY_AFTER = 120
"""Seconds after which a broken index may have been mended."""

_NAMES_SHOWN = 5
_SORT_LABELS = {
    Sort.RELEVANCE: "Best match",
    Sort.BALANCED: "Relevance and date",
    Sort.NEWEST: "Newest first",
    Sort.OLDEST: "Oldest first",
}


def search_page(
    answer: SearchAnswer,
    *,
    field_problems: tuple[FieldProblem, ...] = (),
    empty_archive: bool = False,
) -> SearchPageView:
    """Everything that the page says about an answer."""
    question = answer.question
    before = (question.page - 1) * question.size
    return SearchPageView(
        **_asked(question),
        total=answer.total,
        first=before + 1 if answer.found else 0,
        last=before + answer.hits if answer.found else 0,
        read_as=answer.read_as,
        expansions=tuple(map(expansion_view, answer.expansions)),
        literal_url=search_url(question.read_literally(True)) if answer.expansions else "",
        widened_url=(
            search_url(question.read_literally(False))
            if question.literally and question.text.strip()
            else ""
        ),
        notes=answer.notes,
        problem=query_problem(question.text, answer.problem) if answer.problem else None,
        field_problems=field_problems,
        unavailable=OUT_OF_ORDER if answer.from_database else "",
        empty_archive=empty_archive,
        chips=chips(answer),
        clear_all_url=search_url(question.cleared()) if question.narrowed else "",
        facets=tuple(facet_view(facet, question) for facet in answer.facets),
        histogram=search_histogram(answer.histogram, question) if answer.histogram else None,
        results=_results(answer),
        folded=answer.folded,
        every_hit_url=search_url(question.with_every_hit(True)) if answer.folded else "",
        grouped_url=search_url(question.with_every_hit(False)) if question.ungrouped else "",
        sorts=sorts(question),
        pages=page_links(question, answer.total),
        suggestions=tuple(
            SuggestionView(
                text=other.text,
                url=search_url(question.asking(other.text)),
                count=other.count,
                reason=other.reason,
            )
            for other in answer.suggestions
        ),
    )


def _results(answer: SearchAnswer) -> tuple[ResultView, ...]:
    """The hits; those of a query that the index answered can be asked why they were found."""
    if answer.from_database or not answer.question.text.strip():
        return result_views(answer.found)
    why = explain_urls(answer.question)
    return tuple(result_view(found, why(found.article.public_id)) for found in answer.found)


def expansion_view(expansion: Expansion) -> ExpansionView:
    """What else was looked for, ready to be shown."""
    return ExpansionView(
        typed=expansion.typed,
        names=expansion.also[:_NAMES_SHOWN],
        more=max(0, len(expansion.also) - _NAMES_SHOWN),
        same=expansion.same,
        kind=expansion.kind,
        label=expansion.label,
        url=reverse("entity", args=[expansion.kind, expansion.slug]) if expansion.kind else "",
        tagged=expansion.tagged,
    )


def unavailable_page(
    question: SearchQuestion,
    sentence: str,
    *,
    field_problems: tuple[FieldProblem, ...] = (),
) -> SearchPageView:
    """The page where the index cannot answer."""
    return SearchPageView(
        **_asked(question), total=None, unavailable=sentence, field_problems=field_problems
    )


def query_problem(text: str, error: QueryError) -> QueryProblem:
    """Where reading stopped: the query up to there, the character there, and the rest."""
    position = max(0, min(error.position, len(text)))
    return QueryProblem(
        position=position,
        message=error.message,
        hint=error.hint,
        before=text[:position],
        at=text[position : position + 1],
        after=text[position + 1 :],
    )


def chips(answer: SearchAnswer) -> tuple[Chip, ...]:
    """Every choice in force, in the order of the facets."""
    question = answer.question
    chosen = [
        Chip(
            facet=name,
            facet_label=FACETS[name].label,
            label=answer.label(name, value),
            remove_url=search_url(question.toggled(name, value)),
        )
        for name in FACETS
        for value in question.chosen.get(name, ())
    ]
    dates = [
        Chip(
            facet="date",
            facet_label="Date",
            label="undated" if period == UNDATED else english(period),
            remove_url=search_url(question.with_date_toggled(period)),
        )
        for period in question.dates
    ]
    ends = [
        Chip(
            facet=name,
            facet_label="Date",
            label=f"{word} {english(period)}",
            remove_url=search_url(question.without_range(name)),
        )
        for name, word, period in (
            ("date_from", "from", question.date_from),
            ("date_to", "until", question.date_to),
        )
        if period
    ]
    return (*chosen, *dates, *ends)


def sorts(question: SearchQuestion) -> tuple[SortChoice, ...]:
    """The orders that make sense: without words nothing matches better than another."""
    by_words = (Sort.RELEVANCE, Sort.BALANCED)
    orders = [order for order in Sort if question.text.strip() or order not in by_words]
    return tuple(
        SortChoice(
            value=order.value,
            label=_SORT_LABELS[order],
            url=search_url(question.sorted_by(order)),
            selected=order is question.order,
        )
        for order in orders
    )


def page_links(question: SearchQuestion, total: int) -> PageLinks:
    """The ways through the results."""
    return numbered_pages(
        number=question.page,
        total=total,
        size=question.size,
        most=archive_settings().MAX_RESULTS,
        url_of=lambda number: search_url(question.on_page(number)),
    )


class _Asked(TypedDict):
    query: str
    hidden: tuple[HiddenField, ...]
    date_hidden: tuple[HiddenField, ...]
    date_from: str
    date_to: str
    api_url: str


def _asked(question: SearchQuestion) -> _Asked:
    pairs = question.on_page(1).parameters()
    return _Asked(
        query=question.text,
        hidden=_hidden(pairs, without=("q",)),
        date_hidden=_hidden(pairs, without=("date_from", "date_to")),
        date_from=question.date_from,
        date_to=question.date_to,
        api_url=api_search_path(question),
    )


def _hidden(pairs: list[tuple[str, str]], *, without: tuple[str, ...]) -> tuple[HiddenField, ...]:
    return tuple(
        HiddenField(name=name, value=value) for name, value in pairs if name not in without
    )
