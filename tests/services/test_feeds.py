from __future__ import annotations

import json
import threading
from collections.abc import Iterator
from datetime import datetime, timedelta
from typing import Any

import pytest
from django.db import connection
from django.utils import timezone
from django.utils.http import http_date

from archive.models import Article, ImportRun, OutboxRow, Source, SourceFeed, Status
from archive.services import feeds
from archive.services.feeds import Polled, claim_feed, poll_feeds
from archive.services.fetching import Fetcher
from archive.services.importing import import_received
from tests.factories import make_source
from tests.services.fetching_server import Site, running_site

pytestmark = pytest.mark.django_db


@pytest.fixture
def site() -> Iterator[Site]:
    with running_site() as running:
        yield running


def rss(*titles: str, title: str = "Another name") -> bytes:
    items = "".join(f"<item><guid>{each}</guid><title>{each}</title></item>" for each in titles)
    return f"<rss><channel><title>{title}</title>{items}</channel></rss>".encode()


def make_feed(url: str, **fields: Any) -> SourceFeed:
    source = fields.pop("source", None) or make_source()
    return SourceFeed.objects.create(source=source, url=url, **fields)


def poll(**options: Any) -> list[Polled]:
    return list(poll_feeds(fetcher=Fetcher(allowed={"127.0.0.1"}, max_seconds=5), **options))


def waits(feed: SourceFeed) -> timedelta:
    """How long a feed is left alone, to the minute."""
    feed.refresh_from_db()
    wait = feed.next_poll_at - timezone.now()
    return timedelta(minutes=round(wait.total_seconds() / 60))


def due(feed: SourceFeed) -> None:
    SourceFeed.objects.filter(pk=feed.pk).update(next_poll_at=timezone.now())


def test_what_is_new_comes_in_as_of_the_source(site: Site) -> None:
    site.serve("/feed", rss("A", "B"), ETag='"1"', Last_Modified="Mon, 02 Jun 2025 10:15:00 GMT")
    feed = make_feed(site.url("/feed"))
    (polled,) = poll()
    assert polled.report is not None
    assert (polled.problem, polled.report.created) == ("", 2)
    articles = Article.objects.order_by("headline")
    assert [article.headline for article in articles] == ["A", "B"]
    assert {article.source for article in articles} == {feed.source}
    assert {article.status for article in articles} == {Status.PUBLISHED}
    assert Source.objects.count() == 1
    assert not OutboxRow.objects.exists()
    record = articles[0].import_records.get()
    assert record.path == feed.url
    assert record.received is not None
    assert record.received.content == b"<item><guid>A</guid><title>A</title></item>"
    feed.refresh_from_db()
    assert (feed.etag, feed.last_modified) == ('"1"', "Mon, 02 Jun 2025 10:15:00 GMT")
    assert (feed.last_status, feed.failures, feed.last_error) == (200, 0, "")
    assert feed.last_polled_at is not None
    assert waits(feed) == timedelta(hours=1)


def test_a_feed_says_what_its_articles_are(site: Site) -> None:
    site.serve("/feed", rss("A"))
    make_feed(site.url("/feed"), status=Status.DRAFT)
    poll()
    assert Article.objects.get().status == Status.DRAFT


def test_a_feed_speaks_for_its_source_alone(site: Site) -> None:
    """Whoever names the address of somebody else's article does not take it over."""

    def item(title: str) -> bytes:
        link = "https://quay.example/1"
        item = f"<item><title>{title}</title><link>{link}</link></item>"
        return f"<rss><channel>{item}</channel></rss>".encode()

    own = make_feed(site.url("/own"), source=make_source(name="Quay"))
    site.serve("/own", item("Ours"))
    poll()
    other = make_feed(site.url("/other"), source=make_source(name="Mole"))
    site.serve("/other", item("Theirs"))
    (polled,) = poll()
    assert polled.report is not None
    assert (polled.problem, polled.report.updated, polled.report.unchanged) == ("", 0, 1)
    article = Article.objects.get()
    assert (article.headline, article.source) == ("Ours", own.source)
    runs = ImportRun.objects.count()
    due(other)
    poll()
    assert ImportRun.objects.count() == runs
    site.serve("/own", item("Ours, corrected"))
    due(own)
    poll()
    article.refresh_from_db()
    assert article.headline == "Ours, corrected"


def test_a_feed_of_json(site: Site) -> None:
    version = "https://jsonfeed.org/version/1.1"
    items = [{"id": "1", "title": "A"}]
    body = json.dumps({"version": version, "title": "Another", "items": items}).encode()
    site.serve("/feed", body)
    feed = make_feed(site.url("/feed"))
    poll()
    assert Article.objects.get().source == feed.source


@pytest.mark.parametrize(
    ("declaration", "codec", "kind"),
    [
        ('<?xml version="1.0"?>', "cp1251", "text/xml; charset=windows-1251"),
        ("", "koi8-r", 'application/rss+xml; charset="KOI8-R"'),
        ("", "utf-8", "text/xml; charset=us-ascii"),
        ("", "utf-16", "text/xml; charset=utf-8"),
        ('<?xml version="1.0" encoding="koi8-r"?>', "koi8-r", "text/xml; charset=utf-8"),
    ],
)
def test_the_server_knows_the_encoding_where_the_feed_does_not(
    site: Site, declaration: str, codec: str, kind: str
) -> None:
    body = declaration + rss("Маяк снова горит").decode()
    site.serve("/feed", body.encode(codec), Content_Type=kind)
    make_feed(site.url("/feed"))
    poll()
    article = Article.objects.get()
    assert article.headline == "Маяк снова горит"
    assert article.received is not None
    assert article.received.content in body.encode(codec)


def test_what_is_as_it_was_is_left_alone(site: Site) -> None:
    site.serve("/feed", status=304)
    feed = make_feed(site.url("/feed"), etag='"1"', failures=3, last_error="It was ill.")
    (polled,) = poll()
    assert (polled.problem, polled.report) == ("", None)
    assert site.asked[0][1]["if-none-match"] == '"1"'
    feed.refresh_from_db()
    assert (feed.etag, feed.failures, feed.last_error) == ('"1"', 0, "")


def test_the_same_again_leaves_no_trace(site: Site) -> None:
    site.serve("/feed", rss("A", "A"))
    feed = make_feed(site.url("/feed"))
    poll()
    runs = ImportRun.objects.count()
    due(feed)
    (polled,) = poll()
    assert polled.report is not None
    assert polled.report.unchanged == 2
    assert ImportRun.objects.count() == runs


def test_only_what_is_due_and_active_and_asked_for(site: Site) -> None:
    for path in "1234":
        site.serve(f"/{path}", rss(path))
    wanted, other = make_source(slug="wanted"), make_source(slug="other")
    make_feed(site.url("/1"), source=wanted)
    make_feed(site.url("/2"), source=wanted, next_poll_at=timezone.now() + timedelta(minutes=1))
    make_feed(site.url("/3"), source=wanted, active=False)
    make_feed(site.url("/4"), source=other)
    poll(sources=["wanted"])
    assert [path for path, _ in site.asked] == ["/1"]
    poll()
    assert [path for path, _ in site.asked] == ["/1", "/4"]


@pytest.mark.parametrize(
    ("control", "minutes"),
    [
        ("max-age=1800", 30),
        ("public, max-age=7200", 120),
        ("max-age=60", 60),
        ("no-cache", 60),
        ("s-maxage=1200", 60),
        ("max-age=999999999", 360),
        ("max-age=99999999999999999999", 360),
    ],
)
def test_servers_say_how_long_their_answers_keep(site: Site, control: str, minutes: int) -> None:
    site.serve("/feed", rss("A"), Cache_Control=control)
    feed = make_feed(site.url("/feed"))
    poll()
    assert waits(feed) == timedelta(minutes=minutes)


def test_failures_make_patient(site: Site) -> None:
    site.serve("/feed", b"no", status=500)
    feed = make_feed(site.url("/feed"))
    found = []
    for _ in range(7):
        (polled,) = poll()
        assert polled.problem == "The answer is 500 and no feed."
        found.append(waits(feed) // timedelta(hours=1))
        due(feed)
    assert found == [1, 2, 4, 8, 16, 24, 24]
    feed.refresh_from_db()
    assert (feed.failures, feed.last_status) == (7, 500)
    assert feed.last_error == "The answer is 500 and no feed."
    site.serve("/feed", rss("A"))
    poll()
    feed.refresh_from_db()
    assert (feed.failures, feed.last_error, feed.last_status) == (0, "", 200)


@pytest.mark.parametrize(
    ("after", "hours"), [("7200", 2), ("60", 1), ("99999999", 168), ("soon", 1), ("", 1)]
)
def test_servers_say_when_to_come_again(site: Site, after: str, hours: int) -> None:
    site.serve("/feed", status=503, Retry_After=after)
    feed = make_feed(site.url("/feed"))
    poll()
    assert waits(feed) == timedelta(hours=hours)


def test_servers_say_when_to_come_again_by_a_date(site: Site) -> None:
    until = timezone.now() + timedelta(hours=5)
    site.serve("/feed", status=429, Retry_After=http_date(until.timestamp()))
    feed = make_feed(site.url("/feed"))
    poll()
    assert waits(feed) == timedelta(hours=5)


def test_a_feed_that_is_gone_is_switched_off(site: Site) -> None:
    site.serve("/feed", status=410)
    feed = make_feed(site.url("/feed"))
    (polled,) = poll()
    assert "gone for good" in polled.problem
    feed.refresh_from_db()
    assert (feed.active, feed.last_status) == (False, 410)
    assert "gone for good" in feed.last_error


def test_a_feed_that_has_moved_is_asked_for_where_it_is(site: Site) -> None:
    site.serve("/old", status=301, Location="/new")
    site.serve("/new", rss("A"))
    feed = make_feed(site.url("/old"))
    (polled,) = poll()
    assert polled.note == f"It has moved from {site.url('/old')}."
    feed.refresh_from_db()
    assert feed.url == site.url("/new")


@pytest.mark.parametrize(("status", "target"), [(302, 200), (301, 404)])
def test_a_feed_stays_where_it_is(site: Site, status: int, target: int) -> None:
    site.serve("/old", status=status, Location="/new")
    site.serve("/new", rss("A"), status=target)
    feed = make_feed(site.url("/old"))
    poll()
    feed.refresh_from_db()
    assert feed.url == site.url("/old")


def test_two_feeds_that_meet_become_one(site: Site) -> None:
    site.serve("/old", status=308, Location="/new")
    site.serve("/new", rss("A"))
    old, new = make_feed(site.url("/old")), make_feed(site.url("/new"))
    poll()
    for feed in (old, new):
        feed.refresh_from_db()
    assert (old.active, new.active) == (False, True)
    assert "a feed already" in old.last_error


@pytest.mark.parametrize(
    ("body", "words"),
    [
        (b"<html><body>Sorry</body></html>", "<html>, which is no feed"),
        (b'<!DOCTYPE r [<!ENTITY a "b">]><rss/>', "entities"),
        (b"", "no feed"),
    ],
)
def test_an_answer_that_is_no_feed_is_a_failure(site: Site, body: bytes, words: str) -> None:
    site.serve("/feed", body, ETag='"1"')
    feed = make_feed(site.url("/feed"))
    (polled,) = poll()
    assert words in polled.problem
    feed.refresh_from_db()
    assert (feed.failures, feed.etag) == (1, "")


def test_a_feed_without_news_is_well(site: Site) -> None:
    site.serve("/feed", rss())
    make_feed(site.url("/feed"))
    (polled,) = poll()
    assert polled.problem == ""


def test_what_is_wrong_with_a_feed_costs_it_alone(
    site: Site, monkeypatch: pytest.MonkeyPatch
) -> None:
    site.serve("/good", rss("A"))
    site.serve("/odd", rss("B"))
    now = timezone.now()
    make_feed("http://10.0.0.1/feed", next_poll_at=now - timedelta(minutes=3))
    make_feed(site.url("/odd"), next_poll_at=now - timedelta(minutes=2))
    make_feed(site.url("/good"), next_poll_at=now - timedelta(minutes=1))

    def failing(content: Any, *, label: str, **options: Any) -> Any:
        if label.endswith("/odd"):
            raise OSError("The disk is full.")
        return import_received(content, label=label, **options)

    monkeypatch.setattr(feeds, "import_received", failing)
    inside, odd, good = poll()
    assert "not on the public net" in inside.problem
    assert odd.problem == "What came could not be stored (OSError)."
    assert good.problem == ""


def test_a_feed_is_claimed_once() -> None:
    first, second = make_feed("https://a.example.org/"), make_feed("https://b.example.org/")
    now = timezone.now()
    claimed = [claim_feed(due=now) for _ in range(3)]
    assert [feed and feed.pk for feed in claimed] == [first.pk, second.pk, None]
    assert waits(first) == feeds.CLAIM


def test_a_feed_that_another_poll_has_claimed_meanwhile_is_its(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    """Between looking for a feed and claiming it, where the database lets two do so at once."""
    feed = make_feed("https://a.example.org/")
    now = timezone.now()

    def meanwhile() -> datetime:
        SourceFeed.objects.filter(pk=feed.pk).update(next_poll_at=now + timedelta(minutes=7))
        return now

    monkeypatch.setattr(timezone, "now", meanwhile)
    assert claim_feed(due=now) is None
    monkeypatch.undo()
    assert waits(feed) == timedelta(minutes=7)


@pytest.mark.django_db(transaction=True)
def test_two_polls_at_once_ask_for_each_feed_once(site: Site) -> None:
    for number in range(4):
        site.serve(f"/{number}", rss())
        make_feed(site.url(f"/{number}"))
    problems: list[BaseException] = []

    def work() -> None:
        try:
            poll()
        except BaseException as error:
            problems.append(error)
        finally:
            connection.close()

    threads = [threading.Thread(target=work) for _ in range(2)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert problems == []
    assert sorted(path for path, _ in site.asked) == ["/0", "/1", "/2", "/3"]


def test_an_address_that_an_editor_enters_meanwhile_stays(
    site: Site, monkeypatch: pytest.MonkeyPatch
) -> None:
    site.serve("/old", rss("A"), ETag='"1"')
    feed = make_feed(site.url("/old"))

    def edited(*args: Any, **options: Any) -> Any:
        SourceFeed.objects.filter(pk=feed.pk).update(url="https://new.example.org/")
        return import_received(*args, **options)

    monkeypatch.setattr(feeds, "import_received", edited)
    poll()
    feed.refresh_from_db()
    assert (feed.url, feed.etag) == ("https://new.example.org/", "")
