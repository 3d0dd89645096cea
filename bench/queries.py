"""The questions that every engine is asked: the same for every size of the corpus.

Words are chosen so that no other word form of the corpus shares their stem, in any language, or
differs from them by accents only. So an engine that stems and one that only puts words in lower
case find the same articles, and their counts can be compared exactly.
"""

from __future__ import annotations

from bisect import bisect_left
from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field
from datetime import date

import numpy as np

from archive.text.analysis import fold, stem_term
from bench.corpus import SECTIONS, TAG_KINDS, Generator


@dataclass(frozen=True, slots=True, kw_only=True)
class Query:
    """One question. An article matches if it meets everything that is not empty.

    ``every`` and ``some`` are words of which all, or one, must occur in headline, summary or body;
    ``phrase`` are words in a row in one of these; ``prefix`` is how some word begins. ``filters``
    maps facets to a value. Days overlap ``date_from`` to ``date_to``, both included. Without words
    the newest articles come first, else the most relevant.
    """

    kind: str
    every: tuple[str, ...] = ()
    some: tuple[str, ...] = ()
    phrase: tuple[str, ...] = ()
    prefix: str = ""
    filters: Mapping[str, str] = field(default_factory=dict)
    date_from: date | None = None
    date_to: date | None = None

    @property
    def newest_first(self) -> bool:
        """Whether the page is in order of time, since nothing makes one article more relevant."""
        return not (self.every or self.some or self.phrase or self.prefix)

    @property
    def label(self) -> str:
        """The query in one line, for messages."""
        parts = [*self.every, " OR ".join(self.some), " ".join(self.phrase)]
        parts += [f"{self.prefix}*"] if self.prefix else []
        parts += [f"{facet}:{value}" for facet, value in self.filters.items()]
        parts += [f"{self.date_from}..{self.date_to}"] if self.date_from or self.date_to else []
        return f"{self.kind} ({' '.join(part for part in parts if part)})"


# Parts of a running text: an article has about 250 words.
_RARE = 3e-6
_MIDDLING = 2e-4
_COMMON = 3e-3
_VERY_COMMON = 1.2e-2
_PREFIX_FORMS = range(40, 400)


def make_queries(generator: Generator) -> tuple[Query, ...]:
    """All queries, those of one kind together."""
    words = _Words(generator)
    return tuple(
        query
        for kind in (_single, _combined, _phrases, _prefixes, _filtered, _wordless)
        for query in kind(words)
    )


class _Words:
    """Choices among the words of the corpus, made in turn from each language."""

    def __init__(self, generator: Generator) -> None:
        self.vocabularies = generator.vocabularies
        self._folded = [
            sorted((_fold(form), form) for form in one.forms) for one in self.vocabularies
        ]
        self._taken: set[str] = set()

    def near(self, frequency: float, language: int) -> str:
        """An unused word of a language that is about so frequent, and fit for comparison."""
        vocabulary = self.vocabularies[language % len(self.vocabularies)]
        order = np.argsort(np.abs(np.log(vocabulary.frequencies / frequency)), kind="stable")
        for number in order.tolist():
            word = vocabulary.forms[number]
            if word not in self._taken and vocabulary.invariable[number] and self._is_alone(word):
                self._taken.add(word)
                return str(word)
        raise ValueError("The vocabulary has no word that can be asked for.")

    def pair(self, language: int) -> tuple[str, str]:
        """An unused pair of words that often stand together."""
        vocabulary = self.vocabularies[language % len(self.vocabularies)]
        for numbers in vocabulary.collocations.tolist():
            first, second = vocabulary.forms[numbers]
            if (
                not {first, second} & self._taken
                and first != second
                and vocabulary.frequencies[numbers].max() < _COMMON
                and self._is_alone(first)
                and self._is_alone(second)
            ):
                self._taken |= {first, second}
                return first, second
        raise ValueError("The vocabulary has no pair of words that can be asked for.")

    def prefix(self, language: int, length: int) -> str:
        """Letters with which a fair number of words begin, none of them only without accents."""
        folded = self._folded[language % len(self.vocabularies)]
        start = 997 * (language + 1) % len(folded)
        for prefix in dict.fromkeys(key[:length] for key, _ in folded[start:]):
            if len(prefix) < length or prefix in self._taken:
                continue
            found = [form for forms in self._folded for form in _beginning(forms, prefix)]
            if len(found) in _PREFIX_FORMS and all(form.startswith(prefix) for form in found):
                self._taken.add(prefix)
                return prefix
        raise ValueError("The vocabulary has no beginning of words that can be asked for.")

    def _is_alone(self, word: str) -> bool:
        """Whether no other form of any language has the stem or the folded form of ``word``."""
        folded = _fold(word)
        for vocabulary, forms in zip(self.vocabularies, self._folded, strict=True):
            language = vocabulary.language.code
            stem = stem_term(word, language)
            # What shares a stem begins like it, but for a handful of irregular verbs.
            for form in _beginning(forms, stem.partition(":")[2][:3]):
                if form != word and (_fold(form) == folded or stem_term(form, language) == stem):
                    return False
        return True


def _beginning(folded: list[tuple[str, str]], prefix: str) -> Iterator[str]:
    """The forms that, folded, begin with ``prefix``, out of sorted pairs of folded and form."""
    for place in range(bisect_left(folded, (prefix,)), len(folded)):
        if not folded[place][0].startswith(prefix):
            break
        yield folded[place][1]


def _fold(form: str) -> str:
    return form if form.isascii() else fold(form)


def _single(words: _Words) -> Iterator[Query]:
    for number in range(6):
        yield Query(kind="rare word", every=(words.near(_RARE, number),))
    for number in range(6):
        frequency = _COMMON if number % 2 else _VERY_COMMON
        yield Query(kind="common word", every=(words.near(frequency, number),))


def _combined(words: _Words) -> Iterator[Query]:
    for number in range(6):
        other = (_MIDDLING, _COMMON, _VERY_COMMON)[number % 3]
        pair = words.near(_COMMON, number), words.near(other, number)
        yield Query(kind="and-2", every=pair)
    for number in range(6):
        triple = tuple(words.near(one, number) for one in (_MIDDLING, _COMMON, _VERY_COMMON))
        yield Query(kind="or-3", some=triple)


def _phrases(words: _Words) -> Iterator[Query]:
    for number in range(5):
        yield Query(kind="phrase", phrase=words.pair(number))
    for number in range(5):
        pair = words.near(_VERY_COMMON, number), words.near(_COMMON, number)
        yield Query(kind="phrase, common", phrase=pair)


def _prefixes(words: _Words) -> Iterator[Query]:
    for number in range(5):
        yield Query(kind="prefix", prefix=words.prefix(number, 3 + number % 2))


def _filtered(words: _Words) -> Iterator[Query]:
    for number in range(6):
        frequency = _COMMON if number % 2 else _MIDDLING
        yield Query(
            kind="word + party",
            every=(words.near(frequency, number),),
            filters={"party": _value("party", 3 * number)},
        )
    for number in range(5):
        yield Query(
            kind="word + place + dates",
            every=(words.near(_COMMON, number),),
            filters={"place": _value("place", 4 * number)},
            date_from=date(1995 + 4 * number, 3, 1),
            date_to=date(2000 + 5 * number, 5, 31),
        )


def _wordless(_: _Words) -> Iterator[Query]:
    party, place = _value("party", 1), _value("place", 2)
    yield Query(kind="filters alone", filters={"party": party})
    yield Query(kind="filters alone", filters={"place": place, "section": SECTIONS[0]})
    yield Query(kind="filters alone", filters={"section": SECTIONS[3], "language": "de"})
    yield Query(kind="filters alone", filters={"source": "2"}, date_from=date(2015, 1, 1))
    yield Query(
        kind="filters alone", filters={"topic": _value("topic", 5)}, date_to=date(2009, 12, 31)
    )
    yield Query(kind="everything")


def _value(facet: str, rank: int) -> str:
    kind = next(kind for kind in TAG_KINDS if kind.facet == facet)
    return str(kind.first_id + rank)
