"""How the public pages write numbers and addresses."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Protocol, TypeVar
from urllib.parse import urlsplit

from django import template

from archive.text.numbers import spaced

register = template.Library()

_DATE_INPUTS = frozenset({"date_from", "date_to"})


class Named(Protocol):
    """A parameter of a form."""

    @property
    def name(self) -> str: ...


class Listed(Named, Protocol):
    """A facet: it has inputs if it has choices."""

    @property
    def choices(self) -> Sequence[object]: ...


Hidden_co = TypeVar("Hidden_co", bound=Named, covariant=True)


class Carrying(Protocol[Hidden_co]):
    """A page with a form: the facets that it shows as inputs, and all that it must send."""

    @property
    def facets(self) -> Sequence[Listed]: ...
    @property
    def hidden(self) -> Sequence[Hidden_co]: ...


@register.filter
def thin(number: int | None) -> str:
    """A whole number with a thin space between thousands: ``30 214``; nothing for None."""
    return "" if number is None else spaced(number)


@register.filter
def articles(number: int) -> str:
    """A count of articles in words: ``1 article``, ``30 214 articles``."""
    return f"{thin(number)} article{'' if number == 1 else 's'}"


@register.filter
def web_address(url: str) -> str:
    """The address if it leads to the web (http or https), else nothing: ``javascript:`` is code."""
    try:
        return url if urlsplit(url).scheme.lower() in {"http", "https"} else ""
    except ValueError:
        return ""


@register.filter
def site_of(url: str) -> str:
    """The host that an address leads to, as a reader would name it: ``example.org``."""
    return (urlsplit(url).hostname or "").removeprefix("www.")


@register.filter
def carried(page: Carrying[Hidden_co]) -> tuple[Hidden_co, ...]:
    """The parameters that the search form must carry unseen: those that no input of it shows."""
    shown = {facet.name for facet in page.facets if facet.choices}
    if page.facets:
        shown |= _DATE_INPUTS
    return tuple(field for field in page.hidden if field.name not in shown)
