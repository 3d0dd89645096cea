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


def missing(page: Page) -> list[str]:
    """What every page must have once, and what none may have, where that is not so."""
    once = ("h1", "main", "header.masthead", "footer.colophon", "meta[name=description]")
    never = ("[style]", "style", "script:not([src])", "img:not([alt])")
    return [selector for selector in once if page.locator(selector).count() != 1] + [
        selector for selector in never if page.locator(selector).count()
    ]


@pytest.mark.parametrize("name", STATES)
def test_page_is_whole_accessible_and_fits(name: str, open_page: OpenPage) -> None:
    page = open_page(f"/states/{name}/")

    assert missing(page) == []
    assert page.title().endswith("News archive")
    assert violations(page) == ""
    page.emulate_media(color_scheme="dark")
    assert violations(page, only=["color-contrast"]) == ""
    page.set_viewport_size(ZOOMED)
    assert sideways(page) == 0
    page.set_viewport_size(PHONE)
    assert sideways(page) == 0
    assert violations(page) == ""
