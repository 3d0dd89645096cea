"""A web page as one article: its main text, and what it says of itself.

The text is found by trafilatura, which is an extra: ``make extras`` installs it. It is given a tree
and nothing else, so that it opens neither addresses nor files. docs/importing.md says what becomes
of which field.
"""

from __future__ import annotations

import logging
import re
from collections.abc import Iterator
from functools import cache
from typing import IO, Any, ClassVar

from lxml import etree, html

from archive.exceptions import RecordError, UnknownFormat
from archive.formats import checks
from archive.formats.base import ArticleRecord, Reader, Received
from archive.formats.html_encoding import decode_page
from archive.formats.html_meta import PageMeta, read_meta
from archive.formats.limits import MAX_RECORD_BYTES, too_large
from archive.formats.wordings import paragraphs_of, same_beginning, without_title
from archive.formats.xml import Element, entities_refused
from archive.text.normalize import clean_text
from archive.text.wordlists import words

NAMED = {"headline": "the headline", "supplier_id": "an identifier"}
# Parser and extraction take quadratic time in what no article has many of.
MAX_ELEMENTS = 30_000
_MAX_DEPTHS = 2_000_000  # the depths of all elements added up
_MAX_ATTRIBUTES = 100
# In characters: less may be what stands around an article that is not there.
_SHORT = 250
_ENOUGH = 500

_ROOT = re.compile(
    rb"(?:\xef\xbb\xbf)?(?:\s++|<\?(?>.*?\?>)|<!--(?>.*?-->))*+<(?:!doctype\s+html|html)[\s>]",
    re.IGNORECASE | re.DOTALL,
)
_CODE = re.compile(r"<!--|<(script|style)(?=[\s/>])", re.IGNORECASE)
_CODE_END = {
    "": re.compile("--(?=>)"),
    "script": re.compile(r"</script(?=[\s/>])", re.IGNORECASE),
    "style": re.compile(r"</style(?=[\s/>])", re.IGNORECASE),
}
# What no tree can hold, written as it is or by its number.
_NO_TEXT = re.compile(
    "[\x00-\x08\x0b\x0c\x0e-\x1f\ud800-\udfff\ufffe\uffff]"
    "|&#(?:0*(?:[0-8]|1[124-9]|2[0-9]|3[01])|x0*(?:[0-8bcef]|1[0-9a-f]|fff[ef]))(?![0-9a-f]);?",
    re.IGNORECASE,
)
_SUBSET = re.compile(r"\s*(?:<\?[^>]*>\s*)*<!doctype[^\[>]*\[", re.IGNORECASE)
_LINKED_DATA = re.compile(r"[^>]*\btype\s*=\s*[\"']?\s*application/ld\+json", re.IGNORECASE)
_ATTRIBUTE = r"[\s/]*+[^\s/>=]++\s*+(?:=\s*+(?:\"[^\"]*+\"|'[^']*+'|[^\s>]*+))?+"
_TAG = re.compile(
    rf"<[A-Za-z][^\s/>]*+(?:{_ATTRIBUTE}){{0,{_MAX_ATTRIBUTES}}}+(?P<more>{_ATTRIBUTE})?+"
)
# What the extraction makes of a page.
_BLOCKS = words("p head item quote row list table code div")
_SPACES = words("lb cell")


class HtmlReader(Reader):
    """Reads a page as one article."""

    name: ClassVar[str] = "html"
    suffixes: ClassVar[tuple[str, ...]] = (".html", ".htm", ".xhtml")

    @classmethod
    def recognises(cls, beginning: bytes) -> bool:
        """Whether the root element, or the document type, is ``html``."""
        return _ROOT.match(beginning) is not None

    def read(self, stream: IO[bytes]) -> Iterator[Received]:
        """Yield the one article, at position 1. Raises UnknownFormat without trafilatura."""
        load_extraction()
        content = stream.read(MAX_RECORD_BYTES + 1)
        try:
            if len(content) > MAX_RECORD_BYTES:
                raise too_large()
            record = read_page(content)
        except RecordError as error:
            yield Received(position=1, content=content[:MAX_RECORD_BYTES], error=error)
        else:
            yield Received(position=1, content=content, record=record)


def read_page(content: bytes, *, charset: str = "", address: str = "") -> ArticleRecord:
    """Turn the bytes of a page into a record.

    ``charset`` and ``address`` are what is known of the page from where it was found. Raises
    RecordError where it holds no text, or more than any article does.
    """
    text, scripts = _without_code(_NO_TEXT.sub("", decode_page(content, charset=charset)))
    root = _parse(text)
    meta = read_meta(root, scripts, address=address)
    body = without_title(_body(root, meta), meta.headline)
    if not body:
        raise RecordError(
            "No text of an article was found in the page. "
            "Where scripts write it, save the page from a browser and import that."
        )
    return checks.checked(
        ArticleRecord(
            headline=meta.headline,
            summary="" if same_beginning(body, meta.summary) else meta.summary,
            body=body,
            language=meta.language,
            published=meta.published,
            source=meta.source,
            section=meta.section,
            url=meta.url,
            bylines=meta.bylines,
            entities={"topic": meta.topics} if meta.topics else {},
        ),
        NAMED,
    )


@cache
def load_extraction() -> Any:
    """The library that finds the text of an article. Raises UnknownFormat where it is missing."""
    try:
        import trafilatura
    except ImportError:
        raise UnknownFormat(
            "Web pages are read with trafilatura, which is not installed. "
            "Run `make extras` and import again."
        ) from None
    # It tells of every page without a text; here that is a rejection.
    logging.getLogger("trafilatura").addHandler(logging.NullHandler())
    logging.getLogger("trafilatura").propagate = False
    return trafilatura


def _without_code(text: str) -> tuple[str, list[str]]:
    """A page without scripts, styles and comments, and the scripts that are JSON-LD."""
    kept: list[str] = []
    scripts: list[str] = []
    at = 0
    while match := _CODE.search(text, at):
        kept.append(text[at : match.start()])
        start = match.end() if match[1] else match.start() + 2  # <!--> is a whole comment
        closed = _CODE_END[(match[1] or "").lower()].search(text, start)
        # Looked for once: where it is missing, no later tag has it either.
        end = text.find(">", closed.end()) if closed else -1
        if closed is None or end < 0:
            return "".join(kept), scripts
        if match[1] and _LINKED_DATA.match(text, start, closed.start()):
            scripts.append(text[text.index(">", start) + 1 : closed.start()])
        at = end + 1
    return "".join([*kept, text[at:]]), scripts


def _parse(text: str) -> Element:
    """The tree of a page. Raises RecordError for one that could not be read in a few seconds."""
    if _SUBSET.match(text) and "<!ENTITY" in text:
        raise entities_refused()
    if any(tag["more"] for tag in _TAG.finditer(text)):
        raise RecordError(
            f"A tag of the page has more than {_MAX_ATTRIBUTES} attributes. Leave some out."
        )
    parser = html.HTMLParser(
        encoding="utf-8", huge_tree=False, no_network=True, remove_comments=True, remove_pis=True
    )
    try:
        root = html.document_fromstring(text.encode("utf-8", "replace"), parser=parser)
    except (etree.LxmlError, ValueError):
        raise RecordError("The page is empty.") from None
    if any(entry.type == etree.ErrorTypes.ERR_RESOURCE_LIMIT for entry in parser.error_log):
        raise RecordError(
            "The page is nested deeper than 256 elements, or has 10 MB in one piece. "
            "Send the text of the article without its page."
        )
    _check_size(root)
    return root


def _check_size(root: Element) -> None:
    elements = depth = depths = 0
    for event, _ in etree.iterwalk(root, events=("start", "end")):
        depth += 1 if event == "start" else -1
        elements += event == "start"
        depths += depth
    if elements > MAX_ELEMENTS or depths > 2 * _MAX_DEPTHS:
        raise RecordError(
            f"The page has more than {MAX_ELEMENTS:,} elements, or too many within one another. "
            "Send the text of the article without its page."
        )


def _body(root: Element, meta: PageMeta) -> str:
    """The paragraphs of the article. Elements may be taken out of the tree on the way."""
    body = _main_text(root)
    if len(body) < _SHORT and _mostly_around(body, root):
        body = ""
    if len(meta.body) > 2 * len(body):
        return paragraphs_of(meta.body.replace("\n", "\n\n"))
    return body or _any_text(root)


def _main_text(root: Element) -> str:
    try:
        found = load_extraction().bare_extraction(root, include_comments=False, with_metadata=False)
    except Exception:  # what a page does to the library costs that page alone
        return ""
    return "" if found is None else _paragraphs(found.body)


def _any_text(root: Element) -> str:
    """All paragraphs of a page of which none stands out."""
    try:
        found, said, _ = load_extraction().baseline(root)
    except Exception:
        return ""
    return _paragraphs(found) if len(said) >= _ENOUGH else ""


def _mostly_around(body: str, root: Element) -> bool:
    """Whether a text is for the most part menus and what is told to browsers without scripts."""
    around = (clean_text("".join(element.itertext())) for element in root.iter("a", "noscript"))
    return 2 * sum(len(text) for text in set(around) if text in body) > len(body)


def _paragraphs(root: Element) -> str:
    """The text that was found, with an empty line between its paragraphs."""
    found: list[str] = []
    pieces: list[str] = []

    def end_paragraph() -> None:
        if text := clean_text("".join(pieces)):
            found.append(text)
        pieces.clear()

    for event, element in etree.iterwalk(root, events=("start", "end")):
        if element.tag in _BLOCKS:
            end_paragraph()
        elif element.tag in _SPACES:
            pieces.append(" ")
        said = element.text if event == "start" else element.tail
        if said and (event == "start" or element is not root):
            pieces.append(said)
    end_paragraph()
    return "\n\n".join(found)
