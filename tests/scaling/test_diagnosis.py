"""Am I ready? Six questions, answered from facts, confirmed or overruled by people."""

from __future__ import annotations

import re
from typing import Any

import pytest
from django.contrib.auth.models import AnonymousUser
from django.test import Client

from essaim.common.errors import DomainError
from essaim.common.typography import french
from essaim.initiatives.models import EconomicLine, Initiative
from essaim.people.signals import account_deleted
from essaim.scaling import rules
from essaim.scaling.actions import diagnoses as actions
from essaim.scaling.models import Answer, Diagnosis
from essaim.scaling.proposals import Proposal, propose
from essaim.scaling.questions import KEYS, QUESTIONS
from tests.initiatives.factories import InitiativeFactory
from tests.needs.factories import NeedFactory
from tests.people.factories import UserFactory
from tests.scaling.factories import DiagnosisFactory, ready_card
from tests.schemes.factories import SchemeFactory
from tests.territories.factories import TerritoryFactory
from tests.themes.factories import ThemeFactory

pytestmark = pytest.mark.django_db
VISITOR = AnonymousUser()


def loaded(card: Initiative) -> Initiative:
    return Initiative.objects.for_detail().get(pk=card.pk)


def page(client: Client, url: str, query: dict[str, Any] | None = None) -> str:
    response = client.get(url, query or {})
    assert response.status_code == 200
    return response.content.decode()


def base(card: Initiative) -> str:
    return f"/initiatives/{card.slug}/diagnostic"


class TestProposals:
    def test_facts_may_say_six_yes(self) -> None:
        proposals = propose(ready_card(), VISITOR)
        assert list(proposals) == list(KEYS)
        assert {key: p.answer for key, p in proposals.items()} == dict.fromkeys(KEYS, True)
        assert all(proposal.facts and not proposal.missing for proposal in proposals.values())

    def test_an_empty_card_says_what_is_missing(self) -> None:
        proposals = propose(loaded(InitiativeFactory()), VISITOR)
        assert proposals["consent"].answer is None
        assert proposals["economics"].answer is False
        assert len(proposals["economics"].missing) == 4
        assert proposals["evaluation"].answer is False
        assert proposals["impact"].answer is False
        assert proposals["environment"].answer is None
        assert proposals["adopters"].answer is False

    def test_a_refusal_is_a_fact_too(self) -> None:
        card = loaded(InitiativeFactory(consent_to_scale=False))
        assert propose(card, VISITOR)["consent"].answer is False

    def test_running_costs_that_nobody_pays_are_not_viable_for_an_association(self) -> None:
        card = ready_card()
        EconomicLine.objects.filter(initiative=card, line="running_costs").update(payer="")
        assert propose(loaded(card), VISITOR)["economics"].answer is False
        Initiative.objects.filter(pk=card.pk).update(track="public")
        assert propose(loaded(card), VISITOR)["economics"].answer is True

    def test_a_need_of_the_same_place_is_no_other_site(self) -> None:
        theme, place = ThemeFactory(), TerritoryFactory()
        card = InitiativeFactory()
        card.themes.set([theme])
        card.territories.set([place])
        NeedFactory(public=True, theme=theme, territory=place)
        assert propose(loaded(card), VISITOR)["environment"].facts == []

    def test_needs_that_the_reader_may_not_see_are_not_counted(self) -> None:
        theme = ThemeFactory()
        card = InitiativeFactory(target_coverage=None)
        card.themes.set([theme])
        NeedFactory(private=True, theme=theme, territory=TerritoryFactory())
        assert not propose(loaded(card), VISITOR)["impact"].facts


class TestAnswering:
    def test_overruling_needs_a_reason(self) -> None:
        card = InitiativeFactory(published=True)
        draft = actions.start(card, by=UserFactory())
        proposal = Proposal(False, [], ["une évaluation conclue"])
        with pytest.raises(DomainError, match="Dites pourquoi"):
            actions.answer(draft, "evaluation", yes=True, proposal=proposal, reason="  ")
        given = actions.answer(
            draft, "evaluation", yes=True, proposal=proposal, reason="Thèse soutenue hier."
        )
        assert given.overrules
        confirmed = actions.answer(draft, "evaluation", yes=False, proposal=proposal)
        assert not confirmed.overrules
        assert Answer.objects.count() == 1

    def test_no_proposal_needs_a_reason_either_way(self) -> None:
        draft = actions.start(InitiativeFactory(published=True), by=UserFactory())
        with pytest.raises(DomainError):
            actions.answer(draft, "consent", yes=False, proposal=Proposal(None))

    def test_a_draft_is_taken_up_again(self) -> None:
        card, person = InitiativeFactory(published=True), UserFactory()
        draft = actions.start(card, by=person)
        assert actions.start(card, by=person).pk == draft.pk
        assert actions.start(card, by=UserFactory()).pk != draft.pk

    def test_half_filled_cannot_be_concluded(self) -> None:
        person = UserFactory()
        draft = actions.start(InitiativeFactory(published=True), by=person)
        actions.answer(draft, "consent", yes=True, proposal=Proposal(True))
        with pytest.raises(DomainError, match="Il reste 5 questions"):
            actions.conclude(draft, by=person)


class TestConcluding:
    def answered(self, card: Initiative, person: Any, **no: str) -> Diagnosis:
        draft = actions.start(card, by=person)
        for key in KEYS:
            proposal = Proposal(key not in no, ["un fait"])
            actions.answer(draft, key, yes=key not in no, proposal=proposal)
        return draft

    def test_six_yes_is_ready_and_the_card_knows(self) -> None:
        card, person = ready_card(), UserFactory()
        actions.conclude(self.answered(card, person), by=person)
        (fact,) = card.facts.filter(kind="readiness")
        assert fact.value["ready"] is True

    def test_one_no_takes_readiness_back(self) -> None:
        card, person = ready_card(), UserFactory()
        actions.conclude(self.answered(card, person), by=person)
        actions.conclude(self.answered(card, person, adopters="no"), by=person)
        (fact,) = card.facts.filter(kind="readiness")
        assert fact.value["ready"] is False
        assert Diagnosis.objects.concluded().count() == 2

    def test_a_double_click_concludes_once(self) -> None:
        card, person = ready_card(), UserFactory()
        draft = self.answered(card, person)
        first = actions.conclude(draft, by=person)
        assert actions.conclude(draft, by=person).concluded_at == first.concluded_at

    def test_a_concluded_one_takes_no_more_answers(self) -> None:
        card, person = ready_card(), UserFactory()
        draft = self.answered(card, person)
        actions.conclude(draft, by=person)
        with pytest.raises(DomainError, match="déjà conclu"):
            actions.answer(draft, "consent", yes=True, proposal=Proposal(True))

    def test_who_leaves_takes_their_words_along(self) -> None:
        card, person = ready_card(), UserFactory()
        draft = actions.start(card, by=person)
        for key in KEYS:
            actions.answer(draft, key, yes=True, proposal=Proposal(None), reason="Paul Martin dit")
        actions.conclude(draft, by=person)
        actions.start(card, by=person)
        account_deleted.send(sender=type(person), user=person, keep_name=False)
        kept = Diagnosis.objects.get()
        assert kept.author is None
        assert "Paul" not in str(list(kept.answers.values_list("reason", flat=True)))


class TestWhoReads:
    def test_rules_and_lists_agree(self) -> None:
        owner, author = UserFactory(), UserFactory()
        card = InitiativeFactory(published=True, author=owner)
        made = [
            DiagnosisFactory(initiative=card, author=author),
            DiagnosisFactory(initiative=card, author=author, ready=True),
            DiagnosisFactory(initiative=card, ready=False),
            DiagnosisFactory(initiative=InitiativeFactory(author=owner), ready=True),
        ]
        readers = [VISITOR, owner, author, UserFactory(), UserFactory(manager=True)]
        for reader in readers:
            visible = set(Diagnosis.objects.visible_to(reader))
            assert visible == {d for d in made if rules.can_view_diagnosis(reader, d)}
        # A later one, not ready, took back what the second said.
        assert set(Diagnosis.objects.visible_to(VISITOR)) == set()
        assert made[1] in Diagnosis.objects.visible_to(owner)
        again = DiagnosisFactory(initiative=card, ready=True)
        elsewhere = DiagnosisFactory(ready=True)
        assert set(Diagnosis.objects.visible_to(VISITOR)) == {again, elsewhere}
        assert rules.can_view_diagnosis(VISITOR, again)
        assert not rules.can_view_diagnosis(VISITOR, made[1])


class TestPages:
    def test_from_the_first_question_to_the_result(self, client: Client) -> None:
        person = UserFactory()
        card = ready_card(author=person)
        client.force_login(person)
        response = client.post(f"{base(card)}/commencer")
        for key in KEYS[:-1]:
            assert response["Location"] == f"{base(card)}/question/{key}"
            assert "Réponse proposée" in page(client, response["Location"])
            response = client.post(response["Location"], {"answer": "yes"})
        # Left, and resumed where it was.
        assert "5 réponse(s) sur 6" in page(client, base(card))
        assert client.post(f"{base(card)}/commencer")["Location"].endswith("/question/adopters")
        refused = client.post(f"{base(card)}/question/adopters", {"answer": "no"})
        assert "Dites pourquoi" in refused.content.decode()
        SchemeFactory(title="Fonds des repreneurs", points=["adopters"])
        client.post(
            f"{base(card)}/question/adopters", {"answer": "no", "reason": "Ils se sont retirés."}
        )
        result = client.post(f"{base(card)}/conclusion")
        text = page(client, result["Location"])
        assert "concentrer sur la consolidation" in text
        assert "Fonds des repreneurs" in text and "#contact" in text
        assert "Ils se sont retirés." in text and french("Les faits proposaient « oui ».") in text

    def test_progress_is_visible(self, client: Client) -> None:
        person = UserFactory()
        card = InitiativeFactory(published=True, author=person)
        DiagnosisFactory(initiative=card, ready=False)
        second = DiagnosisFactory(initiative=card, ready=True)
        client.force_login(person)
        text = page(client, second.get_absolute_url())
        assert re.search(r"acquis\s+Les repreneurs", text)
        assert "acquis depuis le diagnostic d’avant" in text

    def test_who_is_ready_is_led_to_the_strategy(self, client: Client) -> None:
        person = UserFactory()
        ready = DiagnosisFactory(
            initiative=InitiativeFactory(published=True, author=person), ready=True
        )
        assert "Écrire la stratégie" not in page(client, ready.get_absolute_url())
        client.force_login(person)
        text = page(client, ready.get_absolute_url())
        assert f'href="/initiatives/{ready.initiative.slug}/strategie">Écrire la stratégie' in text

    def test_visitors_read_what_is_ready_and_no_reason(self, client: Client) -> None:
        ready = DiagnosisFactory(ready=True)
        ready.answers.update(reason="Mots de l’équipe")
        assert "Mots de l’équipe" not in page(client, ready.get_absolute_url())
        lacking = DiagnosisFactory(initiative=ready.initiative, ready=False)
        for taken_back in (lacking, ready):
            assert client.get(taken_back.get_absolute_url()).status_code == 404

    def test_the_card_shows_it(self, client: Client) -> None:
        person = UserFactory()
        card = ready_card(author=person)
        assert 'id="diagnostic"' not in page(client, card.get_absolute_url())
        client.force_login(person)
        assert "Faire le diagnostic" in page(client, card.get_absolute_url())

    def test_the_same_queries_however_many_needs_and_schemes(
        self, client: Client, django_assert_max_num_queries: Any
    ) -> None:
        person = UserFactory()
        card = ready_card(author=person)
        lacking = DiagnosisFactory(
            initiative=card, author=person, ready=False, answers={"economics", "adopters"}
        )
        client.force_login(person)
        client.post(f"{base(card)}/commencer")
        for _n in range(3):
            for _m in range(10):
                SchemeFactory(points=["economics", "adopters"])
                NeedFactory(public=True, theme=card.themes.first())
            with django_assert_max_num_queries(45):
                page(client, f"{base(card)}/question/impact")
            with django_assert_max_num_queries(45):
                page(client, lacking.get_absolute_url())


class TestSimulator:
    URL = "/diagnostic"

    def test_asks_in_order_and_keeps_nothing(self, client: Client) -> None:
        assert "Sans compte" in page(client, self.URL)
        given: dict[str, str] = {"track": "social"}
        for question in QUESTIONS:
            response = client.get(self.URL, given)
            assert response.context["question"].key == question.key
            given[question.key] = "yes"
        response = client.get(self.URL, given)
        assert "fin prêt" in response.content.decode()
        assert not client.session.keys() and not Diagnosis.objects.exists()

    def test_what_one_does_not_know_is_to_be_checked(self, client: Client) -> None:
        SchemeFactory(title="Conseil en modèle", points=["economics"])
        SchemeFactory(title="Pour les agents", points=["economics"], track="public")
        given = dict.fromkeys(KEYS, "yes") | {"track": "social", "economics": "unknown"}
        text = page(client, self.URL, given)
        assert "1 point à consolider" in text and "À vérifier" in text
        assert "Conseil en modèle" in text and "Pour les agents" not in text

    def test_the_public_track_is_asked_otherwise(self, client: Client) -> None:
        given = {"track": "public", "consent": "yes"}
        assert "connus et supportables" in page(client, self.URL, given).replace("\n", " ")
        assert "modèle économique viable" in page(client, self.URL, given | {"track": "social"})

    def test_one_may_go_back(self, client: Client) -> None:
        given = {"track": "social", "consent": "no", "economics": "yes", "back": "consent"}
        response = client.get(self.URL, given)
        assert response.context["question"].key == "consent"
        assert ("economics", "yes") in response.context["carried"]

    def test_no_answer_is_asked_again(self, client: Client) -> None:
        text = page(client, self.URL, {"track": "social", "sent": "consent"})
        assert "Choisissez une réponse." in text

    def test_nonsense_in_the_address(self, client: Client) -> None:
        for query in ({"track": "x"}, {"track": "social", "consent": "<b>", "back": "zzz"}):
            page(client, self.URL, query)
