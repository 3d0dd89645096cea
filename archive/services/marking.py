"""Which words of a text a query matched."""

from __future__ import annotations

from dataclasses import dataclass
from html import escape

from archive.query.nodes import Node

SNIPPET_LENGTH = 240


@dataclass(frozen=True, slots=True, kw_only=True)
class Marking:
    """Marks what ``query`` matches; without a query nothing is marked. All answers are HTML."""

    query: Node | None = None

    def whole(self, text: str, language: str) -> str:
        """All of ``text``, escaped, with ``<mark>`` around matched words."""
        return escape(text)

    def best(self, text: str, language: str) -> str:
        """The part of ``text`` with the best matches, or its beginning."""
        return escape(text[:SNIPPET_LENGTH])
