from __future__ import annotations

import io
import json
from itertools import islice
from time import monotonic
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from archive.exceptions import RecordError
from archive.formats import jsonl
from archive.formats.base import ArticleRecord, NamedEntity, Received, Reference
from archive.formats.jsonl import JsonLinesReader, read_object
from archive.formats.limits import safe_link


def read(content: bytes) -> list[Received]:
    return list(JsonLinesReader().read(io.BytesIO(content)))


def test_every_field() -> None:
    assert read_object(
        {
            "id": "x-1",
            "headline": " A  headline ",
            "summary": "S.",
            "body": "One.\n\n\nTwo.",
            "language": "EN_us",
            "published": "2025-06-02T10:15:00+03:00",
            "source": "The Quay",
            "section": "World",
            "page": 4,
            "edition": "Late",
            "url": "https://quay.example/1",
            "bylines": ["Ada Quill", "", "Bo Reed"],
            "status": "Draft",
            "embargo": "2025-06-02T18:00:00+03:00",
            "credit": "Quay",
            "usage_terms": "None.",
            "access": "snippet",
            "topics": ["Harbours"],
            "parties": ["Russia", "Russia", {"name": "Quay Party"}],
            "places": [{"name": "Northern Mole", "identifiers": {"WIKIDATA": " Q1 "}}],
            "persons": [],
            "organisations": None,
            "references": ["A label", {"label": "B", "url": "https://b.example/"}],
            "weather": {"unknown": True},
        }
    ) == ArticleRecord(
        supplier_id="x-1",
        headline="A headline",
        summary="S.",
        body="One.\n\nTwo.",
        language="en-US",
        published="2025-06-02T10:15:00+03:00",
        source="The Quay",
        section="World",
        page="4",
        edition="Late",
        url="https://quay.example/1",
        bylines=("Ada Quill", "Bo Reed"),
        status="draft",
        embargo="2025-06-02T15:00:00+00:00",
        credit="Quay",
        usage_terms="None.",
        access="snippet",
        entities={
            "topic": (NamedEntity(name="Harbours"),),
            "party": (NamedEntity(name="Russia"), NamedEntity(name="Quay Party")),
            "place": (NamedEntity(name="Northern Mole", identifiers={"wikidata": "Q1"}),),
        },
        references=(Reference(label="A label"), Reference(label="B", url="https://b.example/")),
    )


@pytest.mark.parametrize("data", [{"headline": "A"}, {"body": "A"}, {"body": "A", "id": None}])
def test_only_a_headline_or_a_body_is_required(data: dict[str, Any]) -> None:
    record = read_object(data)
    assert (record.headline, record.body).count("A") == 1
    assert record.published == record.status == record.language == ""


@pytest.mark.parametrize(
    ("data", "said"),
    [
        ([], "a list"),
        ("text", "a text"),
        (None, "null"),
        ({}, "neither `headline` nor `body`"),
        ({"headline": "  "}, "neither `headline` nor `body`"),
        ({"headline": 5}, "`headline` is a number"),
        ({"headline": ["A"]}, "`headline` is a list"),
        ({"headline": "x" * 1001}, "1,001 characters"),
        ({"headline": "a\0b"}, "NUL"),
        ({"headline": "a\ud800b"}, "surrogate"),
        ({"body": "A", "id": True}, "`id` is true or false"),
        ({"body": "A", "published": 2025}, "`published` is a number"),
        ({"body": "A", "published": "soon"}, "`published` is not a date that can be read"),
        ({"body": "A", "published": "2025-02-30"}, "Leave it out"),
        ({"body": "A", "status": "secret"}, "draft, published, withdrawn"),
        ({"body": "A", "access": "some"}, "full, snippet, metadata"),
        ({"body": "A", "embargo": "tomorrow"}, "ISO 8601"),
        ({"body": "A", "embargo": "0001-01-01T00:00:00+10:00"}, "ISO 8601"),
        ({"body": "A", "language": "no language"}, "`language`"),
        ({"body": "A", "parties": "Russia"}, "`parties` is a text. Write a list"),
        ({"body": "A", "parties": {"name": "Russia"}}, "`parties` is an object"),
        ({"body": "A", "parties": [5]}, "Item 1 of `parties` needs a name"),
        ({"body": "A", "parties": [{"identifiers": {"wikidata": "Q1"}}]}, "needs a name"),
        ({"body": "A", "parties": ["B", {"name": ["C"]}]}, "Item 2 of `parties` needs a name"),
        ({"body": "A", "parties": [{"name": "B", "identifiers": "Q1"}]}, "identifiers of item 1"),
        ({"body": "A", "parties": [{"name": "B", "identifiers": {"q": 1}}]}, "an identifier"),
        ({"body": "A", "places": ["x" * 201]}, "201 characters"),
        ({"body": "A", "topics": ["x"] * 1001}, "more than 1,000 items"),
        ({"body": "A", "bylines": 5}, "`bylines` is a number"),
        ({"body": "A", "bylines": [5]}, "item 1 of `bylines`"),
        ({"body": "A", "references": [{"label": 5}]}, "item 1 of `references`"),
        ({"body": "<div>" * 600}, "nested deeper"),
    ],
)
def test_what_is_wrong_is_said(data: Any, said: str) -> None:
    with pytest.raises(RecordError) as caught:
        read_object(data)
    assert said.lower() in str(caught.value).lower()


def test_bylines_may_be_one_name() -> None:
    assert read_object({"body": "A", "bylines": "Ada Quill"}).bylines == ("Ada Quill",)
    assert read_object({"body": "A", "bylines": " "}).bylines == ()


@pytest.mark.parametrize(
    ("embargo", "expected"),
    [
        ("2025-06-02T18:00:00+03:00", "2025-06-02T15:00:00+00:00"),
        ("2025-06-02T18:00:00Z", "2025-06-02T18:00:00+00:00"),
        ("2025-06-02T18:00:00", "2025-06-02T18:00:00+00:00"),
        ("2025-06-02", "2025-06-02T00:00:00+00:00"),
    ],
)
def test_an_embargo_without_zone_is_in_utc(embargo: str, expected: str) -> None:
    assert read_object({"body": "A", "embargo": embargo}).embargo == expected


@pytest.mark.parametrize(
    ("link", "kept"),
    [
        ("https://a.example/1?b=c#d", True),
        ("HTTP://A.example", True),
        ("javascript:alert(1)", False),
        ("JaVaScRiPt:alert(1)", False),
        ("java\nscript:alert(1)", False),
        ("data:text/html,A", False),
        ("//a.example/", False),
        ("/relative", False),
        ("https:///no-host", False),
        ("https://[broken", False),
        ("https://a.example/a b", False),
        ("https://a.example/\u202e", False),
        ("https://a.example/" + "x" * 2000, False),
        ("", False),
    ],
)
def test_links_that_a_browser_must_not_follow_are_dropped(link: str, kept: bool) -> None:
    assert bool(safe_link(link)) is kept
    record = read_object({"body": "A", "url": link, "references": [{"label": "B", "url": link}]})
    assert bool(record.url) is kept
    assert record.references[0].label == "B"
    assert bool(record.references[0].url) is kept


def test_a_bad_line_costs_that_line() -> None:
    received = read(b'{"headline": "A"}\nnonsense\n\n{"body": "\xff"}\n{"headline": "B"}')
    assert [(item.position, item.error is None) for item in received] == [
        (1, True),
        (2, False),
        (4, False),
        (5, True),
    ]
    assert received[1].error is not None
    assert received[1].error.line == 2
    assert received[1].content == b"nonsense"


def test_marks_and_line_ends() -> None:
    received = read(b'\xef\xbb\xbf{"headline": "A"}\r\n{"headline": "B\\u2028C"}\r\n')
    assert [item.record.headline for item in received if item.record] == ["A", "B C"]


HOSTILE = {
    "deep": b'{"headline": "A", "x": ' + b"[" * 100_000 + b"]" * 100_000 + b"}",
    "deep objects": b'{"a":' * 100_000 + b"1" + b"}" * 100_000,
    "digits": b'{"headline": "A", "x": ' + b"9" * 5_000 + b"}",
    "more digits": b'{"headline": "A", "x": ' + b"9" * 1_000_000 + b"}",
    "raw NUL": b'{"headline": "A\0"}',
    "escaped NUL": b'{"headline": "A\\u0000"}',
    "surrogate": b'{"headline": "A\\ud800"}',
    "not UTF-8": b'{"headline": "\xff\xfe"}',
    "NaN": b'{"headline": "A", "x": NaN}',
    "two objects": b'{"headline": "A"} {"headline": "B"}',
    "cut": b'{"headline": "A"',
}


@pytest.mark.parametrize("line", HOSTILE.values(), ids=HOSTILE)
def test_hostile_lines_are_rejected_at_once(line: bytes) -> None:
    began = monotonic()
    first, second = read(line + b'\n{"headline": "Next"}\n')
    assert first.error is not None
    assert first.content == line
    assert second.record is not None
    assert monotonic() - began < 1


@pytest.mark.parametrize("constant", ["NaN", "Infinity", "-Infinity"])
def test_numbers_that_json_lacks_are_named(constant: str) -> None:
    (received,) = read(f'{{"headline": "A", "x": {constant}}}'.encode())
    assert str(received.error).startswith(f"{constant} is not JSON")


def test_a_line_beyond_the_bound_costs_that_line(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(jsonl, "MAX_RECORD_BYTES", 40)
    monkeypatch.setattr(jsonl, "_SKIPPED_AT_ONCE", 7)
    fitting = b'{"headline": "' + b"x" * 24 + b'"}'
    assert len(fitting) == 40
    longer = b'{"headline": "' + b"x" * 25 + b'"}'
    longest = b'{"headline": "' + b"x" * 500 + b'"}'
    received = read(b"\n".join([fitting, longer, longest, fitting]))
    assert [item.error is None for item in received] == [True, False, False, True]
    assert [item.position for item in received] == [1, 2, 3, 4]
    assert all(len(item.content) <= 40 for item in received)


def test_lines_are_read_one_by_one() -> None:
    class Endless(io.RawIOBase):
        def readable(self) -> bool:
            return True

        def readinto(self, buffer: Any) -> int:
            line = b'{"headline": "A"}\n'
            buffer[: len(line)] = line
            return len(line)

    stream = io.BufferedReader(Endless(), buffer_size=64)
    assert len(list(islice(JsonLinesReader().read(stream), 1_000))) == 1_000


JSON = st.recursive(
    st.none() | st.booleans() | st.integers() | st.floats(allow_nan=False) | st.text(max_size=20),
    lambda inner: st.lists(inner, max_size=3) | st.dictionaries(st.text(max_size=5), inner),
    max_leaves=8,
)
KNOWN = ["id", "headline", "body", "published", "embargo", "url", "bylines", "language", "parties"]
FIELDS = st.sampled_from([*KNOWN, "references", "status", "page", "x"])


@given(st.dictionaries(FIELDS, JSON))
def test_any_object_gives_a_record_or_a_reason(data: dict[str, Any]) -> None:
    (received,) = read(json.dumps(data).encode() + b"\n")
    assert (received.record is None) != (received.error is None)


@given(st.binary(max_size=200))
def test_any_bytes_are_read(content: bytes) -> None:
    for received in read(content):
        assert (received.record is None) != (received.error is None)
