"""Whatever a brief says: on the published page it is text."""

import json
from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path
from typing import Any

import httpx2
import pytest
from playwright.sync_api import Browser, Request
from playwright.sync_api import Page as Tab

from errand.agents.landing.page import Contact, Field
from tests.browser import hostility
from tests.browser.conftest import Visit
from tests.browser.hostility import HARM
from tests.engines.databases import Databases
from tests.engines.redis_databases import RedisDatabases
from tests.stack import SERVICES, Stack
from tests.unit.agents.landing.html import page_of
from tests.waiting import until

pytestmark = pytest.mark.browser

BRIEFS = list(hostility.briefs())
EVERY_ATTRIBUTE = """[...document.querySelectorAll("*")].flatMap(element =>
    Element.prototype.getAttributeNames.call(element).map(name => name.toLowerCase()))"""
ADDRESSES = """["href", "src", "action", "poster"].flatMap(name =>
    [...document.querySelectorAll(`[${name}]`)].map(element => Element.prototype.getAttribute.call(element, name)))"""
TOUCH_EVERYTHING = """for (const element of document.querySelectorAll("*:not(a, button)"))
    for (const type of ["mouseover", "focus", "click"])
        EventTarget.prototype.dispatchEvent.call(element, new MouseEvent(type))"""


@pytest.fixture(scope="module")
def client(
    tmp_path_factory: pytest.TempPathFactory, databases: Databases, redis_databases: RedisDatabases
) -> Iterator[httpx2.Client]:
    """Somebody at a stack's gateway."""
    directory: Path = tmp_path_factory.mktemp("hostile")
    database_url, redis_url = databases.migrated(*SERVICES), redis_databases.take()
    with Stack(directory, database_url, redis_url).running() as stack:
        headers = {"Authorization": f"Bearer {stack.token()}"}
        with httpx2.Client(base_url=stack.url, headers=headers, trust_env=False) as client:
            yield client
    databases.give_back(database_url)
    redis_databases.give_back(redis_url)


@pytest.fixture(scope="module")
def published(client: httpx2.Client) -> list[Any]:
    """The job of each brief's page."""

    def publish(number: int) -> Any:
        body = {"session_id": f"hostile-{number}", "payload": BRIEFS[number]}
        made = client.post("/v1/agent/init", json=body).json()
        return until(lambda: ended(client.get(f"/v1/jobs/{made['job_id']}").json()["job"]))

    with ThreadPoolExecutor(2) as pool:
        return list(pool.map(publish, range(len(BRIEFS))))


def ended(job: Any) -> Any:
    return job if job["status"] in ("completed", "failed") else None


def open_tab(browser: Browser, url: str) -> tuple[Tab, list[str]]:
    """The page, and what it has asked for beside its own address and what it complains of."""
    tab, told = browser.new_context().new_page(), list[str]()

    def note(request: Request) -> None:
        if not request.url.startswith((url, "data:")):
            told.append(request.url)

    tab.on("request", note)
    tab.on("console", lambda message: told.append(message.text))
    tab.on("pageerror", lambda error: told.append(error.message))
    tab.goto(url)
    tab.evaluate(TOUCH_EVERYTHING)
    return tab, told


def check_harmless(tab: Tab) -> None:
    assert tab.evaluate("window.harmed") is None
    assert not [name for name in tab.evaluate(EVERY_ATTRIBUTE) if name.startswith("on") or name == "srcdoc"]
    assert tab.locator("base, meta[http-equiv], iframe, object, embed, main script, [formaction]").count() == 0
    addresses = [address.strip().lower() for address in tab.evaluate(ADDRESSES)]
    assert not [
        address
        for address in addresses
        if not address.startswith(("#", "https:", "http:", "mailto:", "data:image/", "form", "styles.css", "page.js"))
    ]


@pytest.mark.parametrize("number", range(len(BRIEFS)))
def test_a_hostile_brief_is_nothing_but_text(
    number: int, published: list[Any], client: httpx2.Client, browser: Browser
) -> None:
    job = published[number]
    assert job["status"] == "completed", job["error_message"]
    path = httpx2.URL(job["result"]["deployment_url"]).path

    tab, told = open_tab(browser, f"{client.base_url}".rstrip("/") + path)

    check_harmless(tab)
    assert told == []
    assert tab.evaluate("[...document.scripts].map(script => script.getAttribute('src') ?? script.type)") == [
        "page.js",
        "application/ld+json",
    ]
    assert json.loads(tab.locator("script[type='application/ld+json']").text_content() or "")["@graph"]
    sheet = client.get(f"{path}styles.css").text
    assert not [word for word in ("elsewhere", "@import", "<", "expression(") if word in sheet]
    for file in ("sitemap.xml", "robots.txt", "tokens.json"):
        assert HARM not in client.get(path + file).text


@pytest.mark.parametrize("number", range(0, len(BRIEFS), 5))
def test_a_hostile_brief_is_harmless_as_a_file_without_any_policy_too(
    number: int, published: list[Any], client: httpx2.Client, browser: Browser, tmp_path: Path
) -> None:
    page_id = published[number]["result"]["landing_page_id"]
    file = tmp_path / "page.html"
    file.write_bytes(client.get(f"/v1/landing-pages/{page_id}/export.html").content)

    tab, told = open_tab(browser, file.as_uri())

    check_harmless(tab)
    assert told == []
    assert tab.locator("script").count() == 2


def test_a_form_reports_its_event_whatever_its_fields_are_called(visit: Visit, complaints: list[str]) -> None:
    names = ("closest", "dataset", "matches", "action", "submit", "id")
    form = Contact(id="contact", fields=[Field(name=name, label=name) for name in names], event="sent")
    tab = visit(page_of(form))
    tab.evaluate("document.addEventListener('submit', event => event.preventDefault())")

    tab.get_by_role("button", name="Send").click()

    assert tab.evaluate("window.dataLayer") == [{"event": "sent", "id": "contact", "href": ""}]
    assert complaints == []
