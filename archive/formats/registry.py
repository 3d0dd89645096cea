"""The formats there are, from the most particular to the most general.

A format's module is imported when it is asked for, so that a library that is missing hurts its own
format alone.
"""

from __future__ import annotations

from functools import cache
from importlib import import_module
from pathlib import PurePath
from typing import cast

from archive.exceptions import UnknownFormat
from archive.formats.base import Reader

FORMATS = {
    "rejects": "archive.formats.rejects.RejectsReader",
    "jsonfeed": "archive.formats.json_feed.JsonFeedReader",
    "ninjs": "archive.formats.ninjs.NinjsReader",
    "jsonl": "archive.formats.jsonl.JsonLinesReader",
    "csv": "archive.formats.delimited.CsvReader",
    "trec": "archive.formats.trec.TrecReader",
    "nitf": "archive.formats.nitf.NitfReader",
    "newsml-g2": "archive.formats.newsml_g2.NewsMLG2Reader",
    "feed": "archive.formats.feed.FeedReader",
    "warc": "archive.formats.warc.WarcReader",
    "html": "archive.formats.html_page.HtmlReader",
    "text": "archive.formats.plain_text.PlainTextReader",
}
BEGINNING = 4096


def reader_for(name: str) -> Reader:
    """Return the reader called ``name``; a file suffix (``txt``) will do. Raises UnknownFormat."""
    wanted = name.lower().lstrip(".")
    if wanted in FORMATS:
        return _load(wanted)
    reader = _reader_by_suffix(f".{wanted}")
    if reader is None:
        raise UnknownFormat(f"There is no format “{name}”. Choose one of: {', '.join(FORMATS)}.")
    return reader


def recognise(name: str, beginning: bytes) -> Reader:
    """Choose a reader by a file's name and first bytes (up to 4,096). Raises UnknownFormat.

    Content speaks before the name, for the more particular format first: JSON Lines in a ``.txt``
    file are read as JSON Lines, and of all that is called ``.json`` each as what it is. The suffix
    decides where no content does. Any text would pass for a general format, so a suffix that
    belongs to no format here speaks against it.
    """
    suffix = PurePath(name).suffix.lower()
    readers = [_load(key) for key in FORMATS]
    for reader in readers:
        if not reader.general and reader.recognises(beginning):
            return reader
    by_suffix = _reader_by_suffix(suffix)
    if by_suffix is not None:
        return by_suffix
    for reader in readers:
        if reader.general and not suffix and reader.recognises(beginning):
            return reader
    raise UnknownFormat(
        "This is no format that can be recognised. "
        f"Name one with --format: {', '.join(FORMATS)}; or convert the file."
    )


def known_suffixes() -> frozenset[str]:
    """The suffixes of files that are read from a folder."""
    return frozenset(suffix for key in FORMATS for suffix in _load(key).suffixes)


def _reader_by_suffix(suffix: str) -> Reader | None:
    return next((reader for reader in map(_load, FORMATS) if suffix in reader.suffixes), None)


def _load(name: str) -> Reader:
    return _class(name)()


@cache
def _class(name: str) -> type[Reader]:
    module, _, class_name = FORMATS[name].rpartition(".")
    return cast("type[Reader]", getattr(import_module(module), class_name))
