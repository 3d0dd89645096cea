"""Every page of the admin opens, keeps nothing in caches, and is for staff alone."""

from __future__ import annotations

from collections.abc import Iterator

import pytest
from django.contrib import admin
from django.contrib.auth.models import User
from django.test import Client
from django.urls import NoReverseMatch, reverse

from archive.models import (
    ArticleReference,
    EntityAlias,
    EntityIdentifier,
    EntityKind,
    EntityRedirect,
    ImportProfile,
    ImportRecord,
    ImportRun,
    OutboxRow,
    PublicEpoch,
    ReceivedDocument,
    Synonym,
    TagEvidence,
    TagState,
)
from tests.factories import make_article, make_entity, make_source, make_tag

READ_ONLY = {
    "articleversion",
    "receiveddocument",
    "importrun",
    "importrecord",
    "outboxrow",
    "entityredirect",
    "publicepoch",
}


@pytest.fixture
def something_of_everything(editor: User) -> None:
    """At least one row of every model."""
    received = ReceivedDocument.objects.create(
        sha256="ab" * 32, content=b"<script>x</script>\xff\0", format="text"
    )
    run = ImportRun.objects.create(by=editor, arguments={"paths": ["a.txt"]})
    article = make_article(source=make_source(), import_run=run, received=received)
    ImportRecord.objects.create(
        run=run, path="a.txt", position=1, outcome="created", article=article, received=received
    )
    place = make_entity(EntityKind.PLACE, latitude=41.0, longitude=29.0)
    below = make_entity(EntityKind.PLACE, parent=place)
    EntityAlias.objects.create(entity=place, name="Elsewhere", language="en")
    EntityIdentifier.objects.create(entity=place, scheme="wikidata", value="Q1")
    EntityRedirect.objects.create(kind="place", slug="old", entity=place)
    tag = make_tag(article, below, TagState.SUGGESTED, origin="gazetteer")
    TagEvidence.objects.create(tag=tag, origin="gazetteer", surface="Text", first_position=12)
    ArticleReference.objects.create(article=article, label="A paper")
    article.headline = "Another headline"
    article.save()
    OutboxRow.objects.create(public_id=article.public_id)
    PublicEpoch.objects.get_or_create(pk=1)
    Synonym.objects.create(terms="truce\nceasefire")
    ImportProfile.objects.create(name="Quay", mapping=["Title=headline"])


def addresses() -> Iterator[str]:
    """The pages of every registered model with a row of it, and those of the site itself."""
    for name in ("index", "password_change", "password_change_done", "jsi18n"):
        yield reverse(f"admin:{name}")
    for model in admin.site._registry:
        meta = model._meta
        name = f"admin:{meta.app_label}_{meta.model_name}"
        yield reverse(f"{name}_changelist")
        yield f"{reverse(f'{name}_changelist')}?q=text"
        yield reverse(f"{name}_add")
        row = model._default_manager.first()
        if row is None:
            assert meta.app_label != "archive", f"the test lacks a {meta.model_name}"
            continue
        for page in ("change", "history", "delete", "versions", "download"):
            try:
                yield reverse(f"{name}_{page}", args=[row.pk])
            except NoReverseMatch:
                assert page in ("versions", "download")


@pytest.mark.usefixtures("something_of_everything")
def test_every_page_opens(desk: Client) -> None:
    for address in addresses():
        response = desk.get(address)
        assert response.status_code in (200, 403), address
        allowed = "/add/" not in address and "/delete/" not in address
        assert response.status_code == 200 or not allowed, address


@pytest.mark.usefixtures("something_of_everything")
def test_no_page_is_kept_in_a_cache(desk: Client) -> None:
    stranger = Client()
    for client in (desk, stranger):
        for address in [*addresses(), reverse("admin:login"), "/admin/nowhere", "/admin/r/1/1/"]:
            assert client.get(address).headers["Cache-Control"] == "private, no-store", address


@pytest.mark.usefixtures("something_of_everything")
def test_pages_are_for_staff_alone(db: None) -> None:
    visitor = User.objects.create_user("visitor", password="whatever it is")
    client = Client()
    for logged_in in (False, True):
        if logged_in:
            client.force_login(visitor, backend="django.contrib.auth.backends.ModelBackend")
        for address in addresses():
            response = client.get(address)
            assert response.status_code == 302, address
            assert response.headers["Location"].startswith(reverse("admin:login"))


@pytest.mark.usefixtures("something_of_everything")
@pytest.mark.parametrize("name", sorted(READ_ONLY))
def test_what_the_archive_keeps_cannot_be_written(desk: Client, name: str) -> None:
    model = next(m for m in admin.site._registry if m._meta.model_name == name)
    row = model._default_manager.first()
    assert row is not None
    base = f"admin:archive_{name}"
    assert desk.get(reverse(f"{base}_add")).status_code == 403
    assert desk.post(reverse(f"{base}_change", args=[row.pk]), {}).status_code == 403
    assert desk.post(reverse(f"{base}_delete", args=[row.pk]), {"post": "yes"}).status_code == 403
    assert b'name="_save"' not in desk.get(reverse(f"{base}_change", args=[row.pk])).content


@pytest.mark.usefixtures("something_of_everything")
def test_no_page_has_inline_styles_or_scripts(desk: Client) -> None:
    for address in addresses():
        if address.endswith(("/jsi18n/", "/download/")):
            continue
        page = desk.get(address).content
        assert b"<style" not in page, address
        assert b" style=" not in page, address
        assert b"<script>" not in page, address


@pytest.mark.usefixtures("something_of_everything")
def test_received_bytes_are_shown_as_text_and_given_as_a_file(desk: Client) -> None:
    document = ReceivedDocument.objects.get()
    page = desk.get(reverse("admin:archive_receiveddocument_change", args=[document.pk]))
    assert "&lt;script&gt;x&lt;/script&gt;\ufffd\ufffd" in page.content.decode()
    assert "have been altered" in page.content.decode()  # their digest is made up
    answer = desk.get(reverse("admin:archive_receiveddocument_download", args=[document.pk]))
    assert answer.content == b"<script>x</script>\xff\0"
    assert answer.headers["Content-Type"] == "application/octet-stream"
    assert answer.headers["Content-Disposition"].startswith("attachment;")
    assert answer.headers["X-Content-Type-Options"] == "nosniff"
