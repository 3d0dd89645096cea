"""Files that are packed (gzip, bzip2, xz, zip, tar), and the files in them, as streams to read."""

from __future__ import annotations

import io
import re
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from pathlib import PurePosixPath

from archive.formats.packed import (
    BUFFER,
    COMPRESSIONS,
    Allowance,
    Member,
    PackError,
    Steady,
    Unpacked,
    counted,
    kind_of,
)
from archive.formats.packed_tar import tar_members
from archive.formats.packed_zip import zip_members

_OF_ONE_FILE = {".gz": "", ".bz2": "", ".xz": ""}
_OF_TAR = {".tgz": ".tar", ".tbz": ".tar", ".tbz2": ".tar", ".txz": ".tar"}
_SHORT = _OF_ONE_FILE | _OF_TAR
PACKED_SUFFIXES = frozenset((*_SHORT, ".tar", ".zip"))

_DRIVE = re.compile(r"[A-Za-z]:")
_WARC = b"WARC/"  # each record of a web archive is compressed by itself
_HIDDEN = "__MACOSX"  # what a Mac adds beside every file


@dataclass(frozen=True, slots=True, kw_only=True)
class Opened:
    """A file to read, perhaps one of many in an archive; or the sentence why it is not read.

    ``name`` is what its format may be recognised by, without the suffix of its compression.
    """

    path: str
    name: str = ""
    stream: io.BufferedReader | None = None
    problem: str = ""


def name_within(name: str) -> str:
    """The name of what a compressed file holds: ``news.csv`` of ``news.csv.gz``."""
    suffix = PurePosixPath(name).suffix
    known = _SHORT.get(suffix.lower())
    return name if known is None else name.removesuffix(suffix) + known


def is_read(name: str, suffixes: frozenset[str]) -> bool:
    """Whether a file of a folder or an archive is read, by its suffix within any compression."""
    inner = name_within(name)
    suffix = PurePosixPath(inner).suffix.lower()
    known = suffix in suffixes or suffix in PACKED_SUFFIXES
    return known or (inner != name and not suffix)


def opened(
    stream: io.BufferedReader,
    *,
    path: str,
    name: str,
    suffixes: frozenset[str] | None = None,
    note: Callable[[str], None],
) -> Iterator[Opened]:
    """Yield the file that a stream is, or the files in it where it is an archive.

    Each is to be read before the next is asked for. Of an archive the files of these ``suffixes``
    are read, or all; ``note`` is told of others, but of hidden ones. Archives within archives are
    refused, compressed files in them are not. Raises PackError where the stream is damaged or cut
    off, after what stands before.
    """
    yield from _opened(stream, path, name, Allowance(), _Choice(suffixes, note))


@dataclass(frozen=True, slots=True)
class _Choice:
    """Which files of an archive are read."""

    suffixes: frozenset[str] | None
    note: Callable[[str], None]


def _opened(
    stream: io.BufferedReader, path: str, name: str, allowance: Allowance, choice: _Choice | None
) -> Iterator[Opened]:
    """``choice`` is None within an archive."""
    kind = kind_of(stream.peek(BUFFER))
    if kind in COMPRESSIONS:
        name = name_within(name)
        unpacked = Unpacked(stream, kind, allowance)
        stream = Steady(unpacked, BUFFER)
        beginning = stream.peek(BUFFER)
        outer, kind = kind, kind_of(beginning)
        if outer == "gzip" and beginning.startswith(_WARC):
            unpacked.resume_at = _WARC
        if kind and (choice is None or kind != "tar"):
            yield Opened(path=path, problem=_twice(kind, outer))
            return
    if not kind:
        yield Opened(path=path, name=name, stream=stream)
    elif choice is None:
        yield Opened(path=path, problem=_twice(kind, "archive"))
    elif kind == "tar":
        yield from _each(tar_members(stream), path, allowance, choice)
    elif stream.seekable():
        yield from _each(zip_members(stream, allowance), path, allowance, choice)
    else:
        yield Opened(
            path=path,
            problem="A zip file has its list of contents at the end, so it cannot be read from "
            "standard input. Name the file instead.",
        )


def _twice(inner: str, outer: str) -> str:
    return (
        f"This is {inner} within {outer if outer != 'archive' else 'an archive'}, "
        "which is packed once too often. Unpack it, and import what is in it."
    )


def _each(
    members: Iterator[Member], path: str, allowance: Allowance, choice: _Choice
) -> Iterator[Opened]:
    for member in counted(members):
        name = member.name.replace("\\", "/")
        within = f"{path}/{name.removeprefix('./')}"
        parts = PurePosixPath(name).parts
        if problem := _leads_out(name, parts):
            yield Opened(path=within, problem=problem)
        elif any(part.startswith(".") or part == _HIDDEN for part in parts):
            continue
        elif member.stream is None:
            yield Opened(path=within, problem=member.problem)
        elif choice.suffixes is not None and not is_read(name, choice.suffixes):
            suffix = PurePosixPath(name).suffix
            choice.note(f"{within}: passed over, as no format has the suffix “{suffix}”.")
        else:
            try:
                yield from _opened(Steady(member.stream, BUFFER), within, name, allowance, None)
            except PackError as error:
                yield Opened(path=within, problem=str(error))


def _leads_out(name: str, parts: tuple[str, ...]) -> str:
    """Why a name is refused; empty where it stays within the archive."""
    if not parts or "\0" in name:
        return "Its name is no name of a file. Pack it again under another one."
    if name.startswith("/") or _DRIVE.match(name):
        return "Its name begins at the root of a disk. Pack it again with a name within a folder."
    if ".." in parts:
        return "Its name leads out of the archive (..). Pack it again with a name within a folder."
    return ""
