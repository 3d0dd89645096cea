"""Every public page in every state: accessible, within the screen, and with nothing inline."""

from __future__ import annotations

import pytest
from axe_playwright_python.sync_playwright import Axe
from playwright.sync_api import Page, ViewportSize

from tests.browser.conftest import DESK, PHONE, OpenPage
from tests.browser.states import STATES

pytestmark = pytest.mark.browser

WCAG = ["wcag2a", "wcag2aa", "wcag21a", "wcag21aa", "wcag22aa", "best-practice"]
ZOOMED: ViewportSize = {"width": DESK["width"] // 2, "height": DESK["height"] // 2}


def violations(page: Page, *, only: list[str] | None = None) -> str:
    """What axe-core finds wrong, as a report; empty if nothing."""
    run = {"type": "rule", "values": only} if only else {"type": "tag", "values": WCAG}
    found = Axe().run(page, options={"runOnly": run, "resultTypes": ["violations"]})
    return found.generate_report() if found.violations_count else ""


def sideways(page: Page) -> int:
    """By how many pixels the page is wider than the screen."""
    return int(
        page.evaluate("document.documentElement.scrollWidth - document.documentElement.clientWidth")
    )


@pytest.mark.parametrize("name", STATES)
def test_page_is_accessible_and_fits(name: str, open_page: OpenPage) -> None:
    page = open_page(f"/states/{name}/")

    assert violations(page) == ""
    page.emulate_media(color_scheme="dark")
    assert violations(page, only=["color-contrast"]) == ""
    page.set_viewport_size(ZOOMED)
    assert sideways(page) == 0
    page.set_viewport_size(PHONE)
    assert sideways(page) == 0
    assert violations(page) == ""


@pytest.mark.parametrize("name", STATES)
def test_page_has_landmarks_and_one_headline(name: str, open_page: OpenPage) -> None:
    page = open_page(f"/states/{name}/", java_script_enabled=False)

    assert page.locator("h1").count() == 1
    assert page.locator("main").count() == 1
    assert page.locator("header.masthead").count() == 1
    assert page.title().endswith("News archive")
    assert page.locator("meta[name=description]").get_attribute("content")
    assert page.locator("[style], style, script:not([src])").count() == 0
