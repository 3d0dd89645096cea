"""Why an article was found: the page, from its address to what it says."""

from __future__ import annotations

import re
from html import unescape
from urllib.parse import urlencode

import pytest
from django.test import Client

from archive.exceptions import IndexDamaged, IndexMissing
from archive.models import AccessLevel, Article, EntityAlias, EntityKind
from archive.services.engine import get_engine
from archive.web.explain_page import ExplainPageView
from tests.factories import make_article, make_entity, make_tag
from tests.web.test_search_page import page_of as search_page_of

pytestmark = pytest.mark.django_db


@pytest.fixture
def article() -> Article:
    """The one that is asked about, beside others that say less."""
    for number in range(3):
        make_article(headline=f"Harbour news {number}", body="Ships came.", published="2024")
    make_article(headline="Truce talks", body="Talks on a truce.", published="2025-06-14")
    article = make_article(
        headline="Truce <holds> in the north",
        summary="A ceasefire.",
        body="Both sides say that the truce holds. Talks on it went on.",
        published="2025-06-02",
    )
    make_tag(article, make_entity(EntityKind.PARTY, name="Åland", slug="aland"))
    return article


def address_of(article: Article, **parameters: str | list[str]) -> str:
    return f"/search/explain/{article.public_id}/?{urlencode(parameters, doseq=True)}"


def page_of(client: Client, article: Article, **parameters: str | list[str]) -> ExplainPageView:
    page = client.get(address_of(article, **parameters)).context["page"]
    assert isinstance(page, ExplainPageView)
    return page


def text_of(client: Client, article: Article, **parameters: str | list[str]) -> str:
    content = client.get(address_of(article, **parameters)).content.decode()
    return " ".join(unescape(re.sub(r"<[^>]*>", "", content)).split())


def test_each_hit_of_a_query_leads_to_its_reasons(client: Client, article: Article) -> None:
    results = search_page_of(client, "/search/?q=truce&party=aland&page_size=5").results
    (url,) = [result.why_url for result in results]
    assert url == f"/search/explain/{article.public_id}/?q=truce&party=aland&page_size=5"
    response = client.get(url)
    assert response.status_code == 200
    assert response["X-Robots-Tag"] == "noindex"
    assert b'<meta name="robots" content="noindex">' in response.content
    page = response.context["page"]
    assert page.back_url == "/search/?q=truce&party=aland&page_size=5"
    assert client.get(page.api_url).json()["id"] == article.public_id


@pytest.mark.parametrize("address", ["/search/", "/search/?party=aland", "/browse/2025/6/"])
def test_without_a_query_there_is_nothing_to_ask(
    client: Client, article: Article, address: str
) -> None:
    assert b"Why this article?" not in client.get(address).content


def test_words_and_where_they_stand(client: Client, article: Article) -> None:
    page = page_of(client, article, q="truce OR peace")
    truce, peace = page.words
    assert truce.clause == "stands in 2 of 5 articles, so it counts 0.88."
    assert [place.label for place in truce.places] == ["headline", "text"]
    assert truce.places[0].clause.startswith("once among 5 words")
    assert truce.places[0].passage_html == "<mark>Truce</mark> &lt;holds&gt; in the north"
    assert "the <mark>truce</mark> holds" in truce.places[1].passage_html
    assert peace.clause == "stands in no article."
    assert peace.places == ()
    assert "“truce”" in page.read_as


def test_the_parts_add_up(client: Client, article: Article) -> None:
    answer = client.get(
        f"/api/search/explain/{article.public_id}/?q=truce+talks&sort=balanced"
    ).json()
    parts = [*answer["words"], *answer["bonuses"]]
    assert {"together", "coverage"} <= {bonus["name"] for bonus in answer["bonuses"]}
    assert sum(part["share"] for part in parts) == pytest.approx(1, abs=1e-4)
    total = sum(part["score"] for part in parts) * answer["date"]["factor"]
    assert answer["score"] == pytest.approx(total, abs=1e-4)
    for word in answer["words"]:
        assert word["score"] == pytest.approx(
            sum(field["score"] for field in word["fields"]), abs=1e-4
        )
    (hit,) = [
        hit
        for hit in client.get("/api/search/?q=truce+talks&sort=balanced").json()["results"]
        if hit["id"] == article.public_id
    ]
    assert answer["score"] == pytest.approx(hit["score"], abs=1e-5)
    assert answer["date"]["newest"] == "2025-06-14"
    assert answer["date"]["sentence"].startswith("Published 12 days before the newest match: +")


def test_the_score_is_said_in_numbers(client: Client, article: Article) -> None:
    text = text_of(client, article, q="truce talks", sort="balanced")
    assert "How many of the words" in text
    assert "× 1." in text
    assert "12 days before the newest match" in text
    newest = text_of(client, article, q="truce talks", sort="newest")
    assert "the score does not count" in newest
    assert "×" not in newest


def test_what_filters_take_away(client: Client, article: Article) -> None:
    page = page_of(client, article, q="truce", party="aland", date=["2024", "none"])
    party, date = page.filters
    assert (party.label, party.kept) == ("Party: Åland", True)
    assert party.sentence == "It takes 1 article of the query away. This article passes it."
    assert (date.label, date.kept) == ("Date: 2024 or undated", False)
    assert date.sentence == "It takes 2 articles of the query away. This article does not pass it."
    assert not page.found
    assert "does not pass the filter “Date: 2024 or undated”" in page.outcome
    assert page.words


def test_ends_of_a_range_are_filters(client: Client, article: Article) -> None:
    page = page_of(client, article, q="truce", date_from="2025-06-10", date_to="2025-07")
    assert [(each.label, each.kept) for each in page.filters] == [
        ("Date: from 10 June 2025", False),
        ("Date: until July 2025", True),
    ]


def test_without_words_filters_alone_speak(client: Client, article: Article) -> None:
    page = page_of(client, article, party="aland")
    assert (page.words, page.rows) == ((), ())
    assert [each.label for each in page.filters] == ["Party: Åland"]
    assert "sorted by date" in page.date


def test_an_article_that_does_not_meet_the_query(client: Client, article: Article) -> None:
    response = client.get(address_of(article, q="harbour"))
    assert response.status_code == 404
    assert b"does not meet the query" in response.content
    assert b'href="/search/?q=harbour"' in response.content
    answer = client.get(f"/api/search/explain/{article.public_id}/?q=harbour")
    assert answer.status_code == 404
    assert "does not meet the query" in answer.json()["error"]["message"]


@pytest.mark.parametrize("path", ["/search/explain/nobody/", "/api/search/explain/nobody/"])
def test_an_article_that_is_not_there(client: Client, path: str) -> None:
    response = client.get(f"{path}?q=truce")
    assert response.status_code == 404
    assert b"meet the query" not in response.content


def test_no_more_is_shown_than_may_be_read(client: Client) -> None:
    article = make_article(
        headline="Truce",
        body=f"A truce. {'Further words. ' * 40} The concealed envoy came.",
        access=AccessLevel.SNIPPET,
    )
    page = page_of(client, article, q="truce envoy")
    truce, envoy = page.words
    assert [bool(place.passage_html) for place in truce.places] == [True, True]
    assert "concealed" not in truce.places[1].passage_html
    assert [place.passage_html for place in envoy.places] == [""]
    assert b"concealed" not in client.get(address_of(article, q="truce envoy")).content
    article.access = AccessLevel.METADATA
    article.save()
    assert client.get(address_of(article, q="envoy")).status_code == 404
    (truce,) = page_of(client, article, q="truce").words
    assert [place.label for place in truce.places] == ["headline"]


def test_conditions_are_met_or_not(client: Client, article: Article) -> None:
    page = page_of(client, article, q="truce OR party:aland OR date:2024 -harbour")
    assert page.conditions == (
        "Articles tagged party Åland: this one is.",
        "Articles published in 2024: this one is not.",
    )


def test_words_that_do_not_count_by_themselves(client: Client, article: Article) -> None:
    page = page_of(client, article, q="truce OR (talks harbour)")
    assert [word.name for word in page.words] == ["truce"]
    assert page.uncounted == ("“talks”", "“harbour”")
    assert "“talks”, “harbour”." in text_of(client, article, q="truce OR (talks harbour)")
    assert page_of(client, article, q="truce OR (talks north)").uncounted == ()


def test_names_of_whom_the_query_names(client: Client) -> None:
    entity = make_entity(EntityKind.PARTY, name="Syldavia", slug="syldavia")
    EntityAlias.objects.create(entity=entity, name="Сильдавия", language="ru")
    article = make_article(headline="Neighbours", body="They met.")
    make_tag(article, entity)
    other = make_article(headline="Сильдавия", language="ru")
    make_tag(other, entity)
    page = page_of(client, article, q="syldavia")
    assert [word.others for word in page.words] == [("Сильдавия",)]
    assert [word.places for word in page.words] == [()]
    assert page.conditions == ("Articles tagged party Syldavia: this one is.",)
    assert page.expansions
    (word,) = page_of(client, other, q="syldavia").words
    assert word.places[0].passage_html == "<mark>Сильдавия</mark>"


def test_whoever_has_none_of_the_words_is_not_said_to_stand_behind_others(client: Client) -> None:
    article = make_article(headline="Neighbours", body="They met quietly.")
    for name in ("Syldavia", "Borduria"):
        entity = make_entity(EntityKind.PARTY, name=name, slug=name.lower())
        make_tag(article, entity)
    page = page_of(client, article, q="syldavia borduria qui*")
    assert [row.label for row in page.rows] == ["“qui*”"]
    assert page.second_look == ""


def test_a_byline_is_marked(client: Client) -> None:
    article = make_article(bylines=["Ada Quill", "Bo Reed"])
    (word,) = page_of(client, article, q="byline:quill").words
    assert [place.passage_html for place in word.places] == ["Ada <mark>Quill</mark>, Bo Reed"]


def test_a_phrase_and_what_begins_so(client: Client, article: Article) -> None:
    phrase, prefix = page_of(client, article, q='"truce holds" tru*').words
    assert phrase.clause.startswith("stand in 1 of 5 articles")
    assert "stands at the beginning of a word in 2 of 5" in prefix.clause


def test_direction_of_the_text(client: Client) -> None:
    article = make_article(headline="هدنة في الشمال", body="أعلن الطرفان هدنة.", language="ar")
    content = client.get(address_of(article, q="هدنة")).content.decode()
    assert '<p class="about-headline" lang="ar" dir="rtl">' in content
    assert re.search(r'<span class="snippet" lang="ar" dir="rtl">[^<]*<mark>هدنة</mark>', content)
    # Isolated, the quotation marks would be taken for Arabic as well and change sides.
    assert '<th scope="row">“هدنة”</th>' in content


@pytest.mark.parametrize(
    ("query", "says"),
    [("q=truce&sort=size", "cannot be sorted"), ("q=%22truce", "cannot be read")],
)
def test_what_is_wrong_with_the_question(
    client: Client, article: Article, query: str, says: str
) -> None:
    response = client.get(f"/search/explain/{article.public_id}/?{query}")
    assert response.status_code == 400
    assert says in response.content.decode()
    assert client.get(f"/api/search/explain/{article.public_id}/?{query}").status_code == 400


@pytest.mark.parametrize(
    ("error", "says"), [(IndexMissing, "not been built"), (IndexDamaged, "out of")]
)
def test_an_index_that_cannot_answer(
    client: Client,
    article: Article,
    monkeypatch: pytest.MonkeyPatch,
    error: type[Exception],
    says: str,
) -> None:
    def fail(*_args: object) -> None:
        raise error("no")

    monkeypatch.setattr(get_engine(), "explain", fail)
    response = client.get(address_of(article, q="truce"))
    assert response.status_code == 503
    assert response["Retry-After"]
    assert says in response.content.decode()
    assert client.get(f"/api/search/explain/{article.public_id}/?q=truce").status_code == 503


def test_an_explanation_need_not_be_sent_again(client: Client, article: Article) -> None:
    first = client.get(address_of(article, q="truce"))
    again = client.get(address_of(article, q="truce"), headers={"If-None-Match": first["ETag"]})
    assert again.status_code == 304
