"""The adaptation log against the sheet: fidelity, red lines, and the way back to the card."""

from __future__ import annotations

import uuid
from types import SimpleNamespace
from typing import Any

import pytest
from django.test import Client
from django.urls import reverse
from hypothesis import given
from hypothesis import strategies as st

from essaim.common.errors import DomainError
from essaim.contributions.actions.proposals import accept_proposal
from essaim.contributions.models import Proposal
from essaim.initiatives.models import Component
from essaim.replications.actions import adapting, stop
from essaim.replications.fidelity import compare, fidelities, fidelity_of
from essaim.replications.models import Adaptation, Delivery, Replication
from tests.initiatives.factories import ComponentFactory
from tests.replications.factories import ago, another, live, world


def adapted(site: Replication, **fields: Any) -> Adaptation:
    values: dict[str, Any] = {
        "submission": uuid.uuid4(), "what": "Un guichet itinérant", "on": ago(30),
        "nature": "reactive", "decided_by": "comité", "why": "les gens ne viennent pas", "by": None,
    }  # fmt: skip
    return adapting.record_adaptation(site, **(values | fields))


@pytest.fixture
def there() -> SimpleNamespace:
    found = world()
    found.heart = ComponentFactory(initiative=found.card, name="Guichet", red_lines="payant")
    found.other = ComponentFactory(initiative=found.card, name="Tour de table")
    found.margin = ComponentFactory(initiative=found.card, margin=True, name="Horaires")
    found.site = live(found)
    return found


class TestFidelity:
    @given(
        st.lists(st.tuples(st.integers(1, 10), st.sampled_from([None, 0, 50, 100])), max_size=30)
    )
    def test_is_a_range_that_holds_what_is_known(self, core: list[Any]) -> None:
        found = fidelity_of(core)
        if not core:
            assert found is None
            return
        assert found is not None
        assert 0 <= found.low <= found.high <= 100
        assert found.known == sum(share is not None for _weight, share in core)
        if found.known == found.total:
            assert found.low == found.high

    def test_weighs(self) -> None:
        found = fidelity_of([(3, 100), (1, 0)])
        assert found is not None and found.low == found.high == 75


@pytest.mark.django_db
class TestAgainstTheSheet:
    def test_nothing_is_presumed(self, there: SimpleNamespace) -> None:
        fidelity = compare(there.site).fidelity
        assert fidelity is not None and (fidelity.low, fidelity.high) == (0, 100)

    def test_half_of_a_heavy_component(self, there: SimpleNamespace) -> None:
        adapting.set_weights(there.card, {there.heart.pk: 3, there.other.pk: 1})
        adapting.state_deliveries(there.site, {there.heart.pk: 100, there.other.pk: None})
        adapted(there.site, component=there.other.pk, share=50)
        found = compare(there.site)
        assert found.fidelity is not None and found.fidelity.low == 88  # (300 + 50) / 4
        assert fidelities(there.card, [there.site])[there.site.pk] == found.fidelity
        adapting.state_deliveries(there.site, {there.other.pk: None})
        assert Delivery.objects.count() == 1

    def test_the_margin_does_not_count(self, there: SimpleNamespace) -> None:
        adapting.state_deliveries(there.site, {there.heart.pk: 100, there.other.pk: 100})
        adapted(there.site, component=there.margin.pk, share=0)
        found = compare(there.site)
        assert found.fidelity is not None and found.fidelity.low == 100
        assert [line.name for line in found.lines if line.differs] == ["Horaires"]

    def test_a_red_line_warns_and_blocks_nothing(self, there: SimpleNamespace) -> None:
        crossing = adapted(there.site, component=there.heart.pk, red_line="payant")
        assert [each.pk for each in compare(there.site).crossed] == [crossing.pk]
        adapting.end_adaptation(crossing, on=ago(0))
        assert compare(there.site).crossed == []
        assert Adaptation.objects.get().red_line == "payant", "the log keeps it"

    def test_a_line_that_is_not_of_the_sheet_is_none(self, there: SimpleNamespace) -> None:
        assert adapted(there.site, component=there.heart.pk, red_line="inventée").red_line == ""

    def test_a_component_deleted_since_stays_readable(self, there: SimpleNamespace) -> None:
        before = adapted(there.site, component=there.heart.pk)
        gone = there.heart.pk
        Component.objects.filter(pk=gone).delete()
        after = adapted(there.site, component=gone, component_name="Guichet")
        for each in (Adaptation.objects.get(pk=before.pk), after):
            assert each.is_orphan and each.component_name == "Guichet"
        others = compare(there.site).others
        assert [(line.name, len(line.adaptations)) for line in others] == [("Guichet", 2)]

    def test_one_line_for_one_form(self, there: SimpleNamespace) -> None:
        key = uuid.uuid4()
        assert adapted(there.site, submission=key) == adapted(there.site, submission=key)

    def test_its_effect_is_seen_later_by_who_follows_the_site(self, there: SimpleNamespace) -> None:
        made = adapted(there.site)
        client = Client()
        client.force_login(there.adopts, backend="django.contrib.auth.backends.ModelBackend")
        address = reverse("replications:effect", args=[there.site.pk, made.pk])
        client.post(address, {"effect": "better", "effect_note": " Deux fois plus de visites. "})
        made = Adaptation.objects.get(pk=made.pk)
        assert (made.effect, made.effect_note) == ("better", "Deux fois plus de visites.")
        log = client.get(reverse("replications:log", args=[there.site.pk])).content.decode()
        assert "Deux fois plus de visites" in log
        client.post(address, {"effect": "certain"})
        assert Adaptation.objects.get(pk=made.pk).effect == "better"

    def test_a_component_of_another_card_is_none(self, there: SimpleNamespace) -> None:
        assert adapted(there.site, component=ComponentFactory().pk).component is None

    def test_refusals(self, there: SimpleNamespace) -> None:
        with pytest.raises(DomainError, match="à venir"):
            adapted(there.site, on=ago(-2))
        with pytest.raises(DomainError, match="précède"):
            adapting.end_adaptation(adapted(there.site), on=ago(60))
        with pytest.raises(DomainError, match="1 à 10"):
            adapting.set_weights(there.card, {there.heart.pk: 11})


@pytest.mark.django_db
class TestBackToTheCard:
    def test_an_adaptation_becomes_a_variant_that_the_holder_accepts(
        self, there: SimpleNamespace
    ) -> None:
        adaptation = adapted(there.site, component=there.margin.pk)
        proposal = adapting.propose_variant(adaptation, by=there.adopts)
        assert adapting.propose_variant(adaptation, by=there.adopts) == proposal
        assert proposal.organisation == there.adopter and proposal.kind == "variant"
        accept_proposal(proposal, by=there.holds)
        variants = Component.objects.get(initiative=there.card, name="Horaires").variants
        assert "Un guichet itinérant" in variants and "le soir" in variants

    def test_on_nothing_of_the_sheet_a_margin_is_proposed(self, there: SimpleNamespace) -> None:
        proposal = adapting.propose_variant(adapted(there.site), by=there.adopts)
        added = proposal.content["components"][-1]
        assert added["kind"] == "margin" and added["variants"] == "Un guichet itinérant"

    def test_a_failure_becomes_a_lesson(self, there: SimpleNamespace) -> None:
        with pytest.raises(DomainError, match="s’arrête"):
            adapting.propose_lesson(there.site, by=there.adopts)
        site = stop(there.site, reason="budget", lesson="financer l’animation", by=there.adopts)
        proposal = adapting.propose_lesson(site, by=there.adopts)
        assert adapting.propose_lesson(site, by=there.holds) == proposal
        assert "financer l’animation" in proposal.content["what_failed"]
        assert Proposal.objects.count() == 1

    def test_another_site_keeps_its_own_log(self, there: SimpleNamespace) -> None:
        adapted(there.site, component=there.heart.pk)
        assert not compare(live(another(there))).lines[0].adaptations
