"""XML from anyone: no entities, no DTD, no network, bounded depth and size.

Elements are looked up by local name, so that a supplier's namespaces, or none, do not matter.
"""

from __future__ import annotations

import codecs
import html
import re
from collections.abc import Iterable, Iterator
from html.entities import html5
from typing import Any

from lxml import etree

from archive.exceptions import RecordError
from archive.formats.plain_text import decode
from archive.text.normalize import clean_text

Element = Any  # lxml has no types of its own
LANG = "{http://www.w3.org/XML/1998/namespace}lang"

# Each piece is passed over once and for all: what was written to be slow is not tried again.
_PROLOG = r"(?:\s++|<\?(?>.*?\?>)|<!--(?>.*?-->))*+"
_DOCTYPE = re.compile(rf"{_PROLOG}<!DOCTYPE", re.DOTALL)
_ROOT = re.compile(
    rf"(?P<prolog>{_PROLOG}(?:<!DOCTYPE[^\[>]*+(?:>|\[(?>.*?\]\s*>)){_PROLOG})?+)"
    r"<(?:[\w.-]++:)?(?P<name>[\w.-]++)",
    re.DOTALL,
)
_DECLARATION = re.compile(r"\s*<\?xml\s[^>]*\?>")
_ENCODING = re.compile(rb"\s*<\?xml\s[^>]*?encoding\s*=\s*[\"']([A-Za-z0-9._:-]{1,40})[\"']")
# One byte or more a character, in all of which markup is written as in ASCII.
_CODEC = re.compile(
    r"ascii|utf-8|iso8859-\d+|cp\d+|koi8-[rtu]|kz1048|ptcp154|tis-620|mac-[a-z0-9]+"
    r"|gb2312|gbk|gb18030|big5|big5hkscs|euc_[a-z0-9_]+|shift_jis[a-z0-9_]*"
)
_UTF_16 = {
    b"<\0": "utf-16-le",
    b"\0<": "utf-16-be",
    codecs.BOM_UTF16_LE: "utf-16-le",
    codecs.BOM_UTF16_BE: "utf-16-be",
}
_NAMED = re.compile(r"&([A-Za-z][A-Za-z0-9]{1,31};)")
_PREDEFINED = frozenset(("amp;", "lt;", "gt;", "quot;", "apos;"))
_SHOWN = 120
# A tree takes many times the memory of its text: 120 bytes for <a/>.
MAX_TAGS = 200_000
MAX_ATTRIBUTES = 400_000
MAX_ALIKE = 5_000


def root_of(beginning: bytes) -> tuple[str, str]:
    """The local name of the root of a file that begins so, and what stands before the root.

    Both are empty where no root is found.
    """
    wide = wide_codec(beginning)
    text = beginning.decode(wide or "utf-8", errors="replace").removeprefix("\ufeff")
    match = _ROOT.match(text)
    return (match["name"], match["prolog"]) if match else ("", "")


def wide_codec(beginning: bytes) -> str:
    """The name of the UTF-16 that a file is in; empty where a character may be one byte."""
    return _UTF_16.get(beginning[:2], "")


def declared_encoding(beginning: bytes) -> str:
    """The codec that an XML declaration names; empty without one that can be used."""
    match = _ENCODING.match(beginning.removeprefix(codecs.BOM_UTF8))
    if match is None:
        return ""
    try:
        name = codecs.lookup(match[1].decode()).name
    except LookupError:
        return ""
    return name if _CODEC.fullmatch(name) else ""


def parse(content: bytes, *, encoding: str = "", within: str = "") -> Element:
    """Parse a document and return its root.

    ``encoding`` is the codec to try where the content declares none, ``within`` the attributes of
    the element around it where it was cut out of a larger document. Raises RecordError with the
    line where there is one.
    """
    text = _text(content, encoding)
    if _DOCTYPE.match(text) and "<!ENTITY" in text:
        raise entities_refused()
    if text.count("<") > MAX_TAGS or text.count("=") > MAX_ATTRIBUTES:
        raise RecordError(
            f"There are more than {MAX_TAGS:,} tags or {MAX_ATTRIBUTES:,} attributes, which no "
            "article needs. Leave some out."
        )
    text = _NAMED.sub(_character, _DECLARATION.sub("", text, count=1))
    if within:
        text = f"<within {within}>{text}</within>"
    parser = etree.XMLParser(
        encoding="utf-8",
        resolve_entities=False,
        no_network=True,
        load_dtd=False,
        huge_tree=False,
        remove_comments=True,
        remove_pis=True,
    )
    try:
        root = etree.fromstring(text.encode(), parser)
    except etree.XMLSyntaxError as error:
        raise RecordError(
            f"This is not well-formed XML: {_shown(error.msg)}. "
            "Mend it there, or ask the supplier for it again.",
            line=error.lineno or None,
        ) from None
    declared = root.getroottree().docinfo.internalDTD
    if declared is not None and any(True for _ in declared.iterentities()):
        raise entities_refused()
    unknown = next(root.iter(etree.Entity), None)
    if unknown is not None:
        raise RecordError(
            f"Nothing says what {_shown(unknown.text)} is. Write the character itself.",
            line=unknown.sourceline,
        )
    return root[0] if within else root


def entities_refused() -> RecordError:
    """The error for a document type that declares entities."""
    return RecordError(
        "The document declares entities (<!ENTITY …>), which are not read for safety. "
        "Write the text itself and leave the declarations out."
    )


def _text(content: bytes, encoding: str) -> str:
    wide = wide_codec(content)
    if wide:
        try:
            return content.decode(wide).removeprefix("\ufeff")
        except UnicodeDecodeError as error:
            raise RecordError(
                f"Byte {error.start + 1} does not fit the encoding ({wide}). "
                "Save the file in UTF-8 and import it again."
            ) from None
    for name in _likely_codecs(declared_encoding(content) or encoding):
        try:
            return content.decode(name)
        except UnicodeDecodeError:
            continue
    return decode(content)


def _likely_codecs(declared: str) -> tuple[str, ...]:
    if declared == "iso8859-1":
        return ("cp1252", declared)  # quotation marks of Windows under the name of Latin-1
    return (declared,) if declared not in ("", "utf-8", "ascii") else ()


def _character(reference: re.Match[str]) -> str:
    """The character of a name that HTML knows and XML leaves to a DTD, which is not read."""
    known = reference[1] not in _PREDEFINED and reference[1] in html5
    return html.escape(html5[reference[1]]) if known else reference[0]


def _shown(message: str) -> str:
    return "".join(c if c.isprintable() else "\ufffd" for c in message[:_SHOWN])


def name_of(element: Element) -> str:
    """The local name of an element."""
    return str(element.tag).rpartition("}")[2]


def children(element: Element | None, *names: str) -> Iterator[Element]:
    """The children of these local names, in order; none of no element.

    Raises RecordError where there are more of them than anything has.
    """
    if element is not None:
        yield from _few(child for child in element if name_of(child) in names)


def find(element: Element | None, *path: str) -> Element | None:
    """The first child at each step of a path of local names, or None."""
    for name in path:
        element = next(children(element, name), None)
    return element


def descendants(element: Element | None, *names: str) -> Iterator[Element]:
    """The outermost elements of these local names within one, in document order.

    Raises RecordError as ``children`` does.
    """
    if element is not None:
        yield from _few(_outermost(element, names))


def _outermost(element: Element, names: tuple[str, ...]) -> Iterator[Element]:
    walker = etree.iterwalk(element, events=("start",))
    for _, inner in walker:
        if inner is not element and name_of(inner) in names:
            walker.skip_subtree()
            yield inner


def _few(elements: Iterable[Element]) -> Iterator[Element]:
    for number, element in enumerate(elements):
        if number >= MAX_ALIKE:
            raise RecordError(
                f"There are more than {MAX_ALIKE:,} elements like <{_shown(name_of(element))}>. "
                "Leave some out."
            )
        yield element


def line_of(element: Element | None) -> str:
    """The text within an element as one line; empty of no element."""
    return "" if element is None else clean_text("".join(element.itertext()))


def attribute(element: Element | None, name: str) -> str:
    """An attribute as one line; empty where there is none."""
    return "" if element is None else clean_text(element.get(name) or "")


def declared_language(element: Element | None) -> str:
    """The language that an element is in: its own ``xml:lang`` or that of one around it."""
    while element is not None:
        if tag := clean_text(element.get(LANG) or ""):
            return tag
        element = element.getparent()
    return ""
