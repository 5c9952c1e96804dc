"""Calendars, sheets, documents, partnerships, third places, networks, and who reads what."""

from __future__ import annotations

import datetime as dt
import io
import uuid
from typing import Any

import pytest
from django.contrib.auth.models import AnonymousUser
from django.test import Client

from essaim.common.errors import DomainError
from essaim.events import rules
from essaim.events.actions import after, events, keeping, places
from essaim.events.calendar import icalendar, of_person
from essaim.events.document import canvas_pdf, sheet_pdf, signatures
from essaim.events.meeting import wording
from essaim.events.models import Event, FollowUp, Partnership, Registration, ThirdPlace
from essaim.events.reading import numbers
from essaim.following.models import Follow, Notification
from essaim.people.actions.merging import merge_organisations
from essaim.people.models import NetworkMembership
from tests.calls.factories import CallFactory
from tests.events.factories import (
    ChallengeFactory,
    EventFactory,
    PartnershipFactory,
    ThirdPlaceFactory,
    comes,
    encounter,
    representative,
    who_runs,
)
from tests.funding.factories import opened
from tests.initiatives.factories import InitiativeFactory
from tests.needs.factories import NeedFactory
from tests.people.factories import OrganisationFactory, UserFactory
from tests.territories.factories import TerritoryFactory
from tests.themes.factories import ThemeFactory

pytestmark = pytest.mark.django_db


def signed_in(user: Any) -> Client:
    client = Client()
    client.force_login(user, backend="django.contrib.auth.backends.ModelBackend")
    return client


def test_visible_to_and_can_view_agree() -> None:
    draft, public = EventFactory(draft=True), EventFactory()
    people = [
        AnonymousUser(), UserFactory(), who_runs(draft), UserFactory(manager=True),
        representative(),
    ]  # fmt: skip
    for user in people:
        for event in (draft, public):
            seen = Event.objects.visible_to(user).filter(pk=event.pk).exists()
            assert seen == bool(rules.can_view(user, event))
    proposed = ThirdPlaceFactory(proposed=True, organisation=OrganisationFactory())
    for user in [*people, representative(proposed.organisation)]:
        seen = ThirdPlace.objects.visible_to(user).filter(pk=proposed.pk).exists()
        assert seen == bool(rules.can_view_place(user, proposed))


class TestCalendars:
    def test_one_event_escaped_and_folded(self) -> None:
        event = EventFactory(
            title="Forum; « aidants », " + "é" * 90, online_link="https://visio.exemple.fr/secret"
        )
        text = icalendar([event], name="Essai")
        assert "SUMMARY:Forum\\; « aidants »\\, " in text.replace("\r\n ", "")
        assert all(len(line.encode()) <= 75 for line in text.split("\r\n"))
        assert "visio" not in text
        assert f"DTSTART:{event.starts_at:%Y%m%dT%H%M%SZ}" in text

    def test_a_cancelled_one_says_so_and_its_sequence_grows(self) -> None:
        event = EventFactory()
        before = icalendar([event], name="x")
        event = events.cancel(event, by=who_runs(event), reason="Orage.")
        text = icalendar([event], name="x")
        assert "SEQUENCE:0" in before and "STATUS:CONFIRMED" in before
        assert "SEQUENCE:1" in text and "STATUS:CANCELLED" in text

    def test_a_feed_by_theme(self, client: Client) -> None:
        theme = ThemeFactory()
        event, other = EventFactory(title="Avec"), EventFactory(title="Sans")
        event.themes.set([theme])
        text = client.get(f"/evenements/calendrier.ics?theme={theme.slug}").content.decode()
        assert "Avec" in text and other.title not in text

    def test_ones_own_holds_what_one_comes_to_and_follows(self, client: Client) -> None:
        user, region = UserFactory(), TerritoryFactory(kind="region")
        near = EventFactory(territory=TerritoryFactory(inside=[region]))
        card = InitiativeFactory(published=True)
        about = EventFactory()
        about.initiatives.set([card])
        mine = EventFactory()
        EventFactory()
        comes(mine, user)
        Follow.objects.create(user=user, kind="territory", key=region.address)
        Follow.objects.create(user=user, kind="card", key=str(card.pk))
        assert set(of_person(user)) == {near, about, mine}
        call, pool = CallFactory(), opened().pool
        asked, funded = EventFactory(), EventFactory()
        asked.calls.set([call])
        funded.pools.set([pool])
        Follow.objects.create(user=user, kind="call", key=str(call.pk))
        Follow.objects.create(user=user, kind="pool", key=str(pool.pk))
        # Followed before it was merged into another.
        new = TerritoryFactory()
        old = TerritoryFactory(gone_on="2026-01-01", successor=new)
        Follow.objects.create(user=user, kind="territory", key=old.address)
        there = EventFactory(territory=new)
        assert set(of_person(user)) == {near, about, mine, asked, funded, there}
        first = places.make_feed(user)
        key = first.key
        assert mine.title in client.get(f"/evenements/calendrier/{key}.ics").content.decode()
        places.make_feed(user)
        assert client.get(f"/evenements/calendrier/{key}.ics").status_code == 404


class TestPaper:
    def test_the_sheet_and_the_canvas_are_pdf(self) -> None:
        event = EventFactory()
        comes(event)
        assert sheet_pdf(event).startswith(b"%PDF")
        challenge = ChallengeFactory(event=event, text="#set page(width: 1cm) *gras*")
        assert canvas_pdf(event, [challenge]).startswith(b"%PDF")

    def test_the_workbook_is_for_who_runs_it(self) -> None:
        event = EventFactory()
        comes(event, UserFactory(name="=cmd()"))
        address = f"{event.get_absolute_url()}/inscrits.xlsx"
        answer = signed_in(who_runs(event)).get(address)
        assert b"".join(answer.streaming_content).startswith(b"PK")  # type: ignore[attr-defined]
        assert signed_in(UserFactory()).get(address).status_code == 403

    def test_a_program_is_no_document(self) -> None:
        event = EventFactory(past=True)
        with pytest.raises(DomainError, match="pas accepté"):
            after.add_document(
                event, by=who_runs(event), submission=uuid.uuid4(), title="x", audience="page",
                file=io.BytesIO(b"MZ"), file_name="compte-rendu.exe", file_size=2,
            )  # fmt: skip


class TestPartnerships:
    def test_counts_once_the_other_side_confirms(self) -> None:
        event = EventFactory(past=True)
        one, other = OrganisationFactory(), OrganisationFactory()
        by, asked = representative(one), representative(other)
        with pytest.raises(DomainError, match="représentez pas"):
            after.declare_partnership(event, one, other, by=asked, what="Un guichet")
        row = after.declare_partnership(event, one, other, by=by, what="Un guichet")
        page = Client().get(f"{event.get_absolute_url()}/suites").content.decode()
        assert one.name not in page
        signed_in(asked).post(f"{event.get_absolute_url()}/partenariats/{row.pk}/confirmer")
        row.refresh_from_db()
        assert row.state == "confirmed"
        page = Client().get(f"{event.get_absolute_url()}/suites").content.decode()
        assert one.name in page

    def test_organisations_that_merge(self) -> None:
        kept, other = OrganisationFactory(), OrganisationFactory()
        event = EventFactory(organisers=[kept, other])
        PartnershipFactory(event=event, one=kept, other=other)
        row = PartnershipFactory(event=event, one=other)
        merge_organisations(kept, other, by=UserFactory(manager=True))
        assert event.organisers.get().organisation == kept
        row.refresh_from_db()
        assert (row.one, Partnership.objects.count()) == (kept, 1)


def test_words_are_forgotten_in_time_and_numbers_stay() -> None:
    event = EventFactory(past=True)
    row = comes(event, brings="Mon histoire", answers={"1": "sans sel"}, profile="holder")
    assert keeping.forget_registrations(365) == 0
    assert keeping.forget_registrations(1) == 1
    found = Registration.objects.get(pk=row.pk)
    assert (found.brings, found.answers, found.state) == ("", {}, "registered")
    assert found.profile == ""


def test_a_year_after_nothing_is_left_of_what_anyone_said() -> None:
    """Whatever the form asked, alone or together; numbers and who met whom stay, without words."""
    event = EventFactory(past=True)
    said: list[dict[str, Any]] = [
        {"brings": "b"}, {"seeks": "s"}, {"answers": {"1": "x"}}, {"profiles_sought": ["funder"]},
        {"profile": "holder"}, {"meets": True}, {},
    ]  # fmt: skip
    rows = [comes(event, **each) for each in said]
    lists = {
        "themes_brought": ThemeFactory(), "themes_sought": ThemeFactory(),
        "initiatives": InitiativeFactory(), "needs": NeedFactory(),
    }  # fmt: skip
    for name, value in lists.items():
        row = comes(event)
        getattr(row, name).add(value)
        rows.append(row)
    noted = comes(event)
    FollowUp.objects.create(registration=noted, months=3, note="Chez nous, tout a changé.")
    made = encounter(rows[0], rows[1])
    made.seats.update(met=True)
    why = [{"code": "need", "theme": "sante", "who": rows[0].pk, "about": "le médicobus"}]
    type(made).objects.filter(pk=made.pk).update(reasons=why)
    assert keeping.forget_registrations(1) == len(said) - 1 + len(lists) + 1
    assert keeping.forget_registrations(1) == 0
    for row in Registration.objects.all():
        kept = {name: getattr(row, name) for name in keeping.WORDS}
        assert kept == keeping.WORDS
        assert not any(getattr(row, name).exists() for name in keeping.LISTS)
    assert FollowUp.objects.get().note == ""
    made.refresh_from_db()
    assert made.reasons == [{"code": "need", "theme": "sante", "who": rows[0].pk}]
    assert wording.sentence(made.reasons[0], {"sante": "Santé"}, me=None).endswith("connaît")
    event.refresh_from_db()
    assert event.registered_count == len(rows) + 1 and numbers(event).encounters == 1


class TestWhatPeopleSayOfIt:
    def answers(self, number: int) -> Any:
        event = EventFactory(past=True)
        for n in range(number):
            made = FollowUp.objects.create(registration=comes(event), months=3)
            after.answer_follow_up(made, came=["nothing", "partnership"][n % 2], note=f"Mot {n}")
        return event

    def test_is_read_by_organisers_without_names_from_five_on(self) -> None:
        event = self.answers(5)
        address = f"{event.get_absolute_url()}/suites"
        page = signed_in(who_runs(event)).get(address).content.decode()
        assert "Mot 3" in page and "un partenariat : <strong>2" in page.replace("\xa0", " ")
        other = signed_in(comes(event).user).get(address).content.decode()
        assert "Mot 3" not in other and "Ce que l’on en dit" not in other

    def test_is_not_read_below(self) -> None:
        event = self.answers(4)
        page = signed_in(who_runs(event)).get(f"{event.get_absolute_url()}/suites")
        assert "Mot 3" not in page.content.decode()
        assert "À partir de 5 personnes" in page.content.decode()


def test_a_sheet_has_a_signature_for_each_day() -> None:
    event = EventFactory()
    assert signatures(event) == ["Signature"] or len(signatures(event)) == 2
    event.starts_at = event.starts_at.replace(hour=9)
    event.ends_at = event.starts_at + dt.timedelta(days=2, hours=4)
    assert len(signatures(event)) == 3 and str(event.starts_at.day) in signatures(event)[0]
    event.ends_at = event.starts_at + dt.timedelta(days=20)
    assert signatures(event) == ["Signature"]
    assert sheet_pdf(event).startswith(b"%PDF-")


class TestPlaces:
    def test_proposed_by_a_member_published_by_a_manager(self) -> None:
        user, manager = UserFactory(), UserFactory(manager=True)
        place = places.propose_place(by=user, name="Le Sillon", territory=TerritoryFactory())
        assert Client().get(place.get_absolute_url()).status_code == 404
        assert "Le Sillon" in signed_in(manager).get("/lieux?waiting=on").content.decode()
        signed_in(manager).post(f"{place.get_absolute_url()}/publier")
        assert "Le Sillon" in Client().get("/lieux").content.decode()
        assert Notification.objects.filter(user=user).count() == 1

    def test_the_map_counts_by_departement(self) -> None:
        isere = TerritoryFactory(kind="department", code="38", name="Isère")
        for _n in range(2):
            ThirdPlaceFactory(territory=TerritoryFactory(inside=[isere]))
        page = Client().get("/lieux").content.decode()
        assert "department-map" in page and "Isère" in page

    def test_nobody_lends_a_place_to_an_organisation_of_others(self) -> None:
        with pytest.raises(DomainError, match="représentez pas"):
            places.propose_place(
                by=UserFactory(), name="Chez vous", territory=TerritoryFactory(),
                organisation=OrganisationFactory(),
            )  # fmt: skip


def test_a_network_gathers_members_events_cards_and_discussions() -> None:
    network = OrganisationFactory(kind="network", name="Réseau des épiceries")
    member = OrganisationFactory(name="Épicerie du Port")
    NetworkMembership.objects.create(
        network=network, organisation=member, proposed_by_network=True, since="2026-01-01"
    )
    card = InitiativeFactory(published=True, holder=member)
    event = EventFactory(organisers=[member])
    EventFactory(draft=True, organisers=[member], title="Pas encore dit")
    page = Client().get(f"/reseaux/{network.slug}").content.decode()
    assert member.name in page and card.title in page and event.title in page
    assert "Pas encore dit" not in page
    assert network.name in Client().get("/reseaux?q=epiceries").content.decode()
    assert "/reseaux/" in Client().get(network.get_absolute_url()).content.decode()


@pytest.mark.parametrize("address", ["/evenements", "/evenements?past=on", "/lieux", "/reseaux"])
def test_a_list_asks_as_much_whatever_its_rows(
    address: str, django_assert_max_num_queries: Any
) -> None:
    from django.db import connection
    from django.test.utils import CaptureQueriesContext

    client, found = Client(), []
    for rows in (1, 2, 9):
        for _n in range(rows):
            EventFactory(title=f"E{_n}")
            EventFactory(past=True)
            ThirdPlaceFactory()
            OrganisationFactory(kind="network")
        client.get(address)
        with CaptureQueriesContext(connection) as captured:
            client.get(address)
        found.append(len(captured))
    assert found[0] >= found[1] - 1 and found[1] == found[2], found
