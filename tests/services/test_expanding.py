"""What else a query's words are looked for by: synonyms, and the names of whom they name."""

from __future__ import annotations

from typing import Any

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext

from archive.models import Entity, EntityAlias, EntityKind, Status, Synonym
from archive.services import outbox
from archive.services.answers import SearchAnswer
from archive.services.questions import SearchQuestion
from archive.services.searching import search, staff_search
from tests.factories import make_article, make_entity, make_tag

pytestmark = pytest.mark.django_db


@pytest.fixture(params=["memory", "whoosh"], autouse=True)
def engine(request: pytest.FixtureRequest) -> None:
    if request.param == "whoosh":
        request.getfixturevalue("whoosh_engine")


def ask(text: str, **fields: Any) -> SearchAnswer:
    outbox.drain()
    return search(SearchQuestion(text=text, **fields))


def headlines(text: str, **fields: Any) -> set[str]:
    return {found.article.headline for found in ask(text, **fields).found}


def make_group(*terms: str, **fields: Any) -> Synonym:
    group = Synonym(terms="\n".join(terms), **fields)
    group.full_clean()
    group.save()
    return group


@pytest.fixture
def zelensky() -> Entity:
    """A person with spellings in three scripts, and articles tagged and not."""
    person = make_entity(EntityKind.PERSON, name="Volodymyr Zelensky", slug="volodymyr-zelensky")
    for name, language in (
        ("Zelensky", "en"),
        ("Zelenskyy", "en"),
        ("Selenskyj", "de"),
        ("Володимир Зеленський", "uk"),
        ("Зеленський", "uk"),
        ("Владимир Зеленский", "ru"),
        ("Зеленский", "ru"),
        ("زيلينسكي", "ar"),
    ):
        EntityAlias.objects.create(entity=person, name=name, language=language)
    EntityAlias.objects.create(entity=person, name="Bankova", language="en", metonym=True)
    for headline, language in (
        ("The president speaks", "en"),
        ("Зеленський виступив", "uk"),
        ("Зеленский выступил", "ru"),
    ):
        make_tag(make_article(headline=headline, language=language), person)
    make_article(headline="Selenskyj spricht", language="de")
    make_article(headline="Harvest begins")
    return person


EVERY = {"The president speaks", "Зеленський виступив", "Зеленский выступил", "Selenskyj spricht"}


class TestNames:
    """A name finds whom it names, in whatever script."""

    @pytest.mark.parametrize(
        "typed",
        [
            "Зеленський",
            "Зеленский",
            "zelensky",
            "ZELENSKYY",
            "Zelénsky",
            "زيلينسكي",
            "Volodymyr Zelensky",
            "Володимир Зеленський",
        ],
    )
    def test_every_spelling_finds_the_tagged_articles(self, zelensky: Entity, typed: str) -> None:
        tagged = EVERY - {"Selenskyj spricht"}
        assert headlines(typed) >= tagged
        assert "Harvest begins" not in headlines(typed)

    def test_what_is_not_tagged_is_found_by_its_words(self, zelensky: Entity) -> None:
        assert headlines("Зеленський") == EVERY

    def test_the_answer_says_so(self, zelensky: Entity) -> None:
        (expansion,) = ask("zelensky").expansions
        assert (expansion.kind, expansion.slug) == ("person", "volodymyr-zelensky")
        assert {"Зеленський", "Зеленский", "Selenskyj"} <= set(expansion.also)
        assert expansion.sentence.startswith("“zelensky” also by the names ")

    def test_only_what_was_typed_on_demand(self, zelensky: Entity) -> None:
        answer = ask("Зеленський", literally=True)
        assert answer.total == 1
        assert answer.expansions == ()

    def test_inflections_of_a_name_are_taken_for_it(self, zelensky: Entity) -> None:
        assert headlines("Зеленського") >= EVERY - {"Selenskyj spricht"}
        assert headlines("Zelensky's") >= EVERY - {"Selenskyj spricht"}

    def test_words_side_by_side_are_a_name_before_each_is_one(self, zelensky: Entity) -> None:
        make_article(headline="Wolodymyr Selenskyj war da", language="de")
        EntityAlias.objects.create(entity=zelensky, name="Wolodymyr Selenskyj", language="de")
        answer = ask("harvest volodymyr zelensky")
        assert [expansion.typed for expansion in answer.expansions] == ["volodymyr zelensky"]
        found = headlines("volodymyr zelensky")
        assert "Wolodymyr Selenskyj war da" in found
        assert "Selenskyj spricht" not in found  # who typed both names wants no other Zelensky

    @pytest.mark.parametrize(
        "typed",
        [
            '"Zelensky"',
            "=Zelensky",
            "Zelensk*",
            "Zelensky~",
            "byline:Zelensky",
            "Bankova",
            "person:zelensky",
        ],
    )
    def test_what_is_not_widened(self, zelensky: Entity, typed: str) -> None:
        assert ask(typed).expansions == ()

    def test_a_headline_has_other_spellings_but_no_tags(self, zelensky: Entity) -> None:
        assert headlines("headline:Zelensky") == EVERY - {"The president speaks"}

    def test_without_a_name_is_without_all_of_them(self, zelensky: Entity) -> None:
        assert headlines("-Zelensky") == {"Harvest begins"}

    def test_words_of_other_names_are_marked(self, zelensky: Entity) -> None:
        found = {each.article.language: each for each in ask("Zelensky").found}
        assert found["uk"].headline_html == "<mark>Зеленський</mark> виступив"

    def test_tagged_articles_come_behind_those_with_the_words(self, zelensky: Entity) -> None:
        article = ask("Zelensky").found[-1].article
        assert article.headline == "The president speaks"

    def test_other_names_of_several_words_take_nothing_from_those_typed(self) -> None:
        person = make_entity(EntityKind.PERSON, name="Ana Lopez", slug="ana-lopez")
        for name in ("Анна Лопес", "Anna Lopes"):
            EntityAlias.objects.create(entity=person, name=name)
        make_tag(make_article(headline="Ana Lopez", body="A life."), person)
        make_article(headline="Lopez meets Ana")
        widened = {each.article.headline: each.score for each in ask("ana lopez").found}
        literal = {
            each.article.headline: each.score for each in ask("ana lopez", literally=True).found
        }
        assert widened == literal

    def test_a_name_of_few_is_all_of_theirs_and_a_name_of_many_none(self) -> None:
        for number in range(4):
            bearer = make_entity(EntityKind.PERSON, name="Ann Lee", slug=f"ann-{number}")
            make_tag(make_article(headline=f"Meeting {number}"), bearer)
            answer = ask("ann lee")
            if number < 3:
                assert answer.total == len(answer.expansions) == number + 1
        assert (answer.total, answer.expansions) == (0, ())

    def test_whom_only_a_draft_is_about_is_unknown(self) -> None:
        make_article(headline="Talks")
        secret = make_entity(EntityKind.PERSON, name="Jane Secret", slug="jane-secret")
        EntityAlias.objects.create(entity=secret, name="Talks")
        make_tag(make_article(status=Status.DRAFT), secret)
        answer = ask("talks")
        assert (answer.total, answer.expansions) == (1, ())

    def test_a_hidden_namesake_takes_no_place(self) -> None:
        for number in range(5):
            bearer = make_entity(EntityKind.PERSON, name="Ann Lee", slug=f"ann-{number}")
            state = Status.DRAFT if number else Status.PUBLISHED
            make_tag(make_article(headline=f"Meeting {number}", status=state), bearer)
        assert headlines("ann lee") == {"Meeting 0"}

    def test_short_acronyms_need_their_capitals_and_are_no_words_of_other_languages(self) -> None:
        union = make_entity(EntityKind.ORGANISATION, name="United Nations", slug="un")
        EntityAlias.objects.create(entity=union, name="UN", language="en")
        make_tag(make_article(headline="Council meets"), union)
        make_article(headline="Un homme", language="fr")
        assert headlines("UN") == {"Council meets", "Un homme"}
        assert headlines("un") == {"Un homme"}
        assert headlines("united nations") == {"Council meets"}

    def test_a_shorter_name_is_no_spelling_of_a_longer_one(self) -> None:
        bush = make_entity(EntityKind.PERSON, name="George W. Bush", slug="george-w-bush")
        EntityAlias.objects.create(entity=bush, name="Bush", language="en")
        make_tag(make_article(headline="A president"), bush)
        make_article(headline="A bush burns")
        assert headlines("george w. bush") == {"A president"}
        assert headlines("bush") == {"A president", "A bush burns"}

    def test_a_topic_goes_by_its_own_name_alone(self) -> None:
        topic = make_entity(EntityKind.TOPIC, name="Natural disasters", slug="disasters")
        EntityAlias.objects.create(entity=topic, name="earthquake", language="en")
        EntityAlias.objects.create(entity=topic, name="flood", language="en")
        make_tag(make_article(headline="The river rises"), topic)
        make_article(headline="A flood")
        assert headlines("earthquake") == set()
        assert headlines("natural disasters") == {"The river rises"}


class TestSynonyms:
    """Words of a group find one another."""

    @pytest.mark.parametrize("typed", ["truce", "Truces", "CEASEFIRE", "cease-fire", "cease fire"])
    def test_each_finds_the_others(self, typed: str) -> None:
        make_group("truce", "ceasefire", "cease-fire", language="en")
        for headline in ("Truce holds", "Ceasefires fail", "A cease-fire ends", "Rain fell"):
            make_article(headline=headline)
        assert headlines(typed) == {"Truce holds", "Ceasefires fail", "A cease-fire ends"}

    def test_one_way_is_not_the_other(self) -> None:
        make_group("vessel", "ship", "boat", one_way=True)
        for headline in ("A vessel sails", "A ship sails", "A boat sails"):
            make_article(headline=headline)
        assert len(headlines("vessel")) == 3
        assert headlines("ship") == {"A ship sails"}

    def test_the_answer_says_so(self) -> None:
        make_group("truce", "ceasefire", "armistice")
        make_group("vessel", "ship", one_way=True)
        make_article(headline="Truce holds")
        said = [expansion.sentence for expansion in ask("vessel truce").expansions]
        assert said == [
            "“vessel” also as ship.",
            "“truce” also as ceasefire or armistice, which mean the same.",
        ]

    def test_phrases_are_found_by_their_words_side_by_side(self) -> None:
        make_group("prisoner exchange", "prisoner swap", "exchange of prisoners")
        make_article(headline="Swap", body="A prisoner swap took place.")
        make_article(headline="Market", body="Prisoners swapped a stock exchange for tea.")
        assert headlines("prisoner exchange") == {"Swap", "Market"}
        assert headlines("prisoner exchange took place") == {"Swap"}

    def test_without_a_word_is_without_all_that_mean_the_same(self) -> None:
        make_group("truce", "ceasefire")
        for headline in ("Truce holds", "Ceasefire holds", "Rain holds"):
            make_article(headline=headline)
        assert headlines("holds -truce") == {"Rain holds"}

    def test_a_change_holds_from_the_next_search_on(self) -> None:
        make_article(headline="Ceasefire holds")
        assert ask("truce").total == 0
        group = make_group("truce", "ceasefire")
        assert ask("truce").total == 1
        group.active = False
        group.save()
        assert ask("truce").total == 0
        group.active = True
        group.save()
        group.delete()
        assert ask("truce").total == 0

    def test_a_language_is_that_of_the_inflections(self) -> None:
        make_article(headline="Waffenruhe hält", language="de")
        make_article(headline="Truce holds", language="en")
        make_group("Waffenruhe", "truce", language="en")
        assert ask("truces").total == 2
        assert ask("Waffenruhe").total == 2
        assert ask("Waffenruhen").total == 1

    def test_a_word_may_mean_the_same_and_be_a_name(self) -> None:
        make_group("United States", "USA")
        party = make_entity(name="United States", slug="united-states")
        EntityAlias.objects.create(entity=party, name="США", language="uk")
        make_tag(make_article(headline="The senate votes"), party)
        make_article(headline="USA elects")
        answer = ask("united states")
        assert {each.article.headline for each in answer.found} == {
            "The senate votes",
            "USA elects",
        }
        assert [bool(each.kind) for each in answer.expansions] == [False, True]

    def test_staff_find_what_they_typed(self) -> None:
        make_group("truce", "ceasefire")
        make_article(headline="Ceasefire holds")
        outbox.drain()
        assert staff_search("truce").total == 0

    def test_a_suggestion_counts_what_it_would_find_and_says_what_to_type(self) -> None:
        make_group("truce", "ceasefire")
        for headline in ("Truce holds", "Ceasefire holds", "Rain fell"):
            make_article(headline=headline)
        offered = {other.text: other.count for other in ask("ceasefire rain").suggestions}
        assert offered["ceasefire"] == 2
        assert offered["ceasefire OR rain"] == 3
        assert ask("ceasefire rain", literally=True).suggestions[0].count == 1


class TestCosts:
    """However much is typed, a search stays cheap."""

    def test_names_are_asked_for_once(self, zelensky: Entity) -> None:
        make_group("truce", "ceasefire")
        for text in ("harvest", "Zelensky truce", "Ann Lee"):
            ask(text)
        for text in ("harvest", "Zelensky truce", "Ann Lee"):
            with CaptureQueriesContext(connection) as widened:
                ask(text)
            with CaptureQueriesContext(connection) as literal:
                ask(text, literally=True)
            assert len(widened) == len(literal), text

    def test_all_words_are_looked_up_in_one_query(self, zelensky: Entity) -> None:
        ask("harvest")
        with CaptureQueriesContext(connection) as one:
            ask("begins")
        words = " ".join(f"begins{number}" for number in range(24))
        with CaptureQueriesContext(connection) as many:
            ask(words)
        assert len(many) <= len(one)

    def test_what_is_added_is_bounded(self) -> None:
        make_article()
        for first in range(24):
            make_group(*(f"w{first}x{number}" for number in range(20)))
        answer = ask(" ".join(f"w{first}x0" for first in range(24)))
        added = [len(expansion.also) for expansion in answer.expansions]
        assert max(added) <= 20
        assert sum(added) <= 120
