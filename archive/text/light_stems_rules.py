"""What the light rules of one language are made of."""

from __future__ import annotations

import unicodedata
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from itertools import product

from archive.text.folding import strip_marks

_VOWELS = frozenset("аеёиіїоуыэюяaeiou")
_LEAST = 3  # letters that have to stay, where an ending does not ask for more


@dataclass(frozen=True, slots=True)
class Rules:
    """The endings of one language.

    ``endings`` are words with spaces between them; ``et/5`` goes only where five letters stay, of
    ``stan|da`` only what is behind the bar, and no ending goes that would leave three letters
    without any of ``vowels``. ``finish`` is done to
    what is left of a word, whether or not an ending went; of a stem that it may have changed,
    ``changed`` tells how many letters at the end may be other ones in a word.
    """

    endings: str
    vowels: str = ""
    finish: Callable[[str], str] | None = None
    changed: Callable[[str], int] | None = None

    def staying(self) -> dict[str, int]:
        """How many letters have to stay before each ending."""
        staying: dict[str, int] = {}
        for kept, going, least in self._each():
            if least:
                staying[kept + going] = max(int(least), staying.get(kept + going, 0))
        for kept, going, _ in self._each():
            staying.setdefault(kept + going, _LEAST)
        return staying

    def kept(self) -> dict[str, int]:
        """How many letters of an ending stay, of those that do not go as a whole."""
        return {kept + going: len(kept) for kept, going, _ in self._each() if kept}

    def _each(self) -> Iterator[tuple[str, str, str]]:
        for written in self.endings.split():
            ending, _, least = written.partition("/")
            plain = strip_marks(unicodedata.normalize("NFKC", ending).casefold())
            kept, _, going = plain.rpartition("|")
            yield kept, going, least


def chains(*slots: str) -> str:
    """Every ending that takes at most one part from each of ``slots``, in their order."""
    parts = [["", *slot.split()] for slot in slots]
    return " ".join(filter(None, map("".join, product(*parts))))


def pairs_of(firsts: str, seconds: str) -> str:
    """Every ending that is one of ``firsts`` with one of ``seconds`` behind it."""
    return " ".join(map("".join, product(firsts.split(), seconds.split())))


def behind_two(endings: str) -> str:
    """Endings that are long enough to be told behind two letters."""
    return " ".join(f"{ending}/2" for ending in endings.split())


def dropping(vowels: str, before: str, *, least: int = 3) -> Callable[[str], str]:
    """A finish that drops a vowel which comes and goes before the last letter of a stem.

    It does so in every form of a word, so that it matters little whether the vowel was of that
    kind. ``least`` letters stay before it.
    """

    def finish(stem: str) -> str:
        if len(stem) > least + 1 and stem[-1] in before and stem[-2] in vowels:
            return stem[:-2] + stem[-1]
        return stem

    return finish


def last_letter(_stem: str) -> int:
    """The ``changed`` of :func:`dropping`: what stands last may have stood one further."""
    return 1


def without_vowel_before_ts(stem: str, vowel: str, ts: str, glide: str) -> str:
    """A Slavic ``stem`` without the vowel that comes and goes before a last ``ts``.

    Behind another vowel a ``glide`` takes its place: боец, бойцы.
    """
    if stem[-1:] == ts and stem[-2:-1] == vowel and len(stem) > 3:
        return stem[:-2] + (glide if stem[-3] in _VOWELS else "") + ts
    return stem


def changed_before_ts(stem: str) -> int:
    """The ``changed`` of :func:`without_vowel_before_ts` in Cyrillic."""
    return 0 if stem[-1:] != "ц" else 2 if stem[-2:-1] in ("й", "ј") else 1
