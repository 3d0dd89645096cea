"""Mistakes of a caller that every engine refuses alike, with ValueError."""

from __future__ import annotations

from collections.abc import Collection, Sequence

from archive.query.nodes import Tagged
from archive.query.terms import walk
from archive.search.document import IndexDocument
from archive.search.facets import FacetSpec
from archive.search.request import SearchRequest


def check_request(request: SearchRequest, facets: Sequence[FacetSpec]) -> None:
    """Raise ValueError where ``request`` names a facet that the engine does not have."""
    tagged = (node.facet for node in walk(request.query) if isinstance(node, Tagged))
    used = {*request.filters, *request.facets, *tagged}
    _check_names(used, {spec.name for spec in facets})


def check_document(document: IndexDocument, facets: Sequence[FacetSpec]) -> None:
    """Raise ValueError for a facet that the engine does not have, or two values where one fits."""
    _check_names(document.facets, {spec.name for spec in facets})
    for spec in facets:
        if not spec.multi_valued and len(document.facets.get(spec.name, ())) > 1:
            raise ValueError(
                f"Article {document.id} has several values of the facet {spec.name!r}, "
                "which takes one."
            )
    if (document.lower is None) != (document.upper is None):
        raise ValueError(f"Article {document.id} has one end of its days of publication only.")


def _check_names(used: Collection[str], known: set[str]) -> None:
    unknown = sorted(set(used) - known)
    if unknown:
        raise ValueError(
            f"The engine has no facet {unknown[0]!r}. It has: {', '.join(sorted(known))}."
        )
