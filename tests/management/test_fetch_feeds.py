from __future__ import annotations

import json
from collections.abc import Iterator
from functools import partial

import pytest
from pytest_django import Settings

from archive.conf import archive_settings
from archive.models import Article, SourceFeed
from archive.services import feeds
from archive.services.fetching import Fetcher
from tests.factories import make_source
from tests.management.running import run
from tests.services.fetching_server import Site, running_site

pytestmark = pytest.mark.django_db
FEED = b"<rss><channel><item><title>A</title></item></channel></rss>"


@pytest.fixture
def site(archive_config: Settings, monkeypatch: pytest.MonkeyPatch) -> Iterator[Site]:
    archive_config.ARCHIVE = {**archive_config.ARCHIVE, "FETCHING": True}
    archive_settings.cache_clear()
    monkeypatch.setattr(feeds, "Fetcher", partial(Fetcher, allowed={"127.0.0.1"}))
    with running_site() as running:
        yield running


def test_without_the_setting_nothing_is_asked() -> None:
    feed = SourceFeed.objects.create(source=make_source(), url="https://a.example.org/")
    code, out, error = run("fetch_feeds")
    assert (code, out) == (2, "")
    assert "ARCHIVE_FETCHING=1" in error
    feed.refresh_from_db()
    assert feed.last_polled_at is None


def test_a_source_that_there_is_not(site: Site) -> None:
    code, _, error = run("fetch_feeds", "--source", "nobody")
    assert code == 2
    assert "no source with the slug “nobody”" in error


def test_all_is_well(site: Site) -> None:
    site.serve("/feed", FEED)
    quay = make_source(name="The Quay", slug="quay")
    SourceFeed.objects.create(source=quay, url=site.url("/feed"))
    code, out, error = run("fetch_feeds")
    assert (code, error) == (0, "")
    assert out.splitlines() == [
        f"The Quay ({site.url('/feed')}): 1 new, 0 changed.",
        "1 feed, 0 failed: 1 created, 0 updated, 0 unchanged, 0 rejected.",
    ]
    assert run("fetch_feeds", "--quiet")[1].splitlines() == [
        "0 feeds, 0 failed: 0 created, 0 updated, 0 unchanged, 0 rejected."
    ]


def test_what_is_wrong_is_said(site: Site) -> None:
    site.serve("/good", FEED.replace(b"</channel>", b"<item/></channel>"))
    site.serve("/bad", status=404)
    for path in ("/good", "/bad"):
        SourceFeed.objects.create(source=make_source(slug=path[1:]), url=site.url(path))
    code, out, error = run("fetch_feeds", "--source", "good", "bad", "--json", "--quiet")
    assert code == 1
    assert json.loads(out) == {
        "feeds": 2,
        "failed": 1,
        "created": 1,
        "updated": 0,
        "unchanged": 0,
        "rejected": 1,
    }
    assert "The answer is 404 and no feed." in error
    assert f"{site.url('/good')}, line 1: There is neither a headline" in error
    assert Article.objects.count() == 1
