"""Fingerprints of texts, by which nearly equal ones are found without comparing them all.

MinHash (A. Z. Broder, "On the resemblance and containment of documents", 1997) over runs of three
words: of each of 64 orders of all runs there are, the first that the text has. Two texts share each
of these as often as they share their runs, so that the share of equal ones is an estimate of their
likeness. A single byte of each is kept (P. Li and A. C. König, "b-Bit Minwise Hashing", 2010). A
few are put together in bands: texts that agree in no band are not compared (J. Leskovec,
A. Rajaraman and J. D. Ullman, "Mining of Massive Datasets", chapter 3).

SimHash would be smaller, but finds cheaply only what differs in three of its 64 bits. A report
whose last paragraph was cut differs in about ten.
"""

from __future__ import annotations

from collections.abc import Sequence
from typing import NamedTuple
from zlib import crc32

import numpy as np
from numpy.typing import NDArray

from archive.text.words import words_spaced

RUN_WORDS = 3
LEAST_WORDS = 30
"""A text of fewer is only alike to one that says exactly the same."""
LEAST_SAME_WORDS = 8
"""One of fewer, headline included, says too little to tell."""
HASHES = 64
BANDS = 6
BAND_BITS = 40
_BAND_HASHES = 2
MOST_CHARACTERS = 20_000
"""What is read of a text; a book is not compared to its end."""
_MOST_BYTES = 4 * MOST_CHARACTERS

# Odd numbers without a pattern (multiples of the golden ratio), the same for all time: what is
# stored was made with them.
_GOLDEN = 0x9E3779B97F4A7C15
_ODD = [(_GOLDEN * number | 1) & 0xFFFFFFFFFFFFFFFF for number in range(1, 200)]
_PLACES = [np.uint64(odd) for odd in _ODD[5 : 5 + RUN_WORDS]]
_MIXED = np.uint64(_ODD[10])
_HALF = np.uint64(32)
_LEFT_OUT = np.uint64(64 - BAND_BITS)
_FACTORS = np.array([odd >> 32 | 1 for odd in _ODD[20 : 20 + HASHES]], np.uint32)[:, None]
_MASKS = np.array([odd >> 32 for odd in _ODD[100 : 100 + HASHES]], np.uint32)[:, None]
_SPREAD = np.uint32(0x85EBCA6B)
_CHANCE = 1 / 256  # that the bytes of two different runs are the same
# Powers of an odd number, and of the one by which it makes 1 modulo 2**64.
_POWERS = np.cumprod(np.full(_MOST_BYTES, _ODD[0], np.uint64))
_UNDONE = np.cumprod(np.full(_MOST_BYTES, pow(_ODD[0], -1, 1 << 64), np.uint64))

_APOSTROPHES = "\u2018\u2019\u02bc"


class Fingerprint(NamedTuple):
    """What is kept of a text.

    ``bands`` are whole numbers of 40 bits, of which texts that are alike nearly always share one;
    ``signature`` tells how alike they are.
    """

    bands: tuple[int, ...]
    signature: bytes


def fingerprint(*, headline: str, summary: str, body: str) -> Fingerprint | None:
    """The fingerprint of an article; None where it says too little to be told from others.

    A body of 30 words or more counts alone, since outlets write headlines of their own. Case,
    punctuation and the shape of apostrophes make no difference. Scripts without spaces are read by
    pairs of characters.
    """
    runs = _runs(_spaced(body))
    if len(runs) > LEAST_WORDS - RUN_WORDS:
        return _of_runs(runs)
    words = _spaced(f"{headline}\n{summary}\n{body}").split()
    if len(words) < LEAST_SAME_WORDS:
        return None
    return _of_runs(np.array([crc32(b" ".join(words))], np.uint32))


def likeness(ones: Sequence[bytes], others: Sequence[bytes]) -> NDArray[np.float64]:
    """How alike each of some signatures is to each of others: a row for each one.

    Numbers go from 0 to 1, which says that the texts have the same runs of words.
    """
    rows, columns = (
        np.frombuffer(b"".join(given), np.uint8).reshape(len(given), HASHES)
        for given in (ones, others)
    )
    shared = (rows[:, None, :] == columns[None, :, :]).mean(axis=2)
    grid: NDArray[np.float64] = ((shared - _CHANCE) / (1 - _CHANCE)).clip(0, 1)
    return grid


def _spaced(text: str) -> bytes:
    """The words of a text, with nothing but spaces between them."""
    text = text[:MOST_CHARACTERS]
    if not text.isascii():
        # Three replacements are faster than one translation.
        for apostrophe in _APOSTROPHES:
            text = text.replace(apostrophe, "'")
    return words_spaced(text.lower()).encode(errors="surrogatepass")[: _MOST_BYTES - 2]


def _runs(spaced: bytes) -> NDArray[np.uint32]:
    """A number for each run of three words. A word's is a polynomial of its bytes, made at once."""
    codes = np.frombuffer(b" %b " % spaced, np.uint8)
    is_space = codes == ord(" ")
    edges = np.flatnonzero(is_space[1:] != is_space[:-1])
    before, last = edges[::2], edges[1::2]
    sums = np.cumsum(codes * _POWERS[: len(codes)])
    words = (sums[last] - sums[before]) * _UNDONE[before]
    first, second, third = _PLACES
    runs = words[:-2] * first + words[1:-1] * second + words[2:] * third
    runs ^= runs >> _HALF
    runs *= _MIXED
    mixed: NDArray[np.uint32] = (runs >> _HALF).astype(np.uint32)
    return mixed


def _of_runs(runs: NDArray[np.uint32]) -> Fingerprint:
    orders = runs ^ _MASKS
    orders *= _FACTORS
    firsts = orders.min(axis=1)
    bands = (firsts[: BANDS * _BAND_HASHES].view(np.uint64) * _MIXED) >> _LEFT_OUT
    signature = ((firsts * _SPREAD) >> np.uint32(24)).astype(np.uint8)
    return Fingerprint(tuple(bands.tolist()), signature.tobytes())
