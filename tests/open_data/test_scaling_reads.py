"""The model, strategies, diagnoses and training of a card by program: what its pages show to a
visitor, to its team with a token, and no more."""

from __future__ import annotations

from typing import Any

import pytest
from django.db import connection
from django.test import Client
from django.test.utils import CaptureQueriesContext
from django.utils import timezone

from essaim.dialogues.models import Module
from essaim.kits.models import KitMaterial
from essaim.modelling.models import SheetLine
from essaim.open_data.models import Scope
from essaim.people.models import Membership
from essaim.scaling.models import Answer
from tests.dates import today
from tests.dialogues.factories import module_of, session_of
from tests.initiatives.factories import ComponentFactory, InitiativeFactory
from tests.kits.factories import deposited
from tests.modelling.factories import sheet_of, workshop_on
from tests.open_data.factories import bearer, make_token
from tests.open_data.test_reads import everything
from tests.people.factories import MembershipFactory, OrganisationFactory, UserFactory
from tests.scaling.factories import DiagnosisFactory, StrategyFactory
from tests.territories.factories import TerritoryFactory

pytestmark = pytest.mark.django_db
PARTS = ("strategies", "diagnoses", "training")
SECRET = "Parce que Mme Durand le veut"


def address_of(card: Any, part: str) -> str:
    return f"/api/v1/initiatives/{card.slug}/{part}"


def read(client: Client, card: Any, part: str, key: str = "") -> list[dict[str, Any]]:
    answer = client.get(address_of(card, part), headers=bearer(key) if key else {})
    assert answer.status_code == 200, answer.content
    items: list[dict[str, Any]] = answer.json()["items"]
    return items


def public(**fields: Any) -> Any:
    return InitiativeFactory(published=True, holder=None, author=UserFactory(), **fields)


class TestModel:
    def test_as_its_page_shows_it(self, client: Client) -> None:
        card = public(prerequisites=["Un local"])
        ComponentFactory(
            initiative=card, name="Accueil", why="Écrire à awa@exemple.fr", red_lines="payant"
        )
        ComponentFactory(initiative=card, margin=True)
        sheet_of(card, personal_data="Un prénom, appeler le 01 02 03 04 05.")
        workshop = workshop_on(card)
        answer = client.get(address_of(card, "model"))
        found = answer.json()
        assert found["initiative"] == card.external_id
        assert [each["kind"] for each in found["components"]] == ["core", "margin"]
        assert found["components"][0]["red_lines"] == "payant"
        assert found["prerequisites"] == ["Un local"]
        assert found["indicators"] == [
            {"name": "Ligne indicator", "measured_by": "Précision", "start": "Complément"}
        ]
        assert (found["roles"][0]["training"], found["stages"][0]["when"]) == ("Complément",) * 2
        assert found["legal_basis"] == "Une convention avec la commune."
        assert found["workshop"] == "open" and found["updated_at"]
        text = answer.content.decode()
        assert "awa@exemple.fr" not in text and "01 02 03 04 05" not in text
        for person in (workshop.facilitator, workshop.participant):
            assert person.name and person.name not in text
        again = client.get(address_of(card, "model"), headers={"If-None-Match": answer["ETag"]})
        assert (again.status_code, again.content) == (304, b"")

    def test_no_line_of_the_sheet_gives_a_person_away(self, client: Client) -> None:
        """« stages » is a list of codes in other records: typed freely here, it is masked as well."""
        card = public()
        sheet = sheet_of(card)
        for field in ("name", "detail", "more"):
            sheet.lines.update(**{field: f"Voir {field}@exemple.fr ou le 01 02 03 04 05"})
        assert sheet.lines.count() == len(SheetLine.Topic)
        text = client.get(address_of(card, "model")).content.decode()
        assert "@exemple.fr" not in text and "01 02 03 04 05" not in text

    def test_where_nothing_is_written_yet(self, client: Client) -> None:
        found = client.get(address_of(public(), "model")).json()
        assert (found["components"], found["stages"], found["legal_basis"]) == ([], [], "")
        assert (found["workshop"], found["updated_at"]) == (None, None)


class TestStrategies:
    def test_the_chosen_one_for_all_and_never_its_reasons(self, client: Client) -> None:
        card = public()
        chosen = StrategyFactory(initiative=card, chosen=True, reasons=SECRET, author__name="Awa")
        other = StrategyFactory(initiative=card, purity=1, control=1, reasons=SECRET)
        (found,) = read(client, card, "strategies")
        assert (found["id"], found["mode"], found["place"]) == (chosen.pk, "franchise", 25)
        assert found["suggested_mode"] == "franchise"
        page = client.get(f"/initiatives/{card.slug}/strategie").content.decode()
        assert found["url"].endswith(chosen.get_absolute_url())
        assert chosen.get_absolute_url() in page and other.get_absolute_url() not in page
        _token, team = make_token(card.author)
        both = read(client, card, "strategies", team)
        assert {each["id"]: bool(each["chosen_on"]) for each in both} == {
            chosen.pk: True, other.pk: False,
        }  # fmt: skip
        for told in (found, both):
            assert "Durand" not in str(told) and "Awa" not in str(told)


class TestDiagnoses:
    def test_ready_for_all_and_to_consolidate_for_the_team(self, client: Client) -> None:
        card = public()
        ready = DiagnosisFactory(initiative=card, ready=True, author__name="Awa")
        Answer.objects.filter(diagnosis=ready).update(
            reason=SECRET, facts=["chiffré, voir awa@exemple.fr"], missing=["rien"]
        )
        DiagnosisFactory(initiative=card, author=card.author)
        (found,) = read(client, card, "diagnoses")
        assert (found["id"], found["ready"]) == (ready.pk, True)
        assert [each["question"] for each in found["answers"]][:2] == ["consent", "economics"]
        assert all(each["yes"] and each["missing"] == [] for each in found["answers"])
        for word in ("Durand", "Awa", "awa@exemple.fr"):
            assert word not in str(found)
        # A later one takes « fin prêt » back: its team alone reads either.
        later = DiagnosisFactory(initiative=card, ready=False)
        Answer.objects.filter(diagnosis=later, answer=False).update(missing=["un repreneur"])
        assert read(client, card, "diagnoses") == []
        _token, team = make_token(card.author)
        told = read(client, card, "diagnoses", team)
        assert [each["id"] for each in told] == [later.pk, ready.pk]
        assert told[0]["answers"][-1]["missing"] == ["un repreneur"]
        assert "Durand" not in str(told)


class TestTraining:
    def test_modules_and_their_sessions(self, client: Client) -> None:
        card = public()
        material = deposited(card)
        one = module_of(card, material=material, audience="Inscription : awa@exemple.fr")
        module_of(card, removed_at=timezone.now())
        place = TerritoryFactory()
        host = OrganisationFactory(siren="263800120")
        session_of(one, -40)
        session_of(one, 30, territory=place, organisation=host)
        session_of(one, 60, cancelled_on=today())
        (found,) = everything(client, address_of(card, "training"))
        assert (found["id"], found["hours"], found["material"]) == (one.pk, 3.5, material.pk)
        assert "awa@exemple.fr" not in str(found)
        past, coming, cancelled = found["sessions"]
        assert (past["link"], cancelled["link"]) == ("", "") and cancelled["cancelled_on"]
        assert coming["link"] == "https://exemple.fr/inscription"
        assert (coming["territory"], coming["organisation_siren"]) == (place.address, "263800120")
        KitMaterial.objects.filter(pk=material.pk).update(
            removed_at=timezone.now(), removal_reason="Trop vieux."
        )
        assert read(client, card, "training")[0]["material"] is None


class TestWhoReads:
    def furnished(self, **fields: Any) -> Any:
        card = InitiativeFactory(**({"author": UserFactory(), "holder": None} | fields))
        sheet_of(card)
        StrategyFactory(initiative=card)
        DiagnosisFactory(initiative=card, ready=False)
        module_of(card)
        return card

    @pytest.mark.parametrize("who", ["anonymous", "member", "manager", "diagnosing"])
    def test_those_who_do_not_write_the_card(self, client: Client, who: str) -> None:
        """A manager's token has no powers, and who diagnosed it once is not its team."""
        card, draft = self.furnished(published=True), self.furnished()
        key = ""
        if who != "anonymous":
            person = UserFactory(manager=who == "manager")
            if who == "diagnosing":
                DiagnosisFactory(initiative=card, ready=False, author=person)
            _token, key = make_token(person)
        headers = bearer(key) if key else {}
        for part in ("strategies", "diagnoses"):
            assert read(client, card, part, key) == []
        for part in ("model", *PARTS):
            answer = client.get(address_of(draft, part), headers=headers)
            assert answer.status_code == 404, part

    def test_a_token_of_an_organisation_reads_its_own_alone(self, client: Client) -> None:
        head = MembershipFactory(role=Membership.Role.REPRESENTATIVE)
        _token, key = make_token(head.user, organisation=head.organisation)
        theirs = self.furnished(holder=head.organisation)
        # Of the same person, not of this organisation.
        own = self.furnished(author=head.user)
        for part in PARTS:
            assert len(read(client, theirs, part, key)) == 1, part
        for part in ("model", *PARTS):
            answer = client.get(address_of(own, part), headers=bearer(key))
            assert answer.status_code == 404, part

    def test_a_token_for_other_things_reads_what_all_read(self, client: Client) -> None:
        card = self.furnished(published=True)
        _token, key = make_token(card.author, scopes=[Scope.WRITE_NEEDS.value])
        assert read(client, card, "diagnoses", key) == read(client, card, "strategies", key) == []
        _token, key = make_token(card.author, scopes=[Scope.READ.value])
        answer = client.get(address_of(card, "diagnoses"), headers=bearer(key))
        assert len(answer.json()["items"]) == 1
        # Nothing on the way keeps it for somebody else.
        assert answer["Cache-Control"] == "private, no-cache"

    def test_a_card_that_was_withdrawn(self, client: Client) -> None:
        card = InitiativeFactory(archived=True)
        for part in ("model", *PARTS):
            assert client.get(address_of(card, part)).status_code == 404

    @pytest.mark.parametrize("asked", ["chosen=true", "limit=0", "cursor=abc", "count=many"])
    def test_what_is_not_understood_is_said(self, client: Client, asked: str) -> None:
        card = public()
        for part in PARTS:
            assert client.get(f"{address_of(card, part)}?{asked}").status_code == 422, part
        assert client.get(f"{address_of(card, 'model')}?{asked}").status_code == 422


@pytest.mark.parametrize("rows", [1, 3, 50])
def test_as_many_queries_whatever_their_length(client: Client, rows: int) -> None:
    card = public()
    sheet_of(card)
    _token, key = make_token(card.author)
    for _n in range(rows):
        ComponentFactory(initiative=card)
        StrategyFactory(initiative=card)
        DiagnosisFactory(initiative=card, ready=False)
        session_of(module_of(card, material=deposited(card) if rows < 50 else None))
    for part in ("model", *PARTS):
        client.get(address_of(card, part), headers=bearer(key))
        with CaptureQueriesContext(connection) as captured:
            answer = client.get(f"{address_of(card, part)}", headers=bearer(key)).json()
        assert len(answer["components" if part == "model" else "items"]) == rows
        assert len(captured) <= 9, (part, len(captured))


def test_pages_of_a_long_list(client: Client) -> None:
    card = public()
    modules = [module_of(card).pk for _n in range(5)]
    found = everything(client, f"{address_of(card, 'training')}?limit=2")
    assert [each["id"] for each in found] == modules
    Module.objects.filter(pk=modules[0]).update(removed_at=timezone.now())
    first = client.get(f"{address_of(card, 'training')}?limit=2&count=true").json()
    assert first["count"] == 4
