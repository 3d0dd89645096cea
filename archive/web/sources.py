"""Views."""

from __future__ import annotations

from typing import Any

from django.http import HttpRequest, HttpResponse
from django.shortcuts import render


def source_list(request: HttpRequest, **_: Any) -> HttpResponse:
    return render(request, "entities.html")


def source(request: HttpRequest, **_: Any) -> HttpResponse:
    return render(request, "source.html")
