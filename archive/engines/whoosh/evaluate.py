"""Which articles a query matches and what they score, over arrays of postings."""

from __future__ import annotations

from collections import Counter
from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass

import numpy as np
import numpy.typing as npt

from archive.engines.whoosh.codec import NO_NUMBERS, Numbers, Postings
from archive.engines.whoosh.searcher import POSITION_BITS, Mask, Searcher
from archive.exceptions import IndexDamaged
from archive.query.nodes import (
    And,
    Batch,
    Dated,
    Field,
    Fuzzy,
    Identified,
    Node,
    Not,
    Or,
    Phrase,
    Prefix,
    Tagged,
    Undated,
    Word,
)
from archive.query.terms import TextLeaf
from archive.search.matching import near_forms
from archive.search.scoring import ALL_FIELDS, K1, PREFIX_SCORE, B, idf, weights_of
from archive.text.analysis import Token, stem_term, tokenise

Scores = npt.NDArray[np.float64]
LookUp = Callable[[str, str], Postings]


@dataclass(frozen=True, slots=True)
class Matches:
    """The articles that a node matches, and a score for each article, 0 where it does not."""

    mask: Mask
    scores: Scores


@dataclass(frozen=True, slots=True)
class Counts:
    """How often a leaf occurs in one field: live articles, rising, with a number each."""

    docs: Numbers
    counts: Numbers


class Evaluation:
    """A searcher without some articles, which all statistics leave out."""

    def __init__(
        self, searcher: Searcher, *, excluded: Iterable[str] = (), fuzzy_expansions: int
    ) -> None:
        self.searcher = searcher
        self.live = searcher.live
        self.count = searcher.count
        totals = searcher.totals
        hidden = searcher.numbers_of(set(excluded))
        hidden = np.unique(hidden[searcher.live[hidden]])
        if len(hidden):
            self.live = searcher.live.copy()
            self.live[hidden] = False
            self.count -= len(hidden)
            totals = {
                field: total - int(searcher.lengths(field)[hidden].sum(dtype=np.int64))
                for field, total in totals.items()
            }
        self.averages = {
            field: totals[field] / self.count if self.count else 0.0 for field in ALL_FIELDS
        }
        self._fuzzy_expansions = fuzzy_expansions
        self._languages = searcher.languages

    def match(self, node: Node | None) -> Matches:
        """What ``node`` matches; None matches every article."""
        match node:
            case None:
                return self._unscored(self.live)
            case And(children=children):
                each = [self.match(child) for child in children]
                mask = np.logical_and.reduce([matches.mask for matches in each])
                return Matches(mask, np.where(mask, _sum(each), 0.0))
            case Or(children=children):
                each = [self.match(child) for child in children]
                mask = np.logical_or.reduce([matches.mask for matches in each])
                return Matches(mask, _sum(each))
            case Not(child=child):
                return self._unscored(self.live & ~self.match(child).mask)
            case Prefix():
                mask = self._mask(self.occurrences(node))
                return Matches(mask, np.where(mask, PREFIX_SCORE, 0.0))
            case Word() | Phrase() | Fuzzy():
                return self.score(self.occurrences(node), node.field)
            case Tagged(facet=facet, values=values):
                return self._unscored(self.searcher.having(facet, values) & self.live)
            case Dated(lower=lower, upper=upper):
                first = lower.toordinal() if lower else None
                last = upper.toordinal() if upper else None
                return self._unscored(self.overlapping(first, last))
            case Undated():
                return self._unscored(self.undated())
            case Identified(id=id_):
                mask = np.zeros_like(self.live)
                mask[self.searcher.numbers_of([id_])] = True
                return self._unscored(mask & self.live)
            case Batch(run=run):
                return self._unscored((self.searcher.column("batch") == run) & self.live)

    def overlapping(self, lower: int | None, upper: int | None) -> Mask:
        """The dated articles that overlap the days from ``lower`` to ``upper`` (ordinals)."""
        mask: Mask = self.live & (self.searcher.column("lower") > 0)
        if lower is not None:
            mask &= self.searcher.column("upper") >= lower
        if upper is not None:
            mask &= self.searcher.column("lower") <= upper
        return mask

    def undated(self) -> Mask:
        """The articles without a date."""
        mask: Mask = self.live & (self.searcher.column("lower") == 0)
        return mask

    def occurrences(self, leaf: TextLeaf) -> dict[str, Counts]:
        """How often ``leaf`` occurs in each field that it is looked for in."""
        tokens = list(tokenise(leaf.text))
        if not tokens:
            return {}
        fields = tuple(weights_of(leaf.field))
        match leaf:
            case Prefix():
                ends = sorted(self.searcher.forms(fields, tokens[-1].form))
                slots = [[token.form] for token in tokens[:-1]] + [ends]
            case Fuzzy():
                slots = [self._near(token.form, fields) for token in tokens]
            case Word(exact=True) | Phrase(exact=True):
                slots = [[token.form] for token in tokens]
            case _:
                return {field: self._by_stem(leaf, tokens, field) for field in fields}
        slop = leaf.slop if isinstance(leaf, Phrase) else 0
        return {field: self._occur(self.searcher.form, field, slots, slop) for field in fields}

    def stem_occurrences(self, stem: str) -> dict[str, Counts]:
        """How often ``stem`` occurs in each field that is searched by default."""
        return {
            field: self._live_counts([self.searcher.stem(field, stem)])
            for field in weights_of(Field.ANY)
        }

    def score(self, found: Mapping[str, Counts], field: Field = Field.ANY) -> Matches:
        """BM25 of a leaf that occurs so often in each field."""
        mask = self._mask(found)
        scores = np.zeros(self.searcher.size)
        for name, boost in weights_of(field).items():
            if name not in found or not len(found[name].docs):
                continue
            if not self.averages[name]:
                raise IndexDamaged(
                    f"The search index has lost the lengths of each {name}. "
                    "Run manage.py search_index rebuild."
                )
            docs, tf = found[name].docs, found[name].counts
            lengths = self.searcher.lengths(name)[docs]
            norm = K1 * (1 - B + B * lengths / self.averages[name])
            scores[docs] += boost * tf * (K1 + 1) / (tf + norm)
        return Matches(mask, scores * idf(self.count, int(np.count_nonzero(mask))))

    def frequency(self, found: Mapping[str, Counts]) -> int:
        """In how many articles a leaf occurs."""
        return int(np.count_nonzero(self._mask(found)))

    def at_least(self, stem: str) -> int:
        """A lower bound, quick to find, of the articles in which ``stem`` occurs."""
        most = max(len(self.searcher.stem(field, stem).docs) for field in weights_of(Field.ANY))
        return most - (self.searcher.size - self.count)

    def _by_stem(self, leaf: TextLeaf, tokens: Sequence[Token], field: str) -> Counts:
        """Occurrences by stem. An article has one language, so languages do not overlap."""
        slop = leaf.slop if isinstance(leaf, Phrase) else 0
        each = []
        for language in self._languages:
            stems = [[stem_term(token.word, language)] for token in tokens]
            each.append(self._occur(self.searcher.stem, field, stems, slop))
        docs = np.concatenate([NO_NUMBERS, *(counts.docs for counts in each)])
        order = np.argsort(docs)
        counts = np.concatenate([NO_NUMBERS, *(counts.counts for counts in each)])
        return Counts(docs[order], counts[order])

    def _occur(
        self, look_up: LookUp, field: str, slots: Sequence[Sequence[str]], slop: int
    ) -> Counts:
        """How often a phrase occurs in a field; each slot is the terms that may fill it."""
        if len(slots) == 1:
            return self._live_counts([look_up(field, term) for term in slots[0]])
        if slop:
            starts = self._windows(
                look_up, field, Counter(term for terms in slots for term in terms), slop
            )
        else:
            starts = self._starts(look_up, field, slots)
        docs, counts = np.unique(starts >> POSITION_BITS, return_counts=True)
        return Counts(docs, counts)

    def _live_counts(self, postings: Sequence[Postings]) -> Counts:
        if len(postings) == 1:
            docs, counts = postings[0].docs, postings[0].counts
        elif postings:
            summed = np.zeros(self.searcher.size, np.int64)
            for each in postings:
                summed[each.docs] += each.counts
            docs = np.flatnonzero(summed)
            counts = summed[docs]
        else:
            docs = counts = NO_NUMBERS
        kept = self.live[docs]
        return Counts(docs[kept], counts[kept])

    def _starts(self, look_up: LookUp, field: str, slots: Sequence[Sequence[str]]) -> Numbers:
        """Where the terms stand one after another."""
        starts: Numbers | None = None
        for distance, terms in enumerate(slots):
            places = self._places(look_up, field, terms) - distance
            starts = places if starts is None else starts[_isin(starts, places)]
            if not len(starts):
                break
        return NO_NUMBERS if starts is None else starts

    def _windows(self, look_up: LookUp, field: str, words: Mapping[str, int], slop: int) -> Numbers:
        """Where windows begin that hold every word as often as it was typed."""
        places = {word: self._places(look_up, field, [word]) for word in words}
        starts = np.unique(np.concatenate(list(places.values())))
        for word, times in words.items():
            first = np.searchsorted(places[word], starts, "left")
            after = np.searchsorted(places[word], starts + slop, "right")
            starts = starts[after - first >= times]
        return starts

    def _places(self, look_up: LookUp, field: str, terms: Sequence[str]) -> Numbers:
        """Where one of ``terms`` stands, in live articles: sorted keys of article and position."""
        each = [NO_NUMBERS]
        for term in terms:
            postings = look_up(field, term)
            docs = np.repeat(postings.docs, postings.counts)
            kept = self.live[docs]
            each.append((docs[kept] << POSITION_BITS) | postings.positions[kept])
        places = np.concatenate(each)
        return np.sort(places) if len(each) > 2 else places

    def _near(self, form: str, fields: Sequence[str]) -> list[str]:
        """The forms that a fuzzy word stands for: those that occur in a live article."""
        chosen: list[str] = []
        for _, near in near_forms(form, self.searcher.forms(fields, form[0])):
            if len(chosen) == self._fuzzy_expansions:
                break
            if self.frequency_of_form(near, fields, any_will_do=True):
                chosen.append(near)
        return chosen

    def frequency_of_form(
        self, form: str, fields: Iterable[str], *, any_will_do: bool = False
    ) -> int:
        """In how many live articles ``form`` occurs in one of ``fields``."""
        docs = [
            found[self.live[found]]
            for field in fields
            if len(found := self.searcher.form(field, form).docs)
        ]
        if any_will_do:
            return sum(map(len, docs))
        return len(np.unique(np.concatenate([NO_NUMBERS, *docs])))

    def _mask(self, found: Mapping[str, Counts]) -> Mask:
        mask = np.zeros(self.searcher.size, np.bool_)
        for counts in found.values():
            mask[counts.docs] = True
        return mask

    def _unscored(self, mask: Mask) -> Matches:
        return Matches(mask, np.zeros(self.searcher.size))


def _sum(each: Sequence[Matches]) -> Scores:
    total = np.zeros_like(each[0].scores)
    for matches in each:
        total += matches.scores
    return total


def _isin(values: Numbers, among: Numbers) -> Mask:
    """Which of ``values`` are ``among``; both are sorted."""
    if not len(among):
        return np.zeros(len(values), np.bool_)
    places = np.searchsorted(among, values)
    places[places == len(among)] = 0
    found: Mask = among[places] == values
    return found
