"""The site itself, with articles: what a reader does, with a mouse, with keys, without scripts."""

from __future__ import annotations

import re
from dataclasses import dataclass

import pytest
from playwright.sync_api import Page, Route, expect
from pytest_django.live_server_helper import LiveServer

from archive.models import Article, ArticleReference, Entity, EntityKind, Source
from archive.services import outbox
from tests.browser.conftest import PHONE, OpenPage
from tests.browser.test_states import sideways, violations
from tests.factories import make_article, make_entity, make_source, make_tag

pytestmark = pytest.mark.browser

WORDS = "The delegations met to discuss an exchange of prisoners and a lasting truce."


@dataclass(frozen=True, slots=True, kw_only=True)
class Archive:
    """What the tests search in: twelve articles of two parties, over ten years, one undated."""

    ukraine: Entity
    istanbul: Entity
    source: Source
    newest: Article
    arabic: Article


@pytest.fixture
def archive(live_server: LiveServer) -> Archive:
    source = make_source(name="Meridian Wire", slug="meridian-wire")
    ukraine = make_entity(name="Ukraine", slug="ukraine")
    russia = make_entity(name="Russia", slug="russia")
    istanbul = make_entity(EntityKind.PLACE, name="Istanbul", slug="istanbul")
    for year in range(2015, 2025):
        article = make_article(
            headline=f"Truce talks of {year}", body=WORDS, published=str(year), source=source
        )
        make_tag(article, russia if year % 2 else ukraine)
    newest = make_article(
        headline="Exchange agreed in Istanbul",
        body=f"{WORDS}\n\n{WORDS}",
        summary="A thousand for a thousand.",
        published="2025-06-02",
        source=source,
        bylines=["Jane Doe"],
        canonical_url="https://meridian-wire.example/exchange",
    )
    make_tag(newest, ukraine)
    make_tag(newest, istanbul)
    ArticleReference.objects.create(article=newest, label="Minutes of the meeting")
    arabic = make_article(
        headline="محادثات في إسطنبول", body="عقد وفدان محادثات.", language="ar", published=""
    )
    make_tag(arabic, istanbul)
    while outbox.drain():
        pass
    return Archive(ukraine=ukraine, istanbul=istanbul, source=source, newest=newest, arabic=arabic)


@pytest.mark.parametrize(
    "path",
    [
        "/",
        "/search/",
        "/search/?q=exchange+truce&party=ukraine&date=2020&date=2022&sort=newest",
        "/search/?q=%22truce",
        "/search/?q=exchagne",
        "/entities/party/",
        "/entities/party/ukraine/",
        "/sources/",
        "/sources/meridian-wire/",
        "/browse/",
        "/browse/2025/",
        "/browse/2025/6/",
        "/browse/2025/6/2/",
        "/browse/undated/",
        "/about/search/",
        "/no-such-page/",
    ],
)
def test_page_is_accessible_and_fits(path: str, archive: Archive, open_page: OpenPage) -> None:
    page = open_page(path)

    assert violations(page) == ""
    page.emulate_media(color_scheme="dark")
    page.set_viewport_size(PHONE)
    assert violations(page) == ""
    assert sideways(page) == 0


def test_article_is_accessible_and_complete(archive: Archive, open_page: OpenPage) -> None:
    page = open_page(archive.newest.get_absolute_url())

    assert violations(page) == ""
    expect(page.locator("h1")).to_have_text("Exchange agreed in Istanbul")
    for words in (
        "A thousand for a thousand.",
        "Jane Doe",
        "2 June 2025",
        "Meridian Wire",
        "Minutes of the meeting",
        "https://meridian-wire.example/exchange",
    ):
        expect(page.get_by_text(words).first).to_be_visible()
    expect(page.locator(".aside .tags a")).to_have_count(2)


def test_arabic_runs_from_the_right(archive: Archive, open_page: OpenPage) -> None:
    page = open_page(archive.arabic.get_absolute_url())

    paragraph = page.locator(".text p").first
    assert paragraph.evaluate("node => getComputedStyle(node).direction") == "rtl"
    assert page.locator("h1").get_attribute("lang") == "ar"
    assert page.locator("html").get_attribute("dir") == "ltr"


def test_bars_and_facets_are_reached_by_key(archive: Archive, open_page: OpenPage) -> None:
    page = open_page("/search/?q=truce")
    page.locator("#q").focus()

    reached = set()
    for _ in range(60):
        page.keyboard.press("Tab")
        reached.add(
            page.evaluate(
                "document.activeElement.closest('.chart-dated') ? 'bar'"
                " : document.activeElement.closest('.chart-undated') ? 'undated'"
                " : document.activeElement.type || document.activeElement.tagName"
            )
        )
    assert {"bar", "checkbox", "A"} <= reached

    page.get_by_role("link", name="2020: 1 article").focus()
    page.keyboard.press("Enter")
    page.wait_for_url("**/search/?*date=2020*")
    expect(page.locator("#tally")).to_have_text("1 article")
    expect(page.get_by_role("link", name="Remove Date: 2020")).to_be_visible()


def test_ticking_a_facet_answers_in_place(archive: Archive, open_page: OpenPage) -> None:
    page = open_page("/search/?q=truce")
    expect(page.locator("#tally")).to_have_text("11 articles")

    page.get_by_label(re.compile("Ukraine")).check()
    expect(page.locator("#tally")).to_have_text("6 articles")
    assert "party=ukraine" in page.url
    assert page.evaluate("document.activeElement.id") == "party-ukraine"

    page.go_back()
    expect(page.locator("#tally")).to_have_text("11 articles")


def test_chart_can_be_skipped_and_slash_finds_the_field(
    archive: Archive, open_page: OpenPage
) -> None:
    page = open_page("/search/?q=truce")

    page.keyboard.press("/")
    expect(page.locator("#q")).to_be_focused()
    page.keyboard.type("truce")
    page.keyboard.press("/")
    expect(page.locator("#q")).to_have_value("truce/")
    page.get_by_role("link", name="Skip the chart").focus()
    page.keyboard.press("Enter")
    assert page.url.endswith("#results")


def test_everything_works_without_scripts(archive: Archive, open_page: OpenPage) -> None:
    page = open_page("/", java_script_enabled=False)
    page.get_by_role("searchbox").fill("truce")
    page.get_by_role("button", name="Search").click()
    expect(page.locator("#tally")).to_have_text("11 articles")

    page.get_by_label(re.compile("Ukraine")).check()
    page.get_by_label("From", exact=True).fill("2018")
    page.get_by_role("button", name="Show the articles").click()
    expect(page.locator("#tally")).to_have_text("5 articles")
    assert "q=truce" in page.url

    page.get_by_role("link", name="Oldest first").click()
    expect(page.locator(".catalogue h3").first).to_have_text("Truce talks of 2018")
    page.get_by_role("link", name="Remove Party: Ukraine").click()
    expect(page.locator("#tally")).to_have_text("8 articles")
    assert "sort=oldest" in page.url
    page.get_by_role("link", name="Clear all").click()
    expect(page.locator("#tally")).to_have_text("11 articles")
    page.locator(".catalogue h3 a").first.click()
    expect(page.locator("h1")).to_contain_text("Truce talks of")


@pytest.mark.parametrize("scripts", [True, False])
def test_filters_are_a_sheet_on_a_phone(
    scripts: bool, archive: Archive, open_page: OpenPage
) -> None:
    page = open_page("/search/?q=truce", viewport=PHONE, java_script_enabled=scripts)
    sheet = page.locator("#filters")
    expect(sheet).to_be_hidden()

    page.get_by_role("link", name="Filters").click()
    expect(sheet).to_be_visible()
    for target in sheet.locator("label, button, summary").all():
        box = target.bounding_box()
        assert box is None or box["height"] >= 44 or target.locator("input[type=text]").count()
    page.get_by_label(re.compile("Ukraine")).check()
    if scripts:
        expect(page.get_by_role("button", name="Show 6 articles")).to_be_visible()
        page.get_by_role("button", name="Show 6 articles").click()
    else:
        page.get_by_role("button", name="Show the articles").click()
    expect(page.locator("#filters")).to_be_hidden()
    expect(page.locator("#tally")).to_have_text("6 articles")
    expect(page.get_by_role("link", name="Filters (1 chosen)")).to_be_visible()


def test_escape_closes_the_sheet(archive: Archive, open_page: OpenPage) -> None:
    page = open_page("/search/?q=truce#filters", viewport=PHONE)
    expect(page.locator("#filters")).to_be_visible()
    assert page.locator(".masthead").evaluate("node => node.inert")

    page.keyboard.press("Escape")
    expect(page.locator("#filters")).to_be_hidden()
    expect(page.locator(".masthead")).not_to_have_attribute("inert", "")


def test_slow_answer_is_announced(archive: Archive, open_page: OpenPage) -> None:
    page = open_page("/search/?q=truce")
    held: list[Route] = []
    page.route(re.compile("party=ukraine"), lambda route: held.append(route))

    page.get_by_label(re.compile("Ukraine")).check()
    expect(page.locator("#busy")).to_have_text("Searching…")
    held[0].continue_()
    expect(page.locator("#tally")).to_have_text("6 articles")
    expect(page.locator("#busy")).not_to_have_text("Searching…")


def test_unreadable_query_shows_where(archive: Archive, open_page: OpenPage) -> None:
    page = open_page("/search/?q=truce+%22talks")

    expect(page.get_by_role("alert").locator("mark")).to_have_text('"')
    expect(page.locator("#q")).to_have_attribute("aria-invalid", "true")


def test_misspelt_query_offers_another_with_its_count(
    archive: Archive, open_page: OpenPage
) -> None:
    page = open_page("/search/?q=exchagne")

    page.locator(".empty").get_by_role("link", name="exchange").click()
    expect(page.locator(".catalogue > li")).to_have_count(11)


def test_empty_archive_says_how_to_import(open_page: OpenPage) -> None:
    for path in ("/", "/search/"):
        page = open_page(path)
        expect(page.get_by_text("import_articles")).to_be_visible()


def test_print_leaves_the_text(archive: Archive, open_page: OpenPage) -> None:
    page = open_page(archive.newest.get_absolute_url())
    page.emulate_media(media="print")

    expect(page.locator("nav").first).to_be_hidden()
    expect(page.locator(".text p").first).to_be_visible()
    expect(page.locator(".provenance")).to_be_visible()


def test_focus_is_seen(archive: Archive, open_page: OpenPage) -> None:
    page = open_page("/search/?q=truce")
    page.keyboard.press("Tab")
    expect(page.get_by_role("link", name="Skip to the content")).to_be_in_viewport()
    page.keyboard.press("Tab")
    assert _outline(page) == "solid"


def _outline(page: Page) -> str:
    return str(page.evaluate("getComputedStyle(document.activeElement).outlineStyle"))


@pytest.mark.parametrize("path", ["/", "/search/?q=truce&party=ukraine", "/browse/", "article"])
def test_targets_on_a_phone_suit_a_finger(path: str, archive: Archive, open_page: OpenPage) -> None:
    page = open_page(
        archive.newest.get_absolute_url() if path == "article" else path, viewport=PHONE
    )
    small = page.evaluate(
        """() => [...document.querySelectorAll(
             'nav li a, main button, .button, .chip, .chips .clear, .tally a, .catalogue h3 a,'
             + ' .tags a, .list-counts a, .pages a, summary')]
           .filter((node) => node.checkVisibility() && node.getBoundingClientRect().height < 43.5)
           .map((node) => node.outerHTML)"""
    )
    assert small == []
