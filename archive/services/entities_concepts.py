"""A concept of a register as an entity of the archive."""

from __future__ import annotations

from collections.abc import Iterable, Sequence

from archive.exceptions import VocabularyError
from archive.formats.skos import Concept, Label
from archive.models import EntityKind
from archive.services.vocabulary_files import AliasEntry, EntityEntry
from archive.text.analysis import primary_language

_USUAL = ("en",)


def entry_of_concept(
    concept: Concept, *, kind: EntityKind, languages: Sequence[str] = (), where: str = ""
) -> EntityEntry:
    """The entity: its name in the first of ``languages``, its other labels as aliases.

    Without languages the name is the English one and the labels of all languages are taken. A
    concept without a label in the language of names goes by the first of its labels that is taken.
    One that is retired says so at the beginning of its description, and texts are not searched for
    it. Raises VocabularyError where no label is in any of ``languages``.
    """
    wanted = [primary_language(tag) for tag in languages]
    preferred = _of_languages(concept.preferred, wanted)
    if not preferred:
        raise VocabularyError(
            f"{where}: the concept has no label in {', '.join(languages)}. Name another language."
        )
    name = _best(preferred, wanted or _USUAL)
    labels = [*preferred, *_of_languages(concept.alternative, wanted)]
    aliases = {
        (label.text, label.language): AliasEntry(name=label.text, language=label.language)
        for label in labels
        if label.text != name.text
    }
    place = kind == EntityKind.PLACE
    return EntityEntry(
        where=where,
        kind=kind,
        slug="",
        name=name.text,
        description=_description(concept, name.language),
        latitude=concept.latitude if place else None,
        longitude=concept.longitude if place else None,
        identifiers=(concept.identifier, *concept.also),
        aliases=tuple(aliases.values()),
        broader=concept.broader,
        in_texts=not concept.retired,
    )


def _of_languages(labels: Iterable[Label], wanted: Sequence[str]) -> list[Label]:
    """The labels in these languages, and those of none."""
    return [
        label
        for label in labels
        if not wanted or not label.language or primary_language(label.language) in wanted
    ]


def _best(labels: Sequence[Label], wanted: Sequence[str]) -> Label:
    """The label in the first of the languages that has one, else the first."""
    for language in wanted:
        for label in labels:
            if label.language and primary_language(label.language) == language:
                return label
    return labels[0]


def _description(concept: Concept, language: str) -> str:
    said = []
    if concept.retired:
        since = "" if concept.retired == "yes" else f" on {concept.retired}"
        said.append(f"Retired{since}.")
    wanted = [primary_language(language)] if language else _USUAL
    texts = (concept.definitions, concept.notes if concept.retired else ())
    said += [_best(some, wanted).text for some in texts if some]
    return " ".join(said)
