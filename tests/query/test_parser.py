"""What a visitor may type, and what it is read as."""

from __future__ import annotations

import time
from datetime import date

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from archive.exceptions import QueryBoundError, QueryError
from archive.query.bounds import DEFAULT_BOUNDS, QueryBounds
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
from archive.query.parser import parse, read_leniently


def w(text: str) -> Word:
    return Word(text=text)


def both(*children: Node) -> And:
    return And(children=children)


def either(*children: Node) -> Or:
    return Or(children=children)


def error_of(text: str, bounds: QueryBounds = DEFAULT_BOUNDS) -> QueryError | None:
    try:
        parse(text, bounds=bounds)
    except QueryError as error:
        return error
    return None


def party(name: str) -> Tagged:
    return Tagged(facet="party", name=name)


A, B, C, D = w("a"), w("b"), w("c"), w("d")
HEADLINE = Field.HEADLINE


@pytest.mark.parametrize(
    ("text", "node"),
    [
        ("", None),
        ("  \t ", None),
        ("peace", w("peace")),
        ("prisoner exchange", both(w("prisoner"), w("exchange"))),
        ("Peace, talks!", both(w("Peace"), w("talks"))),
        ('"prisoner exchange"', Phrase(text="prisoner exchange")),
        ("“prisoner   exchange”", Phrase(text="prisoner exchange")),
        ("«мирні переговори»", Phrase(text="мирні переговори")),
        ('="prisoner exchange"', Phrase(text="prisoner exchange", exact=True)),
        ('"talks istanbul"~5', Phrase(text="talks istanbul", slop=5)),
        ('="talks istanbul"~5', Phrase(text="talks istanbul", slop=5, exact=True)),
        ('"a b"~0', Phrase(text="a b")),
        ("=ministers", Word(text="ministers", exact=True)),
        ("covid-19", w("covid-19")),
        ("O’Brien", w("O’Brien")),
        ("a - b", both(A, B)),
        ("rock=roll", Phrase(text="rock=roll")),
        ("東京都", w("東京都")),
        ("обмін", w("обмін")),
        # and, or, not
        ("a AND b", both(A, B)),
        ("a OR b", either(A, B)),
        ("a OR b OR c", either(A, B, C)),
        ("a b OR c d", either(both(A, B), both(C, D))),
        ("(a OR b) c", both(either(A, B), C)),
        ("a (b c) d", both(A, B, C, D)),
        ("a OR (b OR c)", either(A, B, C)),
        ("((a))", A),
        ("a or b", both(A, w("or"), B)),
        ("not a", both(w("not"), A)),
        ('"OR"', Phrase(text="OR")),
        ("-a", Not(child=A)),
        ("NOT a", Not(child=A)),
        ("a -b", both(A, Not(child=B))),
        ("NOT NOT a", A),
        ("--a", A),
        ("-(-a)", A),
        ("-(a b)", Not(child=both(A, B))),
        ("-(a OR b) c", both(Not(child=either(A, B)), C)),
        ('-"a b"', Not(child=Phrase(text="a b"))),
        ("-=a", Not(child=Word(text="a", exact=True))),
        ("a-b", w("a-b")),
        # wildcards
        ("exchang*", Prefix(text="exchang")),
        ("zelenskyy~", Fuzzy(text="zelenskyy")),
        ("東京*", Prefix(text="東京")),
        ('צה"ל הודיע', And(children=(Word(text='צה"ל'), Word(text="הודיע")))),
        ('"צה"ל הודיע"', Phrase(text='צה"ל הודיע')),
        ('"שלום"', Phrase(text="שלום")),
        ("税", Prefix(text="税")),
        ("=税", Word(text="税", exact=True)),
        ("2024年", Prefix(text="2024年")),
        # fields of the text
        ("headline:truce", Word(text="truce", field=HEADLINE)),
        ("title:truce", Word(text="truce", field=HEADLINE)),
        ("TITLE:truce", Word(text="truce", field=HEADLINE)),
        ("byline:smith", Word(text="smith", field=Field.BYLINE)),
        ("headline:=truce", Word(text="truce", exact=True, field=HEADLINE)),
        ('headline:"x y"', Phrase(text="x y", field=HEADLINE)),
        ('headline:="x y"~2', Phrase(text="x y", exact=True, slop=2, field=HEADLINE)),
        ("headline:truc*", Prefix(text="truc", field=HEADLINE)),
        ("headline:truce~", Fuzzy(text="truce", field=HEADLINE)),
        (
            "headline:(a OR b)",
            either(Word(text="a", field=HEADLINE), Word(text="b", field=HEADLINE)),
        ),
        (
            "headline:(a -b) c",
            both(Word(text="a", field=HEADLINE), Not(child=Word(text="b", field=HEADLINE)), C),
        ),
        # tags
        ("party:ukraine", party("ukraine")),
        ("Party:Ukraine,", party("Ukraine")),
        ('place:"New  York"', Tagged(facet="place", name="New York")),
        ("organisation:un", Tagged(facet="organisation", name="un")),
        ("org:un", Tagged(facet="organisation", name="un")),
        ("organization:un", Tagged(facet="organisation", name="un")),
        ("person:O’Neil", Tagged(facet="person", name="O’Neil")),
        ("topic:medtop:20000053", Tagged(facet="topic", name="medtop:20000053")),
        ("source:courier", Tagged(facet="source", name="courier")),
        ("lang:uk", Tagged(facet="language", name="uk")),
        ("language:uk", Tagged(facet="language", name="uk")),
        ("section:sport", Tagged(facet="section", name="sport")),
        ("party:(russia OR ukraine)", either(party("russia"), party("ukraine"))),
        ('party:(russia "the other")', both(party("russia"), party("the other"))),
        ("party:russia party:ukraine", both(party("russia"), party("ukraine"))),
        ("-party:russia", Not(child=party("russia"))),
        ("talks party:russia", both(w("talks"), party("russia"))),
        # dates
        ("date:2025", Dated(lower=date(2025, 1, 1), upper=date(2025, 12, 31))),
        ("date:2025-06", Dated(lower=date(2025, 6, 1), upper=date(2025, 6, 30))),
        ("date:2025-06-02", Dated(lower=date(2025, 6, 2), upper=date(2025, 6, 2))),
        ("date:2025-05-01..2025-06", Dated(lower=date(2025, 5, 1), upper=date(2025, 6, 30))),
        ("date:2025..", Dated(lower=date(2025, 1, 1))),
        ("date:..2025", Dated(upper=date(2025, 12, 31))),
        ("after:2025", Dated(lower=date(2026, 1, 1))),
        ("after:2024-02", Dated(lower=date(2024, 3, 1))),
        ("before:1991-12", Dated(upper=date(1991, 11, 30))),
        ("before:2025-06-02", Dated(upper=date(2025, 6, 1))),
        ("date:none", Undated()),
        ("date:NONE", Undated()),
        (
            "date:(2024 OR none)",
            either(Dated(lower=date(2024, 1, 1), upper=date(2024, 12, 31)), Undated()),
        ),
        # one article, one run
        ("id:abcdefgh23456777", Identified(id="abcdefgh23456777")),
        ("batch:12", Batch(run=12)),
        # what only looks like a field
        ("10:30", Phrase(text="10:30")),
        ("http://example.org/a?b=c", Phrase(text="http://example.org/a?b=c")),
        ("=party:x", Phrase(text="party:x", exact=True)),
        ("headline:10:30", Phrase(text="10:30", field=HEADLINE)),
        (".headline:x", Phrase(text="headline:x")),
        ("a\x00b\ud800c", both(A, B, C)),
    ],
)
def test_the_grammar(text: str, node: Node | None) -> None:
    parsed = parse(text)
    assert parsed.node == node
    assert read_leniently(text) == parsed


@pytest.mark.parametrize(
    ("text", "node", "note"),
    [
        ("!!! peace ???", w("peace"), "Ignored, as there is no word in it: “!!!”, “???”."),
        ("a OR —", A, "Ignored, as there is no word in it: “—”."),
        ('a ""', A, 'Ignored, as there is no word in it: “""”.'),
        ("a ()", A, "Ignored, as there is no word in it: “()”."),
        (
            "! ? . ; / | a",
            A,
            "Ignored, as there is no word in it: “!”, “?”, “.”, “;”, “/” and more.",
        ),
        (
            "pary:russia",
            Phrase(text="pary:russia"),
            "“pary:” is not a field and was read as a word; did you mean party:?",
        ),
        (
            'organisaton:"the un"',
            both(w("organisaton"), Phrase(text="the un")),
            "“organisaton:” is not a field and was read as a word; did you mean organisation:?",
        ),
    ],
)
def test_notes_say_what_was_ignored(text: str, node: Node, note: str) -> None:
    parsed = parse(text)
    assert parsed.node == node
    assert parsed.notes == (note,)


@pytest.mark.parametrize("text", ["10:30", "http://example.org", "is:open", "Note:well", "a b"])
def test_plain_text_with_a_colon_needs_no_note(text: str) -> None:
    assert parse(text).notes == ()


@pytest.mark.parametrize(
    ("text", "position", "message", "hint", "left"),
    [
        (
            'a "peace talks',
            2,
            "closing quote",
            'Did you mean "peace talks"',
            both(A, w("peace"), w("talks")),
        ),
        ("a “peace", 2, "closing quote", "end of the phrase", both(A, w("peace"))),
        ("a (b", 2, "closing parenthesis", "Write )", both(A, B)),
        ("a) b", 1, "closes nothing", "Leave it out", both(A, B)),
        ("OR a", 0, "both sides", "quotes around", A),
        ("a OR", 2, "both sides", "quotes around", A),
        ("a OR OR b", 2, "both sides", "quotes around", either(A, B)),
        ("a (OR b)", 3, "both sides", "quotes around", both(A, B)),
        ("a NOT", 2, "nothing to leave out", "right behind", A),
        ("a -OR", 2, "nothing to leave out", "right behind", A),
        ("a *", 2, "A star cannot stand alone", "exchang*", A),
        ("a *bc", 2, "in front of a word", "exchang*", A),
        ("a b*c", 3, "within a word", "b*", A),
        ("a ab*", 2, "At least 3 letters", "more of the word", A),
        ("a x:abc*", 2, "cannot stand behind this", "one word", A),
        ("a abc~2", 5, "takes no number", "abc~", A),
        ('a "b c"~', 7, "no number after the tilde", '"b c"~5', both(A, Phrase(text="b c"))),
        ("party: russia", 0, "nothing after party:", "party:russia", w("russia")),
        ("a party:", 2, "nothing after party:", "party:…", A),
        ("(party:)", 1, "nothing after party:", "party:…", None),
        ('a party:""', 8, "no name after party:", "party:name", A),
        ("a party:-x", 8, "minus cannot stand behind a colon", "in front", A),
        ("a party:rus*", 8, "whole names", "without *", A),
        ("a party:rus~", 8, "whole names", "without ~", A),
        (
            "party:(a headline:b)",
            9,
            "cannot stand within party:( )",
            "parenthesis",
            both(party("a"), party("b")),
        ),
        ("a date:soon", 7, "“soon” is not a date", "date:2025-06", A),
        ("a date:2025-6", 7, "“2025-6” is not a date", "date:2025-06", A),
        ("a date:2025-02-30", 7, "is not a date", "date:2025-06", A),
        ("a date:..", 7, "There is no date", "date:2025-06", A),
        ("a date:2026..2025", 7, "end before they begin", "earlier one first", A),
        ("a after:9999", 8, "No day is after 9999", "date:2025-06", A),
        ("a before:0001", 9, "No day is before 0001", "date:2025-06", A),
        ("a id:ä", 5, "not the id", "address", A),
        ("a batch:x", 8, "not the number", "batch:12", A),
        ("a batch:٣", 8, "not the number", "batch:12", A),
    ],
)
def test_errors_have_a_place_and_a_hint_and_leave_the_rest(
    text: str, position: int, message: str, hint: str, left: Node | None
) -> None:
    with pytest.raises(QueryError) as caught:
        parse(text)
    assert not isinstance(caught.value, QueryBoundError)
    assert caught.value.position == position
    assert message in caught.value.message
    assert hint in caught.value.hint
    lenient = read_leniently(text)
    assert lenient.node == left
    assert any("was left out" in note for note in lenient.notes)


@pytest.mark.parametrize(
    ("fits", "exceeds", "message"),
    [
        ("a " * 12 + "a" * 20, "peace " * 43, "at most 256 characters; this one has 258"),
        (
            " ".join("abcdefghijklmnopqrstuvwx"),
            " ".join("abcdefghijklmnopqrstuvwxy"),
            "at most 24 words",
        ),
        ('"' + "a " * 24 + '"', '"' + "a " * 25 + '"', "at most 24 words"),
        ("東" * 48, "東" * 50, "at most 24 words"),
        ("party:a " * 24, "party:a " * 25, "at most 24 words"),
        ("(" * 6 + "a" + ")" * 6, "(" * 7 + "a" + ")" * 7, "at most 6 deep"),
        ("abc* abd* abe~", "abc* abd* abe~ abf*", "at most 3 words with a star or a tilde"),
        ("a" * 64, "a" * 65, "at most 64 characters; this one has 65"),
        ('"a b"~20', '"a b"~21', "at most 20 words apart"),
        ('"a b"~20', '"a b"~99999999999', "at most 20 words apart"),
    ],
)
def test_bounds(fits: str, exceeds: str, message: str) -> None:
    assert parse(fits).node is not None
    with pytest.raises(QueryBoundError) as caught:
        parse(exceeds)
    assert message in caught.value.message
    assert caught.value.hint
    read_leniently(exceeds)


def test_bounds_can_be_set() -> None:
    small = QueryBounds(characters=20, terms=2, depth=1, wildcards=0, slop=1, prefix_letters=5)
    for text in ("x" * 21, "a b c", "((a))", "abcdef*", '"a b"~2'):
        with pytest.raises(QueryBoundError):
            parse(text, bounds=small)
    with pytest.raises(QueryError, match="At least 5 letters"):
        parse("abcd*", bounds=QueryBounds(prefix_letters=5))
    with pytest.raises(ValueError, match="depth"):
        QueryBounds(depth=1000)


def test_a_long_query_is_read_as_far_as_it_may_go() -> None:
    lenient = read_leniently("peace talks " * 1000)
    assert lenient.node == both(*[w("peace"), w("talks")] * 12)
    assert read_leniently("x" * 300).node is None
    assert lenient.notes[0].endswith("was left out.")


def test_an_archive_may_have_facets_of_its_own() -> None:
    facets = {"ship": "vessel", "vessel": "vessel"}
    assert parse("ship:aurora", facets=facets).node == Tagged(facet="vessel", name="aurora")
    assert parse("party:x", facets=facets).node == Phrase(text="party:x")


@pytest.mark.parametrize(
    "text",
    [
        "(" * 5000,
        ")" * 5000,
        "-" * 5000,
        "x" * 100_000,
        "*a*",
        "x~9",
        "[a TO z]",
        "\x00",
        "\ud800",
        "NOT " * 5000,
        '"' * 4999,
        "party:" * 5000,
        "=" * 5000,
        "(a OR " * 5000,
        "~" * 300,
        ":" * 200,
    ],
)
def test_hostile_queries_end_at_once(text: str) -> None:
    started = time.process_time()
    roomy = QueryBounds(characters=200_000, terms=100_000, depth=50, wildcards=1000)
    for bounds in (QueryBounds(), roomy):
        error = error_of(text, bounds)
        assert error is None or 0 <= error.position <= len(text)
        assert len(str(error)) < 500
    read_leniently(text)
    assert time.process_time() - started < 1


SCRAPS = st.lists(
    st.sampled_from(
        [
            *'()-="“~*:. ',
            "a",
            "peace ",
            "OR ",
            " AND ",
            "NOT ",
            "party:",
            "date:",
            "2025",
            "é",
            "東京都",
            "..",
            "none",
            "id:",
            "batch:12",
            "headline:",
            "~5",
            "*",
            "\x00",
            "\ud800",
            "\u0301",
            "’s",
        ]
    ),
    max_size=16,
).map("".join)


@settings(max_examples=2000, deadline=None)
@given(st.one_of(SCRAPS, st.text(max_size=60)))
def test_no_text_raises_anything_but_a_query_error(text: str) -> None:
    error = error_of(text)
    lenient = read_leniently(text)
    if error is None:
        assert lenient == parse(text)
    else:
        assert 0 <= error.position <= len(text)
        assert error.message.endswith((".", ":"))
