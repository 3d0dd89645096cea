"""A visitor behind a proxy is known by the address that the proxy wrote."""

from __future__ import annotations

import pytest
from django.http import HttpRequest, HttpResponse
from django.test import RequestFactory

from config.proxy import ForwardedAddressMiddleware


def address(request: HttpRequest) -> HttpResponse:
    return HttpResponse(request.META["REMOTE_ADDR"])


@pytest.mark.parametrize(
    ("header", "expected"),
    [
        (None, "127.0.0.1"),
        ("", "127.0.0.1"),
        ("203.0.113.7", "203.0.113.7"),
        ("198.51.100.1, 203.0.113.7", "203.0.113.7"),
        ("anything, 2001:db8::1 ", "2001:db8::1"),
    ],
)
def test_last_forwarded_address_counts(header: str | None, expected: str) -> None:
    headers = {} if header is None else {"X-Forwarded-For": header}
    request = RequestFactory().get("/", headers=headers)
    response = ForwardedAddressMiddleware(address)(request)
    assert isinstance(response, HttpResponse)
    assert response.content.decode() == expected
