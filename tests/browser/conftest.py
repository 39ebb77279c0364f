"""A headless browser, and what it complains about."""

import os
from collections.abc import Callable, Iterator
from contextlib import ExitStack
from pathlib import Path

import pytest
from playwright.sync_api import Browser, ConsoleMessage, Page, sync_playwright

from errand.agents.landing.page import Page as LandingPage
from errand.agents.landing.rendering import render
from tests.browser.site import served

CHROMIUM = Path("/usr/bin/chromium")
ARGUMENTS = [
    "--no-sandbox",
    "--disable-gpu",
    "--disable-quic",
    "--no-first-run",
    "--disable-background-networking",
    "--disable-component-update",
    "--disable-sync",
]

Visit = Callable[..., Page]


@pytest.fixture(scope="session")
def browser() -> Iterator[Browser]:
    if not CHROMIUM.exists():
        if os.environ.get("CI"):
            pytest.fail(f"{CHROMIUM} is not there")
        pytest.skip(f"{CHROMIUM} is not there")
    with sync_playwright() as playwright:
        browser = playwright.chromium.launch(executable_path=CHROMIUM, args=ARGUMENTS)
        yield browser
        browser.close()


@pytest.fixture
def complaints() -> list[str]:
    """Errors and warnings on the consoles of the visited pages, breaches of the security policy among them."""
    return []


@pytest.fixture
def visit(browser: Browser, complaints: list[str]) -> Iterator[Visit]:
    """`visit(page, width=360)` opens a landing page in a window of its own, with options of Playwright's contexts."""

    def note(message: ConsoleMessage) -> None:
        if message.type in ("error", "warning"):
            complaints.append(message.text)

    with ExitStack() as stack:

        def visit(page: LandingPage, width: int = 1440, **options: object) -> Page:
            url = stack.enter_context(served(render(page, "/p/sample/")))
            context = browser.new_context(viewport={"width": width, "height": 900}, **options)  # type: ignore[arg-type]
            stack.callback(context.close)
            tab = context.new_page()
            tab.on("console", note)
            tab.on("pageerror", lambda error: complaints.append(error.message))
            tab.goto(url)
            return tab

        yield visit
