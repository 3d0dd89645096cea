"""How a query is said in English."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from archive.exceptions import QueryError
from archive.query.describe import describe
from archive.query.nodes import And, Field, Phrase, Synonyms, Word
from archive.query.parser import parse


@pytest.mark.parametrize(
    ("query", "said"),
    [
        ("", "all articles"),
        ("peace", "articles with “peace” (and its inflections)"),
        ("a b", "articles with “a” and “b” (and their inflections)"),
        ("a OR b", "articles with “a” or “b” (and their inflections)"),
        ("=a", "articles with exactly “a”"),
        ("=a b", "articles with exactly “a” and “b” (and inflections of “b”)"),
        ('"a b"', "articles with the phrase “a b” (and its inflections)"),
        ('="a b"', "articles with the exact phrase “a b”"),
        ('"a b"~5', "articles with the words “a b” within 5 words (and its inflections)"),
        ('="a b"~1', "articles with exactly the words “a b” within 1 word"),
        ("exchang*", "articles with a word that begins with “exchang”"),
        ("zelenskyy~", "articles with a word spelt like “zelenskyy”"),
        ("title:truce", "articles with “truce” in the headline (and its inflections)"),
        ("byline:=smith", "articles with exactly “smith” in the byline"),
        ("-gas", "articles without “gas”"),
        ("-(a b)", "articles without (“a” and “b”)"),
        ("(a OR b) c", "articles with (“a” or “b”) and “c” (and their inflections)"),
        ("a OR b c", "articles with “a” or (“b” and “c”) (and their inflections)"),
        ("party:ukraine", "articles tagged party ukraine"),
        ("-party:ukraine", "articles not tagged party ukraine"),
        (
            "place:istanbul source:courier lang:uk section:sport",
            "articles tagged place istanbul, from the source courier, in the language uk, "
            "in the section sport",
        ),
        ("date:2025", "articles published in 2025"),
        ("date:2025-06", "articles published in June 2025"),
        ("date:2025-06-02", "articles published on 2 June 2025"),
        (
            "date:2025-05-01..2025-06-30",
            "articles published from 1 May 2025 to 30 June 2025",
        ),
        ("after:2025", "articles published on or after 1 January 2026"),
        ("before:2025", "articles published on or before 31 December 2024"),
        ("-date:2025", "articles not published in 2025"),
        ("date:none", "articles without a date"),
        ("id:abc", "articles with the id abc"),
        ("batch:3", "articles from import run 3"),
        (
            "-gas date:2025-06 prisoner party:ukraine exchange",
            "articles with “prisoner” and “exchange” (and their inflections), "
            "published in June 2025, tagged party ukraine, without “gas”",
        ),
        (
            "peace party:(russia OR ukraine)",
            "articles with “peace” (and its inflections), "
            "(tagged party russia or tagged party ukraine)",
        ),
        (
            "a party:x OR date:2025",
            "articles (with “a” (and its inflections), tagged party x) or published in 2025",
        ),
        (
            "-(a OR party:x) b",
            "articles with “b” (and its inflections), not (with “a” or tagged party x)",
        ),
        ("a -b OR c", "articles (with “a” (and its inflections), without “b”) or with “c”"),
    ],
)
def test_queries_are_said(query: str, said: str) -> None:
    assert describe(parse(query).node) == said


@pytest.mark.parametrize(
    ("others", "said"),
    [
        ([Word(text="ceasefire")], "“truce” or “ceasefire”"),
        (
            [Word(text="ceasefire"), Phrase(text="cease fire")],
            "any of “truce”, “ceasefire” and the phrase “cease fire”",
        ),
        (
            [Word(text=f"w{number}") for number in range(9)],
            "any of “truce”, “w0”, “w1”, “w2”, “w3”, “w4”, “w5”, “w6” and 2 more",
        ),
    ],
)
def test_what_means_the_same_is_one_of_several(others: list[Word | Phrase], said: str) -> None:
    node = Synonyms(leaves=(Word(text="truce"), *others))
    assert describe(node) == f"articles with {said} (and their inflections)"


def test_synonyms_stand_in_one_field() -> None:
    words = (Word(text="truce", field=Field.HEADLINE), Word(text="peace", field=Field.HEADLINE))
    said = describe(And(children=(Word(text="talks"), Synonyms(leaves=words))))
    assert said == (
        "articles with “talks” and (“truce” or “peace” in the headline) (and their inflections)"
    )


def test_names_are_shown_as_the_vocabulary_has_them() -> None:
    labels = {("party", "kyiv"): "Ukraine", ("place", "new-york"): "New York"}
    node = parse("party:kyiv place:new-york").node
    said = describe(node, label=lambda facet, name: labels[facet, name])
    assert said == "articles tagged party Ukraine (for “kyiv”), tagged place New York"


def test_stems_are_named_with_the_languages() -> None:
    node = parse("prisoners talk =exchanges").node
    assert describe(node, languages=["en", "de"]) == (
        "articles with “prisoners” and “talk” and exactly “exchanges” "
        "(and inflections of “prisoners” and “talk”: prison-)"
    )


@given(
    st.lists(st.sampled_from(["a", "-", "(", ")", " ", " OR ", "party:x", "date:2025", '"b c"']))
)
def test_every_query_can_be_said(parts: list[str]) -> None:
    try:
        node = parse("".join(parts)).node
    except QueryError:
        return
    said = describe(node, languages=["en"])
    assert said.count("(") == said.count(")")
    assert "articles" in said
