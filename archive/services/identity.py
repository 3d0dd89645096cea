"""Which article a record is, whichever machine it is imported on and how often."""

from __future__ import annotations

import json
from base64 import b32encode
from collections.abc import Mapping
from dataclasses import fields
from datetime import datetime
from hashlib import sha256

from archive.formats.base import ArticleRecord, NamedEntity, Reference

_KEY_BYTES = 10  # 80 bits, which are 16 characters of base32
_FIELDS = tuple(field.name for field in fields(ArticleRecord))


def public_id(
    *,
    source: str,
    supplier_id: str,
    url: str,
    published: str,
    headline: str,
    body: str,
) -> str:
    """The public id of the article that a record describes.

    The first 16 characters of base32, in lower case, over the SHA-256 of the identity key: the
    slug of the source and the supplier's id; else the canonical address; else the slug, the date
    (EDTF), the headline and the body. Keys are JSON lists, so that no two of them read the same.
    """
    if supplier_id:
        key = ["id", source, supplier_id]
    elif url:
        key = ["url", url]
    else:
        key = ["text", source, published, headline, body]
    digest = sha256(_bytes(key)).digest()
    return b32encode(digest[:_KEY_BYTES]).decode("ascii").lower()


def record_hash(record: ArticleRecord, *, source: str) -> str:
    """SHA-256, in hex, over all that a record says, with the slug of its source.

    Records that differ in spelling alone (spaces, order of JSON fields) have the same one. What is
    empty is left out, so that a field added to records later changes no hash.
    """
    said = {name: _plain(value) for name in _FIELDS if (value := getattr(record, name))}
    return sha256(_bytes([source, said])).hexdigest()


def is_older(version: str, stored: str) -> bool:
    """Whether a supplier's version precedes the one that is stored.

    Both are as ``ArticleRecord.version`` has them. A number and a time say nothing of each other,
    nor does a version of one that has none: what arrives later then counts as newer.
    """
    if version.isdigit() and stored.isdigit():
        return int(version) < int(stored)
    if "-" in version and "-" in stored:  # times in UTC, as ISO 8601 writes them
        return datetime.fromisoformat(version) < datetime.fromisoformat(stored)
    return False


def _plain(value: object) -> object:
    """Values of a record as JSON knows them; by hand, since ``asdict`` copies every string."""
    if isinstance(value, Mapping):
        return {name: _plain(inner) for name, inner in value.items()}
    if isinstance(value, frozenset):
        return sorted(value)
    if isinstance(value, tuple):
        return [_plain(inner) for inner in value]
    if isinstance(value, NamedEntity):
        return [value.name, dict(value.identifiers)]
    if isinstance(value, Reference):
        return [value.label, value.url]
    return value


def _bytes(value: object) -> bytes:
    return json.dumps(value, ensure_ascii=False, sort_keys=True, separators=(",", ":")).encode()
