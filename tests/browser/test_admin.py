"""The admin in a real browser: what an editor does there, and nothing that the CSP forbids."""

from __future__ import annotations

import re
from datetime import UTC, datetime

import pytest
from axe_playwright_python.sync_playwright import Axe
from django.contrib.auth.models import User
from django.urls import reverse
from playwright.sync_api import Page, expect
from pytest_django.live_server_helper import LiveServer

from archive.models import Article, ArticleReference, Entity, EntityAlias, Tag, TagState
from archive.services import outbox
from tests.browser.conftest import DESK, PHONE, OpenPage
from tests.browser.test_states import WCAG, sideways
from tests.factories import make_article, make_entity, make_source, make_tag

pytestmark = pytest.mark.browser

PASSWORD = "a long enough pass-phrase"

# What Django's own templates and scripts bring along, as rule and reason.
DJANGOS_OWN = {
    "empty-table-header": "the outer columns of an inline have no headings by design",
    "aria-input-field-name": "select2 calls the words of an empty choice a textbox of its own",
}


@pytest.fixture
def draft(live_server: LiveServer) -> Article:
    """A draft with tags, references and an earlier version, among the rest of an archive."""
    User.objects.create_superuser("anna", "anna@example.org", PASSWORD)
    article = make_article(
        headline="Prisoner exchange agreed",
        body="Delegations met in Moscow.\n\nThey agreed.",
        status="draft",
        source=make_source(name="The Daily Courier", slug="daily-courier"),
    )
    moscow = make_entity("place", name="Moscow", slug="moscow")
    EntityAlias.objects.create(entity=moscow, name="Москва", language="ru")
    tag = make_tag(article, moscow, TagState.SUGGESTED, origin="gazetteer")
    tag.evidence.create(origin="gazetteer", surface="Moscow", count=1)
    make_tag(article, make_entity("party", name="Russia", slug="russia"), TagState.AUTOMATIC)
    make_entity("party", name="Ukraine", slug="ukraine")
    ArticleReference.objects.create(article=article, label="A paper", url="https://example.org/")
    article.headline = "Prisoner exchange agreed in Moscow"
    article.embargo_until = datetime(2020, 1, 1, tzinfo=UTC)
    article.save()
    make_article(headline="Something else", body="Of another kind.")
    outbox.drain()
    return article


def logged_in(open_page: OpenPage, path: str = "/admin/") -> Page:
    """A page of the admin, after logging in as one does."""
    page = open_page(f"/admin/login/?next={path}", reduced_motion="reduce")
    page.get_by_label("Username").fill("anna")
    page.get_by_label("Password").fill(PASSWORD)
    page.get_by_role("button", name="Log in").click()
    expect(page).not_to_have_url(re.compile("login"))
    return page


def change(row: Article | Entity | Tag) -> str:
    return reverse(f"admin:archive_{row._meta.model_name}_change", args=[row.pk])


def test_admin_publishes_a_draft_that_is_then_found(open_page: OpenPage, draft: Article) -> None:
    page = logged_in(open_page)
    page.get_by_role("main").get_by_role("link", name="Articles", exact=True).click()
    page.get_by_role("searchbox", name="Search").fill("prisoner exchange")
    page.get_by_role("button", name="Search").click()
    expect(page.get_by_text("1 found")).to_be_visible()
    page.get_by_role("link", name=draft.headline).click()
    expect(page.get_by_text("By nobody outside: it is a draft.")).to_be_visible()
    page.get_by_label("published", exact=True).check()
    page.get_by_role("button", name="Save", exact=True).click()
    expect(page.get_by_text("was changed successfully")).to_be_visible()

    page.goto("/search/?q=prisoner+exchange")
    page.get_by_role("link", name=draft.headline).click()
    expect(page.get_by_role("heading", name=draft.headline)).to_be_visible()


def test_admin_confirms_a_suggested_tag(open_page: OpenPage, draft: Article) -> None:
    draft.status = "published"
    draft.save()
    page = logged_in(open_page, reverse("admin:archive_tag_changelist"))
    expect(page.locator("mark")).to_have_text("Moscow")
    page.get_by_role("button", name="Confirm Moscow").click()
    expect(page.get_by_text("1 tag confirmed.")).to_be_visible()
    expect(page.get_by_role("button", name="Confirm Moscow")).to_have_count(0)

    page.goto("/search/?place=moscow")
    expect(page.get_by_role("link", name=draft.headline)).to_be_visible()


def test_admin_tags_and_cites_by_hand(open_page: OpenPage, draft: Article) -> None:
    page = logged_in(open_page, change(draft))
    page.get_by_role("button", name="Add another Tag").click()
    page.locator("#id_tags-2-0-entity + .select2").click()
    page.locator(".select2-search__field").fill("ukr")
    page.get_by_role("option", name="Ukraine (party)").click()
    page.get_by_role("row", name="Moscow place").get_by_label("rejected").check()
    page.get_by_role("button", name="Add another Related source").click()
    page.locator("#id_references-1-label").fill("Minutes of the meeting")
    page.locator(".field-embargo_until .date-icon").click()
    page.locator(".calendarbox .calendar-cancel a").filter(visible=True).click()
    page.get_by_role("button", name="Save and continue editing").click()
    expect(page.get_by_text("was changed successfully")).to_be_visible()
    assert set(draft.tags.values_list("entity__name", "state")) == {
        ("Moscow", "rejected"),
        ("Russia", "automatic"),
        ("Ukraine", "confirmed"),
    }
    labels = draft.references.values_list("label", flat=True)
    assert list(labels) == ["A paper", "Minutes of the meeting"]


def test_admin_adds_a_source_in_a_window_of_its_own(open_page: OpenPage, draft: Article) -> None:
    page = logged_in(open_page, change(draft))
    with page.expect_popup() as popped:
        page.locator("#add_id_source").click()
    popup = popped.value
    popup.get_by_label("Name:").press_sequentially("The Evening Mail")
    expect(popup.get_by_label("Slug:")).to_have_value("the-evening-mail")
    with popup.expect_event("close"):
        popup.get_by_role("button", name="Save", exact=True).click()
    expect(page.locator(".field-source .select2-selection__rendered")).to_contain_text(
        "The Evening Mail"
    )


def test_admin_withdraws_what_was_chosen(open_page: OpenPage, draft: Article) -> None:
    other = Article.objects.exclude(pk=draft.pk).get()
    page = logged_in(open_page, reverse("admin:archive_article_changelist"))
    page.get_by_label(f"Choose “{other.headline}”").check()
    expect(page.get_by_text("1 of 2 selected")).to_be_visible()
    page.get_by_role("combobox", name="Action").select_option("Withdraw …")
    page.get_by_role("button", name="Go").click()
    page.get_by_label("Reason").fill("It was wrong.")
    page.get_by_role("button", name="Withdraw").click()
    expect(page.get_by_text("1 article withdrawn.")).to_be_visible()
    response = page.goto(other.get_absolute_url())
    assert response is not None
    assert response.status == 410
    expect(page.get_by_text("It was wrong.")).to_be_visible()


def pages_of(draft: Article) -> list[str]:
    """The pages on which editors spend their days."""
    entity = Entity.objects.get(slug="moscow")
    names = ("article", "tag", "entity", "source", "importrun", "outboxrow")
    return [
        reverse("admin:index"),
        *(reverse(f"admin:archive_{name}_changelist") for name in names),
        reverse("admin:archive_article_changelist") + "?from=Daily&status__exact=draft",
        reverse("admin:archive_article_add"),
        change(draft),
        change(entity),
        change(draft.tags.all()[0]),
        reverse("admin:archive_article_versions", args=[draft.pk]),
        reverse("admin:archive_article_history", args=[draft.pk]),
    ]


def wrong(page: Page) -> dict[str, list[str]]:
    """What axe-core finds, by rule, as the elements it names; Django's own left out."""
    # Without its preload, which would write the stylesheets into the page and meet the CSP.
    options = {"runOnly": {"type": "tag", "values": WCAG}, "preload": False}
    found = Axe().run(page, options=options)
    return {
        violation["id"]: [node["html"] for node in violation["nodes"]]
        for violation in found.response["violations"]
        if violation["id"] not in DJANGOS_OWN
    }


def test_admin_pages_are_accessible_and_fit(open_page: OpenPage, draft: Article) -> None:
    page = open_page("/admin/login/")
    assert wrong(page) == {}
    page = logged_in(open_page)
    for path in pages_of(draft):
        page.set_viewport_size(DESK)
        page.goto(path)
        for scheme in ("light", "dark"):
            page.emulate_media(color_scheme=scheme)
            assert wrong(page) == {}, (path, scheme)
        page.set_viewport_size(PHONE)
        assert sideways(page) == 0, path


def test_admin_locks_who_tries_too_often(open_page: OpenPage, draft: Article) -> None:
    page = open_page("/admin/login/")
    for _ in range(5):
        page.get_by_label("Username").fill("anna")
        page.get_by_label("Password").fill("wrong")
        page.get_by_role("button", name="Log in").click()
    expect(page.get_by_role("heading", name="Too many tries")).to_be_visible()
    assert wrong(page) == {}
