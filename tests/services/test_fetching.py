from __future__ import annotations

import errno
import gzip
import socket
import ssl
import threading
import zlib
from collections.abc import Iterator
from ipaddress import ip_address
from pathlib import Path
from time import monotonic
from typing import Any

import pytest

from archive import __version__
from archive.services.fetching import Fetcher
from archive.services.fetching_addresses import (
    AddressRefused,
    FetchError,
    addresses_of,
    is_public,
    target_of,
)
from tests.services.fetching_server import Site, running_site


@pytest.fixture
def site() -> Iterator[Site]:
    with running_site() as running:
        yield running


def fetcher(**options: Any) -> Fetcher:
    return Fetcher(allowed={"127.0.0.1"}, **{"max_seconds": 5.0, **options})


REFUSED = [
    "ftp://harbour.example.org/feed",
    "file:///etc/passwd",
    "gopher://harbour.example.org/",
    "//harbour.example.org/feed",
    "harbour.example.org/feed",
    "http://",
    "http:///feed",
    "http://user:word@harbour.example.org/",
    "http://user@harbour.example.org/",
    "http://harbour.example.org:22/",
    "http://harbour.example.org:8080/",
    "http://harbour.example.org:0/",
    "http://harbour.example.org:99999/",
    "http://harbour.example.org:x/",
    "http://harbour.example.org/a b",
    "http://harbour.example.org/\r\nX: y",
    "http://harbour.example.org\\@127.0.0.1/",
    "http://" + "a." * 1_000 + "org/",
    "http://localhost/",
    "http://LOCALHOST./",
    "http://server/",
    "http://db.internal/",
    "http://metadata.google.internal/",
    "http://printer.local/",
    "http://router.lan/",
    "http://a.localhost/",
    "http://1.0.0.127.in-addr.arpa/",
    "http://-harbour.example.org/",
    "http://harb%6fur.example.org/",
    "http://127.0.0.1/",
    "http://127.1/",
    "http://127.0.1/",
    "http://2130706433/",
    "http://0x7f000001/",
    "http://0x7f.0.0.1/",
    "http://0177.0.0.1/",
    "http://017700000001/",
    "http://127.0.0.01/",
    "http://127.0.0.1./",
    "http://１２７.0.0.1/",
    "http://0/",
    "http://0.0.0.0/",
    "http://8.8.8/",
    "http://8.8.8.8.8/",
    "http://256.1.1.1/",
    "http://10.0.0.1/",
    "http://100.64.0.1/",
    "http://169.254.169.254/latest/meta-data",
    "http://172.16.0.1/",
    "http://192.168.1.1/",
    "http://192.0.0.1/",
    "http://192.0.2.1/",
    "http://192.88.99.1/",
    "http://198.18.0.1/",
    "http://224.0.0.1/",
    "http://240.0.0.1/",
    "http://255.255.255.255/",
    "http://[::]/",
    "http://[::1]/",
    "http://[::127.0.0.1]/",
    "http://[::8.8.8.8]/",
    "http://[::ffff:127.0.0.1]/",
    "http://[::ffff:8.8.8.8]/",
    "http://[::ffff:0:8.8.8.8]/",
    "http://[64:ff9b::127.0.0.1]/",
    "http://[64:ff9b::8.8.8.8]/",
    "http://[64:ff9b:1::8.8.8.8]/",
    "http://[2002:7f00:1::]/",
    "http://[2001::1]/",
    "http://[2001:db8::1]/",
    "http://[fc00::1]/",
    "http://[fd12:3456::1]/",
    "http://[fe80::1]/",
    "http://[fe80::1%25eth0]/",
    "http://[fec0::1]/",
    "http://[ff02::1]/",
    "http://[100::1]/",
    "http://[3fff::1]/",
    "http://[::1/",
]


@pytest.mark.parametrize("url", REFUSED)
def test_addresses_that_are_refused_before_anything_is_asked(
    url: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    def refuse(*_args: object, **_options: object) -> None:
        raise AssertionError("something was asked")

    monkeypatch.setattr(socket, "getaddrinfo", refuse)
    monkeypatch.setattr(socket, "socket", refuse)
    with pytest.raises(AddressRefused):
        Fetcher().fetch(url)


@pytest.mark.parametrize(
    ("url", "host", "path"),
    [
        ("http://harbour.example.org", "harbour.example.org", "/"),
        ("HTTPS://Harbour.Example.org:443/a?b=c#d", "harbour.example.org", "/a?b=c"),
        ("http://häfen.example.org/Größe", "xn--hfen-loa.example.org", "/Gr%C3%B6%C3%9Fe"),
        ("http://8.8.8.8/%20a", "8.8.8.8", "/%20a"),
        ("http://[2606:4700::1]/", "2606:4700::1", "/"),
        ("http://a1.example.org:443/", "a1.example.org", "/"),
    ],
)
def test_addresses_that_are_taken_apart(url: str, host: str, path: str) -> None:
    target = target_of(url)
    assert (target.host, target.path) == (host, path)


@pytest.mark.parametrize("address", ["8.8.8.8", "1.1.1.1", "2606:4700::1", "2a00:1450::1"])
def test_public_addresses(address: str) -> None:
    assert is_public(ip_address(address))


@pytest.mark.parametrize(
    "answers",
    [["127.0.0.1"], ["8.8.8.8", "10.0.0.1"], ["::ffff:10.0.0.1"], ["fe80::1"], ["100.100.0.1"]],
)
def test_a_name_that_leads_inside_is_refused(
    answers: list[str], monkeypatch: pytest.MonkeyPatch
) -> None:
    found = [(0, 0, 0, "", (address, 80)) for address in answers]
    monkeypatch.setattr(socket, "getaddrinfo", lambda *_, **__: found)
    with pytest.raises(AddressRefused, match="public net"):
        addresses_of(target_of("http://harbour.example.org/"), seconds=1)


def test_a_name_is_resolved_once_and_that_address_is_connected_to(
    site: Site, monkeypatch: pytest.MonkeyPatch
) -> None:
    """A second answer could lead elsewhere."""
    site.serve("/", b"here")
    names: list[str] = []
    ask = socket.getaddrinfo

    def rebinding(host: str, port: int, *args: Any, **options: Any) -> Any:
        names.append(host)
        if host != "harbour.example.org":
            return ask(host, port, *args, **options)
        address = "127.0.0.1" if names.count(host) == 1 else "10.0.0.1"
        return [(socket.AF_INET, socket.SOCK_STREAM, 6, "", (address, port))]

    monkeypatch.setattr(socket, "getaddrinfo", rebinding)
    allowed = {"127.0.0.1", "harbour.example.org"}
    fetched = Fetcher(allowed=allowed).fetch(f"http://harbour.example.org:{site.port}/")
    assert fetched.content == b"here"
    assert names.count("harbour.example.org") == 1
    assert site.asked[0][1]["host"] == f"harbour.example.org:{site.port}"


def test_what_is_asked(site: Site, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("http_proxy", "http://127.0.0.1:1/")
    site.serve("/feed?a=b", b"<rss/>", ETag='"1"', Set_Cookie="a=b")
    fetched = fetcher().fetch(site.url("/feed?a=b"))
    assert (fetched.status, fetched.content) == (200, b"<rss/>")
    assert fetched.headers["etag"] == '"1"'
    fetcher().fetch(site.url("/feed?a=b"))
    _, headers = site.asked[-1]
    assert headers["user-agent"] == f"news-archive/{__version__}"
    assert "cookie" not in headers
    assert "if-none-match" not in headers


def test_what_is_as_it_was_is_not_sent_again(site: Site) -> None:
    site.serve("/", status=304)
    fetched = fetcher().fetch(
        site.url("/"), etag='"1"', last_modified="Mon, 02 Jun 2025 10:15:00 GMT"
    )
    assert (fetched.status, fetched.content) == (304, b"")
    _, headers = site.asked[0]
    assert headers["if-none-match"] == '"1"'
    assert headers["if-modified-since"] == "Mon, 02 Jun 2025 10:15:00 GMT"
    fetcher().fetch(site.url("/"), etag='"1"\r\nX: y')
    assert "x" not in site.asked[1][1]


def test_redirects_are_followed_and_looked_at(site: Site) -> None:
    site.serve("/1", status=301, Location="/2")
    site.serve("/2", status=308, Location=site.url("/3#here"))
    site.serve("/3", status=302, Location="/4")
    site.serve("/4", status=301, Location="/5")
    site.serve("/5", b"here")
    fetched = fetcher().fetch(site.url("/1"))
    assert (fetched.content, fetched.url) == (b"here", site.url("/5"))
    assert fetched.moved_to == site.url("/3")


@pytest.mark.parametrize(
    "location",
    [
        "http://10.0.0.1/",
        "http://localhost/",
        "file:///etc/passwd",
        "http://[::1]/",
        "http://127.1/",
        "http://u:p@harbour.example.org/",
        "http://harbour.example.org:22/",
        "//169.254.169.254/",
    ],
)
def test_a_redirect_that_leads_inside_is_refused(site: Site, location: str) -> None:
    site.serve("/", status=302, Location=location)
    with pytest.raises(AddressRefused):
        fetcher().fetch(site.url("/"))
    assert len(site.asked) == 1


def test_redirects_end(site: Site) -> None:
    site.serve("/", status=302, Location="/")
    with pytest.raises(FetchError, match="more than 5 redirects"):
        fetcher().fetch(site.url("/"))
    assert len(site.asked) == 6
    site.serve("/nowhere", status=302)
    with pytest.raises(FetchError, match="does not say where"):
        fetcher().fetch(site.url("/nowhere"))


def raw_deflate(data: bytes) -> bytes:
    packer = zlib.compressobj(wbits=-zlib.MAX_WBITS)
    return packer.compress(data) + packer.flush()


@pytest.mark.parametrize(
    ("coding", "body"),
    [
        ("gzip", gzip.compress(b"text" * 50, mtime=0)),
        ("deflate", zlib.compress(b"text" * 50)),
        ("deflate", raw_deflate(b"text" * 50)),
        ("identity", b"text" * 50),
    ],
)
def test_what_is_packed_is_unpacked(site: Site, coding: str, body: bytes) -> None:
    site.serve("/", body, Content_Encoding=coding)
    assert fetcher().fetch(site.url("/")).content == b"text" * 50


@pytest.mark.parametrize(
    ("coding", "body", "words"),
    [
        ("gzip", gzip.compress(b"\0" * 1_000_000, mtime=0), "less than 1 in 100"),
        ("gzip", gzip.compress(bytes(range(256)) * 400, mtime=0)[:-20], "not whole"),
        ("gzip", b"not packed at all", "damaged"),
        ("br", b"x", "not asked for"),
        ("gzip, gzip", b"x", "not asked for"),
        ("identity", b"x" * 70_000, "larger than"),
    ],
)
def test_bounds_of_bytes(site: Site, coding: str, body: bytes, words: str) -> None:
    site.serve("/", body, Content_Encoding=coding)
    most = 60_000 if coding == "identity" else 32 * 1024 * 1024
    with pytest.raises(FetchError, match=words):
        fetcher(max_bytes=most).fetch(site.url("/"))


def test_an_answer_that_breaks_off(site: Site) -> None:
    site.raw("/", b"HTTP/1.1 200 OK\r\nContent-Length: 10\r\n\r\nabc")
    with pytest.raises(FetchError, match="broke off"):
        fetcher().fetch(site.url("/"))
    site.raw("/chunks", b"HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\n\r\nff\r\nabc")
    with pytest.raises(FetchError, match="does not answer"):
        fetcher().fetch(site.url("/chunks"))


@pytest.mark.parametrize(
    "answer",
    [
        b"",
        b"SSH-2.0-x\r\n",
        b"HTTP/1.1 200 OK\r\n" + b"X: y\r\n" * 200 + b"\r\n",
        b"HTTP/1.1 200 OK\r\nX: " + b"y" * 70_000 + b"\r\n\r\n",
        b"HTTP/1.1 200 OK\r\n" + (b"X: " + b"y" * 40_000 + b"\r\n") * 2 + b"\r\n",
    ],
)
def test_answers_that_are_none(site: Site, answer: bytes) -> None:
    site.raw("/", answer)
    with pytest.raises(FetchError):
        fetcher().fetch(site.url("/"))


@pytest.mark.parametrize(
    "pieces",
    [
        [b"HTTP/1.1 200 OK\r\n"] + [b"X: y\r\n"] * 90,
        [b"HTTP/1.1 200 OK\r\nContent-Length: 100\r\n\r\n"] + [b"a"] * 90,
        [b"HTTP/1.1 100 Continue\r\n\r\n"] * 90,
        [b"HTTP/1.1 200 OK\r\nContent-Type: text/xml\r\n\r\n"] + [b"a"] * 90,
    ],
)
def test_an_answer_that_comes_byte_by_byte_ends_in_time(site: Site, pieces: list[bytes]) -> None:
    stop = threading.Event()
    site.raw("/", *pieces, pause=stop)
    began = monotonic()
    try:
        with pytest.raises(FetchError, match="took longer than"):
            fetcher(max_seconds=0.3).fetch(site.url("/"))
    finally:
        stop.set()
    assert monotonic() - began < 2


def test_a_name_that_is_not_found_in_time(monkeypatch: pytest.MonkeyPatch) -> None:
    stop = threading.Event()
    monkeypatch.setattr(socket, "getaddrinfo", lambda *_, **__: stop.wait(5) and [])
    with pytest.raises(FetchError, match="cannot be found"):
        Fetcher(max_seconds=0.1).fetch("http://harbour.example.org/")
    stop.set()


def test_nobody_answers() -> None:
    with socket.socket() as free:
        free.bind(("127.0.0.1", 0))
        port = free.getsockname()[1]
    with pytest.raises(FetchError, match="cannot be reached"):
        fetcher().fetch(f"http://127.0.0.1:{port}/")


def test_another_address_is_tried_where_one_cannot_be_reached(
    site: Site, monkeypatch: pytest.MonkeyPatch
) -> None:
    site.serve("/", b"here")
    found = [(0, 0, 0, "", (address, site.port)) for address in ("2606:4700::1", "127.0.0.1")]
    monkeypatch.setattr(socket, "getaddrinfo", lambda *_, **__: found)
    tried: list[str] = []

    def connect(address: tuple[str, int], timeout: float) -> socket.socket:
        tried.append(address[0])
        if ":" in address[0]:
            raise OSError(errno.ENETUNREACH, "Network is unreachable")
        opened = socket.socket()
        opened.connect(address)
        return opened

    monkeypatch.setattr(socket, "create_connection", connect)
    allowed = {"127.0.0.1", "harbour.example.org"}
    url = f"http://harbour.example.org:{site.port}/"
    assert Fetcher(allowed=allowed).fetch(url).content == b"here"
    assert tried == ["2606:4700::1", "127.0.0.1"]
    found.pop()
    with pytest.raises(FetchError, match="cannot be reached: Network is unreachable"):
        Fetcher(allowed=allowed).fetch(url)


CERTIFICATE = Path(__file__).parent / "samples" / "loopback.pem"


@pytest.fixture
def secure_site() -> Iterator[Site]:
    tls = ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER)
    tls.load_cert_chain(CERTIFICATE)
    with running_site(tls) as running:
        yield running


def test_certificates_are_looked_at_for_the_name_of_the_host(secure_site: Site) -> None:
    secure_site.serve("/", b"here")
    url = f"https://127.0.0.1:{secure_site.port}/"
    with pytest.raises(FetchError, match="is not valid"):
        fetcher().fetch(url)
    trusting = ssl.create_default_context(cafile=str(CERTIFICATE))
    with pytest.raises(FetchError, match="is not valid"):
        fetcher(tls=trusting).fetch(url)
    named = Fetcher(allowed={"127.0.0.1", "::1", "localhost"}, tls=trusting)
    assert named.fetch(f"https://localhost:{secure_site.port}/").content == b"here"


def test_a_redirect_that_gives_up_tls_is_refused(secure_site: Site) -> None:
    secure_site.serve("/", status=301, Location="http://harbour.example.org/")
    trusting = ssl.create_default_context(cafile=str(CERTIFICATE))
    named = Fetcher(allowed={"127.0.0.1", "::1", "localhost"}, tls=trusting)
    with pytest.raises(AddressRefused, match="from https to http"):
        named.fetch(f"https://localhost:{secure_site.port}/")


def test_a_greeting_of_tls_that_never_ends_is_cut(site: Site) -> None:
    with socket.create_server(("127.0.0.1", 0)) as silent:
        port = silent.getsockname()[1]
        with pytest.raises(FetchError, match="took longer than"):
            fetcher(max_seconds=0.2).fetch(f"https://127.0.0.1:{port}/")
