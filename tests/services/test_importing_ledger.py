"""What the ledger keeps of an import: files, records, how far it came, and where it goes on."""

from __future__ import annotations

import os
from hashlib import sha256
from pathlib import Path
from typing import Any

import pytest

from archive.models import (
    Article,
    Entity,
    FileState,
    ImportFile,
    ImportRecord,
    ImportRun,
    RunState,
    Source,
)
from archive.services import importing_files, importing_reading
from archive.services.importing import import_paths, resume_import
from archive.services.importing_processes import this_process
from archive.services.importing_worker import LocalReader
from tests import corpus
from tests.services.reports import Import, counts
from tests.services.snapshot import archive_contents

pytestmark = pytest.mark.django_db


def write(path: Path, number: int, **options: Any) -> Path:
    path.write_bytes(b"".join(corpus.lines(number, words=10, **options)))
    return path


class TestFiles:
    """Each file, its SHA-256 and how it was read."""

    def test_one_row_a_file(self, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
        monkeypatch.setattr(importing_reading, "BATCH_RECORDS", 3)
        write(tmp_path / "a.jsonl", 7, prefix="a")
        write(tmp_path / "b.jsonl", 1, prefix="b")
        (tmp_path / "c.jsonl").write_bytes(b"")
        (tmp_path / "d.json").write_bytes(b"what is this")
        report = import_paths(paths=[str(tmp_path), str(tmp_path / "none.txt")], index=False)
        assert counts(report) == (8, 0, 0, 2)
        assert [
            (Path(file.path).name, file.records, file.state) for file in ImportFile.objects.all()
        ] == [
            ("a.jsonl", 7, FileState.READ),
            ("b.jsonl", 1, FileState.READ),
            ("c.jsonl", 0, FileState.READ),
            ("d.json", 1, FileState.READ),
            ("none.txt", 1, FileState.UNREADABLE),
        ]
        for file in ImportFile.objects.filter(state=FileState.READ):
            content = Path(file.path).read_bytes()
            assert (file.sha256, file.size) == (sha256(content).hexdigest(), len(content))

    def test_every_record_is_there(self, take_in: Import) -> None:
        take_in({"id": "1", "headline": "A"}, {"headline": 5}, {"id": "1", "headline": "A"})
        assert list(ImportRecord.objects.values_list("position", "line", "outcome")) == [
            (1, None, "created"),
            (2, 2, "rejected"),
            (3, None, "unchanged"),
        ]
        article = Article.objects.get().pk
        named = ImportRecord.objects.values_list("article", flat=True)
        assert list(named) == [article, None, article]

    def test_what_a_run_made_of_bare_names_says_so(self, take_in: Import) -> None:
        report = take_in({"headline": "A", "source": "The Quay", "places": ["Vell"]})
        assert Source.objects.get().import_run == Entity.objects.get().import_run == report.run


class TestResume:
    """A run that was stopped goes on where it stopped."""

    @pytest.fixture
    def stopped(self, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> ImportRun:
        """Two files, of which the second was read by half."""
        monkeypatch.setattr(importing_reading, "BATCH_RECORDS", 4)
        paths = [
            str(write(tmp_path / "a.jsonl", 6, prefix="a")),
            str(write(tmp_path / "b.jsonl", 12, prefix="b", seed=2)),
        ]
        read = importing_files.read_file

        def failing(file: Any, **options: Any) -> Any:
            for number, found in enumerate(read(file, **options)):
                if file.path.endswith("b.jsonl") and number == 9:
                    raise KeyboardInterrupt
                yield found

        with monkeypatch.context() as patch:
            patch.setattr(importing_reading, "read_file", failing)
            with pytest.raises(KeyboardInterrupt):
                import_paths(paths=paths, index=False)
        return ImportRun.objects.get()

    def test_it_ends_as_if_nothing_had_happened(
        self, stopped: ImportRun, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
    ) -> None:
        assert stopped.state == RunState.FAILED
        before = Article.objects.count()
        assert 0 < before < 18
        report = resume_import(stopped, index=False)
        assert report.run == stopped
        assert counts(report) == (18 - before, 0, 0, 0)
        stopped.refresh_from_db()
        assert (stopped.state, stopped.created, stopped.unchanged) == (RunState.FINISHED, 18, 0)
        assert ImportRecord.objects.count() == 18
        assert [file.records for file in stopped.files.all()] == [6, 12]
        resumed = archive_contents()
        Article.objects.all().delete()
        import_paths(paths=stopped.arguments["paths"], index=False)
        assert archive_contents() == resumed

    def test_a_file_that_has_changed_is_read_from_its_beginning(
        self, stopped: ImportRun, tmp_path: Path
    ) -> None:
        path = write(tmp_path / "b.jsonl", 13, prefix="b", seed=2)
        os.utime(path, ns=(1, 1))
        before = stopped.files.get(path=str(path)).records
        resume_import(stopped, index=False)
        assert Article.objects.count() == 19
        content = path.read_bytes()
        files = stopped.files.filter(path=str(path))
        assert [(file.records, file.state, file.modified == 1) for file in files] == [
            (before, FileState.READING, False),
            (13, FileState.READ, True),
        ]
        assert files[1].sha256 == sha256(content).hexdigest()
        assert files[1].size == len(content)
        assert sum(file.records for file in stopped.files.all()) == stopped.records.count()

    def test_a_file_that_was_read_may_be_gone(self, stopped: ImportRun, tmp_path: Path) -> None:
        (tmp_path / "a.jsonl").unlink()
        assert counts(resume_import(stopped, index=False))[3] == 0
        assert Article.objects.count() == 18
        assert [file.state for file in stopped.files.all()] == [FileState.READ, FileState.READ]

    def test_a_missing_file_is_named_once(self, stopped: ImportRun) -> None:
        stopped.arguments["paths"].append("/none.jsonl")
        assert counts(resume_import(stopped, index=False))[3] == 1
        stopped.state = RunState.FAILED
        assert counts(resume_import(stopped, index=False)) == (0, 0, 0, 0)
        assert stopped.records.filter(path="/none.jsonl").count() == 1

    def test_a_name_that_is_no_text_was_not_kept(self, stopped: ImportRun) -> None:
        stopped.arguments["paths"] = ["/caf\ufffd.jsonl"]
        with pytest.raises(ValueError, match="Import the same again"):
            resume_import(stopped)

    def test_not_while_it_is_running(self, stopped: ImportRun) -> None:
        stopped.state = RunState.RUNNING
        stopped.arguments["process"] = {**this_process(), "pid": os.getppid(), "began": ""}
        stopped.save()
        with pytest.raises(ValueError, match="still running"):
            resume_import(stopped)

    @pytest.mark.skipif(not Path("/proc/self/stat").exists(), reason="the system does not say")
    def test_a_process_that_has_the_number_by_now_is_another(self, stopped: ImportRun) -> None:
        stopped.state = RunState.RUNNING
        stopped.arguments["process"] = {**this_process(), "pid": os.getppid(), "began": "1"}
        resume_import(stopped, index=False)
        assert Article.objects.count() == 18

    def test_not_from_another_folder(
        self, stopped: ImportRun, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
    ) -> None:
        stopped.arguments["paths"] = ["a.jsonl"]
        monkeypatch.chdir(tmp_path)
        with pytest.raises(ValueError, match="Go there"):
            resume_import(stopped)

    def test_not_from_standard_input(self, stopped: ImportRun) -> None:
        stopped.arguments["paths"] = ["-"]
        with pytest.raises(ValueError, match="standard input"):
            resume_import(stopped)


class TestVersions:
    """An older version of a supplier's changes nothing."""

    @pytest.mark.parametrize(
        ("versions", "headline"),
        [
            (("1", "2"), "second"),
            (("2", "1"), "first"),
            (("9", "10"), "second"),
            (("2025-06-02T10:00:00Z", "2025-06-02T11:00:00+02:00"), "first"),
            (("", "1"), "second"),
            (("2", ""), "second"),
            (("7", "2025-06-02T10:00:00Z"), "second"),
        ],
    )
    def test_which_of_two_stays(
        self, take_in: Import, versions: tuple[str, str], headline: str
    ) -> None:
        for version, said in zip(versions, ("first", "second"), strict=True):
            take_in({"id": "1", "version": version, "headline": said})
        assert Article.objects.get().headline == headline

    def test_the_ledger_says_why(self, take_in: Import) -> None:
        take_in({"id": "1", "version": 3, "headline": "New"})
        assert counts(take_in({"id": "1", "version": 2, "headline": "Old"})) == (0, 0, 1, 0)
        assert "newer version" in ImportRecord.objects.latest("pk").reason


class TestNotices:
    """A supplier that withdraws an article need not send it again."""

    def cancel(self, tmp_path: Path) -> Any:
        path = tmp_path / "cancel.json"
        path.write_text('{"uri": "urn:q:1", "pubstatus": "canceled", "version": "2"}')
        return import_paths(paths=[str(path)], index=False)

    def send(self, tmp_path: Path) -> Any:
        path = tmp_path / "item.json"
        path.write_text('{"uri": "urn:q:1", "headline": "Fog", "version": "1", "language": "en"}')
        return import_paths(paths=[str(path)], index=False)

    def test_the_text_stays_and_nobody_sees_it(self, tmp_path: Path) -> None:
        self.send(tmp_path)
        assert counts(self.cancel(tmp_path)) == (0, 1, 0, 0)
        article = Article.objects.get()
        assert (article.headline, article.status) == ("Fog", "withdrawn")
        assert article.withdrawal_reason == "Its publisher has withdrawn it."
        for again in (self.cancel, self.send):
            assert counts(again(tmp_path)) == (0, 0, 1, 0)

    def test_one_that_comes_first_keeps_the_article_from_being_shown(self, tmp_path: Path) -> None:
        self.cancel(tmp_path)
        self.send(tmp_path)
        article = Article.objects.get()
        assert article.status == "withdrawn"
        assert not Article.objects.public().exists()

    def test_it_overrides_an_editor(self, tmp_path: Path) -> None:
        self.send(tmp_path)
        Article.objects.update(edited_fields=["status"])
        self.cancel(tmp_path)
        assert Article.objects.get().status == "withdrawn"


def test_a_reader_holds_no_batch_that_was_stored(tmp_path: Path) -> None:
    write(tmp_path / "a.jsonl", 3)
    reader = LocalReader(importing_reading.WhatToRead(paths=[str(tmp_path)]), standard_input=None)
    (batch,) = reader.batches()
    assert set(reader.whole(batch.number, {0, 2})) == {0, 2}
    reader.forget(batch.number)
    with pytest.raises(KeyError):
        reader.whole(batch.number, {0})
