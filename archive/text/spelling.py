"""Other spellings of one word: those that are right somewhere, and those that are wrong."""

from __future__ import annotations

_TWO_EDITS_FROM = 8  # letters
# By which letters a German, a Dane or a Norwegian is written where those of their own are lacking.
_WRITTEN_OUT = str.maketrans({"ä": "ae", "ö": "oe", "ü": "ue", "å": "aa", "ø": "oe"})
_GERMAN = {"ae": "ä", "oe": "ö", "ue": "ü"}
_NORDIC = {"aa": "å", "oe": "ø"}


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


def _contracted(word: str, letters: dict[str, str]) -> str:
    for written_out, letter in letters.items():
        word = word.replace(written_out, letter)
    return word
