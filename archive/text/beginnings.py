"""Finding the few words of a text that begin in some way, without looking at the others.

To look up each word of twenty articles costs more than the search that found them, and most words
are rare. So a pattern looks for how a wanted word may begin, however it is written: in capitals,
with other accents or none, with marks set apart, as a ligature. It may find more than is wanted and
never less, so that whoever asks has to look again at what it found.
"""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Iterable
from functools import cache, lru_cache

from archive.text.words import LETTER, MARKS, SURE_ENDS, is_unspaced, words_between

_MOST_LETTERS = 4  # of a beginning: few words have them in common, and a pattern stays short
_LEAST_LETTERS = 2
_FIRST_UNSPACED = "\u0e00"


def words_alike(text: str, beginnings: Iterable[str]) -> set[str] | None:
    """Words of ``text``, as written, among them all that begin as one of ``beginnings``.

    To begin alike, letters need not agree in case and marks, and German ``ae``, ``oe`` and ``ue``
    may stand for one letter. None where that cannot be told: for less than two letters, scripts
    without spaces, and characters beyond the first 65,536.
    """
    patterns = []
    for beginning in beginnings:
        pattern = _pattern(beginning)
        if pattern is None:
            return None
        patterns.append(pattern)
    if len(text.encode("utf-16-le", "surrogatepass")) != 2 * len(text):
        return None
    found: set[str] = set()
    for pattern in patterns:
        for match in pattern.finditer(text):
            start = match.start()
            before = text[start - 1 : start]
            if before not in SURE_ENDS and before.isalnum() and before < _FIRST_UNSPACED:
                continue  # within a word
            # No word goes on over a space, so that what stands between two of them tells.
            first = start if before in SURE_ENDS else text.rfind(" ", 0, start) + 1
            last = text.find(" ", start)
            found.update(words_between(text, first, len(text) if last < 0 else last))
    return found


@lru_cache(maxsize=512)
def _pattern(beginning: str) -> re.Pattern[str] | None:
    plain = _plain(beginning)[:_MOST_LETTERS]
    if len(plain) < _LEAST_LETTERS or any(map(is_unspaced, plain)):
        return None
    return re.compile(_from(plain))


def _from(letters: str) -> str:
    """A pattern for all that begins as these letters."""
    if not letters:
        return ""
    single, several = _spellings()
    digraph = "[eE]?" if letters[0] in "aou" else ""
    rest = _from(letters[1:])
    ways = [f"[{re.escape(single.get(letters[0], letters[0]))}][{MARKS}]*{digraph}{rest}"]
    for character, written_out in several.get(letters[0], ()):
        if letters.startswith(written_out):
            ways.append(f"{character}[{MARKS}]*{_from(letters[len(written_out) :])}")
        elif written_out.startswith(letters):
            ways.append(character)
    return ways[0] if len(ways) == 1 else f"(?:{'|'.join(ways)})"


@cache
def _spellings() -> tuple[dict[str, str], dict[str, list[tuple[str, str]]]]:
    """The characters that are one letter or another but for case and marks, by that letter.

    Then those that are several letters, with these, by the first of them.
    """
    every = "".join(map(chr, range(0x10000)))
    characters = [*re.findall(LETTER, every), "'", "\u2019", "\u02bc"]
    plain = _plain("\n".join(characters)).split("\n")
    single: dict[str, str] = {}
    several: dict[str, list[tuple[str, str]]] = {}
    for character, letters in zip(characters, plain, strict=True):
        if len(letters) == 1:
            single[letters] = single.get(letters, "") + character
        elif letters:
            several.setdefault(letters[0], []).append((character, letters))
    return single, several


def _plain(text: str) -> str:
    """``text`` without case, compatibility forms and marks of any script."""
    for apostrophe in "\u2019\u02bc":
        text = text.replace(apostrophe, "'")
    folded = unicodedata.normalize("NFKC", text).casefold()
    return _combining_marks().sub("", unicodedata.normalize("NFD", folded))


@cache
def _combining_marks() -> re.Pattern[str]:
    marks = [chr(code) for code in range(0x10000) if unicodedata.combining(chr(code))]
    return re.compile(f"[{''.join(marks)}\u0640]+")
