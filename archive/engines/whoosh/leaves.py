"""Where the words of a query's leaf occur: its postings, field by field."""

from __future__ import annotations

from collections import Counter
from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass

import numpy as np

from archive.engines.whoosh.found import (
    Found,
    distinct,
    gather,
    intersection,
    is_in,
)
from archive.engines.whoosh.pieces import Piece
from archive.engines.whoosh.postings import NO_NUMBERS, Numbers, Postings, firsts, run_lengths
from archive.engines.whoosh.segment import POSITION_BITS
from archive.engines.whoosh.view import View
from archive.query.nodes import Fuzzy, Phrase, Prefix, Synonyms, Word
from archive.query.terms import TextLeaf, TypedLeaf
from archive.search.matching import near_forms, spellings_of, stems_of, with_other_parts
from archive.search.scoring import weights_of
from archive.text.analysis import Token, query_tokens

_SORTABLE = 64  # this many times fewer postings than articles are united by sorting
_SEARCHED = 8  # this many times fewer places than others are looked up, not merged


@dataclass(frozen=True, slots=True)
class Slot:
    """What may stand at one place of a phrase: terms of one kind, looked up in a field.

    ``docs`` are the articles that have one of them, and ``places`` where in some of these; both
    rise.
    """

    docs: Callable[[str], Numbers]
    places: Callable[[str, Numbers], Numbers]


class Lookup:
    """Finds leaves in one view."""

    def __init__(self, view: View, *, fuzzy_expansions: int) -> None:
        self._view = view
        self._searcher = view.searcher
        self._fuzzy_expansions = fuzzy_expansions

    def occurrences(self, leaf: TextLeaf) -> Sequence[Piece]:
        """Where ``leaf`` occurs. Not for a prefix of one word, which has no pieces."""
        fields = tuple(weights_of(leaf.field))
        if isinstance(leaf, Word):
            leaf = with_other_parts(leaf)
        if isinstance(leaf, Synonyms):
            return self._united(fields, [self.occurrences(synonym) for synonym in leaf.leaves])
        tokens = query_tokens(leaf.text, loose=isinstance(leaf, Phrase) and leaf.slop > 0)
        if not tokens:
            return ()
        match leaf:
            case Prefix():
                slots = [self._forms([token.form]) for token in tokens[:-1]]
                slots.append(self._beginning(tokens[-1].form))
                return self._phrases(fields, slots)
            case Fuzzy():
                near = [self._near(token.form, fields) for token in tokens]
                if len(near) == 1:
                    return self._united(fields, [self.form(form, fields) for form in near[0]])
                return self._phrases(fields, [self._forms(forms) for forms in near])
            case Word(exact=True) | Phrase(exact=True):
                forms = [(token.form,) for token in tokens]
                return self._by_terms(leaf, fields, forms, exact=True)
            case _:
                return self._by_stem(leaf, fields, tokens)

    def counts(self, leaf: TextLeaf, number: int) -> dict[str, int]:
        """How often ``leaf`` occurs in each field of one article."""
        if isinstance(leaf, Prefix) and len(tokens := query_tokens(leaf.text)) == 1:
            docs = np.array([number])
            found = {
                field: len(self._searcher.prefix_places(field, tokens[0].form, docs))
                for field in weights_of(leaf.field)
            }
            return {field: count for field, count in found.items() if count}
        return {
            piece.field: int(piece.counts[place])
            for piece in self.occurrences(leaf)
            for place in np.flatnonzero(piece.docs == number).tolist()
        }

    def beginning(self, leaf: Prefix) -> Found | None:
        """The articles that a prefix of one word matches; None if it has not one word."""
        tokens = query_tokens(leaf.text)
        if len(tokens) != 1:
            return None
        mask = self._searcher.beginning(weights_of(leaf.field), tokens[0].form)
        if not self._view.whole:
            mask &= self._view.live
        return Found(self._searcher.size, mask=mask)

    def stem(self, stem: str, fields: Iterable[str]) -> list[Piece]:
        """Where the words with ``stem`` stand."""
        return _pieces((field, self._searcher.stem(field, stem)) for field in fields)

    def form(self, form: str, fields: Iterable[str]) -> list[Piece]:
        """Where ``form`` stands."""
        return _pieces((field, self._searcher.form(field, form)) for field in fields)

    def live(self, lists: Sequence[Numbers]) -> Found:
        """The live ones of the articles in ``lists``."""
        return gather(self._searcher.size, None if self._view.whole else self._view.live, lists)

    def found(self, pieces: Sequence[Piece]) -> Found:
        """The live articles in ``pieces``."""
        return self.live([piece.docs for piece in pieces])

    def _by_stem(
        self, leaf: TypedLeaf, fields: Sequence[str], tokens: Sequence[Token]
    ) -> list[Piece]:
        """Occurrences by stem. An article has one language, so languages do not overlap."""
        spellings = [spellings_of(token.word, self._view.words_of_form) for token in tokens]
        pieces: list[Piece] = []
        for language in self._searcher.languages:
            words = [stems_of(each, language) for each in spellings]
            # Few of many languages have a word.
            if all(any(map(self._searcher.has_stem, stems)) for stems in words):
                pieces += self._by_terms(leaf, fields, words, exact=False)
        return pieces

    def _by_terms(
        self,
        leaf: TypedLeaf,
        fields: Sequence[str],
        words: Sequence[tuple[str, ...]],
        *,
        exact: bool,
    ) -> list[Piece]:
        """Occurrences of a leaf whose words are, each, any of some forms or stems."""
        if len(words) == 1:
            find = self.form if exact else self.stem
            found = [find(term, fields) for term in words[0]]
            return found[0] if len(found) == 1 else self._united(fields, found)
        make = self._forms if exact else self._stems
        if isinstance(leaf, Phrase) and leaf.slop:
            return self._windows(fields, Counter(words), make, leaf.slop)
        return self._phrases(fields, [make(terms) for terms in words])

    def _united(self, fields: Sequence[str], several: Sequence[Sequence[Piece]]) -> list[Piece]:
        """Several terms as one: what each article has of them, added up."""
        pieces = [piece for each in several for piece in each]
        return _pieces(
            (
                field,
                _added([piece for piece in pieces if piece.field == field], self._searcher.size),
            )
            for field in fields
        )

    def _phrases(self, fields: Sequence[str], slots: Sequence[Slot]) -> list[Piece]:
        """Where the slots are filled one after another."""
        return _pieces((field, _by_article(self._starts(field, slots))) for field in fields)

    def _windows(
        self,
        fields: Sequence[str],
        words: Counter[tuple[str, ...]],
        make: Callable[[Sequence[str]], Slot],
        slop: int,
    ) -> list[Piece]:
        """Where windows begin that hold every word as often as it was typed."""
        slots = [(make(terms), times) for terms, times in words.items()]
        return _pieces(
            (field, _by_article(self._window_starts(field, slots, slop))) for field in fields
        )

    def _starts(self, field: str, slots: Sequence[Slot]) -> Numbers:
        """Where the slots are filled one after another; the rarest is looked at first."""
        held = [slot.docs(field) for slot in slots]
        docs = self._common_docs(held)
        starts: Numbers | None = None
        for distance in sorted(range(len(slots)), key=lambda distance: len(held[distance])):
            if not len(docs):
                return NO_NUMBERS
            places = slots[distance].places(field, docs)
            starts = places - distance if starts is None else _common(starts, places, distance)
            docs = starts >> POSITION_BITS
            docs = docs.compress(firsts(docs))
        return NO_NUMBERS if starts is None else starts

    def _window_starts(self, field: str, slots: Sequence[tuple[Slot, int]], slop: int) -> Numbers:
        docs = self._common_docs([slot.docs(field) for slot, _ in slots])
        if not len(docs):
            return NO_NUMBERS
        places = [(slot.places(field, docs), times) for slot, times in slots]
        starts = distinct([each for each, _ in places])
        for each, times in sorted(places, key=lambda held: len(held[0])):
            before = each.searchsorted(starts)
            through = each.searchsorted(starts + slop, side="right")
            starts = starts.compress(through - before >= times)
        return starts

    def _common_docs(self, lists: Sequence[Numbers]) -> Numbers:
        """The articles that are in each of several lists, before any place is read."""
        size = self._searcher.size
        return intersection([Found(size, docs=docs) for docs in lists]).docs

    def _forms(self, forms: Sequence[str]) -> Slot:
        return Slot(
            lambda field: self._rising([self._searcher.form(field, form).docs for form in forms]),
            lambda field, docs: _merged(
                [self._searcher.form_places(field, form, docs) for form in forms]
            ),
        )

    def _stems(self, stems: Sequence[str]) -> Slot:
        def places(field: str, docs: Numbers) -> Numbers:
            if len(stems) == 1:
                return self._searcher.stem_places(field, stems[0], docs)
            return _merged([self._searcher.stem_places_among(field, stem, docs) for stem in stems])

        return Slot(
            lambda field: self._rising([self._searcher.stem(field, stem).docs for stem in stems]),
            places,
        )

    def _beginning(self, prefix: str) -> Slot:
        return Slot(
            lambda field: np.flatnonzero(self._searcher.beginning([field], prefix)),
            lambda field, docs: self._searcher.prefix_places(field, prefix, docs),
        )

    def _rising(self, lists: Sequence[Numbers]) -> Numbers:
        return lists[0] if len(lists) == 1 else gather(self._searcher.size, None, lists).docs

    def _near(self, form: str, fields: tuple[str, ...]) -> list[str]:
        """The forms that a fuzzy word stands for: those that occur in a live article."""
        near = self._view.columns.near.get(
            (form, fields, form[0]), lambda: near_forms(form, self._searcher.forms(fields, form[0]))
        )
        chosen: list[str] = []
        for _, each in near:
            if len(chosen) == self._fuzzy_expansions:
                break
            if self._view.whole or self.found(self.form(each, fields)).count:
                chosen.append(each)
        return chosen


def _pieces(postings: Iterable[tuple[str, Postings]]) -> list[Piece]:
    return [Piece(field, each.docs, each.counts) for field, each in postings if len(each.docs)]


def _added(held: Sequence[Piece], size: int) -> Postings:
    if len(held) == 1:
        return Postings(held[0].docs, held[0].counts, NO_NUMBERS)
    docs = np.concatenate([NO_NUMBERS, *(each.docs for each in held)])
    counts = np.concatenate([NO_NUMBERS, *(each.counts for each in held)])
    if len(docs) * _SORTABLE <= size:
        order = np.argsort(docs, kind="stable")
        docs = docs.take(order)
        begins = np.flatnonzero(firsts(docs))
        summed = np.add.reduceat(counts.take(order), begins) if len(begins) else NO_NUMBERS
        return Postings(docs.take(begins), summed, NO_NUMBERS)
    sums = np.bincount(docs, weights=counts, minlength=size)
    docs = np.flatnonzero(sums)
    return Postings(docs, sums.take(docs).astype(np.int64), NO_NUMBERS)


def _by_article(starts: Numbers) -> Postings:
    """How many of ``starts``, places that rise, are in each article."""
    docs = starts >> POSITION_BITS
    begins = np.flatnonzero(firsts(docs))
    return Postings(docs.take(begins), run_lengths(begins, len(docs)), NO_NUMBERS)


def _merged(places: Sequence[Numbers]) -> Numbers:
    return (
        places[0]
        if len(places) == 1
        else np.sort(np.concatenate([NO_NUMBERS, *places]), kind="stable")
    )


def _common(starts: Numbers, places: Numbers, distance: int) -> Numbers:
    """Those of ``starts`` that have one of ``places`` so far behind; all rise."""
    if len(places) * _SEARCHED < len(starts):
        begun = places - distance
        return begun.compress(is_in(begun, starts))
    return starts.compress(is_in(starts + distance, places))
