"""What every page for staff has in common, whoever answers it."""

from __future__ import annotations

from collections.abc import Callable

from django.http import HttpRequest, HttpResponseBase
from django.urls import reverse


class StaffPagesMiddleware:
    """No cache, on the way or in the browser, keeps a page of the admin.

    Answers that no view gives are covered as well: redirects, refusals, lockouts.
    """

    def __init__(self, get_response: Callable[[HttpRequest], HttpResponseBase]) -> None:
        self.get_response = get_response

    def __call__(self, request: HttpRequest) -> HttpResponseBase:
        response = self.get_response(request)
        if request.path.startswith(reverse("admin:index")):
            response.headers["Cache-Control"] = "private, no-store"
        return response
