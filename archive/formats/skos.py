"""Registers of concepts in SKOS: in JSON-LD, and as the IPTC writes its NewsCodes in JSON.

Names of properties are read by their last part, so that ``prefLabel``, ``skos:prefLabel`` and the
whole address are one. What is no concept is passed over.
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from typing import IO, Any

from archive.exceptions import RecordError
from archive.formats.concepts import identifier_of
from archive.formats.json_stream import JsonCursor, Piece
from archive.formats.limits import MAX_LIST_ITEMS, MAX_NAME
from archive.formats.values import kind_of, language_of, parse_json, text_of
from archive.text.normalize import clean_text

LISTS = ("conceptSet", "@graph", "graph", "concepts")
_BETWEEN = re.compile("[#/:]")
# How the IPTC writes Swedish and Danish: by codes of countries, of which one is Sámi's.
_IPTC = "http://cv.iptc.org/newscodes/"
_IPTC_LANGUAGES = {"se": "sv", "dk": "da"}
# The identifiers of registers that the archive knows; others would be addresses of all sorts.
_KNOWN_SCHEMES = frozenset({"medtop", "wikidata", "geonames", "viaf", "isni", "iso3166"})
MAX_TEXT = 20_000


@dataclass(frozen=True, slots=True, kw_only=True)
class Label:
    """A text in a language: a BCP 47 tag, empty where none is given."""

    text: str
    language: str = ""


@dataclass(frozen=True, slots=True, kw_only=True)
class Concept:
    """One concept. ``identifier`` and ``broader`` are a scheme and a value; ``also`` are those of
    other registers. ``retired`` is since when it is no longer to be used, ``yes`` where no day is
    given and empty where it is in use.
    """

    identifier: tuple[str, str]
    also: tuple[tuple[str, str], ...] = ()
    broader: tuple[str, str] | None = None
    preferred: tuple[Label, ...] = ()
    alternative: tuple[Label, ...] = ()
    definitions: tuple[Label, ...] = ()
    notes: tuple[Label, ...] = ()
    retired: str = ""
    latitude: float | None = None
    longitude: float | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class ReceivedConcept:
    """A concept and the line on which it begins, or why it cannot be taken in."""

    line: int
    concept: Concept | None = None
    error: RecordError | None = None


def read_skos_json(stream: IO[bytes]) -> Iterator[ReceivedConcept]:
    """Yield the concepts of a file, which is a list of them or an object that holds one."""
    for piece in _pieces(JsonCursor(stream)):
        try:
            if piece.problem is not None:
                raise piece.problem
            found = parse_json(piece.content, hint="Mend it there, or ask for the file again.")
            concept = concept_of(found)
        except RecordError as error:
            yield ReceivedConcept(line=piece.line, error=error)
        else:
            if concept is not None:
                yield ReceivedConcept(line=piece.line, concept=concept)


def _pieces(cursor: JsonCursor) -> Iterator[Piece]:
    if cursor.peek() == b"[":
        yield from cursor.items()
        return
    cursor.step()
    while cursor.peek() not in (b"}", b""):
        if cursor.peek() == b",":
            cursor.step()
            continue
        name = cursor.value()
        if cursor.peek() != b":":
            yield Piece(line=name.line, content=name.content, problem=_no_object())
            return
        cursor.step()
        is_list = cursor.peek() == b"["
        if is_list and name.content.strip(b'"').decode(errors="replace") in LISTS:
            yield from cursor.items()
        else:
            cursor.value(keep=False)


def _no_object() -> RecordError:
    return RecordError("This is no object of JSON. See whether the file is whole.")


def concept_of(found: Any) -> Concept | None:
    """The concept that a JSON value describes, None where it is something else.

    Raises RecordError for what cannot be read.
    """
    if not isinstance(found, dict):
        raise RecordError(f"A concept is an object in braces, not {kind_of(found)}.")
    node: dict[str, Any] = {}
    for name, value in found.items():
        node.setdefault(local_name(name), value)
    types = {local_name(str(one)) for one in _listed(node.get("type"))}
    if types and "Concept" not in types:
        return None
    address = text_of(node.get("id") or node.get("uri"), "the address (`@id`)").strip()
    if not address:
        raise RecordError("The concept has no address. Give it one as `@id` or `uri`.")
    is_iptc = address.startswith(_IPTC)

    def labels(name: str, limit: int = MAX_NAME) -> tuple[Label, ...]:
        return tuple(_labels(node.get(name), name, limit, is_iptc=is_iptc))

    return make_concept(
        address=address,
        broader=_addresses(node.get("broader")),
        matches=_addresses(node.get("exactMatch")),
        preferred=labels("prefLabel"),
        alternative=labels("altLabel"),
        definitions=labels("definition", MAX_TEXT),
        notes=labels("changeNote", MAX_TEXT),
        retired=_retired(node),
        latitude=_degrees(node.get("lat"), "lat"),
        longitude=_degrees(node.get("long"), "long"),
    )


def make_concept(
    *, address: str, broader: Iterable[str], matches: Iterable[str], **fields: Any
) -> Concept:
    """A concept of what its addresses say. Raises RecordError where it has no label."""
    if not fields["preferred"]:
        raise RecordError("The concept has no label (`prefLabel`). Give it one.")
    identifier = identifier_of(clean_text(address))
    if len(identifier[1]) > MAX_NAME:
        raise RecordError(f"The address is longer than {MAX_NAME:,} characters. Shorten it.")
    above = next(iter(broader), None)
    also = [identifier_of(match) for match in matches]
    return Concept(
        identifier=identifier,
        broader=None if above is None else identifier_of(above),
        also=tuple(
            one
            for one in dict.fromkeys(also)
            if one[0] in _KNOWN_SCHEMES - {identifier[0]} and len(one[1]) <= MAX_NAME
        ),
        **fields,
    )


def local_name(name: str) -> str:
    """The last part of a property's name: ``@id`` → ``id``, ``skos:broader`` → ``broader``."""
    return _BETWEEN.split(name.lstrip("@"))[-1]


def language_tag(written: str, *, is_iptc: bool) -> str:
    """The BCP 47 tag of a language as a register writes it. Raises RecordError."""
    if is_iptc:
        written = _IPTC_LANGUAGES.get(written.lower(), written)
    return language_of(written, "the language of a label")


def degrees(written: str, where: str) -> float | None:
    """A number of degrees, None where nothing is written. Raises RecordError."""
    try:
        return float(written) if written.strip() else None
    except ValueError:
        raise RecordError(f"`{where}` is not a number of degrees.") from None


def _listed(value: Any) -> list[Any]:
    if value is None:
        return []
    return value[:MAX_LIST_ITEMS] if isinstance(value, list) else [value]


def _labels(value: Any, name: str, limit: int, *, is_iptc: bool) -> Iterator[Label]:
    """Labels as a text, an object of ``@value`` and ``@language``, or a map of languages."""
    where = f"`{name}`"
    for one in _listed(value):
        if isinstance(one, dict) and "@value" in one:
            pairs = [(text_of(one.get("@language"), where), one["@value"])]
        elif isinstance(one, dict):
            pairs = [(tag, text) for tag, texts in one.items() for text in _listed(texts)]
        else:
            pairs = [("", one)]
        for tag, text in pairs:
            said = clean_text(text_of(text, where))
            if len(said) > limit:
                raise RecordError(f"{where} is longer than {limit:,} characters. Shorten it.")
            if said:
                yield Label(text=said, language=language_tag(tag, is_iptc=is_iptc))


def _addresses(value: Any) -> list[str]:
    found = []
    for one in _listed(value):
        address = one.get("@id") or one.get("uri") if isinstance(one, dict) else one
        if isinstance(address, str) and clean_text(address):
            found.append(clean_text(address))
    return found


def _retired(node: dict[str, Any]) -> str:
    for name in ("retired", "deprecated"):
        for one in _listed(node.get(name)):
            value = one.get("@value") if isinstance(one, dict) else one
            if value is True or (isinstance(value, str) and value.strip().lower() == "true"):
                return "yes"
            if isinstance(value, str) and value.strip().lower() not in ("", "false"):
                return value.strip()[:10]
    return ""


def _degrees(value: Any, where: str) -> float | None:
    for one in _listed(value):
        found = one.get("@value") if isinstance(one, dict) else one
        if isinstance(found, str | int | float) and not isinstance(found, bool):
            return degrees(str(found), where)
    return None
