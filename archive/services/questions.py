"""What a reader asks: the parameters of a search as they stand in an address.

A question and a query string say the same: page, API and terminal read the one into the other, and
every link on a page is the question with something changed.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field, replace

from archive.conf import archive_settings
from archive.exceptions import DateError, QueryBoundError
from archive.facets.registry import FACETS
from archive.search.request import DateFilter, Days, HistogramRequest, Sort, Zoom
from archive.text.dates import read_period
from archive.text.numbers import spaced

UNDATED = "none"
MAX_VALUES = 50
"""The most values that one facet may be asked for at once."""
MAX_VALUE_LENGTH = 200


@dataclass(frozen=True, slots=True, kw_only=True)
class SearchQuestion:
    """A search as typed and chosen.

    ``chosen`` maps a facet's name to slugs (names and aliases work too), ``dates`` holds years,
    months, days (ISO 8601) and ``none``; ``date_from`` and ``date_to`` are one of those periods or
    empty. ``sort`` of None leaves the order to the search: by relevance where there is a query,
    else the newest first. ``page`` counts from 1; ``page_size`` of None is the site's usual.
    ``literally`` leaves out synonyms and other names of whom the query names; ``ungrouped`` shows
    every hit by itself, though another on the page tells the same story.
    """

    text: str = ""
    chosen: Mapping[str, tuple[str, ...]] = field(default_factory=dict)
    dates: tuple[str, ...] = ()
    date_from: str = ""
    date_to: str = ""
    sort: Sort | None = None
    page: int = 1
    page_size: int | None = None
    literally: bool = False
    ungrouped: bool = False

    @property
    def size(self) -> int:
        """Hits on a page."""
        return self.page_size or archive_settings().PAGE_SIZE

    @property
    def order(self) -> Sort:
        """The order in force."""
        return self.sort or (Sort.RELEVANCE if self.text.strip() else Sort.NEWEST)

    @property
    def narrowed(self) -> bool:
        """Whether anything beside the query narrows the search."""
        return bool(any(self.chosen.values()) or self.dates or self.date_from or self.date_to)

    def parameters(self) -> list[tuple[str, str]]:
        """The parameters that say this question again, in a fixed order, defaults left out."""
        pairs = [("q", self.text)] if self.text else []
        pairs += [(name, value) for name in FACETS for value in self.chosen.get(name, ())]
        pairs += [("date", value) for value in self.dates]
        pairs += [
            (name, value)
            for name, value in (("date_from", self.date_from), ("date_to", self.date_to))
            if value
        ]
        if self.sort is not None:
            pairs.append(("sort", self.sort.value))
        if self.literally:
            pairs.append(("expand", "no"))
        if self.ungrouped:
            pairs.append(("group", "no"))
        if self.page > 1:
            pairs.append(("page", str(self.page)))
        if self.page_size is not None:
            pairs.append(("page_size", str(self.page_size)))
        return pairs

    def on_page(self, number: int) -> SearchQuestion:
        """The same search, another page of it."""
        return replace(self, page=number)

    def sorted_by(self, sort: Sort) -> SearchQuestion:
        """The same search in another order, from its first page."""
        return replace(self, sort=sort, page=1)

    def asking(self, text: str) -> SearchQuestion:
        """Other words under the same filters."""
        return replace(self, text=text, page=1)

    def read_literally(self, literally: bool) -> SearchQuestion:
        """The same search for nothing but what was typed, or for what means the same as well."""
        return replace(self, literally=literally, page=1)

    def with_every_hit(self, ungrouped: bool) -> SearchQuestion:
        """The same page with every hit by itself, or with each story told once."""
        return replace(self, ungrouped=ungrouped)

    def toggled(self, facet: str, value: str) -> SearchQuestion:
        """The search with a value of a facet chosen, or let go where it was."""
        values = self.chosen.get(facet, ())
        if value in values:
            kept = tuple(other for other in values if other != value)
        else:
            kept = (*values, value)
        return replace(self, chosen={**self.chosen, facet: kept}, page=1)

    def without_facet(self, facet: str) -> SearchQuestion:
        """The search with no value of a facet chosen."""
        return replace(self, chosen={**self.chosen, facet: ()}, page=1)

    def with_dates(self, *dates: str) -> SearchQuestion:
        """The search with these periods chosen and no others."""
        return replace(self, dates=dates, page=1)

    def with_date_toggled(self, period: str) -> SearchQuestion:
        """The search with a period chosen or let go.

        A chosen period replaces those that contain it or that it contains, since the wider one
        would make the narrower meaningless: a month is chosen instead of its year.
        """
        if period in self.dates:
            return self.with_dates(*(other for other in self.dates if other != period))
        kept = [other for other in self.dates if not _nested(other, period)]
        return self.with_dates(*kept, period)

    def without_range(self, *names: str) -> SearchQuestion:
        """The search without ``date_from`` or ``date_to``."""
        return replace(
            self,
            date_from="" if "date_from" in names else self.date_from,
            date_to="" if "date_to" in names else self.date_to,
            page=1,
        )

    def cleared(self) -> SearchQuestion:
        """The query alone, without any filter."""
        return SearchQuestion(
            text=self.text,
            sort=self.sort,
            page_size=self.page_size,
            literally=self.literally,
            ungrouped=self.ungrouped,
        )

    def date_filter(self) -> DateFilter:
        """The chosen periods for an engine."""
        return DateFilter(
            periods=tuple(days_of(value) for value in self.dates if value != UNDATED),
            undated=UNDATED in self.dates,
        )

    def zoom(self) -> tuple[HistogramRequest, str]:
        """How wide the bars are drawn, and the ISO year or month they are parts of, or empty.

        Days where all chosen periods lie in one month, months where they lie in one year, else
        years.
        """
        periods = [value for value in self.dates if value != UNDATED]
        for zoom, length in ((Zoom.DAY, 7), (Zoom.MONTH, 4)):
            wider = {value[:length] for value in periods}
            if len(wider) == 1 and all(len(value) >= length for value in periods):
                within = wider.pop()
                return HistogramRequest(zoom=zoom, within=days_of(within)), within
        return HistogramRequest(), ""


def days_of(period: str) -> Days:
    """The first and last day of an ISO year, month or day. Raises DateError."""
    span = read_period(period)
    return Days(lower=span.lower, upper=span.upper)


def check_period(text: str) -> str:
    """Return a year, month or day as it stands in addresses. Raises DateError."""
    return read_period(text).edtf


def check_date(text: str) -> str:
    """Return a value of the parameter ``date``: a period, or ``none``. Raises DateError."""
    written = text.strip()
    if written.lower() == UNDATED:
        return UNDATED
    try:
        return check_period(written)
    except DateError as error:
        raise DateError(f"{error} For articles without a date, write none.") from None


def check_range(date_from: str, date_to: str) -> None:
    """Raise DateError where a range ends before it begins."""
    if date_from and date_to:
        first, last = read_period(date_from), read_period(date_to)
        if last.upper < first.lower:
            raise DateError(
                f"The range ends ({date_to}) before it begins ({date_from}). "
                "Write the earlier date first."
            )


def check_page_size(size: int) -> None:
    """Raise QueryBoundError for a page that is too large."""
    most = archive_settings().MAX_PAGE_SIZE
    if size > most:
        raise QueryBoundError(
            f"A page holds at most {most} results, not {size}.", hint="Ask for fewer."
        )


def check_reach(*, page: int, page_size: int | None) -> None:
    """Raise QueryBoundError for a page that lies too far on."""
    limits = archive_settings()
    if page * (page_size or limits.PAGE_SIZE) > limits.MAX_RESULTS:
        raise QueryBoundError(
            f"Paging ends after {spaced(limits.MAX_RESULTS)} results.",
            hint="Narrow the search with a party, a place or a date instead.",
        )


def _nested(one: str, other: str) -> bool:
    return UNDATED not in (one, other) and (one.startswith(other) or other.startswith(one))
