"""Which words set an article apart, and how like it another must be to be shown beside it.

The words of an article are ranked by weight(f) · tf(f), summed over its fields, times their idf
among the searched articles without itself; the first ``KEY_TERMS`` of them are searched for as if
joined by Or. Robertson and Spärck Jones, "Simple, proven approaches to text retrieval", 1994.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Mapping
from dataclasses import dataclass

from archive.search.document import IndexDocument
from archive.search.matching import field_tokens
from archive.search.scoring import TEXT_FIELDS, idf, term_score

KEY_TERMS = 25
LEAST_SHARED = 2
LEAST_SHARE = 0.15  # of what the article itself would score
_FEW_ARTICLES = 10
_FIRST_UNSPACED = "\u0e00"  # from Thai on, a pair of characters may be a word


@dataclass(frozen=True, slots=True)
class Likeness:
    """How many key terms an article must share, and what it must score, to be shown."""

    terms: int
    score: float


class Profile:
    """An article as the occurrences of its stems in each field."""

    def __init__(self, document: IndexDocument) -> None:
        tokens = field_tokens(document)
        self.lengths = {field: len(tokens[field]) for field in TEXT_FIELDS}
        self.occurrences: dict[str, Counter[str]] = {}
        for field in TEXT_FIELDS:
            for token in tokens[field]:
                if _tells_apart(token.form):
                    stem = token.stem(document.language)
                    self.occurrences.setdefault(stem, Counter())[field] += 1

    def key_terms(self, *, documents: int, frequencies: Mapping[str, int]) -> tuple[str, ...]:
        """The stems to search for, the most telling first.

        ``frequencies`` says in how many of the ``documents`` searched a stem occurs.
        """
        weights = {}
        for stem, counts in self.occurrences.items():
            frequency = frequencies.get(stem, 0)
            if frequency == 0 or too_common(frequency, documents):
                continue
            occurrences = sum(TEXT_FIELDS[field] * count for field, count in counts.items())
            weights[stem] = occurrences * idf(documents, frequency)
        return tuple(sorted(weights, key=lambda stem: (-weights[stem], stem))[:KEY_TERMS])

    def own_score(
        self,
        terms: tuple[str, ...],
        *,
        documents: int,
        frequencies: Mapping[str, int],
        averages: Mapping[str, float],
    ) -> float:
        """What the article itself would score for its key terms: the measure of likeness."""
        return sum(
            term_score(
                idf(documents, frequencies[stem]),
                self.occurrences[stem],
                self.lengths,
                averages,
            )
            for stem in terms
        )

    def least_alike(self, own_score: float) -> Likeness:
        """What another article must have, where this one scores ``own_score`` itself.

        One word in common is chance, unless there is no more than one.
        """
        return Likeness(max(1, min(LEAST_SHARED, len(self.occurrences))), LEAST_SHARE * own_score)


def too_common(frequency: int, documents: int) -> bool:
    """Whether a word stands in so many articles that it tells nothing."""
    return documents > _FEW_ARTICLES and frequency > documents / 2


def _tells_apart(form: str) -> bool:
    return not form.isdigit() and (len(form) > 2 or (len(form) == 2 and form >= _FIRST_UNSPACED))
