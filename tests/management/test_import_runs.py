"""``manage.py import_runs``."""

from __future__ import annotations

import io
import json
import re
from pathlib import Path

import pytest

from archive.models import Article, ImportRun, OutboxRow
from archive.search.document import Shelf
from archive.services.engine import get_engine
from archive.services.importing import import_paths
from tests.management.running import run as run_command

pytestmark = pytest.mark.django_db

GOOD = '{"headline": "A", "source": "Quay Courier"}\n'


@pytest.fixture
def imported(tmp_path: Path) -> ImportRun:
    """A run of two files, one of which has a record that is wrong."""
    (tmp_path / "a.jsonl").write_text(GOOD)
    (tmp_path / "b.jsonl").write_text('{"headline": 7}\n{"headline": "[B]"}\n')
    report = import_paths(paths=[str(tmp_path)])
    assert report.run is not None
    return report.run


def run(*arguments: str) -> tuple[int, str, str]:
    return run_command("import_runs", *arguments)


class TestList:
    def test_the_latest_is_first(self, imported: ImportRun) -> None:
        later = ImportRun.objects.create(state="finished", created=12_345)
        code, out, _ = run("list")
        assert code == 0
        assert "12,345" in out
        assert out.index(f" {later.pk} ") < out.index(f" {imported.pk} ")
        assert "older" not in out

    def test_it_is_shown_in_parts(self, db: None) -> None:
        runs = [ImportRun.objects.create() for _ in range(3)]
        code, out, _ = run("list", "--limit", "2")
        assert code == 0
        assert f"import_runs list --before {runs[1].pk}" in out
        _, out, _ = run("list", "--before", str(runs[1].pk), "--json")
        assert [row["run"] for row in json.loads(out)] == [runs[0].pk]

    def test_as_json(self, imported: ImportRun) -> None:
        _, out, _ = run("list", "--json")
        [row] = json.loads(out)
        assert (row["created"], row["rejected"], row["state"]) == (2, 1, "finished")
        assert row["arguments"]["paths"] == imported.arguments["paths"]

    def test_none(self, db: None) -> None:
        assert run("list") == (0, "There are no import runs.\n", "")
        assert run("list", "--json") == (0, "[]\n", "")


class TestShow:
    def test_files_counts_arguments_and_rejects(
        self, imported: ImportRun, monkeypatch: pytest.MonkeyPatch
    ) -> None:
        monkeypatch.setenv("COLUMNS", "250")
        code, out, _ = run("show", str(imported.pk))
        assert code == 0
        assert "2 created, 0 updated, 0 unchanged, 1 rejected" in out
        for file in imported.files.all():
            assert Path(file.path).name in out
            assert file.sha256 in out
        assert "status: published" in out
        assert "`headline`" in out
        assert f"import_runs undo {imported.pk}" in out

    def test_what_is_left_out_is_said(self, imported: ImportRun) -> None:
        code, out, _ = run("show", str(imported.pk), "--limit", "1")
        assert code == 0
        assert "1 more file;" in re.sub(r"\s+", " ", out)

    def test_what_is_left_of_one_that_was_undone(self, imported: ImportRun) -> None:
        ImportRun.objects.update(state="partly")
        said = re.sub(r"\s+", " ", run("show", str(imported.pk))[1])
        assert "2 articles of it still there, which somebody has touched" in said
        ImportRun.objects.update(state="undoing")
        assert "Undoing it was stopped" in run("show", str(imported.pk))[1]
        run("undo", str(imported.pk), "--yes")
        assert "Nothing is left of it" in run("show", str(imported.pk))[1]

    def test_markup_in_names_is_text(
        self, tmp_path: Path, db: None, monkeypatch: pytest.MonkeyPatch
    ) -> None:
        monkeypatch.setenv("COLUMNS", "250")
        path = tmp_path / "[red]a[b].jsonl"
        path.write_text('{"headline": []}\n')
        found = import_paths(paths=[str(path)]).run
        code, out, _ = run("show", str(found and found.pk))
        assert code == 0
        assert "[red]a[b].jsonl" in out


class TestRejects:
    def test_they_can_be_mended_and_fed_again(self, imported: ImportRun, tmp_path: Path) -> None:
        path = tmp_path / "mend.rejects"
        code, _, error = run("rejects", str(imported.pk), "--output", str(path))
        assert (code, error) == (0, "1 rejected record written.\n")
        path.write_bytes(path.read_bytes().replace(b"7", b'"Seven"'))
        assert import_paths(paths=[str(path)]).created == 1
        assert Article.objects.filter(headline="Seven").exists()

    def test_standard_output(
        self, imported: ImportRun, capfdbinary: pytest.CaptureFixture[bytes]
    ) -> None:
        assert run("rejects", str(imported.pk))[0] == 0
        assert capfdbinary.readouterr().out.startswith(b"%rejects 1\n%record ")

    def test_no_file_is_overwritten(self, imported: ImportRun, tmp_path: Path) -> None:
        path = tmp_path / "mend.rejects"
        path.write_text("half mended")
        code, _, error = run("rejects", str(imported.pk), "--output", str(path))
        assert code == 2
        assert "already" in error
        assert path.read_text() == "half mended"
        code, _, error = run(
            "rejects", str(imported.pk), "--output", str(tmp_path / "no" / "where")
        )
        assert code == 2
        assert "cannot be written" in error


class TestUndo:
    def test_it_is_undone_and_the_index_follows(self, imported: ImportRun) -> None:
        code, out, _ = run("undo", str(imported.pk), "--yes", "--quiet")
        assert code == 0
        assert (
            "2 articles deleted, 0 restored, 0 left alone; 0 entities and 1 source deleted" in out
        )
        assert not Article.objects.exists()
        assert not get_engine().versions(Shelf.PUBLIC)
        assert not OutboxRow.objects.exists()

    def test_what_somebody_touched_is_named(self, imported: ImportRun) -> None:
        article = Article.objects.get(headline="[B]")
        article.edited_fields = ["section"]
        article.save()
        code, out, _ = run("undo", str(imported.pk), "--yes")
        assert code == 1
        assert article.public_id in out
        assert "[B]" in out
        assert "1 left alone" in out

    def test_a_dry_run_tells(self, imported: ImportRun) -> None:
        code, out, _ = run("undo", str(imported.pk), "--dry-run")
        assert code == 0
        assert out.startswith("Nothing was written. This would be: 2 articles deleted")
        assert Article.objects.count() == 2

    def test_the_index_can_wait(self, imported: ImportRun) -> None:
        run("undo", str(imported.pk), "--yes", "--no-index")
        assert OutboxRow.objects.count() == 2

    def test_one_that_is_running_needs_force(self, imported: ImportRun) -> None:
        ImportRun.objects.update(state="running", arguments={})
        code, _, error = run("undo", str(imported.pk), "--yes")
        assert code == 2
        assert "--force" in error
        assert run("undo", str(imported.pk), "--yes", "--force")[0] == 0

    @pytest.mark.parametrize(("answer", "code"), [("y\n", 0), ("n\n", 2), ("\n", 2)])
    def test_it_asks(
        self, imported: ImportRun, monkeypatch: pytest.MonkeyPatch, answer: str, code: int
    ) -> None:
        class Terminal(io.StringIO):
            def isatty(self) -> bool:
                return True

        monkeypatch.setattr("sys.stdin", Terminal(answer))
        assert run("undo", str(imported.pk))[0] == code
        assert Article.objects.exists() == bool(code)

    def test_nobody_to_be_asked(self, imported: ImportRun, monkeypatch: pytest.MonkeyPatch) -> None:
        monkeypatch.setattr("sys.stdin", io.StringIO())
        code, _, error = run("undo", str(imported.pk))
        assert code == 2
        assert "--yes" in error


@pytest.mark.parametrize("action", ["show", "rejects", "undo"])
@pytest.mark.parametrize("number", ["0", "77", "9" * 30])
def test_an_unknown_run(db: None, action: str, number: str) -> None:
    code, out, error = run(action, number)
    assert (code, out) == (2, "")
    assert f"There is no import run {number}." in error


@pytest.mark.parametrize(
    "arguments", [(), ("list", "--limit", "-1"), ("show",), ("show", "one"), ("mend", "1")]
)
def test_a_wrong_call(db: None, arguments: tuple[str, ...]) -> None:
    assert run(*arguments)[0] in (1, 2)
