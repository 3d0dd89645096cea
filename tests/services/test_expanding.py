"""What else a query's words are looked for by: synonyms, and the names of whom they name."""

from __future__ import annotations

from typing import Any

import pytest

from archive.models import Entity, EntityAlias, EntityKind, Synonym
from archive.services import outbox
from archive.services.answers import SearchAnswer
from archive.services.questions import SearchQuestion
from archive.services.searching import search
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
