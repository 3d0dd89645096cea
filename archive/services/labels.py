"""What the values of facets are called, kept until the public could see another name."""

from __future__ import annotations

from collections.abc import Iterable
from functools import lru_cache

from archive.facets.base import FacetValue
from archive.facets.registry import FACETS
from archive.search.engine import SearchEngine
from archive.services.engine import get_engine

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
        known = self._known.setdefault(facet, {})
        wanted = list(values)
        if unknown := [value for value in wanted if value not in known]:
            if sum(map(len, self._known.values())) > _MOST_KEPT:
                known.clear()
                unknown = wanted
            known.update(FACETS[facet].describe(unknown))
        return {value: known[value] for value in wanted if value in known}

    def resolve(self, facet: str, names: Iterable[str]) -> dict[str, tuple[str, ...]]:
        """``Facet.resolve``, asked only for names that were not looked up yet."""
        meant = self._meant.setdefault(facet, {})
        wanted = list(names)
        if unknown := [name for name in wanted if name not in meant]:
            if sum(map(len, self._meant.values())) > _MOST_KEPT:
                meant.clear()
                unknown = wanted
            found = FACETS[facet].resolve(unknown)
            meant.update({name: found.get(name, ()) for name in unknown})
        return {name: values for name in wanted if (values := meant.get(name))}


@lru_cache(maxsize=1)
def _known(
    engine: SearchEngine,  # noqa: ARG001 - part of the key
    epoch: int,  # noqa: ARG001 - part of the key
) -> tuple[dict[str, dict[str, FacetValue]], dict[str, dict[str, tuple[str, ...]]]]:
    """What was read under one epoch: labels by facet and value, values by facet and name."""
    return {}, {}
