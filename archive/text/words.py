"""Where the words of a text are: what every other step of the analysis begins with.

Scripts written without spaces become overlapping pairs of characters, so that a phrase of pairs is
exactly the run of characters that was typed. The last character of a run is a word of its own as
well: every character is then the beginning of a word, and can be found alone.

A pattern says what a word is. Most texts are split without it, which is much faster: what cannot
stand in a word becomes a space. Bulk indexing and marking stand on the speed of that.
"""

from __future__ import annotations

import re
import sys
import unicodedata
from collections.abc import Iterator
from functools import cache

import numpy as np
from numpy.typing import NDArray

# Han, kana, Hangul, Thai, Lao, Khmer, Myanmar: words are not set apart by spaces (Hangul is, but
# by phrases whose particles hide the word).
_UNSPACED = (
    "\u0e00-\u0eff\u1000-\u109f\u1780-\u17ff\u3005-\u3007\u3040-\u30ff\u3400-\u4dbf\u4e00-\u9fff"
    "\uac00-\ud7af\uf900-\ufaff\uff66-\uff9f\U00020000-\U0002fa1f\U00030000-\U000323af"
)
# Points of Arabic and Hebrew, vowel signs of Indic scripts and the like are marks, which \w leaves
# out; so are variation selectors and frames around symbols, which make no words. Like marks, there
# stand within words the lengthening of Arabic, and what joins or keeps apart the shapes of letters.
_NO_WORDS = re.compile("[\u20d0-\u20ff\ufe00-\ufe0f]")
MARKS = "".join(
    character
    for character in map(chr, range(0x300, 0x10000))
    if (unicodedata.category(character) in ("Mn", "Mc") or character in "\u0640\u200c\u200d")
    and not re.match(f"[{_UNSPACED}]", character)
    and not _NO_WORDS.match(character)
)
APOSTROPHES = "'\u2019\u2018"
"""What joins letters to one word; the last is a part of letters in Uzbek."""
_APOSTROPHE = re.compile(f"[{APOSTROPHES}]")
_UNSPACED_RUN = re.compile(f"[{_UNSPACED}]+")
# Letters and digits of every other script, and a word of them with its marks and apostrophes.
LETTER = f"[^\\W_{_UNSPACED}]"
_WORD = (
    f"(?:{LETTER}+|[{MARKS}]+{LETTER}*)(?:[{MARKS}]+{LETTER}*)*"
    f"(?:[{APOSTROPHES}\u02bc][^\\W\\d_{_UNSPACED}]{LETTER}*(?:[{MARKS}]+{LETTER}*)*)*"
)
_TOKEN = re.compile(f"([{_UNSPACED}]+)|{_WORD}")
# What French, Italian, Catalan and others leave of a small word before a vowel: l'été, dell'acqua.
_ONE, _UN, _QU, _LL = "[cdjlmnstCDJLMNST]", "[uU][nN]", "[qQ][uU]", "[lL][lL]"
_VOWELS = "aeiouyhàáâäèéêëìíîïòóôöùúûüœæ"
_BEFORE_VOWEL = f"(?=[{_VOWELS}{_VOWELS.upper()}])"
_ELISION = re.compile(
    f"(?:{_ONE}|{_UN}|[^{APOSTROPHES}]*(?:{_QU}|{_LL}))[{APOSTROPHES}]{_BEFORE_VOWEL}"
)
# In a text whose other separators are spaces, an apostrophe that does not stand between a letter or
# digit and a letter, and one behind an elided word. Patterns that begin with one character are
# searched much faster than one that begins with either.
_ENDING_APOSTROPHES = tuple(
    (
        mark,
        re.compile(
            f"{mark}(?:(?<![^ {APOSTROPHES}]{mark})|(?![^\\W\\d_])"
            f"|(?:(?<={_QU}{mark})|(?<={_LL}{mark})"
            f"|(?<=[ {APOSTROPHES}]{_ONE}{mark})|(?<=\\A{_ONE}{mark})"
            f"|(?<=[ {APOSTROPHES}]{_UN}{mark})|(?<=\\A{_UN}{mark})){_BEFORE_VOWEL})"
        ),
    )
    for mark in APOSTROPHES
)
_ASCII_SEPARATORS = "".join(
    character if character.isalnum() or character == "'" else " "
    for character in map(chr, range(128))
)
# What no word holds, and what ends one for certain.
_SURE_ENDS = frozenset(["", *' \n\t.,:;!?()[]"\u201c\u201d\u201e\u00ab\u00bb\u2013\u2014-/\u2026'])
# In the table of separators:
_UNSPACED_CODE = 0xFFFE  # a character of a script without spaces
_HALF_CODE = 0xFFFF  # half of a character that UTF-16 writes in two codes


def written_words(text: str) -> Iterator[tuple[str, int, int]]:
    """Yield each word of ``text`` as it is written, with its span; much cheaper than tokens.

    ``tokenise`` leaves out those that are nothing but marks.
    """
    spaced = _spaced(text, pairs=False)
    if spaced is None:
        yield from words_between(text)
        return
    end = 0
    for written in spaced.split():
        # Between two words stands nothing that a word could begin with.
        start = text.find(written, end)
        end = start + len(written)
        yield written, start, end


def words_as_written(text: str) -> list[str]:
    """The words of :func:`written_words` without their spans, several times as fast.

    ASCII goes fastest. There, lower case may be made of the whole text beforehand: the words are
    then their own forms, but for those of more than ``MAX_TOKEN_LENGTH`` characters.
    """
    spaced = _spaced(text, pairs=True)
    if spaced is None:
        return [written for written, _, _ in words_between(text)]
    return spaced.split()


def words_spaced(text: str) -> str:
    """The words of :func:`words_as_written` in one text, with nothing but spaces between them."""
    spaced = _spaced(text, pairs=True)
    return " ".join(words_as_written(text)) if spaced is None else spaced


def places_of(written: str, text: str) -> Iterator[tuple[int, int]]:
    """Yield the spans of one of the :func:`words_as_written` of ``text`` in order.

    Much cheaper than all spans where the word is rare.
    """
    length = len(written)
    unspaced = is_unspaced(written)
    searched = 0
    while (start := text.find(written, searched)) >= 0:
        end = start + length
        searched = start + 1
        if unspaced:  # a pair, or the last of a run
            if length == 2 or not is_unspaced(text[end : end + 1]):
                yield start, end
            continue
        if text[start - 1 : start] in _SURE_ENDS and text[end : end + 1] in _SURE_ENDS:
            yield start, end
            continue
        # No word goes on over a space, so that what stands between two of them tells.
        first = text.rfind(" ", 0, start) + 1
        searched = text.find(" ", end)
        if searched < 0:
            searched = len(text)
        for word, *span in words_between(text, first, searched):
            if word == written and span[0] >= start:
                yield span[0], span[1]


def _spaced(text: str, *, pairs: bool) -> str | None:
    """``text`` with spaces for all that is no word.

    None where that needs the pattern, as runs of unspaced scripts do without ``pairs``.
    """
    if text.isascii():
        spaced = text.translate(_ASCII_SEPARATORS)
    else:
        codes = np.frombuffer(text.encode("utf-16-le", "surrogatepass"), np.uint16)
        kept = _separators().take(codes)
        highest = kept.max()
        if highest == _HALF_CODE or (highest == _UNSPACED_CODE and not pairs):
            return None
        if highest == _UNSPACED_CODE:
            kept = _in_pairs(codes, kept)
        spaced = kept.tobytes().decode("utf-16-le")
    for mark, ending in _ENDING_APOSTROPHES:
        if mark in spaced:
            spaced = ending.sub(" ", spaced)
    return spaced


def _in_pairs(codes: NDArray[np.uint16], kept: NDArray[np.uint16]) -> NDArray[np.uint16]:
    """``kept`` with every run of an unspaced script as its pairs, with spaces around each."""
    unspaced = np.zeros(len(codes) + 2, np.bool_)
    here, before, after = unspaced[1:-1], unspaced[:-2], unspaced[2:]
    np.equal(kept, _UNSPACED_CODE, out=here)
    # Of each character: a space before a run, itself, the one that it makes a pair with, a space.
    grid = np.full((len(codes), 4), ord(" "), np.uint16)
    grid[:, 1] = np.where(here, codes, kept)
    grid[:-1, 2] = codes[1:]
    shown = np.ones(grid.shape, np.bool_)
    shown[:, 0] = here & ~before
    shown[:, 2] = here & after
    shown[:, 3] = here
    return grid[shown]


@cache
def _separators() -> NDArray[np.uint16]:
    """Of each UTF-16 code: itself where it may stand in a word with spaces, a space, or a sign."""
    kept = re.compile(f"(?:{LETTER}|[{MARKS}{APOSTROPHES}])+")
    codes = np.full(0x10000, ord(" "), np.uint16)
    every = "".join(map(chr, range(0x10000)))
    for match in kept.finditer(every):
        codes[match.start() : match.end()] = range(*match.span())
    for match in _UNSPACED_RUN.finditer(every):
        codes[match.start() : match.end()] = _UNSPACED_CODE
    codes[0xD800:0xE000] = _HALF_CODE
    return codes


def words_between(
    text: str, first: int = 0, last: int = sys.maxsize
) -> Iterator[tuple[str, int, int]]:
    """What :func:`written_words` yields of a part of ``text`` that no word goes beyond."""
    for match in _TOKEN.finditer(text, first, last):
        start, end = match.span()
        if match.lastindex is None:
            yield from _without_elisions(match[0], start)
        else:
            for place in range(start, end - 1):
                yield text[place : place + 2], place, place + 2
            yield text[end - 1 : end], end - 1, end


def _without_elisions(word: str, start: int) -> Iterator[tuple[str, int, int]]:
    """A word that begins at ``start``, with what was elided before it as words of their own."""
    begin = place = 0
    for apostrophe in _APOSTROPHE.finditer(word):
        if _ELISION.match(word, place):
            yield word[begin : apostrophe.start()], start + begin, start + apostrophe.start()
            begin = apostrophe.end()
        place = apostrophe.end()
    yield word[begin:], start + begin, start + len(word)


def is_unspaced(character: str) -> bool:
    """Whether words of the character's script stand without spaces between them."""
    return _UNSPACED_RUN.match(character) is not None
