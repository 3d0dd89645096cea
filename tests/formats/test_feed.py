from __future__ import annotations

import builtins
import io
import socket
from pathlib import Path
from time import process_time

import pytest

from archive.formats.base import ArticleRecord, NamedEntity, Received
from archive.formats.feed import FeedReader
from archive.formats.feed_dates import feed_date
from archive.formats.registry import BEGINNING, recognise

SAMPLES = Path(__file__).parent / "samples"
ATOM = "http://www.w3.org/2005/Atom"


def read(content: bytes | str) -> list[Received]:
    data = content.encode() if isinstance(content, str) else content
    return list(FeedReader().read(io.BytesIO(data)))


def rss(*items: str, channel: str = "") -> str:
    inside = "".join(f"<item>{item}</item>" for item in items)
    return f'<rss version="2.0"><channel>{channel}{inside}</channel></rss>'


def atom(entry: str, feed: str = "", attributes: str = "") -> str:
    return f'<feed xmlns="{ATOM}" {attributes}>{feed}<entry>{entry}</entry></feed>'


def record_of(content: bytes | str) -> ArticleRecord:
    (received,) = read(content)
    assert received.record is not None, received.error
    return received.record


def reason(content: bytes | str) -> str:
    (received,) = read(content)
    assert received.error is not None, received.record
    return received.error.message


def test_every_element_of_rss() -> None:
    content = (SAMPLES / "feed.rss").read_bytes()
    first, second = read(content)
    assert first.content.startswith(b"<item>\n    <title>Lighthouse")
    assert first.content.endswith(b"</item>")
    assert first.content in content
    assert first.record == ArticleRecord(
        supplier_id="quay-1",
        headline="Lighthouse lit again & open",
        summary="The lighthouse works.",
        body="The lighthouse is lit.\n\nCrews had asked for it.",
        language="en-GB",
        published="2025-06-02T10:15:00+03:00",
        source="The Quay",
        url="https://quay.example/2025/lighthouse",
        bylines=("Ada Quill", "Bo Reed"),
        usage_terms="© The Quay",
        entities={"topic": (NamedEntity(name="Harbours"),)},
    )
    assert second.record is not None
    assert second.record.supplier_id == second.record.url == "https://quay.example/2025/ferry"
    assert second.record.body == "It came at noon."
    assert second.record.published == ""


def test_every_element_of_atom() -> None:
    assert record_of((SAMPLES / "feed.atom").read_bytes()) == ArticleRecord(
        supplier_id="tag:kai.example,2025:1",
        version="2025-06-03T06:00:00+00:00",
        headline="Der Leuchtturm leuchtet",
        body="Er leuchtet.\n\nEndlich.",
        language="de",
        published="2025-06-02T10:15:00+02:00",
        source="Der Kai",
        url="https://kai.example/1",
        bylines=("Redaktion am Kai",),
        usage_terms="Frei zu verwenden",
        entities={"topic": (NamedEntity(name="Häfen"),)},
    )


def test_rss_of_rdf() -> None:
    record = record_of((SAMPLES / "feed.rdf").read_bytes())
    assert record.supplier_id == record.url == "https://quay.example/2"
    assert (record.source, record.published) == ("The Quay", "2025-06-04")


@pytest.mark.parametrize(
    ("entry", "body", "summary"),
    [
        ("<summary>In short.</summary><content>In full.</content>", "In full.", "In short."),
        ("<summary>In short.</summary>", "In short.", ""),
        ("<summary>In full</summary><content>In full. More.</content>", "In full. More.", ""),
        ('<content type="html">&lt;p&gt;A&lt;/p&gt;&lt;p&gt;B&lt;/p&gt;</content>', "A\n\nB", ""),
        ("<content>1 &lt; 2 &amp;amp; 3</content>", "1 < 2 &amp; 3", ""),
        ('<content type="html">A&lt;script&gt;alert(1)&lt;/script&gt;</content>', "A", ""),
        ('<content type="image/png">aGVsbG8=</content>', "", ""),
        ('<content type="text/html" src="https://quay.example/x"/>', "", ""),
    ],
)
def test_texts(entry: str, body: str, summary: str) -> None:
    record = record_of(atom(f"<title>T</title>{entry}"))
    assert (record.body, record.summary) == (body, summary)


@pytest.mark.parametrize(
    ("content", "bylines"),
    [
        (rss("<title>T</title><author>ada@quay.example (Ada Quill)</author>"), ("Ada Quill",)),
        (rss("<title>T</title><author>ada@quay.example</author>"), ()),
        (rss("<title>T</title><author>Ada (Quay) &lt;a@b.cd&gt;</author>"), ("Ada (Quay)",)),
        (rss("<title>T</title><dc:creator>Ada</dc:creator>"), ("Ada",)),
        (rss("<title>T</title>", channel="<managingEditor>Ed</managingEditor>"), ()),
        (
            atom(
                "<title>T</title><source><title>S</title><author><name>Bo</name></author></source>"
            ),
            ("Bo",),
        ),
    ],
)
def test_writers(content: str, bylines: tuple[str, ...]) -> None:
    assert record_of(content).bylines == bylines


def test_the_source_of_an_item_comes_before_that_of_its_feed() -> None:
    item = '<title>T</title><source url="https://a.example/">The Pier</source>'
    assert record_of(rss(item, channel="<title>Digest</title>")).source == "The Pier"
    entry = "<title>T</title><source><title>The Pier</title><rights>Free</rights></source>"
    record = record_of(atom(entry, "<title>Digest</title><rights>None</rights>"))
    assert (record.source, record.usage_terms) == ("The Pier", "Free")


@pytest.mark.parametrize(
    ("content", "language"),
    [
        (atom('<title xml:lang="fr">T</title>', attributes='xml:lang="en"'), "fr"),
        (atom("<title>T</title>", attributes='xml:lang="en_us"'), "en-US"),
        (
            rss("<title>T</title><dc:language>ru</dc:language>", channel="<language>en</language>"),
            "ru",
        ),
        (rss("<title>T</title>", channel="<language>no tag at all</language>"), ""),
    ],
)
def test_languages(content: str, language: str) -> None:
    assert record_of(content).language == language


def test_a_category_of_media_topics_keeps_its_code() -> None:
    scheme = "http://cv.iptc.org/newscodes/mediatopic/"
    entry = f'<title>T</title><category scheme="{scheme}" term="20000065" label="Unrest"/>'
    assert record_of(atom(entry)).entities["topic"] == (
        NamedEntity(name="Unrest", identifiers={"medtop": "20000065"}),
    )


@pytest.mark.parametrize(
    ("written", "expected"),
    [
        ("Mon, 02 Jun 2025 10:15:00 +0300", "2025-06-02T10:15:00+03:00"),
        ("2 Jun 25 10:15 GMT", "2025-06-02T10:15:00+00:00"),
        ("2 Jun 99", "1999-06-02"),
        ("Mon, 2 June 2025 10:15:00 EDT", "2025-06-02T10:15:00-04:00"),
        ("Mon, 2 Jun 2025 10:15:00 XYZ", "2025-06-02"),
        ("Mon, 2 Jun 2025 10:15:00", "2025-06-02"),
        ("Mon, 2 Jun 2025 10:15:00 GMT+0300 (MSK)", "2025-06-02T10:15:00+03:00"),
        ("Mon Jun  2 10:15:00 MSK 2025", "2025-06-02T10:15:00+03:00"),
        ("June 2nd, 2025, 10:15 pm UTC", "2025-06-02T22:15:00+00:00"),
        ("2025-06-02T10:15:00+03:00", "2025-06-02T10:15:00+03:00"),
        ("2025-06-02 10:15:00 PST", "2025-06-02T10:15:00-08:00"),
        ("2025/06/02", "2025-06-02"),
        ("2025-06", "2025-06"),
        ("2025-06-02T10:15:60 EST", "2025-06-02T10:15:59-05:00"),
        ("2025-06-02T25:15:00Z", "2025-06-02"),
        ("31 Feb 2025 10:15:00 GMT", ""),
        ("02/06/2025", ""),
        ("03-12-31", ""),
        ("1748848500", ""),
        ("yesterday", ""),
        ("0001-01-01T00:00:00Z", ""),
        ("Thu, 01 Jan 1970 00:00:00 GMT", ""),
        ("1" * 500, ""),
        ("", ""),
    ],
)
def test_dates(written: str, expected: str) -> None:
    assert feed_date(written) == expected


def test_months_of_other_languages() -> None:
    item = "<title>T</title><pubDate>Δευ, 02 Ιούν 2025 10:15:00 EST</pubDate>"
    assert record_of(rss(item)).published == "2025-06-02T15:15:00Z"


def test_a_date_that_cannot_be_read_leaves_the_article_undated() -> None:
    item = "<title>T</title><pubDate>soon</pubDate><dc:date>2025-06-02</dc:date>"
    assert record_of(rss(item)).published == "2025-06-02"
    assert record_of(rss("<title>T</title><pubDate>soon</pubDate>")).published == ""


DAMAGED = "<title>A</title>\n<link x=1>b</link>"


def test_a_bad_item_costs_itself_alone() -> None:
    found = read(
        rss("<title>One</title>", DAMAGED, "<pubDate>soon</pubDate>", "<title>Two</title>")
    )
    assert [received.record is not None for received in found] == [True, False, False, True]
    assert [received.position for received in found] == [1, 2, 3, 4]
    first, second = (received.error for received in found[1:3])
    assert first is not None
    assert second is not None
    assert (first.line, second.line) == (1, 2)
    assert "well-formed" in first.message
    assert "neither a headline (title) nor a text" in second.message


def test_bytes_that_do_not_fit_cost_their_item() -> None:
    good = "<title>Größe</title><description>äöü und ß und ж</description>"
    content = rss(good, "<title>bad</title>", good).encode().replace(b"bad", b"b\xffd")
    found = read(content)
    assert [received.record is not None for received in found] == [True, False, True]
    assert found[1].content == b"<item><title>b\xffd</title></item>"


@pytest.mark.parametrize(
    ("item", "headline"),
    [
        ("<title>Fish & chips</title>", "Fish & chips"),
        ("<title>Caf&eacute;&nbsp;&unknown;</title>", "Café &unknown;"),
        ("<title>1 < 2</title>", "1 < 2"),
        ("<title>A&#0;&#x1F;\x01B&#X43;</title>", "ABC"),
        ("<title>Bold <b>words</title>", "Bold words"),
        ("<title><![CDATA[</item> &amp; on]]></title>", "& on"),
        ("<title>A</title><media:title>B</media:title>", "A"),
        ("<title>A</title><!-- </item> -->", "A"),
    ],
)
def test_damage_that_is_understood(item: str, headline: str) -> None:
    assert record_of(rss(item)).headline == headline


def test_damage_around_the_items_is_not_theirs() -> None:
    content = b'<rss a="\xff&\x01"><channel b="\xff"><title>T\xff</title>'
    content += "<item><title>Größe äöü</title></item></channel></rss>".encode()
    record = record_of(content)
    assert (record.headline, record.source) == ("Größe äöü", "T?")


def test_items_that_are_not_closed() -> None:
    found = read("<rss><channel><item><title>A</title><item><title>B</title></channel></rss>")
    assert [received.record and received.record.headline for received in found] == ["A", "B"]
    whole, cut = read("<rss><channel><item><title>A</title></item><item><title>B")
    assert whole.record is not None
    assert cut.error is not None
    assert "ends within this item" in cut.error.message
    assert "ends before its first item" in reason("<rss><channel><title>Quay")


def test_a_feed_without_items_holds_nothing() -> None:
    assert read(rss()) == []
    assert read(f'<feed xmlns="{ATOM}"/>') == []


@pytest.mark.parametrize(
    ("codec", "declared"),
    [
        ("utf-16", ' encoding="utf-16"'),
        ("utf-16-le", ""),
        ("utf-32", ""),
        ("utf-32-be", ""),
        ("utf-8-sig", ' encoding="iso-8859-1"'),
        ("cp1252", ' encoding="iso-8859-1"'),
        ("cp1252", ""),
        ("cp1251", ' encoding="windows-1251"'),
        ("koi8-r", ' encoding="koi8-r"'),
        ("gb18030", ' encoding="gb2312"'),
        ("cp037", ' encoding="cp037"'),
        ("utf-8", ' encoding="cp037"'),
        ("utf-8", ' encoding="us-ascii"'),
        ("utf-8", ' encoding="none-such"'),
    ],
)
def test_encodings(codec: str, declared: str) -> None:
    cyrillic = codec in ("cp1251", "koi8-r", "gb18030")
    title = "Маяк снова горит" if cyrillic else "Lichter für Größe"
    content = f'<?xml version="1.0"{declared}?>{rss(f"<title>{title}</title>")}'.encode(codec)
    (received,) = read(content)
    assert received.record is not None, received.error
    assert received.record.headline == title
    assert received.content in content
    assert recognise("a.xml", content[:BEGINNING]).name == "feed"


def test_an_encoding_that_is_not_said_is_not_guessed() -> None:
    content = rss("<title>Маяк снова горит</title>" * 2).encode("koi8-r")
    assert "neither UTF-8 nor Western European" in reason(content)


@pytest.mark.parametrize(
    ("content", "words"),
    [
        ('<!DOCTYPE r [<!ENTITY a "b">]><rss><item><title>&a;</title></item></rss>', "entities"),
        (
            '<!DOCTYPE r [<!ENTITY a SYSTEM "file:///etc/passwd">]><rss><item/></rss>',
            "entities",
        ),
        ("<urlset><url/></urlset>", "a sitemap"),
        ("<sitemapindex/>", "a list of sitemaps"),
        ("<opml/>", "a list of feeds"),
        ("<html><item/></html>", "no feed"),
        ("no markup", "no feed"),
        ("", "no feed"),
        ("<rss" + " " * 20_000 + ">", "does not end"),
        (rss("x" * 8_500_000), "larger than"),
        (rss("<a>" * 100_000), "well-formed"),
        (rss("<a>" * 210 + "</a>" * 210), "nested deeper"),
        (rss("<description>" + "&lt;div&gt;" * 1_000 + "</description>"), "nested deeper"),
        (rss("<author>" + "a" * 100_000 + "</author>"), "longer than"),
        (rss("<category>a</category>" * 1_001), "more than 1,000"),
        (rss("<a " + " ".join(f'a{n}=""' for n in range(101)) + "/>"), "100 attributes"),
        (rss("<title>" + "a" * 1_001 + "</title>"), "Keep it to 1,000"),
        ("<rss>" + "<" * 4_100_000, "tags"),
        ("<rss>" + "<item/>" * 100_001, "100,000 items"),
        ("<rss>" + "x" * 33 * 1024 * 1024, "32 MB"),
        ("<rss>" + " " * 1_100_000 + "</rss>", "beside its items"),
    ],
)
def test_what_is_refused_is_refused_at_once(content: str, words: str) -> None:
    data = content.encode()
    began = process_time()
    assert words in reason(data)
    assert process_time() - began < 1


def test_bases_within_bases_do_not_grow() -> None:
    nested = '<b xml:base="' + "a/" * 200 + '">'
    item = f"<title>T</title>{nested * 100}{'<c/>' * 10_000}{'</b>' * 100}"
    began = process_time()
    record_of(rss(item))
    assert process_time() - began < 2


def test_nothing_is_opened(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> None:
    secret = tmp_path / "secret"
    secret.write_text(rss("<title>Secret</title>"))
    contents = [
        str(secret).encode(),
        b"http://127.0.0.1:9/feed",
        f'<!DOCTYPE rss SYSTEM "{secret.as_uri()}">{rss("<title>T</title>")}'.encode(),
    ]

    def refuse(*_args: object, **_options: object) -> None:
        raise AssertionError("something was opened")

    read(contents[2])  # what is imported late is imported now
    monkeypatch.setattr(builtins, "open", refuse)
    monkeypatch.setattr(io, "open", refuse)
    monkeypatch.setattr(socket, "socket", refuse)
    found = [read(content)[0] for content in contents]
    assert [received.record is None for received in found] == [True, True, False]


@pytest.mark.parametrize(
    ("name", "beginning", "expected"),
    [
        ("a.xml", b"<rss>", "feed"),
        ("a.xml", b'<!-- x --><?xml version="1.0"?><feed xmlns="x">', "feed"),
        ("a.xml", b'<r:rss xmlns:r="x">', "feed"),
        ("a.xml", b'<rdf:RDF xmlns="http://purl.org/rss/1.0/">', "feed"),
        ("a.xml", b'<rdf:RDF xmlns:skos="x">', "newsml-g2"),
        ("a.xml", b"<urlset>", "feed"),
        ("a.atom", b"", "feed"),
    ],
)
def test_recognition(name: str, beginning: bytes, expected: str) -> None:
    assert recognise(name, beginning).name == expected
