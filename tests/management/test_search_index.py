from __future__ import annotations

import json

import pytest

from archive.models import Article, OutboxRow
from archive.search.document import Shelf
from archive.search.engine import SearchEngine
from archive.services.engine import get_engine
from tests.factories import make_article
from tests.management.running import run

pytestmark = pytest.mark.django_db


def test_update_brings_waiting_changes_in() -> None:
    article = make_article()
    code, out, _ = run("search_index", "update", "--json")
    assert (code, json.loads(out)) == (0, {"updated": 1})
    assert article.public_id in get_engine().versions(Shelf.PUBLIC)
    assert run("search_index", "update")[1] == "0 articles were brought up to date.\n"


def test_rebuild() -> None:
    make_article()
    make_article(status="draft")
    code, out, _ = run("search_index", "rebuild", "--json")
    assert (code, json.loads(out)) == (0, {"articles": 2})
    assert not OutboxRow.objects.exists()
    assert len(get_engine().versions(Shelf.STAFF)) == 1


def test_status_answers_also_without_an_index(whoosh_engine: SearchEngine) -> None:
    make_article()
    code, out, _ = run("search_index", "status")
    assert code == 0
    assert "there is no index yet" in out
    answer = json.loads(run("search_index", "status", "--json")[1])
    assert (answer["articles"], answer["due"], answer["generation"]) == (1, 1, "")
    assert answer["engine"] == "whoosh"


def test_verify_tells_sound_from_not() -> None:
    article = make_article()
    make_article()
    run("search_index", "update")
    code, out, _ = run("search_index", "verify", "--json")
    assert code == 0
    assert json.loads(out)["sound"]
    assert "The index is sound: 2 articles" in run("search_index", "verify")[1]
    with get_engine().batch() as batch:
        batch.remove(article.public_id)
    code, out, _ = run("search_index", "verify")
    assert code == 1
    assert f"1 articles are missing, such as {article.public_id}." in out
    assert "search_index rebuild" in out
    code, out, _ = run("search_index", "verify", "--json")
    assert json.loads(out)["missing"] == [article.public_id]


def test_verify_advises_an_update_where_changes_wait() -> None:
    article = make_article()
    run("search_index", "update")
    Article.objects.filter(pk=article.pk).update(revision=9)
    OutboxRow.objects.create(public_id=article.public_id)
    code, out, _ = run("search_index", "verify")
    assert code == 1
    assert "out of date" in out
    assert "search_index update" in out


@pytest.mark.parametrize("action", ["update", "rebuild"])
def test_a_locked_index_is_worth_another_try(action: str) -> None:
    make_article()
    with get_engine().batch():
        code, out, error = run("search_index", action)
    assert (code, out) == (75, "")
    assert "Try again" in error
