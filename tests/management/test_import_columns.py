"""import_articles with the columns of a supplier."""

from __future__ import annotations

import json
from pathlib import Path

import pytest

from archive.models import Article, ImportProfile, ImportRun
from tests.management.running import run

pytestmark = pytest.mark.django_db


@pytest.fixture
def file(tmp_path: Path) -> Path:
    path = tmp_path / "quay.csv"
    path.write_text("Title;Tags\nFog;War, Sea\nIce;\n")
    return path


def test_columns_are_given_kept_and_used_again(file: Path) -> None:
    rules = ["--map", "Title=headline", "--map", "Tags=topics:,"]
    code, _, error = run("import_articles", str(file), *rules, "--save-profile", "Quay")
    assert (code, error) == (0, "")
    assert ImportProfile.objects.get().mapping == ["Title=headline", "Tags=topics:,"]
    assert Article.objects.count() == 2
    code, out, _ = run("import_articles", str(file), "--profile", "Quay", "--json")
    assert (code, json.loads(out)["unchanged"]) == (0, 2)


def test_a_trial_shows_what_columns_become(file: Path) -> None:
    rules = ["--map", "Title=headline", "--map", "Tags=topics:,", "--save-profile", "Quay"]
    code, out, error = run("import_articles", str(file), "--dry-run", *rules)
    assert code == 0
    assert out.splitlines()[:4] == [
        f"{file}:2 reads as:",
        "  headline: “Fog”",
        "  topic: “War; Sea”",
        f"{file}:3 reads as:",
    ]
    assert "was not saved" in error
    assert not ImportProfile.objects.exists()
    _, out, _ = run("import_articles", str(file), "--dry-run", "--json", *rules)
    assert json.loads(out)["first"][0]["fields"] == {"headline": "Fog", "topic": ["War", "Sea"]}


@pytest.mark.parametrize(
    ("arguments", "said"),
    [
        (["--map", "Title=title"], "no field “title”"),
        (["--map", "Titel=headline"], "no column “Titel”"),
        (["--map", "//item=record", "--map", "a[=headline"], "no path"),
        (["--profile", "Mole"], "no profile “Mole”"),
        (["--save-profile", "Mole"], "nothing to save"),
        (["--map", "Title=headline", "--format", "nitf"], "csv, json and xml"),
        ([], "--map"),
    ],
)
def test_what_cannot_be_read_is_said(file: Path, arguments: list[str], said: str) -> None:
    code, _, error = run("import_articles", str(file), *arguments)
    assert code == (2 if arguments else 1)
    assert said in error
    assert not Article.objects.exists()


def test_a_run_that_goes_on_keeps_its_columns(file: Path) -> None:
    code, _, error = run("import_articles", "--resume", "1", "--map", "Title=headline")
    assert code == 2
    assert "nothing else" in error
    assert not ImportRun.objects.exists()
