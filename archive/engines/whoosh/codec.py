"""Whoosh's seams: a segment, its terms, postings and articles, as Whoosh asks for them.

With these, whoever opens the index with Whoosh's own tools finds what the archive finds. The
archive itself reads arrays (``segment``), and writes them (``writer``).
"""

from __future__ import annotations

from array import array
from collections.abc import Iterator
from itertools import pairwise
from pathlib import Path
from typing import Any

import numpy as np
from whoosh.codec.base import (
    Codec,
    EmptyCursor,
    FieldCursor,
    PerDocumentReader,
    Segment,
    TermsReader,
)
from whoosh.matching import ListMatcher
from whoosh.reading import TermInfo, TermNotFound

from archive.engines.whoosh.arrays import Arrays
from archive.engines.whoosh.postings import NO_NUMBERS, NOWHERE, Numbers, Postings
from archive.engines.whoosh.schema import ID_FIELD, LANGUAGE_FIELD, POSITION_TYPE
from archive.engines.whoosh.sections import (
    FacetColumns,
    Table,
    Texts,
    decode_term,
    encode_term,
)
from archive.search.scoring import ALL_FIELDS

ARRAYS = ".arrays"
Term = tuple[str, bytes]


class ArchiveCodec(Codec):
    """Reads segments that are one file of arrays. They are written by ``writer.ShelfWriter``."""

    length_stats = False

    def new_segment(self, storage: Any, indexname: str) -> ArchiveSegment:
        return ArchiveSegment(indexname)

    def terms_reader(self, storage: Any, segment: ArchiveSegment) -> ArrayTerms:
        return ArrayTerms(segment.open(Path(storage.folder)))

    def per_document_reader(self, storage: Any, segment: ArchiveSegment) -> ArrayDocuments:
        return ArrayDocuments(segment)


class ArchiveSegment(Segment):
    """A segment as the list of segments keeps it: its number of articles and which are deleted."""

    def __init__(self, indexname: str, size: int = 0) -> None:
        super().__init__(indexname)
        self._size = size
        self._deleted = np.zeros(size, np.bool_)

    def __getstate__(self) -> dict[str, Any]:
        bits = np.packbits(self._deleted).tobytes() if self._deleted.any() else b""
        return {"indexname": self.indexname, "segid": self.segid, "size": self._size, "bits": bits}

    def __setstate__(self, state: dict[str, Any]) -> None:
        self.indexname, self.segid, self.compound = state["indexname"], state["segid"], False
        self._size = state["size"]
        bits = np.frombuffer(state["bits"] or bytes(-(-self._size // 8)), np.uint8)
        self._deleted = np.unpackbits(bits, count=self._size).astype(np.bool_)

    def codec(self) -> ArchiveCodec:
        return ArchiveCodec()

    def open(self, folder: Path) -> Arrays:
        """The segment's arrays. Raises FileNotFoundError and Damaged."""
        return Arrays(folder / self.make_filename(ARRAYS))

    @property
    def deleted(self) -> np.ndarray[Any, np.dtype[np.bool_]]:
        """Which articles are deleted."""
        return self._deleted

    def should_assemble(self) -> bool:
        return False

    def set_doc_count(self, doccount: int) -> None:
        self._size = doccount
        self._deleted = np.zeros(doccount, np.bool_)

    def doc_count_all(self) -> int:
        return self._size

    def deleted_count(self) -> int:
        return int(np.count_nonzero(self._deleted))

    def deleted_docs(self) -> Iterator[int]:
        return iter(np.flatnonzero(self._deleted).tolist())

    def delete_document(self, docnum: int, delete: bool = True) -> None:
        self._deleted[docnum] = delete

    def is_deleted(self, docnum: int) -> bool:
        # Whoosh looks beyond the end when it inverts a match.
        return docnum < self._size and bool(self._deleted[docnum])


class ArrayDocuments(PerDocumentReader):
    """What Whoosh asks of articles: how many there are and which are deleted."""

    def __init__(self, segment: ArchiveSegment) -> None:
        self._segment = segment

    def close(self) -> None:
        pass

    def doc_count(self) -> int:
        return int(self._segment.doc_count())

    def doc_count_all(self) -> int:
        return self._segment.doc_count_all()

    def has_deletions(self) -> bool:
        return bool(self._segment.has_deletions())

    def is_deleted(self, docnum: int) -> bool:
        return self._segment.is_deleted(docnum)

    def deleted_docs(self) -> Iterator[int]:
        return self._segment.deleted_docs()

    def supports_columns(self) -> bool:
        return False

    def has_column(self, fieldname: str) -> bool:
        return False

    def doc_field_length(self, docnum: int, fieldname: str, default: int = 0) -> int:
        return default

    def field_length(self, fieldname: str) -> int:
        return 0

    min_field_length = max_field_length = field_length

    def has_vector(self, docnum: int, fieldname: str) -> bool:
        return False

    def stored_fields(self, docnum: int) -> dict[str, Any]:
        return {}


class ArrayTerms(TermsReader):
    """The terms of all fields with their postings."""

    def __init__(self, arrays: Arrays) -> None:
        self._arrays = arrays

    def __contains__(self, term: Term) -> bool:
        return len(self._postings(*term).docs) > 0

    def cursor(self, fieldname: str, fieldobj: Any) -> FieldCursor:
        terms = [term for _, term in self._terms_of(fieldname)]
        return ArrayCursor(self, fieldname, fieldobj, terms) if terms else EmptyCursor()

    def indexed_field_names(self) -> list[str]:
        facets = [
            name.removesuffix(".first")
            for name in self._arrays
            if name.startswith("facet.") and name.endswith(".first")
        ]
        tables = [name.removesuffix(".terms") for name in self._arrays if name.endswith(".terms")]
        return [ID_FIELD, LANGUAGE_FIELD, *facets, *tables]

    def terms(self) -> Iterator[Term]:
        for name in sorted(self.indexed_field_names()):
            yield from self._terms_of(name)

    def terms_from(self, fieldname: str, prefix: bytes) -> Iterator[Term]:
        for term in self.terms():
            if term >= (fieldname, prefix):
                yield term

    def items(self) -> Iterator[tuple[Term, TermInfo]]:
        for term in self.terms():
            yield term, self.term_info(*term)

    def items_from(self, fieldname: str, prefix: bytes) -> Iterator[tuple[Term, TermInfo]]:
        for term in self.terms_from(fieldname, prefix):
            yield term, self.term_info(*term)

    def term_info(self, fieldname: str, text: bytes) -> TermInfo:
        postings = self._postings(fieldname, text)
        if not len(postings.docs):
            raise TermNotFound(f"{fieldname}:{text!r}")
        return TermInfo(
            weight=float(postings.counts.sum()),
            df=len(postings.docs),
            maxweight=float(postings.counts.max()),
            minlength=0,
            minid=int(postings.docs[0]),
            maxid=int(postings.docs[-1]),
        )

    def frequency(self, fieldname: str, text: bytes) -> float:
        return float(self._postings(fieldname, text).counts.sum())

    def doc_frequency(self, fieldname: str, text: bytes) -> int:
        return len(self._postings(fieldname, text).docs)

    def matcher(self, fieldname: str, text: bytes, format_: Any, scorer: Any = None) -> ListMatcher:
        postings = self._postings(fieldname, text)
        if not len(postings.docs):
            raise TermNotFound(f"{fieldname}:{text!r}")
        ends = np.cumsum(postings.counts).tolist() if len(postings.positions) else []
        positions = postings.positions.tolist()
        return ListMatcher(
            postings.docs.tolist(),
            postings.counts.astype(float).tolist(),
            [
                array(POSITION_TYPE, positions[start:end]).tobytes()
                for start, end in pairwise([0, *ends])
            ],
            format=format_,
            scorer=scorer,
            term=(fieldname, text),
            terminfo=self.term_info(fieldname, text),
        )

    def close(self) -> None:
        pass

    def _terms_of(self, fieldname: str) -> Iterator[Term]:
        if fieldname == ID_FIELD:
            terms = sorted(self._arrays["id"].tolist())
        else:
            terms = [encode_term(text) for text in self._texts_of(fieldname)]
        for term in terms:
            yield fieldname, term

    def _texts_of(self, fieldname: str) -> list[str]:
        if fieldname == LANGUAGE_FIELD:
            return Texts(self._arrays, "languages").decoded()
        field, _, kind = fieldname.rpartition(".")
        if field not in ALL_FIELDS:
            return Texts(self._arrays, f"{fieldname}.values").decoded()
        texts = Texts(self._arrays, kind).decoded()
        return [texts[term] for term in Table(self._arrays, fieldname).terms.tolist()]

    def _postings(self, fieldname: str, text: bytes) -> Postings:
        field, _, kind = fieldname.rpartition(".")
        if fieldname == ID_FIELD:
            return _once(np.flatnonzero(self._arrays["id"] == text))
        if fieldname == LANGUAGE_FIELD:
            number = Texts(self._arrays, "languages").find(decode_term(text))
            return _once(np.flatnonzero(self._arrays["language"] == number))
        if field in ALL_FIELDS:
            table = Table(self._arrays, fieldname)
            number = Texts(self._arrays, kind).find(decode_term(text))
            return table.postings(table.row(number)) if number >= 0 else NOWHERE
        if f"{fieldname}.first" not in self._arrays:
            return NOWHERE
        number = Texts(self._arrays, f"{fieldname}.values").find(decode_term(text))
        columns = FacetColumns.read(self._arrays, fieldname.partition(".")[2])
        return _once(columns.having(number + 1)) if number >= 0 else NOWHERE


class ArrayCursor(FieldCursor):
    """Goes through the terms of a field, as Whoosh's spelling does."""

    def __init__(self, reader: ArrayTerms, name: str, field: Any, terms: list[bytes]) -> None:
        self._reader = reader
        self._name = name
        self._field = field
        self._terms = terms
        self._place = 0

    def first(self) -> str | None:
        self._place = 0
        return self.text()

    def find(self, string: bytes | str) -> str | None:
        wanted = string if isinstance(string, bytes) else encode_term(string)
        self._place = int(np.searchsorted(np.array(self._terms, object), wanted))
        return self.text()

    def next(self) -> str | None:
        self._place += 1
        return self.text()

    def text(self) -> str | None:
        return decode_term(self._terms[self._place]) if self.is_valid() else None

    term = text

    def term_info(self) -> TermInfo:
        return self._reader.term_info(self._name, self._terms[self._place])

    def is_valid(self) -> bool:
        return self._place < len(self._terms)


def _once(docs: Numbers) -> Postings:
    return Postings(docs, np.ones(len(docs), np.int64), NO_NUMBERS)
