"""A real browser, as Debian packages it, on a site that runs inside the test."""

from __future__ import annotations

import os
import shutil
from collections.abc import Callable, Iterator
from contextlib import ExitStack
from typing import Any

import pytest
from playwright.sync_api import (
    Browser,
    ConsoleMessage,
    Dialog,
    Page,
    Request,
    ViewportSize,
)
from pytest_django import Settings
from pytest_django.live_server_helper import LiveServer

# Playwright's synchronous interface runs an event loop in the thread of the test, which Django
# takes for asynchronous code; the tests use the database from that thread alone.
os.environ["DJANGO_ALLOW_ASYNC_UNSAFE"] = "true"

NAMES = ("chromium", "chromium-browser", "google-chrome", "google-chrome-stable")
DESK: ViewportSize = {"width": 1280, "height": 900}
PHONE: ViewportSize = {"width": 320, "height": 640}

OpenPage = Callable[..., Page]


@pytest.fixture(scope="session")
def browser_type_launch_args(browser_type_launch_args: dict[str, Any]) -> dict[str, Any]:
    """The Chromium of the machine, which asks nothing of the network by itself."""
    program = next(filter(None, map(shutil.which, NAMES)), None)
    if program is None:
        pytest.skip("there is no Chromium here; on Debian: apt-get install chromium")
    return {
        **browser_type_launch_args,
        "executable_path": program,
        "args": [
            "--no-sandbox",
            "--disable-gpu",
            "--disable-quic",
            "--no-first-run",
            "--disable-background-networking",
            "--disable-component-update",
            "--disable-sync",
        ],
    }


@pytest.fixture
def site(settings: Settings, live_server: LiveServer) -> str:
    """The address of the running site, with every state of its pages under ``/states/``."""
    settings.ROOT_URLCONF = "tests.browser.urls"
    return str(live_server.url)


@pytest.fixture
def complaints() -> list[str]:
    """What the browser complained of: dialogs, errors of scripts, violations of the CSP."""
    return []


@pytest.fixture
def open_page(site: str, browser: Browser, complaints: list[str]) -> Iterator[OpenPage]:
    """A function that opens a path of the site in a fresh context and gives the page.

    Options of the context, such as ``java_script_enabled=False``, can be given by name. The test
    fails at its end if the browser had anything to complain of.
    """
    with ExitStack() as contexts:

        def opened(path: str, **options: Any) -> Page:
            context = browser.new_context(
                **{"viewport": DESK, "color_scheme": "light", "base_url": site, **options}
            )
            contexts.callback(context.close)
            page = context.new_page()
            _listen(page, site, complaints)
            page.goto(path)
            return page

        yield opened
    assert complaints == []


def _listen(page: Page, site: str, complaints: list[str]) -> None:
    def console(message: ConsoleMessage) -> None:
        # A page that answers 404 on purpose is an error to the console too.
        if message.type in {"error", "warning"} and "Failed to load" not in message.text:
            complaints.append(message.text)

    def dialog(opened: Dialog) -> None:
        complaints.append(f"dialog: {opened.message}")
        opened.dismiss()

    def request(sent: Request) -> None:
        if not sent.url.startswith((site, "data:")):
            complaints.append(f"request elsewhere: {sent.url}")

    page.on("console", console)
    page.on("dialog", dialog)
    page.on("request", request)
    page.on("pageerror", lambda error: complaints.append(f"script: {error}"))
