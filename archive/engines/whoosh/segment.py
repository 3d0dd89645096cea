"""Reading one segment of a Whoosh index into arrays.

A segment is immutable: what was read of it once holds for as long as it exists, so that columns
are kept and postings remembered. Deletions belong to the table of contents and not to it.
"""

from __future__ import annotations

import struct
import threading
import weakref
from bisect import bisect_left
from collections import OrderedDict
from collections.abc import Iterator
from contextlib import ExitStack, contextmanager
from dataclasses import dataclass
from functools import cached_property
from pathlib import Path
from typing import Any

import numpy as np
import numpy.typing as npt
from whoosh.codec.whoosh3 import W3TermsReader
from whoosh.filedb.filestore import FileStorage
from whoosh.filedb.structfile import BufferFile
from whoosh.reading import TermNotFound

from archive.engines.whoosh.codec import (
    NO_NUMBERS,
    NOWHERE,
    Numbers,
    Postings,
    decode,
    decode_term,
    encode_term,
    read_record,
)
from archive.engines.whoosh.schema import (
    ID_COLUMN,
    ID_FIELD,
    ROW,
    ROW_FIELD,
)
from archive.exceptions import IndexDamaged

_KEY_AND_DATA = struct.Struct("!ii")  # lengths, in front of each term of Whoosh's hash files
_FIELD_NUMBER = struct.Struct("!H")  # in front of the term itself


@dataclass(frozen=True, slots=True)
class Values:
    """Which articles have which values: ``docs[starts[i]:starts[i + 1]]`` have ``values[i]``."""

    values: tuple[str, ...]
    starts: Numbers
    docs: Numbers

    def having(self, value: str) -> Numbers:
        """The numbers of the articles that have ``value``."""
        place = bisect_left(self.values, value)
        if place == len(self.values) or self.values[place] != value:
            return NO_NUMBERS
        return self.docs[self.starts[place] : self.starts[place + 1]]


class PostingsCache:
    """The postings used last, within a bound of memory; shared by all threads."""

    def __init__(self, limit: int) -> None:
        self._limit = limit
        self._held: OrderedDict[tuple[str, str, str], Postings] = OrderedDict()
        self._bytes = 0
        self._lock = threading.Lock()

    def get(self, key: tuple[str, str, str]) -> Postings | None:
        """What was put under ``key``, if it is still there."""
        with self._lock:
            postings = self._held.get(key)
            if postings is not None:
                self._held.move_to_end(key)
            return postings

    def put(self, key: tuple[str, str, str], postings: Postings) -> None:
        """Keep ``postings``, in place of those not used for longest."""
        if postings.bytes > self._limit:
            return
        with self._lock:
            if key not in self._held:
                self._held[key] = postings
                self._bytes += postings.bytes
            while self._bytes > self._limit:
                _, dropped = self._held.popitem(last=False)
                self._bytes -= dropped.bytes


class Segment:
    """One segment's files, open for reading. Files close when the last user lets go of it.

    Any error of reading becomes IndexDamaged, except that FileNotFoundError while opening is left
    to the caller: a commit removes the files of segments that it merged.
    """

    def __init__(self, folder: Path, segment: Any, cache: PostingsCache) -> None:
        self.name: str = segment.segment_id()
        self.size: int = segment.doc_count_all()
        self._folder = folder
        self._cache = cache
        self._lock = threading.Lock()  # a file has one reading position for all threads
        self._lexicons: dict[str, list[str]] = {}
        self._values: dict[str, Values] = {}
        files = ExitStack()
        weakref.finalize(self, files.close)
        storage = FileStorage(str(folder))
        with self._reading(opening=True):
            codec = segment.codec()
            self._terms_file, self._postings_file = (
                files.enter_context(storage.open_file(segment.make_filename(extension)))
                for extension in (codec.TERMS_EXT, codec.POSTS_EXT)
            )
            terms_length = storage.file_length(segment.make_filename(codec.TERMS_EXT))
            self._terms = W3TermsReader(codec, self._terms_file, terms_length, self._postings_file)
            rows, ids = (
                (folder / codec.column_filename(segment, field)).read_bytes()
                for field in (ROW_FIELD, ID_FIELD)
            )
            self.rows = np.frombuffer(rows, ROW, self.size)
            self.ids = _read_ids(ids, self.size)

    def postings(self, field: str, term: str) -> Postings:
        """Where ``term`` occurs in a Whoosh field."""
        key = (self.name, field, term)
        postings = self._cache.get(key)
        if postings is None:
            with self._reading():
                postings = self._read_postings(field, encode_term(term))
            self._cache.put(key, postings)
        return postings

    def find(self, ids: npt.NDArray[np.bytes_]) -> Numbers:
        """The number of each article of ``ids``, deleted or not, and -1 for those not here.

        Where a batch put an article several times, the last one counts.
        """
        if not self.size:
            return np.full(len(ids), -1, np.int64)
        places = np.searchsorted(self.ids, ids, side="right", sorter=self._id_order) - 1
        numbers = self._id_order[places]
        return np.where(self.ids[numbers] == ids, numbers, -1)

    def frequency(self, field: str, term: str) -> int:
        """In how many articles ``term`` occurs, deleted ones included."""
        with self._reading(), self._lock:
            try:
                return int(self._terms.term_info(field, encode_term(term)).doc_frequency())
            except TermNotFound:
                return 0

    def lexicon(self, field: str) -> list[str]:
        """All terms of a Whoosh field, in order."""
        lexicon = self._lexicons.get(field)
        if lexicon is None:
            with self._reading():
                lexicon = list(self._read_lexicon(field))
            self._lexicons[field] = lexicon
        return lexicon

    def values(self, field: str) -> Values:
        """All terms of a Whoosh field with the articles that have them."""
        values = self._values.get(field)
        if values is None:
            names, docs, starts = [], [NO_NUMBERS], [0]
            for name, postings in self.all_postings(field):
                names.append(name)
                docs.append(postings.docs)
                starts.append(starts[-1] + len(postings.docs))
            values = Values(tuple(names), np.array(starts, np.int64), np.concatenate(docs))
            self._values[field] = values
        return values

    @cached_property
    def _id_order(self) -> Numbers:
        return np.argsort(self.ids, kind="stable")

    def _read_postings(self, field: str, term: bytes) -> Postings:
        with self._lock:
            try:
                info = self._terms.term_info(field, term)
            except TermNotFound:
                return NOWHERE
            content = read_record(self._postings_file, info)
        return decode(content)

    def all_postings(self, field: str) -> Iterator[tuple[str, Postings]]:
        """Every term of a Whoosh field, in order, with where it occurs."""
        with self._reading():
            for term, info in self._term_infos(field):
                with self._lock:
                    content = read_record(self._postings_file, info)
                yield decode_term(term), decode(content)

    def _read_lexicon(self, field: str) -> Iterator[str]:
        if field not in self._terms.indexed_field_names():
            return
        with self._lock:
            place = self._terms._tindex.closest_key_pos(self._terms._keycoder(field, b""))
            end = self._terms._tindex.endofdata
            content = self._terms_file.get(place, end - place)
        number = _FIELD_NUMBER.pack(self._terms._fieldmap[field])
        place = 0
        while place < len(content):
            key_length, data_length = _KEY_AND_DATA.unpack_from(content, place)
            start = place + _KEY_AND_DATA.size
            key = content[start : start + key_length]
            if not key.startswith(number):
                break
            yield decode_term(key[_FIELD_NUMBER.size :])
            place = start + key_length + data_length

    def _term_infos(self, field: str) -> list[tuple[bytes, Any]]:
        with self._lock:
            if field not in self._terms.indexed_field_names():
                return []
            found = []
            for (name, term), info in self._terms.items_from(field, b""):
                if name != field:
                    break
                found.append((term, info))
            return found

    @contextmanager
    def _reading(self, *, opening: bool = False) -> Iterator[None]:
        try:
            yield
        except Exception as error:  # damaged files make Whoosh, pickle and numpy raise anything
            if opening and isinstance(error, FileNotFoundError):
                raise
            raise IndexDamaged(
                f"The search index cannot be read ({self._folder.name}, {self.name}: {error}). "
                "Run manage.py search_index rebuild."
            ) from error


def _read_ids(content: bytes, size: int) -> npt.NDArray[np.bytes_]:
    column = ID_COLUMN.reader(BufferFile(content), 0, len(content), size)
    lengths = np.array(column._lengths, np.int64)
    if size and lengths[0] and (lengths == lengths[0]).all():
        return np.frombuffer(content, f"S{lengths[0]}", size)
    ends = np.cumsum(lengths)
    places = zip((ends - lengths).tolist(), ends.tolist(), strict=True)
    return np.array([content[start:end] for start, end in places], np.bytes_)
