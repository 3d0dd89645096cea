"""Searches one by one, and what a reader who asks too often is told."""

from __future__ import annotations

from collections.abc import Callable
from functools import wraps
from threading import Lock
from typing import Concatenate, ParamSpec

from django.http import HttpRequest, HttpResponse, JsonResponse
from django.http.response import HttpResponseBase
from django.shortcuts import render
from django.utils.cache import patch_cache_control

from archive.web.api_errors import error_body
from archive.web.page_models import MessagePageView
from archive.web.ratelimit import seconds_to_wait

Parameters = ParamSpec("Parameters")
View = Callable[Concatenate[HttpRequest, Parameters], HttpResponseBase]
Refusal = Callable[[HttpRequest, int], HttpResponse]


def too_many(seconds: int) -> str:
    """Say how long to wait."""
    return (
        "There were too many searches from your address in the last minute. "
        f"Try again in {seconds} second{'' if seconds == 1 else 's'}."
    )


def limited(view: View[Parameters]) -> View[Parameters]:
    """Count a search; beyond the limit answer 429 with a page that says when to return."""
    return _counted(view, _page)


def limited_api(view: View[Parameters]) -> View[Parameters]:
    """Count a search, together with those of the pages; beyond the limit answer 429 in JSON."""
    return _counted(view, _json)


def in_turn(view: View[Parameters]) -> View[Parameters]:
    """Let a process answer one search after the other.

    Side by side they would all take as long as the last of them, and longer: a search needs the
    processor alone. Whoever sends or reads slowly keeps nobody waiting, nor does any other page.
    """

    @wraps(view)
    def answer(
        request: HttpRequest, /, *args: Parameters.args, **kwargs: Parameters.kwargs
    ) -> HttpResponseBase:
        with _turn:
            return view(request, *args, **kwargs)

    return answer


_turn = Lock()


def _counted(view: View[Parameters], refuse: Refusal) -> View[Parameters]:
    @wraps(view)
    def counted(
        request: HttpRequest, /, *args: Parameters.args, **kwargs: Parameters.kwargs
    ) -> HttpResponseBase:
        seconds = seconds_to_wait(request)
        if not seconds:
            return view(request, *args, **kwargs)
        response = refuse(request, seconds)
        response.headers["Retry-After"] = str(seconds)
        patch_cache_control(response, no_store=True)
        return response

    return counted


def _page(request: HttpRequest, seconds: int) -> HttpResponse:
    page = MessagePageView(
        title="Too many searches", message=too_many(seconds), retry_after=seconds
    )
    return render(request, "429.html", {"page": page}, status=429)


def _json(_request: HttpRequest, seconds: int) -> HttpResponse:
    return JsonResponse(error_body(too_many(seconds)), status=429)
