"""A real server on a database of its own, and a real browser in front of it.

The server is the product as `make run` starts it (web processes, worker, demonstration), so
what these tests see is what a person sees.
"""

from __future__ import annotations

import datetime as dt
import os
import re
import shutil
import socket
import subprocess
import sys
import tempfile
import time
import urllib.request
from collections.abc import Callable, Iterator
from email.utils import parsedate_to_datetime
from pathlib import Path
from typing import Any
from urllib.parse import quote, urlencode

import psycopg
import pytest
from axe_playwright_python.sync_playwright import Axe
from django.conf import settings
from playwright.sync_api import Browser, BrowserContext, Page, sync_playwright
from psycopg import sql

from tests.people.openid import Provider, running

PROJECT = Path(__file__).resolve().parent.parent.parent
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


def database_url(entry: dict[str, Any], name: str) -> str:
    """A DATABASE_URL for another database of the same server."""
    options = dict(entry.get("OPTIONS") or {})
    host = entry["HOST"]
    if host.startswith("/"):
        options["host"], host = host, ""
    password = f":{quote(entry['PASSWORD'], safe='')}" if entry["PASSWORD"] else ""
    port = f":{entry['PORT']}" if entry["PORT"] and host else ""
    user = quote(entry["USER"], safe="")
    tail = f"?{urlencode(options)}" if options else ""
    return f"postgresql://{user}{password}@{host}{port}/{name}{tail}"


class Server:
    """The running product: its address, its folder, and its commands."""

    def __init__(self, url: str, environment: dict[str, str]):
        self.url = url
        self.environment = environment

    def essaim(self, *arguments: str, stdin: str = "") -> str:
        """Run a subcommand against this server's database; returns standard output."""
        done = subprocess.run(
            [sys.executable, "-m", "essaim", *arguments],
            env=self.environment, cwd=PROJECT, input=stdin, text=True, capture_output=True,
            timeout=300, check=False,
        )  # fmt: skip
        assert done.returncode == 0, done.stderr
        return done.stdout

    def python(self, program: str) -> str:
        """Run a few lines as the worker would, against this server's database."""
        done = subprocess.run(
            [sys.executable, "-c", program],
            env=self.environment | {"DJANGO_SETTINGS_MODULE": "config.settings"}, cwd=PROJECT,
            text=True, capture_output=True, timeout=300, check=False,
        )  # fmt: skip
        assert done.returncode == 0, done.stderr
        return done.stdout

    def errors(self) -> list[str]:
        """The last errors of the server's log, to explain a failed page."""
        log = Path(self.environment["ESSAIM_VAR"], "server.log").read_text()
        return [line[-1500:] for line in log.splitlines() if '"ERROR"' in line][-2:]

    def mails(self, to: str) -> list[str]:
        """Raw messages sent to this address, oldest first."""
        found = []
        for path in sorted(Path(self.environment["ESSAIM_VAR"], "mail").glob("*.log")):
            for raw in path.read_text().split("-" * 79):
                if re.search(rf"^To: .*{re.escape(to)}", raw, re.M):
                    found.append(raw)
        # Several processes send, each to files of its own.
        return sorted(found, key=_sent_at)


def _sent_at(raw: str) -> dt.datetime:
    said = re.search(r"^Date: (.+)$", raw, re.M)
    assert said, raw
    return parsedate_to_datetime(said[1])


@pytest.fixture(scope="package")
def openid_provider() -> Iterator[Provider]:
    """A real identity provider beside the server, in its own process."""
    with running() as provider:
        yield provider


@pytest.fixture(scope="package")
def server(openid_provider: Provider) -> Iterator[Server]:
    owner = settings.DATABASES["owner"]
    name = f"test_{owner['NAME']}_browser_{os.environ.get('PYTEST_XDIST_WORKER', 'only')}"
    place = {
        "host": owner["HOST"] or None, "port": owner["PORT"] or None,
        "user": owner["USER"], "password": owner["PASSWORD"] or None,
    }  # fmt: skip

    def recreate(create: bool) -> None:
        with psycopg.connect(dbname="postgres", autocommit=True, **place) as connection:
            target = sql.Identifier(name)
            connection.execute(sql.SQL("DROP DATABASE IF EXISTS {} WITH (FORCE)").format(target))
            if create:
                # From template1, as Django makes those of the other tests: a server that is not ours
                # has its extensions there.
                connection.execute(sql.SQL("CREATE DATABASE {}").format(target))

    recreate(create=True)
    var = tempfile.mkdtemp(prefix="essaim-")
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        port = probe.getsockname()[1]
    environment = os.environ | {
        "ESSAIM_VAR": var,
        "PORT": str(port),
        "DATABASE_URL": database_url(settings.DATABASES["default"], name),
        "DATABASE_OWNER_URL": database_url(owner, name),
        "ESSAIM_SECRET_KEY": settings.SECRET_KEY,
        # Partners and webhooks of the tests answer on this machine.
        "ESSAIM_PRIVATE_HOSTS": "127.0.0.1",
        "ESSAIM_OIDC_SERVER": openid_provider.url,
        "ESSAIM_OIDC_CLIENT_ID": "essaim",
        "ESSAIM_OIDC_CLIENT_SECRET": "secret",
    }
    environment.pop("DJANGO_SETTINGS_MODULE", None)
    with open(Path(var, "server.log"), "w+") as log:
        process = subprocess.Popen(
            [sys.executable, "-m", "essaim", "run"],
            env=environment, cwd=PROJECT, stdout=log, stderr=log,
        )  # fmt: skip
        running = Server(f"http://127.0.0.1:{port}", environment)
        try:
            wait_until_ready(running.url, process, log)
            yield running
        finally:
            process.terminate()
            process.wait(timeout=30)
            recreate(create=False)
            shutil.rmtree(var, ignore_errors=True)


def wait_until_ready(url: str, process: subprocess.Popen[bytes], log: Any) -> None:
    deadline = time.monotonic() + 600
    while time.monotonic() < deadline:
        if process.poll() is not None:
            break
        try:
            with urllib.request.urlopen(f"{url}/healthz/ready", timeout=5) as answer:
                if answer.status == 200:
                    return
        except OSError:
            time.sleep(0.3)
    log.flush()
    log.seek(0)
    raise AssertionError(f"the server did not start:\n{log.read()[-4000:]}")


@pytest.fixture(scope="package")
def browser() -> Iterator[Browser]:
    with sync_playwright() as playwright:
        launched = playwright.chromium.launch(executable_path=chromium(), args=CHROMIUM_ARGS)
        yield launched
        launched.close()


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
