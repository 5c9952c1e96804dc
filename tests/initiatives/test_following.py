"""What is announced of a card, and to whom; what waits for people among cards and imports."""

from __future__ import annotations

import datetime as dt
import io
import json
from typing import Any

import pytest
from django.core.files.base import ContentFile
from django.utils import timezone

from essaim.common.typography import french
from essaim.common.waiting import waiting_for
from essaim.following import reading
from essaim.following.actions import announcements
from essaim.following.models import Announcement, Follow, Notification
from essaim.initiatives import following
from essaim.initiatives.actions.cards import save_section
from essaim.initiatives.actions.import_cards import outcomes
from essaim.initiatives.actions.publication import (
    archive_card,
    delete_card,
    publish_card,
    restore_card,
    send_back,
)
from essaim.initiatives.actions.refusals import appeal_refusal, decide_appeal, refuse_card
from essaim.initiatives.models import CardImport, Initiative
from essaim.initiatives.sections import SECTIONS, digest, read_section
from essaim.territories.models import Containment
from tests.following.factories import FollowFactory
from tests.initiatives.factories import InitiativeFactory
from tests.initiatives.test_import_cards import CARD
from tests.people.factories import MembershipFactory, OrganisationFactory, UserFactory
from tests.territories.factories import TerritoryFactory
from tests.themes.factories import ThemeFactory

pytestmark = pytest.mark.django_db


def spread() -> None:
    for pk in Announcement.objects.filter(spread_at=None).values_list("pk", flat=True):
        announcements.spread(pk)


def told(user: Any) -> list[str]:
    """The sentences, newest first."""
    spread()
    mine = Notification.objects.filter(user=user).for_list()
    return [line.text for line in reading.lines(list(mine), user)]


def change(card: Initiative, *, by: Any, **new: Any) -> Initiative:
    card.refresh_from_db()
    content = read_section(card, SECTIONS["dispositif"])
    return save_section(
        card, "dispositif", content | new, by=by, version=card.version, seen=digest(content)
    )


def test_a_new_card_reaches_who_follows_its_holder_theme_or_place() -> None:
    isere, grenoble = TerritoryFactory(label="Isère (38)"), TerritoryFactory()
    elsewhere, theme, holder = TerritoryFactory(), ThemeFactory(), OrganisationFactory()
    Containment.objects.get_or_create(ancestor=isere, descendant=grenoble)
    card = InitiativeFactory(
        submitted=True, title="Repas", holder=holder, themes=[theme], territories=[grenoble]
    )
    by_theme = FollowFactory(kind="theme", key=theme.slug).user
    by_holder = FollowFactory(kind="organisation", key=str(holder.pk)).user
    by_place = FollowFactory(kind="territory", key=isere.address).user
    not_here = FollowFactory(kind="territory", key=elsewhere.address).user
    manager = UserFactory(manager=True)
    FollowFactory(user=manager, kind="theme", key=theme.slug)
    publish_card(card, by=manager)
    for user in (by_theme, by_holder, by_place):
        assert told(user) == [french("La fiche « Repas » est publiée")]
    assert told(not_here) == told(manager) == []


def test_its_author_is_told_what_comes_next() -> None:
    author, manager = UserFactory(), UserFactory(manager=True)
    card = InitiativeFactory(submitted=True, title="Repas", author=author)
    publish_card(card, by=manager)
    assert told(author) == [
        french("Votre fiche « Repas » est publiée : montrez-en maintenant les preuves")
    ]
    own = InitiativeFactory(submitted=True, author=manager)
    publish_card(own, by=manager)
    assert told(manager) == [], "nobody is told of their own act"


def test_a_followed_card_tells_its_changes_once_a_day_and_its_end() -> None:
    card = InitiativeFactory(published=True, author=UserFactory(), title="Repas")
    reader = FollowFactory(kind="card", key=str(card.pk)).user
    by_theme = FollowFactory(kind="theme", key=ThemeFactory().slug).user
    for steps in (["un"], ["un", "deux"]):
        change(card, by=card.author, steps=steps)
        assert told(reader) == [french("La fiche « Repas » a été modifiée")]
    change(card, by=card.author, steps=["un", "deux"])  # nothing new in it
    card = archive_card(card, by=card.author)
    assert told(reader)[0] == "Une fiche que vous suiviez n’est plus dans la banque."
    restore_card(card, by=UserFactory(manager=True))
    assert told(reader)[0] == french("La fiche « Repas » est de nouveau dans la banque")
    assert told(by_theme) == []


def test_drafts_are_written_in_silence() -> None:
    card = InitiativeFactory(author=UserFactory())
    FollowFactory(kind="card", key=str(card.pk))
    change(card, by=card.author, steps=["un"])
    archive_card(card, by=card.author)
    assert not Announcement.objects.exists()


def test_an_erased_card_is_followed_by_nobody() -> None:
    card = InitiativeFactory(published=True)
    FollowFactory(kind="card", key=str(card.pk))
    following.changed([card.pk], by=None)
    delete_card(card, by=UserFactory(administrator=True))
    assert not Follow.objects.exists() and not Announcement.objects.exists()


def test_a_returned_card_leads_its_author_to_the_form() -> None:
    card = InitiativeFactory(submitted=True, author=UserFactory(), title="Repas")
    send_back(card, "Précisez.", by=UserFactory(manager=True))
    (line,) = reading.lines(list(Notification.objects.for_list()), card.author)
    assert line.text == french("Votre fiche « Repas » attend un complément")
    assert line.url == f"/initiatives/{card.slug}/modifier"
    assert line.notification.waits


def test_what_is_no_longer_asked_no_longer_waits(client: Any) -> None:
    card = InitiativeFactory(submitted=True, title="Repas", author=UserFactory())
    manager, other = UserFactory(manager=True), UserFactory(manager=True)
    send_back(card, "Précisez le coût.", by=manager)

    def state() -> list[tuple[str, bool]]:
        mine = Notification.objects.filter(user=card.author).for_list()
        return [(line.text, line.waits) for line in reading.lines(list(mine), card.author)]

    assert state() == [(french("Votre fiche « Repas » attend un complément"), True)]
    client.force_login(card.author)
    client.get(f"/initiatives/{card.slug}/modifier")  # from the list of one's cards
    assert not Notification.objects.unread().exists()
    Initiative.objects.filter(pk=card.pk).update(publication="submitted")
    assert state() == [(french("Votre fiche « Repas » n’attend plus de complément"), False)]
    refuse_card(card, "Hors sujet.", by=manager)
    assert state()[0] == (
        french("Votre fiche « Repas » n’est pas publiée ; vous pouvez contester"),
        True,
    )
    appeal_refusal(card, "Relisez.", by=card.author)
    assert state()[0] == (french("Votre fiche « Repas » avait été refusée"), False)
    # It now waits for managers, but not for who refused.
    assert [each.title for each in waiting_for(other)] == ["Décider d’une contestation"]
    assert waiting_for(manager) == []
    decide_appeal(card, "upheld", "Non.", by=other)
    assert waiting_for(other) == [] and state()[0][1] is False


@pytest.mark.parametrize("number", [1, 20])
def test_an_import_announces_new_cards_and_changes(number: int) -> None:
    theme = ThemeFactory()
    reader = FollowFactory(kind="theme", key=theme.slug).user
    rows = [
        {**CARD, "external_id": f"i:{n}", "title": f"Fiche {n}", "themes": [theme.slug]}
        for n in range(number)
    ]

    def load() -> None:
        file = io.BytesIO("\n".join(json.dumps(row) for row in rows).encode())
        for _outcome in outcomes(file, publish=True, by=None, write=True):
            pass

    load()
    assert len(told(reader)) == number
    one = Initiative.objects.get(external_id="i:0")
    of_one = FollowFactory(kind="card", key=str(one.pk)).user
    rows[0]["summary"] = "Autrement dit."
    load()
    assert told(of_one) == [french("La fiche « Fiche 0 » a été modifiée")]
    assert len(told(reader)) == number


class TestWaiting:
    def titles(self, user: Any) -> list[tuple[str, str]]:
        return [(each.title, each.about) for each in waiting_for(user)]

    def test_a_returned_card_waits_for_its_author_alone(self) -> None:
        member = MembershipFactory()
        card = InitiativeFactory(
            returned=True, author=UserFactory(), holder=member.organisation, title="Repas"
        )
        assert self.titles(card.author) == [("Compléter la fiche renvoyée", "Repas")]
        assert self.titles(member.user) == []
        Initiative.objects.update(author=None)
        assert self.titles(member.user) == [("Compléter la fiche renvoyée", "Repas")]

    def test_submitted_cards_wait_for_managers_with_a_date(self, settings: Any) -> None:
        settings.CARD_REVIEW_DAYS = 15
        card = InitiativeFactory(submitted=True)
        Initiative.objects.update(submitted_at=timezone.now() - dt.timedelta(days=20))
        (waiting,) = waiting_for(UserFactory(manager=True))
        assert waiting.is_late and waiting.about == card.title
        assert waiting.due == timezone.localdate() - dt.timedelta(days=5)
        assert waiting_for(UserFactory()) == []

    def test_many_are_counted(self) -> None:
        for _ in range(23):
            InitiativeFactory(submitted=True)
        found = waiting_for(UserFactory(manager=True))
        assert len(found) == 21 and found[-1].title == "Relire 3 autres fiches soumises"

    def test_a_checked_import_waits_for_who_deposited_it(self) -> None:
        manager = UserFactory(manager=True)
        CardImport.objects.create(
            original_name="fiches.csv", by=manager, state="ready", file=ContentFile(b"", "f")
        )
        (waiting,) = waiting_for(manager)
        assert (waiting.about, waiting.due is None) == ("fiches.csv", False)
        assert waiting_for(UserFactory(manager=True)) == []
