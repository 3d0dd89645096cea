"""What is read of every article when hits are counted or put in order, in the handiest form.

Each column is made when it is first asked for and kept with its generation of the index.
"""

from __future__ import annotations

import threading
from collections import OrderedDict
from collections.abc import Callable, Hashable
from datetime import date
from functools import cached_property
from typing import Generic, TypeVar

import numpy as np
import numpy.typing as npt

from archive.engines.whoosh.facet_codes import FacetCodes
from archive.engines.whoosh.searcher import Searcher
from archive.exceptions import IndexDamaged

UNDATED, UNPLACED, FIRST_YEAR = 0, 1, 2  # codes of ``Columns.years``

_EPOCH = 719_163  # the ordinal of 1970-01-01, where numpy's days begin
_LAST_DAY = 3_652_059  # the ordinal of 9999-12-31

Days = npt.NDArray[np.signedinteger]


Near = tuple[str, tuple[str, ...], str]
K = TypeVar("K", bound=Hashable)
V = TypeVar("V")


class Remembered(Generic[K, V]):
    """What was worked out last, up to a weight in all. Safe to share between threads."""

    def __init__(self, limit: int, weigh: Callable[[V], int] = lambda _: 1) -> None:
        self._limit = limit
        self._weigh = weigh
        self._weight = 0
        self._held: OrderedDict[K, V] = OrderedDict()
        self._lock = threading.Lock()

    def get(self, key: K, make: Callable[[], V]) -> V:
        """What is kept under ``key``, made now if there is nothing; never None."""
        with self._lock:
            value = self._held.get(key)
            if value is not None:
                self._held.move_to_end(key)
                return value
        value = make()
        weight = self._weigh(value)
        if weight > self._limit:  # everything else would have to make room, and it as well
            return value
        with self._lock:
            if key not in self._held:
                self._held[key] = value
                self._weight += weight
            while self._weight > self._limit:
                _, dropped = self._held.popitem(last=False)
                self._weight -= self._weigh(dropped)
        return value


class Columns:
    """The columns of one searcher. Safe to share between threads: at worst one is made twice."""

    def __init__(self, searcher: Searcher) -> None:
        self.searcher = searcher
        self._facets: dict[str, FacetCodes] = {}
        self._scratch = threading.local()
        # Forms near a misspelt one, with their distances: by that form, the fields that they stand
        # in, and how all of them begin.
        self.near: Remembered[Near, list[tuple[int, str]]] = Remembered(256)

    def facet(self, name: str) -> FacetCodes:
        """The values of a facet."""
        codes = self._facets.get(name)
        if codes is None:
            codes = self._facets[name] = FacetCodes(self.searcher.facet(name))
        return codes

    @cached_property
    def lower(self) -> Days:
        """The first day on which each article may have been published, 0 where undated."""
        days = self.searcher.column("lower")
        if len(days) and not 0 <= days.min() <= days.max() <= _LAST_DAY:
            raise IndexDamaged(
                "The search index has lost the days of its articles. "
                "Run manage.py search_index rebuild."
            )
        return days

    @cached_property
    def first_day(self) -> int:
        """The first day on which an article may have been published."""
        return int(self.lower.min(initial=_LAST_DAY, where=self.lower > 0))

    @cached_property
    def first_year(self) -> int:
        """The year whose code is FIRST_YEAR."""
        return date.fromordinal(self.first_day).year

    @cached_property
    def years(self) -> npt.NDArray[np.uint16]:
        """The year of each article as a code, or that it has none or lies in two."""
        lower = self.lower
        first, last = (
            years_of(np.maximum(days, self.first_day))
            for days in (lower, self.searcher.column("upper"))
        )
        codes = first - np.int16(self.first_year - FIRST_YEAR)
        codes[first != last] = UNPLACED
        codes[lower == 0] = UNDATED
        return codes.view(np.uint16)

    @cached_property
    def year_labels(self) -> list[str]:
        """What each code of :attr:`years` is called in a histogram."""
        last = max(int(self.years.max(initial=FIRST_YEAR)), FIRST_YEAR)
        years = range(self.first_year, self.first_year + last - FIRST_YEAR + 1)
        return ["undated", "unplaced", *(f"{year:04d}" for year in years)]

    @cached_property
    def newest(self) -> npt.NDArray[np.int32]:
        """All articles, the newest first, undated ones last."""
        lower = self.lower
        newest = int(lower.max(initial=self.first_day))
        age = newest - np.maximum(lower, self.first_day - 1)
        if newest - self.first_day + 1 < 1 << 16:
            age = age.astype(np.uint16)  # of which numpy sorts many times more a second
        return np.argsort(age, kind="stable").astype(np.int32)

    @cached_property
    def oldest(self) -> npt.NDArray[np.int32]:
        """All articles, the oldest first, undated ones last."""
        dated = int(np.count_nonzero(self.lower))
        return np.concatenate([self.newest[:dated][::-1], self.newest[dated:]])

    def end_of_day(self, order: npt.NDArray[np.int32], place: int) -> int:
        """Where in ``newest`` or ``oldest`` the articles of the same day as at ``place`` end."""
        lower, step = self.lower, 1 << 10
        day = lower[order[place]]
        while place < len(order):
            others = np.flatnonzero(lower[order[place : place + step]] != day)
            if len(others):
                return place + int(others[0])
            place += step
        return len(order)

    def scratch(self) -> npt.NDArray[np.float64]:
        """An array of zeros, one for each article, which the thread's next call takes back."""
        held: npt.NDArray[np.float64] | None = getattr(self._scratch, "array", None)
        if held is None:
            held = self._scratch.array = np.zeros(self.searcher.size)
        else:
            held.fill(0.0)
        return held


def years_of(days: Days) -> npt.NDArray[np.int16]:
    """The year of each day, which is an ordinal."""
    if not len(days):
        return np.empty(0, np.int16)
    least, most = int(days.min()), int(days.max())
    if most - least < len(days):  # then it is cheaper to ask for each day there is
        return _years(np.arange(least, most + 1)).take(days - least)
    return _years(days)


def periods_of(days: Days, unit: str) -> npt.NDArray[np.datetime64]:
    """The ``Y``, ``M`` or ``D`` of each day, which is an ordinal."""
    return (days.astype(np.int64) - _EPOCH).astype("datetime64[D]").astype(f"datetime64[{unit}]")


def _years(days: Days) -> npt.NDArray[np.int16]:
    return (periods_of(days, "Y").astype(np.int64) + 1970).astype(np.int16)
