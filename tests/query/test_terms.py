"""Walking through a query, rebuilding it, and marking what it found."""

from __future__ import annotations

from dataclasses import replace

import pytest

from archive.query.marks import matcher_for
from archive.query.nodes import Field, Leaf, Node, Tagged, Word
from archive.query.parser import parse
from archive.query.terms import map_leaves, positive_leaves, text_leaves, walk
from archive.text.analysis import tokenise


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


@pytest.mark.parametrize(
    ("query", "language", "text", "marked"),
    [
        ("exchange", "en", "An exchange of exchanges, exchanged", "exchange exchanges exchanged"),
        ("exchange", "en-GB", "Exchanges", "Exchanges"),
        ("exchange", "und", "exchange exchanges", "exchange"),
        ("Gefangene", "de", "Die Gefangenen kamen", "Gefangenen"),
        ("пленные", "ru", "Обмен пленными", "пленными"),
        ("cafe", "fr", "Le café", "café"),
        ("=ministers", "en", "minister ministers Ministers", "ministers Ministers"),
        ('"prisoner exchange"', "en", "prisoners and an exchange", "prisoners exchange"),
        ('="prisoner exchange"', "en", "prisoners and an exchange", "exchange"),
        ("exchang*", "en", "exchange interchange exchanging", "exchange exchanging"),
        ("post-war*", "en", "post the warden", "post warden"),
        ("truce~", "en", "truce truces truc trucks bruce turce", "truce truces truc turce"),
        (
            "zelenskyy~",
            "en",
            "Zelensky Zelenskiy Zelenskyi Selensky",
            "Zelensky Zelenskiy Zelenskyi",
        ),
        ("東京", "ja", "東京都の東京", "東京 東京"),
        ("東京都", "ja", "東京都", "東京 京都"),
        ("peace -war", "en", "peace and war", "peace"),
        ("peace OR truce", "en", "a truce", "truce"),
        ("party:peace", "en", "peace", ""),
        ("U.S.", "en", "The U.S. says", "U S"),
        ("", "en", "peace", ""),
    ],
)
def test_words_are_marked(query: str, language: str, text: str, marked: str) -> None:
    matcher = matcher_for(parse(query).node, [language])
    found = [text[t.start : t.end] for t in tokenise(text) if matcher.matches(t, language)]
    assert found == marked.split()
    assert bool(matcher) == bool(marked)


def test_words_for_one_field_are_marked_in_that_field() -> None:
    node = read("headline:truce byline:smith peace")
    (truce, smith, peace) = tokenise("truce smith peace")

    def marked(field: Field) -> list[bool]:
        matcher = matcher_for(node, field=field)
        return [matcher.matches(token, "en") for token in (truce, smith, peace)]

    assert marked(Field.ANY) == [False, False, True]
    assert marked(Field.HEADLINE) == [True, False, True]
    assert marked(Field.BYLINE) == [False, True, True]


def test_one_matcher_serves_many_languages() -> None:
    matcher = matcher_for(read("nation"))
    (nations,) = tokenise("nations")
    (nationen,) = tokenise("Nationen")
    assert matcher.matches(nations, "en")
    assert not matcher.matches(nations, "und")
    assert matcher.matches(nationen, "de")
    assert not matcher.matches(nationen, "en")
