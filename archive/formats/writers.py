"""The formats that articles are written in.

A writer's module is imported when it is asked for, so that a library that is missing hurts its own
format alone.
"""

from __future__ import annotations

from importlib import import_module
from typing import cast

from archive.exceptions import UnknownFormat
from archive.formats.writing import Writer

WRITERS = {
    "jsonl": "archive.formats.write_jsonl.JsonLinesWriter",
    "csv": "archive.formats.write_csv.CsvWriter",
    "ninjs": "archive.formats.write_ninjs.NinjsWriter",
    "newsml-g2": "archive.formats.write_newsml_g2.NewsMLG2Writer",
    "nitf": "archive.formats.write_nitf.NitfWriter",
}


def writer_for(name: str) -> Writer:
    """Return the writer called ``name``. Raises UnknownFormat."""
    try:
        path = WRITERS[name]
    except KeyError:
        raise UnknownFormat(
            f"There is no format “{name}” to write. Choose one of: {', '.join(WRITERS)}."
        ) from None
    module, _, class_name = path.rpartition(".")
    return cast("Writer", getattr(import_module(module), class_name)())
