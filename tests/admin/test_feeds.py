from __future__ import annotations

from datetime import timedelta
from typing import Any

import pytest
from django.test import Client
from django.urls import reverse
from django.utils import timezone

from archive.models import Source, SourceFeed
from tests.admin.test_article_form import form_of
from tests.factories import make_source

pytestmark = pytest.mark.django_db
URL = "https://quay.example.org/feed"


def save(desk: Client, source: Source, **changed: str) -> Any:
    page = reverse("admin:archive_source_change", args=[source.pk])
    return desk.post(page, {**form_of(desk, page), **changed})


def new(url: str) -> dict[str, str]:
    return {
        "feeds-TOTAL_FORMS": "1",
        "feeds-0-url": url,
        "feeds-0-status": "draft",
        "feeds-0-active": "on",
    }


def test_a_feed_is_added_to_its_source(desk: Client) -> None:
    source = make_source()
    assert save(desk, source, **new(URL)).status_code == 302
    feed = SourceFeed.objects.get()
    assert (feed.source, feed.url, feed.status, feed.active) == (source, URL, "draft", True)


@pytest.mark.parametrize(
    "url",
    [
        "http://127.0.0.1/",
        "http://localhost/feed",
        "ftp://quay.example.org/",
        "http://u:p@quay.example.org/",
    ],
)
def test_an_address_that_would_not_be_fetched_is_not_kept(desk: Client, url: str) -> None:
    assert save(desk, make_source(), **new(url)).status_code == 200
    assert not SourceFeed.objects.exists()


def test_another_address_is_asked_for_anew(desk: Client) -> None:
    later = timezone.now() + timedelta(hours=20)
    feed = SourceFeed.objects.create(
        source=make_source(), url=URL, etag='"1"', failures=6, next_poll_at=later
    )
    save(desk, feed.source, name="Another name")
    feed.refresh_from_db()
    assert (feed.etag, feed.failures, feed.next_poll_at) == ('"1"', 6, later)
    save(desk, feed.source, **{"feeds-0-url": f"{URL}/new"})
    feed.refresh_from_db()
    assert (feed.url, feed.etag, feed.failures) == (f"{URL}/new", "", 0)
    assert feed.next_poll_at <= timezone.now()
