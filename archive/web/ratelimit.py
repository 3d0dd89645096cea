"""How often one address may search, counted together by all workers of the site."""

from __future__ import annotations

import logging
import os
import sqlite3
import threading
import time
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
    try:
        database = _kept.opened(path)
        number: int = database.execute(_COUNT, (address, period)).fetchone()[0]
        before = database.execute(_PREVIOUS, (address, period - 1)).fetchone()
        if number % _PRUNED_EVERY == 1:
            database.execute(_PRUNE, (period - 1,))
    except sqlite3.Error:
        _kept.close()  # the next search tries anew
        raise
    return number, before[0] if before else 0


class _Kept(threading.local):
    """A connection for each thread of each process: opening one takes longer than counting."""

    def __init__(self) -> None:
        self._of: tuple[int, Path] | None = None
        self._database: sqlite3.Connection | None = None

    def opened(self, path: Path) -> sqlite3.Connection:
        """The connection to ``path``, which commits by itself."""
        wanted = (os.getpid(), path)
        if self._database is None or self._of != wanted:
            self.close()
            path.parent.mkdir(parents=True, exist_ok=True)
            self._of = wanted
            self._database = sqlite3.connect(path, timeout=_BUSY_SECONDS, isolation_level=None)
            self._database.execute("PRAGMA journal_mode=WAL")
            # What a power failure would cost is a minute's counts.
            self._database.execute("PRAGMA synchronous=OFF")
            self._database.execute(_SCHEMA)
        return self._database

    def close(self) -> None:
        """Let go of the connection; one from before a fork belongs to the other process."""
        if self._database is not None and self._of is not None and self._of[0] == os.getpid():
            self._database.close()
        self._database = None


_kept = _Kept()
