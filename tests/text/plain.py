"""Marking as it is meant, one word after another: what the fast way has to agree with."""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Callable

from archive.text.analysis import Token, tokenise
from archive.text.snippets import (
    ELLIPSIS,
    SCANNED_CHARACTERS,
    SNIPPET_WIDTH,
    Fragment,
    Match,
    Matches,
)

IsMarked = Callable[[Token, str], bool]


def matches_of(is_marked: IsMarked) -> Matches:
    """What the fast way asks, answered by asking about every word."""

    def matches(text: str, language: str) -> list[Match]:
        return [
            (token.start, token.end, token.stem(language))
            for token in tokenise(text)
            if is_marked(token, language)
        ]

    return matches


def plain_highlight(text: str, language: str, is_marked: IsMarked) -> tuple[Fragment, ...]:
    """What ``highlight`` returns."""
    found = _found(text, language, is_marked)
    return _fragments(text, 0, len(text), found)


def plain_snippet(
    text: str, language: str, is_marked: IsMarked, width: int = SNIPPET_WIDTH
) -> tuple[Fragment, ...]:
    """What ``snippet`` returns."""
    text = text.strip()
    found = _found(text, language, is_marked)
    start, end = _window(text, found, language, width)
    shown = [token for token in found if start <= token.start < end]
    fragments = [
        Fragment(text=re.sub(r"\s+", " ", fragment.text), marked=fragment.marked)
        for fragment in _fragments(text, start, end, shown)
    ]
    before = [Fragment(text=ELLIPSIS)] if start > 0 else []
    after = [Fragment(text=ELLIPSIS)] if end < len(text) else []
    return _merged([*before, *fragments, *after])


def _found(text: str, language: str, is_marked: IsMarked) -> list[Token]:
    return [token for token in tokenise(text[:SCANNED_CHARACTERS]) if is_marked(token, language)]


def _window(text: str, found: list[Token], language: str, width: int) -> tuple[int, int]:
    if not found:
        return 0, _cut_before(text, width, 0)
    windows = []
    for last, token in enumerate(found):
        first = last
        while first > 0 and token.end - found[first - 1].start <= width:
            first -= 1
        inside = found[first : last + 1]
        windows.append((len({each.stem(language) for each in inside}), len(inside), inside))
    # The first of the best.
    inside = max(windows, key=lambda window: window[:2])[2]
    start = inside[0].start
    end = min(inside[-1].end, start + width)
    left = max(0, min(start - (width - (end - start)) // 2, len(text) - width))
    right = max(end, left + width)
    if left > 0:
        left = _cut_after(text, left, start)
    return left, _cut_before(text, right, end)


def _cut_after(text: str, place: int, limit: int) -> int:
    if text[place - 1].isspace():
        return place
    space = re.compile(r"\s+").search(text, place, limit)
    if space is not None:
        return space.end()
    return _whole(text, place) if limit - place > SNIPPET_WIDTH // 4 else limit


def _cut_before(text: str, place: int, limit: int) -> int:
    if place >= len(text):
        return len(text)
    if text[place].isspace():
        return len(text[:place].rstrip())
    space = max(text.rfind(" ", limit, place), text.rfind("\n", limit, place))
    return len(text[:space].rstrip()) if space > limit else _whole(text, place)


def _whole(text: str, place: int) -> int:
    while place < len(text) and unicodedata.combining(text[place]):
        place += 1
    return place


def _fragments(text: str, start: int, end: int, found: list[Token]) -> tuple[Fragment, ...]:
    marked = {place for token in found for place in range(token.start, min(token.end, end))}
    return _merged(
        [Fragment(text=text[place], marked=place in marked) for place in range(start, end)]
    )


def _merged(fragments: list[Fragment]) -> tuple[Fragment, ...]:
    merged: list[Fragment] = []
    for fragment in fragments:
        if merged and merged[-1].marked == fragment.marked:
            fragment = Fragment(text=merged.pop().text + fragment.text, marked=fragment.marked)
        merged.append(fragment)
    return tuple(merged)
