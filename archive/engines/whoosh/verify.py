"""Reading an index whole, to say what is wrong with it."""

from __future__ import annotations

from collections.abc import Iterator, Sequence

import numpy as np

from archive.engines.whoosh.codec import decode_term
from archive.engines.whoosh.schema import (
    ID_FIELD,
    LANGUAGE_FIELD,
    facet_field,
    forms_field,
    stems_field,
)
from archive.engines.whoosh.searcher import Part
from archive.engines.whoosh.segment import Segment
from archive.exceptions import IndexDamaged
from archive.search.facets import FacetSpec
from archive.search.scoring import ALL_FIELDS


def shelf_damage(parts: Sequence[Part], facets: Sequence[FacetSpec]) -> Iterator[str]:
    """Read every term and row of a shelf; yield a sentence for each thing that is wrong."""
    for part in parts:
        try:
            yield from _segment_damage(part.segment, facets)
        except IndexDamaged as error:
            yield str(error)


def twice(shelves: Sequence[Sequence[Part]]) -> Iterator[str]:
    """Yield a sentence for each article that is held more than once."""
    ids = [
        np.delete(part.segment.ids, part.deleted).astype(np.bytes_)
        for shelf in shelves
        for part in shelf
    ]
    if ids:
        held, counts = np.unique(np.concatenate(ids), return_counts=True)
        for id_ in held[counts > 1].tolist():
            yield f"Article {decode_term(id_)} is in the index more than once."


def _segment_damage(segment: Segment, facets: Sequence[FacetSpec]) -> Iterator[str]:
    for field in ALL_FIELDS:
        for name in (forms_field(field), stems_field(field)):
            words = np.zeros(segment.size, np.int64)
            for term, postings in segment.all_postings(name):
                if not _sound(postings.docs, segment.size):
                    yield f"{segment.name}: {name} {term!r} stands in articles that are not there."
                elif int(postings.counts.sum()) != len(postings.positions):
                    yield f"{segment.name}: {name} {term!r} has lost positions."
                else:
                    words[postings.docs] += postings.counts
            if not np.array_equal(words, segment.rows[field]):
                yield f"{segment.name}: the words of {name} are not those counted when it was made."
    for name in (LANGUAGE_FIELD, *(facet_field(spec.name) for spec in facets)):
        for term, postings in segment.all_postings(name):
            if not _sound(postings.docs, segment.size):
                yield f"{segment.name}: {name} {term!r} stands in articles that are not there."
    looked_up = {
        (term, number)
        for term, postings in segment.all_postings(ID_FIELD)
        for number in postings.docs.tolist()
    }
    if looked_up != {(decode_term(id_), place) for place, id_ in enumerate(segment.ids.tolist())}:
        yield f"{segment.name}: the ids that are looked up are not those of its articles."


def _sound(docs: np.ndarray[tuple[int], np.dtype[np.int64]], size: int) -> bool:
    return bool(len(docs)) and docs[0] >= 0 and docs[-1] < size and bool((np.diff(docs) > 0).all())
