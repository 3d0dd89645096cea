"""Why an article was found, and why it stands where it does."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass, replace
from functools import partial

from archive.exceptions import QueryError
from archive.facets.registry import FACETS
from archive.models import AccessLevel, Article
from archive.query.describe import describe
from archive.query.marks import matcher_for
from archive.query.nodes import And, Field, Identified, Node, Tagged
from archive.query.terms import TextLeaf, positive_leaves
from archive.search.explanation import Explanation, FilterEffect, LeafPart
from archive.search.request import SearchRequest
from archive.services.answers import Expansion
from archive.services.asking import ask, expanded
from archive.services.explaining_words import (
    condition_sentence,
    filter_sentence,
    leaf_sentence,
    outcome_sentence,
    recency_sentence,
    second_look_sentence,
)
from archive.services.found import extract_of
from archive.services.labels import Labels
from archive.services.marking import Marking
from archive.services.public_index import PublicIndex
from archive.services.questions import UNDATED, SearchQuestion
from archive.text.dates import english
from archive.text.snippets import highlight, to_html

_DATE = "Date"


@dataclass(frozen=True, slots=True, kw_only=True)
class Passage:
    """Where a word stands in one field, as HTML: escaped, with ``<mark>`` around it."""

    field: str
    html: str


@dataclass(frozen=True, slots=True, kw_only=True)
class WordReason:
    """What a word or phrase of the query contributes.

    ``share`` is its part of the score before the date counts, from 0 to 1. ``passages`` show as
    much as the public may read.
    """

    part: LeafPart
    sentence: str
    share: float
    passages: tuple[Passage, ...] = ()


@dataclass(frozen=True, slots=True, kw_only=True)
class ConditionReason:
    """A condition of the query that is not about words, and whether the article meets it.

    It may have been found by that alone; it scores nothing.
    """

    sentence: str
    met: bool


@dataclass(frozen=True, slots=True, kw_only=True)
class FilterReason:
    """A filter in words, and what it does."""

    label: str
    effect: FilterEffect
    sentence: str


@dataclass(frozen=True, slots=True, kw_only=True)
class Reasons:
    """All that can be said of one public article and one question.

    ``explanation`` is None where the article does not meet the query, or the index does not know it
    yet; the rest then says nothing. ``question``, ``read_as``, ``expansions``, ``notes`` and
    ``problem`` are those of ``answers.SearchAnswer``. ``before_date`` is the score before the date
    counts. ``uncounted`` are words that score nothing because others that belong with them are
    missing: those of a group in parentheses, or of a name that the article is tagged with.
    """

    question: SearchQuestion
    article: Article
    read_as: str = ""
    expansions: tuple[Expansion, ...] = ()
    notes: tuple[str, ...] = ()
    problem: QueryError | None = None
    explanation: Explanation | None = None
    outcome: str = ""
    second_look: str = ""
    date: str = ""
    before_date: float = 0.0
    words: tuple[WordReason, ...] = ()
    uncounted: tuple[TextLeaf, ...] = ()
    conditions: tuple[ConditionReason, ...] = ()
    filters: tuple[FilterReason, ...] = ()

    def share(self, score: float) -> float:
        """The part of the score that ``score`` makes, from 0 to 1."""
        return score / self.before_date if self.before_date else 0.0


def explain(question: SearchQuestion, public_id: str) -> Reasons | None:
    """Say why a public article answers a question; None where the public knows no such article.

    Raises SearchIndexError where the index cannot answer.
    """
    index = PublicIndex()
    article = Article.objects.public().filter(public_id=public_id).select_related("source").first()
    if article is None:
        return None
    labels = Labels(index.state.epoch)
    asked = ask(question, index, labels)
    widened = expanded(asked.expander(index), asked.reading.node)
    found = index.explain(replace(asked.request, query=widened.node), public_id)
    reasons = Reasons(
        question=asked.question,
        article=article,
        read_as=asked.read_as(index),
        expansions=widened.expansions,
        notes=asked.notes,
        problem=asked.reading.problem,
    )
    if found is None or not found.matches:
        return reasons
    before_date = sum(part.score for part in found.parts)
    before_date += sum(bonus.score for bonus in found.bonuses)
    filters = tuple(
        FilterReason(
            label=_filter_label(effect.name, asked.question, asked.labels),
            effect=effect,
            sentence=filter_sentence(effect),
        )
        for effect in found.filters
    )
    return replace(
        reasons,
        explanation=found,
        outcome=outcome_sentence(
            found, [reason.label for reason in filters if not reason.effect.kept]
        ),
        second_look=second_look_sentence(found, widened.node, sort=asked.question.order),
        date=recency_sentence(found, lower=article.published_lower, sort=asked.question.order),
        before_date=before_date,
        words=tuple(
            WordReason(
                part=part,
                sentence=leaf_sentence(part, documents=found.documents),
                share=part.score / before_date if before_date else 0.0,
                passages=tuple(_passages(article, part)),
            )
            for part in found.parts
        ),
        uncounted=_uncounted(widened.node, found.parts),
        conditions=tuple(_conditions(widened.node, public_id, index, labels)),
        filters=filters,
    )


def _uncounted(query: Node | None, parts: Iterable[LeafPart]) -> tuple[TextLeaf, ...]:
    counted = {part.leaf for part in parts}
    leaves = [leaf for leaf in positive_leaves(query) if isinstance(leaf, TextLeaf)]
    return tuple(dict.fromkeys(leaf for leaf in leaves if leaf not in counted))


def _conditions(
    query: Node | None, public_id: str, index: PublicIndex, labels: Labels
) -> Iterator[ConditionReason]:
    for leaf in dict.fromkeys(positive_leaves(query)):
        if isinstance(leaf, TextLeaf):
            continue
        known = labels.of(leaf.facet, leaf.values) if isinstance(leaf, Tagged) else {}
        called = " or ".join(value.label for value in known.values())
        described = describe(leaf, label=partial(_called, called))
        own = And(children=(Identified(id=public_id), leaf))
        is_met = index.count(SearchRequest(query=own)) > 0
        yield ConditionReason(sentence=condition_sentence(described, is_met=is_met), met=is_met)


def _called(label: str, _facet: str, name: str) -> str:
    return label or name


def _passages(article: Article, part: LeafPart) -> list[Passage]:
    """The best place of each field in which a leaf stands, as far as the public may read it."""
    marking = Marking(part.leaf)
    passages = []
    for field in dict.fromkeys(each.field for each in part.fields):
        html = _marked(article, field, part.leaf, marking)
        if "<mark>" in html:
            passages.append(Passage(field=field, html=html))
    return passages


def _marked(article: Article, field: str, leaf: TextLeaf, marking: Marking) -> str:
    language = article.language
    match field, AccessLevel(article.access):
        case "headline", _:
            return marking.headline(article.headline, language)
        case "byline", _:
            names = ", ".join(article.bylines)
            matches = matcher_for(leaf, field=Field.BYLINE)
            return to_html(highlight(names, language=language, matches=matches))
        case "summary", AccessLevel.FULL:
            return marking.best(article.summary, language)
        case "body", AccessLevel.FULL:
            return marking.best(article.body, language)
        case _, AccessLevel.SNIPPET:
            # The summary, or the beginning of the text where there is none.
            shown = "summary" if article.summary else "body"
            return marking.whole(extract_of(article), language) if field == shown else ""
        case _:
            return ""


def _filter_label(
    name: str, question: SearchQuestion, labels: Mapping[tuple[str, str], str]
) -> str:
    match name:
        case "date":
            periods = [
                "undated" if period == UNDATED else english(period) for period in question.dates
            ]
            return f"{_DATE}: {' or '.join(periods)}"
        case "date_from":
            return f"{_DATE}: from {english(question.date_from)}"
        case "date_to":
            return f"{_DATE}: until {english(question.date_to)}"
        case _:
            values = [labels.get((name, slug), slug) for slug in question.chosen.get(name, ())]
            return f"{FACETS[name].label}: {' or '.join(values)}"
