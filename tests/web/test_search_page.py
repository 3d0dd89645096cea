"""The search page, from its address to what it says."""

from __future__ import annotations

import pytest
from django.test import Client

from tests.factories import make_article, make_entity, make_source, make_tag

pytestmark = pytest.mark.django_db(transaction=True)


def test_smoke(client: Client) -> None:
    source = make_source()
    article = make_article(
        headline="Prisoner exchange agreed in Istanbul",
        body="Both sides exchanged prisoners.",
        source=source,
    )
    entity = make_entity()
    make_tag(article, entity)
    for url in [
        "/",
        "/search/",
        "/search/?q=prisoners",
        "/search/?q=prisonners",
        "/search/?q=(",
        f"/search/?party={entity.slug}&date=2025",
        article.get_absolute_url(),
        entity.get_absolute_url(),
        source.get_absolute_url(),
        "/sources/",
        "/entities/party/",
        "/browse/",
        "/browse/2025/",
        "/browse/2025/6/",
        "/browse/2025/6/2/",
        "/browse/undated/",
        "/about/search/",
        "/api/search/?q=prisoners",
        f"/api/articles/{article.public_id}/",
        "/api/entities/",
        "/api/schema/",
        "/robots.txt",
    ]:
        response = client.get(url)
        print(response.status_code, url)
        if url.startswith("/api/sea"):
            print(response.json())
