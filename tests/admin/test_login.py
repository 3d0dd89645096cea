"""Who tries passwords is stopped, and learns nothing about names."""

from __future__ import annotations

import re
from typing import cast

import pytest
from django.contrib.auth.models import User
from django.http import HttpResponse
from django.test import Client
from django.urls import reverse

from tests.admin.conftest import PASSWORD

LOGIN = reverse("admin:login")


def attempt(client: Client, name: str, password: str, address: str = "192.0.2.1") -> HttpResponse:
    data = {"username": name, "password": password}
    return cast("HttpResponse", client.post(f"{LOGIN}?next=/admin/", data, REMOTE_ADDR=address))


def text_of(response: HttpResponse) -> str:
    """The page without what changes from one to the next."""
    page = re.sub(r'name="csrfmiddlewaretoken" value="\w+"', "", response.content.decode())
    return re.sub(r'value="(anna|nobody\d?|)"', "", page)


def test_the_right_password_opens(editor: User) -> None:
    response = attempt(Client(), "anna", PASSWORD)
    assert (response.status_code, response.headers["Location"]) == (302, "/admin/")


@pytest.mark.usefixtures("editor")
@pytest.mark.parametrize("name", ["anna", "nobody"])
def test_the_sixth_wrong_password_is_refused(name: str) -> None:
    client = Client()
    for _ in range(4):
        assert attempt(client, name, "wrong").status_code == 200
    for password in ("wrong", "wrong", PASSWORD):
        response = attempt(client, name, password)
        assert response.status_code == 429
        assert "Too many tries" in response.content.decode()
        assert response.headers["Cache-Control"] == "private, no-store"
        assert "Content-Security-Policy" in response.headers
    # Elsewhere the editor still gets in: nobody can lock a colleague out.
    assert attempt(Client(), "anna", PASSWORD, "192.0.2.2").status_code == 302


@pytest.mark.usefixtures("editor")
def test_many_names_with_one_password_are_refused_as_well() -> None:
    client = Client()
    codes = [attempt(client, f"nobody{place}", "Summer2025").status_code for place in range(50)]
    assert codes[:4] == [200] * 4
    assert set(codes[4:]) == {429}


@pytest.mark.usefixtures("editor")
def test_known_and_unknown_names_read_the_same() -> None:
    known, unknown = Client(), Client()
    for _ in range(6):
        answers = [
            attempt(known, "anna", "wrong", "192.0.2.3"),
            attempt(unknown, "nobody", "wrong", "192.0.2.4"),
        ]
        assert text_of(answers[0]) == text_of(answers[1])
        assert answers[0].status_code == answers[1].status_code


def test_staff_who_may_nothing_see_nothing(db: None) -> None:
    User.objects.create_user("new", password=PASSWORD, is_staff=True)
    client = Client()
    assert attempt(client, "new", PASSWORD).status_code == 302
    assert (
        "You don’t have permission to view or edit anything."
        in client.get("/admin/").content.decode()
    )
    assert client.get(reverse("admin:archive_article_changelist")).status_code == 403
