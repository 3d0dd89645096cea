"""A bag for preservation: articles, and for staff what was received and what stood before."""

from __future__ import annotations

import json
from collections import defaultdict
from collections.abc import Iterable, Sequence
from contextlib import ExitStack
from hashlib import sha256
from pathlib import Path
from typing import IO, Any

from django.core.serializers.json import DjangoJSONEncoder
from django.utils import timezone

from archive.formats.bagit import Bag
from archive.formats.write_jsonl import JsonLinesWriter
from archive.models import Article, ArticleVersion, ImportRecord, ReceivedDocument, Source
from archive.services.exporting_records import Exported

_VERSIONS_AT_ONCE = 20
_DAMAGED = "The bytes received as {} are no longer those that were received."


def write_bag(
    folder: Path, parts: Iterable[Sequence[Exported]], *, staff: bool, asked: str
) -> list[str]:
    """Fill an empty folder; returns a sentence for each received document that is damaged.

    ``data/articles.jsonl`` holds the records and ``data/catalogue.jsonl`` their ids, line by line.
    For staff, ``data/received/`` holds what was received under its SHA-256, and
    ``data/versions.jsonl`` what articles said before. ``asked`` is the search, in words.
    """
    info = {
        "Bagging-Date": timezone.localdate().isoformat(),
        "Bag-Software-Agent": "news-archive",
        "External-Description": asked,
    }
    damaged: list[str] = []
    with Bag(folder, info=info) as bag, ExitStack() as stack:
        articles = stack.enter_context(bag.file("articles.jsonl"))
        catalogue = stack.enter_context(bag.file("catalogue.jsonl"))
        versions = stack.enter_context(bag.file("versions.jsonl")) if staff else None
        for part in parts:
            JsonLinesWriter().write((record for _, record in part), articles)
            received = _received([article for article, _ in part]) if staff else {}
            for article, _ in part:
                _write_line(catalogue, _described(article, received.get(article.pk), staff=staff))
            damaged += _write_received(bag, received)
            if versions is not None:
                _write_versions(versions, [article for article, _ in part])
    return damaged


def _described(article: Article, received: dict[int, str] | None, *, staff: bool) -> dict[str, Any]:
    if not staff:
        return {"id": article.public_id}
    return {
        "id": article.public_id,
        "version": article.version,
        "created": article.created_at,
        "changed": article.updated_at,
        "edited": article.edited_fields,
        "withdrawal_reason": article.withdrawal_reason,
        "received": list((received or {}).values()),
    }


def _received(articles: Sequence[Article]) -> dict[int, dict[int, str]]:
    """The keys and SHA-256 of all documents from which each article was ever made."""
    found: dict[int, dict[int, str]] = defaultdict(dict)
    keys = [article.pk for article in articles]
    for rows in (
        Article.objects.filter(pk__in=keys, received__isnull=False).values_list(
            "pk", "received_id", "received__sha256"
        ),
        ImportRecord.objects.filter(article__in=keys, received__isnull=False)
        .order_by("pk")
        .values_list("article_id", "received_id", "received__sha256"),
    ):
        for article, document, digest in rows:
            found[article][document] = digest
    return found


def _write_received(bag: Bag, received: dict[int, dict[int, str]]) -> list[str]:
    wanted = {
        document
        for documents in received.values()
        for document, digest in documents.items()
        if not bag.holds(f"received/{digest}")
    }
    damaged = []
    # One at a time: each may be as large as a record can be.
    for document in ReceivedDocument.objects.filter(pk__in=wanted).iterator(chunk_size=1):
        content = bytes(document.content)
        with bag.file(f"received/{document.sha256}") as stream:
            stream.write(content)
        if sha256(content).hexdigest() != document.sha256:
            damaged.append(_DAMAGED.format(document.sha256))
    return damaged


def _write_versions(stream: IO[bytes], articles: Sequence[Article]) -> None:
    ids = {article.pk: article.public_id for article in articles}
    slugs: dict[int, str] = {}
    for version in (
        ArticleVersion.objects.filter(article__in=ids)
        .order_by("article", "number")
        .iterator(chunk_size=_VERSIONS_AT_ONCE)
    ):
        content = dict(version.content)
        source = content.pop("source_id", None)
        if source is not None and source not in slugs:
            slugs.update(Source.objects.filter(pk=source).values_list("pk", "slug"))
        _write_line(
            stream,
            {
                "id": ids[version.article_id],
                "number": version.number,
                "replaced": version.replaced_at,
                "reason": version.reason,
                "content": {**content, "source": slugs.get(source, "") if source else ""},
            },
        )


def _write_line(stream: IO[bytes], data: dict[str, Any]) -> None:
    line = json.dumps(data, ensure_ascii=False, separators=(",", ":"), cls=DjangoJSONEncoder)
    stream.write(line.encode() + b"\n")
