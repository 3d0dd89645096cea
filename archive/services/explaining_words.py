"""The parts of a score in English, the same sentences for pages, API and terminal."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import date

from archive.query.nodes import Node, Phrase, Prefix, Synonyms
from archive.query.printer import print_query
from archive.query.terms import TextLeaf
from archive.search.explanation import Explanation, FieldPart, FilterEffect, LeafPart
from archive.search.request import Sort
from archive.search.scoring import PREFIX_SCORE
from archive.search.second_look import LOOKED_AT, NEAR, Bonus, words_of
from archive.services.answers import in_words
from archive.text.numbers import spaced

FIELD_NAMES = {
    "headline": "headline",
    "summary": "summary",
    "body": "text",
    "byline": "byline",
}
_BONUSES = {
    "together": (
        "The words in the whole article",
        "Headline, summary and text counted as one, where a word said again says less.",
    ),
    "coverage": (
        "How many of the words",
        "The more of the words an article has, above all the rare ones, the more it gets.",
    ),
    "nearness": (
        "Words near one another",
        f"Words that were typed side by side stand less than {NEAR} words apart.",
    ),
    "phrase": (
        "Words in the order typed",
        "All words stand one after another, as they were typed.",
    ),
    "headline": (
        "The whole headline",
        "They are all that the headline says.",
    ),
}
_NOT_BY_SCORE = {
    Sort.NEWEST: "The results are sorted by date, the newest first; the score does not count.",
    Sort.OLDEST: "The results are sorted by date, the oldest first; the score does not count.",
}


def leaf_name(leaf: TextLeaf) -> str:
    """A word or phrase of the query as it was typed."""
    return print_query(leaf)


def quoted(leaf: TextLeaf) -> str:
    """The same between quotation marks."""
    return _in_marks(leaf_name(leaf))


def other_names(leaf: TextLeaf) -> tuple[str, ...]:
    """What else was looked for in its place."""
    return (
        tuple(print_query(other) for other in leaf.leaves[1:]) if isinstance(leaf, Synonyms) else ()
    )


def leaf_sentence(part: LeafPart, *, documents: int) -> str:
    """Why a word counts as much as it does: the fewer articles have it, the more."""
    names = in_words([quoted(part.leaf), *map(_in_marks, other_names(part.leaf))], "or")
    subject = f"The words {names}" if isinstance(part.leaf, Phrase) else names
    return f"{subject} {leaf_clause(part, documents=documents)}"


def leaf_clause(part: LeafPart, *, documents: int) -> str:
    """The same behind the word itself: ``stands in 3 of 20 articles, so it counts 1.8.``"""
    leaf = part.leaf
    many = isinstance(leaf, Phrase)
    stands, counts = ("stand", "they count") if many else ("stands", "it counts")
    if isinstance(leaf, Prefix):
        stands = "stands at the beginning of a word"
    if not part.frequency:
        return f"{stands} in no article."
    said = f"{stands} in {spaced(part.frequency)} of {_articles(documents)}"
    if not part.score:
        return f"{said}, but not in this one."
    if isinstance(leaf, Prefix):
        return f"{said}, and counts {number(PREFIX_SCORE)} wherever it does."
    return f"{said}, so {counts} {number(part.weight)}."


def field_sentence(field: FieldPart) -> str:
    """How often a word stands in a part of the article: ``headline: once among 8 words``."""
    return f"{FIELD_NAMES[field.field]}: {field_clause(field)}"


def field_clause(field: FieldPart) -> str:
    """The same behind the name of the part."""
    words = "1 word" if field.length == 1 else f"{spaced(field.length)} words"
    return (
        f"{times(field.occurrences)} among {words} (on average {number(field.average, digits=0)})"
    )


def bonus_label(bonus: Bonus) -> str:
    """What the second look added something for."""
    return _BONUSES[bonus.name][0]


def bonus_sentence(bonus: Bonus) -> str:
    """The same as a sentence."""
    return _BONUSES[bonus.name][1]


def second_look_sentence(explanation: Explanation, query: Node | None, *, sort: Sort) -> str:
    """Whether the article was looked at again; empty where there was no reason to.

    A query of one word gives none, nor do an order by date, an article that a filter takes away and
    one that has none of the words, as it was found by a tag or the beginning of a word.
    """
    is_found = all(effect.kept for effect in explanation.filters)
    if sort in _NOT_BY_SCORE or not is_found or not words_of(query):
        return ""
    if not explanation.bonuses and explanation.total <= LOOKED_AT:
        return ""  # all are looked at again; this one has none of the words
    if explanation.bonuses:
        return (
            f"The best {LOOKED_AT} matches are looked at again, to see how the words stand in "
            "them. That is where the rest of the score comes from."
        )
    return (
        f"Only the best {LOOKED_AT} matches are looked at again, to see how the words stand in "
        "them. This article is not one of those."
    )


def recency_sentence(explanation: Explanation, *, lower: date | None, sort: Sort) -> str:
    """What the date does to the score; empty where nothing.

    ``lower`` is the first day on which the article may have been published.
    """
    if sort in _NOT_BY_SCORE:
        return _NOT_BY_SCORE[sort]
    if explanation.recency is None:
        return ""
    if lower is None:
        return "Undated, so its date adds nothing."
    if explanation.newest is None:
        return ""
    added = f"+{number((explanation.recency - 1) * 100, digits=0)} %"
    days = (explanation.newest - lower).days
    if days <= 0:
        return f"Published as late as any match: {added}."
    return f"Published {_days(days)} before the newest match: {added}."


def filter_sentence(effect: FilterEffect) -> str:
    """What one filter does to the articles of the query, and to this one."""
    taken = _articles(effect.removed) if effect.removed else "no article"
    passes = "This article passes it." if effect.kept else "This article does not pass it."
    return f"It takes {taken} of the query away. {passes}"


def condition_sentence(described: str, *, is_met: bool) -> str:
    """Whether an article meets a condition; ``described`` says which articles do."""
    return f"{described[:1].upper()}{described[1:]}: this one {'is' if is_met else 'is not'}."


def outcome_sentence(explanation: Explanation, removing: Sequence[str]) -> str:
    """Whether the article is among the results; ``removing`` are the filters it does not pass."""
    if not removing:
        one = explanation.total == 1
        found = "the only article" if one else f"one of {spaced(explanation.total)} articles"
        return f"This is {found} that the search finds."
    which = in_words([f"“{label}”" for label in removing], "and")
    return (
        "This article meets the query, but is not among the results: it does not pass the "
        f"filter{'' if len(removing) == 1 else 's'} {which}."
    )


def number(value: float, *, digits: int = 2) -> str:
    """A score for people: ``4.2``, without zeros at its end."""
    written = f"{value:,.{digits}f}".replace(",", "\u202f")
    return written.rstrip("0").rstrip(".") if "." in written else written


def percent(share: float) -> str:
    """A share of 1 as ``18 %``; less than half of one per cent is said so."""
    if 0 < share < 0.005:
        return "under 1 %"
    return f"{number(share * 100, digits=0)} %"


def times(count: int) -> str:
    """How often: ``once``, ``twice``, ``3 times``."""
    return {1: "once", 2: "twice"}.get(count, f"{spaced(count)} times")


def _articles(count: int) -> str:
    return f"{spaced(count)} article{'' if count == 1 else 's'}"


def _days(days: int) -> str:
    if days == 1:
        return "a day"
    if days < 2 * 365:
        return f"{spaced(days)} days"
    return f"{spaced(days // 365)} years"


def _in_marks(name: str) -> str:
    return name if '"' in name else f"“{name}”"
