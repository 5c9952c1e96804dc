"""The life of a workshop: open, sort, adopt onto the card, or close."""

from __future__ import annotations

from typing import Any

import pghistory
from django.db import IntegrityError, transaction
from django.utils import timezone
from django.utils.translation import gettext as _
from django_fsm import can_proceed

from essaim.common.errors import DomainError
from essaim.initiatives.actions.cards import lock_card, save_section
from essaim.initiatives.models import Component, Initiative, Publication
from essaim.modelling import notifications
from essaim.modelling.models import Sorting, Workshop, WorkshopState
from essaim.modelling.team import may_facilitate, of_the_holder


def open_workshop(card: Initiative, *, facilitator: Any, participant: Any, by: Any) -> Workshop:
    """Name who leads and who takes part for the holder: two people. Side effect: both are told.

    Raises DomainError when one is open already, or when they may not.
    """
    if facilitator.pk == participant.pk:
        raise DomainError(
            _("La personne qui anime n’est pas celle qui parle pour le porteur."),
            field="facilitator",
        )
    try:
        with transaction.atomic(), pghistory.context(user=by.pk, action="open_workshop"):
            card = lock_card(card)
            if card.publication == Publication.ARCHIVED:
                raise DomainError(_("Cette fiche est archivée : elle ne se modifie plus."))
            if not may_facilitate(card, by).filter(pk=facilitator.pk).exists():
                raise DomainError(
                    _("Cette personne n’écrit pas la fiche : invitez-la d’abord à la coéditer."),
                    field="facilitator",
                )
            if not of_the_holder(card).filter(pk=participant.pk).exists():
                raise DomainError(_("Cette personne n’est pas du porteur."), field="participant")
            if not card.components.exists():
                raise DomainError(
                    _("La fiche n’a pas encore de composantes : découpez d’abord le dispositif.")
                )
            workshop = Workshop.objects.create(
                initiative=card, facilitator=facilitator, participant=participant
            )
            notifications.workshop_opened(workshop, by=by)
            return workshop
    except IntegrityError:
        raise DomainError(_("Un atelier est déjà ouvert sur cette fiche.")) from None


@transaction.atomic
def sort_component(
    workshop: Workshop,
    component: Component,
    kind: str,
    *,
    by: Any,
    without: str | None = None,
    why: str | None = None,
    red_line: str | None = None,
) -> Sorting:
    """Where this person puts it. Each has their own: nobody overwrites another.

    ``without``, ``why`` and ``red_line`` come from the interview; None leaves what was said.
    """
    workshop = _open(workshop)
    if component.initiative_id != workshop.initiative_id:
        raise DomainError(_("Cette composante n’est pas de cette fiche."))
    said = {"without": without, "why": why, "red_line": red_line}
    values = {name: " ".join(value.split()) for name, value in said.items() if value is not None}
    sorting, _created = Sorting.objects.update_or_create(
        workshop=workshop, user=by, component=component,
        defaults={"kind": kind, "at": timezone.now(), **values},
    )  # fmt: skip
    return sorting


@transaction.atomic
def adopt(
    workshop: Workshop,
    rows: list[dict[str, Any]],
    *,
    by: Any,
    version: int,
    seen: str,
) -> Initiative:
    """Write the result onto the card (its section of components), and end the workshop.

    ``rows``, ``version`` and ``seen`` as ``save_section`` takes them; raises EditConflict when
    the components changed meanwhile.
    """
    workshop = _open(workshop)
    card = save_section(
        workshop.initiative,
        "composantes",
        {"components": rows},
        by=by,
        version=version,
        seen=seen,
        origin={"origin": "workshop", "workshop": workshop.pk},
        reason=_("Cœur et marge triés en atelier"),
    )
    workshop.adopt(by)
    with pghistory.context(user=by.pk, action="adopt_workshop"):
        workshop.save()
    notifications.workshop_adopted(workshop, by=by)
    return card


@transaction.atomic
def close(workshop: Workshop, *, by: Any) -> Workshop:
    """End it without adopting. What each person sorted stays."""
    workshop = _open(workshop)
    workshop.close(by)
    with pghistory.context(user=by.pk, action="close_workshop"):
        workshop.save()
    return workshop


def _open(workshop: Workshop) -> Workshop:
    """Locked, so that nobody sorts in a workshop that ends."""
    locked = Workshop.objects.select_for_update(of=("self",)).select_related("initiative")
    workshop = locked.get(pk=workshop.pk)
    if workshop.state != WorkshopState.OPEN or not can_proceed(workshop.adopt):
        raise DomainError(_("Cet atelier est terminé."))
    return workshop
