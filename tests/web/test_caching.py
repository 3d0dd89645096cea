"""Answers that need not be sent again, and those that must."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from datetime import timedelta
from typing import Any

import pytest
from django.test import Client
from django.utils import timezone
from pytest_django import DjangoAssertNumQueries

from archive.exceptions import IndexDamaged
from archive.models import AccessLevel, Article, ArticleReference, Entity, EntityIdentifier, Status
from archive.search.engine import SearchEngine
from archive.services import outbox, public_index
from archive.services.engine import get_engine
from tests.factories import make_article, make_entity, make_source, make_tag

pytestmark = pytest.mark.django_db


@pytest.fixture
def article() -> Article:
    article = make_article(headline="Truce holds", source=make_source(slug="post"))
    make_tag(article, make_entity(slug="aland", name="Åland"))
    outbox.drain()
    return article


def addresses(article: Article) -> tuple[str, ...]:
    return (
        "/",
        "/search/?q=truce",
        article.get_absolute_url(),
        "/entities/party/aland/",
        "/entities/party/",
        "/sources/post/",
        "/sources/",
        "/browse/",
        "/browse/2025/6/",
        "/api/search/?q=truce",
        f"/api/articles/{article.public_id}/",
        "/api/entities/",
    )


def test_what_has_not_changed_is_not_sent_again(client: Client, article: Article) -> None:
    for address in addresses(article):
        first = client.get(address)
        assert first.status_code == 200, address
        etag = first["ETag"]
        assert "public" in first["Cache-Control"]
        assert "max-age=0" in first["Cache-Control"]
        assert "Cookie" not in first.get("Vary", ""), address
        assert not first.cookies
        for held in (etag, f"W/{etag}", f'"other", {etag}'):
            again = client.get(address, headers={"If-None-Match": held})
            assert (again.status_code, again.content) == (304, b""), address
            assert again["ETag"] == etag


def test_a_condition_that_anything_meets_is_not_met(client: Client, article: Article) -> None:
    response = client.get("/articles/aaaaaaaaaaaaaaaa/", headers={"If-None-Match": "*"})
    assert response.status_code == 404


def rename(article: Article) -> None:
    Entity.objects.get(slug="aland").save()


def edit(article: Article) -> None:
    article.headline = "Truce broken"
    article.save()


def add(article: Article) -> None:
    make_article()


def hide(article: Article) -> None:
    article.status = Status.DRAFT
    article.save()


def hide_source(article: Article) -> None:
    assert article.source is not None
    article.source.visible = False
    article.source.save()


def untag(article: Article) -> None:
    for tag in article.tags.all():
        tag.delete()


@pytest.mark.parametrize("change", [rename, edit, add, hide, hide_source, untag])
def test_every_change_that_the_public_could_see_is_sent(
    client: Client, article: Article, change: Callable[[Article], None]
) -> None:
    held = {address: client.get(address)["ETag"] for address in addresses(article)}
    change(article)
    for address, etag in held.items():
        assert client.get(address, headers={"If-None-Match": etag}).status_code != 304, address


def test_an_identifier_is_seen_at_once(client: Client, article: Article) -> None:
    page = "/entities/party/aland/"
    held = client.get(page)["ETag"]
    entity = Entity.objects.get(slug="aland")
    identifier = EntityIdentifier.objects.create(entity=entity, scheme="wikidata", value="Q5689")
    with_it = client.get(page, headers={"If-None-Match": held})
    assert b"Q5689" in with_it.content
    identifier.delete()
    without = client.get(page, headers={"If-None-Match": with_it["ETag"]})
    assert without.status_code == 200
    assert b"Q5689" not in without.content


@pytest.mark.parametrize("engine", ["memory", "whoosh"])
@pytest.mark.parametrize(
    "hidden",
    [
        {"status": Status.DRAFT},
        {"status": Status.WITHDRAWN},
        {"embargo_until": timezone.now() + timedelta(days=1000)},
    ],
    ids=["draft", "withdrawn", "embargoed"],
)
def test_what_becomes_of_a_hidden_article_is_nobodys_business(
    client: Client, request: pytest.FixtureRequest, engine: str, hidden: dict[str, Any]
) -> None:
    if engine == "whoosh":
        request.getfixturevalue("whoosh_engine")
    article = request.getfixturevalue("article")
    party = Entity.objects.get(slug="aland")
    held = {address: client.get(address)["ETag"] for address in addresses(article)}

    def still_holds() -> bool:
        return all(
            client.get(address, headers={"If-None-Match": etag}).status_code == 304
            for address, etag in held.items()
        )

    draft = make_article(headline="Truce planned", **hidden)
    assert still_holds()
    draft.headline = "Truce considered"
    draft.save()
    tag = make_tag(draft, party)
    reference = ArticleReference.objects.create(article=draft, label="Annex")
    assert still_holds()
    outbox.drain()
    assert still_holds()
    with get_engine().batch():  # the index cannot follow for a while
        draft.headline = "Truce doubted"
        draft.save()
        tag.delete()
        reference.delete()
        assert still_holds()
    outbox.drain()
    assert still_holds()
    draft.status, draft.embargo_until = Status.PUBLISHED, None
    draft.save()
    assert not any(
        client.get(address, headers={"If-None-Match": etag}).status_code == 304
        for address, etag in held.items()
    )


def test_a_new_name_is_seen_at_once(client: Client, article: Article) -> None:
    def named() -> set[str]:
        api = client.get("/api/search/").json()
        return {
            *(choice["label"] for choice in api["facets"]["party"]),
            *(chip.label for chip in client.get("/search/?party=aland").context["page"].chips),
            *(choice.label for choice in client.get("/").context["page"].facets[0].choices),
        }

    assert named() == {"Åland"}
    party = Entity.objects.get(slug="aland")
    party.name = "Åland Islands"
    party.save()
    assert named() == {"Åland Islands"}


def test_what_was_masked_is_seen_once_the_index_has_followed(
    client: Client, article: Article, monkeypatch: pytest.MonkeyPatch
) -> None:
    held: dict[str, str] = {}
    delete = outbox._delete_rows

    def asked_before(keys: Sequence[int]) -> None:
        with monkeypatch.context() as patch:  # by another process, which finds the index locked
            patch.setattr(outbox, "drain_quietly", lambda *, limit: 0)
            response = client.get("/search/?q=truce")
        assert response.context["page"].total == 0
        held["etag"] = response["ETag"]
        delete(keys)

    monkeypatch.setattr(outbox, "_delete_rows", asked_before)
    article.access = AccessLevel.METADATA
    article.save()
    outbox.drain()
    response = client.get("/search/?q=truce", headers={"If-None-Match": held["etag"]})
    assert response.status_code == 200
    assert response.context["page"].total == 1


def test_an_etag_is_of_one_address(client: Client, article: Article) -> None:
    etag = client.get("/search/?q=truce")["ETag"]
    response = client.get("/search/?q=peace", headers={"If-None-Match": etag})
    assert response.status_code == 200


def test_what_stands_in_for_the_index_is_not_kept(
    client: Client, article: Article, monkeypatch: pytest.MonkeyPatch
) -> None:
    def fails(*_: object, **__: object) -> None:
        raise IndexDamaged("Too many files are open.")

    with monkeypatch.context() as patch:
        public_index._all_counts.cache_clear()
        for method in ("search", "similar"):
            patch.setattr(get_engine(), method, fails)
        for address in ("/search/", *addresses(article)):
            response = client.get(address)
            assert "ETag" not in response, address
            assert "no-store" in response["Cache-Control"], address
    assert all("ETag" in client.get(address) for address in addresses(article))


def test_errors_are_not_kept(client: Client, article: Article) -> None:
    for address in ("/search/?page=0", "/articles/aaaaaaaaaaaaaaaa/", "/api/search/?page=0"):
        response = client.get(address)
        assert "ETag" not in response or response.status_code == 404
        if response.status_code == 400:
            assert "no-store" in response["Cache-Control"]


def test_saying_that_nothing_changed_is_cheap(
    client: Client, article: Article, django_assert_num_queries: DjangoAssertNumQueries
) -> None:
    etag = client.get("/search/?q=truce")["ETag"]
    with django_assert_num_queries(1):
        client.get("/search/?q=truce", headers={"If-None-Match": etag})


def test_an_embargo_that_ends_while_the_index_is_written_is_noticed(
    client: Client,
    article: Article,
    whoosh_engine: SearchEngine,
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    end = timezone.now() + timedelta(hours=1)
    later = make_article(headline="Accord signed", embargo_until=end, published="2025-06-03")
    outbox.drain()
    page = "/browse/2025/6/3/"
    held = client.get(page)
    assert later.headline not in held.content.decode()
    monkeypatch.setattr(timezone, "now", lambda: end + timedelta(seconds=1))
    with whoosh_engine.batch():
        response = client.get(page, headers={"If-None-Match": held.headers.get("ETag", "")})
    assert response.status_code == 200
    assert later.headline in response.content.decode()
