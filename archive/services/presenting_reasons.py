"""Why an article was found as plain data, the same for the API and the terminal."""

from __future__ import annotations

from typing import Any
from urllib.parse import urlencode

from django.urls import reverse

from archive.services.explaining import Reasons, WordReason
from archive.services.explaining_words import (
    bonus_label,
    bonus_sentence,
    leaf_name,
    other_names,
)
from archive.services.found import shown_title
from archive.services.presenting import Address, expansion_data
from archive.services.questions import SearchQuestion

_DIGITS = 6


def api_explain_path(question: SearchQuestion, public_id: str) -> str:
    """The API's address for what a question makes of an article."""
    query = urlencode(question.parameters())
    path = reverse("api-search-explain", args=[public_id])
    return f"{path}?{query}" if query else path


def reasons_data(reasons: Reasons, *, address: Address = str) -> dict[str, Any]:
    """The reasons as the API's JSON.

    ``score`` is the sum of words and bonuses times ``date.factor``; a ``share`` is a part of that
    sum, from 0 to 1. Passages are HTML with ``<mark>`` around matched words. Raises ValueError
    where there is no explanation.
    """
    found = reasons.explanation
    if found is None:
        raise ValueError("An article that does not meet the query has no score.")
    question, article = reasons.question, reasons.article
    return {
        "id": article.public_id,
        "headline": shown_title(article),
        "url": address(article.get_absolute_url()),
        "query": {
            "text": question.text,
            "read_as": reasons.read_as,
            "expand": not question.literally,
            "expansions": [expansion_data(each, address=address) for each in reasons.expansions],
            "notes": list(reasons.notes),
            "sort": question.order.value,
        },
        "found": all(reason.effect.kept for reason in reasons.filters),
        "outcome": reasons.outcome,
        "count": found.total,
        "articles": found.documents,
        "score": round(found.score, _DIGITS),
        "words": [_word_data(word) for word in reasons.words],
        "bonuses": [
            {
                "name": bonus.name,
                "label": bonus_label(bonus),
                "score": round(bonus.score, _DIGITS),
                "share": round(reasons.share(bonus.score), _DIGITS),
                "sentence": bonus_sentence(bonus),
            }
            for bonus in found.bonuses
        ],
        "second_look": reasons.second_look,
        "date": {
            "factor": round(found.recency, _DIGITS) if found.recency is not None else None,
            "newest": found.newest.isoformat() if found.newest else None,
            "sentence": reasons.date,
        },
        "uncounted": [leaf_name(leaf) for leaf in reasons.uncounted],
        "conditions": [
            {"met": condition.met, "sentence": condition.sentence}
            for condition in reasons.conditions
        ],
        "filters": [
            {
                "name": reason.effect.name,
                "label": reason.label,
                "removed": reason.effect.removed,
                "kept": reason.effect.kept,
                "sentence": reason.sentence,
            }
            for reason in reasons.filters
        ],
    }


def _word_data(word: WordReason) -> dict[str, Any]:
    part = word.part
    return {
        "word": leaf_name(part.leaf),
        "also": list(other_names(part.leaf)),
        "articles": part.frequency,
        "weight": round(part.weight, _DIGITS),
        "score": round(part.score, _DIGITS),
        "share": round(word.share, _DIGITS),
        "sentence": word.sentence,
        "fields": [
            {
                "field": field.field,
                "occurrences": field.occurrences,
                "length": field.length,
                "average": round(field.average, _DIGITS),
                "score": round(field.score, _DIGITS),
            }
            for field in part.fields
        ],
        "passages": [{"field": passage.field, "html": passage.html} for passage in word.passages],
    }
