"""What is read, refused, foretold and shown of an import."""

from __future__ import annotations

import io
import json
import os
from collections.abc import Iterator
from contextlib import ExitStack
from pathlib import Path
from typing import Any

import pytest
from django.utils import timezone

from archive.exceptions import SearchIndexError, UnknownFormat
from archive.models import (
    Article,
    ImportRecord,
    ImportRun,
    OutboxRow,
)
from archive.search.document import Shelf
from archive.services import importing_reading, outbox, patience
from archive.services.engine import get_engine
from archive.services.importing import import_paths
from archive.services.importing_report import Progress
from tests import corpus
from tests.factories import make_source
from tests.services.reports import Import, counts
from tests.services.snapshot import row_counts

pytestmark = pytest.mark.django_db


class TestRejects:
    """One bad record costs one record."""

    def test_ten_bad_ones_in_a_thousand(self, tmp_path: Path) -> None:
        lines = list(corpus.lines(1_000, words=20))
        bad = range(50, 1_000, 100)
        for position in bad:
            lines[position] = lines[position][:-9] + b"\n"
        path = tmp_path / "records.jsonl"
        path.write_bytes(b"".join(lines))
        report = import_paths(paths=[str(path)], index=False)
        assert counts(report) == (990, 0, 0, 10)
        assert Article.objects.count() == 990
        assert [reject.line for reject in report.rejects] == [position + 1 for position in bad]
        assert str(report.rejects[0]).startswith(f"{path}, line 51: This is not JSON")

    def test_bytes_of_rejected_records_are_kept(self, take_in: Import, tmp_path: Path) -> None:
        path = tmp_path / "empty.txt"
        path.touch()
        report = import_paths(paths=[str(path)], index=False)
        assert counts(report) == (0, 0, 0, 1)
        record = ImportRecord.objects.get()
        assert record.received is not None
        assert bytes(record.received.content) == b""

    def test_files_that_cannot_be_read(self, tmp_path: Path) -> None:
        good = tmp_path / "good.txt"
        good.write_text("Headline\n\nText.")
        unknown = tmp_path / "unknown.bin"
        unknown.write_bytes(b"\0\1\2")
        missing = tmp_path / "missing.txt"
        report = import_paths(paths=[str(missing), str(unknown), str(good)], index=False)
        assert counts(report) == (1, 0, 0, 2)
        assert report.read
        assert [reject.path for reject in report.rejects] == [str(missing), str(unknown)]
        assert "no such file" in report.rejects[0].reason
        assert "--format" in report.rejects[1].reason

    def test_a_name_that_is_too_long(self) -> None:
        report = import_paths(paths=["x" * 5_000], index=False)
        assert [reject.reason for reject in report.rejects] == [
            "The file cannot be read: File name too long."
        ]

    def test_nothing_could_be_read(self, tmp_path: Path) -> None:
        report = import_paths(paths=[str(tmp_path / "missing")], index=False)
        assert not report.read

    @pytest.mark.parametrize(
        "arguments", [{"format": "parchment"}, {"status": "secret"}, {"source": "x" * 201}]
    )
    def test_wrong_arguments_are_refused_first(self, arguments: dict[str, Any]) -> None:
        with pytest.raises((UnknownFormat, ValueError)):
            import_paths(paths=["nowhere"], **arguments)
        assert not ImportRun.objects.exists()


class TestPaths:
    """Files, folders and standard input."""

    def test_folders_within_folders(self, tmp_path: Path) -> None:
        (tmp_path / "b" / "c").mkdir(parents=True)
        (tmp_path / "a.txt").write_text("A")
        (tmp_path / "b" / "b.TXT").write_text("B")
        (tmp_path / "b" / "c" / "c.jsonl").write_text('{"headline": "C"}')
        (tmp_path / "b" / "d.xyz").write_text("x,y")
        (tmp_path / ".hidden.txt").write_text("H")
        report = import_paths(paths=[str(tmp_path)], index=False)
        assert list(Article.objects.order_by("pk").values_list("headline", flat=True)) == [
            "A",
            "B",
            "C",
        ]
        assert counts(report) == (3, 0, 0, 0)
        (note,) = report.notes
        assert "d.xyz" in note

    def test_a_name_gives_the_terminal_no_orders(self, tmp_path: Path) -> None:
        (tmp_path / "a\x1b[31m\r\u202eb.jsonl").write_text("{}")
        (reject,) = import_paths(paths=[str(tmp_path)], index=False).rejects
        assert "a\ufffd[31m\ufffd\ufffdb.jsonl" in str(reject)

    def test_links_that_lead_out_of_a_folder_publish_nothing(self, tmp_path: Path) -> None:
        (tmp_path / "secret_key").write_text("not for readers")
        inbox = tmp_path / "inbox"
        inbox.mkdir()
        (inbox / "a.txt").write_text("A")
        (inbox / "b.txt").symlink_to(inbox / "a.txt")
        (inbox / "c.txt").symlink_to(tmp_path / "secret_key")
        (inbox / "d.txt").symlink_to(inbox / "d.txt")
        report = import_paths(paths=[str(inbox)], index=False)
        assert counts(report) == (1, 0, 1, 0)
        assert ["c.txt" in report.notes[0], "d.txt" in report.notes[1]] == [True, True]

    def test_a_folder_that_cannot_be_read(
        self, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
    ) -> None:
        (tmp_path / "locked").mkdir()
        (tmp_path / "a.txt").write_text("A")
        scandir = os.scandir

        def refusing(path: str) -> Any:
            if str(path).endswith("locked"):
                raise PermissionError(13, "Permission denied", str(path))
            return scandir(path)

        monkeypatch.setattr(os, "scandir", refusing)
        report = import_paths(paths=[str(tmp_path)], index=False)
        assert counts(report) == (1, 0, 0, 1)
        assert str(report.rejects[0]) == (
            f"{tmp_path / 'locked'}: The file cannot be read: Permission denied."
        )

    def test_a_file_name_that_is_no_text(self, tmp_path: Path) -> None:
        path = os.path.join(os.fsencode(tmp_path), b"name-\xff.txt")  # noqa: PTH118 - bytes
        with open(path, "wb") as stream:  # noqa: PTH123
            stream.write(b"A")
        report = import_paths(paths=[str(tmp_path), os.fsdecode(path)], index=False)
        assert counts(report) == (1, 0, 1, 0)
        paths = set(ImportRecord.objects.values_list("path", flat=True))
        assert paths == {f"{tmp_path}/name-\ufffd.txt"}

    def test_a_named_format_reads_every_file(self, tmp_path: Path) -> None:
        (tmp_path / "a.csv").write_text("A")
        report = import_paths(paths=[str(tmp_path)], format="text", index=False)
        assert counts(report) == (1, 0, 0, 0)

    @pytest.mark.parametrize("content", [b'{"headline": "A"}\n', b"A\n\nText."])
    def test_standard_input_is_recognised_even_byte_by_byte(self, content: bytes) -> None:
        class Pipe(io.BytesIO):
            def read(self, size: int | None = -1) -> bytes:
                return super().read(size)

            def read1(self, size: int | None = -1) -> bytes:
                return super().read(1)

        stream = Pipe(content)
        report = import_paths(paths=["-"], standard_input=stream, index=False)
        assert counts(report) == (1, 0, 0, 0)
        assert Article.objects.get().headline == "A"
        assert not stream.closed

    def test_no_standard_input(self) -> None:
        report = import_paths(paths=["-"], index=False)
        assert counts(report) == (0, 0, 0, 1)


class TestDryRun:
    """What would happen, without its happening."""

    def test_nothing_is_written(self, take_in: Import) -> None:
        take_in({"id": "1", "headline": "A", "parties": ["P"]})
        before = row_counts()
        report = take_in(
            {"id": "1", "headline": "B", "parties": ["Q"]},
            {"id": "2", "headline": "C", "source": "New"},
            {"id": "2", "headline": "C", "source": "New"},
            {"id": "2", "headline": "D", "source": "New"},
            {"headline": 5},
            dry_run=True,
            index=True,
        )
        assert counts(report) == (1, 2, 1, 1)
        assert report.run is None
        assert row_counts() == before
        assert Article.objects.get().headline == "A"

    def test_it_foretells_the_import(self, take_in: Import) -> None:
        records = [*corpus.articles(30, words=10), {"id": "gen-000001", "headline": "Other"}]
        foretold = counts(take_in(*records, dry_run=True))
        assert foretold == counts(take_in(*records))

    @pytest.mark.parametrize("known", [(), ({"version": "3"},), ({"status": "withdrawn"},)])
    @pytest.mark.parametrize(
        "said",
        [
            ({"version": "2"}, {"version": "1"}),
            ({"version": "5"}, {"version": "4"}, {"version": "6"}, {"version": "5"}),
            ({"version": "4"}, {"version": "2"}, {}, {"version": "1"}),
            ({"pubstatus": "canceled", "version": "2"}, {"version": "1"}),
            ({"version": "4"}, {"pubstatus": "canceled"}, {"pubstatus": "canceled"}, {}),
            ({"pubstatus": "canceled"}, {}, {"pubstatus": "canceled"}, {}),
        ],
    )
    def test_versions_and_notices_that_follow_one_another(
        self, tmp_path: Path, known: tuple[dict[str, str], ...], said: tuple[dict[str, str], ...]
    ) -> None:
        def take(*sent: dict[str, str], dry_run: bool = False) -> tuple[int, int, int, int]:
            path = tmp_path / "heap.jsonl"
            item = {"uri": "urn:1", "type": "text"}
            path.write_text(
                "".join(
                    json.dumps(
                        {**item, **each}
                        if "pubstatus" in each
                        else {**item, **each, "headline": f"Fog {number}", "body_text": "Text."}
                    )
                    + "\n"
                    for number, each in enumerate(sent)
                )
            )
            return counts(
                import_paths(paths=[str(path)], format="ninjs", dry_run=dry_run, index=False)
            )

        for each in known:
            if "status" in each:
                take({"pubstatus": "canceled"})
            else:
                take(each)
        foretold = take(*said, dry_run=True)
        assert foretold == take(*said)


class TestPublic:
    """What the public sees of an import."""

    @pytest.mark.parametrize(
        "hidden",
        [
            {"status": "draft"},
            {"status": "withdrawn"},
            {"embargo": "2999-01-01T00:00:00Z"},
            {"source": "Hidden"},
        ],
    )
    def test_a_twin_that_is_not_public(self, take_in: Import, hidden: dict[str, str]) -> None:
        make_source(name="Hidden", visible=False)
        take_in(
            {"headline": "Canary", "body": "Seen.", "parties": ["Quay Front"]},
            {"id": "t", "headline": "Canary", "body": "Unseen.", "parties": ["Q2"], **hidden},
            index=True,
        )
        public = get_engine().versions(Shelf.PUBLIC)
        staff = get_engine().versions(Shelf.STAFF)
        assert set(public) == {Article.objects.get(body="Seen.").public_id}
        assert set(staff) == {Article.objects.get(body="Unseen.").public_id}
        assert not outbox.pending_removals()

    def test_the_status_of_records_that_do_not_say(self, take_in: Import) -> None:
        take_in({"headline": "A"}, {"headline": "B", "status": "published"}, status="draft")
        assert set(Article.objects.values_list("headline", "status")) == {
            ("A", "draft"),
            ("B", "published"),
        }

    def test_the_end_of_an_embargo_is_due_later(self, take_in: Import) -> None:
        take_in({"headline": "A", "embargo": "2999-01-01T00:00:00Z"})
        now, later = OutboxRow.objects.order_by("due_at")
        assert now.due_at <= timezone.now() < later.due_at
        assert not now.hides
        assert not later.hides

    def test_the_index_is_brought_up_to_date(self, take_in: Import) -> None:
        report = take_in(*corpus.articles(20, words=10), index=True)
        assert report.index_error == ""
        assert len(get_engine().versions(Shelf.PUBLIC)) == 20
        assert not OutboxRow.objects.exists()

    def test_a_locked_index_keeps_the_rows(self, take_in: Import) -> None:
        with get_engine().batch():
            report = take_in({"headline": "A"}, index=True)
        assert "search_index update" in report.index_error
        assert not report.index_failed
        assert OutboxRow.objects.count() == 1

    @pytest.mark.parametrize("said", ["It is altered.", "It is altered. Run {}."])
    def test_a_damaged_index_keeps_them_and_says_once_what_to_do(
        self, take_in: Import, monkeypatch: pytest.MonkeyPatch, said: str
    ) -> None:
        def fail(**_: object) -> int:
            raise SearchIndexError(said.format("manage.py search_index rebuild"))

        monkeypatch.setattr(outbox, "drain", fail)
        report = take_in({"headline": "A"}, index=True)
        assert report.index_failed
        assert report.index_error.endswith(": It is altered. Run manage.py search_index rebuild.")
        assert report.index_error.count("rebuild") == 1
        assert OutboxRow.objects.count() == 1


def test_progress_is_told(take_in: Import, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(importing_reading, "BATCH_RECORDS", 10)
    seen: list[Progress] = []
    take_in(*corpus.articles(25, words=10), index=True, progress=seen.append)
    assert [progress.done for progress in seen] == [10, 20, 25, 25]
    assert 0 < seen[0].bytes_read < seen[-1].bytes_read == seen[-1].bytes_total
    assert [progress.indexed for progress in seen] == [0, 0, 0, 25]


def test_batches_are_bounded(monkeypatch: pytest.MonkeyPatch) -> None:
    """However long the input, no more than a batch and one record are in memory."""
    monkeypatch.setattr(importing_reading, "BATCH_RECORDS", 10)
    unwritten = 0
    most = 0

    def handed_out() -> Iterator[bytes]:
        nonlocal unwritten, most
        for line in corpus.lines(100, words=100):
            unwritten += 1
            most = max(most, unwritten)
            yield line

    class Lines(io.RawIOBase):
        def __init__(self) -> None:
            self._lines = handed_out()
            self._rest = b""

        def readable(self) -> bool:
            return True

        def readinto(self, buffer: Any) -> int:
            line = self._rest or next(self._lines, b"")
            size = min(len(line), len(buffer))
            buffer[:size], self._rest = line[:size], line[size:]
            return size

    def written(progress: Progress) -> None:
        nonlocal unwritten
        unwritten = 0

    stream = io.BufferedReader(Lines(), buffer_size=4096)
    report = import_paths(
        paths=["-"], standard_input=stream, index=False, dry_run=True, progress=written
    )
    assert report.created == 100
    assert most < 40


def test_large_records_make_small_batches(take_in: Import, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(importing_reading, "BATCH_BYTES", 1_000)
    seen: list[int] = []
    take_in(
        *({"headline": f"A {number}", "body": "x" * 400} for number in range(6)),
        progress=lambda progress: seen.append(progress.done),
    )
    assert seen == [2, 4, 6]


def test_the_received_document(sample_data: Path) -> None:
    report = import_paths(paths=[str(sample_data / "received")])
    assert counts(report) == (1, 0, 0, 0)
    article = Article.objects.get()
    assert article.language == "en"
    assert article.published == ""
    assert article.source is None
    assert article.bylines == []
    assert [reference.label for reference in article.references.all()] == [
        f"Source {number}" for number in (1, 2, 3, 4)
    ]
    before = row_counts()
    again = import_paths(paths=[str(sample_data / "received")], unchanged_too=False)
    assert counts(again) == (0, 0, 1, 0)
    assert row_counts() == before


def test_an_import_waits_for_a_change_that_is_being_written(
    take_in: Import, monkeypatch: pytest.MonkeyPatch
) -> None:
    visitor = ExitStack()
    visitor.enter_context(get_engine().batch())
    monkeypatch.setattr(patience, "LOCK_PATIENCE", 60.0)
    monkeypatch.setattr(patience, "sleep", lambda seconds: visitor.close())
    report = take_in({"headline": "A"}, index=True)
    assert report.index_error == ""
    assert len(get_engine().versions(Shelf.PUBLIC)) == 1
