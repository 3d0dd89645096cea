from __future__ import annotations

import gzip
import hashlib
import io
import tracemalloc
import zlib
from base64 import b32encode, b64encode
from pathlib import Path
from time import process_time

import pytest

from archive.formats.base import Received
from archive.formats.packed import PackError, Unpacked
from archive.formats.registry import recognise
from archive.formats.warc import WarcReader

pytest.importorskip("trafilatura", reason="web pages need `make extras`")

SAMPLE = Path(__file__).parent / "samples" / "warc.warc"
SENTENCE = "The ferry to the island sailed again on Monday, three weeks after the storm. "


def page(headline: str = "Ferry", head: str = "") -> bytes:
    return (
        f"<!doctype html><html><head><title>{headline}</title>{head}</head>"
        f"<body><article><p>{SENTENCE * 4}</p></article></body></html>"
    ).encode()


def http(
    body: bytes, *headers: str, status: str = "200 OK", media_type: str = "text/html"
) -> bytes:
    lines = [f"HTTP/1.1 {status}", f"Content-Type: {media_type}", *headers, "", ""]
    return "\r\n".join(lines).encode() + body


def record(
    block: bytes,
    *headers: str,
    kind: str = "response",
    url: str = "https://quay.example/ferry",
    length: int | None = None,
    version: str = "1.1",
) -> bytes:
    lines = [
        f"WARC/{version}",
        f"WARC-Type: {kind}",
        f"WARC-Target-URI: {url}",
        "WARC-Date: 2025-06-03T00:00:00Z",
        "WARC-Record-ID: <urn:uuid:1>",
        *headers,
        f"Content-Length: {len(block) if length is None else length}",
        "",
        "",
    ]
    return "\r\n".join(lines).encode() + block + b"\r\n\r\n"


def read(content: bytes) -> list[Received]:
    return list(WarcReader().read(io.BytesIO(content)))


def told(content: bytes) -> list[str]:
    """Headlines, and the sentences of what is rejected."""
    return [
        each.record.headline if each.record else each.error.message if each.error else ""
        for each in read(content)
    ]


GOOD = record(http(page("Good")), url="https://quay.example/good")


def chunked(body: bytes, size: int = 100) -> bytes:
    pieces = [body[at : at + size] for at in range(0, len(body), size)]
    return b"".join(b"%x;a=b\r\n%s\r\n" % (len(each), each) for each in pieces) + b"0\r\n\r\n"


def test_the_sample() -> None:
    content = SAMPLE.read_bytes()
    assert recognise("a", content[:4096]).name == "warc"
    first, second = read(content)
    assert first.record is not None
    assert (first.position, first.record.headline) == (3, "Ferry sails again")
    assert first.record.url == "https://quay.example/ferry"
    assert first.record.language == "en-GB"
    assert first.record.published == "2025-06-02T10:15:00+03:00"
    assert first.content.startswith(b"WARC/1.1\r\nWARC-Type: response\r\n")
    assert first.content.endswith(b"</html>\n\r\n0\r\n\r\n")
    assert b"WARC-Record-ID: <urn:uuid:" in first.content
    assert b"WARC-Payload-Digest: sha1:" in first.content
    assert second.record is not None
    # The day of the capture is no date of publication.
    assert (second.record.headline, second.record.published) == ("The pier is painted green", "")


@pytest.mark.parametrize(
    ("body", "headers"),
    [
        (page(), ()),
        (chunked(page()), ("Transfer-Encoding: chunked",)),
        (page(), ("Transfer-Encoding: chunked",)),
        (gzip.compress(page()), ("Content-Encoding: gzip",)),
        (page(), ("Content-Encoding: gzip",)),
        (zlib.compress(page()), ("Content-Encoding: deflate",)),
        (zlib.compress(page(), wbits=-15), ("content-encoding: deflate",)),
        (
            chunked(gzip.compress(page())),
            ("Transfer-Encoding: chunked", "Content-Encoding: x-gzip"),
        ),
        (page(), ("Content-Encoding: identity",)),
    ],
)
def test_bodies(body: bytes, headers: tuple[str, ...]) -> None:
    (received,) = read(record(http(body, *headers)))
    assert received.record is not None
    assert received.record.body == (SENTENCE * 4).strip()


@pytest.mark.parametrize(
    "passed_over",
    [
        record(http(page(), status="404 Not Found")),
        record(http(b"", "Location: /x", status="301 Moved Permanently")),
        record(http(b"\x89PNG", media_type="image/png")),
        record(http(b"{}", media_type="application/json")),
        record(http(b"\x89PNG", media_type="")),
        record(http(page()), kind="revisit"),
        record(b"GET / HTTP/1.1\r\n\r\n", kind="request"),
        record(b"software: x", kind="warcinfo"),
        record(page(), "Content-Type: text/html", kind="conversion"),
        record(b"20250603000000\nquay.example. 1 IN A 192.0.2.1", kind="response", url="dns:x"),
        record(b"", kind="metadata"),
    ],
)
def test_what_is_no_article_is_passed_over(passed_over: bytes) -> None:
    assert told(passed_over + GOOD) == ["Good"]


@pytest.mark.parametrize(
    "content",
    [
        record(http(page(), media_type="application/xhtml+xml; charset=utf-8")),
        record(http(page(), media_type="")),
        record(page(), "Content-Type: text/html", kind="resource"),
        record(http(page()), version="1.0").replace(b"\r\n", b"\n", 8),
        record(http(page()), url="<https://quay.example/ferry>"),
        record(http(page())).replace(b"HTTP/1.1 200 OK", b"HTTP/2 200"),
    ],
)
def test_pages(content: bytes) -> None:
    (received,) = read(content + b"\r\n")
    assert received.record is not None
    assert (received.record.headline, received.record.url) == (
        "Ferry",
        "https://quay.example/ferry",
    )


def test_the_encoding_that_the_server_names() -> None:
    body = page("Паром").decode().encode("cp1251")
    assert told(record(http(body, media_type="text/html; charset=windows-1251"))) == ["Паром"]


@pytest.mark.parametrize(
    ("canonical", "url"),
    [
        ("https://quay.example/canon", "https://quay.example/canon"),
        ("/canon", "https://quay.example/canon"),
        ("https://elsewhere.example/canon", "https://quay.example/ferry"),
        ("https://quay.example/", "https://quay.example/ferry"),
    ],
)
def test_the_address_is_the_page_s_own_or_where_it_was_found(canonical: str, url: str) -> None:
    head = f'<link rel="canonical" href="{canonical}">'
    (received,) = read(record(http(page(head=head))))
    assert received.record is not None
    assert received.record.url == url


class TestDigests:
    """A page is measured against what the crawler noted of it."""

    @pytest.mark.parametrize("header", ["WARC-Payload-Digest", "WARC-Block-Digest"])
    @pytest.mark.parametrize("name", ["sha1", "sha256", "md5"])
    @pytest.mark.parametrize(
        "write",
        [
            lambda digest: b32encode(digest).decode(),
            lambda digest: b32encode(digest).decode().rstrip("=").lower(),
            lambda digest: digest.hex(),
            lambda digest: b64encode(digest).decode(),
            lambda digest: b64encode(digest, b"-_").decode().rstrip("="),
        ],
    )
    def test_they_are_read_as_crawlers_write_them(self, header: str, name: str, write) -> None:  # type: ignore[no-untyped-def]
        block = http(page())
        over = page() if "Payload" in header else block
        digest = write(hashlib.new(name, over).digest())
        assert told(record(block, f"{header}: {name}:{digest}")) == ["Ferry"]
        (said,) = told(record(block.replace(b"ferry", b"furry"), f"{header}: {name}:{digest}"))
        assert said.startswith("https://quay.example/ferry: ")
        assert "digest" in said

    def test_with_or_without_the_framing_of_chunks(self) -> None:
        stored = chunked(page())
        for over in (stored, page()):
            digest = b32encode(hashlib.sha1(over).digest()).decode()
            block = http(stored, "Transfer-Encoding: chunked")
            assert told(record(block, f"WARC-Payload-Digest: sha1:{digest}")) == ["Ferry"]

    @pytest.mark.parametrize("digest", ["crc:1", "sha1", "", "sha1:"])
    def test_what_cannot_be_measured_is_let_in(self, digest: str) -> None:
        assert told(record(http(page()), f"WARC-Payload-Digest: {digest}")) == ["Ferry"]


@pytest.mark.parametrize(
    ("damaged", "said"),
    [
        (b"Something else\r\nstands here\r\n\r\n", "none of them"),
        (record(http(page()), length=10**12), "cut off"),
        (record(http(page()), length=-1), "how long"),
        (record(http(page())).replace(b"Content-Length", b"Content-Langth"), "how long"),
        (record(http(page()), length=len(http(page())) - 3), "does not end"),
        (record(http(page()), length=len(http(page())) + 20), "does not end"),
        (record(http(page()), length=len(http(page())) + 300), "does not end"),
        (record(http(page()), "X: " + "x" * 300_000), "longer"),
        (record(http(page()), "WARC-Truncated: length"), "a part of the page"),
        (record(http(page()), "WARC-Segment-Number: 1"), "a part of the page"),
        (record(http(page(), "Content-Encoding: br")), "(br)"),
        (record(http(gzip.compress(page())[:-9], "Content-Encoding: gzip")), "cut off"),
        (record(http(gzip.compress(bytes(9**8)), "Content-Encoding: gzip")), "100 times"),
        (record(http(chunked(page())[:-50], "Transfer-Encoding: chunked")), "cut off"),
        (record(http(b"<html></html>")), "No text of an article"),
        (record(http(b" " * 34_000_000)), "32 MB"),
    ],
)
def test_damage_costs_one_record(damaged: bytes, said: str) -> None:
    first, second = read(damaged + GOOD)
    assert first.error is not None
    assert said in first.error.message
    assert second.record is not None
    assert second.record.headline == "Good"


def test_cut_off() -> None:
    assert told(GOOD + record(http(page()))[:-30]) == [
        "Good",
        "https://quay.example/ferry: The file is cut off within this record. Get it again.",
    ]


def test_behind_a_damaged_stream_the_next_record_is_found() -> None:
    streams = [gzip.compress(record(http(page(f"Page {number}")))) for number in range(5)]
    broken = bytearray(streams[2])
    broken[len(broken) // 2] ^= 0xFF
    raw = Unpacked(io.BytesIO(b"".join([*streams[:2], bytes(broken), *streams[3:]])), "gzip")
    raw.resume_at = b"WARC/"
    found = list(WarcReader().read(io.BufferedReader(raw)))
    assert [each.record.headline for each in found if each.record] == [
        "Page 0",
        "Page 1",
        "Page 3",
        "Page 4",
    ]
    (error,) = [each.error for each in found if each.error]
    assert "gzip data are damaged" in error.message


def test_a_stream_that_is_damaged_to_its_end_is_said() -> None:
    content = gzip.compress(GOOD) + gzip.compress(GOOD)[:-60]
    raw = Unpacked(io.BytesIO(content), "gzip")
    raw.resume_at = b"WARC/"
    found: list[Received] = []
    with pytest.raises(PackError, match="cut off"):
        found.extend(WarcReader().read(io.BufferedReader(raw)))
    assert [each.record.headline for each in found if each.record] == ["Good"]


def test_damage_on_purpose_is_not_read_over_and_over() -> None:
    head = b"WARC/1.0\r\nWARC-Type: response\r\nContent-Length: 4000000\r\n\r\nx\r\n"
    content = head * 70_000
    began = process_time()
    assert read(content)
    assert process_time() - began < 3


def test_memory_is_bounded() -> None:
    class Endless(io.RawIOBase):
        """A video larger than memory, and then a page."""

        left = 200_000_000
        rest = b"\r\n\r\n" + GOOD

        def __init__(self) -> None:
            self.head = record(http(b"", media_type="video/mp4"), length=self.left)[:-4]
            self.left -= len(http(b"", media_type="video/mp4"))

        def readable(self) -> bool:
            return True

        def readinto(self, buffer: object) -> int:
            view = memoryview(buffer)  # type: ignore[arg-type]
            if self.head:
                data, self.head = self.head[: len(view)], self.head[len(view) :]
            elif self.left:
                data = bytes(min(len(view), self.left))
                self.left -= len(data)
            else:
                data, self.rest = self.rest[: len(view)], self.rest[len(view) :]
            view[: len(data)] = data
            return len(data)

    tracemalloc.start()
    (received,) = WarcReader().read(io.BufferedReader(Endless()))
    peak = tracemalloc.get_traced_memory()[1]
    tracemalloc.stop()
    assert received.record is not None
    assert peak < 150_000_000
