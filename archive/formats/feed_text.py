"""The bytes of a feed as text: which encoding it is in, and what keeps it from being XML.

Feeds are written by many programs and cut by many hands, so more is understood here than of other
XML: wide and mainframe encodings, a bare ``&``, names of characters that HTML knows. Of UTF-8 with
damage the damaged bytes alone become lone surrogates, so that they cost the item they are in.
"""

from __future__ import annotations

import codecs
import re
from dataclasses import dataclass
from html.entities import html5

from archive.exceptions import RecordError
from archive.formats.plain_text import decode
from archive.formats.xml import declared_encoding

_MARKS = (  # the longer first: that of UTF-32 begins like that of UTF-16
    (codecs.BOM_UTF32_BE, "utf-32-be"),
    (codecs.BOM_UTF32_LE, "utf-32-le"),
    (codecs.BOM_UTF16_BE, "utf-16-be"),
    (codecs.BOM_UTF16_LE, "utf-16-le"),
    (codecs.BOM_UTF8, "utf-8"),
)
_UNMARKED = (
    ("<".encode("utf-32-be"), "utf-32-be"),
    ("<".encode("utf-32-le"), "utf-32-le"),
    ("<".encode("utf-16-be"), "utf-16-be"),
    ("<".encode("utf-16-le"), "utf-16-le"),
)
_MAINFRAME_BEGINNING = "<?xm".encode("cp037")
_MAINFRAME = re.compile(r"cp(?:037|273|424|500|875|1026|1140)")
# The encoding that is meant where the smaller one is named, as it has all of its characters.
_LARGER = {
    "iso8859-1": "cp1252",
    "iso8859-9": "cp1254",
    "gb2312": "gb18030",
    "gbk": "gb18030",
    "euc_kr": "cp949",
    "shift_jis": "cp932",
}
_HEAD = 1024
_TAG = re.compile(r"<[^<>]*>")
_DAMAGE = re.compile("[\ud800-\udfff]")
_ILLEGAL = re.compile("[\x00-\x08\x0b\x0c\x0e-\x1f\ufffe\uffff]+")
_CDATA = "<![CDATA["
_LOOSE = re.compile(
    r"<!\[CDATA\[(?>.*?\]\]>)|<(?![^\W\d]|[/!?:])"
    r"|&(?:#(?P<number>[0-9]{1,7});|#[xX](?P<hex>[0-9a-fA-F]{1,6});"
    r"|(?P<name>[A-Za-z][A-Za-z0-9]{1,31};))?",
    re.DOTALL,
)
_PREDEFINED = frozenset(("amp;", "lt;", "gt;", "quot;", "apos;"))


@dataclass(frozen=True, slots=True, kw_only=True)
class FeedText:
    """A feed as text, and the codec by which a part of it becomes its bytes again."""

    text: str
    codec: str

    def received(self, part: str) -> bytes:
        """The bytes of a part of the text as they stood in the feed."""
        if self.codec == "utf-8":
            return part.encode("utf-8", "surrogateescape")
        return part.encode(self.codec, "xmlcharrefreplace")


def feed_text(content: bytes) -> FeedText:
    """Decode a feed by its mark, its first bytes or its declaration; else as UTF-8.

    Raises RecordError for what no encoding fits.
    """
    wide = _wide_codec(content)
    if wide:
        try:
            return FeedText(text=content.decode(wide).removeprefix("\ufeff"), codec=wide)
        except UnicodeDecodeError as error:
            raise RecordError(
                f"Byte {error.start + 1} does not fit the encoding ({wide}). "
                "Ask the supplier for the feed in UTF-8."
            ) from None
    for name in _declared(content):
        try:
            text = content.decode(name)
        except UnicodeDecodeError:
            continue
        if text.lstrip().startswith("<"):  # ASCII read as of a mainframe is none
            return FeedText(text=text, codec=name)
    text = content.decode("utf-8", "surrogateescape").removeprefix("\ufeff")
    damaged = len(_DAMAGE.findall(text))
    if damaged and damaged * 2 > sum(not character.isascii() for character in text):
        return FeedText(text=_western(content), codec="cp1252")
    return FeedText(text=text, codec="utf-8")


def _western(content: bytes) -> str:
    """Text in Windows-1252, told by its words: the tags are ASCII in every other encoding too."""
    text = decode(content)
    letters = [c for c in _TAG.sub(" ", text) if c.isalpha()]
    foreign = sum(not character.isascii() for character in letters)
    if "\ufffd" in text or foreign * 4 > len(letters):
        raise RecordError(
            "The feed does not say which encoding it is in, and it is neither UTF-8 nor Western "
            "European text. Ask the supplier for it in UTF-8."
        )
    return text


def beginning_of(content: bytes) -> str:
    """The first bytes of a feed as text, whatever their last character has lost."""
    codec = _wide_codec(content) or next(iter(_declared(content)), "utf-8")
    text = content.decode(codec, "replace").removeprefix("\ufeff")
    return text if text.lstrip().startswith("<") else content.decode("utf-8", "replace")


def is_damaged(part: str) -> bool:
    """Whether a part of a feed's text holds bytes that do not fit its encoding."""
    return _DAMAGE.search(part) is not None


def mended(part: str) -> str:
    """A part of a feed as XML can be: characters that it cannot hold left out, the others as such.

    What begins like markup and is none stands for itself. CDATA that does not end is text.
    """
    part = _ILLEGAL.sub("", part)
    end = part.rfind("]]>") + 3 if "]]>" in part else 0
    return _LOOSE.sub(_whole, part[:end]) + _LOOSE.sub(_whole, part[end:].replace(_CDATA, ""))


def _whole(loose: re.Match[str]) -> str:
    found = loose[0]
    if found.startswith("<"):
        return "&lt;" if found == "<" else found
    if loose["number"] or loose["hex"]:
        code = int(loose["number"]) if loose["number"] else int(loose["hex"], 16)
        legal = code in (9, 10, 13) or 0x20 <= code < 0xD800 or 0xE000 <= code < 0x110000
        return f"&#{code};" if legal and code not in (0xFFFE, 0xFFFF) else ""
    name = loose["name"]
    if not name or (name not in _PREDEFINED and name not in html5):
        return f"&amp;{found[1:]}"
    return found if name in _PREDEFINED else "".join(f"&#{ord(c)};" for c in html5[name])


def _wide_codec(content: bytes) -> str:
    for beginning, codec in (*_MARKS[:-1], *_UNMARKED):
        if content.startswith(beginning):
            return codec
    return ""


def _declared(content: bytes) -> tuple[str, ...]:
    """The codecs to try for what a feed declares of itself, the likeliest first."""
    if content.startswith(_MAINFRAME_BEGINNING):
        head = content[:_HEAD].decode("cp037", "replace")
        name = declared_encoding(head.encode("ascii", "replace"))
        return (name, "cp037") if _MAINFRAME.fullmatch(name) else ("cp037",)
    name = declared_encoding(content)
    if name in ("", "utf-8", "ascii") or content.startswith(codecs.BOM_UTF8):
        return ()
    larger = _LARGER.get(name)
    return (larger, name) if larger else (name,)
