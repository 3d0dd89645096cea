"""The part of an article that shows why it was found, with the words marked.

This is the one highlighter, whatever the engine: it reads the stored text, never the index.
"""

from __future__ import annotations

import html
import re
import unicodedata
from collections import Counter
from collections.abc import Callable, Iterable, Sequence
from itertools import pairwise
from typing import NamedTuple

SNIPPET_WIDTH = 240
SCANNED_CHARACTERS = 100_000  # beyond it no match is looked for
ELLIPSIS = "…"

_SPACES = re.compile(r"\s+")

Match = tuple[int, int, str]
"""The span of a word to be marked, and what its inflections share."""

Matches = Callable[[str, str], list[Match]]
"""The words to be marked in a text in a language, in order; see ``query.marks.WordMatcher``."""


class Fragment(NamedTuple):
    """A piece of text, marked or not."""

    text: str
    marked: bool = False


def snippet(
    text: str, *, language: str, matches: Matches, width: int = SNIPPET_WIDTH
) -> tuple[Fragment, ...]:
    """Return about ``width`` characters of ``text`` in one line, cut between words.

    They are those with the most different matching words, then with the most matches; without any
    they are the beginning. An ellipsis stands where something was cut off.
    """
    text = text.strip()
    found = matches(scanned(text), language)
    start, end = _window(text, found, width)
    shown = [match for match in found if start <= match[0] < end]
    pieces = [
        (piece if marked else _in_one_line(piece), marked)
        for piece, marked in _pieces(text, start, end, shown)
    ]
    if start > 0:
        pieces.insert(0, (ELLIPSIS, False))
    if end < len(text):
        pieces.append((ELLIPSIS, False))
    return _merged(pieces)


def scanned(text: str) -> str:
    """The part of a text in which :func:`snippet` looks for matches."""
    return text.strip()[:SCANNED_CHARACTERS]


def highlight(text: str, *, language: str, matches: Matches) -> tuple[Fragment, ...]:
    """Return all of ``text``, as it is, with its matching words marked."""
    found = matches(text[:SCANNED_CHARACTERS], language)
    return _merged(_pieces(text, 0, len(text), found))


def to_html(fragments: Iterable[Fragment]) -> str:
    """Return fragments as HTML: everything escaped, ``<mark>`` around what is marked."""
    return "".join(
        f"<mark>{html.escape(text)}</mark>" if marked else html.escape(text)
        for text, marked in fragments
    )


def _in_one_line(text: str) -> str:
    """``text`` with one space for every run of white space."""
    if text.isprintable() and "  " not in text:
        return text  # nor is there any other white space in it
    line = " ".join(text.split())
    if not line:
        return " " if text else ""
    return f"{' ' * text[0].isspace()}{line}{' ' * text[-1].isspace()}"


def _window(text: str, found: list[Match], width: int) -> tuple[int, int]:
    """The start and end of the best part of ``text``."""
    if not found:
        return 0, _cut_before(text, width, 0)
    first, last = _best(found, width)
    start = found[first][0]
    end = min(found[last][1], start + width)
    spare = (width - (end - start)) // 2
    # What the text does not need on one side goes to the other.
    left = max(0, min(start - spare, len(text) - width))
    right = max(end, left + width)
    if left > 0:
        left = _cut_after(text, left, start)
    return left, _cut_before(text, right, end)


def _best(found: list[Match], width: int) -> tuple[int, int]:
    """The first and last match of the window with the most terms, then the most matches."""
    if found[-1][1] - found[0][0] <= width:
        return 0, len(found) - 1
    if len({term for _, _, term in found}) == 1:
        return _most(found, width)
    held: Counter[str] = Counter()
    best, place = (0, 0), (0, 0)
    first = 0
    for last, (_, end, term) in enumerate(found):
        held[term] += 1
        while end - found[first][0] > width and first < last:
            left_out = found[first][2]
            held[left_out] -= 1
            if not held[left_out]:
                del held[left_out]
            first += 1
        rank = (len(held), last - first + 1)
        if rank > best:
            best, place = rank, (first, last)
    return place


def _most(found: list[Match], width: int) -> tuple[int, int]:
    """The first and last match of the window with the most matches."""
    best, place, first = 0, (0, 0), 0
    for last, (_, end, _) in enumerate(found):
        while end - found[first][0] > width and first < last:
            first += 1
        if last - first >= best:
            best, place = last - first + 1, (first, last)
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


def _pieces(text: str, start: int, end: int, found: list[Match]) -> list[tuple[str, bool]]:
    """``text`` from ``start`` to ``end`` in pieces, each with whether it is marked."""
    pieces: list[tuple[str, bool]] = []
    reached = start
    for first, last, _ in found:
        if first > reached:
            pieces.append((text[reached:first], False))
        stop = min(last, end)
        if stop > reached:
            # Pairs of an unspaced script overlap: each adds what is new in it.
            pieces.append((text[max(reached, first) : stop], True))
            reached = stop
    if reached < end:
        pieces.append((text[reached:end], False))
    return pieces


def _merged(pieces: Sequence[tuple[str, bool]]) -> tuple[Fragment, ...]:
    """Neighbours of one sort as one fragment."""
    if all(one[1] != other[1] for one, other in pairwise(pieces)):
        return tuple([Fragment(piece, marked) for piece, marked in pieces if piece])
    merged: list[Fragment] = []
    held, sort = "", False
    for piece, marked in pieces:
        if marked == sort:
            held += piece
        else:
            if held:
                merged.append(Fragment(held, sort))
            held, sort = piece, marked
    if held:
        merged.append(Fragment(held, sort))
    return tuple(merged)
