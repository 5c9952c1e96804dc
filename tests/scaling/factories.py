"""Diagnoses, valid by default; and a card whose facts say yes to the six questions."""

from __future__ import annotations

from typing import Any

import factory
from django.utils import timezone

from essaim.initiatives.actions.facts import record_fact
from essaim.initiatives.models import EconomicLine, Fact, Initiative, Partner
from essaim.scaling.models import Answer, Diagnosis, Strategy
from essaim.scaling.questions import KEYS
from tests.initiatives.factories import InitiativeFactory
from tests.needs.factories import NeedFactory
from tests.people.factories import UserFactory
from tests.territories.factories import TerritoryFactory
from tests.themes.factories import ThemeFactory


class DiagnosisFactory(factory.django.DjangoModelFactory):
    """A draft; ``ready=True`` or ``ready=False`` gives a concluded one, with its answers."""

    class Meta:
        model = Diagnosis
        skip_postgeneration_save = True

    initiative = factory.SubFactory(InitiativeFactory, published=True)
    author = factory.SubFactory(UserFactory)
    track = "social"
    concluded_at = factory.LazyAttribute(
        lambda diagnosis: None if diagnosis.ready is None else timezone.now()
    )
    ready = None

    @factory.post_generation
    def answers(self: Any, create: bool, extracted: Any, **kwargs: Any) -> None:
        if self.ready is None:
            return
        for key in KEYS:
            yes = self.ready or key not in (extracted or {"adopters"})
            Answer.objects.create(diagnosis=self, question=key, answer=yes, proposed=yes)


class StrategyFactory(factory.django.DjangoModelFactory):
    """Written, not chosen; ``chosen=True``: the card's."""

    class Meta:
        model = Strategy

    initiative = factory.SubFactory(InitiativeFactory, published=True)
    author = factory.SubFactory(UserFactory)
    objectives = ["territories"]
    model = "up"
    subtype = "franchised"
    purity = 4
    control = 4
    mode = "franchise"
    reasons = "Une qualité régulière sur chaque site."

    class Params:
        chosen = factory.Trait(chosen_at=factory.LazyFunction(timezone.now))


def ready_card(**fields: Any) -> Initiative:
    """Its facts propose six yes."""
    theme = ThemeFactory()
    card = InitiativeFactory(
        **({"published": True, "consent_to_scale": True, "track": "social"} | fields)
    )
    card.themes.set([theme])
    card.territories.set([TerritoryFactory()])
    for line in ("setup_staff", "investment", "running_staff", "running_costs"):
        EconomicLine.objects.create(
            initiative=card, line=line, central=1000, unit="€", payer="commune"
        )
    Partner.objects.create(initiative=card, name="Une mission locale")
    NeedFactory(public=True, theme=theme, territory=TerritoryFactory())
    record_fact(
        card, Fact.Kind.EVALUATION_CONCLUDED, "essai:1", {"kind": "self", "level": 2}, "2026"
    )
    record_fact(card, Fact.Kind.INTEREST, "essai:2", {"open": 2}, "2026")
    return Initiative.objects.for_detail().get(pk=card.pk)
