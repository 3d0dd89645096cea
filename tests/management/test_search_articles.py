"""Searching from a terminal."""

from __future__ import annotations

import json
from io import StringIO

import pytest
from django.core.management import CommandError, call_command
from django.test import Client

from archive.models import EntityKind, Synonym
from tests.factories import make_article, make_entity, make_source, make_tag

pytestmark = pytest.mark.django_db


@pytest.fixture(autouse=True)
def archive() -> None:
    article = make_article(
        headline="Truce \x1b[31mholds",
        body="A truce & more.",
        published="2025-06-02",
        source=make_source(name="Post", slug="post"),
    )
    make_tag(article, make_entity(EntityKind.PARTY, name="Åland", slug="aland"))
    make_tag(article, make_entity(EntityKind.PLACE, name="Port", slug="port"))
    make_article(headline="Truce ends", published="")


def run(*arguments: str) -> str:
    out = StringIO()
    call_command("search_articles", *arguments, stdout=out)
    return out.getvalue()


def test_results_for_a_person() -> None:
    text = run("truce")
    assert text.startswith("2 articles\n")
    assert "2 June 2025 · Post" in text
    assert "undated" in text
    assert "A truce & more." in text
    assert "Party: Åland (1)" in text
    assert "\x1b" not in text
    assert "Did you mean: truce (2)" in run("trucxe")


def test_json_is_what_the_api_answers(client: Client) -> None:
    given = ("truce", "--party", "aland", "--party", "none", "--place", "port")
    more = ("--date", "2025", "--from", "2024", "--to", "2025-06", "--sort", "newest")
    answer = json.loads(run(*given, *more, "--page-size", "5", "--json"))
    address = (
        "/api/search/?q=truce&party=aland&party=none&place=port&date=2025"
        "&date_from=2024&date_to=2025-06&sort=newest&page_size=5"
    )
    expected = client.get(address).json()
    for result in expected["results"]:
        result["url"] = result["url"].removeprefix("http://testserver")
    assert answer == expected
    assert answer["count"] == 1


@pytest.mark.parametrize(
    ("arguments", "says"),
    [
        (['"truce'], "at character"),
        (["--date", "soon"], "Write a year"),
        (["--from", "2025", "--to", "2024"], "ends (2024) before it begins (2025)"),
        (["--page", "0"], "not a number from 1"),
        (["--page", "999999"], "Paging ends"),
        (["--page-size", "1000"], "at most 100"),
        (["--sort", "size"], "invalid choice"),
    ],
)
def test_what_is_wrong_is_said(arguments: list[str], says: str) -> None:
    with pytest.raises(CommandError, match=says.replace("(", r"\(").replace(")", r"\)")):
        run(*arguments)


def test_bytes_that_are_no_text_find_nothing() -> None:
    assert run("caf\udce9", "--json").startswith("{")
    assert run("--party", "\udcff").startswith("0 articles\n")


def test_why_an_article_was_found(client: Client) -> None:
    (found,) = json.loads(run("truce", "--party", "aland", "--json"))["results"]
    given = ("truce OR peace", "--party", "aland", "--sort", "balanced", "--explain", found["id"])
    text = run(*given)
    assert "“truce” stands in 2 of 2 articles, so it counts 0.18." in text
    assert "“peace” stands in no article." in text
    assert "headline: once among" in text
    assert "A truce & more." in text
    assert "Published as late as any match: +50 %." in text
    assert "Party: Åland. It takes 1 article of the query away. This article passes it." in text
    assert "\x1b" not in text
    query = "q=truce+OR+peace&party=aland&sort=balanced"
    expected = client.get(f"/api/search/explain/{found['id']}/?{query}").json()
    expected["url"] = expected["url"].removeprefix("http://testserver")
    assert json.loads(run(*given, "--json")) == expected


@pytest.mark.parametrize(
    ("query", "says"),
    [("peace", "does not meet the query"), ('"truce', "at character")],
)
def test_why_an_article_was_not_found(query: str, says: str) -> None:
    (found,) = json.loads(run("truce", "--party", "aland", "--json"))["results"]
    with pytest.raises(CommandError, match=says):
        run(query, "--explain", found["id"])
    with pytest.raises(CommandError, match="no published article with the id nobody"):
        run(query, "--explain", "nobody")


def test_all_articles_without_a_query() -> None:
    assert run().startswith("2 articles\n")
    assert run("--date", "none").startswith("1 article\n")


def test_what_else_was_looked_for_is_said_unless_it_was_not_wanted() -> None:
    Synonym.objects.create(terms="lull\ntruce")
    text = run("lull")
    assert text.startswith("2 articles\n")
    assert "“lull” also as truce, which means the same." in text
    assert run("lull", "--literally").startswith("0 articles\n")
