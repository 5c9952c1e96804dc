"""Setting up a call: who may, what is missing, two officers at once, what changes after opening."""

from __future__ import annotations

import datetime as dt
import re
import uuid
from typing import Any
from urllib.parse import urlencode

import pytest
from django.test import Client
from django.urls import reverse

from essaim.calls import content
from essaim.calls.actions import building, calendar, copying, setting
from essaim.calls.models import Call, Edition, Officer, State
from essaim.common.errors import DomainError
from essaim.common.typography import french, quoted
from essaim.following.models import Notification
from essaim.people.models import User
from tests.calls.factories import CallFactory, SeriesFactory, now, officer, open_call
from tests.dossiers.helpers import signed_in
from tests.initiatives.factories import FactFactory, InitiativeFactory
from tests.needs.factories import NeedFactory
from tests.people.factories import MembershipFactory, OrganisationFactory, UserFactory
from tests.themes.factories import ThemeFactory

pytestmark = pytest.mark.django_db


def set_up(kind: str = "projects", **fields: Any) -> tuple[Call, User]:
    """A call as its form begins it, and who runs it."""
    person = MembershipFactory().user
    call = setting.create_call(
        by=person, submission=uuid.uuid4(), kind=kind, title="Essaimer",
        organiser=person.memberships.get().organisation, **fields,
    )  # fmt: skip
    return call, person


def complete(call: Call, by: User, **calendar_fields: Any) -> Call:
    given = {
        "text": {
            "title": call.title, "summary": "Pour reprendre ce qui marche.", "support": "",
            "sections": [{"title": "Pourquoi", "text": "Parce que."}],
        },
        "contact": {
            "service": "Mission", "contact_email": "appels@exemple.fr", "answer_days": 60,
            "appeal": "Deux mois.", "appeal_days": 60, "contact_phone": "",
        },
        "calendar": {
            "zone": "Europe/Paris", "opens_at": now(days=2), "closes_at": now(days=30),
            **calendar_fields,
        },
    }  # fmt: skip
    for tab, fields in given.items():
        call = setting.change_tab(call, tab, fields, by=by, stamp_seen=None)
    return call


def test_a_call_begins_with_what_is_usual_and_says_what_is_missing() -> None:
    call, person = set_up()
    assert Officer.objects.filter(call=call, user=person).exists()
    assert building.has_replication(content.blocks_now(call))
    assert call.criteria.filter(is_transfer=True).exists()
    lacking = {tab for tab, _words in calendar.missing(call)}
    assert lacking == {"text", "calendar", "contact"}
    with pytest.raises(DomainError, match="Il manque"):
        calendar.announce_call(call, by=person)
    call = complete(call, person)
    assert not calendar.missing(call)
    calendar.announce_call(call, by=person)
    call = Call.objects.get(pk=call.pk)
    assert (call.state, call.form_number, call.form_draft) == (State.ANNOUNCED, 1, None)


def test_a_replication_call_lists_proven_initiatives() -> None:
    call, person = set_up("replication")
    call = complete(call, person)
    assert [tab for tab, _words in calendar.missing(call)] == ["who"]
    card = InitiativeFactory(published=True, title="Un bon début")

    def save(**given: Any) -> list[tuple[str, str]]:
        setting.change_tab(
            call, "who", {"initiatives": [card], **given}, by=person, stamp_seen=None
        )
        return calendar.missing(Call.objects.get(pk=call.pk))

    ((tab, words),) = save()
    assert tab == "who" and french("peu prouvé : Un bon début") in words
    assert not save(little_proof_reason="Trois sites l’attendent, et ils l’évalueront.")
    assert save(little_proof_reason="")
    FactFactory(initiative=card, value={"kind": "self", "level": 2})
    assert not save()


def test_what_proves_an_initiative_is_said_where_it_is_chosen(client: Client) -> None:
    proven, weak = InitiativeFactory(published=True), InitiativeFactory(published=True)
    FactFactory(initiative=proven, value={"kind": "self", "level": 2, "title": "Enquête"})
    call = CallFactory(kind="replication", little_proof_reason="Trois sites l’attendent.")
    call.initiatives.set([proven, weak])
    page = client.get(call.get_absolute_url()).content.decode()
    for words in (
        "Niveau de preuve 2 sur 5",
        "Auto-évaluation",
        "Aucune preuve n’est",
        "Trois sites",
    ):
        assert words in page
    assert "Elles ont fait leurs preuves" not in page
    start = reverse("calls:start", args=[call.slug])
    page = signed_in(MembershipFactory().user).get(start).content.decode()
    assert f"{proven.title} (niveau de preuve 2 sur 5 – Auto-évaluation)" in page
    assert f"{weak.title} (aucune preuve n’est encore établie)" in page


def test_the_preview_is_the_form_itself_and_nothing_can_be_typed(client: Client) -> None:
    call, person = set_up()
    page = signed_in(person).get(reverse("calls:preview", args=[call.slug])).content.decode()
    form = page[page.index('id="demande"') :]
    assert form.count("<fieldset disabled") == len([b for b in call.form_draft if b["fields"]])
    assert re.search(r"3\s?000 caractères", form)  # the limit of the first question
    assert f"{quoted('Le projet sera-t-il évalué ?')}\u00a0: oui" in form  # when the block is asked
    for kind in ('type="radio"', "<textarea", 'type="date"'):
        assert kind in form
    ids = re.findall(r'\sid="([^"]+)"', page)
    assert len(ids) == len(set(ids))


def test_removing_the_replication_block_needs_a_reason() -> None:
    call, _person = set_up("prize")
    slug = next(b["slug"] for b in content.blocks_now(call) if b.get("source") == "replication")
    with pytest.raises(DomainError) as refusal:
        building.remove_block(call, slug, stamp_seen=None)
    assert refusal.value.field == "reason"
    building.remove_block(call, slug, reason="Prix de reconnaissance.", stamp_seen=None)
    call = Call.objects.get(pk=call.pk)
    assert not building.has_replication(content.blocks_now(call))
    assert call.no_replication_reason == "Prix de reconnaissance."


def test_criteria_without_transfer_need_a_reason() -> None:
    call, person = set_up()
    rows = [
        {"title": "Besoin", "question": "Est-il là ?", "college": "jury", "weight": 1,
         "levels": ["non", "oui"], "is_transfer": False}
    ]  # fmt: skip
    with pytest.raises(DomainError) as refusal:
        setting.change_criteria(call, rows, by=person, stamp_seen=None)
    assert refusal.value.field == "no_replication_reason"
    setting.change_criteria(
        call, rows, by=person, stamp_seen=None, no_replication_reason="Déjà jugée ailleurs."
    )
    assert call.criteria.count() == 1


def test_two_officers_never_overwrite_each_other() -> None:
    call, first = set_up()
    second = officer(call)
    client_a, client_b = signed_in(first), signed_in(second)
    address = reverse("calls:setting", args=[call.slug, "contact"])
    pages = [each.get(address) for each in (client_a, client_b)]
    stamps = [page.context["form"].initial["stamp"] for page in pages]
    given = {"answer_days": 60, "appeal": "Deux mois.", "appeal_days": 60}
    saved = client_a.post(address, {**given, "stamp": stamps[0], "service": "Mission A"})
    assert saved.status_code == 302
    refused = client_b.post(address, {**given, "stamp": stamps[1], "service": "Mission B"})
    assert refused.status_code == 422
    page = refused.content.decode()
    assert "Mission B" in page  # what was typed
    assert "Mission A" in page  # what is there now
    assert Call.objects.get(pk=call.pk).service == "Mission A"
    again = client_b.post(
        address, {**given, "stamp": refused.context["form"].data["stamp"], "service": "Mission B"}
    )
    assert again.status_code == 302
    assert Call.objects.get(pk=call.pk).service == "Mission B"
    # Another tab is not concerned.
    other = reverse("calls:setting", args=[call.slug, "criteres"])
    assert client_b.get(other).status_code == 200


def test_a_block_built_on_an_older_form_is_refused() -> None:
    call, _person = set_up()
    seen = content.stamp(call, "form")
    building.add_block(call, {"title": "Un bloc", "why": ""}, stamp_seen=seen)
    with pytest.raises(setting.Stale):
        building.add_block(call, {"title": "Un autre", "why": ""}, stamp_seen=seen)


def test_questions_are_added_moved_and_taken_away() -> None:
    call, _person = set_up("prize")
    slug = building.add_block(call, {"title": "Équipe", "why": ""}, stamp_seen=None)
    call = Call.objects.get(pk=call.pk)
    given = {"label": "Qui ?", "kind": "text", "required": True, "help": "", "choices": []}
    name = building.save_field(call, slug, "", given, stamp_seen=None)
    other = building.save_field(call, slug, "", given | {"label": "Quoi ?"}, stamp_seen=None)
    building.move_field(call, slug, other, True, stamp_seen=None)
    call = Call.objects.get(pk=call.pk)
    fields = building.find(content.blocks_now(call), slug)["fields"]
    assert [each["name"] for each in fields] == [other, name]
    building.remove_field(call, slug, other, stamp_seen=None)
    building.move_block(call, slug, True, stamp_seen=None)
    call = Call.objects.get(pk=call.pk)
    assert content.blocks_now(call)[-2]["slug"] == slug
    with pytest.raises(DomainError):
        building.save_field(
            call, slug, "", given | {"kind": "choice", "label": "Choix"}, stamp_seen=None
        )


def test_after_opening_a_change_is_an_edition_with_its_reason() -> None:
    call = open_call()
    person = officer(call)
    Edition.objects.create(
        call=call, number=1, content=content.content_of(call) | {}, at=now(), by=person
    )
    with pytest.raises(DomainError) as refusal:
        setting.change_tab(
            call, "contact", {"service": "Autre"}, by=person, stamp_seen=None, reason=""
        )
    assert refusal.value.field == "reason"
    setting.change_tab(
        call, "contact", {"service": "Autre service"}, by=person, stamp_seen=None,
        reason="Le service a déménagé.",
    )  # fmt: skip
    edition = call.editions.first()
    assert (edition.number, edition.reason) == (2, "Le service a déménagé.")
    before = call.editions.get(number=1).content
    changes = [row.label for row in content.differences(before, edition.content)]
    assert changes == ["service qui instruit"]
    page = signed_in(UserFactory()).get(reverse("calls:edition", args=[call.slug, 2]))
    assert "Autre" in page.content.decode()


def test_those_who_write_are_told_once_of_each_edition() -> None:
    from essaim.calls.models import Application

    call = open_call()
    person, writer = officer(call), UserFactory()
    calendar.first_edition(call, by=person)
    Application.objects.create(
        call=call, by_person=True, person=writer, title="Essai", created_by=writer
    )
    setting.change_tab(
        call, "contact", {"service": "Autre service"}, by=person, stamp_seen=None,
        reason="Le service a déménagé.",
    )  # fmt: skip
    told = Notification.objects.filter(user=writer)
    assert [row.announcement.verb for row in told] == ["call_changed"]


def test_a_form_changed_after_opening_waits_to_be_published() -> None:
    call = open_call()
    person = officer(call)
    published = content.published_blocks(call)
    building.add_block(
        call,
        {"title": "Budget", "why": "", "source": "replication", "fields": [
            {"name": "a", "label": "A ?", "kind": "text"}]},
        stamp_seen=None,
    )  # fmt: skip
    call = Call.objects.get(pk=call.pk)
    assert call.form_draft is not None
    assert content.published_blocks(call) == published
    with pytest.raises(DomainError):
        building.publish_form(call, by=person)
    building.publish_form(call, by=person, reason="Le budget manquait au formulaire.")
    call = Call.objects.get(pk=call.pk)
    assert (call.form_number, call.form_draft) == (2, None)
    assert content.published_blocks(call)[-1]["title"] == "Budget"


def test_a_copy_takes_everything_but_dates_and_people() -> None:
    source = open_call()
    person = UserFactory(manager=True)
    key = uuid.uuid4()
    made = [
        copying.copy_call(
            source, by=person, submission=key, title="Deuxième", organiser=OrganisationFactory()
        )
        for _n in range(2)
    ]
    assert made[0] == made[1]
    copy = made[0]
    assert (copy.state, copy.opens_at, copy.copied_from) == (State.DRAFT, None, source)
    assert content.blocks_now(copy) == content.blocks_now(source)
    assert copy.criteria.count() == source.criteria.count()
    assert not copy.officers.exists()


def test_only_members_of_the_organiser_become_officers() -> None:
    call, person = set_up()
    with pytest.raises(DomainError):
        setting.add_officer(call, UserFactory(), by=person)
    colleague = MembershipFactory(organisation=call.organiser).user
    assert setting.add_officer(call, colleague, by=person) == setting.add_officer(
        call, colleague, by=person
    )


@pytest.mark.parametrize(
    ("typed", "zone", "words"),
    [
        ("2027-03-28T02:30", "Europe/Paris", "n’existe pas"),
        ("2027-10-31T02:30", "Europe/Paris", "deux fois"),
        ("2027-03-28T02:30", "Mars/Olympus", "fuseau horaire connu"),
        ("pas une date", "Europe/Paris", "n’est pas une date"),
    ],
)
def test_impossible_hours_are_said_and_what_was_typed_stays(
    typed: str, zone: str, words: str
) -> None:
    call, person = set_up()
    client = signed_in(person)
    address = reverse("calls:setting", args=[call.slug, "calendrier"])
    stamp = client.get(address).context["form"].initial["stamp"]
    answer = client.post(address, {"stamp": stamp, "zone": zone, "closes_at": typed})
    assert answer.status_code == 422
    page = answer.content.decode()
    assert words in page
    assert typed in page
    assert Call.objects.get(pk=call.pk).closes_at is None


def test_an_hour_is_read_by_the_clock_of_the_call() -> None:
    call, person = set_up()
    client = signed_in(person)
    address = reverse("calls:setting", args=[call.slug, "calendrier"])
    stamp = client.get(address).context["form"].initial["stamp"]
    given = {"stamp": stamp, "zone": "Indian/Reunion", "opens_at": "2027-01-04T08:00",
             "closes_at": "2027-02-04T12:00"}  # fmt: skip
    assert client.post(address, given).status_code == 302
    call = Call.objects.get(pk=call.pk)
    assert call.opens_at == dt.datetime(2027, 1, 4, 4, 0, tzinfo=dt.UTC)
    again = client.get(address).content.decode()
    assert "2027-01-04T08:00" in again


def test_the_preparation_is_for_those_who_run_it() -> None:
    call = CallFactory(draft=True)
    address = reverse("calls:setting", args=[call.slug, "texte"])
    assert signed_in(UserFactory()).get(address).status_code == 404
    assert signed_in(officer(call)).get(address).status_code == 200
    call = open_call()
    address = reverse("calls:setting", args=[call.slug, "texte"])
    assert signed_in(UserFactory()).get(address).status_code == 403


@pytest.mark.parametrize("word", ["texte", "candidats", "calendrier", "contact", "formulaire",
                                  "criteres", "recevabilite", "documents", "equipe"])  # fmt: skip
def test_every_tab_shows_and_saves_what_it_shows(word: str) -> None:
    call, person = set_up()
    client = signed_in(person)
    page = client.get(reverse("calls:setting", args=[call.slug, word]))
    assert page.status_code == 200


def test_needs_without_an_answer_feed_a_call() -> None:
    need, manager = NeedFactory(public=True, theme=ThemeFactory()), UserFactory(manager=True)
    client = signed_in(manager)
    address = f"{reverse('calls:new')}?{urlencode([('title', 'Mobilité'), ('need', need.pk)])}"
    form = client.get(address).context["form"]
    assert (form.initial["kind"], form.initial["needs"]) == ("interest", [need.pk])
    body = OrganisationFactory()
    given = {
        "submission": str(uuid.uuid4()), "kind": "interest", "title": "Mobilité",
        "organiser": body.name, "needs": [need.pk],
    }  # fmt: skip
    assert client.post(reverse("calls:new"), given).status_code == 302
    call = Call.objects.get(title="Mobilité")
    assert list(call.themes.all()) == [need.theme]
    assert need.text not in call.sections[0]["text"]


def test_a_manager_says_that_a_wave_is_the_last() -> None:
    call = CallFactory(series=SeriesFactory(), wave=1)
    client = signed_in(UserFactory(manager=True))
    tab = reverse("calls:setting", args=[call.slug, "calendrier"])
    last = reverse("calls:end_series", args=[call.slug])
    assert last in client.get(tab).content.decode()
    assert client.post(last).status_code == 302
    assert last not in client.get(tab).content.decode()
    assert reverse("calls:new") in client.get(call.get_absolute_url()).content.decode()
