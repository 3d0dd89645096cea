"""Records that an import could not take in: written as a file, mended, and fed again."""

from __future__ import annotations

import gzip
import io
import json
import zipfile
from pathlib import Path
from typing import Any

import pytest

from archive.formats.rejects_blocks import Block, read_blocks
from archive.models import Article, ImportRecord, ImportRun, ReceivedDocument
from archive.services.importing import import_paths
from archive.services.importing_report import ImportReport
from archive.services.rejecting import RejectsWritten, write_rejects
from tests.services.reports import counts

pytestmark = pytest.mark.django_db

CSV = "id;headline;body\r\n1;A;First.\r\n2;B\r\n3;C;Third.\r\n4;D;Fourth.;more\r\n"


def send(*paths: Path, **options: Any) -> ImportReport:
    return import_paths(paths=list(map(str, paths)), index=False, processes=1, **options)


def rejects_of(report: ImportReport) -> tuple[bytes, RejectsWritten]:
    stream = io.BytesIO()
    assert report.run is not None
    written = write_rejects(run=report.run, stream=stream)
    return stream.getvalue(), written


def blocks_of(content: bytes) -> list[Block]:
    return list(read_blocks(io.BytesIO(content)))


def make(path: Path, content: str | bytes) -> Path:
    path.write_bytes(content.encode() if isinstance(content, str) else content)
    return path


def test_rows_of_csv_come_with_the_names_of_the_columns(tmp_path: Path) -> None:
    report = send(make(tmp_path / "heap.csv", CSV))
    assert counts(report) == (2, 0, 0, 2)
    content, written = rejects_of(report)
    assert (written.records, written.unread, written.incomplete) == (2, 0, 0)
    first, second = blocks_of(content)
    assert bytes(first.before) == bytes(second.before) == b"id;headline;body\r\n"
    assert bytes(first.content) == b"2;B\r\n"
    assert first.said == {
        "format": "csv",
        "path": str(tmp_path / "heap.csv"),
        "record": 3,
        "line": 3,
    }
    assert b"%reason The row has 2 columns" in content


def test_what_is_mended_is_taken_in(tmp_path: Path) -> None:
    content, _ = rejects_of(send(make(tmp_path / "heap.csv", CSV)))
    mended = content.replace(b"2;B\r\n", b"2;B;Second.\r\n").replace(b";more", b"")
    path = make(tmp_path / "heap.rejects", mended)
    assert counts(send(path)) == (2, 0, 0, 0)
    assert Article.objects.get(supplier_id="2").body == "Second."
    assert {row.format for row in ReceivedDocument.objects.all()} == {"csv"}
    assert counts(send(path)) == (0, 0, 2, 0)


def test_what_is_still_wrong_is_rejected_again_with_all_it_needs(tmp_path: Path) -> None:
    first, _ = rejects_of(send(make(tmp_path / "heap.csv", CSV), source="Courier"))
    half = first.replace(b";more", b"")
    report = send(make(tmp_path / "half.rejects", half))
    assert counts(report) == (1, 0, 0, 1)
    assert report.rejects[0].line == 8
    again, written = rejects_of(report)
    assert (written.records, written.incomplete) == (1, 0)
    [block] = blocks_of(again)
    assert bytes(block.before) == b"id;headline;body\r\n"
    assert block.said == blocks_of(first)[0].said
    assert block.text("source") == "Courier"


def test_the_same_articles_whatever_way_they_came(tmp_path: Path) -> None:
    """The source of the first import goes with a record, and so does its status."""
    broken = '{"headline": "A", "body": "First."\n'
    content, _ = rejects_of(
        send(make(tmp_path / "a.jsonl", broken), source="Courier", status="draft")
    )
    send(make(tmp_path / "a.rejects", content.replace(b'First."', b'First."}')))
    article = Article.objects.select_related("source").get()
    assert (article.source and article.source.name, article.status) == ("Courier", "draft")
    whole = make(tmp_path / "b.jsonl", broken.replace('First."', 'First."}'))
    send(whole, source="Courier", status="draft")
    assert Article.objects.count() == 1


def test_the_rules_of_mapped_columns_go_with_a_record(tmp_path: Path) -> None:
    report = send(make(tmp_path / "heap.csv", "headline;Text\nA\n"))
    ImportRun.objects.update(arguments={**ImportRun.objects.get().arguments, "map": ["Text=body"]})
    assert report.run is not None
    report.run.refresh_from_db()
    content, written = rejects_of(report)
    assert (written.records, written.incomplete) == (1, 0)
    send(make(tmp_path / "mended.rejects", content.replace(b"\nA\n", b"\nA;One.\n")))
    assert Article.objects.get().body == "One."


@pytest.mark.parametrize("change", ["gone", "another", "not noted"])
def test_a_file_that_is_not_what_it_was_is_not_trusted(tmp_path: Path, change: str) -> None:
    path = make(tmp_path / "heap.csv", CSV)
    report = send(path)
    if change == "gone":
        path.unlink()
    elif change == "another":
        make(path, "body;headline\r\nA;B\r\n")
    else:
        ImportRun.objects.get().files.all().delete()
    content, written = rejects_of(report)
    assert (written.records, written.incomplete) == (2, 2)
    assert content.count(b"%before") == content.count(b"a line %before") == 2


def test_packed_files_are_looked_into(tmp_path: Path) -> None:
    make(tmp_path / "a.csv.gz", gzip.compress(CSV.encode()))
    with zipfile.ZipFile(tmp_path / "b.zip", "w") as archive:
        archive.writestr("other.jsonl", "{\n")
        archive.writestr("in/heap.csv", CSV.replace("id", "section"))
    content, written = rejects_of(send(tmp_path))
    assert (written.records, written.incomplete) == (5, 0)
    before = [bytes(block.before).partition(b";")[0] for block in blocks_of(content)]
    assert before == [b"id", b"id", b"", b"section", b"section"]


def test_a_file_that_could_not_be_read_is_named(tmp_path: Path) -> None:
    content, written = rejects_of(send(tmp_path / "lost.jsonl", make(tmp_path / "a.jsonl", "{")))
    assert (written.records, written.unread) == (1, 1)
    assert b"%unread" in content
    assert len(blocks_of(content)) == 1


def test_a_run_without_rejects_gives_an_empty_reject_file(tmp_path: Path) -> None:
    report = send(make(tmp_path / "a.jsonl", '{"headline": "A"}\n'))
    content, written = rejects_of(report)
    assert written == RejectsWritten()
    assert counts(send(make(tmp_path / "a.rejects", content))) == (0, 0, 0, 0)


WRONG_AND_MENDED = [
    (b'{"headline": "One"', b'{"headline": "One"}'),
    (b"{'headline': 'Two'}", b'{"headline": "Two"}'),
    (b'{"headline": 3}', b'{"headline": "Three"}'),
    (b'{"summary": "Four"}', b'{"headline": "Four"}'),
    (b'{"headline": "Five", "published": "soon"}', b'{"headline": "Five"}'),
    (b'{"headline": "Six", "status": "gone"}', b'{"headline": "Six", "status": "draft"}'),
    (b'{"headline": "Seven", "embargo": "later"}', b'{"headline": "Seven"}'),
    (b'{"headline": "\xff\xfe Eight"}', b'{"headline": "Eight"}'),
    (b'{"headline": "Nine", "topics": 9}', b'{"headline": "Nine", "topics": ["9"]}'),
    (b'%["Ten"]', b'{"headline": "%Ten"}'),
]


def test_ten_bad_records_of_many_are_mended_and_fed_again(tmp_path: Path) -> None:
    number = 300
    lines = [json.dumps({"headline": f"Good {n}"}).encode() for n in range(number - 10)]
    for place, (wrong, _) in enumerate(WRONG_AND_MENDED):
        lines.insert(place * 29 + 3, wrong)
    path = make(tmp_path / "heap.jsonl", b"\n".join(lines))
    report = send(path)
    assert counts(report) == (number - 10, 0, 0, 10)
    content, written = rejects_of(report)
    assert written.records == 10
    assert [bytes(b.content).removesuffix(b"\n") for b in blocks_of(content)] == [
        wrong for wrong, _ in WRONG_AND_MENDED
    ]
    rejected = ImportRecord.objects.filter(outcome="rejected").order_by("pk")
    assert [block.said["line"] for block in blocks_of(content)] == [row.line for row in rejected]
    for wrong, mended in WRONG_AND_MENDED:
        as_written = wrong.replace(b"%", b"%%") if wrong.startswith(b"%") else wrong
        assert content.count(as_written + b"\n") == 1
        content = content.replace(as_written + b"\n", mended + b"\n")
    assert counts(send(make(tmp_path / "heap.rejects", content))) == (10, 0, 0, 0)
    assert Article.objects.count() == number
    assert counts(send(path)) == (0, 0, number - 10, 10)
