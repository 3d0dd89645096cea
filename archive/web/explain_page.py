"""The page that says why an article was found, out of the reasons."""

from __future__ import annotations

from dataclasses import dataclass

from django.utils.safestring import SafeString, mark_safe

from archive.services.explaining import Reasons, WordReason
from archive.services.explaining_words import (
    FIELD_NAMES,
    bonus_label,
    bonus_sentence,
    field_clause,
    leaf_clause,
    leaf_name,
    number,
    other_names,
    percent,
    quoted,
)
from archive.services.found import shown_title
from archive.services.presenting_reasons import api_explain_path
from archive.web.addresses import search_url
from archive.web.lists import direction_of, iso_for_time, language_tag
from archive.web.page_models import Direction, ExpansionView, FieldProblem, QueryProblem
from archive.web.search_page import expansion_view, query_problem

_OTHERS_SHOWN = 8


@dataclass(frozen=True, slots=True, kw_only=True)
class PlaceView:
    """A field in which a word stands: how often, what that scores, and the best place of it.

    ``clause`` follows upon ``label``. ``score`` is empty where only the word as a whole scores,
    ``passage_html`` where the public may not read the field.
    """

    label: str
    clause: str
    score: str
    passage_html: SafeString


@dataclass(frozen=True, slots=True, kw_only=True)
class WordView:
    """A word or phrase of the query as typed, what else was looked for, and what it scores.

    ``clause`` follows upon the names; of ``others`` there may be ``more`` that are not listed.
    """

    name: str
    others: tuple[str, ...]
    more: int
    clause: str
    score: str
    share: str
    places: tuple[PlaceView, ...] = ()


@dataclass(frozen=True, slots=True, kw_only=True)
class ScoreRow:
    """A line of the sum: a word as typed, or what the second look adds something for."""

    label: str
    score: str
    share: str
    sentence: str = ""


@dataclass(frozen=True, slots=True, kw_only=True)
class FilterRow:
    """A filter, what it takes away, and whether this article passes it."""

    label: str
    sentence: str
    kept: bool


@dataclass(frozen=True, slots=True, kw_only=True)
class ExplainPageView:
    """Why an article was found. ``found`` says whether it is among the results.

    ``factor`` is what the date multiplies the sum by, empty where it does not count; ``sum`` is the
    score before that, ``score`` the one in force.
    """

    query: str
    headline: str
    url: str
    published: str
    published_iso: str
    source: str
    language: str
    direction: Direction
    found: bool
    outcome: str
    back_url: str
    api_url: str
    read_as: str
    expansions: tuple[ExpansionView, ...] = ()
    notes: tuple[str, ...] = ()
    problem: QueryProblem | None = None
    field_problems: tuple[FieldProblem, ...] = ()
    words: tuple[WordView, ...] = ()
    uncounted: tuple[str, ...] = ()
    conditions: tuple[str, ...] = ()
    rows: tuple[ScoreRow, ...] = ()
    second_look: str = ""
    date: str = ""
    factor: str = ""
    sum: str = ""
    score: str = ""
    filters: tuple[FilterRow, ...] = ()


@dataclass(frozen=True, slots=True, kw_only=True)
class NotExplainedView:
    """Why there is no explanation, as a title and a sentence."""

    title: str
    message: str
    back_url: str


def explain_page(
    reasons: Reasons, *, field_problems: tuple[FieldProblem, ...] = ()
) -> ExplainPageView:
    """Everything that the page says. Raises ValueError where there is no explanation."""
    found = reasons.explanation
    if found is None:
        raise ValueError("An article that does not meet the query has no page of reasons.")
    article, question = reasons.article, reasons.question
    return ExplainPageView(
        query=question.text,
        headline=shown_title(article),
        url=article.get_absolute_url(),
        published=article.published_english,
        published_iso=iso_for_time(article.published),
        source=article.source.name if article.source else "",
        language=language_tag(article.language),
        direction=direction_of(article.language),
        found=all(reason.effect.kept for reason in reasons.filters),
        outcome=reasons.outcome,
        back_url=search_url(question),
        api_url=api_explain_path(question, article.public_id),
        read_as=reasons.read_as,
        expansions=tuple(map(expansion_view, reasons.expansions)),
        notes=reasons.notes,
        problem=query_problem(question.text, reasons.problem) if reasons.problem else None,
        field_problems=field_problems,
        words=tuple(_word_view(word, found.documents) for word in reasons.words),
        uncounted=tuple(map(quoted, reasons.uncounted)),
        conditions=tuple(condition.sentence for condition in reasons.conditions),
        rows=_rows(reasons),
        second_look=reasons.second_look,
        date=reasons.date,
        factor=number(found.recency) if found.recency is not None else "",
        sum=number(reasons.before_date),
        score=number(found.score),
        filters=tuple(
            FilterRow(label=reason.label, sentence=reason.sentence, kept=reason.effect.kept)
            for reason in reasons.filters
        ),
    )


def _word_view(word: WordReason, documents: int) -> WordView:
    passages = {passage.field: passage.html for passage in word.passages}
    others = other_names(word.part.leaf)
    return WordView(
        name=leaf_name(word.part.leaf),
        others=others[:_OTHERS_SHOWN],
        more=max(0, len(others) - _OTHERS_SHOWN),
        clause=leaf_clause(word.part, documents=documents),
        score=number(word.part.score),
        share=percent(word.share),
        places=tuple(
            PlaceView(
                label=FIELD_NAMES[field.field],
                clause=field_clause(field),
                score=number(field.score) if field.score else "",
                # Escaped where words were marked; only <mark> is left in it.
                passage_html=mark_safe(passages.get(field.field, "")),  # noqa: S308
            )
            for field in word.part.fields
        ),
    )


def _rows(reasons: Reasons) -> tuple[ScoreRow, ...]:
    """The words that score something, and what the second look added."""
    words = [
        ScoreRow(
            label=quoted(word.part.leaf),
            score=number(word.part.score),
            share=percent(word.share),
        )
        for word in reasons.words
        if word.part.score
    ]
    bonuses = reasons.explanation.bonuses if reasons.explanation else ()
    added = [
        ScoreRow(
            label=bonus_label(bonus),
            score=number(bonus.score),
            share=percent(reasons.share(bonus.score)),
            sentence=bonus_sentence(bonus),
        )
        for bonus in bonuses
    ]
    return (*words, *added)
