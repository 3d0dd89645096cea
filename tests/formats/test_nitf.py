from __future__ import annotations

import io
from pathlib import Path
from time import process_time

import pytest

from archive.exceptions import RecordError
from archive.formats.base import ArticleRecord, NamedEntity, Received
from archive.formats.nitf import NitfReader, read_document
from archive.formats.registry import recognise

SAMPLE = Path(__file__).parent / "samples" / "nitf.nitf"


def read(content: bytes) -> Received:
    (received,) = NitfReader().read(io.BytesIO(content))
    return received


def document(docdata: str = "", pubdata: str = "", head: str = "", body: str = "") -> ArticleRecord:
    return read_document(
        f"<nitf><head><docdata{docdata}<pubdata {pubdata}/></head><body><body.head>"
        f"<hedline><hl1>A</hl1></hedline>{head}</body.head>"
        f"<body.content>{body}</body.content></body></nitf>".encode()
    )


def test_every_field() -> None:
    content = SAMPLE.read_bytes()
    received = read(content)
    assert (received.position, received.content) == (1, content)
    assert received.record == ArticleRecord(
        supplier_id="quay-nitf-1",
        headline="Ferry sails again",
        summary="The island is within reach.",
        body="The ferry to the island sailed again on Monday, Bo Reed said.\n\n"
        "Fares are R&D < lunch.",
        language="en-GB",
        published="20250602T101500+0300",
        source="The Quay",
        section="Coast",
        page="4",
        edition="Evening",
        url="https://quay.example/ferry",
        bylines=("Ada Quill",),
        status="published",
        credit="Quay Wire",
        usage_terms="© 2025 The Quay",
        entities={
            "place": (NamedEntity(name="Estonia", identifiers={"iso3166": "EE"}),),
            "organisation": (NamedEntity(name="Harbour Board", identifiers={"quay": "hb-1"}),),
            "person": (NamedEntity(name="Bo Reed"),),
            "topic": (NamedEntity(name="ports", identifiers={"medtop": "20000337"}),),
        },
    )


@pytest.mark.parametrize(
    ("docdata", "pubdata", "published"),
    [
        ('><date.issue norm="20250602T101500Z"/></docdata>', "", "20250602T101500Z"),
        ('><date.issue norm="20250602T000000-0500"/></docdata>', "", "20250602"),
        ('><date.issue norm="20250602000000-0500"/></docdata>', "", "20250602"),
        ('><date.issue norm="20250602101500-0500"/></docdata>', "", "20250602T101500-0500"),
        ('><date.issue norm="soon"/></docdata>', 'date.publication="20250603"', "20250603"),
        ("/>", "", ""),
    ],
)
def test_dates(docdata: str, pubdata: str, published: str) -> None:
    assert document(docdata, pubdata).published == published


@pytest.mark.parametrize(
    ("docdata", "status", "embargo"),
    [
        ("/>", "", ""),
        (' management-status="usable"/>', "published", ""),
        (' management-status="withheld"/>', "draft", ""),
        (' management-status="embargoed"/>', "draft", ""),
        (
            ' management-status="embargoed"><date.release norm="20250602T180000+0300"/></docdata>',
            "published",
            "2025-06-02T15:00:00+00:00",
        ),
        (' management-status="canceled"/>', "withdrawn", ""),
    ],
)
def test_status_and_embargo(docdata: str, status: str, embargo: str) -> None:
    record = document(docdata)
    assert (record.status, record.embargo) == (status, embargo)


def test_a_notice_without_text_withdraws_the_article_that_it_names() -> None:
    record = read_document(
        b'<nitf><head><docdata management-doc-idref="q-1" management-idref-status="canceled">'
        b'<doc-id id-string="q-2"/></docdata></head></nitf>'
    )
    assert (record.supplier_id, record.status, record.notice) == ("q-1", "withdrawn", True)


@pytest.mark.parametrize(
    ("written", "byline"),
    [
        ("By Ada Quill", "Ada Quill"),
        ("By Ada Quill, <byttl>Reporter</byttl>", "Ada Quill"),
        ("BY: Ada Quill", "Ada Quill"),
        ("Byron Reed", "Byron Reed"),
    ],
)
def test_bylines(written: str, byline: str) -> None:
    assert document("/>", head=f"<byline>{written}</byline>").bylines == (byline,)


def test_paragraphs() -> None:
    body = "<block><p>One<br/>line.</p>Loose.<hl2>Two</hl2><ul><li>a</li><li>b</li></ul></block>"
    assert document("/>", body=body).body == "One line.\n\nLoose.\n\nTwo\n\na\n\nb"


@pytest.mark.parametrize(
    "root",
    [
        b"<nitf>",
        b'\xef\xbb\xbf<?xml version="1.0"?>\n<!-- a --><n:nitf xmlns:n="urn:a">',
        b'<!DOCTYPE nitf PUBLIC "a" "b" [ <!ELEMENT a ANY> ]>\n<nitf version="1">',
        "<nitf>".encode("utf-16"),
    ],
)
def test_recognition(root: bytes) -> None:
    assert recognise("a.xml", root).name == "nitf"


@pytest.mark.parametrize(
    ("content", "sentence"),
    [
        (b"", "not well-formed"),
        (b"<nitf><body></nitf>", "Mend it there"),
        (b"<nitf/>", "neither a headline"),
        (b"<html/>", "--format"),
        (b'<!DOCTYPE nitf [<!ENTITY a "b">]><nitf>&a;</nitf>', "declares entities"),
        ('<!DOCTYPE nitf [<!ENTITY a "b">]><nitf>&a;</nitf>'.encode("utf-16"), "declares entities"),
        (b'<!DOCTYPE nitf [<!ENTITY % a SYSTEM "file:///x"> %a;]><nitf/>', "declares entities"),
        (b'<!DOCTYPE nitf SYSTEM "x"><nitf>&mine;</nitf>', "what &mine; is"),
        (b"<nitf xml:lang='nonsense!'/>", "not a language tag"),
        (b"<nitf><head><docdata management-status='odd'/></head></nitf>", "usable, embargoed"),
        (b"<nitf><head><docdata><date.issue norm='soon'/></docdata></head></nitf>", "Leave it out"),
        (b"<nitf><head><title>" + b"x" * 2000 + b"</title></head></nitf>", "2,000 characters"),
        (b"<nitf><head><docdata management-status='canceled'/></head></nitf>", "Add doc-id"),
        (b"<nitf>\xff\xc3\xa4\xc3\xa4</nitf>", "does not fit the encoding"),
    ],
)
def test_what_is_rejected(content: bytes, sentence: str) -> None:
    received = read(content)
    assert received.error is not None
    assert sentence in received.error.message
    assert received.content == content


@pytest.mark.parametrize(
    "content",
    [
        b"<nitf>" + b"<p>" * 100_000 + b"</p>" * 100_000 + b"</nitf>",
        b"<nitf>" + b"<!--" * 100_000,
        b"<!-- a -->" * 100_000 + b"<!DOCTYPE",
        b"<nitf " + b"a='" * 100_000,
        b"<nitf a='" + b"x" * 11_000_000 + b"'/>",
        b"<nitf><head><title>" + b"9" * 11_000_000 + b"</title></head></nitf>",
        b"<nitf " + b" ".join(b"xmlns:a%d='urn:%d'" % (n, n) for n in range(50_000)) + b"/>",
        b"<nitf><body><body.content>" + b"&undefined;" * 100_000,
        b"<nitf><body>" + b"<p/>" * 5_000_000,
        b"<nitf " + b"a='' " * 5_000_000,
        b"<nitf><body><body.content>" + b"<org>a</org>" * 50_000 + b"</body.content></body></nitf>",
        b"<nitf><body><body.head>" + b"<byline>a</byline>" * 50_000 + b"</body.head></body></nitf>",
    ],
    ids=[
        "deep",
        "comments",
        "prolog",
        "quotes",
        "attribute",
        "digits",
        "namespaces",
        "entities",
        "tags",
        "attributes",
        "names",
        "bylines",
    ],
)
def test_hostile_content_is_rejected_at_once(content: bytes) -> None:
    began = process_time()
    assert read(content).error is not None
    assert process_time() - began < 1


def test_names_within_names_are_read_once() -> None:
    deep = "<org>" * 1_500 + "a" * 1_000_000 + "</org>" * 1_500
    began = process_time()
    assert read(f"<nitf><body><body.content>{deep}</body.content></body></nitf>".encode()).error
    assert process_time() - began < 1


def test_a_file_that_is_too_large() -> None:
    received = read(b"<nitf>" + b" " * 33 * 1024 * 1024)
    assert received.error is not None
    assert "32 MB" in received.error.message


def test_encodings() -> None:
    text = "<nitf><body><body.head><hedline><hl1>Žába „x“</hl1></hedline></body.head></body></nitf>"
    for name, declared in [("utf-8", ""), ("windows-1250", "windows-1250"), ("utf-16", "utf-16")]:
        opening = f'<?xml version="1.0" encoding="{declared}"?>' if declared else ""
        assert read_document((opening + text).encode(name)).headline == "Žába „x“"


def test_a_missing_character_is_named_with_its_line() -> None:
    with pytest.raises(RecordError) as caught:
        read_document(b'<!DOCTYPE nitf SYSTEM "x">\n<nitf>\n&mine;</nitf>')
    assert caught.value.line in (2, 3)
