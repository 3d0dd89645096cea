"""Which articles a query matches; what they score is worked out later, for those that are left."""

from __future__ import annotations

import numpy as np

from archive.engines.whoosh.found import Found, intersection, union
from archive.engines.whoosh.leaves import Lookup
from archive.engines.whoosh.pieces import Leaf, Match
from archive.engines.whoosh.postings import NO_NUMBERS
from archive.engines.whoosh.view import View
from archive.query.nodes import (
    And,
    Batch,
    Dated,
    Fuzzy,
    Identified,
    Node,
    Not,
    Or,
    Phrase,
    Prefix,
    Synonyms,
    Tagged,
    Undated,
    Word,
)
from archive.query.terms import TextLeaf
from archive.search.scoring import PREFIX_SCORE

_FEW = 4  # of a set this many times smaller than the index, the days of each are looked up


class Evaluation:
    """The matches of one query in a view, with those of each part of it."""

    def __init__(self, view: View, *, fuzzy_expansions: int) -> None:
        self.view = view
        self._lookup = Lookup(view, fuzzy_expansions=fuzzy_expansions)
        self._leaves: dict[TextLeaf, Match] = {}

    def match(self, node: Node | None) -> Found:
        """What ``node`` matches; None matches every article."""
        searcher = self.view.searcher
        match node:
            case None:
                return self.view.everything
            case Word() | Phrase() | Fuzzy() | Prefix() | Synonyms():
                return self.leaf(node).found
            case And(children=children):
                return self._all(children)
            case Or(children=children):
                return union([self.match(child) for child in children])
            case Not(child=child):
                return self.view.everything.without(self.match(child))
            case Tagged(facet=facet, values=values):
                return self.tagged(facet, values)
            case Dated(lower=lower, upper=upper):
                first = lower.toordinal() if lower else None
                last = upper.toordinal() if upper else None
                return self.overlapping(first, last)
            case Undated():
                return self.undated()
            case Identified(id=id_):
                return self._lookup.live([NO_NUMBERS, searcher.numbers_of([id_])])
            case Batch(run=run):
                return self._seen(searcher.column("batch") == run)

    def leaf(self, leaf: TextLeaf) -> Match:
        """What is known of a leaf; looked up once."""
        match = self._leaves.get(leaf)
        if match is None:
            known = self.view.leaves.get(leaf, lambda: self._look_up(leaf))
            match = self._leaves[leaf] = Match(known, known.found)
        return match

    def counts(self, leaf: TextLeaf, number: int) -> dict[str, int]:
        """How often a leaf occurs in each field of one article."""
        return self._lookup.counts(leaf, number)

    def tagged(self, facet: str, values: tuple[str, ...]) -> Found:
        """The articles with one of ``values`` of a facet."""
        searcher = self.view.searcher
        return self.view.chosen.get(
            (facet, values), lambda: Leaf(self._seen(searcher.having(facet, values)), constant=0.0)
        ).found

    def during(self, found: Found, lower: int | None, upper: int | None) -> Found:
        """Those of the dated articles of ``found`` that :meth:`overlapping` has."""
        if lower is None and upper is None:
            return found
        if found.count * _FEW > found.size:
            return intersection([found, self.overlapping(lower, upper)])
        docs = found.docs
        first = self.view.columns.lower.take(docs)
        mask = first > 0
        if lower is not None:
            mask &= self.view.searcher.column("upper").take(docs) >= lower
        if upper is not None:
            mask &= first <= upper
        return Found(found.size, docs=docs.compress(mask))

    def overlapping(self, lower: int | None, upper: int | None) -> Found:
        """The dated articles that overlap the days from ``lower`` to ``upper`` (ordinals)."""
        first = self.view.columns.lower
        mask = first > 0
        if lower is not None:  # the undated have 0 here too
            mask = self.view.searcher.column("upper") >= max(lower, 1)
        if upper is not None:
            mask &= first <= upper
        return self._seen(mask)

    def undated(self) -> Found:
        """The articles without a date."""
        return self._seen(self.view.columns.lower == 0)

    def _all(self, children: tuple[Node, ...]) -> Found:
        wanted = [self.match(child) for child in children if not isinstance(child, Not)]
        found = intersection(wanted) if wanted else self.view.everything
        for child in children:
            if isinstance(child, Not) and found.count:
                found = found.without(self.match(child.child))
        return found

    def _look_up(self, leaf: TextLeaf) -> Leaf:
        if isinstance(leaf, Prefix):
            found = self._lookup.beginning(leaf)
            if found is None:
                found = self._lookup.found(self._lookup.occurrences(leaf))
            return Leaf(found, constant=PREFIX_SCORE)
        pieces = self._lookup.occurrences(leaf)
        return Leaf(self._lookup.found(pieces), pieces)

    def _seen(self, mask: np.ndarray[tuple[int], np.dtype[np.bool_]]) -> Found:
        size = self.view.searcher.size
        return Found(size, mask=mask if self.view.whole else mask & self.view.live)
