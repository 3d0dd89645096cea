"""The part of an article that shows why it was found, with the words marked.

This is the one highlighter, whatever the engine: it reads the stored text, never the index.
"""

from __future__ import annotations

import html
import re
import unicodedata
from collections import Counter
from collections.abc import Callable, Iterable
from dataclasses import dataclass

from archive.text.analysis import Token, form_and_word, written_words

SNIPPET_WIDTH = 240
SCANNED_CHARACTERS = 100_000  # beyond it no match is looked for
ELLIPSIS = "…"

_SPACES = re.compile(r"\s+")

Matches = Callable[[Token, str], bool]
"""Whether a word is to be marked in a text in a language; see ``query.marks.WordMatcher``.

It is asked once for each different word, whose place in the text it is not told.
"""


@dataclass(frozen=True, slots=True, kw_only=True)
class Fragment:
    """A piece of text, marked or not."""

    text: str
    marked: bool = False


@dataclass(frozen=True, slots=True)
class _Match:
    start: int
    end: int
    term: str


def snippet(
    text: str, *, language: str, matches: Matches, width: int = SNIPPET_WIDTH
) -> tuple[Fragment, ...]:
    """Return about ``width`` characters of ``text`` in one line, cut between words.

    They are those with the most different matching words, then with the most matches; without any
    they are the beginning. An ellipsis stands where something was cut off.
    """
    text = text.strip()
    found = _find(text[:SCANNED_CHARACTERS], language, matches)
    start, end = _window(text, found, width)
    shown = [match for match in found if start <= match.start < end]
    fragments = _fragments(text, start, end, shown)
    pieces = [Fragment(text=_SPACES.sub(" ", f.text), marked=f.marked) for f in fragments]
    if start > 0:
        pieces.insert(0, Fragment(text=ELLIPSIS))
    if end < len(text):
        pieces.append(Fragment(text=ELLIPSIS))
    return _merged(pieces)


def highlight(text: str, *, language: str, matches: Matches) -> tuple[Fragment, ...]:
    """Return all of ``text``, as it is, with its matching words marked."""
    found = _find(text[:SCANNED_CHARACTERS], language, matches)
    return _merged(_fragments(text, 0, len(text), found))


def to_html(fragments: Iterable[Fragment]) -> str:
    """Return fragments as HTML: everything escaped, ``<mark>`` around what is marked."""
    return "".join(
        f"<mark>{html.escape(fragment.text)}</mark>"
        if fragment.marked
        else html.escape(fragment.text)
        for fragment in fragments
    )


def _find(text: str, language: str, matches: Matches) -> list[_Match]:
    found: list[_Match] = []
    terms: dict[str, str] = {}  # of each word as written; empty where it does not match
    for written, start, end in written_words(text):
        term = terms.get(written)
        if term is None:
            token = Token(*form_and_word(written), 0, 0, len(written))
            matched = token.form and matches(token, language)
            term = terms[written] = token.stem(language) if matched else ""
        if term:
            found.append(_Match(start, end, term))
    return found


def _window(text: str, found: list[_Match], width: int) -> tuple[int, int]:
    """The start and end of the best part of ``text``."""
    if not found:
        return 0, _cut_before(text, width, 0)
    first, last = _best(found, width)
    start, end = found[first].start, min(found[last].end, found[first].start + width)
    spare = (width - (end - start)) // 2
    # What the text does not need on one side goes to the other.
    left = max(0, min(start - spare, len(text) - width))
    right = max(end, left + width)
    if left > 0:
        left = _cut_after(text, left, start)
    return left, _cut_before(text, right, end)


def _best(found: list[_Match], width: int) -> tuple[int, int]:
    """The first and last match of the window with the most terms, then the most matches."""
    held: Counter[str] = Counter()
    best, place = (0, 0), (0, 0)
    first = 0
    for last, match in enumerate(found):
        held[match.term] += 1
        while match.end - found[first].start > width and first < last:
            held[found[first].term] -= 1
            if not held[found[first].term]:
                del held[found[first].term]
            first += 1
        rank = (len(held), last - first + 1)
        if rank > best:
            best, place = rank, (first, last)
    return place


def _cut_after(text: str, place: int, limit: int) -> int:
    """The first beginning of a word from ``place`` on, at most ``limit``."""
    if text[place - 1].isspace():
        return place
    space = _SPACES.search(text, place, limit)
    if space is not None:
        return space.end()
    return _whole(text, place) if limit - place > SNIPPET_WIDTH // 4 else limit


def _cut_before(text: str, place: int, limit: int) -> int:
    """The last end of a word up to ``place``, at least ``limit``."""
    if place >= len(text):
        return len(text)
    if text[place].isspace():
        return len(text[:place].rstrip())
    space = max(text.rfind(" ", limit, place), text.rfind("\n", limit, place))
    if space > limit:
        return len(text[:space].rstrip())
    return _whole(text, place)


def _whole(text: str, place: int) -> int:
    """``place``, moved behind what belongs to the character before it."""
    while place < len(text) and unicodedata.combining(text[place]):
        place += 1
    return place


def _fragments(text: str, start: int, end: int, found: list[_Match]) -> list[Fragment]:
    fragments: list[Fragment] = []
    reached = start
    for match in found:
        if match.start > reached:
            fragments.append(Fragment(text=text[reached : match.start]))
        stop = min(match.end, end)
        if stop > reached:
            # Pairs of an unspaced script overlap: each adds what is new in it.
            fragments.append(Fragment(text=text[max(reached, match.start) : stop], marked=True))
            reached = stop
    if reached < end:
        fragments.append(Fragment(text=text[reached:end]))
    return fragments


def _merged(fragments: Iterable[Fragment]) -> tuple[Fragment, ...]:
    """Neighbours of one sort as one fragment."""
    merged: list[Fragment] = []
    for fragment in fragments:
        if merged and merged[-1].marked == fragment.marked:
            merged[-1] = Fragment(text=merged[-1].text + fragment.text, marked=fragment.marked)
        elif fragment.text:
            merged.append(fragment)
    return tuple(merged)
