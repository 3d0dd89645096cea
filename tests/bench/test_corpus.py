from __future__ import annotations

import re
from collections import Counter
from itertools import chain
from pathlib import Path
from statistics import mean

import numpy as np

from archive.search.document import IndexDocument
from archive.search.validation import check_document
from bench.corpus import FACETS, TAG_KINDS, TAGS, Corpus, Generator, is_written, write_corpus
from tests.bench.conftest import ARTICLES


def documents_of(corpus: Corpus, size: int = 1_000) -> list[IndexDocument]:
    return list(chain.from_iterable(corpus.batches(size)))


def words_of(document: IndexDocument) -> list[str]:
    text = f"{document.headline} {document.summary} {document.body}"
    return re.findall(r"\w+", text.lower())


def test_articles_do_not_depend_on_the_batch_or_on_the_size_of_the_corpus(
    corpus: Corpus, generator: Generator, tmp_path: Path
) -> None:
    write_corpus(tmp_path, 1_100, generator)
    larger = documents_of(Corpus(tmp_path))
    assert documents_of(corpus, 7) == documents_of(corpus) == larger[:ARTICLES]
    assert len(larger) == 1_100
    assert larger[1_050] == Corpus(tmp_path).document(1_050)


def test_a_corpus_is_known_again(corpus: Corpus, tmp_path: Path) -> None:
    assert is_written(corpus.folder, ARTICLES)
    assert not is_written(corpus.folder, ARTICLES + 1)
    assert not is_written(tmp_path, ARTICLES)


def test_lengths_vary_around_250_words(corpus: Corpus) -> None:
    lengths = [len(words_of(document)) for document in documents_of(corpus)]
    assert 60 <= min(lengths) < 120
    assert 500 < max(lengths) <= 900
    assert 230 < mean(lengths) < 270


def test_languages_have_their_own_letters(corpus: Corpus) -> None:
    bodies: dict[str, str] = {}
    for document in documents_of(corpus):
        bodies[document.language] = bodies.get(document.language, "") + document.body
    assert set(bodies) == {"en", "de", "fr", "ru"}
    assert bodies["en"].isascii()
    assert "ü" in bodies["de"]
    assert "é" in bodies["fr"]
    assert not re.search("[a-z]", bodies["ru"])


def test_100_000_articles_have_200_000_word_forms_of_zipf_frequency(generator: Generator) -> None:
    met = 0.0
    for vocabulary in generator.vocabularies:
        words = 100_000 * 250 * vocabulary.language.share
        met += float(np.sum(1 - np.exp(-words * vocabulary.frequencies)))
        ordered = np.sort(vocabulary.frequencies)[::-1]
        # Ten times further down the list, a word is about ten times as rare.
        assert 5 < ordered[100] / ordered[1_000] < 20
        assert len(set(vocabulary.forms)) == len(vocabulary.forms)
    assert met > 200_000


def test_each_article_has_eight_tags_and_one_value_of_each_other_facet(corpus: Corpus) -> None:
    used = Counter[str]()
    for document in documents_of(corpus):
        check_document(document, FACETS)
        tags = [value for kind in TAG_KINDS for value in document.facets[kind.facet]]
        assert len(tags) == len(set(tags)) == TAGS
        assert all(value.isdecimal() for value in tags)
        assert all(document.facets[name] for name in ("source", "section", "language"))
        used.update(document.facets["party"])
    assert 100 < len(used) <= 150
    assert used["1"] > 10 * used["140"]


def test_some_dates_are_missing_or_imprecise(generator: Generator) -> None:
    _, rows = generator.block(0)
    spans = Counter((rows["upper"] - rows["lower"] + 1).tolist())
    undated = int(np.count_nonzero(rows["lower"] == 0))
    imprecise = sum(count for days, count in spans.items() if days > 1)
    assert 30 < undated < 70
    assert 70 < imprecise < 130
    assert set(spans) <= {1, 28, 29, 30, 31, 365, 366}
