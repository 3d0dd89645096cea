"""Views."""

from __future__ import annotations

from typing import Any

from django.http import HttpRequest, HttpResponse
from django.shortcuts import render


def article(request: HttpRequest, **_: Any) -> HttpResponse:
    return render(request, "article.html")
