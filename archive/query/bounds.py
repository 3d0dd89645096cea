"""How large a query may be."""

from __future__ import annotations

from dataclasses import dataclass

_DEEPEST = 50  # each level takes a few frames of the interpreter's stack


@dataclass(frozen=True, slots=True, kw_only=True)
class QueryBounds:
    """What a query may hold at most; beyond it the parser raises QueryBoundError.

    ``terms`` counts words and conditions, ``depth`` parentheses within parentheses, ``wildcards``
    words with a star or a tilde. ``expansions`` is how many word forms an engine may try for a
    fuzzy word. ``token_length`` is the length of one word in characters, ``slop`` the distance in a
    loose phrase in words, ``prefix_letters`` what must stand before a star at least.
    """

    characters: int = 256
    terms: int = 24
    depth: int = 6
    wildcards: int = 3
    expansions: int = 256
    token_length: int = 64
    slop: int = 20
    prefix_letters: int = 3

    def __post_init__(self) -> None:
        if not 0 <= self.depth <= _DEEPEST:
            raise ValueError(f"QueryBounds.depth must lie between 0 and {_DEEPEST}.")


DEFAULT_BOUNDS = QueryBounds()
