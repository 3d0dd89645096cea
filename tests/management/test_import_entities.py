from __future__ import annotations

import json
from pathlib import Path

import pytest

from archive.exceptions import IndexDamaged
from archive.models import Entity, EntityAlias, OutboxRow
from tests.factories import make_article, make_entity, make_tag
from tests.management.running import run

pytestmark = pytest.mark.django_db


@pytest.fixture
def path(tmp_path: Path) -> str:
    path = tmp_path / "entities.jsonl"
    path.write_text('{"name": "Tarsk", "parent": "velmora"}\n{"name": "Velmora"}\n{"name": 5}\n')
    return str(path)


def test_the_report(path: str) -> None:
    code, out, error = run("import_entities", path, "--kind", "place")
    assert code == 1
    assert "3 rows in" in out
    assert "2 created, 0 filled in, 0 extended, 0 unchanged, 1 rejected" in out
    assert "tag_entities" in out
    assert f"{path}, line 3: `name` must be a text" in error


def test_json_and_a_dry_run(path: str) -> None:
    code, out, _ = run("import_entities", path, "--kind", "place", "--dry-run", "--json", "--quiet")
    assert code == 1
    assert json.loads(out)["created"] == 2
    assert not Entity.objects.exists()
    assert run("import_entities", path, "--dry-run")[1].startswith("Nothing was written.")


def test_all_is_well(tmp_path: Path) -> None:
    path = tmp_path / "a.csv"
    path.write_text("kind,name\nplace,Tarsk\n")
    assert run("import_entities", str(path), "--format", "csv")[0] == 0
    code, out, error = run("import_entities", str(path))
    assert (code, error) == (0, "")
    assert "1 row in" in out
    assert "1 unchanged" in out
    assert "tag_entities" not in out


def test_entities_of_editors(path: str) -> None:
    make_entity("place", name="By hand", slug="tarsk")
    _, out, error = run("import_entities", path, "--kind", "place")
    assert "the place “tarsk” stays as it is" in error
    assert "lack something" not in out
    _, out, _ = run("import_entities", path, "--kind", "place")
    assert "lack something which the files have: 1. --add-missing adds it." in out
    _, out, _ = run("import_entities", path, "--kind", "place", "--add-missing")
    assert "1 extended" in out


def test_languages(tmp_path: Path) -> None:
    path = tmp_path / "a.json"
    path.write_text('[{"@id": "x:1", "prefLabel": {"en": "Sea", "de": "Meer", "fr": "Mer"}}]')
    run("import_entities", str(path), "--language", "de", "fr")
    assert Entity.objects.get().name == "Meer"
    assert EntityAlias.objects.get().name == "Mer"


@pytest.mark.parametrize("arguments", [["missing.csv"], ["a.csv", "--format", "parchment"]])
def test_nothing_could_be_read(arguments: list[str]) -> None:
    assert run("import_entities", *arguments)[0] == 2


def test_an_index_that_cannot_follow(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    def drain(**_: object) -> int:
        raise IndexDamaged("It is broken.")

    make_tag(make_article(), make_entity("place", name="Tarsk", slug="tarsk", in_texts=False))
    path = tmp_path / "places.jsonl"
    path.write_text('{"name": "Tarsk", "parent": "velmora"}\n{"name": "Velmora"}\n')
    monkeypatch.setattr("archive.services.outbox.drain", drain)
    OutboxRow.objects.all().delete()
    code, _, error = run("import_entities", str(path))
    assert code == 3
    assert "It is broken." in error
    assert OutboxRow.objects.count() == 1


def test_what_a_killed_import_left_to_the_index_is_brought_in(path: str) -> None:
    make_article()
    run("import_entities", path, "--kind", "place", "--no-index")
    assert OutboxRow.objects.exists()
    run("import_entities", path, "--kind", "place")
    assert not OutboxRow.objects.exists()


def test_many_sentences_are_not_all_printed(tmp_path: Path) -> None:
    path = tmp_path / "bad.jsonl"
    path.write_text("{}\n" * 60)
    code, _, error = run("import_entities", str(path))
    assert code == 1
    assert error.count("nothing says of which kind") == 50
    assert "10 more were rejected" in error
