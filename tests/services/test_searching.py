"""A search, from what was typed and chosen to hits, counts and words."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from typing import Any, NoReturn

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext

from archive.exceptions import IndexDamaged, QueryError, SearchIndexError
from archive.models import (
    AccessLevel,
    Article,
    Entity,
    EntityAlias,
    EntityKind,
    EntityRedirect,
    Status,
    TagState,
)
from archive.search.request import SearchRequest, Zoom
from archive.services import outbox
from archive.services.answers import FacetAnswer, SearchAnswer
from archive.services.engine import get_engine
from archive.services.listing import list_entities
from archive.services.questions import SearchQuestion
from archive.services.searching import search, staff_search
from tests.factories import make_article, make_entity, make_source, make_tag

pytestmark = pytest.mark.django_db


def ask(text: str = "", **fields: Any) -> SearchAnswer:
    return search(SearchQuestion(text=text, **fields))


def facet(answer: SearchAnswer, name: str) -> FacetAnswer:
    return next(each for each in answer.facets if each.name == name)


def counts(answer: SearchAnswer, name: str) -> dict[str, int]:
    return {choice.value: choice.count for choice in facet(answer, name).choices}


def chosen(answer: SearchAnswer, name: str) -> set[str]:
    return {choice.value for choice in facet(answer, name).choices if choice.selected}


@pytest.fixture
def parties() -> dict[str, Entity]:
    return {
        slug: make_entity(EntityKind.PARTY, name=slug.title(), slug=slug)
        for slug in ("aland", "borduria", "cascara")
    }


@pytest.fixture
def tagged(parties: dict[str, Entity]) -> dict[str, Article]:
    """One article of each party, and one of the first two; the third stands alone."""
    town = make_entity(EntityKind.PLACE, name="Port", slug="port")
    made: dict[str, Article] = {}
    for name, slugs in {
        "a": ["aland"],
        "b": ["borduria"],
        "ab": ["aland", "borduria"],
        "c": ["cascara"],
    }.items():
        made[name] = make_article(headline=f"Talks {name}", published=f"2025-06-0{len(made) + 1}")
        for slug in slugs:
            make_tag(made[name], parties[slug])
        if name != "c":
            make_tag(made[name], town)
    return made


def test_values_of_a_facet_widen_and_facets_narrow(tagged: dict[str, Article]) -> None:
    answer = ask(chosen={"party": ("aland", "borduria")})
    assert answer.total == 3
    assert counts(answer, "party") == {"aland": 2, "borduria": 2, "cascara": 1}
    assert chosen(answer, "party") == {"aland", "borduria"}
    assert counts(answer, "place") == {"port": 3}
    both = ask(chosen={"party": ("aland", "cascara"), "place": ("port",)})
    assert both.total == 2
    assert counts(both, "party") == {"aland": 2, "borduria": 2, "cascara": 0}
    assert ask("party:aland party:borduria").total == 1


def test_a_chosen_value_is_always_among_the_choices(
    tagged: dict[str, Article],
) -> None:
    answer = ask("nothing", chosen={"party": ("cascara",)})
    assert answer.total == 0
    assert counts(answer, "party") == {"cascara": 0}
    assert answer.label("party", "cascara") == "Cascara"


def test_names_aliases_and_earlier_slugs_become_slugs(
    tagged: dict[str, Article], parties: dict[str, Entity]
) -> None:
    EntityAlias.objects.create(entity=parties["aland"], name="Åland Front")
    EntityRedirect.objects.create(kind="party", slug="old-b", entity=parties["borduria"])
    answer = ask(chosen={"party": ("Åland Front", "old-b", "CASCARA")})
    assert answer.question.chosen["party"] == ("aland", "borduria", "cascara")
    assert answer.total == 4
    assert ask('party:"åland front"').total == 2
    assert ask('party:"ÅLAND-Front"').total == ask('party:"aland front"').total == 2
    secret = make_entity(EntityKind.PARTY, name="Aland Front")
    make_tag(make_article(status=Status.DRAFT), secret)
    assert ask('party:"Aland Front"').total == 2
    make_tag(make_article(), secret)
    assert ask('party:"Aland Front"').total == 3


def test_sources_go_by_slug_or_name_in_one_query_for_all() -> None:
    for number in range(3):
        make_article(source=make_source(name=f"Post {number}", slug=f"post-{number}"))
    ask()
    with CaptureQueriesContext(connection) as one:
        assert ask(chosen={"source": ("post-0",)}).total == 1
    with CaptureQueriesContext(connection) as three:
        answer = ask(chosen={"source": ("post-0", "POST 1", "post 2", "none")})
    assert answer.question.chosen["source"] == ("post-0", "post-1", "post-2", "none")
    assert answer.total == 3
    assert len(three) == len(one)


def test_an_unknown_name_finds_nothing_and_is_said(tagged: dict[str, Article]) -> None:
    answer = ask("party:atlantis")
    assert answer.total == 0
    assert answer.notes == ("No article has the party “atlantis”.",)
    narrowed = ask(chosen={"place": ("atlantis",)})
    assert narrowed.total == 0
    assert counts(narrowed, "place")["atlantis"] == 0
    assert chosen(narrowed, "place") == {"atlantis"}
    widened = ask(chosen={"party": ("atlantis", "aland")})
    assert widened.total == 2


def test_what_only_a_draft_names_is_as_unknown_as_what_does_not_exist() -> None:
    make_article(headline="Talks")
    make_tag(make_article(status=Status.DRAFT), make_entity(name="Secret", slug="secret"))
    known = ask(chosen={"party": ("secret",)})
    unknown = ask(chosen={"party": ("absent",)})
    assert known.notes == ("No article has the party “secret”.",)
    assert known.label("party", "secret") == "secret"
    assert (known.total, len(known.facets)) == (unknown.total, len(unknown.facets))


def test_how_a_query_was_read_names_the_entity(tagged: dict[str, Article]) -> None:
    assert "Borduria" in ask("talks party:borduria").read_as
    assert ask("").read_as == ""


def test_a_query_that_cannot_be_read_is_answered_as_far_as_it_can_be() -> None:
    make_article(headline="Truce holds")
    make_article(headline="Harvest begins")
    answer = ask('truce AND "')
    assert answer.problem is not None
    assert answer.total == 1


def test_an_import_run_is_for_staff() -> None:
    make_article()
    answer = ask("batch:1")
    assert answer.total == 0
    assert "staff" in " ".join(answer.notes)


def test_histogram_has_no_gaps_and_counts_each_article_once() -> None:
    for published in ("2021-03-04", "2024", "2024-06", "2024-06-10", "2023/2024", ""):
        make_article(published=published)
    years = ask().histogram
    assert years is not None
    assert [(bar.value, bar.count) for bar in years.bars] == [
        ("2021", 1),
        ("2022", 0),
        ("2023", 0),
        ("2024", 3),
    ]
    assert (years.unplaced, years.undated, years.whole) == (1, 1, None)
    months = ask(dates=("2024",)).histogram
    assert months is not None
    assert (months.zoom, len(months.bars)) == (Zoom.MONTH, 12)
    assert {bar.short_label: bar.count for bar in months.bars if bar.count} == {"Jun": 2}
    assert months.unplaced == 2
    assert months.whole is not None
    assert (months.whole.count, months.whole.selected) == (4, True)
    days = ask(dates=("2024-06", "none")).histogram
    assert days is not None
    assert len(days.bars) == 30
    assert days.undated_selected


def test_an_old_article_does_not_draw_two_thousand_bars() -> None:
    for published in ("0001", "2024"):
        make_article(published=published)
    histogram = ask().histogram
    assert histogram is not None
    assert [bar.value for bar in histogram.bars] == ["0001", "2024"]


def test_articles_whose_removal_is_pending_are_in_nothing(tagged: dict[str, Article]) -> None:
    ask()
    with get_engine().batch():  # another process is writing
        article = tagged["ab"]
        article.status = Status.WITHDRAWN
        article.save()
        answer = ask()
        assert article.public_id in outbox.pending_removals()
    assert answer.total == 3
    assert counts(answer, "party") == {"aland": 1, "borduria": 1, "cascara": 1}
    assert article.public_id not in {found.article.public_id for found in answer.found}


def test_a_tag_that_does_not_count_is_not_counted(parties: dict[str, Entity]) -> None:
    article = make_article()
    make_tag(article, parties["aland"], TagState.SUGGESTED)
    make_tag(article, parties["borduria"], TagState.REJECTED)
    make_tag(article, parties["cascara"], TagState.AUTOMATIC)
    answer = ask()
    assert counts(answer, "party") == {"cascara": 1}
    assert [entity.slug for entity in answer.found[0].entities] == ["cascara"]


def test_no_suggestion_where_enough_is_found() -> None:
    for _ in range(3):
        make_article(headline="Truce holds")
    assert ask("truce").suggestions == ()


def test_a_misspelt_word_is_offered_as_it_is_spelt_in_the_archive() -> None:
    for _ in range(2):
        make_article(headline="Ceasefire holds")
    (suggestion,) = ask("ceasefyre").suggestions
    assert (suggestion.text, suggestion.count) == ("ceasefire", 2)
    assert suggestion.reason == "Did you mean"


def test_inflections_of_one_word_are_offered_once() -> None:
    make_article(headline="Prisoner freed")
    make_article(headline="Prisoners freed")
    assert [other.text for other in ask("prisonar").suggestions] == ["prisoner"]


def test_a_word_that_stands_nowhere_makes_no_choice() -> None:
    make_article(headline="Truce holds")
    assert [other.text for other in ask("truce zzzzzzzz").suggestions] == ["truce"]


def test_fewer_words_and_any_of_them_are_offered_with_what_they_find() -> None:
    make_article(headline="Truce holds")
    make_article(headline="Harvest begins", body="Rain fell.")
    offered = {other.reason: other for other in ask("truce harvest").suggestions}
    assert offered["With fewer words"].count == 1
    assert offered["Any of the words"].count == 2
    for suggestion in offered.values():
        assert ask(suggestion.text).total == suggestion.count


def test_any_of_the_words_does_without_those_that_join() -> None:
    make_article(headline="Truce holds")
    make_article(headline="Harvest or hunger")
    offered = {other.reason: other.text for other in ask("truce or harvest").suggestions}
    assert offered["Any of the words"] == "truce OR harvest"


def test_a_suggestion_keeps_the_filters_and_finds_something_under_them(
    tagged: dict[str, Article],
) -> None:
    make_article(headline="Ceasefire holds")
    assert ask("ceasefyre", chosen={"party": ("aland",)}).suggestions == ()


def test_a_suggestion_needs_an_article_that_may_be_shown() -> None:
    article = make_article(headline="Ceasefire holds")
    ask()
    with get_engine().batch():
        article.status = Status.DRAFT
        article.save()
        assert ask("ceasefyre").suggestions == ()


@pytest.mark.parametrize(
    ("access", "headline", "snippet"),
    [
        (AccessLevel.FULL, True, True),
        (AccessLevel.SNIPPET, True, True),
        (AccessLevel.METADATA, True, False),
    ],
)
def test_snippets_obey_the_access_level(access: AccessLevel, headline: bool, snippet: bool) -> None:
    make_article(headline="Truce holds", body="Both sides speak of a truce.", access=access)
    (found,) = ask("truce").found
    assert ("Truce" in found.headline_html) == headline
    assert ("truce" in found.snippet_html) == snippet


def test_matched_words_are_marked_and_all_else_is_escaped() -> None:
    make_article(headline="<Truces> & peace", body="Filler. " * 100 + "A truce <b>holds</b>.")
    (found,) = ask("truce").found
    assert found.headline_html == "&lt;<mark>Truces</mark>&gt; &amp; peace"
    assert "<mark>truce</mark> &lt;b&gt;holds&lt;/b&gt;." in found.snippet_html
    (found,) = ask("headline:truce").found
    assert "<mark>" in found.headline_html
    assert "<mark>" not in found.snippet_html


def test_an_extract_is_short_and_always_the_same() -> None:
    body = "The opening words. " + "More of the text follows here. " * 40 + "The secret ending."
    make_article(headline="Truce", body=body, access=AccessLevel.SNIPPET)
    snippets = {ask(text).found[0].snippet_html for text in ("opening", "ending", "follows")}
    assert all("ending" not in snippet for snippet in snippets)
    plain = {snippet.replace("<mark>", "").replace("</mark>", "") for snippet in snippets}
    assert len(plain) == 1
    assert len(plain.pop()) <= 241


def test_staff_find_everything_in_order() -> None:
    draft = make_article(headline="Truce draft", status=Status.DRAFT)
    public = make_article(headline="Truce public", published="2024")
    outbox.drain()
    answer = staff_search("truce")
    assert answer.total == 2
    assert set(answer.ids) == {draft.public_id, public.public_id}
    assert staff_search("truce", offset=1, limit=1).ids == answer.ids[1:]
    with pytest.raises(QueryError):
        staff_search('"')


class BrokenEngine:
    """An engine whose files are damaged."""

    def __getattr__(self, name: str) -> NoReturn:
        raise IndexDamaged("Files of the index are missing.")


@contextmanager
def broken(monkeypatch: pytest.MonkeyPatch) -> Iterator[None]:
    with monkeypatch.context() as patch:
        for module in ("public_index", "outbox", "searching"):
            patch.setattr(f"archive.services.{module}.get_engine", BrokenEngine)
        yield


@pytest.mark.parametrize(
    "fields",
    [
        {},
        {"chosen": {"party": ("aland",)}},
        {"chosen": {"party": ("aland", "cascara"), "place": ("port",)}},
        {"chosen": {"source": ("gazette",)}},
        {"chosen": {"section": ("sport",)}},
        {"chosen": {"language": ("en",)}},
        {"chosen": {"language": ("sv",)}},
        {"dates": ("2025-06-02",)},
        {"dates": ("2024", "none")},
        {"date_from": "2025-06-03"},
        {"date_to": "2025-06-02"},
        {"chosen": {"party": ("atlantis",)}},
    ],
)
def test_without_an_index_the_database_filters_alike(
    tagged: dict[str, Article], monkeypatch: pytest.MonkeyPatch, fields: dict[str, Any]
) -> None:
    source = make_source(slug="gazette")
    make_article(source=source, section="Sport", published="")
    make_article(language="en-GB", published="2024")
    make_tag(make_article(status=Status.DRAFT), Entity.objects.get(slug="aland"))
    sound = ask(**fields)
    with broken(monkeypatch):
        fallback = ask(**fields)
    assert fallback.from_database
    assert fallback.total == sound.total
    assert [found.article.pk for found in fallback.found] == [
        found.article.pk for found in sound.found
    ]
    assert fallback.facets == ()
    assert fallback.question == sound.question


def test_without_an_index_a_place_counts_all_below_it(monkeypatch: pytest.MonkeyPatch) -> None:
    country = make_entity(EntityKind.PLACE, slug="country")
    region = make_entity(EntityKind.PLACE, slug="region", parent=country)
    town = make_entity(EntityKind.PLACE, slug="town", parent=region)
    alliance = make_entity(EntityKind.PARTY, slug="alliance")
    member = make_entity(EntityKind.PARTY, slug="member", parent=alliance)
    article = make_article()
    make_tag(article, town)
    make_tag(article, member)
    for chosen_values, found in (
        ({"place": ("country",)}, 1),
        ({"place": ("region",)}, 1),
        ({"party": ("member",)}, 1),
        ({"party": ("alliance",)}, 0),  # only places carry what is below them
    ):
        assert ask(chosen=chosen_values).total == found
        with broken(monkeypatch):
            fallback = ask(chosen=chosen_values)
            listed, _ = list_entities(Entity.objects.all(), offset=0, limit=9)
        assert (fallback.from_database, fallback.total) == (True, found)
    assert {each.entity.slug for each in listed} == {"country", "region", "town", "member"}


def test_without_an_index_words_cannot_be_looked_up(monkeypatch: pytest.MonkeyPatch) -> None:
    make_article()
    with broken(monkeypatch), pytest.raises(SearchIndexError):
        ask("truce")


def test_the_masks_reach_the_engine() -> None:
    """The same request without masks finds the article: what hides it above is the mask."""
    article = make_article(headline="Truce")
    outbox.drain()
    with get_engine().batch():
        article.status = Status.DRAFT
        article.save()
        assert get_engine().search(SearchRequest()).total == 1
        assert ask().total == 0


@pytest.mark.parametrize("code", ["zh", "zho", "chi", "ZH-Hant", "cmn"])
def test_a_language_is_known_by_all_its_codes(code: str) -> None:
    make_article(headline="停战协定签署", language="zh-Hans")
    outbox.drain()
    answer = ask(chosen={"language": (code,)})
    assert answer.total == 1
    assert [choice.label for choice in facet(answer, "language").choices] == ["Chinese"]
