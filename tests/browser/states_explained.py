"""The pages that say why an article was found, made by hand."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

from django.utils.safestring import mark_safe

from archive.web.explain_page import (
    ExplainPageView,
    FilterRow,
    NotExplainedView,
    PlaceView,
    ScoreRow,
    WordView,
)
from archive.web.page_models import ExpansionView, FieldProblem, QueryProblem

LONG_HEADLINE = (
    "After eleven months of talks in four capitals, two adjournments and one walkout, the "
    "delegations agree on the exchange of a thousand prisoners from each side, the return of the "
    "fallen and a further meeting before the end of the month"
)


def explained(**changes: Any) -> ExplainPageView:
    """Why an article was found; ``changes`` are fields that differ."""
    fields: dict[str, Any] = {
        "query": 'prisoner "exchange agreed" un',
        "headline": LONG_HEADLINE,
        "url": "/articles/article1/",
        "published": "2 June 2025",
        "published_iso": "2025-06-02",
        "source": "Meridian Wire (demonstration)",
        "language": "en",
        "direction": "ltr",
        "found": True,
        "outcome": "This is one of 30 214 articles that the search finds.",
        "back_url": "/search/?q=prisoner",
        "api_url": "/api/search/explain/article1/?q=prisoner",
        "read_as": "Articles with “prisoner” and “un” and their inflections: prison-.",
        "expansions": (
            ExpansionView(typed="un", names=("United Nations", "ООН", "联合国"), same=True),
        ),
        "notes": ("“zzz” is no party of the archive and was left out.",),
        "words": (
            WordView(
                name="prisoner",
                others=(),
                more=0,
                clause="stands in 214 of 20 000 articles, so it counts 4.53.",
                score="9.71",
                share="62 %",
                places=(
                    PlaceView(
                        label="headline",
                        clause="once among 38 words (on average 8)",
                        score="6.2",
                        passage_html=mark_safe("The exchange of a thousand <mark>prisoners</mark>"),
                    ),
                    PlaceView(
                        label="text",
                        clause="3 times among 412 words (on average 380)",
                        score="3.51",
                        passage_html=mark_safe(
                            "…agreed on the largest <mark>prisoner</mark> exchange so far, in "
                            "which each side returns a thousand people, the wounded and those "
                            "under twenty-five first of all…"
                        ),
                    ),
                ),
            ),
            WordView(
                name="un",
                others=("United Nations", "الأمم المتحدة", "ООН"),
                more=5,
                clause="stands in 3 of 20 000 articles, so it counts 8.",
                score="8",
                share="12 %",
                places=(
                    PlaceView(
                        label="text",
                        clause="once among 412 words (on average 380)",
                        score="8",
                        passage_html=mark_safe(""),
                    ),
                ),
            ),
            WordView(
                name='"exchange agreed"',
                others=(),
                more=0,
                clause="stand in 12 of 20 000 articles, but not in this one.",
                score="0",
                share="0 %",
            ),
        ),
        "uncounted": ("“exchange”", "“تبادل”"),
        "conditions": ("Articles tagged party العالم (for “un”): this one is not.",),
        "rows": (
            ScoreRow(label="“prisoner”", score="9.71", share="62 %"),
            ScoreRow(label="“un”", score="8", share="12 %"),
            ScoreRow(
                label="How many of the words",
                score="1 234.56",
                share="under 1 %",
                sentence="The more of the words an article has, above all the rare ones, the more "
                "it gets.",
            ),
        ),
        "second_look": "The best 200 matches are looked at again, to see how the words stand in "
        "them.",
        "date": "Published 12 days before the newest match: +49 %.",
        "factor": "1.49",
        "sum": "14.2",
        "score": "21.2",
        "filters": (
            FilterRow(
                label="Party: Ukraine or a party with a long name",
                sentence="It takes 14 articles of the query away. This article passes it.",
                kept=True,
            ),
        ),
    }
    return ExplainPageView(**{**fields, **changes})


EXPLAINED: dict[str, tuple[str, Callable[[], Any]]] = {
    "explain": ("explain.html", explained),
    "explain-removed": (
        "explain.html",
        lambda: explained(
            found=False,
            outcome="This article meets the query, but is not among the results: it does not pass "
            "the filter “Date: June 2025 or undated”.",
            rows=explained().rows[:2],
            second_look="",
            factor="",
            date="",
            filters=(
                FilterRow(
                    label="Date: June 2025 or undated",
                    sentence="It takes 1 214 articles of the query away. "
                    "This article does not pass it.",
                    kept=False,
                ),
            ),
        ),
    ),
    "explain-unreadable": (
        "explain.html",
        lambda: explained(
            headline="الأردن وإسرائيل يوقعان معاهدة سلام في وادي عربة",
            language="ar",
            direction="rtl",
            published="undated",
            published_iso="",
            source="النافذة البحرية (عرض توضيحي)",
            words=(),
            rows=(),
            filters=(),
            problem=QueryProblem(
                position=6,
                message="The closing quotation mark is missing.",
                hint='Did you mean talks "prisoner exchange"?',
                before="talks ",
                at='"',
                after="prisoner exchange",
            ),
            field_problems=(
                FieldProblem(parameter="date_from", message="From: “soon” is not a date."),
            ),
        ),
    ),
    "explain-not-met": (
        "not_explained.html",
        lambda: NotExplainedView(
            title="Not found by this search",
            message="This article does not meet the query, so there is nothing to explain.",
            back_url="/search/?q=prisoner",
        ),
    ),
}
