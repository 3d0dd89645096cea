"""The editors' synonyms, ready to be asked about what was typed."""

from __future__ import annotations

from collections.abc import Collection, Iterable
from dataclasses import dataclass
from functools import lru_cache

from archive.models import Synonym
from archive.search.engine import SearchEngine
from archive.services.engine import get_engine
from archive.text.analysis import primary_language, query_stems, stem_term, tokenise
from archive.text.name_keys import is_short_acronym, may_mean, name_key

_MOST_KEPT = 20_000

Stems = tuple[str, ...]


@dataclass(frozen=True, slots=True, kw_only=True)
class Meant:
    """What else is looked for where a word or phrase of a group was typed, and the group's way."""

    others: tuple[str, ...]
    one_way: bool


class SynonymBook:
    """All active groups. Safe to share between threads."""

    def __init__(self, groups: Iterable[Synonym]) -> None:
        self._by_key: dict[str, tuple[Synonym, str]] = {}
        for group in groups:
            for term in group.typed:
                self._by_key.setdefault(name_key(term), (group, term))
        self._by_stems: dict[str, dict[Stems, tuple[Synonym, str]]] = {}
        self._of_groups = {
            primary_language(group.language) for group, _ in self._by_key.values() if group.language
        }
        self._answers: dict[tuple[str, tuple[str, ...]], Meant | None] = {}

    def meaning(self, text: str, languages: tuple[str, ...]) -> Meant | None:
        """What means the same as ``text``, a word or a few; None where no group has it.

        Its inflections are known in the ``languages`` of the archive and those of the groups.
        """
        if not self._by_key:
            return None
        asked = (text, languages)
        if asked in self._answers:
            return self._answers[asked]
        found = self._find(text, languages)
        meant = None
        if found is not None:
            group, same = found
            others = tuple(term for term in group.listed if term != same)
            meant = Meant(others=others, one_way=group.one_way)
        if len(self._answers) >= _MOST_KEPT:
            self._answers.clear()
        self._answers[asked] = meant
        return meant

    def _find(self, text: str, languages: Collection[str]) -> tuple[Synonym, str] | None:
        found = self._by_key.get(name_key(text))
        if found is not None:
            return found if may_mean(text, found[1]) else None
        for language in sorted({*map(primary_language, languages), *self._of_groups}):
            held = self._stems_of(language)
            for stems in _readings(text, language):
                # A group without a language is for those of the archive.
                if (known := held.get(stems)) and (known[0].language or language in languages):
                    return known
        return None

    def _stems_of(self, language: str) -> dict[Stems, tuple[Synonym, str]]:
        held = self._by_stems.get(language)
        if held is None:
            held = {}
            for group, term in self._by_key.values():
                if group.language and primary_language(group.language) != language:
                    continue
                if not is_short_acronym(term):
                    held.setdefault(_stems(term, language), (group, term))
            self._by_stems[language] = held
        return held


def synonyms_at(epoch: int) -> SynonymBook:
    """The groups in force; ``epoch`` is the public's, which every change of a group moves."""
    return _book(get_engine(), epoch)


@lru_cache(maxsize=1)
def _book(
    engine: SearchEngine,  # noqa: ARG001 - part of the key
    epoch: int,  # noqa: ARG001 - part of the key
) -> SynonymBook:
    return SynonymBook(Synonym.objects.filter(active=True).order_by("pk"))


def _stems(text: str, language: str) -> Stems:
    return tuple(stem_term(token.word, language) for token in tokenise(text))


def _readings(text: str, language: str) -> Iterable[Stems]:
    """The stems that a typed text may stand for: a word for several, a phrase for its own."""
    tokens = list(tokenise(text))
    if len(tokens) == 1:
        return ((stem,) for stem in sorted(query_stems(tokens[0].word, language)))
    return (_stems(text, language),)
