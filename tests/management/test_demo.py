from __future__ import annotations

import re
from pathlib import Path

import pytest
from django.contrib.auth.models import User
from pytest_django import Settings

from archive.models import Article, Entity, OutboxRow
from archive.search.document import Shelf
from archive.services.engine import get_engine
from tests.management.running import run
from tests.services.snapshot import row_counts

pytestmark = pytest.mark.django_db

LAND = '{"slug": "velmora", "name": "Velmora"}'


@pytest.fixture
def project(settings: Settings, tmp_path: Path) -> Path:
    """A project with seeds of its own: one entity and two articles."""
    settings.BASE_DIR = tmp_path
    settings.STATIC_ROOT = tmp_path / "static"
    settings.STATIC_ROOT.mkdir()
    (tmp_path / "seeds" / "vocabulary").mkdir(parents=True)
    (tmp_path / "seeds" / "articles").mkdir()
    (tmp_path / "seeds" / "vocabulary" / "parties.jsonl").write_text(LAND)
    (tmp_path / "seeds" / "articles" / "a.jsonl").write_text('{"headline": "Velmora met"}')
    (tmp_path / "seeds" / "articles" / "b.txt").write_text("Nobody met")
    return tmp_path


def test_the_first_run_prepares_everything_and_the_second_nothing(project: Path) -> None:
    code, out, error = run("setup_demo")
    assert (code, error) == (0, "")
    assert "Loaded 1 entities, 0 groups of synonyms, 0 sources and 2 articles" in out
    assert (project / "static" / "admin").is_dir()
    assert len(get_engine().versions(Shelf.PUBLIC)) == 2
    assert not OutboxRow.objects.exists()
    said = re.search(r"“editor” with the password (\S+)", out)
    assert said is not None
    account = User.objects.get()
    assert account.check_password(said[1])
    assert account.is_staff
    assert account.is_superuser

    before = row_counts()
    static = {path: path.stat().st_mtime_ns for path in (project / "static").rglob("*")}
    code, out, _ = run("setup_demo")
    assert (code, out) == (0, "The archive is ready; nothing had to be done.\n")
    assert row_counts() == before
    assert {path: path.stat().st_mtime_ns for path in (project / "static").rglob("*")} == static
    assert User.objects.get().password == account.password


def test_what_was_missed_is_made_up_for(project: Path) -> None:
    run("setup_demo")
    Article.objects.get(headline="Nobody met").save()
    OutboxRow.objects.all().update(due_at="2020-01-01T00:00:00Z")
    assert "1 articles were brought into the index" in run("setup_demo")[1]


def test_a_vocabulary_file_that_is_wrong_is_named(project: Path) -> None:
    (project / "seeds" / "vocabulary" / "parties.jsonl").write_text("nonsense")
    for command in (["setup_demo"], ["load_seeds"]):
        code, _, error = run(*command)
        assert code
        assert "parties.jsonl, line 1" in error


class TestLoadSeeds:
    """The starter archive, from the command line."""

    def test_all_of_it(self, project: Path) -> None:
        code, out, error = run("load_seeds")
        assert (code, error) == (0, "")
        assert (
            out
            == "Loaded 1 entities, 0 groups of synonyms, 0 sources and 2 articles of the seeds.\n"
        )
        assert not OutboxRow.objects.exists()
        code, out, _ = run("load_seeds")
        assert (
            out
            == "Loaded 0 entities, 0 groups of synonyms, 0 sources and 0 articles of the seeds.\n"
        )

    def test_the_vocabulary_alone(self, project: Path) -> None:
        assert run("load_seeds", "--vocabulary")[0] == 0
        assert Entity.objects.count() == 1
        assert not Article.objects.exists()

    def test_a_bad_record_is_told(self, project: Path) -> None:
        (project / "seeds" / "articles" / "c.jsonl").write_text("nonsense")
        code, out, error = run("load_seeds")
        assert code == 1
        assert "c.jsonl, line 1" in error
        assert "2 articles" in out
