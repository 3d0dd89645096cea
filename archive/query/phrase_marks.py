"""Words that are marked only where they stand in a row, as the phrase that was asked for."""

from __future__ import annotations

from collections.abc import Sequence
from itertools import pairwise

from archive.text.analysis import Token, form_table, query_stems, strip_marks
from archive.text.snippets import Match
from archive.text.spelling import written_otherwise


class MarkedPhrase:
    """Several words of a query that stand one after another; ``exact`` says to the letter."""

    def __init__(self, words: Sequence[Token], *, exact: bool) -> None:
        self._forms = [{word.form} for word in words]
        if not exact:
            for forms, word in zip(self._forms, words, strict=True):
                forms.update(map(strip_marks, written_otherwise(word.word)))
        self._words = [] if exact else [word.word for word in words]
        # Pairs of one run of a script without spaces overlap.
        self._overlaps = [other.start < one.end for one, other in pairwise(words)]
        self._known_stems: dict[str, list[frozenset[str]]] = {}

    def within(self, matches: Sequence[Match], text: str, language: str) -> set[int]:
        """The places of those of ``matches``, words of ``text`` in order, that make the phrase."""
        stems = self._stems(language)
        table = form_table()
        held: set[int] = set()
        for first in range(len(matches) - len(self._forms) + 1):
            for distance, forms in enumerate(self._forms):
                start, end, stem = matches[first + distance]
                is_wanted = bool(stems) and stem in stems[distance]
                if not is_wanted and table[text[start:end]] not in forms:
                    break
                if distance and not self._follows(
                    distance, matches[first + distance - 1], start, text
                ):
                    break
            else:
                held.update(range(first, first + len(self._forms)))
        return held

    def _follows(self, distance: int, before: Match, start: int, text: str) -> bool:
        """Whether the word at ``start`` is the next one after another that was marked."""
        end = before[1]
        if self._overlaps[distance - 1]:
            return start < end
        return start >= end and not any(map(str.isalnum, text[end:start]))

    def _stems(self, language: str) -> list[frozenset[str]]:
        stems = self._known_stems.get(language)
        if stems is None:
            stems = [query_stems(word, language) for word in self._words]
            self._known_stems[language] = stems
        return stems
