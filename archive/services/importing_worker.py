"""Reading in a process of its own, so that one prepares what is next while another one stores.

The worker sends batches ahead; the importer asks it for the whole of the records that are new, and
tells it when a batch is stored. Each side ends when the other one is gone.
"""

from __future__ import annotations

import pickle
from collections import deque
from collections.abc import Collection, Iterator, Mapping
from contextlib import suppress
from multiprocessing.connection import Connection
from typing import IO, Protocol

from archive.exceptions import ImportInterrupted
from archive.services import child_process
from archive.services.importing_prepare import Whole
from archive.services.importing_reading import Batch, Reading, WhatToRead

BATCHES_AHEAD = 3
# The importer looks at one batch while it stores another, so that fewer would not do.
LEAST_AHEAD = 2
BYTES_AHEAD = 16 * 1024 * 1024


class BatchReader(Protocol):
    """What an import reads from, in this process or in another one."""

    def batches(self) -> Iterator[Batch]: ...
    def ask(self, number: int, places: Collection[int]) -> None: ...
    def whole(self, number: int, places: Collection[int]) -> dict[int, Whole]: ...
    def forget(self, number: int) -> None: ...
    def close(self) -> None: ...


class LocalReader:
    """Reads in this process."""

    def __init__(self, what: WhatToRead, *, standard_input: IO[bytes] | None) -> None:
        self._reading = Reading(what, standard_input=standard_input)
        self.batches = self._reading.batches
        self.whole = self._reading.whole
        self.forget = self._reading.forget

    def ask(self, number: int, places: Collection[int]) -> None:
        """Nothing can be done ahead."""

    def close(self) -> None:
        """There is nothing to end."""


class WorkerReader:
    """Reads in a worker. Raises what the worker raised, or ImportInterrupted where it died."""

    def __init__(self, what: WhatToRead) -> None:
        self._process, self._connection = child_process.start(f"{__name__}.serve", what)
        self._batches: deque[Batch] = deque()
        self._wholes: dict[int, dict[int, Whole]] = {}
        self._asked: dict[int, Collection[int]] = {}
        self._ended = False

    def batches(self) -> Iterator[Batch]:
        """Yield the batches in order."""
        while True:
            while not self._batches and not self._ended:
                self._take()
            if not self._batches:
                return
            yield self._batches.popleft()

    def ask(self, number: int, places: Collection[int]) -> None:
        """Have the worker prepare what will be wanted."""
        if places:
            self._asked[number] = places
            self._tell(("whole", number, places))

    def whole(self, number: int, places: Collection[int]) -> dict[int, Whole]:
        """All of the records at some places of a batch, those asked for before and others."""
        found: dict[int, Whole] = {}
        if self._asked.pop(number, None) is not None:
            found = self._wait_for(number)
        missing = [place for place in places if place not in found]
        if missing:
            self._tell(("whole", number, missing))
            found |= self._wait_for(number)
        return found

    def forget(self, number: int) -> None:
        """Let the worker let go of a batch."""
        self._tell(("forget", number, ()))

    def close(self) -> None:
        """End the worker, wherever it is."""
        self._connection.close()
        self._process.terminate()
        self._process.join()

    def _wait_for(self, number: int) -> dict[int, Whole]:
        while number not in self._wholes:
            self._take()
        return self._wholes.pop(number)

    def _take(self) -> None:
        try:
            kind, *said = self._connection.recv()
        except (EOFError, OSError):
            raise ImportInterrupted(
                "The process that reads the files was ended from outside, perhaps for want of "
                "memory."
            ) from None
        if kind == "batch":
            self._batches.append(said[0])
        elif kind == "whole":
            self._wholes[said[0]] = said[1]
        elif kind == "end":
            self._ended = True
        else:
            raise said[0]

    def _tell(self, message: tuple[str, int, Collection[int]]) -> None:
        try:
            self._connection.send(message)
        except OSError:
            self._take()  # says why the worker is gone


def serve(connection: Connection, what: WhatToRead) -> None:
    """What the worker does, until the importer is gone."""
    try:
        _serve(connection, Reading(what))
    except BaseException as error:
        with suppress(OSError):  # the importer is gone, and wants no reason
            connection.send(("error", _told(error)))


def _told(error: BaseException) -> BaseException:
    """An error as it can be sent to another process."""
    try:
        pickle.loads(pickle.dumps(error))  # noqa: S301 - our own
    except Exception:
        return ImportInterrupted(f"{type(error).__name__}: {error}")
    return error


def _serve(connection: Connection, reading: Reading) -> None:
    batches = reading.batches()
    ahead: dict[int, int] = {}
    ended = False
    while True:
        while not ended and _may_go_on(ahead) and not connection.poll():
            batch = next(batches, None)
            if batch is None:
                ended = True
                connection.send(("end",))
            else:
                ahead[batch.number] = batch.size
                connection.send(("batch", batch))
        kind, number, places = connection.recv()
        if kind == "whole":
            connection.send(("whole", number, reading.whole(number, places)))
        else:
            reading.forget(number)
            del ahead[number]


def _may_go_on(ahead: Mapping[int, int]) -> bool:
    """Whether there is room for another batch beside those that are not stored yet."""
    return len(ahead) < LEAST_AHEAD or (
        len(ahead) < BATCHES_AHEAD and sum(ahead.values()) < BYTES_AHEAD
    )
