"""What was put in place of a query's words: said on the page and in the API, and taken back."""

from __future__ import annotations

from html import unescape
from urllib.parse import parse_qs, urlsplit

import pytest
from django.test import Client

from archive.models import EntityAlias, EntityKind, Synonym
from archive.web.page_models import SearchPageView
from tests.factories import make_article, make_entity, make_tag

pytestmark = pytest.mark.django_db


@pytest.fixture(autouse=True)
def archive() -> None:
    person = make_entity(EntityKind.PERSON, name="Ana Lépez", slug="ana-lepez")
    EntityAlias.objects.create(entity=person, name="Ана Лєпез", language="uk")
    make_tag(make_article(headline="A mayor resigns"), person)
    make_article(headline="Ceasefire holds")
    Synonym.objects.create(terms="truce\nceasefire\n<b>pax</b>")


def page_of(client: Client, address: str) -> SearchPageView:
    page = client.get(address).context["page"]
    assert isinstance(page, SearchPageView)
    return page


def test_the_page_says_what_else_was_looked_for(client: Client) -> None:
    text = client.get("/search/?q=ana+lepez").content.decode()
    said = " ".join(unescape(text).split())
    assert "“<bdi>ana lepez</bdi>” also by the name <bdi>Ана Лєпез</bdi> of the person" in said
    assert '<a href="/entities/person/ana-lepez/"><bdi>Ana Lépez</bdi></a>, and in articles' in said
    text = client.get("/search/?q=truce").content.decode()
    assert "or <bdi>&lt;b&gt;pax&lt;/b&gt;</bdi>, which mean the same." in text
    Synonym.objects.create(terms="lull\npause")
    text = client.get("/search/?q=lull").content.decode()
    assert "also as <bdi>pause</bdi>, which means the same." in text


def test_what_was_held_of_a_page_does_not_outlast_a_group(client: Client) -> None:
    held = client.get("/search/?q=truce")
    assert (
        client.get("/search/?q=truce", headers={"If-None-Match": held["ETag"]}).status_code == 304
    )
    Synonym.objects.get().delete()
    again = client.get("/search/?q=truce", headers={"If-None-Match": held["ETag"]})
    assert again.status_code == 200
    assert again.context["page"].total == 0


def test_it_can_be_told_not_to_and_told_again(client: Client) -> None:
    page = page_of(client, "/search/?q=truce&date=2025&sort=newest&page=1")
    assert (page.total, page.widened_url) == (1, "")
    asked = parse_qs(urlsplit(page.literal_url).query)
    assert asked == {"q": ["truce"], "date": ["2025"], "sort": ["newest"], "expand": ["no"]}
    literal = page_of(client, page.literal_url)
    assert (literal.total, literal.expansions, literal.literal_url) == (0, (), "")
    assert "expand" not in literal.widened_url
    assert page_of(client, literal.widened_url).total == 1


def test_it_stays_told_while_filters_change(client: Client) -> None:
    page = page_of(client, "/search/?q=holds&expand=no&date=2025")
    links = [
        page.clear_all_url,
        *(chip.remove_url for chip in page.chips),
        *(order.url for order in page.sorts),
        page.api_url,
    ]
    assert len(links) > 4
    assert all("expand=no" in link for link in links)
    assert ("expand", "no") in {(field.name, field.value) for field in page.hidden}
    assert ("expand", "no") in {(field.name, field.value) for field in page.date_hidden}


def test_without_words_there_is_nothing_to_take_back(client: Client) -> None:
    page = page_of(client, "/search/?expand=no")
    assert (page.literal_url, page.widened_url) == ("", "")
    page = page_of(client, "/search/?q=mayor")
    assert (page.literal_url, page.widened_url) == ("", "")


def test_what_is_neither_yes_nor_no_is_said(client: Client) -> None:
    response = client.get("/search/?q=truce&expand=maybe")
    assert response.status_code == 400
    assert "“maybe” says neither yes nor no." in response.content.decode()
    assert client.get("/api/search/?expand=maybe").status_code == 400
    assert page_of(client, "/search/?q=truce&expand=yes").total == 1


def test_the_api_says_so_too(client: Client) -> None:
    query = client.get("/api/search/?q=truce+ana+lepez").json()["query"]
    assert query["expand"] is True
    synonyms, name = query["expansions"]
    assert synonyms == {
        "typed": "truce",
        "also": ["ceasefire", "<b>pax</b>"],
        "entity": None,
        "sentence": "“truce” also as ceasefire or <b>pax</b>, which mean the same.",
    }
    assert name["also"] == ["Ана Лєпез"]
    assert name["entity"] == {
        "kind": "person",
        "value": "ana-lepez",
        "label": "Ana Lépez",
        "url": "http://testserver/entities/person/ana-lepez/",
    }
    query = client.get("/api/search/?q=truce&expand=no").json()["query"]
    assert (query["expand"], query["expansions"]) == (False, [])


def test_the_api_describes_the_parameter(client: Client) -> None:
    schema = client.get("/api/schema/?format=json").json()
    parameters = {each["name"] for each in schema["paths"]["/api/search/"]["get"]["parameters"]}
    assert "expand" in parameters
    assert "Expansion" in schema["components"]["schemas"]
