"""A site paid by one funder or by several, each with its option: one adopter, one replication."""

from __future__ import annotations

import datetime as dt
from typing import Any

from django.utils import timezone
from django.utils.translation import gettext as _

from essaim.common.errors import DomainError
from essaim.funding.models import Instalment, LedgerLine, Option, OptionState, Pool
from essaim.funding.models.option import OptionQuerySet
from essaim.funding.rules import is_signed_by_another
from essaim.people.models import Organisation
from essaim.replications.actions.declaring import commit_from
from essaim.replications.models import Origin, Replication
from essaim.territories.models import Territory

from .common import has_stopped


def site_to_join(
    pool: Pool, territory: Territory, funder: Organisation, *, cofund: bool
) -> Option | None:
    """The first option of the site that this one pays a share of; None for a new site. Where the
    site stopped and nothing is reserved for it any more, its options leave the territory to a new
    one. The pool is locked."""
    here = list(
        Option.objects.filter(pool=pool, territory=territory).living().standing()
        .select_related("cofunds").order_by("pk")
    )  # fmt: skip
    if here and has_stopped(here[0]):
        _leave(here)
        here = []
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
    if Instalment.objects.filter(
        option__in=here, site_cents__isnull=False, cancelled_on=None
    ).exists():
        raise DomainError(
            _("Les versements de ce site sont déjà partagés entre ses financeurs : une part de plus fausserait ce qui est convenu. Financez un autre site, ou convenez avec eux de ce qu’ils ne paient pas encore hors de la plateforme."),
            field="cofund",
        )  # fmt: skip
    return (here[0].cofunds or here[0]) if here else None


def _leave(here: list[Option]) -> None:
    """The living options of a stopped site, where none of them waits or reserves money."""
    if any(each.state != OptionState.CONFIRMED for each in here):
        raise DomainError(
            _("Le site de ce territoire s’est arrêté, et une de ses options attend encore : une nouvelle option s’y prend quand elle est retirée, déclinée ou expirée."),
            field="territory",
        )  # fmt: skip
    balances = LedgerLine.objects.balances(here)
    if any(each.confirmed > each.committed for each in balances.values()):
        raise DomainError(
            _("Le site de ce territoire s’est arrêté : une nouvelle option s’y prend quand ses financeurs ont libéré ce qu’aucun acte n’engage."),
            field="territory",
        )  # fmt: skip
    for each in here:
        each.left_on = timezone.localdate()
        each.save(update_fields=["left_on"])


def site_adopter(
    option: Option, adopter: Organisation | None, *, joins: bool = False
) -> Organisation | None:
    """The one that this option would have: the one given, or its own, or the one that the site
    knows. Refuses another than that of an option confirmed, or of which a first signature waits
    for the second; and, for one that ``joins``, another than the one already named: whoever adds
    a share changes nothing for the others."""
    others = list(_others(option).select_related("adopter", "confirming_by", "funder"))
    known = next((each.adopter for each in others if each.adopter is not None), None)
    adopter = adopter or option.adopter or known
    for each in others:
        named = each.adopter
        if named is None or adopter is None or named.pk == adopter.pk:
            continue
        if joins or each.state == OptionState.CONFIRMED or is_signed_by_another(each):
            raise DomainError(
                _("Le repreneur de ce site est déjà nommé : %(name)s.") % {"name": named.name},
                field="adopter",
            )
    return adopter


def give_adopter(option: Option, *, joins: bool = False) -> None:
    """One adopter for a site, whoever pays it: this one's to its other options. The caller holds
    the pool's lock."""
    adopter = site_adopter(option, None, joins=joins)
    if adopter is None:
        return
    for each in _others(option):
        if each.adopter_id != adopter.pk:
            each.adopter = adopter
            each.save(update_fields=["adopter"])


def _others(option: Option) -> OptionQuerySet:
    return Option.objects.of_site(option).living().exclude(pk=option.pk).order_by("pk")


def begin(option: Option, *, by: Any, charter_on: dt.date | None = None) -> None:
    """Once the adopter of the site is named: the replication, where a funder confirmed already."""
    site = Option.objects.of_site(option).filter(state=OptionState.CONFIRMED)
    first = site.select_related("pool__initiative", "adopter", "territory").order_by("pk").first()
    if first is not None and first.adopter is not None:
        replicate(first, by=by, charter_on=charter_on)


def replicate(
    option: Option, *, by: Any, charter_on: dt.date | None = None, on: dt.date | None = None
) -> Replication:
    """The site's, as its confirmation said; a second funder of the site finds it made. Until its
    adopter gives its own agreement, it is an intention."""
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
        holder_by=option.pool.holder_agreed_by,
        planned_on=option.planned_on,
        learnt_from=_pilot_of(option),
        mode=option.mode,
        terms={"charter_on": charter} if charter else None,
        on=on,
    )


def _pilot_of(option: Option) -> Replication | None:
    """The pilot's site, from which those that come after it learn unless their adopter said
    otherwise; None for the pilot itself."""
    if option.is_pilot:
        return None
    pilots = Option.objects.filter(pool=option.pool_id, is_pilot=True).standing()
    return Replication.objects.filter(
        origin=Origin.POOL, origin_reference__in={each.reference for each in pilots},
        initiative=option.pool.initiative,
    ).first()  # fmt: skip
