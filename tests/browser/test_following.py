"""A member follows a card; it changes; they read it, get a digest, and stop it with one click."""

from __future__ import annotations

import email
import email.policy
import re
import time
from collections.abc import Callable
from typing import Any

import pytest

from essaim.people.demonstration import PASSWORD
from tests.browser.test_every_page import walk

pytestmark = pytest.mark.browser

MEMBER = "membre@essaim.example"
# Two cards, since followers are told of a card's changes once a day; and who changes each.
HELD = "/initiatives/plateforme-precarite-energetique-du-ccas-de-grenoble"
# Not one that other journeys have read by peers: whoever writes a card takes no part in that.
OTHER = "/initiatives/croc-la-vie"
# The worker's own call, at the hour of tomorrow's digests.
DIGESTS = """
import datetime as dt, django
django.setup()
from django.utils import timezone
from essaim.following.actions.mailing import send_due_digests
print(send_due_digests(timezone.now() + dt.timedelta(days=DAYS)))
"""


def press(person: Any, name: str) -> None:
    person.page.get_by_role("button", name=name, exact=True).click()
    person.page.wait_for_load_state()


def counter(person: Any) -> int:
    person.go("/plan-du-site")
    found = re.search(
        r"Mon espace\s+(\d+)", person.page.locator("header").first.text_content() or ""
    )
    return int(found.group(1)) if found else 0


@pytest.mark.parametrize("width", [1280, 360])
def test_every_page(visit: Callable[..., Any], width: int) -> None:
    pages = ["/mon-espace", "/mon-espace/suivis", "/mon-espace/notifications"]
    member = visit(width=width)
    member.sign_in(MEMBER, PASSWORD)
    found = walk(member, [*pages, "/mon-espace/courriels"])
    english = visit(width=width, language="en")
    english.sign_in("animateur@essaim.example", PASSWORD)
    found += walk(english, pages)
    assert found == []


@pytest.mark.parametrize(
    ("javascript", "card", "author"),
    [(True, HELD, "porteur@essaim.example"), (False, OTHER, "animateur@essaim.example")],
)
def test_from_follow_to_one_click(
    visit: Callable[..., Any], server: Any, javascript: bool, card: str, author: str
) -> None:
    visitor = visit(javascript=javascript)
    page = visitor.go(card)
    page.get_by_role("link", name="Suivre cette fiche").click()
    page.fill("input[name=login]", MEMBER)
    page.fill("input[name=password]", PASSWORD)
    page.locator("main form").filter(has=page.locator("input[name=password]")).locator(
        "button[type=submit]"
    ).first.click()
    page.wait_for_load_state()
    member = visitor
    assert card in page.url
    if page.get_by_role("button", name="Ne plus suivre cette fiche").count():
        press(member, "Ne plus suivre cette fiche")
    press(member, "Suivre cette fiche")
    if "/mon-espace/courriels" not in page.url:  # asked the first time only
        page = member.go("/mon-espace/courriels")
    page.locator("label[for=id_digest_0]").click()
    press(member, "Enregistrer")
    page = member.go("/mon-espace/notifications")
    before = counter(member)
    assert before == 0

    holder = visit(javascript=javascript)
    holder.sign_in(author, PASSWORD)
    page = holder.go(f"{card}/modifier/dispositif")
    page.fill("[name=description]", f"Nouveau texte (fictif), {time.monotonic()}")
    holder.page.locator("main button[type=submit]").last.click()
    page.wait_for_load_state()

    deadline = time.monotonic() + 30
    while counter(member) == 0 and time.monotonic() < deadline:
        time.sleep(0.5)
    assert counter(member) == 1

    # Unread, it is in the next digest; the message's own link stops the digests, signed out.
    sent = len(server.mails(MEMBER))
    # Not the day of the other run: nobody has two digests of one day.
    server.python(DIGESTS.replace("DAYS", "1" if javascript else "3"))
    assert len(server.mails(MEMBER)) == sent + 1
    raw = server.mails(MEMBER)[-1]
    message = email.message_from_bytes(raw.strip().encode(), policy=email.policy.default)
    assert "a été modifiée" in str(message.get_content())
    link = re.search(r"/desabonnement/[^>\s]+", str(message["List-Unsubscribe"]))
    assert link and message["List-Unsubscribe-Post"] == "List-Unsubscribe=One-Click"
    stranger = visit(javascript=javascript)
    page = stranger.go("/courriels")
    assert "a été modifiée" in page.inner_text("main")
    page = stranger.go(link.group())
    if javascript:
        stranger.check()
    press(stranger, "Ne plus recevoir ces messages")
    assert "C’est fait" in page.inner_text("main")
    if javascript:
        stranger.check()

    page = member.go("/mon-espace/notifications")
    assert (
        "a été modifiée" in page.inner_text("main") and "NOUVEAU" in page.inner_text("main").upper()
    )
    if javascript:
        member.check()
    assert counter(member) == 0
    member.go("/mon-espace/courriels")
    assert member.page.locator("#id_digest_2").is_checked()
    member.go(card)
    press(member, "Ne plus suivre cette fiche")
