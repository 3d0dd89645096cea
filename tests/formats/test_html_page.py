from __future__ import annotations

import io
import socket
import sys
from pathlib import Path
from time import process_time

import pytest

from archive.exceptions import UnknownFormat
from archive.formats import html_page
from archive.formats.base import ArticleRecord, NamedEntity, Received
from archive.formats.html_page import HtmlReader, read_page
from archive.formats.registry import recognise

pytest.importorskip("trafilatura", reason="web pages need `make extras`")

SAMPLE = Path(__file__).parent / "samples" / "html.html"
SENTENCE = "The ferry to the island sailed again on Monday, three weeks after the storm. "
SECOND = "The first boat leaves at six in the morning, the last one at ten at night. " * 3
TEXT = f"<p>{SENTENCE * 4}</p><p>{SECOND}</p>"
BODY = f"{(SENTENCE * 4).strip()}\n\n{SECOND.strip()}"


def page(head: str = "", body: str = "", *, lang: str = "", linked: str = "") -> ArticleRecord:
    script = f'<script type="application/ld+json">{linked}</script>' if linked else ""
    return read_page(
        f"<!doctype html><html{lang}><head><meta charset=utf-8>{head}{script}</head>"
        f"<body>{body}<article>{TEXT}</article></body></html>".encode()
    )


def meta(name: str, content: str) -> str:
    return f'<meta name="{name}" content="{content}">'


def read(content: bytes) -> Received:
    (received,) = HtmlReader().read(io.BytesIO(content))
    return received


def test_every_field() -> None:
    content = SAMPLE.read_bytes()
    received = read(content)
    assert (received.position, received.content) == (1, content)
    assert received.record == ArticleRecord(
        headline="Ferry sails again",
        summary="The island is within reach.",
        body="The ferry to the island sailed again on Monday, Bo Reed of the harbour board said, "
        "three weeks after a storm had damaged the landing stage on the northern side of the bay."
        "\n\nWhat it costs\n\n"
        "A crossing costs less than a lunch at the quay, and children travel free until the end of "
        "August. The first boat leaves at six in the morning, the last one at ten at night.\n\n"
        "Bicycles are carried where there is room.\n\nDogs stay on deck.\n\n"
        "The board expects as many passengers as in the summer before the storm, when the boats "
        "were full on most weekends, and asks visitors to come early.",
        language="en-GB",
        published="2025-06-02T10:15:00+03:00",
        source="The Quay",
        section="Coast",
        url="https://quay.example/ferry",
        bylines=("Ada Quill",),
        entities={"topic": (NamedEntity(name="ferries"), NamedEntity(name="ports"))},
    )


def test_linked_data_speak_first() -> None:
    record = page(
        meta("author", "Web Desk")
        + meta("og:title", "Shares!")
        + meta("article:published_time", "2025-06-05")
        + meta("description", "Bait.")
        + meta("keywords", "a, b"),
        linked="""{"@context": "https://schema.org", "@graph": [
            {"@type": "WebSite", "name": "Quay"},
            {"@type": ["Thing", "NewsArticle"], "headline": "Ferry &amp; storm",
             "datePublished": "2025-06-02T10:15:00+03:00", "dateModified": "2025-06-09",
             "description": "In reach.", "author": [{"@type": "Person", "name": "Ada Quill"},
             "Bo Reed", {"@type": "Organization", "name": "The Quay"}],
             "publisher": {"name": "The Quay"},
             "articleSection": ["Coast", "News"], "keywords": ["ferries", "Ports, ferries"],
             "inLanguage": "en-GB", "mainEntityOfPage": {"@id": "https://quay.example/ferry#top"}}
        ]}""",
    )
    assert record == ArticleRecord(
        headline="Ferry & storm",
        summary="In reach.",
        body=BODY,
        language="en-GB",
        published="2025-06-02T10:15:00+03:00",
        source="The Quay",
        section="Coast",
        url="https://quay.example/ferry",
        bylines=("Ada Quill", "Bo Reed"),
        entities={"topic": (NamedEntity(name="ferries"), NamedEntity(name="Ports"))},
    )


@pytest.mark.parametrize(
    "linked",
    [
        "not JSON",
        "[" * 100_000,
        '{"@type": "NewsArticle", "headline": {"a": 1}, "author": 7, "keywords": [[]]}',
        '{"@type": 5, "@graph": "x"}',
        '[{"@type": "NewsArticle", "headline": "X"}, {"@type": "NewsArticle", "headline": "Y"}]',
    ],
)
def test_linked_data_of_no_use_are_passed_over(linked: str) -> None:
    assert page(meta("og:title", "Mine"), linked=linked).headline == "Mine"


def test_of_several_articles_the_page_s_own_counts() -> None:
    linked = """[{"@type": "NewsArticle", "headline": "X", "url": "https://q.example/x"},
                 {"@type": "NewsArticle", "headline": "Y", "url": "https://q.example/y"}]"""
    assert page('<link rel=canonical href="https://q.example/y">', linked=linked).headline == "Y"


def test_a_text_that_scripts_would_write_is_taken_from_linked_data() -> None:
    linked = '{"@type": "NewsArticle", "headline": "X", "articleBody": "%s"}' % (SENTENCE * 5)
    content = f'<html><script type="application/ld+json">{linked}</script><p>Menu</p></html>'
    assert read_page(content.encode()).body == (SENTENCE * 5).strip()


@pytest.mark.parametrize(
    ("head", "published"),
    [
        (meta("citation_date", "2025/6/2"), "2025-06-02"),
        (meta("citation_date", "2025/06"), "2025-06"),
        (meta("DC.date.issued", "2025-06-02"), "2025-06-02"),
        (meta("date", "Mon, 02 Jun 2025 10:15:00 +0300"), "2025-06-02T10:15:00+03:00"),
        (meta("pubdate", "2025-06-02 10:15 UTC"), "2025-06-02 10:15Z"),
        (meta("date", "last week") + meta("article:published_time", "2025"), "2025"),
        (meta("date", "yesterday"), ""),
        (meta("date", "0001-01-01T00:00:00"), ""),
        (meta("article:modified_time", "2025-06-02"), ""),
        (meta("copyright", "© 2025"), ""),
        ('<time itemprop="datePublished" datetime="2025-06-02">', "2025-06-02"),
        ('<time class="entry-date x" datetime="2025-06-02">', "2025-06-02"),
        ('<time datetime="2025-06-02">', ""),
        ("", ""),
    ],
)
def test_a_date_only_where_the_page_states_it(head: str, published: str) -> None:
    assert page(body=head + "<footer>© 2019, 3 May 2018</footer>").published == published


@pytest.mark.parametrize(
    ("lang", "head", "language"),
    [
        (' lang="DE"', "", "de"),
        (' xml:lang="fr"', "", "fr"),
        (' lang="no language"', "", ""),
        ("", '<meta http-equiv="Content-Language" content="pt-br">', "pt-BR"),
        ("", "", ""),
    ],
)
def test_language(lang: str, head: str, language: str) -> None:
    assert page(head, lang=lang).language == language


@pytest.mark.parametrize(
    ("head", "body", "headline"),
    [
        ("<title>Ferry - The Quay</title>" + meta("og:site_name", "The Quay"), "", "Ferry"),
        ("<title>Ferry sails | Quay</title>", "<h1>Ferry sails</h1>", "Ferry sails"),
        ("<title>Ferry sails</title>", "<h1>THE QUAY</h1>", "Ferry sails"),
        ("<title>Ferry</title>", "<h1>A</h1><h1>B</h1>", "Ferry"),
        ("", "<h1>Ferry</h1>", "Ferry"),
        (meta("og:title", "x" * 1001) + "<title>Ferry</title>", "", "Ferry"),
        ("", "", ""),
    ],
)
def test_headlines(head: str, body: str, headline: str) -> None:
    assert page(head, body).headline == headline


@pytest.mark.parametrize(
    ("head", "bylines"),
    [
        (meta("author", "By Ada Quill"), ("Ada Quill",)),
        (meta("citation_author", "Quill, Ada") * 2, ("Quill, Ada",)),
        (meta("article:author", "https://f.example/ada"), ()),
        (meta("author", "The Quay") + meta("og:site_name", "The Quay"), ()),
        ('<a rel="author nofollow">Ada</a>', ("Ada",)),
        ('<div itemprop="author">Story <b itemprop="name">Ada</b></div>', ("Ada",)),
    ],
)
def test_bylines(head: str, bylines: tuple[str, ...]) -> None:
    assert page(body=head).bylines == bylines


@pytest.mark.parametrize(
    ("links", "address", "url"),
    [
        ("https://q.example/a#top", "", "https://q.example/a"),
        ("/a", "", ""),
        ("/a", "https://q.example/b?c", "https://q.example/a"),
        ("https://other.example/a", "https://q.example/b", "https://q.example/b"),
        ("https://www.q.example/a", "https://q.example/b", "https://www.q.example/a"),
        ("https://q.example/", "https://q.example/b", "https://q.example/b"),
        ("https://q.example/", "", ""),
        ("javascript:alert(1)", "", ""),
        ("http://[", "", ""),
    ],
)
def test_the_address_of_a_page(links: str, address: str, url: str) -> None:
    content = f'<html><link rel="canonical" href="{links}"><body>{TEXT}</body></html>'.encode()
    assert read_page(content, address=address).url == url


RUSSIAN = "Паром на остров снова ходит, сообщили в понедельник портовые власти. " * 5
CHINESE = "前往该岛的渡轮于周一恢复通航，三周前的一场风暴损坏了码头。" * 8


@pytest.mark.parametrize(
    ("text", "declared", "codec", "charset"),
    [
        (RUSSIAN, "", "utf-8", ""),
        (RUSSIAN, "", "utf-8-sig", "windows-1251"),
        (RUSSIAN, "", "utf-16", ""),
        (RUSSIAN, "<meta charset=windows-1251>", "cp1251", ""),
        (RUSSIAN, '<meta http-equiv=x content="text/html; charset=KOI8-R">', "koi8-r", ""),
        (RUSSIAN, "<meta charset=windows-1252>", "koi8-r", "koi8-r"),
        (RUSSIAN, "<meta charset=utf-16>", "utf-8", ""),
        (RUSSIAN, "<meta charset=nonsense>", "utf-8", ""),
        (RUSSIAN, "", "cp1251", ""),
        (CHINESE, "<meta charset=gb2312>", "gb18030", ""),
        (CHINESE, '<meta charset="Shift_JIS">', "utf-8", "utf-8"),
        ("“Straße”, said Zoë. " * 20, "<meta charset=iso-8859-1>", "cp1252", ""),
        ("“Straße”, said Zoë. " * 20, "", "cp1252", ""),
    ],
)
def test_encodings(text: str, declared: str, codec: str, charset: str) -> None:
    content = f"<html><head>{declared}</head><body><p>{text}</p></body></html>".encode(codec)
    assert read_page(content, charset=charset).body == text.strip()


def test_a_page_with_a_damaged_character_is_read() -> None:
    content = f"<html><p>{RUSSIAN * 4}".encode() + b"\xd0 and more.</p></html>"
    assert "\ufffd and more." in read_page(content).body


@pytest.mark.parametrize(
    ("name", "beginning", "expected"),
    [
        ("a", b"<!DOCTYPE html>\n<html>", "html"),
        ("a.txt", b"\xef\xbb\xbf <html lang=en>", "html"),
        ("a.xml", b'<?xml version="1.0"?><!-- a --><html xmlns="x">', "html"),
        ("a.html", b"<p>No root</p>", "html"),
        ("a.htm", b"", "html"),
    ],
)
def test_recognised(name: str, beginning: bytes, expected: str) -> None:
    assert recognise(name, beginning).name == expected


@pytest.mark.parametrize(
    ("content", "said"),
    [
        (b"", "empty"),
        (b"<html></html>", "No text of an article"),
        (b"<html><body><nav><a href=x>Home</a></nav></body></html>", "No text of an article"),
        (
            b"<html><body><ul><li><a href=x>Coast</a><li><a href=y>Politics</a></ul>"
            b"<noscript>Turn on JavaScript.</noscript><footer>(c) Q</footer></body></html>",
            "No text of an article",
        ),
        (b"<html><body><script>var a = 'words';</script></body></html>", "No text of an article"),
        (b"<html>" + b"<div>" * 100_000 + b"text", "nested deeper"),
        (b"<html><body>" + b"<p>x</p>" * 31_000, "elements"),
        (b"<html>" + (b"<div>" * 200 + b"x" + b"</div>" * 200) * 140, "within one another"),
        (b"<html><p " + b" ".join(b"a%d=1" % n for n in range(50_000)) + b">", "attributes"),
        (b'<!DOCTYPE html [<!ENTITY a "b">]><html><p>&a;</p></html>', "declares entities"),
        (b"<html><p>" + b"x" * 34_000_000, "32 MB"),
        (b"<html>" + b"<!--" * 1_000_000, "No text of an article"),
        (b"<html>" + b"<script " * 1_000_000, "No text of an article"),
        (b"<html><style>" + b"</style " * 100_000, "No text of an article"),
    ],
)
def test_pages_that_are_refused_in_time(content: bytes, said: str) -> None:
    read_page(TEXT.encode())  # loads the extraction
    began = process_time()
    received = read(content)
    assert process_time() - began < 1
    assert received.error is not None
    assert said in received.error.message


@pytest.mark.parametrize(
    "sign", ["\x00", "\x01", "\x0c", "\uffff", "&#0;", "&#31;", "&#x1F", "&#xFFFE;", "&#xd800;"]
)
def test_characters_that_no_tree_can_hold(sign: str) -> None:
    body = f"<h1>{sign}</h1>{sign}<p>{sign}{SENTENCE * 4}{sign}</p><pre>{sign} {SECOND}</pre>"
    text = read_page(f"<html><body>{body}</body></html>".encode()).body
    assert SENTENCE.strip() in text
    assert SECOND.strip() in text


def test_a_failure_of_the_library_costs_one_page(monkeypatch: pytest.MonkeyPatch) -> None:
    def fail(*_: object, **__: object) -> None:
        raise TypeError

    for name in ("bare_extraction", "baseline"):
        monkeypatch.setattr(html_page.load_extraction(), name, fail)
    error = read(SAMPLE.read_bytes()).error
    assert error is not None
    assert "No text" in error.message


def test_neither_addresses_nor_files_are_opened(monkeypatch: pytest.MonkeyPatch) -> None:
    page()  # loads what is loaded once

    def refuse(*_: object, **__: object) -> None:
        raise AssertionError

    monkeypatch.setattr(socket, "socket", refuse)
    monkeypatch.setattr("builtins.open", refuse)
    content = (
        '<!DOCTYPE html PUBLIC "-//W3C//DTD XHTML 1.0//EN" "http://quay.example/x.dtd">'
        '<html><head><base href="http://quay.example/"><link rel=stylesheet href="x.css">'
        f'<link rel=canonical href="file:///etc/passwd"></head><body>{TEXT}'
        '<iframe src="file:///etc/passwd"></iframe><img src="http://quay.example/x"></body></html>'
    )
    assert read_page(content.encode()).body == BODY


def test_without_the_library_the_sentence_says_how_to_get_it(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    monkeypatch.setitem(sys.modules, "trafilatura", None)
    html_page.load_extraction.cache_clear()
    with pytest.raises(UnknownFormat, match="make extras"):
        list(HtmlReader().read(io.BytesIO(b"<html></html>")))
    html_page.load_extraction.cache_clear()
