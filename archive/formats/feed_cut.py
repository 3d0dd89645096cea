"""Cuts the text of a feed into its items, so that damage to one costs that one alone.

Tags are looked for past comments, CDATA and processing instructions: a parser of the whole would
stop at the first item that is not well-formed.
"""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import dataclass

_MARK = re.compile(
    r"<(?:(?P<passed>!--|!\[CDATA\[|\?)"
    r"|(?P<close>/?)(?P<name>(?:[\w.-]{1,64}:)?(?:item|entry))(?=[\s/>]))",
    re.IGNORECASE,
)
_ENDS = {"!--": "-->", "![cdata[": "]]>", "?": "?>"}
# A value ends before the next "<", so that one without its quote is not looked through twice.
_REST_OF_TAG = re.compile(r"(?:[^<>\"']|\"[^\"<]*\"|'[^'<]*')*+>")


@dataclass(frozen=True, slots=True, kw_only=True)
class CutFeedItem:
    """Where an item stands in the text. ``closed`` says whether its end was found."""

    name: str
    start: int
    end: int
    closed: bool


def end_of_tag(text: str, position: int) -> int:
    """Where a tag ends that is open at ``position``; -1 where it does not."""
    found = _REST_OF_TAG.match(text, position)
    return found.end() if found else -1


def cut_items(text: str, start: int, prefix: str) -> Iterator[CutFeedItem]:
    """Yield the items and entries after ``start``, which the first of them names.

    ``prefix`` is that of the root, ``:`` included: an item has it or none. One that is not closed
    ends where the next begins, or at the end of the text.
    """
    name = ""
    opened = -1
    for mark in _marks(text, start):
        found = mark["name"].lower()
        if not name:
            allowed = found.rpartition(":")[0] in ("", prefix.lower().rstrip(":"))
            if mark["close"] or not (allowed or prefix.lower() == "rdf:"):
                continue
            name = found
        if found != name:
            continue
        end = end_of_tag(text, mark.end())
        end = mark.end() if end < 0 else end
        if opened >= 0:
            closes = bool(mark["close"])
            yield CutFeedItem(
                name=name, start=opened, end=end if closes else mark.start(), closed=closes
            )
            opened = -1
            if closes:
                continue
        if mark["close"]:
            continue
        if text[end - 2 : end] == "/>":
            yield CutFeedItem(name=name, start=mark.start(), end=end, closed=True)
        else:
            opened = mark.start()
    if opened >= 0:
        yield CutFeedItem(name=name, start=opened, end=len(text), closed=False)


def _marks(text: str, position: int) -> Iterator[re.Match[str]]:
    endless: set[str] = set()
    while (mark := _MARK.search(text, position)) is not None:
        position = mark.end()
        passed = (mark["passed"] or "").lower()
        if not passed:
            yield mark
        elif passed not in endless:
            end = text.find(_ENDS[passed], position)
            if end < 0:
                endless.add(passed)
            else:
                position = end + len(_ENDS[passed])
