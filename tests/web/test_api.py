"""The API's shapes, in what it answers and in how it describes itself."""

from __future__ import annotations

from typing import Any

import pytest
from django.test import Client

from archive.models import AccessLevel, Article, ArticleReference, EntityKind, Status
from archive.web import serializers
from archive.web.explain_serializers import ReasonsSerializer
from archive.web.filters import SearchFilterSet
from tests.factories import make_article, make_entity, make_source, make_tag

pytestmark = pytest.mark.django_db


@pytest.fixture
def article() -> Article:
    article = make_article(
        headline="Truce holds",
        summary="A truce holds.",
        body="The truce <holds>.\n\nStill.",
        source=make_source(name="Post", slug="post"),
        published="2025-06-02",
        bylines=["Jane Doe"],
    )
    make_tag(article, make_entity(EntityKind.PARTY, name="Åland", slug="aland"), count=3)
    ArticleReference.objects.create(article=article, label="Report", url="https://example.org/r")
    return article


def test_a_search_answer(client: Client, article: Article) -> None:
    answer = client.get("/api/search/?q=truce").json()
    assert list(answer)[:4] == ["count", "next", "previous", "results"]
    (result,) = answer["results"]
    assert result == {
        "id": article.public_id,
        "headline": "Truce holds",
        "published": "2025-06-02",
        "source": "post",
        "source_name": "Post",
        "language": "en",
        "score": result["score"],
        "snippet": result["snippet"],
        "url": f"http://testserver/articles/{article.public_id}/",
        "also": [],
        "reports": 0,
    }
    assert result["score"] > 0
    assert "&lt;holds&gt;" in result["snippet"]
    assert answer["facets"]["party"] == [
        {"value": "aland", "label": "Åland", "count": 1, "selected": False}
    ]
    assert answer["facets"]["date"] == [
        {"value": "2025", "label": "2025", "count": 1, "selected": False}
    ]
    assert answer["histogram"] == {
        "zoom": "year",
        "within": None,
        "bars": [{"value": "2025", "label": "2025", "count": 1}],
        "unplaced": 0,
        "undated": 0,
    }
    assert answer["query"]["text"] == "truce"
    assert answer["query"]["read_as"]
    assert answer["query"]["suggestions"] == []


def test_undated_articles_and_unknown_sources_are_null(client: Client) -> None:
    make_article(published="")
    answer = client.get("/api/search/").json()
    assert (answer["results"][0]["published"], answer["results"][0]["source"]) == (None, None)
    assert answer["facets"]["date"] == [
        {"value": "none", "label": "undated", "count": 1, "selected": False}
    ]


def test_chosen_dates_are_among_the_values(client: Client, article: Article) -> None:
    make_article(published="2025")
    dates = client.get("/api/search/?date=2025").json()["facets"]["date"]
    assert dates == [
        {"value": "2025", "label": "2025", "count": 2, "selected": True},
        {"value": "2025-06", "label": "June 2025", "count": 1, "selected": False},
    ]


def test_pages_lead_to_each_other(client: Client) -> None:
    for _ in range(3):
        make_article()
    first = client.get("/api/search/?page_size=2").json()
    assert (first["count"], first["previous"]) == (3, None)
    second = client.get(first["next"]).json()
    assert len(second["results"]) == 1
    assert second["next"] is None
    assert client.get(second["previous"]).json() == first


@pytest.mark.parametrize(
    ("address", "parameter"),
    [
        ('/api/search/?q="truce', "q"),
        ("/api/search/?page=999999999", "page"),
        ("/api/search/?page_size=101", "page_size"),
        ("/api/search/?date=soon", "date"),
        ("/api/search/?sort=x", "sort"),
        ("/api/entities/?kind=animal", "kind"),
        ("/api/entities/?page=0", "page"),
    ],
)
def test_what_cannot_be_read_is_an_error_with_a_place(
    client: Client, address: str, parameter: str
) -> None:
    response = client.get(address)
    assert response.status_code == 400
    error = response.json()["error"]
    assert set(error) == {"message", "hint", "position", "parameter"}
    assert error["parameter"] == parameter
    assert error["message"]
    assert (error["position"] is not None) == (parameter == "q")


def test_an_article(client: Client, article: Article) -> None:
    answer = client.get(f"/api/articles/{article.public_id}/").json()
    assert answer["body"] == "The truce <holds>.\n\nStill."
    assert answer["published_at"] is None
    assert answer["source"] == {
        "slug": "post",
        "name": "Post",
        "url": "http://testserver/sources/post/",
    }
    assert answer["tags"] == [
        {
            "kind": "party",
            "value": "aland",
            "label": "Åland",
            "count": 3,
            "url": "http://testserver/entities/party/aland/",
        }
    ]
    assert answer["references"] == [{"label": "Report", "url": "https://example.org/r"}]


def test_a_time_keeps_its_zone(client: Client) -> None:
    article = make_article(published="2025-06-02T10:15:00+03:00")
    answer = client.get(f"/api/articles/{article.public_id}/").json()
    assert answer["published_at"] == "2025-06-02T10:15:00+03:00"


def test_similar_articles_come_along(client: Client, article: Article) -> None:
    other = make_article(headline="Truce holds again", body="The truce holds still.")
    answer = client.get(f"/api/articles/{article.public_id}/").json()
    assert [similar["id"] for similar in answer["similar"]] == [other.public_id]


@pytest.mark.parametrize(
    ("access", "shown", "withheld"),
    [
        (AccessLevel.FULL, {"summary", "body"}, {"extract"}),
        (AccessLevel.SNIPPET, {"summary", "extract"}, {"body"}),
        (AccessLevel.METADATA, set(), {"summary", "body", "extract"}),
    ],
)
def test_an_article_obeys_its_access_level(
    client: Client, article: Article, access: AccessLevel, shown: set[str], withheld: set[str]
) -> None:
    article.access = access
    article.save()
    answer = client.get(f"/api/articles/{article.public_id}/").json()
    assert answer["access"] == access
    assert all(answer[name] for name in shown)
    assert all(answer[name] is None for name in withheld)


def test_a_withdrawn_article_is_gone_with_its_reason(client: Client, article: Article) -> None:
    article.status = Status.WITHDRAWN
    article.withdrawal_reason = "Published in error."
    article.save()
    response = client.get(f"/api/articles/{article.public_id}/")
    assert response.status_code == 410
    assert response.json()["error"]["hint"] == "Published in error."
    assert b"Truce" not in response.content


@pytest.mark.parametrize("status", [Status.DRAFT])
def test_any_other_article_is_not_known(client: Client, article: Article, status: Status) -> None:
    article.status = status
    article.save()
    for public_id in (article.public_id, "a" * 16):
        response = client.get(f"/api/articles/{public_id}/")
        assert response.status_code == 404
        assert response.json()["error"]["message"]


def test_entities_by_kind_and_name(client: Client) -> None:
    article = make_article()
    for kind, name in (("party", "Borduria"), ("party", "Åland"), ("place", "Bordurian Port")):
        make_tag(article, make_entity(kind, name=name, slug=name.lower().replace(" ", "-")))
    make_entity(EntityKind.PARTY, name="Bordless", slug="bordless")
    answer = client.get("/api/entities/?q=bord").json()
    assert [(row["kind"], row["label"], row["count"]) for row in answer["results"]] == [
        ("party", "Borduria", 1),
        ("place", "Bordurian Port", 1),
    ]
    parties = client.get("/api/entities/?kind=party&page_size=1").json()
    assert [row["label"] for row in parties["results"]] == ["Borduria"]
    following = client.get(parties["next"]).json()
    assert [row["value"] for row in following["results"]] == ["åland"]
    assert following["next"] is None


def test_a_country_is_listed_where_only_its_towns_are_tagged(client: Client) -> None:
    country = make_entity(EntityKind.PLACE, name="Syldavia", slug="syldavia")
    town = make_entity(EntityKind.PLACE, name="Klow", slug="klow", parent=country)
    make_tag(make_article(), town)
    answer = client.get("/api/entities/?kind=place").json()
    assert [(row["label"], row["count"]) for row in answer["results"]] == [
        ("Klow", 1),
        ("Syldavia", 1),
    ]
    assert client.get("/entities/place/syldavia/").status_code == 200


def same_shape(answer: Any, serializer: Any, path: str = "") -> list[str]:
    """Where an answer and its description differ."""
    if answer is None:
        return []
    if hasattr(serializer, "child"):
        values = answer.values() if isinstance(answer, dict) else answer
        return [at for value in values for at in same_shape(value, serializer.child, f"{path}[]")]
    if not hasattr(serializer, "fields"):
        return []
    differing = [
        f"{path}.{name}" for name in set(answer).symmetric_difference(serializer.fields.keys())
    ]
    for name in set(answer) & set(serializer.fields.keys()):
        differing += same_shape(answer[name], serializer.fields[name], f"{path}.{name}")
    return differing


def test_answers_have_the_shapes_that_are_described(client: Client, article: Article) -> None:
    make_article(headline="Truce holds again", body="The xray of a truce holds.", published="")
    for address, serializer in (
        ("/api/search/?q=truce", serializers.SearchAnswerSerializer()),
        ("/api/search/?q=trucee", serializers.SearchAnswerSerializer()),
        (
            f"/api/search/explain/{article.public_id}/?q=truce+OR+holds+OR+xra*&party=none&sort=balanced",
            ReasonsSerializer(),
        ),
        (f"/api/articles/{article.public_id}/", serializers.ArticleSerializer()),
        ("/api/entities/", serializers.EntitiesSerializer()),
        ("/api/articles/none/", serializers.ErrorSerializer()),
    ):
        assert same_shape(client.get(address).json(), serializer) == [], address


def test_the_schema_names_every_parameter(client: Client) -> None:
    schema = client.get("/api/schema/?format=json").json()
    paths = schema["paths"]
    assert set(paths) == {
        "/api/search/",
        "/api/search/explain/{public_id}/",
        "/api/articles/{public_id}/",
        "/api/entities/",
    }
    parameters = {
        parameter["name"]: parameter for parameter in paths["/api/search/"]["get"]["parameters"]
    }
    assert list(parameters) == sorted(SearchFilterSet.base_filters)
    assert parameters["party"]["schema"]["type"] == "array"
    assert all(parameter["description"] for parameter in parameters.values())
    assert set(paths["/api/search/"]["get"]["responses"]) == {"200", "400", "429", "503"}


@pytest.mark.parametrize("method", ["post", "put", "delete"])
def test_nothing_can_be_written(client: Client, method: str) -> None:
    response = getattr(client, method)("/api/search/")
    assert response.status_code == 405
    assert response.json()["error"]["message"]
