"""What a query's leaf is made of, once it was looked up."""

from __future__ import annotations

from dataclasses import dataclass

from archive.engines.whoosh.postings import Numbers


@dataclass(frozen=True, slots=True)
class Piece:
    """A part of a leaf's occurrences: how often in each of these articles, in one field.

    ``docs`` rise and may hold articles that are not live. Pieces of one field share no article.
    """

    field: str
    docs: Numbers
    counts: Numbers

    @property
    def bytes(self) -> int:
        """Memory taken, roughly."""
        return self.docs.nbytes + self.counts.nbytes + 300
