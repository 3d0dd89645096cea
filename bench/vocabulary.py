"""Made-up words of four languages, with inflected forms and the frequencies of real ones."""

from __future__ import annotations

from dataclasses import dataclass
from functools import cached_property

import numpy as np
from numpy.typing import NDArray

_SHORT_LEMMAS = 1_000  # the most frequent ones
_DRAWN = 20_000
_ZIPF_OFFSET = 1.5  # the few most frequent words of a language are nearly alike
_LONGER = 0.35  # of the lemmas have a syllable more than others as frequent
_INVARIABLE = 0.3  # of the lemmas have one form only
_FORM_SHARES = (0.55, 0.22, 0.13, 0.1)
_COLLOCATIONS = 3_000


@dataclass(frozen=True, slots=True, kw_only=True)
class Language:
    """How a language's words are made. ``share`` is its part of the articles."""

    code: str
    share: float
    lemmas: int
    onsets: tuple[str, ...]
    vowels: tuple[str, ...]
    codas: tuple[str, ...]
    suffixes: tuple[str, ...]


def _split(text: str) -> tuple[str, ...]:
    return tuple("" if part == "-" else part for part in text.split())


LANGUAGES = (
    Language(
        code="en",
        share=0.4,
        lemmas=42_000,
        onsets=_split("b c d f g h j k l m n p r s t v w st tr pl br cl sh th - -"),
        vowels=_split("a e i o u ai ea oo ou"),
        codas=_split("- - - - - n r s t l ck nd rt st m p"),
        suffixes=_split("s ed ing er ly ness"),
    ),
    Language(
        code="de",
        share=0.25,
        lemmas=52_000,
        onsets=_split("b d f g h k l m n p r s t w z sch st sp tr br kl pf - -"),
        vowels=_split("a e i o u ä ö ü ei au ie eu"),
        codas=_split("- - - - n r l t ch nd rt st cht ng m"),
        suffixes=_split("e en er es em ung"),
    ),
    Language(
        code="fr",
        share=0.2,
        lemmas=42_000,
        onsets=_split("b c d f g j l m n p r s t v ch pr tr gr pl qu - -"),
        vowels=_split("a e i o u é è ou ai eau oi an on in"),
        codas=_split("- - - - - - r l s t n x"),
        suffixes=_split("s e es er ait ement"),
    ),
    Language(
        code="ru",
        share=0.15,
        lemmas=48_000,
        onsets=_split("б в г д ж з к л м н п р с т ф х ч ш ст пр тр кр - -"),
        vowels=_split("а е и о у ы я ю"),
        codas=_split("- - - - - н р л т с к м в й"),
        suffixes=_split("а у ом ы ами ого"),
    ),
)


class Vocabulary:
    """The word forms of one language and how often each is used.

    ``forms`` holds them as an array of strings; ``frequencies`` are their parts of a running text,
    which add up to 1; ``collocations`` are pairs of form numbers that like to stand together.
    """

    def __init__(self, language: Language, seed: int) -> None:
        self.language = language
        rng = np.random.default_rng([seed, 1, sum(map(ord, language.code))])
        lemmas = _lemmas(language, rng)
        forms, ranks, shares = _inflected(lemmas, language, rng)
        weights = shares / (ranks + 1 + _ZIPF_OFFSET)
        self.forms: NDArray[np.object_] = np.array(forms, dtype=object)
        self.frequencies: NDArray[np.float64] = weights / weights.sum()
        self.invariable = shares == 1.0
        self.collocations = self.drawn(rng, 2 * _COLLOCATIONS).reshape(-1, 2)

    def drawn(self, rng: np.random.Generator, count: int) -> NDArray[np.int64]:
        """``count`` form numbers, each as often as the language uses it."""
        return np.searchsorted(self._cumulated, rng.random(count))

    @cached_property
    def _cumulated(self) -> NDArray[np.float64]:
        cumulated = np.cumsum(self.frequencies)
        cumulated[-1] = 1.0
        return cumulated


def _lemmas(language: Language, rng: np.random.Generator) -> list[str]:
    """Different made-up words, the frequent ones short."""
    lemmas: dict[str, None] = {}
    while len(lemmas) < language.lemmas:
        drawn = rng.random((_DRAWN, 3, 3))
        longer = rng.random(_DRAWN) < _LONGER
        parts = [
            (drawn[:, :, place] * len(choices)).astype(int).tolist()
            for place, choices in enumerate((language.onsets, language.vowels, language.codas))
        ]
        for number in range(_DRAWN):
            least = 1 if len(lemmas) < _SHORT_LEMMAS else 2
            word = "".join(
                language.onsets[parts[0][number][syllable]]
                + language.vowels[parts[1][number][syllable]]
                + language.codas[parts[2][number][syllable]]
                for syllable in range(least + int(longer[number]))
            )
            if len(word) > 1:
                lemmas.setdefault(word)
            if len(lemmas) == language.lemmas:
                break
    return list(lemmas)


def _inflected(
    lemmas: list[str], language: Language, rng: np.random.Generator
) -> tuple[list[str], NDArray[np.int64], NDArray[np.float64]]:
    """The forms of all lemmas: each form, the rank of its lemma, its part of the lemma's uses."""
    invariable = rng.random(len(lemmas)) < _INVARIABLE
    first = rng.integers(0, len(language.suffixes), len(lemmas))
    taken = set(lemmas)
    forms: list[str] = []
    ranks: list[int] = []
    shares: list[float] = []
    for rank, lemma in enumerate(lemmas):
        forms.append(lemma)
        ranks.append(rank)
        shares.append(1.0 if invariable[rank] else _FORM_SHARES[0])
        if invariable[rank]:
            continue
        for place, share in enumerate(_FORM_SHARES[1:]):
            suffix = language.suffixes[(first[rank] + place) % len(language.suffixes)]
            form = lemma + suffix
            if form not in taken:
                taken.add(form)
                forms.append(form)
                ranks.append(rank)
                shares.append(share)
    return forms, np.array(ranks), np.array(shares)
