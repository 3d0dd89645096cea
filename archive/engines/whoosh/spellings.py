"""Numbers for the words of many texts at once.

To look up every word of an import in a dictionary waits for memory most of the time. So words are
told apart by a hash of 64 bits that is made of all of them by a few operations on arrays, and
looked up in a table of arrays. The hash is the sum of each character times a random number for its
place in the word (Carter and Wegman, "Universal classes of hash functions", 1979): whoever does not
know the numbers, which every process draws anew, cannot make two words meet, and a million
different ones meet by chance once in tens of millions of imports.
"""

from __future__ import annotations

from array import array
from collections.abc import Callable, Sequence
from functools import cache

import numpy as np
import numpy.typing as npt

from archive.engines.whoosh.arrays import Array
from archive.engines.whoosh.sections import word_term
from archive.text.analysis import MAX_TOKEN_LENGTH, form_and_word, stemmer

Stem = Callable[[str], str]
Hashes = npt.NDArray[np.uint64]

# Spellings are remembered until there are so many, at some 250 bytes each.
_SPELLINGS = 700_000
_SPACE = 32
_ABSENT = -1
_SMALLEST_TABLE = 12  # bits


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
        self._languages: dict[str, int] = {}
        self._table = _Table(_SMALLEST_TABLE)

    @property
    def full(self) -> bool:
        """Whether it had better be begun anew."""
        return len(self.word_of) > _SPELLINGS

    def language(self, code: str) -> int:
        """The number of a primary language."""
        return _number(code, self._languages, self.languages)

    def spellings_of(self, texts: Sequence[str], languages: Array) -> tuple[Array, Array]:
        """The spelling of every word, text after text, and how many words each text has.

        ``texts`` are as by ``words_spaced``, and ``languages`` the number of each one's language.
        """
        joined = f" {' '.join(texts)} "
        codes = np.frombuffer(joined.encode("utf-32-le", "surrogatepass"), np.uint32)
        between = codes == _SPACE
        starts = np.flatnonzero(between[:-1] & ~between[1:]) + 1
        ends = np.flatnonzero(~between[:-1] & between[1:]) + 1
        bounds = np.cumsum(np.fromiter(map(len, texts), np.int64, len(texts)) + 1)
        counts = np.diff(np.searchsorted(starts, bounds), prepend=0)
        if not len(starts):
            return np.empty(0, np.int32), counts
        of_texts = np.repeat(languages, counts)
        hashes = _hashes(codes.take(np.flatnonzero(~between)), ends - starts, of_texts)
        found = self._table.find(hashes)
        new = np.flatnonzero(found == _ABSENT)
        if len(new):
            distinct, first = np.unique(hashes[new], return_index=True)
            chosen = new[first]
            places = zip(
                starts[chosen].tolist(),
                ends[chosen].tolist(),
                of_texts[chosen].tolist(),
                strict=True,
            )
            stems = [stemmer(language) for language in self.languages]
            numbers = [
                self._add(joined[start:end], stems[language], language)
                for start, end, language in places
            ]
            self._table = self._table.with_room(len(distinct))
            self._table.add(distinct, np.array(numbers, np.int32))
            found[new] = self._table.find(hashes[new])
        return found, counts

    def _add(self, written: str, stem: Stem, language: int) -> int:
        """The number of a new spelling."""
        form, word = form_and_word(written)
        if not form:
            return 0
        self.word_of.append(_number(word_term(form, word), self._words, self.words))
        self.stem_of.append(_number(stem(word), self._stems, self.stems))
        self.language_of.append(language)
        return len(self.word_of) - 1


class _Table:
    """Numbers by hash, open addressing; a hash of 0 is an empty place."""

    def __init__(self, bits: int) -> None:
        self._bits = bits
        self._hashes: Hashes = np.zeros(1 << bits, np.uint64)
        self._numbers = np.full(1 << bits, _ABSENT, np.int32)
        self._held = 0

    def find(self, hashes: Hashes) -> Array:
        """The number of each hash, ``_ABSENT`` where it has none."""
        places = self._places(hashes)
        found = self._numbers.take(places)
        held = self._hashes.take(places)
        astray = np.flatnonzero((held != hashes) & (held != 0))
        while len(astray):
            here = (places[astray] + 1) & (len(self._hashes) - 1)
            places[astray] = here
            found[astray] = self._numbers[here]
            held = self._hashes[here]
            astray = astray[(held != hashes[astray]) & (held != 0)]
        return found

    def with_room(self, more: int) -> _Table:
        """This table or a larger one, no more than half full with so many more hashes."""
        bits = self._bits
        while (self._held + more) * 2 > 1 << bits:
            bits += 1
        if bits == self._bits:
            return self
        larger = _Table(bits)
        held = self._hashes != 0
        larger.add(self._hashes[held], self._numbers[held])
        return larger

    def add(self, hashes: Hashes, numbers: Array) -> None:
        """Add hashes that are not there, each once."""
        self._held += len(hashes)
        places = self._places(hashes)
        while len(hashes):
            free = self._hashes[places] == 0
            _, first = np.unique(places, return_index=True)
            chosen = first[free[first]]
            self._hashes[places[chosen]] = hashes[chosen]
            self._numbers[places[chosen]] = numbers[chosen]
            left = np.ones(len(hashes), np.bool_)
            left[chosen] = False
            hashes, numbers = hashes[left], numbers[left]
            places = (places[left] + 1) & (len(self._hashes) - 1)

    def _places(self, hashes: Hashes) -> npt.NDArray[np.int64]:
        return (hashes >> np.uint64(64 - self._bits)).astype(np.int64)


def _hashes(characters: Array, lengths: Array, languages: Array) -> Hashes:
    """A hash of each word and its language, never 0. ``characters`` are those of all words.

    What stands beyond ``MAX_TOKEN_LENGTH`` is not looked at: no word is told apart by it.
    """
    starts = np.cumsum(lengths) - lengths
    places = np.arange(len(characters), dtype=np.int32)
    places -= np.repeat(starts.astype(np.int32), lengths)
    if lengths.max() > MAX_TOKEN_LENGTH:
        np.minimum(places, MAX_TOKEN_LENGTH, out=places)
    weights, of_languages = _random_numbers()
    products = weights.take(places)
    products *= characters
    hashes: Hashes = np.add.reduceat(products, starts)
    hashes += of_languages.take(languages, mode="wrap")
    hashes[hashes == 0] = 1
    return hashes


@cache
def _random_numbers() -> tuple[Hashes, Hashes]:
    """A number for each place in a word, 0 beyond the last, and one for each language."""
    chance = np.random.default_rng()
    weights = chance.integers(0, 1 << 64, MAX_TOKEN_LENGTH + 1, np.uint64, endpoint=False)
    weights |= np.uint64(1)
    weights[MAX_TOKEN_LENGTH] = 0
    return weights, chance.integers(0, 1 << 64, 1 << 16, np.uint64, endpoint=False)


def _number(text: str, numbers: dict[str, int], texts: list[str]) -> int:
    number = numbers.setdefault(text, len(texts))
    if number == len(texts):
        texts.append(text)
    return number
