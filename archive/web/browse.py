"""Views."""

from __future__ import annotations

from typing import Any

from django.http import HttpRequest, HttpResponse
from django.shortcuts import render


def years(request: HttpRequest, **_: Any) -> HttpResponse:
    return render(request, "browse.html")


def year(request: HttpRequest, **_: Any) -> HttpResponse:
    return render(request, "browse.html")


def month(request: HttpRequest, **_: Any) -> HttpResponse:
    return render(request, "browse.html")


def day(request: HttpRequest, **_: Any) -> HttpResponse:
    return render(request, "browse.html")


def undated(request: HttpRequest, **_: Any) -> HttpResponse:
    return render(request, "browse.html")
