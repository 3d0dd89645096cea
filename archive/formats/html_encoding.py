"""The text of a web page, whichever way it says its encoding, or does not."""

from __future__ import annotations

import codecs
import re

from archive.exceptions import RecordError
from archive.formats.encodings import guessed_text
from archive.formats.plain_text import decode
from archive.formats.xml import declared_encoding, wide_codec

_META = re.compile(
    rb"<meta[^<>]{0,300}?charset\s*=\s*[\"']?\s*([A-Za-z0-9._:-]{1,40})", re.IGNORECASE
)
_META_WITHIN = 8 * 1024
# What pages call so is more than it: browsers read the Windows encoding.
_MEANT = {"iso8859-1": "cp1252", "ascii": "cp1252", "iso8859-9": "cp1254", "tis-620": "cp874"}
_MEANT |= {"gb2312": "gb18030", "gbk": "gb18030", "euc_kr": "cp949", "shift_jis": "cp932"}
_BYTES = ("utf-8", "cp", "iso8859", "koi8", "mac", "gb", "big5", "euc", "shift_jis", "iso2022_jp")
_DAMAGED = 1000  # of so many characters one may be damaged


def decode_page(content: bytes, *, charset: str = "") -> str:
    """Return the text of a page.

    ``charset`` is what came with the page, as in its HTTP header; the page's own declaration counts
    after it. What is UTF-8 is read as such, as it would not be by chance; where nothing is declared
    Windows-1252 and others are tried. A few damaged characters become U+FFFD. Raises RecordError
    where it would be more.
    """
    if wide := wide_codec(content):
        return content.decode(wide, "replace").removeprefix("\ufeff")
    content = content.removeprefix(codecs.BOM_UTF8)
    meta = _META.search(content[:_META_WITHIN])
    named = [charset, meta[1].decode() if meta else "", declared_encoding(content)]
    declared = [name for name in map(_codec, named) if name]
    candidates = [*declared, "utf-8"] if content.isascii() else ["utf-8", *declared]
    for name in candidates:
        try:
            return content.decode(name)
        except UnicodeDecodeError:
            continue
    for name in declared or candidates:
        text = content.decode(name, "replace")
        if text.count("\ufffd") * _DAMAGED <= len(text):
            return text
    try:
        return decode(content)
    except RecordError:
        return _guessed(content)


def _codec(label: str) -> str:
    """The codec that a label means; empty where there is none for pages."""
    try:
        name = codecs.lookup(label.strip().strip("\"'")).name
    except (LookupError, ValueError):
        return ""
    if name.startswith("utf-16"):
        return "utf-8"  # a declaration that could be read shows that it is not
    name = _MEANT.get(name, name)
    return name if name.startswith(_BYTES) else ""


def _guessed(content: bytes) -> str:
    text = guessed_text(content)
    if text is None:
        raise RecordError(
            "The encoding of the page cannot be found. Save it in UTF-8 and try again."
        )
    return text
