from __future__ import annotations

import io
import json
from itertools import islice
from pathlib import Path
from time import process_time
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from archive.exceptions import RecordError
from archive.formats import json_pieces, json_stream, jsonl
from archive.formats.base import ArticleRecord, NamedEntity, Received, Reference
from archive.formats.ninjs import NinjsReader, read_item
from archive.formats.registry import BEGINNING, recognise

TITLED = {"uri": "u", "headline": "A"}


def read(content: bytes) -> list[Received]:
    return list(NinjsReader().read(io.BytesIO(content)))


def test_version_1() -> None:
    assert read_item(
        {
            "uri": "urn:q:1",
            "type": "text",
            "version": "2",
            "firstcreated": "2025-06-02T10:15:00+03:00",
            "versioncreated": "2025-06-03T10:15:00+03:00",
            "embargoed": "2025-06-02T18:00:00+03:00",
            "pubstatus": "usable",
            "copyrightholder": "The Quay",
            "copyrightnotice": "© The Quay",
            "usageterms": "Not for resale.",
            "language": "EN_us",
            "headline": " Lamps  lit ",
            "byline": "Ada Quill",
            "description_text": "In short.",
            "body_text": "One. Two.",
            "body_xhtml": "<p>One.</p><p>Two.</p>",
            "charcount": 9,
            "person": [{"name": "Bo Reed", "rel": "about", "scheme": "wd", "code": "Q1"}],
            "organisation": [{"name": "Harbour Office"}],
            "place": [
                {"name": "Norway", "scheme": "http://cvx.iptc.org/iso3166-1a2/", "code": "no"}
            ],
            "subject": [{"name": "lamps", "scheme": "https://q.example/cv", "code": "7"}],
            "event": [{"name": "Regatta"}],
            "altids": {"slug": "x"},
            "associations": {
                "photo": {"uri": "https://q.example/p", "type": "picture", "headline": "P"},
                "more": {"uri": "https://q.example/2", "type": "text", "headline": "More"},
                "bare": {"uri": "https://q.example/3"},
                "urn": {"uri": "urn:q:4"},
            },
        }
    ) == ArticleRecord(
        supplier_id="urn:q:1",
        version="2",
        headline="Lamps lit",
        summary="In short.",
        body="One.\n\nTwo.",
        language="en-US",
        published="2025-06-02T10:15:00+03:00",
        source="The Quay",
        bylines=("Ada Quill",),
        status="published",
        embargo="2025-06-02T15:00:00+00:00",
        credit="© The Quay",
        usage_terms="Not for resale.",
        entities={
            "topic": (NamedEntity(name="lamps", identifiers={"uri": "https://q.example/cv/7"}),),
            "place": (NamedEntity(name="Norway", identifiers={"iso3166": "NO"}),),
            "person": (NamedEntity(name="Bo Reed", identifiers={"wikidata": "Q1"}),),
            "organisation": (NamedEntity(name="Harbour Office"),),
        },
        references=(
            Reference(label="More", url="https://q.example/2"),
            Reference(label="https://q.example/3", url="https://q.example/3"),
        ),
    )


def test_versions_2_and_3_differ_in_the_case_of_names() -> None:
    later = {
        "uri": "urn:q:1",
        "versionCreated": "2025-06-03T10:15:00Z",
        "pubStatus": "usable",
        "infoSources": [{"literal": "The Quay"}],
        "headlines": [{"role": "short", "value": "L"}, {"role": "main", "value": "Lamps lit"}],
        "descriptions": [
            {"role": "creditline", "value": "Quay/Reed"},
            {"role": "text", "contentType": "text/plain", "value": "In short."},
        ],
        "bodies": [
            {"role": "text", "contentType": "text/plain", "value": "Plain."},
            {"role": "x", "contentType": "text/html", "charCount": 5, "value": "<p>Rich.</p>"},
        ],
        "by": "Ada Quill",
        "people": [{"name": "Bo Reed", "literal": "77"}],
        "associations": [{"uri": "https://q.example/2", "headlines": [{"value": "More"}]}],
        "rightsInfo": {"linkedRights": "https://q.example/rights"},
    }
    record = read_item(later)
    assert record == ArticleRecord(
        supplier_id="urn:q:1",
        version="2025-06-03T10:15:00+00:00",
        headline="Lamps lit",
        summary="In short.",
        body="Rich.",
        published="2025-06-03T10:15:00Z",
        source="The Quay",
        bylines=("Ada Quill",),
        status="published",
        credit="Quay/Reed",
        usage_terms="https://q.example/rights",
        entities={"person": (NamedEntity(name="Bo Reed"),)},
        references=(Reference(label="More", url="https://q.example/2"),),
    )

    def lowered(value: Any) -> Any:
        if isinstance(value, dict):
            return {name.lower(): lowered(inner) for name, inner in value.items()}
        return [lowered(inner) for inner in value] if isinstance(value, list) else value

    assert read_item(lowered(later)) == record


@pytest.mark.parametrize(
    ("fields", "status"),
    [
        ({}, ""),
        ({"pubstatus": "usable"}, "published"),
        ({"pubStatus": "withheld"}, "draft"),
        ({"pubStatus": "canceled"}, "withdrawn"),
        ({"pubstatus": "Cancelled"}, "withdrawn"),
        ({"pubstatus": "stat:canceled"}, "withdrawn"),
    ],
)
def test_the_status_decides_what_is_shown_and_silence_nothing(
    fields: dict[str, str], status: str
) -> None:
    assert read_item(TITLED | fields).status == status


def test_an_item_may_be_cancelled_without_its_text() -> None:
    record = read_item({"uri": "u", "pubstatus": "canceled"})
    assert (record.headline, record.notice) == ("u", True)
    assert not read_item(TITLED | {"pubstatus": "canceled"}).notice
    with pytest.raises(RecordError, match="neither a headline"):
        read_item({"uri": "u"})


@pytest.mark.parametrize(
    ("fields", "published"),
    [
        ({"firstcreated": "2025-06-02", "versioncreated": "2025-07-02"}, "2025-06-02"),
        ({"versionCreated": "2025-07-02T01:00:00Z"}, "2025-07-02T01:00:00Z"),
        ({"contentcreated": "1998", "versioncreated": "2025"}, "2025"),
        ({"contentcreated": "1998"}, "1998"),
        ({}, ""),
    ],
)
def test_dates(fields: dict[str, str], published: str) -> None:
    assert read_item(TITLED | fields).published == published


@pytest.mark.parametrize(
    ("concept", "expected"),
    [
        (
            {"name": "A", "uri": "http://cv.iptc.org/newscodes/mediatopic/20000065"},
            "A medtop 20000065",
        ),
        ({"qcode": "medtop:20000065"}, "medtop:20000065 medtop 20000065"),
        ({"name": "A", "uri": "https://www.wikidata.org/wiki/Q42"}, "A wikidata Q42"),
        ({"name": "A", "uri": "https://sws.geonames.org/3133880/"}, "A geonames 3133880"),
        ({"name": "A", "uri": "https://q.example/1"}, "A uri https://q.example/1"),
        ({"name": "A", "uri": "urn:q:1"}, "A uri urn:q:1"),
        ({"name": "A", "scheme": "local", "code": 5}, "A local 5"),
        ({"literal": "Telemark"}, "Telemark"),
        ({"name": "A", "literal": "04005000"}, "A"),
    ],
)
def test_concepts_keep_their_identifiers(concept: dict[str, Any], expected: str) -> None:
    ((entity,),) = read_item(TITLED | {"subjects": [concept]}).entities.values()
    said = [entity.name, *(part for pair in entity.identifiers.items() for part in pair)]
    assert " ".join(said) == expected


@pytest.mark.parametrize(
    ("value", "content_type", "body"),
    [
        ("One.\nTwo.", "text/plain", "One. Two."),
        ("One.\n" + "Two " * 40, "text/plain", "One.\n\n" + "Two " * 39 + "Two"),
        ("One.\n\nTwo.", "", "One.\n\nTwo."),
        ("<p>One &amp; two</p>", "text/html", "One & two"),
        ("One &amp; two", "text/html", "One & two"),
        ("One &amp; <b>two", "text/plain", "One &amp; <b>two"),
        ("<html><head><title>A</title></head><body><h1>A</h1><p>B</p>", "text/html", "B"),
        ("<nitf><head>H</head><body><body.content><p>A b</p><p>C", "text/vnd.nitf", "A b\n\nC"),
        ("<div><script>x</script>y</div>", "text/html", "y"),
    ],
)
def test_bodies(value: str, content_type: str, body: str) -> None:
    bodies = [{"contentType": content_type, "value": value}]
    assert read_item(TITLED | {"bodies": bodies}).body == body


def test_a_summary_that_the_text_begins_with_is_not_said_twice() -> None:
    said = {"description_text": "One goes…", "body_text": "One goes on."}
    assert read_item(TITLED | said).summary == ""
    assert read_item({"uri": "u", "description_text": "One."}).body == "One."


@pytest.mark.parametrize(
    ("data", "said"),
    [
        ([], "this is a list"),
        ({"headline": "A"}, "no `uri`"),
        ({"uri": 5}, "`uri` is a number"),
        (TITLED | {"headline": 5}, "`headline` is a number"),
        (TITLED | {"headline": "x" * 1001}, "1,001 characters"),
        (TITLED | {"headline": "a\0"}, "NUL"),
        (TITLED | {"pubstatus": "secret"}, "usable, withheld, canceled"),
        (TITLED | {"versioncreated": "soon"}, "`versioncreated` is not a date"),
        (TITLED | {"embargoed": "soon"}, "ISO 8601"),
        (TITLED | {"language": "no language"}, "`language`"),
        (TITLED | {"subjects": {}}, "`subjects` is an object"),
        (TITLED | {"subjects": ["A"]}, "Item 1 of `subjects` is a text"),
        (TITLED | {"places": [{"name": "x" * 201}]}, "201 characters"),
        (TITLED | {"bodies": [{"value": ["A"]}]}, "item 1 of `bodies`"),
        (TITLED | {"associations": 5}, "`associations`"),
        (TITLED | {"people": [{}] * 1001}, "more than 1,000"),
        (TITLED | {"body_xhtml": "<div>" * 600}, "nested deeper"),
    ],
)
def test_what_is_wrong_is_said(data: Any, said: str) -> None:
    with pytest.raises(RecordError) as caught:
        read_item(data)
    assert said.lower() in str(caught.value).lower()


ONE = json.dumps({"uri": "1", "headline": 'Brackets ]}, quotes \\" and é'}).encode()
TWO = json.dumps({"uri": "2", "headline": "B", "body_text": "b"}, indent=2).encode()
FLAT = json.dumps(json.loads(TWO)).encode()


@pytest.mark.parametrize(
    ("content", "kept"),
    [
        (ONE, [ONE]),
        (TWO, [TWO]),
        (b"\xef\xbb\xbf" + TWO, [TWO]),
        (ONE + b"\n" + FLAT + b"\r\n\n", [ONE, FLAT]),
        (TWO + b"\n" + TWO, [TWO, TWO]),
        (b"[" + ONE + b"," + TWO + b"]", [ONE, TWO]),
        (b"\n [\n" + TWO + b"\n,\n" + ONE + b"\n]\n", [TWO, ONE]),
    ],
)
def test_one_item_a_list_or_one_a_line(content: bytes, kept: list[bytes]) -> None:
    found = read(content)
    assert [item.content for item in found] == kept
    assert [item.position for item in found] == list(range(1, len(kept) + 1))
    assert all(item.record for item in found)
    assert recognise("a.json", content[:BEGINNING]).name == "ninjs"
    assert recognise("a.jsonl", content[:BEGINNING]).name == "ninjs"


@pytest.mark.parametrize("size", [1, 2, 3, 7])
def test_where_a_chunk_ends_makes_no_difference(size: int, monkeypatch: pytest.MonkeyPatch) -> None:
    content = b"[\n" + ONE + b",\n" + TWO + b', "x\\"]", 5, true]'
    whole = read(content)
    monkeypatch.setattr(json_stream, "CHUNK", size)
    monkeypatch.setattr(json_pieces, "CHUNK", size)
    pieces = read(content)
    assert [(one.position, one.content) for one in pieces] == [
        (one.position, one.content) for one in whole
    ]
    assert len(pieces) == 5


@pytest.mark.parametrize(
    ("content", "outcome"),
    [
        (ONE + b"\nnonsense\n{\n" + ONE, [True, False, False, True]),
        (b"{bad\n" + ONE + b"\n" + ONE, [False, True, True]),
        (b"[" + ONE + b", {bad}, 5, null," + ONE + b"]", [True, False, False, False, True]),
        (b"[" + ONE + b"," + ONE, [True, True, False]),
        (b"[" + ONE + b"," + ONE[:-1], [True, False]),
        (b"[" + ONE + b"] more", [True, False]),
        (b"[" + ONE + b"}," + ONE + b"]", [True, False, True]),
        (TWO[:-1], [False]),
        (b"<html>\n<p>no</p>", [False]),
        (b"[]", [False]),
        (b"", [False]),
        (b"\xff\xfe", [False]),
    ],
)
def test_a_bad_item_costs_itself(content: bytes, outcome: list[bool]) -> None:
    assert [item.record is not None for item in read(content)] == outcome


def test_a_bad_item_is_told_by_its_line() -> None:
    found = read(b"[\n" + TWO + b',\n{\n"uri": 5}]')
    error = found[1].error
    assert error is not None
    assert (found[1].position, error.line) == (2, 2 + TWO.count(b"\n") + 1)


@pytest.mark.parametrize("wrap", [b"%s", b"[%s]", b'[{"uri": %s}]', b'{"uri": "u",\n"x": %s}'])
@pytest.mark.parametrize(
    "hostile",
    [
        b"[" * 100_000 + b"]" * 100_000,
        b'{"a":' * 100_000 + b"1" + b"}" * 100_000,
        b"9" * 5_000,
        b'"' + b"\\" * 100_000 + b'"',
        b'"\\ud800"',
        b"NaN",
        b"[" * 100_000,
    ],
)
def test_hostile_items_are_rejected_at_once(wrap: bytes, hostile: bytes) -> None:
    content = wrap % hostile
    began = process_time()
    found = read(content)
    assert all(item.error or b"\\ud800" in item.content for item in found)
    assert process_time() - began < 1
    if b'"uri"' in content:
        recognise("a.json", content[:BEGINNING])


def test_an_item_beyond_the_bound_is_rejected_and_the_next_read(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    for module in (json_stream, json_pieces, jsonl):
        monkeypatch.setattr(module, "MAX_RECORD_BYTES", 100)
    long = b'{"uri": "1",' + b'"headline": "' + b"x" * 500 + b'"}'
    for content in (b"[" + long + b"," + FLAT + b"]", FLAT + b"\n" + long + b"\n" + FLAT):
        found = read(content)
        assert [item.record is not None for item in found].count(False) == 1
        assert found[-1].record is not None
        assert all(len(item.content) <= 100 for item in found)
        assert any("larger than" in str(item.error) for item in found)


def test_a_list_is_read_item_by_item() -> None:
    class Endless(io.RawIOBase):
        begun = False

        def read(self, size: int = -1, /) -> bytes:
            data = (FLAT + b",") * 20 if self.begun else b"["
            self.begun = True
            return data

    items = NinjsReader().read(Endless())  # type: ignore[arg-type]
    assert [item.position for item in islice(items, 3_000)] == list(range(1, 3_001))


@pytest.mark.parametrize(
    ("content", "recognised"),
    [
        (b'{"uri": "u", "headline": "A"}', True),
        (b'[{"headline": "A", "uri": "u"}]', True),
        (b'{"uri": "u", "body": "ours"}', False),
        (b'{"headline": "A", "body_xhtml": "' + b"x" * 5000, False),
        (b'{"versioncreated": "2025", "body_xhtml": "' + b"x" * 5000, True),
        (b'{"headline": "A", "places": [{"uri": "u"}]}', False),
        (b'{"title": "A schema", "properties": {"uri": {}, "bodies": {}}}', False),
        (b"uri, headline", False),
    ],
)
def test_recognition(content: bytes, recognised: bool) -> None:
    assert NinjsReader.recognises(content[:BEGINNING]) is recognised


@given(st.binary(max_size=200))
def test_any_bytes_are_read(content: bytes) -> None:
    for received in read(content) + read(b"[" + content) + read(b'{"uri": "' + content):
        assert (received.record is None) != (received.error is None)


JSON = st.recursive(
    st.none() | st.booleans() | st.integers() | st.text(max_size=20),
    lambda inner: (
        st.lists(inner, max_size=3)
        | st.dictionaries(st.sampled_from(["name", "uri", "value", "role", "type"]), inner)
    ),
    max_leaves=8,
)
FIELDS = st.sampled_from(
    ["uri", "headline", "headlines", "body_text", "bodies", "subject", "places", "associations"]
) | st.sampled_from(["rightsinfo", "by", "pubstatus", "versioncreated", "language", "infosources"])


@given(st.dictionaries(FIELDS, JSON))
def test_any_object_gives_a_record_or_a_reason(data: dict[str, Any]) -> None:
    (received,) = read(json.dumps(data).encode())
    assert (received.record is None) != (received.error is None)


TOUR = "anti-doping-measures-at-the-tour-down-under-will-be-the-toughest-ever"
NO_URI = "There is no `uri`"
# The beginning of the headline, the date and the language, or the reason of a rejection.
EXAMPLES: dict[str, tuple[str, str, str] | str] = {
    "1.4/businesswire-newsml-20130515006361.json": (
        "Dell Redefines Workstation Com",
        "2013-05-16T04:01:00Z",
        "en",
    ),
    "1.4/businesswire-newsml-20130605006126.json": (
        "Cambrios被Gartner評選為「最酷供應商」",
        "2013-06-05T21:00:00Z",
        "zh",
    ),
    "1.4/businesswire-newsml-20130612006110.json": (
        "APP发布“2020 可持续发展路线图”第三次工作进展报告，",
        "2013-06-12T15:29:00Z",
        "zh",
    ),
    "1.4/businesswire-newsml-20130731006140.json": (
        "Lunch Taking a Toll? Let Apple",
        "2013-07-31T15:32:00Z",
        "en",
    ),
    "1.4/ninjs-1-4-examples.json": (
        "Test of three new properties",
        "2022-04-21T12:34:56+00:00",
        "",
    ),
    "1.4/ninjsExComplex1.json": ("Captain of wrecked cruise ship", "2013-07-09T10:37:00Z", "en"),
    "1.4/ninjsExComplex2.json": ("Captain of wrecked cruise ship", "2013-07-09T10:39:00Z", "en"),
    "1.4/ninjsExMediumText1.json": ("Captain of wrecked cruise ship", "2013-07-09T10:37:00Z", "en"),
    "1.4/ninjsExSimplePhoto1.json": ("Costa Concordia cruise ship", "2013-07-08T08:12:00Z", ""),
    "1.4/ninjsExSimpleText1.json": ("Captain of wrecked cruise ship", "2013-07-09T10:37:00Z", ""),
    "2.1/SIPA_image_2.json": ("Italy: Italy Demonstration of ", "2020-10-27T15:35:19Z", "en"),
    "2.1/ap_audio.json": ("Next up in impeachment hearing", "2019-11-14T16:17:53Z", "en"),
    "2.1/ap_image.json": ("Turkey Islamic State", "2019-11-15T13:39:59Z", "en"),
    "2.1/ap_video.json": ("House leaders double down on i", "2019-11-14T18:50:56Z", "en"),
    "2.1/businesswire-newsml-20130605006126.json": (
        "Cambrios被Gartner評選為「最酷供應商」",
        "2013-06-05T21:00:00Z",
        "zh",
    ),
    "2.1/businesswire-newsml-20130731006140.json": (
        "Lunch Taking a Toll? Let Apple",
        "2013-07-31T15:32:00Z",
        "en",
    ),
    "2.1/dpa_text.json": ("Faktencheck Derby-Elfmeter: Ha", "2019-05-10T16:02:28+02:00", "de"),
    "2.1/imageEncodedRights.json": ("MotoGP - Spain - Valentino Ros", "2013-07-08T08:12:00Z", ""),
    "2.1/imageLinkedRights.json": ("MotoGP - Spain - Valentino Ros", "2013-07-08T08:12:00Z", ""),
    "2.1/ninjsExSimpleText_2.json": ("Captain of wrecked cruise ship", "2013-07-09T10:37:00Z", ""),
    "2.1/ntb_text.json": ("Google har kjøpt giganttomt i ", "2019-08-09T09:30:04Z", "nb-NO"),
    "2.1/schema-extension/extension-example.json": (
        "Militärövning i jätteformat hå",
        "2021-05-26T13:40:18+02:00",
        "sv",
    ),
    "2.1/schema-extension/extension-schema.json": NO_URI,
    "2.1/tt_text_image_2.json": (
        "Militärövning i jätteformat hå",
        "2021-05-26T13:40:18+02:00",
        "sv",
    ),
    "3.0/20231004-UEFA-ChampionLeague.json": ("Champions League 2023/2024 - G", "", ""),
    "3.0/20231005-65-addb-event.json": (
        '4th International Congress \\"S',
        "2023-10-05T08:45:55+02:00",
        "en",
    ),
    f"3.0/20231008-{TOUR}-addb-ninjs-nitf.json": (
        "Anti-doping measures at the 'T",
        "2023-10-08T02:34:03+02:00",
        "en",
    ),
    "3.0/20231016-addb-example-press-conference.json": ("World Anti", "", ""),
    "3.0/SIPA_image_3.json": ("Italy: Italy Demonstration of ", "2020-10-27T15:35:19Z", "en"),
    "3.0/ap_audio.json": ("Next up in impeachment hearing", "2019-11-14T16:17:53Z", "en"),
    "3.0/ap_image.json": ("Turkey Islamic State", "2019-11-15T13:39:59Z", "en"),
    "3.0/ap_video.json": ("House leaders double down on i", "2019-11-14T18:50:56Z", "en"),
    "3.0/businesswire-newsml-20130605006126.json": (
        "Cambrios被Gartner評選為「最酷供應商」",
        "2013-06-05T21:00:00Z",
        "zh",
    ),
    "3.0/businesswire-newsml-20130731006140.json": (
        "Lunch Taking a Toll? Let Apple",
        "2013-07-31T15:32:00Z",
        "en",
    ),
    "3.0/collection/20231016-event-timeline-sample.json": (
        "Athlete uses medicine containi",
        "",
        "",
    ),
    "3.0/dpa_text.json": ("Faktencheck Derby-Elfmeter: Ha", "2019-05-10T16:02:28+02:00", "de"),
    "3.0/imageEncodedRights.json": ("MotoGP - Spain - Valentino Ros", "2013-07-08T08:12:00Z", ""),
    "3.0/imageLinkedRights.json": ("MotoGP - Spain - Valentino Ros", "2013-07-08T08:12:00Z", ""),
    "3.0/ninjsExSimpleText_3.json": ("Captain of wrecked cruise ship", "2013-07-09T10:37:00Z", ""),
    "3.0/ntb_text.json": ("Google har kjøpt giganttomt i ", "2019-08-09T09:30:04Z", "nb-NO"),
    "3.0/simpleEvent.json": ("Tackling Doping in Sport Confe", "2023-10-04T08:16:21+02:00", "en"),
    "3.0/tt_event_pressconference_3.0.json": (
        "Pk med finansminister Elisabet",
        "2023-10-05T14:10:33+02:00",
        "sv",
    ),
    "3.0/tt_text_image_3.json": (
        "Militärövning i jätteformat hå",
        "2021-05-26T13:40:18+02:00",
        "sv",
    ),
}


@pytest.mark.parametrize("name", EXAMPLES)
def test_examples_of_the_standard(name: str, sample_data: Path) -> None:
    content = (sample_data / "ninjs" / "examples" / name).read_bytes()
    reader = recognise(name, content[:BEGINNING])
    assert reader.name == "ninjs"
    first = next(iter(reader.read(io.BytesIO(content))))
    expected = EXAMPLES[name]
    if first.record is None:
        assert isinstance(expected, str)
        assert expected in str(first.error)
    else:
        record = first.record
        assert (record.headline[:30], record.published, record.language) == expected


def test_every_example_is_held(sample_data: Path) -> None:
    folder = sample_data / "ninjs" / "examples"
    assert {str(path.relative_to(folder)) for path in folder.rglob("*.json")} == set(EXAMPLES)
