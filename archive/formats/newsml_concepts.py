"""What NewsML-G2 says of concepts: their codes, their names, and which kind of entity they are."""

from __future__ import annotations

from archive.formats.base import NamedEntity
from archive.formats.concepts import identifier_of
from archive.formats.xml import Element, attribute, children, declared_language, find, line_of

_KINDS = {
    "person": "person",
    "organisation": "organisation",
    "organization": "organisation",
    "team": "organisation",
    "geoarea": "place",
    "poi": "place",
}


_OWN_KIND = "{urn:x-news-archive:}kind"  # how our own export tells a party


def code_of(element: Element | None, name: str = "qcode") -> str:
    """What follows the scheme of a code, in an attribute or in that of its address."""
    written = attribute(element, name)
    if not written:
        address = "uri" if name == "qcode" else f"{name}uri"
        written = attribute(element, address).rstrip("/").rpartition("/")[2]
    return written.rpartition(":")[2]


def best(parent: Element | None, name: str, tag: str) -> Element | None:
    """The child of this name in the language of ``tag``, else the first that says anything."""
    found = [child for child in children(parent, name) if line_of(child)]
    primary = tag.partition("-")[0].lower()
    for child in found:
        if primary and declared_language(child).partition("-")[0].lower() == primary:
            return child
    return found[0] if found else None


def named(element: Element | None, tag: str) -> str:
    """The name of a party: as given, else its literal, else what its code says."""
    return (
        line_of(best(element, "name", tag))
        or attribute(element, "literal")
        or attribute(element, "qcode").rpartition(":")[2]
    )


def entities(item: Element, about: Element, tag: str) -> dict[str, tuple[NamedEntity, ...]]:
    """The subjects of an item by kind, with what it asserts of them elsewhere.

    A subject without any name is left out, unless it is a Media Topic, whose code is known.
    """
    asserted = {key: element for element in children(item, "assert") for key in _keys_of(element)}
    found: dict[str, list[NamedEntity]] = {}
    for subject in children(about, "subject"):
        main = find(subject, "mainConcept")
        concept = subject if main is None else main
        known = next((asserted[key] for key in _keys_of(concept) if key in asserted), None)
        identifiers = _identifiers(concept)
        for same in children(concept, "sameAs"):
            identifiers = _identifiers(same) | identifiers
        name = line_of(best(concept, "name", tag)) or line_of(best(known, "name", tag))
        if not name and "medtop" in identifiers:
            name = f"medtop:{identifiers['medtop']}"
        if name:
            kind = _KINDS.get(code_of(subject, "type").lower(), "topic")
            kind = "party" if attribute(subject, _OWN_KIND) == "party" else kind
            found.setdefault(kind, []).append(NamedEntity(name=name, identifiers=identifiers))
    return {kind: tuple(names) for kind, names in found.items()}


def _keys_of(element: Element) -> list[tuple[str, str]]:
    return [
        (name, value) for name in ("qcode", "uri", "literal") if (value := attribute(element, name))
    ]


def _identifiers(concept: Element) -> dict[str, str]:
    written = (attribute(concept, "uri"), attribute(concept, "qcode"))
    return dict(identifier_of(code) for code in written if code)
