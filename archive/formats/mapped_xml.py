"""A supplier's own XML: an element a record, its fields by short paths within it.

Names are compared without their namespaces. The file is cut into its records first, so that memory
is bounded and damage to one costs that one alone; each is then parsed as any XML from anyone.
"""

from __future__ import annotations

import io
import re
from collections.abc import Iterator
from itertools import islice
from typing import IO, Any, ClassVar

from lxml import etree

from archive.exceptions import MappingError, RecordError
from archive.formats.base import ArticleRecord, Reader, Received
from archive.formats.json_pieces import Joined
from archive.formats.jsonl import is_partial, read_object
from archive.formats.limits import MAX_LIST_ITEMS, MAX_RECORD_BYTES, too_large
from archive.formats.mapping import FieldMap, emptied
from archive.formats.newsml_items import CutItem, cut_items
from archive.formats.values import shown
from archive.formats.xml import (
    Element,
    declared_encoding,
    entities_refused,
    parse,
    root_of,
    wide_codec,
)
from archive.formats.xml_text import paragraphs
from archive.text.normalize import clean_text

_NAME = r"[^\W\d][\w.-]*"
_RECORD = re.compile(rf"(?://)?({_NAME})")
_TEST = rf"\[(?:[1-9]\d{{0,3}}|@?{_NAME}(?:=(?:'[^']*'|\"[^\"]*\"))?)\]"
_STEP = rf"(?:{_NAME}|\*)(?:{_TEST}){{0,3}}"
_PATH = re.compile(
    rf"(?:\./|(?:\.?//)(?!@|text))?(?:\.|@{_NAME}|text\(\)|{_STEP}(?:/{_STEP}){{0,9}}"
    rf"(?:/@{_NAME}|/text\(\))?)"
)
_HEAD = 64 * 1024
_DECLARED = re.compile(r"\s(xmlns(?::[\w.-]+)?|xml:lang)\s*=\s*(\"[^\"<]*\"|'[^'<]*')")
_MOST_DECLARED = 4096


class MappedXmlReader(Reader):
    """Reads an element at a time; ``position`` is the line on which it begins.

    Raises MappingError for paths that cannot be read.
    """

    name: ClassVar[str] = "xml"
    suffixes: ClassVar[tuple[str, ...]] = (".xml",)

    def __init__(self, mapping: FieldMap) -> None:
        match = _RECORD.fullmatch(mapping.record)
        if match is None:
            raise MappingError(
                f"“{shown(mapping.record)}=record” names no element. Write // and the name of the "
                "element that is a record, without a prefix, such as //item=record."
            )
        self._record = match[1]
        self._mapping = mapping
        self._paths = {rule.column: _compiled(rule.column) for rule in mapping.rules}

    @classmethod
    def recognises(cls, beginning: bytes) -> bool:
        """Whether there is a root element."""
        return bool(root_of(beginning)[0])

    def read(self, stream: IO[bytes]) -> Iterator[Received]:
        """Yield a record for each element, bad ones as errors."""
        head = _read_up_to(stream, _HEAD)
        root, prolog = root_of(head)
        try:
            if "<!ENTITY" in (prolog if root else head.decode("latin-1")):
                raise entities_refused()
            wide = wide_codec(head)
            source: IO[bytes] = io.BufferedReader(Joined(head, stream))
            if wide:
                source, head = _in_utf_8(source, wide)
        except RecordError as refused:
            refused.line = 1
            yield Received(position=1, content=head, error=refused)
            return
        within = self._declared(head)
        encoding = declared_encoding(head)
        met = False
        around = frozenset({root} - {self._record, ""})
        for item in cut_items(source, items=frozenset({self._record}), around=around):
            met = True
            yield self._received(item, wide=wide, encoding=encoding, within=within)
        if not met:
            error = RecordError(
                f"There is no element <{self._record}> in this file. See what a record is called "
                "there, and say it as //name=record.",
                line=1,
            )
            yield Received(position=1, content=head, error=error)

    def _declared(self, head: bytes) -> str:
        """The namespaces and the language that are declared before the first record."""
        before = re.split(
            rf"<(?:[\w.-]+:)?{re.escape(self._record)}[\s/>]", _text(head), maxsplit=1
        )
        found: dict[str, str] = {}
        for name, value in _DECLARED.findall(before[0]) if len(before) > 1 else ():
            if sum(map(len, (*found, *found.values()))) + len(name + value) < _MOST_DECLARED:
                found[name] = value
        return " ".join(f"{name}={value}" for name, value in found.items())

    def _received(self, item: CutItem, *, wide: str, encoding: str, within: str) -> Received:
        content = item.content
        as_received = content.decode("utf-8", "replace").encode(wide) if wide else content
        try:
            if item.error is not None:
                raise item.error
            record = self._read(parse(content, encoding=encoding, within=within))
        except RecordError as error:
            error.line = item.line + (error.line or 1) - 1
            content = as_received[:MAX_RECORD_BYTES]
            return Received(position=item.line, content=content, error=error)
        return Received(position=item.line, content=as_received, record=record)

    def _read(self, element: Element) -> ArticleRecord:
        root = _without_namespaces(element)
        found = self._mapping.object_of(lambda column: _values(root, self._paths[column]), {})
        partial = is_partial(self._mapping.fields)
        return read_object(emptied(found) if partial else found, partial=partial)


def _compiled(column: str) -> Any:
    if _PATH.fullmatch(column) is None:
        raise MappingError(
            f"“{shown(column)}” is no path that is read here. Write names of elements with / "
            "between them, without prefixes; //name for any place in the record, name[@a='b'] for "
            "those with an attribute, and @name at the end for an attribute itself."
        )
    try:
        return etree.XPath(f".{column}" if column.startswith("//") else column, regexp=False)
    except etree.XPathError as error:
        raise MappingError(f"“{shown(column)}” is no path: {shown(str(error))}.") from None


def _without_namespaces(element: Element) -> Element:
    for inner in element.iter(etree.Element):
        inner.tag = inner.tag.rpartition("}")[2]
        for name, value in inner.attrib.items():
            local = name.rpartition("}")[2]
            if local not in inner.attrib:
                inner.set(local, value)
    return element


def _values(root: Element, path: Any) -> list[str]:
    found = path(root)
    nodes = list(islice(found, MAX_LIST_ITEMS + 1)) if isinstance(found, list) else [found]
    texts = [node if isinstance(node, str) else _words(node) for node in nodes]
    return [text for text in texts if text.strip()]


def _words(element: Element) -> str:
    if len(element):
        return paragraphs(element)
    return str(element.text or "")


def _in_utf_8(source: IO[bytes], wide: str) -> tuple[IO[bytes], bytes]:
    content = _read_up_to(source, MAX_RECORD_BYTES + 1)
    try:
        if len(content) > MAX_RECORD_BYTES:
            raise too_large()
        content = content.decode(wide).removeprefix("\ufeff").encode()
    except (RecordError, UnicodeError):
        raise RecordError(
            "XML in UTF-16 must be whole and of at most 32 MB. "
            "Save the file in UTF-8 and import it again."
        ) from None
    return io.BytesIO(content), content[:_HEAD]


def _text(head: bytes) -> str:
    """The beginning of a file in one line, without comments."""
    text = clean_text(head.decode("utf-8", "replace"))
    pieces, at = [], 0
    while (start := text.find("<!--", at)) >= 0:
        pieces.append(text[at:start])
        if (end := text.find("-->", start)) < 0:
            return "".join(pieces)
        at = end + 3
    return "".join((*pieces, text[at:]))


def _read_up_to(stream: IO[bytes], size: int) -> bytes:
    pieces = bytearray()
    while len(pieces) < size and (piece := stream.read(size - len(pieces))):
        pieces += piece
    return bytes(pieces)
