"""The form of an article: what an editor writes is checked, kept and shown to the index."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta
from typing import Any

import pytest
from django.contrib.auth.models import Permission, User
from django.test import Client
from django.urls import reverse
from django.utils import timezone
from pytest_django import DjangoAssertNumQueries, DjangoCaptureOnCommitCallbacks

from archive.models import Article, ArticleReference, ArticleVersion, Tag, TagEvidence, TagState
from archive.search.document import Shelf
from archive.services import outbox
from tests.admin.conftest import on_shelf
from tests.factories import make_article, make_entity, make_source, make_tag

ADD = reverse("admin:archive_article_add")


def form_of(client: Client, address: str) -> dict[str, str]:
    """What a browser would send of a form that nobody touched."""
    page = client.get(address)
    assert page.status_code == 200
    forms = [page.context["adminform"].form]
    for inline in page.context["inline_admin_formsets"]:
        forms += [inline.formset.management_form, *inline.formset.forms]
    data: dict[str, str] = {}
    for form in forms:
        for field in form:
            value = field.value()
            if field.name == "embargo_until":
                local = timezone.localtime(value) if value else None
                data["embargo_until_0"] = f"{local:%Y-%m-%d}" if local else ""
                data["embargo_until_1"] = f"{local:%H:%M:%S}" if local else ""
            elif value is not None and value is not False:
                # Browsers end lines with two characters.
                data[field.html_name] = str(value).replace("\n", "\r\n")
    return data


def change(article: Article) -> str:
    return reverse("admin:archive_article_change", args=[article.pk])


def save(client: Client, article: Article, **changed: Any) -> None:
    response = client.post(change(article), {**form_of(client, change(article)), **changed})
    if response.status_code != 302:
        raise AssertionError(errors_in(response))
    article.refresh_from_db()


def errors_in(response: Any) -> dict[str, list[str]]:
    assert response.status_code == 200
    found: dict[str, list[str]] = dict(response.context["adminform"].form.errors)
    for inline in response.context["inline_admin_formsets"]:
        for form in inline.formset.forms:
            found |= form.errors
    return found


def refused(client: Client, article: Article, **changed: Any) -> dict[str, list[str]]:
    data = {**form_of(client, change(article)), **changed}
    return errors_in(client.post(change(article), data))


def test_an_article_is_written(
    desk: Client, editor: User, django_capture_on_commit_callbacks: DjangoCaptureOnCommitCallbacks
) -> None:
    source, party = make_source(), make_entity()
    data = form_of(desk, ADD) | {
        "headline": "  Talks   begin ",
        "body": "First.\r\nStill first.\r\n\r\n\r\nSecond.",
        "bylines": "Jane Doe\r\n\r\n  Jo   Smith \r\n",
        "language": "EN_gb",
        "published": "2025-06",
        "source": str(source.pk),
        "canonical_url": "example.org/talks",
        "status": "published",
        "tags-2-TOTAL_FORMS": "2",
        "tags-2-0-entity": str(party.pk),
        "tags-2-1-entity": str(party.pk),
        "references-TOTAL_FORMS": "1",
        "references-0-label": "A paper",
    }
    with django_capture_on_commit_callbacks(execute=True):
        response = desk.post(ADD, data)
    assert response.status_code == 302, errors_in(response)
    article = Article.objects.get()
    assert article.headline == "Talks begin"
    assert article.body == "First. Still first.\n\nSecond."
    assert article.bylines == ["Jane Doe", "Jo Smith"]
    assert article.language == "en-GB"
    assert article.canonical_url == "https://example.org/talks"
    assert (article.published, str(article.published_upper)) == ("2025-06", "2025-06-30")
    assert (article.version, article.import_run) == (1, None)
    (tag,) = article.tags.all()
    assert (tag.entity, tag.origin, tag.state) == (party, "editor", "confirmed")
    assert [row.by for row in tag.evidence.all()] == [editor]
    assert [reference.label for reference in article.references.all()] == ["A paper"]
    assert on_shelf(Shelf.PUBLIC) == {article.public_id}


@pytest.mark.parametrize(
    ("changed", "field", "message"),
    [
        ({"published": "juin"}, "published", "“juin” is not a date. Write a year"),
        ({"published": "2025-02-30"}, "published", "There is no day 2025-02-30."),
        ({"published": "2" * 65}, "published", "at most 64 characters"),
        ({"language": "klingon!"}, "language", "“klingon!” is not a language tag."),
        ({"headline": "", "body": " "}, "headline", "Write a headline or a text"),
        ({"status": "withdrawn"}, "withdrawal_reason", "Say why"),
        ({"withdrawal_reason": "No."}, "withdrawal_reason", "Only a withdrawn article"),
        ({"canonical_url": "javascript:alert(1)"}, "canonical_url", "valid URL"),
        ({"status": "gone"}, "status", "not one of the available choices"),
        ({"embargo_until_0": "soon", "embargo_until_1": "x"}, "embargo_until", "valid date"),
    ],
)
def test_what_is_wrong_is_said_in_a_sentence(
    desk: Client, changed: dict[str, str], field: str, message: str
) -> None:
    article = make_article()
    errors = refused(desk, article, **changed)
    assert set(errors) == {field}
    assert message in errors[field][0]
    assert len(errors[field]) == (2 if field == "embargo_until" else 1)


def test_a_draft_is_not_withdrawn(desk: Client) -> None:
    article = make_article(status="draft")
    errors = refused(desk, article, status="withdrawn", withdrawal_reason="An error.")
    assert "never public" in errors["status"][0]


def test_saving_untouched_changes_nothing(desk: Client) -> None:
    article = make_article(
        body="One.\n\nTwo.",
        summary="A\n\nB",
        usage_terms="None.\n\nAt all.",
        bylines=["Jane"],
        published="2025-06-02T10:15:00+03:00",
        embargo_until=datetime(2030, 1, 1, 12, tzinfo=UTC),
    )
    make_tag(article, make_entity(), TagState.SUGGESTED, origin="gazetteer")
    ArticleReference.objects.create(article=article, label="A paper")
    before = Article.objects.values().get()
    tags = list(Tag.objects.values())
    outbox.drain()
    save(desk, article)
    assert Article.objects.values().get() == before
    assert list(Tag.objects.values()) == tags
    assert not ArticleVersion.objects.exists()
    assert outbox.due_count() == 0


def test_a_change_is_an_editors_and_kept_from_imports(desk: Client, editor: User) -> None:
    article = make_article(headline="Old", source=make_source())
    save(desk, article, headline="New", published="1998~", source="")
    assert article.edited_fields == ["headline", "published", "source_id"]
    version = ArticleVersion.objects.get()
    assert (version.by, version.content["headline"]) == (editor, "Old")
    save(desk, article, section="World")
    assert article.edited_fields == ["headline", "published", "section", "source_id"]
    page = desk.get(change(article)).content.decode()
    assert "headline, published, section, source" in page


def test_the_exact_time_is_written_with_its_zone(desk: Client) -> None:
    article = make_article(published="2025-06-02T10:15:00+03:00")
    assert form_of(desk, change(article))["published"] == "2025-06-02T10:15+03:00"
    article.set_published("2025-06-02T10:15:42+03:00")
    article.save()
    assert form_of(desk, change(article))["published"] == "2025-06-02T10:15:42+03:00"
    save(desk, article, published="2025-06-03T01:00-05:00")
    assert article.published == "2025-06-03"
    assert article.published_at == datetime(2025, 6, 3, 6, tzinfo=UTC)
    assert article.published_offset == -300
    save(desk, article, published="")
    assert article.published_lower is None
    assert article.published_at is None
    assert article.published_offset is None


def test_withdrawing_and_coming_back(
    desk: Client, django_capture_on_commit_callbacks: DjangoCaptureOnCommitCallbacks
) -> None:
    article = make_article()
    outbox.drain()
    assert on_shelf(Shelf.PUBLIC) == {article.public_id}
    with django_capture_on_commit_callbacks(execute=True):
        save(desk, article, status="withdrawn", withdrawal_reason=" An  error. ")
        assert outbox.pending_removals() == {article.public_id}
    assert article.withdrawal_reason == "An error."
    assert on_shelf(Shelf.PUBLIC) == set()
    with django_capture_on_commit_callbacks(execute=True):
        save(desk, article, status="published")
    assert article.withdrawal_reason == ""
    assert on_shelf(Shelf.PUBLIC) == {article.public_id}


def test_tags_are_judged_where_the_article_is_edited(desk: Client, editor: User) -> None:
    article = make_article()
    first = make_tag(article, make_entity(), TagState.SUGGESTED, origin="gazetteer", count=9)
    second = make_tag(article, make_entity(), TagState.AUTOMATIC, origin="import")
    third = make_tag(article, make_entity(), TagState.AUTOMATIC, origin="import")
    data = form_of(desk, change(article))
    assert data["tags-0-id"] == str(first.pk)  # what waits comes first
    places = {data[f"tags-{place}-id"]: place for place in range(3)}
    save(
        desk,
        article,
        **{
            f"tags-{places[str(first.pk)]}-state": "confirmed",
            f"tags-{places[str(second.pk)]}-state": "rejected",
        },
    )
    assert dict(Tag.objects.values_list("pk", "state")) == {
        first.pk: "confirmed",
        second.pk: "rejected",
        third.pk: "automatic",
    }
    assert set(TagEvidence.objects.values_list("tag", "origin", "by")) == {
        (first.pk, "editor", editor.pk),
        (second.pk, "editor", editor.pk),
    }
    assert article.version == 1


def test_states_that_machines_give_cannot_be_chosen(desk: Client) -> None:
    article = make_article()
    make_tag(article, make_entity(), TagState.CONFIRMED)
    assert "automatic is not one of the available choices" in str(
        refused(desk, article, **{"tags-0-state": "automatic"})
    )


def test_an_entity_that_is_tagged_already_is_confirmed(desk: Client) -> None:
    article, entity = make_article(), make_entity()
    tag = make_tag(article, entity, TagState.REJECTED)
    save(desk, article, **{"tags-2-TOTAL_FORMS": "1", "tags-2-0-entity": str(entity.pk)})
    tag.refresh_from_db()
    assert (Tag.objects.count(), tag.state) == (1, "confirmed")


def test_references_are_put_in_order(desk: Client) -> None:
    article = make_article()
    for order, label in enumerate("abc"):
        ArticleReference.objects.create(article=article, label=label, order=order)
    save(
        desk,
        article,
        **{
            "references-TOTAL_FORMS": "4",
            "references-0-order": "3",
            "references-2-order": "1",
            "references-1-DELETE": "on",
            "references-3-label": "d",
            "references-3-url": "example.org",
        },
    )
    assert list(article.references.values_list("order", "label", "url")) == [
        (0, "c", ""),
        (1, "a", ""),
        (2, "d", "https://example.org"),
    ]
    assert article.edited_fields == ["references"]


def test_a_form_takes_the_same_queries_with_many_tags(
    desk: Client, django_assert_num_queries: DjangoAssertNumQueries
) -> None:
    article = make_article(source=make_source())
    for _ in range(12):
        tag = make_tag(article, make_entity(), TagState.SUGGESTED)
        TagEvidence.objects.create(tag=tag, origin="gazetteer", surface="x")
        ArticleReference.objects.create(article=article, label="x", order=tag.pk)
    desk.get(change(article))
    with django_assert_num_queries(9):
        desk.get(change(article))


def test_articles_cannot_be_deleted(desk: Client) -> None:
    article = make_article()
    address = reverse("admin:archive_article_delete", args=[article.pk])
    assert desk.post(address, {"post": "yes"}).status_code == 403
    page = desk.get(change(article)).content.decode()
    assert "Articles are not deleted. Withdraw one instead" in page
    assert address not in page
    assert (
        "delete_selected"
        not in desk.get(reverse("admin:archive_article_changelist")).content.decode()
    )


@pytest.mark.parametrize(
    ("fields", "sentence"),
    [
        ({}, "By everyone, "),
        ({"status": "draft"}, "it is a draft"),
        ({"status": "withdrawn"}, "its address says why"),
        ({"embargo_until": datetime(2099, 1, 2, tzinfo=UTC)}, "embargo ends, 2099-01-02 00:00 UTC"),
        ({"source": False}, "its source is hidden"),
    ],
)
def test_who_sees_it_is_said(desk: Client, fields: dict[str, Any], sentence: str) -> None:
    if "source" in fields:
        fields = {"source": make_source(visible=False)}
    article = make_article(**fields)
    page = desk.get(change(article)).content.decode()
    assert sentence in page
    assert ("View on site" in page) == (fields == {})


def test_earlier_versions_are_shown(desk: Client) -> None:
    article = make_article(headline="Old <b>words</b>")
    save(desk, article, headline="New <b>words</b>")
    page = desk.get(reverse("admin:archive_article_versions", args=[article.pk])).content.decode()
    assert "by anna" in page
    assert "<del>Old</del><ins>New</ins> &lt;b&gt;words&lt;/b&gt;" in page
    assert desk.get("/admin/archive/article/999999/versions/").status_code == 404


def test_who_may_only_look_changes_nothing(db: None) -> None:
    reader = User.objects.create_user("reader", is_staff=True)
    reader.user_permissions.set(Permission.objects.filter(codename__startswith="view_"))
    client = Client()
    client.force_login(reader, backend="django.contrib.auth.backends.ModelBackend")
    article = make_article()
    tag = make_tag(article, make_entity(), TagState.SUGGESTED)
    page = client.get(change(article))
    assert page.status_code == 200
    assert b'name="_save"' not in page.content
    assert client.post(change(article), {"headline": "x"}).status_code == 403
    for action in ("publish", "withdraw", "to_draft", "confirm_tags"):
        client.post(
            reverse("admin:archive_article_changelist"),
            {"action": action, "_selected_action": str(article.pk), "index": "0"},
        )
    withdraw = {"keys": str(article.pk), "reason": "x"}
    assert client.post(reverse("admin:archive_article_withdraw"), withdraw).status_code == 403
    client.post(reverse("admin:archive_tag_changelist"), {"_decide": f"confirm:{tag.pk}"})
    article.refresh_from_db()
    tag.refresh_from_db()
    assert (article.status, article.version, tag.state) == ("published", 1, "suggested")


def test_an_embargo_in_the_future_hides(desk: Client) -> None:
    article = make_article()
    outbox.drain()
    end = timezone.localtime(timezone.now() + timedelta(days=2))
    save(desk, article, embargo_until_0=f"{end:%Y-%m-%d}", embargo_until_1="12:00:00")
    assert article.public_id in outbox.pending_removals()
    outbox.drain()
    assert on_shelf(Shelf.PUBLIC) == set()
