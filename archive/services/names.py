"""Names that readers give to parties, places and the like, and what the index calls them."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Callable, Collection, Iterable, Mapping
from dataclasses import dataclass, field, replace

from archive.facets.base import FacetValue
from archive.facets.registry import FACETS
from archive.query.nodes import Leaf, Node, Tagged
from archive.query.terms import map_leaves, walk
from archive.services.labels import Labels

NO_VALUE = "?"
"""A value that no article has: an engine asked for it finds nothing."""

FACET_OF_FIELD = {
    written: name for name, facet in FACETS.items() for written in (name, *facet.query_names)
}
"""The facet that each field of the query language names: ``language`` for ``lang``."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Names:
    """What names stand for: engine values by facet and name, and what to show for each value."""

    values: Mapping[tuple[str, str], tuple[str, ...]] = field(default_factory=dict)
    shown: Mapping[tuple[str, str], FacetValue] = field(default_factory=dict)

    def engine_values(self, facet: str, names: Iterable[str]) -> tuple[str, ...]:
        """The engine's values of ``names``; ``NO_VALUE`` alone where there are none."""
        found = [value for name in names for value in self.values.get((facet, name), ())]
        return tuple(dict.fromkeys(found)) or (NO_VALUE,)

    def slugs(self, facet: str, names: Iterable[str]) -> tuple[str, ...]:
        """The slugs of ``names``; a name that nothing answers to stays as it was given."""
        slugs: list[str] = []
        for name in names:
            values = self.values.get((facet, name), ())
            found = [self.shown[facet, value].slug for value in values]
            slugs += found or [name]
        return tuple(dict.fromkeys(slugs))

    def labels(self, facet: str, name: str) -> tuple[str, ...]:
        """What the entities that ``name`` stands for are called."""
        return tuple(self.shown[facet, value].label for value in self.values.get((facet, name), ()))


def tagged_names(node: Node | None) -> dict[str, set[str]]:
    """The names in a query, by facet."""
    found: dict[str, set[str]] = defaultdict(set)
    for part in walk(node):
        if isinstance(part, Tagged):
            found[part.facet].add(part.name)
    return found


def resolve_names(
    wanted: Mapping[str, Collection[str]],
    *,
    labels: Labels,
    shown: Callable[[str, Collection[str]], Collection[str]] | None = None,
) -> Names:
    """Look names up, a few queries a facet.

    ``shown`` picks those of a facet's values that may be known to exist; without it all may. An
    entity that only unpublished articles name is thus no more known than one that does not exist.
    """
    values: dict[tuple[str, str], tuple[str, ...]] = {}
    described: dict[tuple[str, str], FacetValue] = {}
    for facet, names in wanted.items():
        if not names:
            continue
        resolved = labels.resolve(facet, names)
        every = {value for found in resolved.values() for value in found}
        kept = every if shown is None else every.intersection(shown(facet, sorted(every)))
        called = labels.of(facet, sorted(kept))
        for name, found in resolved.items():
            known = tuple(value for value in found if value in called)
            if known:
                values[facet, name] = known
        described |= {(facet, value): label for value, label in called.items()}
    return Names(values=values, shown=described)


def with_values(node: Node, names: Names) -> Node:
    """The query with what its names stand for filled in."""

    def filled(leaf: Leaf) -> Leaf:
        if not isinstance(leaf, Tagged):
            return leaf
        return replace(leaf, values=names.values.get((leaf.facet, leaf.name), ()))

    return map_leaves(node, filled)


def unknown_notes(wanted: Mapping[str, Collection[str]], names: Names) -> tuple[str, ...]:
    """A sentence for each name that nothing answers to."""
    return tuple(
        f"No article has the {FACETS[facet].label.lower()} “{name}”."
        for facet, given in wanted.items()
        for name in sorted(given)
        if (facet, name) not in names.values
    )
