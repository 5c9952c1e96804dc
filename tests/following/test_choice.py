"""Whether to write to someone is asked plainly, once, and nothing is ticked for them."""

from __future__ import annotations

import re
from importlib import import_module

import pytest
from django.apps import apps
from django.core import mail
from django.db import connection
from django.test import Client

from essaim.following.actions import settings as choices
from essaim.following.choice import question_for
from essaim.following.models import MailSettings
from essaim.people.models import User
from essaim.people.personal_data import archive
from tests.following.factories import MailSettingsFactory
from tests.people.factories import UserFactory

pytestmark = pytest.mark.django_db

SPACE, CHOICE = "/mon-espace", "/mon-espace/courriels/choix"
CODE = re.compile(r"^ {4}([A-Z0-9-]+)$", re.M)


@pytest.fixture
def member(client: Client) -> User:
    user = UserFactory()
    client.force_login(user)
    return user


@pytest.mark.parametrize("password", ["", "une phrase de passe longue"])
@pytest.mark.parametrize(
    ("ticked", "at_once", "digest"),
    [
        ({}, False, "never"),
        ({"mail_at_once": "on"}, True, "never"),
        ({"mail_weekly": "on"}, False, "weekly"),
    ],
)
def test_at_sign_up_by_code_or_password(
    client: Client, password: str, ticked: dict[str, str], at_once: bool, digest: str
) -> None:
    page = client.get("/compte/signup/").content.decode()
    assert "mail_at_once" in page and "mail_weekly" in page and "checked" not in page
    typed = {"name": "Claire", "email": "claire@exemple.fr", "password1": password}
    client.post("/compte/signup/", typed | ticked)
    chosen = MailSettings.objects.get()
    assert (chosen.waits_by_mail, chosen.digest) == (at_once, digest)
    assert bool(chosen.waits_accepted_at) == at_once
    assert bool(chosen.accepted_at) == (digest != "never")
    code = CODE.search(str(mail.outbox[-1].body))
    assert code
    client.post("/compte/confirm-email/", {"code": code.group(1)})
    # Asked once: none ticked was an answer.
    assert "Voulez-vous des courriels" not in client.get(SPACE).content.decode()


def test_an_address_that_has_an_account_chooses_nothing(client: Client) -> None:
    known = UserFactory()
    client.post("/compte/signup/", {"name": "X", "email": known.email, "mail_at_once": "on"})
    assert not MailSettings.objects.exists()


def test_at_first_use_for_who_never_chose(client: Client, member: User) -> None:
    page = client.get(SPACE).content.decode()
    assert "Voulez-vous des courriels" in page and "checked" not in page
    assert not MailSettings.objects.exists()  # reading is no answer
    answer = client.post(CHOICE, {"next": SPACE, "mail_at_once": "on"})
    assert answer["Location"] == SPACE
    chosen = MailSettings.objects.get(user=member)
    assert chosen.waits_by_mail and chosen.waits_accepted_at and chosen.digest == "never"
    assert "Voulez-vous des courriels" not in client.get(SPACE).content.decode()
    held = archive(member)["following"]["mail"]
    assert held[0]["waits_accepted_at"] == chosen.waits_accepted_at


def test_nothing_ticked_is_a_no_that_lasts(client: Client, member: User) -> None:
    client.post(CHOICE, {"next": SPACE})
    chosen = MailSettings.objects.get(user=member)
    assert (chosen.waits_by_mail, chosen.digest, chosen.accepted_at) == (False, "never", None)
    assert "Voulez-vous des courriels" not in client.get(SPACE).content.decode()


def test_a_page_left_open_changes_no_choice_made_since(client: Client, member: User) -> None:
    choices.choose_mail(member, digest="daily", waits_by_mail=True, language="en")
    client.post(CHOICE, {"next": SPACE})
    chosen = MailSettings.objects.get(user=member)
    assert (chosen.digest, chosen.waits_by_mail, chosen.language) == ("daily", True, "en")


def test_leads_nowhere_else(client: Client, member: User) -> None:
    answer = client.post(CHOICE, {"next": "https://ailleurs.example/"})
    assert answer["Location"] == "/mon-espace/courriels"


def test_when_one_accepted_is_kept_and_forgotten_on_withdrawal(member: User) -> None:
    chosen = choices.choose_mail(member, digest="never", waits_by_mail=True, language="fr")
    first = chosen.waits_accepted_at
    again = choices.choose_mail(member, digest="daily", waits_by_mail=True, language="fr")
    assert again.waits_accepted_at == first
    choices.stop_immediate_mail(member)
    chosen.refresh_from_db()
    assert (chosen.waits_by_mail, chosen.waits_accepted_at) == (False, None)
    assert chosen.accepted_at  # the digest was another yes


def test_what_nobody_chose_is_taken_back_and_asked() -> None:
    """Of those from before the question: no date is made up for them."""
    by_default, weekly = MailSettingsFactory(digest="never"), MailSettingsFactory(digest="weekly")
    migration = import_module("essaim.following.migrations.0002_mail_at_once_is_accepted_first")
    with connection.schema_editor() as editor:
        migration.take_back_what_was_not_chosen(apps, editor)
    assert question_for(by_default.user) and not question_for(weekly.user)
    weekly.refresh_from_db()
    assert weekly.digest == "weekly" and weekly.accepted_at and not weekly.waits_by_mail
