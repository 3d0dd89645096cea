"""CSV and its kin: one article a row, separated by commas, semicolons or tabs.

::

    id;headline;body;published;places
    q-1;Lamps lit;"The lighthouse is lit.

    Crews had asked for it.";2025-06-02;Northern Mole|Quay

The first row names the columns, which are the fields of JSON Lines; columns of other names stay in
the bytes as received. ``|`` sets the items of a list apart. An apostrophe before what a spreadsheet
would take for a formula (``'=``) is no part of the cell; ``''=`` is how one that is begins.
"""

from __future__ import annotations

import codecs
import csv
import io
import re
from collections import deque
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from typing import IO, Any, ClassVar

from archive.exceptions import MappingError, RecordError
from archive.formats.base import Reader, Received
from archive.formats.delimited_lines import Line, lines_of
from archive.formats.jsonl import FIELDS, LISTS, WORDS, is_partial, read_object
from archive.formats.limits import MAX_RECORD_BYTES, too_large
from archive.formats.mapping import FieldMap, emptied, items_of
from archive.formats.plain_text import decode
from archive.formats.values import shown

SEPARATORS = (",", ";", "\t")
_DECLARED = re.compile(r"sep=(.)\s*", re.IGNORECASE)  # how spreadsheets say what separates
_MOST_READ_AGAIN = 16 * 1024 * 1024
_COST_OF_LINE = 50
_FEW_LINES = 8
_SAID = {
    "unexpected end": "a quote is not closed",
    "expected after": "text follows a closing quote",
    "new-line character": "a line ends in the old way of the Macintosh",
    "larger than field limit": "a field is too long",
}
_FORMULA = re.compile(r"'*[=+\-@\t\r\n]")


class CsvReader(Reader):
    """Reads a file row by row; ``position`` is the line on which a row begins."""

    name: ClassVar[str] = "csv"
    suffixes: ClassVar[tuple[str, ...]] = (".csv", ".tsv")
    begun: ClassVar[bool] = True

    def __init__(self, mapping: FieldMap | None = None) -> None:
        self._mapping = mapping or FieldMap()

    @classmethod
    def recognises(cls, beginning: bytes) -> bool:
        """Whether the first row names a headline or a body and another column that is known."""
        utf_16 = beginning.startswith((codecs.BOM_UTF16_LE, codecs.BOM_UTF16_BE))
        text = beginning.decode("utf-16" if utf_16 else "utf-8-sig", "ignore")
        separators: Sequence[str] = SEPARATORS
        for row in filter(str.strip, text.split("\n")):
            if declared := _DECLARED.fullmatch(row):
                separators = (declared[1],)
                continue
            names = set(_best_header(row, separators)[1])
            return bool(names & WORDS) and len(names & FIELDS) > 1
        return False

    def read(self, stream: IO[bytes]) -> Iterator[Received]:
        """Yield a record for each row that is not empty, bad ones as errors.

        Raises MappingError where the first row lacks columns that were named beforehand.
        """
        csv.field_size_limit(MAX_RECORD_BYTES)
        lines = _Lines(lines_of(stream))
        try:
            header = _header(lines, self._mapping)
        except RecordError as error:
            error.line = lines.taken[0].number if lines.taken else None
            yield Received(position=error.line or 1, content=lines.content(), error=error)
            return
        for taken, row, problem in _rows(lines, header):
            content = b"".join(line.raw for line in taken)[:MAX_RECORD_BYTES]
            try:
                if problem is not None:
                    raise problem
                row = _decoded(row, taken, content, header.separator)
                data = _object(row, header)
                if header.partial:
                    data = emptied(data)
                record = read_object(data, partial=header.partial)
            except RecordError as error:
                error.line = taken[0].number
                yield Received(position=taken[0].number, content=content, error=error)
            else:
                yield Received(position=taken[0].number, content=content, record=record)


@dataclass(frozen=True, slots=True, kw_only=True)
class _Header:
    separator: str
    names: tuple[str, ...]
    mapping: FieldMap
    partial: bool  # articles that are stored change in these columns alone
    keys: dict[str, str]  # the columns of rules by their names as rules write them


class _Lines:
    """The lines of a file, those of the row at hand in ``taken``, which can be given back.

    Reading lines again is bounded: in a file where quote after quote is left open, later rows have
    to be short, or each of them would be looked for to the end of the file.
    """

    def __init__(self, lines: Iterator[Line]) -> None:
        self._lines = lines
        self._waiting: deque[Line] = deque()
        self.taken: list[Line] = []
        self._size = 0
        self._read_again = 0

    def __iter__(self) -> Iterator[str]:
        return self

    def __next__(self) -> str:
        if self._read_again > _MOST_READ_AGAIN and len(self.taken) >= _FEW_LINES:
            raise _quotes("a quote is not closed")
        line = self._waiting.popleft() if self._waiting else next(self._lines)
        self.taken.append(line)
        self._size += len(line.raw)
        if self._size > MAX_RECORD_BYTES:
            raise too_large()
        return line.text

    def start(self) -> None:
        """Begin another row."""
        self.taken, self._size = [], 0

    def give_back(self, *, but: int) -> None:
        """Keep the first lines of the row and read the others again."""
        self._read_again += sum(len(line.raw) + _COST_OF_LINE for line in self.taken[but:])
        self._waiting.extendleft(reversed(self.taken[but:]))
        del self.taken[but:]
        self._size = sum(len(line.raw) for line in self.taken)

    def content(self) -> bytes:
        return b"".join(line.raw for line in self.taken)[:MAX_RECORD_BYTES]


def _header(lines: _Lines, mapping: FieldMap) -> _Header:
    """The names of the columns and what separates them. Raises RecordError and MappingError."""
    separators: Sequence[str] = SEPARATORS
    for text in lines:
        if declared := _DECLARED.fullmatch(text):
            separators = (declared[1],)
        elif text.strip():
            break
        lines.start()
    else:
        raise RecordError("The file is empty. Its first row names the columns.")
    text = _decoded_line(lines.taken[0])
    keys = {column: _key(column) for column in mapping.columns}
    separator, names = _best_header(text, separators, FIELDS | set(keys.values()))
    missing = mapping.missing(lambda column: keys[column] in names)
    if missing:
        raise MappingError(
            f"The first row has no column “{shown(missing[0])}”, but {_listed(names)}. "
            "Correct --map or the profile; nothing of the file was read."
        )
    fields = (set(names) - set(keys.values())) | mapping.fields
    partial = is_partial(fields)
    if not (WORDS & fields or partial):
        raise RecordError(
            f"The first row names neither `headline` nor `body`, but {_listed(names)}. "
            "Say what its columns are with --map, such as --map Title=headline, or name them as "
            "docs/importing.md does; nothing of the file was read."
        )
    twice = [name for name in names if name and names.count(name) > 1]
    if twice:
        raise RecordError(
            f"The first row names `{shown(twice[0])}` twice. Rename one; nothing was read."
        )
    return _Header(separator=separator, names=names, mapping=mapping, partial=partial, keys=keys)


def _listed(names: Sequence[str]) -> str:
    return shown(", ".join(names))


def _decoded_line(line: Line) -> str:
    return decode(line.raw) if line.damaged else line.text


def _best_header(
    text: str, separators: Sequence[str] = SEPARATORS, known: frozenset[str] = FIELDS
) -> tuple[str, tuple[str, ...]]:
    """The separator with which a row has the most names that are known, and all its names."""
    found = [(separator, _names(text, separator)) for separator in separators]
    return max(found, key=lambda one: (len(known & set(one[1])), len(one[1])))


def _names(text: str, separator: str) -> tuple[str, ...]:
    try:
        row = next(csv.reader([text], delimiter=separator), [])
    except (csv.Error, TypeError):  # a declared separator that cannot be one
        return ()
    return tuple(map(_key, row))


def _key(name: str) -> str:
    """The name of a column, in which neither case nor spaces matter."""
    return "_".join(name.split()).lower()


def _rows(
    lines: _Lines, header: _Header
) -> Iterator[tuple[list[Line], list[str], RecordError | None]]:
    """The lines of each row, its cells, and what is wrong with its quotes or its bounds.

    A quote that is not closed would swallow the rest: the row ends before the next line with which
    a row of the right number of columns begins.
    """
    while True:
        lines.start()
        try:
            row = _next_row(lines, header.separator)
        except RecordError as error:
            for broken in _broken(lines, header):
                yield broken, [], RecordError(error.message)
            continue
        if row is None:
            return
        if any(cell.strip() for cell in row):
            yield lines.taken, row, _miscounted(row, header)


def _next_row(lines: _Lines, separator: str) -> list[str] | None:
    try:
        return next(csv.reader(lines, delimiter=separator, strict=True), None)
    except csv.Error as error:
        said = next((ours for theirs, ours in _SAID.items() if theirs in str(error)), str(error))
        raise _quotes(said) from None


def _quotes(said: str) -> RecordError:
    return RecordError(
        f"The row cannot be read: {said}. "
        'Put fields with quotes or line ends in quotes, and write a quote in them as "".'
    )


def _broken(lines: _Lines, header: _Header) -> Iterator[list[Line]]:
    """The lines of a broken row until a whole row begins, in parts of no more than the bound."""
    lines.give_back(but=1)
    part = lines.taken
    size = len(part[0].raw)
    while True:
        lines.start()
        try:
            row = _next_row(lines, header.separator)
        except RecordError:
            row = []
        if row is None or len(row) == len(header.names):
            lines.give_back(but=0)
            break
        lines.give_back(but=1)
        size += len(lines.taken[0].raw)
        if size > MAX_RECORD_BYTES:
            yield part
            part, size = [], len(lines.taken[0].raw)
        part.append(lines.taken[0])
    yield part


def _miscounted(row: list[str], header: _Header) -> RecordError | None:
    if len(row) == len(header.names):
        return None
    return RecordError(
        f"The row has {len(row):,} columns, and the first row names {len(header.names):,}. "
        "Put fields that hold the separator in quotes."
    )


def _decoded(row: list[str], lines: list[Line], content: bytes, separator: str) -> list[str]:
    """The cells of a row, read again where its bytes are not UTF-8, which was taken for granted.

    Raises RecordError where no other encoding fits.
    """
    if not any(line.damaged for line in lines):
        return row
    text = decode(content)
    return next(csv.reader(io.StringIO(text, newline="\n"), delimiter=separator, strict=True))


def _object(row: list[str], header: _Header) -> dict[str, Any]:
    mapping = header.mapping
    cells = {
        name: cell
        for name, written in zip(header.names, row, strict=True)
        if (cell := without_apostrophe(written)).strip()
    }
    taken = header.keys.values()
    own: dict[str, Any] = {
        name: items_of(name, cell) if name in LISTS else cell
        for name, cell in cells.items()
        if name in FIELDS and name not in taken
    }
    if not mapping:
        return own
    return mapping.object_of(
        lambda column: [cells[key]] if (key := header.keys[column]) in cells else [],
        own,
        separator="|",
    )


def with_apostrophe(cell: str) -> str:
    """A cell as it is written, so that no spreadsheet takes it for a formula.

    One apostrophe is put before what begins with ``=``, ``+``, ``-``, ``@`` or a control character,
    and before what begins with apostrophes and then one of these.
    """
    return f"'{cell}" if _FORMULA.match(cell) else cell


def without_apostrophe(written: str) -> str:
    """What :func:`with_apostrophe` was given."""
    return written[1:] if written.startswith("'") and _FORMULA.match(written) else written
