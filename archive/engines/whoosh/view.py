"""A generation of the index as one reader may see it: without the articles that are masked.

What is worked out from all articles once is kept here, for as long as the generation is read.
"""

from __future__ import annotations

from collections.abc import Callable
from functools import cached_property

import numpy as np
import numpy.typing as npt

from archive.engines.whoosh.columns import Columns, Remembered
from archive.engines.whoosh.found import Found
from archive.engines.whoosh.pieces import Leaf, Scores
from archive.engines.whoosh.postings import NO_NUMBERS, Numbers
from archive.engines.whoosh.searcher import Searcher, Unsigned
from archive.query.terms import TextLeaf
from archive.search.second_look import LookedFor

Counts = npt.NDArray[np.int64]

_VIEWS = 4  # sets of masked articles that are remembered; there is mostly one at a time
_SPELLED = 10_000  # forms
_LOOKS = 500
_LEAVES, _LEAVES_MASKED, _CHOSEN = 32 << 20, 4 << 20, 8 << 20  # bytes


class View:
    """A searcher without some articles, which all statistics leave out."""

    def __init__(self, columns: Columns, whole: View | None = None, hidden: Numbers = NO_NUMBERS):
        """``hidden`` are the numbers of articles to leave out of ``whole``, rising."""
        searcher = columns.searcher
        self.columns = columns
        self.searcher = searcher
        self._whole = whole
        self._hidden = Found(searcher.size, docs=hidden)
        self.live = searcher.live
        self.whole = searcher.whole and not len(hidden)
        self.count = searcher.count - len(hidden)
        if len(hidden):
            self.live = searcher.live.copy()
            self.live[hidden] = False
            self.live.flags.writeable = False
        # Common words come again and again, and whoever narrows a search asks for the same ones.
        self.leaves: Remembered[TextLeaf, Leaf] = Remembered(
            _LEAVES if whole is None else _LEAVES_MASKED, lambda leaf: leaf.bytes
        )
        self.chosen: Remembered[tuple[str, tuple[str, ...]], Leaf] = Remembered(
            _CHOSEN if whole is None else _LEAVES_MASKED, lambda leaf: leaf.bytes
        )
        # The words of a form that stand in articles which may be seen.
        self._spelled: Remembered[tuple[str, str], frozenset[str]] = Remembered(_SPELLED)
        # What the second look adds to the best articles: whoever turns pages asks for it again.
        self.looks: Remembered[tuple[tuple[LookedFor, ...], bytes], Scores] = Remembered(_LOOKS)
        self._tallies: dict[str, Counts] = {}
        self._lengths: dict[str, Unsigned] = {}

    @cached_property
    def averages(self) -> dict[str, float]:
        """How many words a text field has in an article, as a mean; 0 without an article."""
        hidden = self._hidden.docs
        return {
            field: (total - int(self.searcher.lengths(field)[hidden].sum(dtype=np.int64)))
            / (self.count or 1)
            for field, total in self.searcher.totals.items()
        }

    @cached_property
    def everything(self) -> Found:
        """All articles that may be seen."""
        return Found(self.searcher.size, mask=self.live)

    def lengths(self, field: str) -> Unsigned:
        """How many words each article has in a text field."""
        lengths = self._lengths.get(field)
        if lengths is None:
            lengths = self._lengths[field] = self.searcher.lengths(field)
        return lengths

    def words_of_form(self, form: str, known: str) -> frozenset[str]:
        """The words of a form, as ``search.matching.spellings_of`` asks for them."""
        return self._spelled.get((form, known), lambda: self._words_of_form(form, known))

    def _words_of_form(self, form: str, known: str) -> frozenset[str]:
        return frozenset(
            word
            for word in self.searcher.spelled(form) - {known}
            if self.live.take(self.searcher.word(form, word)).any()
        )

    def tally(self, name: str, count: Callable[[Found], Counts]) -> Counts:
        """What ``count`` says of everything, which is remembered by ``name``."""
        tally = self._tallies.get(name)
        if tally is None:
            if self._whole is None:
                tally = count(self.everything)
            else:
                tally = self._whole.tally(name, count) - count(self._hidden)
            self._tallies[name] = tally
        return tally


class Views:
    """The views of one generation. Safe to share between threads."""

    def __init__(self, searcher: Searcher) -> None:
        self.searcher = searcher
        self._whole = View(Columns(searcher))
        self._held: Remembered[frozenset[str], View] = Remembered(_VIEWS)

    def without(self, excluded: frozenset[str], *, remember: bool = True) -> View:
        """The articles but those with these ids; with ``remember``, kept for the next time."""
        if not excluded:
            return self._whole
        if not remember:
            return self._make(excluded)
        return self._held.get(excluded, lambda: self._make(excluded))

    def _make(self, excluded: frozenset[str]) -> View:
        numbers = self.searcher.numbers_of(excluded)
        hidden = np.unique(numbers[self.searcher.live[numbers]])
        return View(self._whole.columns, self._whole, hidden) if len(hidden) else self._whole
