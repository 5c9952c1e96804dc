"""What was begun or ended by mistake: a campaign goes away, a dialogue goes on."""

from __future__ import annotations

import uuid
from typing import Any

import pytest

from essaim.common.errors import DomainError
from essaim.dialogues import rules
from essaim.dialogues.actions import campaigns, proposals, territories
from essaim.dialogues.models import Campaign, CampaignIndicator, Dialogue, Proposal
from tests.dates import today
from tests.dialogues.factories import adopted, begun, representative, talk
from tests.people.factories import MembershipFactory
from tests.territories.factories import TerritoryFactory

pytestmark = pytest.mark.django_db


class TestACampaignMadeByMistake:
    def test_its_representative_deletes_it_from_its_page(self, client: Any) -> None:
        there = talk()
        address = f"/dialogue/campagnes/{there.campaign.pk}"
        client.force_login(there.head)
        assert f"{address}/supprimer" in client.get(address).text
        assert "ne se défait pas" in client.get(f"{address}/supprimer").text
        answer = client.post(f"{address}/supprimer")
        assert (answer.status_code, answer.url) == (302, "/dialogue")
        for model in (Campaign, CampaignIndicator, Dialogue, Proposal):
            assert not model.objects.exists()
        assert client.post(f"{address}/supprimer").status_code == 404

    def test_not_once_a_territory_has_read_of_it(self, client: Any) -> None:
        there = talk(sent=True)
        with pytest.raises(DomainError, match="déjà reçu"):
            campaigns.discard(there.campaign, by=there.head)
        # Nor where that dialogue has ended since.
        proposals.end(there.dialogue)
        with pytest.raises(DomainError, match="déjà reçu"):
            campaigns.discard(there.campaign, by=there.head)
        client.force_login(there.head)
        address = f"/dialogue/campagnes/{there.campaign.pk}"
        assert "supprimer" not in client.get(address).text
        assert "déjà reçu" in client.post(f"{address}/supprimer").text
        assert Proposal.objects.exists()

    def test_a_member_named_to_run_it_does_not(self) -> None:
        campaign = begun()
        member = MembershipFactory(organisation=campaign.centre).user
        campaigns.name_runners(campaign, [member])
        assert rules.can_change_campaign(member, campaign)
        assert not rules.can_discard(member, campaign)
        assert rules.can_discard(representative(campaign.centre), campaign)


class TestADialogueEndedByMistake:
    @pytest.mark.parametrize("state", ["preparing", "sent", "agreed"])
    def test_it_goes_on_as_it_was(self, client: Any, state: str) -> None:
        there = talk(sent=state != "preparing")
        if state == "agreed":
            adopted(there)
            proposals.conclude(there.dialogue, by=there.person)
        was = Dialogue.objects.values().get()
        assert was["state"] == state
        proposals.end(there.dialogue)
        client.force_login(there.head)
        address = f"/dialogue/{there.dialogue.pk}"
        assert "Reprendre ce dialogue" in client.get(address).text
        assert client.post(f"{address}/reprendre").status_code == 302
        assert Dialogue.objects.values().get() == was
        assert "Reprendre ce dialogue" not in client.get(address).text
        assert proposals.resume(there.dialogue).state == state  # twice is once

    def test_not_once_its_campaign_is_closed(self, client: Any) -> None:
        there = talk(sent=True)
        proposals.end(there.dialogue)
        campaigns.close(there.campaign)
        with pytest.raises(DomainError, match="plus ouverte"):
            proposals.resume(there.dialogue)
        client.force_login(there.head)
        address = f"/dialogue/{there.dialogue.pk}"
        assert "Reprendre" not in client.get(address).text
        assert client.post(f"{address}/reprendre").status_code == 403

    def test_not_where_it_goes_on_elsewhere(self) -> None:
        there = talk(sent=True)
        territories.add_territories(there.campaign, [TerritoryFactory()])
        other = Dialogue.objects.exclude(pk=there.dialogue.pk).get()
        proposals.end(there.dialogue)
        Dialogue.objects.filter(pk=there.dialogue.pk).update(continued_in=other)
        with pytest.raises(DomainError, match="se poursuit"):
            proposals.resume(there.dialogue)

    def test_the_territory_does_not(self, client: Any) -> None:
        there = talk(sent=True)
        proposals.end(there.dialogue)
        client.force_login(there.person)
        address = f"/dialogue/{there.dialogue.pk}"
        assert "Reprendre ce dialogue" not in client.get(address).text
        assert client.post(f"{address}/reprendre").status_code == 403


class TestACampaignClosedByMistake:
    def test_it_goes_on_with_the_dialogues_that_ended_with_it(self, client: Any) -> None:
        there = talk(sent=True)
        adopted(there)
        territories.add_territories(there.campaign, [TerritoryFactory(), TerritoryFactory()])
        first, second = Dialogue.objects.exclude(pk=there.dialogue.pk).order_by("pk")
        proposals.end(first)
        Dialogue.objects.filter(pk=first.pk).update(closed_on=today(-3))
        client.force_login(there.head)
        address = f"/dialogue/campagnes/{there.campaign.pk}"
        assert "Rouvrir la campagne" not in client.get(address).text
        was = list(Dialogue.objects.order_by("pk").values())
        campaigns.close(there.campaign)
        assert not Dialogue.objects.exclude(state="closed").exists()
        assert "Rouvrir la campagne" in client.get(address).text
        for _click in range(2):
            assert client.post(f"{address}/rouvrir").status_code == 302
        campaign = Campaign.objects.get()
        assert (campaign.state, campaign.closed_on) == ("open", None)
        assert list(Dialogue.objects.order_by("pk").values()) == was
        assert second.state == "preparing" and "Rouvrir" not in client.get(address).text

    def test_not_once_the_next_one_starts_from_it(self, client: Any) -> None:
        there = talk(sent=True)
        campaigns.close(there.campaign)
        campaigns.copy(
            there.campaign, by=there.head, submission=uuid.uuid4(), title="Suivante",
            year=today().year + 1, opens_on=today(300), answers_by=today(330), ends_on=today(600),
            purpose="", least_level=2, needs_ready=False,
        )  # fmt: skip
        with pytest.raises(DomainError, match="suivante part déjà"):
            campaigns.reopen(there.campaign)
        client.force_login(there.head)
        address = f"/dialogue/campagnes/{there.campaign.pk}"
        assert "Rouvrir" not in client.get(address).text
        assert "suivante part déjà" in client.post(f"{address}/rouvrir", follow=True).text
        assert Dialogue.objects.get(campaign=there.campaign).state == "closed"

    def test_a_dialogue_that_went_on_elsewhere_stays_ended(self) -> None:
        there = talk(sent=True)
        territories.add_territories(there.campaign, [TerritoryFactory()])
        other = Dialogue.objects.exclude(pk=there.dialogue.pk).get()
        campaigns.close(there.campaign)
        Dialogue.objects.filter(pk=there.dialogue.pk).update(continued_in=other)
        campaigns.reopen(there.campaign)
        there.dialogue.refresh_from_db()
        other.refresh_from_db()
        assert (there.dialogue.state, other.state) == ("closed", "preparing")

    def test_one_not_opened_yet_is_not_reopened(self) -> None:
        with pytest.raises(DomainError):
            campaigns.reopen(begun())
