from __future__ import annotations

import io
from collections.abc import Iterator
from itertools import chain, repeat
from pathlib import Path
from time import process_time

import pytest

from archive.formats import newsml_items
from archive.formats.base import ArticleRecord, NamedEntity, Received, Reference
from archive.formats.newsml_g2 import NewsMLG2Reader
from archive.formats.nitf import NitfReader
from archive.formats.registry import recognise

SAMPLE = Path(__file__).parent / "samples" / "newsml-g2.xml"


def read(content: bytes) -> list[Received]:
    return list(NewsMLG2Reader().read(io.BytesIO(content)))


def item(
    *, meta: str = "", about: str = "<headline>A</headline>", rest: str = "", attributes: str = ""
) -> str:
    return (
        f'<newsItem guid="x-1" {attributes}><itemMeta>{meta}</itemMeta>'
        f"<contentMeta>{about}</contentMeta>{rest}</newsItem>"
    )


def record_of(content: str) -> ArticleRecord:
    (received,) = read(content.encode())
    assert received.error is None, received.error.message
    assert received.record is not None
    return received.record


def sentence_of(content: bytes) -> str:
    (received,) = read(content)
    assert received.error is not None
    return received.error.message


def message(*items: str, opening: str = "") -> str:
    inner = "\n".join(items)
    return f"<newsMessage {opening}><header/>\n<itemSet>\n{inner}\n</itemSet></newsMessage>"


def test_every_field() -> None:
    ferry, fog = read(SAMPLE.read_bytes())
    assert ferry.record == ArticleRecord(
        supplier_id="urn:quay:ferry",
        version="2",
        headline="Ferry sails again",
        summary="The island is within reach.",
        body="The ferry sailed on Monday.\n\nFares stay.",
        language="en-GB",
        published="2025-06-02T10:15:00+03:00",
        source="The Quay",
        bylines=("Ada Quill",),
        status="published",
        embargo="2025-06-02T15:00:00+00:00",
        credit="Quay Wire",
        usage_terms="© The Quay\n\nNot for sale",
        entities={
            "topic": (NamedEntity(name="ports", identifiers={"medtop": "20000337"}),),
            "person": (NamedEntity(name="Bo Reed", identifiers={"p": "reed"}),),
            "place": (NamedEntity(name="Estonia", identifiers={"wikidata": "Q191"}),),
        },
        references=(Reference(label="Timetable", url="https://quay.example/ferry"),),
    )
    assert fog.record
    assert (fog.record.headline, fog.record.status) == ("Fog", "withdrawn")
    lines = SAMPLE.read_bytes().splitlines(keepends=True)
    for received in (ferry, fog):
        assert lines[received.position - 1].lstrip().startswith(received.content.splitlines()[0])
        assert received.content.endswith(b"</newsItem>")


@pytest.mark.parametrize(
    ("meta", "status", "embargo"),
    [
        ("", "", ""),
        ('<pubStatus qcode="stat:usable"/>', "published", ""),
        ('<pubStatus uri="http://cv.iptc.org/newscodes/pubstatusg2/usable"/>', "published", ""),
        ('<pubStatus qcode="stat:withheld"/>', "draft", ""),
        ('<pubStatus qcode="stat:canceled"/>', "withdrawn", ""),
        ('<pubStatus qcode="stat:usable"/><signal qcode="sig:kill"/>', "withdrawn", ""),
        ('<embargoed/><pubStatus qcode="stat:usable"/>', "draft", ""),
        ('<embargoed/><pubStatus qcode="stat:canceled"/>', "withdrawn", ""),
        ("<embargoed>2025-06-02T18:00:00+03:00</embargoed>", "", "2025-06-02T15:00:00+00:00"),
    ],
)
def test_status_and_embargo(meta: str, status: str, embargo: str) -> None:
    record = record_of(item(meta=meta))
    assert (record.status, record.embargo) == (status, embargo)


@pytest.mark.parametrize(
    ("about", "meta", "published"),
    [
        ("<contentCreated>2016-10</contentCreated>", "", "2016-10"),
        ("", "<firstCreated>2016-10-18T13:12:21-05:00</firstCreated>", "2016-10-18T13:12:21-05:00"),
        ("", "<versionCreated>2018-10-21\n</versionCreated>", "2018-10-21"),
        ("<contentCreated>soon</contentCreated>", "<firstCreated>2016</firstCreated>", "2016"),
    ],
)
def test_dates(about: str, meta: str, published: str) -> None:
    assert record_of(item(about=f"<headline>A</headline>{about}", meta=meta)).published == published


@pytest.mark.parametrize(
    ("content", "body"),
    [
        ("<inlineXML><nitf><body><body.content><p>A.</p><p>B.</p></body.content></body></nitf>", 1),
        ('<inlineXML><html xmlns="http://www.w3.org/1999/xhtml"><p>A.</p><p>B.</p></html>', 1),
        ("<inlineXML><div><p>A.</p><p>B.</p></div>", 1),
        ("<inlineXML><p>A.</p><p>B.</p>", 1),
        ("<inlineXML><sports-content>5</sports-content>", 0),
    ],
)
def test_markup_of_the_text(content: str, body: int) -> None:
    record = record_of(item(rest=f"<contentSet>{content}</inlineXML></contentSet>"))
    assert record.body == "A.\n\nB." * body


def test_plain_text() -> None:
    rest = "<contentSet><inlineData>One\nline.\n\nTwo &lt; three.</inlineData></contentSet>"
    assert record_of(item(rest=rest)).body == "One line.\n\nTwo < three."


@pytest.mark.parametrize(
    "opening", ["", 'xmlns="http://iptc.org/std/nar/2006-10-01/"', 'xmlns="urn:of-their-own"']
)
def test_namespaces_do_not_matter(opening: str) -> None:
    assert record_of(item(attributes=opening)).headline == "A"
    prefixed = item(meta="").replace("</", "</n:").replace("<", "<n:").replace("<n:/n:", "</n:")
    (received,) = read(message(prefixed, opening="xmlns:n='urn:a'").encode())
    assert received.record
    assert received.record.headline == "A"


def test_a_name_in_the_language_of_the_item() -> None:
    about = (
        '<language tag="de"/><headline xml:lang="en">A</headline><headline xml:lang="de">B'
        '</headline><subject qcode="medtop:20000065"/>'
    )
    record = record_of(item(about=about, attributes='xml:lang="en"'))
    assert (record.headline, record.language) == ("B", "de")
    (topic,) = record.entities["topic"]
    assert (topic.name, topic.identifiers) == ("medtop:20000065", {"medtop": "20000065"})


def test_damage_to_one_item_costs_that_one() -> None:
    content = message(
        item(attributes='version="1"'),
        "<newsItem><itemMeta></newsItem>",
        "<newsItem><contentMeta><headline>never closed</headline>",
        "<!-- <newsItem> -->",
        item(rest="<a><![CDATA[</newsItem><newsItem>]]></a>"),
        '<newsItem guid="empty" a=">"/>',
        item(meta='<itemClass qcode="ninat:picture"/>'),
        "<conceptItem></conceptItem>",
        item(),
    ).encode()
    outcomes = [(r.position, r.record is not None) for r in read(content)]
    assert outcomes == [
        (3, True),
        (4, False),
        (5, False),
        (7, True),
        (8, False),
        (9, False),
        (10, False),
        (11, True),
    ]
    sentences = [r.error.message for r in read(content) if r.error]
    assert "not well-formed" in sentences[0]
    assert "not closed" in sentences[1]
    assert "neither a headline" in sentences[2]
    assert "“picture”" in sentences[3]
    assert "a concept" in sentences[4]


def test_an_error_names_the_line_in_the_file() -> None:
    content = message(item(), "<newsItem>\n\n<itemMeta>\n</newsItem>", item(about="")).encode()
    assert [received.error.line for received in read(content) if received.error] == [7, 8]


@pytest.mark.parametrize("size", [1, 7, 100])
def test_pieces_of_any_size_cut_alike(size: int, monkeypatch: pytest.MonkeyPatch) -> None:
    content = SAMPLE.read_bytes() + b"<!-- - -- " * 30
    whole = [(r.position, r.content, r.record) for r in read(content)]
    monkeypatch.setattr(newsml_items, "_AT_ONCE", size)
    monkeypatch.setattr(newsml_items, "_LONGEST_MARK", 128)
    assert [(r.position, r.content, r.record) for r in read(content)] == whole


@pytest.mark.parametrize("encoding", ["iso-8859-1", "windows-1251", "utf-16"])
def test_a_message_in_another_encoding(encoding: str) -> None:
    word = "Привет" if encoding != "iso-8859-1" else "Grüße"
    text = f'<?xml version="1.0" encoding="{encoding}"?>\n' + message(
        item(about=f"<headline>{word}</headline>"), item()
    )
    first, second = read(text.encode(encoding))
    assert first.record
    assert (first.record.headline, first.position) == (word, 4)
    assert first.content in text.encode(encoding)
    assert second.position == 5


@pytest.mark.parametrize(
    ("content", "sentence"),
    [
        (b"", "not well-formed"),
        (b"<newsMessage>", "no item with a text"),
        (message("<packageItem/>").encode(), "no item with a text"),
        (b"<packageItem/>", "a package"),
        (b"<planningItem/>", "a plan"),
        (b"<bomb/>", "--format"),
        (item(about="").encode(), "neither a headline"),
        (item(meta="<pubStatus qcode='stat:odd'/>").encode(), "usable, withheld"),
        (item(meta="<embargoed>soon</embargoed>").encode(), "ISO 8601 time"),
        (item(meta="<firstCreated>soon</firstCreated>").encode(), "Leave it out"),
        (item(about="<language tag='?'/>").encode(), "not a language tag"),
        (item(about=f"<headline>{'9' * 5000}</headline>").encode(), "5,000 characters"),
        (item(about="<subject><name>a</name></subject>" * 2 + "<headline>A</headline>").encode()
         .replace(b"<name>a", b"<name>" + b"b" * 300), "300 characters"),
        (b"<!DOCTYPE a [<!ENTITY b 'c'>]>" + message(item()).encode(), "declares entities"),
        (b"<!DOCTYPE a [<!ENTITY b ']>'>]>" + message(item()).encode(), "declares entities"),
        (b"<newsItem><itemMeta><pubStatus qcode='s:canceled'/></itemMeta></newsItem>", "the guid"),
    ],
)  # fmt: skip
def test_what_is_rejected(content: bytes, sentence: str) -> None:
    assert sentence in sentence_of(content)


def test_a_cancelled_item_needs_no_text() -> None:
    record = record_of(item(about="", meta='<pubStatus qcode="stat:canceled"/>'))
    assert (record.headline, record.supplier_id, record.status) == ("x-1", "x-1", "withdrawn")
    assert record.notice


def test_a_summary_without_a_text_is_the_text() -> None:
    record = record_of(item(about="<description>A.</description>"))
    assert (record.body, record.summary) == ("A.", "")


def test_too_many_names() -> None:
    about = "".join(f"<subject><name>{n}</name></subject>" for n in range(1001))
    assert "1,000" in sentence_of(item(about=f"<headline>A</headline>{about}").encode())


@pytest.mark.parametrize(
    "inner",
    [
        "<a>" * 100_000,
        "<newsItem " * 20_000,
        "<newsItem a='" * 20_000,
        "<!--" * 100_000,
        "<?" * 100_000,
        "<n:" * 100_000 + "itemSet ",
    ],
    ids=["deep", "tags", "quotes", "comments", "instructions", "prefixes"],
)
def test_hostile_content_is_rejected_at_once(inner: str) -> None:
    for content in (message(f"<newsItem>{inner}"), f"<newsItem>{inner}"):
        began = process_time()
        assert all(received.error for received in read(content.encode()))
        assert process_time() - began < 1


def test_what_stands_around_items_does_not_weigh_on_each() -> None:
    names = "".join(f"<itemSet xmlns:n{n}='urn:{n}'>" for n in range(5_000))
    began = process_time()
    assert all(r.record for r in read(message(names, *[item()] * 100).encode()))
    assert process_time() - began < 1


class Endless(io.RawIOBase):
    """A stream that is made as it is read."""

    def __init__(self, pieces: chain[bytes]) -> None:
        self._pieces = pieces
        self._left = b""

    def readable(self) -> bool:
        return True

    def read(self, size: int = -1) -> bytes:
        while len(self._left) < size and (piece := next(self._pieces, b"")):
            self._left += piece
        given, self._left = self._left[:size], self._left[size:]
        return given


def test_an_item_that_is_too_large_costs_that_one() -> None:
    pieces = chain(
        [message(item(), "<newsItem guid='large'>").partition("\n</itemSet>")[0].encode()],
        repeat(b"x" * 60_000, 700),
        [b"</newsItem>" + item().encode()],
    )
    first, large, last = NewsMLG2Reader().read(Endless(pieces))  # type: ignore[arg-type]
    assert first.record
    assert large.error
    assert "32 MB" in large.error.message
    assert len(large.content) == 32 * 1024 * 1024
    assert last.record


def test_many_items_are_read_as_they_come() -> None:
    """The reader asks for little more than what it has yielded."""
    taken = 0

    def items() -> Iterator[bytes]:
        nonlocal taken
        for taken in range(20_000):  # noqa: B007
            yield item().encode()

    pieces = chain([b"<newsMessage><itemSet>"], items())
    reader = NewsMLG2Reader().read(Endless(pieces))  # type: ignore[arg-type]
    assert next(reader).record
    assert taken < 2_000


FED = 'Fed to halt QE to avert "bubble"'
CONCEPT, PLAN, PACKAGE = "a concept", "a plan", "a package"
VOCABULARY, NOTHING, UNKNOWN = "a vocabulary", "neither a headline", "no item of NewsML-G2"
PICTURE, VIDEO, ENTITIES = "“picture”", "“video”", "declares entities"

# The beginning of a file's name, and headline, date, language and words of the text of its article,
# or of the sentence that rejects it.
EXAMPLES: dict[str, str | tuple[str, str, str, int]] = {
    "LISTING_10_": CONCEPT,
    "LISTING_11_": CONCEPT,
    "LISTING_12_": VOCABULARY,
    "LISTING_13_": "a catalogue",
    "LISTING_14_": CONCEPT,
    "LISTING_15_": VOCABULARY,
    "LISTING_16_": NOTHING,
    "LISTING_17_": PLAN,
    "LISTING_18_": PLAN,
    "LISTING_19_": PLAN,
    "LISTING_1_": (FED, "2016-10-18T11:12:00-05:00", "en-GB", 0),
    "LISTING_20_": PLAN,
    "LISTING_21_": ("Troy Tulowitzki singled", "2015-06-06T00:59:42-04:00", "en-US", 0),
    "LISTING_22_": ("Preview: Arizona", "2016-10-19T11:15:00-05:00", "en-US", 205),
    "LISTING_23_": PACKAGE,
    "LISTING_24_": NOTHING,
    "LISTING_25_": UNKNOWN,
    "LISTING_26_": PICTURE,
    "LISTING_27_": ("Acme Widgets announces annual results", "2016-10-19T13:00:00Z", "en-US", 0),
    "LISTING_28_": UNKNOWN,
    "LISTING_29_": NOTHING,
    "LISTING_2_": (FED, "2016-11-21T15:21:06-05:00", "en-US", 133),
    "LISTING_3A_": PICTURE,
    "LISTING_3_": PICTURE,
    "LISTING_4_": VIDEO,
    "LISTING_5_": VIDEO,
    "LISTING_6_": PACKAGE,
    "LISTING_7_": UNKNOWN,
    "LISTING_8_": UNKNOWN,
    "LISTING_9_": UNKNOWN,
    "Receiver View": (FED, "2016-11-21T15:21:06-05:00", "en-US", 43),
    "ap_metadata_example": VIDEO,
    "facet-example-2": NOTHING,
    "facet-example-3": ("", "2020-02-04T12:00:00Z", "en", 3),
    "facet-example.xml": NOTHING,
}
MALICIOUS = {
    "cyclic.xml": ENTITIES,
    "dtd.xml": UNKNOWN,
    "external.xml": ENTITIES,
    "external_file.xml": ENTITIES,
    "quadratic.xml": ENTITIES,
    "simple-ns.xml": UNKNOWN,
    "simple.xml": UNKNOWN,
    "xmlbomb.xml": ENTITIES,
    "xmlbomb2.xml": ENTITIES,
    "xalan_exec.xsl": UNKNOWN,
    "xalan_write.xsl": UNKNOWN,
}


@pytest.mark.parametrize("beginning", EXAMPLES)
def test_examples_of_the_standard(beginning: str, sample_data: Path) -> None:
    (path,) = (sample_data / "newsml-g2" / "examples").glob(f"{beginning}*")
    expected = EXAMPLES[beginning]
    for received in read(path.read_bytes()):
        if received.record is None:
            assert isinstance(expected, str)
            assert expected in str(received.error)
        else:
            record = received.record
            assert isinstance(expected, tuple)
            headline, *rest = expected
            assert record.headline.startswith(headline)
            assert [record.published, record.language, len(record.body.split())] == rest


def test_every_example_is_held(sample_data: Path) -> None:
    folder = sample_data / "newsml-g2" / "examples"
    assert len(list(folder.glob("*.xml"))) == len(EXAMPLES)


@pytest.mark.parametrize("name", MALICIOUS)
def test_malicious_files_are_rejected_at_once(name: str, sample_data: Path) -> None:
    content = (sample_data / "malicious" / "defusedxml" / name).read_bytes()
    began = process_time()
    assert MALICIOUS[name] in sentence_of(content)
    (as_nitf,) = NitfReader().read(io.BytesIO(content))
    assert as_nitf.error
    assert process_time() - began < 1


def test_every_malicious_file_is_held(sample_data: Path) -> None:
    folder = sample_data / "malicious" / "defusedxml"
    assert {path.name for path in folder.iterdir()} - {"LICENSE"} == set(MALICIOUS)


@pytest.mark.parametrize(
    ("beginning", "name"),
    [
        (b"<newsItem guid='a'>", "newsml-g2"),
        (b'<?xml version="1.0"?><!-- a --><nar:newsMessage>', "newsml-g2"),
        (b"<packageItem>", "newsml-g2"),
        (b"<nitf>", "nitf"),
        (b"<DOC>", "trec"),
    ],
)
def test_recognition(beginning: bytes, name: str) -> None:
    assert recognise("a.xml", beginning).name == name
