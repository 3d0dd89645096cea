"""Documents as numbers: what is held of them in memory until they are written as a segment."""

from __future__ import annotations

from array import array
from collections.abc import Sequence
from dataclasses import dataclass, field

from archive.engines.whoosh.sections import encode_term, word_term
from archive.search.document import IndexDocument
from archive.search.facets import FacetSpec
from archive.search.scoring import ALL_FIELDS, BYLINE_FIELD
from archive.text.analysis import form_and_word, primary_language, stem_term, words_as_written

# Numbers of a word or a stem are kept for as long as there are so many spellings at most.
_SPELLINGS = 400_000
_BYLINE = ALL_FIELDS.index(BYLINE_FIELD)
_TEXTS = tuple(enumerate(ALL_FIELDS[:_BYLINE]))


class Vocabulary:
    """Numbers for the words that were met, so that each is folded and stemmed once.

    A *spelling* is a word as written, in one language. It has a word and a stem; number 0 is for
    what turns out to be no word.
    """

    def __init__(self) -> None:
        self.words: list[str] = []
        self.stems: list[str] = []
        self.word_of = array("i", [-1])
        self.stem_of = array("i", [-1])
        self.language_of = array("i", [-1])
        self.languages: list[str] = []
        self._words: dict[str, int] = {}
        self._stems: dict[str, int] = {}
        self._pairs: dict[tuple[int, int], int] = {}
        self._spellings: dict[str, _Spellings] = {}

    @property
    def full(self) -> bool:
        """Whether it had better be begun anew."""
        return len(self.word_of) > _SPELLINGS

    def spellings(self, language: str) -> _Spellings:
        """The numbers of spellings in a primary language, made up as they are asked for."""
        spellings = self._spellings.get(language)
        if spellings is None:
            spellings = _Spellings(self, language, len(self.languages))
            self._spellings[language] = spellings
            self.languages.append(language)
        return spellings

    def number(self, written: str, language: str, place: int) -> int:
        """The number of a spelling that was not met before in the language."""
        form, word = form_and_word(written)
        if not form:
            return 0
        word_number = _numbered(word_term(form, word), self._words, self.words)
        stem_number = _numbered(stem_term(word, language), self._stems, self.stems)
        pair = self._pairs.setdefault((word_number, stem_number), len(self.word_of))
        if pair == len(self.word_of):
            self.word_of.append(word_number)
            self.stem_of.append(stem_number)
            self.language_of.append(place)
        return pair


class _Spellings(dict[str, int]):
    """The numbers of spellings in one language."""

    def __init__(self, vocabulary: Vocabulary, language: str, place: int) -> None:
        super().__init__()
        self.place = place
        self._vocabulary = vocabulary
        self._language = language

    def __missing__(self, written: str) -> int:
        number = self[written] = self._vocabulary.number(written, self._language, self.place)
        return number


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
    ``spellings`` holds the numbers of all words, stretch after stretch.
    """

    def __init__(self, vocabulary: Vocabulary, facets: Sequence[FacetSpec]) -> None:
        self.vocabulary = vocabulary
        self.ids: list[bytes] = []
        self.versions = array("q")
        self.batches: list[int | None] = []
        self.lower = array("i")
        self.span = array("i")
        self.languages = array("i")
        self.spellings = array("i")
        self.stretch_docs = array("i")
        self.stretch_fields = array("b")
        self.stretch_ends = array("q")
        self.facets = {spec.name: _Values() for spec in facets}

    def __len__(self) -> int:
        return len(self.ids)

    @property
    def words(self) -> int:
        """The words of all documents: what their size in memory hangs on."""
        return len(self.spellings)

    def add(self, document: IndexDocument) -> int:
        """Take a document; returns its number."""
        number = len(self.ids)
        spellings = self.vocabulary.spellings(primary_language(document.language))
        self.ids.append(encode_term(document.id))
        self.versions.append(document.version)
        self.batches.append(document.batch)
        lower = document.lower.toordinal() if document.lower else 0
        self.lower.append(lower)
        self.span.append(document.upper.toordinal() - lower if document.upper else 0)
        self.languages.append(spellings.place)
        for place, name in _TEXTS:
            text = getattr(document, name)
            if text:
                self._add_stretch(number, place, text, spellings)
        for byline in document.bylines:
            self._add_stretch(number, _BYLINE, byline, spellings)
        for facet, values in document.facets.items():
            if values:
                self._add_values(number, self.facets[facet], values)
        return number

    def _add_stretch(self, number: int, place: int, text: str, spellings: _Spellings) -> None:
        self.spellings.extend(map(spellings.__getitem__, words_as_written(text)))
        self.stretch_docs.append(number)
        self.stretch_fields.append(place)
        self.stretch_ends.append(len(self.spellings))

    def _add_values(self, number: int, column: _Values, values: Sequence[str]) -> None:
        numbers = column.numbers
        for value in values if len(values) == 1 else dict.fromkeys(values):
            place = numbers.get(value)
            if place is None:
                place = _numbered(value, numbers, column.texts)
            column.docs.append(number)
            column.values.append(place)


def _numbered(text: str, numbers: dict[str, int], texts: list[str]) -> int:
    number = numbers.setdefault(text, len(texts))
    if number == len(texts):
        texts.append(text)
    return number
