"""Who is told of a workshop: the two people it names."""

from __future__ import annotations

from collections.abc import Collection
from typing import Any

from django.urls import reverse
from django.utils.translation import gettext_lazy as _

from essaim.common.keys import numbers_in
from essaim.following.actions import tell
from essaim.following.subjects import Shown, Subject
from essaim.following.subjects import register as register_subject
from essaim.following.verbs import Verb
from essaim.following.verbs import register as register_verb
from essaim.initiatives.models import Initiative
from essaim.modelling.models import Workshop, WorkshopState

KIND, OPENED, ADOPTED = "workshop", "workshop_opened", "workshop_adopted"


def workshop_opened(workshop: Workshop, *, by: Any) -> None:
    """It waits for both: each sorts for themselves."""
    for person in (workshop.facilitator, workshop.participant):
        tell(person, OPENED, KIND, str(workshop.pk), waits=True, by=by, once="once")


def workshop_adopted(workshop: Workshop, *, by: Any) -> None:
    for person in (workshop.facilitator, workshop.participant):
        tell(person, ADOPTED, KIND, str(workshop.pk), by=by, once="once")


def _load(keys: Collection[str], user: Any) -> dict[str, Shown]:
    read = Initiative.objects.visible_to(user).values("pk")
    rows = Workshop.objects.filter(pk__in=numbers_in(keys), initiative__in=read).select_related(
        "initiative"
    )
    return {
        str(row.pk): Shown(
            row.initiative.title, reverse("modelling:workshop", args=[row.initiative.slug])
        )
        for row in rows
    }


def _still_open(keys: Collection[str], user: Any) -> set[str]:
    """Open, and this person has sorted nothing yet."""
    rows = Workshop.objects.filter(pk__in=numbers_in(keys), state=WorkshopState.OPEN).exclude(
        sortings__user=user
    )
    return {str(pk) for pk in rows.values_list("pk", flat=True)}


def register() -> None:
    register_subject(Subject(KIND, _("atelier de modélisation"), _load))
    register_verb(
        Verb(
            OPENED,
            _("Un atelier sur le cœur et la marge de « %(title)s » attend votre tri"),
            still=_still_open,
            done=_("Un atelier sur le cœur et la marge de « %(title)s » a eu lieu"),
        )
    )
    register_verb(Verb(ADOPTED, _("Le tri du cœur et de la marge de « %(title)s » est adopté")))
