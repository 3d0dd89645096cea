"""Building elements of XML from texts that may hold anything."""

from __future__ import annotations

import re
from collections.abc import Mapping

from lxml import etree

from archive.formats.xml import LANG, Element

XHTML = "http://www.w3.org/1999/xhtml"
# What XML 1.0 has no way to write.
_UNWRITABLE = re.compile("[^\t\n\r\x20-\ud7ff\ue000-\ufffd\U00010000-\U0010ffff]")


def root(
    namespace: str, name: str, prefixes: Mapping[str, str] | None = None, /, **attributes: str
) -> Element:
    """A root element whose namespace needs no prefix; ``prefixes`` lead to those that do."""
    known: dict[str | None, str] = {None: namespace}
    known.update(prefixes or {})
    element = etree.Element(f"{{{namespace}}}{name}", nsmap=known)
    return _with_attributes(element, attributes)


def child(parent: Element, name: str, text: str = "", /, **attributes: str) -> Element:
    """A new last child, in the namespace of ``parent`` unless ``name`` brings its own.

    Attributes that are empty are left out.
    """
    if not name.startswith("{"):
        name = f"{{{etree.QName(parent).namespace}}}{name}"
    element = etree.SubElement(parent, name, nsmap={None: etree.QName(name).namespace})
    if text:
        element.text = writable(text)
    return _with_attributes(element, attributes)


def child_if(parent: Element, name: str, text: str, /, **attributes: str) -> None:
    """A new last child where there is a text for it."""
    if text:
        child(parent, name, text, **attributes)


def paragraphs(parent: Element, text: str, *, namespace: str = "") -> None:
    """A ``p`` for each paragraph, in the namespace of ``parent`` unless another is given."""
    name = f"{{{namespace}}}p" if namespace else "p"
    for paragraph in filter(None, text.split("\n\n")):
        child(parent, name, paragraph)


def set_language(element: Element, tag: str) -> None:
    """Say which language is within, where that is known."""
    if tag:
        element.set(LANG, tag)


def writable(text: str) -> str:
    """``text`` without the characters that XML cannot hold."""
    return _UNWRITABLE.sub("", text)


def document(element: Element) -> bytes:
    """An element as a document in UTF-8."""
    content: bytes = etree.tostring(element, encoding="UTF-8", xml_declaration=True)
    return content + b"\n"


def fragment(element: Element) -> bytes:
    """An element as a part of a document in UTF-8."""
    content: bytes = etree.tostring(element, encoding="UTF-8", xml_declaration=False)
    return content + b"\n"


def _with_attributes(element: Element, attributes: dict[str, str]) -> Element:
    for name, value in attributes.items():
        if value:
            element.set(name, writable(value))
    return element
