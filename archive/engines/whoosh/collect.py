"""Documents as numbers: what is held of them in memory until they are written as a segment."""

from __future__ import annotations

from array import array
from collections.abc import Sequence
from dataclasses import dataclass, field

import numpy as np

from archive.engines.whoosh.arrays import Array
from archive.engines.whoosh.sections import encode_term
from archive.engines.whoosh.spellings import Vocabulary
from archive.search.document import IndexDocument
from archive.search.facets import FacetSpec
from archive.search.scoring import ALL_FIELDS, BYLINE_FIELD
from archive.text.analysis import primary_language, words_spaced

_BYLINE = ALL_FIELDS.index(BYLINE_FIELD)
_TEXTS = tuple(enumerate(ALL_FIELDS[:_BYLINE]))
# Its lower case is two characters, and words are cut off after so many.
_LENGTHENED = "\u0130"
# Texts are looked through together when they have so many characters: as much as a cache holds.
_TOGETHER = 400_000


@dataclass(slots=True)
class _Values:
    """The values of a facet, article by article."""

    docs: array[int] = field(default_factory=lambda: array("i"))
    values: array[int] = field(default_factory=lambda: array("i"))
    texts: list[str] = field(default_factory=list)
    numbers: dict[str, int] = field(default_factory=dict)


class Collection:
    """Documents that wait to be written, as columns.

    A *stretch* is a text of one field: the headline, the summary, the body, or one byline.
    """

    def __init__(self, vocabulary: Vocabulary, facets: Sequence[FacetSpec]) -> None:
        self.vocabulary = vocabulary
        self.ids: list[bytes] = []
        self.versions = array("q")
        self.batches: list[int | None] = []
        self.lower = array("i")
        self.span = array("i")
        self.languages = array("i")
        self.stretch_docs = array("i")
        self.stretch_fields = array("b")
        self.facets = {spec.name: _Values() for spec in facets}
        self.words = 0  # looked through so far, which is what the size in memory hangs on
        self._spellings: list[Array] = []
        self._counts: list[Array] = []
        self._texts: list[str] = []
        self._text_languages = array("i")
        self._characters = 0

    def __len__(self) -> int:
        return len(self.ids)

    def add(self, document: IndexDocument) -> None:
        """Take a document."""
        number = len(self.ids)
        language = self.vocabulary.language(primary_language(document.language))
        self.ids.append(encode_term(document.id))
        self.versions.append(document.version)
        self.batches.append(document.batch)
        lower = document.lower.toordinal() if document.lower else 0
        self.lower.append(lower)
        self.span.append(document.upper.toordinal() - lower if document.upper else 0)
        self.languages.append(language)
        for place, name in _TEXTS:
            text = getattr(document, name)
            if text:
                self._add_stretch(number, place, text, language)
        for byline in document.bylines:
            self._add_stretch(number, _BYLINE, byline, language)
        for facet, values in document.facets.items():
            if values:
                self._add_values(number, self.facets[facet], values)
        if self._characters > _TOGETHER:
            self._look_through()

    def spellings(self) -> tuple[Array, Array]:
        """The spelling of every word, stretch after stretch, and how many each stretch has."""
        self._look_through()
        return (
            np.concatenate([np.empty(0, np.int32), *self._spellings]),
            np.concatenate([np.empty(0, np.int64), *self._counts]),
        )

    def _add_stretch(self, number: int, place: int, text: str, language: int) -> None:
        if _LENGTHENED not in text:
            text = text.lower()
        text = words_spaced(text)
        self._texts.append(text)
        self._text_languages.append(language)
        self._characters += len(text)
        self.stretch_docs.append(number)
        self.stretch_fields.append(place)

    def _look_through(self) -> None:
        languages = np.array(self._text_languages, np.int32)
        spellings, counts = self.vocabulary.spellings_of(self._texts, languages)
        self._spellings.append(spellings)
        self._counts.append(counts)
        self.words += len(spellings)
        self._texts, self._text_languages, self._characters = [], array("i"), 0

    def _add_values(self, number: int, column: _Values, values: Sequence[str]) -> None:
        numbers = column.numbers
        for value in values if len(values) == 1 else dict.fromkeys(values):
            place = numbers.get(value)
            if place is None:
                place = numbers[value] = len(column.texts)
                column.texts.append(value)
            column.docs.append(number)
            column.values.append(place)
