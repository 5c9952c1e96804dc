"""Managers read what the database kept: who, when, before, after; never what is private."""

from __future__ import annotations

import csv
import datetime as dt
import io

import pytest
from django.db import connection
from django.test import Client
from django.test.utils import CaptureQueriesContext
from django.urls import reverse
from django.utils import timezone

from essaim.initiatives.actions.cards import save_section
from essaim.initiatives.sections import SECTIONS, digest, read_section
from essaim.people import audit
from essaim.people.actions.tokens import hash_token
from essaim.people.models import EmailDomainEvent  # type: ignore[attr-defined]  # made by pghistory
from tests.initiatives.factories import InitiativeFactory
from tests.people.factories import EmailDomainFactory, MembershipFactory, UserFactory, confirmed
from tests.themes.factories import ThemeFactory

pytestmark = pytest.mark.django_db
CARDS = "initiatives.initiativeevent"


def rename(card, title, by):
    current = read_section(card, SECTIONS["essentiel"])
    return save_section(
        card,
        "essentiel",
        current | {"title": title},
        by=by,
        version=card.version,
        seen=digest(current),
    )


def open_as(client: Client, user: object, **query: str):
    client.force_login(user, backend="django.contrib.auth.backends.ModelBackend")  # type: ignore[arg-type]
    return client.get(reverse("people:audit"), query)


def test_who_changed_what_before_and_after(client):
    author, manager = UserFactory(name="Claire Martin"), UserFactory(manager=True)
    card = rename(InitiativeFactory(author=author, title="Avant"), "Après", author)
    page = open_as(client, manager, kind=CARDS, number=str(card.pk)).text
    assert "Claire Martin" in page and "save_section" in page
    assert "<del>Avant</del>" in page and "<ins>Après</ins>" in page


def test_filters_by_person_action_and_day(client):
    author, other, manager = UserFactory(), UserFactory(), UserFactory(manager=True)
    rename(InitiativeFactory(author=author), "De l’une", author)
    rename(InitiativeFactory(author=other), "De l’autre", other)
    page = open_as(client, manager, kind=CARDS, person=author.email).text
    assert "De l’une" in page and "De l’autre" not in page
    page = open_as(client, manager, kind=CARDS, action="publish").text
    assert "Aucune écriture" in page
    page = open_as(client, manager, kind=CARDS, until="2015-12-01").text
    assert "Aucune écriture" in page


@pytest.mark.parametrize(
    "query",
    [
        {"person": "personne@nulle.part"},
        {"since": "2026-02-31"},
        {"since": "2026-03-01", "until": "2026-02-01"},
        {"kind": "innovators.innovationfileevent"},
        {"number": "x"},
    ],
)
def test_a_wrong_filter_is_said_and_hides_nothing_in_silence(client, query):
    answer = open_as(client, UserFactory(manager=True), **{"kind": CARDS} | query)
    assert answer.status_code == 422 and 'role="alert"' in answer.text


def test_the_rows_shown_can_be_taken_away(client):
    author = UserFactory()
    card = rename(InitiativeFactory(author=author, title="=2+2"), "Après", author)
    answer = open_as(client, UserFactory(manager=True), kind=CARDS, format="csv")
    text = b"".join(answer.streaming_content).decode("utf-8-sig")
    rows = list(csv.reader(io.StringIO(text), delimiter=";"))
    assert [row[6:] for row in rows if row[4].endswith(f"(n° {card.pk})") and "titre" in row[5]]
    assert not [cell for row in rows for cell in row if cell.startswith("=")]


def test_older_rows_are_one_click_away_and_cost_the_same(client):
    author, manager = UserFactory(), UserFactory(manager=True)
    card = InitiativeFactory(author=author)
    counts = []
    for number in (1, 3, 60):
        for step in range(number):
            card = rename(card, f"Titre {number} {step}", author)
        with CaptureQueriesContext(connection) as queries:
            page = open_as(client, manager, kind=CARDS).text
        counts.append(len([q for q in queries if "event" in q["sql"] or "people" in q["sql"]]))
    assert counts[0] == counts[1] == counts[2]
    older = page.split("avant=")[1].split('"')[0].split("&")[0]
    assert "Titre 1 0" in open_as(client, manager, kind=CARDS, avant=older).text


def test_an_innovators_file_is_nobodys_business_here():
    keys = {kind.key for kind in audit.kinds()}
    assert "innovators.opinionrequestevent" in keys
    assert not {"innovators.innovationfileevent", "needs.needevent"} & keys


def test_a_role_over_everything_is_kept_without_name_or_address(client):
    manager = UserFactory(manager=True)
    someone = UserFactory(name="Claire Martin")
    someone.is_manager = True
    someone.save(update_fields=["is_manager"])
    page = open_as(client, manager, kind="people.accountevent", number=str(someone.pk)).text
    assert "animateur de la plateforme" in page.lower()
    rows = audit.rows(audit.kind("people.accountevent"), number=someone.pk)
    assert not [row for row in rows.values() if "Claire" in str(row) or "@" in str(row)]


def test_the_number_filters_links_too(client):
    author, manager = UserFactory(), UserFactory(manager=True)
    card = InitiativeFactory(author=author)
    one, other = ThemeFactory(), ThemeFactory()
    card.themes.set([one, other])
    link = card.themes.through.objects.get(theme=one)
    page = open_as(client, manager, kind="initiatives.cardthemeevent", number=str(link.pk)).text
    assert one.name in page and other.name not in page


def test_history_holds_no_token_of_a_personal_link(client):
    organisation = MembershipFactory(role="representative")
    confirmed(organisation.user, "claire@ccas.example")
    domain = EmailDomainFactory(
        organisation=organisation.organisation,
        domain="ccas.example",
        asked_by=organisation.user,
        token_hash=hash_token("un-jeton"),
        expires_at=timezone.now() + dt.timedelta(hours=1),
    )
    client.force_login(organisation.user)
    assert client.post(reverse("people:confirm_domain", args=["un-jeton"])).status_code == 302
    row = EmailDomainEvent.objects.filter(pgh_obj=domain.pk).latest("pgh_id")
    assert row.verified_at and row.pgh_context["url"] == "/domaines/lien/…"
