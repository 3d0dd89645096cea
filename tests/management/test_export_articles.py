from __future__ import annotations

import io
import json
import sys
from pathlib import Path
from typing import Any

import pytest
from django.core.management import CommandError, call_command

from archive.exceptions import SearchIndexError
from archive.management.commands.export_articles import Command
from archive.models import EntityKind, Status
from archive.services import outbox
from archive.services.engine import get_engine
from archive.services.exporting import FORMATS
from archive.web.filters import SearchFilterSet
from tests.factories import make_article, make_entity, make_tag
from tests.management.running import run

pytestmark = pytest.mark.django_db

ROOT = Path(__file__).resolve().parents[2]


@pytest.fixture(autouse=True)
def archive() -> None:
    article = make_article(headline="Truce holds", published="2025-06-02")
    make_tag(article, make_entity(EntityKind.PARTY, name="Åland", slug="aland"))
    make_article(headline="Truce ends", published="")
    make_article(headline="Truce planned", status=Status.DRAFT)
    outbox.drain()


def headlines(path: Path) -> list[str]:
    return [json.loads(line)["headline"] for line in path.read_text().splitlines()]


def test_a_search_into_a_file(tmp_path: Path) -> None:
    path = tmp_path / "out.jsonl"
    given = ("truce", "--format", "jsonl", "--output", str(path))
    code, out, error = run("export_articles", *given, "--sort", "newest")
    assert (code, error) == (0, "")
    assert out.startswith("2 articles written in ")
    assert headlines(path) == ["Truce holds", "Truce ends"]
    code, out, _ = run("export_articles", *given, "--force", "--party", "aland", "--json")
    assert (code, json.loads(out)) == (0, {"found": 1, "written": 1})
    code, _, _ = run("export_articles", *given, "--force", "--staff", "--from", "2025")
    assert code == 0
    assert set(headlines(path)) == {"Truce holds", "Truce planned"}


@pytest.mark.parametrize("name", FORMATS)
def test_every_format_by_its_name(tmp_path: Path, name: str) -> None:
    assert f"`{name}`" in (ROOT / "docs" / "exporting.md").read_text()
    code, out, _ = run("export_articles", "--format", name, "--output", str(tmp_path / "out"))
    assert code == 0
    assert out.startswith("2 articles")


def test_nothing_found_is_no_file(tmp_path: Path) -> None:
    path = tmp_path / "out.csv"
    given = ("--format", "csv", "--output", str(path))
    code, out, error = run("export_articles", "peace", "--party", "nobody", *given)
    assert code == 1
    assert out == "No article was found, and nothing written.\n"
    assert "No article has the party “nobody”." in error
    assert not path.exists()


@pytest.mark.parametrize(
    ("arguments", "says"),
    [
        (['"truce'], "at character 1"),
        (["--date", "soon"], "Write a year"),
        (["--from", "2025", "--to", "2024"], "ends (2024) before it begins (2025)"),
        (["--sort", "size"], "invalid choice"),
        (["--format", "parchment"], "Choose one of: jsonl, csv"),
        (["--output", "/no/such/folder/out"], "There is no folder /no/such/folder."),
        (["--output", "-", "--format", "bagit"], "A bag is a folder."),
    ],
)
def test_what_is_wrong_is_said(tmp_path: Path, arguments: list[str], says: str) -> None:
    given = ["--format", "jsonl", "--output", str(tmp_path / "out"), *arguments]
    with pytest.raises(CommandError) as caught:
        call_command("export_articles", *given)
    assert says in str(caught.value)
    assert caught.value.returncode in (1, 2)
    assert list(tmp_path.iterdir()) == []


def test_a_file_that_is_there_stays(tmp_path: Path) -> None:
    path = tmp_path / "out"
    path.write_text("precious")
    code, _, error = run("export_articles", "--format", "csv", "--output", str(path))
    assert code == 2
    assert "--force" in error
    assert path.read_text() == "precious"


def test_without_an_index(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    def broken(*_: object, **__: object) -> None:
        raise SearchIndexError("The index is damaged. Run manage.py search_index rebuild.")

    monkeypatch.setattr(type(get_engine()), "search", broken)
    given = ("--format", "csv", "--output", str(tmp_path / "out"))
    assert run("export_articles", "truce", *given)[::2] == (
        3,
        "The index is damaged. Run manage.py search_index rebuild.",
    )
    assert run("export_articles", *given)[0] == 0


def test_standard_output_holds_the_articles_alone(monkeypatch: pytest.MonkeyPatch) -> None:
    class Output(io.StringIO):
        buffer = io.BytesIO()

    monkeypatch.setattr(sys, "stdout", Output())
    code, out, error = run("export_articles", "--format", "jsonl", "--output", "-", "--json")
    assert (code, out) == (0, "")
    assert json.loads(error) == {"found": 2, "written": 2}
    assert len(Output.buffer.getvalue().splitlines()) == 2


def test_progress_without_a_terminal_is_a_line_now_and_then(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    monkeypatch.setattr("archive.management.progress.SECONDS_BETWEEN_LINES", 0.0)
    given = ("--format", "jsonl", "--output", str(tmp_path / "out"), "--force")
    run("export_articles", *given)
    assert "2 of 2 articles written" in capsys.readouterr().err
    run("export_articles", *given, "--quiet")
    assert capsys.readouterr().err == ""


def test_options_are_the_parameters_of_the_page() -> None:
    options: Any = Command().create_parser("manage.py", "export_articles")
    named = {action.dest for action in options._actions}
    as_written = {"q": "query", "expand": "literally"}
    paging = {"page", "page_size", "group"}
    wanted = {as_written.get(name, name) for name in SearchFilterSet.base_filters} - paging
    assert wanted <= named
