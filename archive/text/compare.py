"""What differs between two wordings of a text: first by paragraph, then by word."""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import dataclass
from difflib import SequenceMatcher
from enum import StrEnum
from itertools import pairwise

MAX_COMPARED_WORDS = 2_000  # comparing takes quadratic time; longer passages are shown whole
_CONTEXT_WORDS = 12
_PIECE = re.compile(r"\s+|[^\s]+")


class Change(StrEnum):
    """What became of a piece of text."""

    KEPT = "kept"
    ADDED = "added"
    REMOVED = "removed"
    SKIPPED = "skipped"


@dataclass(frozen=True, slots=True, kw_only=True)
class Piece:
    """A run of text with one fate. Of ``SKIPPED`` text, unchanged and far away, nothing is left."""

    change: Change
    text: str = ""


def compare_texts(before: str, after: str) -> tuple[Piece, ...]:
    """The pieces that lead from ``before`` to ``after``, with some words around each change.

    Without the skipped ones, kept and removed pieces together are within ``before``, and kept and
    added ones within ``after``. Equal texts give no piece.
    """
    if before == after:
        return ()
    return tuple(_with_context(list(_joined(_paragraph_pieces(before, after)))))


def _paragraph_pieces(before: str, after: str) -> Iterator[Piece]:
    old, new = _paragraphs(before), _paragraphs(after)
    for tag, i, j, k, m in SequenceMatcher(None, old, new, autojunk=False).get_opcodes():
        removed, added = "".join(old[i:j]), "".join(new[k:m])
        if tag == "equal":
            yield Piece(change=Change.KEPT, text=removed)
        else:
            yield from _word_pieces(removed, added)


def _paragraphs(text: str) -> list[str]:
    """The paragraphs, each with the line breaks after it: joined they are the text again."""
    ends = [match.end() for match in re.finditer(r"\n+", text)]
    return [text[i:j] for i, j in pairwise([0, *ends, len(text)]) if i < j]


def _word_pieces(before: str, after: str) -> Iterator[Piece]:
    old, new = _PIECE.findall(before), _PIECE.findall(after)
    if max(len(old), len(new)) > 2 * MAX_COMPARED_WORDS:
        yield Piece(change=Change.REMOVED, text=before)
        yield Piece(change=Change.ADDED, text=after)
        return
    for tag, i, j, k, m in SequenceMatcher(None, old, new, autojunk=False).get_opcodes():
        if tag == "equal":
            yield Piece(change=Change.KEPT, text="".join(old[i:j]))
            continue
        yield Piece(change=Change.REMOVED, text="".join(old[i:j]))
        yield Piece(change=Change.ADDED, text="".join(new[k:m]))


def _joined(pieces: Iterator[Piece]) -> Iterator[Piece]:
    """Neighbours with the same fate as one, empty ones left out."""
    held: Piece | None = None
    for piece in pieces:
        if not piece.text:
            continue
        if held is not None and held.change is piece.change:
            held = Piece(change=held.change, text=held.text + piece.text)
            continue
        if held is not None:
            yield held
        held = piece
    if held is not None:
        yield held


def _with_context(pieces: list[Piece]) -> Iterator[Piece]:
    for place, piece in enumerate(pieces):
        if piece.change is not Change.KEPT:
            yield piece
            continue
        words = _PIECE.findall(piece.text)
        head = 0 if place == 0 else 2 * _CONTEXT_WORDS
        tail = 0 if place == len(pieces) - 1 else 2 * _CONTEXT_WORDS
        if len(words) <= head + tail + 1:
            yield piece
            continue
        if head:
            yield Piece(change=Change.KEPT, text="".join(words[:head]))
        yield Piece(change=Change.SKIPPED)
        if tail:
            yield Piece(change=Change.KEPT, text="".join(words[-tail:]))
