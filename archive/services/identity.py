"""Which article a record is, whichever machine it is imported on and how often."""

from __future__ import annotations

import json
from base64 import b32encode
from dataclasses import asdict
from hashlib import sha256

from archive.formats.base import ArticleRecord
from archive.models.article import PUBLIC_ID_LENGTH


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
    return b32encode(digest)[:PUBLIC_ID_LENGTH].decode("ascii").lower()


def record_hash(record: ArticleRecord, *, source: str) -> str:
    """SHA-256, in hex, over all that a record says, with the slug of its source.

    Records that differ in spelling alone (spaces, order of JSON fields) have the same one. What is
    empty is left out, so that a field added to records later changes no hash.
    """
    said = {name: value for name, value in asdict(record).items() if value}
    return sha256(_bytes([source, said])).hexdigest()


def _bytes(value: object) -> bytes:
    return json.dumps(value, ensure_ascii=False, sort_keys=True, separators=(",", ":")).encode()
