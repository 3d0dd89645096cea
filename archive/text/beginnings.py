"""Where words of several texts begin in some way, found without looking at the other words.

To look up each word of twenty articles costs more than the search that found them, and most words
are rare. So their texts are laid out as one array of letters, without case and marks, and only
places are kept where a word begins with the wanted letters. They may be more than are wanted and
are never less, so that whoever asks has to look again at what stands there.
"""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Collection, Sequence
from functools import cache

import numpy as np
from numpy.typing import NDArray

from archive.text.folding import like_letters
from archive.text.words import APOSTROPHES, LETTER, MARKS, is_unspaced

COMPARED = 3
"""How many letters of a beginning are looked at; fewer than two tell too little."""
_LEAST = 2

_IN_WORD, _DOUBTFUL, _ODD, _HALF = 1, 2, 4, 8  # kinds of characters, as bits
_JOINERS = dict.fromkeys(map(ord, "\u0640\u200c\u200d"))
_PADDING = "\n" * (COMPARED + 1)


class Beginnings:
    """The beginnings of all words of several texts."""

    def __init__(self, texts: Sequence[str]) -> None:
        joined = "\n".join(["", *texts, _PADDING])
        codes = np.frombuffer(joined.encode("utf-16-le", "surrogatepass"), np.uint16)
        kinds = _kinds().take(codes)
        self._readable = len(codes) == len(joined) and not (kinds & _HALF).any()
        if not self._readable:
            return
        in_word = kinds & _IN_WORD
        self._starts = np.flatnonzero(in_word[1:] > in_word[:-1]) + 1
        letters = _letters().take(codes)
        self._letters = [letters.take(self._starts + place) for place in range(COMPARED)]
        odd = [(kinds.take(self._starts + place) & _ODD) > 0 for place in range(COMPARED)]
        # The digraphs of German stand for one letter.
        for place, letters in enumerate(self._letters[:-1]):
            vowel = (letters == ord("a")) | (letters == ord("o")) | (letters == ord("u"))
            odd[place + 1] |= vowel & (self._letters[place + 1] == ord("e"))
        self._odd = odd
        self._doubtful = (kinds.take(self._starts - 1) & _DOUBTFUL) > 0
        lengths = np.fromiter(map(len, texts), np.int64, len(texts))
        self._bounds = np.cumsum(lengths + 1) - lengths

    def places(self, beginnings: Collection[str]) -> list[list[tuple[int, bool]]] | None:
        """For each text the places where a word may begin as one of ``beginnings``, rising.

        With each goes whether the word may have begun before, behind a mark or an apostrophe. Case
        and marks make no difference, nor whether German umlauts are written as digraphs. None
        where it cannot be told: for beginnings of less than two letters, in scripts without spaces,
        and texts with characters beyond the first 65,536.
        """
        plain = {_plain(beginning)[:COMPARED] for beginning in beginnings}
        if not self._readable or not all(map(_can_be_told, plain)):
            return None
        chosen = np.zeros(len(self._starts), np.bool_)
        for beginning in plain:
            chosen |= self._alike(beginning)
        rows = np.flatnonzero(chosen)
        starts = self._starts.take(rows)
        ends = [*np.searchsorted(starts, self._bounds).tolist(), len(rows)]
        doubtful = self._doubtful.take(rows).tolist()
        found = []
        for place, bound in enumerate(self._bounds.tolist()):
            here = slice(ends[place], ends[place + 1])
            found.append(list(zip((starts[here] - bound).tolist(), doubtful[here], strict=True)))
        return found

    def _alike(self, beginning: str) -> NDArray[np.bool_]:
        """Where a word may begin so: after an odd character nothing can be compared."""
        alike = np.ones(len(self._starts), np.bool_)
        for place in reversed(range(len(beginning))):
            alike &= self._letters[place] == ord(beginning[place])
            alike |= self._odd[place]
        return alike


def _can_be_told(beginning: str) -> bool:
    return len(beginning) >= _LEAST and not any(map(is_unspaced, beginning))


@cache
def _letters() -> NDArray[np.uint16]:
    """Of each character what it is without case and marks; the first where it is several."""
    letters = np.arange(0x10000, dtype=np.uint16)
    for character, plain in _plain_letters():
        if plain:
            letters[ord(character)] = ord(plain[0])
    return letters


@cache
def _kinds() -> NDArray[np.uint8]:
    """Of each character whether it stands in words, or is one that needs a second look.

    Odd are those that are several letters or none, so that what follows is not where it seems.
    """
    kinds = np.zeros(0x10000, np.uint8)
    every = "".join(map(chr, range(0x10000)))
    for match in re.finditer(LETTER, every):
        kinds[match.start()] = _IN_WORD
    for match in re.finditer(f"[{MARKS}{APOSTROPHES}\u02bc]", every):
        kinds[match.start()] = _DOUBTFUL | _ODD
    for character, plain in _plain_letters():
        if len(plain) != 1:
            kinds[ord(character)] |= _ODD
    kinds[0xD800:0xE000] |= _HALF
    return kinds


@cache
def _plain_letters() -> list[tuple[str, str]]:
    """Every letter and digit of spaced scripts with what it is without case and marks."""
    every = "".join(map(chr, range(0x10000)))
    characters = re.findall(LETTER, every)
    return list(zip(characters, _plain("\n".join(characters)).split("\n"), strict=True))


def _plain(text: str) -> str:
    """``text`` without case, compatibility forms and marks of any script."""
    for apostrophe in "\u2018\u2019\u02bb\u02bc":
        text = text.replace(apostrophe, "'")
    folded = unicodedata.normalize("NFKC", text).casefold()
    decomposed = unicodedata.normalize("NFD", folded)
    if decomposed.isascii():
        return decomposed
    plain = "".join(one for one in decomposed if not unicodedata.combining(one))
    return like_letters(plain.translate(_JOINERS))
