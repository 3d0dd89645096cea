"""What is written reads back equal in the fields that a format carries."""

from __future__ import annotations

import csv
import io
import json
from collections.abc import Iterator
from dataclasses import fields, replace
from datetime import UTC, datetime
from itertools import islice, pairwise

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from lxml import etree

from archive.exceptions import UnknownFormat
from archive.formats.base import ArticleRecord, NamedEntity, Reference
from archive.formats.limits import safe_link
from archive.formats.registry import BEGINNING, reader_for, recognise
from archive.formats.wordings import same_beginning, without_title
from archive.formats.write_newsml_g2 import NewsMLG2Writer
from archive.formats.writers import WRITERS, writer_for
from archive.formats.xml_text import begins_with
from tests.formats.records import (
    SPANS,
    TIMES,
    UNSURE,
    addressed,
    one_identifier,
    read_back,
    records,
    written,
)

AT = datetime(2026, 1, 2, 3, 4, 5, tzinfo=UTC)
FULL = ArticleRecord(
    supplier_id="q-1",
    version="7",
    headline='Ferry "sails" <again> & ]]> again',
    summary="The island is within reach.\n\nTwice a day.",
    body="=1+1 שלום </p> &nbsp; | it sailed.\n\nFares <b>stay</b>.",
    language="en-GB",
    published="2025-06-02T10:15:00+03:00",
    source="The Quay",
    section="World",
    page="4",
    edition="Late",
    url="https://quay.example/1",
    bylines=("By Ada Quill", "Bo Reed"),
    status="published",
    embargo="2025-06-02T15:00:00+00:00",
    credit="Quay Wire",
    usage_terms="© The Quay\n\nNot for sale",
    access="snippet",
    entities={
        "topic": (NamedEntity(name="ports", identifiers={"medtop": "20000337"}),),
        "party": (NamedEntity(name="Russia", identifiers={"wikidata": "Q159", "p": "ru"}),),
        "person": (NamedEntity(name="Bo Reed", identifiers={"p": "reed"}), NamedEntity(name="Al")),
        "place": (
            NamedEntity(
                name="Estonia",
                identifiers={"wikidata": "Q191", "iso3166": "EE", "geonames": "453733"},
            ),
        ),
    },
    references=(
        Reference(label="Timetable", url="https://quay.example/ferry"),
        Reference(label="A note | on paper"),
    ),
)
# As many of them as there are bytes in this order have a place where there is one place.
NINJS_ORDER = ("medtop", "wikidata", "iso3166", "geonames", "uri", "p")


def round_trip(name: str, *items: ArticleRecord) -> list[ArticleRecord]:
    return read_back(name, written(name, *items))


def carried(name: str, record: ArticleRecord) -> ArticleRecord:
    """The record without the fields that a format does not carry."""
    nothing = ArticleRecord()
    left_out = {field.name for field in fields(ArticleRecord)} - writer_for(name).carries
    return replace(record, **{field: getattr(nothing, field) for field in left_out})


@given(records(published=TIMES | SPANS | UNSURE))
def test_json_lines_carry_everything(record: ArticleRecord) -> None:
    assert round_trip("jsonl", record) == [record]


@given(records(published=TIMES | SPANS | UNSURE))
def test_csv_carries_everything_but_identifiers(record: ArticleRecord) -> None:
    def items(names: tuple[str, ...]) -> tuple[str, ...]:
        return tuple(dict.fromkeys(name.replace("|", "｜") for name in names))

    entities = {
        kind: tuple(NamedEntity(name=name) for name in items(tuple(one.name for one in names)))
        for kind, names in record.entities.items()
    }
    references = tuple(
        Reference(label=label, url=reference.url)
        for reference in record.references
        # What stands between a label and its address, and a label that is one, read differently.
        if (label := reference.label.replace("|", "｜").strip(" ,;:")) and "http" not in label
    )
    given = replace(record, references=references)
    expected = replace(
        given,
        bylines=items(record.bylines),
        entities=entities,
        references=tuple(dict.fromkeys(references)),
    )
    assert round_trip("csv", given) == [expected]


@given(records(published=TIMES | SPANS | UNSURE | st.just("")))
def test_ninjs_carries_what_it_has_room_for(record: ArticleRecord) -> None:
    given = replace(record, supplier_id=record.supplier_id or "q-1", bylines=record.bylines[:1])
    body = without_title(record.body, record.headline)
    expected = replace(
        carried("ninjs", given),
        body=body,
        summary="" if same_beginning(body, record.summary) else record.summary,
        entities={
            kind: one_identifier(names, NINJS_ORDER) for kind, names in record.entities.items()
        },
        references=tuple({one.url: one for one in addressed(record.references)[::-1]}.values())[
            ::-1
        ],
    )
    assert round_trip("ninjs", given) == [expected]


@given(records(published=TIMES | SPANS | UNSURE))
def test_nitf_carries_what_it_has_room_for(record: ArticleRecord) -> None:
    places = {
        kind: tuple(
            replace(entity, name=name)
            for entity in names
            if (name := entity.name.strip(" ,;") if kind == "place" else entity.name)
        )
        for kind, names in record.entities.items()
    }
    expected = replace(
        carried("nitf", record),
        summary="" if begins_with(record.body, record.summary) else record.summary,
        usage_terms=" ".join(record.usage_terms.split()),
        entities={kind: one_identifier(names, NINJS_ORDER) for kind, names in places.items()},
    )
    assert round_trip("nitf", record) == [expected]


@settings(max_examples=60)
@given(records(published=TIMES | SPANS | UNSURE | st.just("")))
def test_newsml_g2_carries_what_it_has_room_for(record: ArticleRecord) -> None:
    given = replace(
        record, supplier_id=record.supplier_id or "q-1", url="", version=record.version or "1"
    )
    expected = replace(
        carried("newsml-g2", given),
        summary="" if begins_with(record.body, record.summary) else record.summary,
        url=safe_link(given.supplier_id),
        entities=dict(record.entities),
        references=addressed(record.references),
    )
    assert round_trip("newsml-g2", given) == [expected]
    assert round_trip("newsml-g2", given, given) == [expected, expected]


@pytest.mark.parametrize("name", WRITERS)
def test_every_format_is_recognised_and_reads_back(name: str) -> None:
    writer = writer_for(name)
    assert writer.name == name
    assert writer.carries <= {field.name for field in fields(ArticleRecord)}
    content = written(name, FULL)
    assert recognise(f"a{writer.suffix}", content[:BEGINNING]).name == name
    (back,) = read_back(name, content)
    plain = writer.carries - {"bylines", "entities", "references", "usage_terms", "url"}
    assert {field: getattr(back, field) for field in plain} == {
        field: getattr(FULL, field) for field in plain
    }


@pytest.mark.parametrize("name", [name for name in WRITERS if not writer_for(name).single])
def test_none_one_and_many(name: str) -> None:
    assert [one.headline for one in round_trip(name, FULL, replace(FULL, headline="B"))] == [
        FULL.headline,
        "B",
    ]
    content = written(name)
    assert not any(received.record for received in reader_for(name).read(io.BytesIO(content)))


@pytest.mark.parametrize("name", [name for name in WRITERS if not writer_for(name).single])
def test_nothing_waits_for_the_last_record(name: str) -> None:
    stream = io.BytesIO()
    sizes = []

    def some() -> Iterator[ArticleRecord]:
        for _ in range(6):
            sizes.append(stream.tell())
            yield FULL

    writer_for(name).write(some(), stream)
    grown = [later - earlier for earlier, later in pairwise(sizes[2:])]
    assert min(grown) > 400


def test_a_single_format_takes_one() -> None:
    with pytest.raises(ValueError):
        written("nitf", FULL, FULL)


def test_an_unknown_format_names_those_there_are() -> None:
    with pytest.raises(UnknownFormat, match="jsonl, csv, ninjs, newsml-g2, nitf"):
        writer_for("parchment")


@pytest.mark.parametrize("name", WRITERS)
@pytest.mark.parametrize(
    "body", ["x" * 200_000, "word " * 40_000, "\u200fשלום " * 9, "]]>", "<p>&lt;p&gt;", "a\x85b"]
)
def test_awkward_bodies(name: str, body: str) -> None:
    (record,) = read_back("jsonl", json.dumps({"id": "1", "body": body}).encode())
    (back,) = round_trip(name, record)
    assert back.body == record.body


@pytest.mark.parametrize("name", WRITERS)
def test_tags_that_are_none_are_words(name: str) -> None:
    record = ArticleRecord(supplier_id="1", headline="A", body="<div>" * 600, summary="<p>")
    (back,) = round_trip(name, record)
    assert (back.body, back.summary) == (record.body, record.summary)


def test_no_markup_is_made_of_spaces() -> None:
    assert b"<p>" not in written("jsonl", ArticleRecord(body=" A \r\n\r\n  B "))


@pytest.mark.parametrize("name", ["newsml-g2", "nitf"])
def test_what_xml_cannot_hold_stops_no_writer(name: str) -> None:
    record = ArticleRecord(supplier_id="\x00a\x1f", headline="a\x00b\ufffe", body="\x0cA\r\nB")
    (back,) = round_trip(name, record)
    assert (back.supplier_id, back.headline, back.body) == ("a", "ab", "A B")


def test_a_bar_within_an_item_of_csv_looks_the_same() -> None:
    (back,) = round_trip("csv", FULL)
    assert back.references[1].label == "A note ｜ on paper"
    assert back.entities["place"] == (NamedEntity(name="Estonia"),)


@pytest.mark.parametrize(
    "text", ["=1", "+1", "-1", "@a", "'=1", "''+", "'", "'tis", "1", "''", "'-'", "-'-"]
)
def test_a_formula_is_none_and_an_apostrophe_stays(text: str) -> None:
    record = ArticleRecord(supplier_id=text, headline=text, bylines=(text, "B"))
    content = written("csv", record).decode("utf-8-sig")
    cells = next(islice(csv.reader(io.StringIO(content)), 1, None))
    assert not any(cell.startswith(("=", "+", "-", "@", "\t", "\r")) for cell in cells)
    assert round_trip("csv", record) == [record]


@pytest.mark.parametrize("published", ["2025-06-02", "2025-06", "199X", "1998~", ""])
def test_ninjs_keeps_a_date_without_a_time_aside(published: str) -> None:
    (item,) = json.loads(written("ninjs", replace(FULL, published=published)))
    assert "firstCreated" not in item
    assert item.get("altIds", []) == ([{"role": "issued", "value": published}] if published else [])
    (back,) = round_trip("ninjs", replace(FULL, published=published))
    assert back.published == published


def test_ninjs_joins_bylines_as_far_as_they_fit() -> None:
    (back,) = round_trip("ninjs", replace(FULL, bylines=("Ada", "Bo", "x" * 195)))
    assert back.bylines == ("Ada, Bo",)


def test_ninjs_and_newsml_g2_say_which_organisation_is_a_party() -> None:
    (item,) = json.loads(written("ninjs", FULL))
    assert item["organisations"] == [
        {"name": "Russia", "rel": "party", "uri": "http://www.wikidata.org/entity/Q159"}
    ]
    root = etree.fromstring(written("newsml-g2", FULL))
    parties = [one for one in root.iter("{*}subject") if one.get("{urn:x-news-archive:}kind")]
    assert [one.findtext("{*}name") for one in parties] == ["Russia"]
    (back,) = round_trip("newsml-g2", FULL)
    assert back.entities["party"] == FULL.entities["party"]
    assert back.entities["place"] == FULL.entities["place"]


@pytest.mark.parametrize("name", ["ninjs", "newsml-g2"])
def test_an_identifier_that_is_demanded_stays_the_same(name: str) -> None:
    given = replace(FULL, supplier_id="")
    (back,) = round_trip(name, given)
    assert back.supplier_id == FULL.url
    (first,), (second,) = (round_trip(name, replace(given, url="")) for _ in range(2))
    assert first.supplier_id == second.supplier_id
    assert first.supplier_id.startswith("urn:sha256:")
    (other,) = round_trip(name, replace(given, url="", body="Another."))
    assert other.supplier_id != first.supplier_id


@pytest.mark.parametrize(
    ("published", "created", "issued"),
    [
        ("2025-06-02", "2025-06-02", "2025-06-02"),
        ("2025", "2025", "2025"),
        ("20250602T101500Z", "2025-06-02T10:15:00+00:00", "2025-06-02T10:15:00+00:00"),
        ("1998~", None, "1998~"),
        ("2001-21", None, "2001-21"),
        ("", None, None),
    ],
)
def test_newsml_g2_keeps_an_uncertain_date_aside(
    published: str, created: str | None, issued: str | None
) -> None:
    content = written("", replace(FULL, published=published), writer=NewsMLG2Writer(at=AT))
    found = {etree.QName(one).localname: one.text for one in etree.fromstring(content).iter()}
    assert found.get("contentCreated") == created
    assert found["issued"] == issued
    assert found["versionCreated"] == "2026-01-02T03:04:05+00:00"


def test_nitf_keeps_a_date_as_it_stands() -> None:
    for published in ("2004-11/2004-12", "2025-06", "2025-06-02T10:15:00+03:00", ""):
        (back,) = round_trip("nitf", replace(FULL, published=published, embargo=""))
        assert back.published == published


@pytest.mark.parametrize(
    ("status", "embargo", "said"),
    [
        ("published", "2030-01-01T00:00:00+00:00", "embargoed"),
        ("published", "", "usable"),
        ("draft", "2030-01-01T00:00:00+00:00", "withheld"),
        ("withdrawn", "", "canceled"),
        ("", "", None),
    ],
)
def test_nitf_says_what_may_be_used(status: str, embargo: str, said: str | None) -> None:
    record = replace(FULL, status=status, embargo=embargo)
    root = etree.fromstring(written("nitf", record))
    (docdata,) = root.iter("{*}docdata")
    assert docdata.get("management-status") == said
    (back,) = round_trip("nitf", record)
    assert (back.status, back.embargo) == (status, embargo)
