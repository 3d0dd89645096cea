from __future__ import annotations

import io
import json
from pathlib import Path
from time import process_time
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from archive.formats import json_stream
from archive.formats.base import ArticleRecord, NamedEntity, Received, Reference
from archive.formats.json_feed import JsonFeedReader
from archive.formats.registry import BEGINNING, recognise

VERSION = "https://jsonfeed.org/version/1.1"


def read(content: bytes) -> list[Received]:
    return list(JsonFeedReader().read(io.BytesIO(content)))


def feed(*items: Any, **fields: Any) -> bytes:
    return json.dumps({"version": VERSION, "items": list(items), **fields}).encode()


def test_every_field() -> None:
    item = {
        "id": 7,
        "url": "https://quay.example/7",
        "external_url": "https://harbour.example/12",
        "title": " Lamps  lit ",
        "content_html": "<p>One.</p><p>Two.</p>",
        "content_text": "One. Two.",
        "summary": "In short.",
        "image": "https://quay.example/7.jpg",
        "date_published": "2025-06-02T10:15:00+03:00",
        "date_modified": "2025-06-03T10:15:00+03:00",
        "authors": [{"name": "Ada Quill"}, {"name": "Bo Reed"}, {"url": "https://x.example"}],
        "tags": ["Harbours", "Harbours", "Lamps"],
        "language": "EN_us",
        "_weather": {"unknown": True},
    }
    (found,) = read(feed(item, title="The Quay", language="de"))
    assert found.content == json.dumps(item).encode()
    assert found.record == ArticleRecord(
        supplier_id="7",
        version="2025-06-03T07:15:00+00:00",
        headline="Lamps lit",
        summary="In short.",
        body="One.\n\nTwo.",
        language="en-US",
        published="2025-06-02T10:15:00+03:00",
        source="The Quay",
        url="https://quay.example/7",
        bylines=("Ada Quill", "Bo Reed"),
        entities={"topic": (NamedEntity(name="Harbours"), NamedEntity(name="Lamps"))},
        references=(
            Reference(label="https://harbour.example/12", url="https://harbour.example/12"),
        ),
    )


def test_what_the_feed_says_goes_for_its_items_wherever_it_stands() -> None:
    (found,) = read(
        feed({"title": "A"}, title="The Quay", language="de", author={"name": "Ada Quill"})
    )
    assert found.record is not None
    assert found.record.source == "The Quay"
    assert found.record.language == "de"
    assert found.record.bylines == ("Ada Quill",)


def test_an_item_goes_before_its_feed() -> None:
    item = {"title": "A", "author": {"name": "Bo Reed"}, "language": "en"}
    (found,) = read(feed(item, language="de", authors=[{"name": "Ada Quill"}]))
    assert found.record is not None
    assert (found.record.language, found.record.bylines) == ("en", ("Bo Reed",))


@pytest.mark.parametrize(
    ("item", "expected"),
    [
        ({"content_text": "One.\n\nTwo."}, ("", "", "One.\n\nTwo.")),
        ({"content_text": "1 <b 2"}, ("", "", "1 <b 2")),
        ({"content_html": "1 &amp; 2"}, ("", "", "1 & 2")),
        ({"summary": "S."}, ("", "", "S.")),
        ({"title": "A", "summary": "S."}, ("A", "S.", "")),
        ({"title": "A", "summary": "One", "content_text": "One. Two."}, ("A", "", "One. Two.")),
        ({"title": "A", "content_html": "<h1>A</h1><p>B</p>"}, ("A", "", "B")),
    ],
)
def test_words(item: dict[str, str], expected: tuple[str, str, str]) -> None:
    (found,) = read(feed(item))
    assert found.record is not None
    assert (found.record.headline, found.record.summary, found.record.body) == expected


@pytest.mark.parametrize(
    ("item", "said"),
    [
        (5, "this is a number"),
        ({}, "neither `title`"),
        ({"title": 5}, "`title` is a number"),
        ({"title": "x" * 1001}, "1,001 characters"),
        ({"title": "a\0"}, "NUL"),
        ({"title": "A", "id": 1.5}, "`id` is a number"),
        ({"title": "A", "date_published": "soon"}, "`date_published` is not a date"),
        ({"title": "A", "tags": "x"}, "`tags` is a text"),
        ({"title": "A", "tags": [5]}, "a tag is a number"),
        ({"title": "A", "authors": ["x"]}, "an author of the item is a text"),
        ({"title": "A", "language": "no language"}, "`language`"),
        ({"content_html": "<div>" * 600}, "nested deeper"),
    ],
)
def test_a_bad_item_costs_itself(item: Any, said: str) -> None:
    content = b'{"version": "%s",\n"items": [\n{"title": "A"},\n%s,\n{"title": "B"}]}'
    found = read(content % (VERSION.encode(), json.dumps(item).encode()))
    assert [one.record is not None for one in found] == [True, False, True]
    assert [one.position for one in found] == [1, 2, 3]
    error = found[1].error
    assert error is not None
    assert said.lower() in str(error).lower()
    assert error.line == 4


@pytest.mark.parametrize(
    ("content", "outcome"),
    [
        (feed(), []),
        (b'{"items": [{"title": "A"}, {bad}, {"title": "B"}]}', [True, False, True]),
        (b'{"items": [{"title": "A"}, {"title": "B"', [True, False]),
        (b'{"items": [{"title": "A"},', [True, False]),
        (b'{"items": {}}', [False]),
        (b'{"items" []}', [False]),
        (b'{"title": 5, "items": [{"title": "A"}]}', [False]),
        (b'{"title": "x"', [False]),
        (b"[]", [False]),
        (b"", [False]),
        (b"\xff\xfe", [False]),
    ],
)
def test_feeds_that_are_not_whole(content: bytes, outcome: list[bool]) -> None:
    assert [item.record is not None for item in read(content)] == outcome


@pytest.mark.parametrize(
    "hostile",
    [
        b"[" * 100_000 + b"]" * 100_000,
        b'{"a":' * 100_000 + b"1" + b"}" * 100_000,
        b'{"id": ' + b"9" * 5_000 + b"}",
        b'"' + b"\\" * 100_000 + b'"',
        b'{"title": "\\ud800"}',
        b'{"title": "A", "x": NaN}',
        b"[" * 100_000,
    ],
)
def test_hostile_feeds_are_rejected_at_once(hostile: bytes) -> None:
    began = process_time()
    for content in (b'{"items": [%s]}', b'{"title": %s, "items": [5]}', b"%s"):
        assert all(item.error for item in read(content % hostile))
    assert process_time() - began < 1


def test_standard_input_is_read_though_it_cannot_be_gone_through_twice() -> None:
    class Pipe(io.BytesIO):
        def seekable(self) -> bool:
            return False

        def seek(self, *_: int) -> int:
            raise OSError

        def tell(self) -> int:
            raise OSError

    (found,) = JsonFeedReader().read(Pipe(feed({"title": "A"}, title="The Quay")))
    assert found.record is not None
    assert found.record.source == "The Quay"


@pytest.mark.parametrize("size", [1, 2, 3, 7])
def test_where_a_chunk_ends_makes_no_difference(size: int, monkeypatch: pytest.MonkeyPatch) -> None:
    content = feed({"title": 'A"\\]'}, {"title": "B"}, 5, title="é\n")
    whole = read(content)
    monkeypatch.setattr(json_stream, "CHUNK", size)
    assert [item.record for item in read(content)] == [item.record for item in whole]
    assert len(whole) == 3


@pytest.mark.parametrize(
    ("name", "content", "expected"),
    [
        ("a.json", feed(), "jsonfeed"),
        ("a.json", b'{"version":"https:\\/\\/jsonfeed.org\\/version\\/1","items":[]}', "jsonfeed"),
        ("", b'{"title": "x", "version": "https://jsonfeed.org/version/1"}\n', "jsonfeed"),
        ("a.json", b'{"version": "1", "uri": "u", "headlines": []}', "ninjs"),
        ("a.json", b'[{"version": "https://jsonfeed.org/version/1"}]', "ninjs"),
    ],
)
def test_recognition(name: str, content: bytes, expected: str) -> None:
    assert recognise(name, content[:BEGINNING]).name == expected


@given(st.binary(max_size=200))
def test_any_bytes_are_read(content: bytes) -> None:
    for received in read(content) + read(b'{"items": [' + content) + read(b'{"' + content):
        assert (received.record is None) != (received.error is None)


def test_a_real_feed(sample_data: Path) -> None:
    path = sample_data / "feeds" / "trafilatura" / "feed.json"
    reader = recognise(path.name, path.read_bytes()[:BEGINNING])
    assert reader.name == "jsonfeed"
    with path.open("rb") as stream:
        records = [item.record for item in reader.read(stream)]
    assert [
        (record.headline[:30], record.published, record.language) for record in records if record
    ] == REAL
    assert all(record and record.body and record.source == "Technology" for record in records)


# The beginning of the headline, the date, the language (the feed says none).
REAL: list[tuple[str, str, str]] = [
    ("Keller Rinaudo: How can delive", "2021-10-29T10:26:00-04:00", ""),
    ("Erika Hamden: What does it tak", "2021-10-29T10:25:00-04:00", ""),
    ("Facebook wants to lean into th", "2021-10-28T20:20:19-04:00", ""),
    ("Facebook is rebranding as Meta", "2021-10-28T14:33:00-04:00", ""),
    ("You can now ask Google to scru", "2021-10-27T16:00:55-04:00", ""),
    ("The U.S. is set to appeal the ", "2021-10-27T06:11:39-04:00", ""),
    ("A cyberattack paralyzed every ", "2021-10-27T05:31:00-04:00", ""),
    ("4 takeaways from the Senate ch", "2021-10-26T18:38:02-04:00", ""),
    ("A lost hiker ignored rescuers'", "2021-10-26T10:11:55-04:00", ""),
    ("Leaders from Snapchat, TikTok ", "2021-10-26T09:10:15-04:00", ""),
    ("Meet skimpflation: A reason in", "2021-10-26T06:31:00-04:00", ""),
    ("Ex-Facebook employee says comp", "2021-10-25T05:10:00-04:00", ""),
    ("Facebook dithered in curbing d", "2021-10-23T21:24:14-04:00", ""),
    ("20 years ago, the iPod was bor", "2021-10-23T16:49:18-04:00", ""),
    ("Scientists used a tiny brain i", "2021-10-23T15:34:42-04:00", ""),
    ("How the 'Stop the Steal' movem", "2021-10-22T21:50:00-04:00", ""),
    ("The creator of 'Stardew Valley", "2021-10-22T15:58:00-04:00", ""),
    ("Tech workers recount the cost ", "2021-10-21T16:54:00-04:00", ""),
    ("Amazon warehouse workers on St", "2021-10-21T13:21:46-04:00", ""),
    ("Oversight Board slams Facebook", "2021-10-21T10:27:08-04:00", ""),
    ("Memes about COVID-19 helped us", "2021-10-21T05:00:55-04:00", ""),
    ("Most of the email in your inbo", "2021-10-21T00:03:01-04:00", ""),
    ("Xbox mini fridges started as a", "2021-10-20T13:37:13-04:00", ""),
    ("Behind murky claim of a new hy", "2021-10-20T12:16:00-04:00", ""),
    ("Netflix employees are staging ", "2021-10-20T05:11:00-04:00", ""),
]
