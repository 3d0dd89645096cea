"""Walking through a query and rebuilding it."""

from __future__ import annotations

from dataclasses import replace

from archive.query.nodes import Leaf, Node, Tagged, Word
from archive.query.parser import parse
from archive.query.terms import map_leaves, positive_leaves, text_leaves, walk


def read(query: str) -> Node:
    node = parse(query).node
    assert node is not None
    return node


def test_walking_meets_every_node_in_order() -> None:
    kinds = [type(node).__name__ for node in walk(read("a (b OR -party:x) date:none"))]
    assert kinds == ["And", "Word", "Or", "Word", "Not", "Tagged", "Undated"]
    assert list(walk(None)) == []


def test_leaves_under_a_not_found_nothing() -> None:
    node = read('a OR ("b c" -(d OR -e) party:x)')
    assert [getattr(leaf, "text", "") for leaf in positive_leaves(node)] == ["a", "b c", ""]
    assert [leaf.text for leaf in text_leaves(node)] == ["a", "b c"]
    assert list(positive_leaves(None)) == []


def test_leaves_are_replaced_wherever_they_stand() -> None:
    def resolve(leaf: Leaf) -> Leaf:
        return replace(leaf, values=(leaf.name.upper(),)) if isinstance(leaf, Tagged) else leaf

    node = map_leaves(read("a -party:x (place:y OR b)"), resolve)
    assert [leaf.values for leaf in walk(node) if isinstance(leaf, Tagged)] == [("X",), ("Y",)]
    assert map_leaves(read("a -(b OR c)"), resolve) == read("a -(b OR c)")
    assert map_leaves(read("-party:x"), lambda _: Word(text="x")) == read("-x")
