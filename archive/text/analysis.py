"""The one analysis: how text becomes terms, for articles and queries, whatever the engine.

A *form* is a word as it stands in the text, folded (case, width, accents), and a *stem* is what
its inflections share in one language. What a word is, :mod:`archive.text.words` says; its functions
that others need are to be had here.
"""

from __future__ import annotations

import threading
import unicodedata
from collections.abc import Callable, Iterable, Iterator, Mapping
from functools import cache, lru_cache
from typing import NamedTuple

import Stemmer

from archive.text.words import is_unspaced, words_as_written, words_spaced, written_words

__all__ = [
    "MAX_TOKEN_LENGTH",
    "SNOWBALL",
    "UNDETERMINED",
    "Token",
    "fold",
    "form_and_word",
    "form_table",
    "is_unspaced",
    "primary_language",
    "query_stems",
    "stem_likeness",
    "stem_table",
    "stem_term",
    "stemmer",
    "strip_marks",
    "tokenise",
    "words_as_written",
    "words_spaced",
    "written_words",
]

MAX_TOKEN_LENGTH = 64
_MOST_TERMS = 50_000  # in one table
UNDETERMINED = "und"

# Scripts whose combining marks may be left off by a writer without making another letter.
_OPTIONAL_MARKS = ("LATIN", "GREEK", "ARABIC", "HEBREW")


class Token(NamedTuple):
    """One word of a text: its folded form, its place among the words, its span in characters."""

    form: str
    word: str
    position: int
    start: int
    end: int

    def stem(self, language: str) -> str:
        """The term that the inflections of this word share in ``language``."""
        return stem_term(self.word, language)


def tokenise(text: str) -> Iterator[Token]:
    """Yield the words of ``text`` in order; positions count from 0 without gaps."""
    position = 0
    for written, start, end in written_words(text):
        form, word = _remembered_form(written)
        if form:
            yield Token(form, word, position, start, end)
            position += 1


def form_and_word(written: str) -> tuple[str, str]:
    """What a word is found by: its form, and the normalised word that ``stem_term`` takes.

    ``written`` is one of :func:`words_as_written`. Of one that is nothing but marks both may be
    empty; it is no token then.
    """
    written = written[:MAX_TOKEN_LENGTH]
    if written.isascii():
        word = written.lower()
        return word, word
    word = _normalise(written)
    return (word if is_unspaced(word) else strip_marks(word)), word


_remembered_form = lru_cache(maxsize=_MOST_TERMS)(form_and_word)


def fold(text: str) -> str:
    """Return ``text`` without differences of case, width, apostrophes and optional marks."""
    return strip_marks(_normalise(text))


def _normalise(word: str) -> str:
    # Three replacements are faster than one translation.
    word = word.replace("\u2019", "'").replace("\u02bc", "'").replace("\u0640", "")
    return unicodedata.normalize("NFKC", word).casefold()


def strip_marks(word: str) -> str:
    """Leave off accents and points where the script allows it: é → e, but й stays й."""
    if word.isascii():
        return word
    if any(map(unicodedata.combining, word)):
        return _without_marks(word)
    return unicodedata.normalize("NFC", word.translate(_PLAIN_CHARACTERS))


def _without_marks(word: str) -> str:
    kept: list[str] = []
    base = ""
    for character in unicodedata.normalize("NFD", word):
        if not unicodedata.combining(character):
            base = unicodedata.name(character, "")
        elif base.startswith(_OPTIONAL_MARKS):
            continue
        kept.append(character)
    return unicodedata.normalize("NFC", "".join(kept))


class _PlainCharacters(dict[int, str]):
    """What is left of each character, where no mark stands by itself."""

    def __missing__(self, code: int) -> str:
        plain = self[code] = _without_marks(chr(code))
        return plain


_PLAIN_CHARACTERS = _PlainCharacters()

# Snowball algorithms by BCP 47 primary language; the names are PyStemmer's.
SNOWBALL = {
    "ar": "arabic",
    "ca": "catalan",
    "cs": "czech",
    "da": "danish",
    "de": "german",
    "el": "greek",
    "en": "english",
    "eo": "esperanto",
    "es": "spanish",
    "et": "estonian",
    "eu": "basque",
    "fa": "persian",
    "fi": "finnish",
    "fr": "french",
    "ga": "irish",
    "hi": "hindi",
    "hu": "hungarian",
    "hy": "armenian",
    "id": "indonesian",
    "it": "italian",
    "lt": "lithuanian",
    "nb": "norwegian",
    "ne": "nepali",
    "nl": "dutch",
    "nn": "norwegian",
    "no": "norwegian",
    "pl": "polish",
    "pt": "portuguese",
    "ro": "romanian",
    "ru": "russian",
    "sr": "serbian",
    "st": "sesotho",
    "sv": "swedish",
    "ta": "tamil",
    "tr": "turkish",
    "yi": "yiddish",
}
_ENDINGS_ONLY = frozenset(
    ["ca", "da", "de", "en", "es", "fr", "it", "nb", "nn", "no", "pt", "ro", "ru", "sv"]
)
_stemmers = threading.local()  # a Snowball stemmer keeps state while it works


def primary_language(tag: str) -> str:
    """The primary subtag of a BCP 47 tag in lower case; ``und`` for an empty one."""
    return tag.replace("_", "-").split("-", 1)[0].lower() or UNDETERMINED


@lru_cache(maxsize=_MOST_TERMS)
def stem_term(word: str, language: str) -> str:
    """The term for ``word`` (normalised, marks kept) in ``language``: ``en:exchang``.

    The language stands in the term so that stems of two languages never collide. A language
    without a stemmer has its forms as stems.
    """
    return stemmer(language)(word)


def stemmer(language: str) -> Callable[[str], str]:
    """What makes the terms of :func:`stem_term` in one language, for one thread.

    It remembers nothing, for who asks about each word once.
    """
    primary = primary_language(language)
    algorithm = SNOWBALL.get(primary)
    if algorithm is None:
        return lambda word: f"{primary}:{strip_marks(word)}"
    of_thread = _stemmers.__dict__.get(algorithm)
    if of_thread is None:
        # Its own cache would only be one more, and is slow to make room.
        of_thread = _stemmers.__dict__[algorithm] = Stemmer.Stemmer(algorithm, maxCacheSize=0)
    stem_of = of_thread.stemWord
    return lambda word: f"{primary}:{strip_marks(stem_of(word)) or strip_marks(word)}"


class _Terms(dict[str, str]):
    """From a word as written to one of its terms, worked out when it is first asked for.

    Threads share it: at worst two of them work out the same term.
    """

    def __init__(self, term: Callable[[str, str], str]) -> None:
        self._term = term

    def __missing__(self, written: str) -> str:
        if len(self) >= _MOST_TERMS:
            self.clear()
        form, word = form_and_word(written)
        term = self[written] = self._term(form, word) if form else ""
        return term


@cache
def form_table() -> Mapping[str, str]:
    """The form of any of :func:`words_as_written`; empty for one that is no token.

    Look words up by ``[]``: the table makes what it lacks. It is for many words at once, as in
    ``map(form_table().__getitem__, words)``, which no call of a function could keep up with.
    """
    return _Terms(lambda form, _word: form)


def stem_table(language: str) -> Mapping[str, str]:
    """The stem in ``language``, as by ``stem_term``, of any of :func:`words_as_written`.

    It is used as :func:`form_table` is.
    """
    table = _stem_tables.get(language)
    if table is None:
        primary = primary_language(language)
        table = _stem_tables.setdefault(primary, _Terms(lambda _, word: stem_term(word, primary)))
        if len(_stem_tables) < _MOST_LANGUAGES:
            _stem_tables[language] = table
    return table


_stem_tables: dict[str, Mapping[str, str]] = {}
_MOST_LANGUAGES = 1_000  # as tags write them


def stem_likeness(term: str) -> str:
    """What every word with the stem ``term`` begins like; empty where that is not known.

    The first ``beginnings.COMPARED`` letters of a stem are the word's, but for case, marks and the
    digraphs of German, where a stemmer takes off endings only and puts others in their place only
    far behind. In short words, French changes the last letter of a stem, and English more where it
    ends in -e, -i, -y or -bl (``die`` of ``dying``).
    """
    primary, _, stem = term.partition(":")
    if primary == "en":
        return stem[:-2] if stem.endswith(("e", "i", "y", "bl")) else stem
    if primary == "fr":
        return stem[:-1]
    return stem if primary in _ENDINGS_ONLY or primary not in SNOWBALL else ""


def query_stems(word: str, languages: Iterable[str]) -> frozenset[str]:
    """The terms of a query's ``word`` in every language that the archive holds."""
    return frozenset(stem_term(word, language) for language in languages)
