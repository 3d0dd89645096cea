"""A reader's question, made ready for the engine: names looked up, words read and widened."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Collection, Mapping
from dataclasses import dataclass, replace

from django.utils import timezone

from archive.conf import archive_settings
from archive.facets.registry import FACETS
from archive.query.nodes import Node
from archive.search.request import SearchRequest
from archive.services.expanding import Expanded, Expander
from archive.services.labels import Labels
from archive.services.names import Names, resolve_names, tagged_names, unknown_notes, with_values
from archive.services.public_index import PublicIndex
from archive.services.questions import SearchQuestion, days_of
from archive.services.reading import QueryReading, describe_reading, read_query


@dataclass(frozen=True, slots=True, kw_only=True)
class Asked:
    """What a question comes to, as far as that can be said without the index.

    ``question`` says the same as what was asked, with names turned into slugs. ``request`` is for
    what was typed; :meth:`widened` says what else to look for.
    """

    question: SearchQuestion
    reading: QueryReading
    names: Names
    wanted: Mapping[str, Collection[str]]
    request: SearchRequest

    @property
    def notes(self) -> tuple[str, ...]:
        """What was left out or nothing answers to."""
        return (*self.reading.notes, *unknown_notes(self.wanted, self.names))

    @property
    def labels(self) -> Mapping[tuple[str, str], str]:
        """What the chosen values are called, by facet and slug."""
        chosen = {(facet, slug) for facet, slugs in self.question.chosen.items() for slug in slugs}
        return {
            (facet, value.slug): value.label
            for (facet, _), value in self.names.shown.items()
            if (facet, value.slug) in chosen
        }

    def expander(self, index: PublicIndex) -> Expander | None:
        """What widens the query, unless it is to be taken literally. Raises SearchIndexError."""
        return None if self.question.literally or self.reading.node is None else Expander(index)

    def read_as(self, index: PublicIndex) -> str:
        """How the query was read, in English. Raises SearchIndexError."""
        return describe_reading(self.reading, self.names, index.languages())


def ask(
    question: SearchQuestion,
    index: PublicIndex,
    labels: Labels,
    *,
    facets: Collection[str] = (),
) -> Asked:
    """Read a question, with ``facets`` to be counted. A query is read as far as it can be."""
    reading = read_query(question.text)
    wanted = _names_in(question, reading.node)
    names = resolve_names(wanted, shown=index.shown, labels=labels)
    reading = resolved(reading, names)
    return Asked(
        question=replace(
            question,
            chosen={facet: names.slugs(facet, given) for facet, given in question.chosen.items()},
        ),
        reading=reading,
        names=names,
        wanted=wanted,
        request=_request(question, reading.node, names, facets=facets),
    )


def resolved(reading: QueryReading, names: Names) -> QueryReading:
    """The reading with the engine's values in place of the names in it."""
    return (
        reading if reading.node is None else replace(reading, node=with_values(reading.node, names))
    )


def expanded(expander: Expander | None, node: Node | None) -> Expanded:
    """The query with what means the same, where it is to be widened. Raises SearchIndexError."""
    return Expanded(node=node) if expander is None or node is None else expander.expand(node)


def _names_in(question: SearchQuestion, node: Node | None) -> dict[str, set[str]]:
    wanted: dict[str, set[str]] = defaultdict(set)
    for facet, given in (*tagged_names(node).items(), *question.chosen.items()):
        wanted[facet].update(given)
    return wanted


def _request(
    question: SearchQuestion, node: Node | None, names: Names, *, facets: Collection[str]
) -> SearchRequest:
    histogram, _ = question.zoom()
    return SearchRequest(
        query=node,
        filters={
            facet: names.engine_values(facet, given)
            for facet, given in question.chosen.items()
            if given
        },
        dates=question.date_filter(),
        date_from=days_of(question.date_from).lower if question.date_from else None,
        date_to=days_of(question.date_to).upper if question.date_to else None,
        sort=question.order,
        today=timezone.localdate(),
        offset=(question.page - 1) * question.size,
        limit=question.size,
        facets=tuple(name for name in FACETS if name in facets),
        facet_limit=archive_settings().FACET_VALUES,
        histogram=histogram,
    )
