"""Entries of the controlled lists. Slugs differ from those that ship with the product."""

from __future__ import annotations

import factory

from essaim.themes.models import Audience, Theme


class ThemeFactory(factory.django.DjangoModelFactory):
    class Meta:
        model = Theme

    slug = factory.Sequence(lambda n: f"essai-theme-{n}")
    name = factory.Sequence(lambda n: f"Thème d’essai {n}")
    name_en = factory.Sequence(lambda n: f"Trial theme {n}")


class AudienceFactory(factory.django.DjangoModelFactory):
    class Meta:
        model = Audience

    slug = factory.Sequence(lambda n: f"essai-public-{n}")
    name = factory.Sequence(lambda n: f"Public d’essai {n}")
    name_en = factory.Sequence(lambda n: f"Trial audience {n}")
