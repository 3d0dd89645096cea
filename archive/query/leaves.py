"""One word, phrase or value of a query as a node."""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Mapping
from datetime import date, timedelta

from archive.exceptions import DateError
from archive.query.bounds import QueryBounds
from archive.query.fields import BATCH_FIELD, DATE_FIELDS, ID_FIELD, TEXT_FIELDS
from archive.query.lexer import OPERATORS, Kind, Lexeme, bound_fault, fault, shortened
from archive.query.nodes import (
    Batch,
    Dated,
    Field,
    Fuzzy,
    Identified,
    Node,
    Phrase,
    Prefix,
    Tagged,
    Undated,
    Word,
)
from archive.text.analysis import is_unspaced, query_tokens
from archive.text.dates import read_period

_INITIALS = re.compile(r"(?:[^\W\d_]\.)+[^\W\d_]")
_IDENTIFIER = re.compile(r"[A-Za-z0-9][A-Za-z0-9_-]{0,63}")
_RUN_NUMBER = re.compile(r"[0-9]{1,18}")
_SHOWN_IGNORED = 5
_SIGNS = ":*~="  # what a word may hold but could not be typed with again
_DATE_HINT = "Write date:2025, date:2025-06, date:2025-05-01..2025-06-30 or date:none."


class LeafReader:
    """Reads the leaves of one query and counts them against its bounds.

    ``end`` is the length of the query.
    """

    def __init__(self, *, bounds: QueryBounds, facets: Mapping[str, str], end: int) -> None:
        self._bounds = bounds
        self._facets = facets
        self._end = end
        self._terms = 0
        self._wildcards = 0
        self._ignored: dict[str, None] = {}

    def ignore(self, part: str) -> None:
        """Take note of a part without a word in it."""
        self._ignored[part] = None

    def notes(self) -> list[str]:
        """What was dropped because there is no word in it."""
        if not self._ignored:
            return []
        shown = [f"“{shortened(part, 20)}”" for part in self._ignored][:_SHOWN_IGNORED]
        more = "" if len(self._ignored) <= _SHOWN_IGNORED else " and more"
        return [f"Ignored, as there is no word in it: {', '.join(shown)}{more}."]

    def read(self, lexeme: Lexeme, field: str, *, exact: bool) -> Node | None:
        """The node of a word or a quoted text behind ``field`` (empty: no field).

        None where there is no word in it. Raises Fault.
        """
        if field in self._facets:
            return self._tagged(lexeme, field)
        if field in DATE_FIELDS:
            self._count(1, lexeme)
            return _dated(lexeme, field)
        if field == ID_FIELD:
            self._count(1, lexeme)
            if _IDENTIFIER.fullmatch(lexeme.text) is None:
                raise fault(
                    "This is not the id of an article.",
                    lexeme.start,
                    lexeme.end,
                    "An id is the last part of the article's address.",
                )
            return Identified(id=lexeme.text)
        if field == BATCH_FIELD:
            self._count(1, lexeme)
            if _RUN_NUMBER.fullmatch(lexeme.text) is None:
                raise fault(
                    "This is not the number of an import run.",
                    lexeme.start,
                    lexeme.end,
                    "Write its number alone: batch:12.",
                )
            return Batch(run=int(lexeme.text))
        return self._text(lexeme, TEXT_FIELDS.get(field, Field.ANY), exact=exact)

    def _tagged(self, lexeme: Lexeme, field: str) -> Node:
        self._count(1, lexeme)
        name = " ".join(lexeme.text.split())
        if lexeme.kind is Kind.WORD:
            name = name.rstrip(",;") or name
            if name.endswith(("*", "~")):
                raise fault(
                    f"{field}: takes whole names.",
                    lexeme.start,
                    lexeme.end,
                    f"Write the name without {name[-1]}, in quotes if it has several words.",
                )
        if not name:
            raise fault(
                f"There is no name after {field}:",
                lexeme.start,
                lexeme.end,
                f"Write one: {field}:name or {field}:“a longer name”.",
            )
        return Tagged(facet=self._facets[field], name=name)

    def _text(self, lexeme: Lexeme, field: Field, *, exact: bool) -> Node | None:
        # Some keyboards send letters in parts; articles hold them composed.
        text = unicodedata.normalize("NFC", lexeme.text)
        ending = ""
        if lexeme.kind is Kind.WORD:
            self._check_signs(lexeme)
            if len(text) > 1 and text[-1] in "*~":
                text, ending = text[:-1], text[-1]
        tokens = query_tokens(text)
        if not tokens:
            self.ignore(" ".join(lexeme.text.split()) or '""')
            return None
        longest = max(token.end - token.start for token in tokens)
        if longest > self._bounds.token_length:
            raise bound_fault(
                f"A word may have at most {self._bounds.token_length} characters; "
                f"this one has {longest}.",
                lexeme.start,
                lexeme.end,
                "Shorten it.",
            )
        words, end = 0, 0
        for token in tokens:
            if token.start >= end:  # pairs of an unspaced script overlap
                words, end = words + 1, token.end
        self._count(words, lexeme)
        end = tokens[-1].end
        if text[end : end + 1] == "." and _INITIALS.fullmatch(text, tokens[0].start, end):
            end += 1  # U.S. is shown and typed again with its last point
        text = text[tokens[0].start : end]
        if ending:
            return self._wildcard(lexeme, text, ending, tokens[-1].form, field)
        if lexeme.kind is Kind.QUOTED:
            return Phrase(text=" ".join(text.split()), exact=exact, slop=lexeme.slop, field=field)
        # A word that could not be typed again as it is stands in quotes.
        if any(sign in text for sign in _SIGNS) or text in OPERATORS:
            return Phrase(text=text, exact=exact, field=field)
        # One character of a script without spaces is the beginning of all words that it stands in.
        if not exact and len(tokens[-1].form) == 1 and is_unspaced(tokens[-1].form):
            return Prefix(text=text, field=field)
        return Word(text=text, exact=exact, field=field)

    def _check_signs(self, lexeme: Lexeme) -> None:
        text, start, end = lexeme.text, lexeme.start, lexeme.end
        star = text.find("*")
        if star == 0:
            raise fault(
                "A star cannot stand alone or in front of a word.",
                start,
                end,
                "Put it behind three letters or more: exchang*. An empty query finds everything.",
            )
        if 0 < star < len(text) - 1:
            raise fault(
                "A star cannot stand within a word.",
                start,
                end,
                f"Put it at the end: {shortened(text[:star])}*",
                at=start + star,
            )
        if re.search("~[0-9]+$", text):
            raise fault(
                "A tilde behind a word takes no number.",
                start,
                end,
                f"Write {shortened(text[: text.rindex('~')])}~ for words one or two letters off.",
                at=start + text.rindex("~"),
            )

    def _wildcard(
        self, lexeme: Lexeme, text: str, ending: str, last: str, field: Field
    ) -> Prefix | Fuzzy:
        self._wildcards += 1
        if self._wildcards > self._bounds.wildcards:
            raise bound_fault(
                f"A query may have at most {self._bounds.wildcards} words with a star or a tilde.",
                lexeme.start,
                lexeme.end,
                "Leave one out.",
            )
        if any(sign in text for sign in _SIGNS):
            raise fault(
                f"A {'star' if ending == '*' else 'tilde'} cannot stand behind this.",
                lexeme.start,
                lexeme.end,
                "Put it behind one word of letters and digits.",
            )
        if ending == "~":
            return Fuzzy(text=text, field=field)
        needed = self._bounds.prefix_letters
        if len(last) < needed and not is_unspaced(last[-1]):
            raise fault(
                f"At least {needed} letters must stand before a star.",
                lexeme.start,
                lexeme.end,
                "Write more of the word.",
            )
        return Prefix(text=text, field=field)

    def _count(self, terms: int, lexeme: Lexeme) -> None:
        self._terms += terms
        if self._terms > self._bounds.terms:
            raise bound_fault(
                f"A query may have at most {self._bounds.terms} words and conditions.",
                lexeme.start,
                self._end,
                "Leave some out.",
            )


def _dated(lexeme: Lexeme, field: str) -> Dated | Undated:
    text = lexeme.text.strip()
    try:
        if field == "date":
            if text.lower() == "none":
                return Undated()
            first, dots, last = text.partition("..")
            if not dots:
                period = read_period(text)
                return Dated(lower=period.lower, upper=period.upper)
            lower = read_period(first).lower if first else None
            upper = read_period(last).upper if last else None
            return _ordered(lexeme, lower, upper)
        period = read_period(text)
    except DateError:
        raise fault(
            f"“{shortened(text)}” is not a date.", lexeme.start, lexeme.end, _DATE_HINT
        ) from None
    edge = period.upper if field == "after" else period.lower
    if edge in (date.min, date.max):
        raise fault(f"No day is {field} {text}.", lexeme.start, lexeme.end, _DATE_HINT)
    if field == "after":
        return Dated(lower=edge + timedelta(days=1))
    return Dated(upper=edge - timedelta(days=1))


def _ordered(lexeme: Lexeme, lower: date | None, upper: date | None) -> Dated:
    if lower is None and upper is None:
        raise fault("There is no date.", lexeme.start, lexeme.end, _DATE_HINT)
    if lower is not None and upper is not None and upper < lower:
        raise fault(
            "These dates end before they begin.",
            lexeme.start,
            lexeme.end,
            "Write the earlier one first.",
        )
    return Dated(lower=lower, upper=upper)
