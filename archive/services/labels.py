"""What the values of facets are called, kept until the public could see another name."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping, Sequence
from functools import lru_cache
from typing import TypeVar

from archive.facets.base import FacetValue
from archive.facets.registry import FACETS
from archive.search.engine import SearchEngine
from archive.services.engine import get_engine

Value = TypeVar("Value", FacetValue, tuple[str, ...])

_MOST_KEPT = 50_000
"""Labels in a process: what all pages show, and far less than memory can bear."""


class Labels:
    """One object per answer; ``epoch`` is the public's, read before.

    Every renaming moves the epoch, so what was read before it is let go. What was read a moment
    after an epoch may be newer than it, which does no harm; it is never older.
    """

    def __init__(self, epoch: int) -> None:
        self._known, self._meant = _known(get_engine(), epoch)

    def of(self, facet: str, values: Iterable[str]) -> dict[str, FacetValue]:
        """``Facet.describe``, asked only for what is not known yet."""
        return _looked_up(self._known, facet, values, FACETS[facet].describe)

    def resolve(self, facet: str, names: Iterable[str]) -> dict[str, tuple[str, ...]]:
        """``Facet.resolve``, asked only for names that were not looked up yet."""

        def read(unknown: Sequence[str]) -> dict[str, tuple[str, ...]]:
            # That a name means nothing is remembered as well.
            return dict.fromkeys(unknown, ()) | FACETS[facet].resolve(unknown)

        found = _looked_up(self._meant, facet, names, read)
        return {name: values for name, values in found.items() if values}


def _looked_up(
    known: dict[str, dict[str, Value]],
    facet: str,
    wanted: Iterable[str],
    read: Callable[[Sequence[str]], Mapping[str, Value]],
) -> dict[str, Value]:
    """What ``known`` holds of a facet, with what it lacks read and added.

    Other threads may clear it between any two steps, so each value is looked at once.
    """
    held = known.setdefault(facet, {})
    order = list(wanted)
    found = {key: value for key in order if (value := held.get(key)) is not None}
    if unknown := [key for key in order if key not in found]:
        fresh = read(unknown)
        if sum(map(len, known.values())) > _MOST_KEPT:
            held.clear()
        held.update(fresh)
        found |= fresh
    return {key: found[key] for key in order if key in found}


@lru_cache(maxsize=1)
def _known(
    engine: SearchEngine,  # noqa: ARG001 - part of the key
    epoch: int,  # noqa: ARG001 - part of the key
) -> tuple[dict[str, dict[str, FacetValue]], dict[str, dict[str, tuple[str, ...]]]]:
    """What was read under one epoch: labels by facet and value, values by facet and name."""
    return {}, {}
