"""Numbers as readers see them."""

from __future__ import annotations

THIN_SPACE = "\u202f"  # the narrow one that does not break: a number stays on its line


def spaced(number: int) -> str:
    """A whole number with a thin space between thousands: ``30 214``."""
    return f"{number:,}".replace(",", THIN_SPACE)
