"""Texts that a supplier marks up, as the paragraphs of an article."""

from __future__ import annotations

import re

from archive.text.normalize import clean_paragraphs

_HEAD_END = re.compile(r"</head\s*>", re.IGNORECASE)
_CLIPPED = " .…"


def paragraphs_of(text: str, *, markup: bool = True) -> str:
    """Paragraphs with an empty line between them.

    ``markup`` says that the text is HTML even where that cannot be seen. Raises RecordError for
    HTML nested deeper than any article is.
    """
    if not markup:
        return clean_paragraphs(text)
    head = _HEAD_END.search(text)
    return clean_paragraphs(f"<div>{text[head.end() :] if head else text}</div>")


def without_title(body: str, headline: str) -> str:
    """A body whose first paragraph is not the headline once more."""
    first, _, rest = body.partition("\n\n")
    return rest if headline and rest and first.casefold() == headline.casefold() else body


def same_beginning(body: str, summary: str) -> bool:
    """Whether a body begins with its summary, so that a page would print it twice."""
    said = " ".join(summary.split()).rstrip(_CLIPPED)
    return bool(said) and " ".join(body[: 2 * len(summary) + 100].split()).startswith(said)
