"""What sites told they cost goes back to the card's grid, if its team says so."""

from __future__ import annotations

from decimal import Decimal

import pytest
from django.urls import reverse

from essaim.common.errors import DomainError
from essaim.contributions.actions.proposals import accept_proposal
from essaim.contributions.models import Proposal
from essaim.replications.actions.refining import propose_costs
from tests.dossiers.helpers import signed_in
from tests.initiatives.factories import EconomicLineFactory
from tests.replications.factories import another, live, stranger, world
from tests.replications.test_news import told

pytestmark = pytest.mark.django_db


def test_the_least_the_middle_and_the_most_with_their_number_of_sites() -> None:
    there = world()
    there.site = live(there)
    kept = EconomicLineFactory(initiative=there.card, line="running_staff")
    EconomicLineFactory(initiative=there.card, label="Outils", payer="Région")
    EconomicLineFactory(initiative=there.card, label="Four")
    with pytest.raises(DomainError, match="Aucun site"):
        propose_costs(there.card, by=there.adopts)
    for cents in (1200, 1500, 2000):
        other = another(there)
        other.site = live(other)
        told(other, costs={"investment": Decimal(cents)})
    address = reverse("replications:propose_costs", args=[there.card.slug])
    assert signed_in(stranger()).post(address).status_code == 403
    client = signed_in(there.adopts)
    network = reverse("replications:network", args=[there.card.slug])
    assert address in client.get(network).content.decode()
    for _ in range(2):
        assert client.post(address).status_code == 302
    proposal = Proposal.objects.get()
    accept_proposal(proposal, by=there.holds)
    lines = {row.line: row for row in there.card.economics.all()}
    assert lines["running_staff"] == kept and len(lines) == 2
    real = lines["investment"]
    assert (real.low, real.central, real.high) == (1200, 1500, 2000)
    assert real.label == "Outils + Four" and real.payer == "Région"
    assert "3 sites" in real.source and (real.unit, real.period) == ("€", "once")
    assert there.card.economics.filter(line="investment").count() == 1
    page = client.get(there.card.get_absolute_url()).content.decode()
    assert "Coûts réels de 3 sites" in page
