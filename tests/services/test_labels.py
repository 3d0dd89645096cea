"""What is remembered of names is never lost to whoever is using it."""

from __future__ import annotations

from collections.abc import Iterable
from typing import Any

import pytest

from archive.facets.base import FacetValue
from archive.facets.registry import FACETS
from archive.services import labels
from archive.services.labels import Labels

EPOCH = -1  # no public has it


@pytest.fixture(autouse=True)
def forgotten() -> None:
    labels._known.cache_clear()


def test_each_value_is_asked_for_once(monkeypatch: pytest.MonkeyPatch) -> None:
    asked: list[str] = []
    describe, resolve = FACETS["section"].describe, FACETS["section"].resolve

    def described(values: Iterable[str]) -> dict[str, FacetValue]:
        asked.extend(values)
        return describe(values)

    def resolved(names: Iterable[str]) -> dict[str, tuple[str, ...]]:
        asked.extend(names)
        return resolve(names)

    monkeypatch.setattr(FACETS["section"], "describe", described)
    monkeypatch.setattr(FACETS["section"], "resolve", resolved)
    for _ in range(2):
        assert list(Labels(EPOCH).of("section", ["sport", "arts"])) == ["sport", "arts"]
        assert Labels(EPOCH).resolve("section", ["Sport", " "]) == {"Sport": ("sport",)}
    assert asked == ["sport", "arts", "Sport", " "]


@pytest.mark.parametrize("method", ["of", "resolve"])
def test_a_thread_that_makes_room_takes_nothing_from_another(
    method: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(labels, "_MOST_KEPT", 3)
    name = {"of": "describe", "resolve": "resolve"}[method]
    first = getattr(Labels(EPOCH), method)
    assert set(first("section", ["a", "b", "c"])) == set("abc")
    read = getattr(FACETS["section"], name)

    def interrupted(wanted: Iterable[str]) -> Any:
        monkeypatch.undo()
        monkeypatch.setattr(labels, "_MOST_KEPT", 3)
        for others in (["x", "y"], ["z"]):  # another thread, just now
            first("section", others)
        return read(wanted)

    monkeypatch.setattr(FACETS["section"], name, interrupted)
    assert set(first("section", ["a", "e"])) == {"a", "e"}
