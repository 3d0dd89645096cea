"""An article as the memory engine keeps it: where each of its words stands."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import date

from archive.search.document import IndexDocument
from archive.search.matching import field_tokens

Positions = Mapping[str, Sequence[int]]


@dataclass(frozen=True, slots=True, kw_only=True)
class Entry:
    """A document with, for each field, the positions of its forms and of its stems.

    ``words`` are the normalised words of all fields, by their form.
    """

    document: IndexDocument
    forms: Mapping[str, Positions]
    stems: Mapping[str, Positions]
    lengths: Mapping[str, int]
    words: Mapping[str, frozenset[str]]

    @classmethod
    def of(cls, document: IndexDocument) -> Entry:
        """Take ``document`` apart."""
        forms: dict[str, dict[str, list[int]]] = {}
        stems: dict[str, dict[str, list[int]]] = {}
        lengths: dict[str, int] = {}
        words: defaultdict[str, set[str]] = defaultdict(set)
        for field, tokens in field_tokens(document).items():
            forms[field] = {}
            stems[field] = {}
            lengths[field] = len(tokens)
            for token in tokens:
                forms[field].setdefault(token.form, []).append(token.position)
                words[token.form].add(token.word)
                stem = token.stem(document.language)
                stems[field].setdefault(stem, []).append(token.position)
        return cls(
            document=document,
            forms=forms,
            stems=stems,
            lengths=lengths,
            words={form: frozenset(held) for form, held in words.items()},
        )

    def values(self, facet: str) -> frozenset[str]:
        """Its values of a facet, each once."""
        return frozenset(self.document.facets.get(facet, ()))

    def overlaps(self, lower: date | None, upper: date | None) -> bool:
        """Whether it may have been published from ``lower`` to ``upper``; never, if undated."""
        document = self.document
        if document.lower is None or document.upper is None:
            return False
        return (lower is None or document.upper >= lower) and (
            upper is None or document.lower <= upper
        )
