"""Profiles of imports in the admin: rules as lines, none that an import would refuse."""

from __future__ import annotations

import pytest
from django.test import Client
from django.urls import reverse

from archive.models import ImportProfile
from tests.admin.test_article_form import errors_in

pytestmark = pytest.mark.django_db

ADD = reverse("admin:archive_importprofile_add")
LIST = reverse("admin:archive_importprofile_changelist")


def test_rules_are_written_and_changed_as_lines(desk: Client) -> None:
    given = {"name": "Quay", "format": "", "mapping": "Title=headline\r\n\r\n Tags=topics:,\r\n"}
    assert desk.post(ADD, given).status_code == 302
    profile = ImportProfile.objects.get()
    assert profile.mapping == ["Title=headline", "Tags=topics:,"]
    assert "Quay" in desk.get(LIST).content.decode()
    change = reverse("admin:archive_importprofile_change", args=[profile.pk])
    assert "Title=headline\nTags=topics:,</textarea>" in desk.get(change).content.decode()
    assert desk.post(change, {**given, "mapping": "Titel=headline"}).status_code == 302
    profile.refresh_from_db()
    assert profile.mapping == ["Titel=headline"]
    assert profile.updated_at > profile.created_at


@pytest.mark.parametrize(
    ("given", "said"),
    [
        ({"mapping": "Title=title"}, "no field “title”"),
        ({"mapping": ""}, "required"),
        ({"mapping": "//i=record\ndc:title=headline"}, "without prefixes"),
        ({"mapping": "Title=headline", "format": "warc"}, "csv, json and xml"),
        ({"mapping": "Title=headline", "format": "xml"}, "//item=record"),
        ({"mapping": "Title=headline", "name": ""}, "required"),
    ],
)
def test_what_is_wrong_is_said(desk: Client, given: dict[str, str], said: str) -> None:
    response = desk.post(ADD, {"name": "Quay", "format": "", **given})
    assert said in str(errors_in(response))
    assert not ImportProfile.objects.exists()
