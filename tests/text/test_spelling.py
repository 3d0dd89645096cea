"""Other spellings of a word, and how many faults one may have."""

from __future__ import annotations

import pytest

from archive.text.spelling import edits, parted_otherwise, written_otherwise


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


@pytest.mark.parametrize(
    ("text", "other"),
    [
        ("COVID-19", "COVID19"),
        ("covid19", "covid-19"),
        ("al-Qaeda", "alQaeda"),
        ("W-2", "W2"),
        ("F16", "F-16"),
        ("1,250", "1250"),
        ("1.250.000", "1250000"),
        ("1250000", "1-250-000"),
        ("2025", ""),
        ("2.5", ""),
        ("12,50", ""),
        ("2-1", ""),
        ("2024-25", ""),
        ("U.S.", ""),
        ("U.S.A", "USA"),
        ("N.A.T.O.", "NATO"),
        ("NATO", "N-A-T-O"),
        ("UK", "U-K"),
        ("uk", ""),
        ("AT&T", ""),
        ("truce", ""),
        ("state-of-the-art", ""),
    ],
)
def test_words_are_joined_and_parted(text: str, other: str) -> None:
    assert parted_otherwise(text) == other
