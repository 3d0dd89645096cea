"""Whatever may not be seen leaves no trace on any public address, and changes no number.

The addresses are taken from the URL configuration, so that a new page is tried from the day it is
there. Every one is asked before the hidden articles exist and again afterwards; both answers must
be the same to the last byte.
"""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import ExitStack
from dataclasses import dataclass
from datetime import timedelta
from urllib.parse import urlencode

import pytest
from django.test import Client
from django.urls import URLPattern, reverse
from django.utils import timezone

from archive.models import (
    Article,
    ArticleReference,
    Entity,
    EntityAlias,
    EntityKind,
    EntityRedirect,
    Source,
    Status,
    TagState,
)
from archive.services import outbox
from archive.services.engine import get_engine
from archive.web.urls import urlpatterns
from tests.factories import make_article, make_entity, make_source, make_tag

pytestmark = pytest.mark.django_db

CANARY = "zanzibarquux"
STATES = ("draft", "embargoed", "withdrawn", "hidden source")


@dataclass(frozen=True, slots=True, kw_only=True)
class World:
    """Where addresses may point: to what is shown, and to what is not."""

    articles: tuple[str, ...] = ()
    entities: tuple[tuple[str, str], ...] = ()
    sources: tuple[str, ...] = ()


def visible_world() -> World:
    source = make_source(name="Visible Outlet", slug="visible-outlet")
    party = make_entity(EntityKind.PARTY, name="Visible Party", slug="visible-party")
    country = make_entity(EntityKind.PLACE, name="Visible Country", slug="visible-country")
    town = make_entity(EntityKind.PLACE, name="Visible Town", slug="visible-town", parent=country)
    articles = [
        make_article(
            headline=f"Talks on the exchange of prisoners, part {number}",
            body=f"Delegations met again. Both sides agreed on point {number}.",
            source=source,
            published=published,
        )
        for number, published in enumerate(("2025-06-02", "2025-06-03", "2024", "2023-05", ""))
    ]
    for article in articles:
        make_tag(article, party)
        make_tag(article, town)
    return World(
        articles=tuple(article.public_id for article in articles[:2]),
        entities=tuple((entity.kind, entity.slug) for entity in (party, country, town)),
        sources=(source.slug,),
    )


def hidden_article(state: str) -> Article:
    """An article, public as yet, that :func:`hide` takes from sight, with its own entities."""
    source = make_source(name=f"{CANARY} Gazette", slug=f"{CANARY}-gazette")
    country = Entity.objects.get(slug="visible-country")
    entities = [
        make_entity(kind, name=f"{CANARY} {kind}", slug=f"{CANARY}-{kind}") for kind in EntityKind
    ]
    town = make_entity(
        EntityKind.PLACE, name=f"{CANARY} town", slug=f"{CANARY}-town", parent=country
    )
    EntityAlias.objects.create(entity=entities[0], name=f"{CANARY} alias")
    for entity in entities:
        # Names that something public has, or that public texts hold, are no sign of whom else
        # they name: with these, more would have it than are taken for a name.
        EntityAlias.objects.create(entity=entity, name="Visible Party")
        EntityAlias.objects.create(entity=entity, name="Delegations", language="en")
    EntityRedirect.objects.create(
        kind=entities[0].kind, slug=f"{CANARY}-earlier", entity=entities[0]
    )
    article = make_article(
        headline=f"Exchange of prisoners {CANARY}",
        summary=f"Delegations {CANARY} met.",
        body=f"Both sides agreed on {CANARY} points at the talks.",
        bylines=[f"Jane {CANARY}"],
        section=CANARY,
        language="sv",
        published="2022-02-02",
        source=source if state == "hidden source" else Source.objects.get(slug="visible-outlet"),
    )
    ArticleReference.objects.create(article=article, label=f"{CANARY} report")
    for entity in (*entities, town, Entity.objects.get(slug="visible-party")):
        make_tag(article, entity)
    return article


def hide(article: Article, state: str) -> None:
    match state:
        case "draft":
            article.status = Status.DRAFT
            article.save()
        case "embargoed":
            article.embargo_until = timezone.now() + timedelta(days=1)
            article.save()
        case "withdrawn":
            article.status = Status.WITHDRAWN
            article.withdrawal_reason = "Published in error."
            article.save()
        case "hidden source":
            assert article.source is not None
            article.source.visible = False
            article.source.save()


def addresses(world: World) -> Iterator[str]:
    """Every public address with every argument and every way of asking that we can think of."""
    arguments: dict[tuple[str, ...], list[tuple[object, ...]]] = {
        (): [()],
        ("public_id",): [(public_id,) for public_id in world.articles],
        ("kind",): [(kind,) for kind in sorted({kind for kind, _ in world.entities})],
        ("kind", "slug"): list(world.entities),
        ("slug",): [(slug,) for slug in world.sources],
        ("year",): [(2025,), (2022,)],
        ("year", "month"): [(2025, 6), (2022, 2)],
        ("year", "month", "day"): [(2025, 6, 2), (2022, 2, 2)],
    }
    questions = [
        {"q": "exchange"},
        {"q": "exchange", "sort": "newest", "date": "2025"},
        {"q": "prisonners"},
        {"q": CANARY},
        {"q": f"{CANARY[:-1]}x"},
        {"q": f"{CANARY[:5]}*"},
        {"q": f"{CANARY}~"},
        {"q": f"{CANARY} party"},
        {"q": f"{CANARY} alias talks"},
        {"q": f"-{CANARY}"},
        {"q": "Visible Party"},
        {"q": "Delegation"},
        {"q": f'"{CANARY} points"'},
        {"q": f"byline:{CANARY}"},
        {"q": f"section:{CANARY} exchange"},
        {"q": "lang:sv"},
        {"q": "date:2022"},
        {"q": "party:visible-party"},
        {"date": "2022-02"},
        {"date": "none"},
        {"date_from": "2022", "date_to": "2022"},
        {"language": "sv"},
        {"section": CANARY},
        {"page_size": "1", "page": "5"},
    ]
    questions += [{"q": f"{kind}:{slug}"} for kind, slug in world.entities]
    questions += [{kind: slug} for kind, slug in world.entities]
    questions += [{"source": slug} for slug in world.sources]
    questions += [{"party": f"{CANARY} alias"}, {"party": f"{CANARY}-earlier"}]
    questions += [{"q": f"id:{public_id}"} for public_id in world.articles]
    for pattern in urlpatterns:
        assert isinstance(pattern, URLPattern)
        names = tuple(pattern.pattern.converters)
        for values in arguments[names]:
            path = reverse(str(pattern.name), kwargs=dict(zip(names, values, strict=True)))
            yield path
            if "search" in str(pattern.name):
                yield from (f"{path}?{urlencode(question)}" for question in questions)
            if pattern.name in ("entities", "sources", "api-entities"):
                yield f"{path}?q={CANARY[:3]}"


def echoes(address: str) -> bool:
    """Whether the address itself says the word, so that the page says it back."""
    return CANARY[:5] in address


def answers(client: Client, world: World) -> dict[str, tuple[int, bytes]]:
    found = {}
    for address in addresses(world):
        response = client.get(address)
        found[address] = (response.status_code, response.content)
    return found


@pytest.mark.parametrize("state", STATES)
@pytest.mark.parametrize(
    ("engine", "indexed"),
    [("memory", True), ("memory", False), ("whoosh", False)],
    ids=["index caught up", "index behind", "index on disk behind"],
)
def test_what_is_hidden_changes_no_answer(
    client: Client, request: pytest.FixtureRequest, state: str, engine: str, indexed: bool
) -> None:
    if engine == "whoosh":
        request.getfixturevalue("whoosh_engine")
    visible = visible_world()
    outbox.drain()
    asked = World(
        articles=visible.articles,
        entities=(
            *visible.entities,
            *((kind, f"{CANARY}-{kind}") for kind in EntityKind.values),
            (EntityKind.PLACE, f"{CANARY}-town"),
            (EntityKind.PARTY, f"{CANARY}-earlier"),
        ),
        sources=(*visible.sources, f"{CANARY}-gazette"),
    )
    before = answers(client, asked)
    article = hidden_article(state)
    outbox.drain()
    if state == "hidden source":
        assert article.source is not None
        seen = answers(client, World(sources=(article.source.slug,)))
        assert any(CANARY.encode() in body for _, body in seen.values()), "nothing could leak"
    with ExitStack() as locked:
        if not indexed:
            # Another process is writing: the index goes on showing what it knew.
            locked.enter_context(get_engine().batch())
        hide(article, state)
        if indexed:
            outbox.drain()
        after = answers(client, asked)
    assert after.keys() == before.keys()
    different = [address for address in before if after[address] != before[address]]
    assert different == []


@pytest.mark.parametrize("state", STATES)
def test_its_own_addresses_say_nothing(client: Client, state: str) -> None:
    visible_world()
    article = hidden_article(state)
    hide(article, state)
    world = World(
        articles=(article.public_id,),
        entities=tuple(Entity.objects.filter(name__contains=CANARY).values_list("kind", "slug")),
        sources=tuple(Source.objects.values_list("slug", flat=True)),
    )
    for address, (status, body) in answers(client, world).items():
        assert status < 500, address
        assert echoes(address) or CANARY.encode() not in body, address
        if "/explain/" in address:
            nowhere = client.get(address.replace(article.public_id, "nobody"))
            assert (status, body) == (404, nowhere.content), address
        if address.endswith(f"/articles/{article.public_id}/"):
            assert status == (410 if state == "withdrawn" else 404), address
    response = client.get(article.get_absolute_url())
    if state == "withdrawn":
        assert response["X-Robots-Tag"] == "noindex"
        assert b"Published in error." in response.content


@pytest.mark.parametrize("state", [TagState.SUGGESTED, TagState.REJECTED])
def test_a_tag_that_does_not_count_is_not_shown(client: Client, state: TagState) -> None:
    world = visible_world()
    entity = make_entity(EntityKind.PERSON, name=f"{CANARY} person", slug=f"{CANARY}-person")
    make_tag(Article.objects.get(public_id=world.articles[0]), entity, state)
    asked = World(
        articles=world.articles,
        entities=(*world.entities, (entity.kind, entity.slug)),
        sources=world.sources,
    )
    for address, (status, body) in answers(client, asked).items():
        assert status < 500, address
        assert echoes(address) or CANARY.encode() not in body, address
    assert client.get(entity.get_absolute_url()).status_code == 404


def test_an_embargo_ends_on_the_second(client: Client, monkeypatch: pytest.MonkeyPatch) -> None:
    visible_world()
    article = hidden_article("embargoed")
    end = timezone.now() + timedelta(hours=1)
    article.embargo_until = end
    article.save()
    pages = (
        article.get_absolute_url(),
        f"/api/articles/{article.public_id}/",
        f"/search/?q={CANARY}",
        f"/entities/party/{CANARY}-party/",
        "/entities/party/",
        "/browse/2022/2/2/",
        "/",
    )

    def shown() -> list[bool]:
        return [article.headline in client.get(page).content.decode() for page in pages[:3]]

    monkeypatch.setattr(timezone, "now", lambda: end - timedelta(seconds=1))
    assert shown() == [False, False, False]
    hidden = {page: client.get(page) for page in pages}
    monkeypatch.setattr(timezone, "now", lambda: end + timedelta(seconds=1))
    assert client.get(pages[0]).status_code == 200
    for page in pages:
        earlier = hidden[page].headers.get("ETag", "")
        response = client.get(page, headers={"If-None-Match": earlier} if earlier else {})
        assert response.status_code == 200, page
        assert CANARY.encode() in response.content, page
