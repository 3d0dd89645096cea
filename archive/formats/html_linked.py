"""What a page says of its article in JSON-LD, in the words of schema.org."""

from __future__ import annotations

import json
from collections.abc import Iterator, Mapping, Sequence
from html import unescape
from typing import Any

from archive.text.normalize import clean_text
from archive.text.wordlists import words

_NEWS = words(
    "NewsArticle ReportageNewsArticle AnalysisNewsArticle OpinionNewsArticle ReviewNewsArticle "
    "BackgroundNewsArticle AskPublicNewsArticle LiveBlogPosting"
)
_ARTICLES = _NEWS | words("Article BlogPosting Report ScholarlyArticle SocialMediaPosting")
_MOST_OBJECTS = 1_000

Linked = Mapping[str, Any]


def article_of(scripts: Sequence[str], address: str) -> Linked:
    """The one article that a page's scripts describe; empty where there is none, or several.

    ``address`` is the page's own: of several articles, the one with this address is the page's.
    """
    found = [thing for thing in _things(scripts) if _types(thing) & _ARTICLES]
    for thing in found:
        if address and address in addresses(thing):
            return thing
    news = [thing for thing in found if _types(thing) & _NEWS] or found
    headlines = {line(thing.get("headline") or thing.get("name")) for thing in news}
    return news[0] if len(headlines) == 1 else {}


def _things(scripts: Sequence[str]) -> Iterator[Linked]:
    waiting: list[Any] = []
    for script in scripts:
        try:
            waiting.append(json.loads(script.strip().rstrip(";"), strict=False))
        except (ValueError, RecursionError):  # it is for machines, and no reader misses it
            continue
    for _ in range(_MOST_OBJECTS):
        if not waiting:
            return
        thing = waiting.pop(0)
        if isinstance(thing, list):
            waiting.extend(thing[:_MOST_OBJECTS])
        elif isinstance(thing, dict):
            yield thing
            waiting.append(thing.get("@graph"))


def _types(thing: Linked) -> set[str]:
    return {
        kind.rpartition("/")[2].removeprefix("schema:")
        for kind in _list(thing.get("@type"))
        if isinstance(kind, str)
    }


def _list(value: Any) -> list[Any]:
    if value is None:
        return []
    return value if isinstance(value, list) else [value]


def line(value: Any) -> str:
    """A value as one line of plain text; empty where it is no text."""
    value = next(iter(_list(value)), "")
    return clean_text(unescape(value)) if isinstance(value, str) else ""


def addresses(thing: Linked) -> list[str]:
    """The addresses that an object gives for itself and its page."""
    page = thing.get("mainEntityOfPage")
    page = page.get("@id") if isinstance(page, dict) else page
    return [value for key in (thing.get("url"), page, thing.get("@id")) if (value := line(key))]


def names(value: Any) -> list[str]:
    """The names of persons and organisations, given as texts or as objects."""
    found: list[str] = []
    for each in _list(value)[:_MOST_OBJECTS]:
        named = each.get("name") if isinstance(each, dict) else each
        found.extend(filter(None, map(line, _list(named))))
    return found


def terms(value: Any) -> list[str]:
    """Keywords: a list, or a text with commas."""
    found: list[str] = []
    for each in _list(value)[:_MOST_OBJECTS]:
        said = line(each.get("name") if isinstance(each, dict) else each)
        found.extend(filter(None, map(str.strip, said.split(","))))
    return found
