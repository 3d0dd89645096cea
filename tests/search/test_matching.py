"""Positions, windows, near spellings."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from archive.search.document import IndexDocument
from archive.search.matching import (
    BYLINE_GAP,
    field_tokens,
    near_forms,
    phrase_count,
    spelling_form,
    window_count,
)


def test_bylines_are_one_field_with_gaps() -> None:
    tokens = field_tokens(IndexDocument(id="a", version=1, bylines=("Ann Smith", "", "Bob")))
    places = [(token.form, token.position) for token in tokens["byline"]]
    assert places == [("ann", 0), ("smith", 1), ("bob", 2 + 2 * BYLINE_GAP)]
    assert tokens["headline"] == []


@pytest.mark.parametrize(
    ("slots", "count"),
    [
        ([[1, 5, 9]], 3),
        ([[1, 5], [2, 7]], 1),
        ([[1, 2], [2, 3]], 2),
        ([[1], [2], [4]], 0),
        ([[1], []], 0),
        ([[]], 0),
    ],
)
def test_phrases_start_where_the_words_follow(slots: list[list[int]], count: int) -> None:
    assert phrase_count(slots) == count


@pytest.mark.parametrize(
    ("words", "places", "slop", "count"),
    [
        ("a b", {"a": [0], "b": [3]}, 3, 1),
        ("a b", {"a": [0], "b": [3]}, 2, 0),
        ("b a", {"a": [0], "b": [3]}, 3, 1),
        ("a b", {"a": [0, 4], "b": [2]}, 2, 2),
        ("a a", {"a": [0, 2, 4]}, 2, 2),
        ("a a a", {"a": [0, 2, 4]}, 4, 1),
        ("a a", {"a": [3]}, 9, 0),
        ("a b", {"a": [0]}, 9, 0),
        ("a", {"a": [0, 1]}, 1, 2),
    ],
)
def test_windows_hold_all_words(
    words: str, places: dict[str, list[int]], slop: int, count: int
) -> None:
    assert window_count(words.split(), places, slop) == count


@given(
    places=st.dictionaries(
        st.sampled_from("abc"), st.lists(st.integers(0, 12), unique=True).map(sorted)
    ),
    words=st.lists(st.sampled_from("abc"), min_size=1, max_size=4),
)
def test_a_wider_window_never_holds_less(places: dict[str, list[int]], words: list[str]) -> None:
    counts = [window_count(words, places, slop) for slop in range(1, 14)]
    assert counts == sorted(counts)


@pytest.mark.parametrize(
    ("form", "expected"),
    [
        ("truce", [(0, "truce"), (1, "truces"), (1, "truck")]),
        ("turce", [(1, "truce")]),
        ("exchange", [(0, "exchange"), (1, "exchanged"), (2, "exchangeds")]),
        ("停战", [(1, "停火")]),
    ],
)
def test_near_forms_come_nearest_first(form: str, expected: list[tuple[int, str]]) -> None:
    lexicon = {"truck", "truces", "truce", "trees", "exchangeds", "exchanged", "exchange", "停火"}
    assert near_forms(form, lexicon) == expected


@pytest.mark.parametrize(
    ("word", "form"),
    [("Trúce", "truce"), ("two words", None), ("tr", None), ("", None), ("...", None)],
)
def test_only_single_words_may_be_misspelt(word: str, form: str | None) -> None:
    assert spelling_form(word) == form
