"""Reading an index whole, to say what is wrong with it."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from itertools import pairwise

import numpy as np

from archive.engines.whoosh.arrays import Arrays
from archive.engines.whoosh.searcher import Part
from archive.engines.whoosh.sections import STEMS, WORDS, Table, decode_term
from archive.engines.whoosh.segment import Segment
from archive.exceptions import IndexDamaged
from archive.search.scoring import ALL_FIELDS

_POSTINGS = 1_000_000  # read at a time, and the rest of one term's


def shelf_damage(parts: Sequence[Part]) -> Iterator[str]:
    """Read every byte and every posting of a shelf; yield a sentence for each wrong thing."""
    for part in parts:
        try:
            with part.segment.reading():
                part.segment.arrays.check()
                found = list(_inconsistencies(part.segment))
            yield from found
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


def _inconsistencies(segment: Segment) -> Iterator[str]:
    """What no checksum can tell: postings that were written wrongly to begin with."""
    for field in ALL_FIELDS:
        lengths = segment.column(f"length.{field}")
        for kind in (WORDS, STEMS):
            name = f"{field}.{kind}"
            held = _words_held(segment.arrays, name, segment.size)
            if held is None:
                yield f"{segment.name}: {name} has terms in articles that are not there."
            elif not np.array_equal(held, lengths):
                yield f"{segment.name}: the words of {name} are not those counted when it was made."
    if not np.array_equal(
        segment.column("id")[segment.column("id.order")], segment.column("id.sorted")
    ):
        yield f"{segment.name}: the ids that are looked up are not those of its articles."


def _words_held(arrays: Arrays, name: str, size: int) -> np.ndarray | None:
    """How often terms occur in each article; None where one is not there."""
    table = Table(arrays, name)
    held = np.zeros(size, np.int64)
    if not len(table.terms):
        return held
    ends = np.cumsum(table.sizes(), dtype=np.int64)
    cuts = ends.searchsorted(np.arange(_POSTINGS, ends[-1], _POSTINGS)) + 1
    for start, stop in pairwise([0, *cuts.tolist(), len(ends)]):
        block = table.block(range(start, stop), positions=False)
        if len(block.docs) and not 0 <= block.docs.min() <= block.docs.max() < size:
            return None
        held += np.bincount(block.docs, block.counts, size).astype(np.int64)
    return held
