"""How many faults a word may have."""

from __future__ import annotations

import pytest

from archive.text.spelling import edits, written_otherwise


def test_long_words_may_have_two_faults() -> None:
    assert [edits(form) for form in ("a", "harvest", "harvests", "istanbul")] == [1, 1, 2, 2]


@pytest.mark.parametrize(
    ("word", "spellings"),
    [
        ("müller", {"mueller"}),
        ("mueller", {"müller"}),
        ("århus", {"aarhus"}),
        ("oersted", {"örsted", "ørsted"}),
        ("truce", set()),
    ],
)
def test_letters_are_written_out_and_back(word: str, spellings: set[str]) -> None:
    assert written_otherwise(word) == spellings
