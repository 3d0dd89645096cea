"""Numbers as readers see them."""

from __future__ import annotations

import pytest

from archive.text.numbers import spaced


@pytest.mark.parametrize(
    ("number", "shown"),
    [(0, "0"), (999, "999"), (1_000, "1\u202f000"), (1_234_567, "1\u202f234\u202f567")],
)
def test_thousands_are_set_apart_by_a_space_that_does_not_break(number: int, shown: str) -> None:
    assert spaced(number) == shown
