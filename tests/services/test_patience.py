"""Commands wait for the index's writer lock, but not for ever."""

from __future__ import annotations

import pytest

from archive.exceptions import IndexLocked
from archive.services import patience
from archive.services.patience import patiently


class Lock:
    """Held by somebody else for a number of attempts."""

    def __init__(self, held_for: int) -> None:
        self.held_for = held_for
        self.attempts = 0

    def take(self) -> str:
        self.attempts += 1
        if self.attempts <= self.held_for:
            raise IndexLocked("Somebody else is writing.")
        return "taken"


def test_a_lock_held_for_a_moment_is_waited_for(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(patience, "LOCK_PATIENCE", 60.0)
    pauses: list[float] = []
    monkeypatch.setattr(patience, "sleep", pauses.append)
    lock = Lock(held_for=3)
    assert patiently(lock.take) == "taken"
    assert (lock.attempts, len(pauses)) == (4, 3)


def test_patience_ends(monkeypatch: pytest.MonkeyPatch) -> None:
    clock = iter(range(0, 1_000, 25))
    monkeypatch.setattr(patience, "LOCK_PATIENCE", 60.0)
    monkeypatch.setattr(patience, "monotonic", lambda: float(next(clock)))
    monkeypatch.setattr(patience, "sleep", lambda seconds: None)
    lock = Lock(held_for=1_000)
    with pytest.raises(IndexLocked):
        patiently(lock.take)
    assert lock.attempts == 3
