"""Groups of synonyms: what may be one, and what is wrong with what may not."""

from __future__ import annotations

from importlib import import_module

import pytest
from django.apps import apps
from django.core.exceptions import ValidationError

from archive.models import Entity, EntityAlias, EntityKind, Synonym
from archive.text.name_keys import may_mean, name_key

pytestmark = pytest.mark.django_db


def group(terms: str, **fields: object) -> Synonym:
    made = Synonym(terms=terms, **fields)
    made.full_clean()
    made.save()
    return made


def wrong(terms: str, **fields: object) -> list[str]:
    with pytest.raises(ValidationError) as raised:
        group(terms, **fields)
    return raised.value.message_dict["terms"]


def test_words_stand_on_lines_or_behind_commas_and_none_twice() -> None:
    made = group(" truce , cease-fire\r\n\n ceasefire\nTruce ,\n")
    assert made.listed == ["truce", "cease-fire", "ceasefire"]
    assert str(made) == "truce = cease-fire, ceasefire"
    assert str(group("vessel\nship", one_way=True)) == "vessel \u200e→\u200e ship"


@pytest.mark.parametrize(
    ("terms", "said"),
    [
        ("truce", "at least two"),
        ("truce, Truce, TRUCÉ", "at least two"),
        ("truce, …, armistice", "There is no word in “…”"),
        (", ".join(f"word{number}" for number in range(21)), "at most 20"),
        (f"truce, {'x' * 101}", "more than 100 characters"),
        ("truce, an end of all the shooting", "has 6 words"),
    ],
)
def test_what_is_wrong_is_said(terms: str, said: str) -> None:
    assert any(said in sentence for sentence in wrong(terms))


def test_commas_of_other_scripts_count() -> None:
    assert group("هدنة، وقف إطلاق النار").listed == ["هدنة", "وقف إطلاق النار"]
    assert group("停火、休战").listed == ["停火", "休战"]
    assert group("ሰላም፣ እርቅ").listed == ["ሰላም", "እርቅ"]


def test_a_word_speaks_for_one_group() -> None:
    group("truce, ceasefire")
    (sentence,) = wrong("Ceasefire, armistice")
    assert sentence.startswith("“Ceasefire” stands in the group “truce = ceasefire” already.")
    group("ceasefire, armistice", active=False)
    group("lull, truce", one_way=True)  # only who types lull is widened by it
    assert wrong("lull, quiet")
    again = Synonym.objects.get(terms="truce\nceasefire")
    again.full_clean()


class TestNameKeys:
    """Names are found by a key, whoever writes them."""

    @pytest.mark.parametrize(
        ("one", "other"),
        [
            ("al-Qaeda", "Al Qaeda"),
            ("U.S.", "u s"),
            ("Müller", "MULLER"),
            ("O’Brien", "o'brien"),
            ("Зеленський", "зеленський"),
            ("Соединённые Штаты", "соединенные штаты"),
            ("  New   York ", "new york"),
            ("’Ndrangheta", "Ndrangheta"),
        ],
    )
    def test_spellings_of_one_name_have_one_key(self, one: str, other: str) -> None:
        assert name_key(one) == name_key(other) != ""

    @pytest.mark.parametrize("name", ["", "…", "'", "—"])
    def test_without_a_word_there_is_none(self, name: str) -> None:
        assert name_key(name) == ""

    def test_it_fits_its_column(self) -> None:
        assert len(name_key("\ufdfa" * 200)) <= 255

    def test_it_is_written_however_rows_are(self) -> None:
        (made,) = Entity.objects.bulk_create(
            [Entity(kind=EntityKind.PERSON, name="Sinéad O’Connor", slug="sinead")]
        )
        alias = EntityAlias.objects.create(entity=made, name="Shuhada Sadaqat")
        made.refresh_from_db()
        assert made.name_key == "sinead o'connor"
        assert alias.name_key == "shuhada sadaqat"
        made.name = "Sinéad Marie"
        made.save()
        made.refresh_from_db()
        assert made.name_key == "sinead marie"

    @pytest.mark.parametrize(
        ("typed", "name", "may"),
        [
            ("US", "US", True),
            ("us", "US", False),
            ("usa", "USA", True),
            ("who", "WHO", False),
            ("nato", "NATO", True),
            ("us", "Us", True),
        ],
    )
    def test_a_short_acronym_may_be_another_word(self, typed: str, name: str, may: bool) -> None:
        assert may_mean(typed, name) == may

    def test_rows_from_before_there_were_keys_get_theirs(self) -> None:
        made = Entity.objects.create(kind=EntityKind.PERSON, name="Sinéad", slug="sinead")
        EntityAlias.objects.create(entity=made, name="Шінейд", language="uk")
        for model in (Entity, EntityAlias):
            model.objects.update(name_key="")
        import_module("archive.migrations.0002_synonyms_and_name_keys").fill_keys(apps, None)
        assert Entity.objects.get().name_key == "sinead"
        assert EntityAlias.objects.get().name_key == "шінейд"
