"""Made-up articles in any number, always the same ones, as JSON Lines.

``python -m tests.corpus 20000 > articles.jsonl`` writes them. Frequencies fall off as in real
collections (Zipf): a few names and words are common, most are rare. Some entities are in the
seeds' vocabulary, most are not, and no text names one, so that what an article is tagged with is
exactly what its fields say.
"""

from __future__ import annotations

import json
import random
import sys
from collections.abc import Iterator, Sequence
from itertools import accumulate, product
from typing import Any

_SYLLABLES = ("ba", "den", "kor", "li", "mas", "ne", "pol", "ri", "sun", "tav", "ul", "zem")
_WORDS = tuple("".join(parts) for parts in product(_SYLLABLES, repeat=3)) + tuple(
    "".join(parts) for parts in product(_SYLLABLES, repeat=4)
)
_SMALL_WORDS = ("the", "of", "and", "to", "in", "a", "that", "for", "was", "with", "on", "by")
_SOURCES = ("Evening Ledger", "Northern Dispatch", "Valley Radio", "The Quay", "Lantern Weekly")
_SECTIONS = ("World", "Home", "Business", "Letters")
_KNOWN = {
    "parties": ("Russia", "Ukraine", "France", "Germany"),
    "places": ("Istanbul", "Kyiv", "Mariupol", "Belarus", "France"),
    "persons": ("Nelson Mandela", "Volodymyr Zelensky"),
    "organisations": ("United Nations", "European Union"),
    "topics": ("Elections", "Ceasefire"),
}
_PATTERNS = {
    "parties": "{} Front",
    "places": "{}ville",
    "persons": "Ada {}",
    "organisations": "{} Institute",
    "topics": "{} studies",
}
_NAMES_A_KIND = 200


def articles(
    number: int, *, words: int = 250, seed: int = 1, prefix: str = "gen"
) -> Iterator[dict[str, Any]]:
    """Yield records with the fields of JSON Lines; ``words`` is the length of a body."""
    chance = random.Random(seed)
    vocabulary = _Zipf(_WORDS)
    names = {field: _Zipf(_names_of(field)) for field in _KNOWN}
    for position in range(number):
        record: dict[str, Any] = {
            "id": f"{prefix}-{position:06d}",
            "headline": f"The {' '.join(vocabulary.draw(chance, 6))}",
            "summary": f"The {' '.join(vocabulary.draw(chance, 12))}.",
            "body": _body(chance, vocabulary, words),
            "language": "en",
            "source": chance.choice(_SOURCES),
            "section": chance.choice(_SECTIONS),
            "bylines": [f"Ada {chance.choice(_WORDS).title()}"],
        }
        published = _date(chance)
        if published:
            record["published"] = published
        for field, drawn in names.items():
            found = list(dict.fromkeys(drawn.draw(chance, chance.randrange(4))))
            if found:
                record[field] = found
        if position % 5 == 0:
            record["references"] = [
                {"label": "Annex", "url": f"https://{prefix}.example/{position}"}
            ]
        yield record


def lines(number: int, **options: Any) -> Iterator[bytes]:
    """Yield the records as lines of a file."""
    for record in articles(number, **options):
        yield json.dumps(record, ensure_ascii=False).encode() + b"\n"


class _Zipf:
    """Draws items, the n-th of them in proportion to 1/n."""

    def __init__(self, items: Sequence[str]) -> None:
        self._items = items
        self._weights = list(accumulate(1 / rank for rank in range(1, len(items) + 1)))

    def draw(self, chance: random.Random, number: int) -> list[str]:
        return chance.choices(self._items, cum_weights=self._weights, k=number)


def _names_of(field: str) -> list[str]:
    invented = (_PATTERNS[field].format(word.title()) for word in _WORDS[:_NAMES_A_KIND])
    return [*_KNOWN[field], *invented]


def _body(chance: random.Random, vocabulary: _Zipf, words: int) -> str:
    small = _Zipf(_SMALL_WORDS)
    drawn = [
        word
        for pair in zip(
            small.draw(chance, words // 2), vocabulary.draw(chance, words // 2), strict=True
        )
        for word in pair
    ]
    paragraphs = [drawn[start : start + 80] for start in range(0, len(drawn), 80)]
    return "\n\n".join(f"{' '.join(paragraph)}." for paragraph in paragraphs)


def _date(chance: random.Random) -> str:
    year, month, day = (
        chance.randrange(1995, 2026),
        chance.randrange(1, 13),
        chance.randrange(1, 29),
    )
    precision = chance.random()
    if precision < 0.05:
        return ""
    if precision < 0.1:
        return f"{year}"
    if precision < 0.2:
        return f"{year}-{month:02d}"
    if precision < 0.3:
        return f"{year}-{month:02d}-{day:02d}T{chance.randrange(24):02d}:15:00+02:00"
    return f"{year}-{month:02d}-{day:02d}"


if __name__ == "__main__":
    for line in lines(int(sys.argv[1])):
        sys.stdout.buffer.write(line)
