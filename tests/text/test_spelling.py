"""How many faults a word may have."""

from __future__ import annotations

from archive.text.spelling import edits


def test_long_words_may_have_two_faults() -> None:
    assert [edits(form) for form in ("a", "harvest", "harvests", "istanbul")] == [1, 1, 2, 2]
