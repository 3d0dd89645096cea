from __future__ import annotations

import io
import json
import sys
from pathlib import Path
from typing import Any

import pytest
from django.core.management import CommandError, call_command
from django.db import OperationalError

from archive.models import Article, ImportRun, OutboxRow
from archive.services.engine import get_engine
from tests.management.running import run

pytestmark = pytest.mark.django_db


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    (tmp_path / "good.txt").write_text("Headline\n\nText.")
    (tmp_path / "more.jsonl").write_text('{"headline": "A"}\n{"headline": 5}\n{"headline": "B"}\n')
    return tmp_path


def test_the_report(folder: Path) -> None:
    code, out, error = run("import_articles", str(folder))
    assert code == 1
    assert "4 records" in out
    assert "3 created, 0 updated, 0 unchanged, 1 rejected" in out
    assert "a second" in out
    assert f"{folder / 'more.jsonl'}, line 2: `headline` is a number" in error
    assert not OutboxRow.objects.exists()


def test_one_record_is_not_several(folder: Path) -> None:
    assert run("import_articles", str(folder / "good.txt"))[1].startswith("1 record in")


def test_the_last_line_of_json_is_the_counts(folder: Path) -> None:
    code, out, _ = run("import_articles", str(folder), "--json")
    assert code == 1
    assert json.loads(out.splitlines()[-1]) == {
        "created": 3,
        "updated": 0,
        "unchanged": 0,
        "rejected": 1,
        "run": ImportRun.objects.get().pk,
    }


def test_all_is_well(folder: Path) -> None:
    code, out, error = run("import_articles", str(folder / "good.txt"), "--json")
    assert (code, error) == (0, "")
    code, out, _ = run("import_articles", str(folder / "good.txt"), "--json")
    assert code == 0
    assert json.loads(out)["unchanged"] == 1


def test_a_trial_tells_what_would_change_and_writes_nothing(tmp_path: Path) -> None:
    path = tmp_path / "a.jsonl"
    path.write_text('{"id": "1", "headline": "Fog", "body": "Old text.", "published": "2025"}\n')
    run("import_articles", str(path))
    path.write_text('{"id": "1", "headline": "Fog", "body": "New text.", "published": "2024"}\n')
    code, out, _ = run("import_articles", str(path), "--dry-run")
    assert code == 0
    article = Article.objects.get()
    assert out.splitlines()[:3] == [
        f"{path}:1 would change {article.public_id}:",
        "  body: “Old text.” → “New text.”",
        "  published: “2025” → “2024”",
    ]
    assert "1 updated" in out
    _, out, _ = run("import_articles", str(path), "--dry-run", "--json")
    assert json.loads(out)["changes"][0]["fields"]["body"] == ["Old text.", "New text."]
    assert (article.body, ImportRun.objects.count()) == ("Old text.", 1)


def test_a_trial_counts_the_changes_that_it_does_not_show(tmp_path: Path) -> None:
    path = tmp_path / "a.jsonl"
    path.write_text('{"id": "1", "headline": "Fog"}\n')
    run("import_articles", str(path))
    path.write_text(
        "".join(f'{{"id": "{number}", "headline": "Ice {number}"}}\n' for number in (1, 2))
    )
    _, out, _ = run("import_articles", str(path), "--dry-run")
    assert "more" not in out
    path.write_text(path.read_text() + '{"id": "2", "headline": "Rain"}\n')
    _, out, _ = run("import_articles", str(path), "--dry-run")
    assert "… and 1 more" in out


@pytest.mark.parametrize(
    ("error", "said"),
    [
        (KeyboardInterrupt(), "it was stopped. What is stored stays."),
        (OperationalError("database is locked"), "database is locked. What is stored stays."),
        (ValueError("a fault of a reader"), "a fault of a reader. What is stored stays."),
    ],
)
def test_what_stops_an_import_says_how_to_go_on(
    folder: Path, monkeypatch: pytest.MonkeyPatch, error: BaseException, said: str
) -> None:
    def stop(*_: object) -> None:
        raise error

    with monkeypatch.context() as patch:
        patch.setattr("archive.management.commands.import_articles.show_progress", stop)
        code, out, complaint = run("import_articles", str(folder), "--json")
    number = ImportRun.objects.get().pk
    assert (code, out) == (4, "")
    assert complaint.endswith(f"{said} Go on with: import_articles --resume {number}")
    assert ("Traceback" in complaint) == isinstance(error, ValueError)
    assert run("import_articles", "--resume", str(number))[0] != 4


def test_no_standard_input_at_all(folder: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(sys, "stdin", None)
    assert run("import_articles", str(folder / "good.txt"))[0] == 0
    code, _, error = run("import_articles", "-")
    assert code == 2
    assert "no standard input" in error


@pytest.mark.parametrize(
    ("arguments", "said"),
    [
        ([], "Name files or folders"),
        (["--resume", "99"], "There is no import 99"),
        (["--resume", "1", "a.txt"], "--resume takes the files of its run"),
    ],
)
def test_calls_that_cannot_be_meant(arguments: list[str], said: str) -> None:
    code, _, error = run("import_articles", *arguments)
    assert code == 2
    assert said in error


def test_a_run_that_is_finished_has_nothing_left_to_do(folder: Path) -> None:
    run("import_articles", str(folder / "good.txt"))
    code, _, error = run("import_articles", "--resume", str(ImportRun.objects.get().pk))
    assert code == 2
    assert "is finished" in error


def test_nothing_could_be_read(tmp_path: Path) -> None:
    code, _, error = run("import_articles", str(tmp_path / "missing.txt"))
    assert code == 2
    assert "no such file" in error


@pytest.mark.parametrize(
    "arguments", [[], ["a.txt", "--format", "parchment"], ["a.txt", "--status", "secret"]]
)
def test_wrong_arguments(arguments: list[str]) -> None:
    with pytest.raises(CommandError) as caught:
        call_command("import_articles", *arguments)
    assert caught.value.returncode in (1, 2)


def test_options_reach_the_import(folder: Path) -> None:
    run("import_articles", str(folder / "good.txt"), "--source", "The Quay", "--status", "draft")
    article = Article.objects.select_related("source").get()
    assert article.source is not None
    assert (article.source.name, article.status) == ("The Quay", "draft")
    run("import_articles", str(folder / "more.jsonl"), "--format", "text")
    assert Article.objects.filter(headline__startswith='{"headline"').exists()


def test_a_dry_run_says_so(folder: Path) -> None:
    code, out, _ = run("import_articles", str(folder), "--dry-run")
    assert code == 1
    assert out.startswith("Nothing was written.")
    assert "3 created" in out
    assert not Article.objects.exists()
    assert not ImportRun.objects.exists()


def test_the_index_can_wait(folder: Path) -> None:
    run("import_articles", str(folder / "good.txt"), "--no-index")
    assert OutboxRow.objects.count() == 1


def test_a_locked_index_is_no_failure(folder: Path) -> None:
    with get_engine().batch():
        code, _, error = run("import_articles", str(folder / "good.txt"))
    assert code == 0
    assert "search_index update" in error


def test_standard_input(monkeypatch: pytest.MonkeyPatch) -> None:
    class Input:
        buffer = io.BytesIO(b'{"headline": "Piped"}\n')

    monkeypatch.setattr(sys, "stdin", Input())
    code, _, _ = run("import_articles", "-")
    assert code == 0
    assert Article.objects.get().headline == "Piped"


def test_progress_without_a_terminal_is_a_line_now_and_then(
    folder: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    monkeypatch.setattr("archive.management.progress.SECONDS_BETWEEN_LINES", 0.0)
    run("import_articles", str(folder))
    assert "records read" in capsys.readouterr().err
    run("import_articles", str(folder), "--quiet")
    assert "records read" not in capsys.readouterr().err


def test_progress_on_a_terminal_is_a_bar(folder: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    class Terminal(io.StringIO):
        def isatty(self) -> bool:
            return True

    terminal = Terminal()
    monkeypatch.setattr(sys, "stderr", terminal)
    code, out, _ = run("import_articles", str(folder / "good.txt"))
    assert code == 0
    assert "1 created" in out
    assert "\x1b[" in terminal.getvalue()


def test_many_rejects_are_not_all_printed(tmp_path: Path) -> None:
    path = tmp_path / "bad.jsonl"
    path.write_text("nonsense\n" * 60)
    code, _, error = run("import_articles", str(path))
    assert code == 1
    assert error.count("This is not JSON") == 50
    assert "10 more were rejected" in error


def test_every_option_is_described(capsys: pytest.CaptureFixture[str]) -> None:
    with pytest.raises(SystemExit):
        call_command("import_articles", "--help")
    said: Any = capsys.readouterr().out
    for option in ("--format", "--source", "--status", "--dry-run", "--json", "--no-index"):
        assert option in said
    assert "Exit codes" in said
