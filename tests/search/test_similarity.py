"""The words that set an article apart."""

from __future__ import annotations

import pytest

from archive.search.scoring import idf
from archive.search.similarity import KEY_TERMS, LEAST_SHARE, Profile, too_common
from tests.engines.documents import doc


def test_only_telling_words_count() -> None:
    profile = Profile(doc("a", "In 2025 the U.S. met 12 times", headline="Meetings"))
    assert set(profile.occurrences) == {"en:the", "en:met", "en:time", "en:meet"}
    assert set(Profile(doc("a", "停战 на", language="zh")).occurrences) == {"zh:停战"}


def test_key_terms_are_frequent_here_and_rare_elsewhere() -> None:
    profile = Profile(doc("a", "truce truce talks river", headline="River"))
    frequencies = {"en:truce": 2, "en:talk": 2, "en:river": 2}
    chosen = profile.key_terms(documents=100, frequencies=frequencies)
    assert chosen == ("en:river", "en:truce", "en:talk")
    rare = {**frequencies, "en:talk": 1, "en:river": 90}
    assert profile.key_terms(documents=100, frequencies=rare) == ("en:truce", "en:talk")
    assert profile.key_terms(documents=100, frequencies={}) == ()


def test_key_terms_are_bounded_and_ties_alphabetical() -> None:
    words = [f"word{letter}{other}" for letter in "abcdef" for other in "abcdef"]
    profile = Profile(doc("a", " ".join(reversed(words)), language="und"))
    frequencies = dict.fromkeys(profile.occurrences, 1)
    chosen = profile.key_terms(documents=50, frequencies=frequencies)
    assert chosen == tuple(sorted(profile.occurrences))[:KEY_TERMS]


@pytest.mark.parametrize(
    ("frequency", "documents", "common"), [(10, 10, False), (6, 11, True), (5, 11, False)]
)
def test_words_of_most_articles_tell_nothing(frequency: int, documents: int, common: bool) -> None:
    assert too_common(frequency, documents) is common


def test_likeness_is_measured_against_the_article_itself() -> None:
    profile = Profile(doc("a", "truce talks"))
    own = profile.own_score(
        ("en:truce",),
        documents=10,
        frequencies={"en:truce": 1},
        averages={"headline": 0.0, "summary": 0.0, "body": 2.0},
    )
    assert own == pytest.approx(idf(10, 1))
    least = profile.least_alike(own)
    assert (least.terms, least.score) == (2, LEAST_SHARE * own)
    assert Profile(doc("a", "truce")).least_alike(own).terms == 1
    assert Profile(doc("a", "")).least_alike(0.0).terms == 1
