"""Bringing articles into the index in a process of its own, while an import goes on.

The follower writes to the index and never to the database: that has one writer, who deletes the
outbox rows that the follower has done with. Where either dies, the rows are there still.
"""

from __future__ import annotations

from collections.abc import Callable
from contextlib import suppress
from multiprocessing.connection import Connection

from archive.exceptions import SearchIndexError
from archive.services import child_process, outbox
from archive.services.engine import get_engine

PAUSE = 0.2
AT_ONCE = 4_000


class IndexFollower:
    """The other end of a follower. If it fails, what it leaves is drained when all is stored."""

    def __init__(self) -> None:
        self._process, self._connection = child_process.start(f"{__name__}.follow")

    def settle(self) -> int:
        """Delete the rows that are done; returns the articles written since the last time."""
        written = 0
        while self._poll():
            drained = self._receive()
            if drained is None:
                return written
            outbox.settle(drained)
            written += drained.articles
        return written

    def finish(self, told: Callable[[int], None]) -> None:
        """Let the follower bring in what there is, and end it; ``told`` hears of each batch."""
        try:
            self._connection.send("finish")
        except OSError:
            return self.close()
        while (drained := self._receive()) is not None:
            outbox.settle(drained)
            told(drained.articles)
        self.close()

    def close(self) -> None:
        """End the follower when it has written what it is writing."""
        self._connection.close()
        self._process.join()

    def _poll(self) -> bool:
        try:
            return self._connection.poll()
        except OSError:
            return False

    def _receive(self) -> outbox.Drained | None:
        try:
            drained: outbox.Drained | None = self._connection.recv()
        except (EOFError, OSError):
            return None
        return drained


def follow(connection: Connection) -> None:
    """What the follower does, until all is done or the importer is gone."""
    with suppress(EOFError, OSError):
        _drain_all(connection)


def _drain_all(connection: Connection) -> None:
    last, finishing = 0, False
    while True:
        try:
            drained = outbox.write_due(get_engine(), AT_ONCE, after=last)
        except SearchIndexError:  # another writer, or damage: the importer finds out at the end
            drained = None
        if drained is not None:
            last = drained.rows[-1]
            connection.send(drained)
        elif finishing:
            connection.send(None)
            return
        elif connection.poll(PAUSE):
            connection.recv()
            finishing = True
