"""The parts of a page that are the same on many pages."""

from __future__ import annotations

from functools import lru_cache

from django import template
from django.conf import settings
from django.template.loader import render_to_string
from django.urls import get_script_prefix
from django.utils.safestring import SafeString

register = template.Library()

_MOST_KEPT = 100


@register.simple_tag
def unchanging(name: str, **values: object) -> SafeString:
    """A template that depends on nothing but ``values``, rendered once for each of them.

    While templates may change at any moment it is rendered each time.
    """
    given = tuple((key, str(value or "")) for key, value in values.items())
    if settings.DEBUG:
        return _rendered.__wrapped__(name, given, get_script_prefix(), settings.STATIC_URL)
    return _rendered(name, given, get_script_prefix(), settings.STATIC_URL)


@lru_cache(maxsize=_MOST_KEPT)
def _rendered(
    name: str,
    values: tuple[tuple[str, str], ...],
    prefix: str,  # noqa: ARG001 - part of the key
    static_url: str,  # noqa: ARG001 - part of the key
) -> SafeString:
    return render_to_string(name, dict(values))
