"""One item of a feed, or what a feed says of itself, as feedparser understands it.

lxml reads the XML with nothing to load, expand or fetch; feedparser is only told what stands there.
Its own ``parse()`` opens a path or an address where it is given one, even as bytes, and its parser
of damaged feeds takes quadratic time, so neither is used.
"""

from __future__ import annotations

import re
from collections import Counter
from typing import Any
from xml.sax.xmlreader import AttributesNSImpl

from feedparser.api import StrictFeedParser
from lxml import etree

from archive.exceptions import RecordError
from archive.formats.feed_text import mended
from archive.formats.limits import MAX_LIST_ITEMS
from archive.formats.values import shown
from archive.formats.xml import LANG, MAX_TAGS, Element
from archive.text.wordlists import words

_Name = tuple[str | None, str]
Found = dict[str, Any]  # what feedparser calls an entry or a feed

_BASE = "{http://www.w3.org/XML/1998/namespace}base"
_ABOUT = "{http://www.w3.org/1999/02/22-rdf-syntax-ns#}about"
_DUBLIN_CORE = "http://purl.org/dc/elements/1.1/"
_TERMS = "http://purl.org/dc/terms/"
_CONTENT = "http://purl.org/rss/1.0/modules/content/"
_XHTML = "http://www.w3.org/1999/xhtml"
_ATOM = "http://www.w3.org/2005/Atom"
_PREFIXES = {"dc": _DUBLIN_CORE, "dcterms": _TERMS, "content": _CONTENT, "xhtml": _XHTML}
# Feeds forget to declare these. What is declared nearer to an element counts.
_AROUND = " ".join(
    f'xmlns:{prefix}="{address}"' for prefix, address in (*_PREFIXES.items(), ("atom", _ATOM))
)
_READ = frozenset((*_PREFIXES.values(), _ATOM))
MAX_PART = 8 * 1024 * 1024  # lxml bounds a text to 10 MB
_MAX_REFERENCES = 500_000
_MAX_DEPTH = 200
_MAX_BASE_STEPS = 20
_BASE_DEPTH = 4
_MAX_ATTRIBUTES = 100
# What feedparser looks through again and again, or remembers in a list that it searches.
_LISTED = words(
    "author category contributor creator email enclosure entry guid id item keywords link name "
    "source subject tags title uri url"
)
_ITEMS = frozenset(("item", "entry", "channel"))
_SHORT = words(
    "author contributor creator email keywords managingeditor name publisher tags webmaster"
)
_MAX_SHORT = 1_000
# Of authors the names are read; feedparser takes addresses of long domains for a part of them.
_ADDRESS = re.compile(r"[<(]?[^\s<>()@]+@[^\s<>()@]+[>)]?")
# Repairs by which no words are lost.
_HARMLESS = frozenset(
    (
        etree.ErrorTypes.ERR_TAG_NAME_MISMATCH,
        etree.ErrorTypes.ERR_TAG_NOT_FINISHED,
        etree.ErrorTypes.ERR_ATTRIBUTE_REDEFINED,
        etree.ErrorTypes.ERR_MISPLACED_CDATA_END,
    )
)


def parse_part(context: str, part: str) -> tuple[Found, Found | None]:
    """Return what a part of a feed says of the feed, and of its first item where it has one.

    ``context`` are the tags that are open around the part. Raises RecordError.
    """
    _check_size(part)
    root = _tree(context, mended(part))
    handler = StrictFeedParser("", None, "utf-8")
    handler.resolve_relative_uris = False
    handler.sanitize_html = False
    try:
        _Teller(handler).tell(root)
    except RecordError:
        raise
    except Exception as error:  # whatever its many handlers fail at, in one item of a stranger's
        raise RecordError(
            f"The item cannot be understood ({type(error).__name__}). "
            "Ask the supplier for it again."
        ) from error
    feed = _plain(handler.feeddata)
    return feed, _plain(handler.entries[0]) if handler.entries else None


def _plain(found: Any) -> Any:
    """What feedparser found without its dictionaries, which answer for fields that are missing."""
    if isinstance(found, dict):
        return {key: _plain(value) for key, value in dict.items(found)}
    return [_plain(value) for value in found] if isinstance(found, list) else found


def _check_size(part: str) -> None:
    if len(part) > MAX_PART:
        raise RecordError(
            f"The item is larger than {MAX_PART // 1024 // 1024} MB. Split it, or leave parts out."
        )
    if part.count("<") > MAX_TAGS or part.count("&") > _MAX_REFERENCES:
        raise RecordError(
            f"There are more than {MAX_TAGS:,} tags or {_MAX_REFERENCES:,} “&”, which no article "
            "needs. Leave some out."
        )


def _tree(context: str, part: str) -> Element:
    parser = etree.XMLParser(
        encoding="utf-8",
        recover=True,
        resolve_entities=False,
        no_network=True,
        load_dtd=False,
        huge_tree=False,
        remove_comments=True,
        remove_pis=True,
    )
    root = etree.fromstring(f"<feeds {_AROUND}>{context}{part}</feeds>".encode(), parser)
    for problem in parser.error_log:
        if problem.type not in _HARMLESS and problem.domain != etree.ErrorDomains.NAMESPACE:
            raise RecordError(
                f"This is not well-formed XML: {shown(problem.message)}. "
                "Mend it there, or ask the supplier for it again."
            )
    if root is None or len(root) == 0:
        raise RecordError("This is no XML. Ask the supplier for it again.")
    return root[0]


class _Teller:
    """Tells feedparser of a tree without its foreign namespaces, and bounds what is told."""

    def __init__(self, handler: Any) -> None:
        self._handler = handler
        self._read: set[str | None] = {*_READ, None}
        self._depth = 0
        self._listed: Counter[str] = Counter()
        self._short_from = 0  # the depth at which an element began that holds a name
        self._short_length = 0

    def tell(self, root: Element) -> None:
        """Raises RecordError where a bound is passed."""
        own, _ = _name(root.tag)
        self._read.add(own)
        for prefix, address in (*_PREFIXES.items(), (None, own or "")):
            self._handler.startPrefixMapping(prefix, address)
        walker = etree.iterwalk(root, events=("start", "end"))
        for event, element in walker:
            name = _name(element.tag)
            if event == "start":
                if self._depth == 1 and name[1].lower() in _ITEMS:
                    self._read.add(name[0])
                if self._is_read(name):
                    self._start(element, name)
                else:
                    walker.skip_subtree()
            else:
                if self._is_read(name):
                    self._end(name)
                if element is not root:
                    self._say(element.tail)

    def _is_read(self, name: _Name) -> bool:
        undeclared = ":" in name[1]
        return name[0] in self._read and not undeclared

    def _start(self, element: Element, name: _Name) -> None:
        self._depth += 1
        if self._depth > _MAX_DEPTH:
            raise RecordError(
                f"The XML is nested deeper than {_MAX_DEPTH} elements. "
                "Send the text of the article without its page."
            )
        lower = name[1].lower()
        self._listed[lower] += lower in _LISTED
        if self._listed[lower] > MAX_LIST_ITEMS:
            raise RecordError(
                f"There are more than {MAX_LIST_ITEMS:,} of <{shown(lower)}>. Leave some out."
            )
        in_content = self._handler.incontent
        if lower in _SHORT and not self._short_from and not in_content:
            self._short_from = self._depth
        attributes = _attributes(element, self._depth) if not in_content else {}
        self._handler.startElementNS(name, None, AttributesNSImpl(attributes, {}))
        self._say(element.text)

    def _end(self, name: _Name) -> None:
        self._handler.endElementNS(name, None)
        self._depth -= 1
        if self._depth < self._short_from:
            self._short_from = self._short_length = 0

    def _say(self, text: str | None) -> None:
        if not text:
            return
        if self._short_from:
            self._short_length += len(text)
            if self._short_length > _MAX_SHORT:
                raise RecordError(
                    f"The name of an author or a list of keywords is longer than {_MAX_SHORT:,} "
                    "characters. Leave it out."
                )
            text = _ADDRESS.sub(" ", text)
        self._handler.characters(text)


def _name(written: str) -> _Name:
    """The namespace and the local name of a tag or an attribute."""
    address, _, name = written.removeprefix("{").rpartition("}")
    return address or None, name


def _attributes(element: Element, depth: int) -> dict[_Name, str]:
    """The attributes of an element of a feed.

    A base counts on the feed, its items and their elements: with bases in bases, addresses grow.
    """
    if len(element.attrib) > _MAX_ATTRIBUTES:
        raise RecordError(f"A tag has more than {_MAX_ATTRIBUTES} attributes. Leave some out.")
    found: dict[_Name, str] = {}
    for written, value in element.attrib.items():
        name = _name(written)
        if written in (_BASE, "base") and (
            depth > _BASE_DEPTH or value.count("/") > _MAX_BASE_STEPS
        ):
            continue
        if name[0] is None or written in (_BASE, LANG, _ABOUT):
            found[name] = value
    return found
