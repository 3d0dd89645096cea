"""A query as typed, read as far as it can be."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass

from archive.conf import archive_settings
from archive.exceptions import QueryError
from archive.query.bounds import QueryBounds
from archive.query.describe import describe
from archive.query.nodes import Batch, Identified, Node
from archive.query.parser import parse, read_leniently
from archive.query.terms import map_leaves
from archive.services.names import FACET_OF_FIELD, Names


@dataclass(frozen=True, slots=True, kw_only=True)
class QueryReading:
    """The node, or None where nothing was asked or nothing could be read.

    ``problem`` is why the query could not be read as it stands.
    """

    node: Node | None = None
    problem: QueryError | None = None
    notes: tuple[str, ...] = ()


def query_bounds() -> QueryBounds:
    """How large a query may be in this installation."""
    chosen = archive_settings()
    return QueryBounds(
        characters=chosen.QUERY_CHARACTERS,
        terms=chosen.QUERY_TERMS,
        depth=chosen.QUERY_DEPTH,
        wildcards=chosen.QUERY_WILDCARDS,
        expansions=chosen.QUERY_EXPANSIONS,
    )


def read_query(text: str, *, staff: bool = False) -> QueryReading:
    """Read ``text``; only ``staff`` may ask for an import run. Raises nothing."""
    if not text.strip():
        return QueryReading()
    problem: QueryError | None = None
    try:
        parsed = parse(text, bounds=query_bounds(), facets=FACET_OF_FIELD)
    except QueryError as error:
        problem = error
        parsed = read_leniently(text, bounds=query_bounds(), facets=FACET_OF_FIELD)
    node, notes = parsed.node, parsed.notes
    if node is not None and not staff and (without := _without_batches(node)) != node:
        node, notes = without, (*notes, "Import runs can be asked for by staff only.")
    return QueryReading(node=node, problem=problem, notes=notes)


def describe_reading(reading: QueryReading, names: Names, languages: Iterable[str]) -> str:
    """How the query was read, in one English sentence; empty where there is none.

    ``languages`` are those that its words were looked up in.
    """
    if reading.node is None:
        return ""

    def label(facet: str, name: str) -> str:
        return " or ".join(names.labels(facet, name)) or name

    said = describe(reading.node, languages=languages, label=label)
    return f"{said[:1].upper()}{said[1:]}."


def _without_batches(node: Node) -> Node:
    """The query with every import run replaced by what matches nothing."""
    return map_leaves(
        node, lambda leaf: Identified(id=f"batch:{leaf.run}") if isinstance(leaf, Batch) else leaf
    )
