"""Every query can be printed and read again."""

from __future__ import annotations

import unicodedata
from datetime import date

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from archive.exceptions import QueryError
from archive.query.bounds import QueryBounds
from archive.query.nodes import (
    And,
    Batch,
    Dated,
    Field,
    Fuzzy,
    Identified,
    Node,
    Not,
    Or,
    Phrase,
    Prefix,
    Tagged,
    Undated,
    Word,
)
from archive.query.parser import parse
from archive.query.printer import print_query

ROOMY = QueryBounds(
    characters=1_000_000, terms=1_000_000, depth=50, wildcards=1_000_000, token_length=1000
)


@pytest.mark.parametrize(
    ("typed", "printed"),
    [
        ("", ""),
        ("a  AND b", "a b"),
        ("NOT (a OR b) c", "-(a OR b) c"),
        ("a OR (b c)", "a OR b c"),
        ("a (b OR c)", "a (b OR c)"),
        ("title:(a OR =b)", "headline:a OR headline:=b"),
        ("«x  y»~3", '"x y"~3'),
        ("10:30", '"10:30"'),
        ("org:un", "organisation:un"),
        ('place:"new-york"', "place:new-york"),
        ("place:“New York”", 'place:"New York"'),
        ("topic:medtop:1", 'topic:"medtop:1"'),
        ("date:2025-06-01..2025-06-30", "date:2025-06"),
        ("date:2025-01..2025-12", "date:2025"),
        ("after:2024", "date:2025-01-01.."),
        ("before:2025-06", "date:..2025-05-31"),
        ("date:2024-02-28..2024-03", "date:2024-02-28..2024-03-31"),
        ("date:0987", "date:0987"),
        ("date:None", "date:none"),
        ("batch:007", "batch:7"),
    ],
)
def test_queries_are_printed_as_one_would_type_them(typed: str, printed: str) -> None:
    assert print_query(parse(typed).node) == printed


# Words are composed when read, so that only composed ones are read back letter by letter.
LETTERS = st.text(st.characters(categories=("Ll", "Lu", "Lo", "Nd")), min_size=1, max_size=12).map(
    lambda text: unicodedata.normalize("NFC", text)
)
FIELDS = st.sampled_from(Field)


def is_typable(node: Node) -> bool:
    """Whether the parser yields this leaf from what it would have to be typed as."""
    try:
        return parse(print_query(node), bounds=ROOMY).node == node
    except QueryError:
        return False


def ordered(first: date | None, last: date | None) -> Dated:
    if first and last and last < first:
        first, last = last, first
    return Dated(lower=first, upper=last)


DAYS = st.none() | st.dates()
PHRASES = st.lists(LETTERS, min_size=1, max_size=4).map(" ".join)
LEAVES: st.SearchStrategy[Node] = st.one_of(
    st.builds(Word, text=LETTERS, exact=st.booleans(), field=FIELDS),
    st.builds(Phrase, text=PHRASES, exact=st.booleans(), slop=st.integers(0, 20), field=FIELDS),
    st.builds(Prefix, text=st.text("abcdéжя", min_size=3, max_size=9), field=FIELDS),
    st.builds(Fuzzy, text=LETTERS, field=FIELDS),
    st.builds(
        Tagged,
        facet=st.sampled_from(["party", "place", "organisation", "language"]),
        name=st.text(st.characters(categories=("L", "N", "P")), min_size=1, max_size=15),
    ),
    st.builds(ordered, DAYS, DAYS).filter(lambda dated: dated != Dated()),
    st.just(Undated()),
    st.builds(Identified, id=st.from_regex(r"[a-z2-7]{16}", fullmatch=True)),
    st.builds(Batch, run=st.integers(0, 10**18 - 1)),
).filter(is_typable)


def flat(kind: type[And] | type[Or], nodes: list[Node]) -> Node:
    children: list[Node] = []
    for node in nodes:
        children += node.children if isinstance(node, kind) else [node]
    return kind(children=tuple(children))


NODES: st.SearchStrategy[Node] = st.recursive(
    LEAVES,
    lambda inner: st.one_of(
        st.lists(inner, min_size=2, max_size=4).map(lambda nodes: flat(And, nodes)),
        st.lists(inner, min_size=2, max_size=4).map(lambda nodes: flat(Or, nodes)),
        inner.map(lambda node: node.child if isinstance(node, Not) else Not(child=node)),
    ),
    max_leaves=12,
)


@given(NODES)
def test_every_node_is_read_back(node: Node) -> None:
    assert parse(print_query(node), bounds=ROOMY).node == node


@given(LETTERS, st.booleans(), FIELDS)
def test_nearly_every_word_can_be_typed_as_it_is(text: str, exact: bool, field: Field) -> None:
    if text in ("OR", "AND", "NOT"):
        return
    word = Word(text=text, exact=exact, field=field)
    assert is_typable(word) or parse(print_query(word)).node == Prefix(text=text, field=field)


SCRAPS = st.lists(
    st.sampled_from([*'()-="“~*:. _', "a", "peace ", "OR ", "NOT ", "party:", "date:", "2025", "é"])
    | st.sampled_from(["..", "none", "id:", "batch:12", "headline:", "~5", "abc*", "\u0301", "’s"])
    | st.sampled_from(["東京都", "کتاب\u200cها", "İ", "ﬁ", "after:", "topic:", "U.S.", ";", "ـ"]),
    max_size=14,
).map("".join)


@settings(max_examples=1000, deadline=None)
@given(st.one_of(SCRAPS, st.text(max_size=40)))
def test_whatever_can_be_read_is_read_back(text: str) -> None:
    try:
        node = parse(text, bounds=ROOMY).node
    except QueryError:
        return
    assert parse(print_query(node), bounds=ROOMY).node == node
