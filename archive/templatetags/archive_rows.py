"""What stands on a page by the hundred, written from patterns instead of templates.

A facet has up to fifty values and a page eight facets: a template would spend more on looking up
names than the whole search takes. Whatever fills a pattern is escaped, as in a template.
"""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from functools import lru_cache
from html import escape
from typing import Protocol

from django import template
from django.conf import settings
from django.templatetags.static import static
from django.utils.safestring import SafeString

from archive.templatetags.archive_charts import Chart, Period
from archive.templatetags.archive_text import articles, thin

register = template.Library()

LISTED = 7
"""Values of a facet that are seen at first; those chosen are always seen."""
SHAPES = frozenset({"party", "place", "person", "organisation", "topic", "source"})

_SHAPE = (
    '<svg class="shape" width="12" height="12" aria-hidden="true" focusable="false">'
    '<use href="{}#{}"/></svg>'
)
_TAG = (
    '<li><a href="{}">{}<span><span class="hidden-text">{}: </span><bdi>{}</bdi></span></a></li>\n'
)
_RESULT = (
    '<li><article><div class="gutter">{}{}</div><div>'
    '<h3 lang="{}" dir="{}"><a href="{}">{}</a></h3>{}{}{}{}</div></article></li>\n'
)
_DAY = '<time datetime="{}">{}</time> '
_DATE = '<span class="date">{}</span> '
_SOURCE = '<a href="{}">{}</a>'
_OUTLET = '<bdi class="outlet">{}</bdi> '
_UNLINKED_SOURCE = "<span>{}</span>"
_SNIPPET = '<p class="snippet" lang="{}" dir="{}">{}</p>'
_WHY = '<p class="why"><a rel="nofollow" href="{}">Why this article?</a></p>'
_OTHERS = '<p class="also">Also from <a href="{}">{}</a></p>'
_FOLDED = (
    '<details class="also"><summary>Also from {}</summary><ol>{}</ol>'
    '<p><a href="{}">All reports of this story</a></p></details>'
)
_BENEATH = '<li>{}{}<a lang="{}" dir="{}" href="{}">{}</a></li>\n'
_TAGS = '<ul class="tags">{}</ul>'
_MANY = '<span class="hidden-text"> articles</span></span></label></li>\n'
_ONE = _MANY.replace("articles", "article")
_THOUSAND = 1000  # below it a number is written as it is
_CHOSEN = SafeString(' class="chosen" aria-current="true"')
_NOTHING = SafeString("")


class Choosable(Protocol):
    """A value of a facet."""

    @property
    def value(self) -> str: ...
    @property
    def label(self) -> str: ...
    @property
    def count(self) -> int: ...
    @property
    def selected(self) -> bool: ...


class Choosing(Protocol):
    """A facet; ``name`` is its parameter."""

    @property
    def name(self) -> str: ...
    @property
    def choices(self) -> Sequence[Choosable]: ...


class Tagged(Protocol):
    """An entity that leads to its page."""

    @property
    def kind(self) -> str: ...
    @property
    def label(self) -> str: ...
    @property
    def url(self) -> str: ...


class Result(Protocol):
    """An article in a list; ``*_html`` is HTML already."""

    @property
    def url(self) -> str: ...
    @property
    def headline_html(self) -> SafeString: ...
    @property
    def snippet_html(self) -> SafeString: ...
    @property
    def published(self) -> str: ...
    @property
    def published_iso(self) -> str: ...
    @property
    def source(self) -> str: ...
    @property
    def source_url(self) -> str: ...
    @property
    def language(self) -> str: ...
    @property
    def direction(self) -> str: ...
    @property
    def tags(self) -> Sequence[Tagged]: ...
    @property
    def why_url(self) -> str: ...
    @property
    def also(self) -> Sequence[Result]: ...
    @property
    def others(self) -> str: ...
    @property
    def others_url(self) -> str: ...


def filled(pattern: str, *values: object) -> SafeString:
    """``pattern`` with ``values`` in its places, escaped unless they are HTML already."""
    return SafeString(
        pattern.format(
            *[value if isinstance(value, SafeString) else escape(str(value)) for value in values]
        )
    )


@register.simple_tag
def shape(kind: str) -> SafeString:
    """The small shape of a kind of thing, as SVG that readers aloud pass over; else nothing."""
    return _shape(kind, settings.STATIC_URL) if kind in SHAPES else _NOTHING


@register.filter
def inputs(facet: Choosing) -> SafeString:
    """The values of a facet that are seen at first, as list items with a box to tick."""
    return _inputs(
        facet.name,
        (choice for place, choice in enumerate(facet.choices) if place < LISTED or choice.selected),
    )


@register.filter
def further_inputs(facet: Choosing) -> SafeString:
    """The values of a facet that are seen on demand; nothing where there are none."""
    return _inputs(facet.name, (choice for choice in facet.choices[LISTED:] if not choice.selected))


@register.filter
def tag_items(tags: Iterable[Tagged]) -> SafeString:
    """Entities as list items, each with its shape and its kind for readers aloud."""
    return _joined(_tag(tag.url, tag.kind, tag.label, settings.STATIC_URL) for tag in tags)


@register.filter
def result_items(results: Iterable[Result]) -> SafeString:
    """Articles as list items: date and source, headline, snippet, tags, and why they were found."""
    return _joined(
        filled(
            _RESULT,
            _date(result),
            _source(result),
            result.language or "und",
            result.direction,
            result.url,
            result.headline_html,
            filled(_SNIPPET, result.language or "und", result.direction, result.snippet_html)
            if result.snippet_html
            else _NOTHING,
            filled(_TAGS, tag_items(result.tags)) if result.tags else _NOTHING,
            _others(result) if result.others else _NOTHING,
            filled(_WHY, result.why_url) if result.why_url else _NOTHING,
        )
        for result in results
    )


@register.filter
def columns(chart: Chart) -> SafeString:
    """The bars of a chart as links, with the words under them."""
    rows = []
    for column in chart.columns:
        bar = column.bar
        if bar.count or bar.selected:
            x, width = column.slot_x, column.slot_width
            said = f"{escape(bar.label)}: {articles(bar.count)}"
            said_whole = f"{said}, chosen" if bar.selected else said
            rows.append(
                f'<a href="{escape(bar.toggle_url)}" aria-label="{said_whole}"'
                f"{_CHOSEN if bar.selected else _NOTHING}><title>{said}</title>"
                f'<rect class="hit" fill="none" x="{x}" y="{chart.top}" width="{width}"'
                f' height="{chart.plot_height}"/>'
                f'<rect class="bar" x="{column.x}" y="{column.y}" width="{column.width}"'
                f' height="{column.height}"/>'
                f'<rect class="under" fill="none" x="{x}" y="{chart.baseline}" width="{width}"'
                ' height="4"/></a>\n'
            )
        if column.label:
            kind = f' class="{column.label_class}"' if column.label_class else ""
            rows.append(
                f'<text{kind} x="{column.middle}" y="{chart.below}" text-anchor="middle"'
                f' aria-hidden="true">{escape(column.label)}</text>\n'
            )
    return SafeString("".join(rows))


@register.filter
def period_rows(bars: Iterable[Period]) -> SafeString:
    """The periods that have articles, as rows of a table."""
    return SafeString(
        "".join(
            f'<tr><th scope="row"><a href="{escape(bar.toggle_url)}">{escape(bar.label)}</a>'
            f"{' (chosen)' if bar.selected else ''}</th>"
            f'<td class="number">{thin(bar.count)}</td></tr>\n'
            for bar in bars
            if bar.count
        )
    )


@lru_cache(maxsize=10_000)
def _tag(
    url: str,
    kind: str,
    label: str,
    static_url: str,  # noqa: ARG001 - part of the key
) -> SafeString:
    """The same entities are named again and again."""
    return filled(_TAG, url, shape(kind), kind, label)


def _date(result: Result) -> SafeString:
    if result.published_iso:
        return filled(_DAY, result.published_iso, result.published)
    return filled(_DATE, result.published)


def _others(result: Result) -> SafeString:
    """Who else tells the story: the hits of this page among them, and the way to all."""
    if not result.also:
        return filled(_OTHERS, result.others_url, result.others)
    return filled(_FOLDED, result.others, _joined(map(_beneath, result.also)), result.others_url)


def _beneath(hit: Result) -> SafeString:
    return filled(
        _BENEATH,
        _date(hit),
        filled(_OUTLET, hit.source) if hit.source else _NOTHING,
        hit.language or "und",
        hit.direction,
        hit.url,
        hit.headline_html,
    )


def _source(result: Result) -> SafeString:
    if not result.source:
        return _NOTHING
    if not result.source_url:
        return filled(_UNLINKED_SOURCE, result.source)
    return filled(_SOURCE, result.source_url, result.source)


def _inputs(facet: str, choices: Iterable[Choosable]) -> SafeString:
    rows: list[str] = []
    for choice in choices:
        count = choice.count
        box, name = _box(facet, choice.value, choice.label)
        rows += (
            box,
            " checked" if choice.selected else "",
            name,
            str(count) if count < _THOUSAND else thin(count),
            _ONE if count == 1 else _MANY,
        )
    return SafeString("".join(rows))


# The values of facets are the same on every page.
@lru_cache(maxsize=10_000)
def _box(facet: str, value: str, label: str) -> tuple[str, str]:
    """A box to tick: its HTML up to where it may be ticked, and from there to the count."""
    name, value = escape(facet), escape(value)
    return (
        f'<li><label><input form="search" type="checkbox" name="{name}" value="{value}"'
        f' id="{name}-{value}"',
        f'><span><bdi>{escape(label)}</bdi></span> <span class="count">',
    )


def _joined(rows: Iterable[SafeString]) -> SafeString:
    return SafeString("".join(rows))


@lru_cache(maxsize=64)
def _shape(
    kind: str,
    static_url: str,  # noqa: ARG001 - part of the key
) -> SafeString:
    return filled(_SHAPE, static("archive/shapes.svg"), kind)
