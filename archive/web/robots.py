"""What crawlers are asked to leave alone (RFC 9309)."""

from __future__ import annotations

from django.http import HttpRequest, HttpResponse
from django.urls import reverse
from django.views.decorators.http import require_safe


@require_safe
def robots(_request: HttpRequest) -> HttpResponse:
    """Articles yes; searches no, whose addresses have no end."""
    lines = (
        "User-agent: *",
        f"Disallow: {reverse('search')}",
        f"Disallow: {reverse('api-search')}",
    )
    return HttpResponse("\n".join(lines) + "\n", content_type="text/plain; charset=utf-8")
