"""A browser for the tests of pages: Debian's chromium, driven by playwright."""

from __future__ import annotations

import importlib.util
import shutil

import pytest
from conftest import needs


@pytest.fixture(scope="module")
def browser():
    """The browser. Its driver holds an event loop, which must be gone before other tests run theirs."""
    chromium = shutil.which("chromium")
    needs(bool(importlib.util.find_spec("playwright")), 'needs playwright: pip install ".[dev]"')
    needs(bool(chromium), "needs the browser chromium: apt-get install chromium")
    from playwright.sync_api import sync_playwright

    with sync_playwright() as driver:
        # root, as in CI, has no sandbox
        browser = driver.chromium.launch(executable_path=chromium, args=["--no-sandbox"])
        yield browser
        browser.close()


@pytest.fixture
def open_page(browser):
    """Open pages; where the test is over, nothing was complained of and nothing was asked from another host.

    The page's ``complaints`` are console errors and uncaught exceptions, its ``requests`` all addresses asked for.
    """
    contexts = []

    def open_page(address: str, **options):
        # nothing moves: what a test measures stands where it will stay
        still = {"viewport": {"width": 1280, "height": 900}, "reduced_motion": "reduce"}
        context = browser.new_context(**{**still, **options})
        page = context.new_page()
        page.set_default_timeout(30_000)  # the machine may be busy
        page.complaints, page.requests = [], []
        page.on("console", lambda message: message.type == "error" and page.complaints.append(message.text))
        page.on("pageerror", lambda error: page.complaints.append(str(error)))
        page.on("request", lambda request: page.requests.append(request.url))
        page.goto(address)
        contexts.append((context, page, address))
        return page

    yield open_page
    for context, page, address in contexts:
        context.close()
        origin = "/".join(address.split("/")[:3])
        assert page.complaints == []
        assert [url for url in page.requests if not url.startswith((origin, "data:", "blob:"))] == []


@pytest.fixture
def axe():
    """What axe-core finds on a page as it is shown just then: the rules that are broken, each with its elements.

    All rules are asked, the best practices and the size of targets too. Without ``fetch`` style sheets are not loaded a second
    time, which a page opened from a file may not do; the one rule that needs them is left out.
    """
    needs(bool(importlib.util.find_spec("axe_playwright_python")), 'needs axe-core: pip install ".[dev]"')
    from axe_playwright_python.sync_playwright import Axe

    options = {"resultTypes": ["violations"], "rules": {"target-size": {"enabled": True}}}

    def faults(page, fetch=True) -> dict[str, list[str]]:
        found = Axe().run(page, options={**options, "preload": fetch}).response["violations"]
        return {rule["id"]: [f"{node['html']} {node['failureSummary']}" for node in rule["nodes"]] for rule in found}

    return faults
