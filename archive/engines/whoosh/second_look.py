"""The second look at the best hits, for all of them at once: see ``search.second_look``."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from itertools import pairwise

import numpy as np

from archive.engines.whoosh.evaluate import Evaluation
from archive.engines.whoosh.found import distinct, is_in
from archive.engines.whoosh.pieces import Scores
from archive.engines.whoosh.postings import NO_NUMBERS, Numbers
from archive.engines.whoosh.segment import POSITION_BITS
from archive.engines.whoosh.view import View
from archive.query.nodes import Synonyms, Word
from archive.search.matching import spellings_of, stems_of
from archive.search.scoring import TEXT_FIELDS, B, weights_of
from archive.search.second_look import (
    COVERAGE,
    HEADLINE,
    NEAR,
    NEARNESS,
    PHRASE,
    TOGETHER,
    TOGETHER_K,
    LookedFor,
    offsets_of,
    weigh,
)
from archive.text.analysis import query_tokens

Places = Mapping[str, Numbers]
"""Where a word stands, by field: article and position as one number, rising."""


class Finder:
    """Finds where words stand in ``docs``, whose numbers rise."""

    def __init__(self, view: View, docs: Numbers) -> None:
        self._view = view
        self._searcher = view.searcher
        self._docs = docs
        self._languages = view.searcher.languages_of(docs)

    def places(self, word: LookedFor) -> Places:
        """Where ``word`` stands, in the fields only in which it does."""
        if isinstance(word, Synonyms):
            several = [self.places(each) for each in word.leaves if isinstance(each, Word)]
            fields = dict.fromkeys(field for places in several for field in places)
            return {
                field: distinct([places[field] for places in several if field in places])
                for field in fields
            }
        (token,) = query_tokens(word.text)
        if word.exact:
            found = {
                field: [self._searcher.form_places(field, token.form, self._docs)]
                for field in weights_of(word.field)
            }
        else:
            spellings = spellings_of(token.word, self._view.words_of_form)
            stems = [stem for each in self._languages for stem in stems_of(spellings, each)]
            found = {
                field: [self._searcher.stem_places_among(field, one, self._docs) for one in stems]
                for field in weights_of(word.field)
            }
        return {field: _merged(places) for field, places in found.items() if any(map(len, places))}


def _merged(several: Sequence[Numbers]) -> Numbers:
    held = [places for places in several if len(places)]
    return held[0] if len(held) == 1 else np.sort(np.concatenate(held), kind="stable")


def look_again(evaluation: Evaluation, words: Sequence[LookedFor], docs: Numbers) -> Scores:
    """What is added to the scores of ``docs``, whose numbers rise; ``words`` as in the query."""
    key = (tuple(words), docs.tobytes())
    return evaluation.view.looks.get(key, lambda: _Look(evaluation, words, docs).bonuses())


class _Look:
    def __init__(self, evaluation: Evaluation, words: Sequence[LookedFor], docs: Numbers) -> None:
        view = evaluation.view
        self._docs = docs
        self._lengths = {field: view.lengths(field).take(docs) for field in TEXT_FIELDS}
        self._norms = {
            field: 1 - B + B * lengths / view.averages[field]
            for field, lengths in self._lengths.items()
            if view.averages[field]
        }
        self._sequence = words
        self._offsets, self._length = offsets_of(words)
        self._idf: dict[LookedFor, float] = {}
        self._telling: dict[LookedFor, bool] = {}
        self._places: dict[LookedFor, Places] = {}
        finder = Finder(view, docs)
        for word in dict.fromkeys(words):
            frequency = evaluation.leaf(word).leaf.count
            self._idf[word], self._telling[word] = weigh(view.count, frequency)
            self._places[word] = finder.places(word)

    def bonuses(self) -> Scores:
        """All parts added up."""
        total = sum(self._idf.values())
        if not total:
            return np.zeros(len(self._docs))
        together, share = self._together()
        added = TOGETHER * together
        added += COVERAGE * total * share**3
        added += NEARNESS * self._nearness()
        in_row, whole = self._rows()
        added += PHRASE * total * in_row
        added += HEADLINE * total * whole
        return added

    def _together(self) -> tuple[Scores, Scores]:
        """BM25 over all fields as one, and the share of the words that occur, by idf²."""
        score = np.zeros(len(self._docs))
        present = np.zeros(len(self._docs))
        for word, idf in self._idf.items():
            weight = np.zeros(len(self._docs))
            for field, places in self._places[word].items():
                weight += TEXT_FIELDS[field] * self._counted(places) / self._norms[field]
            score += idf * weight * (TOGETHER_K + 1) / (weight + TOGETHER_K)
            present += idf**2 * (weight > 0)
        return score, present / sum(idf**2 for idf in self._idf.values())

    def _nearness(self) -> Scores:
        score = np.zeros(len(self._docs))
        telling = [word for word in self._sequence if self._telling[word]]
        for one, other in dict.fromkeys(pairwise(telling)):
            if one == other:
                continue
            for field, places in self._places[one].items():
                others = self._places[other].get(field)
                if others is None:
                    continue
                # The first one that is not too far before, if it is not too far behind.
                first = others.searchsorted(places - (NEAR - 1))
                near = others.take(first, mode="clip") - places
                count = self._counted(places.compress(np.abs(near) < NEAR))
                score += min(self._idf[one], self._idf[other]) * 2.2 * count / (count + 1.2)
        return score

    def _rows(self) -> tuple[Scores, Scores]:
        """Which articles have all words in a row in some field, and which as their headline."""
        in_row = np.zeros(len(self._docs), np.bool_)
        whole = np.zeros(len(self._docs), np.bool_)
        for field in TEXT_FIELDS:
            starts = self._starts(field)
            if len(starts):
                here = self._counted(starts) > 0
                in_row |= here
                if field == "headline":
                    whole = here & (self._lengths[field] == self._length)
        return in_row.astype(np.float64), whole.astype(np.float64)

    def _starts(self, field: str) -> Numbers:
        starts: Numbers | None = None
        for word, distance in zip(self._sequence, self._offsets, strict=True):
            places = self._places[word].get(field)
            if places is None:
                return NO_NUMBERS
            begun = places - distance
            starts = begun if starts is None else starts.compress(is_in(starts, begun))
            if not len(starts):
                break
        return NO_NUMBERS if starts is None else starts

    def _counted(self, places: Numbers) -> Numbers:
        """How many of ``places`` are in each article."""
        rows = self._docs.searchsorted(places >> POSITION_BITS)
        return np.bincount(rows, minlength=len(self._docs))
