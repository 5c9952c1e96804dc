"""A laureate of a replication call takes up what it asked to: its site, and those of its partners."""

from __future__ import annotations

from typing import Any, NamedTuple

from django.db import transaction
from django.utils.translation import gettext as _

from essaim.calls import after_rules
from essaim.calls.models import Application, Partner
from essaim.calls.sites import reference
from essaim.common.errors import DomainError
from essaim.common.typography import labelled
from essaim.initiatives.models import Fact, Initiative
from essaim.people.models import Organisation
from essaim.replications.actions.declaring import commit_from
from essaim.replications.models import Mode, Origin, Replication
from essaim.territories.models import Territory

from .support import lock_application

# Of those who signed along, those that are sites themselves.
SITES = (Partner.Role.SITE, Partner.Role.FOLLOWER)


class Begun(NamedTuple):
    sites: list[Replication]
    left: list[str]  # why a site was not begun, in words


@transaction.atomic
def begin_sites(application: Application, *, by: Any) -> Begun:
    """Make the sites of a laureate, each once: asked again, or by two people at once, they are
    those already made. A partner that signs later has its own the next time.

    The initiative is the one chosen in the replication block (``adopts``). Whoever presses does
    not speak for a partner, nor for the holder: each is asked for its own agreement.
    """
    application = lock_application(application.pk)
    if not after_rules.can_begin_sites(by, application):
        raise DomainError(_("Les reprises d’une candidature lauréate se commencent par le candidat ou par le service."))  # fmt: skip
    card = application.adopts
    assert card is not None  # what the rule says
    wanted: list[tuple[str, Organisation | None, Territory | None]] = [
        (reference(application.pk), application.organisation, application.territory)
    ]
    partners = Partner.objects.filter(
        application=application, state=Partner.State.SIGNED, role__in=SITES
    ).select_related("organisation", "territory").order_by("pk")  # fmt: skip
    wanted += [
        (reference(application.pk, each.pk), each.organisation, each.territory) for each in partners
    ]
    begun = Begun([], [])
    for name, adopter, place in wanted:
        if adopter is None:
            continue
        try:
            begun.sites.append(_begin(card, name, adopter, place or adopter.territory, by=by))
        except DomainError as error:
            begun.left.append(labelled(adopter.name, error.message))
    if not begun.sites and begun.left:
        raise DomainError(" ".join(begun.left))
    return begun


def _begin(
    card: Initiative, name: str, adopter: Organisation, place: Territory | None, *, by: Any
) -> Replication:
    if place is None:
        raise DomainError(_("le territoire du site n’est pas dit."))
    return commit_from(
        card, adopter=adopter, territory=place, origin=Origin.CALL, reference=name, by=by,
        mode=_mode_of(card), holder_agrees=False,
    )  # fmt: skip


def _mode_of(card: Initiative) -> str:
    """The mode that the card's strategy chose; the supple one, where it chose none."""
    chosen = Fact.objects.filter(initiative=card, kind=Fact.Kind.STRATEGY_CHOSEN)
    fact = chosen.order_by("on").last()
    mode = fact.value.get("mode") if fact else ""
    return mode if mode in Mode.values else ""
