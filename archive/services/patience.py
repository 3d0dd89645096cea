"""Waiting for the index's writer lock."""

from __future__ import annotations

from collections.abc import Callable
from time import monotonic, sleep
from typing import TypeVar

from archive.exceptions import IndexLocked

LOCK_PATIENCE = 60.0  # seconds
_PAUSE = 0.05  # seconds

Result = TypeVar("Result")


def patiently(attempt: Callable[[], Result]) -> Result:
    """Return what ``attempt`` returns, as soon as nobody else is writing to the index.

    A visitor's request or an editor's change holds the lock for a moment, which must not cost a
    command the work of minutes. Raises IndexLocked where another process goes on writing for
    ``LOCK_PATIENCE`` seconds.
    """
    deadline = monotonic() + LOCK_PATIENCE
    while True:
        try:
            return attempt()
        except IndexLocked:
            if monotonic() >= deadline:
                raise
            sleep(_PAUSE)
