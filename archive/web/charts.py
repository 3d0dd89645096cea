"""Facets and histograms as links."""

from __future__ import annotations

from collections.abc import Callable, Iterable

from archive.search.request import Zoom
from archive.services.answers import FacetAnswer, HistogramAnswer
from archive.services.questions import UNDATED, SearchQuestion
from archive.text.dates import english
from archive.text.numbers import spaced
from archive.web.addresses import date_urls, facet_urls, search_url
from archive.web.page_models import Bar, Choice, FacetView, HistogramView, Link

PeriodUrl = Callable[[str], str]

_NOT_KNOWN = {
    Zoom.YEAR: "year not known",
    Zoom.MONTH: "month not known",
    Zoom.DAY: "day not known",
}


def share(count: int, largest: int) -> int:
    """``count`` as a percentage of ``largest``; whatever is there is seen."""
    return max(1, round(100 * count / largest)) if count and largest else 0


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
            share=min(100, share(histogram.undated, largest)),
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
                share=share(bar.count, largest),
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
    """A facet whose values narrow ``question``."""
    chosen = question.chosen.get(facet.name, ())
    return linked_facet(
        facet,
        url_of=facet_urls(question, facet.name),
        clear_url=search_url(question.without_facet(facet.name)) if chosen else "",
    )


def linked_facet(
    facet: FacetAnswer,
    *,
    url_of: Callable[[str], str],
    clear_url: str = "",
    most: int | None = None,
) -> FacetView:
    """A facet whose values lead where ``url_of`` says, the first ``most`` of them."""
    choices = facet.choices[:most]
    largest = max((choice.count for choice in choices), default=0)
    return FacetView(
        name=facet.name,
        label=facet.label,
        choices=tuple(
            Choice(
                value=choice.value,
                label=choice.label,
                count=choice.count,
                selected=choice.selected,
                toggle_url=url_of(choice.value),
                share=share(choice.count, largest),
            )
            for choice in choices
        ),
        selected_count=sum(choice.selected for choice in choices),
        clear_url=clear_url,
        hidden_count=max(0, facet.distinct - sum(1 for choice in choices if choice.count)),
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
