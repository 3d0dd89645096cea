"""Lists of words, written as people read them."""

from __future__ import annotations


def words(listed: str) -> frozenset[str]:
    """The words of a text that is nothing but words with spaces between them."""
    return frozenset(listed.split())


def pairs(listed: str) -> dict[str, str]:
    """``a:b c:d`` as a mapping."""
    return dict(pair.split(":", 1) for pair in listed.split())
