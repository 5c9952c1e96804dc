"""What leaves the platform, in a real browser: data, a token used by a program, a webhook received
by a real server, a frame inside another site's page."""

from __future__ import annotations

import json
import time
import urllib.error
import urllib.request
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from typing import Any

import pytest

from essaim.people.demonstration import PASSWORD
from tests.browser.conftest import Server
from tests.browser.test_every_page import walk
from tests.common.servers import Server as Elsewhere
from tests.common.servers import send

pytestmark = pytest.mark.browser

MEMBER, MANAGER = "membre@essaim.example", "animateur@essaim.example"
WIDGETS = ["/widget/initiatives", "/widget/appels", "/widget/reprises/enerterre"]


@contextmanager
def elsewhere() -> Iterator[Elsewhere]:
    """Another site, on this machine."""
    running = Elsewhere()
    try:
        yield running
    finally:
        running.http.shutdown()
        running.http.server_close()


@pytest.mark.parametrize(("width", "language"), [(1280, "fr"), (360, "en")])
def test_every_page_for_other_platforms(
    visit: Callable[..., Any], width: int, language: str
) -> None:
    visitor = visit(width=width, language=language)
    found = walk(
        visitor,
        [
            *("/donnees", "/api/v1/docs", "/schemas/tables/cards"),
            *("/flux/themes/alimentation/lettre", *WIDGETS),
        ],
    )
    member = visit(width=width, language=language)
    member.sign_in(MEMBER, PASSWORD)
    keys = "/compte/jetons"
    found += walk(member, [keys, f"{keys}/nouveau", f"{keys}/webhooks/nouveau"])
    assert found == []


@pytest.mark.parametrize(("language", "made"), [("fr", "Votre jeton"), ("en", "Your token")])
def test_a_token_reads_what_its_bearer_may(
    server: Server, visit: Callable[..., Any], language: str, made: str
) -> None:
    member = visit(language=language)
    member.sign_in(MEMBER, PASSWORD)
    page = member.go("/compte/jetons/nouveau")
    page.fill("input[name=name]", "Carte du département")
    page.locator("main form button[type=submit]").click()
    page.wait_for_load_state()
    assert page.locator("h1").inner_text() == made
    member.check()
    token = page.locator("#token").input_value()
    asked = urllib.request.Request(
        f"{server.url}/api/v1/me", headers={"Authorization": f"Bearer {token}"}
    )
    with urllib.request.urlopen(asked, timeout=60) as answer:
        assert answer.status == 200 and json.load(answer)["scopes"] == ["read"]
    page = member.go("/compte/jetons")
    row = page.locator("main tr, main article, main li").filter(has_text="Carte du département")
    row.locator("button").first.click()
    page.wait_for_load_state()
    with pytest.raises(urllib.error.HTTPError) as refused:
        urllib.request.urlopen(asked, timeout=60)
    refused.value.close()
    assert refused.value.code == 401


def test_a_webhook_reaches_a_real_server(server: Server, visit: Callable[..., Any]) -> None:
    with elsewhere() as other:
        other.routes["/hook"] = lambda answer: send(answer, 204)
        member = visit()
        member.sign_in(MEMBER, PASSWORD)
        page = member.go("/compte/jetons/webhooks/nouveau")
        page.fill("input[name=url]", other.url("/hook"))
        page.check("input[value='replication.begun']", force=True)
        page.check("input[value='call.opened']", force=True)
        page.locator("main form button[type=submit]").click()
        page.wait_for_load_state()
        member.check()
        address = page.url.removeprefix(server.url)
        # A call opens: the worker tells it.
        server.python(
            "import django; django.setup()\n"
            "from essaim.calls.models import Call\n"
            "from essaim.open_data.happenings import happened\n"
            "happened('call.opened', [Call.objects.filter(state='open').first().pk])"
        )
        deadline = time.monotonic() + 120
        while not other.asked and time.monotonic() < deadline:
            time.sleep(0.5)
        ((method, path, headers, body),) = other.asked
        assert (method, path) == ("POST", "/hook") and headers["webhook-signature"]
        assert json.loads(body)["type"] == "call.opened"
        while time.monotonic() < deadline:
            said = member.go(address).locator("main table").inner_text()
            if "HTTP 204" in said:
                break
            time.sleep(0.5)
        assert "call.opened" in said and "HTTP 204" in said
        member.check()


@pytest.mark.parametrize(("width", "language"), [(1280, "fr"), (360, "en")])
def test_a_frame_in_the_page_of_another_site(
    server: Server, visit: Callable[..., Any], width: int, language: str
) -> None:
    with elsewhere() as other:
        for number, widget in enumerate(WIDGETS):
            page = (
                "<!doctype html><html lang=fr><title>Notre commune</title><main><h1>Nous</h1>"
                f"<iframe class='essaim-widget' title='Essaim' width='100%' height='80'"
                f" src='{server.url}{widget}'></iframe></main>"
                f"<script src='{server.url}/widget/essaim.js' defer></script></html>"
            )
            other.routes[f"/{number}"] = lambda answer, page=page: send(  # type: ignore[misc]
                answer, 200, page.encode(), Content_Type="text/html; charset=utf-8"
            )
        visitor = visit(width=width, language=language)
        for number, _widget in enumerate(WIDGETS):
            shown = visitor.page
            shown.goto(other.url(f"/{number}"))
            frame = shown.frame_locator("iframe")
            assert frame.locator("h1").inner_text()
            # Taller than it was asked to be: it said how much it holds.
            shown.wait_for_function(
                "Number(document.querySelector('iframe').height) > 80", timeout=30_000
            )
            tall = frame.locator("html").evaluate("page => page.getBoundingClientRect().height")
            assert tall == pytest.approx(
                float(shown.locator("iframe").get_attribute("height")), abs=2
            )  # type: ignore[arg-type]
            # And shorter again, where its page gives it more room.
            shown.evaluate("document.querySelector('iframe').height = 5000")
            shown.evaluate("document.querySelector('iframe').width = '90%'")
            shown.wait_for_function(
                "Number(document.querySelector('iframe').height) < 5000", timeout=30_000
            )
            # That of the visitor's language was there before; ports share cookies.
            left = {each["name"] for each in shown.context.cookies(other.url())}
            assert left <= {"essaim_langue"}
