"""A supplier's own columns, in CSV, JSON and XML, as fields of ours."""

from __future__ import annotations

import io
import json
from collections.abc import Iterator
from time import process_time
from typing import Any

import pytest

from archive.exceptions import MappingError, UnknownFormat
from archive.formats.base import ArticleRecord, NamedEntity, Received, Reference
from archive.formats.mapped import check_mapping, mapped_reader, values_at
from archive.formats.mapping import FieldMap


def read(content: bytes | str, *rules: str, format: str | None = None) -> list[Received]:
    content = content.encode() if isinstance(content, str) else content
    reader = mapped_reader(FieldMap.read(rules), format=format, beginning=content[:4096])
    return list(reader.read(io.BytesIO(content)))


def records(content: bytes | str, *rules: str) -> list[ArticleRecord | str]:
    return [item.record or str(item.error) for item in read(content, *rules)]


def one(content: bytes | str, *rules: str) -> ArticleRecord:
    (record,) = records(content, *rules)
    assert isinstance(record, ArticleRecord), record
    return record


def names(record: ArticleRecord, kind: str) -> list[str]:
    return [entity.name for entity in record.entities.get(kind, ())]


CSV = "Title;Publication  date;Tags;body;Desk\nFog;02.06.2025 10:15;War, Sea;Text.;World\n"


def test_columns_of_csv_become_fields_and_those_of_ours_stay() -> None:
    record = one(
        CSV,
        "Title=headline",
        "publication DATE = published:%d.%m.%Y %H:%M",
        "Tags=topics:,",
        "Desk=section",
        "source==The Quay",
    )
    assert record == ArticleRecord(
        headline="Fog",
        body="Text.",
        published="2025-06-02T10:15:00",
        section="World",
        source="The Quay",
        entities={"topic": (NamedEntity(name="War"), NamedEntity(name="Sea"))},
    )


@pytest.mark.parametrize(
    ("rules", "expected"),
    [
        (("Title=headline",), {"headline": "Fog", "body": "B.", "section": "S"}),
        (("Title=headline", "body=summary"), {"summary": "B.", "body": "", "section": "S"}),
        (("Title=headline", "section=-"), {"section": ""}),
        (("Title=headline", "Kicker=headline"), {"headline": "Fog"}),
        (("Kicker=headline", "Title=headline"), {"headline": "K"}),
        (("None=section", "section=section"), {"section": "S"}),
        (("Empty=credit", "credit==Quay"), {"credit": "Quay"}),
        (("Title=credit", "credit==Quay"), {"credit": "Fog"}),
        (("Kicker=bylines", "Title=bylines"), {"bylines": ("K", "Fog")}),
        (("bylines==A|B",), {"bylines": ("A", "B")}),
        (("Link=references",), {"references": (Reference(label="A", url="https://a.example/"),)}),
    ],
)
def test_the_first_column_that_says_something_counts(
    rules: tuple[str, ...], expected: dict[str, Any]
) -> None:
    content = "Title,body,section,Kicker,Empty,Link\nFog,B.,S,K,,A https://a.example/\n"
    record = one(content, *rules)
    assert {name: getattr(record, name) for name in expected} == expected


@pytest.mark.parametrize(
    ("format", "written", "expected"),
    [
        ("%d.%m.%Y", "02.06.2025", "2025-06-02"),
        ("%d.%m.%Y", " 2.6.2025 ", "2025-06-02"),
        ("%m/%y", "06/25", "2025-06"),
        ("%Y", "2025", "2025"),
        ("%B %d, %Y", "June 2, 2025", "2025-06-02"),
        ("%d/%m/%Y %H:%M %z", "02/06/2025 10:15 +0300", "2025-06-02T10:15:00+03:00"),
        ("%Y/%m/%d | %d.%m.%Y", "02.06.2025", "2025-06-02"),
        ("%Y%j", "2025153", "2025-06-02"),
    ],
)
def test_dates_are_as_precise_as_they_are_written(format: str, written: str, expected: str) -> None:
    content = f'headline,Datum\nFog,"{written}"\n'
    assert one(content, f"Datum=published:{format}").published == expected


def test_a_date_of_another_form_costs_its_row() -> None:
    found = records("headline,D\nA,2025-06-02\nB,02.06.2025\n", "D=published:%d.%m.%Y")
    assert "“D” is “2025-06-02”, which is not written as %d.%m.%Y" in str(found[0])
    assert isinstance(found[1], ArticleRecord)


def test_a_first_row_that_is_not_in_utf_8() -> None:
    content = "Überschrift;body\nNebel über dem Kai;Text.\n".encode("cp1252")
    assert one(content, "Überschrift=headline").headline == "Nebel über dem Kai"


def test_a_column_that_is_not_there_stops_the_file() -> None:
    with pytest.raises(MappingError, match="no column “Titel”, but title, body"):
        read("Title,body\nA,B\n", "Titel=headline")
    assert one("Title,body\nA,B\n", "Titel=headline", "Title=headline").headline == "A"


def test_without_a_headline_or_body_the_way_out_is_named() -> None:
    (found,) = read("Title,Text\nA,B\n", "Title=section")
    assert "--map Title=headline" in str(found.error)


ITEM = {
    "title": "Fog",
    "meta": {"author": [{"name": "Ada Quill"}, {"name": "Bo Reed"}], "no": 7, "dc.date": "2025"},
    "content": {"paragraphs": ["One.", "Two."]},
    "tags": "War; Sea",
    "section": "World",
    "source": {"title": "The Quay"},
}
JSON_RULES = (
    "title=headline",
    "content.paragraphs=body",
    "meta.author.name=bylines",
    "meta.no=id",
    "meta.dc.date=published",
    "tags=topics:;",
    "source.title=source",
)


@pytest.mark.parametrize(
    "content",
    [
        json.dumps(ITEM) + "\n",
        json.dumps([ITEM]),
        json.dumps(ITEM, indent=1),
        "\ufeff" + json.dumps(ITEM),
    ],
)
def test_names_within_names_are_reached_by_dots(content: str) -> None:
    assert one(content, *JSON_RULES) == ArticleRecord(
        supplier_id="7",
        headline="Fog",
        body="One.\n\nTwo.",
        published="2025",
        section="World",
        source="The Quay",
        bylines=("Ada Quill", "Bo Reed"),
        entities={"topic": (NamedEntity(name="War"), NamedEntity(name="Sea"))},
    )


def test_records_may_lie_in_a_list_within() -> None:
    content = json.dumps({"count": [1, {"a": 2}], "data": {"x": "y", "items": [ITEM, 5, ITEM]}})
    found = records(content, "data.items=record", *JSON_RULES)
    assert [isinstance(item, ArticleRecord) for item in found] == [True, False, True]
    with pytest.raises(MappingError, match=r"no list “data\.rows”"):
        read(content, "data.rows=record", *JSON_RULES)


@pytest.mark.parametrize(
    ("path", "expected"),
    [
        ("a", [1]),
        ("b.c", [2, 3]),
        ("b.1.c", [3]),
        ("b.9.c", []),
        ("a.x", []),
        ("d.e", [4]),
        ("", [{"a": 1, "b": [{"c": 2}, {"c": 3}], "d.e": 4}]),
    ],
)
def test_paths_of_names(path: str, expected: list[Any]) -> None:
    assert list(values_at({"a": 1, "b": [{"c": 2}, {"c": 3}], "d.e": 4}, path)) == expected


XML = """<?xml version="1.0"?>
<!-- <item>no record</item> -->
<export xmlns="urn:x" xmlns:m="urn:m"><channel xmlns:k="urn:k"><title>All</title>
<item nr="1" k:state="old"><title>Fog &amp; rain</title>
 <text><p>One.</p><p>Two <b>and</b> three.</p></text>
 <m:meta><m:date>02.06.2025</m:date><who role="by">Ada Quill</who><who
  role="ed">Bo Reed</who></m:meta>
 <k:tag>War</k:tag><k:tag>Sea</k:tag></item>
<item nr="2"><title>Broken</item>
<item nr="3"><title>Ice</title><see><item ref="1"/></see></item>
</channel></export>"""
XML_RULES = (
    "//item=record",
    "title=headline",
    "text=body",
    "@nr=id",
    "meta/date=published:%d.%m.%Y",
    "//who[@role='by']=bylines",
    "tag=topics",
    "@state=section",
)


@pytest.mark.parametrize("encoding", ["utf-8", "utf-16"])
def test_elements_of_xml_become_fields(encoding: str) -> None:
    found = read(XML.replace("?>", f' encoding="{encoding}"?>', 1).encode(encoding), *XML_RULES)
    assert found[0].record == ArticleRecord(
        supplier_id="1",
        headline="Fog & rain",
        body="One.\n\nTwo and three.",
        published="2025-06-02",
        section="old",
        bylines=("Ada Quill",),
        entities={"topic": (NamedEntity(name="War"), NamedEntity(name="Sea"))},
    )
    assert found[1].error is not None
    assert found[1].error.line == 9
    assert found[2].record is not None
    assert found[2].record.headline == "Ice"
    assert len(found) == 3
    if encoding == "utf-8":
        assert found[2].content.startswith(b'<item nr="3">')
        assert found[2].content.endswith(b"</see></item>")


@pytest.mark.parametrize(
    ("path", "expected"),
    [
        ("a", ("1", "3")),
        ("./a", ("1", "3")),
        ("a[2]", ("3",)),
        ("b/a", ("2",)),
        ("//a", ("1", "2", "3")),
        ("*/a", ("2",)),
        ("a[@x]", ("3",)),
        ('a[@x="y"]/@x', ("y",)),
        ("b[a='2']/a", ("2",)),
        ("b/a/text()", ("2",)),
        ("c", ()),
    ],
)
def test_paths_of_elements(path: str, expected: tuple[str, ...]) -> None:
    content = "<r><h>H</h><a>1</a><b><a>2</a></b><a x='y'>3</a></r>"
    assert one(content, "r=record", "h=headline", f"{path}=bylines").bylines == expected


@pytest.mark.parametrize(
    "hostile",
    [
        b'<!DOCTYPE r [<!ENTITY a "x">]><r><i><t>&a;</t></i></r>',
        b'<!DOCTYPE r [<!ENTITY % p SYSTEM "file:///etc/passwd"> %p;]><r><i><t>A</t></i></r>',
        b'<!DOCTYPE r SYSTEM "http://127.0.0.1/"><r><i><t>&a;</t></i></r>',
        b"<r><i><t>&a;</t></i></r>",
        b"<r><i>" + b"<t>" * 100_000 + b"</t>" * 100_000 + b"</i></r>",
        b"<r><i>" + b"<t/>" * 200_001 + b"</i></r>",
        b"<r><i><t>A</t>",
        b"<r>" + b"<i " * 10_000,
        b"<r>" + b"<!--" * 100_000 + b"<i><t>A</t></i>",
        b"<!DOCTYPE r [" + b"<!ENTITY a 'x'>" * 10_000 + b"]><r><i><t>A</t></i></r>",
        b"<r><i x='" + b"<i" * 100_000 + b"'><t>A</t></i></r>",
    ],
)
def test_hostile_xml_is_refused_at_once(hostile: bytes) -> None:
    began = process_time()
    found = read(hostile, "//i=record", "t=headline", format="xml")
    assert found
    assert all(item.error for item in found)
    assert process_time() - began < 1


RECORD = b"<i><t>A</t></i>"


def test_a_long_file_is_read_in_bounded_memory() -> None:
    class Endless(io.RawIOBase):
        """A feed without end, which must not be read ahead."""

        given = 0

        def read(self, size: int = -1) -> bytes:
            # The list begins once; each piece ends within a record.
            begun = (b"<r>" + RECORD * 10_000)[:size] if not self.given else b""
            at = (self.given - 3) % len(RECORD)
            piece = begun or (RECORD * 10_000)[at : at + size]
            self.given += len(piece)
            return piece

    stream = Endless()
    reader = mapped_reader(
        FieldMap.read(["//i=record", "t=headline"]), format="xml", beginning=b"<r>"
    )
    found: Iterator[Received] = reader.read(stream)  # type: ignore[arg-type]
    assert all(next(found).record for _ in range(5_000))
    assert stream.given < 2_000_000


def test_an_element_that_is_not_there_is_named() -> None:
    (found,) = read("<r><a/></r>", "//item=record", "t=headline")
    assert "no element <item>" in str(found.error)


@pytest.mark.parametrize(
    ("rules", "said"),
    [
        (["Title"], "does not say which field"),
        (["=headline"], "does not say which field"),
        (["Title=title"], "no field “title”"),
        (["title==Fog"], "no field “title”"),
        (["source=="], "says nothing"),
        (["status==online"], "Write one of: draft"),
        (["language==Klingonish!"], "language"),
        (["Title=headline:x"], "after the colon"),
        (["Tags=topics:"], "after the colon"),
        (["D=published:"], "after the colon"),
        (["D=published:%d.%m"], "reads no year"),
        (["D=published:%d.%m.%Y %Q"], "no %Q here"),
        (["D=published:%Y %Y"], "twice"),
        (["D=published:%Y%"], "no %"),
        (["x" * 600 + "=headline"], "500 characters"),
        ([f"c{i}=topics" for i in range(201)], "200 rules"),
    ],
)
def test_rules_that_cannot_be_read(rules: list[str], said: str) -> None:
    with pytest.raises(MappingError, match=said):
        FieldMap.read(rules)


@pytest.mark.parametrize(
    ("rules", "format", "said"),
    [
        (["//item=record", "title[=headline"], None, "no path"),
        (["//item=record", "dc:title=headline"], None, "without prefixes"),
        (["//item=record", "../title=headline"], None, "no path"),
        (["//item=record", "document('x')=headline"], None, "no path"),
        (["//item=record", "/title=headline"], None, "no path"),
        (["//item=record", "//*//*//*=headline"], None, "no path"),
        (["//a/b=record", "title=headline"], None, "names no element"),
        (["title=headline"], "xml", "//item=record"),
        (["//item=record", "title=headline"], "json", "no list of JSON"),
        (["items=record", "title=headline"], "csv", "is a row"),
    ],
)
def test_mappings_that_cannot_be_used(rules: list[str], format: str | None, said: str) -> None:
    with pytest.raises(MappingError, match=said):
        check_mapping(FieldMap.read(rules), format)


def test_formats_that_have_fields_of_their_own_take_no_mapping() -> None:
    with pytest.raises(UnknownFormat, match="csv, json and xml"):
        check_mapping(FieldMap.read(["a=headline"]), "nitf")
    check_mapping(FieldMap(), "nitf")


def test_numbers_are_written_out_and_the_rest_is_refused() -> None:
    assert one('{"t": 5}', "t=headline").headline == "5"
    assert "true or false" in str(records('{"t": true}', "t=headline")[0])
    assert "an object" in str(records('{"t": {}}', "t=headline")[0])
    assert "neither" in str(records('{"t": null}', "t=headline")[0])


def test_entities_of_json_keep_their_identifiers() -> None:
    content = '{"t": "A", "who": [{"name": "Ada", "identifiers": {"wikidata": "Q1"}}, "Bo"]}'
    record = one(content, "t=headline", "who=persons")
    assert names(record, "person") == ["Ada", "Bo"]
    assert record.entities["person"][0].identifiers == {"wikidata": "Q1"}
