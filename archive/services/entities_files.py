"""Entities out of files: JSON Lines, a list in JSON, CSV, and registers in SKOS.

Files are read row by row in bounded memory; a row that is wrong costs itself alone.
"""

from __future__ import annotations

import codecs
import csv
from collections import deque
from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass, replace
from io import BufferedReader
from pathlib import Path
from typing import IO, Any

from archive.exceptions import RecordError, UnknownFormat, VocabularyError
from archive.formats.delimited_lines import Line as TextLine
from archive.formats.delimited_lines import lines_of
from archive.formats.json_stream import JsonCursor, first_object
from archive.formats.limits import MAX_RECORD_BYTES, too_large
from archive.formats.skos import LISTS, ReceivedConcept, local_name, read_skos_json
from archive.formats.skos_xml import read_skos_xml
from archive.formats.values import kind_of, language_of, parse_json
from archive.formats.xml import root_of
from archive.models import EntityKind
from archive.services.entities_concepts import entry_of_concept
from archive.services.importing_files import shown
from archive.services.vocabulary_files import FILES, EntityEntry, Line, entity_of
from archive.text.normalize import clean_text

BEGINNING = 4_096
COLUMNS = (
    *("kind", "slug", "name", "description", "parent", "latitude", "longitude"),
    *("identifiers", "aliases", "in_texts"),
)
_MAX_SCHEME = 50
_MOST_LINES = 200  # of one row of CSV
_SEPARATORS = (",", ";", "\t")
_YES, _NO = ("true", "yes", "1"), ("false", "no", "0")


@dataclass(frozen=True, slots=True, kw_only=True)
class ReadingOptions:
    """What holds for rows that do not say: ``kind``, empty for that of the file or none, and the
    ``languages`` whose labels are taken from a register, the first for names; empty for all."""

    kind: str = ""
    languages: tuple[str, ...] = ()


Read = EntityEntry | VocabularyError


def read_entity_file(
    path: str, *, format: str | None = None, options: ReadingOptions
) -> Iterator[Read]:
    """Yield the entities of a file, rows that are wrong as errors that name the path and the line.

    ``format`` is one of ``ENTITY_FORMATS``, recognised by the content where it is not given.

    Raises UnknownFormat where the file is of none, OSError where it cannot be read.
    """
    with Path(path).open("rb") as stream:
        beginning = stream.peek(BEGINNING)[:BEGINNING]
        read = ENTITY_FORMATS[format or _recognised(path, beginning)]
        yield from read(path, stream, options)


def _recognised(path: str, beginning: bytes) -> str:
    if root_of(beginning)[0] == "RDF":
        return "skos-xml"
    text = beginning.removeprefix(codecs.BOM_UTF8).lstrip()
    if text.startswith((b"{", b"[")):
        names = {local_name(name) for name in first_object(beginning)} | {*first_object(beginning)}
        return "skos-json" if names & {*LISTS, "@context", "@id", "@type", "prefLabel"} else "json"
    first, _, _ = beginning.partition(b"\n")
    names = {cell.strip(' "\r\ufeff').lower() for cell in _split(first)}
    if "name" in names and names & {*COLUMNS} - {"name"}:
        return "csv"
    raise UnknownFormat(
        f"{shown(path)}: this is no file of entities that can be read. Say which it is with "
        f"--format ({', '.join(ENTITY_FORMATS)}); docs/vocabulary.md describes them."
    )


def _split(row: bytes) -> list[str]:
    text = row.decode("utf-8", "replace").replace("\0", "")
    return text.replace(";", ",").replace("\t", ",").split(",")


def _json(path: str, stream: BufferedReader, options: ReadingOptions) -> Iterator[Read]:
    if stream.peek(BEGINNING).removeprefix(codecs.BOM_UTF8).lstrip().startswith(b"["):
        for piece in JsonCursor(stream).items():
            yield _checked(path, piece.line, piece.content, piece.problem, options)
        return
    for line in lines_of(stream):
        if line.text.strip():
            problem = too_large() if len(line.raw) > MAX_RECORD_BYTES else None
            content = line.raw.removeprefix(codecs.BOM_UTF8) if line.number == 1 else line.raw
            yield _checked(path, line.number, content, problem, options)


def _checked(
    path: str, number: int, content: bytes, problem: RecordError | None, options: ReadingOptions
) -> Read:
    try:
        if problem is not None:
            raise problem
        row = parse_json(content, hint="Write one object, in braces, a line.")
        if not isinstance(row, dict):
            raise RecordError(f"A row is one object in braces, not {kind_of(row)}.")
    except RecordError as error:
        return VocabularyError(f"{_where(path, number)}: {error.message}")
    return _entry(path, number, row, options)


def _csv(path: str, stream: IO[bytes], options: ReadingOptions) -> Iterator[Read]:
    csv.field_size_limit(MAX_RECORD_BYTES)
    lines = _Lines(lines_of(stream))
    header = next(lines, "")
    separator = max(_SEPARATORS, key=header.count)
    try:
        names = [name.strip().lower() for name in next(csv.reader([header], delimiter=separator))]
    except (csv.Error, StopIteration):
        names = []
    if "name" not in names:
        yield VocabularyError(
            f"{_where(path, 1)}: the first row names no column `name`. The columns are "
            f"{', '.join(COLUMNS)}; nothing of the file was read."
        )
        return
    while True:
        lines.start()
        try:
            row = next(csv.reader(lines, delimiter=separator, strict=True))
        except StopIteration:
            return
        except csv.Error as error:
            # A quote that is not closed would swallow the rest: only its line is lost.
            lines.give_back()
            yield VocabularyError(f"{_where(path, lines.first)}: this is no row of CSV ({error}).")
            continue
        if not any(cell.strip() for cell in row):
            continue
        if lines.damaged:
            yield VocabularyError(
                f"{_where(path, lines.first)}: this is not UTF-8. Save the file in UTF-8."
            )
        elif len(row) != len(names):
            yield VocabularyError(
                f"{_where(path, lines.first)}: the row has {len(row)} columns and the first row "
                f"names {len(names)}. See whether a quote or a separator is missing."
            )
        else:
            yield _row(path, lines.first, dict(zip(names, row, strict=True)), options)


class _Lines(Iterator[str]):
    """The lines of a file, those of the row at hand in ``taken``, which can be given back."""

    def __init__(self, lines: Iterator[TextLine]) -> None:
        self._lines = lines
        self._waiting: deque[TextLine] = deque()
        self.taken: list[TextLine] = []

    def __next__(self) -> str:
        if len(self.taken) >= _MOST_LINES:
            raise csv.Error(f"it has more than {_MOST_LINES} lines: is a quote not closed?")
        line = self._waiting.popleft() if self._waiting else next(self._lines)
        self.taken.append(line)
        return line.text

    @property
    def first(self) -> int:
        """The line on which the row begins."""
        return self.taken[0].number if self.taken else 1

    @property
    def damaged(self) -> bool:
        """Whether the row holds bytes that are not of the encoding."""
        return any(line.damaged for line in self.taken)

    def start(self) -> None:
        """Begin another row."""
        self.taken = []

    def give_back(self) -> None:
        """Keep the first line of the row and read the others again."""
        self._waiting.extendleft(reversed(self.taken[1:]))
        del self.taken[1:]


def _row(path: str, number: int, cells: Mapping[str, str], options: ReadingOptions) -> Read:
    """A row of CSV as the object of JSON that says the same."""
    where = _where(path, number)
    row: dict[str, Any] = {name: cells.get(name, "").strip() for name in COLUMNS}
    try:
        for name in ("latitude", "longitude"):
            row[name] = _number(row[name], name, where)
        row["identifiers"] = dict(
            _pair(item, ":", "identifiers", where) for item in _items(row["identifiers"])
        )
        row["aliases"] = [_alias(item) for item in _items(row["aliases"])]
        row["in_texts"] = _flag(row["in_texts"], where)
    except VocabularyError as error:
        return error
    return _entry(path, number, row, options)


def _items(cell: str) -> list[str]:
    return [item.strip() for item in cell.split("|") if item.strip()]


def _pair(item: str, separator: str, name: str, where: str) -> tuple[str, str]:
    first, found, rest = item.partition(separator)
    if not found or not first.strip() or not rest.strip():
        raise VocabularyError(
            f"{where}: `{name}` holds “{item}”. Write scheme:value, as in wikidata:Q90, and | "
            "between several."
        )
    return first.strip(), rest.strip()


def _alias(item: str) -> dict[str, str]:
    name, _, language = item.rpartition("@") if "@" in item else (item, "", "")
    return {"name": name.strip() or item, "language": language.strip() if name.strip() else ""}


def _number(cell: str, name: str, where: str) -> float | None:
    try:
        return float(cell) if cell else None
    except ValueError:
        raise VocabularyError(f"{where}: `{name}` must be a number of degrees.") from None


def _flag(cell: str, where: str) -> bool:
    if cell.lower() in ("", *_YES):
        return True
    if cell.lower() in _NO:
        return False
    raise VocabularyError(f"{where}: `in_texts` must be true or false.")


def _entry(path: str, number: int, row: dict[str, Any], options: ReadingOptions) -> Read:
    line = Line(_where(path, number), row)
    try:
        kind = line.text("kind") or options.kind or FILES.get(Path(path).name, "")
        if kind not in EntityKind.values:
            said = f"`kind` is “{kind}”" if kind else "nothing says of which kind the entity is"
            raise line.wrong(
                f"{said}. Write one of {', '.join(EntityKind.values)} as `kind`, or give --kind"
            )
        entry = entity_of(line, EntityKind(kind), slug_needed=False)
        entry = replace(entry, in_texts=line.flag("in_texts", default=True))
        return _cleaned(entry, line)
    except VocabularyError as error:
        return error


def _cleaned(entry: EntityEntry, line: Line) -> EntityEntry:
    """The entity with its texts as texts of articles are taken. Raises VocabularyError."""
    name = clean_text(entry.name)
    if not name:
        raise line.wrong("`name` holds nothing that can be seen")
    aliases = {}
    for alias in entry.aliases:
        try:
            language = language_of(alias.language, f"the language of “{alias.name}”")
        except RecordError as error:
            raise VocabularyError(f"{line.where}: {error.message}") from None
        if said := clean_text(alias.name):
            aliases[said, language] = replace(alias, name=said, language=language)
    if any(not scheme.strip() or len(scheme) > _MAX_SCHEME for scheme, _ in entry.identifiers):
        raise line.wrong(f"a scheme in `identifiers` has 1 to {_MAX_SCHEME} characters")
    parent, broader = clean_text(entry.parent), None
    if ":" in parent:
        scheme, _, value = parent.partition(":")
        broader = (scheme.strip(), value.strip())
    return replace(
        entry,
        slug=clean_text(entry.slug),
        name=name,
        description="\n".join(map(clean_text, entry.description.splitlines())).strip(),
        parent="" if broader else parent,
        broader=broader,
        identifiers=tuple(
            (s.strip(), clean_text(v)) for s, v in entry.identifiers if clean_text(v)
        ),
        aliases=tuple(aliases.values()),
    )


def _concepts(
    read: Callable[[IO[bytes]], Iterator[ReceivedConcept]],
) -> Callable[[str, BufferedReader, ReadingOptions], Iterator[Read]]:
    def entries(path: str, stream: BufferedReader, options: ReadingOptions) -> Iterator[Read]:
        kind = EntityKind(options.kind or FILES.get(Path(path).name, EntityKind.TOPIC))
        for received in read(stream):
            where = _where(path, received.line)
            if received.concept is None:
                reason = received.error.message if received.error else "This is no concept."
                yield VocabularyError(f"{where}: {reason}")
                continue
            try:
                yield entry_of_concept(
                    received.concept, kind=kind, languages=options.languages, where=where
                )
            except VocabularyError as error:
                yield error

    return entries


def _where(path: str, number: int) -> str:
    return f"{shown(path)}, line {number}"


ENTITY_FORMATS: Mapping[str, Callable[[str, BufferedReader, ReadingOptions], Iterator[Read]]] = {
    "json": _json,
    "csv": _csv,
    "skos-json": _concepts(read_skos_json),
    "skos-xml": _concepts(read_skos_xml),
}


def format_names() -> Sequence[str]:
    """The formats that entities are read in."""
    return tuple(ENTITY_FORMATS)
