"""Polling the feeds of sources: which is due, what came of asking, when to ask again.

A feed is claimed by moving on the time at which it is next due, in one statement: of two polls at
once, only one moves it. A poll that is killed leaves its feed to the next, when the claim is over.
"""

from __future__ import annotations

import io
import logging
import re
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from email.utils import parsedate_to_datetime

from django.db import transaction
from django.utils import timezone

from archive.formats.json_feed import JsonFeedReader
from archive.formats.registry import BEGINNING
from archive.formats.xml import declared_encoding, wide_codec
from archive.models import SourceFeed
from archive.services.fetching import Fetched, Fetcher
from archive.services.fetching_addresses import FetchError
from archive.services.importing import import_received
from archive.services.importing_report import ImportReport

logger = logging.getLogger(__name__)

USUAL = timedelta(hours=1)
SHORTEST = timedelta(minutes=10)
LONGEST = timedelta(hours=6)  # that a server's own caching may ask for
MOST_PATIENCE = timedelta(days=1)  # after failures
MOST_OBEDIENCE = timedelta(days=7)  # to what a server asks for
CLAIM = timedelta(minutes=15)
_MAX_AGE = re.compile(r"(?:^|[\s,])max-age\s*=\s*\"?(\d{1,9})", re.IGNORECASE)
_CHARSET = re.compile(r"charset\s*=\s*[\"']?([A-Za-z0-9._:-]{1,40})", re.IGNORECASE | re.ASCII)
_DECLARATION = re.compile(rb"\A\s*<\?xml\s[^>]*\?>")
_POLLED = ("url", "etag", "last_modified", "next_poll_at", "failures", "last_error", "last_status")
_GONE = "The server says that the feed is gone for good (410), so it is no longer asked for."


@dataclass(frozen=True, slots=True, kw_only=True)
class Polled:
    """What came of one feed. ``report`` is that of the import, where something was imported."""

    feed: SourceFeed
    problem: str = ""
    note: str = ""
    report: ImportReport | None = None


def poll_feeds(*, sources: Sequence[str] = (), fetcher: Fetcher | None = None) -> Iterator[Polled]:
    """Fetch the feeds that are due, of some sources (slugs) or of all, and import what is new.

    Yields what came of each. What is wrong with a feed is kept with it, and costs it alone.
    """
    fetcher = fetcher or Fetcher()
    began = timezone.now()
    while (feed := claim_feed(due=began, sources=sources)) is not None:
        yield _poll(feed, fetcher)


def claim_feed(*, due: datetime, sources: Sequence[str] = ()) -> SourceFeed | None:
    """The feed that waits longest of those due, which nobody else will poll for a while."""
    waiting = SourceFeed.objects.filter(active=True, next_poll_at__lte=due).order_by("next_poll_at")
    if sources:
        waiting = waiting.filter(source__slug__in=sources)
    while True:
        with transaction.atomic():
            feed = waiting.select_related("source").first()
            if feed is None:
                return None
            until = timezone.now() + CLAIM
            mine = SourceFeed.objects.filter(
                pk=feed.pk, next_poll_at=feed.next_poll_at, active=True
            )
            if mine.update(next_poll_at=until, last_polled_at=timezone.now()):
                feed.next_poll_at = until
                return feed


def _poll(feed: SourceFeed, fetcher: Fetcher) -> Polled:
    try:
        fetched = fetcher.fetch(feed.url, etag=feed.etag, last_modified=feed.last_modified)
    except FetchError as error:
        return _failed(feed, str(error), status=None)
    if fetched.status == 304:
        return _succeeded(feed, fetched, None)
    if fetched.status == 410:
        feed.active = False
        return _failed(feed, _GONE, status=410)
    if fetched.status != 200:
        return _failed(
            feed,
            f"The answer is {fetched.status} and no feed.",
            status=fetched.status,
            wait=_retry_after(fetched),
        )
    try:
        report = _take_in(feed, fetched)
    except Exception as error:  # of whatever kind: the other feeds are not to wait for this one
        logger.exception("A feed could not be stored: %s", feed.url)
        return _failed(feed, f"What came could not be stored ({type(error).__name__}).", status=200)
    if report.rejected and report.rejected == report.records:
        reason = report.rejects[0].reason if report.rejects else "Nothing of it could be read."
        return _failed(feed, reason, status=200, report=report)
    return _succeeded(feed, fetched, report)


def _take_in(feed: SourceFeed, fetched: Fetched) -> ImportReport:
    is_json = JsonFeedReader.recognises(fetched.content[:BEGINNING])
    return import_received(
        io.BytesIO(fetched.content if is_json else _declared(fetched)),
        label=feed.url,
        format="jsonfeed" if is_json else "feed",
        source=feed.source.slug,
        status=feed.status,
    )


def _declared(fetched: Fetched) -> bytes:
    """A feed that says its encoding, if only the server does; as it came where it reads without."""
    content = fetched.content
    found = _CHARSET.search(fetched.headers.get("content-type", ""))
    if found is None or wide_codec(content) or declared_encoding(content):
        return content
    try:
        content.decode("utf-8")
    except UnicodeDecodeError:
        declaration = f'<?xml version="1.0" encoding="{found[1]}"?>'.encode()
        return declaration + _DECLARATION.sub(b"", content, count=1)
    return content


def _succeeded(feed: SourceFeed, fetched: Fetched, report: ImportReport | None) -> Polled:
    asked = feed.url
    feed.failures, feed.last_error, feed.last_status = 0, "", fetched.status
    feed.next_poll_at = timezone.now() + _interval(fetched)
    if report is not None:
        feed.etag = _kept(fetched, "etag", 500)
        feed.last_modified = _kept(fetched, "last-modified", 100)
    with transaction.atomic():
        note = _move(feed, fetched.moved_to)
        _save(feed, asked)
    return Polled(feed=feed, note=note, report=report)


def _failed(
    feed: SourceFeed,
    problem: str,
    *,
    status: int | None,
    wait: timedelta = timedelta(0),
    report: ImportReport | None = None,
) -> Polled:
    feed.failures += 1
    feed.last_error, feed.last_status = problem, status
    patience = min(USUAL * 2 ** min(feed.failures - 1, 10), MOST_PATIENCE)
    feed.next_poll_at = timezone.now() + max(patience, wait)
    _save(feed, feed.url)
    return Polled(feed=feed, problem=problem, report=report)


def _move(feed: SourceFeed, url: str) -> str:
    """Follow a feed that has moved for good; two feeds at one address become one."""
    if not url or url == feed.url:
        return ""
    if len(url) > 500:
        return "It has moved to an address that is too long to be kept."
    if SourceFeed.objects.filter(url=url).exclude(pk=feed.pk).exists():
        feed.active = False
        feed.last_error = f"It has moved to {url}, which is a feed already, and is switched off."
        return feed.last_error
    note = f"It has moved from {feed.url}."
    feed.url = url
    return note


def _save(feed: SourceFeed, asked: str) -> None:
    """Write what polling decides, unless an editor has entered another address meanwhile."""
    fields = {name: getattr(feed, name) for name in _POLLED}
    if not feed.active:
        fields["active"] = False
    SourceFeed.objects.filter(pk=feed.pk, url=asked).update(**fields)


def _interval(fetched: Fetched) -> timedelta:
    """How long to wait: an hour, or what the server allows to be kept, within bounds."""
    found = _MAX_AGE.search(fetched.headers.get("cache-control", ""))
    allowed = timedelta(seconds=int(found[1])) if found else USUAL
    return min(allowed, LONGEST) if allowed >= SHORTEST else USUAL


def _retry_after(fetched: Fetched) -> timedelta:
    """What a server asks to wait, as seconds or as a date; nothing where it does not."""
    written = fetched.headers.get("retry-after", "").strip()
    if written.isascii() and written.isdigit() and len(written) < 10:
        return min(timedelta(seconds=int(written)), MOST_OBEDIENCE)
    try:
        until = parsedate_to_datetime(written)
    except (ValueError, TypeError, IndexError):
        return timedelta(0)
    wait = (until if until.tzinfo else until.replace(tzinfo=UTC)) - timezone.now()
    return max(min(wait, MOST_OBEDIENCE), timedelta(0))


def _kept(fetched: Fetched, name: str, limit: int) -> str:
    value = fetched.headers.get(name, "").strip()
    return value if len(value) <= limit and value.isascii() and value.isprintable() else ""
