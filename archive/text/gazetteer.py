"""Names of a vocabulary found in text: whole words, the longest name that begins first.

Names and text are compared folded character by character, so that places in the folded text are
places in the text. The automaton reports every name anywhere; what is not a whole word, not in the
article's language or not in its case is then left out, and of the rest the leftmost longest stay.
"""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Iterable
from dataclasses import dataclass
from typing import NamedTuple

import numpy as np
from ahocorasick_rs import AhoCorasick
from numpy.typing import NDArray

from archive.text.analysis import is_unspaced, primary_language, strip_marks
from archive.text.wordlists import words

_SHORT_ACRONYM = 5  # letters: US, UN, EU, WHO are other words in small letters
_SHOUTED_WITHIN = 30  # characters on either side
# What French, Italian and Catalan leave of an article or preposition before a vowel.
_ELISIONS = words("c d j l m n qu s t all dall dell nell sull un")
_ELIDING = words("ca fr it und")
# One-letter words that Arabic writes together with the next: and, so, in, for, like.
_ARABIC_PARTICLES = words("و ف ب ل ك وب ول وك فب فل")
_KATAKANA = re.compile("[\u30a0-\u30ff]{2}")
_LAST_LETTERS = re.compile(r"[^\W\d_]+$")
_DELETED = "\u00ad\u0640"
# What most words stand between: it is neither a part of one nor an apostrophe.
_APART = frozenset(' \n.,;:!?()-"/')
_LONG = 100  # characters, from which on a table of all of them is quicker than one for each
_UNKNOWN, _NOTHING = 0xFFFFFFFF, 0xFFFFFFFE  # in that table; neither is a character
_MOST_KEPT = 50_000


@dataclass(frozen=True, slots=True, kw_only=True)
class GazetteerEntry:
    """One name of an entity.

    ``key`` is the entity's, ``kind`` its kind (party, place, person, …). A name with a
    ``language`` counts only in texts of that primary language. A metonym names its entity by
    something else: a capital for the government that sits there.
    """

    key: int
    kind: str
    name: str
    language: str = ""
    metonym: bool = False


class Mention(NamedTuple):
    """A name as it stands in a text, and every entity that it may mean.

    ``start`` and ``end`` count characters. ``particle`` is what Arabic wrote together with it.
    """

    start: int
    end: int
    surface: str
    candidates: tuple[GazetteerEntry, ...]
    particle: str = ""


@dataclass(frozen=True, slots=True)
class _Form:
    """An entry with what its name demands of a text: a language, a capital, the very letters."""

    entry: GazetteerEntry
    language: str
    is_acronym: bool
    is_capital: bool


class _Folding(dict[int, str]):
    """Folds one character into one or none, for ``str.translate``; filled as it meets them."""

    def __missing__(self, code: int) -> str:
        character = chr(code)
        folded = character
        if character in "\u2019\u02bc":
            folded = "'"
        elif character in "\u2010\u2011":
            folded = "-"
        elif character == "ё":
            folded = "е"
        elif character.isspace():
            folded = " "
        elif character in _DELETED or _is_optional_mark(code):
            folded = ""
        else:
            plain = strip_marks(character.lower())
            if len(plain) == 1:
                folded = plain
        self[code] = folded
        return folded


def _is_optional_mark(code: int) -> bool:
    return (
        0x0300 <= code <= 0x036F
        or 0x0591 <= code <= 0x05C7
        or 0x0610 <= code <= 0x061A
        or 0x064B <= code <= 0x065F
        or code == 0x0670
    ) and unicodedata.combining(chr(code)) != 0


_FOLDING = _Folding({ord("İ"): "i", ord("Ё"): "е"})


def fold_characters(text: str) -> str:
    """``text`` folded character by character; only optional marks are lost on the way."""
    if text.isascii():
        return text.lower()
    if len(text) < _LONG:
        return text.translate(_FOLDING)
    folded = _fold_codes(_codes(text))
    if folded.max() == _NOTHING:
        folded = folded[folded != _NOTHING]
    return folded.tobytes().decode("utf-32-le", "surrogatepass")


def _codes(text: str) -> NDArray[np.uint32]:
    return np.frombuffer(text.encode("utf-32-le", "surrogatepass"), np.uint32)


def _fold_codes(codes: NDArray[np.uint32]) -> NDArray[np.uint32]:
    """Each character's folded one, or ``_NOTHING``; the table is filled as it meets them."""
    folded = _TABLE[codes]
    if folded.max() == _UNKNOWN:
        for code in set(codes[folded == _UNKNOWN].tolist()):
            character = _FOLDING[code]
            _TABLE[code] = ord(character) if character else _NOTHING
        folded = _TABLE[codes]
    return folded


_TABLE = np.full(0x110000, _UNKNOWN, np.uint32)


class Gazetteer:
    """A vocabulary ready to be found in texts. Immutable, safe to share between threads."""

    def __init__(self, entries: Iterable[GazetteerEntry]) -> None:
        self._names: dict[str, list[_Form]] = {}
        for entry in entries:
            folded = " ".join(fold_characters(unicodedata.normalize("NFC", entry.name)).split())
            if len(folded) > 1 or (folded and is_unspaced(folded)):
                form = _Form(
                    entry,
                    primary_language(entry.language) if entry.language else "",
                    _is_acronym(entry.name),
                    _first_letter(entry.name).isupper(),
                )
                self._names.setdefault(folded, []).append(form)
        self._patterns = list(self._names)
        self._forms = list(self._names.values())
        self._automaton = AhoCorasick(self._patterns, store_patterns=False)
        self._known: dict[tuple[int, str, str, bool], tuple[GazetteerEntry, ...]] = {}

    def find(self, text: str, language: str) -> list[Mention]:
        """Return the names in ``text``, an article in ``language``, in order, without overlaps."""
        primary = primary_language(language)
        folded = fold_characters(text)
        origin = None if len(folded) == len(text) else _origins(text)
        found: list[tuple[int, int, int, str]] = []
        length = len(folded)
        for index, start, end in self._automaton.find_matches_as_indexes(folded, overlapping=True):
            if end < length and (behind := folded[end]) not in _APART:
                # Most hits are parts of words in scripts that have spaces: these are let go first.
                if behind < "\u0e00" and behind.isalpha():
                    continue
                if not _ends(folded, end, primary):
                    continue
            if start == 0 or folded[start - 1] in _APART:
                found.append((start, -end, index, ""))
                continue
            particle = _particle(folded, start, primary)
            if particle is not None:
                found.append((start, -end, index, particle))
        found.sort()
        mentions: list[Mention] = []
        reached = 0
        for start, minus_end, index, particle in found:
            if start < reached:
                continue
            end = -minus_end
            begin, stop = start, end
            if origin is not None:
                begin, stop = int(origin[start]), int(origin[end])
            candidates = self._candidates(text, begin, stop, index, primary)
            if candidates:
                if not particle and primary == "ar":
                    particle = self._written_particle(self._patterns[index])
                mentions.append(Mention(begin, stop, text[begin:stop], candidates, particle))
                reached = end
        return mentions

    def _candidates(
        self, text: str, start: int, end: int, index: int, language: str
    ) -> tuple[GazetteerEntry, ...]:
        """The entries of a name that fit the text's language and case, one for each entity."""
        surface = text[start:end]
        # An acronym alone is asked what stands around it, and only then is that looked at.
        shouted = surface.isupper() and _is_shouted(text, start, end)
        key = (index, surface, language, shouted)
        known = self._known.get(key)
        if known is None:
            if len(self._known) >= _MOST_KEPT:
                self._known.clear()
            known = self._known[key] = _fitting(self._forms[index], surface, language, shouted)
        return known

    def _written_particle(self, name: str) -> str:
        """The particle of an Arabic name that the vocabulary holds with and without it."""
        if name[0] in _ARABIC_PARTICLES and name[1:] in self._names:
            return name[0]
        return ""


def _fitting(
    forms: Iterable[_Form], surface: str, language: str, shouted: bool
) -> tuple[GazetteerEntry, ...]:
    fitting: dict[int, GazetteerEntry] = {}
    for form in forms:
        entry = form.entry
        if form.language and form.language != language:
            continue
        if form.is_acronym and (surface != entry.name or shouted):
            continue
        if form.is_capital and not _first_letter(surface).isupper():
            continue
        known = fitting.get(entry.key)
        if known is None or (known.metonym and not entry.metonym):
            fitting[entry.key] = entry
    return tuple(fitting.values())


def _origins(text: str) -> NDArray[np.intp]:
    """The place in ``text`` of each folded character, and of the end."""
    return np.append(np.flatnonzero(_fold_codes(_codes(text)) != _NOTHING), len(text))


def folded_places(text: str) -> NDArray[np.intp]:
    """The place in the folded text of each character of ``text``, and of the end."""
    kept = np.cumsum(_fold_codes(_codes(text)) != _NOTHING)
    return np.concatenate(([0], kept))


def _is_mark(character: str) -> bool:
    return unicodedata.category(character).startswith("M")


def _is_joined(left: str, right: str) -> bool:
    """Whether two neighbouring characters belong to one word."""
    if not (left.isalnum() or _is_mark(left)):
        return False
    if _is_mark(right):
        return True
    if not right.isalnum():
        return False
    if is_unspaced(left) or is_unspaced(right):
        return _KATAKANA.fullmatch(left + right) is not None
    return True


def _ends(folded: str, end: int, language: str) -> bool:
    """Whether a word ends before ``end``, be it one with a possessive ending."""
    if end == len(folded):
        return True
    if _is_joined(folded[end - 1], folded[end]):
        return False
    if folded[end] != "'" or not folded[end + 1 : end + 2].isalpha():
        return True
    # Turkish sets every ending of a name apart by an apostrophe.
    return language == "tr" or (folded[end + 1] == "s" and not folded[end + 2 : end + 3].isalpha())


def _particle(folded: str, start: int, language: str) -> str | None:
    """What stands before a name within the same word, empty as a rule; None if it must not."""
    if start == 0:
        return ""
    before = folded[start - 1]
    if before == "'" and start > 1 and folded[start - 2].isalpha():
        elided = _LAST_LETTERS.search(folded[max(0, start - 7) : start - 1])
        if language in _ELIDING and elided is not None and elided[0] in _ELISIONS:
            return ""
        return None
    if not _is_joined(before, folded[start]):
        return ""
    if language == "ar":
        for length in (1, 2):
            particle = folded[max(0, start - length) : start]
            outside = folded[start - length - 1 : start - length] if start > length else " "
            if particle in _ARABIC_PARTICLES and not outside.isalnum():
                return particle
    return None


def _first_letter(text: str) -> str:
    return next((character for character in text if character.isalpha()), "")


def _is_acronym(name: str) -> bool:
    letters = [character for character in name if character.isalpha()]
    return 0 < len(letters) <= _SHORT_ACRONYM and all(letter.isupper() for letter in letters)


def _is_shouted(text: str, start: int, end: int) -> bool:
    """Whether all is in capitals around, so that an acronym may as well be a word."""
    around = text[max(0, start - _SHOUTED_WITHIN) : start] + text[end : end + _SHOUTED_WITHIN]
    letters = [character for character in around if character.isalpha()]
    return len(letters) >= 10 and all(letter.isupper() for letter in letters)
