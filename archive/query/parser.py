"""What a visitor typed, read into nodes. The grammar, in order of binding::

    either   = all ("OR" all)*
    all      = one+                      words side by side; "AND" may stand between them
    one      = ("NOT" | "-")* (group | leaf | field ":" (group | leaf))
    group    = "(" either ")"
    leaf     = word | word"*" | word"~" | "="word | phrase | "="phrase
    phrase   = '"'text'"' | '"'text'"~'number

A field over a group holds for each of its leaves. An unknown name before a colon is a word.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass

from archive.query.bounds import DEFAULT_BOUNDS, QueryBounds
from archive.query.fields import FACET_FIELDS, field_names
from archive.query.leaves import LeafReader
from archive.query.lexer import (
    Fault,
    Kind,
    Lexeme,
    Lexer,
    blank_controls,
    bound_fault,
    fault,
    shortened,
)
from archive.query.nodes import And, Node, Not, Or

_SHOWN_LEFT_OUT = 5  # notes; the rest of a hopeless query is not worth reading


@dataclass(frozen=True, slots=True, kw_only=True)
class ParsedQuery:
    """What was read: ``node`` is None where nothing is asked for.

    ``notes`` are sentences about what was ignored or read otherwise than it may have been meant.
    """

    node: Node | None
    notes: tuple[str, ...] = ()


def parse(
    text: str,
    *,
    bounds: QueryBounds = DEFAULT_BOUNDS,
    facets: Mapping[str, str] = FACET_FIELDS,
) -> ParsedQuery:
    """Read a query. ``facets`` maps the fields that name facets to those facets.

    Raises QueryError, and QueryBoundError where the query is too large; nothing else, whatever the
    text.
    """
    try:
        return _read(text, bounds, facets)
    except Fault as found:
        raise found.error from None


def read_leniently(
    text: str,
    *,
    bounds: QueryBounds = DEFAULT_BOUNDS,
    facets: Mapping[str, str] = FACET_FIELDS,
) -> ParsedQuery:
    """Read what can be read of a query, its faulty parts left out; raises nothing.

    The notes say what was left out.
    """
    left_out: list[str] = []
    while True:
        try:
            parsed = _read(text, bounds, facets)
        except Fault as found:
            left_out.append(text[found.start : found.end].strip())
            text = text[: found.start] + " " * (found.end - found.start) + text[found.end :]
            text = text.rstrip()
        else:
            notes = tuple(f"“{shortened(part)}” was left out." for part in left_out if part)
            return ParsedQuery(
                node=parsed.node, notes=(*dict.fromkeys(notes[:_SHOWN_LEFT_OUT]), *parsed.notes)
            )


def _read(text: str, bounds: QueryBounds, facets: Mapping[str, str]) -> ParsedQuery:
    if len(text) > bounds.characters:
        # A long text is cut where a word ends, if one does.
        cut = text.rfind(" ", 0, bounds.characters + 1)
        raise bound_fault(
            f"A query may have at most {bounds.characters} characters; this one has {len(text)}.",
            cut if cut > 0 else bounds.characters,
            len(text),
            "Shorten it.",
        )
    lexer = Lexer(blank_controls(text), fields=field_names(facets), bounds=bounds)
    parser = _Parser(lexer.lexemes(), bounds, facets)
    node = parser.query()
    return ParsedQuery(node=node, notes=(*lexer.notes, *parser.leaves.notes()))


def _joined(kind: type[And] | type[Or], nodes: list[Node]) -> Node | None:
    """One node of all, without a level that says nothing."""
    flat: list[Node] = []
    for node in nodes:
        if isinstance(node, kind):
            flat.extend(node.children)
        else:
            flat.append(node)
    if len(flat) < 2:
        return flat[0] if flat else None
    return kind(children=tuple(flat))


class _Parser:
    """Recursive descent; every group checks the bound on depth before it goes deeper."""

    def __init__(
        self, lexemes: list[Lexeme], bounds: QueryBounds, facets: Mapping[str, str]
    ) -> None:
        self.leaves = LeafReader(bounds=bounds, facets=facets, end=lexemes[-1].end)
        self._lexemes = lexemes
        self._place = 0
        self._depth = bounds.depth

    def query(self) -> Node | None:
        """The whole query; None where it holds no word."""
        node = self._either(0, "")
        rest = self._lexeme
        if rest.kind is Kind.CLOSE:
            raise fault("This parenthesis closes nothing.", rest.start, rest.end, "Leave it out.")
        return node

    @property
    def _lexeme(self) -> Lexeme:
        return self._lexemes[self._place]

    def _take(self) -> Lexeme:
        lexeme = self._lexemes[self._place]
        self._place += 1
        return lexeme

    def _either(self, depth: int, field: str) -> Node | None:
        nodes: list[Node] = []
        operator: Lexeme | None = None
        while True:
            begin = self._place
            node = self._all(depth, field)
            empty = self._place == begin
            following = self._lexeme if self._lexeme.kind is Kind.OR else None
            if empty and (one := operator or following) is not None:
                raise fault(
                    "OR needs something on both sides.",
                    one.start,
                    one.end,
                    "Write the other word, or quotes around “OR” to search for it.",
                )
            if node is not None:
                nodes.append(node)
            if following is None:
                return _joined(Or, nodes)
            operator = self._take()

    def _all(self, depth: int, field: str) -> Node | None:
        nodes: list[Node] = []
        while True:
            while self._lexeme.kind is Kind.AND:
                self._take()
            if self._lexeme.kind in (Kind.OR, Kind.CLOSE, Kind.END):
                return _joined(And, nodes)
            node = self._one(depth, field)
            if node is not None:
                nodes.append(node)

    def _one(self, depth: int, field: str) -> Node | None:
        negated = False
        while self._lexeme.kind in (Kind.NOT, Kind.MINUS):
            operator = self._take()
            negated = not negated
            if self._lexeme.kind in (Kind.OR, Kind.AND, Kind.CLOSE, Kind.END):
                raise fault(
                    "There is nothing to leave out.",
                    operator.start,
                    operator.end,
                    "Write a word right behind it: -gas, NOT gas.",
                )
        node = self._fielded(depth, field)
        if not negated or node is None:
            return node
        return node.child if isinstance(node, Not) else Not(child=node)

    def _fielded(self, depth: int, field: str) -> Node | None:
        start = self._lexeme.start
        if self._lexeme.kind is Kind.FIELD:
            lexeme = self._take()
            if field:
                raise fault(
                    f"{lexeme.text}: cannot stand within {field}:( ).",
                    lexeme.start,
                    lexeme.end,
                    "Close the parenthesis first.",
                )
            field = lexeme.text
        if self._lexeme.kind is Kind.OPEN:
            return self._group(depth, field)
        exact = self._lexeme.kind is Kind.EXACT
        if exact:
            self._take()
        try:
            return self.leaves.read(self._take(), field, exact=exact)
        except Fault as found:
            found.start = min(found.start, start)  # without its value a field is faulty, too
            raise

    def _group(self, depth: int, field: str) -> Node | None:
        opening = self._take()
        if depth == self._depth:
            raise bound_fault(
                f"Parentheses may stand at most {depth} deep.",
                opening.start,
                opening.end,
                "Leave some out.",
            )
        node = self._either(depth + 1, field)
        if self._lexeme.kind is not Kind.CLOSE:
            raise fault(
                "The closing parenthesis is missing.",
                opening.start,
                opening.end,
                "Write ) where the group ends.",
            )
        if self._lexemes[self._place - 1] is opening:
            self.leaves.ignore("()")
        self._take()
        return node
