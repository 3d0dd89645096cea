"""RSS 0.9 to 2.0 and Atom 0.3 and 1.0: an article for each item of a feed.

docs/importing.md says what becomes of which element. A feed is held whole and cut into its items,
each of which is read for itself.
"""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import dataclass
from typing import IO, ClassVar

from archive.exceptions import RecordError
from archive.formats.base import Reader, Received
from archive.formats.feed_cut import CutFeedItem, cut_items, end_of_tag
from archive.formats.feed_parse import parse_part
from archive.formats.feed_record import FeedFacts, facts_of, record_of
from archive.formats.feed_text import FeedText, beginning_of, feed_text, is_damaged, mended
from archive.formats.limits import MAX_RECORD_BYTES, too_large
from archive.formats.values import shown
from archive.formats.xml import entities_refused, root_of

MAX_ITEMS = 100_000
MAX_TAGS = 4_000_000
_ROOTS = frozenset(("rss", "feed", "rdf"))
_OTHERS = {
    "urlset": "a sitemap, which lists addresses and holds no articles",
    "sitemapindex": "a list of sitemaps and holds no articles",
    "opml": "a list of feeds and holds no articles",
}
_RDF_FEED = re.compile(r"purl\.org/rss|my\.netscape\.com/(?:publish/formats/)?rdf")
_CHANNEL = re.compile(r"<(?:[\w.-]{1,64}:)?channel(?=[\s/>])", re.IGNORECASE)
_HEAD = 64 * 1024
_MAX_CONTEXT = 16 * 1024
_MAX_FACTS = 1024 * 1024


class FeedReader(Reader):
    """Reads a feed item by item; ``position`` is the number of the item in its feed."""

    name: ClassVar[str] = "feed"
    suffixes: ClassVar[tuple[str, ...]] = (".rss", ".atom", ".rdf")
    begun: ClassVar[bool] = True

    @classmethod
    def recognises(cls, beginning: bytes) -> bool:
        """Whether the root is that of a feed, or of a list of addresses, to say that it is none."""
        text = beginning_of(beginning)
        root = root_of(text.encode("utf-8", "replace"))[0].lower()
        return root in _ROOTS - {"rdf"} | _OTHERS.keys() or (
            root == "rdf" and _RDF_FEED.search(text) is not None
        )

    def read(self, stream: IO[bytes]) -> Iterator[Received]:
        """Yield each item, bad ones as errors that name the line on which the item begins."""
        content = stream.read(MAX_RECORD_BYTES + 1)
        try:
            if len(content) > MAX_RECORD_BYTES:
                raise too_large()
            feed = _open(feed_text(content))
        except RecordError as error:
            error.line = error.line or 1
            yield Received(position=1, content=content[:MAX_RECORD_BYTES], error=error)
            return
        yield from _items(feed)


@dataclass(frozen=True, slots=True, kw_only=True)
class _Feed:
    """A feed, the tags that are open around its items, and what it says for all of them."""

    text: FeedText
    context: str
    items: tuple[CutFeedItem, ...]
    facts: FeedFacts


def _open(feed: FeedText) -> _Feed:
    """Find the items of a feed. Raises RecordError where it is none, or cut off before them."""
    text = feed.text
    if text.count("<") > MAX_TAGS:
        raise RecordError(f"The feed has more than {MAX_TAGS:,} tags. Split it.")
    root, prolog = root_of(text[:_HEAD].encode("utf-8", "replace"))
    if "<!ENTITY" in (prolog or text[:_HEAD]):
        raise entities_refused()
    if root.lower() not in _ROOTS:
        raise _no_feed(root)
    start = len(prolog)
    end = end_of_tag(text[: start + _MAX_CONTEXT], start + 1)
    if end < 0:
        raise RecordError("The first tag of the feed does not end. See whether the file is whole.")
    prefix = text[start + 1 : text.index(root, start)]
    items: list[CutFeedItem] = []
    for item in cut_items(text, end, prefix):
        items.append(item)
        if len(items) > MAX_ITEMS:
            raise RecordError(f"The feed has more than {MAX_ITEMS:,} items. Split it.")
    whole = text[end - 2] == "/" or re.search(
        rf"</\s*{re.escape(prefix + root)}\s*>", text[-_HEAD:], re.IGNORECASE
    )
    if not items and not whole:
        raise RecordError("The feed ends before its first item. See whether the file is whole.")
    if items and not items[-1].closed and whole:
        items[-1] = CutFeedItem(
            name=items[-1].name, start=items[-1].start, end=len(text), closed=True
        )
    root_tag = text[start:end]
    if root_tag.endswith("/>"):
        root_tag = root_tag[:-2] + ">"
    root_tag = _readable(root_tag)
    outside = _outside(text, end, items)
    return _Feed(
        text=feed,
        context=root_tag + ("" if root.lower() == "rdf" else _channel(text, end, items)),
        items=tuple(items),
        facts=_facts(root_tag, outside, authors=root.lower() == "feed"),
    )


def _no_feed(root: str) -> RecordError:
    if root.lower() in _OTHERS:
        return RecordError(
            f"This is {_OTHERS[root.lower()]}. Import the feed or the articles themselves."
        )
    if not root:
        return RecordError(
            "This is no feed: its first tag cannot be found. See whether the file is whole."
        )
    return RecordError(
        f"The file holds <{shown(root)}>, which is no feed. Name its format with --format, "
        "or ask for the feed itself."
    )


def _outside(text: str, start: int, items: list[CutFeedItem]) -> str:
    """What a feed says beside its items."""
    pieces, at = [], start
    for item in items:
        pieces.append(text[at : item.start])
        at = item.end
    pieces.append(text[at:])
    outside = "".join(pieces)
    if len(outside) > _MAX_FACTS:
        raise RecordError("The feed says more than 1 MB beside its items. Leave that out.")
    return outside


def _channel(text: str, start: int, items: list[CutFeedItem]) -> str:
    """The tag of the channel that the items of RSS stand in."""
    found = _CHANNEL.search(text, start, items[0].start if items else start)
    end = end_of_tag(text[: found.end() + _MAX_CONTEXT], found.end()) if found else -1
    if found is None or end < 0 or text[end - 2] == "/":
        return ""
    return _readable(text[found.start() : end])


def _readable(part: str) -> str:
    """What is around all items, without what would cost each of them."""
    return mended(part.encode("utf-8", "replace").decode())


def _facts(root_tag: str, outside: str, *, authors: bool) -> FeedFacts:
    """What a feed says of itself; nothing where that is damaged, for its items' sake."""
    try:
        found, _ = parse_part(root_tag, _readable(outside))
    except RecordError:
        return FeedFacts()
    return facts_of(found, authors=authors)


def _items(feed: _Feed) -> Iterator[Received]:
    line, counted = 1, 0
    for number, item in enumerate(feed.items, 1):
        line += feed.text.text.count("\n", counted, item.start)
        counted = item.start
        part = feed.text.text[item.start : item.end]
        content = feed.text.received(part)
        try:
            if is_damaged(part):
                raise RecordError(
                    f"The item holds bytes that do not fit the encoding ({feed.text.codec}). "
                    "Ask the supplier for it again."
                )
            if not item.closed and number == len(feed.items):
                raise RecordError("The feed ends within this item. See whether the file is whole.")
            _, entry = parse_part(feed.context, part)
            record = record_of(entry or {}, feed.facts)
        except RecordError as error:
            error.line = line
            yield Received(position=number, content=content, error=error)
        else:
            yield Received(position=number, content=content, record=record)
