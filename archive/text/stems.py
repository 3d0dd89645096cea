"""What the inflections of a word share: its stem in one language."""

from __future__ import annotations

import threading
from collections.abc import Callable
from functools import lru_cache

import Stemmer

from archive.text.folding import strip_marks
from archive.text.light_stems import LIGHT, light_likeness, light_stemmer
from archive.text.light_stems_snowball import BEFORE, BEHIND, changed_behind
from archive.text.wordlists import words

UNDETERMINED = "und"
_MOST_TERMS = 50_000  # that are remembered

# Snowball algorithms by BCP 47 primary language; the names are PyStemmer's. Some languages borrow
# that of a near relative: the endings are the same, or nearly so.
SNOWBALL = {
    "af": "dutch",
    "ar": "arabic",
    "bs": "serbian",
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
    "hr": "serbian",
    "hu": "hungarian",
    "hy": "armenian",
    "id": "indonesian",
    "it": "italian",
    "lb": "german",
    "lt": "lithuanian",
    "ms": "indonesian",
    "nb": "norwegian",
    "ne": "nepali",
    "nl": "dutch",
    "nn": "norwegian",
    "no": "norwegian",
    "pl": "polish",
    "pt": "portuguese",
    "ro": "romanian",
    "ru": "russian",
    "sh": "serbian",
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
# Whose stemmer takes off one ending where there are two, so that its stems have stems in turn.
_REPEATED = frozenset(["hu", "ta", "tr"])
# Of languages that write small words together with the next one: these words, and how many letters
# have to follow for a query's word to be looked up without the one it begins with.
_WRITTEN_TOGETHER = {
    "he": (words("ו ה ב ל מ ש כ וה וב ול ומ וש וכ שה שב של שמ כש מה"), 3),
    "am": (words("የ በ ለ ከ ስለ እንደ ወደ በየ ለየ ከየ"), 3),
}
# How the first letters of Welsh words change after some words, the digraphs first.
_WELSH_MUTATIONS = {
    "ll": ("l",),
    "rh": ("r",),
    "p": ("b", "mh", "ph"),
    "t": ("d", "nh", "th"),
    "c": ("g", "ngh", "ch"),
    "b": ("f", "m"),
    "d": ("dd", "n"),
    "g": ("", "ng"),
    "m": ("f",),
}
_WELSH_DIGRAPHS = ("ch", "dd", "ff", "ng", "ph", "th")
_ARABIC_ARTICLE = "ال"
_ARABIC_AND_ARTICLE = ("وال", "فال", "ولل", "فلل")
_stemmers = threading.local()  # a Snowball stemmer keeps state while it works


def primary_language(tag: str) -> str:
    """The primary subtag of a BCP 47 tag in lower case; ``und`` for an empty one."""
    return tag.replace("_", "-").split("-", 1)[0].lower() or UNDETERMINED


@lru_cache(maxsize=_MOST_TERMS)
def stem_term(word: str, language: str) -> str:
    """The term for ``word`` (normalised, marks kept) in ``language``: ``en:exchang``.

    The language stands in the term so that stems of two languages never collide. A language
    without rules has its forms as stems.
    """
    return stemmer(language)(word)


def stemmer(language: str) -> Callable[[str], str]:
    """What makes the terms of :func:`stem_term` in one language, for one thread.

    It remembers nothing, for who asks about each word once.
    """
    primary = primary_language(language)
    prefix = f"{primary}:"
    algorithm = SNOWBALL.get(primary)
    light = _without_and if primary == "ar" else light_stemmer(primary)
    if algorithm is None:
        only = light or strip_marks
        return lambda word: prefix + only(word)
    of_thread = _stemmers.__dict__.get(algorithm)
    if of_thread is None:
        # Its own cache would only be one more, and is slow to make room.
        of_thread = _stemmers.__dict__[algorithm] = Stemmer.Stemmer(algorithm, maxCacheSize=0)
    stem_of = of_thread.stemWord
    if primary in _REPEATED:
        return lambda word: prefix + (strip_marks(_settled(stem_of, word)) or strip_marks(word))
    first = light or BEFORE.get(primary)
    behind = BEHIND.get(primary)
    if first is not None or behind is not None:
        before, last = first or str, behind or str  # str leaves a word as it is
        return lambda word: prefix + (last(strip_marks(stem_of(before(word)))) or strip_marks(word))
    return lambda word: prefix + (strip_marks(stem_of(word)) or strip_marks(word))


def _settled(stem_of: Callable[[str], str], word: str) -> str:
    """The stem of the stem of ``word``, and so on until it stays as it is."""
    while (stem := stem_of(word)) != word and len(stem) < len(word):
        word = stem
    return stem


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
    if primary in SNOWBALL:
        if primary not in _ENDINGS_ONLY:
            return ""
        return stem[: len(stem) - changed_behind(primary, stem)]
    return light_likeness(primary, stem) if primary in LIGHT else stem


def query_stems(word: str, language: str) -> frozenset[str]:
    """The terms that a query's ``word`` stands for in articles of ``language``.

    ``word`` is normalised, its marks kept. One of the terms is :func:`stem_term`'s. There are more
    in languages whose words have something before them that is no word of the query's: small words
    written together with the next one, and first letters that change.
    """
    term = stem_term(word, language)
    primary, _, stem = term.partition(":")
    if primary == "ar":
        # The stemmer takes a word's own first letter for "and", but not behind the article.
        bare = _without_and(word).removeprefix(_ARABIC_ARTICLE)
        return frozenset(
            [term, stem_term(bare, primary), stem_term(_ARABIC_ARTICLE + bare, primary)]
        )
    if primary in _WRITTEN_TOGETHER:
        return frozenset(f"{primary}:{form}" for form in _with_small_words(stem, primary))
    if primary == "cy":
        return frozenset(f"{primary}:{form}" for form in _mutations(stem))
    return frozenset([term])


def _without_and(word: str) -> str:
    """An Arabic word without "and" or "so" before its article, which the stemmer leaves there."""
    return word[1:] if len(word) > 5 and word.startswith(_ARABIC_AND_ARTICLE) else word


def _with_small_words(word: str, language: str) -> set[str]:
    """``word`` with each small word before it, and without the one that it may begin with."""
    small, least = _WRITTEN_TOGETHER[language]
    begun = range(1, max(map(len, small)) + 1)
    bare = {
        word,
        *(word[cut:] for cut in begun if word[:cut] in small and len(word) - cut >= least),
    }
    return bare | {first + form for first in small for form in bare if len(form) > 1}


def _mutations(word: str) -> set[str]:
    """A Welsh word as it may begin elsewhere, whichever of its beginnings was typed."""
    plain = {word}
    for letter, changed in _WELSH_MUTATIONS.items():
        for begun in filter(None, changed):
            if word.startswith(begun) and len(word) - len(begun) > 1:
                plain.add(letter + word[len(begun) :])
    found = set(plain)
    for form in plain:
        for letter, changed in _WELSH_MUTATIONS.items():
            if form.startswith(letter):
                if letter in ("ll", "rh") or not form.startswith(_WELSH_DIGRAPHS):
                    found.update(begun + form[len(letter) :] for begun in changed)
                break
    return found
