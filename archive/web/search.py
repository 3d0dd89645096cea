"""Views."""

from __future__ import annotations

from typing import Any

from django.http import HttpRequest, HttpResponse
from django.shortcuts import render


def search(request: HttpRequest, **_: Any) -> HttpResponse:
    return render(request, "search.html")


def search_help(request: HttpRequest, **_: Any) -> HttpResponse:
    return render(request, "search_help.html")
