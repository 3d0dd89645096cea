"""Snippets for engines that have none for texts which they do not store."""

from __future__ import annotations

import html
import re
from collections.abc import Sequence

from bench.engines.base import SNIPPET_WIDTH
from bench.queries import Query

_LEAD = 60  # characters shown before the first match


def marked(texts: Sequence[str], query: Query) -> tuple[str, ...]:
    """The part of each text from shortly before the first match on, matches marked."""
    patterns = [rf"{re.escape(word)}\b" for word in (*query.every, *query.some)]
    patterns += [r"\W+".join(map(re.escape, query.phrase)) + r"\b"] if query.phrase else []
    patterns += [rf"{re.escape(query.prefix)}\w*"] if query.prefix else []
    pattern = re.compile(rf"\b(?:{'|'.join(patterns)})", re.IGNORECASE) if patterns else None
    return tuple(_marked(text, pattern) for text in texts)


def _marked(text: str, pattern: re.Pattern[str] | None) -> str:
    match = pattern.search(text) if pattern else None
    if pattern is None or match is None:
        return html.escape(text[:SNIPPET_WIDTH])
    start = max(0, match.start() - _LEAD)
    shown = text[start : start + SNIPPET_WIDTH]
    pieces, reached = [], 0
    for found in pattern.finditer(shown):
        pieces += [html.escape(shown[reached : found.start()]), f"<mark>{found[0]}</mark>"]
        reached = found.end()
    return "".join([*pieces, html.escape(shown[reached:])])
