"""« J’ai rencontré »: said by one, true and counted once the other says so too."""

from __future__ import annotations

import datetime as dt
import re
from typing import Any

import pytest
from django.conf import settings
from django.test import Client
from django.urls import reverse

from essaim.common.errors import DomainError
from essaim.common.waiting import waiting_for
from essaim.events.actions import chance, keeping, meetings
from essaim.events.meeting.codes import code_of, whose
from essaim.events.models import Encounter, Registration, Seat
from essaim.events.reading import numbers
from essaim.following.models import Notification
from tests.events.factories import EventFactory, comes, encounter, representative
from tests.initiatives.factories import InitiativeFactory
from tests.people.factories import MembershipFactory, OrganisationFactory, UserFactory

pytestmark = pytest.mark.django_db
BACKEND = "django.contrib.auth.backends.ModelBackend"


def signed_in(user: Any) -> Client:
    client = Client()
    client.force_login(user, backend=BACKEND)
    return client


def two(**said: Any) -> tuple[Any, Registration, Registration]:
    event = EventFactory(past=True)
    one = comes(event, UserFactory(name="Ana Un"))
    return event, one, comes(event, UserFactory(name="Bao Deux"), **said)


def page(row: Registration) -> str:
    address = f"{row.event.get_absolute_url()}/rencontres"
    return signed_in(row.user).get(address).content.decode()


def told(row: Registration) -> list[str]:
    rows = Notification.objects.filter(user=row.user).order_by("pk")
    return [each.announcement.verb for each in rows.select_related("announcement")]


class TestWhatOneAloneSays:
    def test_is_asked_of_the_other_shown_to_nobody_and_not_counted(self) -> None:
        event, one, other = two(is_listed=True)
        third = comes(event, UserFactory(name="Cam Trois"), is_listed=True)
        address = f"{event.get_absolute_url()}/rencontres/par-hasard"
        for _double in range(2):
            assert signed_in(one.user).post(address, {"who": other.pk}).status_code == 302
        assert Encounter.objects.count() == 1 and Seat.objects.count() == 2
        assert told(other) == ["event_met_by_chance"] and told(one) == []
        assert numbers(event).encounters == 0
        assert "Ana Un" in page(other) and "dit vous avoir rencontré" in page(other)
        assert "Bao Deux" in page(one) and "vous vous êtes rencontrés" not in page(one)
        assert "Ana Un" not in page(third) and "Bao Deux" not in page(third)
        waits = signed_in(other.user).get("/mon-espace").content.decode()
        assert "si vous avez rencontré quelqu’un" in waits

    def test_counts_and_shows_once_the_other_says_so(self) -> None:
        event, one, other = two(is_listed=True)
        made = chance.say_met_by_chance(event, by=one.user, who=other)
        address = f"{event.get_absolute_url()}/rencontres/{made.pk}/faite"
        for _double in range(2):
            signed_in(other.user).post(address, {"met": "yes"})
        assert numbers(event).encounters == 1
        assert told(one) == ["event_met_confirmed"]
        for row in (one, other):
            assert "vous vous êtes rencontrés" in page(row)
        assert chance.say_met_by_chance(event, by=one.user, who=other) == made
        assert numbers(event).encounters == 1 and told(other) == ["event_met_by_chance"]

    def test_both_saying_it_of_each_other_is_one_that_counts(self) -> None:
        event, one, other = two(is_listed=True)
        Registration.objects.update(is_listed=True)
        chance.say_met_by_chance(event, by=one.user, who=other)
        chance.say_met_by_chance(event, by=other.user, who=one)
        assert Encounter.objects.count() == 1 and numbers(event).encounters == 1

    def test_taken_back_shows_nothing_and_said_again_is_not_asked_again(self) -> None:
        event, one, other = two(is_listed=True)
        empty = _words(page(one))
        made = chance.say_met_by_chance(event, by=one.user, who=other)
        address = f"{event.get_absolute_url()}/rencontres/{made.pk}/faite"
        for _double in range(2):
            assert signed_in(one.user).post(address, {"met": "no"}).status_code == 302
        assert _words(page(one)) == empty and "Ana Un" not in page(other)
        assert not Seat.objects.to_say(other.user).exists()
        assert numbers(event).encounters == 0
        for _again in range(3):
            assert chance.say_met_by_chance(event, by=one.user, who=other) == made
            assert Seat.objects.to_say(other.user).exists()
            meetings.say_met(made, by=one.user, met=False)
        assert told(other) == ["event_met_by_chance"] and told(one) == []
        # The other says it, of the same one: who took it back is asked, once.
        meetings.say_met(made, by=other.user, met=True)
        meetings.say_met(made, by=other.user, met=False)
        meetings.say_met(made, by=other.user, met=True)
        assert told(one) == ["event_met_by_chance"] and numbers(event).encounters == 0
        meetings.say_met(made, by=one.user, met=True)
        assert numbers(event).encounters == 1

    @pytest.mark.parametrize("answer", [None, False])
    def test_whether_they_said_no_is_not_found_by_taking_it_back(self, answer: bool | None) -> None:
        event, one, other = two(is_listed=True)
        made = chance.say_met_by_chance(event, by=one.user, who=other)
        if answer is not None:
            meetings.say_met(made, by=other.user, met=answer)
        client = signed_in(one.user)
        address = f"{event.get_absolute_url()}/rencontres/{made.pk}/faite"
        assert client.post(address, {"met": "no"}).status_code == 302
        assert f"/rencontres/{made.pk}/faite" not in _words(page(one))
        assert client.post(address, {"met": "yes"}).status_code == 302
        assert f"/rencontres/{made.pk}/faite" in _words(page(one))
        assert told(other) == ["event_met_by_chance"]

    def test_taken_back_after_a_yes_counts_no_more(self) -> None:
        event, one, other = two(is_listed=True)
        made = chance.say_met_by_chance(event, by=one.user, who=other)
        meetings.say_met(made, by=other.user, met=True)
        meetings.say_met(made, by=one.user, met=False)
        assert numbers(event).encounters == 0
        assert "vous vous êtes rencontrés" not in page(one) + page(other)

    def test_a_no_is_read_by_nobody_and_not_asked_again(self) -> None:
        event, one, other = two(is_listed=True)
        made = chance.say_met_by_chance(event, by=one.user, who=other)
        before = page(one)
        meetings.say_met(made, by=other.user, met=False)
        assert _words(page(one)) == _words(before)
        meetings.say_met(made, by=one.user, met=False)
        assert "Ana Un" not in page(other)
        chance.say_met_by_chance(event, by=one.user, who=other)
        assert told(other) == ["event_met_by_chance"] and numbers(event).encounters == 0
        assert "Vous avez répondu que non" in page(other)
        meetings.say_met(made, by=other.user, met=True)
        assert numbers(event).encounters == 1


def _words(html: str) -> str:
    """All but the tokens, which differ each time: the buttons and their addresses too."""
    shown = html.partition('id="par-hasard"')[2].partition("</main>")[0]
    return re.sub(r'name="csrfmiddlewaretoken" value="[^"]*"', "", shown)


class TestWhomOneMayName:
    def test_who_did_not_agree_is_neither_shown_nor_named(self) -> None:
        event, one, other = two()
        form = f"{event.get_absolute_url()}/rencontres/par-hasard"
        assert "Bao Deux" not in signed_in(one.user).get(form).content.decode()
        assert signed_in(one.user).post(form, {"who": other.pk}).status_code == 422
        with pytest.raises(DomainError, match="de la liste"):
            chance.say_met_by_chance(event, by=one.user, who=other)
        signed_in(other.user).post(
            f"{event.get_absolute_url()}/rencontres/figurer", {"listed": "yes"}
        )
        assert "Bao Deux" in signed_in(one.user).get(form).content.decode()

    def test_the_code_of_who_is_not_listed_names_them_once_they_confirm(self) -> None:
        event, one, other = two()
        assert code_of(other.pk) in page(other)
        made = chance.say_met_by_chance(event, by=one.user, code=f" {code_of(other.pk).lower()} ")
        assert "Bao Deux" not in page(one) and "son code" in page(one)
        meetings.say_met(made, by=other.user, met=True)
        assert "Bao Deux" in page(one)

    def test_a_code_of_elsewhere_is_nobodys_as_one_that_never_was(self) -> None:
        event, one, _other = two()
        elsewhere = comes(EventFactory(past=True))
        said = []
        for code in (code_of(elsewhere.pk), "2222-2222", "abc"):
            with pytest.raises(DomainError, match="aucun participant") as refused:
                chance.say_met_by_chance(event, by=one.user, code=code)
            said.append(str(refused.value))
        assert len(set(said)) == 1 and not Encounter.objects.exists()
        assert whose(code_of(7), [5, 6, 7]) == 7

    def test_oneself_both_ways_and_nothing_are_refused(self) -> None:
        event, one, other = two(is_listed=True)
        with pytest.raises(DomainError, match="C’est vous"):
            chance.say_met_by_chance(event, by=one.user, code=code_of(one.pk))
        form = f"{event.get_absolute_url()}/rencontres/par-hasard"
        client = signed_in(one.user)
        assert client.post(form, {}).status_code == 422
        both = {"who": other.pk, "code": code_of(other.pk)}
        assert "l’un des deux" in client.post(form, both).content.decode()

    def test_a_stranger_and_an_event_to_come_say_nothing(self) -> None:
        event, _one, other = two(is_listed=True)
        form = f"{event.get_absolute_url()}/rencontres/par-hasard"
        assert signed_in(UserFactory()).get(form).status_code == 404
        assert Client().get(form).status_code == 302
        with pytest.raises(DomainError, match="pas inscrit"):
            chance.say_met_by_chance(event, by=UserFactory(), who=other)
        coming = EventFactory()
        row = comes(coming)
        address = f"{coming.get_absolute_url()}/rencontres/par-hasard"
        assert signed_in(row.user).get(address).status_code == 404
        with pytest.raises(DomainError, match="pas encore commencé"):
            chance.say_met_by_chance(coming, by=row.user, code="2222-2222")

    def test_nobody_is_listed_without_a_name(self) -> None:
        event = EventFactory()
        row = comes(event, UserFactory(name=""))
        with pytest.raises(DomainError, match="votre nom"):
            chance.set_listed(event, by=row.user, listed=True)

    def test_one_person_does_not_write_to_a_whole_list(self, settings: Any) -> None:
        settings.EVENTS = {**settings.EVENTS, "met_to_confirm": 1}
        event, one, other = two(is_listed=True)
        third = comes(event, is_listed=True)
        made = chance.say_met_by_chance(event, by=one.user, who=other)
        # Neither by taking it back, nor where the answer was no: the number would tell it.
        for said in ((one, False), (one, True), (other, False)):
            with pytest.raises(DomainError, match="n’ont pas confirmé"):
                chance.say_met_by_chance(event, by=one.user, who=third)
            meetings.say_met(made, by=said[0].user, met=said[1])
        with pytest.raises(DomainError, match="n’ont pas confirmé"):
            chance.say_met_by_chance(event, by=one.user, who=third)
        meetings.say_met(made, by=other.user, met=True)
        assert chance.say_met_by_chance(event, by=one.user, who=third)


def test_two_who_had_a_meeting_say_it_of_that_one() -> None:
    event, one, other = two(is_listed=True)
    made = encounter(one, other)
    assert chance.say_met_by_chance(event, by=one.user, who=other) == made
    assert Encounter.objects.count() == 1 and told(other) == []


def test_an_introduction_begins_from_it_and_keeps_it() -> None:
    event = EventFactory(past=True)
    holder = OrganisationFactory()
    card = InitiativeFactory(published=True, holder=holder)
    adopter = MembershipFactory().user
    one = comes(event, adopter, organisation=adopter.memberships.get().organisation)
    other = comes(event, representative(holder), is_listed=True)
    other.initiatives.set([card])
    made = chance.say_met_by_chance(event, by=one.user, who=other)
    # What the other brings is not read either before they confirm.
    form = reverse("events:introduce", args=[event.slug, made.pk])
    assert signed_in(adopter).get(form).status_code == 404
    with pytest.raises(DomainError, match="quand les deux"):
        meetings.begin_introduction(made, card, by=one.user, message="Parlons-en.")
    meetings.say_met(made, by=other.user, met=True)
    assert "Commencer une mise en relation" in page(one)
    assert card.title in signed_in(adopter).get(form).content.decode()
    meetings.begin_introduction(made, card, by=one.user, message="Parlons-en.")
    assert numbers(event).introductions == 1
    with pytest.raises(DomainError, match="Une mise en relation en est née"):
        meetings.say_met(made, by=other.user, met=False)


def test_a_year_after_nobody_agrees_to_be_listed_nor_hands_out_a_code() -> None:
    event, one, _other = two()
    assert "Votre code" in page(one) and "Figurer dans la liste" in page(one)
    chance.set_listed(event, by=one.user, listed=True)
    late = {
        name: getattr(event, name) - dt.timedelta(days=400) for name in ("starts_at", "ends_at")
    }
    type(event).objects.filter(pk=event.pk).update(**late)
    chance.set_listed(event, by=one.user, listed=False)
    with pytest.raises(DomainError, match="trop ancien"):
        chance.set_listed(event, by=one.user, listed=True)
    seen = page(one)
    assert "Votre code" not in seen and "Figurer dans la liste" not in seen
    assert 'id="par-hasard"' not in seen, "nothing is left to say there"


@pytest.mark.parametrize("gone", ["cancelled", "left"])
def test_nothing_waits_for_an_answer_that_no_page_takes(gone: str) -> None:
    event, one, other = two(is_listed=True)
    chance.say_met_by_chance(event, by=one.user, who=other)
    title = "Dire si vous avez rencontré quelqu’un"
    assert any(title in each.title for each in waiting_for(other.user))
    if gone == "cancelled":
        type(event).objects.filter(pk=event.pk).update(state="cancelled")
    else:
        Registration.objects.filter(pk=other.pk).update(state="left")
    assert not any(title in each.title for each in waiting_for(other.user))


def test_goes_with_its_author_and_with_time() -> None:
    event, one, other = two(is_listed=True)
    chance.say_met_by_chance(event, by=one.user, who=other)
    keeping.forget_person(one.user)
    assert not Encounter.objects.exists()
    again = comes(event, UserFactory(name="Dia Quatre"))
    made = chance.say_met_by_chance(event, by=again.user, who=other)
    keeping.forget_registrations(1)
    assert not Encounter.objects.filter(pk=made.pk).exists()
    other.refresh_from_db()
    assert not other.is_listed


def test_is_said_in_english_too() -> None:
    event, one, other = two(is_listed=True)
    chance.say_met_by_chance(event, by=one.user, who=other)
    client = signed_in(other.user)
    client.cookies[settings.LANGUAGE_COOKIE_NAME] = "en"
    shown = client.get(f"{event.get_absolute_url()}/rencontres").content.decode()
    assert "says that they met you" in shown and "Your code" in shown
