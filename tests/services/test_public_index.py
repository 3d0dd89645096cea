"""Page requests help the index along, but do not do an import's work."""

from __future__ import annotations

import pytest
from pytest_django import Settings

from archive.conf import archive_settings
from archive.models import Status
from archive.search.request import SearchRequest
from archive.services import outbox, public_index
from archive.services.public_index import PublicIndex
from tests.factories import make_article

pytestmark = pytest.mark.django_db

SHARE = 5


class Clock:
    def __init__(self) -> None:
        self.now = 0.0

    def __call__(self) -> float:
        self.now += 0.001
        return self.now


@pytest.fixture
def clock(archive_config: Settings, monkeypatch: pytest.MonkeyPatch) -> Clock:
    archive_config.ARCHIVE = {**archive_config.ARCHIVE, "DRAIN_ON_REQUEST": SHARE}
    archive_settings.cache_clear()
    clock = Clock()
    monkeypatch.setattr(public_index, "monotonic", clock)
    monkeypatch.setattr(public_index, "_pace", public_index._Pace())
    return clock


def test_requests_rest_while_many_changes_wait(clock: Clock) -> None:
    shown = make_article(headline="Truce")
    outbox.drain()
    for _ in range(3 * SHARE):
        make_article(headline="Truce")
    assert PublicIndex().search(SearchRequest()).total == 1 + SHARE
    assert PublicIndex().search(SearchRequest()).total == 1 + SHARE
    shown.status = Status.WITHDRAWN
    shown.save()
    assert PublicIndex().search(SearchRequest()).total == SHARE, "what is hidden waits for nothing"
    clock.now += 60
    assert PublicIndex().search(SearchRequest()).total == 2 * SHARE


def test_requests_do_not_rest_after_few_changes(clock: Clock) -> None:
    for number in range(1, 4):
        make_article(headline="Truce")
        assert PublicIndex().search(SearchRequest()).total == number
