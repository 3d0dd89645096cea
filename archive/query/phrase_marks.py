"""Words that are marked only where they stand in a row, as the phrase that was asked for."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from itertools import pairwise

from archive.text.analysis import Token, form_table, query_stems
from archive.text.snippets import Match


@dataclass(frozen=True, slots=True)
class MarkedPhrase:
    """Several words of a query that stand one after another; ``exact`` says to the letter."""

    words: tuple[Token, ...]
    exact: bool

    def within(self, matches: Sequence[Match], text: str, language: str) -> set[int]:
        """The places of those of ``matches``, words of ``text`` in order, that make the phrase."""
        forms = form_table()
        wanted = [self._slot(word, language) for word in self.words]
        held: set[int] = set()
        for first in range(len(matches) - len(wanted) + 1):
            row = matches[first : first + len(wanted)]
            if all(
                stem in stems or forms[text[start:end]] == form
                for (start, end, stem), (form, stems) in zip(row, wanted, strict=True)
            ) and self._in_row(row, text):
                held.update(range(first, first + len(wanted)))
        return held

    def _slot(self, word: Token, language: str) -> tuple[str, frozenset[str]]:
        return word.form, frozenset() if self.exact else query_stems(word.word, language)

    def _in_row(self, row: Sequence[Match], text: str) -> bool:
        """Whether there is no other word between any two; pairs of one run overlap."""
        for words, ((_, end, _), (start, _, _)) in zip(
            pairwise(self.words), pairwise(row), strict=True
        ):
            if (words[1].start < words[0].end) != (start < end):
                return False
            if any(character.isalnum() for character in text[end:start]):
                return False
        return True
