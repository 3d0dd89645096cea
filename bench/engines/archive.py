"""This archive's own engine, through its port, as the search service uses it."""

from __future__ import annotations

from collections.abc import Iterable
from pathlib import Path

import numpy as np

from archive.engines.whoosh.engine import WhooshEngine
from archive.query.nodes import And, Node, Or, Phrase, Prefix, Word
from archive.search.document import IndexDocument, Shelf
from archive.search.request import HistogramRequest, SearchRequest, Sort
from archive.services.marking import Marking
from bench.corpus import FACETS, Corpus
from bench.engines.base import COUNTED, FACET_VALUES, PAGE_SIZE, BenchEngine, Page
from bench.queries import Query


class Engine(BenchEngine):
    """Filters are given as chosen facets: such a facet is counted without its own choice."""

    def __init__(self, folder: Path, corpus: Corpus) -> None:
        super().__init__(folder, corpus)
        self._engine = WhooshEngine(facets=FACETS, directory=folder)

    @classmethod
    def versions(cls) -> dict[str, str]:
        from importlib.metadata import version

        return {"whoosh-reloaded": version("whoosh-reloaded"), "numpy": np.__version__}

    def build(self, batches: Iterable[list[IndexDocument]]) -> None:
        rebuild = self._engine.start_rebuild()
        for batch in batches:
            for document in batch:
                rebuild.put(Shelf.PUBLIC, document)
        with rebuild.finish():
            pass

    def open(self) -> None:
        self._engine.generation()

    def page(self, query: Query) -> Page:
        node = _node(query)
        result = self._engine.search(
            SearchRequest(
                query=node,
                filters={facet: (value,) for facet, value in query.filters.items()},
                date_from=query.date_from,
                date_to=query.date_to,
                sort=Sort.NEWEST if query.newest_first else Sort.RELEVANCE,
                limit=PAGE_SIZE,
                facets=COUNTED,
                facet_limit=FACET_VALUES,
                histogram=HistogramRequest(),
            )
        )
        marking = Marking(node)
        ids = tuple(int(hit.id) for hit in result.hits)
        texts = [(self.corpus.text(number), self.corpus.language(number)) for number in ids]
        marking.look_through(texts)
        assert result.histogram is not None
        return Page(
            total=result.total,
            ids=ids,
            counts={facet: dict(result.facets[facet].counts) for facet in COUNTED},
            years={int(year): count for year, count in result.histogram.bars.items()},
            snippets=tuple(marking.best(text, language) for text, language in texts),
        )

    def edit(self, document: IndexDocument) -> None:
        with self._engine.batch() as batch:
            batch.put(Shelf.PUBLIC, document)
        request = SearchRequest(query=Word(text=document.headline.split()[0]), limit=1)
        while self._engine.search(request).total != 1:
            pass


def _node(query: Query) -> Node | None:
    nodes: list[Node] = [Word(text=word) for word in query.every]
    if query.some:
        nodes.append(Or(children=tuple(Word(text=word) for word in query.some)))
    if query.phrase:
        nodes.append(Phrase(text=" ".join(query.phrase)))
    if query.prefix:
        nodes.append(Prefix(text=query.prefix))
    if not nodes:
        return None
    return nodes[0] if len(nodes) == 1 else And(children=tuple(nodes))
