"""An HTTP response as a crawler stored it: its status, its headers and its body, decoded."""

from __future__ import annotations

import io
import re
from collections.abc import Mapping
from dataclasses import dataclass

from archive.exceptions import RecordError
from archive.formats.limits import MAX_RECORD_BYTES, too_large
from archive.formats.packed import PackError, Unpacked
from archive.formats.values import shown

_STATUS = re.compile(rb"HTTP/[0-9.]{1,4} +([0-9]{3})(?:[ \r\n]|$)")
_HEAD_END = re.compile(rb"\r?\n\r?\n")
_CHUNK = re.compile(rb"([0-9A-Fa-f]{1,8})[ \t]*(?:;[^\r\n]{0,1000})?\r?\n")
_CHARSET = re.compile(r"charset\s*=\s*[\"']?([A-Za-z0-9._:-]{1,40})", re.IGNORECASE)
_AS_IS = frozenset(("", "identity", "none", "utf-8"))


@dataclass(frozen=True, slots=True, kw_only=True)
class Response:
    """A response; ``stored`` is its body as it came over the wire. Names of headers are lower."""

    status: int
    headers: Mapping[str, str]
    stored: bytes

    @property
    def media_type(self) -> str:
        """The type without its parameters: ``text/html``."""
        return self.headers.get("content-type", "").partition(";")[0].strip().lower()

    @property
    def charset(self) -> str:
        """The encoding that the type names; empty where it names none."""
        match = _CHARSET.search(self.headers.get("content-type", ""))
        return match[1] if match else ""


def read_response(block: bytes) -> Response:
    """Take a response apart. Raises RecordError where there is none."""
    status = _STATUS.match(block)
    end = _HEAD_END.search(block)
    if status is None:
        raise RecordError("The record holds no HTTP response.")
    head = block[: end.start()] if end else block
    return Response(
        status=int(status[1]),
        headers=read_headers(head.partition(b"\n")[2]),
        stored=block[end.end() :] if end else b"",
    )


def read_headers(head: bytes) -> dict[str, str]:
    """Headers by their names in lower case; a line that begins with a space goes on."""
    headers: dict[str, str] = {}
    name = ""
    for line in head.decode("utf-8", "replace").splitlines():
        if line[:1] in (" ", "\t") and name:
            headers[name] += f" {line.strip()}"
            continue
        key, colon, value = line.partition(":")
        name = key.strip().lower() if colon else ""
        if name:
            headers.setdefault(name, value.strip())
    return headers


def without_chunks(response: Response) -> bytes:
    """The stored body without the framing of a chunked transfer.

    Many crawlers take it off and leave the header, so a body that is not framed is left as it is.
    Raises RecordError where one is cut off.
    """
    stored = response.stored
    if "chunked" not in response.headers.get("transfer-encoding", "").lower():
        return stored
    pieces: list[bytes] = []
    at = 0
    while match := _CHUNK.match(stored, at):
        start, size = match.end(), int(match[1], 16)
        if not size:
            return b"".join(pieces)
        if start + size > len(stored):
            break
        pieces.append(stored[start : start + size])
        at = start + size
        at += 2 if stored[at : at + 2] == b"\r\n" else stored[at : at + 1] == b"\n"
    if not pieces and _CHUNK.match(stored) is None:
        return stored
    raise RecordError("The body of the response is cut off within its chunks.")


def decoded(body: bytes, encodings: str) -> bytes:
    """A body without its ``Content-Encoding``.

    Raises RecordError for an encoding that is not known, for damage, and for too much.
    """
    for encoding in reversed([each.strip().lower() for each in encodings.split(",")]):
        if encoding in _AS_IS:
            continue
        kind = _kind(encoding, body)
        if kind:
            stream = Unpacked(io.BytesIO(body), kind)
            try:
                body = io.BufferedReader(stream).read(MAX_RECORD_BYTES + 1)
            except PackError as error:
                raise RecordError(str(error)) from None
        if len(body) > MAX_RECORD_BYTES:
            raise too_large()
    return body


def _kind(encoding: str, body: bytes) -> str:
    """How a body is packed; empty where a proxy had unpacked it before it was stored."""
    if encoding in ("gzip", "x-gzip"):
        return "gzip" if body.startswith(b"\x1f\x8b") else ""
    if encoding == "deflate":
        # With the header of zlib, as it should be, or without, as some servers send it.
        has_header = len(body) > 1 and body[0] & 0x0F == 8 and int.from_bytes(body[:2]) % 31 == 0
        return "zlib" if has_header else "deflate"
    raise RecordError(
        f"The body of the response is compressed in a way that is not known here "
        f"({shown(encoding)}). Let the crawler ask for gzip."
    )
