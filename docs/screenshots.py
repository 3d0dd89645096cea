"""Photograph the demonstration: ``make screenshots`` writes the pictures in docs/screenshots/.

Sets up an archive of its own in a temporary folder, serves it, and takes home, search, article and
admin with Debian's Chromium.
"""

from __future__ import annotations

import os
import secrets
import shutil
import socket
import subprocess
import sys
import tempfile
from pathlib import Path
from urllib.error import URLError
from urllib.request import urlopen

from playwright.sync_api import Browser, ViewportSize, sync_playwright

ROOT = Path(__file__).resolve().parent.parent
PICTURES = ROOT / "docs" / "screenshots"
SCREEN: ViewportSize = {"width": 1280, "height": 860}
CHROMIUM = shutil.which("chromium") or shutil.which("google-chrome")
EDITOR = "photographer"


def main() -> None:
    """Set up, serve, photograph, tidy up."""
    if CHROMIUM is None:
        sys.exit("There is no Chromium here; on Debian: apt-get install chromium")
    PICTURES.mkdir(exist_ok=True)
    with tempfile.TemporaryDirectory() as folder:
        password = secrets.token_urlsafe(16)
        environment = {
            **os.environ,
            "ARCHIVE_VAR": folder,
            "ARCHIVE_SEARCHES_PER_MINUTE": "0",
            "DJANGO_SUPERUSER_PASSWORD": password,
        }
        manage(environment, "setup_demo")
        manage(
            environment,
            *("createsuperuser", "--noinput"),
            *("--username", EDITOR, "--email", "editor@example.org"),
        )
        address = f"127.0.0.1:{free_port()}"
        server = subprocess.Popen(  # noqa: S603  # our own server
            [sys.executable, "manage.py", "runserver", "--noreload", "--nostatic", address],
            cwd=ROOT,
            env=environment,
            stdout=subprocess.DEVNULL,
            stderr=subprocess.DEVNULL,
        )
        try:
            wait_for(server, f"http://{address}")
            photograph(f"http://{address}", password)
        finally:
            server.terminate()
            server.wait()


def free_port() -> int:
    """A port that nothing else listens on."""
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        return int(probe.getsockname()[1])


def manage(environment: dict[str, str], *arguments: str) -> None:
    """Run a management command; its words are of no interest here."""
    subprocess.run(  # noqa: S603  # our own commands
        [sys.executable, "manage.py", *arguments],
        cwd=ROOT,
        env=environment,
        check=True,
        stdout=subprocess.DEVNULL,
    )


def wait_for(server: subprocess.Popen[bytes], site: str) -> None:
    """Wait until the site answers."""
    while server.poll() is None:
        try:
            urlopen(f"{site}/about/search/").close()  # noqa: S310  # a fixed address of this machine
        except URLError:
            continue
        return
    sys.exit("The server ended before it answered.")


def photograph(site: str, password: str) -> None:
    """Take every picture of the site."""
    with sync_playwright() as playwright:
        browser = playwright.chromium.launch(
            executable_path=CHROMIUM, args=["--no-sandbox", "--disable-gpu"]
        )
        search = f"{site}/search/?q=agreement"
        take(browser, "home", f"{site}/")
        take(browser, "search", search)
        take(browser, "search-dark", f"{search}&party=ukraine", scheme="dark")
        newest = f"{site}/search/?q=prisoner+exchange&sort=newest"
        take(browser, "article", newest, follow=".catalogue h3 a")
        take(browser, "admin", f"{site}/admin/archive/article/", password=password)
        browser.close()


def take(
    browser: Browser,
    name: str,
    address: str,
    *,
    scheme: str = "light",
    follow: str = "",
    password: str = "",
) -> None:
    """One picture of ``address``, or of where the first link ``follow`` on it leads."""
    page = browser.new_page(
        viewport=SCREEN,
        color_scheme="dark" if scheme == "dark" else "light",
    )
    page.goto(address)
    if password:
        page.get_by_label("Username").fill(EDITOR)
        page.get_by_label("Password").fill(password)
        page.keyboard.press("Enter")
        page.wait_for_url(address)
    if follow:
        page.locator(follow).first.click()
    page.wait_for_load_state()
    page.screenshot(path=PICTURES / f"{name}.png")
    page.close()


if __name__ == "__main__":
    main()
