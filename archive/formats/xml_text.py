"""The words of an article marked up in NITF or XHTML, as paragraphs."""

from __future__ import annotations

from lxml import etree

from archive.formats.xml import Element, name_of
from archive.text.normalize import clean_text
from archive.text.wordlists import words

_BLOCKS = words(
    "address article aside block blockquote body body.content bq caption dd div dl dt fieldset "
    "figcaption figure fn footer h1 h2 h3 h4 h5 h6 header hl1 hl2 hr li main nitf-table ol p pre "
    "section table tbody tfoot thead tr ul"
)
_SPACES = words("br td th")
# Pictures with their captions, notes to editors and what no page shows.
_UNREAD = words(
    "media note script style template head nitf-table-metadata svg math iframe object video audio "
    "form button"
)


def paragraphs(root: Element) -> str:
    """The visible text of an element, with an empty line between its paragraphs.

    Every block ends a paragraph, as do words that stand beside blocks.
    """
    found: list[str] = []
    pieces: list[str] = []

    def end_paragraph() -> None:
        if text := clean_text("".join(pieces)):
            found.append(text)
        pieces.clear()

    walker = etree.iterwalk(root, events=("start", "end"))
    for event, element in walker:
        name = name_of(element).lower()
        if name in _BLOCKS:
            end_paragraph()
        elif name in _SPACES:
            pieces.append(" ")
        if event == "end":
            if element is not root:
                pieces.append(element.tail or "")
        elif name in _UNREAD:
            walker.skip_subtree()
        else:
            pieces.append(element.text or "")
    end_paragraph()
    return "\n\n".join(found)


def begins_with(body: str, summary: str) -> bool:
    """Whether a text begins with its summary, so that a page would print the words twice."""
    said = " ".join(summary.split()).rstrip(" .…")
    return bool(said) and " ".join(body[: 2 * len(summary) + 100].split()).startswith(said)
