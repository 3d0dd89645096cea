"""Stock Whoosh (whoosh-reloaded), with the fields, facets and highlights of its documentation."""

from __future__ import annotations

import html
from collections.abc import Iterable
from importlib.metadata import version
from typing import Any

from whoosh import index
from whoosh.analysis import LowercaseFilter, RegexTokenizer
from whoosh.fields import ID, KEYWORD, NUMERIC, TEXT, Schema
from whoosh.highlight import ContextFragmenter
from whoosh.query import And, Every, NumericRange, Or, Phrase, Prefix, Term
from whoosh.sorting import Count, FieldFacet

from archive.search.document import IndexDocument
from bench.corpus import FACETS
from bench.engines.base import (
    COUNTED,
    FACET_VALUES,
    PAGE_SIZE,
    SNIPPET_WIDTH,
    BenchEngine,
    Page,
)
from bench.queries import Query

_BOOSTS = {"headline": 3.0, "summary": 1.5, "body": 1.0}
_MEGABYTES = 256
_NO_YEAR = 2_147_483_647  # what Whoosh groups articles without the number under
_CONTEXT = 60  # characters around a match


class Engine(BenchEngine):
    """One writer process; facets grouped with ``Count``, several values an article."""

    @classmethod
    def versions(cls) -> dict[str, str]:
        return {"whoosh-reloaded": version("whoosh-reloaded")}

    def build(self, batches: Iterable[list[IndexDocument]]) -> None:
        made = index.create_in(str(self.folder), _schema())
        writer = made.writer(limitmb=_MEGABYTES, procs=1)
        for batch in batches:
            for document in batch:
                writer.add_document(**_fields(document))
        writer.commit()
        made.close()

    def open(self) -> None:
        self._index = index.open_dir(str(self.folder))
        self._searcher = self._index.searcher()

    def page(self, query: Query) -> Page:
        facets = {name: FieldFacet(name, allow_overlap=True) for name in COUNTED}
        results = self._searcher.search(
            _words(query),
            limit=PAGE_SIZE,
            filter=_filters(query),
            groupedby={**facets, "year": FieldFacet("year")},
            maptype=Count,
            sortedby=FieldFacet("lower", reverse=True) if query.newest_first else None,
        )
        # Grouped results hold all that matches, whatever the limit.
        shown = [results[place] for place in range(min(PAGE_SIZE, results.scored_length()))]
        results.fragmenter = ContextFragmenter(maxchars=SNIPPET_WIDTH, surround=_CONTEXT)
        return Page(
            total=len(results),
            ids=tuple(int(hit["number"]) for hit in shown),
            counts={name: _most(results.groups(name)) for name in COUNTED},
            years={
                int(year): count
                for year, count in results.groups("year").items()
                if year not in (None, _NO_YEAR)
            },
            snippets=tuple(self._snippet(hit, query) for hit in shown),
        )

    def edit(self, document: IndexDocument) -> None:
        writer = self._index.writer()
        writer.update_document(**_fields(document))
        writer.commit()
        word = Term("headline", document.headline.split()[0].lower())
        while not self._searcher.search(word, limit=1):
            self._searcher = self._searcher.refresh()

    def close(self) -> None:
        self._searcher.close()
        self._index.close()

    def _snippet(self, hit: Any, query: Query) -> str:
        text = self.corpus.text(int(hit["number"]))
        if query.newest_first:
            return html.escape(text[:SNIPPET_WIDTH])
        # A field's highlights know the words of the query that occur in this field of some article.
        marked = (
            hit.highlights(name, text=text, top=1) for name in ("body", "headline", "summary")
        )
        return str(next(filter(None, marked), ""))


def _schema() -> Schema:
    words = RegexTokenizer(r"\w+") | LowercaseFilter()
    return Schema(
        number=ID(unique=True, stored=True),
        **{name: TEXT(analyzer=words, field_boost=boost) for name, boost in _BOOSTS.items()},
        byline=TEXT(analyzer=words),
        **{spec.name: KEYWORD() if spec.multi_valued else ID() for spec in FACETS},
        year=NUMERIC(sortable=True),
        lower=NUMERIC(sortable=True, default=0),
        upper=NUMERIC(),
    )


def _fields(document: IndexDocument) -> dict[str, object]:
    fields: dict[str, object] = {
        "number": document.id,
        "headline": document.headline,
        "summary": document.summary,
        "body": document.body,
        "byline": " ".join(document.bylines),
        **{name: " ".join(values) for name, values in document.facets.items()},
    }
    if document.lower and document.upper:
        fields["year"] = document.lower.year
        fields["lower"] = document.lower.toordinal()
        fields["upper"] = document.upper.toordinal()
    return fields


def _words(query: Query) -> Any:
    def term(word: str) -> Any:
        return Or([Term(name, word) for name in _BOOSTS])

    parts = [term(word) for word in query.every]
    if query.some:
        parts.append(Or([term(word) for word in query.some]))
    if query.phrase:
        parts.append(Or([Phrase(name, list(query.phrase)) for name in _BOOSTS]))
    if query.prefix:
        parts.append(Or([Prefix(name, query.prefix) for name in _BOOSTS]))
    if not parts:
        return Every()
    return parts[0] if len(parts) == 1 else And(parts)


def _filters(query: Query) -> Any:
    parts: list[Any] = [Term(name, value) for name, value in query.filters.items()]
    if query.date_to:
        parts.append(NumericRange("lower", None, query.date_to.toordinal()))
    if query.date_from:
        parts.append(NumericRange("upper", query.date_from.toordinal(), None))
    return And(parts) if parts else None


def _most(counts: dict[Any, int]) -> dict[str, int]:
    known = [(str(value), count) for value, count in counts.items() if value is not None]
    return dict(sorted(known, key=lambda one: -one[1])[:FACET_VALUES])
