"""Cards and their parts, valid by default.

``InitiativeFactory()`` is a draft with a title and a sentence. Traits: ``submitted``,
``published`` (both at once derive the columns that lists read) and ``rich`` (every section
of § 5 filled in). ``InitiativeFactory(published=True, rich=True)`` is a whole public card.
"""

from __future__ import annotations

from decimal import Decimal
from typing import Any

import factory
from django.utils import timezone

from essaim.initiatives import derived
from essaim.initiatives.actions.facts import facts_from_evidence
from essaim.initiatives.models import (
    Component,
    EconomicLine,
    Evidence,
    Fact,
    Initiative,
    Material,
    Partner,
    Publication,
    Refusal,
    Status,
    Track,
)
from tests.people.factories import OrganisationFactory, UserFactory
from tests.territories.factories import TerritoryFactory
from tests.themes.factories import AudienceFactory, ThemeFactory


class InitiativeFactory(factory.django.DjangoModelFactory):
    class Meta:
        model = Initiative
        skip_postgeneration_save = True

    external_id = factory.Sequence(lambda n: f"fiche-{n}")
    slug = factory.Sequence(lambda n: f"initiative-{n}")
    title = factory.Sequence(lambda n: f"Initiative {n}")
    summary = "Des habitants réparent ensemble ce qui allait être jeté."

    class Params:
        submitted = factory.Trait(
            publication=Publication.SUBMITTED, submitted_at=factory.LazyFunction(timezone.now)
        )
        returned = factory.Trait(
            publication=Publication.RETURNED, return_reason="Précisez les coûts."
        )
        published = factory.Trait(
            publication=Publication.PUBLISHED, published_at=factory.LazyFunction(timezone.now)
        )
        archived = factory.Trait(publication=Publication.ARCHIVED)
        refused = factory.Trait(publication=Publication.REFUSED)
        appealed = factory.Trait(publication=Publication.APPEALED)
        rich = factory.Trait(
            author=factory.SubFactory(UserFactory),
            holder=factory.SubFactory(OrganisationFactory),
            track=Track.SOCIAL,
            status=Status.PROVEN,
            tags=["réemploi", "lien social"],
            need="Des objets encore utiles sont jetés, des habitants restent isolés.",
            objectives="Réduire les déchets ; **rompre l’isolement**.",
            description="Un atelier ouvert le samedi.\n\n- accueil\n- réparation",
            steps=["Trouver un local", "Former les bénévoles"],
            prerequisites=["Un local de 40 m²"],
            beneficiaries=["habitants du quartier"],
            target_coverage=Decimal("30.00"),
            started_on="2015-06",
            what_failed="Ouvrir aussi le dimanche : personne n’est venu.",
            consent_to_scale=True,
            contact="Claire Martin, claire.martin@exemple.fr, 01 23 45 67 89",
            url="https://exemple.fr/atelier",
            checked_on=factory.LazyFunction(lambda: timezone.localdate().isoformat()),
            source_name="Banque d’essai",
            source_url="https://exemple.fr/source",
            source_licence="Licence Ouverte 2.0",
        )

    @factory.post_generation
    def themes(self: Initiative, create: bool, extracted: Any, **kwargs: Any) -> None:
        if create and extracted:
            self.themes.set(extracted)

    @factory.post_generation
    def audiences(self: Initiative, create: bool, extracted: Any, **kwargs: Any) -> None:
        if create and extracted:
            self.audiences.set(extracted)

    @factory.post_generation
    def territories(self: Initiative, create: bool, extracted: Any, **kwargs: Any) -> None:
        if create and extracted:
            self.territories.set(extracted)

    @classmethod
    def _create(cls, model_class: Any, *args: Any, **kwargs: Any) -> Initiative:
        card: Initiative = super()._create(model_class, *args, **kwargs)
        # The `rich` trait is known by what it fills in: its lists follow.
        if kwargs.get("what_failed") and kwargs.get("steps"):
            fill_lists(card)
        derived.refresh([card.pk])
        card.refresh_from_db()
        return card


def fill_lists(card: Initiative, rows: int = 1) -> None:
    """``rows`` rows in each list of the card, a theme, an audience and a territory each."""
    for _ in range(rows):
        ComponentFactory(initiative=card)
        ComponentFactory(initiative=card, margin=True)
        PartnerFactory(initiative=card)
        EconomicLineFactory(initiative=card)
        MaterialFactory(initiative=card)
        EvidenceFactory(initiative=card)
        card.themes.add(ThemeFactory())
        card.audiences.add(AudienceFactory())
        card.territories.add(TerritoryFactory())
    facts_from_evidence([card.pk])
    derived.refresh([card.pk])


class ComponentFactory(factory.django.DjangoModelFactory):
    class Meta:
        model = Component

    initiative = factory.SubFactory(InitiativeFactory)
    position = factory.Sequence(lambda n: n % 30_000)
    name = factory.Sequence(lambda n: f"Composante {n}")
    kind = Component.Kind.CORE
    why = "Sans elle, l’atelier devient un simple guichet."

    class Params:
        margin = factory.Trait(
            kind=Component.Kind.MARGIN,
            why="",
            variants="le soir\nle samedi",
            red_lines="jamais payant",
        )


class PartnerFactory(factory.django.DjangoModelFactory):
    class Meta:
        model = Partner

    initiative = factory.SubFactory(InitiativeFactory)
    position = factory.Sequence(lambda n: n % 30_000)
    name = factory.Sequence(lambda n: f"Partenaire {n}")
    nature = "commune"
    contribution = "Prête le local."
    phase = "installation"


class EconomicLineFactory(factory.django.DjangoModelFactory):
    class Meta:
        model = EconomicLine

    initiative = factory.SubFactory(InitiativeFactory)
    position = factory.Sequence(lambda n: n % 30_000)
    line = EconomicLine.Line.INVESTMENT
    label = "Établis et outils"
    low = Decimal("1000")
    central = Decimal("1500")
    high = Decimal("2500")
    unit = "€"
    payer = "commune"
    source = "budget 2015 (fictif)"


class MaterialFactory(factory.django.DjangoModelFactory):
    class Meta:
        model = Material

    initiative = factory.SubFactory(InitiativeFactory)
    position = factory.Sequence(lambda n: n % 30_000)
    title = factory.Sequence(lambda n: f"Guide d’atelier {n}")
    url = "https://exemple.fr/guide.pdf"
    licence = "CC BY 4.0"


class EvidenceFactory(factory.django.DjangoModelFactory):
    class Meta:
        model = Evidence

    initiative = factory.SubFactory(InitiativeFactory)
    position = factory.Sequence(lambda n: n % 30_000)
    kind = Evidence.Kind.INDEPENDENT
    title = factory.Sequence(lambda n: f"Étude d’effet {n}")
    url = "https://exemple.fr/etude.pdf"
    year = 2015
    level = 3


class FactFactory(factory.django.DjangoModelFactory):
    """A stored fact alone: ``actions.record_fact`` is what also derives the phase."""

    class Meta:
        model = Fact

    initiative = factory.SubFactory(InitiativeFactory)
    kind = Fact.Kind.EVALUATION_CONCLUDED
    source = factory.Sequence(lambda n: f"evaluation:{n}")
    value = {"kind": "independent", "level": 3}
    on = "2015"


class RefusalFactory(factory.django.DjangoModelFactory):
    class Meta:
        model = Refusal

    initiative = factory.SubFactory(InitiativeFactory, refused=True)
    by = factory.SubFactory(UserFactory, manager=True)
    reason = "C’est une publicité pour un produit."
