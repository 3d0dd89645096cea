"""Tantivy, a Rust library, through its Python package.

Of the set-ups that its documentation offers, the fastest that were tried: the headline as a field
of its own that only adds to the score, beside one field of all text that decides what matches
(three fields are up to a fifth slower); ids as unsigned fast fields (fast text fields are counted
up to twice as slowly); one search and one aggregation; total from the search.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable
from importlib import import_module
from importlib.metadata import version
from typing import Any

from archive.search.document import IndexDocument
from bench.corpus import FACETS
from bench.engines.base import (
    COUNTED,
    FACET_VALUES,
    PAGE_SIZE,
    SNIPPET_WIDTH,
    BenchEngine,
    Page,
    Unavailable,
)
from bench.engines.marking import marked
from bench.queries import Query

try:
    tantivy: Any = import_module("tantivy")
except ImportError:
    tantivy = None

_HEAP_BYTES = 256_000_000
_THREADS = 1
_HEADLINE_BOOST = 2.0  # over what the headline's words score as part of the text
_TEXT_FACETS = ("section", "language")  # the others have ids
_AGGREGATIONS = {
    **{facet: {"terms": {"field": facet, "size": FACET_VALUES}} for facet in COUNTED},
    "years": {"terms": {"field": "year", "size": 200}},
}


class Engine(BenchEngine):
    """One writer thread, one commit; searched by one thread."""

    @classmethod
    def check(cls) -> None:
        if tantivy is None:
            raise Unavailable("the Python package tantivy is not installed")

    @classmethod
    def versions(cls) -> dict[str, str]:
        return {"tantivy": version("tantivy")}

    def build(self, batches: Iterable[list[IndexDocument]]) -> None:
        index = tantivy.Index(_schema(), path=str(self.folder))
        index.register_tokenizer("words", _analyzer())
        writer = index.writer(_HEAP_BYTES, _THREADS)
        for batch in batches:
            for document in batch:
                writer.add_document(_document(document))
        writer.commit()
        writer.wait_merging_threads()

    def open(self) -> None:
        self._index = tantivy.Index.open(str(self.folder))
        self._index.register_tokenizer("words", _analyzer())
        self._index.reload()
        self._searcher = self._index.searcher()
        self._schema = self._index.schema
        self._writer: Any = None

    def page(self, query: Query) -> Page:
        words = self._words(query, "all")
        filters = self._filters(query)
        matching = _all_of(words + filters)
        found = self._searcher.search(
            self._scoring(query, words, filters) if words else matching,
            PAGE_SIZE,
            order_by_field="lower" if query.newest_first else None,
        )
        counted = self._searcher.aggregate(matching, _AGGREGATIONS)
        numbers = self._searcher.fast_field_values("number", [hit[1] for hit in found.hits])
        return Page(
            total=found.count,
            ids=tuple(numbers),
            counts={
                facet: {
                    str(int(bucket["key"])): bucket["doc_count"]
                    for bucket in counted[facet]["buckets"]
                }
                for facet in COUNTED
            },
            years={
                int(bucket["key"]): bucket["doc_count"] for bucket in counted["years"]["buckets"]
            },
            snippets=self._snippets(query, words, numbers),
        )

    def edit(self, document: IndexDocument) -> None:
        if self._writer is None:
            self._writer = self._index.writer(_HEAP_BYTES, _THREADS)
        self._writer.delete_documents_by_term("number", int(document.id))
        self._writer.add_document(_document(document))
        self._writer.commit()
        word = document.headline.split()[0].lower()
        query = tantivy.Query.term_query(self._schema, "all", word, "basic")
        while self._searcher.search(query, 1).count != 1:
            self._index.reload()
            self._searcher = self._index.searcher()

    def close(self) -> None:
        if self._writer is not None:
            self._writer.wait_merging_threads()

    def _words(self, query: Query, field: str) -> list[Any]:
        """What must match in ``field``, one query for each thing asked for."""
        make = tantivy.Query
        term: Callable[[str], Any] = lambda word: make.term_query(self._schema, field, word, "freq")  # noqa: E731
        found = [term(word) for word in query.every]
        if query.some:
            found.append(
                make.boolean_query([(tantivy.Occur.Should, term(word)) for word in query.some])
            )
        if query.phrase:
            found.append(make.phrase_query(self._schema, field, list(query.phrase)))
        if query.prefix:
            found.append(make.regex_query(self._schema, field, f"{query.prefix}.*"))
        return found

    def _filters(self, query: Query) -> list[Any]:
        make = tantivy.Query
        found = [
            make.term_query(
                self._schema, facet, value if facet in _TEXT_FACETS else int(value), "basic"
            )
            for facet, value in query.filters.items()
        ]
        integer = tantivy.FieldType.Integer
        if query.date_to:
            found.append(
                make.range_query(self._schema, "lower", integer, None, query.date_to.toordinal())
            )
        if query.date_from:
            found.append(
                make.range_query(self._schema, "upper", integer, query.date_from.toordinal(), None)
            )
        return found

    def _scoring(self, query: Query, words: list[Any], filters: list[Any]) -> Any:
        make, occur = tantivy.Query, tantivy.Occur
        return make.boolean_query(
            [
                *((occur.Must, word) for word in words),
                *((occur.Must, make.const_score_query(one, 0.0)) for one in filters),
                *(
                    (occur.Should, make.boost_query(word, _HEADLINE_BOOST))
                    for word in self._words(query, "headline")
                ),
            ]
        )

    def _snippets(self, query: Query, words: list[Any], numbers: list[int]) -> tuple[str, ...]:
        if not words or query.prefix:
            # Tantivy's snippets know the words of a query, not what a pattern stands for.
            return marked([self.corpus.text(number) for number in numbers], query)
        generator = tantivy.SnippetGenerator.create(
            self._searcher, _all_of(words), self._schema, "all"
        )
        generator.set_max_num_chars(SNIPPET_WIDTH)
        found = []
        for number in numbers:
            document = tantivy.Document()
            document.add_text("all", self.corpus.text(number))
            found.append(generator.snippet_from_doc(document).to_html())
        return tuple(found)


def _schema() -> Any:
    builder = tantivy.SchemaBuilder()
    for name in ("headline", "all", "byline"):
        builder.add_text_field(name, tokenizer_name="words")
    builder.add_unsigned_field("number", indexed=True, fast=True)
    for spec in FACETS:
        if spec.name in _TEXT_FACETS:
            builder.add_text_field(spec.name, fast=True, tokenizer_name="raw", index_option="basic")
        else:
            builder.add_unsigned_field(spec.name, indexed=True, fast=True)
    builder.add_unsigned_field("year", fast=True)
    builder.add_integer_field("lower", fast=True)
    builder.add_integer_field("upper", fast=True)
    return builder.build()


def _analyzer() -> Any:
    words = tantivy.TextAnalyzerBuilder(tantivy.Tokenizer.simple())
    return words.filter(tantivy.Filter.lowercase()).build()


def _document(document: IndexDocument) -> Any:
    made = tantivy.Document()
    made.add_unsigned("number", int(document.id))
    made.add_text("headline", document.headline)
    for text in (document.headline, document.summary, document.body):
        made.add_text("all", text)
    for byline in document.bylines:
        made.add_text("byline", byline)
    for facet, values in document.facets.items():
        for value in values:
            if facet in _TEXT_FACETS:
                made.add_text(facet, value)
            else:
                made.add_unsigned(facet, int(value))
    if document.lower and document.upper:
        made.add_unsigned("year", document.lower.year)
        made.add_integer("lower", document.lower.toordinal())
        made.add_integer("upper", document.upper.toordinal())
    return made


def _all_of(queries: list[Any]) -> Any:
    if not queries:
        return tantivy.Query.all_query()
    if len(queries) == 1:
        return queries[0]
    return tantivy.Query.boolean_query([(tantivy.Occur.Must, one) for one in queries])
