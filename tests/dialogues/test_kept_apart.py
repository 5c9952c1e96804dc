"""What neither party, nor anybody else, may learn or do by way of a dialogue."""

from __future__ import annotations

import uuid
from typing import Any

import pytest
from allauth.account.models import EmailAddress

from essaim.common.errors import DomainError
from essaim.dialogues import rules
from essaim.dialogues.actions import campaigns, keeping, proposals, territories, training
from essaim.dialogues.document import contract_text
from essaim.dialogues.models import Dialogue, Finding, Manager
from essaim.dialogues.practices import similar_sites
from essaim.following.models import Notification
from essaim.initiatives.models import Component, Initiative, Publication
from essaim.replications.models import Replication, State
from tests.dates import today
from tests.dialogues.factories import adopted, card, representative, talk
from tests.people.factories import OrganisationFactory, UserFactory
from tests.replications.factories import declared, live, world
from tests.territories.factories import TerritoryFactory

pytestmark = pytest.mark.django_db


def proven(user: Any, email: str) -> Any:
    return EmailAddress.objects.create(user=user, email=email, verified=True)


class TestADraftStaysADraft:
    def test_when_the_campaign_closes_before_it_was_sent(self, client: Any) -> None:
        there = talk()
        campaigns.close(there.campaign)
        client.force_login(there.person)
        assert client.get(there.dialogue.get_absolute_url()).status_code == 404
        client.force_login(there.head)
        assert client.get(there.dialogue.get_absolute_url()).status_code == 200

    def test_the_next_year_too(self, client: Any) -> None:
        there = talk(title="Première année")
        fields = {
            "title": "Deuxième année", "year": today().year + 1,
            "opens_on": today(365), "answers_by": today(400), "ends_on": today(600),
        }  # fmt: skip
        copied = campaigns.copy(there.campaign, by=there.head, submission=uuid.uuid4(), **fields)
        new = copied.dialogues.get()
        client.force_login(there.head)
        page = client.get(new.get_absolute_url()).text
        assert new.previous == there.dialogue and there.card.title not in page


class TestAnAddress:
    def test_tells_nothing_of_who_has_an_account(self, client: Any) -> None:
        there = talk()
        proven(UserFactory(name="Claire Dupont"), "claire@exemple.fr")
        client.force_login(there.head)
        address = f"{there.dialogue.get_absolute_url()}/responsables"
        for email in ("Claire@exemple.fr", "personne@exemple.fr"):
            client.post(address, {"email": email})
        for page in (client.get(address).text, client.get(there.dialogue.get_absolute_url()).text):
            assert "claire@exemple.fr" in page and "personne@exemple.fr" in page
            assert "Claire Dupont" not in page

    def test_is_who_proves_it(self, client: Any) -> None:
        there = talk(sent=True)
        owner, other = UserFactory(), UserFactory()
        proven(owner, "Claire@Exemple.fr")
        EmailAddress.objects.create(user=other, email="paul@exemple.fr", verified=False)
        for email in ("claire@exemple.fr", "claire@exemple.fr", "paul@exemple.fr"):
            territories.add_person(there.dialogue, email)
        assert Manager.objects.exclude(email="").count() == 2
        assert rules.decides(owner, Dialogue.objects.get())
        assert not rules.can_view(other, Dialogue.objects.get())
        told = Notification.objects.filter(announcement__verb="dialogue_sent")
        assert told.filter(user=owner).exists() and not told.filter(user=other).exists()
        client.force_login(there.person)
        assert "paul@exemple.fr" not in client.get(there.dialogue.get_absolute_url()).text

    def test_goes_with_its_owner_or_with_time(self) -> None:
        there = talk(sent=True)
        owner = UserFactory()
        proven(owner, "claire@exemple.fr")
        for email in ("claire@exemple.fr", "paul@exemple.fr"):
            territories.add_person(there.dialogue, email)
        keeping.forget_person(owner)
        assert Manager.objects.exclude(email="").get().email == "paul@exemple.fr"
        proposals.end(there.dialogue)
        old = today(-4000)
        Dialogue.objects.update(closed_on=old, meeting_link="https://visio.exemple.fr/claire")
        assert keeping.forget_texts(1827) == 1
        assert not Manager.objects.exclude(email="").exists()
        assert Dialogue.objects.get().meeting_link == ""
        assert keeping.forget_texts(1827) == 0


class TestWhatOthersDo:
    def test_an_intention_is_not_told_to_a_centre(self) -> None:
        there, sites = talk(), world()
        declared(sites, territory=there.place)
        assert similar_sites(there.dialogue, [sites.card.pk]).here == set()
        live(sites, territory=there.place, adopter=OrganisationFactory())
        assert similar_sites(there.dialogue, [sites.card.pk]).here == {sites.card.pk}

    def test_a_draft_gives_no_hand_on_a_card_s_trainings(self) -> None:
        there = talk()
        module = training.add_module(
            there.card, by=there.head, submission=uuid.uuid4(), title="Accueil", hours=2,
            audience="agents",
        )  # fmt: skip
        assert not rules.can_schedule(there.head, module)
        proposals.send(there.dialogue, by=there.head)
        assert rules.can_schedule(there.head, module) and rules.can_schedule(there.person, module)

    def test_a_card_that_left_is_not_adopted_nor_copied_out(self) -> None:
        there = talk(sent=True)
        one = adopted(there)
        Component.objects.create(initiative=there.card, kind=Component.Kind.CORE, name="Cœur gardé")
        assert "Cœur gardé" in contract_text(there.dialogue)
        Initiative.objects.filter(pk=there.card.pk).update(publication=Publication.ARCHIVED)
        assert "Cœur gardé" not in contract_text(there.dialogue)
        with pytest.raises(DomainError, match="pas publiée"):
            proposals.choose(one, "adapted", by=there.person, words="Autrement")
        assert proposals.choose(one, "declined", by=there.person, words="Non").state == "declined"


class TestThinkingOver:
    def test_what_was_found_there_goes_on_and_is_joined_again(self) -> None:
        there = talk(sent=True)
        found = adopted(there, adopter=there.body).replication
        assert found is not None
        # As if it had been declared before the dialogue.
        there.proposal.refresh_from_db()
        type(there.proposal).objects.update(began_replication=False)
        one = proposals.choose(there.proposal, "declined", by=there.person, words="Pas cette année")
        assert one.replication is None
        assert Replication.objects.get().state == State.INTERESTED
        one = adopted(there, adopter=there.body)
        assert (one.replication, one.adopter) == (found, there.body)

    def test_words_are_of_who_wrote_them_last(self) -> None:
        there = talk(sent=True)
        proposals.choose(there.proposal, "adapted", by=there.person, words="Mes mots")
        colleague = representative(there.body)
        one = proposals.choose(there.proposal, "adapted", by=colleague, words="Les miens")
        assert one.answered_by == colleague

    def test_a_rule_that_changes_is_read_again_for_those_who_had_read_it(self) -> None:
        there = talk(sent=True)
        assert Finding.objects.get().status == "difficulty"
        fields = {"series": there.indicator.series, "worse": "high", "rule": "threshold"}
        campaigns.change_indicator(
            there.indicator, themes=list(there.indicator.themes.all()), limit=60.0, count=None,
            **fields,
        )  # fmt: skip
        assert Finding.objects.get().status == "fine"

    def test_a_practice_that_comes_with_a_merger_is_chosen(self) -> None:
        there = talk(sent=True)
        campaign, near = there.campaign, TerritoryFactory()
        territories.add_territories(campaign, [near])
        other = campaign.dialogues.get(territory=near)
        territories.add_organisation(other, there.body)
        second = card(there.indicator.themes.get())
        one = proposals.propose(other, second, by=there.head, submission=uuid.uuid4())
        other = proposals.send(other, by=there.head)
        proposals.choose(one, "declined", by=there.person, words="Non")
        other = proposals.conclude(other, by=there.person)
        place = there.place
        place.gone_on, place.successor = today(-1), near
        place.save()
        goes_on = territories.follow_successor(Dialogue.objects.get(pk=there.dialogue.pk))
        assert (goes_on.pk, goes_on.state) == (other.pk, "sent")


def test_the_list_of_an_administrator_tells_no_title(client: Any) -> None:
    """What they open is noted; a list, which is not, says the centre and the year alone."""
    there = talk(title="Affaire de la vallée")
    client.force_login(UserFactory(administrator=True))
    page = client.get("/dialogue").text
    assert there.campaign.get_absolute_url() in page and "Affaire de la vallée" not in page
    assert not there.campaign.accesses.exists()
    assert "Affaire de la vallée" in client.get(there.campaign.get_absolute_url()).text
    assert there.campaign.accesses.count() == 1
