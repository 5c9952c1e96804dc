"""A facilitator and the holder sort, disagree, decide; the card says it."""

from __future__ import annotations

import re
from typing import Any

import pytest
from django.db import connection
from django.test import Client
from django.test.utils import CaptureQueriesContext

from essaim.common.errors import DomainError
from essaim.common.waiting import waiting_for
from essaim.initiatives.models import Component, RevisionNote
from essaim.modelling.actions import workshops
from essaim.modelling.agreement import opinions_of
from essaim.modelling.models import ModelSheet, SheetLine, Sorting, Workshop
from essaim.modelling.team import may_facilitate, of_the_holder
from tests.initiatives.factories import ComponentFactory
from tests.modelling.factories import worked_card, workshop_on
from tests.people.factories import MembershipFactory, OrganisationFactory, UserFactory

pytestmark = pytest.mark.django_db


def signed_in(user: Any) -> Client:
    client = Client()
    client.force_login(user, backend="django.contrib.auth.backends.ModelBackend")
    return client


@pytest.fixture
def card() -> Any:
    return worked_card(holder=OrganisationFactory())


class TestOpening:
    def test_names_two_people(self, card: Any) -> None:
        workshop = workshop_on(card)
        page = signed_in(card.author).get(f"/initiatives/{card.slug}/modele").content.decode()
        assert workshop.facilitator.name in page and card.author.name in page
        public = Client().get(f"/initiatives/{card.slug}/modele").content.decode()
        assert workshop.facilitator.name not in public
        assert "animé par une autre personne que le porteur" in public

    def test_the_holder_does_not_lead_alone(self, card: Any) -> None:
        with pytest.raises(DomainError, match="n’est pas celle qui parle pour le porteur"):
            workshop_on(card, facilitator=card.author)

    def test_a_stranger_does_not_lead(self, card: Any) -> None:
        with pytest.raises(DomainError, match="invitez-la d’abord"):
            workshop_on(card, facilitator=UserFactory())

    def test_nor_does_an_author_who_left(self, card: Any) -> None:
        """Once somebody represents the holder, the card is no longer its author's."""
        MembershipFactory(organisation=card.holder, role="representative")
        left = card.author
        assert left not in set(may_facilitate(card, UserFactory()))
        assert left not in set(of_the_holder(card))
        MembershipFactory(user=left, organisation=card.holder)
        assert left in set(of_the_holder(card))

    def test_one_at_a_time(self, card: Any) -> None:
        workshop = workshop_on(card)
        with pytest.raises(DomainError, match="déjà ouvert"):
            workshop_on(card, facilitator=workshop.facilitator)

    def test_waits_for_who_has_not_sorted(self, card: Any) -> None:
        workshop = workshop_on(card)
        assert "Trier le cœur et la marge" in [w.title for w in waiting_for(workshop.facilitator)]
        workshops.sort_component(workshop, card.components.first(), "core", by=workshop.facilitator)
        assert "Trier le cœur et la marge" not in [
            w.title for w in waiting_for(workshop.facilitator)
        ]

    def test_who_writes_the_card_is_led_to_it(self, card: Any) -> None:
        def page() -> str:
            answer = signed_in(card.author).get(f"/initiatives/{card.slug}/modifier")
            return answer.content.decode()

        way = f'href="/initiatives/{card.slug}/modele"'
        assert way not in page(), "nothing to sort yet"
        ComponentFactory(initiative=card)
        assert way in page()

    def test_through_the_page(self, card: Any) -> None:
        ComponentFactory(initiative=card)
        facilitator = MembershipFactory(organisation=card.holder).user
        client = signed_in(card.author)
        address = f"/initiatives/{card.slug}/modele/atelier/ouvrir"
        answer = client.post(
            address, {"facilitator": card.author.pk, "participant": card.author.pk}
        )
        assert answer.status_code == 422
        client.post(address, {"facilitator": facilitator.pk, "participant": card.author.pk})
        assert Workshop.objects.get().facilitator == facilitator


class TestSorting:
    def test_by_buttons(self, card: Any) -> None:
        workshop_on(card)
        component = card.components.first()
        client = signed_in(card.author)
        answer = client.post(
            f"/initiatives/{card.slug}/modele/atelier/classer/{component.pk}", {"kind": "core"},
            follow=True,
        )  # fmt: skip
        assert "1 sur 3 composantes triées." in answer.content.decode()
        assert Sorting.objects.get().kind == "core"

    def test_two_people_at_once_keep_each_their_own(self, card: Any) -> None:
        workshop = workshop_on(card)
        component = card.components.first()
        workshops.sort_component(workshop, component, "core", by=workshop.facilitator)
        workshops.sort_component(workshop, component, "margin", by=card.author)
        assert set(Sorting.objects.values_list("user", "kind")) == {
            (workshop.facilitator.pk, "core"), (card.author.pk, "margin"),
        }  # fmt: skip

    def test_by_the_interview(self, card: Any) -> None:
        workshop_on(card)
        first, second, *_others = card.components.all()
        client = signed_in(card.author)
        address = f"/initiatives/{card.slug}/modele/atelier/entretien/{first.pk}"
        assert client.post(address, {}).status_code == 422
        answer = client.post(
            address, {"without": "stops", "why": "Essayé à Lille.", "red_line": "Un cursus long"}
        )
        assert answer.url.endswith(f"/entretien/{second.pk}")
        sorting = Sorting.objects.get()
        assert (sorting.kind, sorting.why) == ("core", "Essayé à Lille.")
        client.post(address, {"without": "works", "kind": "core"})  # the person decides
        assert Sorting.objects.get().kind == "core"

    def test_moving_keeps_what_the_interview_said(self, card: Any) -> None:
        workshop = workshop_on(card)
        component = card.components.first()
        workshops.sort_component(
            workshop, component, "core", by=card.author, without="stops", why="Vu.", red_line=""
        )
        workshops.sort_component(workshop, component, "margin", by=card.author)
        sorting = Sorting.objects.get()
        assert (sorting.kind, sorting.without, sorting.why) == ("margin", "stops", "Vu.")

    def test_a_component_of_another_card_is_refused(self, card: Any) -> None:
        workshop = workshop_on(card)
        with pytest.raises(DomainError, match="pas de cette fiche"):
            workshops.sort_component(workshop, ComponentFactory(), "core", by=card.author)

    def test_nobody_sorts_after_the_end(self, card: Any) -> None:
        workshop = workshop_on(card)
        workshops.close(workshop, by=card.author)
        with pytest.raises(DomainError, match="terminé"):
            workshops.sort_component(workshop, card.components.first(), "core", by=card.author)

    def test_goes_with_the_account(self, card: Any) -> None:
        workshop = workshop_on(card)
        workshops.sort_component(workshop, card.components.first(), "core", by=card.author)
        page = signed_in(card.author).get("/compte/mes-donnees").content.decode()
        assert "Composantes que j’ai classées" in page


class TestDeciding:
    @pytest.fixture
    def workshop(self, card: Any) -> Workshop:
        """Agreed on the first, disputed on the second, only one opinion on the third."""
        workshop = workshop_on(card)
        first, second, third = card.components.all()
        for person in (workshop.facilitator, card.author):
            workshops.sort_component(
                workshop, first, "core", by=person, without="stops", why="C’est le concept.",
                red_line="Un cursus long",
            )  # fmt: skip
        workshops.sort_component(workshop, second, "core", by=card.author)
        workshops.sort_component(workshop, second, "margin", by=workshop.facilitator)
        workshops.sort_component(workshop, third, "unsure", by=card.author)
        return workshop

    def test_disagreements_are_shown(self, card: Any, workshop: Workshop) -> None:
        first, second, third = opinions_of(card, workshop)
        assert (first.is_unanimous, first.result) == (True, "core")
        assert (second.is_disputed, second.result) == (True, "")
        assert not third.is_unanimous and not third.is_disputed
        page = signed_in(card.author).get(f"/initiatives/{card.slug}/modele/atelier/desaccords")
        assert "1 composante divise" in page.content.decode()

    def adopt(self, card: Any, **changes: str) -> Any:
        client = signed_in(card.author)
        address = f"/initiatives/{card.slug}/modele/atelier/adopter"
        page = client.get(address).content.decode()
        data = {
            "version": re.search(r'name="version" value="(\d+)"', page)[1],  # type: ignore[index]
            "seen": re.search(r'name="seen" value="(\w+)"', page)[1],  # type: ignore[index]
        }
        for component, kind in zip(card.components.all(), ["core", "core", "margin"], strict=True):
            data |= {
                f"c{component.pk}-kind": kind, f"c{component.pk}-why": "Parce que.",
                f"c{component.pk}-red_lines": "Un cursus long",
            }  # fmt: skip
        return client.post(address, data | changes)

    def test_the_team_adopts_onto_the_card(self, card: Any, workshop: Workshop) -> None:
        assert self.adopt(card).status_code == 302
        assert [c.kind for c in card.components.all()] == ["core", "core", "margin"]
        assert card.components.first().red_lines == "Un cursus long"
        workshop = Workshop.objects.get()
        assert (workshop.state, workshop.ended_by) == ("adopted", card.author)
        assert RevisionNote.objects.get().text == "Cœur et marge triés en atelier"
        assert Sorting.objects.count() == 5  # what each person said stays

    def test_what_changed_meanwhile_is_not_overwritten(self, card: Any, workshop: Workshop) -> None:
        answer = self.adopt(card, version="0", seen="x")
        assert answer.status_code == 409
        assert "Rien n’a été écrasé" in answer.content.decode()
        assert Workshop.objects.get().state == "open"
        assert {c.kind for c in Component.objects.filter(initiative=card)} == {"margin"}

    def test_twice_is_told(self, card: Any, workshop: Workshop) -> None:
        self.adopt(card)
        with pytest.raises(DomainError, match="terminé"):
            workshops.adopt(workshop, [], by=card.author, version=0, seen="")

    def test_the_proposal_is_what_all_say(self, card: Any, workshop: Workshop) -> None:
        page = signed_in(card.author).get(f"/initiatives/{card.slug}/modele/atelier/adopter")
        rows = page.context["rows"]
        assert [row.initial["kind"] for row in rows] == ["core", "margin", "margin"]
        assert rows[0].initial["why"] == "C’est le concept."
        assert "Un cursus long" in rows[0].initial["red_lines"]


class TestTheSheet:
    def form(self, **fields: str) -> dict[str, str]:
        return {
            "version": "0", "legal_basis": "Agrément ESUS", "personal_data": "", "contraindications": "",
            "indicator-0-name": "Sorties en emploi", "indicator-0-detail": "Enquête à six mois",
            "indicator-0-more": "42 %", "role-0-name": "Formateur", "stage-0-name": "Ouverture",
        } | fields  # fmt: skip

    def test_is_written_and_read(self, card: Any) -> None:
        client = signed_in(card.author)
        assert client.post(f"/initiatives/{card.slug}/modele/fiche", self.form()).status_code == 302
        page = Client().get(f"/initiatives/{card.slug}/modele").content.decode()
        for text in [
            "Sorties en emploi",
            "Enquête à six mois",
            "42 %",
            "Formateur",
            "Agrément ESUS",
        ]:
            assert text in page
        assert SheetLine.objects.count() == 3

    def test_a_row_without_a_name_is_told(self, card: Any) -> None:
        answer = signed_in(card.author).post(
            f"/initiatives/{card.slug}/modele/fiche",
            self.form(**{"role-0-name": "", "role-0-more": "Deux jours"}),
        )
        assert answer.status_code == 422
        assert (
            "Donnez-lui un nom" in answer.content.decode()
            and "Deux jours" in answer.content.decode()
        )
        assert not ModelSheet.objects.exists()

    def test_two_at_once_do_not_overwrite_each_other(self, card: Any) -> None:
        client = signed_in(card.author)
        client.post(f"/initiatives/{card.slug}/modele/fiche", self.form())
        answer = client.post(
            f"/initiatives/{card.slug}/modele/fiche", self.form(legal_basis="Autre texte")
        )
        assert answer.status_code == 422
        page = answer.content.decode()
        assert "Rien n’a été écrasé" in page and "Autre texte" in page
        assert ModelSheet.objects.get().legal_basis == "Agrément ESUS"

    def test_more_rows_come_by_a_button(self, card: Any) -> None:
        answer = signed_in(card.author).post(
            f"/initiatives/{card.slug}/modele/fiche",
            self.form(**{"add": "role", "role-1-name": "Un autre"}),
        )
        page = answer.content.decode()
        assert answer.status_code == 200
        assert "Un autre" in page and 'name="role-3-name"' in page
        assert not ModelSheet.objects.exists()


def test_pages_ask_as_much_for_one_component_as_for_fifty() -> None:
    def queries(number: int) -> list[int]:
        card = worked_card(holder=OrganisationFactory())
        for position in range(number):
            ComponentFactory(initiative=card, position=position)
        workshop = workshop_on(card)
        for component in card.components.all():
            workshops.sort_component(workshop, component, "core", by=card.author)
        client = signed_in(card.author)
        found = []
        for page in (
            "modele",
            "modele/atelier",
            "modele/atelier/desaccords",
            "modele/atelier/adopter",
        ):
            with CaptureQueriesContext(connection) as captured:
                assert client.get(f"/initiatives/{card.slug}/{page}").status_code == 200
            found.append(len(captured))
        return found

    queries(1)  # what a process reads once
    assert queries(1) == queries(3) == queries(50)
