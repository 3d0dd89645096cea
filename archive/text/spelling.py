"""Other spellings of one word: those that are right somewhere, and those that are wrong."""

from __future__ import annotations

import re

_TWO_EDITS_FROM = 8  # letters
# By which letters a German, a Dane or a Norwegian is written where those of their own are lacking.
_WRITTEN_OUT = str.maketrans({"ä": "ae", "ö": "oe", "ü": "ue", "å": "aa", "ø": "oe"})
_GERMAN = {"ae": "ä", "oe": "ö", "ue": "ü"}
_NORDIC = {"aa": "å", "oe": "ø"}
_HYPHENED = re.compile(r"[^\W_]+(?:[-\u2010\u2011][^\W_]+){1,2}")
_LETTERS_AND_DIGITS = re.compile(r"([^\W\d_]+)([0-9]+)")
_GROUPED = re.compile(r"[0-9]{1,3}(?:[.,'\u2019][0-9]{3})+")
_LARGE = re.compile(r"[0-9]{4,15}")
_ACRONYM = re.compile("[A-Z]{2,5}")
_DOTTED = re.compile(r"(?:[^\W\d_]\.){2,}[^\W\d_]\.?")
_YEAR = re.compile(r"1[5-9][0-9]{2}|20[0-9]{2}")


def edits(form: str) -> int:
    """How many letters may be added, left out, replaced or swapped in ``form``."""
    return 2 if len(form) >= _TWO_EDITS_FROM else 1


def written_otherwise(word: str) -> frozenset[str]:
    """Other spellings of a normalised ``word``: ``müller`` for ``mueller``, and the reverse.

    That a spelling is possible does not say that there is such a word: of ``blue``, it is ``blü``.
    """
    spellings = {
        word.translate(_WRITTEN_OUT),
        _contracted(word, _GERMAN),
        _contracted(word, _NORDIC),
    }
    return frozenset(spellings - {word})


def parted_otherwise(text: str) -> str:
    """How else a word is joined or parted: ``covid19`` for ``COVID-19``, ``1000`` for ``1,000``,
    ``U-K`` for ``UK``.

    Empty where there is no other way. What is parted has a hyphen between its parts.
    """
    # Of numbers it is a result or a range: 2-1 is not 21.
    if _HYPHENED.fullmatch(text) and any(map(str.isalpha, text)):
        return re.sub("[-\u2010\u2011]", "", text)
    if _ACRONYM.fullmatch(text):
        return "-".join(text)
    if _DOTTED.fullmatch(text):  # of three letters: two may be a word of some language
        return text.replace(".", "")
    if parts := _LETTERS_AND_DIGITS.fullmatch(text):
        return "-".join(parts.groups())
    if _GROUPED.fullmatch(text):
        return re.sub(r"\D", "", text)
    if _LARGE.fullmatch(text) and not _YEAR.fullmatch(text):
        return re.sub(r"(?<=\d)(?=(?:\d{3})+$)", "-", text)
    return ""


def _contracted(word: str, letters: dict[str, str]) -> str:
    for written_out, letter in letters.items():
        word = word.replace(written_out, letter)
    return word
