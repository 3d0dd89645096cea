"""How postings lie on disk: each term's as three arrays, read without a loop.

Whoosh's codec is kept for everything else. Its own postings are pickled in small blocks, which
costs ten times the space and most of the time of a commit.

A record is a header (:data:`_HEADER`: number of articles, number of positions, and a code of
``array`` for the width of each of the three arrays), then the article numbers, the first one and
then differences; how often the term occurs in each; and every position, article by article. The
last two are left out for terms without positions. All are unsigned, in the machine's byte order,
which Whoosh checks when it opens an index.
"""

from __future__ import annotations

import struct
from array import array
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from itertools import groupby, pairwise
from operator import itemgetter
from typing import Any

import numpy as np
import numpy.typing as npt
from whoosh.codec.whoosh3 import W3Codec, W3FieldWriter, W3TermInfo
from whoosh.matching import ListMatcher
from whoosh.system import pack_ushort

Numbers = npt.NDArray[np.int64]
Posting = tuple[str, bytes, int, float, bytes]  # field, term, article, weight, positions

POSITION_TYPE = "I"  # of a posting's value while it is on its way to the codec
_HEADER = struct.Struct("=II3c")
NO_NUMBERS: Numbers = np.empty(0, np.int64)


@dataclass(frozen=True, slots=True)
class Postings:
    """Where a term occurs: article numbers, rising, and how often in each; then every position.

    ``positions`` holds those of the first article, then those of the second, and so on; it is
    empty for terms without positions.
    """

    docs: Numbers
    counts: Numbers
    positions: Numbers

    @property
    def bytes(self) -> int:
        """Memory taken, roughly."""
        return self.docs.nbytes + self.counts.nbytes + self.positions.nbytes + 300


NOWHERE = Postings(NO_NUMBERS, NO_NUMBERS, NO_NUMBERS)


class ArchiveCodec(W3Codec):
    """Whoosh's codec with postings as arrays and no lengths beside them."""

    length_stats = False

    def field_writer(self, storage: Any, segment: Any) -> FieldWriter:
        return FieldWriter(self, storage, segment)

    def postings_reader(
        self, dbfile: Any, terminfo: Any, format_: Any, term: Any = None, scorer: Any = None
    ) -> ListMatcher:
        """A matcher, for merging and for Whoosh's own tools; searches use :func:`decode`."""
        postings = decode(read_record(dbfile, terminfo))
        ends = np.cumsum(postings.counts).tolist()
        positions = postings.positions.tolist()
        values = [
            array(POSITION_TYPE, positions[start:end]).tobytes()
            for start, end in pairwise([0, *ends])
        ]
        return ListMatcher(
            postings.docs.tolist(),
            postings.counts.astype(float).tolist(),
            values,
            format=format_,
            scorer=scorer,
            term=term,
            terminfo=terminfo,
        )


class FieldWriter(W3FieldWriter):
    """Writes all postings of a term at once."""

    def add_postings(self, _schema: Any, _lengths: Any, items: Iterable[Posting]) -> None:
        """Write postings that come in the order of field, term and article."""
        for field, postings in groupby(items, key=itemgetter(0)):
            number = self._fieldmap.setdefault(field, len(self._fieldmap))
            for term, group in groupby(postings, key=itemgetter(1)):
                _, _, docs, weights, values = zip(*group, strict=True)
                record = _encode(docs, list(map(int, weights)), b"".join(values))
                info = W3TermInfo()
                info._df, info._weight, info._maxweight = len(docs), sum(weights), max(weights)
                info._minid, info._maxid = docs[0], docs[-1]
                info.set_extent(self._postfile.tell(), len(record))
                self._postfile.write(record)
                self._tindex.add(pack_ushort(number) + term, info.to_bytes())


def read_record(file: Any, info: Any) -> bytes:
    """The record of a term in the file of postings."""
    offset, length = info.extent()
    if isinstance(length, tuple):  # as it is when it was read back from a file
        length = length[0]
    record: bytes = file.get(offset, length)
    return record


def decode(record: bytes) -> Postings:
    """Read a record. Raises ValueError, TypeError or struct.error where it is damaged."""
    size, words, *codes = _HEADER.unpack_from(record)
    if not size:
        raise ValueError("a term without articles")
    sizes = (size, size if words else 0, words)
    arrays = []
    offset = _HEADER.size
    for code, length in zip(codes, sizes, strict=True):
        content = np.frombuffer(record, code.decode("ascii"), length, offset)
        arrays.append(content.astype(np.int64))
        offset += content.nbytes
    docs, counts, positions = arrays
    if not words:
        counts = np.ones(size, np.int64)
    return Postings(np.cumsum(docs), counts, positions)


def _encode(docs: Sequence[int], counts: Sequence[int], positions: bytes) -> bytes:
    words = array(POSITION_TYPE, positions)
    steps = [docs[0], *(after - before for before, after in pairwise(docs))]
    columns = list(map(_narrow, (steps, counts if words else (), words)))
    codes = (column.typecode.encode("ascii") for column in columns)
    return b"".join(
        [_HEADER.pack(len(docs), len(words), *codes), *(column.tobytes() for column in columns)]
    )


def _narrow(values: Sequence[int]) -> array[int]:
    largest = max(values, default=0)
    return array("B" if largest < 1 << 8 else "H" if largest < 1 << 16 else "I", values)


def encode_term(term: str) -> bytes:
    """A term as stored; half a surrogate pair, which a query may hold, is a term like any."""
    return term.encode("utf-8", "surrogatepass")


def decode_term(term: bytes) -> str:
    """The reverse of :func:`encode_term`."""
    return term.decode("utf-8", "surrogatepass")
