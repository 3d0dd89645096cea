"""Documents as numbers: what is held of them in memory until they are written as a segment."""

from __future__ import annotations

from array import array
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, field

from archive.engines.whoosh.sections import encode_term, word_term
from archive.search.document import IndexDocument
from archive.search.facets import FacetSpec
from archive.search.scoring import ALL_FIELDS, BYLINE_FIELD
from archive.text.analysis import form_and_word, primary_language, stemmer, words_as_written

# Spellings are remembered until there are so many, at some 300 bytes each.
_SPELLINGS = 600_000
_BYLINE = ALL_FIELDS.index(BYLINE_FIELD)
_TEXTS = tuple(enumerate(ALL_FIELDS[:_BYLINE]))
# Its lower case is two characters, and words are cut off after so many.
_LENGTHENED = "\u0130"


class Vocabulary:
    """Numbers for the words that were met, so that each is folded and stemmed once.

    A *spelling* is a word as written, in one language. ``word_of``, ``stem_of`` and ``language_of``
    say its word, its stem and its language, as places in ``words``, ``stems`` and ``languages``.
    Spelling 0 is for what turns out to be no word.
    """

    def __init__(self) -> None:
        self.words: list[str] = []
        self.stems: list[str] = []
        self.languages: list[str] = []
        self.word_of = array("i", [0])
        self.stem_of = array("i", [0])
        self.language_of = array("i", [0])
        self._words: dict[str, int] = {}
        self._stems: dict[str, int] = {}
        self._spellings: dict[str, _Spellings] = {}

    @property
    def full(self) -> bool:
        """Whether it had better be begun anew."""
        return len(self.word_of) > _SPELLINGS

    def spellings(self, language: str) -> _Spellings:
        """The numbers of spellings in a primary language, made up as they are asked for."""
        spellings = self._spellings.get(language)
        if spellings is None:
            spellings = _Spellings(self, language)
            self._spellings[language] = spellings
        return spellings

    def add(self, word: str, stem: str, language: int) -> int:
        """The number of a new spelling."""
        word_number = self._words.setdefault(word, len(self.words))
        if word_number == len(self.words):
            self.words.append(word)
        stem_number = self._stems.setdefault(stem, len(self.stems))
        if stem_number == len(self.stems):
            self.stems.append(stem)
        self.word_of.append(word_number)
        self.stem_of.append(stem_number)
        self.language_of.append(language)
        return len(self.word_of) - 1


class _Spellings(dict[str, int]):
    """The numbers of spellings in one language, the same for every case of the letters."""

    def __init__(self, vocabulary: Vocabulary, language: str) -> None:
        super().__init__()
        self.place = len(vocabulary.languages)
        vocabulary.languages.append(language)
        self._vocabulary = vocabulary
        self._stem = stemmer(language)

    def of(self, text: str) -> Iterator[int]:
        """The numbers of the words of a text."""
        if _LENGTHENED not in text:
            text = text.lower()
        return map(self.__getitem__, words_as_written(text))

    def __missing__(self, written: str) -> int:
        form, word = form_and_word(written)
        number = 0
        if form:
            term = word_term(form, word)
            number = self._vocabulary.add(term, self._stem(word), self.place)
        self[written] = number
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
        self.spellings.extend(spellings.of(text))
        self.stretch_docs.append(number)
        self.stretch_fields.append(place)
        self.stretch_ends.append(len(self.spellings))

    def _add_values(self, number: int, column: _Values, values: Sequence[str]) -> None:
        numbers = column.numbers
        for value in values if len(values) == 1 else dict.fromkeys(values):
            place = numbers.get(value)
            if place is None:
                place = numbers[value] = len(column.texts)
                column.texts.append(value)
            column.docs.append(number)
            column.values.append(place)
