"""What sponsors told that may serve again, where it may: of this place, or of this theme."""

from __future__ import annotations

from typing import Any

from django.db.models import Case, IntegerField, Q, QuerySet, When

from essaim.territories.models import Territory

from .models import Advice


def lessons_about(reader: Any, territory: Territory | None, theme: Any) -> QuerySet[Advice]:
    """For members alone, as their page is: what was told on the theme, of a place that touches
    this one first; without a theme, what was told of the place. Nothing where neither is told."""
    found = Advice.objects.exclude(shared="").select_related("request__territory", "request__theme")
    if not reader.is_authenticated or (territory is None and theme is None):
        return found.none()
    here = Q(pk__in=[])
    if territory is not None:
        here = Q(request__territory__in=Territory.objects.keys_touching(territory))
    same = Q(request__theme=theme) if theme is not None else Q(pk__in=[])
    # Of another place, a lesson on the theme serves; where the theme is told, one on another does
    # not, even of this place.
    wanted = here if theme is None else same
    first = Case(When(here, then=0), default=1, output_field=IntegerField())
    return found.filter(wanted).annotate(far=first).order_by("far", "-updated_at", "-pk")
