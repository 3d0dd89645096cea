from __future__ import annotations

import csv
import io
from itertools import chain, repeat
from time import process_time

import pytest
from hypothesis import given
from hypothesis import strategies as st

from archive.formats import delimited, delimited_lines
from archive.formats.base import ArticleRecord, NamedEntity, Received, Reference
from archive.formats.delimited import CsvReader
from archive.formats.registry import BEGINNING, recognise


def read(content: bytes) -> list[Received]:
    return list(CsvReader().read(io.BytesIO(content)))


def headlines(content: bytes) -> list[str]:
    return [item.record.headline if item.record else f"! {item.error}" for item in read(content)]


def test_every_column() -> None:
    row = {
        "ID": "x-1",
        "Headline": " A  headline ",
        "summary": "S.",
        "body": "One,\n\nTwo.",
        "language": "EN_us",
        "published": "2025-06",
        "source": "The Quay",
        "section": "World",
        "page": "4",
        "edition": "Late",
        "url": "https://quay.example/1",
        "bylines": "Ada Quill| Bo Reed |",
        "status": "Draft",
        "embargo": "2025-06-02T18:00:00+03:00",
        "credit": "Quay",
        "Usage terms": "None.",
        "access": "snippet",
        "topics": "Harbours",
        "parties": "Russia|Russia",
        "places": "Northern Mole",
        "persons": "",
        "organisations": "Office|Quay",
        "references": "A label|B, https://b.example/|https://c.example/",
        "weather": "fair",
    }
    written = io.StringIO()
    csv.DictWriter(written, list(row)).writeheader()
    csv.DictWriter(written, list(row)).writerow(row)
    (found,) = read(written.getvalue().encode())
    assert found.record == ArticleRecord(
        supplier_id="x-1",
        headline="A headline",
        summary="S.",
        body="One,\n\nTwo.",
        language="en-US",
        published="2025-06",
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
            "party": (NamedEntity(name="Russia"),),
            "place": (NamedEntity(name="Northern Mole"),),
            "organisation": (NamedEntity(name="Office"), NamedEntity(name="Quay")),
        },
        references=(
            Reference(label="A label"),
            Reference(label="B", url="https://b.example/"),
            Reference(label="https://c.example/", url="https://c.example/"),
        ),
    )


@pytest.mark.parametrize(
    "content",
    [
        "headline,body\nÄpfel,b; c",
        "headline;body\nÄpfel;b; c".replace("b; c", '"b; c"'),
        "headline\tbody\r\nÄpfel\tb; c\r\n",
        "\n\n headline , BODY \nÄpfel,b; c\n\n,\n",
        'sep=;\nheadline;body\nÄpfel;"b; c"',
        "sep=|\nheadline|body\nÄpfel|b; c",
        '"headline","body"\n"Äpfel","b; c"\n',
        "body,headline\nb; c,Äpfel",
    ],
)
@pytest.mark.parametrize("encoding", ["utf-8", "utf-8-sig", "cp1252", "utf-16"])
def test_separators_and_encodings(content: str, encoding: str) -> None:
    written = content.encode(encoding)
    (found,) = read(written)
    assert found.record is not None
    assert (found.record.headline, found.record.body) == ("Äpfel", "b; c")
    assert recognise("", written[:BEGINNING]).name == "csv"


def test_rows_keep_their_bytes_and_their_line() -> None:
    first, second = b'1,"a\nb ""c""\r\n\nd"\r\n', b"2,e\n"
    found = read(b"id,body\r\n" + first + b"\n" + second)
    assert [(one.position, one.content) for one in found] == [(2, first), (7, second)]
    assert found[0].record is not None
    assert found[0].record.body == 'a b "c"\n\nd'


def test_long_fields() -> None:
    (found,) = read(b'headline,body\nA,"' + b"word \n" * 200_000 + b'"\n')
    assert found.record is not None
    assert len(found.record.body) > 900_000


@pytest.mark.parametrize(
    ("bad", "said"),
    [
        (b"only one", "1 columns, and the first row names 3"),
        (b"1,2,3,4", "4 columns"),
        (b'7,"open,x', "a quote is not closed"),
        (b'"7","op"en","x"', "text follows a closing quote"),
        (b'7,"several\nlines" more,\nhere', "text follows a closing quote"),
        (b"7,,", "neither `headline` nor `body`"),
        (b"7,\0,x", "NUL"),
        (b"7,\xe4\xff\xd0\xd1\xd2\xd3,x", "neither UTF-8 nor Western"),
        ("7,Äöüß".encode() + b"\xff,x", "does not fit the encoding"),
        (b"7,a\rb,x", "old way"),
        (b"7," + b"x" * 1001 + b",x", "1,001 characters"),
    ],
)
def test_a_bad_row_is_one_rejected_record(bad: bytes, said: str) -> None:
    good = b"1,Good,text\n"
    found = read(b"id,headline,body\n" + good + bad + b"\n" + good + good)
    assert [one.record is not None for one in found] == [True, False, True, True]
    rejected = found[1]
    assert said in str(rejected.error)
    assert rejected.content == bad + b"\n"
    assert rejected.error is not None
    assert rejected.position == rejected.error.line == 3


def test_damage_in_utf_16_is_told() -> None:
    content = "headline,body\nA,b\n".encode("utf-16")
    found = read(content + b"\x00\xdcA\x00,\x00b\x00\n\x00" + "C,d\n".encode("utf-16-le"))
    assert [one.record is not None for one in found] == [True, False, True]


@pytest.mark.parametrize(
    ("content", "said"),
    [
        (b"", "empty"),
        (b"\n\n", "empty"),
        (b"name,text\nA,b\nC,d\n", "neither `headline` nor `body`, but name, text"),
        (b"headline,body,Body\nA,b,c\n", "`body` twice"),
        (b"\xff\xfe", "empty"),
    ],
)
def test_a_file_without_a_header_is_one_rejected_record(content: bytes, said: str) -> None:
    (found,) = read(content)
    assert said in str(found.error)


def test_a_row_beyond_the_bound_is_rejected_and_the_next_read(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    for module in (delimited, delimited_lines):
        monkeypatch.setattr(module, "MAX_RECORD_BYTES", 60)
    long = b"A," + b"x" * 500 + b"\n"
    for bad in (long, b'A,"' + b"word\n" * 30 + b'"\n'):
        found = read(b"headline,body\nA,b\n" + bad + b"C,d\n")
        assert found[0].record is not None
        assert found[-1].record is not None
        assert 0 < sum(one.error is not None for one in found) <= 4
        assert all(len(one.content) <= 60 for one in found)
        assert b"".join(one.content for one in found).count(b"word") == bad.count(b"word")


def test_a_file_is_read_row_by_row() -> None:
    class Endless(io.RawIOBase):
        lines = chain([b"headline,body\n"], repeat(b"A,b\n"))

        def read(self, size: int = -1, /) -> bytes:
            return b""

        def readline(self, size: int | None = -1, /) -> bytes:
            return next(self.lines)

    records = CsvReader().read(Endless())  # type: ignore[arg-type]
    assert [next(records).position for _ in range(3)] == [2, 3, 4]


@pytest.mark.parametrize(
    "content",
    [
        b'a","\n' * 100_000,
        b'"a\n' * 100_000,
        b'1,2,3\na","\n' * 50_000,
        b'"' * 500_000,
        b'"""\n' * 100_000,
        b",\n" * 200_000,
        b"a" * 1_000_000,
        b"," * 1_000_000,
    ],
)
def test_no_file_takes_long(content: bytes) -> None:
    began = process_time()
    for columns in (b"headline,body\n", b"id,headline,body\n"):
        read(columns + content)
    assert process_time() - began < 8


@pytest.mark.parametrize(
    ("content", "recognised"),
    [
        (b"headline,body\n", True),
        (b"id;headline;x\n", True),
        (b"ID\tBody\n", True),
        (b"headline\nA", False),
        (b"A headline, and a body\n", False),
        (b"id,source\n", False),
        (b"<headline>,body", False),
        (b"", False),
        (b"\xff\xfe", False),
    ],
)
def test_recognition(content: bytes, recognised: bool) -> None:
    assert CsvReader.recognises(content) is recognised


@given(st.lists(st.tuples(*[st.text("ab,;\t\"'|\n\r é", max_size=8)] * 3), max_size=5))
def test_what_is_written_as_csv_is_read(rows: list[tuple[str, str, str]]) -> None:
    written = io.StringIO()
    writer = csv.writer(written, quoting=csv.QUOTE_ALL)
    writer.writerow(["headline", "weather", "body"])
    writer.writerows([(f"h{one}", two, f"b{three}") for one, two, three in rows])
    found = read(written.getvalue().encode())
    assert len(found) == len(rows)
    assert all(item.record for item in found)


@given(st.binary(max_size=200), st.sampled_from([b"", b"headline,body\n", b"\xff\xfe"]))
def test_any_bytes_are_read(content: bytes, before: bytes) -> None:
    for received in read(before + content):
        assert (received.record is None) != (received.error is None)


@given(st.lists(st.sampled_from(['"', ",", "\n", "word", '""', "\r\n"]), max_size=30))
def test_no_word_is_lost_unseen(parts: list[str]) -> None:
    content = "".join(parts).encode()
    kept = b"".join(received.content for received in read(b"headline,body\n" + content))
    assert kept.count(b"word") == content.count(b"word")
