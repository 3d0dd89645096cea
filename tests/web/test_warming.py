"""A new process has searched once before the first visitor does."""

from __future__ import annotations

import pytest
from django.test import Client

from archive.exceptions import IndexMissing
from archive.search.request import SearchRequest
from archive.search.result import SearchResult
from archive.services.engine import get_engine
from archive.web.warming import warm_up
from tests.factories import make_article

pytestmark = pytest.mark.django_db


def test_the_first_search_finds_everything_loaded(
    client: Client, monkeypatch: pytest.MonkeyPatch
) -> None:
    make_article(headline="Truce")
    client.get("/search/")  # brings the article into the index
    asked: list[object] = []
    search = get_engine().search

    def counted(request: SearchRequest) -> SearchResult:
        asked.append(request.query)
        return search(request)

    monkeypatch.setattr(get_engine(), "search", counted)
    warm_up()
    assert None in asked
    assert len(set(map(type, asked))) > 1


@pytest.mark.parametrize(
    "error",
    [IndexMissing("There is no index."), PermissionError("Somebody else's."), MemoryError()],
)
def test_a_site_that_cannot_search_starts(
    error: Exception, monkeypatch: pytest.MonkeyPatch
) -> None:
    def fails(request: SearchRequest) -> SearchResult:
        raise error

    make_article()
    monkeypatch.setattr(get_engine(), "search", fails)
    warm_up()
