"""Entities and sources: found while one types, kept in order, and heard of by the index."""

from __future__ import annotations

from typing import Any

import pytest
from django.contrib.messages import get_messages
from django.test import Client
from django.urls import reverse
from pytest_django import DjangoCaptureOnCommitCallbacks

from archive.models import Entity, EntityAlias, EntityRedirect, Source
from archive.search.document import Shelf
from archive.services import outbox
from archive.services.indexing import verify_index
from tests.admin.conftest import on_shelf
from tests.admin.test_article_form import errors_in, form_of
from tests.factories import make_article, make_entity, make_source, make_tag


def page_of(row: Entity | Source) -> str:
    return reverse(f"admin:archive_{row._meta.model_name}_change", args=[row.pk])


def save(client: Client, row: Entity | Source, **changed: str) -> Any:
    data = {**form_of(client, page_of(row)), **changed}
    return client.post(page_of(row), {name: data[name] for name in data if data[name] != "OFF"})


def suggestions(client: Client, model: str, field: str, term: str) -> list[str]:
    answer = client.get(
        reverse("admin:autocomplete"),
        {"app_label": "archive", "model_name": model, "field_name": field, "term": term},
    )
    return [result["text"] for result in answer.json()["results"]]


@pytest.mark.parametrize(
    ("term", "expected"),
    [
        ("russ", ["Russia (party)", "Russia (place)"]),
        ("zel", ["Volodymyr Zelensky (person)"]),
        ("зеле", ["Volodymyr Zelensky (person)"]),
        ("kremlin", []),
        ("ussia", []),
        ("%", []),
        ("", ["Russia (party)", "Russia (place)", "Volodymyr Zelensky (person)"]),
    ],
)
def test_entities_are_found_while_one_types(desk: Client, term: str, expected: list[str]) -> None:
    party = make_entity("party", name="Russia")
    make_entity("place", name="Russia")
    person = make_entity("person", name="Volodymyr Zelensky")
    EntityAlias.objects.create(entity=person, name="Зеленський", language="uk")
    EntityAlias.objects.create(entity=party, name="Kremlin", metonym=True)
    assert sorted(suggestions(desk, "tag", "entity", term)) == expected


def test_a_source_keeps_its_slug_by_which_imports_know_its_articles(desk: Client) -> None:
    source = make_source(name="Courier", slug="courier")
    assert save(desk, source, name="The Courier", slug="the-courier").status_code == 302
    source.refresh_from_db()
    assert (source.name, source.slug) == ("The Courier", "courier")


def test_sources_are_found_while_one_types(desk: Client) -> None:
    make_source(name="The Daily Courier", slug="daily-courier")
    assert suggestions(desk, "article", "source", "cour") == ["The Daily Courier"]
    assert suggestions(desk, "article", "source", "daily-c") == ["The Daily Courier"]
    assert suggestions(desk, "article", "source", "urier") == []


def test_choices_are_for_staff_alone(db: None) -> None:
    answer = Client().get(
        reverse("admin:autocomplete"),
        {"app_label": "archive", "model_name": "tag", "field_name": "entity", "term": "a"},
    )
    assert answer.status_code == 302


def test_a_new_slug_leaves_a_redirect(desk: Client) -> None:
    entity = make_entity(name="Old", slug="old")
    assert save(desk, entity, slug="new").status_code == 302
    assert EntityRedirect.objects.get().slug == "old"


def test_a_new_parent_reaches_the_index(
    desk: Client, django_capture_on_commit_callbacks: DjangoCaptureOnCommitCallbacks
) -> None:
    country, town = make_entity("place"), make_entity("place")
    make_tag(make_article(), town)
    outbox.drain()
    with django_capture_on_commit_callbacks(execute=True):
        assert save(desk, town, parent=str(country.pk)).status_code == 302
    assert outbox.due_count() == 0
    assert verify_index().sound


@pytest.mark.parametrize(
    ("changed", "field", "message"),
    [
        ({"parent": "party"}, "parent", "is a party. Choose a place"),
        ({"parent": "below"}, "parent", "Choose one further up."),
        ({"parent": "self"}, "parent", "Choose one further up."),
        ({"latitude": "91", "longitude": "0"}, "latitude", "from -90 to 90"),
        ({"latitude": "50"}, "longitude", "Give both coordinates"),
        ({"kind": "person", "latitude": "1", "longitude": "1"}, "latitude", "Only places"),
        ({"name": ""}, "name", "required"),
        (
            {"aliases-TOTAL_FORMS": "1", "aliases-0-name": "x", "aliases-0-language": "?"},
            "language",
            "not a language tag",
        ),
    ],
)
def test_what_is_wrong_with_an_entity(
    desk: Client, changed: dict[str, str], field: str, message: str
) -> None:
    place = make_entity("place")
    others = {
        "party": make_entity("party").pk,
        "below": make_entity("place", parent=place).pk,
        "self": place.pk,
    }
    if "parent" in changed:
        changed = {"parent": str(others[changed["parent"]])}
    errors = errors_in(save(desk, place, **changed))
    assert message in errors[field][0]


def test_entities_in_use_are_not_deleted(desk: Client) -> None:
    used, above, free = make_entity(), make_entity("place"), make_entity()
    make_tag(make_article(), used)
    make_entity("place", parent=above)
    for entity, status in ((used, 403), (above, 403), (free, 302)):
        address = reverse("admin:archive_entity_delete", args=[entity.pk])
        assert desk.post(address, {"post": "yes"}).status_code == status


def test_an_entity_leads_to_its_articles(desk: Client) -> None:
    entity = make_entity(name="Ukraine", slug="ukraine")
    make_tag(make_article(headline="tagged"), entity)
    make_article(headline="untagged")
    outbox.drain()
    page = desk.get(page_of(entity)).content.decode()
    assert "?q=party%3A%22ukraine%22" in page
    listed = desk.get(reverse("admin:archive_article_changelist"), {"q": 'party:"ukraine"'})
    assert [article.headline for article in listed.context["cl"].result_list] == ["tagged"]


def test_hiding_a_source_says_what_it_hides_and_reaches_the_index(
    desk: Client, django_capture_on_commit_callbacks: DjangoCaptureOnCommitCallbacks
) -> None:
    source = make_source(name="Courier")
    articles = {make_article(source=source).public_id for _ in range(3)}
    outbox.drain()
    assert on_shelf(Shelf.PUBLIC) == articles
    assert "3 articles" in desk.get(page_of(source)).content.decode()
    with django_capture_on_commit_callbacks(execute=True):
        response = save(desk, source, visible="OFF")
        assert outbox.pending_removals() == articles
    assert on_shelf(Shelf.PUBLIC) == set()
    messages = [str(message) for message in get_messages(response.wsgi_request)]
    assert "Courier is hidden, and with it 3 articles." in messages
    with django_capture_on_commit_callbacks(execute=True):
        save(desk, source, visible="on")
    assert on_shelf(Shelf.PUBLIC) == articles


@pytest.mark.parametrize(
    ("changed", "field", "message"),
    [
        ({"country": "Germany"}, "country", "at most 2"),
        ({"country": "1x"}, "country", "“1X” is not a country code."),
        ({"language": "x!"}, "language", "not a language tag"),
        ({"identifiers": "1234-5679"}, "identifiers", "not a name and a value"),
        ({"home_page": "javascript:x"}, "home_page", "valid URL"),
    ],
)
def test_what_is_wrong_with_a_source(
    desk: Client, changed: dict[str, str], field: str, message: str
) -> None:
    errors = errors_in(save(desk, make_source(), **changed))
    assert message in errors[field][0]


def test_a_source_is_written_as_one_would(desk: Client) -> None:
    source = make_source()
    pairs = "ISSN: 1234-5679\r\n\r\nwikidata:Q1"
    save(desk, source, country="de", language="DE", identifiers=pairs, home_page="courier.example")
    source.refresh_from_db()
    assert (source.country, source.language) == ("DE", "de")
    assert source.identifiers == {"issn": "1234-5679", "wikidata": "Q1"}
    assert source.home_page == "https://courier.example"
    assert form_of(desk, page_of(source))["identifiers"] == "issn: 1234-5679\r\nwikidata: Q1"


def test_a_source_with_articles_is_not_deleted(desk: Client) -> None:
    used, free = make_source(), make_source()
    make_article(source=used)
    for source, status in ((used, 403), (free, 302)):
        address = reverse("admin:archive_source_delete", args=[source.pk])
        assert desk.post(address, {"post": "yes"}).status_code == status
