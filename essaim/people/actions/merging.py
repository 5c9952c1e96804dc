"""Two pages for one organisation become one."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

import pghistory
from django.db import IntegrityError, models, transaction
from django.utils import timezone
from django.utils.translation import gettext as _

from essaim.common.database import is_append_only
from essaim.common.errors import DomainError
from essaim.people.actions.organisations import one_at_a_time
from essaim.people.models import (
    EmailDomain,
    FormerOrganisation,
    Function,
    Invitation,
    Membership,
    MembershipRequest,
    NetworkMembership,
    Organisation,
    User,
)
from essaim.people.signals import organisations_merged


def are_different(kept: Organisation, other: Organisation) -> bool:
    """Their official numbers say that they are two."""
    return any(
        one and two and one != two
        for one, two in ((kept.siren, other.siren), (kept.siret, other.siret))
    )


@transaction.atomic
def merge_organisations(
    kept: Organisation,
    other: Organisation,
    *,
    by: User,
    reason: str = "",
    though_different: bool = False,
) -> Organisation:
    """Everything of ``other`` becomes that of ``kept``; its address leads there, its history stays.

    What ``kept`` does not know (numbers, nature, territory) it takes from ``other``. Raises
    DomainError where one is gone or they are the same; where their numbers differ, unless
    ``though_different`` with a reason.
    """
    reason = " ".join(reason.split())
    one_at_a_time()
    # In the order of their keys, whichever is kept: two managers wait for each other.
    found = {
        row.pk: row
        for row in Organisation.objects.select_for_update(of=("self",))
        .filter(pk__in={kept.pk, other.pk})
        .order_by("pk")
    }
    if kept.pk == other.pk:
        raise DomainError(_("C’est la même organisation : choisissez-en une autre."))
    if len(found) < 2:
        raise DomainError(_("L’une de ces organisations n’existe plus : rechargez la page."))
    kept, other = found[kept.pk], found[other.pk]
    if are_different(kept, other) and not (though_different and reason):
        raise DomainError(
            _(
                "Leurs numéros diffèrent : ce sont deux organisations pour l’administration."
                " Confirmez-le et dites pourquoi les réunir."
            ),
            field="reason",
        )
    if other.is_network and not kept.is_network and other.member_organisations.exists():
        raise DomainError(
            _("Celle qui disparaîtrait est un réseau qui a des membres : gardez plutôt celle-là.")
        )
    with pghistory.context(user=by.pk, action="merge_organisations"):
        _members(kept, other)
        _joining(kept, other)
        _networks(kept, other)
        organisations_merged.send(sender=Organisation, kept=kept, other=other, by=by)
        _the_rest(kept, other)
        FormerOrganisation.objects.create(
            number=other.pk,
            slug=other.slug,
            name=other.name,
            siren=other.siren,
            siret=other.siret,
            into=kept,
            by=by,
            reason=reason,
        )
        known = {name: getattr(other, name) for name in ("siren", "siret", "kind", "territory_id")}
        other.delete()
        _complete(kept, known)
    return kept


def _members(kept: Organisation, other: Organisation) -> None:
    """Of someone in both: the wider role, all functions, the earlier date. Whoever represented the
    other does not for that represent one that has its own representatives."""
    has_its_own = Membership.objects.filter(
        organisation=kept, role=Membership.Role.REPRESENTATIVE
    ).exists()
    there = {row.user_id: row for row in Membership.objects.filter(organisation=kept)}
    for row in Membership.objects.filter(organisation=other):
        same = there.get(row.user_id)
        if same is None:
            row.organisation = kept
            row.role = Membership.Role.MEMBER if has_its_own else row.role
            row.save(update_fields=["organisation", "role"])
            continue
        if row.is_representative and not has_its_own:
            same.role = row.role
        same.functions = [f for f in Function.values if f in {*same.functions, *row.functions}]
        same.since = min(same.since, row.since)
        same.save(update_fields=["role", "functions", "since"])
        row.delete()


def _joining(kept: Organisation, other: Organisation) -> None:
    """One pending request of a person. Nobody enters ``kept`` by what only the other let in: its
    pending invitations end, its domains go."""
    now = timezone.now()
    for row in Invitation.objects.pending().filter(organisation=other):
        row.email, row.ended_as, row.ended_at = "", Invitation.End.WITHDRAWN, now
        row.save(update_fields=["email", "ended_as", "ended_at"])
    asked = MembershipRequest.objects.pending().filter(organisation__in=[kept, other])
    members = Membership.objects.filter(organisation=kept).values("user")
    asked.filter(user__in=members).update(
        decision=MembershipRequest.Decision.ACCEPTED, decided_at=now
    )
    twice = asked.filter(organisation=kept).values("user")
    asked.filter(organisation=other, user__in=list(twice.values_list("user", flat=True))).update(
        decision=MembershipRequest.Decision.WITHDRAWN, decided_at=now
    )
    for domain in EmailDomain.objects.filter(organisation=other):
        domain.delete()


def _networks(kept: Organisation, other: Organisation) -> None:
    """No network is a member of itself, nor twice of another: what is current stays."""
    both = [kept.pk, other.pk]
    NetworkMembership.objects.filter(network__in=both, organisation__in=both).delete()
    for side, across in (("network", "organisation"), ("organisation", "network")):
        open_rows = NetworkMembership.objects.filter(until=None)
        there = {getattr(row, f"{across}_id"): row for row in open_rows.filter(**{side: kept})}
        for row in open_rows.filter(**{side: other}):
            same = there.get(getattr(row, f"{across}_id"))
            if same is not None:
                (same if row.is_current and not same.is_current else row).delete()


def pointing_here() -> Iterator[tuple[type[models.Model], str]]:
    """Every column of every app that names an organisation; history and ledgers stay as they were
    written (an app whose ledger names one refuses that it goes)."""
    for relation in Organisation._meta.get_fields(include_hidden=True):
        if isinstance(relation, models.ManyToOneRel):
            model: Any = relation.related_model
            if not is_append_only(model) and not model._meta.proxy:
                yield model, relation.field.name


def _the_rest(kept: Organisation, other: Organisation) -> None:
    """What names the other and needs no more than another key. A new app is moved by this, or
    refuses the whole by a constraint of its own."""
    try:
        with transaction.atomic():
            for model, name in pointing_here():
                model._base_manager.filter(**{name: other.pk}).update(**{name: kept.pk})
    except IntegrityError as error:
        raise DomainError(
            _("Ces organisations ne peuvent pas être réunies : une règle s’y oppose (%(rule)s).")
            % {"rule": getattr(getattr(error.__cause__, "diag", None), "constraint_name", "")}
        ) from error


def _complete(kept: Organisation, known: dict[str, Any]) -> None:
    """Numbers go together: those of one organisation, never a mixture of two."""
    if not kept.siren:
        kept.siren, kept.siret = known["siren"], known["siret"]
    kept.kind = kept.kind or known["kind"]
    kept.territory_id = kept.territory_id or known["territory_id"]
    kept.save(update_fields=["siren", "siret", "kind", "territory"])
