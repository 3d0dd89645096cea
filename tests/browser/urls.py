"""The site, and every state of its pages under ``/states/``."""

from __future__ import annotations

from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import render
from django.urls import include, path

from tests.browser.states import STATES


def state(request: HttpRequest, name: str) -> HttpResponse:
    """One page in one state."""
    if name not in STATES:
        raise Http404
    template, page = STATES[name]
    return render(request, template, {"page": page()})


urlpatterns = [
    path("states/<slug:name>/", state),
    path("", include("config.urls")),
]
