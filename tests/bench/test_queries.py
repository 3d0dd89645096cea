from __future__ import annotations

from collections import Counter

from archive.text.analysis import fold, stem_term
from bench.corpus import Generator
from bench.queries import Query

FEW = {"everything": 1}


def test_there_are_fifty_queries_of_all_kinds(queries: tuple[Query, ...]) -> None:
    kinds = Counter(query.kind for query in queries)
    assert len(queries) >= 50
    assert set(kinds) >= {
        *("rare word", "common word", "and-2", "or-3", "phrase", "phrase, common", "prefix"),
        *("word + party", "word + place + dates", "filters alone", "everything"),
    }
    assert all(count >= FEW.get(kind, 5) for kind, count in kinds.items())
    assert len({query.label for query in queries}) == len(queries)


def test_they_are_the_same_in_every_process(queries: tuple[Query, ...]) -> None:
    assert queries[0].label == "rare word (heanhourvoot)"
    assert queries[-7].label == "word + place + dates (sumcoum place:1017 2011-03-01..2020-05-31)"


def test_no_other_word_shares_the_stem_of_one_that_is_asked_for(
    queries: tuple[Query, ...], generator: Generator
) -> None:
    asked = {word for query in queries for word in (*query.every, *query.some, *query.phrase)}
    folded = {fold(word): word for word in asked}
    for vocabulary in generator.vocabularies:
        language = vocabulary.language.code
        stems = {stem_term(word, language): word for word in asked}
        assert len(stems) == len(asked)
        # A stemmer leaves the first letters alone.
        beginnings = {word[:2] for word in asked}
        for form in vocabulary.forms:
            if form[:2] in beginnings:
                assert stems.get(stem_term(form, language), form) == form
                assert folded.get(fold(form), form) == form


def test_a_prefix_begins_the_same_words_with_and_without_accents(
    queries: tuple[Query, ...], generator: Generator
) -> None:
    prefixes = tuple(query.prefix for query in queries if query.prefix)
    for vocabulary in generator.vocabularies:
        for form in vocabulary.forms:
            if form[:1] in {prefix[:1] for prefix in prefixes} or not form.isascii():
                assert fold(form).startswith(prefixes) == form.startswith(prefixes)
