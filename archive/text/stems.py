"""What the inflections of a word share: its stem in one language."""

from __future__ import annotations

import threading
from collections.abc import Callable
from functools import lru_cache

import Stemmer

from archive.text.folding import strip_marks

UNDETERMINED = "und"
_MOST_TERMS = 50_000  # that are remembered

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


def query_stems(word: str, language: str) -> frozenset[str]:
    """The terms that a query's ``word`` stands for in articles of ``language``.

    ``word`` is normalised, its marks kept. One of the terms is :func:`stem_term`'s.
    """
    return frozenset([stem_term(word, language)])
