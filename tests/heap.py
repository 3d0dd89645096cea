"""A mixed heap, as an archivist is handed one: every format, packed or not, some of it bad."""

from __future__ import annotations

import bz2
import gzip
import io
import json
import shutil
import tarfile
import zipfile
from collections.abc import Sequence
from html import escape
from itertools import islice
from pathlib import Path

from archive.formats.base import ArticleRecord
from archive.formats.jsonl import read_object
from archive.formats.writers import writer_for
from tests import corpus

SAMPLES = Path(__file__).parent / "formats" / "samples"
_NOT_JSON = b'{"headline": "cut o\n'


def make_heap(folder: Path, *, size: int = 24) -> None:
    """Fill a folder; ``size`` articles in each format that holds many, a few in the others."""
    folder.mkdir(parents=True)
    records = map(read_object, corpus.articles(size * 8, words=40))

    def some(number: int = size) -> list[ArticleRecord]:
        return list(islice(records, number))

    lines = _written("jsonl", some()).splitlines(keepends=True)
    lines[size // 2 : size // 2] = [_NOT_JSON]
    (folder / "a.jsonl").write_bytes(b"".join(lines))
    # Two versions of one article, and one that comes again.
    (folder / "b.jsonl").write_bytes(
        lines[0]
        .replace(b'"headline":"', b'"headline":"Corrected: ')
        .replace(b'"headline": "', b'"headline": "Corrected: ')
        + lines[1]
    )
    (folder / "c.csv").write_bytes(_written("csv", some()) + b'"never closed\n')
    (folder / "d.json").write_bytes(_written("ninjs", some()))
    (folder / "e.xml").write_bytes(_written("newsml-g2", some()))
    with zipfile.ZipFile(folder / "f.zip", "w") as packed:
        for number, record in enumerate(some(size // 2)):
            packed.writestr(f"nitf/{number}.xml", _written("nitf", [record]))
        packed.writestr("../outside.jsonl", b'{"headline": "Never"}')
    (folder / "g.jsonl.gz").write_bytes(gzip.compress(_written("jsonl", some(size // 2))))
    (folder / "h.csv.bz2").write_bytes(bz2.compress(_written("csv", some(size // 2))))
    with tarfile.open(folder / "i.tar", "w") as archive:
        for number in range(2):
            content = _written("jsonl", some(size // 4))
            member = tarfile.TarInfo(f"{number}.jsonl")
            member.size = len(content)
            archive.addfile(member, io.BytesIO(content))
    (folder / "j.trec").write_text(_trec(some(size // 2)))
    (folder / "k.rss").write_text(_rss(some(size // 2)))
    (folder / "l.jsonfeed").write_text(_json_feed(some(size // 2)))
    for sample in ("html.html", "warc.warc", "text.txt"):
        shutil.copy(SAMPLES / sample, folder / f"m-{sample}")
    (folder / "n.xml").write_bytes(b"<!DOCTYPE a [<!ENTITY b 'c'>]><nitf>&b;</nitf>")


def _written(format: str, records: Sequence[ArticleRecord]) -> bytes:
    stream = io.BytesIO()
    writer_for(format).write(records, stream)
    return stream.getvalue()


def _trec(records: Sequence[ArticleRecord]) -> str:
    return "\n".join(
        f"<DOC>\n<DOCNO>{record.supplier_id}</DOCNO>\n<HEADLINE>{record.headline}</HEADLINE>\n"
        f"<TEXT>\n{record.body}\n</TEXT>\n</DOC>"
        for record in records
    )


def _rss(records: Sequence[ArticleRecord]) -> str:
    items = "".join(
        f"<item><title>{escape(record.headline)}</title><guid>{record.supplier_id}</guid>"
        f"<description>{escape(record.body)}</description></item>\n"
        for record in records
    )
    return f'<rss version="2.0"><channel><title>The Quay</title>\n{items}</channel></rss>'


def _json_feed(records: Sequence[ArticleRecord]) -> str:
    return json.dumps(
        {
            "version": "https://jsonfeed.org/version/1.1",
            "title": "The Quay",
            "items": [
                {"id": record.supplier_id, "title": record.headline, "content_text": record.body}
                for record in records
            ],
        }
    )
