"""Synonyms in the admin: written as lines, told apart in the list, obeyed from then on."""

from __future__ import annotations

import pytest
from django.contrib.admin.models import LogEntry
from django.test import Client
from django.urls import reverse

from archive.models import Synonym
from archive.services import outbox
from archive.services.questions import SearchQuestion
from archive.services.searching import search
from tests.admin.test_article_form import errors_in
from tests.factories import make_article

pytestmark = pytest.mark.django_db

ADD = reverse("admin:archive_synonym_add")
LIST = reverse("admin:archive_synonym_changelist")
VESSEL = "vessel \u200e→\u200e ship"


def test_a_group_is_written_in_lines_and_obeyed(desk: Client) -> None:
    make_article(headline="Ceasefire holds")
    outbox.drain()
    assert search(SearchQuestion(text="truce")).total == 0
    given = {"terms": "truce, ceasefire\r\narmistice", "language": "EN", "active": "on"}
    assert desk.post(ADD, given).status_code == 302
    made = Synonym.objects.get()
    assert made.listed == ["truce", "ceasefire", "armistice"]
    assert (made.language, made.one_way, made.active) == ("en", False, True)
    assert LogEntry.objects.filter(object_id=str(made.pk)).exists()
    assert search(SearchQuestion(text="truce")).total == 1


@pytest.mark.parametrize(
    ("given", "said"),
    [
        ({"terms": "truce"}, "at least two"),
        ({"terms": ""}, "required"),
        ({"terms": "truce, pax", "language": "not a tag"}, "language"),
        ({"terms": "pax, ceasefire"}, "stands in the group"),
    ],
)
def test_what_is_wrong_is_said_beside_the_field(
    desk: Client, given: dict[str, str], said: str
) -> None:
    Synonym.objects.create(terms="armistice\nceasefire")
    response = desk.post(ADD, {"active": "on", **given})
    assert said in str(errors_in(response))
    assert Synonym.objects.count() == 1


def test_the_list_shows_a_group_as_it_works(desk: Client) -> None:
    Synonym.objects.create(terms="vessel\nship", one_way=True)
    Synonym.objects.create(terms="перемир'я\nприпинення вогню", active=False)
    page = desk.get(LIST).content.decode()
    assert VESSEL in page
    assert VESSEL not in desk.get(f"{LIST}?q=припинення").content.decode()
    assert VESSEL in desk.get(f"{LIST}?active__exact=1").content.decode()
    assert "припинення вогню" not in desk.get(f"{LIST}?active__exact=1").content.decode()
