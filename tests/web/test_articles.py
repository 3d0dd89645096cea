"""The page of an article."""

from __future__ import annotations

from datetime import timedelta

import pytest
from django.test import Client
from django.utils import timezone

from archive.models import AccessLevel, Article, ArticleReference, EntityKind, Status
from archive.web.page_models import ArticlePageView
from tests.factories import make_article, make_entity, make_source, make_tag

pytestmark = pytest.mark.django_db


def page_of(client: Client, article: Article) -> ArticlePageView:
    page = client.get(article.get_absolute_url()).context["page"]
    assert isinstance(page, ArticlePageView)
    return page


def test_an_article_says_all_that_is_known(client: Client) -> None:
    article = make_article(
        headline="Truce holds",
        body="First.\n\nSecond.",
        bylines=["Jane Doe", "Max Roe", "Ana Poe"],
        section="World News",
        page="3",
        edition="Evening",
        source=make_source(name="Post", slug="post", usage_terms="Ask first."),
        published="2025-06-02",
        language="en-GB",
    )
    party = make_entity(EntityKind.PARTY, name="Åland", slug="aland")
    make_tag(article, party, count=4)
    ArticleReference.objects.create(article=article, label="Report", url="javascript:alert(1)")
    page = page_of(client, article)
    assert page.paragraphs == ("First.", "Second.")
    assert page.byline == "Jane Doe, Max Roe and Ana Poe"
    assert (page.published, page.published_url) == ("2 June 2025", "/browse/2025/6/2/")
    assert (page.source, page.source_url) == ("Post", "/sources/post/")
    assert page.usage_terms == "Ask first."
    assert [(fact.label, fact.value, fact.url) for fact in page.facts] == [
        ("Section", "World News", "/search/?section=world+news"),
        ("Page", "3", ""),
        ("Edition", "Evening", ""),
        ("Language", "English", "/search/?language=en"),
    ]
    assert [
        (group.label, group.tags[0].label, group.tags[0].count) for group in page.tag_groups
    ] == [("Parties", "Åland", 4)]
    assert [(reference.label, reference.url) for reference in page.references] == [("Report", "")]


@pytest.mark.parametrize(
    ("published", "url"),
    [
        ("2025-06-02", "/browse/2025/6/2/"),
        ("2025-06", "/browse/2025/6/"),
        ("0987", "/browse/987/"),
        ("", "/browse/undated/"),
        ("1998~", ""),
        ("2004-22", ""),
    ],
)
def test_the_date_leads_to_its_day(client: Client, published: str, url: str) -> None:
    page = page_of(client, make_article(published=published))
    assert page.published_url == url
    if url:
        assert client.get(url).status_code == 200


@pytest.mark.parametrize(
    ("access", "summary", "shown", "withheld"),
    [
        (AccessLevel.FULL, "Precis.", ["Precis.", "Opening", "canary"], []),
        (AccessLevel.SNIPPET, "Precis.", ["Precis."], ["canary", "Opening"]),
        (AccessLevel.SNIPPET, "", ["Opening"], ["canary"]),
        (AccessLevel.METADATA, "Precis.", [], ["Precis.", "Opening", "canary"]),
    ],
)
def test_every_public_page_obeys_the_access_level(
    client: Client, access: AccessLevel, summary: str, shown: list[str], withheld: list[str]
) -> None:
    article = make_article(
        headline="Truce",
        summary=summary,
        body="Opening words. " + "More words of it. " * 30 + "\n\nThe canary sings.",
        access=access,
        source=make_source(slug="post"),
        published="2025-06-02",
    )
    make_tag(article, make_entity(slug="aland"))
    text = client.get(article.get_absolute_url()).content.decode()
    assert all(words in text for words in shown)
    for address in (
        article.get_absolute_url(),
        f"/api/articles/{article.public_id}/",
        "/",
        "/search/",
        "/search/?q=truce",
        "/search/?q=canary",
        "/search/?q=canary+truce",
        "/api/search/?q=canary",
        "/entities/party/aland/",
        "/sources/post/",
        "/browse/2025/6/2/",
    ):
        body = client.get(address).content.decode().replace("<mark>", "").replace("</mark>", "")
        asked = address.partition("q=")[2]
        for words in withheld:
            assert words in asked or f"{words} sings" not in body, (address, words)
            assert words in asked or words not in body, (address, words)


def test_a_text_that_may_not_be_read_cannot_be_found_by_it(client: Client) -> None:
    make_article(headline="Truce", body="The canary sings.", access=AccessLevel.METADATA)
    assert client.get("/api/search/?q=canary").json()["count"] == 0
    assert client.get("/api/search/?q=truce").json()["count"] == 1


def test_what_a_text_cites_is_part_of_the_text(client: Client) -> None:
    article = make_article(headline="Truce", access=AccessLevel.METADATA)
    ArticleReference.objects.create(article=article, label="The canary report")
    for address in (article.get_absolute_url(), f"/api/articles/{article.public_id}/"):
        assert b"canary report" not in client.get(address).content, address


def test_without_a_headline_the_text_is_not_given_away(client: Client) -> None:
    article = make_article(headline="", body="The canary sings.", access=AccessLevel.METADATA)
    assert page_of(client, article).headline == "Without a headline"
    assert "canary" not in client.get(article.get_absolute_url()).content.decode()


def test_corrections_are_said_and_what_came_before_publication_is_not(client: Client) -> None:
    article = make_article(headline="A", status=Status.DRAFT, source=make_source(name="Post"))
    article.headline = "B"
    article.save()
    article.status = Status.PUBLISHED
    article.save()
    assert len(page_of(client, article).provenance) == 1
    article.headline = "C"
    article.body = "Other."
    article.save()
    article.section = "Sport"
    article.save()
    added, corrected = page_of(client, article).provenance
    assert added.endswith("from Post.")
    assert corrected.endswith("the headline and the text were changed.")


def test_corrections_behind_an_embargo_are_not_said(client: Client) -> None:
    article = make_article(embargo_until=timezone.now() + timedelta(hours=1))
    article.headline = "B"
    article.save()
    article.embargo_until = None
    article.save()
    assert len(page_of(client, article).provenance) == 1


def test_similar_articles_stand_beside_it(client: Client) -> None:
    article = make_article(headline="Truce in Port Blanc", body="The envoys met in Port Blanc.")
    other = make_article(headline="Port Blanc truce", body="Envoys left Port Blanc.")
    make_article(headline="Harvest", body="Rain fell on the fields.")
    assert [similar.id for similar in page_of(client, article).similar] == [other.public_id]


def test_what_is_withdrawn_behind_an_embargo_is_not_known(client: Client) -> None:
    article = make_article(
        status=Status.WITHDRAWN,
        withdrawal_reason="The canary was wrong.",
        embargo_until=timezone.now() + timedelta(days=1),
    )
    for address in (article.get_absolute_url(), f"/api/articles/{article.public_id}/"):
        response = client.get(address)
        assert response.status_code == 404, address
        assert b"canary" not in response.content


def test_a_withdrawn_article_is_a_tombstone(client: Client) -> None:
    article = make_article(
        headline="Zanzibar", status=Status.WITHDRAWN, withdrawal_reason="Published in error."
    )
    response = client.get(article.get_absolute_url())
    assert response.status_code == 410
    assert response["X-Robots-Tag"] == "noindex"
    assert "Published in error." in response.content.decode()
    assert "Zanzibar" not in response.content.decode()
