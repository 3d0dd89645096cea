"""Which words of a text a query matched, as HTML."""

from __future__ import annotations

from collections.abc import Sequence

from archive.query.marks import matcher_for
from archive.query.nodes import Field, Node
from archive.text.snippets import highlight, scanned, snippet, to_html


class Marking:
    """Marks what ``query`` matches; without one nothing is marked. Keep one for a page.

    All answers are HTML: escaped, with ``<mark>`` around matched words.
    """

    def __init__(self, query: Node | None = None) -> None:
        self._text = matcher_for(query)
        self._headline = matcher_for(query, field=Field.HEADLINE)

    def look_through(self, texts: Sequence[tuple[str, str]]) -> None:
        """Prepare for :meth:`best` of many texts, each with its language: cheaper together."""
        self._text.look_through([(scanned(text), language) for text, language in texts])

    def headline(self, text: str, language: str) -> str:
        """A whole headline."""
        return to_html(highlight(text, language=language, matches=self._headline))

    def whole(self, text: str, language: str) -> str:
        """All of a text."""
        return to_html(highlight(text, language=language, matches=self._text))

    def best(self, text: str, language: str) -> str:
        """The part of a text with the best matches, or its beginning."""
        return to_html(snippet(text, language=language, matches=self._text))
