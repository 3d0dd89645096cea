"""The score of one article taken apart, from what an engine knows of it."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass, replace
from typing import TYPE_CHECKING

from archive.query.nodes import (
    And,
    Fuzzy,
    Identified,
    Node,
    Or,
    Phrase,
    Prefix,
    Synonyms,
    Word,
)
from archive.query.terms import TextLeaf
from archive.search.explanation import (
    Evidence,
    Explanation,
    FieldPart,
    FilterEffect,
    LeafEvidence,
    LeafPart,
)
from archive.search.request import DateFilter, SearchRequest, Sort
from archive.search.scoring import (
    PREFIX_SCORE,
    SCORE_DIGITS,
    idf,
    newest_day,
    recency,
    term_score,
    weights_of,
)
from archive.search.second_look import LOOKED_AT, Bonus, WordPlaces, bonuses, weigh, words_of

if TYPE_CHECKING:
    from datetime import date

    from archive.search.engine import SearchEngine


def explain(engine: SearchEngine, request: SearchRequest, id_: str) -> Explanation | None:
    """Why an article stands where it does in the answer to ``request``, whatever its page.

    None where the article is not among those searched.
    """
    return _Explaining(engine, request, id_).explanation()


@dataclass(frozen=True, slots=True)
class _Explaining:
    engine: SearchEngine
    request: SearchRequest
    id: str

    def explanation(self) -> Explanation | None:
        request = self.request
        words = words_of(request.query) if request.second_look else ()
        leaves = dict.fromkeys([*_leaves(request.query), *words])
        evidence = self._evidence(self.id, tuple(leaves))
        if evidence is None:
            return None
        matches = self._holds(request.query)
        parts = tuple(self._parts(request.query, evidence))
        filters = tuple(self._filters())
        total = self._total(request)
        found = matches and all(effect.kept for effect in filters)
        added: tuple[Bonus, ...] = ()
        if found and words and self._is_looked_at():
            added = _bonuses(request.query, evidence)
        newest, factor = None, None
        if found and request.sort is Sort.BALANCED:
            newest = self._newest()
            factor = recency(evidence.lower, newest)
        score = sum(part.score for part in parts) + sum(bonus.score for bonus in added)
        return Explanation(
            id=self.id,
            matches=matches,
            score=round(score * (factor or 1.0), SCORE_DIGITS) if matches else 0.0,
            documents=evidence.documents,
            total=total,
            parts=parts,
            bonuses=added,
            recency=factor,
            newest=newest,
            filters=filters,
        )

    def _parts(self, node: Node | None, evidence: Evidence) -> Iterator[LeafPart]:
        """What the leaves that count contribute, as the engines add them up."""
        match node:
            case Word() | Phrase() | Prefix() | Fuzzy() | Synonyms():
                yield _part(node, evidence)
            case And(children=children):
                for child in children:
                    yield from self._parts(child, evidence)
            case Or(children=children):
                for child in children:
                    if not isinstance(child, And) or self._holds(child):
                        yield from self._parts(child, evidence)

    def _filters(self) -> Iterator[FilterEffect]:
        request = self.request
        bare = replace(request, filters={}, dates=DateFilter(), date_from=None, date_to=None)
        alone = {
            facet: replace(bare, filters={facet: values})
            for facet, values in request.filters.items()
            if values
        }
        if request.dates:
            alone["date"] = replace(bare, dates=request.dates)
        if request.date_from is not None:
            alone["date_from"] = replace(bare, date_from=request.date_from)
        if request.date_to is not None:
            alone["date_to"] = replace(bare, date_to=request.date_to)
        every = self._total(bare) if alone else 0
        for name, filtered in alone.items():
            own = replace(filtered, query=Identified(id=self.id))
            yield FilterEffect(
                name=name,
                removed=every - self._total(filtered),
                kept=self._total(own) > 0,
            )

    def _holds(self, node: Node | None) -> bool:
        """Whether the article matches a query."""
        if node is None:
            return True
        both = And(children=(Identified(id=self.id), node))
        return self._total(self._plain(both)) > 0

    def _is_looked_at(self) -> bool:
        """Whether the article is one of those that the second look is for."""
        if self.request.sort not in (Sort.RELEVANCE, Sort.BALANCED):
            return False
        first = replace(self.request, second_look=False, offset=0, limit=LOOKED_AT)
        hits = self.engine.search(replace(first, facets=(), histogram=None)).hits
        return any(hit.id == self.id for hit in hits)

    def _newest(self) -> date | None:
        first = replace(self.request, sort=Sort.NEWEST, offset=0, limit=1)
        hits = self.engine.search(replace(first, facets=(), histogram=None)).hits
        days = [newest.lower for hit in hits if (newest := self._evidence(hit.id)) is not None]
        return newest_day(days, self.request.today)

    def _evidence(self, id_: str, leaves: tuple[TextLeaf, ...] = ()) -> Evidence | None:
        return self.engine.evidence(
            id_, leaves, shelves=self.request.shelves, excluded=self.request.excluded
        )

    def _plain(self, query: Node) -> SearchRequest:
        return SearchRequest(
            query=query, shelves=self.request.shelves, excluded=self.request.excluded
        )

    def _total(self, request: SearchRequest) -> int:
        return self.engine.search(replace(request, limit=0, facets=(), histogram=None)).total


def _leaves(node: Node | None) -> Iterator[TextLeaf]:
    match node:
        case Word() | Phrase() | Prefix() | Fuzzy() | Synonyms():
            yield node
        case And(children=children) | Or(children=children):
            for child in children:
                yield from _leaves(child)


def _part(leaf: TextLeaf, evidence: Evidence) -> LeafPart:
    held = evidence.leaves[leaf]
    weight = idf(evidence.documents, held.frequency) if held.frequency else 0.0
    constant = isinstance(leaf, Prefix)
    fields = tuple(
        FieldPart(
            field=field,
            occurrences=count,
            length=evidence.lengths[field],
            average=evidence.averages[field],
            score=0.0
            if constant
            else term_score(
                weight, {field: count}, evidence.lengths, evidence.averages, {field: boost}
            ),
        )
        for field, boost in weights_of(leaf.field).items()
        if (count := held.occurrences.get(field, 0))
    )
    score = sum(part.score for part in fields)
    return LeafPart(
        leaf=leaf,
        frequency=held.frequency,
        weight=weight,
        fields=fields,
        score=PREFIX_SCORE if constant and fields else score,
    )


def _bonuses(query: Node | None, evidence: Evidence) -> tuple[Bonus, ...]:
    words = words_of(query)

    def places(held: LeafEvidence) -> WordPlaces:
        weight, telling = weigh(evidence.documents, held.frequency)
        return WordPlaces(idf=weight, telling=telling, positions=held.positions)

    return bonuses(
        words,
        {word: places(evidence.leaves[word]) for word in words},
        evidence.lengths,
        evidence.averages,
    )
