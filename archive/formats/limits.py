"""What a record may hold at most, and which links are kept."""

from __future__ import annotations

from urllib.parse import urlsplit

from archive.exceptions import RecordError

MAX_RECORD_BYTES = 32 * 1024 * 1024
MAX_LIST_ITEMS = 1_000
MAX_HEADLINE = 1_000
MAX_NAME = 200
MAX_LABEL = 1_000
MAX_URL = 2_000


def safe_link(address: str) -> str:
    """Return ``address`` if a browser may be sent there (http, https), else an empty string.

    ``javascript:`` and its like, spaces and control characters, and addresses longer than 2,000
    characters are not passed on.
    """
    link = address.strip()
    if len(link) > MAX_URL or any(c.isspace() or not c.isprintable() for c in link):
        return ""
    try:
        parts = urlsplit(link)
        host = parts.hostname
    except ValueError:  # a broken IPv6 host
        return ""
    return link if parts.scheme in ("http", "https") and host else ""


def too_large() -> RecordError:
    """The error for a record of more bytes than are read into memory."""
    megabytes = MAX_RECORD_BYTES // 1024 // 1024
    return RecordError(f"The record is larger than {megabytes} MB. Split it, or leave parts out.")
