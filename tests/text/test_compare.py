"""What differs between two wordings."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from archive.text.compare import MAX_COMPARED_WORDS, Change, Piece, compare_texts


def kept(text: str) -> Piece:
    return Piece(change=Change.KEPT, text=text)


def added(text: str) -> Piece:
    return Piece(change=Change.ADDED, text=text)


def removed(text: str) -> Piece:
    return Piece(change=Change.REMOVED, text=text)


@pytest.mark.parametrize(
    ("before", "after", "pieces"),
    [
        ("same", "same", []),
        ("", "new", [added("new")]),
        ("old", "", [removed("old")]),
        ("two talks", "three talks", [removed("two"), added("three"), kept(" talks")]),
        (
            "first\n\nsecond",
            "first\n\nthird",
            [kept("first\n\n"), removed("second"), added("third")],
        ),
        ("one", "one\n\ntwo", [kept("one"), added("\n\ntwo")]),
    ],
)
def test_pieces(before: str, after: str, pieces: list[Piece]) -> None:
    assert list(compare_texts(before, after)) == pieces


def test_far_text_is_skipped() -> None:
    words = " ".join(f"word{number}" for number in range(100))
    pieces = compare_texts(f"{words} old {words}", f"{words} new {words}")
    assert [piece.change for piece in pieces] == [
        Change.SKIPPED,
        Change.KEPT,
        Change.REMOVED,
        Change.ADDED,
        Change.KEPT,
        Change.SKIPPED,
    ]
    assert pieces[1].text.split() == [f"word{number}" for number in range(88, 100)]


def test_long_passages_are_not_compared_word_by_word() -> None:
    before = "a " * (2 * MAX_COMPARED_WORDS) + "end"
    assert list(compare_texts(before, f"{before}s")) == [removed(before), added(f"{before}s")]


@given(
    st.text(alphabet="ab \n", max_size=200),
    st.text(alphabet="ab \n", max_size=200),
)
def test_pieces_lead_from_one_text_to_the_other(before: str, after: str) -> None:
    pieces = compare_texts(before, after)
    assert bool(pieces) == (before != after)
    if any(piece.change is Change.SKIPPED for piece in pieces):
        return
    if pieces:
        assert "".join(p.text for p in pieces if p.change is not Change.ADDED) == before
        assert "".join(p.text for p in pieces if p.change is not Change.REMOVED) == after
