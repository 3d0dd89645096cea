"""Stems by light rules: the longest ending goes while enough of the word stays.

For languages of news that Snowball has no algorithm for. The endings are those of nouns,
adjectives and common verbs, without lists of irregular words; what the rules leave is a key that
the inflections of a word share, not a word. Two words that share one are a smaller harm than a
word that is not found.

The tables are in ``light_stems_europe`` and ``light_stems_asia``.
"""

from __future__ import annotations

from collections.abc import Callable
from functools import cache

from archive.text.folding import like_letters, strip_marks
from archive.text.light_stems_asia import ASIAN
from archive.text.light_stems_europe import EUROPEAN
from archive.text.light_stems_rules import Rules

LIGHT = EUROPEAN | ASIAN


@cache
def light_stemmer(language: str) -> Callable[[str], str] | None:
    """What makes the stem of a word in one of the languages of ``LIGHT``; None for others.

    The word is normalised. Its marks make no difference where ``strip_marks`` leaves them off, so
    that a query typed without them finds as much.
    """
    rules = LIGHT.get(language)
    return None if rules is None else _stemmer(rules)


def light_likeness(language: str, stem: str) -> str:
    """What every word begins like that has this stem in a language of ``LIGHT``."""
    changed = LIGHT[language].changed
    return stem[: len(stem) - changed(stem)] if changed else stem


def _stemmer(rules: Rules) -> Callable[[str], str]:
    staying = rules.staying()
    least_of = staying.get
    longest = max(map(len, staying))
    least = min(staying.values())
    vowels = frozenset(rules.vowels)
    kept = rules.kept()
    finish = rules.finish

    def stem(word: str) -> str:
        # Cyrillic and Indian scripts have no optional marks, and many that are not. In Devanagari,
        # the letters around a virama may be written otherwise.
        if ("\u0400" <= word < "\u0590" or "\u0900" <= word < "\u1100") and "\u094d" not in word:
            word = like_letters(word)
        else:
            word = strip_marks(word)
        length = len(word)
        for start in range(max(length - longest, least), length):
            if start >= least_of(word[start:], length):
                if start <= 3 and vowels and vowels.isdisjoint(word[:start]):
                    continue
                word = word[: start + kept.get(word[start:], 0)]
                break
        return finish(word) if finish else word

    return stem
