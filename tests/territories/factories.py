"""Territories, valid by default and contained in themselves."""

from __future__ import annotations

from typing import Any

import factory

from essaim.common.text import fold
from essaim.territories.labels import search_text
from essaim.territories.models import (
    Containment,
    Indicator,
    IndicatorImport,
    Territory,
    Zoning,
    ZoningDraft,
)


class TerritoryFactory(factory.django.DjangoModelFactory):
    """A commune unless told otherwise; ``inside=[…]`` names what contains it directly."""

    class Meta:
        model = Territory
        skip_postgeneration_save = True

    kind = "commune"
    code = factory.Sequence(lambda n: f"{90000 + n}")
    name = factory.Sequence(lambda n: f"Villeneuve-{n}")
    label = factory.LazyAttribute(
        lambda o: f"{o.name} ({o.code[:2]})" if o.kind == "commune" else o.name
    )
    sort_name = factory.LazyAttribute(lambda o: fold(o.name))
    search_text = factory.LazyAttribute(lambda o: search_text(o.name, (), (o.code,)))

    @factory.post_generation
    def inside(self: Territory, create: bool, extracted: Any, **kwargs: Any) -> None:
        if not create:
            return
        above = {self.pk}
        for container in extracted or []:
            above |= set(
                Containment.objects.filter(descendant=container).values_list("ancestor", flat=True)
            )
        Containment.objects.bulk_create(
            Containment(ancestor_id=pk, descendant_id=self.pk) for pk in above
        )


class ZoningFactory(factory.django.DjangoModelFactory):
    class Meta:
        model = Zoning

    slug = factory.Sequence(lambda n: f"zonage-{n}")
    name = factory.Sequence(lambda n: f"Zonage {n}")


class ZoningDraftFactory(factory.django.DjangoModelFactory):
    class Meta:
        model = ZoningDraft

    slug = "parc"
    name = "Parcs naturels"
    content = "code,name,communes\nV,Vercors,38185\n"


class IndicatorFactory(factory.django.DjangoModelFactory):
    class Meta:
        model = Indicator

    code = factory.Sequence(lambda n: f"IND{n}")
    name = factory.Sequence(lambda n: f"Indicateur {n}")


class IndicatorImportFactory(factory.django.DjangoModelFactory):
    """A file whose columns are not told yet."""

    class Meta:
        model = IndicatorImport

    file = factory.django.FileField(data=b"CODGEO,MED15\n200000172,1\n", filename="f.csv")
    original_name = "filosofi.csv"
