"""How often one address may search."""

from __future__ import annotations

import sqlite3
import threading
from pathlib import Path

import pytest
from django.test import Client, RequestFactory
from pytest_django import Settings

from archive.conf import archive_settings
from archive.web.ratelimit import WINDOW, address_of, seconds_to_wait

NOON = 1_000_000.0 * WINDOW


@pytest.fixture
def limited(archive_config: Settings) -> Path:
    """Three searches a minute."""
    archive_config.ARCHIVE = {**archive_config.ARCHIVE, "SEARCHES_PER_MINUTE": 3}
    archive_settings.cache_clear()
    return archive_settings().RATE_LIMIT_FILE


def ask(moment: float, address: str = "192.0.2.1") -> int:
    return seconds_to_wait(RequestFactory().get("/", REMOTE_ADDR=address), now=moment)


def test_the_fourth_search_of_a_minute_waits(limited: Path) -> None:
    assert [ask(NOON + second) for second in (0, 1, 2)] == [0, 0, 0]
    assert ask(NOON + 10) == 50
    assert ask(NOON + 10, "192.0.2.2") == 0


def test_searches_of_the_minute_before_fade(limited: Path) -> None:
    for second in (57, 58, 59):
        assert ask(NOON + second) == 0
    # A new minute on the clock is not a new allowance: the three are a second old.
    assert ask(NOON + WINDOW + 1) > 0
    assert ask(NOON + 2 * WINDOW + 50) == 0


def test_old_counts_are_removed(limited: Path) -> None:
    for number in range(600):
        ask(NOON + number * WINDOW, f"192.0.2.{number % 250}")
    for _ in range(3):
        ask(NOON + 700 * WINDOW)
    with sqlite3.connect(limited) as database:
        ask(NOON + 800 * WINDOW, "198.51.100.1")
        (rows,) = database.execute("SELECT COUNT(*) FROM searches").fetchone()
    database.close()
    assert rows < 10


def test_all_workers_count_together(limited: Path) -> None:
    answers: list[int] = []
    threads = [threading.Thread(target=lambda: answers.append(ask(NOON + 1))) for _ in range(12)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert answers.count(0) == 3


def test_a_limit_of_nought_is_none(archive_config: Settings) -> None:
    assert [ask(NOON) for _ in range(200)] == [0] * 200
    assert not archive_settings().RATE_LIMIT_FILE.exists()


def test_a_counter_that_fails_stops_nobody(limited: Path, caplog: pytest.LogCaptureFixture) -> None:
    limited.write_bytes(b"this is no database" * 100)
    assert [ask(NOON) for _ in range(5)] == [0] * 5
    assert "could not be counted" in caplog.text


@pytest.mark.parametrize(
    ("written", "address"),
    [
        ("192.0.2.1", "192.0.2.1"),
        ("2001:db8:1:2:3:4:5:6", "2001:db8:1:2::/64"),
        ("2001:db8:1:2::1", "2001:db8:1:2::/64"),
        ("2001:db8:1:3::1", "2001:db8:1:3::/64"),
        ("::ffff:192.0.2.1", "192.0.2.1"),
        ("fe80::1%eth0", "fe80::/64"),
        ("", ""),
        ("unix:", "unix:"),
    ],
)
def test_who_asks(written: str, address: str) -> None:
    assert address_of(RequestFactory().get("/", REMOTE_ADDR=written)) == address


@pytest.mark.django_db
def test_pages_and_api_share_the_count(client: Client, limited: Path) -> None:
    assert client.get("/search/?q=a").status_code == 200
    assert client.get("/api/search/?q=a").status_code == 200
    etag = client.get("/search/?q=b").headers.get("ETag", "")
    page = client.get("/search/?q=b", headers={"If-None-Match": etag})
    assert page.status_code == 429
    assert 0 < int(page["Retry-After"]) <= WINDOW
    assert page["Content-Type"].startswith("text/html")
    assert page.context["page"].retry_after == int(page["Retry-After"])
    answer = client.get("/api/search/?q=b")
    assert answer.status_code == 429
    assert 0 < int(answer["Retry-After"]) <= WINDOW
    assert "Try again" in answer.json()["error"]["message"]
    assert client.get("/").status_code == 200
