"""How postings lie in bytes: many terms are written, or read, at once and without a loop.

The record of a term holds the numbers of its articles, the first one and then differences; how
often it stands in each; and every position, article by article. Each of the three is as wide as
its largest number needs: 1, 2 or 4 bytes, or none for how often, where that is once everywhere,
and none for positions of terms without them. A code of one byte says the three widths.
"""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
import numpy.typing as npt

from archive.engines.whoosh.arrays import Array

Numbers = npt.NDArray[np.int64]

NO_NUMBERS: Numbers = np.empty(0, np.int64)
NO_NUMBERS.flags.writeable = False
_WIDTHS = np.array([0, 1, 2, 4], np.int64)  # by two bits of a code
_ONE, _TWO, _FOUR = 1, 2, 3
_SEARCHED = 16  # so many times fewer numbers are looked up by bisection among others


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


@dataclass(frozen=True, slots=True)
class Block:
    """Postings of many terms, one after another.

    ``terms`` are numbers of terms, rising, and ``sizes`` in how many articles each occurs;
    ``docs`` and ``counts`` are theirs in that order, and ``positions`` as often as ``counts`` says,
    or None.
    """

    terms: Numbers
    sizes: Numbers
    docs: Numbers
    counts: Numbers
    positions: Numbers | None


@dataclass(frozen=True, slots=True)
class Records:
    """The records of many terms: a code and a length in bytes for each, and all their bytes."""

    codes: npt.NDArray[np.uint8]
    lengths: Numbers
    content: npt.NDArray[np.uint8]


def encode(block: Block) -> Records:
    """Write a block, which has at least one term and none without articles."""
    starts = before(block.sizes)
    steps = np.diff(block.docs, prepend=0)
    steps[starts] = block.docs[starts]
    doc_codes = _narrowest(np.maximum.reduceat(steps, starts))
    most = np.maximum.reduceat(block.counts, starts)
    count_codes = np.where(most == 1, 0, _narrowest(most))
    codes = doc_codes | count_codes << 2
    parts = [(doc_codes, block.sizes, steps), (count_codes, block.sizes, block.counts)]
    if block.positions is not None:
        occurrences = np.add.reduceat(block.counts, starts)
        position_codes = _narrowest(np.maximum.reduceat(block.positions, before(occurrences)))
        codes |= position_codes << 4
        parts.append((position_codes, occurrences, block.positions))
    lengths = np.sum([_WIDTHS[code] * sizes for code, sizes, _ in parts], axis=0)
    content = np.empty(int(lengths.sum()), np.uint8)
    begin = before(lengths)
    for code, sizes, values in parts:
        _spread(content, begin, sizes, code, values)
        begin = begin + _WIDTHS[code] * sizes
    return Records(codes.astype(np.uint8), lengths, content)


def decode_many(
    content: Array,
    terms: Array,
    sizes: Array,
    codes: Array,
    starts: Array,
    ends: Array,
    *,
    positions: bool = True,
) -> Block:
    """Read the records of many terms, from ``starts`` to ``ends`` in ``content``.

    Without ``positions`` they are left out; so they are where the records have none.
    """
    sizes = sizes.astype(np.int64)
    begin = starts.astype(np.int64)
    doc_codes, count_codes, position_codes = codes & 3, codes >> 2 & 3, codes >> 4 & 3
    docs = decode_docs(content, sizes, codes, begin)
    begin = begin + _WIDTHS[doc_codes] * sizes
    counts = _gather(content, begin, sizes, count_codes, absent=1)
    found = None
    if positions and position_codes.any():
        begin = begin + _WIDTHS[count_codes] * sizes
        widths = _WIDTHS[position_codes]
        occurrences = (ends.astype(np.int64) - begin) // np.maximum(widths, 1)
        found = _gather(content, begin, occurrences, position_codes)
    return Block(terms.astype(np.int64), sizes, docs, counts, found)


def decode_docs(content: Array, sizes: Numbers, codes: Array, starts: Numbers) -> Numbers:
    """The articles alone of what :func:`decode_many` reads."""
    steps = _gather(content, starts, sizes, codes & 3)
    docs: Numbers = np.cumsum(steps)
    if len(sizes):
        first = before(sizes)
        docs -= np.repeat(docs[first] - steps[first], sizes)
    return docs


def decode(record: Array, size: int, code: int, *, positions: bool = True) -> Postings:
    """Read the record of one term that occurs in ``size`` articles, ``positions`` if wanted."""
    doc_width, count_width, position_width = (
        int(_WIDTHS[code >> shift & 3]) for shift in (0, 2, 4)
    )
    end = size * doc_width
    docs = np.cumsum(record[:end].view(f"<u{doc_width}"), dtype=np.int64)
    if count_width:
        counts = record[end : end + size * count_width].view(f"<u{count_width}").astype(np.int64)
        end += size * count_width
    else:
        counts = np.ones(size, np.int64)
    found = NO_NUMBERS
    if positions and position_width:
        found = record[end:].view(f"<u{position_width}").astype(np.int64)
    return Postings(docs, counts, found)


def decode_some(record: Array, size: int, code: int, wanted: Numbers) -> Postings:
    """What :func:`decode` reads, but of those articles only that are ``wanted``, which rise."""
    doc_width, count_width, position_width = (
        int(_WIDTHS[code >> shift & 3]) for shift in (0, 2, 4)
    )
    end = size * doc_width
    docs = np.cumsum(record[:end].view(f"<u{doc_width}"), dtype=np.int64)
    chosen = _common(docs, wanted)
    if count_width:
        all_counts = record[end : end + size * count_width].view(f"<u{count_width}")
        end += size * count_width
        counts = all_counts.take(chosen).astype(np.int64)
        begin = np.cumsum(all_counts, dtype=np.int64).take(chosen) - counts
    else:
        counts, begin = np.ones(len(chosen), np.int64), chosen
    positions = NO_NUMBERS
    if position_width:
        held = record[end:].view(f"<u{position_width}")
        positions = held.take(stretches(begin, counts)).astype(np.int64)
    return Postings(docs.take(chosen), counts, positions)


def before(sizes: Numbers) -> Numbers:
    """Where each of many stretches of these sizes begins, if they lie one after another."""
    starts: Numbers = np.cumsum(sizes) - sizes
    return starts


def firsts(values: npt.NDArray[np.integer]) -> npt.NDArray[np.bool_]:
    """Where in sorted ``values`` another value begins."""
    begins = np.empty(len(values), np.bool_)
    begins[:1] = True
    np.not_equal(values[1:], values[:-1], out=begins[1:])
    return begins


def run_lengths(begins: Numbers, end: int) -> Numbers:
    """How far it is from each of ``begins`` to the next, and from the last to ``end``."""
    lengths = np.empty_like(begins)
    np.subtract(begins[1:], begins[:-1], out=lengths[:-1])
    lengths[-1:] = end - begins[-1:]
    return lengths


def stretches(begin: Numbers, sizes: Numbers, step: int = 1) -> Numbers:
    """The numbers of stretches of these sizes, which begin at ``begin`` and go by ``step``."""
    total = int(sizes.sum())
    numbers: Numbers = np.arange(0, total * step, step)
    numbers += np.repeat(begin - step * before(sizes), sizes)
    return numbers


def _common(numbers: Numbers, wanted: Numbers) -> Numbers:
    """The places of those of ``numbers`` that are ``wanted``; both rise, without repeats."""
    if not len(wanted) or not len(numbers):
        return NO_NUMBERS
    if len(wanted) * _SEARCHED < len(numbers):
        places = numbers.searchsorted(wanted)
        return places.compress(numbers.take(places, mode="clip") == wanted)
    mask = np.zeros(int(max(numbers[-1], wanted[-1])) + 1, np.bool_)
    mask[wanted] = True
    return np.flatnonzero(mask.take(numbers))


def _narrowest(largest: Numbers) -> Numbers:
    return np.where(largest < 1 << 8, _ONE, np.where(largest < 1 << 16, _TWO, _FOUR))


def _spread(
    content: npt.NDArray[np.uint8], begin: Numbers, sizes: Numbers, codes: Numbers, values: Numbers
) -> None:
    """Write each term's ``values`` as wide as its code says, from its place in ``begin`` on."""
    for code in (_ONE, _TWO, _FOUR):
        chosen = codes == code
        if not chosen.any():
            continue
        width = int(_WIDTHS[code])
        here = values if chosen.all() else values[np.repeat(chosen, sizes)]
        octets = here.astype(f"<u{width}").view(np.uint8)
        places = stretches(begin[chosen], sizes[chosen], width)
        for place in range(width):
            content[places] = octets[place::width]
            places += 1


def _gather(
    content: Array, begin: Numbers, sizes: Numbers, codes: Array, *, absent: int = 0
) -> Numbers:
    """The reverse of :func:`_spread`; ``absent`` stands for what has no width."""
    values = np.full(int(sizes.sum()), absent, np.int64)
    for code in (_ONE, _TWO, _FOUR):
        chosen = codes == code
        if not chosen.any():
            continue
        places = stretches(begin[chosen], sizes[chosen], int(_WIDTHS[code]))
        here = content[places].astype(np.int64)
        for place in range(1, int(_WIDTHS[code])):
            places += 1
            here |= content[places].astype(np.int64) << 8 * place
        if chosen.all():
            return here
        values[np.repeat(chosen, sizes)] = here
    return values
