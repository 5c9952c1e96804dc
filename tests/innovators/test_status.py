"""The status card: agreed time, employer's agreement, credit, and what is public."""

from __future__ import annotations

import io
import json
from decimal import Decimal

import pytest
from django.db import IntegrityError, transaction
from django.urls import reverse

from essaim.common.errors import DomainError
from essaim.initiatives.actions.facts import record_fact
from essaim.innovators import rules
from essaim.innovators.actions import status
from essaim.innovators.attestation import attestation_data, attestation_pdf
from essaim.innovators.credits import credits_of
from essaim.innovators.models import StatusCard
from tests.contributions.factories import told
from tests.dates import today
from tests.initiatives.factories import InitiativeFactory
from tests.innovators.factories import StatusCardFactory
from tests.people.factories import MembershipFactory, OrganisationFactory, UserFactory

pytestmark = pytest.mark.django_db


@pytest.fixture
def agent():
    """An agent of an organisation that someone else represents."""
    employer = OrganisationFactory(name="Région de gendarmerie de Bretagne")
    MembershipFactory(organisation=employer, role="representative")
    return MembershipFactory(organisation=employer).user


def terms(user, **changes):
    values = {
        "employer": user.memberships.get().organisation,
        "innovation_days": Decimal("1.5"),
        "advice_days": Decimal(1),
        "starts_on": today(),
        "ends_on": today(365),
    }
    return status.set_terms(user, **(values | changes))


def representative(user):
    employer = user.memberships.get().organisation
    return employer.memberships.get(role="representative").user


class TestTheEmployersAgreement:
    def test_a_representative_agrees_here(self, agent):
        terms(agent)
        boss = representative(agent)
        status.ask_agreement(agent)
        status.ask_agreement(agent)
        assert told(boss) == [("agreement_asked", True)]
        card = StatusCard.objects.get()
        for _twice in range(2):
            status.answer_agreement(card, by=boss, agrees=True, seen=status.terms_of(card))
        card = StatusCard.objects.get()
        assert (card.agreement, card.agreed_by, card.signatory) == ("agreed", boss, boss.name)
        assert card.holds
        assert "Enregistré sur la plateforme" in attestation_data(card)["rows"][4]["value"]

    def test_a_refusal_has_reasons_and_may_be_asked_again(self, agent):
        terms(agent)
        status.ask_agreement(agent)
        card, boss = StatusCard.objects.get(), representative(agent)
        with pytest.raises(DomainError):
            status.answer_agreement(card, by=boss, agrees=False, seen=status.terms_of(card))
        status.answer_agreement(
            card, by=boss, agrees=False, reason="Pas avant l’été.", seen=status.terms_of(card)
        )
        assert StatusCard.objects.get().agreement == "declined"
        status.ask_agreement(agent)
        assert StatusCard.objects.get().agreement == "asked"

    def test_changing_the_terms_undoes_the_agreement(self, agent):
        terms(agent)
        status.ask_agreement(agent)
        card = StatusCard.objects.get()
        status.answer_agreement(
            card, by=representative(agent), agrees=True, seen=status.terms_of(card)
        )
        terms(agent, recognition="Lettre de félicitations")
        assert StatusCard.objects.get().agreement == "agreed"
        terms(agent, innovation_days=Decimal(3))
        card = StatusCard.objects.get()
        assert (card.agreement, card.agreed_on, card.signatory) == ("draft", None, "")

    def test_terms_changed_while_they_were_read_are_not_agreed_to(self, agent):
        terms(agent)
        status.ask_agreement(agent)
        seen = status.terms_of(StatusCard.objects.get())
        terms(agent, advice_days=Decimal(3))
        status.ask_agreement(agent)
        with pytest.raises(DomainError, match="changé"):
            status.answer_agreement(
                StatusCard.objects.get(), by=representative(agent), agrees=True, seen=seen
            )

    def test_it_may_be_declared_on_a_document_and_says_so(self, agent):
        terms(agent)
        with pytest.raises(DomainError):
            status.declare_agreement(
                agent, signatory="Col. Petit", agreed_on=today(), reference=" "
            )
        for _twice in range(2):
            status.declare_agreement(
                agent, signatory="Col. Petit", agreed_on=today(), reference="Note 12/2026"
            )
        card = StatusCard.objects.get()
        text = attestation_data(card)["rows"][4]["value"]
        assert "Déclaré par l’agent" in text and "Note 12/2026" in text

    def test_nobody_agrees_to_their_own_time(self):
        user = MembershipFactory(role="representative").user
        terms(user)
        with pytest.raises(DomainError, match="déclarez"):
            status.ask_agreement(user)
        card = StatusCard.objects.get()
        assert not rules.can_agree_status(user, card)
        with pytest.raises(DomainError):
            status.answer_agreement(card, by=user, agrees=True, seen=status.terms_of(card))

    def test_the_employer_may_take_it_back(self, agent, client):
        terms(agent)
        status.ask_agreement(agent)
        card = StatusCard.objects.get()
        boss = representative(agent)
        status.answer_agreement(card, by=boss, agrees=True, seen=status.terms_of(card))
        client.force_login(boss)
        client.post(reverse("innovators:withdraw_agreement", args=[card.pk]))
        assert StatusCard.objects.get().agreement == "draft"


class TestLimits:
    def test_a_week_has_five_days(self, agent):
        with pytest.raises(DomainError):
            terms(agent, innovation_days=Decimal(3), advice_days=Decimal("2.5"))
        StatusCardFactory()
        with pytest.raises(IntegrityError), transaction.atomic():
            StatusCard.objects.update(innovation_days=5)

    def test_the_database_keeps_agreements_whole(self):
        StatusCardFactory()
        for wrong in ({"agreement": "agreed"}, {"agreement": "yes"}, {"is_public": True}):
            with pytest.raises(IntegrityError), transaction.atomic():
                StatusCard.objects.update(**wrong)

    def test_it_asks_for_terms_first(self, agent):
        with pytest.raises(DomainError):
            status.ask_agreement(agent)

    def test_an_agreement_holds_within_its_period(self):
        card = StatusCardFactory.build(
            user=None, employer=None, agreement="agreed", starts_on=today(), ends_on=today()
        )
        assert card.holds
        card.starts_on = today(1)
        assert not card.holds


class TestCredit:
    def test_cards_and_the_replications_that_stand(self, django_assert_num_queries):
        author = UserFactory()
        first, second = InitiativeFactory.create_batch(2, published=True, author=author)
        InitiativeFactory(author=author)
        InitiativeFactory(published=True)
        for number, state in enumerate(["live", "committed", "stopped"]):
            record_fact(first, "replication", f"replication:{number}", {"status": state}, "2026")
        with django_assert_num_queries(2):
            found = {credit.card.pk: credit.replications for credit in credits_of(author)}
        assert found == {first.pk: 2, second.pk: 0}


class TestThePublicPage:
    def test_nothing_is_public_until_the_person_says_so(self, agent, client):
        terms(agent, recognition="Prix 2026")
        status.set_public(agent, is_public=True, show_time=True)
        card = StatusCard.objects.get()
        page = client.get(card.get_absolute_url()).content.decode()
        assert agent.name in page and "1,5" in page
        assert "Prix 2026" not in page and agent.email not in page
        assert card.employer.name not in page
        status.set_public(agent, is_public=False)
        assert client.get(card.get_absolute_url()).status_code == 404
        client.force_login(agent)
        assert "Vous seul voyez cette page" in client.get(card.get_absolute_url()).content.decode()

    def test_two_people_of_one_name_have_two_addresses(self):
        for _person in range(2):
            status.set_public(UserFactory(name="Zoé Œuvrard"), is_public=True)
        slugs = sorted(StatusCard.objects.values_list("slug", flat=True))
        assert slugs == ["zoe-oeuvrard", "zoe-oeuvrard-2"]

    def test_a_page_bears_a_name(self):
        with pytest.raises(DomainError):
            status.set_public(UserFactory(name=""), is_public=True)

    def test_visible_to_and_can_view_agree(self, agent):
        other = UserFactory()
        cards = [StatusCardFactory(), StatusCardFactory(asked=True), StatusCardFactory(public=True)]
        bosses = [
            MembershipFactory(organisation=card.employer, role="representative").user
            for card in cards
        ]
        for person in [other, UserFactory(manager=True), *bosses, *(c.user for c in cards)]:
            seen = set(StatusCard.objects.visible_to(person).values_list("pk", flat=True))
            assert seen == {card.pk for card in cards if rules.can_view_status(person, card)}


class TestTheAttestation:
    def test_it_is_an_accessible_pdf_of_the_person_alone(self, agent, client):
        terms(agent)
        client.force_login(agent)
        answer = client.get(reverse("innovators:attestation"))
        assert answer["Content-Type"] == "application/pdf"
        assert answer.content.startswith(b"%PDF")
        assert b"pdfuaid" in answer.content  # declares PDF/UA
        client.force_login(UserFactory())
        assert client.get(reverse("innovators:attestation")).status_code == 404

    def test_what_a_person_types_is_never_read_as_markup(self, agent):
        nasty = '#panic("x") *gras* $x$ \\ "]] } <a> // /* @ref `raw`'
        terms(agent, recognition=nasty)
        card = StatusCard.objects.get()
        assert json.dumps(attestation_data(card))
        assert io.BytesIO(attestation_pdf(card)).read(4) == b"%PDF"
