"""The figures that count, for the home page.

Counting every site of 100,000 cards takes a tenth of a second: each process counts at most
once in FIGURES_SECONDS, and the page says so.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any, cast

from django.conf import settings
from django.core.cache import caches
from django.db.models import Count, Q
from django.utils.translation import gettext_lazy as _

from essaim.initiatives.models import Initiative, Status
from essaim.needs.models import Need


@dataclass(frozen=True)
class Figure:
    value: int
    label: Any


LABELS = [
    _("fiches publiées"),
    _("initiatives éprouvées"),
    _("territoires où elles sont à l’œuvre"),
    _("besoins exprimés"),
]


def figures() -> list[Figure]:
    cache = caches["local"]
    values = cast("list[int]", cache.get_or_set("portal.figures", count, settings.FIGURES_SECONDS))
    return [Figure(value, label) for value, label in zip(values, LABELS, strict=True)]


def count() -> list[int]:
    """In the order of the labels; what people keep for themselves is counted nowhere."""
    published = Initiative.objects.published()
    cards = published.aggregate(all=Count("pk"), proven=Count("pk", filter=Q(status=Status.PROVEN)))
    sites = Initiative.territories.through.objects.filter(initiative__in=published)
    return [
        cards["all"],
        cards["proven"],
        sites.values("territory").distinct().count(),
        Need.objects.exclude(visibility=Need.Visibility.PRIVATE).count(),
    ]
