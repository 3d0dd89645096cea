"""Answers as plain data, the same for the API and the terminal."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any
from urllib.parse import urlencode

from django.urls import reverse

from archive.conf import archive_settings
from archive.models import AccessLevel, Article
from archive.services.answers import (
    Expansion,
    FacetChoice,
    HistogramAnswer,
    PeriodCount,
    SearchAnswer,
)
from archive.services.found import FoundArticle, extract_of, shown_title
from archive.services.questions import SearchQuestion
from archive.services.stories import Report

Address = Callable[[str], str]
"""Turns a path on the site into the address that a reader is given."""


def answer_data(answer: SearchAnswer, *, address: Address = str) -> dict[str, Any]:
    """A search answer as the API's JSON.

    ``value`` is what a parameter takes. ``published`` is EDTF or null, ``snippet`` HTML with
    ``<mark>`` around matched words.
    """
    return {
        "count": answer.total,
        **_neighbours(answer, address),
        "results": [
            {
                **result_data(found, address=address),
                "also": [result_data(each, address=address) for each in found.also],
                "reports": found.reports,
            }
            for found in answer.found
        ],
        "facets": {
            **{
                facet.name: [_choice_data(choice) for choice in facet.choices]
                for facet in answer.facets
            },
            **({"date": _dates_data(answer.histogram)} if answer.histogram else {}),
        },
        "histogram": _histogram_data(answer.histogram) if answer.histogram else None,
        "query": {
            "text": answer.question.text,
            "read_as": answer.read_as,
            "expand": not answer.question.literally,
            "group": not answer.question.ungrouped,
            "expansions": [expansion_data(each, address=address) for each in answer.expansions],
            "notes": list(answer.notes),
            "suggestions": [
                {"text": other.text, "count": other.count, "reason": other.reason}
                for other in answer.suggestions
            ],
            "sort": answer.question.order.value,
            "page": answer.question.page,
            "page_size": answer.question.size,
            "filters": {
                name: list(values) for name, values in answer.question.chosen.items() if values
            },
            "date": list(answer.question.dates),
            "date_from": answer.question.date_from or None,
            "date_to": answer.question.date_to or None,
        },
    }


def expansion_data(expansion: Expansion, *, address: Address = str) -> dict[str, Any]:
    """What else was looked for in place of what was typed."""
    return {
        "typed": expansion.typed,
        "also": list(expansion.also),
        "entity": (
            {
                "kind": expansion.kind,
                "value": expansion.slug,
                "label": expansion.label,
                "url": address(reverse("entity", args=[expansion.kind, expansion.slug])),
            }
            if expansion.kind
            else None
        ),
        "sentence": expansion.sentence,
    }


def api_search_path(question: SearchQuestion) -> str:
    """The API's address for a question."""
    query = urlencode(question.parameters())
    return f"{reverse('api-search')}?{query}" if query else reverse("api-search")


def result_data(found: FoundArticle, *, address: Address = str) -> dict[str, Any]:
    """One hit."""
    article = found.article
    return {
        "id": article.public_id,
        "headline": shown_title(article),
        "published": article.published or None,
        "source": article.source.slug if article.source else None,
        "source_name": article.source.name if article.source else None,
        "language": article.language,
        "score": found.score,
        "snippet": found.snippet_html,
        "url": address(article.get_absolute_url()),
    }


def article_data(
    article: Article,
    *,
    similar: list[FoundArticle],
    story: list[Report],
    address: Address = str,
) -> dict[str, Any]:
    """One article as far as its access level lets the public read it.

    Read it with ``source``, ``references`` and ``found.counted_tags``.
    """
    readable = article.access != AccessLevel.METADATA
    whole = article.access == AccessLevel.FULL
    moment = article.published_moment
    return {
        "id": article.public_id,
        "url": address(article.get_absolute_url()),
        "headline": shown_title(article),
        "published": article.published or None,
        "published_at": moment.isoformat() if moment else None,
        "source": (
            {
                "slug": article.source.slug,
                "name": article.source.name,
                "url": address(article.source.get_absolute_url()),
            }
            if article.source
            else None
        ),
        "language": article.language,
        "access": article.access,
        "summary": article.summary if readable else None,
        "body": article.body if whole else None,
        "extract": extract_of(article) if not whole and readable else None,
        "bylines": list(article.bylines),
        "section": article.section,
        "page": article.page,
        "edition": article.edition,
        "canonical_url": article.canonical_url,
        "credit": article.credit,
        "usage_terms": article.usage_terms,
        "tags": [
            {
                "kind": tag.entity.kind,
                "value": tag.entity.slug,
                "label": tag.entity.name,
                "count": tag.count,
                "url": address(tag.entity.get_absolute_url()),
            }
            for tag in article.shown_tags  # type: ignore[attr-defined]  # found.counted_tags
        ],
        "references": [
            {"label": reference.label, "url": reference.url or None}
            for reference in (article.references.all() if readable else ())
        ],
        "also_reported": [_report_data(report, address) for report in story],
        "similar": [result_data(found, address=address) for found in similar],
    }


def _report_data(report: Report, address: Address) -> dict[str, Any]:
    article = report.article
    return {
        "id": article.public_id,
        "headline": shown_title(article),
        "published": article.published or None,
        "source": article.source.slug if article.source else None,
        "source_name": article.source.name if article.source else None,
        "language": article.language,
        "likeness": round(report.likeness, 2),
        "url": address(article.get_absolute_url()),
    }


def _neighbours(answer: SearchAnswer, address: Address) -> dict[str, str | None]:
    question = answer.question
    most = archive_settings().MAX_RESULTS

    def page(number: int) -> str:
        return address(api_search_path(question.on_page(number)))

    # A page that ends beyond the last result that paging reaches would be refused.
    more = question.page * question.size < answer.total
    more = more and (question.page + 1) * question.size <= most
    return {
        "next": page(question.page + 1) if more else None,
        "previous": page(question.page - 1) if question.page > 1 else None,
    }


def _choice_data(choice: FacetChoice | PeriodCount) -> dict[str, Any]:
    return {
        "value": choice.value,
        "label": choice.label,
        "count": choice.count,
        "selected": choice.selected,
    }


def _dates_data(histogram: HistogramAnswer) -> list[dict[str, Any]]:
    """The values at hand: the bars, the chosen period whose parts they are, and ``none``."""
    periods = [_choice_data(bar) for bar in histogram.bars if bar.count or bar.selected]
    if histogram.whole is not None:
        periods.insert(0, _choice_data(histogram.whole))
    if histogram.undated or histogram.undated_selected:
        periods.append(
            {
                "value": "none",
                "label": "undated",
                "count": histogram.undated,
                "selected": histogram.undated_selected,
            }
        )
    return periods


def _histogram_data(histogram: HistogramAnswer) -> dict[str, Any]:
    return {
        "zoom": histogram.zoom.value,
        "within": histogram.within or None,
        "bars": [
            {"value": bar.value, "label": bar.label, "count": bar.count} for bar in histogram.bars
        ],
        "unplaced": histogram.unplaced,
        "undated": histogram.undated,
    }
