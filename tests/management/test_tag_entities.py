from __future__ import annotations

import json

import pytest

from archive.exceptions import IndexDamaged
from archive.models import OutboxRow, Tag
from archive.services.engine import get_engine
from tests.factories import make_article, make_entity
from tests.management.running import run

pytestmark = pytest.mark.django_db


@pytest.fixture(autouse=True)
def _archive() -> None:
    make_article(body="Velmora agreed.", published="2020-01-01")
    make_entity("party", name="Velmora", slug="velmora")


def test_the_report() -> None:
    code, out, error = run("tag_entities")
    assert (code, error) == (0, "")
    assert "1 of 1 articles changed: 1 tags added, 0 altered, 0 removed" in out
    assert not OutboxRow.objects.exists()
    assert "0 of 1 articles changed" in run("tag_entities")[1]


def test_json_and_a_dry_run() -> None:
    code, out, _ = run("tag_entities", "--dry-run", "--json", "--entity", "party:velmora")
    counts = json.loads(out)
    assert code == 0
    assert (counts["articles"], counts["changed"], counts["added"]) == (1, 1, 1)
    assert not Tag.objects.exists()
    assert run("tag_entities", "--dry-run")[1].startswith("Nothing was written.")


def test_options_reach_the_service() -> None:
    assert "of 0 articles" in run("tag_entities", "--since", "2020-01-02")[1]
    run("tag_entities", "--all", "--quiet", "--no-index")
    assert OutboxRow.objects.filter(hides=False).exists()


def test_an_entity_that_there_is_not() -> None:
    code, _, error = run("tag_entities", "--entity", "party:nobody")
    assert code == 2
    assert "There is no party “nobody”" in error


def test_an_index_that_cannot_follow(monkeypatch: pytest.MonkeyPatch) -> None:
    def drain(**_: object) -> int:
        raise IndexDamaged("It is broken.")

    monkeypatch.setattr("archive.services.outbox.drain", drain)
    code, _, error = run("tag_entities")
    assert code == 3
    assert "It is broken. Run manage.py search_index rebuild" in error
    assert Tag.objects.exists()


def test_a_locked_index_is_no_failure() -> None:
    with get_engine().batch():
        code, _, error = run("tag_entities")
    assert code == 0
    assert "search_index update" in error
