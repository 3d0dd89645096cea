"""Whom a request comes from, when a reverse proxy stands in front."""

from __future__ import annotations

from collections.abc import Callable

from django.http import HttpRequest, HttpResponseBase


class ForwardedAddressMiddleware:
    """Take the visitor's address from the last entry of ``X-Forwarded-For``.

    The last entry is the one that our own proxy wrote; earlier ones are whatever the visitor
    claims. Used only with ``ARCHIVE_BEHIND_PROXY``: without a proxy anyone could write the header
    and escape the limits that count by address.
    """

    def __init__(self, get_response: Callable[[HttpRequest], HttpResponseBase]) -> None:
        self.get_response = get_response

    def __call__(self, request: HttpRequest) -> HttpResponseBase:
        forwarded = request.META.get("HTTP_X_FORWARDED_FOR", "")
        if address := forwarded.rpartition(",")[2].strip():
            request.META["REMOTE_ADDR"] = address
        return self.get_response(request)
