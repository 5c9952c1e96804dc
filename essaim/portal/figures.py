"""The figures that count, for the home page: one query each, whatever the size of the bank."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

from django.utils.translation import gettext_lazy as _

from essaim.initiatives.models import Initiative, Status
from essaim.needs.models import Need


@dataclass(frozen=True)
class Figure:
    value: int
    label: Any


def figures() -> list[Figure]:
    published = Initiative.objects.published()
    sites = Initiative.territories.through.objects.filter(initiative__in=published)
    return [
        Figure(published.count(), _("fiches publiées")),
        Figure(published.filter(status=Status.PROVEN).count(), _("initiatives éprouvées")),
        Figure(
            sites.values("territory").distinct().count(), _("territoires où elles sont à l’œuvre")
        ),
        # What people keep for themselves is counted nowhere.
        Figure(
            Need.objects.exclude(visibility=Need.Visibility.PRIVATE).count(), _("besoins exprimés")
        ),
    ]
