"""A site paid by one funder or by several, each with its option: one adopter, one replication."""

from __future__ import annotations

import datetime as dt
from typing import Any

from django.utils.translation import gettext as _

from essaim.common.errors import DomainError
from essaim.funding.models import LIVING, Option, OptionState, Pool
from essaim.people.models import Organisation
from essaim.replications.actions.declaring import commit_from
from essaim.replications.models import Mode, Origin, Replication
from essaim.territories.models import Territory


def site_to_join(
    pool: Pool, territory: Territory, funder: Organisation, *, cofund: bool
) -> Option | None:
    """The first option of the site that this one pays a share of; None for a new site."""
    here = list(
        Option.objects.filter(pool=pool, territory=territory, state__in=LIVING)
        .select_related("cofunds").order_by("pk")
    )  # fmt: skip
    if any(each.funder_id == funder.pk for each in here):
        raise DomainError(
            _("%(funder)s a déjà une option sur ce territoire : changez-la plutôt.")
            % {"funder": funder.name},
            field="territory",
        )
    if here and not cofund:
        raise DomainError(
            _("%(territory)s a déjà une option dans ce groupement : pour en payer une part, cochez « Cofinancer ce site » ; sinon, choisissez un autre territoire.")
            % {"territory": territory.label},
            field="cofund",
        )  # fmt: skip
    if cofund and not here:
        raise DomainError(
            _("Aucune option n’est encore prise sur ce territoire : il n’y a rien à cofinancer."),
            field="cofund",
        )
    return (here[0].cofunds or here[0]) if here else None


def give_adopter(option: Option, adopter: Organisation | None) -> None:
    """One adopter for a site, whoever pays it: given to all its options. Saves the others, not
    ``option``. The caller holds the pool's lock."""
    site = Option.objects.of_site(option).living().exclude(pk=option.pk)
    others = list(site.select_related("adopter").order_by("pk"))
    known = next((each.adopter for each in others if each.adopter is not None), None)
    adopter = adopter or option.adopter or known
    if adopter is None:
        return
    for each in others:
        if each.state == OptionState.CONFIRMED and each.adopter_id not in {None, adopter.pk}:
            raise DomainError(
                _("Le repreneur de ce site est déjà nommé : %(name)s.")
                % {"name": each.adopter.name if each.adopter else ""},
                field="adopter",
            )
    for each in others:
        if each.adopter_id != adopter.pk:
            each.adopter = adopter
            each.save(update_fields=["adopter"])
    option.adopter = adopter


def replicate(
    option: Option, *, by: Any, charter_on: dt.date | None = None, on: dt.date | None = None
) -> Replication:
    """The site's, as its confirmation said; a second funder of the site finds it made."""
    if option.adopter is None:
        raise DomainError(_("Nommez d’abord le repreneur."))
    charter = charter_on or option.charter_on
    return commit_from(
        option.pool.initiative,
        adopter=option.adopter,
        territory=option.territory,
        origin=Origin.POOL,
        reference=option.reference,
        by=by,
        planned_on=option.planned_on,
        mode=option.mode or Mode.SUPPLE,
        terms={"charter_on": charter} if charter else None,
        on=on,
    )
