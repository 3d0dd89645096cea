"""Registers of concepts in SKOS as RDF/XML, concept by concept in bounded memory."""

from __future__ import annotations

from collections.abc import Iterator
from typing import IO

from lxml import etree

from archive.exceptions import RecordError
from archive.formats.limits import MAX_NAME
from archive.formats.skos import (
    MAX_TEXT,
    Concept,
    Label,
    ReceivedConcept,
    degrees,
    language_tag,
    local_name,
    make_concept,
)
from archive.formats.xml import LANG, Element, children, entities_refused, line_of, name_of

_RDF = "{http://www.w3.org/1999/02/22-rdf-syntax-ns#}"
_IPTC = "http://cv.iptc.org/newscodes/"


def read_skos_xml(stream: IO[bytes]) -> Iterator[ReceivedConcept]:
    """Yield the concepts of a file: ``Concept`` elements, and descriptions of that type.

    A file that is not well-formed ends with an error where it breaks off.
    """
    depth = 0
    try:
        for event, element in etree.iterparse(
            stream,
            events=("start", "end"),
            resolve_entities=False,
            no_network=True,
            load_dtd=False,
            huge_tree=False,
            remove_comments=True,
            remove_pis=True,
        ):
            if event == "start":
                depth += 1
                if depth == 1 and _declares_entities(element):
                    yield ReceivedConcept(line=1, error=entities_refused())
                    return
                continue
            depth -= 1
            if depth == 1:
                yield from _received(element)
                # What was read is let go of, with the elements before it.
                element.clear()
                while element.getprevious() is not None:
                    del element.getparent()[0]
    except etree.XMLSyntaxError as error:
        yield ReceivedConcept(
            line=error.lineno or 1,
            error=RecordError(
                "The file is not well-formed XML from here on. "
                "Mend it there, or ask the supplier for it again."
            ),
        )


def _declares_entities(root: Element) -> bool:
    declared = root.getroottree().docinfo.internalDTD
    return declared is not None and any(True for _ in declared.iterentities())


def _received(element: Element) -> Iterator[ReceivedConcept]:
    line = element.sourceline or 1
    try:
        concept = _concept(element)
    except RecordError as error:
        yield ReceivedConcept(line=line, error=error)
    else:
        if concept is not None:
            yield ReceivedConcept(line=line, concept=concept)


def _concept(element: Element) -> Concept | None:
    types = {local_name(address) for address in _addresses(element, "type")}
    if name_of(element) != "Concept" and "Concept" not in types:
        return None
    address = (element.get(f"{_RDF}about") or "").strip()
    if not address:
        raise RecordError("The concept has no address. Give it one as `rdf:about`.")
    is_iptc = address.startswith(_IPTC)

    def labels(name: str, limit: int = MAX_NAME) -> tuple[Label, ...]:
        found = []
        for child in children(element, name):
            text = line_of(child)
            if len(text) > limit:
                raise RecordError(f"`{name}` is longer than {limit:,} characters. Shorten it.")
            language = language_tag(child.get(LANG) or "", is_iptc=is_iptc)
            found += [Label(text=text, language=language)] if text else []
        return tuple(found)

    retired = [line_of(child) for child in children(element, "retired", "deprecated")]
    said = next((text for text in retired if text.lower() not in ("", "false")), "")
    return make_concept(
        address=address,
        broader=_addresses(element, "broader"),
        matches=_addresses(element, "exactMatch"),
        preferred=labels("prefLabel"),
        alternative=labels("altLabel"),
        definitions=labels("definition", MAX_TEXT),
        notes=labels("changeNote", MAX_TEXT),
        retired="yes" if said.lower() == "true" else said[:10],
        latitude=_degrees(element, "lat"),
        longitude=_degrees(element, "long"),
    )


def _addresses(element: Element, name: str) -> list[str]:
    found = [child.get(f"{_RDF}resource") or "" for child in children(element, name)]
    return [address.strip() for address in found if address.strip()]


def _degrees(element: Element, name: str) -> float | None:
    child = next(children(element, name), None)
    return None if child is None else degrees(line_of(child), name)
