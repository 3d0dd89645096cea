"""A process answers its searches one after the other."""

from __future__ import annotations

import threading
import time

import pytest
from django.http import HttpRequest, HttpResponse
from django.test import RequestFactory

from archive.web.limits import in_turn


def test_no_search_is_answered_beside_another() -> None:
    running: list[str] = []
    most: list[int] = []

    @in_turn
    def view(request: HttpRequest) -> HttpResponse:
        running.append(request.path)
        time.sleep(0.01)
        most.append(len(running))
        running.remove(request.path)
        return HttpResponse()

    requests = [RequestFactory().get(f"/{number}/") for number in range(5)]
    threads = [threading.Thread(target=view, args=(request,)) for request in requests]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert most == [1] * len(requests)


def test_a_search_that_fails_leaves_the_turn_to_the_next() -> None:
    @in_turn
    def view(request: HttpRequest) -> HttpResponse:
        if request.GET:
            raise ValueError
        return HttpResponse()

    with pytest.raises(ValueError):
        view(RequestFactory().get("/?q=truce"))
    assert view(RequestFactory().get("/")).status_code == 200
