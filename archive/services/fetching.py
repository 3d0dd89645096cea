"""Fetching by address, guarded: public hosts alone, bounded in bytes and in time.

Every redirect is looked at like a first address. Nothing comes from the environment or is kept
between two requests: no proxies, no cookies, no passwords.
"""

from __future__ import annotations

import http.client
import socket
import ssl
import threading
import zlib
from collections.abc import Callable, Collection, Iterator
from contextlib import closing, contextmanager, suppress
from dataclasses import dataclass
from time import monotonic
from urllib.parse import urljoin

from archive import __version__
from archive.services.fetching_addresses import (
    Address,
    AddressRefused,
    FetchError,
    Target,
    addresses_of,
    target_of,
)

AGENT = f"news-archive/{__version__}"
MAX_BYTES = 32 * 1024 * 1024
MAX_SECONDS = 60.0
MAX_HEADERS = 64 * 1024
_MAX_CONNECTING = 10.0  # seconds, to one address of several
MAX_RATIO = 100
MAX_REDIRECTS = 5
_FREE_OF_RATIO = 64 * 1024
_READ_AT_ONCE = 64 * 1024
_REDIRECTS = (301, 302, 303, 307, 308)
_PERMANENT = (301, 308)
_WANTED = (
    "application/atom+xml, application/rss+xml, application/feed+json, application/xml, */*;q=0.1"
)


@dataclass(frozen=True, slots=True, kw_only=True)
class Fetched:
    """An answer. ``content`` is empty but with status 200.

    ``url`` is where it came from after all redirects; ``moved_to`` an address that has taken the
    place of the one asked for, or empty. ``headers`` are those of the answer, names in lower case.
    """

    status: int
    url: str
    moved_to: str
    content: bytes
    headers: dict[str, str]


class Fetcher:
    """Fetches with bounds. ``allowed`` hosts and addresses pass every check: for tests alone."""

    def __init__(
        self,
        *,
        allowed: Collection[str] = (),
        tls: ssl.SSLContext | None = None,
        max_bytes: int = MAX_BYTES,
        max_seconds: float = MAX_SECONDS,
    ) -> None:
        self._allowed = frozenset(allowed)
        self._tls = tls
        self._max_bytes = max_bytes
        self._max_seconds = max_seconds

    def fetch(self, url: str, *, etag: str = "", last_modified: str = "") -> Fetched:
        """Fetch an address, following at most five redirects, unless it is as it was before.

        ``etag`` and ``last_modified`` are those of the last answer. Raises FetchError, and
        AddressRefused where an address on the way may not be fetched.
        """
        deadline = monotonic() + self._max_seconds
        asked = {"If-None-Match": etag, "If-Modified-Since": last_modified}
        conditions = {name: value for name, value in asked.items() if _is_plain(value)}
        moved_to, still_moving, secure = "", True, False
        for _ in range(MAX_REDIRECTS + 1):
            target = target_of(url, allowed=self._allowed)
            if secure and target.scheme != "https":
                raise AddressRefused("A redirect leads from https to http. Enter the new address.")
            secure = target.scheme == "https"
            answer = self._ask(target, conditions, deadline)
            if answer.status not in _REDIRECTS:
                return Fetched(
                    status=answer.status,
                    url=target.url,
                    moved_to=moved_to,
                    content=answer.content,
                    headers=answer.headers,
                )
            location = answer.headers.get("location", "")
            if not location:
                raise FetchError(f"The answer is {answer.status} and does not say where to look.")
            url = _joined(target.url, location)
            still_moving = still_moving and answer.status in _PERMANENT
            moved_to = url if still_moving else moved_to
        raise FetchError(f"There are more than {MAX_REDIRECTS} redirects, one after another.")

    def _ask(self, target: Target, conditions: dict[str, str], deadline: float) -> _Answer:
        left = deadline - monotonic()
        addresses = addresses_of(target, seconds=max(left, 0.0), allowed=self._allowed)
        problem: Exception | None = None
        for address in addresses:
            left = deadline - monotonic()
            if left <= 0:
                break
            connection = self._connection(target, address, left)
            with _ended_by(deadline, connection) as is_late:
                try:
                    answer = self._answer(connection, target, conditions)
                    if is_late():  # what was cut can look like an end
                        break
                    return answer
                except FetchError:
                    if is_late():
                        break
                    raise
                except (OSError, http.client.HTTPException, ValueError) as error:
                    if is_late():
                        break
                    if connection.reached:
                        raise FetchError(_in_words(error, target)) from error
                    problem = error  # the next address may be of a kind that can be reached
        if problem is not None:
            raise FetchError(_in_words(problem, target)) from problem
        raise FetchError(f"{target.host} took longer than {self._max_seconds:.0f} seconds.")

    def _connection(self, target: Target, address: Address, left: float) -> _Plain:
        if target.scheme == "http":
            return _Plain(target, address, left)
        if self._tls is None:
            self._tls = ssl.create_default_context()
        return _Secure(target, address, left, self._tls)

    def _answer(
        self, connection: http.client.HTTPConnection, target: Target, conditions: dict[str, str]
    ) -> _Answer:
        connection.putrequest("GET", target.path, skip_host=True, skip_accept_encoding=True)
        for name, value in {
            "Host": target.host_header,
            "User-Agent": AGENT,
            "Accept": _WANTED,
            "Accept-Encoding": "gzip",
            "Connection": "close",
            **conditions,
        }.items():
            connection.putheader(name, value)
        connection.endheaders()
        with closing(connection.getresponse()) as response:
            return self._read(response)

    def _read(self, response: http.client.HTTPResponse) -> _Answer:
        headers = {name.lower(): value for name, value in response.getheaders()}
        if sum(len(name) + len(value) for name, value in response.getheaders()) > MAX_HEADERS:
            raise FetchError("The headers of the answer are larger than 64 KB.")
        content = b""
        if response.status == 200:
            content = b"".join(self._body(response, headers))
        return _Answer(status=response.status, headers=headers, content=content)

    def _body(self, response: http.client.HTTPResponse, headers: dict[str, str]) -> Iterator[bytes]:
        """The bytes of an answer, unpacked, within their bounds."""
        coding = headers.get("content-encoding", "identity").strip().lower()
        if coding not in ("identity", "", "gzip", "x-gzip", "deflate"):
            raise FetchError("The answer is packed in a way that was not asked for.")
        unpacked = _Unpacked(self._max_bytes) if coding not in ("identity", "") else None
        received = 0
        while piece := response.read(_READ_AT_ONCE):
            received += len(piece)
            if received > self._max_bytes:
                raise _too_large(self._max_bytes)
            yield unpacked.more(piece) if unpacked else piece
        if response.length:  # what was announced and did not come
            raise FetchError("The connection broke off before all was there.")
        if unpacked is not None and not unpacked.finished:
            raise FetchError("The answer is packed and cannot be unpacked: it is not whole.")


@dataclass(frozen=True, slots=True, kw_only=True)
class _Answer:
    status: int
    headers: dict[str, str]
    content: bytes


class _Unpacked:
    """Unpacks gzip and deflate piece by piece, as far as sizes stay in proportion."""

    def __init__(self, max_bytes: int) -> None:
        self._max_bytes = max_bytes
        self._unpacker = zlib.decompressobj(wbits=zlib.MAX_WBITS | 32)
        self._begun = False
        self._taken = 0
        self._given = 0

    @property
    def finished(self) -> bool:
        return self._unpacker.eof or not self._taken

    def more(self, piece: bytes) -> bytes:
        self._taken += len(piece)
        most = min(self._max_bytes, _FREE_OF_RATIO + MAX_RATIO * self._taken)
        try:
            found = self._unpack(piece, most - self._given + 1)
        except zlib.error:
            raise FetchError(
                "The answer is packed and cannot be unpacked: it is damaged."
            ) from None
        self._given += len(found)
        if self._given > self._max_bytes:
            raise _too_large(self._max_bytes)
        if self._given > most:
            raise FetchError(f"The answer is packed to less than 1 in {MAX_RATIO} of its size.")
        return found

    def _unpack(self, piece: bytes, most: int) -> bytes:
        begun, self._begun = self._begun, True
        try:
            return self._unpacker.decompress(piece, most)
        except zlib.error:
            if begun:
                raise
            self._unpacker = zlib.decompressobj(wbits=-zlib.MAX_WBITS)  # deflate without its head
            return self._unpacker.decompress(piece, most)


class _Plain(http.client.HTTPConnection):
    """A connection to an address that was looked at, whatever the host's name leads to by now."""

    def __init__(self, target: Target, address: Address, seconds: float) -> None:
        super().__init__(target.host, target.port, timeout=seconds)
        self._address = (str(address), target.port)
        self._seconds = seconds
        self._opened: socket.socket | None = None

    def connect(self) -> None:
        self.sock = socket.create_connection(self._address, min(self._seconds, _MAX_CONNECTING))
        self.sock.settimeout(self._seconds)
        self._opened = self.sock

    @property
    def reached(self) -> bool:
        """Whether anybody has answered at the address."""
        return self._opened is not None

    def cut(self) -> None:
        """End whatever is waited for, from another thread."""
        if self._opened is not None:
            with suppress(OSError):
                # Of the socket itself: that of TLS would take its state from under the reader.
                socket.socket.shutdown(self._opened, socket.SHUT_RDWR)


class _Secure(_Plain):
    """The same with TLS, for the host's name."""

    def __init__(
        self, target: Target, address: Address, seconds: float, tls: ssl.SSLContext
    ) -> None:
        super().__init__(target, address, seconds)
        self._tls = tls

    def connect(self) -> None:
        super().connect()
        secure = self._tls.wrap_socket(
            self.sock, server_hostname=self.host, do_handshake_on_connect=False
        )
        self.sock = self._opened = secure
        secure.do_handshake()


@contextmanager
def _ended_by(deadline: float, connection: _Plain) -> Iterator[Callable[[], bool]]:
    """Cut a connection when its time is over: the timeout of a socket begins anew at each byte."""
    late = threading.Event()

    def cut() -> None:
        late.set()
        connection.cut()

    timer = threading.Timer(max(deadline - monotonic(), 0.0), cut)
    timer.daemon = True
    timer.start()
    try:
        yield lambda: late.is_set() or monotonic() >= deadline
    finally:
        timer.cancel()
        connection.close()


def _joined(url: str, location: str) -> str:
    try:
        return urljoin(url, location.strip()).partition("#")[0]
    except ValueError:
        raise FetchError("A redirect leads to what is no address.") from None


def _is_plain(value: str) -> bool:
    return bool(value) and value.isascii() and value.isprintable()


def _too_large(most: int) -> FetchError:
    return FetchError(f"The answer is larger than {most // 1024 // 1024} MB.")


def _in_words(error: Exception, target: Target) -> str:
    if isinstance(error, ssl.SSLCertVerificationError):
        return f"The certificate of {target.host} is not valid: {error.verify_message}."
    if isinstance(error, OSError):
        return f"{target.host} cannot be reached: {error.strerror or type(error).__name__}."
    return f"{target.host} does not answer as a server of the web ({type(error).__name__})."
