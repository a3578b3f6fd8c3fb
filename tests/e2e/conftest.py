"""A real browser (Debian's or anybody's Chromium) against a real server."""

import os
import shutil
from collections.abc import Callable, Iterator
from time import monotonic, sleep
from typing import Any

import pytest
from axe_playwright_python.sync_playwright import Axe
from django.conf import settings
from django.db import connection
from django.test import Client
from playwright.sync_api import Browser, Page, sync_playwright

from mentors.models import Volunteer
from tests.factories import Organisation, organisation

BROWSERS = ("chromium-headless-shell", "chromium", "chromium-browser", "google-chrome")
"""The first is Chromium without the windows around pages: it takes a fifth of the time."""
CHROMIUM = next(filter(None, map(shutil.which, BROWSERS)), None)
QUIET = [
    "--no-sandbox",
    "--disable-gpu",
    "--disable-background-networking",
    "--disable-component-update",
    "--disable-sync",
    "--no-first-run",
]
OTHERS_AT_WORK = """
SELECT count(*) FROM pg_stat_activity
WHERE datname = current_database() AND pid <> pg_backend_pid() AND state <> 'idle'
"""
MOST_PATIENCE = 15
"""Seconds."""
WCAG = {
    "runOnly": ["wcag2a", "wcag2aa", "wcag21a", "wcag21aa", "wcag22aa", "best-practice"],
    "resultTypes": ["violations"],  # of what is right, one example
}

WITHOUT_TRANSITIONS = """() => {
    const still = new CSSStyleSheet();
    still.replaceSync("*, ::before, ::after { transition: none !important }");
    document.adoptedStyleSheets.push(still);
}"""
"""Half way from light to dark colours there is too little contrast."""

Look = Callable[[Page], None]


@pytest.fixture(scope="session")
def browser() -> Iterator[Browser]:
    """One Chromium for all journeys. Skipped with a sentence where there is none, except in CI."""
    if CHROMIUM is None:
        if os.environ.get("CI"):
            pytest.fail("There is no Chromium, and in CI the journeys must run.")
        pytest.skip("There is no Chromium on this machine; install it to run the journeys.")
    # Playwright has a loop of its own in this thread; the database calls here are not async.
    os.environ["DJANGO_ALLOW_ASYNC_UNSAFE"] = "true"
    with sync_playwright() as playwright:
        chromium = playwright.chromium.launch(executable_path=CHROMIUM, args=QUIET)
        yield chromium
        chromium.close()


@pytest.fixture
def org(transactional_db: None) -> Organisation:
    """The small organisation, committed, so that the server sees it."""
    return organisation()


@pytest.fixture
def open_window(browser: Browser, live_server: Any) -> Iterator[Callable[..., Page]]:
    """Open a window as somebody new: `open_window(width=390, dark=True, scripts=False)`."""
    contexts = []

    def open_one(*, width: int = 1440, dark: bool = False, scripts: bool = True) -> Page:
        context = browser.new_context(
            base_url=live_server.url,
            viewport={"width": width, "height": 900},
            color_scheme="dark" if dark else "light",
            java_script_enabled=scripts,
            locale="en-US",
        )
        contexts.append(context)
        page = context.new_page()
        page.set_default_timeout(15_000)
        return page

    yield open_one
    for context in contexts:
        context.close()
    wait_until_answered()


def sign_in(page: Page, person: Volunteer) -> None:
    """Let the window come in as a person; that a password opens the door, the journey shows."""
    client = Client()
    client.force_login(person)
    name = settings.SESSION_COOKIE_NAME
    value = client.cookies[name].value
    page.context.add_cookies([{"name": name, "value": value, "domain": "localhost", "path": "/"}])


def seen(page: Page, *, width: int, dark: bool) -> Page:
    """The same page in a window of another width and colour, without asking for it again."""
    page.evaluate(WITHOUT_TRANSITIONS)
    page.set_viewport_size({"width": width, "height": 900})
    page.emulate_media(color_scheme="dark" if dark else "light")
    return page


def wait_until_answered() -> None:
    """Let the server finish what a closed window had still asked for: a draft that was being kept.

    Emptying the tables in the middle of it would be a deadlock. Quiet twice in a row is quiet.
    """
    quiet, until = 0, monotonic() + MOST_PATIENCE
    while quiet < 2 and monotonic() < until:
        with connection.cursor() as cursor:
            cursor.execute(OTHERS_AT_WORK)
            quiet = 0 if cursor.fetchone()[0] else quiet + 1
        sleep(0.1)


@pytest.fixture
def looks_fine() -> Look:
    """Look at a page as everybody should: axe finds nothing, nothing sticks out at the side."""
    axe = Axe()

    def look(page: Page) -> None:
        found = axe.run(page, options=WCAG)
        assert found.violations_count == 0, f"{page.url}\n{found.generate_report()}"
        wider = page.evaluate(
            "document.documentElement.scrollWidth - document.documentElement.clientWidth"
        )
        assert wider <= 0, f"{page.url} is {wider} px wider than the window"

    return look
