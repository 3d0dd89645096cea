"""One file of named arrays: written once, then mapped into memory and checked as it is read.

::

    section ... section     each a flat array, little-endian, at a multiple of 64 bytes
    checksums               CRC-32 of every block of 64 KiB of the sections, 4 bytes each
    table                   JSON: name -> [type, offset, items], and the name of the file
    footer                  magic, where the checksums and the table begin, CRC-32 of both

A block is checked when something in it is read for the first time, so that opening a large file
costs nothing and a flipped bit is never answered from. What is kept elsewhere of the footer
(:func:`seal_of`) vouches for the rest.
"""

from __future__ import annotations

import json
import mmap
import struct
import tempfile
import zlib
from collections.abc import Iterator, Mapping
from pathlib import Path
from typing import Any

import numpy as np
import numpy.typing as npt

Array = npt.NDArray[Any]

_BLOCK = 1 << 16
_ALIGNED = 64
_MAGIC = b"ARRAYS01"
_FOOTER = struct.Struct("<8sQQQI")  # magic; checksums, table, footer: where they begin; CRC-32
_COPIED = 16 * _BLOCK
_IN_MEMORY = 1 << 18  # a section up to this size needs no file while it grows


class Damaged(ValueError):
    """A file is not as it was written."""


class ArraysWriter:
    """Collects sections that grow side by side, then writes them as one file."""

    def __init__(self, folder: Path) -> None:
        """Large sections wait in files without a name in ``folder``."""
        self._folder = folder
        self._sections: dict[str, tuple[tempfile.SpooledTemporaryFile[bytes], np.dtype[Any]]] = {}

    def append(self, name: str, array: Array) -> None:
        """Add ``array`` at the end of a section; the first one decides its type."""
        if name not in self._sections:
            file = tempfile.SpooledTemporaryFile(  # noqa: SIM115 - closed by close()
                max_size=_IN_MEMORY, dir=str(self._folder)
            )
            self._sections[name] = (file, array.dtype.newbyteorder("<"))
        file, kind = self._sections[name]
        file.write(np.ascontiguousarray(array, kind).data)

    def save(self, path: Path) -> None:
        """Write the file and let go of the sections. Raises OSError."""
        table: dict[str, tuple[str, int, int]] = {}
        checksums: list[int] = []
        with path.open("xb") as target:
            for name, (file, kind) in self._sections.items():
                target.write(bytes(-target.tell() % _ALIGNED))
                offset = target.tell()
                file.seek(0)
                while piece := file.read(_COPIED):
                    target.write(piece)
                table[name] = (kind.str, offset, (target.tell() - offset) // kind.itemsize)
            end = target.tell()
        self.close()
        with path.open("r+b") as target:
            while target.tell() < end:
                checksums.append(zlib.crc32(target.read(min(_BLOCK, end - target.tell()))))
            sums = np.array(checksums, "<u4").tobytes()
            listing = json.dumps({"name": path.name, "arrays": table}).encode()
            target.seek(end)
            target.write(sums + listing)
            starts = (end, end + len(sums), end + len(sums) + len(listing))
            target.write(_FOOTER.pack(_MAGIC, *starts, zlib.crc32(sums + listing)))

    def close(self) -> None:
        """Forget what was collected."""
        for file, _ in self._sections.values():
            file.close()
        self._sections = {}


class Arrays(Mapping[str, Array]):
    """The arrays of a file. Raises FileNotFoundError, and Damaged when opened or read."""

    def __init__(self, path: Path) -> None:
        with path.open("rb") as file:
            size = file.seek(0, 2)
            if size < _FOOTER.size:
                raise Damaged(f"{path.name} is cut short")
            self._content = mmap.mmap(file.fileno(), 0, access=mmap.ACCESS_READ)
        magic, self._end, table, footer, checksum = _FOOTER.unpack(self._content[-_FOOTER.size :])
        if magic != _MAGIC or footer + _FOOTER.size != size or not self._end <= table <= footer:
            raise Damaged(f"{path.name} is cut short or altered")
        if zlib.crc32(self._content[self._end : footer]) != checksum:
            raise Damaged(f"the table of {path.name} is altered")
        self._name = path.name
        self._checksums = np.frombuffer(self._content[self._end : table], "<u4")
        self._checked = np.zeros(len(self._checksums), np.bool_)
        listing = json.loads(self._content[table:footer])
        if listing["name"] != path.name:
            raise Damaged(f"{path.name} holds what belongs to {listing['name']}")
        self._arrays = {
            name: (offset, np.frombuffer(self._content, kind, items, offset))
            for name, (kind, offset, items) in listing["arrays"].items()
        }

    def let_go(self) -> None:
        """Give the memory back that holds what was read: it is read again where it is needed."""
        if hasattr(self._content, "madvise"):
            self._content.madvise(mmap.MADV_DONTNEED)

    def __getitem__(self, name: str) -> Array:
        """A whole array, checked."""
        return self.part(name, 0, len(self._arrays[name][1]))

    def __iter__(self) -> Iterator[str]:
        return iter(self._arrays)

    def __len__(self) -> int:
        return len(self._arrays)

    def items_of(self, name: str) -> int:
        """The length of an array; nothing is read."""
        return len(self._arrays[name][1])

    def part(self, name: str, start: int, stop: int) -> Array:
        """Items of an array, checked."""
        offset, array = self._arrays[name]
        if stop > start:
            first = (offset + start * array.itemsize) // _BLOCK
            last = (offset + stop * array.itemsize - 1) // _BLOCK
            if not self._checked[first : last + 1].all():
                self._check(first, last)
        return array[start:stop]

    def check(self) -> None:
        """Read everything once more. Raises Damaged."""
        self._checked[:] = False
        self._check(0, len(self._checksums) - 1)

    def _check(self, first: int, last: int) -> None:
        with memoryview(self._content) as content:
            for block in range(first, last + 1):
                if self._checked[block]:
                    continue
                start = block * _BLOCK
                found = zlib.crc32(content[start : min(start + _BLOCK, self._end)])
                if found != self._checksums[block]:
                    raise Damaged(f"{self._name} is altered near byte {start}")
                self._checked[block] = True


def seal_of(path: Path) -> str:
    """A short text that changes with anything in the file, for the manifest."""
    with path.open("rb") as file:
        size = file.seek(0, 2)
        file.seek(max(0, size - _FOOTER.size))
        return f"{size}-{file.read().hex()}"
