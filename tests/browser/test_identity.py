"""Who one is: signing in with the identity provider, second factor, devices, data, leaving."""

from __future__ import annotations

import base64
import email
import email.policy
import hashlib
import hmac
import json
import re
import struct
import time
from collections.abc import Callable
from typing import Any

import pytest

from tests.browser.conftest import Server
from tests.people.openid import Provider

pytestmark = pytest.mark.browser

PHRASE = "une phrase de passe longue"


def press(person: Any, name: str) -> None:
    person.page.get_by_role("button", name=name, exact=True).click()
    person.page.wait_for_load_state()


def code_sent(server: Any, to: str) -> str:
    raw = server.mails(to)[-1]
    message = email.message_from_bytes(raw.strip().encode(), policy=email.policy.default)
    found = re.search(r"^ {4}([A-Z0-9-]+)\s*$", str(message.get_content()), re.M)
    assert found, raw
    return found.group(1)


def sign_up(person: Any, server: Any, address: str, name: str) -> None:
    page = person.go("/compte/signup/")
    page.fill("[name=name]", name)
    page.fill("[name=email]", address)
    page.fill("[name=password1]", PHRASE)
    press(person, "Créer mon compte")
    page.fill("[name=code]", code_sent(server, address))
    page.locator("main button[type=submit]").first.click()
    page.wait_for_load_state()


def shown_by_the_telephone(secret: str, ahead: int = 0) -> str:
    """RFC 6238: six digits of the current half minute."""
    key = base64.b32decode(secret + "=" * (-len(secret) % 8))
    counter = struct.pack(">Q", int(time.time()) // 30 + ahead)
    digest = hmac.new(key, counter, hashlib.sha1).digest()
    start = digest[-1] & 15
    number = struct.unpack(">I", digest[start : start + 4])[0] & 0x7FFFFFFF
    return f"{number % 10**6:06}"


@pytest.mark.parametrize("javascript", [True, False])
def test_in_and_out_with_the_identity_provider(
    visit: Callable[..., Any], server: Any, openid_provider: Provider, javascript: bool
) -> None:
    sub = f"claire-{javascript}".lower()
    address = f"{sub}@ville.example"
    openid_provider.person(
        sub, email=address, given_name="Claire", usual_name="Martin", siret="26380012000010"
    )
    person = visit(javascript=javascript)
    page = person.go("/compte/login/")
    press(person, "S’identifier avec ProConnect")
    assert page.url.startswith(openid_provider.url)
    page.fill("[name=sub]", sub)
    page.get_by_role("button", name="Authorize").first.click()
    page.wait_for_load_state()
    assert page.url.startswith(server.url)
    # The first time: what is asked of whoever signs up, with the address it gave.
    assert page.input_value("[name=email]") == address
    person.errors.clear()
    if javascript:
        person.check()
    press(person, "Créer mon compte")
    page.fill("[name=code]", code_sent(server, address))
    page.locator("main button[type=submit]").first.click()
    page.wait_for_load_state()
    assert "263800120" in page.inner_text("main")
    # The provider's own page is not ours to judge.
    person.errors.clear()
    if javascript:
        person.check()
    press(person, "Non merci")
    assert "Claire Martin" in person.go("/compte/profil").content()
    person.go("/compte/logout/")
    page.locator("main button[type=submit]").first.click()
    page.wait_for_url(f"{openid_provider.url}/**")
    page.locator("button[type=submit]").first.click()
    page.wait_for_load_state()
    assert "ici et de ProConnect" in page.inner_text("body")
    assert "/compte/login" in person.go("/compte/profil").url


def test_an_application_then_its_code_at_sign_in(visit: Callable[..., Any], server: Any) -> None:
    address = "double@essaim.example"
    person = visit(width=360)
    sign_up(person, server, address, "Dominique Double")
    person.go("/compte/double-authentification/")
    page = person.page
    page.get_by_role("link", name="Activer une application").click()
    page.wait_for_load_state()
    if "reauthenticate" in page.url:
        page.fill("[name=password]", PHRASE)
        page.locator("main button[type=submit]").first.click()
        page.wait_for_load_state()
    person.check()
    secret = page.locator("main code").inner_text()
    page.fill("[name=code]", shown_by_the_telephone(secret))
    press(person, "Activer")
    person.check()
    assert page.locator("main code").count() == 10
    later = visit()
    later.sign_in(address, PHRASE)
    assert "/authenticate/" in later.page.url
    later.check()
    # The code of the activation has served: the next one is already good.
    later.page.fill("[name=code]", shown_by_the_telephone(secret, ahead=1))
    press(later, "Se connecter")
    assert "/compte/profil" in later.go("/compte/profil").url


def test_a_passkey_is_added_then_opens_the_account(visit: Callable[..., Any], server: Any) -> None:
    """A real browser with a key in it (virtual, of the browser's own tools)."""
    address = "cle@essaim.example"
    person = visit(width=360)
    # Browsers give keys to a name, never to an address such as 127.0.0.1.
    person.server = Server(server.url.replace("127.0.0.1", "localhost"), server.environment)
    tools = person.context.new_cdp_session(person.page)
    tools.send("WebAuthn.enable")
    key = {"protocol": "ctap2", "transport": "internal", "automaticPresenceSimulation": True}
    key |= dict.fromkeys(["hasResidentKey", "hasUserVerification", "isUserVerified"], True)
    tools.send("WebAuthn.addVirtualAuthenticator", {"options": key})
    sign_up(person, server, address, "Claude Clé")
    page = person.go("/compte/double-authentification/webauthn/add/")
    if "reauthenticate" in page.url:
        page.fill("[name=password]", PHRASE)
        page.locator("main button[type=submit]").first.click()
        page.wait_for_load_state()
    person.check()
    page.fill("[name=name]", "Ma clé")
    page.locator("label[for=id_passwordless]").click()
    page.get_by_role("button", name="Ajouter", exact=True).click()
    page.wait_for_url("**/recovery-codes/**")
    person.check()
    person.go("/compte/double-authentification/webauthn/")
    assert "Ma clé" in page.inner_text("main")
    person.go("/compte/logout/")
    page.locator("main button[type=submit]").first.click()
    page.wait_for_load_state()
    page = person.go("/compte/login/")
    page.get_by_role("button", name="Utiliser une clé d’accès").click()
    page.wait_for_url(lambda url: "/compte/login" not in url)
    assert "/compte/profil" in person.go("/compte/profil").url


def test_another_device_is_signed_out_from_afar(visit: Callable[..., Any], server: Any) -> None:
    address = "appareils@essaim.example"
    office, telephone = visit(), visit(width=360)
    sign_up(office, server, address, "Alix Appareils")
    telephone.sign_in(address, PHRASE)
    page = office.go("/compte/sessions/")
    assert page.inner_text("main").count("Cet appareil".upper()) == 1 or "Cet appareil" in (
        page.inner_text("main")
    )
    office.check()
    page.get_by_role("button", name=re.compile("^Déconnecter .*, vu le")).click()
    page.wait_for_load_state()
    assert "déconnecté" in page.inner_text("main") or "déconnecté" in page.inner_text("body")
    assert "/compte/login" in telephone.go("/compte/profil").url


@pytest.mark.parametrize("language", ["fr", "en"])
def test_data_taken_away_then_the_account_deleted(
    visit: Callable[..., Any], server: Any, language: str
) -> None:
    address = f"partir-{language}@essaim.example"
    person = visit()
    sign_up(person, server, address, "Camille Partir")
    if language == "en":
        press(person, "English")
    page = person.go("/compte/mes-donnees")
    person.check()
    press(person, {"fr": "Emporter mes données", "en": "Take my data away"}[language])
    # Made by a job; the page says when it is ready.
    link = page.get_by_role("link", name={"fr": "Télécharger", "en": "Download"}[language])
    link.wait_for(timeout=30_000)
    person.check()
    with page.expect_download() as taken:
        link.click()
    with open(taken.value.path(), encoding="utf-8") as handle:
        assert json.load(handle)["account"]["email"] == address
    person.go("/compte/mes-donnees")
    page.get_by_role(
        "link", name={"fr": "Supprimer mon compte", "en": "Delete my account"}[language]
    ).click()
    page.wait_for_load_state()
    person.check()
    page.locator("label[for=id_contributions_0]").click()
    page.locator("label[for=id_sure]").click()
    press(person, {"fr": "Supprimer mon compte", "en": "Delete my account"}[language])
    if "reauthenticate" in page.url:
        page.fill("[name=password]", PHRASE)
        page.locator("main button[type=submit]").first.click()
        page.wait_for_load_state()
    assert {"fr": "Au revoir", "en": "Goodbye"}[language] in page.inner_text("body")
    person.sign_in(address, PHRASE)
    assert "/compte/login" in person.page.url
