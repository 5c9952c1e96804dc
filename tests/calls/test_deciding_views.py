"""The pages of instruction, reading and decision: what each shows, to whom, at what cost."""

from __future__ import annotations

from typing import Any

import pytest
from django.db import connection
from django.test import Client
from django.test.utils import CaptureQueriesContext
from django.urls import reverse

from essaim.calls.models import Access, Application, CallRound, Decision, Score, State
from essaim.calls.selection import left_out, workable
from essaim.common.typography import french
from essaim.peers.actions import confirming, rounds
from tests.calls.factories import CallFactory
from tests.calls.factories_deciding import Jury, submitted_application
from tests.dossiers.helpers import signed_in
from tests.peers.factories import USERS, Cast, peer
from tests.people.factories import MembershipFactory, UserFactory
from tests.territories.factories import TerritoryFactory

pytestmark = pytest.mark.django_db


def at(name: str, *arguments: Any) -> str:
    return reverse(f"calls:{name}", args=arguments)


def queries(client: Client, address: str) -> int:
    with CaptureQueriesContext(
        connection,
    ) as seen:
        assert client.get(address).status_code == 200
    return len(seen)


class TestInstruction:
    def test_lists_filters_and_says_who_acts(self) -> None:
        jury = Jury(3)
        client = signed_in(jury.officer)
        page = client.get(at("instruction", jury.call.slug)).content.decode()
        assert french("Candidatures montrées : 3 sur 3") in page
        assert "Dire si elle est recevable, le service" in page
        page = client.get(at("instruction", jury.call.slug) + "?q=Projet 2").content.decode()
        assert french("Candidatures montrées : 1 sur 3") in page
        assert "Retirer le filtre Projet 2" in page

    def test_decides_several_and_says_what_could_not_be(self) -> None:
        jury = Jury(2)
        client = signed_in(jury.officer)
        keys = [a.pk for a in jury.applications]
        address = at("instruction", jury.call.slug)
        sent = {"application": keys, "is_eligible": "yes"}
        assert client.post(address, sent).status_code == 302
        page = client.post(address, sent | {"is_eligible": "no", "reasons": "Non."}, follow=True)
        assert french("1 – Projet 1 : C’est déjà « recevable »") in page.content.decode()

    def test_what_an_officer_opens_is_recorded(self) -> None:
        jury = Jury(1)
        signed_in(jury.officer).get(at("file", jury.call.slug, jury.applications[0].pk))
        seen = Access.objects.get(application=jury.applications[0])
        assert (seen.user_id, seen.what) == (jury.officer.pk, "file")

    def test_costs_the_same_for_1_3_and_50(self) -> None:
        jury = Jury(1)
        client = signed_in(jury.officer)
        address = at("instruction", jury.call.slug)
        client.get(address)
        one = queries(client, address)
        for number in range(2, 32):
            submitted_application(
                jury.call, number, territory=TerritoryFactory(), requested_cents=number * 100
            )
        Application.objects.filter(call=jury.call, number__lt=6).update(
            organisation=None, person=UserFactory(name="Camille"), by_person=True
        )
        assert queries(client, address) == one <= 15
        assert "Camille" in client.get(address).content.decode()

    def test_is_of_those_that_one_instructs(self) -> None:
        """What the page asks once is what the rule says."""
        jury, other, manager = Jury(4), Jury(1), UserFactory(manager=True)
        mine = jury.applications[0]
        Application.objects.filter(pk=jury.applications[1].pk).update(last_number=0, state="draft")
        for person in (jury.second, manager):
            MembershipFactory(user=person, organisation=mine.organisation)
        MembershipFactory(user=manager, organisation=other.applications[0].organisation)
        for person, hidden in ((jury.officer, 0), (jury.second, 1), (manager, 1)):
            every = Application.objects.instructed_by(person).filter(call=jury.call)
            assert set(workable(jury.call, person)) == set(every)
            assert left_out(jury.call, person) == hidden
            page = signed_in(person).get(at("instruction", jury.call.slug)).content.decode()
            assert french(f"Candidatures montrées : {3 - hidden} sur {3 - hidden}") in page
            assert (f'id="a{mine.pk}"' in page) is not bool(hidden)


class TestReadersList:
    def test_names_the_call_of_each_reading_and_asks_once_for_all(self) -> None:
        jury = Jury(2)
        jury.reading()
        client = signed_in(jury.readers[0])
        page = client.get(reverse("peers:readings")).content.decode()
        link = f'<a href="{jury.call.get_absolute_url()}" lang="fr">{jury.call.title}</a>'
        assert page.count(link) == 2
        assert client.get(jury.call.get_absolute_url()).status_code == 200
        one = queries(client, reverse("peers:readings"))
        others = [CallFactory(state=State.READING) for _n in range(3)]
        for call in others:
            cast = Cast(innovators=1, users=1).inviting()
            cast.take(jury.readers[0])
            cast.take(peer(), USERS)
            rounds.close_invitations(cast.round, by=cast.manager)
            cast.refresh()
            confirming.confirm_plan(cast.plan(), by=cast.manager)
            CallRound.objects.create(call=call, round=cast.round)
        page = client.get(reverse("peers:readings")).content.decode()
        assert all(f'href="{call.get_absolute_url()}"' in page for call in others)
        assert queries(client, reverse("peers:readings")) == one


class TestFairness:
    """Nobody in conflict sees, by any page."""

    def test_of_who_has_a_link(self) -> None:
        jury = Jury(3).skipping().prepared()
        mine = jury.applications[0]
        Application.objects.filter(pk=mine.pk).update(title="Le projet de ma sœur")
        MembershipFactory(user=jury.second, organisation=mine.organisation)
        client = signed_in(jury.second)
        for address in ("instruction", "board", "waiting_list"):
            page = client.get(at(address, jury.call.slug))
            assert page.status_code == 200
            assert "ma sœur" not in page.content.decode()
        for address in ("file", "prepare", "eligibility", "complete", "recuse"):
            assert client.get(at(address, jury.call.slug, mine.pk)).status_code == 404
        assert client.get(at("minutes", jury.call.slug)).status_code == 403

    def test_a_manager_with_a_link_does_not_see_the_round(self) -> None:
        jury = Jury(1)
        jury.reading()
        MembershipFactory(user=jury.second, organisation=jury.applications[0].organisation)
        page = signed_in(jury.second).get(at("reading", jury.call.slug)).content.decode()
        assert "ne vous est pas montrée" in page
        assert all(reader.name not in page for reader in jury.readers)
        assert jury.third.name in page
        page = signed_in(jury.officer).get(at("reading", jury.call.slug)).content.decode()
        assert jury.readers[0].name in page

    def test_nothing_prepared_reaches_the_applicant_before_publication(self) -> None:
        jury = Jury(3).skipping().prepared()
        side = signed_in(jury.applications[2].created_by)
        page = side.get(at("decision", jury.applications[2].pk)).content.decode()
        assert "Parce que" not in page
        assert "Aucune décision n’est encore publiée" in page

    def test_the_board_says_nothing_while_readings_come_in(self) -> None:
        jury = Jury(2)
        jury.reading()
        page = signed_in(jury.officer).get(at("board", jury.call.slug)).content.decode()
        assert "aucune note ni aucun rang" in page


class TestBoard:
    def test_shows_ranks_line_and_balance(self) -> None:
        jury = Jury(3, laureates_number=1).deciding()
        page = signed_in(jury.officer).get(at("board", jury.call.slug)).content.decode()
        assert "au-dessus de la ligne" in page
        assert "Student" in page

    def test_two_officers_at_once_are_told(self) -> None:
        jury = Jury(1).skipping()
        one = jury.applications[0]
        address = at("prepare", jury.call.slug, one.pk)
        sent = {"version": "0", "outcome": "laureate", "reasons": "Très clair."}
        assert signed_in(jury.officer).post(address, sent).status_code == 302
        second = {"version": "0", "outcome": "not_selected", "reasons": "Trop flou."}
        answer = signed_in(jury.second).post(address, second)
        page = answer.content.decode()
        assert answer.status_code == 409
        assert "Très clair." in page and "Trop flou." in page
        assert Decision.objects.get().reasons == "Très clair."

    def test_costs_the_same_for_3_and_50(self) -> None:
        jury = Jury(3).skipping()
        client = signed_in(jury.officer)
        address = at("board", jury.call.slug)
        client.get(address)
        few = queries(client, address)
        rows = [
            submitted_application(jury.call, number, state="eligible") for number in range(4, 51)
        ]
        Score.objects.bulk_create(
            Score(application=row, college="jury", readings=3, mean=row.number or 1, deviation=5)
            for row in rows
        )
        assert queries(client, address) == few
        # The session, the person and the header of the site come beside the fifteen of the page.
        assert few <= 22

    def test_the_results_are_published_by_the_page(self) -> None:
        jury = Jury(3).skipping().prepared()
        client = signed_in(jury.second)
        address = at("publish_results", jury.call.slug)
        assert "Publier toutes les décisions" in client.get(address).content.decode()
        for _double_click in range(2):
            client.post(address)
        assert Application.objects.get(number=1).state == "laureate"


class TestAnswers:
    def test_the_applicant_reads_author_reasons_ways_and_their_case(self) -> None:
        jury = Jury(3).deciding().published()
        one = jury.applications[2]
        page = signed_in(one.created_by).get(at("decision", one.pk)).content.decode()
        for words in (
            "Parce que not_selected", jury.officer.name, "Voies et délais de recours",
            "L. 311-3-1", "Votre cas, expliqué", "Faire un recours",
        ):  # fmt: skip
            assert words in page
        assert all(reader.name not in page for reader in jury.readers)

    def test_appeals_by_the_page(self) -> None:
        jury = Jury(3).skipping().published()
        one = jury.applications[2]
        side = signed_in(one.created_by)
        form = side.get(at("appeal", one.pk)).context["form"]
        sent = {"submission": str(form.initial["submission"]), "text": "L’annexe n’est pas lue."}
        assert side.post(at("appeal", one.pk), sent).status_code == 302
        assert "Votre recours" in side.get(at("decision", one.pk)).content.decode()
        # Who answers reads by when; once it is answered, both are read on the file.
        made = one.appeals.get()
        third, file = signed_in(jury.third), at("file", jury.call.slug, one.pk)
        here = at("answer_appeal", jury.call.slug, one.pk, made.pk)
        assert "il est rejeté par ce silence" in third.get(here).content.decode()
        sent = {"upheld": "no", "answer": "L’annexe a été lue."}
        assert third.post(here, sent).status_code == 302
        assert third.get(here).url == file
        page = third.get(file).content.decode()
        assert "L’annexe n’est pas lue." in page and "L’annexe a été lue." in page

    def test_minutes_are_a_pdf(self) -> None:
        jury = Jury(3).skipping().published()
        answer = signed_in(jury.officer).get(at("minutes", jury.call.slug))
        assert answer.content.startswith(b"%PDF")
