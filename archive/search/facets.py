"""What a facet is to an engine."""

from __future__ import annotations

from dataclasses import dataclass


@dataclass(frozen=True, slots=True, kw_only=True)
class FacetSpec:
    """A column of values to filter by and count: its name, and whether articles have many."""

    name: str
    multi_valued: bool
