"""How far a word may be from another and still be taken for it, misspelt."""

from __future__ import annotations

_TWO_EDITS_FROM = 8  # letters


def edits(form: str) -> int:
    """How many letters may be added, left out, replaced or swapped in ``form``."""
    return 2 if len(form) >= _TWO_EDITS_FROM else 1
