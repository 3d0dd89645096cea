"""Answers that need not be sent again: conditional requests (RFC 9110, section 13)."""

from __future__ import annotations

from collections.abc import Callable
from functools import wraps
from hashlib import sha256
from typing import Concatenate, ParamSpec

from django.conf import settings
from django.http import HttpRequest, HttpResponseNotModified
from django.http.response import HttpResponseBase
from django.utils import timezone
from django.utils.cache import patch_cache_control
from django.utils.http import parse_etags

from archive import __version__
from archive.exceptions import SearchIndexError
from archive.search.document import Shelf
from archive.services.engine import get_engine
from archive.services.public_index import caught_up, noting_failures

Parameters = ParamSpec("Parameters")
View = Callable[Concatenate[HttpRequest, Parameters], HttpResponseBase]


def etag_of(request: HttpRequest) -> str | None:
    """The ETag of what ``request`` is answered with now, found without answering it.

    A public answer depends on nothing but what the public may see, the index, the release, the day
    and the address. None where the index cannot tell, or while templates may change at any moment.
    """
    # An embargo that has just ended changes what the public may see, so it comes first.
    state = caught_up()
    if settings.DEBUG:
        return None
    try:
        generation = get_engine().generation((Shelf.PUBLIC,))
    except SearchIndexError:
        return None
    # No article counts as newer than today.
    today = timezone.localdate()
    parts = (state.epoch, state.lifted, today, generation, __version__, request.get_full_path())
    return f'"{sha256(repr(parts).encode()).hexdigest()[:32]}"'


def public_answer(view: View[Parameters]) -> View[Parameters]:
    """Let browsers and proxies keep what ``view`` answers, and ask each time if it still holds."""

    @wraps(view)
    def answer(
        request: HttpRequest, /, *args: Parameters.args, **kwargs: Parameters.kwargs
    ) -> HttpResponseBase:
        etag = etag_of(request)
        if etag is not None and _holds(request, etag):
            return _kept(HttpResponseNotModified(), etag)
        with noting_failures() as failures:
            response = view(request, *args, **kwargs)
        if response.status_code == 200 and etag is not None and not failures:
            return _kept(response, etag)
        # What stands in for the index's answer must not outlast the failure.
        if response.status_code >= 400 or failures:
            patch_cache_control(response, no_store=True)
        return response

    return answer


def _holds(request: HttpRequest, etag: str) -> bool:
    """Whether the sender has this very answer; a proxy that compresses marks its tags weak."""
    held = parse_etags(request.headers.get("If-None-Match", ""))
    return any(tag.removeprefix("W/") == etag for tag in held)


def _kept(response: HttpResponseBase, etag: str) -> HttpResponseBase:
    response.headers["ETag"] = etag
    patch_cache_control(response, public=True, max_age=0, must_revalidate=True)
    return response
