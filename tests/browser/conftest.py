"""A real server on a database of its own, and a real browser in front of it.

The server is the product as `make run` starts it (web processes, worker, demonstration), so
what these tests see is what a person sees.
"""

from __future__ import annotations

import os
import shutil
from collections.abc import Callable, Iterator
from typing import Any

import pytest
from axe_playwright_python.sync_playwright import Axe
from playwright.sync_api import Browser, BrowserContext, Page, sync_playwright

from tests.common.product import Server, product
from tests.people.openid import Provider, running

CHROMIUM_ARGS = [
    "--no-sandbox", "--disable-gpu", "--disable-background-networking",
    "--disable-component-update", "--disable-sync", "--no-first-run",
]  # fmt: skip


def chromium() -> str:
    # The one without windows first: it is lighter.
    known = ("chromium-headless-shell", "chromium", "chromium-browser", "google-chrome")
    for name in (os.environ.get("CHROMIUM"), *known):
        if name and (path := shutil.which(name)):
            return path
    raise RuntimeError("Chromium is missing: run `make test`, which says how to install it")


@pytest.fixture(scope="package")
def openid_provider() -> Iterator[Provider]:
    """A real identity provider beside the server, in its own process."""
    with running() as provider:
        yield provider


@pytest.fixture(scope="package")
def server(openid_provider: Provider) -> Iterator[Server]:
    with product(
        "browser",
        environment={
            # Partners and webhooks of the tests answer on this machine.
            "ESSAIM_PRIVATE_HOSTS": "127.0.0.1",
            "ESSAIM_OIDC_SERVER": openid_provider.url,
            "ESSAIM_OIDC_CLIENT_ID": "essaim",
            "ESSAIM_OIDC_CLIENT_SECRET": "secret",
        },
    ) as started:
        yield started


@pytest.fixture(scope="package")
def browser() -> Iterator[Browser]:
    with sync_playwright() as playwright:
        launched = playwright.chromium.launch(executable_path=chromium(), args=CHROMIUM_ARGS)
        yield launched
        launched.close()


# Captions that are shown, and reach below the top of the first row.
HIDDEN = """
[...document.querySelectorAll(".fr-table:not(.fr-table--no-caption) caption")].filter(caption => {
  const here = caption.getBoundingClientRect();
  const row = caption.closest("table").rows[0];
  return row && here.height > 2 && here.bottom > row.getBoundingClientRect().top + 2;
}).map(caption => caption.innerText)
"""


class Visit:
    """One person's browser: a context, a page, and what went wrong on the way."""

    def __init__(self, context: BrowserContext, server: Server, *, javascript: bool = True):
        self.context = context
        self.javascript = javascript
        self.server = server
        self.page: Page = context.new_page()
        self.errors: list[str] = []
        # Statuses that the test itself provokes (a refused form) are not defects.
        self.expected_statuses: set[int] = set()
        self.page.on("console", self._console)
        self.page.on("pageerror", lambda error: self.errors.append(str(error)))

    def _console(self, message: Any) -> None:
        if message.type in {"error", "warning"}:
            text = message.text
            if any(f"status of {code}" in text for code in self.expected_statuses):
                return
            self.errors.append(f"{message.type}: {text} ({message.location.get('url')})")

    def go(self, path: str) -> Page:
        self.page.goto(self.server.url + path)
        return self.page

    def sign_in(self, email: str, password: str) -> None:
        self.go("/compte/login/")
        self.fill_sign_in(email, password)

    def fill_sign_in(self, email: str, password: str) -> None:
        """On the page where one signs in."""
        self.page.fill("input[name=login]", email)
        self.page.fill("input[name=password]", password)
        self.page.locator("main form").filter(
            has=self.page.locator("input[name=password]")
        ).locator("button[type=submit]").first.click()
        self.page.wait_for_load_state()

    def check(self) -> None:
        """Accessible (axe, WCAG 2.1 AA), no console error, nothing scrolls sideways."""
        found = self.defects()
        assert not found, "\n".join(found)

    def defects(self) -> list[str]:
        """What ``check`` would refuse on the page as it stands. Axe and measures are programs of
        the page: without JavaScript only its errors are seen."""
        if not self.javascript:
            found = [*self.errors, *(self.server.errors() if self.errors else [])]
            self.errors.clear()
            return [f"{self.page.url} {defect}" for defect in found]
        results = Axe().run(
            self.page,
            options={
                "runOnly": ["wcag2a", "wcag2aa", "wcag21a", "wcag21aa", "best-practice"],
            },
        )
        found = [
            f"{violation['id']}: {violation['help']} – "
            + "; ".join(node["html"][:160] for node in violation["nodes"][:3])
            for violation in results.response["violations"]
        ]
        wide = self.page.evaluate(
            "document.documentElement.scrollWidth - document.documentElement.clientWidth"
        )
        if wide > 0:
            found.append(f"scrolls sideways by {wide} pixels")
        found += [f"a caption under its table: {text}" for text in self.page.evaluate(HIDDEN)]
        if self.errors:
            found += [*self.errors, *self.server.errors()]
            self.errors.clear()
        return [f"{self.page.url} {defect}" for defect in found]


@pytest.fixture
def visit(browser: Browser, server: Server) -> Iterator[Callable[..., Visit]]:
    """Open a browser: ``visit(width=360, javascript=False, language="en")``."""
    opened: list[BrowserContext] = []

    def open_browser(*, width: int = 1280, javascript: bool = True, language: str = "fr") -> Visit:
        context = browser.new_context(
            viewport={"width": width, "height": 900},
            java_script_enabled=javascript,
            locale="fr-FR",
        )
        context.set_default_timeout(30_000)
        if language != "fr":
            context.add_cookies([{"name": "essaim_langue", "value": language, "url": server.url}])
        opened.append(context)
        return Visit(context, server, javascript=javascript)

    yield open_browser
    for context in opened:
        context.close()
