"""Walking through a query and rebuilding it."""

from __future__ import annotations

from collections.abc import Callable, Iterator

from archive.query.nodes import And, Fuzzy, Leaf, Node, Not, Or, Phrase, Prefix, Synonyms, Word

TypedLeaf = Word | Phrase | Prefix | Fuzzy
TextLeaf = TypedLeaf | Synonyms


def walk(node: Node | None) -> Iterator[Node]:
    """Yield ``node`` and every node beneath it, in the order written."""
    if node is None:
        return
    yield node
    match node:
        case And(children=children) | Or(children=children):
            for child in children:
                yield from walk(child)
        case Not(child=child):
            yield from walk(child)


def positive_leaves(node: Node | None) -> Iterator[Leaf]:
    """Yield the leaves that an article is found by: those that stand under no Not."""
    match node:
        case None | Not():
            return
        case And(children=children) | Or(children=children):
            for child in children:
                yield from positive_leaves(child)
        case _:
            yield node


def text_leaves(node: Node | None) -> Iterator[TypedLeaf]:
    """Yield the words, phrases, prefixes and fuzzy words that an article is found by.

    Synonyms are yielded one by one.
    """
    for leaf in positive_leaves(node):
        if isinstance(leaf, Synonyms):
            yield from leaf.leaves
        elif isinstance(leaf, TypedLeaf):
            yield leaf


def map_leaves(node: Node, change: Callable[[Leaf], Node]) -> Node:
    """Return the query with each leaf replaced by what ``change`` makes of it."""
    match node:
        case And(children=children):
            return And(children=tuple(map_leaves(child, change) for child in children))
        case Or(children=children):
            return Or(children=tuple(map_leaves(child, change) for child in children))
        case Not(child=child):
            return Not(child=map_leaves(child, change))
        case _:
            return change(node)
