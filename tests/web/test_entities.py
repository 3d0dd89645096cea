"""Entities and sources: their pages and the lists of them."""

from __future__ import annotations

import pytest
from django.test import Client

from archive.models import (
    Entity,
    EntityAlias,
    EntityIdentifier,
    EntityKind,
    EntityRedirect,
    Status,
    TagState,
)
from tests.factories import make_article, make_entity, make_source, make_tag

pytestmark = pytest.mark.django_db


@pytest.fixture
def party() -> Entity:
    """A party with three articles, another beside it in one of them, and a place in two."""
    party = make_entity(EntityKind.PARTY, name="Åland", slug="aland", description="An island.")
    other = make_entity(EntityKind.PARTY, name="Borduria", slug="borduria")
    place = make_entity(EntityKind.PLACE, name="Port", slug="port", latitude=-41.5, longitude=28.25)
    for number, published in enumerate(("2023", "2025-06-02", "")):
        article = make_article(published=published)
        make_tag(article, party)
        if number:
            make_tag(article, place)
        if number == 1:
            make_tag(article, other)
    make_tag(make_article(), other)
    return party


def test_an_entity_with_its_articles(client: Client, party: Entity) -> None:
    page = client.get(party.get_absolute_url()).context["page"]
    assert (page.name, page.kind_label, page.total) == ("Åland", "Party", 3)
    assert page.search_url == "/search/?party=aland"
    assert [(bar.value, bar.count) for bar in page.timeline.bars] == [
        ("2023", 1),
        ("2024", 0),
        ("2025", 1),
    ]
    assert page.timeline.bars[0].toggle_url == "/search/?party=aland&date=2023"
    assert page.timeline.undated.toggle_url == "/search/?party=aland&date=none"
    assert [result.published for result in page.newest] == ["2 June 2025", "2023", "undated"]


def test_what_stands_beside_an_entity_leads_to_articles_of_both(
    client: Client, party: Entity
) -> None:
    page = client.get(party.get_absolute_url()).context["page"]
    related = {
        facet.name: {choice.label: (choice.count, choice.toggle_url) for choice in facet.choices}
        for facet in page.related
    }
    assert {name: set(found) for name, found in related.items()} == {
        "party": {"Borduria"},
        "place": {"Port"},
    }
    for found in related.values():
        for count, url in found.values():
            assert client.get(url).context["page"].total == count


def test_names_numbers_and_places_in_the_tree(client: Client, party: Entity) -> None:
    EntityAlias.objects.create(entity=party, name="جزر أولاند", language="ar")
    EntityAlias.objects.create(entity=party, name="Mariehamn", metonym=True)
    EntityIdentifier.objects.create(entity=party, scheme="wikidata", value="Q5689")
    EntityIdentifier.objects.create(entity=party, scheme="local", value="7")
    page = client.get(party.get_absolute_url()).context["page"]
    assert [(alias.name, alias.direction, alias.language_name) for alias in page.aliases] == [
        ("جزر أولاند", "rtl", "Arabic")
    ]
    assert [(fact.label, fact.url) for fact in page.identifiers] == [
        ("local", ""),
        ("Wikidata", "https://www.wikidata.org/wiki/Q5689"),
    ]
    assert client.get("/entities/place/port/").context["page"].coordinates == "41.50° S, 28.25° E"


def test_parents_and_children_that_articles_are_about(client: Client) -> None:
    country = make_entity(EntityKind.PLACE, name="Syldavia", slug="syldavia")
    town = make_entity(EntityKind.PLACE, name="Klow", slug="klow", parent=country)
    make_entity(EntityKind.PLACE, name="Zileheroum", slug="zileheroum", parent=country)
    make_tag(make_article(), town)
    page = client.get(country.get_absolute_url()).context["page"]
    assert page.total == 1
    assert [child.label for child in page.children] == ["Klow"]
    assert [
        parent.label for parent in client.get(town.get_absolute_url()).context["page"].parents
    ] == ["Syldavia"]


def test_an_earlier_address_leads_to_the_present_one(client: Client, party: Entity) -> None:
    EntityRedirect.objects.create(kind="party", slug="earlier", entity=party)
    response = client.get("/entities/party/earlier/")
    assert response.status_code == 301
    assert response["Location"] == party.get_absolute_url()


@pytest.mark.parametrize("state", [TagState.SUGGESTED, TagState.REJECTED])
def test_an_entity_without_public_articles_is_not_known(client: Client, state: TagState) -> None:
    entity = make_entity(slug="secret")
    EntityRedirect.objects.create(kind="party", slug="earlier", entity=entity)
    make_tag(make_article(), entity, state)
    make_tag(make_article(status=Status.DRAFT), entity)
    for slug in ("secret", "earlier", "absent"):
        assert client.get(f"/entities/party/{slug}/").status_code == 404
    assert client.get("/entities/party/").context["page"].items == ()


def test_lists_are_turned_and_narrowed(client: Client, party: Entity) -> None:
    page = client.get("/entities/party/?page_size=1").context["page"]
    assert [(item.label, item.count) for item in page.items] == [("Borduria", 2)]
    assert page.pages.next_url == "/entities/party/?page_size=1&page=2"
    following = client.get(page.pages.next_url).context["page"]
    assert [item.label for item in following.items] == ["Åland"]
    assert (following.pages.next_url, following.pages.previous_url) == (
        "",
        "/entities/party/?page_size=1",
    )
    narrowed = client.get("/entities/party/?q=bor").context["page"]
    assert (narrowed.query, [item.label for item in narrowed.items]) == ("bor", ["Borduria"])
    assert [kind.label for kind in narrowed.kinds if kind.current] == ["Parties"]


def test_a_source_with_its_articles(client: Client, party: Entity) -> None:
    source = make_source(
        name="Post", slug="post", country="DE", home_page="https://example.org/", language="de"
    )
    article = make_article(source=source, published="2024")
    make_tag(article, party)
    page = client.get("/sources/post/").context["page"]
    assert (page.name, page.total, page.search_url) == ("Post", 1, "/search/?source=post")
    assert [fact.value for fact in page.facts] == ["DE", "German", "https://example.org/"]
    assert page.related[0].choices[0].toggle_url == "/search/?party=aland&source=post"
    assert [item.label for item in client.get("/sources/").context["page"].items] == ["Post"]


def test_a_hidden_or_empty_source_is_not_known(client: Client) -> None:
    make_article(source=make_source(slug="hidden", visible=False))
    make_article(status=Status.DRAFT, source=make_source(slug="drafts"))
    make_source(slug="empty")
    for slug in ("hidden", "drafts", "empty", "absent"):
        assert client.get(f"/sources/{slug}/").status_code == 404
    assert client.get("/sources/").context["page"].items == ()


def test_the_front_page(client: Client, party: Entity) -> None:
    page = client.get("/").context["page"]
    assert page.total == 4
    assert len(page.newest) == 4
    assert {facet.name for facet in page.facets} == {"party", "place"}
    assert page.facets[0].choices[0].toggle_url == "/search/?party=aland"
