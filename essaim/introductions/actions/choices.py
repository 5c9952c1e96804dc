"""Accepting proposals, or not: an organisation's, a territory's, a person's."""

from __future__ import annotations

from typing import Any

from django.db import transaction
from django.utils.translation import gettext as _

from essaim.common.errors import DomainError
from essaim.contributions.limits import one_at_a_time
from essaim.introductions.models import OrganisationChoice, PersonChoice
from essaim.people.models import Organisation


@transaction.atomic
def choose_for_organisation(
    organisation: Organisation, answer: str, *, by: Any
) -> OrganisationChoice:
    """By who represents it. Proposals already sent still wait for their answer."""
    if answer not in OrganisationChoice.Answer.values:
        raise DomainError(_("Choisissez une réponse."), field="answer")
    organisation = Organisation.objects.select_for_update(of=("self",)).get(pk=organisation.pk)
    if answer == OrganisationChoice.Answer.CLOSED and not may_close(organisation):
        raise DomainError(
            _("Seule la collectivité d’un territoire parle pour tout ce territoire."),
            field="answer",
        )
    choice, _made = OrganisationChoice.objects.update_or_create(
        organisation=organisation, defaults={"answer": answer, "by": by}
    )
    return choice


def may_close(organisation: Organisation) -> bool:
    return (
        organisation.kind in OrganisationChoice.SPEAKS_FOR_TERRITORY
        and organisation.territory_id is not None
    )


@transaction.atomic
def choose_for_person(person: Any, *, wants: bool) -> None:
    one_at_a_time(person)
    if wants:
        PersonChoice.objects.filter(user=person).delete()
    else:
        PersonChoice.objects.get_or_create(user=person)
