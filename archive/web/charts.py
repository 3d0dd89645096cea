"""Facets and histograms as links."""

from __future__ import annotations

from collections.abc import Callable, Iterable

from archive.search.request import Zoom
from archive.services.answers import FacetAnswer, HistogramAnswer
from archive.services.questions import UNDATED, SearchQuestion
from archive.text.dates import english
from archive.text.numbers import spaced
from archive.web.addresses import date_urls, search_url
from archive.web.page_models import Bar, Choice, FacetView, HistogramView, Link, LinkedFacet

PeriodUrl = Callable[[str], str]

_NOT_KNOWN = {
    Zoom.YEAR: "year not known",
    Zoom.MONTH: "month not known",
    Zoom.DAY: "day not known",
}


def articles(count: int) -> str:
    """``1 article``, ``2 031 articles``."""
    return f"{spaced(count)} article{'' if count == 1 else 's'}"


def histogram_view(
    histogram: HistogramAnswer,
    *,
    url_of: PeriodUrl,
    undated_url: str,
    crumbs: Iterable[Link] = (),
) -> HistogramView:
    """A histogram whose bars lead where ``url_of`` says."""
    largest = max((bar.count for bar in histogram.bars), default=0)
    undated = None
    if histogram.undated or histogram.undated_selected:
        undated = Choice(
            value=UNDATED,
            label="Undated",
            count=histogram.undated,
            selected=histogram.undated_selected,
            toggle_url=undated_url,
        )
    return HistogramView(
        zoom=histogram.zoom.value,
        title=_title(histogram),
        bars=tuple(
            Bar(
                value=bar.value,
                label=bar.label,
                short_label=bar.short_label,
                count=bar.count,
                selected=bar.selected,
                toggle_url=url_of(bar.value),
            )
            for bar in histogram.bars
        ),
        crumbs=tuple(crumbs),
        unplaced=histogram.unplaced,
        unplaced_label=_NOT_KNOWN[histogram.zoom],
        undated=undated,
        sentence=_sentence(histogram),
        largest=largest,
    )


def search_histogram(histogram: HistogramAnswer, question: SearchQuestion) -> HistogramView:
    """A histogram whose bars narrow ``question``."""
    return histogram_view(
        histogram,
        url_of=date_urls(question),
        undated_url=search_url(question.with_date_toggled(UNDATED)),
        crumbs=search_crumbs(question, histogram.within),
    )


def search_crumbs(question: SearchQuestion, within: str) -> tuple[Link, ...]:
    """The way from all years down to the year or month looked at."""
    if not within:
        return ()
    wider = [within[:4]] if len(within) > 4 else []
    return (
        Link(label="All years", url=search_url(question.with_dates())),
        *(
            Link(
                label=english(period),
                url=search_url(question.with_dates(period)),
                current=period == within,
            )
            for period in (*wider, within)
        ),
    )


def facet_view(facet: FacetAnswer, question: SearchQuestion) -> FacetView:
    """A facet whose values are ticked, beside ``question``."""
    return FacetView(
        name=facet.name,
        label=facet.label,
        choices=facet.choices,
        clear_url=(
            search_url(question.without_facet(facet.name))
            if question.chosen.get(facet.name)
            else ""
        ),
        hidden_count=max(0, facet.distinct - sum(1 for choice in facet.choices if choice.count)),
    )


def linked_facet(facet: FacetAnswer, *, url_of: Callable[[str], str]) -> LinkedFacet:
    """A facet whose values lead where ``url_of`` says."""
    return LinkedFacet(
        name=facet.name,
        label=facet.label,
        choices=tuple(
            Choice(
                value=choice.value,
                label=choice.label,
                count=choice.count,
                selected=choice.selected,
                toggle_url=url_of(choice.value),
            )
            for choice in facet.choices
        ),
    )


def _title(histogram: HistogramAnswer) -> str:
    match histogram.zoom:
        case Zoom.YEAR:
            return "Articles by year"
        case Zoom.MONTH:
            return f"{english(histogram.within)}, month by month"
        case Zoom.DAY:
            return f"{english(histogram.within)}, day by day"


def _sentence(histogram: HistogramAnswer) -> str:
    filled = [bar for bar in histogram.bars if bar.count]
    parts = []
    if filled:
        total = sum(bar.count for bar in filled)
        first, last = filled[0], filled[-1]
        if first is last:
            parts.append(f"{articles(total)}, all from {first.label}")
        else:
            most = max(filled, key=lambda bar: bar.count)
            parts.append(
                f"{articles(total)} from {first.label} to {last.label}, "
                f"the most in {most.label} ({spaced(most.count)})"
                if histogram.zoom is not Zoom.DAY
                else f"{articles(total)} from {first.label} to {last.label}, "
                f"most of them on {most.label} ({spaced(most.count)})"
            )
    if histogram.unplaced:
        parts.append(f"{spaced(histogram.unplaced)} with the {_NOT_KNOWN[histogram.zoom]}")
    if histogram.undated:
        parts.append(f"{spaced(histogram.undated)} undated")
    return "; ".join(parts) + "." if parts else "No article is dated."
