"""What is slow to make, once: the words of the corpus and the queries."""

from __future__ import annotations

import pytest

from bench.corpus import Corpus, Generator, write_corpus
from bench.queries import Query, make_queries

ARTICLES = 300


@pytest.fixture(scope="session")
def generator() -> Generator:
    return Generator()


@pytest.fixture(scope="session")
def queries(generator: Generator) -> tuple[Query, ...]:
    return make_queries(generator)


@pytest.fixture(scope="session")
def corpus(generator: Generator, tmp_path_factory: pytest.TempPathFactory) -> Corpus:
    folder = tmp_path_factory.mktemp("corpus")
    write_corpus(folder, ARTICLES, generator)
    return Corpus(folder)
