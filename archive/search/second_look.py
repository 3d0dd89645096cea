"""A second look at the best hits: what BM25, which adds up words one by one, cannot see.

The first look ranks all matches by BM25 (``scoring``). Of the best ``LOOKED_AT`` of them, by that
score, the newer and the smaller id first where equal, it is then seen how the words of the query
stand in them, and what follows is added to their scores. Nothing is ever taken away, so the other
matches keep their places behind them.

The *words* of a query are those of its words and phrases (not of prefixes and near spellings, and
nothing under a Not), in the order typed; synonyms of one word count as that word, and those of
several are passed over. A query without two different words is not looked at again. With N, idf,
weight(f), tf(f), len(f), avg(f) and B as in ``scoring``, but an idf of 0 for a word that no article
has, T the sum of idf over the different words, and sat(n) = 2.2 n / (n + 1.2):

*together*  ``TOGETHER`` · Σ idf · x · (K + 1) / (x + K) over the words, where
            x = Σ_f weight(f) · tf(f) / (1 - B + B · len(f) / avg(f)) and K is ``TOGETHER_K``: the
            fields are counted as one text, in which a second occurrence says less than the first.
            Robertson, Zaragoza and Taylor, "Simple BM25 extension to multiple weighted fields",
            2004.
*coverage*  ``COVERAGE`` · T · (Σ idf² of the words that occur / Σ idf² of all)³: what has nearly
            all words is preferred to what has some of them often. Squares leave little to function
            words.
*nearness*  ``NEARNESS`` · Σ min(idf, idf) · Σ_f sat(n) over words side by side in the query, where
            n counts the occurrences of the one with the other less than ``NEAR`` words away. Words
            in more than ``TELLING`` of all articles, and in more than ten, are passed over. Metzler
            and Croft, "A Markov random field model for term dependencies", 2005; Büttcher, Clarke
            and Lushman, "Term proximity scoring", 2006.
*phrase*    ``PHRASE`` · T where all words stand in a field one after another, as typed.
*headline*  ``HEADLINE`` · T where they are the whole headline as well.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from itertools import pairwise
from typing import TypeGuard

from archive.query.nodes import Field, Node, Phrase, Synonyms, Word
from archive.query.terms import TextLeaf, positive_leaves
from archive.search.scoring import TEXT_FIELDS, B, idf
from archive.text.analysis import is_unspaced, query_tokens

LOOKED_AT = 200
# Chosen once for all collections: docs/relevance.md has the reasons.
TOGETHER, TOGETHER_K = 2.0, 3.0
COVERAGE = 0.5
NEARNESS, NEAR, TELLING = 0.5, 8, 0.05
PHRASE = 1.0
HEADLINE = 10.0
BONUSES = ("together", "coverage", "nearness", "phrase", "headline")

_FEW_ARTICLES = 10

LookedFor = Word | Synonyms


def words_of(node: Node | None) -> tuple[LookedFor, ...]:
    """The words of a query that are looked for again, as leaves of one word each, as typed.

    Empty where there are less than two different ones.
    """
    words = tuple(word for leaf in positive_leaves(node) for word in _words(leaf))
    return words if len(set(words)) > 1 else ()


def offsets_of(words: Sequence[LookedFor]) -> tuple[list[int], int]:
    """How far behind the first of ``words`` each stands in a text that has them all in a row.

    The second value is how many words a field has that holds them and nothing else. In scripts
    without spaces an article has one word more wherever a run ends: its last character alone.
    """
    texts = [word.leaves[0].text if isinstance(word, Synonyms) else word.text for word in words]
    offsets, place = [0], 0
    for text, following in pairwise(texts):
        place += 2 if _ends_run(text) and following[0] != text[-1] else 1
        offsets.append(place)
    return offsets, place + (2 if _ends_run(texts[-1]) else 1)


def _ends_run(text: str) -> bool:
    return len(text) == 2 and is_unspaced(text)


def is_one_word(leaf: TextLeaf) -> TypeGuard[LookedFor]:
    """Whether ``leaf`` may be one of :func:`words_of`."""
    match leaf:
        case Word():
            return len(query_tokens(leaf.text)) == 1
        case Synonyms(leaves=leaves):
            return all(map(is_one_word, leaves))
    return False


def _words(leaf: Node) -> Iterator[LookedFor]:
    match leaf:
        case Word() | Phrase() if leaf.field is not Field.BYLINE:
            for token in query_tokens(leaf.text):
                yield Word(
                    text=leaf.text[token.start : token.end], exact=leaf.exact, field=leaf.field
                )
        case Synonyms(typed=True, leaves=(typed, *_)):
            own = list(_words(typed))
            if len(own) != 1:
                yield from own
                return
            alike = [word for each in leaf.leaves for word in _single(each)]
            yield own[0] if len(alike) == 1 else Synonyms(leaves=tuple(dict.fromkeys(alike)))


def _single(leaf: Word | Phrase) -> Iterator[Word]:
    """A leaf of one word."""
    words = list(_words(leaf))
    if len(words) == 1 and isinstance(words[0], Word):
        yield words[0]


@dataclass(frozen=True, slots=True, kw_only=True)
class Bonus:
    """What the second look adds to a score: ``name`` is one of ``BONUSES``."""

    name: str
    score: float


@dataclass(frozen=True, slots=True, kw_only=True)
class WordPlaces:
    """One word in one article: its idf, whether it is telling, and its positions by field."""

    idf: float
    telling: bool
    positions: Mapping[str, Sequence[int]]


def weigh(documents: int, frequency: int) -> tuple[float, bool]:
    """The idf of a word that stands in ``frequency`` articles, and whether it is telling."""
    if not frequency:
        return 0.0, False
    return idf(documents, frequency), frequency <= max(_FEW_ARTICLES, TELLING * documents)


def bonuses(
    words: Sequence[LookedFor],
    places: Mapping[LookedFor, WordPlaces],
    lengths: Mapping[str, int],
    averages: Mapping[str, float],
) -> tuple[Bonus, ...]:
    """What is added to the score of one article, in parts; ``words`` are those of the query."""
    held = list(places.values())
    total = sum(word.idf for word in held)
    if not total:
        return ()
    share = sum(word.idf**2 for word in held if any(word.positions.values())) / sum(
        word.idf**2 for word in held
    )
    found = {
        "together": TOGETHER * sum(_together(word, lengths, averages) for word in held),
        "coverage": COVERAGE * total * share**3,
        "nearness": NEARNESS * _nearness([places[word] for word in words]),
    }
    offsets, length = offsets_of(words)
    whole = [field for field in TEXT_FIELDS if _in_row(words, offsets, places, field)]
    found["phrase"] = PHRASE * total if whole else 0.0
    is_headline = "headline" in whole and lengths["headline"] == length
    found["headline"] = HEADLINE * total if is_headline else 0.0
    return tuple(Bonus(name=name, score=score) for name, score in found.items() if score)


def _in_row(
    words: Sequence[LookedFor],
    offsets: Sequence[int],
    places: Mapping[LookedFor, WordPlaces],
    field: str,
) -> bool:
    begins = [
        {place - offset for place in places[word].positions.get(field, ())}
        for word, offset in zip(words, offsets, strict=True)
    ]
    return bool(set.intersection(*begins))


def _together(word: WordPlaces, lengths: Mapping[str, int], averages: Mapping[str, float]) -> float:
    weight = sum(
        TEXT_FIELDS[field] * len(positions) / (1 - B + B * lengths[field] / averages[field])
        for field, positions in word.positions.items()
        if positions
    )
    return word.idf * weight * (TOGETHER_K + 1) / (weight + TOGETHER_K)


def _nearness(words: Sequence[WordPlaces]) -> float:
    total = 0.0
    telling = [word for word in words if word.telling]
    pairs = {
        (id(one), id(other)): (one, other) for one, other in pairwise(telling) if one is not other
    }
    for one, other in pairs.values():
        for field in TEXT_FIELDS:
            others = other.positions.get(field, ())
            near = sum(
                any(abs(place - each) < NEAR for each in others)
                for place in one.positions.get(field, ())
            )
            total += min(one.idf, other.idf) * saturated(near)
    return total


def saturated(count: float) -> float:
    """How much so many occurrences count: the first for one, all together for 2.2 at most."""
    return 2.2 * count / (count + 1.2)
