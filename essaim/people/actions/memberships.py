"""Changing who is of an organisation, and as what."""

from __future__ import annotations

from collections.abc import Iterable

from django.db import transaction
from django.utils.translation import gettext as _

from essaim.common.errors import DomainError
from essaim.people import notifications
from essaim.people.actions.organisations import add_member, lock
from essaim.people.models import EmailDomain, Function, Membership, Organisation, User


@transaction.atomic
def change_membership(membership: Membership, *, role: str, functions: Iterable[str]) -> Membership:
    """Give a member another role or other functions.

    Raises DomainError where they left meanwhile, or where nobody would represent the others.
    """
    organisation = lock(membership.organisation)
    membership = _still_there(membership)
    if role != Membership.Role.REPRESENTATIVE:
        _leave_someone_in_charge(organisation, membership)
    membership.role = role
    membership.functions = [each for each in Function.values if each in set(functions)]
    membership.save(update_fields=["role", "functions"])
    return membership


@transaction.atomic
def leave(organisation: Organisation, *, by: User) -> None:
    """Leave an organisation; having left already changes nothing."""
    organisation = lock(organisation)
    membership = Membership.objects.filter(organisation=organisation, user=by).first()
    if membership is not None:
        _end(organisation, membership)


@transaction.atomic
def remove_member(membership: Membership) -> None:
    """Take someone off an organisation; they are told. Twice is once."""
    organisation = lock(membership.organisation)
    found = Membership.objects.select_related("user").filter(pk=membership.pk).first()
    if found is not None:
        _end(organisation, found)
        notifications.member_removed(organisation, found.user)


@transaction.atomic
def join_by_domain(organisation: Organisation, *, by: User) -> Membership:
    """Join at once as a member, by a confirmed address of a domain the organisation verified."""
    organisation = lock(organisation)
    if not EmailDomain.objects.verified().of(by).filter(organisation=organisation).exists():
        raise DomainError(
            _("Aucune de vos adresses confirmées n’est d’un domaine de cette organisation.")
        )
    return add_member(organisation, by)


@transaction.atomic
def choose_current(user: User, organisation: Organisation | None) -> None:
    """In whose name this person writes from now on; None: in their own."""
    if organisation is not None:
        mine = Membership.objects.select_for_update().filter(user=user, organisation=organisation)
        if not mine.exists():
            raise DomainError(_("Vous n’êtes pas membre de cette organisation."))
    User.objects.filter(pk=user.pk).update(current_organisation=organisation)


def _still_there(membership: Membership) -> Membership:
    try:
        return Membership.objects.get(pk=membership.pk)
    except Membership.DoesNotExist:
        raise DomainError(_("Cette personne a entre-temps quitté l’organisation.")) from None


def _end(organisation: Organisation, membership: Membership) -> None:
    _leave_someone_in_charge(organisation, membership)
    membership.delete()
    User.objects.filter(pk=membership.user_id, current_organisation=organisation).update(
        current_organisation=None
    )


def _leave_someone_in_charge(organisation: Organisation, membership: Membership) -> None:
    """Refuse to take away the last representative while there are others to represent. Only
    active accounts count: a deactivated one represents nobody."""
    if not membership.is_representative:
        return
    others = organisation.memberships.exclude(pk=membership.pk).filter(user__is_active=True)
    if others.exists() and not others.representing().exists():
        raise DomainError(
            _(
                "C’est la seule personne qui représente l’organisation : nommez d’abord un autre"
                " représentant parmi ses membres."
            )
        )
