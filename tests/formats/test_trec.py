from __future__ import annotations

import io
import re
from itertools import chain, repeat
from time import process_time

import pytest
from hypothesis import given
from hypothesis import strategies as st

from archive.exceptions import RecordError
from archive.formats import trec
from archive.formats.base import ArticleRecord, Received
from archive.formats.registry import recognise
from archive.formats.trec import TrecReader, read_document


def read(content: bytes) -> list[Received]:
    return list(TrecReader().read(io.BytesIO(content)))


def document(inner: str) -> ArticleRecord:
    return read_document(f"<DOC>\n<TITLE>A</TITLE>\n{inner}\n</DOC>".encode())


def test_every_tag() -> None:
    assert read_document(
        b"""<DOC>
        <DOCNO> x-1 </DOCNO>
        <URL>https://quay.example/1?a=1&amp;b=2&copy=3</URL>
        <SRC>The  Quay</SRC>
        <CAT>world</CAT>
        <TITLE>A &quot;headline&quot;</TITLE>
        <TIME>2025-06-02T10:15:00+03:00</TIME>
        <AUTHOR>Ada Quill</AUTHOR><AUTHOR>Bo Reed</AUTHOR><AUTHOR>Ada Quill</AUTHOR>
        <ABSTRACT>In short.</ABSTRACT>
        <LENGTH>412</LENGTH>
        <TEXT>
        <P>One
        goes on.</P><P>Two.</P>
        </TEXT>
        </DOC>"""
    ) == ArticleRecord(
        supplier_id="x-1",
        headline='A "headline"',
        summary="In short.",
        body="One goes on.\n\nTwo.",
        published="2025-06-02T10:15:00+03:00",
        source="The Quay",
        section="world",
        url="https://quay.example/1?a=1&b=2&copy=3",
        bylines=("Ada Quill", "Bo Reed"),
    )


@pytest.mark.parametrize("tag", ["TITLE", "HEADLINE", "HEAD", "headline", 'title lang="en"'])
def test_names_of_the_headline(tag: str) -> None:
    content = f"<doc><{tag}>A</{tag.split()[0]}></doc>".encode()
    assert read_document(content).headline == "A"


def test_the_preferred_name_wins_where_it_holds_anything() -> None:
    assert document("<SOURCE>B</SOURCE><SRC>A</SRC>").source == "A"
    assert document("<SOURCE>B</SOURCE><SRC> </SRC>").source == "B"


@pytest.mark.parametrize(
    ("written", "published"),
    [
        ("<TIME>20/12/2016</TIME>", "2016-12-20"),
        ("<TIME>08/11/2016</TIME>", "2016-11-08"),
        ("<TIME>11/20/2016</TIME>", "2016-11-20"),
        ("<TIME>8.11.2016</TIME>", "2016-11-08"),
        ("<TIME>08-11-2016 14:30</TIME>", "2016-11-08"),
        ("<TIME>2017-03-13T09:28:00+01:00</TIME>", "2017-03-13T09:28:00+01:00"),
        ("<TIME>2017-03</TIME>", "2017-03"),
        ("<DATE>19940105</DATE>", "19940105"),
        ("<DATE><P>\n20/12/2016\n</P></DATE>", "2016-12-20"),
        ("<DATE>20/12/2016</DATE><TIME>14:30</TIME>", "2016-12-20"),
        ("<DATE>soon</DATE><TIME>20/12/2016</TIME>", "2016-12-20"),
        ("<TIME>20/12/2016<TIME>", "2016-12-20"),
        ("<TIME><TIME>20/12/2016</TIME>", "2016-12-20"),
        ("<TIME></TIME>", ""),
        ("<TIME>", ""),
        ("", ""),
    ],
)
def test_dates(written: str, published: str) -> None:
    assert document(written).published == published


@pytest.mark.parametrize("written", ["31/02/2016", "13/13/2016", "soon", "12/20", "20/12/16"])
def test_a_date_is_never_made_up(written: str) -> None:
    with pytest.raises(RecordError, match=re.escape(f"{written}") + ".*Leave it out"):
        document(f"<TIME>{written}</TIME>")


@pytest.mark.parametrize(
    ("summary", "body", "kept"),
    [
        ("One.", "One. Two.", ""),
        ("One\n goes on.", "One goes on. Two.", ""),
        ("One goes…", "One goes on. Two.", ""),
        ("Two.", "One. Two.", "Two."),
        ("One.", "", "One."),
        ("", "One.", ""),
    ],
)
def test_a_summary_that_the_text_begins_with_is_not_said_twice(
    summary: str, body: str, kept: str
) -> None:
    assert document(f"<ABSTRACT>{summary}</ABSTRACT><TEXT>{body}</TEXT>").summary == kept


@pytest.mark.parametrize(
    ("text", "body"),
    [
        ("R&D at AT&T; 3 < 4 <b and more", "R&D at AT&T; 3 < 4 <b and more"),
        ("<P>a <b</P><P>c</P>", "a <b\n\nc"),
        ("x &lt;p&gt; y &amp; z &copy=1", "x <p> y & z &copy=1"),
        ("One\ngoes on.\n\nTwo.", "One goes on.\n\nTwo."),
        ("<!-- kept out --> In. <!-- not closed", "In. <!-- not closed"),
        ("<F P=105>Name</F> said", "Name said"),
        ("a<script>b</script>c", "ac"),
    ],
)
def test_text_that_is_not_well_formed(text: str, body: str) -> None:
    assert document(f"<TEXT>{text}</TEXT>").body == body


def test_several_texts_follow_one_another() -> None:
    assert document("<TEXT>One.</TEXT><AUTHOR>B</AUTHOR><TEXT>Two.</TEXT>").body == "One.\n\nTwo."


def test_a_text_that_is_not_closed_ends_with_the_record() -> None:
    assert document("<TEXT>One.\n").body == "One."


def test_a_known_tag_within_a_text_does_not_end_it() -> None:
    assert document("<TEXT>From <time>noon</time> on.</TEXT>").body == "From noon on."


def test_records_keep_their_bytes_and_their_line() -> None:
    first, second = b"<DOC>\n<TITLE>A</TITLE>\n</DOC>", b"<DOC><TITLE>B</TITLE></DOC>"
    found = read(b"\n" + first + b"\n\n" + second + second + b"\n")
    assert [(one.position, one.content) for one in found] == [(2, first), (6, second), (6, second)]
    assert all(one.record for one in found)


def test_tags_around_a_whole_file_are_passed_over() -> None:
    content = b'\xef\xbb\xbf<?xml version="1.0"?>\n<DOCS>\n<DOC><TITLE>A</TITLE></DOC>\n</DOCS>\n'
    (found,) = read(content)
    assert found.record is not None
    assert recognise("a.txt", content).name == "trec"


def test_a_bad_record_costs_itself() -> None:
    good = b"<DOC>\n<TITLE>A</TITLE>\n</DOC>\n"
    bad = b"<DOC>\n<TITLE>A</TITLE>\n<TIME>soon</TIME>\n</DOC>\n"
    found = read(good + bad + good)
    assert [one.error is None for one in found] == [True, False, True]
    assert found[1].error is not None
    assert (found[1].error.line, found[1].position) == (4, 4)


def test_damage_is_told_by_its_line_in_the_file() -> None:
    (found,) = read("\n<DOC>\n<TITLE>Öö</TITLE>\n<TEXT>ü".encode() + b"\xff</TEXT>\n</DOC>")
    assert found.error is not None
    assert found.error.line == 4


@pytest.mark.parametrize("end", [b"", b"<DOC>\n<TITLE>B</TITLE>\n</DOC>\n"])
def test_a_record_that_is_not_closed_leaves_the_next_alone(end: bytes) -> None:
    found = read(b"<DOC>\n<TITLE>A</TITLE>\n" + end)
    assert "not closed" in str(found[0].error)
    assert found[0].content == b"<DOC>\n<TITLE>A</TITLE>\n"
    assert [one.record is not None for one in found[1:]] == ([True] if end else [])


def test_what_stands_between_records_is_named() -> None:
    record = b"<DOC><TITLE>A</TITLE></DOC>"
    found = read(b"one\nmore\n\n" + record + b" tail\n" + record)
    assert [(one.position, one.content) for one in found if one.error] == [
        (1, b"one\nmore\n"),
        (4, b" tail\n"),
    ]
    assert sum(one.record is not None for one in found) == 2


@pytest.mark.parametrize("content", [b"<DOC></DOC>", b"<DOC>\n<TITLE> </TITLE><TEXT/>\n</DOC>"])
def test_an_article_needs_words(content: bytes) -> None:
    (found,) = read(content)
    assert "neither a headline" in str(found.error)


def test_fields_that_are_too_long_are_named() -> None:
    with pytest.raises(RecordError, match="SRC or SOURCE is 201 characters"):
        document(f"<SRC>{'x' * 201}</SRC>")


def test_a_record_beyond_the_bound_is_rejected_and_the_next_read(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    monkeypatch.setattr(trec, "MAX_RECORD_BYTES", 60)
    good = b"<DOC><TITLE>A</TITLE></DOC>\n"
    for long in (b"<DOC>\n" + b"word\n" * 50 + b"</DOC>\n", b"<DOC>" + b"x" * 500 + b"</DOC>\n"):
        found = read(good + long + good)
        assert [one.record is not None for one in found] == [True, False, True]
        assert "larger than" in str(found[1].error)
        assert len(found[1].content) == 60
    unclosed = read(b"<DOC>\n" + b"word\n" * 50 + good)
    assert [one.record is not None for one in unclosed] == [False, True]


def test_a_file_that_is_one_long_line_is_read_to_its_end(monkeypatch: pytest.MonkeyPatch) -> None:
    for bound in range(40, 60):
        monkeypatch.setattr(trec, "MAX_RECORD_BYTES", bound)
        good = b"<DOC><TITLE>word</TITLE></DOC>"
        found = read(
            b"\xef\xbb\xbf"
            + good * 20
            + b"<DOC>"
            + b"x" * 200
            + b"</DOC>"
            + good * 5
            + b"\n"
            + good
        )
        assert [one.record is not None for one in found] == [True] * 20 + [False] + [True] * 6
        assert [one.position for one in found] == [1] * 26 + [2]


def test_a_file_is_read_piece_by_piece() -> None:
    class Endless(io.RawIOBase):
        lines = chain.from_iterable(repeat((b"<DOC>\n", b"<TITLE>A</TITLE>\n", b"</DOC>\n")))

        def readline(self, size: int | None = -1, /) -> bytes:
            return next(self.lines)

    records = TrecReader().read(Endless())  # type: ignore[arg-type]
    assert [next(records).position for _ in range(3)] == [1, 4, 7]


@pytest.mark.parametrize(
    "text", ["<" * 200_000, "<a " * 100_000, "<TEXT>" * 50_000, "<!-- " * 50_000, "& " * 100_000]
)
def test_no_text_takes_long(text: str) -> None:
    started = process_time()
    read(f"<DOC><TITLE>A</TITLE>{text}</DOC>".encode())
    read(f"<DOC><TITLE>A</TITLE><TEXT>{text}</TEXT></DOC>".encode())
    assert process_time() - started < 5


@given(st.binary(max_size=300))
def test_any_bytes_are_read_or_refused(content: bytes) -> None:
    for received in read(content) + read(b"<DOC><TITLE>A</TITLE><TEXT>" + content):
        assert (received.record is None) != (received.error is None)


@given(
    st.lists(
        st.sampled_from(
            ["<DOC>", "</DOC>", "\n", "<TITLE>", "</TITLE>", "<TEXT>", "</text>", "word", "<P>"]
        ),
        max_size=30,
    )
)
def test_no_word_is_lost_unseen(parts: list[str]) -> None:
    content = "".join(parts).encode()
    kept = b"".join(received.content for received in read(content))
    assert kept.count(b"word") == content.count(b"word")
