"""How often one address may search, counted together by all workers of the site."""

from __future__ import annotations

import logging
import sqlite3
import time
from collections.abc import Iterator
from contextlib import contextmanager
from ipaddress import AddressValueError, IPv6Address
from pathlib import Path

from django.http import HttpRequest

from archive.conf import archive_settings

logger = logging.getLogger(__name__)

WINDOW = 60
"""Seconds over which searches are counted."""
_PRUNED_EVERY = 256  # searches
_BUSY_SECONDS = 0.25
_IPV6_NETWORK = 64  # bits: what one household or server is given

_SCHEMA = """
CREATE TABLE IF NOT EXISTS searches (
    address TEXT NOT NULL, period INTEGER NOT NULL, number INTEGER NOT NULL,
    PRIMARY KEY (address, period)
) WITHOUT ROWID
"""
_COUNT = """
INSERT INTO searches (address, period, number) VALUES (?, ?, 1)
ON CONFLICT (address, period) DO UPDATE SET number = number + 1
RETURNING number
"""
_PREVIOUS = "SELECT number FROM searches WHERE address = ? AND period = ?"
_PRUNE = "DELETE FROM searches WHERE period < ?"


def seconds_to_wait(request: HttpRequest, *, now: float | None = None) -> int:
    """Count a search; return 0 where it may go ahead, else the seconds until the next may.

    The searches of the last minute are estimated as those of this calendar minute plus the share
    of the minute before that still lies within sixty seconds. If counting fails the search goes
    ahead: a limit must not take the site down.
    """
    limit = archive_settings().SEARCHES_PER_MINUTE
    if limit <= 0:
        return 0
    moment = time.time() if now is None else now
    try:
        this_minute, minute_before = _count(
            archive_settings().RATE_LIMIT_FILE, address_of(request), int(moment // WINDOW)
        )
    except (sqlite3.Error, OSError):
        logger.exception("Searches could not be counted; this one goes ahead.")
        return 0
    elapsed = moment % WINDOW
    if this_minute + minute_before * (1 - elapsed / WINDOW) <= limit:
        return 0
    return max(1, round(WINDOW - elapsed))


def address_of(request: HttpRequest) -> str:
    """Who asks: an IPv4 address, or the network of 64 bits around an IPv6 one."""
    address = str(request.META.get("REMOTE_ADDR", ""))
    try:
        number = IPv6Address(address.split("%")[0])
    except AddressValueError:
        return address
    if number.ipv4_mapped is not None:
        return str(number.ipv4_mapped)
    return f"{IPv6Address(int(number) >> _IPV6_NETWORK << _IPV6_NETWORK)}/{_IPV6_NETWORK}"


def _count(path: Path, address: str, period: int) -> tuple[int, int]:
    with _opened(path) as database:
        number: int = database.execute(_COUNT, (address, period)).fetchone()[0]
        before = database.execute(_PREVIOUS, (address, period - 1)).fetchone()
        if number % _PRUNED_EVERY == 1:
            database.execute(_PRUNE, (period - 1,))
    return number, before[0] if before else 0


@contextmanager
def _opened(path: Path) -> Iterator[sqlite3.Connection]:
    """A connection that commits by itself; one a search, so that no fork or thread shares one."""
    path.parent.mkdir(parents=True, exist_ok=True)
    database = sqlite3.connect(path, timeout=_BUSY_SECONDS, isolation_level=None)
    try:
        database.execute("PRAGMA journal_mode=WAL")
        # What a power failure would cost is a minute's counts.
        database.execute("PRAGMA synchronous=OFF")
        database.execute(_SCHEMA)
        yield database
    finally:
        database.close()
