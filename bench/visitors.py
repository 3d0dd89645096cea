"""Visitors of the site: each asks, waits for the whole answer and asks again at once.

Bare sockets, since whoever measures shares the processors with what is measured.
"""

from __future__ import annotations

import random
import socket
import threading
import time
from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass
from typing import Any
from urllib.parse import parse_qsl, urlencode, urlsplit

from tests.corpus import articles

_READ_FROM = 2_000  # articles whose words and names are asked for
_BUFFER = 1 << 16
_TIMEOUT = 60  # seconds
_CHOICES = (("parties", "party"), ("places", "place"), ("persons", "person"), ("topics", "topic"))


@dataclass(frozen=True, slots=True, kw_only=True)
class Answer:
    """What one request brought; ``seconds`` until its last byte."""

    address: str
    status: int
    etag: str
    length: int
    seconds: float


def questions(seed: int = 7) -> Iterator[str]:
    """Addresses of the search page without end, all different, always the same ones.

    Their words are drawn from the articles themselves, so that common ones come often and rare
    ones come too.
    """
    chance = random.Random(seed)
    records = list(articles(_READ_FROM))
    asked: set[str] = set()
    while True:
        parameters = _question(chance, records)
        number = chance.choice((1, 1, 1, 2, 3))
        if number > 1:
            parameters.append(("page", str(number)))
        address = f"/search/?{urlencode(parameters)}"
        if address not in asked:
            asked.add(address)
            yield address


def _question(chance: random.Random, records: Sequence[dict[str, Any]]) -> list[tuple[str, str]]:
    record = chance.choice(records)
    words = record["body"].replace(".", "").split()
    # Every other word of a text is a small one; the texts begin with a small one.
    place = 2 * chance.randrange(len(words) // 2 - 1)
    word = words[place + 1]
    match chance.randrange(8):
        case 0:
            return [("q", word)]
        case 1:
            return [("q", f"{word} {words[2 * chance.randrange(len(words) // 2) + 1]}")]
        case 2:
            return [("q", f'"{words[place]} {word} {words[place + 2]}"')]
        case 3:
            return [("q", word), _choice(chance, record)]
        case 4:
            return [("q", word), _choice(chance, record), _choice(chance, chance.choice(records))]
        case 5:
            first = chance.randrange(1995, 2020)
            last = first + chance.randrange(1, 6)
            return [("q", word), ("date_from", str(first)), ("date_to", str(last))]
        case 6:
            year, month = chance.randrange(1995, 2026), chance.randrange(1, 13)
            return [("q", word), ("date", f"{year}-{month:02}")]
        case _:
            year = chance.randrange(1995, 2026)
            return [_choice(chance, record), ("date", str(year)), ("sort", "newest")]


def _choice(chance: random.Random, record: dict[str, Any]) -> tuple[str, str]:
    """A name of the article as a value of a facet; its section where it names nothing."""
    field, facet = chance.choice(_CHOICES)
    names = record.get(field)
    return (facet, chance.choice(names)) if names else ("section", record["section"].lower())


def kind_of(address: str) -> str:
    """What kind of question an address asks: ``phrase``, ``words``, ``word + facet + date``."""
    asked = dict(parse_qsl(urlsplit(address).query))
    text = asked.get("q", "")
    kinds = [("phrase" if '"' in text else "words" if " " in text else "word")] if text else []
    facets = {facet for _, facet in _CHOICES} | {"section"}
    kinds += ["facet"] if facets & asked.keys() else []
    kinds += sorted(name for name in ("date", "date_from") if name in asked)
    return " + ".join(kinds)


class Visitor:
    """One connection that is kept open."""

    def __init__(self, port: int) -> None:
        self._port = port
        self._socket: socket.socket | None = None
        self._buffer = bytearray(_BUFFER)

    def get(self, address: str, *, etag: str = "") -> Answer:
        """Ask for ``address``, on the condition that it is not what ``etag`` names."""
        condition = f"If-None-Match: {etag}\r\n" if etag else ""
        request = f"GET {address} HTTP/1.1\r\nHost: 127.0.0.1\r\n{condition}\r\n".encode()
        start = time.perf_counter()
        try:
            head, length = self._exchange(request)
        except (ConnectionError, EOFError):
            # The server may close a connection between two requests; this one was not answered.
            self.close()
            head, length = self._exchange(request)
        seconds = time.perf_counter() - start
        if _field(head, b"connection").lower() == b"close":
            self.close()
        return Answer(
            address=address,
            status=int(head[9:12]),
            etag=_field(head, b"etag").decode("ascii"),
            length=length,
            seconds=seconds,
        )

    def close(self) -> None:
        """Hang up."""
        if self._socket is not None:
            self._socket.close()
            self._socket = None

    def _exchange(self, request: bytes) -> tuple[bytes, int]:
        """Send a request; returns the head of the answer and the length of its body."""
        if self._socket is None:
            self._socket = socket.create_connection(("127.0.0.1", self._port), timeout=_TIMEOUT)
            self._socket.setsockopt(socket.IPPROTO_TCP, socket.TCP_NODELAY, 1)
        self._socket.sendall(request)
        held = b""
        while b"\r\n\r\n" not in held:
            received = self._socket.recv(_BUFFER)
            if not received:
                raise EOFError
            held += received
        head, _, body = held.partition(b"\r\n\r\n")
        length = int(_field(head, b"content-length") or 0)
        left = length - len(body)
        while left > 0:
            read = self._socket.recv_into(self._buffer, min(left, _BUFFER))
            if not read:
                raise EOFError
            left -= read
        return head, length


def visit(
    port: int, addresses: Sequence[Iterator[tuple[str, str]]], *, until: Callable[[], bool]
) -> list[Answer]:
    """Let one visitor for each of ``addresses`` (with the ETags they hold) ask till ``until``."""
    answers: list[Answer] = []  # appending is safe from threads
    failures: list[BaseException] = []

    def run(own: Iterator[tuple[str, str]]) -> None:
        visitor = Visitor(port)
        try:
            for address, etag in own:
                if until():
                    return
                answers.append(visitor.get(address, etag=etag))
        except BaseException as error:
            failures.append(error)
        finally:
            visitor.close()

    threads = [threading.Thread(target=run, args=(own,)) for own in addresses]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    if failures:
        raise failures[0]
    return answers


def _field(head: bytes, name: bytes) -> bytes:
    for line in head.split(b"\r\n")[1:]:
        given, _, value = line.partition(b":")
        if given.lower() == name:
            return value.strip()
    return b""
