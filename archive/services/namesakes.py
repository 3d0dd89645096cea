"""Entities that words of a query may name, in whatever script or spelling."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Collection, Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from functools import lru_cache

from django.db.models import Q

from archive.models import Entity, EntityAlias, EntityKind
from archive.search.engine import SearchEngine
from archive.services.engine import get_engine
from archive.text.analysis import (
    primary_language,
    query_stems,
    stem_likeness,
    stem_term,
    tokenise,
)
from archive.text.name_keys import is_short_acronym, may_mean, name_key

_MOST_KEPT = 20_000
_MOST_ROWS = 5_000
_LEAST_STEM = 4  # letters; shorter ones are shared by words of all kinds
_LAST_LATIN = "\u024f"
_BEHIND_ALL = "\U0010ffff"


@dataclass(frozen=True, slots=True, kw_only=True)
class Spelling:
    """One name of an entity; ``language`` is a primary subtag, empty where none is known."""

    name: str
    language: str


@dataclass(frozen=True, slots=True, kw_only=True)
class Namesake:
    """An entity that bears a name; ``value`` is the engine's.

    Metonyms are not among ``names``, nor are the words that texts show a topic by: who looks for
    grain does not look for farmers.
    """

    kind: str
    value: str
    slug: str
    label: str
    names: tuple[Spelling, ...]


@dataclass(frozen=True, slots=True, kw_only=True)
class Named:
    """An entity that was named, by what stands in addresses and indexes, and ``also`` the names
    that may stand for the one that was typed, one of each language in turn."""

    kind: str
    value: str
    slug: str
    label: str
    also: tuple[str, ...]


Known = dict[tuple[str, tuple[str, ...]], tuple[Named, ...]]


class NameBook:
    """Looks names up, and remembers them for as long as nobody can have changed one.

    ``epoch`` is the public's, ``languages`` the archive's: in these, inflections of a name of one
    word are taken for it. Every entity is found, whoever may know of it.
    """

    def __init__(self, epoch: int, languages: Sequence[str]) -> None:
        self._known = _known(get_engine(), epoch)
        self._languages = tuple(languages)

    def look_up(self, texts: Collection[str]) -> dict[str, tuple[Named, ...]]:
        """The entities that each of ``texts`` names, with one query for all not asked before."""
        found = {
            text: held
            for text in texts
            if (held := self._known.get((text, self._languages))) is not None
        }
        unknown = [text for text in dict.fromkeys(texts) if text not in found]
        if unknown:
            read, whole = self._read(unknown)
            found |= read
            if whole:
                if len(self._known) > _MOST_KEPT:
                    self._known.clear()
                self._known.update({(text, self._languages): read[text] for text in unknown})
        return {text: entities for text, entities in found.items() if entities}

    def _read(self, texts: Sequence[str]) -> tuple[dict[str, tuple[Named, ...]], bool]:
        keys = {key for text in texts if (key := name_key(text))}
        beginnings = {start for text in texts if (start := self._beginning(text))}
        rows = _rows(keys, beginnings)
        entities = _entities(rows)
        by_key: defaultdict[str, list[Namesake]] = defaultdict(list)
        single: list[tuple[Spelling, str, Namesake]] = []
        for entity in entities:
            for spelling in entity.names:
                key = name_key(spelling.name)
                by_key[key].append(entity)
                if " " not in key and entity.kind != EntityKind.TOPIC:
                    single.append((spelling, key, entity))
        read: dict[str, tuple[Named, ...]] = {}
        for text in texts:
            named = [entity for entity in by_key.get(name_key(text), ()) if _is_named(entity, text)]
            start = self._beginning(text)
            if start:
                named += [
                    entity
                    for spelling, key, entity in single
                    if key.startswith(start) and self._inflects(text, spelling)
                ]
            read[text] = tuple(
                Named(
                    kind=entity.kind,
                    value=entity.value,
                    slug=entity.slug,
                    label=entity.label,
                    also=tuple(self._also(text, entity)),
                )
                for entity in dict.fromkeys(named)
            )
        return read, len(rows) < _MOST_ROWS

    def _also(self, typed: str, entity: Namesake) -> Iterator[str]:
        """The names that find other words than ``typed`` and the names before them do."""
        met = _stems(typed, self._languages)
        for name, languages in _by_turns(entity.names):
            stems = _stems(name, languages or self._languages)
            if not stems & met and _fits(name, typed):
                yield name
            met |= stems

    def _beginning(self, text: str) -> str:
        """What every name begins with that ``text`` may be an inflection of; empty for none."""
        tokens = list(tokenise(text))
        if len(tokens) != 1:
            return ""
        likenesses = [
            stem_likeness(stem_term(tokens[0].word, language)) for language in self._languages
        ]
        form = tokens[0].form
        starts = [start for start in likenesses if start and form.startswith(start)]
        shortest = min(starts, key=len, default="")
        return name_key(shortest) if len(shortest) >= _LEAST_STEM else ""

    def _inflects(self, text: str, spelling: Spelling) -> bool:
        """Whether a typed word and a name have a stem in common in the name's language.

        A name of no certain language is compared in all of the archive's, unless it is in Latin
        letters, whose stemmers would find likenesses that are none.
        """
        if is_short_acronym(spelling.name):
            return False
        languages: Iterable[str] = (spelling.language,)
        if not spelling.language:
            languages = () if spelling.name[:1] <= _LAST_LATIN else self._languages
        (typed,) = tokenise(text)
        borne = [token.word for token in tokenise(spelling.name)]
        return len(borne) == 1 and any(
            stem_term(borne[0], language) in query_stems(typed.word, language)
            for language in languages
        )


def _is_named(entity: Namesake, text: str) -> bool:
    """Whether ``text``, which has the key of one of its names, may be meant as that name."""
    key = name_key(text)
    return any(
        may_mean(text, spelling.name) for spelling in entity.names if name_key(spelling.name) == key
    )


def _stems(text: str, languages: Iterable[str]) -> set[tuple[str, ...]]:
    """The stems of a text's words, one row for each language."""
    words = [token.word for token in tokenise(text)]
    return {tuple(stem_term(word, language) for word in words) for language in languages}


def _by_turns(spellings: Iterable[Spelling]) -> Iterator[tuple[str, tuple[str, ...]]]:
    """Names with their languages, one of each language in turn, so that none is crowded out."""
    by_language: dict[str, list[str]] = {}
    for spelling in spellings:
        by_language.setdefault(spelling.language, []).append(spelling.name)
    while by_language:
        for language in list(by_language):
            names = by_language[language]
            yield names.pop(0), (language,) if language else ()
            if not names:
                del by_language[language]


def _fits(name: str, typed: str) -> bool:
    """Whether a name may stand for what was typed.

    With fewer words it would find others of that name as well: George W. Bush is not every Bush.
    Short acronyms are other words in other languages, and what begins small, as russisch does, only
    belongs to a name; who is tagged is found without them.
    """
    if is_short_acronym(name) or name[:1].islower():
        return False
    return len(name_key(name).split()) >= len(name_key(typed).split())


Row = tuple[int, str, str, str, str | None, str | None, bool | None]


def _rows(keys: Collection[str], beginnings: Collection[str]) -> list[Row]:
    same = Q(name_key__in=keys)
    for start in beginnings:
        # Each with all its conditions: a database then looks each up in its index.
        same |= Q(name_key__gte=start, name_key__lt=start + _BEHIND_ALL) & ~Q(
            name_key__contains=" "
        )
    named = Q(pk__in=Entity.objects.filter(same).values("pk"))
    named |= Q(pk__in=EntityAlias.objects.filter(same, metonym=False).values("entity"))
    return list(
        Entity.objects.filter(named)
        .order_by("pk", "aliases__pk")
        .values_list(
            *("pk", "kind", "slug", "name"),
            *("aliases__name", "aliases__language", "aliases__metonym"),
        )[:_MOST_ROWS]
    )


def _entities(rows: Iterable[Row]) -> list[Namesake]:
    names: defaultdict[tuple[int, str, str, str], list[Spelling]] = defaultdict(list)
    for pk, kind, slug, label, alias, language, metonym in rows:
        held = names[pk, kind, slug, label]
        if not held:
            held.append(Spelling(name=label, language=""))
        if alias and not metonym and kind != EntityKind.TOPIC:
            spoken = primary_language(language) if language else ""
            held.append(Spelling(name=alias, language=spoken))
    return [
        Namesake(kind=kind, value=str(pk), slug=slug, label=label, names=tuple(spellings))
        for (pk, kind, slug, label), spellings in names.items()
    ]


def by_facet(entities: Iterable[Named]) -> Mapping[str, set[str]]:
    """The engine's values of entities, by the facet that has them."""
    values: defaultdict[str, set[str]] = defaultdict(set)
    for entity in entities:
        values[entity.kind].add(entity.value)
    return values


@lru_cache(maxsize=1)
def _known(
    engine: SearchEngine,  # noqa: ARG001 - part of the key
    epoch: int,  # noqa: ARG001 - part of the key
) -> Known:
    return {}
