"""The files that rejected records stood in, looked at again for what the records need."""

from __future__ import annotations

import io
from collections.abc import Iterator, Sequence
from contextlib import ExitStack
from dataclasses import dataclass, field
from pathlib import Path, PurePosixPath

from archive.exceptions import MappingError, RecordError
from archive.formats.base import Reader
from archive.formats.packed import PackError
from archive.formats.registry import BEGINNING
from archive.formats.rejects import RejectsReader, inner_reader
from archive.formats.rejects_blocks import MAX_BEFORE, Block, read_blocks
from archive.models import ImportFile, ImportRecord, ImportRun
from archive.services.importing_files import shown
from archive.services.importing_packed import opened
from archive.services.importing_prepare import MAX_PATH


@dataclass(frozen=True, slots=True, kw_only=True)
class Around:
    """What a file says of a record besides its bytes.

    ``before`` is what the format needs before the record, and ``missing`` says that it is needed
    and cannot be had. ``said`` is what a reject file said of it, where it stood in one already.
    """

    before: bytes = b""
    missing: bool = False
    said: dict[str, str | int] = field(default_factory=dict)


class RejectedFiles:
    """Files of one run, one open at a time. To be closed, as by ``with``."""

    def __init__(self, run: ImportRun) -> None:
        self._run = run
        self._path = ""
        self._last = 0
        self._beginning = b""
        self._before: dict[str, bytes | None] = {}
        self._blocks: Iterator[Block] | None = None
        self._block: Block | None = None
        self._held = ExitStack()

    def __enter__(self) -> RejectedFiles:
        return self

    def __exit__(self, *_: object) -> None:
        self._held.close()

    def around(self, record: ImportRecord, format: str) -> Around:
        """Look at the file of a record; quick where records come in the order of the ledger."""
        passed = self._block is not None and record.position < self._block.number
        if record.path != self._path or passed:
            self._turn_to(record.path)
        if self._blocks is not None:
            return self._in_reject_file(record.position)
        rules = self._run.arguments.get("map") or []
        reader = _reader(format, rules)
        # What is mapped may need it, too: a list within JSON, namespaces of XML.
        if reader is None or not (reader.begun or rules):
            return Around()
        if format not in self._before:
            self._before[format] = before_first(reader, self._beginning)
        before = self._before[format]
        return Around(before=before or b"", missing=reader.begun and before is None)

    def _in_reject_file(self, position: int) -> Around:
        while self._blocks is not None and (self._block is None or self._block.number < position):
            self._block = next(self._blocks, None)
            if self._block is None:
                return Around(missing=True)
        if self._block is None or self._block.number != position:
            return Around(missing=True)
        said = {name: value for name, value in self._block.said.items() if name != "format"}
        return Around(before=bytes(self._block.before), said=said)

    def _noted(self, path: str) -> ImportFile | None:
        """The file of the run that a path leads to or into."""
        ways = [path, *map(str, PurePosixPath(path).parents)]
        noted = self._run.files.filter(path__in=ways).order_by("pk")
        # Most often the next one: a run may have a hundred thousand.
        found = noted.filter(pk__gte=self._last).first() or noted.first()
        if found is not None:
            self._last = found.pk
        return found

    def _turn_to(self, path: str) -> None:
        self._held.close()
        self._path, self._beginning, self._before = path, b"", {}
        self._blocks = self._block = None
        noted = self._noted(path)
        file = _unchanged(noted, self._run) if noted is not None else None
        if noted is None or file is None:
            return
        try:
            stream = self._held.enter_context(file.open("rb"))
            for each in opened(stream, path=noted.path, name=str(file), note=lambda _: None):
                if each.stream is None or shown(each.path)[-MAX_PATH:] != path:
                    continue
                if RejectsReader.recognises(each.stream.peek(BEGINNING)[:BEGINNING]):
                    self._blocks = read_blocks(each.stream)
                else:
                    self._beginning = each.stream.read(MAX_BEFORE)
                return
        except (OSError, PackError):
            return


def _unchanged(noted: ImportFile, run: ImportRun) -> Path | None:
    """A file where it was read, if it is still the same by its size and time."""
    file = Path(run.arguments.get("folder") or ".", noted.path)
    try:
        found = file.stat()
    except (OSError, ValueError):
        return None
    same = (found.st_size, found.st_mtime_ns) == (noted.size, noted.modified)
    return file if same and file.is_file() else None


def _reader(format: str, rules: Sequence[str]) -> Reader | None:
    try:
        return inner_reader(format, rules)
    except RecordError:
        return None


def before_first(reader: Reader, beginning: bytes) -> bytes | None:
    """The bytes of a file before its first record; None where that does not stand as it is.

    Nothing stands before it where the file as a whole is the record.
    """
    try:
        first = next(reader.read(io.BytesIO(beginning)), None)
    except MappingError:
        first = None
    place = beginning.find(first.content) if first is not None and beginning else -1
    return beginning[:place] if place >= 0 else None
