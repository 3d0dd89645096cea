"""Nodes written as a query that parses back to the same nodes."""

from __future__ import annotations

import calendar
import re
from datetime import date

from archive.query.nodes import (
    And,
    Batch,
    Dated,
    Field,
    Fuzzy,
    Identified,
    Leaf,
    Node,
    Not,
    Or,
    Phrase,
    Prefix,
    Synonyms,
    Tagged,
    Undated,
    Word,
)

_BARE_NAME = re.compile(r"[^\W_](?:[\w.'\u2019&/-]*\w)?")


def print_query(node: Node | None) -> str:
    """Return what to type for ``node``; empty for None.

    For every node that the parser yields, ``parse`` reads the same node from it, the bounds on
    length aside: a field over a group is written out for each leaf.
    """
    match node:
        case None:
            return ""
        case Or(children=children):
            return " OR ".join(print_query(child) for child in children)
        case And(children=children):
            return " ".join(_within(child, Or) for child in children)
        case Not(child=child):
            return f"-{_within(child, Or, And)}"
        case _:
            return _leaf(node)


def _within(node: Node, *grouped: type[Node]) -> str:
    printed = print_query(node)
    return f"({printed})" if isinstance(node, grouped) else printed


def _leaf(leaf: Leaf) -> str:
    match leaf:
        case Word(text=text, exact=exact, field=field):
            return f"{_field(field)}{'=' if exact else ''}{text}"
        case Phrase(text=text, exact=exact, slop=slop, field=field):
            distance = f"~{slop}" if slop else ""
            return f'{_field(field)}{"=" if exact else ""}"{text}"{distance}'
        case Prefix(text=text, field=field):
            return f"{_field(field)}{text}*"
        case Fuzzy(text=text, field=field):
            return f"{_field(field)}{text}~"
        case Synonyms(leaves=leaves):
            return _leaf(leaves[0])
        case Tagged(facet=facet, name=name):
            return f"{facet}:{name}" if _BARE_NAME.fullmatch(name) else f'{facet}:"{name}"'
        case Dated(lower=lower, upper=upper):
            return f"date:{_days(lower, upper)}"
        case Undated():
            return "date:none"
        case Identified(id=id_):
            return f"id:{id_}"
        case Batch(run=run):
            return f"batch:{run}"


def _field(field: Field) -> str:
    return f"{field.value}:" if field else ""


def _days(lower: date | None, upper: date | None) -> str:
    if lower is None or upper is None:
        return f"{lower or ''}..{upper or ''}"
    return period_of(lower, upper) or f"{lower}..{upper}"


def period_of(lower: date, upper: date) -> str:
    """The year, month or day that two days enclose, as ISO 8601; empty if they enclose none."""
    if lower == upper:
        return lower.isoformat()
    if (lower.year, lower.day) != (upper.year, 1):
        return ""
    if (lower.month, upper.month, upper.day) == (1, 12, 31):
        return f"{lower.year:04}"
    last = calendar.monthrange(upper.year, upper.month)[1]
    if lower.month == upper.month and upper.day == last:
        return f"{lower.year:04}-{lower.month:02}"
    return ""
