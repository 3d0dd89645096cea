"""A query cut into lexemes. Positions are those of the query as typed."""

from __future__ import annotations

import re
import unicodedata
from dataclasses import dataclass
from enum import Enum, auto

from archive.exceptions import QueryBoundError, QueryError
from archive.query.bounds import QueryBounds
from archive.query.fields import nearest_field

# Phones and other languages' keyboards write quotes in many ways; each closes any other.
QUOTES = '"\u201c\u201d\u201e\u201f\u00ab\u00bb\uff02'
OPERATORS = ("OR", "AND", "NOT")
# Between Hebrew letters it marks an abbreviation.
_LETTER_BEFORE, _LETTER_BEHIND = "(?<=[\u05d0-\u05ea])", "(?=[\u05d0-\u05ea])"
_RUN = re.compile(rf'(?:[^\s(){QUOTES}]|{_LETTER_BEFORE}["\u201d]{_LETTER_BEHIND})+')
_CLOSING_QUOTE = re.compile(f'(?!{_LETTER_BEFORE}["\u201d]{_LETTER_BEHIND})[{QUOTES}]')
_SLOP = re.compile(r"~([0-9]*)")


class Kind(Enum):
    """What a lexeme is. MINUS, EXACT and FIELD stand directly before what they apply to."""

    WORD = auto()
    QUOTED = auto()
    FIELD = auto()
    EXACT = auto()
    MINUS = auto()
    OPEN = auto()
    CLOSE = auto()
    OR = auto()
    AND = auto()
    NOT = auto()
    END = auto()


@dataclass(frozen=True, slots=True, kw_only=True)
class Lexeme:
    """A piece of the query. ``text`` is without quotes or colon; fields are in lower case."""

    kind: Kind
    text: str
    start: int
    end: int
    slop: int = 0


class Fault(Exception):
    """An error and the part of the query without which it would not be."""

    def __init__(self, error: QueryError, start: int, end: int) -> None:
        super().__init__(str(error))
        self.error = error
        self.start = start
        self.end = end


def fault(message: str, start: int, end: int, hint: str = "", *, at: int | None = None) -> Fault:
    """The fault of a query that cannot be read; ``at`` is its position if not ``start``."""
    position = start if at is None else at
    return Fault(QueryError(message, position=position, hint=hint), start, end)


def bound_fault(message: str, start: int, end: int, hint: str) -> Fault:
    """The fault of a query that is too large."""
    return Fault(QueryBoundError(message, position=start, hint=hint), start, end)


def shortened(text: str, limit: int = 40) -> str:
    """``text`` for use within a message."""
    return text if len(text) <= limit else f"{text[: limit - 1]}…"


def blank_controls(text: str) -> str:
    """``text`` with a space for each character that cannot be typed or stored, lengths kept."""
    if text.isprintable():
        return text
    return "".join(
        " " if unicodedata.category(character) in ("Cc", "Cs", "Cn") else character
        for character in text
    )


class Lexer:
    """Cuts one query. ``notes`` holds sentences on what was read as plain text."""

    def __init__(self, text: str, *, fields: frozenset[str], bounds: QueryBounds) -> None:
        self.text = text
        self.notes: list[str] = []
        self._fields = fields
        self._bounds = bounds
        self._place = 0

    def lexemes(self) -> list[Lexeme]:
        """Everything up to and with END. Raises Fault."""
        found: list[Lexeme] = []
        while (lexeme := self._next(found[-1].kind if found else None)) is not None:
            found.append(lexeme)
        end = len(self.text)
        return [*found, Lexeme(kind=Kind.END, text="", start=end, end=end)]

    def _next(self, before: Kind | None) -> Lexeme | None:
        text = self.text
        if before is not Kind.FIELD:
            while self._place < len(text) and text[self._place].isspace():
                self._place += 1
        start = self._place
        if start == len(text):
            return None
        character, following = text[start], text[start + 1 : start + 2]
        if character in QUOTES:
            return self._quoted(start)
        if character in "()":
            return self._emit(Kind.OPEN if character == "(" else Kind.CLOSE, start, start + 1)
        if character == "-" and before is Kind.FIELD:
            run = _RUN.match(text, start)
            raise fault(
                "A minus cannot stand behind a colon.",
                start,
                run.end() if run else start + 1,
                "Put it in front of the field: -party:russia.",
            )
        # A sign within a word, or alone between spaces, is punctuation.
        attached = bool(following) and not following.isspace() and following != ")"
        begins = start == 0 or text[start - 1].isspace() or text[start - 1] == "("
        if attached and (begins or before in (Kind.MINUS, Kind.FIELD)):
            if character == "-":
                return self._emit(Kind.MINUS, start, start + 1)
            if character == "=" and following != "(":
                return self._emit(Kind.EXACT, start, start + 1)
        return self._run(start, plain=before in (Kind.FIELD, Kind.EXACT))

    def _emit(self, kind: Kind, start: int, end: int, text: str = "", slop: int = 0) -> Lexeme:
        self._place = end
        return Lexeme(kind=kind, text=text or self.text[start:end], start=start, end=end, slop=slop)

    def _quoted(self, start: int) -> Lexeme:
        closing = _CLOSING_QUOTE.search(self.text, start + 1)
        if closing is None:
            raise fault(
                "The closing quote is missing.",
                start,
                start + 1,
                f"Did you mean {shortened(self.text[start:].strip(), 80)}{self.text[start]}"
                if self.text[start] == '"'
                else "Put one at the end of the phrase.",
            )
        inner = self.text[start + 1 : closing.start()]
        slop = _SLOP.match(self.text, closing.end())
        if slop is None:
            return self._emit(Kind.QUOTED, start, closing.end(), inner or " ")
        if not slop[1]:
            raise fault(
                "There is no number after the tilde.",
                slop.start(),
                slop.end(),
                f"Write how many words apart they may be: "
                f'"{shortened(inner)}"~{min(5, self._bounds.slop)}.',
            )
        if len(slop[1]) > 4 or int(slop[1]) > self._bounds.slop:
            raise bound_fault(
                f"The words of a phrase may be at most {self._bounds.slop} words apart.",
                slop.start(),
                slop.end(),
                f"Write ~{self._bounds.slop} or less.",
            )
        return self._emit(Kind.QUOTED, start, slop.end(), inner or " ", int(slop[1]))

    def _run(self, start: int, *, plain: bool) -> Lexeme:
        """A run of characters without spaces: a word, an operator, or a field and its colon."""
        match = _RUN.match(self.text, start)
        assert match is not None  # noqa: S101 - spaces, quotes and parentheses were taken before
        run = match[0]
        if plain:
            return self._emit(Kind.WORD, start, match.end())
        if run in OPERATORS:
            return self._emit(Kind[run], start, match.end())
        name, colon, _ = run.partition(":")
        if colon:
            name = name.lower()
            if name in self._fields:
                return self._field(name, start, start + len(name) + 1)
            nearest = nearest_field(name, self._fields)
            if nearest is not None:
                self.notes.append(
                    f"“{name}:” is not a field and was read as a word; did you mean {nearest}:?"
                )
        return self._emit(Kind.WORD, start, match.end())

    def _field(self, name: str, start: int, end: int) -> Lexeme:
        following = self.text[end : end + 1]
        if not following or following.isspace() or following == ")":
            behind = "" if following == ")" else self.text[end:]
            example = next(iter(behind.split()), "…")
            raise fault(
                f"There is nothing after {name}:",
                start,
                end,
                f"Write the value right behind the colon: {name}:{shortened(example)}",
            )
        return self._emit(Kind.FIELD, start, end, name)
