"""Which words of a text a query matched, as HTML."""

from __future__ import annotations

from archive.query.marks import matcher_for
from archive.query.nodes import Field, Node
from archive.text.snippets import highlight, snippet, to_html


class Marking:
    """Marks what ``query`` matches; without one nothing is marked. Keep one for a page.

    All answers are HTML: escaped, with ``<mark>`` around matched words.
    """

    def __init__(self, query: Node | None = None) -> None:
        self._text = matcher_for(query)
        self._headline = matcher_for(query, field=Field.HEADLINE)

    def headline(self, text: str, language: str) -> str:
        """A whole headline."""
        return to_html(highlight(text, language=language, matches=self._headline))

    def whole(self, text: str, language: str) -> str:
        """All of a text."""
        return to_html(highlight(text, language=language, matches=self._text))

    def best(self, text: str, language: str) -> str:
        """The part of a text with the best matches, or its beginning."""
        return to_html(snippet(text, language=language, matches=self._text))
