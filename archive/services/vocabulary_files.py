"""Reading vocabulary files: JSON Lines, each line checked before anything is stored."""

from __future__ import annotations

import json
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from archive.exceptions import VocabularyError
from archive.models import EntityKind
from archive.models.source import SourceKind

FILES = {
    "parties.jsonl": EntityKind.PARTY,
    "places.jsonl": EntityKind.PLACE,
    "persons.jsonl": EntityKind.PERSON,
    "organisations.jsonl": EntityKind.ORGANISATION,
    "topics.jsonl": EntityKind.TOPIC,
}
SYNONYMS = "synonyms.jsonl"
_MAX_NAME = 200


@dataclass(frozen=True, slots=True, kw_only=True)
class AliasEntry:
    """Another name, in one language or (empty) in all."""

    name: str
    language: str = ""
    metonym: bool = False


@dataclass(frozen=True, slots=True, kw_only=True)
class EntityEntry:
    """One line of a vocabulary file; ``where`` is its path and line, ``parent`` a slug.

    Only files that are imported, not those of the seeds, name a parent by its identifier, in
    ``broader``, leave the ``slug`` to the name or say that texts are not searched for the names.
    """

    where: str
    kind: EntityKind
    slug: str
    name: str
    description: str = ""
    parent: str = ""
    latitude: float | None = None
    longitude: float | None = None
    identifiers: tuple[tuple[str, str], ...] = ()
    aliases: tuple[AliasEntry, ...] = ()
    broader: tuple[str, str] | None = None
    in_texts: bool = True


@dataclass(frozen=True, slots=True, kw_only=True)
class SynonymEntry:
    """One line of ``synonyms.jsonl``: a group of words and phrases."""

    where: str
    terms: tuple[str, ...]
    language: str = ""
    one_way: bool = False


@dataclass(frozen=True, slots=True, kw_only=True)
class SourceEntry:
    """One line of ``sources.jsonl``; ``fields`` are those of the model, by name."""

    where: str
    slug: str
    fields: dict[str, Any]


def read_entities(folder: Path) -> list[EntityEntry]:
    """The entities of the vocabulary files in a folder. Raises VocabularyError."""
    entries: list[EntityEntry] = []
    for name, kind in FILES.items():
        path = folder / name
        if path.exists():
            entries += [entity_of(line, kind) for line in _lines(path)]
    _check(entries)
    return entries


def read_synonyms(folder: Path) -> list[SynonymEntry]:
    """The groups of a folder; none where it has no such file. Raises VocabularyError."""
    path = folder / SYNONYMS
    return [
        SynonymEntry(
            where=line.where,
            terms=line.texts("terms"),
            language=line.text("language", limit=35),
            one_way=line.flag("one_way", default=False),
        )
        for line in (_lines(path) if path.exists() else ())
    ]


def read_sources(path: Path) -> list[SourceEntry]:
    """The sources of a file; none where there is no such file. Raises VocabularyError."""
    entries = [_source(line) for line in _lines(path)] if path.exists() else []
    slugs: dict[str, str] = {}
    for entry in entries:
        if slugs.setdefault(entry.slug, entry.where) != entry.where:
            raise VocabularyError(
                f"{entry.where}: the slug “{entry.slug}” was used in {slugs[entry.slug]} already."
            )
    return entries


class Line:
    """The object of one line, whose fields are read strictly: VocabularyError says what is wrong.

    ``where`` begins the sentence.
    """

    def __init__(self, where: str, data: dict[str, Any]) -> None:
        self.where = where
        self.data = data

    def text(self, name: str, *, needed: bool = False, limit: int | None = _MAX_NAME) -> str:
        value = self.data.get(name)
        if value is None and not needed:
            return ""
        if not isinstance(value, str) or (needed and not value.strip()):
            raise self.wrong(f"`{name}` must be a text in quotes")
        if limit is not None and len(value) > limit:
            raise self.wrong(f"`{name}` has more than {limit} characters")
        return value.strip()

    def number(self, name: str) -> float | None:
        value = self.data.get(name)
        if value is not None and (isinstance(value, bool) or not isinstance(value, int | float)):
            raise self.wrong(f"`{name}` must be a number of degrees")
        return None if value is None else float(value)

    def flag(self, name: str, default: bool) -> bool:
        value = self.data.get(name, default)
        if not isinstance(value, bool):
            raise self.wrong(f"`{name}` must be true or false")
        return value

    def pairs(self, name: str) -> dict[str, str]:
        value = self.data.get(name) or {}
        if not isinstance(value, dict) or not all(
            isinstance(item, str) and item and len(item) <= _MAX_NAME for item in value.values()
        ):
            raise self.wrong(f'`{name}` must be an object of texts, such as {{"wikidata": "Q159"}}')
        return value

    def texts(self, name: str) -> tuple[str, ...]:
        value = self.data.get(name)
        if not isinstance(value, list) or not all(isinstance(item, str) for item in value):
            raise self.wrong(f'`{name}` must be a list of texts, such as ["truce", "ceasefire"]')
        return tuple(value)

    def objects(self, name: str) -> list[Line]:
        value = self.data.get(name) or []
        if not isinstance(value, list) or not all(isinstance(item, dict) for item in value):
            raise self.wrong(f"`{name}` must be a list of objects")
        return [Line(self.where, item) for item in value]

    def wrong(self, what: str) -> VocabularyError:
        return VocabularyError(f"{self.where}: {what}.")


def _lines(path: Path) -> Iterator[Line]:
    with path.open("rb") as stream:
        for number, line in enumerate(stream, 1):
            where = f"{path}, line {number}"
            if not line.strip():
                continue
            try:
                data = json.loads(line.decode("utf-8-sig"))
            except (ValueError, RecursionError) as error:
                raise VocabularyError(f"{where}: this is not JSON in UTF-8 ({error}).") from None
            if not isinstance(data, dict):
                raise VocabularyError(f"{where}: a line must be one object, in braces.")
            yield Line(where, data)


def entity_of(line: Line, kind: EntityKind, *, slug_needed: bool = True) -> EntityEntry:
    """The entity that a line describes. Raises VocabularyError."""
    aliases = [
        AliasEntry(
            name=alias.text("name", needed=True),
            language=alias.text("language", limit=35),
            metonym=alias.flag("metonym", default=False),
        )
        for alias in line.objects("aliases")
    ]
    return EntityEntry(
        where=line.where,
        kind=kind,
        slug=line.text("slug", needed=slug_needed, limit=100),
        name=line.text("name", needed=True),
        description=line.text("description", limit=None),
        parent=line.text("parent"),
        latitude=line.number("latitude"),
        longitude=line.number("longitude"),
        identifiers=tuple(line.pairs("identifiers").items()),
        aliases=tuple({(alias.name, alias.language): alias for alias in aliases}.values()),
    )


def _source(line: Line) -> SourceEntry:
    slug = line.text("slug", needed=True, limit=100)
    return SourceEntry(
        where=line.where,
        slug=slug,
        fields={
            "name": line.text("name", needed=True),
            "kind": line.text("kind") or SourceKind.OTHER,
            "country": line.text("country"),
            "language": line.text("language"),
            "home_page": line.text("home_page", limit=500),
            "identifiers": line.pairs("identifiers"),
            "usage_terms": line.text("usage_terms", limit=None),
            "visible": line.flag("visible", default=True),
        },
    )


def _check(entries: Sequence[EntityEntry]) -> None:
    """Raise VocabularyError for slugs used twice, parents that are missing or go in a circle."""
    by_slug: dict[tuple[str, str], EntityEntry] = {}
    by_identifier: dict[tuple[str, str, str], EntityEntry] = {}
    for entry in entries:
        earlier = by_slug.setdefault((entry.kind, entry.slug), entry)
        if earlier is not entry:
            raise VocabularyError(
                f"{entry.where}: the slug “{entry.slug}” was used in {earlier.where} already."
            )
        for scheme, value in entry.identifiers:
            earlier = by_identifier.setdefault((entry.kind, scheme, value), entry)
            if earlier is not entry:
                raise VocabularyError(
                    f"{entry.where}: {scheme} {value} was given to “{earlier.slug}” already."
                )
    for entry in entries:
        above, met = entry, {entry.slug}
        while above.parent:
            parent = by_slug.get((entry.kind, above.parent))
            if parent is None:
                raise VocabularyError(
                    f"{above.where}: the parent “{above.parent}” is not in the same file."
                )
            if parent.slug in met:
                raise VocabularyError(f"{entry.where}: “{entry.slug}” stands above itself.")
            met.add(parent.slug)
            above = parent
