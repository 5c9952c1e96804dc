"""Why and how to scale: the matrix, the axis, a strategy chosen among several."""

from __future__ import annotations

from typing import Any

import pytest
from django.contrib.auth.models import AnonymousUser
from django.test import Client

from essaim.common.errors import DomainError
from essaim.common.typography import french
from essaim.initiatives.models import Initiative, Phase
from essaim.scaling import rules
from essaim.scaling.actions import strategies as actions
from essaim.scaling.actions.strategies import Content
from essaim.scaling.matrix import serving
from essaim.scaling.model_sheets import MATRIX, SHEETS, place_of, suggested
from essaim.scaling.models import MatrixCell, Model, Strategy
from tests.initiatives.factories import InitiativeFactory
from tests.people.factories import UserFactory
from tests.scaling.factories import DiagnosisFactory, ready_card

pytestmark = pytest.mark.django_db

UP = Content(
    objectives=["territories"], model="up", subtype="franchised", purity=4, control=4,
    mode="franchise", reasons="Une qualité régulière sur chaque site.",
)  # fmt: skip
ACROSS = Content(
    objectives=["territories", "efficiency"], model="across", purity=1, control=1,
    mode="dissemination", reasons="Chaque site adapte.",
)  # fmt: skip


class TestMatrix:
    def test_row_totals_are_those_of_the_report(self) -> None:
        assert [len(serves) for serves, _confidence in MATRIX.values()] == [4, 4, 4, 4, 5]

    def test_loads_once_and_keeps_what_managers_corrected(self) -> None:
        assert actions.load_matrix() == 30
        cell = MatrixCell.objects.get(objective="efficiency", model="across")
        assert not cell.serves
        actions.change_cell(cell, serves=True, confidence="medium", source="Relecture")
        assert actions.load_matrix() == 0
        cell.refresh_from_db()
        assert cell.serves

    def test_models_that_serve_most_objectives_come_first(self) -> None:
        actions.load_matrix()
        order = serving(["territories", "efficiency"])
        assert dict(order)[Model.UP] == 2 and dict(order)[Model.ACROSS] == 1
        assert order[0][1] == 2 and order[-1][1] == 1

    def test_a_manager_corrects_a_cell_and_its_history_shows(self, client: Client) -> None:
        actions.load_matrix()
        client.force_login(UserFactory(manager=True))
        address = "/gestion/strategies/efficiency/across"
        client.post(address, {"serves": "on", "confidence": "high", "source": "Essec, page 12"})
        assert "Essec, page 12" in client.get(address).content.decode()


class TestAxis:
    @pytest.mark.parametrize(
        ("purity", "control", "place", "mode"),
        [
            (5, 5, 0, "centralised"),
            (4, 4, 25, "franchise"),
            (3, 3, 50, "franchise"),  # as near to « supple »: the one with more control
            (2, 2, 75, "supple"),
            (1, 1, 100, "dissemination"),
            (5, 1, 50, "franchise"),
        ],
    )
    def test_two_questions_place_an_initiative(
        self, purity: int, control: int, place: int, mode: str
    ) -> None:
        assert place_of(purity, control) == place
        assert suggested(purity, control) == mode

    def test_every_model_has_its_sheet(self) -> None:
        assert [sheet.model for sheet in SHEETS] == list(Model)


class TestChoosing:
    def test_one_is_chosen_and_the_card_knows(self) -> None:
        card, person = InitiativeFactory(published=True), UserFactory()
        first = actions.write_strategy(card, UP, by=person)
        second = actions.write_strategy(card, ACROSS, by=person)
        actions.choose_strategy(first, by=person)
        actions.choose_strategy(first, by=person)
        actions.choose_strategy(second, by=person)
        (fact,) = card.facts.filter(kind="strategy_chosen")
        assert (fact.value["model"], fact.value["mode"]) == ("across", "dissemination")
        assert Strategy.objects.filter(chosen_at__isnull=False).count() == 1
        actions.withdraw_strategy(second, by=person)
        assert not card.facts.filter(kind="strategy_chosen").exists()

    def test_ready_and_a_strategy_make_the_phase_organise(self) -> None:
        card, person = ready_card(), UserFactory()
        from essaim.scaling.actions import diagnoses
        from essaim.scaling.proposals import Proposal
        from essaim.scaling.questions import KEYS

        draft = diagnoses.start(card, by=person)
        for key in KEYS:
            diagnoses.answer(draft, key, yes=True, proposal=Proposal(True))
        diagnoses.conclude(draft, by=person)
        assert Initiative.objects.get(pk=card.pk).phase == Phase.VALIDATE
        actions.choose_strategy(actions.write_strategy(card, UP, by=person), by=person)
        assert Initiative.objects.get(pk=card.pk).phase == Phase.ORGANISE

    def test_the_same_form_twice_writes_one(self) -> None:
        card, person = InitiativeFactory(published=True), UserFactory()
        assert (
            actions.write_strategy(card, UP, by=person).pk
            == actions.write_strategy(card, UP, by=person).pk
        )

    def test_a_form_of_another_model_is_refused(self) -> None:
        card, person = InitiativeFactory(published=True), UserFactory()
        from dataclasses import replace

        with pytest.raises(DomainError):
            actions.write_strategy(card, replace(UP, subtype="open"), by=person)

    def test_two_people_do_not_overwrite_each_other(self) -> None:
        card, person = InitiativeFactory(published=True), UserFactory()
        made = actions.write_strategy(card, UP, by=person)
        actions.change_strategy(made, ACROSS, version=1, by=person)
        with pytest.raises(DomainError, match="Rien n’a été écrasé"):
            actions.change_strategy(made, UP, version=1, by=person)

    def test_rules_and_lists_agree(self) -> None:
        owner = UserFactory()
        card = InitiativeFactory(published=True, author=owner)
        made = [actions.write_strategy(card, content, by=owner) for content in (UP, ACROSS)]
        actions.choose_strategy(made[0], by=owner)
        made = list(Strategy.objects.all())
        for reader in (AnonymousUser(), owner, UserFactory(), UserFactory(manager=True)):
            visible = set(Strategy.objects.visible_to(reader))
            assert visible == {s for s in made if rules.can_view_strategy(reader, s)}


class TestPages:
    def test_from_objectives_to_a_chosen_mode(self, client: Client) -> None:
        actions.load_matrix()
        person = UserFactory()
        card = InitiativeFactory(published=True, author=person)
        client.force_login(person)
        base = f"/initiatives/{card.slug}/strategie"
        assert "Les Accorderies" in client.get(base).content.decode()
        new = f"{base}/nouvelle?objectives=territories&objectives=efficiency"
        assert "sert 2 objectifs sur 2" in client.get(new).content.decode()
        data: dict[str, Any] = {
            "model": "up", "subtype": "up:franchised", "purity": 4, "control": 4,
            "mode": "franchise", "reasons": "Une qualité régulière.",
        }  # fmt: skip
        wrong = client.post(new, data | {"subtype": "across:open"}).content.decode()
        assert "Cette forme n’est pas du modèle" in wrong
        address = client.post(new, data)["Location"]
        text = client.get(address).content.decode()
        assert french("près de « essaimage en franchise »") in text
        assert "Déposer de quoi reprendre" not in text
        client.post(f"{address}/choisir")
        next_one = f'href="/initiatives/{card.slug}/kit/ajouter">Déposer de quoi reprendre'
        assert next_one in client.get(address).content.decode()
        client.logout()
        text = client.get(address).content.decode()
        assert "Déposer de quoi reprendre" not in text
        assert "Duplication ou déploiement géographique" in text
        assert "Une qualité régulière." not in text
        assert "choisie" in client.get(card.get_absolute_url()).content.decode()

    def test_two_side_by_side(self, client: Client) -> None:
        person = UserFactory()
        card = InitiativeFactory(published=True, author=person)
        one, other = (actions.write_strategy(card, c, by=person) for c in (UP, ACROSS))
        client.force_login(person)
        query = {"a": one.pk, "b": other.pk}
        text = client.get(f"/initiatives/{card.slug}/strategie", query).content.decode()
        assert "Deux stratégies côte à côte" in text and "Chaque site adapte." in text

    def test_the_models_are_for_everyone(self, client: Client) -> None:
        actions.load_matrix()
        assert "confiance" in client.get("/strategies").content.decode()
        for model in Model.values:
            assert client.get(f"/strategies/{model}").status_code == 200
        assert "Les mots de la source" in client.get("/strategies/out").content.decode()

    def test_objectives_may_be_forgotten(self, client: Client) -> None:
        diagnosis = DiagnosisFactory(ready=True)
        client.force_login(UserFactory(manager=True))
        base = f"/initiatives/{diagnosis.initiative.slug}/strategie"
        assert client.get(f"{base}/nouvelle?objectives=zzz")["Location"] == base
