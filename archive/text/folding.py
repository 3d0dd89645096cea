"""What of a word's spelling makes no difference: case, width, apostrophes, optional marks.

Letters that are a mark and a letter grown together, and letters that one keyboard has and another
lacks, are alike too: ``ł`` and ``l``, ``ё`` and ``е``, Persian and Arabic ``k``, digits of any
script. What they become is one for all languages, so that a query needs none.
"""

from __future__ import annotations

import re
import unicodedata

from archive.text.wordlists import pairs
from archive.text.words import is_unspaced

MAX_TOKEN_LENGTH = 64


class _LikeLetters(dict[int, str]):
    """What stands for each letter that cannot be typed everywhere, and for digits of any script."""

    def __missing__(self, code: int) -> str:
        digit = unicodedata.decimal(chr(code), None)
        like = self[code] = chr(code) if digit is None else str(digit)
        return like


# Letters that Unicode does not take apart; the last line has alef maksura and Persian yeh, Persian
# kaf, teh marbuta and the h's of Urdu.
_LIKE_LETTERS = _LikeLetters(
    str.maketrans(
        pairs(
            "ø:o ł:l đ:d ð:d ħ:h ŧ:t ı:i ŋ:n ĸ:k ə:a æ:ae œ:oe þ:th "
            "ё:е ґ:г "
            "ى:ي ی:ي ې:ي ک:ك ة:ه ہ:ه ھ:ه ە:ه"
        )
        # The dot below letters of Hindi and its neighbours, which most writers leave out.
        | dict.fromkeys("\u093c\u09bc\u0a3c\u0abc\u0b3c", "")
    )
)

# Hindi writes n and m before a consonant as a letter or as a dot above: हिन्दी, हिंदी.
_VIRAMA = "\u094d"
_NASALS = re.compile(f"[\u0919\u091e\u0923\u0928\u092e]{_VIRAMA}(?=[\u0915-\u0928\u092a-\u092d])")

# Scripts whose combining marks may be left off by a writer without making another letter.
_OPTIONAL_MARKS = ("LATIN", "GREEK", "ARABIC", "HEBREW")


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
    # Replacements are faster than one translation.
    for apostrophe in "\u2018\u2019\u02bb\u02bc":
        word = word.replace(apostrophe, "'")
    word = word.replace("\u0640", "").replace("\u200c", "").replace("\u200d", "")
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
    plain = like_letters(unicodedata.normalize("NFC", "".join(kept)))
    return _NASALS.sub("\u0902", plain) if _VIRAMA in plain else plain


def like_letters(text: str) -> str:
    """``text`` in small letters, with letters and digits alike that writers exchange."""
    return text.translate(_LIKE_LETTERS)


class _PlainCharacters(dict[int, str]):
    """What is left of each character, where no mark stands by itself."""

    def __missing__(self, code: int) -> str:
        plain = self[code] = _without_marks(chr(code))
        return plain


_PLAIN_CHARACTERS = _PlainCharacters()
