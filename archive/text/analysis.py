"""The one analysis: how text becomes terms, for articles and queries, whatever the engine.

A *form* is a word as it stands in the text, folded (case, width, accents), and a *stem* is what
its inflections share in one language. Scripts written without spaces become overlapping pairs of
characters, so that a phrase of pairs is exactly the run of characters that was typed.
"""

from __future__ import annotations

import operator
import re
import threading
import unicodedata
from collections.abc import Iterable, Iterator
from functools import cache, lru_cache
from typing import NamedTuple

import numpy as np
import Stemmer
from numpy.typing import NDArray

MAX_TOKEN_LENGTH = 64
UNDETERMINED = "und"

# Han, kana, Hangul, Thai, Lao, Khmer, Myanmar: words are not set apart by spaces (Hangul is, but
# by phrases whose particles hide the word).
_UNSPACED = (
    "\u0e00-\u0eff\u1000-\u109f\u1780-\u17ff\u3005-\u3007\u3040-\u30ff\u3400-\u4dbf\u4e00-\u9fff"
    "\uac00-\ud7af\uf900-\ufaff\uff66-\uff9f\U00020000-\U0002fa1f\U00030000-\U000323af"
)
# Arabic and Hebrew points and Devanagari vowel signs are marks, which \w leaves out.
_MARKS = (
    "\u0300-\u036f\u0591-\u05c7\u0610-\u061a\u0640\u064b-\u065f\u0670\u06d6-\u06ed"
    "\u0900-\u0903\u093a-\u094f\u0951-\u0957\u0962-\u0963\u0981-\u0983\u09bc-\u09cd\u0a01-\u0a4d"
    "\u0b01-\u0b4d\u0b82-\u0bcd\u0c00-\u0c4d\u0c81-\u0ccd\u0d00-\u0d4d"
)
_UNSPACED_RUN = re.compile(f"[{_UNSPACED}]+")
# Letters and digits of every other script, and a word of them with its marks and apostrophes.
_LETTER = f"[^\\W_{_UNSPACED}]"
_WORD = (
    f"(?:{_LETTER}+|[{_MARKS}]+{_LETTER}*)(?:[{_MARKS}]+{_LETTER}*)*"
    f"(?:['\u2019\u02bc][^\\W\\d_{_UNSPACED}]{_LETTER}*(?:[{_MARKS}]+{_LETTER}*)*)*"
)
_TOKEN = re.compile(f"([{_UNSPACED}]+)|{_WORD}")
_TOKEN_OR_RUN = re.compile(f"([{_UNSPACED}]+)|({_WORD})")
# An apostrophe that does not stand between a letter or digit and a letter, in a text whose other
# separators are spaces. Patterns that begin with one character are searched much faster than one
# that begins with either.
_LOOSE_APOSTROPHES = tuple(
    (mark, re.compile(f"{mark}(?:(?<![^ '\u2019]{mark})|(?![^\\W\\d_]))")) for mark in "'\u2019"
)
_ASCII_SEPARATORS = "".join(
    character if character.isalnum() or character == "'" else " "
    for character in map(chr, range(128))
)
_NEEDS_PATTERN = 0xFFFF  # in the table of separators: a script without spaces, or half a character
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
        form, word = form_and_word(written)
        if form:
            yield Token(form, word, position, start, end)
            position += 1


def written_words(text: str) -> Iterator[tuple[str, int, int]]:
    """Yield each word of ``text`` as it is written, with its span; much cheaper than tokens.

    ``tokenise`` leaves out those that are nothing but marks.
    """
    words = _spaced_words(text)
    if words is None:
        yield from _words_by_pattern(text)
        return
    end = 0
    for written in words:
        # Between two words stands nothing that a word could begin with.
        start = text.find(written, end)
        end = start + len(written)
        yield written, start, end


def words_as_written(text: str) -> list[str]:
    """The words of :func:`written_words` without their spans, several times as fast.

    ASCII goes fastest. There, lower case may be made of the whole text beforehand: the words are
    then their own forms, but for those of more than ``MAX_TOKEN_LENGTH`` characters.
    """
    words = _spaced_words(text)
    if words is not None:
        return words
    words = []
    for run, word in _TOKEN_OR_RUN.findall(text):
        if word or len(run) < 3:
            words.append(word or run)
        else:
            words += map(operator.add, run, run[1:])
    return words


def _spaced_words(text: str) -> list[str] | None:
    """The words of a text in scripts with spaces, without a pattern; None for any other text."""
    if text.isascii():
        spaced = text.translate(_ASCII_SEPARATORS)
    else:
        codes = np.frombuffer(text.encode("utf-16-le", "surrogatepass"), np.uint16)
        kept = _separators().take(codes)
        if kept.max() == _NEEDS_PATTERN:
            return None
        spaced = kept.tobytes().decode("utf-16-le")
    for mark, loose in _LOOSE_APOSTROPHES:
        if mark in spaced:
            spaced = loose.sub(" ", spaced)
    return spaced.split()


@cache
def _separators() -> NDArray[np.uint16]:
    """Of each UTF-16 code: itself where it may stand in a word, else a space."""
    kept = re.compile(f"(?:{_LETTER}|[{_MARKS}'\u2019])+")
    codes = np.full(0x10000, ord(" "), np.uint16)
    every = "".join(map(chr, range(0x10000)))
    for pattern, value in ((kept, None), (_UNSPACED_RUN, _NEEDS_PATTERN)):
        for match in pattern.finditer(every):
            start, end = match.span()
            codes[start:end] = range(start, end) if value is None else value
    codes[0xD800:0xE000] = _NEEDS_PATTERN
    return codes


def _words_by_pattern(text: str) -> Iterator[tuple[str, int, int]]:
    for match in _TOKEN.finditer(text):
        start, end = match.span()
        if match.lastindex is None or end - start < 3:
            yield match[0], start, end
        else:
            for place in range(start, end - 1):
                yield text[place : place + 2], place, place + 2


@lru_cache(maxsize=200_000)
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


def fold(text: str) -> str:
    """Return ``text`` without differences of case, width, apostrophes and optional marks."""
    return strip_marks(_normalise(text))


def _normalise(word: str) -> str:
    # Three replacements are faster than one translation.
    word = word.replace("\u2019", "'").replace("\u02bc", "'").replace("\u0640", "")
    return unicodedata.normalize("NFKC", word).casefold()


@lru_cache(maxsize=200_000)
def strip_marks(word: str) -> str:
    """Leave off accents and points where the script allows it: é → e, but й stays й."""
    if word.isascii():
        return word
    decomposed = unicodedata.normalize("NFD", word)
    if not any(map(unicodedata.combining, decomposed)):
        return unicodedata.normalize("NFC", decomposed)
    kept: list[str] = []
    base = ""
    for character in decomposed:
        if not unicodedata.combining(character):
            base = unicodedata.name(character, "")
        elif base.startswith(_OPTIONAL_MARKS):
            continue
        kept.append(character)
    return unicodedata.normalize("NFC", "".join(kept))


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
_stemmers = threading.local()  # a Snowball stemmer keeps state while it works


def primary_language(tag: str) -> str:
    """The primary subtag of a BCP 47 tag in lower case; ``und`` for an empty one."""
    return tag.replace("_", "-").split("-", 1)[0].lower() or UNDETERMINED


@lru_cache(maxsize=200_000)
def stem_term(word: str, language: str) -> str:
    """The term for ``word`` (normalised, marks kept) in ``language``: ``en:exchang``.

    The language stands in the term so that stems of two languages never collide. A language
    without a stemmer has its forms as stems.
    """
    primary = primary_language(language)
    algorithm = SNOWBALL.get(primary)
    stem = word
    if algorithm is not None:
        stemmer = _stemmers.__dict__.get(algorithm)
        if stemmer is None:
            stemmer = _stemmers.__dict__[algorithm] = Stemmer.Stemmer(algorithm)
        stem = stemmer.stemWord(word)
    return f"{primary}:{strip_marks(stem) or strip_marks(word)}"


def query_stems(word: str, languages: Iterable[str]) -> frozenset[str]:
    """The terms of a query's ``word`` in every language that the archive holds."""
    return frozenset(stem_term(word, language) for language in languages)


def is_unspaced(character: str) -> bool:
    """Whether words of the character's script stand without spaces between them."""
    return _UNSPACED_RUN.match(character) is not None
